/*
 * The module itself in a bare libobs: no frontend, no Qt application, a stand-in for obs-websocket. Loading, being there twice, being
 * asked over obs-websocket, leaving: without the frontend's EXIT, and without a leak.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <obs.h>
#include <util/bmem.h>
#include <util/dstr.h>

#include "bus/bus.h"

/* Some development packages lack the header; the module was built to go without obs-websocket then. */
#if __has_include(<obs-websocket-api.h>)
#define HAVE_OBS_WEBSOCKET 1
#else
#define HAVE_OBS_WEBSOCKET 0
#endif

/* --- a stand-in for obs-websocket ------------------------------------------------------------------------------------- */

#define MAX_REQUESTS 64

/* As obs-websocket-api.h hands it over. */
struct callback {
	void (*run)(obs_data_t *question, obs_data_t *answer, void *data);
	void *data;
};

struct websocket {
	proc_handler_t *procs;
	int vendors, events;
	size_t request_count;
	struct request {
		char type[64];
		struct callback callback;
	} requests[MAX_REQUESTS];
	char last_event[64], last_text[64];
};

static void get_procs(void *data, calldata_t *call)
{
	calldata_set_ptr(call, "ph", ((struct websocket *)data)->procs);
	calldata_set_bool(call, "success", true);
}

/* Each name once, as obs-websocket does. */
static void register_vendor(void *data, calldata_t *call)
{
	struct websocket *websocket = data;
	assert_string_equal(calldata_string(call, "name"), "livextrem");
	if (websocket->vendors++)
		return;
	calldata_set_ptr(call, "vendor", websocket);
	calldata_set_bool(call, "success", true);
}

static void register_request(void *data, calldata_t *call)
{
	struct websocket *websocket = data;
	assert_true(websocket->request_count < MAX_REQUESTS);
	struct request *request = &websocket->requests[websocket->request_count++];
	snprintf(request->type, sizeof(request->type), "%s", calldata_string(call, "type"));
	request->callback = *(struct callback *)calldata_ptr(call, "callback");
	calldata_set_bool(call, "success", true);
}

static struct request *find_request(struct websocket *websocket, const char *type)
{
	for (size_t i = 0; i < websocket->request_count; i++) {
		if (strcmp(websocket->requests[i].type, type) == 0)
			return &websocket->requests[i];
	}
	return NULL;
}

static void unregister_request(void *data, calldata_t *call)
{
	struct websocket *websocket = data;
	struct request *request = find_request(websocket, calldata_string(call, "type"));
	assert_non_null(request);
	*request = websocket->requests[--websocket->request_count];
	calldata_set_bool(call, "success", true);
}

static void emit_event(void *data, calldata_t *call)
{
	struct websocket *websocket = data;
	websocket->events++;
	snprintf(websocket->last_event, sizeof(websocket->last_event), "%s", calldata_string(call, "type"));
	obs_data_t *event = calldata_ptr(call, "data");
	snprintf(websocket->last_text, sizeof(websocket->last_text), "%s", obs_data_get_string(event, "text"));
	calldata_set_bool(call, "success", true);
}

static void add_websocket(struct websocket *websocket)
{
	memset(websocket, 0, sizeof(*websocket));
	websocket->procs = proc_handler_create();
	proc_handler_add(websocket->procs, "bool vendor_register(in string name, out ptr vendor)", register_vendor,
			 websocket);
	proc_handler_add(websocket->procs,
			 "bool vendor_request_register(in ptr vendor, in string type, in ptr callback)",
			 register_request, websocket);
	proc_handler_add(websocket->procs, "bool vendor_request_unregister(in ptr vendor, in string type)",
			 unregister_request, websocket);
	proc_handler_add(websocket->procs, "bool vendor_event_emit(in ptr vendor, in string type, in ptr data)",
			 emit_event, websocket);
	proc_handler_add(obs_get_proc_handler(), "bool obs_websocket_api_get_ph(out ptr ph)", get_procs, websocket);
}

/* --- stage ------------------------------------------------------------------------------------------------------------ */

struct stage {
	long allocations;
	char folder[64], copies[2][96];
	struct websocket websocket;
};

static void copy_module(const char *to)
{
	struct dstr command = {0};
	/* A copy of its own, with data of its own, even for the loader. */
	dstr_printf(&command, "cp '%s' '%s'", PLUGIN_MODULE, to);
	assert_int_equal(system(command.array), 0);
	dstr_free(&command);
}

static void set_up(struct stage *stage)
{
	memset(stage, 0, sizeof(*stage));
	stage->allocations = bnum_allocs();
	strcpy(stage->folder, "/tmp/livextrem-module-XXXXXX");
	assert_non_null(mkdtemp(stage->folder));
	for (int i = 0; i < 2; i++) {
		snprintf(stage->copies[i], sizeof(stage->copies[i]), "%s/copy%d.so", stage->folder, i);
		copy_module(stage->copies[i]);
	}
	setenv("LIVEXTREM_CONFIG_DIR", stage->folder, 1);
	setenv("LIVEXTREM_IRC_URL", "irc://127.0.0.1:9", 1);
	setenv("LIVEXTREM_HELIX_URL", "http://127.0.0.1:9", 1);
	setenv("LIVEXTREM_ID_URL", "http://127.0.0.1:9", 1);
	setenv("LIVEXTREM_EVENTSUB_URL", "ws://127.0.0.1:9", 1);
	assert_true(obs_startup("en-US", NULL, NULL));
}

