#include "bus/bus.h"

#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/dstr.h>

#include "bus/event_fields.h"

/* --- signals ----------------------------------------------------------------------------------------------------- */

static void set_chat(calldata_t *call, const struct lx_event *event)
{
	const struct lx_chat *chat = &event->chat;
	calldata_set_string(call, "id", chat->id);
	calldata_set_string(call, "user_id", chat->user.id);
	calldata_set_string(call, "user_login", chat->user.login);
	calldata_set_string(call, "user_name", chat->user.name);
	calldata_set_int(call, "roles", chat->user.roles);
	calldata_set_string(call, "text", chat->text);
	calldata_set_int(call, "flags", chat->flags);
	calldata_set_int(call, "bits", chat->bits);
	calldata_set_string(call, "reply_to", chat->reply_id);
}

static void set_notice_chat(calldata_t *call, const struct lx_event *event)
{
	set_chat(call, event);
	calldata_set_string(call, "kind", event->chat.notice);
	calldata_set_string(call, "system_text", event->chat.notice_text);
	calldata_set_int(call, "count", event->chat.notice_count);
	calldata_set_string(call, "sub_plan", event->chat.sub_plan);
	calldata_set_string(call, "recipient", event->chat.recipient_name);
}

static void set_moderation(calldata_t *call, const struct lx_event *event)
{
	const struct lx_moderation *m = &event->moderation;
	calldata_set_string(call, "user_id", m->user_id);
	calldata_set_string(call, "user_login", m->user_login);
	calldata_set_string(call, "message_id", m->message_id);
	calldata_set_string(call, "text", m->text);
	calldata_set_int(call, "duration_s", m->duration_s);
	calldata_set_string(call, "moderator_login", m->moderator_login);
	calldata_set_string(call, "reason", m->reason);
	calldata_set_bool(call, "update", event->update);
}

static void set_room(calldata_t *call, const struct lx_event *event)
{
	calldata_set_int(call, "emote_only", event->room.emote_only);
	calldata_set_int(call, "subs_only", event->room.subs_only);
	calldata_set_int(call, "unique_chat", event->room.unique_chat);
	calldata_set_int(call, "slow_s", event->room.slow_s);
	calldata_set_int(call, "followers_min", event->room.followers_min);
}

static void set_user(calldata_t *call, const struct lx_event *event)
{
	calldata_set_string(call, "user_id", event->user.id);
	calldata_set_string(call, "user_login", event->user.login);
	calldata_set_string(call, "user_name", event->user.name);
	calldata_set_int(call, "roles", event->user.roles);
}

static void set_notice(calldata_t *call, const struct lx_event *event)
{
	calldata_set_string(call, "id", event->notice.id);
	calldata_set_string(call, "text", event->notice.text);
}

static void set_membership(calldata_t *call, const struct lx_event *event)
{
	calldata_set_string(call, "user_login", event->membership.login);
	calldata_set_bool(call, "joined", event->membership.joined);
}

static void set_connection(calldata_t *call, const struct lx_event *event)
{
	const struct lx_connection *c = &event->connection;
	calldata_set_string(call, "link", lx_link_word(c->link));
	calldata_set_string(call, "state", lx_link_state_word(c->state));
	calldata_set_bool(call, "anonymous", c->anonymous);
	calldata_set_string(call, "detail", c->detail);
	calldata_set_string(call, "reason", c->reason);
	calldata_set_int(call, "retry_in_ms", c->retry_in_ms);
	calldata_set_int(call, "missed_from_ms", c->missed_from_ms);
}

