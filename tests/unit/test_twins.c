#include "support.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/threading.h>

#include "twitch/twins.h"

struct fixture {
	struct lx_test_clock clock;
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_twins *twins;
	volatile long news, updates;
	char moderator[32];
	int64_t duration_s;
};

static void listen(const struct lx_event *event, void *data)
{
	struct fixture *f = data;
	os_atomic_inc_long(event->update ? &f->updates : &f->news);
	if (event->type == LX_EVENT_USER_BANNED) {
		snprintf(f->moderator, sizeof(f->moderator), "%s", event->moderation.moderator_id);
		f->duration_s = event->moderation.duration_s;
	}
}

static void setup(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	lx_test_clock_init(&f->clock);
	f->signals = signal_handler_create();
	f->procs = proc_handler_create();
	f->bus = lx_bus_create(f->signals, f->procs);
	f->twins = lx_twins_create(f->bus, &f->clock.clock);
	for (int type = 0; type < LX_EVENT_TYPE_COUNT; type++)
		lx_bus_connect(f->bus, (enum lx_event_type)type, listen, f);
}

static void teardown(struct fixture *f)
{
	lx_twins_destroy(f->twins);
	lx_bus_destroy(f->bus);
	signal_handler_destroy(f->signals);
	proc_handler_destroy(f->procs);
}

static struct lx_event make(enum lx_event_type type)
{
	struct lx_event event;
	lx_event_init(&event, type);
	event.channel = "streamer";
	return event;
}

static void message(struct fixture *f, enum lx_twin_source source, const char *id, const char *source_id)
{
	struct lx_event event = make(LX_EVENT_CHAT_MESSAGE);
	event.chat.id = id;
	event.chat.source_id = source_id;
	lx_twins_offer(f->twins, source, &event);
}

static void ban(struct fixture *f, enum lx_twin_source source, const char *user, int64_t duration_s,
		const char *moderator)
{
	struct lx_event event = make(LX_EVENT_USER_BANNED);
	event.moderation.user_id = user;
	event.moderation.duration_s = duration_s;
	event.moderation.moderator_id = moderator;
	lx_twins_offer(f->twins, source, &event);
}

#define expect(f, wanted_news, wanted_updates)                      \
	do {                                                        \
		assert_int_equal((f)->news, (wanted_news));         \
		assert_int_equal((f)->updates, (wanted_updates));   \
	} while (0)

static void a_message_is_told_once(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	message(&f, LX_TWIN_IRC, "m1", "");
	message(&f, LX_TWIN_CHAT, "m1", "");
	expect(&f, 1, 0);
	message(&f, LX_TWIN_CHAT, "m2", "");
	message(&f, LX_TWIN_IRC, "m2", "");
	expect(&f, 2, 0);
	/* shared chat: another id for what was typed elsewhere */
	message(&f, LX_TWIN_IRC, "m3", "origin");
	message(&f, LX_TWIN_CHAT, "m4", "origin");
	expect(&f, 3, 0);
	/* what has no id cannot be told apart */
	message(&f, LX_TWIN_IRC, "", "");
	message(&f, LX_TWIN_CHAT, "", "");
	expect(&f, 5, 0);
	/* the same id in another room is another message */
	struct lx_event other = make(LX_EVENT_CHAT_NOTICE);
	other.channel = "elsewhere";
	other.chat.id = "m1";
	lx_twins_offer(f.twins, LX_TWIN_IRC, &other);
	expect(&f, 6, 0);
	teardown(&f);
}

static void the_richer_twin_enriches(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ban(&f, LX_TWIN_IRC, "1", 600, "");
	expect(&f, 1, 0);
	lx_test_clock_advance(&f.clock, 500);
	ban(&f, LX_TWIN_MODERATE, "1", 599, "mod");
	expect(&f, 1, 1);
	assert_string_equal(f.moderator, "mod");
	ban(&f, LX_TWIN_COVERED, "1", 600, "mod"); /* knows nothing more */
	expect(&f, 1, 1);

	/* the other way round */
	ban(&f, LX_TWIN_MODERATE, "2", 0, "mod");
	ban(&f, LX_TWIN_IRC, "2", 0, "");
	expect(&f, 2, 1);
	teardown(&f);
}

