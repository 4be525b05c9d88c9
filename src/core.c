#include "core_internal.h"

#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/dstr.h>

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
	core->secrets_in = lx_core_place_of_secrets(core, in_file);
	lx_settings_set_int(config->settings, LX_SETTING_TOKENS_IN_FILE, in_file);

	core->stats = lx_live_stats_create(config->bus, config->clock);
	if (!lx_core_create_parts(core)) {
		lx_core_destroy(core);
		return NULL;
	}
	lx_core_listen(core);
	lx_core_bind(core);
	lx_core_bind_parts(core);
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
	lx_core_move_secrets(core);
	if (lx_settings_bool(core->config.settings, LX_SETTING_AUTO_CONNECT))
		lx_core_connect(core, "", false);
}

void lx_core_stop(struct lx_core *core)
{
	if (!core || core->stopped)
		return;
	core->stopped = true;
	/* Listeners first: none of them may touch a part that is going. */
	lx_core_stop_listening(core);
	lx_markers_unbind(core->markers);
	lx_bus_unbind_all(core->config.bus);
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
	lx_core_destroy_parts(core);
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
	lx_core_move_secrets(core);
	lx_core_apply_settings(core);
}

void lx_core_streaming(struct lx_core *core, bool live)
{
	char channel[LX_CORE_MAX_LOGIN + 1] = "", room_id[32] = "";
	struct lx_live_snapshot now;
	if (!core || core->stopped)
		return;
	pthread_mutex_lock(&core->mutex);
	if (*core->login && strcmp(core->wanted.channel, core->login) == 0) {
		strcpy(channel, core->login);
		strcpy(room_id, core->user_id);
	}
	pthread_mutex_unlock(&core->mutex);
	if (!*channel)
		return;
	if (core->log && live)
		lx_log_stream_online(core->log, channel, room_id, "", 0);
	else if (core->log)
		lx_log_stream_offline(core->log, channel);
	/* Twitch tells it a while later, and its list of streams minutes later: until then that is no news against this. */
	lx_live_stats_read(core->stats, 0, &now);
	if (now.live != live)
		lx_live_stats_set_stream(core->stats, live, LX_STAT_UNKNOWN,
					 live ? lx_clock_unix_ms(core->config.clock) : LX_STAT_UNKNOWN);
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
