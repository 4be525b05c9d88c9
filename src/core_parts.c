#include "core_internal.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#define USER_AGENT "liveXtrem/" LIVEXTREM_VERSION
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* --- what the parts need of each other ----------------------------------------------------------------------------- */

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

static bool never(void *data)
{
	(void)data;
	return false;
}

/* --- what the parts need of the settings --------------------------------------------------------------------------- */

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

void lx_core_apply_settings(struct lx_core *core)
{
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

/* --- where tokens are kept ----------------------------------------------------------------------------------------- */

enum lx_secret_kind lx_core_place_of_secrets(const struct lx_core *core, bool file)
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

void lx_core_move_secrets(struct lx_core *core)
{
	enum lx_secret_kind wanted =
		lx_core_place_of_secrets(core, lx_settings_bool(core->config.settings, LX_SETTING_TOKEN_FILE));
	if (wanted == core->secrets_in)
		return;
	core->secrets_in = wanted;
	lx_account_move_secrets(core->account, wanted, core->token_path);
}

/* --- creating and destroying --------------------------------------------------------------------------------------- */

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
		.seventv_events = addresses->seventv_events,
		.user_agent = USER_AGENT,
		.ca_file = addresses->ca_file,
		.twitch_pictures = addresses->twitch_pictures,
		.cheer_pictures = addresses->cheer_pictures,
		.providers = emote_providers(core),
	});
	dstr_free(&folder);
}

bool lx_core_create_parts(struct lx_core *core)
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

void lx_core_bind_parts(struct lx_core *core)
{
	lx_live_stats_bind(core->stats, core->config.bus);
	lx_actions_bind(core->actions, core->config.bus);
	lx_orders_bind(core->orders, core->config.bus);
	lx_chat_mode_switch_bind(core->modes);
	lx_pins_bind(core->pins, core->config.bus);
	lx_send_bind(core->send, core->config.bus);
	lx_markers_bind(core->markers);
	lx_commands_bind(core->commands, core->config.bus);
}

void lx_core_destroy_parts(struct lx_core *core)
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
