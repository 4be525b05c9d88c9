#include "moderation/chat_modes.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "net/mailbox.h"

#define UNKNOWN (-1)

static const struct row {
	const char *word;
	const char *key; /* of its name */
	enum lx_helix_endpoint endpoint;
	const char *field, *value_field; /* of the request; value_field NULL: only on or off */
	int64_t least, most;
} rows[LX_CHAT_MODE_COUNT] = {
	[LX_CHAT_MODE_SLOW] = {"slow", "Mode.Slow", LX_HELIX_UPDATE_CHAT_SETTINGS, "slow_mode", "slow_mode_wait_time",
			       3, 120},
	[LX_CHAT_MODE_FOLLOWERS] = {"followers", "Mode.Followers", LX_HELIX_UPDATE_CHAT_SETTINGS, "follower_mode",
				    "follower_mode_duration", 0, 129600},
	[LX_CHAT_MODE_SUBSCRIBERS] = {"subscribers", "Mode.Subscribers", LX_HELIX_UPDATE_CHAT_SETTINGS,
				      "subscriber_mode", NULL, 0, 0},
	[LX_CHAT_MODE_EMOTES] = {"emotes", "Mode.Emotes", LX_HELIX_UPDATE_CHAT_SETTINGS, "emote_mode", NULL, 0, 0},
	[LX_CHAT_MODE_UNIQUE] = {"unique", "Mode.Unique", LX_HELIX_UPDATE_CHAT_SETTINGS, "unique_chat_mode", NULL, 0,
				 0},
	[LX_CHAT_MODE_SHIELD] = {"shield", "Mode.Shield", LX_HELIX_UPDATE_SHIELD_MODE, "is_active", NULL, 0, 0},
};

struct lx_chat_mode_switch {
	struct lx_chat_mode_config config;
	struct lx_mailbox *mailbox;
	pthread_mutex_t mutex; /* guards the channel, for those who switch */
	char *login, *room_id;

	/* Loop's thread: */
	struct state {
		int on; /* 0 1, UNKNOWN */
		int64_t value;
		int64_t since_ms; /* 0 = before we came */
	} states[LX_CHAT_MODE_COUNT];
	enum lx_channel_role role;
	bool shield_asked;
};

enum lx_chat_mode lx_chat_mode_of_word(const char *word)
{
	enum lx_chat_mode mode = 0;
	while (mode < LX_CHAT_MODE_COUNT && strcmp(rows[mode].word, word) != 0)
		mode++;
	return mode;
}

const char *lx_chat_mode_word(enum lx_chat_mode mode)
{
	return rows[mode].word;
}

/* --- what is known; on the loop's thread --------------------------------------------------------------------------- */

static void tell(struct lx_chat_mode_switch *modes)
{
	const struct state *states = modes->states;
	struct lx_event event;
	pthread_mutex_lock(&modes->mutex);
	char *login = bstrdup(modes->login), *room_id = bstrdup(modes->room_id);
	pthread_mutex_unlock(&modes->mutex);

	lx_event_init(&event, LX_EVENT_CHAT_MODES);
	event.time_ms = lx_clock_unix_ms(lx_loop_clock(modes->config.loop));
	event.channel = login;
	event.room_id = room_id;
	event.chat_modes = (struct lx_chat_modes){
		.slow = states[LX_CHAT_MODE_SLOW].on,
		.slow_s = states[LX_CHAT_MODE_SLOW].value,
		.slow_since_ms = states[LX_CHAT_MODE_SLOW].since_ms,
		.followers = states[LX_CHAT_MODE_FOLLOWERS].on,
		.followers_min = states[LX_CHAT_MODE_FOLLOWERS].value,
		.followers_since_ms = states[LX_CHAT_MODE_FOLLOWERS].since_ms,
		.subscribers = states[LX_CHAT_MODE_SUBSCRIBERS].on,
		.subscribers_since_ms = states[LX_CHAT_MODE_SUBSCRIBERS].since_ms,
		.emotes = states[LX_CHAT_MODE_EMOTES].on,
		.emotes_since_ms = states[LX_CHAT_MODE_EMOTES].since_ms,
		.unique = states[LX_CHAT_MODE_UNIQUE].on,
		.unique_since_ms = states[LX_CHAT_MODE_UNIQUE].since_ms,
		.shield = states[LX_CHAT_MODE_SHIELD].on,
		.shield_since_ms = states[LX_CHAT_MODE_SHIELD].since_ms,
	};
	lx_bus_emit(modes->config.bus, &event);
	bfree(login);
	bfree(room_id);
}

/* `at_ms`: when it was switched, as far as anybody knows. Returns whether that is new. */
static bool learn(struct lx_chat_mode_switch *modes, enum lx_chat_mode mode, bool on, int64_t value, int64_t at_ms)
{
	struct state *state = &modes->states[mode];
	value = on && rows[mode].value_field ? value : 0;
	if (state->on == on && state->value == value)
		return false;
	bool was_known = state->on != UNKNOWN;
	*state = (struct state){on, value, on && was_known ? at_ms : 0};
	return true;
}

