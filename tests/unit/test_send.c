#include "stage.h"

#include <string.h>

#include <util/dstr.h>

#include "chat/send.h"
#include "fake_http.h"
#include "platform/memory.h"

static struct stage stage;
static struct lx_helix *helix, *bot_helix;
static struct lx_send *sender;
static struct dstr error, by_irc, notice;
static bool may_write, bot_signed_in;

static bool get_credentials(struct lx_credentials *out, void *data)
{
	*out = (struct lx_credentials){bstrdup("client"), bstrdup("token"), bstrdup("100"), bstrdup("me")};
	return true;
}

static bool has_scope(const char *scope, void *data)
{
	return may_write && strcmp(scope, "user:write:chat") == 0;
}

static bool get_bot(struct lx_credentials *out, void *data)
{
	if (bot_signed_in)
		*out = (struct lx_credentials){bstrdup("client"), bstrdup("bot"), bstrdup("200"), bstrdup("mybot")};
	return bot_signed_in;
}

static bool bot_has_scope(const char *scope, void *data)
{
	return bot_signed_in && strcmp(scope, "user:write:chat") == 0;
}

static void irc(const char *channel, const char *words, const char *reply_to, void *data)
{
	dstr_catf(&by_irc, "#%s <%s> %s; ", channel, words, reply_to);
}

static void taken(const char *channel, const char *id, const char *words, const char *reply_to, void *data)
{
	dstr_catf(&by_irc, "taken #%s %s %s <%s>; ", channel, id, words, reply_to);
}

static void on_notice(const struct lx_event *event, void *data)
{
	assert_string_equal(event->channel, "streamer");
	dstr_catf(&notice, "[%s] %s", event->notice.id, event->notice.text);
}

static int setup(void **state)
{
	lx_leak_setup(state);
	dstr_init(&error);
	dstr_init(&by_irc);
	dstr_init(&notice);
	may_write = true;
	bot_signed_in = false;
	da_init(fake_http.requests);
	stage_open(&stage);
	lx_bus_connect(stage.bus, LX_EVENT_NOTICE, on_notice, NULL);
	helix = lx_helix_create(&(const struct lx_helix_config){
		.loop = stage.loop,
		.bus = stage.bus,
		.text = stage.text,
		.random = &lx_test_random,
		.base_url = "https://t",
		.credentials = {get_credentials, NULL, has_scope, NULL},
	});
	bot_helix = lx_helix_create(&(const struct lx_helix_config){
		.loop = stage.loop,
		.text = stage.text,
		.random = &lx_test_random,
		.base_url = "https://t",
		.credentials = {get_bot, NULL, bot_has_scope, NULL},
	});
	sender = lx_send_create(&(const struct lx_send_config){.loop = stage.loop,
							       .helix = helix,
							       .bot_helix = bot_helix,
							       .bus = stage.bus,
							       .text = stage.text,
							       .irc = irc,
							       .taken = taken});
	lx_send_bind(sender, stage.bus);
	lx_send_set_channel(sender, "1", "streamer");
	return 0;
}

static int teardown(void **state)
{
	lx_bus_unbind_all(stage.bus);
	lx_send_destroy(sender);
	lx_helix_destroy(bot_helix);
	lx_helix_destroy(helix);
	fake_http_finish();
	lx_bus_disconnect(stage.bus, LX_EVENT_NOTICE, on_notice, NULL);
	stage_close(&stage);
	dstr_free(&error);
	dstr_free(&by_irc);
	dstr_free(&notice);
	return lx_leak_teardown(state);
}

static bool send_text(const char *words)
{
	dstr_free(&error);
	bool ok = lx_send_message(sender, words, "", &error);
	for (int i = 0; i < 3; i++)
		lx_loop_run_once(stage.loop, 0);
	return ok;
}

static const char *body(void)
{
	assert_true(fake_http.requests.num > 0);
	return fake_http.requests.array[fake_http.requests.num - 1].body;
}

static void through_the_web_api(void **state)
{
	assert_true(lx_send_message(sender, "hello \"you\"", "parent-1", &error));
	lx_loop_run_once(stage.loop, 0);
	assert_string_equal(body(), "{\"broadcaster_id\":\"1\",\"message\":\"hello \\\"you\\\"\","
				    "\"reply_parent_message_id\":\"parent-1\",\"sender_id\":\"100\"}");
	fake_answer(0, 200, "{\"data\":[{\"message_id\":\"m\",\"is_sent\":true,\"drop_reason\":null}]}");
	assert_null(notice.array);
	assert_string_equal(by_irc.array, "taken #streamer m hello \"you\" <parent-1>; ");
}

static void the_bot_speaks_while_it_is_signed_in(void **state)
{
	assert_true(send_text("from me"));
	assert_non_null(strstr(body(), "\"sender_id\":\"100\""));
	bot_signed_in = true;
	assert_true(send_text("from the bot"));
	assert_non_null(strstr(body(), "\"sender_id\":\"200\""));
	bot_signed_in = false;
	assert_true(send_text("from me again"));
	assert_non_null(strstr(body(), "\"sender_id\":\"100\""));
}

