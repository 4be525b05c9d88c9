/* How the core's parts are joined: each part here only notes what it is told. */
#include "support.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "chat/send.h"
#include "core.h"
#include "moderation/actions.h"
#include "platform/memory.h"
#include "stats/live_stats.h"
#include "stats/poller.h"
#include "twitch/account.h"
#include "twitch/eventsub.h"
#include "twitch/irc_client.h"
#include "twitch/roles.h"

/* --- the parts: these stand in for the real ones, which the linker then leaves out ---------------------------------- */

static struct dstr told; /* "irc join streamer; roles channel streamer/; …" */

#define NOTE(...) dstr_catf(&told, __VA_ARGS__)

#define CREATED ((void *)1)

struct lx_irc_client *lx_irc_client_create(const struct lx_irc_client_config *config)
{
	return CREATED;
}
void lx_irc_client_destroy(struct lx_irc_client *client) {}
void lx_irc_client_join(struct lx_irc_client *client, const char *channel)
{
	NOTE("irc join %s; ", channel);
}
void lx_irc_client_leave(struct lx_irc_client *client, const char *channel) {}
void lx_irc_client_send(struct lx_irc_client *client, const char *channel, const char *text, const char *reply_id) {}
void lx_irc_client_sent(struct lx_irc_client *client, const char *channel, const char *id, const char *text,
			const char *reply_id)
{
}
void lx_irc_client_renew(struct lx_irc_client *client)
{
	NOTE("irc renew; ");
}

struct lx_eventsub *lx_eventsub_create(const struct lx_eventsub_config *config)
{
	return CREATED;
}
void lx_eventsub_destroy(struct lx_eventsub *eventsub) {}
struct lx_eventsub_api lx_eventsub_api_of(struct lx_helix *helix)
{
	return (struct lx_eventsub_api){0};
}
void lx_eventsub_start(struct lx_eventsub *eventsub, const char *broadcaster_id)
{
	NOTE("eventsub start %s; ", broadcaster_id);
}
void lx_eventsub_stop(struct lx_eventsub *eventsub) {}
void lx_eventsub_account_changed(struct lx_eventsub *eventsub)
{
	NOTE("eventsub account; ");
}
void lx_eventsub_reconnect(struct lx_eventsub *eventsub)
{
	NOTE("eventsub reconnect; ");
}
void lx_eventsub_visit_topics(struct lx_eventsub *eventsub, lx_topic_visitor visit, void *data) {}

struct lx_account *lx_account_create(const struct lx_account_config *config)
{
	return CREATED;
}
void lx_account_destroy(struct lx_account *account) {}
void lx_account_start(struct lx_account *account)
{
	NOTE("account start; ");
}
void lx_account_set_client(struct lx_account *account, const char *client_id, const char *client_secret) {}
void lx_account_set_redirect(struct lx_account *account, uint16_t port, bool any_port) {}
void lx_account_login(struct lx_account *account, enum lx_account_role role, enum lx_login_way way) {}
void lx_account_move_secrets(struct lx_account *account, enum lx_secret_kind kind, const char *path) {}
void lx_account_login_cancel(struct lx_account *account, enum lx_account_role role) {}
void lx_account_logout(struct lx_account *account, enum lx_account_role role) {}
struct lx_credentials_provider lx_account_credentials(struct lx_account *account, enum lx_account_role role)
{
	return (struct lx_credentials_provider){0};
}

struct lx_roles *lx_roles_create(const struct lx_roles_config *config)
{
	return CREATED;
}
void lx_roles_destroy(struct lx_roles *roles) {}
void lx_roles_set_channel(struct lx_roles *roles, const char *login, const char *room_id)
{
	NOTE("roles channel %s/%s; ", login, room_id);
}
void lx_roles_refresh(struct lx_roles *roles)
{
	NOTE("roles refresh; ");
}

struct lx_poller *lx_poller_create(const struct lx_poller_config *config)
{
	return CREATED;
}
void lx_poller_destroy(struct lx_poller *poller) {}
void lx_poller_set_channel(struct lx_poller *poller, const char *login, const char *channel_id) {}
void lx_poller_refresh(struct lx_poller *poller, uint32_t demand)
{
	NOTE("poll%s%s%s%s; ", demand & LX_DEMAND_STREAM ? " stream" : "", demand & LX_DEMAND_INFO ? " info" : "",
	     demand & LX_DEMAND_FOLLOWERS ? " followers" : "", demand & LX_DEMAND_SUBS ? " subs" : "");
}

struct lx_actions *lx_actions_create(const struct lx_actions_config *config)
{
	return CREATED;
}
void lx_actions_destroy(struct lx_actions *actions) {}
void lx_actions_bind(struct lx_actions *actions, struct lx_bus *bus) {}
void lx_actions_set_channel(struct lx_actions *actions, const char *room_id, const char *login) {}
uint64_t lx_actions_do(struct lx_actions *actions, const struct lx_wish *wish, struct dstr *error)
{
	return 0;
}

struct lx_send *lx_send_create(const struct lx_send_config *config)
{
	return CREATED;
}
void lx_send_destroy(struct lx_send *send) {}
void lx_send_bind(struct lx_send *send, struct lx_bus *bus) {}
void lx_send_set_channel(struct lx_send *send, const char *room_id, const char *login) {}
bool lx_send_message(struct lx_send *send, const char *text, const char *reply_to, struct dstr *error)
{
	return false;
}

