#include "locale/html.h"

void lx_html_escape(struct dstr *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			dstr_cat(out, "&amp;");
			break;
		case '<':
			dstr_cat(out, "&lt;");
			break;
		case '>':
			dstr_cat(out, "&gt;");
			break;
		case '"':
			dstr_cat(out, "&quot;");
			break;
		default:
			dstr_cat_ch(out, *text);
		}
	}
}
