/*
 * Text in HTML: for the page that the browser shows after a sign-in, and where OBS takes rich text.
 *
 * Threads: no shared state.
 */
#pragma once

#include <util/dstr.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Appends `text` as text: nothing in it is taken for a tag, an entity or the end of an attribute. */
void lx_html_escape(struct dstr *out, const char *text);

#ifdef __cplusplus
}
#endif
