#include "stage.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "chat/pins.h"
#include "moderation/orders.h"

/* --- Helix as these parts see it: stands in for helix.c, which the linker then leaves out --------------------------- */

static struct {
	lx_helix_done done;
	lx_helix_user_done found;
	void *data;
} pending[8];
static size_t pending_count;
static struct dstr asked; /* "endpoint name=value body; …" */
static bool may = true;

uint64_t lx_helix_send(struct lx_helix *helix, const struct lx_helix_call *call)
{
	(void)helix;
	dstr_catf(&asked, "%d", (int)call->endpoint);
	for (size_t i = 0; i < call->query_count; i++)
		dstr_catf(&asked, " %s=%s", call->query[i].name, call->query[i].value);
	if (call->body)
		dstr_catf(&asked, " %s", call->body);
	dstr_cat(&asked, ";");
	pending[pending_count].done = call->done;
	pending[pending_count].found = NULL;
	pending[pending_count++].data = call->data;
	return pending_count;
}

uint64_t lx_helix_find_user(struct lx_helix *helix, const char *login, enum lx_helix_priority priority,
			    lx_helix_user_done done, void *data)
{
	(void)helix;
	(void)priority;
	dstr_catf(&asked, "find %s;", login);
	pending[pending_count].done = NULL;
	pending[pending_count].found = done;
	pending[pending_count++].data = data;
	return pending_count;
}

void lx_helix_cancel(struct lx_helix *helix, uint64_t id)
{
	(void)helix;
	(void)id;
}

bool lx_helix_may(const struct lx_helix *helix, enum lx_helix_endpoint endpoint, struct dstr *missing)
{
	(void)helix;
	(void)endpoint;
	(void)missing;
	return may;
}

/* --- the stage ---------------------------------------------------------------------------------------------------- */

static struct stage stage;
static struct lx_orders *orders;
static struct lx_pins *pins;
static struct dstr said;
static int pin_changes;

static const char *of(const struct dstr *text)
{
	return text->array ? text->array : "";
}

static void on_notice(const struct lx_event *event, void *data)
{
	(void)data;
	dstr_catf(&said, "%s: %s;", event->notice.id, event->notice.text);
}

static void on_pin(const struct lx_event *event, void *data)
{
	(void)data;
	dstr_catf(&said, "pin %s '%s' by %s until %lld;", event->pin.message_id, event->pin.text,
		  event->pin.moderator.name, (long long)event->pin.ends_ms);
}

static void on_pin_changed(void *data)
{
	(void)data;
	pin_changes++;
}

static int setup(void **state)
{
	lx_leak_setup(state);
	pending_count = 0;
	pin_changes = 0;
	may = true;
	dstr_init(&said);
	dstr_init(&asked);
	stage_open(&stage);
	lx_bus_connect(stage.bus, LX_EVENT_NOTICE, on_notice, NULL);
	lx_bus_connect(stage.bus, LX_EVENT_PIN, on_pin, NULL);
	orders = lx_orders_create(&(struct lx_orders_config){.loop = stage.loop,
							     .bus = stage.bus,
							     .text = stage.text,
							     .pin_changed = on_pin_changed});
	pins = lx_pins_create(&(struct lx_pins_config){.loop = stage.loop, .bus = stage.bus});
	return 0;
}

static void answer(enum lx_helix_error error, const char *message, const char *json)
{
	assert_true(pending_count > 0);
	cJSON *body = cJSON_Parse(json);
	const struct lx_helix_result result = {.error = error,
					       .message = message,
					       .twitch_message = "",
					       .json = body,
					       .data = cJSON_GetObjectItem(body, "data"),
					       .cursor = ""};
	lx_helix_done done = pending[0].done;
	lx_helix_user_done found = pending[0].found;
	void *data = pending[0].data;
	memmove(pending, pending + 1, --pending_count * sizeof(*pending));
	const struct lx_helix_user user = {.id = "77", .login = "carla", .name = "Carla"};
	if (found)
		found(error == LX_HELIX_OK ? &user : NULL, &result, data);
	else
		done(&result, data);
	cJSON_Delete(body);
	stage_turn(&stage);
}

static void forget(void)
{
	dstr_copy(&said, "");
	dstr_copy(&asked, "");
}

static int teardown(void **state)
{
	lx_orders_destroy(orders);
	lx_pins_destroy(pins);
	while (pending_count) /* comes back to nobody */
		answer(LX_HELIX_CANCELLED, "", "{}");
	stage_close(&stage);
	dstr_free(&said);
	dstr_free(&asked);
	return lx_leak_teardown(state);
}

static void on_told(const struct lx_outcome *outcome, void *data)
{
	dstr_catf(&said, "%s: %d '%s';", (const char *)data, (int)outcome->error, outcome->sentence);
}