/* --- the stage ---------------------------------------------------------------------------------------------------- */

static struct lx_test_clock test_clock;
static signal_handler_t *signals;
static proc_handler_t *procs;
static struct lx_bus *bus;
static struct lx_text *text;
static struct lx_settings *settings;
static struct lx_core *core;
static calldata_t call;

static int setup(void **state)
{
	lx_leak_setup(state);
	dstr_init(&told);
	lx_test_clock_init(&test_clock);
	calldata_init(&call);
	signals = signal_handler_create();
	procs = proc_handler_create();
	bus = lx_bus_create(signals, procs);
	text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	settings = lx_settings_create(NULL);
	core = lx_core_create(&(struct lx_core_config){
		.bus = bus,
		.text = text,
		.clock = &test_clock.clock,
		.random = &lx_test_random,
		.settings = settings,
		.addresses = {.irc = "irc://127.0.0.1:1",
			      .helix = "http://127.0.0.1:1",
			      .id = "http://127.0.0.1:1",
			      .eventsub = "ws://127.0.0.1:1",
			      .client_id = ""},
	});
	assert_non_null(core);
	return 0;
}

static int teardown(void **state)
{
	lx_core_destroy(core);
	lx_settings_destroy(settings);
	lx_text_destroy(text);
	lx_bus_destroy(bus);
	proc_handler_destroy(procs);
	signal_handler_destroy(signals);
	calldata_free(&call);
	dstr_free(&told);
	return lx_leak_teardown(state);
}

#define assert_told(words)                                                \
	{                                                                 \
		assert_string_equal(told.array ? told.array : "", words); \
		dstr_free(&told);                                         \
	}

static bool ask(const char *procedure)
{
	assert_true(proc_handler_call(procs, procedure, &call));
	return calldata_bool(&call, "ok");
}

static void read_channel(void)
{
	calldata_set_string(&call, "channel", "https://www.twitch.tv/Streamer");
	assert_true(ask("livextrem_connect"));
}

static void emit(enum lx_event_type type)
{
	struct lx_event event;
	lx_event_init(&event, type);
	event.channel = "streamer";
	event.room_id = "200";
	lx_bus_emit(bus, &event);
}

static void tell_role(enum lx_channel_role role)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_PERMISSION);
	event.channel = "streamer";
	event.permission.role = role;
	lx_bus_emit(bus, &event);
}

/* --- tests -------------------------------------------------------------------------------------------------------- */

static void the_channel_goes_to_all_parts_and_its_id_follows(void **state)
{
	read_channel();
	assert_told("roles channel streamer/; irc join streamer; ");
	emit(LX_EVENT_ROOM_STATE);
	assert_told("roles channel streamer/200; eventsub start 200; ");
	emit(LX_EVENT_ROOM_STATE);
	assert_told("");
}

static void reconnecting_renews_everything(void **state)
{
	read_channel();
	dstr_free(&told);
	assert_true(ask("livextrem_reconnect"));
	assert_told("account start; irc renew; eventsub reconnect; roles refresh; ");
}

static void reconnecting_without_a_channel_connects(void **state)
{
	assert_false(ask("livextrem_reconnect"));
	assert_true(*calldata_string(&call, "error"));
	assert_told("account start; ");
	lx_settings_set_string(settings, LX_SETTING_CHANNEL, "streamer");
	assert_true(ask("livextrem_reconnect"));
	assert_told("account start; roles channel streamer/; irc join streamer; ");
}

static void events_hurry_the_numbers_they_move(void **state)
{
	emit(LX_EVENT_FOLLOW);
	assert_told("poll followers; ");
	emit(LX_EVENT_SUBSCRIPTION);
	assert_told("poll subs; ");
	emit(LX_EVENT_RAID);
	assert_told("poll stream; ");
	emit(LX_EVENT_STREAM);
	assert_told("poll stream info; ");
	emit(LX_EVENT_BITS);
	assert_told("");
}

static void what_we_may_do_can_be_asked(void **state)
{
	assert_true(ask("livextrem_get_state"));
	assert_string_equal(calldata_string(&call, "channel_role"), "unknown");
	tell_role(LX_CHANNEL_ROLE_MODERATOR);
	assert_true(ask("livextrem_get_state"));
	assert_string_equal(calldata_string(&call, "channel_role"), "moderator");
}

static void who_becomes_a_moderator_hears_more(void **state)
{
	tell_role(LX_CHANNEL_ROLE_MODERATOR); /* it was not known before */
	tell_role(LX_CHANNEL_ROLE_NONE);
	assert_told("");
	tell_role(LX_CHANNEL_ROLE_MODERATOR);
	assert_told("eventsub account; ");
}

#define core_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		core_test(the_channel_goes_to_all_parts_and_its_id_follows),
		core_test(reconnecting_renews_everything),
		core_test(reconnecting_without_a_channel_connects),
		core_test(events_hurry_the_numbers_they_move),
		core_test(what_we_may_do_can_be_asked),
		core_test(who_becomes_a_moderator_hears_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
