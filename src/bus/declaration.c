#include "bus/declaration.h"

#include <stdio.h>
#include <string.h>

bool lx_declaration_next(const char **cursor, struct lx_param *param)
{
	const char *open = strchr(*cursor, '(');
	const char *start = open ? open + 1 : *cursor;
	size_t length = strcspn(start, ",)");
	char text[128], type[16];
	if (!*start || *start == ')' || length == 0 || length >= sizeof(text))
		return false;
	memcpy(text, start, length);
	text[length] = 0;
	*cursor = start + length + 1;

	const char *part = text + strspn(text, " ");
	param->out = strncmp(part, "out ", 4) == 0;
	if (param->out || strncmp(part, "in ", 3) == 0)
		part = strchr(part, ' ') + 1;
	if (sscanf(part, "%15s %63s", type, param->name) != 2)
		return false;

	static const char *const types[] = {"string", "int", "bool", "ptr"};
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(type, types[i]) == 0) {
			param->type = (enum lx_param_type)i;
			return true;
		}
	}
	return false;
}
