/*
 * Entry of the OBS module: creates the parts in order, tears them down in reverse. The only file that sees them all, and the
 * only one with state that is not handed over: the plugin's root.
 */
#include <stdio.h>

#include <obs-frontend-api.h>
#include <obs-module.h>
#include <util/dstr.h>
#include <util/platform.h>
#include <util/threading.h>

#include "bus/bus.h"
#include "bus/vendor.h"
#include "chat/rules.h"
#include "core.h"
#include "locale/text.h"
#include "obs_chapters.h"

#include "obs_sound.h"
#include "obs_timeline.h"
#include "platform/browser.h"
#include "platform/memory.h"
#include "stats/text_source.h"
#include "twitch/eventsub.h"
#include "twitch/helix.h"
#include "ui/ui.h"

OBS_DECLARE_MODULE()
OBS_MODULE_USE_DEFAULT_LOCALE("livextrem", "en-US")
OBS_MODULE_AUTHOR("The liveXtrem developers")

#define DOCK_ID "livextrem" /* stored in OBS's window layout: never changes */

static struct {
	struct lx_bus_gate gate; /* stays behind for procedures called too late */
	struct lx_bus *bus;
	struct lx_text *text;
	struct lx_settings *settings;
	struct lx_core *core;
	struct lx_text_source_type *text_source;
	struct lx_vendor *vendor;
	struct lx_obs_timeline *timeline; /* NULL: nothing is logged */
	struct lx_obs_sound *sound;
	void *dock;
	char *config_dir;
	obs_hotkey_id hotkeys[LX_UI_HOTKEY_COUNT];
	volatile bool stopped;
} plugin;

/* NULL where there is none (no frontend), and from EXIT on, when OBS deletes it. */
static void *get_dock(void)
{
	return os_atomic_load_bool(&plugin.stopped) ? NULL : plugin.dock;
}

MODULE_EXPORT const char *obs_module_name(void)
{
	return "liveXtrem";
}

MODULE_EXPORT const char *obs_module_description(void)
{
	return obs_module_text("Plugin.Description");
}

static const char *lookup_text(const char *key, void *data)
{
	(void)data;
	return obs_module_text(key);
}

/* --- what the dock may ask of us --------------------------------------------------------------------------------- */

static bool theme_is_dark(void *data)
{
	(void)data;
	return obs_frontend_is_theme_dark();
}

static bool open_url(const char *url, void *data)
{
	(void)data;
	return lx_browser_open(url);
}

static bool helix_health(struct lx_ui_helix_health *out, void *data)
{
	(void)data;
	struct lx_helix_health health;
	struct lx_helix *helix = lx_core_helix(plugin.core);
	if (!helix)
		return false;
	lx_helix_get_health(helix, &health);
	out->latency_ms = health.latency_ms;
	out->budget_left = health.remaining;
	out->budget_limit = health.limit;
	snprintf(out->last_error, sizeof(out->last_error), "%s", health.last_error);
	return true;
}

struct topic_list {
	struct lx_ui_topic *out;
	size_t count, max;
};

static void add_topic(const struct lx_topic_status *status, void *data)
{
	struct topic_list *list = data;
	if (list->count == list->max)
		return;
	struct lx_ui_topic *topic = &list->out[list->count++];
	snprintf(topic->type, sizeof(topic->type), "%s", status->topic->type);
	snprintf(topic->state, sizeof(topic->state), "%s", lx_topic_state_word(status->state));
	snprintf(topic->missing_scopes, sizeof(topic->missing_scopes), "%s", status->missing_scopes);
	snprintf(topic->detail, sizeof(topic->detail), "%s", status->detail);
}

static size_t list_topics(struct lx_ui_topic *out, size_t max, void *data)
{
	(void)data;
	struct topic_list list = {out, 0, max};
	if (!plugin.stopped)
		lx_eventsub_visit_topics(lx_core_eventsub(plugin.core), add_topic, &list);
	return list.count;
}

static void settings_changed(void *data)
{
	(void)data;
	lx_settings_save(plugin.settings);
	lx_core_settings_changed(plugin.core);
}