static bool load(struct stage *stage, int copy)
{
	obs_module_t *module;
	assert_int_equal(obs_open_module(&module, stage->copies[copy], PLUGIN_DATA_DIR), MODULE_SUCCESS);
	return obs_init_module(module);
}

static void tear_down(struct stage *stage)
{
	obs_shutdown();
	if (stage->websocket.procs)
		proc_handler_destroy(stage->websocket.procs);
	for (int i = 0; i < 2; i++)
		unlink(stage->copies[i]);
	rmdir(stage->folder);
	assert_int_equal(bnum_allocs(), stage->allocations);
}

static bool ask_state(void)
{
	calldata_t call = {0};
	assert_true(proc_handler_call(obs_get_proc_handler(), "livextrem_get_state", &call));
	bool ok = calldata_bool(&call, "ok");
	calldata_free(&call);
	return ok;
}

static bool request(struct stage *stage, const char *type)
{
	const struct request *found = find_request(&stage->websocket, type);
	assert_non_null(found);
	obs_data_t *question = obs_data_create(), *answer = obs_data_create();
	found->callback.run(question, answer, found->callback.data);
	bool ok = obs_data_get_bool(answer, "ok");
	obs_data_release(question);
	obs_data_release(answer);
	return ok;
}

static void emit(enum lx_event_type type)
{
	calldata_t call = {0};
	struct lx_event event;
	lx_event_init(&event, type);
	calldata_set_ptr(&call, "event", &event);
	signal_handler_signal(obs_get_signal_handler(), lx_bus_signal_name(type), &call);
	calldata_free(&call);
}

/* --- tests ------------------------------------------------------------------------------------------------------------ */

static void test_alone(void **state)
{
	(void)state;
	struct stage stage;
	set_up(&stage);
	assert_true(load(&stage, 0));
	obs_post_load_modules();
	assert_true(ask_state());
	assert_non_null(obs_source_get_display_name("livextrem_stats"));
	tear_down(&stage);
}

static void test_with_websocket(void **state)
{
	(void)state;
	if (!HAVE_OBS_WEBSOCKET)
		skip();
	struct stage stage;
	set_up(&stage);
	add_websocket(&stage.websocket);
	assert_true(load(&stage, 0));
	obs_post_load_modules();
	assert_int_equal(stage.websocket.request_count, LX_PROC_COUNT);
	assert_true(request(&stage, "get_state"));
	emit(LX_EVENT_NOTICE);
	assert_int_equal(stage.websocket.events, 1);
	assert_string_equal(stage.websocket.last_event, "notice");
	emit(LX_EVENT_MEMBERSHIP); /* too many of them in a large chat */
	assert_int_equal(stage.websocket.events, 1);
	tear_down(&stage);
	assert_int_equal(stage.websocket.request_count, 0);
}

/* obs-websocket ends the whole program over a text that is no UTF-8. */
static void test_texts_for_websocket(void **state)
{
	(void)state;
	if (!HAVE_OBS_WEBSOCKET)
		skip();
	static const struct {
		const char *raised, *told;
	} rows[] = {
		{"plain", "plain"},
		{"čeština 🎉", "čeština 🎉"},
		{"a\xFF"
		 "b",
		 "a\xEF\xBF\xBD"
		 "b"},
		{"cut \xC4", "cut \xEF\xBF\xBD"},
	};
	struct stage stage;
	set_up(&stage);
	add_websocket(&stage.websocket);
	assert_true(load(&stage, 0));
	obs_post_load_modules();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		calldata_t call = {0};
		calldata_set_string(&call, "text", rows[i].raised);
		signal_handler_signal(obs_get_signal_handler(), lx_bus_signal_name(LX_EVENT_NOTICE), &call);
		calldata_free(&call);
		assert_string_equal(stage.websocket.last_text, rows[i].told);
	}
	tear_down(&stage);
}

/* The second copy stays off altogether, and takes nothing away from the first. */
static void test_two_copies(void **state)
{
	(void)state;
	if (!HAVE_OBS_WEBSOCKET)
		skip();
	struct stage stage;
	set_up(&stage);
	add_websocket(&stage.websocket);
	assert_true(load(&stage, 0));
	assert_false(load(&stage, 1));
	obs_post_load_modules();
	assert_int_equal(stage.websocket.vendors, 1);
	assert_true(request(&stage, "get_state"));
	emit(LX_EVENT_NOTICE);
	assert_int_equal(stage.websocket.events, 1);
	tear_down(&stage);
	assert_int_equal(stage.websocket.request_count, 0);
}

/* OBS started once more by the same program: what the first run left in the module's memory does not matter. */
static void test_again(void **state)
{
	(void)state;
	struct stage stage;
	set_up(&stage);
	assert_true(load(&stage, 0));
	obs_post_load_modules();
	obs_shutdown();
	assert_int_equal(bnum_allocs(), stage.allocations);

	assert_true(obs_startup("en-US", NULL, NULL));
	assert_true(load(&stage, 0));
	obs_post_load_modules();
	assert_true(ask_state());
	tear_down(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_with_websocket),
		cmocka_unit_test(test_texts_for_websocket),
		cmocka_unit_test(test_two_copies),
		cmocka_unit_test(test_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
