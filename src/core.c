#include "core.h"

#include <stdio.h>
#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "chat/archive.h"
#include "chat/commands.h"
#include "chat/emote_loader.h"
#include "chat/emotes.h"
#include "chat/log.h"
#include "chat/markers.h"
#include "chat/pins.h"
#include "chat/send.h"
#include "chat/subtitles.h"
#include "moderation/actions.h"
#include "moderation/chat_modes.h"
#include "moderation/orders.h"
#include "net/http.h"
#include "net/picture_cache.h"
#include "platform/secret_store.h"
#include "stats/live_stats.h"
#include "stats/poller.h"
#include "twitch/account.h"
#include "twitch/eventsub.h"
#include "twitch/eventsub_poll.h"
#include "twitch/helix.h"
#include "twitch/irc_client.h"
#include "twitch/roles.h"
#include "twitch/scopes.h"
#include "twitch/twins.h"

#define USER_AGENT "liveXtrem/" LIVEXTREM_VERSION
#define MAX_LOGIN 25 /* Twitch's longest login */
#define BLANKS " \t\r\n"
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Whose chat is read: "" = nobody's. */
struct reading {
	char channel[MAX_LOGIN + 1];
	char room_id[32]; /* "" while it is not known */
};

struct lx_core {
	struct lx_core_config config;
	struct lx_loop *web_loop, *chat_loop, *events_loop;
	struct lx_loop *picture_loop; /* reads long lists and files, and decodes: nothing urgent runs on it */
	struct lx_http *http, *picture_http;
	struct lx_secret_store *secrets;
	struct lx_account *account;
	struct lx_helix *helix, *bot_helix; /* of the main account, and of the one that sends */
	struct lx_twins *twins;
	struct lx_irc_client *irc;
	struct lx_eventsub *eventsub;
	struct lx_eventsub_poll *eventsub_poll;
	struct lx_roles *roles;
	struct lx_actions *actions;
	struct lx_orders *orders;
	struct lx_chat_mode_switch *modes;
	struct lx_pins *pins;
	struct lx_send *send;
	struct lx_markers *markers;
	struct lx_subtitles *subtitles; /* NULL: nothing is logged */
	struct lx_names *names;
	struct lx_commands *commands;
	struct lx_emotes *emotes;
	struct lx_emote_loader *emote_loader;
	struct lx_picture_cache *pictures;
	struct lx_live_stats *stats;
	struct lx_log *log; /* NULL: nowhere to keep it */
	struct lx_archive *archive;
	struct lx_poller *poller;
	char *token_path, *client_id;
	enum lx_secret_kind secrets_in; /* or on their way there */
	bool running, stopped;

	char read_channel[MAX_LOGIN + 1]; /* what the parts were told last; only of the thread that carries out */

	pthread_mutex_t mutex; /* guards what follows; nothing is called with it held */
	struct reading wanted;
	bool again;          /* and its chat anew, if it is read already */
	bool follow_account; /* no channel was named: read the signed-in account's own */
	uint64_t wishes, carried_out;
	bool carrying_out;
	enum lx_link_state links[LX_LINK_COUNT];
	enum lx_account_state account_state;
	bool own_emotes; /* the account may list its own */
	enum lx_channel_role channel_role;
	char login[MAX_LOGIN + 1], user_id[32];
};

/* --- channel ----------------------------------------------------------------------------------------------------- */

static bool is_login_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* The part of an address of Twitch's that names the channel: "twitch.tv/name/videos", "twitch.tv/popout/name/chat". */
static const char *name_in_address(const char *typed)
{
	static const char host[] = "twitch.tv/";
	static const char *const pages[] = {"popout/", "moderator/", "embed/", "u/"};
	const char *name = astrstri(typed, host);
	if (!name)
		return typed;
	name += sizeof(host) - 1;
	for (size_t i = 0; i < COUNT(pages); i++) {
		if (strncmp(name, pages[i], strlen(pages[i])) == 0)
			return name + strlen(pages[i]);
	}
	return name;
}