static void an_unknown_duration_is_learned(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ban(&f, LX_TWIN_CHAT, "1", LX_DURATION_UNKNOWN, "");
	ban(&f, LX_TWIN_IRC, "1", 30, "");
	expect(&f, 1, 1);
	assert_int_equal(f.duration_s, 30);
	ban(&f, LX_TWIN_MODERATE, "1", 0, "mod"); /* but this is another one: a ban after a timeout */
	expect(&f, 2, 1);
	ban(&f, LX_TWIN_CHAT, "1", LX_DURATION_UNKNOWN, "");
	expect(&f, 2, 1);
	teardown(&f);
}

static void what_happens_twice_is_told_twice(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ban(&f, LX_TWIN_IRC, "1", 60, "");
	ban(&f, LX_TWIN_IRC, "1", 60, "");
	expect(&f, 2, 0);
	ban(&f, LX_TWIN_MODERATE, "1", 60, "a");
	ban(&f, LX_TWIN_MODERATE, "1", 60, "b");
	expect(&f, 2, 2);
	ban(&f, LX_TWIN_MODERATE, "1", 60, "c");
	expect(&f, 3, 2);
	/* other people, other lengths, other times */
	ban(&f, LX_TWIN_COVERED, "2", 60, "");
	ban(&f, LX_TWIN_COVERED, "1", 0, "");
	ban(&f, LX_TWIN_COVERED, "1", 90, "");
	expect(&f, 6, 2);
	ban(&f, LX_TWIN_IRC, "7", 60, "");
	lx_test_clock_advance(&f.clock, 30001);
	ban(&f, LX_TWIN_MODERATE, "7", 60, "a");
	expect(&f, 8, 2);
	teardown(&f);
}

static void every_kind_has_its_key(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	struct lx_event unban = make(LX_EVENT_USER_UNBANNED), clear = make(LX_EVENT_CHAT_CLEARED);
	struct lx_event deleted = make(LX_EVENT_MESSAGE_DELETED), role = make(LX_EVENT_ROLE_CHANGE);
	struct lx_event warning = make(LX_EVENT_WARNING), request = make(LX_EVENT_UNBAN_REQUEST);
	struct lx_event terms = make(LX_EVENT_AUTOMOD_TERMS), bits = make(LX_EVENT_BITS);
	request.unban_request.phase = LX_PHASE_END;
	struct lx_event *const all[] = {&unban, &clear, &deleted, &role, &warning, &request, &terms, &bits};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		f.news = f.updates = 0;
		lx_twins_offer(f.twins, LX_TWIN_TOPIC, all[i]);
		lx_twins_offer(f.twins, LX_TWIN_MODERATE, all[i]);
		expect(&f, 1, 0);
	}

	/* one value changed makes each of them another one, but what only enriches */
	unban.moderation.user_id = "1";
	deleted.moderation.message_id = "1";
	role.role_change.added = true;
	warning.warning.reason = "r";
	request.unban_request.status = "denied";
	terms.automod_terms.permitted = true;
	bits.bits.bits = 5;
	clear.channel = "elsewhere";
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		f.news = f.updates = 0;
		lx_twins_offer(f.twins, LX_TWIN_COVERED, all[i]);
		expect(&f, 1, 0);
	}
	f.news = 0;
	role.role_change.moderator.id = "9";
	lx_twins_offer(f.twins, LX_TWIN_MODERATE, &role);
	request.unban_request.id = "u1";
	lx_twins_offer(f.twins, LX_TWIN_TOPIC, &request);
	deleted.moderation.text = "rude";
	lx_twins_offer(f.twins, LX_TWIN_MODERATE, &deleted);
	expect(&f, 0, 3);
	teardown(&f);
}

