#include <stdio.h>

#include "control.h"
#include "helix.h"
#include "pictures.h"

static const char *behind(const char *path, const char *base)
{
	size_t size = strlen(base);
	for (const char *at = strstr(path, base); at; at = strstr(at + 1, base)) {
		if (at[size] == '/' || !at[size])
			return at + size;
	}
	return NULL;
}

const char *sim_path_behind(const char *path, enum sim_base base)
{
	const char *rest = behind(path, base == SIM_BASE_HELIX ? "/helix" : "/oauth2");
	if (!rest && base == SIM_BASE_HELIX && !behind(path, "/oauth2"))
		rest = behind(path, "/mock"); /* where Twitch's own command line tool has it */
	return rest;
}

void sim_route(struct sim_request *request, struct sim_answer *answer)
{
	if (request->control) {
		sim_control_request(request, answer);
	} else if (sim_path_behind(request->path, SIM_BASE_HELIX)) {
		sim_helix_request(request, answer);
	} else if (sim_path_behind(request->path, SIM_BASE_ID) || strcmp(request->path, "/activate") == 0) {
		sim_oauth_request(request, answer);
	} else if (!sim_picture_request(request, answer)) {
		answer->status = 404;
		answer->body = bstrdup("{\"error\":\"Not Found\",\"status\":404,\"message\":\"\"}");
		answer->body_size = strlen(answer->body);
	}
}
