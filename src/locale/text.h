/*
 * Texts for people, by key, in the user's language. The words themselves are in data/locale.
 *
 * Threads: immutable after creation; every call from any thread.
 * Ownership: returned strings belong to the catalogue and live as long as it does.
 */
#pragma once

#include <util/dstr.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_text;

/* `lookup` returns the text of a key, or the key itself (or NULL) when there is none: obs_module_text() in the plugin. */
typedef const char *(*lx_text_lookup)(const char *key, void *data);
struct lx_text *lx_text_create(lx_text_lookup lookup, void *data);
/* Reads <folder>/en-US.ini and overlays <folder>/<language>.ini: for the command line tool and for tests. A missing file gives keys. */
struct lx_text *lx_text_create_from_folder(const char *folder, const char *language);
void lx_text_destroy(struct lx_text *text);

/* The text, or the key where it is unknown: never NULL. A NULL catalogue gives keys. */
const char *lx_text_get(const struct lx_text *text, const char *key);
/* Appends the text of `key` to `out` with %1 … %9 replaced by `args` in one pass (an argument is never expanded again). */
void lx_text_format(const struct lx_text *text, struct dstr *out, const char *key, const char *const *args,
		    size_t arg_count);

#ifdef __cplusplus
}
#endif
