/*
 * The bus: the plugin's public contract. Every signal and every procedure is one row of a table in bus.c.
 *
 * A bus puts signals and procedures on a signal_handler_t and a proc_handler_t that it is given: OBS's own in the plugin
 * (so that scripts and other plugins reach them), private ones in tests and in livextrem-cli.
 *
 * Threads: lx_bus_emit() may be called from any thread; listeners run on the emitting thread, inside the call, with that
 * signal's lock held, so they are short and never wait. A listener must not emit the same signal nor connect to it.
 * Procedures run on the caller's thread and never wait for network, disk or the UI.
 *
 * Order of locks: twins' lock, a signal's lock, a part's mutex, a loop's mutex. So a part emits with its own mutex released (only
 * the twins hold theirs, which nothing else takes), and of our listeners those that emit themselves emit LX_EVENT_STATS only,
 * whose listeners emit nothing. Who connects or disconnects holds no lock that a listener could want.
 *
 * Ownership: the bus owns neither handler. OBS offers no way to take a declaration back, so what a procedure reaches is
 * cut off by lx_bus_unbind_all(); afterwards procedures answer ok = false.
 */
#pragma once

#include <callback/proc.h>
#include <callback/signal.h>
#include <util/threading.h>

#include "bus/event.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_bus;

/* Procedures. Common out-parameters of each: bool ok, string error (a sentence for the user, "" when ok). */
enum lx_proc {
	LX_PROC_CONNECT, /* in string channel ("" = the one in the settings) */
	LX_PROC_DISCONNECT,
	LX_PROC_SEND, /* in string text, string reply_to (message id or "") */
	LX_PROC_BAN, /* in string user_id, string user_login (either one), string message_id, string reason, string origin; out int action_id */
	LX_PROC_TIMEOUT, /* as ban, and in int duration_s (1 … 1209600) */
	LX_PROC_UNBAN,   /* as ban */
	LX_PROC_DELETE,  /* in string message_id, string user_id, string user_login, string origin; out int action_id */
	LX_PROC_CLEAR_CHAT, /* in string origin; out int action_id */
	LX_PROC_UNDO,       /* takes the last action back; in string origin; out int action_id */
	LX_PROC_GET_STATS,  /* in string demand (words, "" = all); out: see table */
	LX_PROC_GET_STATE,  /* out: state of the links, channel, account */
	LX_PROC_LOGIN,      /* in string role (main bot), string way (device code); progress comes as livextrem_login */
	LX_PROC_LOGIN_CANCEL,    /* in string role */
	LX_PROC_LOGOUT,          /* in string role */
	LX_PROC_RECONNECT,       /* every link anew, and the login checked */
	LX_PROC_GET_SOURCE_TEXT, /* in string source (name of a livextrem_stats); out string text: what it shows now */
	LX_PROC_ADD_MARKER, /* in string text (a note, may be ""), int at_ms (0 = now), string origin; out int marker_id */
	LX_PROC_EDIT_MARKER,   /* in int marker_id, string text, string origin */
	LX_PROC_REMOVE_MARKER, /* in int marker_id, bool undo (brings it back), string origin */
	LX_PROC_ORDER, /* in string order (words of moderation/orders.h), string user_id, string user_login, string message_id, string text, int duration_s */
	LX_PROC_GET_PIN, /* keeps the pinned message fresh for two minutes; it comes as livextrem_pin */
	LX_PROC_COMMAND, /* in string text ("/timeout name 10m"), string reply_to (message id or ""), string origin;
			  * out int command_id, int action_id (0 = none), string missing_scopes */
	LX_PROC_SET_CHAT_MODE, /* in string mode (words of moderation/chat_modes.h), bool on, int value (seconds, minutes) */
	LX_PROC_COUNT
};

typedef void (*lx_bus_handler)(void *data, calldata_t *call);

/*
 * What OBS's proc handler keeps pointers to. A procedure can be called after the plugin was unloaded, because OBS has no way
 * to take it back, so this memory must live as long as the proc handler: the plugin's is static.
 */
struct lx_bus_gate {
	struct lx_bus_gate_slot {
		struct lx_bus_gate *gate;
		lx_bus_handler handler;
		void *data;
		long calls; /* under way */
	} slots[LX_PROC_COUNT];
	pthread_mutex_t mutex;
	pthread_cond_t idle;
	bool ready;
};

/* Declares all signals and procedures. Returns NULL when a procedure of ours already answers there (second copy). */
struct lx_bus *lx_bus_create_at(struct lx_bus_gate *gate, signal_handler_t *signals, proc_handler_t *procs);
/* The same with a gate of its own, for handlers that are destroyed before the bus or not called after it. */
struct lx_bus *lx_bus_create(signal_handler_t *signals, proc_handler_t *procs);
/* Unbinds everything and disconnects all listeners. The signal handler must still exist. NULL is accepted. */
void lx_bus_destroy(struct lx_bus *bus);

/* Whether a liveXtrem already answers on these handlers. */
bool lx_bus_present(proc_handler_t *procs);

void lx_bus_emit(struct lx_bus *bus, const struct lx_event *event);

typedef void (*lx_bus_listener)(const struct lx_event *event, void *data);
/* Calls `listener` for events of `type`. Not from inside a listener of the same type. */
void lx_bus_connect(struct lx_bus *bus, enum lx_event_type type, lx_bus_listener listener, void *data);
/* After it returns no call is under way and none follows (unless called from inside that very listener). */
void lx_bus_disconnect(struct lx_bus *bus, enum lx_event_type type, lx_bus_listener listener, void *data);

/* What a part listens to, as a table: connected at its beginning, disconnected at its end. */
struct lx_bus_wire {
	enum lx_event_type type;
	lx_bus_listener listener;
};
void lx_bus_connect_all(struct lx_bus *bus, const struct lx_bus_wire *wires, size_t count, void *data);
void lx_bus_disconnect_all(struct lx_bus *bus, const struct lx_bus_wire *wires, size_t count, void *data);

/* Name of the signal ("livextrem_chat_message") and its full declaration. */
const char *lx_bus_signal_name(enum lx_event_type type);
const char *lx_bus_signal_declaration(enum lx_event_type type);

const char *lx_bus_proc_name(enum lx_proc proc);        /* "livextrem_ban" */
const char *lx_bus_proc_declaration(enum lx_proc proc); /* full declaration, as scripts see it */

/* Gives a procedure its meaning. Rebinding replaces; NULL unbinds and returns only when no call is under way. */
void lx_bus_bind(struct lx_bus *bus, enum lx_proc proc, lx_bus_handler handler, void *data);
void lx_bus_unbind_all(struct lx_bus *bus);

#ifdef __cplusplus
}
#endif