static void set_action(calldata_t *call, const struct lx_event *event)
{
	const struct lx_action *a = &event->action;
	calldata_set_int(call, "action_id", (long long)a->id);
	calldata_set_string(call, "kind", lx_action_kind_word(a->kind));
	calldata_set_string(call, "state", lx_action_state_word(a->state));
	calldata_set_string(call, "user_id", a->user_id);
	calldata_set_string(call, "user_login", a->user_login);
	calldata_set_string(call, "message_id", a->message_id);
	calldata_set_int(call, "duration_s", a->duration_s);
	calldata_set_string(call, "reason", a->reason);
	calldata_set_string(call, "origin", a->origin);
	calldata_set_string(call, "detail", a->detail);
	calldata_set_int(call, "undoes", (long long)a->undoes);
	calldata_set_string(call, "error", a->error);
}

static void set_account(calldata_t *call, const struct lx_event *event)
{
	const struct lx_account_info *a = &event->account;
	calldata_set_string(call, "role", lx_account_role_word(a->role));
	calldata_set_string(call, "state", lx_account_state_word(a->state));
	calldata_set_string(call, "user_id", a->user_id);
	calldata_set_string(call, "user_login", a->login);
	calldata_set_string(call, "scopes", a->scopes);
	calldata_set_string(call, "storage", a->storage);
	calldata_set_string(call, "detail", a->detail);
}

static void set_login(calldata_t *call, const struct lx_event *event)
{
	const struct lx_login *l = &event->login;
	calldata_set_string(call, "role", lx_account_role_word(l->role));
	calldata_set_string(call, "way", lx_login_way_word(l->way));
	calldata_set_string(call, "state", lx_login_state_word(l->state));
	calldata_set_string(call, "detail", l->detail);
	calldata_set_string(call, "reason", l->reason);
}

static void set_permission(calldata_t *call, const struct lx_event *event)
{
	calldata_set_string(call, "role", lx_channel_role_word(event->permission.role));
	calldata_set_string(call, "missing_scopes", event->permission.missing_scopes);
}

static void set_field(const struct lx_scalar *scalar, void *data)
{
	calldata_t *call = data;
	if (scalar->kind == LX_FIELD_TEXT)
		calldata_set_string(call, scalar->name, scalar->text);
	else if (scalar->kind == LX_FIELD_BOOL)
		calldata_set_bool(call, scalar->name, scalar->truth);
	else
		calldata_set_int(call, scalar->name, scalar->number);
}

/* Families of event_channel.h. */
static void set_fields(calldata_t *call, const struct lx_event *event)
{
	calldata_set_bool(call, "update", event->update);
	lx_fields_visit(lx_event_fields(event->type), event, set_field, call);
}

static void set_nothing(calldata_t *call, const struct lx_event *event)
{
	(void)call;
	(void)event;
}

/* Every signal carries: ptr event (struct lx_event *, borrowed), string channel, int time_ms. */
#define COMMON "ptr event, string channel, int time_ms"
#define CHAT                                                                                                  \
	COMMON ", string id, string user_id, string user_login, string user_name, int roles, string text, int flags, " \
	       "int bits, string reply_to"
#define MODERATION                                                                                                   \
	COMMON ", string user_id, string user_login, string message_id, string text, int duration_s, string moderator_login, " \
	       "string reason, bool update"
/* update: told before with less detail, enrich that. The rest mirrors event_fields.c; lists are told by their count. */
#define COMMON_UPDATE COMMON ", bool update"

