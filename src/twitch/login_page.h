/*
 * The page the browser lands on at the end of the authorization code grant: one small self-contained document without
 * script, in the user's language, for light and dark.
 *
 * Threads: no shared state.
 */
#pragma once

#include <util/dstr.h>

#include "locale/text.h"

/* Appends the document. Both keys name texts; they are escaped. */
void lx_login_page_write(struct dstr *out, const struct lx_text *text, const char *title_key, const char *body_key);