/* Takes what people type or paste: "Name", "#name", "https://www.twitch.tv/name". False when it can be no login. */
static bool clean_channel(const char *typed, char out[MAX_LOGIN + 1])
{
	const char *name = name_in_address(typed);
	bool address = name != typed;
	if (!address)
		name += strspn(name, "#@" BLANKS);
	size_t length = strcspn(name, address ? "/?#" BLANKS : BLANKS);
	if (length == 0 || length > MAX_LOGIN)
		return false;
	for (size_t i = 0; i < length; i++) {
		/* tolower() is the language's business: in Turkish it leaves the I alone. */
		out[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
		if (!is_login_character(out[i]))
			return false;
	}
	out[length] = 0;
	return true;
}

/* EventSub needs the channel's id and somebody who is signed in. */
static void follow_events(struct lx_core *core, const char *room_id)
{
	if (*room_id)
		lx_eventsub_start(core->eventsub, room_id);
	else
		lx_eventsub_stop(core->eventsub);
}

static void tell_parts(struct lx_core *core, const struct reading *wanted, bool again)
{
	const char *channel = wanted->channel, *room_id = wanted->room_id;
	bool moved = strcmp(core->read_channel, channel) != 0;

	if (moved && *core->read_channel)
		lx_irc_client_leave(core->irc, NULL);
	lx_actions_set_channel(core->actions, room_id, channel);
	lx_orders_set_channel(core->orders, room_id, channel);
	lx_chat_mode_set_channel(core->modes, channel, room_id);
	lx_pins_set_channel(core->pins, room_id, channel);
	lx_send_set_channel(core->send, room_id, channel);
	lx_markers_set_channel(core->markers, room_id, channel);
	lx_commands_set_channel(core->commands, room_id, channel);
	lx_poller_set_channel(core->poller, channel, room_id);
	lx_roles_set_channel(core->roles, channel, room_id);
	lx_eventsub_poll_set_channel(core->eventsub_poll, channel, room_id);
	lx_emote_loader_set_channel(core->emote_loader, room_id);
	follow_events(core, room_id);
	if (moved && *channel)
		lx_irc_client_join(core->irc, channel);
	else if (again && *channel)
		lx_irc_client_renew(core->irc);
	strcpy(core->read_channel, channel);
}

/*
 * Tells the parts what is wanted, without the lock, for they may call back. One thread at a time does it, until nothing newer is
 * wanted: whoever comes meanwhile leaves it to that one. So all parts end up with the same channel, the one that was wanted last, and
 * nobody waits for anybody.
 */
static void carry_out(struct lx_core *core)
{
	pthread_mutex_lock(&core->mutex);
	bool mine = !core->carrying_out;
	while (mine && core->carried_out != core->wishes) {
		struct reading wanted = core->wanted;
		bool again = core->again;
		core->again = false;
		core->carried_out = core->wishes;
		core->carrying_out = true;
		pthread_mutex_unlock(&core->mutex);
		tell_parts(core, &wanted, again);
		pthread_mutex_lock(&core->mutex);
		core->carrying_out = false;
	}
	pthread_mutex_unlock(&core->mutex);
}

/* With the mutex held; carry_out() comes after it. */
static void want(struct lx_core *core, const char *channel, const char *room_id)
{
	bool same = strcmp(core->wanted.channel, channel) == 0;
	if (!same)
		snprintf(core->wanted.channel, sizeof(core->wanted.channel), "%s", channel);
	/* Who names a channel by its login knows no id; that of the same channel is known still. */
	if (!same || *room_id)
		snprintf(core->wanted.room_id, sizeof(core->wanted.room_id), "%s", room_id);
	core->wishes++;
}

/* NULL when all is well, else the key of a sentence that says what is wrong. `again`: anew, if it is read already. */
static const char *connect_to(struct lx_core *core, const char *named, bool again)
{
	char *typed = named && *named ? bstrdup(named) : lx_settings_string(core->config.settings, LX_SETTING_CHANNEL);
	char channel[MAX_LOGIN + 1];
	const char *error = *typed && !clean_channel(typed, channel) ? "Connect.Error.Name" : NULL;

	pthread_mutex_lock(&core->mutex);
	bool signed_in = core->account_state == LX_ACCOUNT_SIGNED_IN;
	if (!error) {
		core->follow_account = !*typed;
		if (!*typed && !signed_in)
			error = "Connect.Error.NoChannel";
	}
	if (!error) {
		const char *wanted = *typed ? channel : core->login;
		want(core, wanted, signed_in && strcmp(wanted, core->login) == 0 ? core->user_id : "");
		core->again = core->again || again;
	}
	pthread_mutex_unlock(&core->mutex);

	bfree(typed);
	if (!error)
		carry_out(core);
	return error;
}

/* --- events the parts need of each other ------------------------------------------------------------------------- */

static void on_room_state(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	pthread_mutex_lock(&core->mutex);
	bool news = *event->room_id && strcmp(core->wanted.channel, event->channel) == 0 &&
		    strcmp(core->wanted.room_id, event->room_id) != 0;
	if (news)
		want(core, event->channel, event->room_id);
	pthread_mutex_unlock(&core->mutex);
	if (news)
		carry_out(core);
}

static void on_connection(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	pthread_mutex_lock(&core->mutex);
	core->links[event->connection.link] = event->connection.state;
	pthread_mutex_unlock(&core->mutex);
}

static void on_account(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	const struct lx_account_info *info = &event->account;
	if (info->role != LX_ACCOUNT_MAIN)
		return;

	pthread_mutex_lock(&core->mutex);
	bool in = info->state == LX_ACCOUNT_SIGNED_IN;
	bool own_channel = in && core->follow_account && strcmp(core->user_id, info->user_id) != 0;
	bool own_emotes = in && lx_scopes_contain(info->scopes, "user:read:emotes");
	bool arrived = in && (core->account_state != LX_ACCOUNT_SIGNED_IN || (own_emotes && !core->own_emotes));
	core->own_emotes = own_emotes;
	core->account_state = info->state;
	if (in || info->state == LX_ACCOUNT_SIGNED_OUT) {
		snprintf(core->login, sizeof(core->login), "%s", in ? info->login : "");
		snprintf(core->user_id, sizeof(core->user_id), "%s", in ? info->user_id : "");
	}
	pthread_mutex_unlock(&core->mutex);

	/* The chat's link listens to the account itself. */
	lx_eventsub_account_changed(core->eventsub);
	if (arrived)
		lx_emote_loader_signed_in(core->emote_loader);
	if (own_channel)
		connect_to(core, "", false);
}

/* Who has just become a moderator may read more than before. */
static void on_permission(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	enum lx_channel_role role = event->permission.role;
	pthread_mutex_lock(&core->mutex);
	bool promoted = core->channel_role == LX_CHANNEL_ROLE_NONE && role == LX_CHANNEL_ROLE_MODERATOR;
	core->channel_role = role;
	pthread_mutex_unlock(&core->mutex);
	lx_markers_set_role(core->markers, role);
	if (promoted)
		lx_eventsub_account_changed(core->eventsub);
}

static void on_stream(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	const struct lx_stream *stream = &event->stream;
	lx_live_stats_set_stream(core->stats, stream->online, LX_STAT_UNKNOWN,
				 stream->started_ms ? stream->started_ms : LX_STAT_UNKNOWN);
	lx_poller_refresh(core->poller, LX_DEMAND_STREAM | LX_DEMAND_INFO);
}

/* Numbers that no event carries, but that an event moves. */
static void on_counted(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	lx_poller_refresh(core->poller, event->type == LX_EVENT_FOLLOW         ? LX_DEMAND_FOLLOWERS
					: event->type == LX_EVENT_SUBSCRIPTION ? LX_DEMAND_SUBS
									       : LX_DEMAND_STREAM);
}

/* The poll knows of a stream that began before anybody listened, and of an end that nobody heard. */
static void on_polled_stream(const char *channel, const struct lx_helix_stream *stream, void *data)
{
	struct lx_core *core = data;
	if (!core->log)
		return;
	if (!stream)
		lx_log_stream_offline(core->log, channel);
	else if (lx_log_stream_online(core->log, channel, stream->user_id, stream->id,
				      stream->started_ms == LX_HELIX_UNKNOWN ? 0 : stream->started_ms))
		lx_log_stream_info(core->log, channel, stream->title, stream->game_name);
}

void lx_core_streaming(struct lx_core *core, bool live)
{
	char channel[MAX_LOGIN + 1] = "", room_id[32] = "";
	if (!core || core->stopped || !core->log)
		return;
	pthread_mutex_lock(&core->mutex);
	if (*core->login && strcmp(core->wanted.channel, core->login) == 0) {
		strcpy(channel, core->login);
		strcpy(room_id, core->user_id);
	}
	pthread_mutex_unlock(&core->mutex);
	if (*channel && live)
		lx_log_stream_online(core->log, channel, room_id, "", 0);
	else if (*channel)
		lx_log_stream_offline(core->log, channel);
}

static void on_channel_update(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	lx_live_stats_set_info(core->stats, event->channel_update.title, event->channel_update.category);
}

/* --- procedures -------------------------------------------------------------------------------------------------- */

static void answer(struct lx_core *core, calldata_t *call, const char *error_key)
{
	calldata_set_bool(call, "ok", !error_key);
	calldata_set_string(call, "error", error_key ? lx_text_get(core->config.text, error_key) : "");
}

static void proc_connect(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	answer(core, call, connect_to(core, calldata_string(call, "channel"), true));
}

static void proc_disconnect(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	pthread_mutex_lock(&core->mutex);
	core->follow_account = false;
	want(core, "", "");
	pthread_mutex_unlock(&core->mutex);
	carry_out(core);
	answer(core, call, NULL);
}

/* For people who do not want to wait: everything anew, whether it seems to work or not. */
static void proc_reconnect(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	pthread_mutex_lock(&core->mutex);
	bool reading = *core->wanted.channel != 0;
	pthread_mutex_unlock(&core->mutex);

	lx_account_start(core->account);
	if (!reading) {
		answer(core, call, connect_to(core, "", true));
		return;
	}
	lx_irc_client_renew(core->irc);
	lx_eventsub_reconnect(core->eventsub);
	lx_roles_refresh(core->roles);
	answer(core, call, NULL);
}

static void proc_get_state(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	pthread_mutex_lock(&core->mutex);
	calldata_set_string(call, "version", LIVEXTREM_VERSION);
	calldata_set_string(call, "channel", core->wanted.channel);
	calldata_set_string(call, "chat", lx_link_state_word(core->links[LX_LINK_CHAT]));
	calldata_set_string(call, "eventsub", lx_link_state_word(core->links[LX_LINK_EVENTSUB]));
	calldata_set_string(call, "helix", lx_link_state_word(core->links[LX_LINK_HELIX]));
	calldata_set_string(call, "account", lx_account_state_word(core->account_state));
	calldata_set_string(call, "user_login", core->login);
	calldata_set_string(call, "channel_role", lx_channel_role_word(core->channel_role));
	pthread_mutex_unlock(&core->mutex);
	answer(core, call, NULL);
}

static enum lx_account_role role_of(calldata_t *call)
{
	const char *word = calldata_string(call, "role");
	return word && strcmp(word, "bot") == 0 ? LX_ACCOUNT_BOT : LX_ACCOUNT_MAIN;
}

static void proc_login(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	const char *way = calldata_string(call, "way");
	bool code = way && strcmp(way, "code") == 0;
	lx_account_login(core->account, role_of(call), code ? LX_LOGIN_CODE : LX_LOGIN_DEVICE);
	answer(core, call, NULL);
}

static void proc_login_cancel(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	lx_account_login_cancel(core->account, role_of(call));
	answer(core, call, NULL);
}

static void proc_logout(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	lx_account_logout(core->account, role_of(call));
	answer(core, call, NULL);
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static const struct wire {
	enum lx_event_type type;
	lx_bus_listener listener;
} wires[] = {
	{LX_EVENT_ROOM_STATE, on_room_state}, {LX_EVENT_CONNECTION, on_connection},
	{LX_EVENT_ACCOUNT, on_account},       {LX_EVENT_PERMISSION, on_permission},
	{LX_EVENT_STREAM, on_stream},         {LX_EVENT_CHANNEL_UPDATE, on_channel_update},
	{LX_EVENT_FOLLOW, on_counted},        {LX_EVENT_SUBSCRIPTION, on_counted},
	{LX_EVENT_RAID, on_counted},
};

static const struct bind {
	enum lx_proc proc;
	lx_bus_handler handler;
} binds[] = {
	{LX_PROC_CONNECT, proc_connect},           {LX_PROC_DISCONNECT, proc_disconnect},
	{LX_PROC_GET_STATE, proc_get_state},       {LX_PROC_LOGIN, proc_login},
	{LX_PROC_LOGIN_CANCEL, proc_login_cancel}, {LX_PROC_LOGOUT, proc_logout},
	{LX_PROC_RECONNECT, proc_reconnect},
};

static void on_pin_changed(void *data)
{
	struct lx_core *core = data;
	lx_pins_refresh(core->pins);
}

static void send_over_irc(const char *channel, const char *text, const char *reply_to, void *data)
{
	struct lx_core *core = data;
	lx_irc_client_send(core->irc, channel, text, reply_to);
}

static void show_own_message(const char *channel, const char *id, const char *text, const char *reply_to, void *data)
{
	struct lx_core *core = data;
	lx_irc_client_sent(core->irc, channel, id, text, reply_to);
}

/* Those whose pictures the user wants. */
static uint32_t emote_providers(const struct lx_core *core)
{
	static const struct {
		enum lx_setting setting;
		enum lx_emote_provider provider;
	} rows[] = {
		{LX_SETTING_EMOTES_TWITCH, LX_EMOTES_TWITCH},
		{LX_SETTING_EMOTES_BTTV, LX_EMOTES_BTTV},
		{LX_SETTING_EMOTES_FFZ, LX_EMOTES_FFZ},
		{LX_SETTING_EMOTES_7TV, LX_EMOTES_7TV},
	};
	uint32_t providers = 0;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (lx_settings_bool(core->config.settings, rows[i].setting))
			providers |= 1u << rows[i].provider;
	return providers;
}

static void create_pictures(struct lx_core *core)
{
	const struct lx_core_config *config = &core->config;
	const struct lx_addresses *addresses = &config->addresses;
	struct dstr folder = {0};

	if (config->config_dir)
		dstr_printf(&folder, "%s/pictures", config->config_dir);
	core->picture_http = lx_http_create(&(struct lx_http_config){
		.loop = core->picture_loop,
		.user_agent = USER_AGENT,
		.ca_file = addresses->ca_file,
	});
	core->pictures = lx_picture_cache_create(&(struct lx_picture_cache_config){
		.loop = core->picture_loop,
		.http = core->picture_http,
		.folder = folder.array,
		.cap_bytes = (uint64_t)lx_settings_int(config->settings, LX_SETTING_PICTURE_CACHE_MB) * 1024 * 1024,
	});
	core->emotes = lx_emotes_create(&(struct lx_emotes_config){
		.twitch_pictures = addresses->twitch_pictures,
		.cheer_pictures = addresses->cheer_pictures,
		.bttv_pictures = addresses->bttv_pictures,
		.ffz_pictures = addresses->ffz_pictures,
		.seventv_pictures = addresses->seventv_pictures,
	});
	core->emote_loader = lx_emote_loader_create(&(struct lx_emote_loader_config){
		.loop = core->picture_loop,
		.http = core->picture_http,
		.helix = core->helix,
		.emotes = core->emotes,
		.random = config->random,
		.bttv = addresses->bttv,
		.ffz = addresses->ffz,
		.seventv = addresses->seventv,
		.twitch_pictures = addresses->twitch_pictures,
		.cheer_pictures = addresses->cheer_pictures,
		.providers = emote_providers(core),
	});
	dstr_free(&folder);
}

static void set_marker_options(struct lx_core *core)
{
	struct lx_settings *settings = core->config.settings;
	char *words = lx_settings_string(settings, LX_SETTING_MARKER_WORDS);
	lx_markers_set_options(core->markers,
			       &(struct lx_markers_options){
				       .peaks = lx_settings_bool(settings, LX_SETTING_MARKER_PEAKS),
				       .sensitivity = (enum lx_peak_sensitivity)lx_settings_int(
					       settings, LX_SETTING_MARKER_SENSITIVITY),
				       .words = words,
				       .people = (int)lx_settings_int(settings, LX_SETTING_MARKER_PEOPLE),
				       .lead_s = (int)lx_settings_int(settings, LX_SETTING_MARKER_LEAD),
				       .twitch = lx_settings_bool(settings, LX_SETTING_MARKER_TWITCH),
				       .chapters = lx_settings_bool(settings, LX_SETTING_MARKER_CHAPTERS),
				       .automatic = lx_settings_bool(settings, LX_SETTING_MARKER_AUTOMATIC),
			       });
	bfree(words);
}

/* --- where tokens are kept ----------------------------------------------------------------------------------------------- */

static enum lx_secret_kind place(const struct lx_core *core, bool file)
{
	return file && core->token_path ? LX_SECRET_FILE : LX_SECRET_SYSTEM;
}

/* Noted when it is done: whoever ends before finds them where they still are, and goes on from there. */
static void on_secrets_moved(enum lx_secret_kind now, void *data)
{
	struct lx_core *core = data;
	lx_settings_set_int(core->config.settings, LX_SETTING_TOKENS_IN_FILE, now == LX_SECRET_FILE);
	lx_settings_save(core->config.settings);
}

static void move_secrets(struct lx_core *core)
{
	enum lx_secret_kind wanted = place(core, lx_settings_bool(core->config.settings, LX_SETTING_TOKEN_FILE));
	if (wanted == core->secrets_in)
		return;
	core->secrets_in = wanted;
	lx_account_move_secrets(core->account, wanted, core->token_path);
}

/* --- parts -------------------------------------------------------------------------------------------------------------- */

static bool never(void *data)
{
	(void)data;
	return false;
}

static bool create_parts(struct lx_core *core)
{
	const struct lx_core_config *config = &core->config;
	const struct lx_addresses *addresses = &config->addresses;

	core->web_loop = lx_loop_create("livextrem: helix", config->clock);
	core->chat_loop = lx_loop_create("livextrem: irc", config->clock);
	core->events_loop = lx_loop_create("livextrem: eventsub", config->clock);
	core->picture_loop = lx_loop_create("livextrem: pictures", config->clock);
	if (!core->web_loop || !core->chat_loop || !core->events_loop || !core->picture_loop)
		return false;

	core->http = lx_http_create(&(struct lx_http_config){
		.loop = core->web_loop,
		.user_agent = USER_AGENT,
		.ca_file = addresses->ca_file,
	});
	core->secrets = lx_secret_store_create(core->secrets_in, core->token_path);
	core->account = lx_account_create(&(struct lx_account_config){
		.loop = core->web_loop,
		.http = core->http,
		.bus = config->bus,
		.text = config->text,
		.random = config->random,
		.store = core->secrets,
		.id_url = addresses->id,
		.client_id = core->client_id,
		.redirect_port = (uint16_t)lx_settings_int(config->settings, LX_SETTING_REDIRECT_PORT),
		.redirect_any_port = lx_settings_bool(config->settings, LX_SETTING_REDIRECT_ANY_PORT),
		.secrets_moved = on_secrets_moved,
		.data = core,
		.lock_folder = config->config_dir,
	});
	struct lx_credentials_provider main_account = lx_account_credentials(core->account, LX_ACCOUNT_MAIN);

	core->helix = lx_helix_create(&(struct lx_helix_config){
		.loop = core->web_loop,
		.http = core->http,
		.bus = config->bus,
		.text = config->text,
		.random = config->random,
		.base_url = addresses->helix,
		.credentials = main_account,
	});
	/* No bus: the state of the link is that of the main account's. */
	core->bot_helix = lx_helix_create(&(struct lx_helix_config){
		.loop = core->web_loop,
		.http = core->http,
		.text = config->text,
		.random = config->random,
		.base_url = addresses->helix,
		.credentials = lx_account_credentials(core->account, LX_ACCOUNT_BOT),
	});
	core->twins = lx_twins_create(config->bus, config->clock);
	core->irc = lx_irc_client_create(&(struct lx_irc_client_config){
		.loop = core->chat_loop,
		.bus = config->bus,
		.twins = core->twins,
		.text = config->text,
		.random = config->random,
		.url = addresses->irc,
		.ca_file = addresses->ca_file,
		.credentials = main_account,
	});
	static const struct lx_eventsub_transport no_websocket = {.available = never};
	core->eventsub = lx_eventsub_create(&(struct lx_eventsub_config){
		.loop = core->events_loop,
		.twins = core->twins,
		.text = config->text,
		.random = config->random,
		.credentials = main_account,
		.api = lx_eventsub_api_of(core->helix),
		.url = addresses->eventsub,
		.user_agent = USER_AGENT,
		.ca_file = addresses->ca_file,
		.transport = config->no_websocket ? &no_websocket : NULL,
	});
	core->eventsub_poll = lx_eventsub_poll_create(&(struct lx_eventsub_poll_config){
		.loop = core->web_loop,
		.helix = core->helix,
		.bus = config->bus,
		.twins = core->twins,
		.random = config->random,
	});
	core->roles = lx_roles_create(&(struct lx_roles_config){
		.loop = core->web_loop,
		.helix = core->helix,
		.bus = config->bus,
	});
	core->actions = lx_actions_create(&(struct lx_actions_config){
		.helix = core->helix,
		.loop = core->web_loop,
		.bus = config->bus,
		.text = config->text,
	});
	core->pins = lx_pins_create(&(struct lx_pins_config){
		.loop = core->web_loop,
		.helix = core->helix,
		.bus = config->bus,
	});
	core->orders = lx_orders_create(&(struct lx_orders_config){
		.loop = core->web_loop,
		.helix = core->helix,
		.bus = config->bus,
		.text = config->text,
		.pin_changed = on_pin_changed,
		.data = core,
	});
	core->modes = lx_chat_mode_switch_create(&(struct lx_chat_mode_config){
		.loop = core->web_loop,
		.helix = core->helix,
		.bus = config->bus,
		.text = config->text,
	});
	core->send = lx_send_create(&(struct lx_send_config){
		.loop = core->web_loop,
		.helix = core->helix,
		.bot_helix = core->bot_helix,
		.bus = config->bus,
		.text = config->text,
		.irc = send_over_irc,
		.taken = show_own_message,
		.irc_data = core,
	});
	core->markers = lx_markers_create(&(struct lx_markers_config){
		.loop = core->web_loop,
		.bus = config->bus,
		.text = config->text,
		.clock = config->clock,
		.log = core->log,
		.helix = core->helix,
		.stats = core->stats,
	});
	set_marker_options(core);
	core->names = lx_names_create(config->bus);
	core->commands = lx_commands_create(&(struct lx_commands_config){
		.helix = core->helix,
		.loop = core->web_loop,
		.bus = config->bus,
		.text = config->text,
		.actions = core->actions,
		.orders = core->orders,
		.modes = core->modes,
		.send = core->send,
		.names = core->names,
		.markers = core->log ? core->markers : NULL,
	});
	core->poller = lx_poller_create(&(struct lx_poller_config){
		.loop = core->web_loop,
		.helix = core->helix,
		.bus = config->bus,
		.stats = core->stats,
		.random = config->random,
		.credentials = main_account,
		.stream = on_polled_stream,
		.stream_data = core,
	});
	create_pictures(core);
	return true;
}

static void wire_up(struct lx_core *core)
{
	for (size_t i = 0; i < COUNT(wires); i++)
		lx_bus_connect(core->config.bus, wires[i].type, wires[i].listener, core);
	for (size_t i = 0; i < COUNT(binds); i++)
		lx_bus_bind(core->config.bus, binds[i].proc, binds[i].handler, core);
	lx_live_stats_bind(core->stats, core->config.bus);
	lx_actions_bind(core->actions, core->config.bus);
	lx_orders_bind(core->orders, core->config.bus);
	lx_chat_mode_switch_bind(core->modes);
	lx_pins_bind(core->pins, core->config.bus);
	lx_send_bind(core->send, core->config.bus);
	lx_markers_bind(core->markers);
	lx_commands_bind(core->commands, core->config.bus);
}

/* Listeners first: none of them may touch a part that is going. */
static void unwire(struct lx_core *core)
{
	for (size_t i = 0; i < COUNT(wires); i++)
		lx_bus_disconnect(core->config.bus, wires[i].type, wires[i].listener, core);
	lx_markers_unbind(core->markers);
	lx_bus_unbind_all(core->config.bus);
}

/* In reverse; every part is on a loop that has stopped. */
static void destroy_parts(struct lx_core *core)
{
	lx_emote_loader_destroy(core->emote_loader);
	lx_poller_destroy(core->poller);
	lx_commands_destroy(core->commands);
	lx_names_destroy(core->names);
	lx_send_destroy(core->send);
	lx_chat_mode_switch_destroy(core->modes);
	lx_orders_destroy(core->orders);
	lx_pins_destroy(core->pins);
	lx_actions_destroy(core->actions);
	lx_roles_destroy(core->roles);
	lx_eventsub_poll_destroy(core->eventsub_poll);
	lx_eventsub_destroy(core->eventsub);
	lx_irc_client_destroy(core->irc);
	lx_twins_destroy(core->twins);
	lx_helix_destroy(core->bot_helix);
	lx_helix_destroy(core->helix);
	lx_markers_destroy(core->markers);
	lx_account_destroy(core->account);
	lx_secret_store_destroy(core->secrets);
	lx_http_destroy(core->http);
	lx_http_destroy(core->picture_http);
	lx_picture_cache_destroy(core->pictures);
	lx_emotes_destroy(core->emotes);
	lx_loop_destroy(core->picture_loop);
	lx_loop_destroy(core->events_loop);
	lx_loop_destroy(core->chat_loop);
	lx_loop_destroy(core->web_loop);
}

static char *choose_client_id(const struct lx_core_config *config)
{
	char *own = lx_settings_string(config->settings, LX_SETTING_CLIENT_ID);
	char *chosen = bstrdup(lx_addresses_client_id(&config->addresses, own));
	bfree(own);
	return chosen;
}

struct lx_core *lx_core_create(const struct lx_core_config *config)
{
	struct lx_core *core = bzalloc(sizeof(*core));
	core->config = *config;
	pthread_mutex_init(&core->mutex, NULL);
	core->client_id = choose_client_id(config);
	if (config->config_dir) {
		struct dstr path = {0}, log_path = {0};
		dstr_printf(&path, "%s/tokens.json", config->config_dir);
		core->token_path = path.array;
		dstr_printf(&log_path, "%s/" LX_LOG_FILE, config->config_dir);
		core->log = lx_log_create(&(struct lx_log_config){
			.path = log_path.array,
			.bus = config->bus,
			.text = config->text,
			.clock = config->clock,
			.retention_days = (int)lx_settings_int(config->settings, LX_SETTING_CHAT_LOG_DAYS),
		});
		core->archive = lx_archive_create(log_path.array);
		core->subtitles = lx_subtitles_create(&(struct lx_subtitles_config){
			.log_path = log_path.array,
			.log = core->log,
			.bus = config->bus,
			.text = config->text,
			.clock = config->clock,
		});
		dstr_free(&log_path);
	}

	bool in_file = lx_settings_tokens_in_file(config->settings);
	core->secrets_in = place(core, in_file);
	lx_settings_set_int(config->settings, LX_SETTING_TOKENS_IN_FILE, in_file);

	core->stats = lx_live_stats_create(config->bus, config->clock);
	if (!create_parts(core)) {
		lx_core_destroy(core);
		return NULL;
	}
	wire_up(core);
	return core;
}

void lx_core_start(struct lx_core *core)
{
	if (!core || core->running || core->stopped)
		return;
	core->running = true;
	if (!lx_loop_start(core->web_loop) || !lx_loop_start(core->chat_loop) || !lx_loop_start(core->events_loop))
		blog(LOG_ERROR, "[liveXtrem] the system gives no thread: there will be no chat");
	if (!lx_loop_start(core->picture_loop))
		blog(LOG_WARNING, "[liveXtrem] the system gives no thread: there will be no pictures in chat");
	if (core->log && !lx_log_start(core->log, lx_settings_bool(core->config.settings, LX_SETTING_CHAT_LOG)))
		blog(LOG_ERROR, "[liveXtrem] the system gives no thread: chat is not logged");
	lx_account_start(core->account);
	move_secrets(core);
	if (lx_settings_bool(core->config.settings, LX_SETTING_AUTO_CONNECT))
		connect_to(core, "", false);
}

void lx_core_stop(struct lx_core *core)
{
	if (!core || core->stopped)
		return;
	core->stopped = true;
	unwire(core);
	lx_loop_stop(core->chat_loop);
	lx_loop_stop(core->events_loop);
	lx_loop_stop(core->web_loop);
	lx_loop_stop(core->picture_loop);
	lx_archive_destroy(core->archive);
	core->archive = NULL;
	/* Last: it has heard everything that there was to hear. */
	lx_subtitles_destroy(core->subtitles);
	core->subtitles = NULL;
	lx_log_destroy(core->log);
	core->log = NULL;
	destroy_parts(core);
}

void lx_core_destroy(struct lx_core *core)
{
	if (!core)
		return;
	lx_core_stop(core);
	lx_live_stats_destroy(core->stats);
	pthread_mutex_destroy(&core->mutex);
	bfree(core->token_path);
	bfree(core->client_id);
	bfree(core);
}

void lx_core_settings_changed(struct lx_core *core)
{
	if (!core || core->stopped)
		return;
	char *client_id = choose_client_id(&core->config);
	if (strcmp(client_id, core->client_id) != 0)
		lx_account_set_client(core->account, client_id, NULL);
	bfree(core->client_id);
	core->client_id = client_id;
	move_secrets(core);
	lx_account_set_redirect(core->account,
				(uint16_t)lx_settings_int(core->config.settings, LX_SETTING_REDIRECT_PORT),
				lx_settings_bool(core->config.settings, LX_SETTING_REDIRECT_ANY_PORT));
	lx_emote_loader_set_providers(core->emote_loader, emote_providers(core));
	set_marker_options(core);
	if (core->log) {
		lx_log_set_enabled(core->log, lx_settings_bool(core->config.settings, LX_SETTING_CHAT_LOG));
		lx_log_set_retention(core->log, (int)lx_settings_int(core->config.settings, LX_SETTING_CHAT_LOG_DAYS));
	}
}

struct lx_account *lx_core_account(struct lx_core *core)
{
	return core->stopped ? NULL : core->account;
}

struct lx_helix *lx_core_helix(struct lx_core *core)
{
	return core->stopped ? NULL : core->helix;
}

struct lx_eventsub *lx_core_eventsub(struct lx_core *core)
{
	return core->eventsub;
}

struct lx_live_stats *lx_core_live_stats(struct lx_core *core)
{
	return core->stats;
}

struct lx_log *lx_core_log(struct lx_core *core)
{
	return core->log;
}

struct lx_archive *lx_core_archive(struct lx_core *core)
{
	return core->archive;
}

void lx_core_recording(struct lx_core *core, enum lx_core_recording what)
{
	static void (*const tell[])(struct lx_subtitles *subtitles) = {
		lx_subtitles_expect,
		lx_subtitles_write,
		lx_subtitles_make_up,
	};
	if (core->subtitles && lx_settings_bool(core->config.settings, LX_SETTING_SUBTITLES) &&
	    lx_settings_bool(core->config.settings, LX_SETTING_CHAT_LOG))
		tell[what](core->subtitles);
}

struct lx_markers *lx_core_markers(struct lx_core *core)
{
	return core->stopped ? NULL : core->markers;
}

struct lx_emotes *lx_core_emotes(struct lx_core *core)
{
	return core->stopped ? NULL : core->emotes;
}

struct lx_names *lx_core_names(struct lx_core *core)
{
	return core->stopped ? NULL : core->names;
}

struct lx_picture_cache *lx_core_pictures(struct lx_core *core)
{
	return core->stopped ? NULL : core->pictures;
}
