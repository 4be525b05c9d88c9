#include "support.h"

#include <string.h>

#include <util/dstr.h>

#include "locale/text.h"

static const char *lookup(const char *key, void *data)
{
	(void)data;
	return strcmp(key, "Greeting") == 0 ? "Hello %2, %1! 100% %3 %9" : NULL;
}

static void placeholders_are_filled_once(void **state)
{
	struct lx_text *text = lx_text_create(lookup, NULL);
	struct dstr out = {0};
	const char *args[] = {"one", "%1", NULL};
	lx_text_format(text, &out, "Greeting", args, 3);
	assert_string_equal(out.array, "Hello %1, one! 100%  %9");
	dstr_free(&out);
	lx_text_destroy(text);
}

static void unknown_keys_stay_visible(void **state)
{
	struct lx_text *text = lx_text_create(lookup, NULL);
	assert_string_equal(lx_text_get(text, "No.Such"), "No.Such");
	assert_string_equal(lx_text_get(NULL, "No.Such"), "No.Such");
	lx_text_destroy(text);
	text = lx_text_create_from_folder("/no/such/folder", "de-DE");
	assert_string_equal(lx_text_get(text, "A"), "A");
	lx_text_destroy(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(placeholders_are_filled_once),
		lx_unit_test(unknown_keys_stay_visible),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
