#include "support.h"

#include "bus/bus.h"
#include "bus/declaration.h"

static void parameters_are_read_in_order(void **state)
{
	const char *cursor = "void f(in string a, int b, out bool c, ptr d)";
	struct lx_param p;
	assert_true(lx_declaration_next(&cursor, &p));
	assert_string_equal(p.name, "a");
	assert_int_equal(p.type, LX_PARAM_STRING);
	assert_false(p.out);
	assert_true(lx_declaration_next(&cursor, &p));
	assert_string_equal(p.name, "b");
	assert_int_equal(p.type, LX_PARAM_INT);
	assert_true(lx_declaration_next(&cursor, &p));
	assert_true(p.out);
	assert_int_equal(p.type, LX_PARAM_BOOL);
	assert_true(lx_declaration_next(&cursor, &p));
	assert_string_equal(p.name, "d");
	assert_false(lx_declaration_next(&cursor, &p));
	assert_false(lx_declaration_next(&cursor, &p));

	cursor = "void f()";
	assert_false(lx_declaration_next(&cursor, &p));
}

static int count_params(const char *declaration, bool out)
{
	struct lx_param p;
	int count = 0;
	while (lx_declaration_next(&declaration, &p))
		count += p.out == out;
	return count;
}

static void every_declaration_of_the_bus_is_understood(void **state)
{
	assert_int_equal(count_params(lx_bus_proc_declaration(LX_PROC_BAN), false), 5);
	assert_int_equal(count_params(lx_bus_proc_declaration(LX_PROC_BAN), true), 3);
	for (int i = 0; i < LX_PROC_COUNT; i++)
		assert_true(count_params(lx_bus_proc_declaration((enum lx_proc)i), true) >= 2);
	for (int i = 0; i < LX_EVENT_TYPE_COUNT; i++)
		assert_true(count_params(lx_bus_signal_declaration((enum lx_event_type)i), false) >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(parameters_are_read_in_order),
		lx_unit_test(every_declaration_of_the_bus_is_understood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