static void a_dropped_message_says_why(void **state)
{
	assert_true(send_text("hello"));
	fake_answer(0, 200,
		    "{\"data\":[{\"message_id\":\"\",\"is_sent\":false,\"drop_reason\":{\"code\":\"msg_duplicate\","
		    "\"message\":\"Your message is identical.\"}}]}");
	assert_string_equal(notice.array,
			    "[msg_duplicate] Twitch did not show your message: Your message is identical.");
	dstr_free(&notice);
	assert_true(send_text("hello"));
	fake_answer(1, 200, "{\"data\":[{\"is_sent\":\"false\"}]}");
	assert_string_equal(notice.array,
			    "[livextrem_send_dropped] Twitch did not show your message and gave no reason.");
	dstr_free(&notice);
	assert_true(send_text("hello"));
	fake_answer(2, 403, "{\"message\":\"banned\"}");
	assert_string_equal(notice.array,
			    "[livextrem_send_failed] Your message was not sent. You may not write in this chat "
			    "at the moment. (Twitch: banned)");
}

static void irc_where_the_web_api_will_not_do(void **state)
{
	assert_true(send_text("/me waves"));
	may_write = false;
	assert_true(send_text("plain"));
	may_write = true;
	lx_send_set_channel(sender, "", "streamer"); /* its id is not known yet */
	assert_true(send_text("early"));
	assert_int_equal(fake_http.requests.num, 0);
	assert_string_equal(by_irc.array, "#streamer </me waves> ; #streamer <plain> ; #streamer <early> ; ");
	dstr_free(&by_irc);
	/* what is granted is sometimes known only by asking */
	lx_send_set_channel(sender, "1", "streamer");
	assert_true(lx_send_message(sender, "late", "p", &error));
	lx_loop_run_once(stage.loop, 0);
	fake_answer(0, 401, "{\"message\":\"Missing scope: user:write:chat\"}");
	assert_string_equal(by_irc.array, "#streamer <late> p; ");
	assert_null(notice.array);
}

/* What the bot was to say is never said by the streamer. */
static void what_the_bot_may_not_say_nobody_says(void **state)
{
	bot_signed_in = true;
	assert_true(send_text("from the bot"));
	fake_answer(0, 401, "{\"message\":\"Missing scope: user:write:chat\"}");
	assert_null(by_irc.array);
	assert_non_null(notice.array);
	assert_int_equal(strncmp(notice.array, "[livextrem_send_failed]", 23), 0);
}

static void commands_and_nonsense_are_refused(void **state)
{
	static const struct {
		const char *words, *said;
	} cases[] = {
		{"", "There is no text to send."},
		{" \t\r\n", "There is no text to send."},
		{"/ban anna", "“/ban” is a command that is not known here, so it was not sent."},
		{".timeout anna", "“.timeout” is a command that is not known here, so it was not sent."},
		{"/", "“/” is a command that is not known here, so it was not sent."},
		{"/menace", "“/menace” is a command that is not known here, so it was not sent."},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(send_text(cases[i].words));
		assert_string_equal(error.array, cases[i].said);
	}
	struct dstr longer = {0};
	for (int i = 0; i < 501; i++)
		dstr_cat(&longer, "ř");
	assert_false(send_text(longer.array));
	assert_string_equal(error.array, "A message may have at most 500 characters (it has 501).");
	dstr_free(&longer);
	lx_send_set_channel(sender, "", "");
	assert_false(send_text("x"));
	assert_string_equal(error.array, "No channel is connected. Connect to one first.");
	assert_int_equal(fake_http.requests.num, 0);
	assert_null(by_irc.array);
}

static void one_line_without_control_characters(void **state)
{
	assert_true(send_text("  a\nPRIVMSG #x :b\x01 "));
	assert_non_null(strstr(body(), "\"message\":\"a PRIVMSG #x :b\""));
	assert_true(send_text("... and so on"));
	assert_non_null(strstr(body(), "... and so on"));
}

static void the_procedure(void **state)
{
	calldata_t call = {0};
	assert_true(proc_handler_call(stage.procs, "livextrem_send", &call));
	assert_false(calldata_bool(&call, "ok"));
	calldata_set_string(&call, "text", "hi");
	assert_true(proc_handler_call(stage.procs, "livextrem_send", &call));
	assert_true(calldata_bool(&call, "ok"));
	assert_string_equal(calldata_string(&call, "error"), "");
	calldata_free(&call);
}

static void it_may_go_while_a_message_is_under_way(void **state)
{
	assert_true(send_text("hello"));
	lx_bus_unbind_all(stage.bus);
	lx_send_destroy(sender);
	sender = NULL;
	fake_answer(0, 403, "");
	assert_null(notice.array);
}

int main(void)
{
	lx_memory_init();
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(through_the_web_api),
		TEST(the_bot_speaks_while_it_is_signed_in),
		TEST(a_dropped_message_says_why),
		TEST(irc_where_the_web_api_will_not_do),
		TEST(what_the_bot_may_not_say_nobody_says),
		TEST(commands_and_nonsense_are_refused),
		TEST(one_line_without_control_characters),
		TEST(the_procedure),
		TEST(it_may_go_while_a_message_is_under_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
