#include "twitch/login_page.h"

#include "locale/html.h"

void lx_login_page_write(struct dstr *out, const struct lx_text *text, const char *title_key, const char *body_key)
{
	dstr_cat(out, "<!DOCTYPE html>\n<html lang=\"");
	lx_html_escape(out, lx_text_get(text, "Login.Page.Language"));
	dstr_cat(
		out,
		"\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n<title>liveXtrem</title>\n<style>\n"
		":root { color-scheme: light dark; --ground: #f4f4f6; --card: #fff; --text: #18181b; --edge: #d9d9e0 }\n"
		"@media (prefers-color-scheme: dark) {\n"
		"\t:root { --ground: #18181b; --card: #232329; --text: #efeff1; --edge: #3a3a44 }\n}\n"
		"body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground);\n"
		"\tcolor: var(--text); font: 1.125rem/1.5 system-ui, sans-serif }\n"
		"main { max-width: 32rem; margin: 1rem; padding: 2rem; background: var(--card);\n"
		"\tborder: 1px solid var(--edge); border-radius: .75rem }\n"
		"h1 { margin: 0 0 .5rem; font-size: 1.5rem }\np { margin: 0 }\n</style>\n</head>\n<body>\n<main>\n<h1>");
	lx_html_escape(out, lx_text_get(text, title_key));
	dstr_cat(out, "</h1>\n<p>");
	lx_html_escape(out, lx_text_get(text, body_key));
	dstr_cat(out, "</p>\n</main>\n</body>\n</html>\n");
}