/* --- hotkeys, stored with the scene collection as OBS does ------------------------------------------------------- */

static void on_hotkey(void *data, obs_hotkey_id id, obs_hotkey_t *hotkey, bool pressed)
{
	(void)id;
	(void)hotkey;
	void *dock = get_dock();
	if (pressed && dock)
		lx_ui_hotkey(dock, (enum lx_ui_hotkey)(intptr_t)data);
}

static void register_hotkeys(void)
{
	for (int i = 0; i < LX_UI_HOTKEY_COUNT; i++) {
		enum lx_ui_hotkey hotkey = (enum lx_ui_hotkey)i;
		plugin.hotkeys[i] = obs_hotkey_register_frontend(lx_ui_hotkey_name(hotkey),
								 obs_module_text(lx_ui_hotkey_text_key(hotkey)),
								 on_hotkey, (void *)(intptr_t)i);
	}
}

static void save_or_load_hotkeys(obs_data_t *collection, bool saving, void *data)
{
	(void)data;
	obs_data_t *ours = saving ? obs_data_create() : obs_data_get_obj(collection, "livextrem_hotkeys");
	for (int i = 0; i < LX_UI_HOTKEY_COUNT; i++) {
		const char *name = lx_ui_hotkey_name((enum lx_ui_hotkey)i);
		obs_data_array_t *keys = saving ? obs_hotkey_save(plugin.hotkeys[i]) : obs_data_get_array(ours, name);
		if (saving)
			obs_data_set_array(ours, name, keys);
		else
			obs_hotkey_load(plugin.hotkeys[i], keys);
		obs_data_array_release(keys);
	}
	if (saving)
		obs_data_set_obj(collection, "livextrem_hotkeys", ours);
	obs_data_release(ours);
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static void show_dock(void *data)
{
	(void)data;
	void *dock = get_dock();
	if (dock)
		lx_ui_show_dock(dock);
}

static void start(void)
{
	lx_ui_start(plugin.dock);
	lx_core_start(plugin.core);
	lx_markers_set_chapter_writer(lx_core_markers(plugin.core), lx_obs_write_chapter, NULL);
	if (lx_core_log(plugin.core))
		plugin.timeline = lx_obs_timeline_create(lx_core_log(plugin.core));
	if (lx_settings_bool(plugin.settings, LX_SETTING_FIRST_RUN)) {
		lx_settings_set_bool(plugin.settings, LX_SETTING_FIRST_RUN, false);
		lx_settings_save(plugin.settings);
		show_dock(NULL);
	}
}

/* The last moment at which OBS's frontend and obs-websocket are there. */
static void stop(void)
{
	if (plugin.stopped)
		return;
	lx_vendor_destroy(plugin.vendor);
	plugin.vendor = NULL;
	lx_ui_stop(plugin.dock);
	os_atomic_set_bool(&plugin.stopped, true);
	lx_bus_unbind_all(plugin.bus);
	if (plugin.core)
		lx_markers_set_chapter_writer(lx_core_markers(plugin.core), NULL, NULL);
	lx_obs_timeline_destroy(plugin.timeline);
	plugin.timeline = NULL;
	lx_obs_sound_destroy(plugin.sound);
	plugin.sound = NULL;
	lx_core_stop(plugin.core);
	lx_settings_save(plugin.settings);
}

/* Of what OBS streams to, the list of services names Twitch, and others have its addresses typed in. */
static bool streams_to_twitch(void)
{
	obs_service_t *service = obs_frontend_get_streaming_service();
	obs_data_t *settings = service ? obs_service_get_settings(service) : NULL;
	bool twitch = false;
	if (settings) {
		const char *server = obs_data_get_string(settings, "server");
		twitch = strcmp(obs_data_get_string(settings, "service"), "Twitch") == 0 ||
			 strstr(server, "twitch.tv") || strstr(server, "live-video.net");
	}
	obs_data_release(settings);
	return twitch;
}

static bool is_output_event(enum obs_frontend_event event)
{
	return event == OBS_FRONTEND_EVENT_FINISHED_LOADING || event == OBS_FRONTEND_EVENT_STREAMING_STARTED ||
	       event == OBS_FRONTEND_EVENT_STREAMING_STOPPED || event == OBS_FRONTEND_EVENT_RECORDING_STARTED ||
	       event == OBS_FRONTEND_EVENT_RECORDING_STOPPED || event == OBS_FRONTEND_EVENT_VIRTUALCAM_STARTED ||
	       event == OBS_FRONTEND_EVENT_VIRTUALCAM_STOPPED;
}

static void on_frontend_event(enum obs_frontend_event event, void *data)
{
	(void)data;
	if (event == OBS_FRONTEND_EVENT_FINISHED_LOADING)
		start();
	else if (event == OBS_FRONTEND_EVENT_THEME_CHANGED && get_dock())
		lx_ui_theme_changed(get_dock());
	else if (event == OBS_FRONTEND_EVENT_EXIT)
		stop();
	else if (event == OBS_FRONTEND_EVENT_STREAMING_STARTED && streams_to_twitch())
		lx_core_streaming(plugin.core, true);
	else if (event == OBS_FRONTEND_EVENT_STREAMING_STOPPED && streams_to_twitch())
		lx_core_streaming(plugin.core, false);
	if (is_output_event(event) && get_dock())
		lx_ui_set_on_air(get_dock(), obs_frontend_streaming_active() || obs_frontend_recording_active() ||
						     obs_frontend_virtualcam_active());
	if (plugin.timeline)
		lx_obs_timeline_event(plugin.timeline, event);
	if (plugin.timeline && event == OBS_FRONTEND_EVENT_RECORDING_STARTED)
		lx_core_recording(plugin.core, LX_CORE_RECORDING_STARTED);
	else if (plugin.timeline && event == OBS_FRONTEND_EVENT_RECORDING_STOPPED)
		lx_core_recording(plugin.core, LX_CORE_RECORDING_STOPPED);
	else if (plugin.timeline && event == OBS_FRONTEND_EVENT_FINISHED_LOADING)
		lx_core_recording(plugin.core, LX_CORE_RECORDING_LEFT);
}

static char *find_config_dir(const struct lx_addresses *addresses)
{
	char *path = addresses->config_dir ? bstrdup(addresses->config_dir) : obs_module_config_path("");
	if (path && os_mkdirs(path) == MKDIR_ERROR)
		blog(LOG_WARNING, "[liveXtrem] the folder %s cannot be made; settings will not be kept", path);
	return path;
}

/* All but what OBS keeps pointers to: the gate, and the dock, which is OBS's own. */
static void release(void)
{
	lx_text_source_close(plugin.text_source);
	lx_core_destroy(plugin.core);
	lx_settings_destroy(plugin.settings);
	lx_bus_destroy(plugin.bus);
	lx_text_destroy(plugin.text);
	bfree(plugin.config_dir);
	plugin.text_source = NULL;
	plugin.core = NULL;
	plugin.settings = NULL;
	plugin.bus = NULL;
	plugin.text = NULL;
	plugin.config_dir = NULL;
}

/* One that comes with the plugin, or a file of the user's. */
static bool play_sound(const char *name_or_path, int volume, void *data)
{
	(void)data;
	struct dstr file = {0};
	char *shipped = NULL;
	for (const char *const *name = lx_rules_sounds(); *name; name++) {
		if (strcmp(*name, name_or_path) == 0) {
			dstr_printf(&file, "sounds/%s.wav", *name);
			shipped = obs_module_file(file.array);
		}
	}
	const bool plays = lx_obs_sound_play(plugin.sound, shipped ? shipped : name_or_path, volume);
	bfree(shipped);
	dstr_free(&file);
	return plays;
}

static void create_dock(const struct lx_addresses *addresses)
{
	struct dstr rules_path = {0};
	if (plugin.config_dir)
		dstr_printf(&rules_path, "%s/chat-rules.json", plugin.config_dir);
	plugin.sound = lx_obs_sound_create();
	struct lx_ui_context context = {
		.bus = plugin.bus,
		.procs = obs_get_proc_handler(),
		.settings = plugin.settings,
		.account = lx_ui_account_of(lx_core_account(plugin.core)),
		.text = plugin.text,
		.clock = lx_clock_system(),
		.version = LIVEXTREM_VERSION,
		.language = obs_get_locale(),
		.build_has_client = *lx_addresses_client_id(addresses, NULL) != 0,
		.helix = lx_core_helix(plugin.core),
		.log = lx_core_log(plugin.core),
		.archive = lx_core_archive(plugin.core),
		.rules_path = rules_path.array,
		.play_sound = play_sound,
		.emotes = lx_core_emotes(plugin.core),
		.pictures = lx_core_pictures(plugin.core),
		.names = lx_core_names(plugin.core),
		.theme_is_dark = theme_is_dark,
		.helix_health = helix_health,
		.topics = list_topics,
		.open_url = open_url,
		.settings_changed = settings_changed,
	};
	plugin.dock = lx_ui_create(&context);
	dstr_free(&rules_path);
	if (!plugin.dock)
		return;
	if (!obs_frontend_add_dock_by_id(DOCK_ID, obs_module_text("Plugin.Dock"), plugin.dock))
		blog(LOG_WARNING, "[liveXtrem] OBS did not take the dock");
	register_hotkeys();
	obs_frontend_add_tools_menu_item(obs_module_text("Plugin.ToolsMenu"), show_dock, NULL);
	obs_frontend_add_save_callback(save_or_load_hotkeys, NULL);
}

bool obs_module_load(void)
{
	/* A second copy (one for all users, one for this one) would half work: everything of it refused, events doubled. */
	if (lx_bus_present(obs_get_proc_handler())) {
		blog(LOG_WARNING,
		     "[liveXtrem] another copy is loaded already; this one stays off. Remove one of the two.");
		return false;
	}

	lx_memory_init();
	os_atomic_set_bool(&plugin.stopped, false);
	struct lx_addresses addresses = lx_addresses_from_environment();
	plugin.bus = lx_bus_create_at(&plugin.gate, obs_get_signal_handler(), obs_get_proc_handler());
	plugin.text = lx_text_create(lookup_text, NULL);
	plugin.config_dir = find_config_dir(&addresses);
	plugin.settings = lx_settings_open(plugin.config_dir);
	plugin.core = lx_core_create(&(struct lx_core_config){
		.bus = plugin.bus,
		.text = plugin.text,
		.clock = lx_clock_system(),
		.random = lx_random_system(),
		.settings = plugin.settings,
		.addresses = addresses,
		.config_dir = plugin.config_dir,
	});
	if (!plugin.core) {
		blog(LOG_ERROR, "[liveXtrem] the system gives too little to work with; the plugin stays off");
		release();
		return false;
	}

	plugin.text_source = lx_text_source_register(lx_core_live_stats(plugin.core), plugin.text);
	if (plugin.text_source)
		lx_bus_bind(plugin.bus, LX_PROC_GET_SOURCE_TEXT, lx_text_source_get_text, plugin.text_source);
	create_dock(&addresses);
	obs_frontend_add_event_callback(on_frontend_event, NULL);
	blog(LOG_INFO, "[liveXtrem] version %s loaded", LIVEXTREM_VERSION);
	return true;
}

void obs_module_post_load(void)
{
	/* OBS calls this for a copy that refused to load, too: before the other one, whose place it would take. */
	if (!plugin.core)
		return;
	plugin.vendor = lx_vendor_create(obs_get_signal_handler());
	if (!plugin.vendor)
		blog(LOG_INFO, "[liveXtrem] obs-websocket is not there: no requests from decks and scripts over it");
}

void obs_module_unload(void)
{
	stop();
	for (int i = 0; plugin.dock && i < LX_UI_HOTKEY_COUNT; i++)
		obs_hotkey_unregister(plugin.hotkeys[i]);
	release();
}