static void forget(struct lx_chat_mode_switch *modes)
{
	for (int mode = 0; mode < LX_CHAT_MODE_COUNT; mode++)
		modes->states[mode] = (struct state){.on = UNKNOWN};
	modes->shield_asked = false;
}

/* --- tasks ------------------------------------------------------------------------------------------------------------ */

/* Something to do on the loop's thread; only what belongs to it is set. */
struct task {
	struct lx_chat_mode_switch *modes;
	struct lx_mailbox *mailbox; /* its own reference, for an answer that may come when nobody is left */
	void (*work)(struct lx_chat_mode_switch *modes, const struct task *task);
	char *room_id, *login, *message;
	struct lx_room room;
	int64_t at_ms;
	enum lx_channel_role role;
	struct lx_chat_mode_wish wish;
	bool on; /* the shield */
	enum lx_helix_error error;
	const struct lx_clock *clock; /* of the loop */
};

static void free_task(void *data)
{
	struct task *task = data;
	lx_mailbox_release(task->mailbox);
	bfree(task->room_id);
	bfree(task->login);
	bfree(task->message);
	bfree(task);
}

static void run_task(void *data)
{
	struct task *task = data;
	task->work(task->modes, task);
	free_task(task);
}

static struct task *new_task(struct lx_chat_mode_switch *modes,
			     void (*work)(struct lx_chat_mode_switch *modes, const struct task *task),
			     const struct task *rest)
{
	struct task *task = bmemdup(rest, sizeof(*rest));
	task->modes = modes;
	task->mailbox = lx_mailbox_ref(modes->mailbox);
	task->work = work;
	task->clock = lx_loop_clock(modes->config.loop);
	return task;
}

static void post(struct task *task)
{
	/* Whoever posts holds a reference of its own: running the task gives the task's back. */
	struct lx_mailbox *mailbox = lx_mailbox_ref(task->mailbox);
	lx_mailbox_post(mailbox, run_task, free_task, task);
	lx_mailbox_release(mailbox);
}

/* Whether this is still about the channel that is read. */
static bool is_ours(struct lx_chat_mode_switch *modes, const char *room_id)
{
	pthread_mutex_lock(&modes->mutex);
	bool same = *room_id && strcmp(modes->room_id, room_id) == 0;
	pthread_mutex_unlock(&modes->mutex);
	return same;
}

/* --- what others tell ------------------------------------------------------------------------------------------------ */

/* Chat tells the channel's id together with its state, and may be the first who does. */
static void learn_id(struct lx_chat_mode_switch *modes, const char *login, const char *room_id)
{
	pthread_mutex_lock(&modes->mutex);
	if (*login && !*modes->room_id && strcmp(modes->login, login) == 0) {
		bfree(modes->room_id);
		modes->room_id = bstrdup(room_id);
	}
	pthread_mutex_unlock(&modes->mutex);
}

static void work_room(struct lx_chat_mode_switch *modes, const struct task *task)
{
	const struct lx_room *room = &task->room;
	const struct {
		enum lx_chat_mode mode;
		int32_t told;
		bool on;
	} told[] = {
		{LX_CHAT_MODE_SLOW, room->slow_s, room->slow_s > 0},
		{LX_CHAT_MODE_FOLLOWERS, room->followers_min, room->followers_min >= 0},
		{LX_CHAT_MODE_SUBSCRIBERS, room->subs_only, room->subs_only != 0},
		{LX_CHAT_MODE_EMOTES, room->emote_only, room->emote_only != 0},
		{LX_CHAT_MODE_UNIQUE, room->unique_chat, room->unique_chat != 0},
	};
	bool news = false;
	learn_id(modes, task->login, task->room_id);
	if (!is_ours(modes, task->room_id))
		return;
	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++)
		if (told[i].told != LX_ROOM_UNCHANGED)
			news = learn(modes, told[i].mode, told[i].on, told[i].told, task->at_ms) || news;
	if (news)
		tell(modes);
}

static void on_room(const struct lx_event *event, void *data)
{
	post(new_task(data, work_room,
		      &(struct task){.room_id = bstrdup(event->room_id),
				     .login = bstrdup(event->channel),
				     .room = event->room,
				     .at_ms = event->time_ms}));
}

static void work_shield(struct lx_chat_mode_switch *modes, const struct task *task)
{
	if (is_ours(modes, task->room_id) && learn(modes, LX_CHAT_MODE_SHIELD, task->on, 0, task->at_ms))
		tell(modes);
}