static const char *give(const struct lx_order *order)
{
	static char error[256];
	struct dstr sentence = {0};
	const bool ok = lx_orders_give(orders, order, &sentence);
	snprintf(error, sizeof(error), "%s", ok ? "" : sentence.array);
	dstr_free(&sentence);
	return error;
}

static void asked_is(enum lx_helix_endpoint endpoint, const char *rest)
{
	char wanted[256];
	snprintf(wanted, sizeof(wanted), "%d %s;", (int)endpoint, rest);
	assert_string_equal(of(&asked), wanted);
	forget();
}

#define PINNED \
	"{\"data\":[{\"message_id\":\"m1\",\"sender_user_id\":\"5\",\"sender_user_name\":\"Carla\",\"pinned_by_user_name\":" \
	"\"Modi\",\"message\":{\"text\":\"read this\"},\"starts_at\":\"2026-11-20T16:00:00Z\",\"ends_at\":null}]}"

/* --- orders ------------------------------------------------------------------------------------------------------- */

static void each_order_is_one_request(void **state)
{
	(void)state;
	lx_orders_set_channel(orders, "100", "streamer");
	static const struct {
		struct lx_order order;
		enum lx_helix_endpoint endpoint;
		const char *request;
	} rows[] = {
		{{LX_ORDER_WARN, .user_id = "5", .text = "no \"spoilers\""},
		 LX_HELIX_WARN_CHAT_USER,
		 "broadcaster_id=100 {\"data\":{\"user_id\":\"5\",\"reason\":\"no \\\"spoilers\\\"\"}}"},
		{{LX_ORDER_BLOCK, .user_id = "5"}, LX_HELIX_BLOCK_USER, "target_user_id=5"},
		{{LX_ORDER_UNBLOCK, .user_id = "5"}, LX_HELIX_UNBLOCK_USER, "target_user_id=5"},
		{{LX_ORDER_MOD, .user_id = "5"}, LX_HELIX_ADD_MODERATOR, "broadcaster_id=100 user_id=5"},
		{{LX_ORDER_UNVIP, .user_id = "5"}, LX_HELIX_REMOVE_VIP, "broadcaster_id=100 user_id=5"},
		{{LX_ORDER_PIN, .message_id = "m", .duration_s = 600},
		 LX_HELIX_PIN_MESSAGE,
		 "broadcaster_id=100 message_id=m duration_seconds=600"},
		{{LX_ORDER_UNPIN, .message_id = "m"}, LX_HELIX_UNPIN_MESSAGE, "broadcaster_id=100 message_id=m"},
		{{LX_ORDER_ALLOW, .message_id = "m"},
		 LX_HELIX_MANAGE_HELD_AUTOMOD_MESSAGE,
		 "{\"msg_id\":\"m\",\"action\":\"ALLOW\"}"},
		{{LX_ORDER_DENY, .message_id = "m"},
		 LX_HELIX_MANAGE_HELD_AUTOMOD_MESSAGE,
		 "{\"msg_id\":\"m\",\"action\":\"DENY\"}"},
		{{LX_ORDER_RESTRICT, .user_id = "5"},
		 LX_HELIX_ADD_SUSPICIOUS_USER,
		 "broadcaster_id=100 {\"user_id\":\"5\",\"status\":\"RESTRICTED\"}"},
		{{LX_ORDER_UNTREAT, .user_id = "5"}, LX_HELIX_REMOVE_SUSPICIOUS_USER, "broadcaster_id=100 user_id=5"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_string_equal(give(&rows[i].order), "");
		asked_is(rows[i].endpoint, rows[i].request);
		answer(LX_HELIX_OK, "", "{}");
	}
	assert_int_equal(pin_changes, 2);
}

static void what_becomes_of_it_is_told(void **state)
{
	(void)state;
	lx_orders_set_channel(orders, "100", "streamer");
	give(&(struct lx_order){LX_ORDER_VIP, .user_id = "5", .user_login = "carla"});
	answer(LX_HELIX_OK, "", "{}");
	assert_string_equal(of(&said), "livextrem_order_done: carla is a VIP now.;");
	forget();
	give(&(struct lx_order){LX_ORDER_VIP, .user_id = "5", .user_login = "carla"});
	answer(LX_HELIX_CONFLICT, "All places are taken.", "{}");
	assert_string_equal(of(&said), "livextrem_order_failed: Not done: make carla a VIP. All places are taken.;");
}

static void who_wants_to_know_is_told_alone(void **state)
{
	(void)state;
	struct lx_order order = {LX_ORDER_VIP, .user_id = "5", .user_name = "Carla", .told = on_told, .data = "mine"};
	lx_orders_set_channel(orders, "100", "streamer");
	give(&order);
	answer(LX_HELIX_OK, "", "{}");
	assert_string_equal(of(&said), "mine: 0 'Carla is a VIP now.';");
	forget();
	give(&order);
	answer(LX_HELIX_CONFLICT, "All places are taken.", "{}");
	char wanted[64];
	snprintf(wanted, sizeof(wanted), "mine: %d 'All places are taken.';", LX_HELIX_CONFLICT);
	assert_string_equal(of(&said), wanted);
	forget();
	/* Also when the orders have gone meanwhile: whoever waits has something to free. */
	give(&order);
	lx_orders_destroy(orders);
	orders = NULL;
	answer(LX_HELIX_CANCELLED, "", "{}");
	snprintf(wanted, sizeof(wanted), "mine: %d '';", LX_HELIX_CANCELLED);
	assert_string_equal(of(&said), wanted);
}

static void a_text_is_pinned_as_a_new_message(void **state)
{
	(void)state;
	lx_orders_set_channel(orders, "100", "streamer");
	give(&(struct lx_order){LX_ORDER_PIN, .text = "at eight"});
	asked_is(LX_HELIX_SEND_CHAT_MESSAGE, "{\"broadcaster_id\":\"100\",\"message\":\"at eight\",\"pin\":true}");
	answer(LX_HELIX_OK, "", "{\"data\":[{\"message_id\":\"m\",\"is_sent\":true}]}");
	assert_string_equal(of(&said), "");
	assert_int_equal(pin_changes, 1);
	/* Twitch took it and showed it to nobody. */
	give(&(struct lx_order){LX_ORDER_PIN, .text = "at nine"});
	answer(LX_HELIX_OK, "",
	       "{\"data\":[{\"is_sent\":false,\"drop_reason\":{\"code\":\"x\",\"message\":\"Too rude.\"}}]}");
	assert_non_null(strstr(of(&said), "livextrem_order_failed"));
	assert_non_null(strstr(of(&said), "Too rude."));
	assert_int_equal(pin_changes, 1);
}

static void whatever_is_pinned_is_taken_down(void **state)
{
	(void)state;
	lx_orders_set_channel(orders, "100", "streamer");
	give(&(struct lx_order){.kind = LX_ORDER_UNPIN});
	asked_is(LX_HELIX_GET_PINNED_MESSAGE, "broadcaster_id=100");
	answer(LX_HELIX_OK, "", PINNED);
	asked_is(LX_HELIX_UNPIN_MESSAGE, "broadcaster_id=100 message_id=m1");
	answer(LX_HELIX_OK, "", "{}");
	assert_int_equal(pin_changes, 1);
	give(&(struct lx_order){.kind = LX_ORDER_UNPIN});
	answer(LX_HELIX_OK, "", "{\"data\":[]}");
	assert_non_null(strstr(of(&said), "No message is pinned."));
	assert_int_equal(pending_count, 0);
}

static void a_name_is_looked_up_first(void **state)
{
	(void)state;
	lx_orders_set_channel(orders, "100", "streamer");
	give(&(struct lx_order){LX_ORDER_MOD, .user_login = "carla"});
	assert_string_equal(of(&asked), "find carla;");
	forget();
	answer(LX_HELIX_OK, "", "{}");
	asked_is(LX_HELIX_ADD_MODERATOR, "broadcaster_id=100 user_id=77");
	answer(LX_HELIX_OK, "", "{}");
	give(&(struct lx_order){LX_ORDER_MOD, .user_login = "nobody"});
	forget();
	answer(LX_HELIX_NOT_FOUND, "Nobody is called so.", "{}");
	assert_string_equal(of(&said),
			    "livextrem_order_failed: Not done: make nobody a moderator. Nobody is called so.;");
}

static void what_makes_no_sense_is_refused_at_once(void **state)
{
	(void)state;
	char long_reason[502];
	memset(long_reason, 'x', sizeof(long_reason));
	long_reason[501] = 0;
	assert_non_null(strstr(give(&(struct lx_order){LX_ORDER_MOD, .user_id = "5"}), "Connect to a channel"));
	lx_orders_set_channel(orders, "100", "streamer");
	assert_string_not_equal(give(&(struct lx_order){.kind = LX_ORDER_MOD}), "");
	assert_string_not_equal(give(&(struct lx_order){LX_ORDER_PIN, .user_id = "5"}), "");
	assert_string_not_equal(give(&(struct lx_order){LX_ORDER_ALLOW, .text = "5"}), "");
	assert_string_not_equal(give(&(struct lx_order){LX_ORDER_WARN, .user_id = "5"}), "");
	assert_string_not_equal(give(&(struct lx_order){LX_ORDER_WARN, .user_id = "5", .text = long_reason}), "");
	assert_string_not_equal(give(&(struct lx_order){LX_ORDER_PIN, .message_id = "m", .duration_s = 29}), "");
	assert_string_not_equal(give(&(struct lx_order){LX_ORDER_PIN, .message_id = "m", .duration_s = 1801}), "");
	assert_string_not_equal(give(&(struct lx_order){lx_order_of_word("dance"), .user_id = "5"}), "");
	assert_int_equal(pending_count, 0);
}

static void orders_outlive_nobody(void **state)
{
	(void)state;
	lx_orders_set_channel(orders, "100", "streamer");
	give(&(struct lx_order){LX_ORDER_MOD, .user_login = "carla"});
	give(&(struct lx_order){LX_ORDER_PIN, .message_id = "m"});
	lx_orders_destroy(orders);
	orders = NULL;
	answer(LX_HELIX_OK, "", "{}");
	answer(LX_HELIX_OK, "", "{}");
	assert_int_equal(pin_changes, 0);
	assert_string_equal(of(&said), "");
}

/* --- pins --------------------------------------------------------------------------------------------------------- */

static void the_pin_is_asked_for_only_while_somebody_looks(void **state)
{
	(void)state;
	lx_pins_set_channel(pins, "100", "streamer");
	stage_turn(&stage);
	assert_string_equal(of(&asked), "");
	lx_pins_demand(pins);
	stage_turn(&stage);
	asked_is(LX_HELIX_GET_PINNED_MESSAGE, "broadcaster_id=100");
	answer(LX_HELIX_OK, "", PINNED);
	assert_string_equal(of(&said), "pin m1 'read this' by Modi until 0;");
	forget();
	/* The same again is no news. */
	for (int i = 0; i < 3; i++) {
		stage_pass(&stage, 30000);
		assert_int_equal(pending_count, 1);
		answer(LX_HELIX_OK, "", PINNED);
	}
	assert_string_equal(of(&said), "");
	stage_pass(&stage, 30000);
	assert_int_equal(pending_count, 0); /* nobody looks any more */
	lx_pins_demand(pins);
	stage_turn(&stage);
	assert_int_equal(pending_count, 1);
	answer(LX_HELIX_OK, "", "{\"data\":[]}");
	assert_string_equal(of(&said), "pin  '' by  until 0;");
}

static void a_change_of_ours_is_asked_after_at_once(void **state)
{
	(void)state;
	lx_pins_set_channel(pins, "100", "streamer");
	lx_pins_demand(pins);
	stage_turn(&stage);
	lx_pins_refresh(pins); /* while the question is under way */
	stage_turn(&stage);
	answer(LX_HELIX_OK, "", "{\"data\":[]}");
	assert_int_equal(pending_count, 0);
	stage_pass(&stage, 1000);
	assert_int_equal(pending_count, 1);
	answer(LX_HELIX_OK, "", PINNED);
	assert_string_equal(of(&said), "pin m1 'read this' by Modi until 0;");
}

static void another_channel_has_other_pins(void **state)
{
	(void)state;
	lx_pins_set_channel(pins, "100", "streamer");
	lx_pins_demand(pins);
	stage_turn(&stage);
	answer(LX_HELIX_OK, "", PINNED);
	forget();
	lx_pins_set_channel(pins, "200", "other");
	stage_turn(&stage);
	assert_string_equal(of(&said), "pin  '' by  until 0;");
	asked_is(LX_HELIX_GET_PINNED_MESSAGE, "broadcaster_id=200");
}

static void without_the_permission_nothing_is_asked(void **state)
{
	(void)state;
	may = false;
	lx_pins_set_channel(pins, "100", "streamer");
	lx_pins_demand(pins);
	stage_turn(&stage);
	assert_int_equal(pending_count, 0);
	may = true;
	lx_pins_demand(pins);
	stage_turn(&stage);
	assert_int_equal(pending_count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_order_is_one_request, setup, teardown),
		cmocka_unit_test_setup_teardown(what_becomes_of_it_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(who_wants_to_know_is_told_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(a_text_is_pinned_as_a_new_message, setup, teardown),
		cmocka_unit_test_setup_teardown(whatever_is_pinned_is_taken_down, setup, teardown),
		cmocka_unit_test_setup_teardown(a_name_is_looked_up_first, setup, teardown),
		cmocka_unit_test_setup_teardown(what_makes_no_sense_is_refused_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(orders_outlive_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(the_pin_is_asked_for_only_while_somebody_looks, setup, teardown),
		cmocka_unit_test_setup_teardown(a_change_of_ours_is_asked_after_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(another_channel_has_other_pins, setup, teardown),
		cmocka_unit_test_setup_teardown(without_the_permission_nothing_is_asked, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
