#include "support.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>
#include <util/threading.h>

#include "bus/bus.h"
#include "bus/declaration.h"

struct handlers {
	signal_handler_t *signals;
	proc_handler_t *procs;
};

static void setup(struct handlers *h)
{
	h->signals = signal_handler_create();
	h->procs = proc_handler_create();
}

static void teardown(struct handlers *h)
{
	proc_handler_destroy(h->procs);
	signal_handler_destroy(h->signals);
}

/* Names and parameters are a promise to people who write scripts: what is declared is documented, by its exact name. */
static void the_documentation_names_everything(void **state)
{
	char *page = os_quick_read_utf8_file(PLUGIN_DATA_DIR "/../src/bus/README.md");
	assert_non_null(page);
	struct dstr name = {0};
	for (int i = 0; i < LX_EVENT_TYPE_COUNT + LX_PROC_COUNT; i++) {
		bool is_signal = i < LX_EVENT_TYPE_COUNT;
		enum lx_proc proc = (enum lx_proc)(i - LX_EVENT_TYPE_COUNT);
		const char *declaration = is_signal ? lx_bus_signal_declaration((enum lx_event_type)i)
						    : lx_bus_proc_declaration(proc);
		dstr_printf(&name, "| `%s` |",
			    is_signal ? lx_bus_signal_name((enum lx_event_type)i) : lx_bus_proc_name(proc));
		const char *row = strstr(page, name.array);
		if (!row)
			fail_msg("src/bus/README.md lacks %s", name.array);
		const char *end = strchr(row, '\n');
		struct lx_param param;
		while (is_signal && lx_declaration_next(&declaration, &param)) {
			dstr_printf(&name, "`%s`", param.name);
			const char *at = strstr(row, name.array);
			bool common = strcmp(param.name, "event") == 0 || strcmp(param.name, "channel") == 0 ||
				      strcmp(param.name, "time_ms") == 0;
			if (!common && (!at || at > end))
				fail_msg("src/bus/README.md lacks %s of signal %d", name.array, i);
		}
	}
	dstr_free(&name);
	bfree(page);
}

static int calls;
static char seen[64];

static void on_chat(const struct lx_event *event, void *data)
{
	assert_ptr_equal(data, &calls);
	calls++;
	strncpy(seen, event->chat.text, sizeof(seen) - 1);
}

static void listeners_get_the_event_until_they_leave(void **state)
{
	struct handlers h;
	setup(&h);
	struct lx_bus *bus = lx_bus_create(h.signals, h.procs);
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.chat.text = "hi";
	calls = 0;
	lx_bus_emit(bus, &event);
	assert_int_equal(calls, 0);
	lx_bus_connect(bus, LX_EVENT_CHAT_MESSAGE, on_chat, &calls);
	lx_bus_emit(bus, &event);
	assert_int_equal(calls, 1);
	assert_string_equal(seen, "hi");
	lx_bus_disconnect(bus, LX_EVENT_CHAT_MESSAGE, on_chat, &calls);
	lx_bus_emit(bus, &event);
	assert_int_equal(calls, 1);
	lx_bus_destroy(bus);
	teardown(&h);
}

/* Signals are public: anybody may raise one, and pass what they like. */
static void a_signal_without_its_event_is_ignored(void **state)
{
	struct handlers h;
	setup(&h);
	struct lx_bus *bus = lx_bus_create(h.signals, h.procs);
	lx_bus_connect(bus, LX_EVENT_CHAT_MESSAGE, on_chat, &calls);
	calls = 0;
	calldata_t call = {0};
	signal_handler_signal(h.signals, lx_bus_signal_name(LX_EVENT_CHAT_MESSAGE), &call);
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_STATS);
	calldata_set_ptr(&call, "event", &event);
	signal_handler_signal(h.signals, lx_bus_signal_name(LX_EVENT_CHAT_MESSAGE), &call);
	calldata_free(&call);
	assert_int_equal(calls, 0);
	lx_bus_destroy(bus);
	teardown(&h);
}

/* Every signal must be declared such that libobs accepts it, and deliver the parameters it declares. */
static void check_declared(void *data, calldata_t *call)
{
	const char *declaration = data;
	calls++;
	char copy[2048];
	strncpy(copy, strchr(declaration, '(') + 1, sizeof(copy) - 1);
	copy[sizeof(copy) - 1] = 0;
	for (char *part = strtok(copy, ",)"); part; part = strtok(NULL, ",)")) {
		while (*part == ' ')
			part++;
		char type[16], name[64];
		assert_int_equal(sscanf(part, "%15s %63s", type, name), 2);
		uint8_t raw[8];
		const char *text = NULL;
		bool there = strcmp(type, "string") == 0 ? calldata_get_string(call, name, &text)
			     : strcmp(type, "bool") == 0 ? calldata_get_data(call, name, raw, sizeof(bool))
							 : calldata_get_data(call, name, raw, 8);
		if (!there)
			fail_msg("%s: %s is declared but not set", declaration, name);
	}
}

