/* What polling finds out about the channel itself: the stream, and who follows, subscribes and cheers. */
#include "twitch/eventsub_poll_internal.h"

/* /streams loses a running stream now and then: it is over when two answers in a row say so. */
#define MISSES 2

/* --- the stream --------------------------------------------------------------------------------------------------- */

static void tell_stream(struct lx_eventsub_poll *poll, bool online, const char *id, int64_t started_ms)
{
	struct lx_event event;
	lx_poll_begin(poll, &event, LX_EVENT_STREAM);
	event.stream.online = online;
	event.stream.id = id;
	event.stream.kind = online ? "live" : "";
	event.stream.started_ms = started_ms;
	lx_poll_tell(poll, &event);
}

static bool stream_is_gone(struct lx_eventsub_poll *poll, struct lx_poll_known *known)
{
	tell_stream(poll, false, known->id, 0);
	return false;
}

LX_POLL_TAKE(stream)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_stream *stream = lx_helix_decode_stream(&memory, result->data, &count);
	if (stream) {
		bool is_new;
		turn->mark = 0;
		lx_poll_note(turn, stream->id, &is_new);
		lx_poll_sweep(poll, turn, stream_is_gone);
		if (is_new && turn->compared)
			tell_stream(poll, true, stream->id, lx_poll_number(stream->started_ms));
		lx_poll_set_live(poll, true);
	} else if (++turn->mark >= MISSES) {
		lx_poll_sweep(poll, turn, stream_is_gone);
		lx_poll_set_live(poll, false);
	}
	lx_decoded_finish(&memory);
}

LX_POLL_TAKE(channel)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_channel *channel = lx_helix_decode_channel(&memory, result->data, &count);
	struct dstr labels = {0}, all = {0};
	for (size_t i = 0; channel && i < channel->label_count; i++)
		dstr_catf(&labels, i ? ",%s" : "%s", channel->labels[i]);
	if (channel) {
		dstr_printf(&all, "%s\n%s\n%s\n%s\n%s", channel->title, channel->language, channel->game_id,
			    channel->game_name, labels.array ? labels.array : "");
		if (lx_poll_differs(lx_poll_note(turn, "", NULL), all.array) && turn->compared) {
			struct lx_event event;
			lx_poll_begin(poll, &event, LX_EVENT_CHANNEL_UPDATE);
			event.channel_update.title = channel->title;
			event.channel_update.language = channel->language;
			event.channel_update.category_id = channel->game_id;
			event.channel_update.category = channel->game_name;
			event.channel_update.labels = labels.array ? labels.array : "";
			lx_poll_tell(poll, &event);
		}
	}
	dstr_free(&labels);
	dstr_free(&all);
	lx_decoded_finish(&memory);
}

static void tell_shared_chat(struct lx_eventsub_poll *poll, enum lx_phase phase, const char *session_id,
			     const struct lx_helix_shared_chat_session *session)
{
	struct lx_event event;
	size_t count = session ? session->participant_count : 0;
	struct lx_person *participants = bzalloc((count + 1) * sizeof(*participants));
	lx_poll_begin(poll, &event, LX_EVENT_SHARED_CHAT);
	event.shared_chat.phase = phase;
	event.shared_chat.session_id = session_id;
	if (session)
		event.shared_chat.host.id = session->host_broadcaster_id;
	for (size_t i = 0; i < count; i++)
		participants[i] = lx_poll_person(session->participants[i].broadcaster_id, "", "");
	event.shared_chat.participants = participants;
	event.shared_chat.participant_count = count;
	lx_poll_tell(poll, &event);
	bfree(participants);
}

static bool session_is_gone(struct lx_eventsub_poll *poll, struct lx_poll_known *known)
{
	tell_shared_chat(poll, LX_PHASE_END, known->id, NULL);
	return false;
}

LX_POLL_TAKE(shared_chat)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_shared_chat_session *session =
		lx_helix_decode_shared_chat_session(&memory, result->data, &count);
	if (session) {
		struct dstr all = {0};
		bool is_new;
		struct lx_poll_known *known = lx_poll_note(turn, session->session_id, &is_new);
		dstr_copy(&all, session->host_broadcaster_id);
		for (size_t i = 0; i < session->participant_count; i++)
			dstr_catf(&all, " %s", session->participants[i].broadcaster_id);
		if (lx_poll_differs(known, all.array) && turn->compared)
			tell_shared_chat(poll, is_new ? LX_PHASE_BEGIN : LX_PHASE_UPDATE, session->session_id, session);
		dstr_free(&all);
	}
	lx_poll_sweep(poll, turn, session_is_gone);
	lx_decoded_finish(&memory);
}