static const struct signal_row {
	const char *name;
	const char *declaration;
	void (*set)(calldata_t *call, const struct lx_event *event);
} signal_table[LX_EVENT_TYPE_COUNT] = {
	[LX_EVENT_CHAT_MESSAGE] = {"livextrem_chat_message", "void livextrem_chat_message(" CHAT ")", set_chat},
	[LX_EVENT_CHAT_NOTICE] = {"livextrem_chat_notice",
				  "void livextrem_chat_notice(" CHAT
				  ", string kind, string system_text, int count, string sub_plan, string recipient)",
				  set_notice_chat},
	[LX_EVENT_MESSAGE_DELETED] = {"livextrem_message_deleted", "void livextrem_message_deleted(" MODERATION ")",
				      set_moderation},
	[LX_EVENT_USER_BANNED] = {"livextrem_user_banned", "void livextrem_user_banned(" MODERATION ")",
				  set_moderation},
	[LX_EVENT_USER_UNBANNED] = {"livextrem_user_unbanned", "void livextrem_user_unbanned(" MODERATION ")",
				    set_moderation},
	[LX_EVENT_CHAT_CLEARED] = {"livextrem_chat_cleared", "void livextrem_chat_cleared(" MODERATION ")",
				   set_moderation},
	[LX_EVENT_ROOM_STATE] = {"livextrem_room_state",
				 "void livextrem_room_state(" COMMON
				 ", int emote_only, int subs_only, int unique_chat, "
				 "int slow_s, int followers_min)",
				 set_room},
	[LX_EVENT_USER_STATE] = {"livextrem_user_state",
				 "void livextrem_user_state(" COMMON
				 ", string user_id, string user_login, string user_name, int roles)",
				 set_user},
	[LX_EVENT_NOTICE] = {"livextrem_notice", "void livextrem_notice(" COMMON ", string id, string text)",
			     set_notice},
	[LX_EVENT_MEMBERSHIP] = {"livextrem_membership",
				 "void livextrem_membership(" COMMON ", string user_login, bool joined)",
				 set_membership},
	[LX_EVENT_WHISPER] = {"livextrem_whisper", "void livextrem_whisper(" CHAT ")", set_chat},
	[LX_EVENT_CONNECTION] = {"livextrem_connection",
				 "void livextrem_connection(" COMMON ", string link, string state, bool anonymous, "
				 "string detail, string reason, int retry_in_ms, int missed_from_ms)",
				 set_connection},
	[LX_EVENT_STATS] = {"livextrem_stats_changed", "void livextrem_stats_changed(" COMMON ")", set_nothing},
	[LX_EVENT_ACTION] = {"livextrem_action",
			     "void livextrem_action(" COMMON
			     ", int action_id, string kind, string state, string user_id, "
			     "string user_login, string message_id, int duration_s, string reason, string origin, "
			     "string detail, int undoes, string error)",
			     set_action},
	[LX_EVENT_ACCOUNT] = {"livextrem_account",
			      "void livextrem_account(" COMMON ", string role, string state, string user_id, "
			      "string user_login, string scopes, string storage, string detail)",
			      set_account},
	[LX_EVENT_LOGIN] = {"livextrem_login",
			    "void livextrem_login(" COMMON
			    ", string role, string way, string state, string detail, string reason)",
			    set_login},
	[LX_EVENT_PERMISSION] = {"livextrem_permission",
				 "void livextrem_permission(" COMMON ", string role, string missing_scopes)",
				 set_permission},
	[LX_EVENT_FOLLOW] = {"livextrem_follow",
			     "void livextrem_follow(" COMMON_UPDATE
			     ", string user_id, string user_login, string user_name)",
			     set_fields},
	[LX_EVENT_SUBSCRIPTION] = {"livextrem_subscription",
				   "void livextrem_subscription(" COMMON_UPDATE
				   ", string kind, string user_id, string user_login, string user_name, string tier, "
				   "bool is_gift, bool anonymous, int total, int cumulative_total, int months, int "
				   "streak_months, int duration_months, string text)",
				   set_fields},
	[LX_EVENT_BITS] = {"livextrem_bits",
			   "void livextrem_bits(" COMMON_UPDATE
			   ", string kind, string user_id, string user_login, string user_name, int bits, string "
			   "text, string power_up)",
			   set_fields},
	[LX_EVENT_RAID] = {"livextrem_raid",
			   "void livextrem_raid(" COMMON_UPDATE
			   ", string kind, string other_id, string other_login, string other_name, string "
			   "moderator_id, string moderator_login, string moderator_name, int viewers)",
			   set_fields},
	[LX_EVENT_SHOUTOUT] = {"livextrem_shoutout",
			       "void livextrem_shoutout(" COMMON_UPDATE
			       ", bool received, string other_id, string other_login, string other_name, string "
			       "moderator_id, string moderator_login, string moderator_name, int viewers, int "
			       "cooldown_ends_ms, int target_cooldown_ends_ms)",
			       set_fields},
	[LX_EVENT_CHANNEL_UPDATE] =
		{"livextrem_channel_update",
		 "void livextrem_channel_update(" COMMON_UPDATE
		 ", string title, string language, string category_id, string category, string labels)",
		 set_fields},
	[LX_EVENT_STREAM] = {"livextrem_stream",
			     "void livextrem_stream(" COMMON_UPDATE
			     ", bool online, string id, string kind, int started_ms)",
			     set_fields},
	[LX_EVENT_AD_BREAK] = {"livextrem_ad_break",
			       "void livextrem_ad_break(" COMMON_UPDATE
			       ", int duration_s, bool automatic, string requester_id, string requester_login, "
			       "string requester_name, int started_ms)",
			       set_fields},
	[LX_EVENT_POLL] = {"livextrem_poll",
			   "void livextrem_poll(" COMMON_UPDATE
			   ", string phase, string id, string title, string status, int points_per_vote, int "
			   "started_ms, int ends_ms, int choices_count)",
			   set_fields},
	[LX_EVENT_PREDICTION] = {"livextrem_prediction",
				 "void livextrem_prediction(" COMMON_UPDATE
				 ", string phase, string id, string title, string status, string winning_id, int "
				 "started_ms, int locks_ms, int ended_ms, int outcomes_count)",
				 set_fields},
	[LX_EVENT_HYPE_TRAIN] = {"livextrem_hype_train",
				 "void livextrem_hype_train(" COMMON_UPDATE
				 ", string phase, string id, string kind, int level, int total, int progress, int "
				 "goal, int all_time_high_level, int all_time_high_total, bool shared, int started_ms, "
				 "int expires_ms, int ended_ms, int cooldown_ends_ms, int contributions_count)",
				 set_fields},
	[LX_EVENT_GOAL] = {"livextrem_goal",
			   "void livextrem_goal(" COMMON_UPDATE
			   ", string phase, string id, string kind, string description, int current, int target, "
			   "bool achieved, int started_ms, int ended_ms)",
			   set_fields},
	[LX_EVENT_CHARITY] = {"livextrem_charity",
			      "void livextrem_charity(" COMMON_UPDATE
			      ", string kind, string id, string donation_id, string user_id, string user_login, "
			      "string user_name, string name, string description, string logo_url, string website, "
			      "int amount_value, int amount_decimals, string amount_currency, int current_value, "
			      "int current_decimals, string current_currency, int target_value, int "
			      "target_decimals, string target_currency, int started_ms, int ended_ms)",
			      set_fields},
	[LX_EVENT_REWARD] = {"livextrem_reward",
			     "void livextrem_reward(" COMMON_UPDATE
			     ", string phase, string id, string title, string prompt, string color, int cost, bool "
			     "enabled, bool paused, bool in_stock, bool input_required, bool skips_queue, int "
			     "max_per_stream, int max_per_user_per_stream, int cooldown_s, int "
			     "redeemed_this_stream, int cooldown_ends_ms)",
			     set_fields},
	[LX_EVENT_REDEMPTION] = {"livextrem_redemption",
				 "void livextrem_redemption(" COMMON_UPDATE
				 ", string phase, string kind, string id, string user_id, string user_login, string "
				 "user_name, string reward_id, string reward_title, string reward_prompt, int points, "
				 "int bits, string text, string status, int redeemed_ms)",
				 set_fields},
	[LX_EVENT_AUTOMOD_MESSAGE] = {"livextrem_automod_message",
				      "void livextrem_automod_message(" COMMON_UPDATE
				      ", string phase, bool own, string message_id, string user_id, string user_login, "
				      "string user_name, string moderator_id, string moderator_login, string "
				      "moderator_name, string text, string reason, string category, int level, string "
				      "status, int held_ms, int ranges_count)",
				      set_fields},
	[LX_EVENT_AUTOMOD_SETTINGS] =
		{"livextrem_automod_settings",
		 "void livextrem_automod_settings(" COMMON_UPDATE
		 ", string moderator_id, string moderator_login, string moderator_name, int overall, "
		 "int disability, int aggression, int sexuality, int misogyny, int bullying, int "
		 "swearing, int racism, int sex_based_terms)",
		 set_fields},
	[LX_EVENT_AUTOMOD_TERMS] = {"livextrem_automod_terms",
				    "void livextrem_automod_terms(" COMMON_UPDATE
				    ", string moderator_id, string moderator_login, string moderator_name, bool added, "
				    "bool permitted, bool from_automod, string terms)",
				    set_fields},
	[LX_EVENT_UNBAN_REQUEST] = {"livextrem_unban_request",
				    "void livextrem_unban_request(" COMMON_UPDATE
				    ", string phase, string id, string user_id, string user_login, string user_name, "
				    "string moderator_id, string moderator_login, string moderator_name, string text, "
				    "string status)",
				    set_fields},
	[LX_EVENT_WARNING] = {"livextrem_warning",
			      "void livextrem_warning(" COMMON_UPDATE
			      ", bool acknowledged, string user_id, string user_login, string user_name, string "
			      "moderator_id, string moderator_login, string moderator_name, string reason, string "
			      "rules)",
			      set_fields},
	[LX_EVENT_SUSPICIOUS_USER] =
		{"livextrem_suspicious_user",
		 "void livextrem_suspicious_user(" COMMON_UPDATE
		 ", bool message, string user_id, string user_login, string user_name, string "
		 "moderator_id, string moderator_login, string moderator_name, string status, string "
		 "types, string evasion, int shared_bans, string message_id, string text)",
		 set_fields},
	[LX_EVENT_SHIELD_MODE] = {"livextrem_shield_mode",
				  "void livextrem_shield_mode(" COMMON_UPDATE
				  ", bool active, string moderator_id, string moderator_login, string moderator_name)",
				  set_fields},
	[LX_EVENT_ROLE_CHANGE] = {"livextrem_role_change",
				  "void livextrem_role_change(" COMMON_UPDATE
				  ", string role, bool added, string user_id, string user_login, string user_name, "
				  "string moderator_id, string moderator_login, string moderator_name)",
				  set_fields},
	[LX_EVENT_SHARED_CHAT] = {"livextrem_shared_chat",
				  "void livextrem_shared_chat(" COMMON_UPDATE
				  ", string phase, string session_id, string host_id, string host_login, string "
				  "host_name, int participants_count)",
				  set_fields},
	[LX_EVENT_USER_UPDATE] = {"livextrem_user_update",
				  "void livextrem_user_update(" COMMON_UPDATE
				  ", string user_id, string user_login, string user_name, string description)",
				  set_fields},
	[LX_EVENT_MARKER] = {"livextrem_marker",
			     "void livextrem_marker(" COMMON_UPDATE
			     ", string phase, int marker_id, int at_ms, int stream_ms, string kind, string label, "
			     "string text, string word, int count, string origin, string twitch_id)",
			     set_fields},
	[LX_EVENT_PIN] = {"livextrem_pin",
			  "void livextrem_pin(" COMMON_UPDATE
			  ", string message_id, string user_id, string user_login, string user_name, string "
			  "moderator_id, string moderator_login, string moderator_name, string text, int started_ms, int "
			  "ends_ms)",
			  set_fields},
	[LX_EVENT_COMMAND] = {"livextrem_command_result",
			      "void livextrem_command_result(" COMMON_UPDATE
			      ", int command_id, string name, string state, string detail, string error, string "
			      "missing_scopes, string origin)",
			      set_fields},
	[LX_EVENT_CHAT_MODES] =
		{"livextrem_chat_modes",
		 "void livextrem_chat_modes(" COMMON_UPDATE
		 ", int slow, int slow_s, int slow_since_ms, int followers, int followers_min, int followers_since_ms, "
		 "int subscribers, int subscribers_since_ms, int emotes, int emotes_since_ms, int unique, "
		 "int unique_since_ms, int shield, int shield_since_ms)",
		 set_fields},
};