static void on_shield(const struct lx_event *event, void *data)
{
	post(new_task(data, work_shield,
		      &(struct task){.room_id = bstrdup(event->room_id),
				     .on = event->shield_mode.active,
				     .at_ms = event->time_ms}));
}

static void take_shield(struct lx_chat_mode_switch *modes, const struct task *task)
{
	if (task->error != LX_HELIX_OK || !is_ours(modes, task->room_id))
		return;
	if (modes->states[LX_CHAT_MODE_SHIELD].on == UNKNOWN && learn(modes, LX_CHAT_MODE_SHIELD, task->on, 0, 0)) {
		modes->states[LX_CHAT_MODE_SHIELD].since_ms = task->on ? task->at_ms : 0;
		tell(modes);
	}
}

static void on_shield_answer(const struct lx_helix_result *result, void *data)
{
	struct task *task = data;
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_shield_mode *shield = lx_helix_decode_shield_mode(&memory, result->data, &count);
	task->error = shield ? result->error : LX_HELIX_SERVER;
	if (shield) {
		task->on = shield->is_active;
		task->at_ms = shield->activated_ms == LX_HELIX_UNKNOWN ? 0 : shield->activated_ms;
	}
	lx_decoded_finish(&memory);
	post(task);
}

static void ask_for_shield(struct lx_chat_mode_switch *modes)
{
	bool moderates = modes->role == LX_CHANNEL_ROLE_MODERATOR || modes->role == LX_CHANNEL_ROLE_BROADCASTER;
	pthread_mutex_lock(&modes->mutex);
	char *room_id = bstrdup(modes->room_id);
	pthread_mutex_unlock(&modes->mutex);
	if (!modes->shield_asked && moderates && *room_id &&
	    lx_helix_may(modes->config.helix, LX_HELIX_GET_SHIELD_MODE, NULL)) {
		const struct lx_helix_param param = {"broadcaster_id", room_id};
		modes->shield_asked = true;
		lx_helix_send(modes->config.helix,
			      &(struct lx_helix_call){
				      .endpoint = LX_HELIX_GET_SHIELD_MODE,
				      .query = &param,
				      .query_count = 1,
				      .priority = LX_HELIX_BACKGROUND,
				      .done = on_shield_answer,
				      .data = new_task(modes, take_shield, &(struct task){.room_id = bstrdup(room_id)}),
			      });
	}
	bfree(room_id);
}

static void work_permission(struct lx_chat_mode_switch *modes, const struct task *task)
{
	if (!is_ours(modes, task->room_id))
		return;
	modes->role = task->role;
	ask_for_shield(modes);
}

static void on_permission(const struct lx_event *event, void *data)
{
	post(new_task(data, work_permission,
		      &(struct task){.room_id = bstrdup(event->room_id), .role = event->permission.role}));
}

/* --- channel ---------------------------------------------------------------------------------------------------------- */

static void work_channel(struct lx_chat_mode_switch *modes, const struct task *task)
{
	pthread_mutex_lock(&modes->mutex);
	bool other = strcmp(modes->login, task->login) != 0;
	bool same = !other && strcmp(modes->room_id, task->room_id) == 0;
	bfree(modes->login);
	bfree(modes->room_id);
	modes->login = bstrdup(task->login);
	modes->room_id = bstrdup(task->room_id);
	pthread_mutex_unlock(&modes->mutex);
	if (same)
		return;
	forget(modes);
	modes->role = LX_CHANNEL_ROLE_UNKNOWN;
	if (other)
		tell(modes);
}

void lx_chat_mode_set_channel(struct lx_chat_mode_switch *modes, const char *login, const char *room_id)
{
	post(new_task(modes, work_channel, &(struct task){.login = bstrdup(login), .room_id = bstrdup(room_id)}));
}

/* --- switching -------------------------------------------------------------------------------------------------------- */

static void complain(struct lx_chat_mode_switch *modes, const struct task *task)
{
	struct lx_event event;
	struct dstr sentence = {0};
	const char *arguments[] = {lx_text_get(modes->config.text, rows[task->wish.mode].key), task->message};
	lx_text_format(modes->config.text, &sentence, "Mode.Failed", arguments, 2);
	lx_event_init(&event, LX_EVENT_NOTICE);
	event.time_ms = lx_clock_unix_ms(lx_loop_clock(modes->config.loop));
	event.channel = task->login;
	event.room_id = task->room_id;
	event.notice.id = "livextrem_mode_failed";
	event.notice.text = sentence.array;
	lx_bus_emit(modes->config.bus, &event);
	dstr_free(&sentence);
}