LX_POLL_TAKE(user)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_user *user = lx_helix_decode_user(&memory, result->data, &count);
	if (user) {
		struct dstr all = {0};
		dstr_printf(&all, "%s\n%s\n%s", user->login, user->name, user->description);
		if (lx_poll_differs(lx_poll_note(turn, user->id, NULL), all.array) && turn->compared) {
			struct lx_event event;
			lx_poll_begin(poll, &event, LX_EVENT_USER_UPDATE);
			event.user_update.user = lx_poll_person(user->id, user->login, user->name);
			event.user_update.description = user->description;
			lx_poll_tell(poll, &event);
		}
		dstr_free(&all);
	}
	lx_decoded_finish(&memory);
}

LX_POLL_TAKE(ads)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_ad_schedule *schedule = lx_helix_decode_ad_schedule(&memory, result->data, &count);
	int64_t last_ms = schedule ? lx_poll_number(schedule->last_ad_ms) : 0;
	if (turn->compared && last_ms > turn->mark) {
		struct lx_event event;
		lx_poll_begin(poll, &event, LX_EVENT_AD_BREAK);
		event.ad_break.duration_s = lx_poll_number(schedule->duration_s);
		event.ad_break.started_ms = last_ms;
		lx_poll_tell(poll, &event);
	}
	if (last_ms > turn->mark)
		turn->mark = last_ms;
	lx_decoded_finish(&memory);
}

/* --- followers, subscriptions, bits ------------------------------------------------------------------------------- */

LX_POLL_TAKE(followers)
{
	struct lx_decoded memory = {0};
	size_t count;
	int64_t newest_ms = turn->mark;
	const struct lx_helix_person *followers = lx_helix_decode_person(&memory, result->data, &count);
	/* Newest first over the wire. When somebody leaves, older ones move up that were told of, or were there before. */
	for (size_t i = count; i-- > 0;) {
		const struct lx_helix_person *follower = &followers[i];
		int64_t since_ms = lx_poll_number(follower->since_ms);
		bool is_new;
		lx_poll_note(turn, follower->user_id, &is_new);
		if (since_ms > newest_ms)
			newest_ms = since_ms;
		if (!is_new || !turn->compared || since_ms < turn->mark)
			continue;
		struct lx_event event;
		lx_poll_begin(poll, &event, LX_EVENT_FOLLOW);
		if (since_ms)
			event.time_ms = since_ms;
		event.follow.user = lx_poll_person(follower->user_id, follower->user_login, follower->user_name);
		lx_poll_tell(poll, &event);
	}
	turn->mark = newest_ms;
	lx_poll_sweep(poll, turn, NULL);
	lx_decoded_finish(&memory);
}

static void tell_subscription(struct lx_eventsub_poll *poll, const char *kind, const struct lx_poll_known *known)
{
	struct lx_event event;
	lx_poll_begin(poll, &event, LX_EVENT_SUBSCRIPTION);
	event.subscription.kind = kind;
	event.subscription.user = lx_poll_person(known->id, known->login, known->name);
	event.subscription.tier = known->text;
	event.subscription.is_gift = known->value != 0;
	lx_poll_tell(poll, &event);
}

static bool subscriber_is_gone(struct lx_eventsub_poll *poll, struct lx_poll_known *known)
{
	tell_subscription(poll, "end", known);
	return false;
}

LX_POLL_TAKE(subscriptions)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_subscription *list = lx_helix_decode_subscription(&memory, result->data, &count);
	turn->refused = *result->cursor != '\0'; /* in no order: a part of them says nothing about who is new */
	for (size_t i = 0; i < count && !turn->refused; i++) {
		bool is_new;
		struct lx_poll_known *known =
			lx_poll_note_person(turn, list[i].user_id, list[i].user_login, list[i].user_name, &is_new);
		lx_poll_differs(known, list[i].tier);
		known->value = list[i].is_gift;
		if (is_new && turn->compared)
			tell_subscription(poll, "new", known);
	}
	if (!turn->refused)
		lx_poll_sweep(poll, turn, subscriber_is_gone);
	lx_decoded_finish(&memory);
}

/* Today's sums of the hundred who spent most; what was spent since the last answer is one event. */
LX_POLL_TAKE(bits)
{
	enum { PLACES = 100 };
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_leader *leaders = lx_helix_decode_leader(&memory, result->data, &count);
	size_t before = turn->known.num;
	for (size_t i = 0; i < count; i++) {
		bool is_new;
		struct lx_poll_known *known = lx_poll_note(turn, leaders[i].user_id, &is_new);
		int64_t score = lx_poll_number(leaders[i].score);
		int64_t spent = score >= known->value ? score - known->value : score; /* less: a new day began */
		known->value = score;
		/* Who was below the last place before has spent something that we do not know. */
		if (spent <= 0 || !turn->compared || (is_new && before >= PLACES))
			continue;
		struct lx_event event;
		lx_poll_begin(poll, &event, LX_EVENT_BITS);
		event.bits.kind = "cheer";
		event.bits.user = lx_poll_person(leaders[i].user_id, leaders[i].user_login, leaders[i].user_name);
		event.bits.bits = spent;
		lx_poll_tell(poll, &event);
	}
	lx_poll_sweep(poll, turn, NULL);
	lx_decoded_finish(&memory);
}
