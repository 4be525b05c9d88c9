#include "twitch/roles.h"

#include <string.h>

#include <util/bmem.h>

#include "net/mailbox.h"
#include "twitch/helix_decode.h"
#include "twitch/scopes.h"

enum {
	LEAST_PAUSE_MS = 5000, /* between two questions, whatever happens */
	RETRY_MS = 30000,      /* after a failure, doubled with each */
	LONGEST_PAUSE_MS = 10 * 60 * 1000,
	RECHECK_MS = 60 * 60 * 1000, /* nobody tells when the role in somebody else's channel is given */
	MAX_CHANNELS = 2000,         /* that an account moderates; twenty pages */
};

/* A call under way; whose answer nobody wants any more has lost its owner. */
struct asked {
	struct lx_roles *roles;
};

/* Everything but `config` and `mailbox` on the loop's thread only. */
struct lx_roles {
	struct lx_roles_config config;
	struct lx_mailbox *mailbox;
	char *login, *room_id;  /* the channel */
	char *user_id, *scopes; /* the account, "" = nobody is signed in */
	enum lx_channel_role role;
	char *missing;
	bool told;
	struct asked *asked; /* NULL = nothing is under way */
	uint64_t call;
	bool again; /* something happened since it was sent */
	uint32_t failures;
	uint64_t asked_ms; /* when it was last asked, 0 = never */
	uint64_t timer;
};

static uint64_t now_ms(const struct lx_roles *roles)
{
	return lx_loop_now_ms(roles->config.loop);
}

static void post(struct lx_roles *roles, lx_mailbox_work work, const char *first, const char *second)
{
	lx_mailbox_tell(roles->mailbox, work, roles, &(struct lx_note){.first = first, .second = second});
}

/* --- telling ------------------------------------------------------------------------------------------------------ */

static void set(char **to, const char *text)
{
	bfree(*to);
	*to = bstrdup(text);
}

static void tell(struct lx_roles *roles)
{
	struct lx_event event;

	lx_event_init(&event, LX_EVENT_PERMISSION);
	event.time_ms = lx_clock_unix_ms(lx_loop_clock(roles->config.loop));
	event.channel = roles->login;
	event.room_id = roles->room_id;
	event.permission.role = roles->role;
	event.permission.missing_scopes = roles->missing;
	roles->told = true;
	lx_bus_emit(roles->config.bus, &event);
}