const char *lx_bus_signal_name(enum lx_event_type type)
{
	return signal_table[type].name;
}

const char *lx_bus_signal_declaration(enum lx_event_type type)
{
	return signal_table[type].declaration;
}

/* --- procedures -------------------------------------------------------------------------------------------------- */

#define ANSWER "out bool ok, out string error"
#define TARGET "string user_id, string user_login, string message_id, string reason, string origin"

static const struct proc_row {
	const char *name;
	const char *declaration;
} proc_table[LX_PROC_COUNT] = {
	[LX_PROC_CONNECT] = {"livextrem_connect", "void livextrem_connect(string channel, " ANSWER ")"},
	[LX_PROC_DISCONNECT] = {"livextrem_disconnect", "void livextrem_disconnect(" ANSWER ")"},
	[LX_PROC_SEND] = {"livextrem_send", "void livextrem_send(string text, string reply_to, " ANSWER ")"},
	[LX_PROC_BAN] = {"livextrem_ban", "void livextrem_ban(" TARGET ", " ANSWER ", out int action_id)"},
	[LX_PROC_TIMEOUT] = {"livextrem_timeout",
			     "void livextrem_timeout(" TARGET ", int duration_s, " ANSWER ", out int action_id)"},
	[LX_PROC_UNBAN] = {"livextrem_unban", "void livextrem_unban(" TARGET ", " ANSWER ", out int action_id)"},
	[LX_PROC_DELETE] = {"livextrem_delete", "void livextrem_delete(" TARGET ", " ANSWER ", out int action_id)"},
	[LX_PROC_CLEAR_CHAT] = {"livextrem_clear_chat",
				"void livextrem_clear_chat(string origin, " ANSWER ", out int action_id)"},
	[LX_PROC_UNDO] = {"livextrem_undo", "void livextrem_undo(string origin, " ANSWER ", out int action_id)"},
	[LX_PROC_GET_STATS] =
		{"livextrem_get_stats",
		 "void livextrem_get_stats(string demand, " ANSWER
		 ", out string channel, out bool live, out int viewers, "
		 "out int followers, out int subs, out int sub_points, out int uptime_s, out int chat_rate, "
		 "out int chatters, out int messages, out string title, out string category, "
		 "out string latest_chatter)"},
	[LX_PROC_GET_STATE] = {"livextrem_get_state",
			       "void livextrem_get_state(" ANSWER ", out string version, out string channel, "
			       "out string chat, out string eventsub, out string helix, out string account, "
			       "out string user_login, out string channel_role)"},
	[LX_PROC_LOGIN] = {"livextrem_login_start", "void livextrem_login_start(string role, string way, " ANSWER ")"},
	[LX_PROC_LOGIN_CANCEL] = {"livextrem_login_cancel", "void livextrem_login_cancel(string role, " ANSWER ")"},
	[LX_PROC_LOGOUT] = {"livextrem_logout", "void livextrem_logout(string role, " ANSWER ")"},
	[LX_PROC_RECONNECT] = {"livextrem_reconnect", "void livextrem_reconnect(" ANSWER ")"},
	[LX_PROC_GET_SOURCE_TEXT] = {"livextrem_get_source_text",
				     "void livextrem_get_source_text(string source, " ANSWER ", out string text)"},
	[LX_PROC_ADD_MARKER] = {"livextrem_add_marker",
				"void livextrem_add_marker(string text, int at_ms, string origin, " ANSWER
				", out int marker_id)"},
	[LX_PROC_EDIT_MARKER] = {"livextrem_edit_marker",
				 "void livextrem_edit_marker(int marker_id, string text, string origin, " ANSWER ")"},
	[LX_PROC_REMOVE_MARKER] = {"livextrem_remove_marker",
				   "void livextrem_remove_marker(int marker_id, bool undo, string origin, " ANSWER ")"},
	[LX_PROC_ORDER] = {"livextrem_order",
			   "void livextrem_order(string order, string user_id, string user_login, string message_id, "
			   "string text, int duration_s, " ANSWER ")"},
	[LX_PROC_GET_PIN] = {"livextrem_get_pin", "void livextrem_get_pin(" ANSWER ")"},
	[LX_PROC_COMMAND] = {"livextrem_command",
			     "void livextrem_command(string text, string reply_to, string origin, " ANSWER
			     ", out int command_id, out int action_id, out string missing_scopes)"},
	[LX_PROC_SET_CHAT_MODE] = {"livextrem_set_chat_mode",
				   "void livextrem_set_chat_mode(string mode, bool on, int value, " ANSWER ")"},
};