static void what_has_no_twin_passes(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	struct lx_event follow = make(LX_EVENT_FOLLOW), created = make(LX_EVENT_UNBAN_REQUEST);
	struct lx_event acknowledged = make(LX_EVENT_WARNING), connection = make(LX_EVENT_CONNECTION);
	created.unban_request.phase = LX_PHASE_ADD;
	acknowledged.warning.acknowledged = true;
	struct lx_event *const all[] = {&follow, &created, &acknowledged, &connection};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		lx_twins_offer(f.twins, LX_TWIN_TOPIC, all[i]);
		lx_twins_offer(f.twins, LX_TWIN_IRC, all[i]);
	}
	expect(&f, 8, 0);
	teardown(&f);
}

static void a_room_is_told_once_by_each_change(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	struct lx_event irc = make(LX_EVENT_ROOM_STATE), moderate = irc;
	moderate.room.slow_s = 30;
	lx_twins_offer(f.twins, LX_TWIN_MODERATE, &moderate);
	irc.room.slow_s = 30;
	lx_twins_offer(f.twins, LX_TWIN_IRC, &irc);
	expect(&f, 1, 0);
	irc.room.slow_s = 0;
	lx_twins_offer(f.twins, LX_TWIN_IRC, &irc);
	expect(&f, 2, 0);

	/* Whoever joins again is told the whole state again, and listeners rely on that. */
	irc.room = (struct lx_room){0, 0, 0, 0, -1};
	lx_twins_offer(f.twins, LX_TWIN_IRC, &irc);
	lx_twins_offer(f.twins, LX_TWIN_IRC, &irc);
	expect(&f, 4, 0);
	teardown(&f);
}

static void *offer_many(void *data)
{
	struct fixture *f = data;
	char id[16];
	for (int i = 0; i < 4000; i++) {
		snprintf(id, sizeof(id), "m%d", i);
		message(f, LX_TWIN_CHAT, id, "");
		if (i % 10 == 0)
			ban(f, LX_TWIN_MODERATE, id, 60, "");
	}
	return NULL;
}

static void two_threads_tell_one_story(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	pthread_t thread;
	pthread_create(&thread, NULL, offer_many, &f);
	char id[16];
	for (int i = 0; i < 4000; i++) {
		snprintf(id, sizeof(id), "m%d", i);
		message(&f, LX_TWIN_IRC, id, "");
		if (i % 10 == 0)
			ban(&f, LX_TWIN_IRC, id, 60, "");
	}
	pthread_join(thread, NULL);
	expect(&f, 4000 + 400, 0);
	teardown(&f);
}

static void whisper(struct fixture *f, enum lx_twin_source source, const char *id, const char *from, const char *text)
{
	struct lx_event event = make(LX_EVENT_WHISPER);
	event.channel = "";
	event.chat.id = id;
	event.chat.user.id = from;
	event.chat.text = text;
	lx_twins_offer(f->twins, source, &event);
}

/* Chat and EventSub number them differently. */
static void a_whisper_is_told_once(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	whisper(&f, LX_TWIN_IRC, "1", "200", "psst");
	whisper(&f, LX_TWIN_TOPIC, "0f1e2d3c", "200", "psst");
	expect(&f, 1, 0);
	whisper(&f, LX_TWIN_TOPIC, "0f1e2d3d", "200", "hey");
	whisper(&f, LX_TWIN_IRC, "2", "200", "hey");
	expect(&f, 2, 0);
	/* said twice, and by somebody else */
	whisper(&f, LX_TWIN_IRC, "3", "200", "hey");
	whisper(&f, LX_TWIN_IRC, "1", "201", "hey");
	expect(&f, 4, 0);
	teardown(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(a_message_is_told_once),
		lx_unit_test(the_richer_twin_enriches),
		lx_unit_test(an_unknown_duration_is_learned),
		lx_unit_test(what_happens_twice_is_told_twice),
		lx_unit_test(every_kind_has_its_key),
		lx_unit_test(what_has_no_twin_passes),
		lx_unit_test(a_room_is_told_once_by_each_change),
		lx_unit_test(a_whisper_is_told_once),
		lx_unit_test(two_threads_tell_one_story),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