static void set_role(struct lx_roles *roles, enum lx_channel_role role)
{
	char *missing = *roles->user_id ? lx_scopes_missing_for(LX_FEATURE_MODERATE, roles->scopes) : bstrdup("");
	bool news = !roles->told || roles->role != role || strcmp(roles->missing, missing) != 0;

	bfree(roles->missing);
	roles->missing = missing;
	roles->role = role;
	if (news)
		tell(roles);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static void ask_soon(struct lx_roles *roles);

static void on_timer(void *data)
{
	struct lx_roles *roles = data;

	roles->timer = 0;
	ask_soon(roles);
}

static void ask_at(struct lx_roles *roles, uint64_t ms)
{
	lx_loop_cancel(roles->config.loop, roles->timer);
	roles->timer = lx_loop_after(roles->config.loop, ms > now_ms(roles) ? ms - now_ms(roles) : 0, on_timer, roles);
}

static bool is_among(const struct lx_helix_result *result, const char *room_id)
{
	struct lx_decoded memory = {0};
	size_t count;
	bool found = false;
	const struct lx_helix_channel_ref *channels = lx_helix_decode_channel_ref(&memory, result->data, &count);

	for (size_t i = 0; i < count && !found; i++)
		found = strcmp(channels[i].broadcaster_id, room_id) == 0;
	lx_decoded_finish(&memory);
	return found;
}

static void take_answer(struct lx_roles *roles, const struct lx_helix_result *result)
{
	uint64_t pause = RETRY_MS;

	switch (result->error) {
	case LX_HELIX_OK:
		roles->failures = 0;
		if (is_among(result, roles->room_id))
			set_role(roles, LX_CHANNEL_ROLE_MODERATOR);
		else /* beyond the last channel that was asked for nothing is known */
			set_role(roles, *result->cursor ? LX_CHANNEL_ROLE_UNKNOWN : LX_CHANNEL_ROLE_NONE);
		ask_at(roles, now_ms(roles) + RECHECK_MS);
		break;
	case LX_HELIX_SIGNED_OUT: /* the account will tell when somebody is there */
	case LX_HELIX_SCOPE:
	case LX_HELIX_FORBIDDEN:
	case LX_HELIX_INVALID:
	case LX_HELIX_NOT_FOUND:
		set_role(roles, LX_CHANNEL_ROLE_UNKNOWN);
		break;
	default:
		for (uint32_t i = 0; i < roles->failures && pause < LONGEST_PAUSE_MS; i++)
			pause *= 2;
		roles->failures++;
		ask_at(roles, now_ms(roles) + (pause < LONGEST_PAUSE_MS ? pause : LONGEST_PAUSE_MS));
	}
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct asked *asked = data;
	struct lx_roles *roles = asked->roles;

	bfree(asked);
	if (!roles)
		return;
	roles->asked = NULL;
	take_answer(roles, result);
	if (roles->again)
		ask_soon(roles);
}

static void ask(struct lx_roles *roles)
{
	struct asked *asked = bzalloc(sizeof(*asked));
	const struct lx_helix_param param = {"user_id", roles->user_id};
	const struct lx_helix_call call = {
		.endpoint = LX_HELIX_GET_MODERATED_CHANNELS,
		.query = &param,
		.query_count = 1,
		.priority = LX_HELIX_USER,
		.done = on_answer,
		.data = asked,
	};

	asked->roles = roles;
	roles->asked = asked;
	roles->again = false;
	roles->asked_ms = now_ms(roles);
	roles->call = lx_helix_send_all(roles->config.helix, &call, MAX_CHANNELS);
}

/* Asks if that makes sense, when it is time. */
static void ask_soon(struct lx_roles *roles)
{
	if (!*roles->user_id || !*roles->room_id || !lx_scopes_contain(roles->scopes, "user:read:moderated_channels")) {
		set_role(roles, LX_CHANNEL_ROLE_UNKNOWN);
	} else if (strcmp(roles->user_id, roles->room_id) == 0) {
		set_role(roles, LX_CHANNEL_ROLE_BROADCASTER);
	} else if (roles->asked) {
		roles->again = true;
	} else if (roles->asked_ms && now_ms(roles) < roles->asked_ms + LEAST_PAUSE_MS) {
		ask_at(roles, roles->asked_ms + LEAST_PAUSE_MS);
	} else {
		ask(roles);
	}
}

static void forget_question(struct lx_roles *roles)
{
	lx_loop_cancel(roles->config.loop, roles->timer);
	roles->timer = 0;
	if (roles->asked)
		roles->asked->roles = NULL;
	roles->asked = NULL;
}

/* Channel or account are others: nothing that was known holds. */
static void begin_anew(struct lx_roles *roles)
{
	if (roles->asked)
		lx_helix_cancel(roles->config.helix, roles->call);
	forget_question(roles);
	roles->asked_ms = 0;
	roles->again = roles->told = false;
	roles->failures = 0;
	roles->role = LX_CHANNEL_ROLE_UNKNOWN;
	ask_soon(roles);
	if (!roles->told)
		set_role(roles, LX_CHANNEL_ROLE_UNKNOWN);
}

static void work_refresh(void *owner, const struct lx_note *note)
{
	struct lx_roles *roles = owner;
	(void)note;
	ask_soon(roles);
}

void lx_roles_refresh(struct lx_roles *roles)
{
	post(roles, work_refresh, NULL, NULL);
}

static void work_channel(void *owner, const struct lx_note *note)
{
	struct lx_roles *roles = owner;
	if (strcmp(roles->login, note->first) == 0 && strcmp(roles->room_id, note->second) == 0)
		return;
	set(&roles->login, note->first);
	set(&roles->room_id, note->second);
	begin_anew(roles);
}

void lx_roles_set_channel(struct lx_roles *roles, const char *login, const char *room_id)
{
	post(roles, work_channel, login, room_id);
}

/* --- what others tell --------------------------------------------------------------------------------------------- */

static void work_account(void *owner, const struct lx_note *note)
{
	struct lx_roles *roles = owner;
	bool other = strcmp(roles->user_id, note->first) != 0 || strcmp(roles->scopes, note->second) != 0;

	if (!other) { /* checked, and as it was */
		ask_soon(roles);
		return;
	}
	set(&roles->user_id, note->first);
	set(&roles->scopes, note->second);
	begin_anew(roles);
}

static void on_account(const struct lx_event *event, void *data)
{
	const struct lx_account_info *info = &event->account;
	bool in = info->state == LX_ACCOUNT_SIGNED_IN;

	if (info->role == LX_ACCOUNT_MAIN)
		post(data, work_account, in ? info->user_id : "", in ? info->scopes : "");
}

static void work_change(void *owner, const struct lx_note *note)
{
	struct lx_roles *roles = owner;
	if (strcmp(note->first, roles->room_id) == 0 && strcmp(note->second, roles->user_id) == 0)
		ask_soon(roles);
}

static void on_role_change(const struct lx_event *event, void *data)
{
	post(data, work_change, event->room_id, event->role_change.user.id);
}

static void work_refused(void *owner, const struct lx_note *note)
{
	struct lx_roles *roles = owner;
	if (strcmp(note->first, roles->room_id) == 0)
		ask_soon(roles);
}

static void on_action(const struct lx_event *event, void *data)
{
	if (event->action.state == LX_ACTION_FAILED && strcmp(event->action.error, "forbidden") == 0)
		post(data, work_refused, event->room_id, NULL);
}

/* Only a hint that it is time to ask: badges say what others see, not what we may do. */
static void work_badges(void *owner, const struct lx_note *note)
{
	struct lx_roles *roles = owner;
	bool shown = *note->second != 0;
	bool known = roles->role == LX_CHANNEL_ROLE_MODERATOR || roles->role == LX_CHANNEL_ROLE_BROADCASTER;

	if (strcmp(note->first, roles->login) == 0 && roles->role != LX_CHANNEL_ROLE_UNKNOWN && shown != known)
		ask_soon(roles);
}

static void on_user_state(const struct lx_event *event, void *data)
{
	bool moderates = event->user.roles & (LX_ROLE_MODERATOR | LX_ROLE_BROADCASTER);
	post(data, work_badges, event->channel, moderates ? "moderates" : "");
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static const struct lx_bus_wire wires[] = {
	{LX_EVENT_ACCOUNT, on_account},
	{LX_EVENT_ROLE_CHANGE, on_role_change},
	{LX_EVENT_ACTION, on_action},
	{LX_EVENT_USER_STATE, on_user_state},
};

enum { WIRES = sizeof(wires) / sizeof(*wires) };

struct lx_roles *lx_roles_create(const struct lx_roles_config *config)
{
	struct lx_roles *roles = bzalloc(sizeof(*roles));

	roles->config = *config;
	roles->mailbox = lx_mailbox_create(config->loop);
	roles->login = bstrdup("");
	roles->room_id = bstrdup("");
	roles->user_id = bstrdup("");
	roles->scopes = bstrdup("");
	roles->missing = bstrdup("");
	lx_bus_connect_all(config->bus, wires, WIRES, roles);
	return roles;
}

void lx_roles_destroy(struct lx_roles *roles)
{
	if (!roles)
		return;
	lx_bus_disconnect_all(roles->config.bus, wires, WIRES, roles);
	forget_question(roles);
	lx_mailbox_close(roles->mailbox);
	bfree(roles->login);
	bfree(roles->room_id);
	bfree(roles->user_id);
	bfree(roles->scopes);
	bfree(roles->missing);
	bfree(roles);
}
