#include "locale/text.h"

#include <string.h>

#include <util/bmem.h>
#include <util/platform.h>
#include <util/text-lookup.h>

struct lx_text {
	lx_text_lookup lookup;
	void *data;
	lookup_t *catalogue; /* ours, when made from a folder */
};

static const char *catalogue_lookup(const char *key, void *data)
{
	const char *out = NULL;
	return text_lookup_getstr(data, key, &out) ? out : NULL;
}

struct lx_text *lx_text_create(lx_text_lookup lookup, void *data)
{
	struct lx_text *text = bzalloc(sizeof(*text));
	text->lookup = lookup;
	text->data = data;
	return text;
}

struct lx_text *lx_text_create_from_folder(const char *folder, const char *language)
{
	struct dstr path = {0};
	dstr_printf(&path, "%s/en-US.ini", folder);
	lookup_t *catalogue = os_file_exists(path.array) ? text_lookup_create(path.array) : NULL;
	if (catalogue && language && strcmp(language, "en-US") != 0) {
		dstr_printf(&path, "%s/%s.ini", folder, language);
		if (os_file_exists(path.array))
			text_lookup_add(catalogue, path.array);
	}
	dstr_free(&path);

	struct lx_text *text = lx_text_create(catalogue ? catalogue_lookup : NULL, catalogue);
	text->catalogue = catalogue;
	return text;
}

void lx_text_destroy(struct lx_text *text)
{
	if (!text)
		return;
	text_lookup_destroy(text->catalogue);
	bfree(text);
}

const char *lx_text_get(const struct lx_text *text, const char *key)
{
	const char *found = text && text->lookup ? text->lookup(key, text->data) : NULL;
	return found ? found : key;
}

void lx_text_format(const struct lx_text *text, struct dstr *out, const char *key, const char *const *args,
		    size_t arg_count)
{
	const char *pattern = lx_text_get(text, key);
	const char *percent;
	while ((percent = strchr(pattern, '%')) != NULL) {
		dstr_ncat(out, pattern, (size_t)(percent - pattern));
		size_t index = (size_t)(percent[1] - '1');
		if (percent[1] >= '1' && percent[1] <= '9' && index < arg_count) {
			dstr_cat(out, args[index] ? args[index] : "");
			pattern = percent + 2;
		} else {
			dstr_cat_ch(out, '%');
			pattern = percent + 1;
		}
	}
	dstr_cat(out, pattern);
}
