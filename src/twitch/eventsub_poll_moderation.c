/* What polling finds out about moderation: who is banned, who moderates, what AutoMod does. */
#include <inttypes.h>

#include "twitch/eventsub_poll_internal.h"

/* --- bans --------------------------------------------------------------------------------------------------------- */

static bool ban_is_gone(struct lx_eventsub_poll *poll, struct lx_poll_known *known)
{
	struct lx_event event;
	lx_poll_begin(poll, &event, LX_EVENT_USER_UNBANNED);
	if (known->limit && known->limit <= event.time_ms) /* the timeout ran out by itself */
		return false;
	event.moderation.user_id = known->id;
	event.moderation.user_login = known->login;
	event.moderation.user_name = known->name;
	lx_poll_tell(poll, &event);
	return false;
}

/* Chat told of the ban already; only here stands who did it and why. */
static void enrich_ban(struct lx_eventsub_poll *poll, const struct lx_helix_banned_user *ban)
{
	struct lx_event event;
	lx_poll_begin(poll, &event, LX_EVENT_USER_BANNED);
	event.update = true;
	event.moderation.user_id = ban->user_id;
	event.moderation.user_login = ban->user_login;
	event.moderation.user_name = ban->user_name;
	event.moderation.moderator_id = ban->moderator_id;
	event.moderation.moderator_login = ban->moderator_login;
	event.moderation.moderator_name = ban->moderator_name;
	event.moderation.reason = ban->reason;
	if (ban->expires_ms != LX_HELIX_UNKNOWN)
		event.moderation.duration_s = ban->created_ms != LX_HELIX_UNKNOWN && ban->created_ms < ban->expires_ms
						      ? (ban->expires_ms - ban->created_ms + 500) / 1000
						      : LX_DURATION_UNKNOWN;
	lx_bus_emit(poll->config.bus, &event); /* the twins would take what comes this late for another ban */
}

LX_POLL_TAKE(bans)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_banned_user *bans = lx_helix_decode_banned_user(&memory, result->data, &count);
	for (size_t i = 0; i < count; i++) {
		bool is_new;
		struct lx_poll_known *known =
			lx_poll_note_person(turn, bans[i].user_id, bans[i].user_login, bans[i].user_name, &is_new);
		int64_t created_ms = lx_poll_number(bans[i].created_ms);
		if (turn->compared && (is_new ? created_ms >= turn->mark : created_ms != known->value))
			enrich_ban(poll, &bans[i]);
		known->value = created_ms;
		known->limit = lx_poll_number(bans[i].expires_ms);
	}
	for (size_t i = 0; i < count; i++)
		if (lx_poll_number(bans[i].created_ms) > turn->mark)
			turn->mark = bans[i].created_ms;
	/* Of a part of the list nobody knows who is missing, and who only moved out of sight. */
	lx_poll_sweep(poll, turn, *result->cursor ? NULL : ban_is_gone);
	lx_decoded_finish(&memory);
}

static void tell_unban_request(struct lx_eventsub_poll *poll, enum lx_phase phase,
			       const struct lx_helix_unban_request *request)
{
	struct lx_event event;
	lx_poll_begin(poll, &event, LX_EVENT_UNBAN_REQUEST);
	bool over = phase == LX_PHASE_END;
	event.unban_request.phase = phase;
	event.unban_request.id = request->id;
	event.unban_request.user = lx_poll_person(request->user_id, request->user_login, request->user_name);
	if (over)
		event.unban_request.moderator =
			lx_poll_person(request->moderator_id, request->moderator_login, request->moderator_name);
	event.unban_request.text = over ? request->resolution_text : request->text;
	event.unban_request.status = over ? request->status : "";
	lx_poll_tell(poll, &event);
}

/* It waits for one of the other lists to say what became of it, but not for ever. */
static bool request_is_gone(struct lx_eventsub_poll *poll, struct lx_poll_known *known)
{
	enum { ROUNDS = 3 };
	if (known->gone && ++known->value > ROUNDS)
		return false;
	known->gone = true;
	lx_poll_cue(poll, LX_POLL_UNBAN_APPROVED);
	lx_poll_cue(poll, LX_POLL_UNBAN_DENIED);
	lx_poll_cue(poll, LX_POLL_UNBAN_CANCELED);
	return true;
}

LX_POLL_TAKE(unban_requests)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_unban_request *requests = lx_helix_decode_unban_request(&memory, result->data, &count);
	for (size_t i = 0; i < count; i++) {
		bool is_new;
		lx_poll_note(turn, requests[i].id, &is_new)->gone = false;
		if (is_new && turn->compared)
			tell_unban_request(poll, LX_PHASE_ADD, &requests[i]);
	}
	lx_poll_sweep(poll, turn, request_is_gone);
	lx_decoded_finish(&memory);
}

LX_POLL_TAKE(unban_resolved)
{
	struct lx_poll_turn *pending = &poll->turns[LX_POLL_UNBAN_REQUESTS];
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_unban_request *requests = lx_helix_decode_unban_request(&memory, result->data, &count);
	(void)turn;
	for (size_t i = 0; i < count; i++) {
		struct lx_poll_known *known = lx_poll_find(pending, requests[i].id);
		if (!known || !known->gone)
			continue;
		tell_unban_request(poll, LX_PHASE_END, &requests[i]);
		lx_poll_forget(pending, known);
	}
	lx_decoded_finish(&memory);
}