const char *lx_bus_proc_name(enum lx_proc proc)
{
	return proc_table[proc].name;
}

const char *lx_bus_proc_declaration(enum lx_proc proc)
{
	return proc_table[proc].declaration;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

struct connection {
	enum lx_event_type type;
	lx_bus_listener listener;
	void *data;
};

struct lx_bus {
	signal_handler_t *signals;
	struct lx_bus_gate *gate;
	bool own_gate;
	pthread_mutex_t mutex; /* guards connections */
	DARRAY(struct connection *) connections;
};

static void on_proc(void *data, calldata_t *call)
{
	struct lx_bus_gate_slot *slot = data;
	struct lx_bus_gate *gate = slot->gate;

	pthread_mutex_lock(&gate->mutex);
	lx_bus_handler handler = slot->handler;
	void *handler_data = slot->data;
	if (handler)
		slot->calls++;
	pthread_mutex_unlock(&gate->mutex);

	calldata_set_bool(call, "ok", handler != NULL);
	calldata_set_string(call, "error", "");
	if (!handler)
		return;
	handler(handler_data, call);

	pthread_mutex_lock(&gate->mutex);
	if (--slot->calls == 0)
		pthread_cond_broadcast(&gate->idle);
	pthread_mutex_unlock(&gate->mutex);
}

bool lx_bus_present(proc_handler_t *procs)
{
	calldata_t call = {0};
	bool present = proc_handler_call(procs, proc_table[LX_PROC_GET_STATE].name, &call);
	calldata_free(&call);
	return present;
}

struct lx_bus *lx_bus_create_at(struct lx_bus_gate *gate, signal_handler_t *signals, proc_handler_t *procs)
{
	if (lx_bus_present(procs))
		return NULL;

	struct lx_bus *bus = bzalloc(sizeof(*bus));
	bus->signals = signals;
	bus->gate = gate;
	pthread_mutex_init(&bus->mutex, NULL);
	if (!gate->ready) {
		pthread_mutex_init(&gate->mutex, NULL);
		pthread_cond_init(&gate->idle, NULL);
		gate->ready = true;
	}

	for (size_t i = 0; i < LX_EVENT_TYPE_COUNT; i++)
		signal_handler_add(signals, signal_table[i].declaration);
	for (size_t i = 0; i < LX_PROC_COUNT; i++) {
		gate->slots[i] = (struct lx_bus_gate_slot){.gate = gate};
		proc_handler_add(procs, proc_table[i].declaration, on_proc, &gate->slots[i]);
	}
	return bus;
}

struct lx_bus *lx_bus_create(signal_handler_t *signals, proc_handler_t *procs)
{
	struct lx_bus_gate *gate = bzalloc(sizeof(*gate));
	struct lx_bus *bus = lx_bus_create_at(gate, signals, procs);
	if (bus)
		bus->own_gate = true;
	else
		bfree(gate);
	return bus;
}

static void on_signal(void *data, calldata_t *call)
{
	const struct connection *connection = data;
	const struct lx_event *event = calldata_ptr(call, "event");
	/* A script may raise the signal too, and has no event to pass. */
	if (event && event->type == connection->type)
		connection->listener(event, connection->data);
}

void lx_bus_destroy(struct lx_bus *bus)
{
	if (!bus)
		return;
	lx_bus_unbind_all(bus);
	for (size_t i = 0; i < bus->connections.num; i++) {
		struct connection *c = bus->connections.array[i];
		signal_handler_disconnect(bus->signals, signal_table[c->type].name, on_signal, c);
		bfree(c);
	}
	da_free(bus->connections);
	pthread_mutex_destroy(&bus->mutex);
	if (bus->own_gate) {
		pthread_cond_destroy(&bus->gate->idle);
		pthread_mutex_destroy(&bus->gate->mutex);
		bfree(bus->gate);
	}
	bfree(bus);
}

/* --- use --------------------------------------------------------------------------------------------------------- */

void lx_bus_emit(struct lx_bus *bus, const struct lx_event *event)
{
	const struct signal_row *row = &signal_table[event->type];
	calldata_t call;
	calldata_init(&call);
	calldata_set_ptr(&call, "event", (void *)event);
	calldata_set_string(&call, "channel", event->channel);
	calldata_set_int(&call, "time_ms", event->time_ms);
	row->set(&call, event);
	signal_handler_signal(bus->signals, row->name, &call);
	calldata_free(&call);
}

void lx_bus_connect(struct lx_bus *bus, enum lx_event_type type, lx_bus_listener listener, void *data)
{
	struct connection *c = bzalloc(sizeof(*c));
	*c = (struct connection){type, listener, data};
	pthread_mutex_lock(&bus->mutex);
	da_push_back(bus->connections, &c);
	pthread_mutex_unlock(&bus->mutex);
	signal_handler_connect(bus->signals, signal_table[type].name, on_signal, c);
}

void lx_bus_disconnect(struct lx_bus *bus, enum lx_event_type type, lx_bus_listener listener, void *data)
{
	struct connection *found = NULL;
	pthread_mutex_lock(&bus->mutex);
	for (size_t i = 0; i < bus->connections.num && !found; i++) {
		struct connection *c = bus->connections.array[i];
		if (c->type == type && c->listener == listener && c->data == data) {
			found = c;
			da_erase(bus->connections, i);
		}
	}
	pthread_mutex_unlock(&bus->mutex);

	/* Outside our lock: this waits for a call of the listener that is under way. */
	if (found)
		signal_handler_disconnect(bus->signals, signal_table[type].name, on_signal, found);
	bfree(found);
}

void lx_bus_connect_all(struct lx_bus *bus, const struct lx_bus_wire *wires, size_t count, void *data)
{
	for (size_t i = 0; i < count; i++)
		lx_bus_connect(bus, wires[i].type, wires[i].listener, data);
}

void lx_bus_disconnect_all(struct lx_bus *bus, const struct lx_bus_wire *wires, size_t count, void *data)
{
	for (size_t i = 0; i < count; i++)
		lx_bus_disconnect(bus, wires[i].type, wires[i].listener, data);
}

void lx_bus_bind(struct lx_bus *bus, enum lx_proc proc, lx_bus_handler handler, void *data)
{
	struct lx_bus_gate *gate = bus->gate;
	struct lx_bus_gate_slot *slot = &gate->slots[proc];
	pthread_mutex_lock(&gate->mutex);
	slot->handler = handler;
	slot->data = data;
	while (!handler && slot->calls > 0)
		pthread_cond_wait(&gate->idle, &gate->mutex);
	pthread_mutex_unlock(&gate->mutex);
}

void lx_bus_unbind_all(struct lx_bus *bus)
{
	for (size_t i = 0; i < LX_PROC_COUNT; i++)
		lx_bus_bind(bus, (enum lx_proc)i, NULL, NULL);
}