static void every_signal_carries_what_it_declares(void **state)
{
	struct handlers h;
	setup(&h);
	struct lx_bus *bus = lx_bus_create(h.signals, h.procs);
	calls = 0;
	for (int i = 0; i < LX_EVENT_TYPE_COUNT; i++) {
		struct lx_event event;
		lx_event_init(&event, (enum lx_event_type)i);
		const char *declaration = lx_bus_signal_declaration((enum lx_event_type)i);
		assert_non_null(declaration);
		signal_handler_connect(h.signals, lx_bus_signal_name((enum lx_event_type)i), check_declared,
				       (void *)declaration);
		lx_bus_emit(bus, &event);
		assert_int_equal(calls, i + 1);
	}
	lx_bus_destroy(bus);
	teardown(&h);
}

static void answer(void *data, calldata_t *call)
{
	calldata_set_int(call, "action_id", *(int *)data);
}

static void procedures_answer_while_bound(void **state)
{
	struct handlers h;
	setup(&h);
	struct lx_bus *bus = lx_bus_create(h.signals, h.procs);
	int id = 7;
	lx_bus_bind(bus, LX_PROC_BAN, answer, &id);

	calldata_t call = {0};
	assert_true(proc_handler_call(h.procs, "livextrem_ban", &call));
	assert_true(calldata_bool(&call, "ok"));
	assert_int_equal(calldata_int(&call, "action_id"), 7);
	lx_bus_unbind_all(bus);
	assert_true(proc_handler_call(h.procs, "livextrem_ban", &call));
	assert_false(calldata_bool(&call, "ok"));
	calldata_free(&call);
	lx_bus_destroy(bus);
	teardown(&h);
}

static void a_second_copy_is_refused(void **state)
{
	struct handlers h;
	setup(&h);
	struct lx_bus *bus = lx_bus_create(h.signals, h.procs);
	assert_non_null(bus);
	assert_null(lx_bus_create(h.signals, h.procs));
	proc_handler_destroy(h.procs);
	lx_bus_destroy(bus);
	signal_handler_destroy(h.signals);
}

static void a_call_after_the_end_is_harmless(void **state)
{
	struct lx_bus_gate gate = {0};
	struct handlers h;
	setup(&h);
	struct lx_bus *bus = lx_bus_create_at(&gate, h.signals, h.procs);
	int id = 1;
	lx_bus_bind(bus, LX_PROC_BAN, answer, &id);
	lx_bus_destroy(bus);
	calldata_t call = {0};
	assert_true(proc_handler_call(h.procs, "livextrem_ban", &call));
	assert_false(calldata_bool(&call, "ok"));
	calldata_free(&call);
	teardown(&h);
}

struct slow {
	os_event_t *entered, *leave;
	volatile bool left;
	proc_handler_t *procs;
};

static void slow_handler(void *data, calldata_t *call)
{
	(void)call;
	struct slow *slow = data;
	os_event_signal(slow->entered);
	os_event_wait(slow->leave);
	os_atomic_set_bool(&slow->left, true);
}

static void *call_slow(void *data)
{
	struct slow *slow = data;
	calldata_t call = {0};
	proc_handler_call(slow->procs, "livextrem_undo", &call);
	calldata_free(&call);
	return NULL;
}

static void *let_go(void *data)
{
	struct slow *slow = data;
	os_sleep_ms(20);
	os_event_signal(slow->leave);
	return NULL;
}

static void unbinding_waits_for_a_call_under_way(void **state)
{
	struct handlers h;
	setup(&h);
	struct lx_bus *bus = lx_bus_create(h.signals, h.procs);
	struct slow slow = {.procs = h.procs};
	os_event_init(&slow.entered, OS_EVENT_TYPE_MANUAL);
	os_event_init(&slow.leave, OS_EVENT_TYPE_MANUAL);
	lx_bus_bind(bus, LX_PROC_UNDO, slow_handler, &slow);

	pthread_t caller, helper;
	pthread_create(&caller, NULL, call_slow, &slow);
	os_event_wait(slow.entered);
	pthread_create(&helper, NULL, let_go, &slow);
	lx_bus_unbind_all(bus);
	assert_true(os_atomic_load_bool(&slow.left));

	pthread_join(caller, NULL);
	pthread_join(helper, NULL);
	os_event_destroy(slow.entered);
	os_event_destroy(slow.leave);
	lx_bus_destroy(bus);
	teardown(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(listeners_get_the_event_until_they_leave),
		lx_unit_test(a_signal_without_its_event_is_ignored),
		lx_unit_test(every_signal_carries_what_it_declares),
		lx_unit_test(the_documentation_names_everything),
		lx_unit_test(procedures_answer_while_bound),
		lx_unit_test(a_second_copy_is_refused),
		lx_unit_test(a_call_after_the_end_is_harmless),
		lx_unit_test(unbinding_waits_for_a_call_under_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