/* --- shield mode, AutoMod ----------------------------------------------------------------------------------------- */

LX_POLL_TAKE(shield_mode)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_shield_mode *shield = lx_helix_decode_shield_mode(&memory, result->data, &count);
	if (shield && lx_poll_differs(lx_poll_note(turn, "", NULL), shield->is_active ? "on" : "off") &&
	    turn->compared) {
		struct lx_event event;
		lx_poll_begin(poll, &event, LX_EVENT_SHIELD_MODE);
		event.shield_mode.active = shield->is_active;
		event.shield_mode.moderator =
			lx_poll_person(shield->moderator_id, shield->moderator_login, shield->moderator_name);
		lx_poll_tell(poll, &event);
	}
	lx_decoded_finish(&memory);
}

LX_POLL_TAKE(automod_settings)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_automod_settings *now = lx_helix_decode_automod_settings(&memory, result->data, &count);
	if (now) {
		struct lx_event event;
		struct dstr all = {0};
		lx_poll_begin(poll, &event, LX_EVENT_AUTOMOD_SETTINGS);
		struct lx_automod_settings *settings = &event.automod_settings;
		settings->overall = now->overall_level == LX_HELIX_UNKNOWN ? -1 : now->overall_level;
		settings->disability = lx_poll_number(now->disability);
		settings->aggression = lx_poll_number(now->aggression);
		settings->sexuality = lx_poll_number(now->sexuality_sex_or_gender);
		settings->misogyny = lx_poll_number(now->misogyny);
		settings->bullying = lx_poll_number(now->bullying);
		settings->swearing = lx_poll_number(now->swearing);
		settings->racism = lx_poll_number(now->race_ethnicity_or_religion);
		settings->sex_based_terms = lx_poll_number(now->sex_based_terms);
		const int64_t levels[] = {settings->overall,   settings->disability, settings->aggression,
					  settings->sexuality, settings->misogyny,   settings->bullying,
					  settings->swearing,  settings->racism,     settings->sex_based_terms};
		for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
			dstr_catf(&all, "%" PRId64 " ", levels[i]);
		if (lx_poll_differs(lx_poll_note(turn, "", NULL), all.array) && turn->compared)
			lx_poll_tell(poll, &event);
		dstr_free(&all);
	}
	lx_decoded_finish(&memory);
}

static void tell_term(struct lx_eventsub_poll *poll, bool added, const char *text)
{
	struct lx_event event;
	lx_poll_begin(poll, &event, LX_EVENT_AUTOMOD_TERMS);
	event.automod_terms.added = added;
	event.automod_terms.terms = text;
	lx_poll_tell(poll, &event);
}

static bool term_is_gone(struct lx_eventsub_poll *poll, struct lx_poll_known *known)
{
	tell_term(poll, false, known->text);
	return false;
}

LX_POLL_TAKE(blocked_terms)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_blocked_term *terms = lx_helix_decode_blocked_term(&memory, result->data, &count);
	for (size_t i = 0; i < count; i++) {
		bool is_new;
		struct lx_poll_known *known = lx_poll_note(turn, terms[i].id, &is_new);
		lx_poll_differs(known, terms[i].text);
		if (is_new && turn->compared)
			tell_term(poll, true, terms[i].text);
	}
	lx_poll_sweep(poll, turn, *result->cursor ? NULL : term_is_gone);
	lx_decoded_finish(&memory);
}

/* --- roles -------------------------------------------------------------------------------------------------------- */

static void tell_role(struct lx_eventsub_poll *poll, const char *role, bool added, const struct lx_poll_known *known)
{
	struct lx_event event;
	lx_poll_begin(poll, &event, LX_EVENT_ROLE_CHANGE);
	event.role_change.role = role;
	event.role_change.added = added;
	event.role_change.user = lx_poll_person(known->id, known->login, known->name);
	lx_poll_tell(poll, &event);
}

static bool moderator_is_gone(struct lx_eventsub_poll *poll, struct lx_poll_known *known)
{
	tell_role(poll, "moderator", false, known);
	return false;
}

static bool vip_is_gone(struct lx_eventsub_poll *poll, struct lx_poll_known *known)
{
	tell_role(poll, "vip", false, known);
	return false;
}

static void take_people(struct lx_eventsub_poll *poll, struct lx_poll_turn *turn, const struct lx_helix_result *result,
			const char *role, bool (*gone)(struct lx_eventsub_poll *poll, struct lx_poll_known *known))
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_person *people = lx_helix_decode_person(&memory, result->data, &count);
	for (size_t i = 0; i < count; i++) {
		bool is_new;
		struct lx_poll_known *known = lx_poll_note_person(turn, people[i].user_id, people[i].user_login,
								  people[i].user_name, &is_new);
		if (is_new && turn->compared)
			tell_role(poll, role, true, known);
	}
	lx_poll_sweep(poll, turn, *result->cursor ? NULL : gone);
	lx_decoded_finish(&memory);
}

LX_POLL_TAKE(moderators)
{
	take_people(poll, turn, result, "moderator", moderator_is_gone);
}

LX_POLL_TAKE(vips)
{
	take_people(poll, turn, result, "vip", vip_is_gone);
}
