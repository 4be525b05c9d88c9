/*
 * The user interface's one door: the dock, its dialogs and what OBS's hotkeys do in it.
 *
 * The interface listens to events on a bus and forwards intents by calling procedures; it knows no network, no data base
 * and no protocol. Everything it needs is handed over in one struct, so that tests run it on private handlers.
 *
 * Threads: every function here is called on the UI thread. Events may arrive from any thread. Functions in
 * struct lx_ui_context are called on the UI thread and must not wait.
 *
 * Ownership: the context is copied; what it points to must live until lx_ui_stop() has returned, except `text`, which must
 * live as long as the widget. The widget belongs to whoever it is given to (OBS's dock); after lx_ui_stop() its
 * destructor only frees memory and may run when libobs is gone. Memory handed out by lx_ui_create() is Qt's.
 */
#pragma once

#include "bus/bus.h"
#include "locale/text.h"
#include "platform/clock.h"
#include "store/settings.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_account;
struct lx_archive;
struct lx_emotes;
struct lx_helix;
struct lx_names;
struct lx_log;
struct lx_picture_cache;

/* What the interface asks of the account: thin shims over twitch/account.h, so that tests can stand in. */
struct lx_ui_account {
	void (*login)(enum lx_account_role role, enum lx_login_way way, void *data);
	void (*login_token)(enum lx_account_role role, const char *client_id, const char *token, void *data);
	void (*login_cancel)(enum lx_account_role role, void *data);
	void (*logout)(enum lx_account_role role, void *data);
	/* client_secret "" = public client; a stored secret is forgotten */
	void (*set_client)(const char *client_id, const char *client_secret, void *data);
	void (*set_redirect)(uint16_t port, bool any_port, void *data);
	void (*want_scopes)(enum lx_account_role role, const char *scopes, void *data);
	void (*announce)(void *data);
	const char *(*basic_scopes)(enum lx_account_role role, void *data);
	void *data;
};

/* The table for a real account. */
struct lx_ui_account lx_ui_account_of(struct lx_account *account);

/* Health of the web API, for the connection page. Numbers are -1 where not known. */
struct lx_ui_helix_health {
	int64_t latency_ms;   /* of the last answers, smoothed */
	int64_t budget_left;  /* points left in this minute */
	int64_t budget_limit; /* points a minute */
	char last_error[512]; /* sentence for the user, "" = none so far */
};

/* One kind of live event, for the connection page. */
struct lx_ui_topic {
	char type[64];            /* Twitch's word for it */
	char state[16];           /* off covered needs_scope foreign waiting enabled refused revoked */
	char missing_scopes[320]; /* with needs_scope, separated by spaces */
	char detail[512];         /* sentence for the user, "" when all is well */
};

#define LX_UI_TOPICS_MAX 128

struct lx_ui_context {
	struct lx_bus *bus;
	proc_handler_t *procs;
	struct lx_settings *settings;
	struct lx_ui_account account;
	const struct lx_text *text;
	const struct lx_clock *clock;
	const char *version;   /* of the plugin, for the diagnosis; static */
	const char *language;  /* "de-DE", for numbers and times; copied */
	bool build_has_client; /* the build carries a client id of its own: no need to ask the user for one */

	/* All of these may be NULL. */
	struct lx_helix *helix;     /* asked what Twitch tells of people */
	struct lx_log *log;         /* notes about people; for the settings: backup, compaction, forgetting people */
	struct lx_archive *archive; /* answers questions about the chat log; without it there is no page for them */
	const char *rules_path;     /* file with the rules for the chat; without it they are not kept. Copied */
	/* Plays a sound that comes with the plugin, or a file; volume 1 … 100. False, or NULL: the system's own instead. */
	bool (*play_sound)(const char *name_or_path, int volume, void *data);
	struct lx_emotes *emotes; /* without them, or without a cache, chat shows words instead of pictures */
	struct lx_picture_cache *pictures;
	struct lx_names *names; /* NULL: names are not completed */
	bool (*theme_is_dark)(void *data);
	/* False while nothing is known. */
	bool (*helix_health)(struct lx_ui_helix_health *out, void *data);
	/* Fills in at most `max` kinds of live events and returns how many. */
	size_t (*topics)(struct lx_ui_topic *out, size_t max, void *data);
	/* Opens an address in the browser; false when there is none. */
	bool (*open_url)(const char *url, void *data);
	/*
	 * Settings were changed by the user: save them and apply what concerns the core (token storage, …). The interface has
	 * already told the account (client, redirect) and connected to another channel. NULL: the interface saves by itself.
	 */
	void (*settings_changed)(void *data);
	void *data;
};

/* The dock's content as QWidget *, for obs_frontend_add_dock_by_id(). NULL without a QApplication. One at a time. It is empty until it
 * is shown or started. */
void *lx_ui_create(const struct lx_ui_context *context);
/* At FINISHED_LOADING, before the core starts: from now on it hears what happens, whether it is shown or not. Accepts NULL. */
void lx_ui_start(void *widget);
/*
 * At EXIT, while everything still works: disconnects from the bus, stops timers, closes dialogs. After it returns nothing
 * of the context but `text` is touched. Accepts NULL and a second call.
 */
void lx_ui_stop(void *widget);

/* OBS's theme changed. */
void lx_ui_theme_changed(void *widget);
/* OBS streams or records, or no longer does: what viewers must not see is hidden then, where the user wants it. */
void lx_ui_set_on_air(void *widget, bool on_air);
/* Opens the settings dialog (Tools menu). */
void lx_ui_show_settings(void *widget);
/* Shows and raises the dock that holds the widget (very first run, Tools menu). At or after FINISHED_LOADING. */
void lx_ui_show_dock(void *widget);

/* Hotkeys to register with obs_hotkey_register_frontend(name, text of the key, …); call lx_ui_hotkey() when pressed. */
enum lx_ui_hotkey {
	LX_UI_HOTKEY_BAN,         /* the author of the selected line */
	LX_UI_HOTKEY_TIMEOUT,     /* the author of the selected line, second of the three lengths */
	LX_UI_HOTKEY_DELETE,      /* the selected line */
	LX_UI_HOTKEY_UNDO,        /* take the last action back */
	LX_UI_HOTKEY_PAUSE,       /* hold the chat still, or let it go on */
	LX_UI_HOTKEY_PREVIOUS,    /* select the line above */
	LX_UI_HOTKEY_NEXT,        /* select the line below */
	LX_UI_HOTKEY_MARKER,      /* set a marker at this moment */
	LX_UI_HOTKEY_MARKER_NOTE, /* the same, and ask for a note on it */
	LX_UI_HOTKEY_COUNT
};
const char *lx_ui_hotkey_name(enum lx_ui_hotkey hotkey);     /* "livextrem.ban": stable, stored by OBS */
const char *lx_ui_hotkey_text_key(enum lx_ui_hotkey hotkey); /* "Hotkey.Ban": key of its description */
/*
 * Acts. From any thread: OBS calls hotkeys on the UI thread, obs-websocket on one of its own; the work is queued to the UI
 * thread then. Does nothing after lx_ui_stop().
 */
void lx_ui_hotkey(void *widget, enum lx_ui_hotkey hotkey);

#ifdef __cplusplus
}
#endif