/* Twitch took it. Its own word of that comes as well, or not: nobody but us says so without EventSub. */
static void take_answer(struct lx_chat_mode_switch *modes, const struct task *task)
{
	const struct lx_chat_mode_wish *wish = &task->wish;
	if (task->error != LX_HELIX_OK) {
		if (task->error != LX_HELIX_CANCELLED && !wish->told)
			complain(modes, task);
	} else if (is_ours(modes, task->room_id) && learn(modes, wish->mode, wish->on, wish->value, task->at_ms)) {
		tell(modes);
	}
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct task *task = data;
	task->error = result->error;
	task->message = bstrdup(result->message);
	task->at_ms = lx_clock_unix_ms(task->clock);
	if (task->wish.told)
		task->wish.told(&(struct lx_outcome){result->error, result->message}, task->wish.data);
	post(task);
}

static char *body_of(const struct lx_chat_mode_wish *wish)
{
	const struct row *row = &rows[wish->mode];
	cJSON *json = cJSON_CreateObject();
	cJSON_AddBoolToObject(json, row->field, wish->on);
	if (wish->on && row->value_field)
		cJSON_AddNumberToObject(json, row->value_field, (double)wish->value);
	char *body = cJSON_PrintUnformatted(json);
	cJSON_Delete(json);
	return body;
}

/* The key of a sentence that says what is wrong with it; NULL: nothing. */
static const char *fault_of(const struct lx_chat_mode_wish *wish, const char *room_id)
{
	if ((unsigned)wish->mode >= LX_CHAT_MODE_COUNT)
		return "Mode.Error.Unknown";
	if (!*room_id)
		return "Mode.Error.NoChannel";
	const struct row *row = &rows[wish->mode];
	if (wish->on && row->value_field && (wish->value < row->least || wish->value > row->most))
		return wish->mode == LX_CHAT_MODE_SLOW ? "Mode.Error.Seconds" : "Mode.Error.Minutes";
	return NULL;
}

bool lx_chat_mode_set(struct lx_chat_mode_switch *modes, const struct lx_chat_mode_wish *wish, struct dstr *error)
{
	pthread_mutex_lock(&modes->mutex);
	char *room_id = bstrdup(modes->room_id), *login = bstrdup(modes->login);
	pthread_mutex_unlock(&modes->mutex);
	const char *fault = fault_of(wish, room_id);
	if (fault) {
		dstr_cat(error, lx_text_get(modes->config.text, fault));
		bfree(room_id);
		bfree(login);
		return false;
	}
	struct task *task =
		new_task(modes, take_answer, &(struct task){.wish = *wish, .room_id = room_id, .login = login});
	const struct lx_helix_param param = {"broadcaster_id", room_id};
	char *body = body_of(wish);
	lx_helix_send(modes->config.helix, &(struct lx_helix_call){
						   .endpoint = rows[wish->mode].endpoint,
						   .query = &param,
						   .query_count = 1,
						   .body = body,
						   .priority = LX_HELIX_MODERATION,
						   .done = on_answer,
						   .data = task,
					   });
	cJSON_free(body);
	return true;
}

static void on_proc(void *data, calldata_t *call)
{
	struct dstr error = {0};
	const char *word = calldata_string(call, "mode");
	const struct lx_chat_mode_wish wish = {
		.mode = lx_chat_mode_of_word(word ? word : ""),
		.on = calldata_bool(call, "on"),
		.value = calldata_int(call, "value"),
	};
	calldata_set_bool(call, "ok", lx_chat_mode_set(data, &wish, &error));
	calldata_set_string(call, "error", error.array ? error.array : "");
	dstr_free(&error);
}

/* --- life ------------------------------------------------------------------------------------------------------------- */

static const struct lx_bus_wire wires[] = {
	{LX_EVENT_ROOM_STATE, on_room},
	{LX_EVENT_SHIELD_MODE, on_shield},
	{LX_EVENT_PERMISSION, on_permission},
};

enum { WIRES = sizeof(wires) / sizeof(*wires) };

struct lx_chat_mode_switch *lx_chat_mode_switch_create(const struct lx_chat_mode_config *config)
{
	struct lx_chat_mode_switch *modes = bzalloc(sizeof(*modes));
	modes->config = *config;
	modes->mailbox = lx_mailbox_create(config->loop);
	modes->login = bstrdup("");
	modes->room_id = bstrdup("");
	pthread_mutex_init(&modes->mutex, NULL);
	forget(modes);
	lx_bus_connect_all(config->bus, wires, WIRES, modes);
	return modes;
}

void lx_chat_mode_switch_bind(struct lx_chat_mode_switch *modes)
{
	lx_bus_bind(modes->config.bus, LX_PROC_SET_CHAT_MODE, on_proc, modes);
}

void lx_chat_mode_switch_destroy(struct lx_chat_mode_switch *modes)
{
	if (!modes)
		return;
	lx_bus_disconnect_all(modes->config.bus, wires, WIRES, modes);
	lx_mailbox_close(modes->mailbox);
	pthread_mutex_destroy(&modes->mutex);
	bfree(modes->login);
	bfree(modes->room_id);
	bfree(modes);
}
