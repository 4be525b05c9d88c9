#include "generator.h"

#include <math.h>
#include <stdio.h>

#include <util/platform.h>
#include <util/threading.h>

#include "chat.h"
#include "corpus.h"
#include "eventsub.h"
#include "happenings.h"
#include "irc.h"
#include "json.h"
#include "world.h"

#define TICK_NS 5000000 /* at high rates messages come in small bunches */
#define REGULARS 60  /* these write half of everything */
#define PEOPLE_LIMIT 20000
#define BURST 2.5 /* times the usual rate */

struct sim_generator {
	struct lx_sim *sim;
	/*
	 * Ticks come from a thread of their own that only sleeps and wakes the loop: libwebsockets rounds its waits down to whole
	 * milliseconds and would spin away the rest of each, a fifth of a core at 200 ticks a second.
	 */
	pthread_t ticker;
	os_event_t *wake;
	volatile bool running, due, stop;
	volatile long interval_us;
	bool has_ticker, steady, events;
	double rate;
	double newcomers, trouble; /* share of messages */
	double debt;               /* messages due but not yet written; negative after a burst */
	double trickle;            /* of that, what may be written while the mean is being made up for */
	double excited; /* messages left of a burst: counted, not timed, so that it ends at the same one every time */
	int64_t last_us;
	uint64_t written;
	char last_ids[16][SIM_ID_SIZE]; /* to answer to */
	uint32_t last_count;
	struct sim_buf text;
};

static bool anybody_reads(struct lx_sim *sim)
{
	return sim_irc_has_readers(sim, sim->home) || sim_eventsub_wants(sim, "channel.chat.message", sim->home);
}

static void *ticker_main(void *data)
{
	struct sim_generator *generator = data;
	os_set_thread_name("twitchsim: tick");
	uint64_t next = os_gettime_ns();
	while (!os_atomic_load_bool(&generator->stop)) {
		if (!os_atomic_load_bool(&generator->running)) {
			os_event_wait(generator->wake);
			next = os_gettime_ns();
			continue;
		}
		uint64_t now = os_gettime_ns(),
			 interval = (uint64_t)os_atomic_load_long(&generator->interval_us) * 1000;
		next = next + interval > now ? next + interval : now;
		/* Long waits in pieces, so that stopping does not take long. */
		while (os_gettime_ns() < next && os_atomic_load_bool(&generator->running)) {
			uint64_t piece = os_gettime_ns() + 50000000;
			os_sleepto_ns(piece < next ? piece : next);
		}
		os_atomic_set_bool(&generator->due, true);
		lws_cancel_service(generator->sim->context);
	}
	return NULL;
}

void sim_generator_wake(struct lx_sim *sim)
{
	struct sim_generator *generator = sim->generator;
	if (!generator || os_atomic_load_bool(&generator->running) || generator->rate <= 0 || !anybody_reads(sim))
		return;
	double interval_us = 1e6 / generator->rate;
	os_atomic_set_long(&generator->interval_us,
			   (long)(interval_us > TICK_NS / 1000 ? interval_us : TICK_NS / 1000));
	generator->last_us = lws_now_usecs();
	generator->debt = generator->trickle = 0;
	os_atomic_set_bool(&generator->running, true);
	os_event_signal(generator->wake);
}

void sim_generator_excite(struct lx_sim *sim, double seconds)
{
	struct sim_generator *generator = sim->generator;
	if (generator && !generator->steady)
		generator->excited = seconds * generator->rate * BURST;
}

/* --- who writes -------------------------------------------------------------------------------------------------- */

static struct sim_user *pick_writer(struct sim_generator *generator)
{
	struct lx_sim *sim = generator->sim;
	struct sim_rng *rng = &sim->chat_rng;
	if (sim_rng_chance(rng, generator->newcomers) && sim->user_count < PEOPLE_LIMIT)
		return sim_user_invent(sim, rng);
	for (int i = 0; i < 50; i++) {
		/* Few people write most: half of it comes from the regulars. */
		uint32_t count = (uint32_t)sim->user_count, regulars = count < REGULARS ? count : REGULARS;
		uint32_t index = sim_rng_chance(rng, 0.5) ? sim_rng_below(rng, regulars) : sim_rng_below(rng, count);
		struct sim_user *user = sim->users[index];
		struct sim_member *member = sim_member(sim->home, user);
		if (user == sim->home->user || user->left || user->bot || sim_ban_state(sim, member) != SIM_NOT_BANNED)
			continue; /* those who are banned write no more */
		if (strcmp(user->login, "ananonymousgifter") == 0 || strcmp(user->login, "viewer") == 0)
			continue;
		if (user->temper == SIM_LURKER && !sim_rng_chance(rng, 0.15))
			continue;
		return user;
	}
	return sim_user_invent(sim, rng);
}

/* --- what is written --------------------------------------------------------------------------------------------- */

/* Words that BTTV, FFZ and 7TV make pictures of (pictures.c), as often as people write them; some lie over the one before. */
static void maybe_other_emotes(struct sim_generator *generator)
{
	static const char *const words[] = {"KEKW",        "monkaS",      "catJAM",         "Clap",
					    "EZ Clap",     "gg",          "KEKW KEKW KEKW", "peepoWide",
					    "streamDance", "LaterSooner", "KEKW RainTime",  "monkaS SoSnowy"};
	struct sim_rng *rng = &generator->sim->chat_rng;
	if (sim_rng_chance(rng, 0.25))
		sim_buf_printf(&generator->text, " %s",
			       words[sim_rng_below(rng, (uint32_t)(sizeof(words) / sizeof(words[0])))]);
}

static void maybe_emotes(struct sim_generator *generator)
{
	struct sim_rng *rng = &generator->sim->chat_rng;
	size_t count;
	const struct sim_emote *emotes = sim_emote_table(&count);
	if (!sim_rng_chance(rng, 0.3)) {
		maybe_other_emotes(generator);
		return;
	}
	const struct sim_emote *emote = &emotes[sim_rng_below(rng, (uint32_t)count)];
	for (uint32_t n = 1 + (sim_rng_chance(rng, 0.2) ? sim_rng_below(rng, 4) : 0); n--;)
		sim_buf_printf(&generator->text, " %s", emote->name);
}

static void write_one(struct sim_generator *generator)
{
	struct lx_sim *sim = generator->sim;
	struct sim_rng *rng = &sim->chat_rng;
	sim_rng_seed(rng, sim->config.seed * 0xd1342543de82ef95u + ++generator->written);
	bool excited = generator->excited > 0;
	if (excited)
		generator->excited--;
	struct sim_user *user = pick_writer(generator);
	struct sim_member *member = sim_member(sim->home, user);
	struct sim_message message = {.channel = sim->home, .user = user};
	struct sim_buf *text = &generator->text;
	sim_buf_clear(text);
	double roll = sim_rng_real(rng);
	bool trouble = user->temper >= SIM_TROLL && sim_rng_chance(rng, 0.6);
	if (!member->seen && !trouble) {
		sim_buf_str(text, sim_phrase(rng, SIM_PHRASE_GREETING, user->language));
	} else if (trouble || sim_rng_chance(rng, generator->trouble)) {
		enum sim_phrase_kind kind = user->temper == SIM_SPAMMER   ? SIM_PHRASE_SPAM
					    : user->temper == SIM_SCAMMER ? SIM_PHRASE_SCAM
									  : SIM_PHRASE_INSULT;
		sim_buf_str(text, sim_phrase(rng, kind, user->language));
	} else if (excited && roll < 0.8) {
		sim_buf_str(text, sim_phrase(rng, SIM_PHRASE_HYPE, 0));
	} else if (roll < 0.04) {
		sim_buf_str(text, sim_phrase(rng, SIM_PHRASE_EMOJI, 0));
	} else if (roll < 0.10) {
		size_t count;
		const struct sim_emote *emotes = sim_emote_table(&count);
		const struct sim_emote *emote = &emotes[sim_rng_below(rng, (uint32_t)count)];
		for (uint32_t n = 1 + sim_rng_below(rng, 3); n--;)
			sim_buf_printf(text, "%s%s", emote->name, n ? " " : "");
	} else if (roll < 0.105) {
		sim_buf_str(text, sim_phrase(rng, SIM_PHRASE_COPYPASTA, 0));
	} else if (roll < 0.15) {
		sim_buf_str(text, sim_phrase(rng, SIM_PHRASE_HYPE, 0));
		maybe_emotes(generator);
	} else {
		sim_buf_str(text, sim_phrase(rng, SIM_PHRASE_TALK, user->language));
		maybe_emotes(generator);
	}
	roll = sim_rng_real(rng);
	struct sim_buf reply = {0};
	if (roll < 0.06 && generator->last_count >= 16) {
		const struct sim_stored *parent =
			sim_message_find(sim->home, generator->last_ids[sim_rng_below(rng, 16)]);
		if (parent && !parent->deleted) {
			sim_buf_printf(&reply, "@%s %s", sim->users[parent->user]->name, sim_buf_text(text));
			message.reply_to = parent;
		}
	} else if (roll < 0.10) { /* a mention */
		const struct sim_user *other = sim->users[sim_rng_below(rng, (uint32_t)sim->user_count)];
		sim_buf_printf(&reply, "@%s %s", other->name, sim_buf_text(text));
	} else if (roll < 0.115) {
		message.action = true;
	} else if (roll < 0.122) {
		message.kind = "highlighted-message";
	}
	if (sim->home->shared_with && !message.reply_to && sim_rng_chance(rng, 0.2)) {
		/* Written next door; whoever reads here gets it with its origin. */
		message.channel = sim->home->shared_with;
		sim_member(message.channel, user)->seen = true;
	}
	message.text = sim_buf_text(reply.size ? &reply : text);
	message.returning = member->seen && sim_rng_chance(rng, 0.004);
	sim_chat_publish(sim, &message);
	if (message.channel == sim->home)
		memcpy(generator->last_ids[generator->last_count++ % 16], message.id, SIM_ID_SIZE);
	if (generator->last_count > 1u << 30)
		generator->last_count = 16;
	sim_buf_finish(&reply);
}

/* Subs, raids and the like: about one in 150 messages, but not more than a few a second. */
static void happen(struct sim_generator *generator)
{
	struct lx_sim *sim = generator->sim;
	struct sim_rng *rng = &sim->chat_rng;
	struct sim_channel *home = sim->home;
	struct sim_user *user = pick_writer(generator), *other = pick_writer(generator);
	struct sim_member *member = sim_member(home, user);
	const char *text = sim_rng_chance(rng, 0.7) ? sim_phrase(rng, SIM_PHRASE_TALK, user->language) : NULL;
	static const int bits[] = {1, 10, 50, 100, 100, 200, 500, 1000, 5000};
	double roll = sim_rng_real(rng);
	if (roll < 0.28) {
		int tier = sim_rng_chance(rng, 0.92) ? 1000 : sim_rng_chance(rng, 0.7) ? 2000 : 3000;
		bool again = member->tier != 0 || member->months > 0;
		sim_happen_sub(sim, home, user, tier, tier == 1000 && user->prime, again ? 0 : 1, again ? text : NULL);
	} else if (roll < 0.33) {
		static const int counts[] = {5, 5, 5, 10, 10, 20, 50};
		bool anonymous = sim_rng_chance(rng, 0.15);
		sim_happen_gift(sim, home, anonymous ? NULL : user, NULL, counts[sim_rng_below(rng, 7)], 1000);
		sim_generator_excite(sim, 4);
	} else if (roll < 0.40) {
		sim_happen_gift(sim, home, user, NULL, 1, 1000);
	} else if (roll < 0.62) {
		char cheer[400];
		snprintf(cheer, sizeof(cheer), "Cheer%d %s", bits[sim_rng_below(rng, sizeof(bits) / sizeof(bits[0]))],
			 text && strlen(text) < 300 ? text : "");
		sim_happen_cheer(sim, home, user, cheer);
	} else if (roll < 0.84) {
		sim_happen_follow(sim, home, user);
	} else if (roll < 0.90) {
		static const int steps[] = {3, 5, 7, 10, 15, 20, 30};
		sim_happen_streak(sim, home, user, steps[sim_rng_below(rng, 7)], text);
	} else if (roll < 0.92) {
		sim_happen_gift_upgrade(sim, home, user, other);
	} else if (roll < 0.94) {
		struct sim_user *moderator = sim_user_by_login(sim, "modi");
		static const char *const announcements[] = {"Viewer games start in ten minutes, type !join",
							    "Please keep the chat friendly, no spoilers.",
							    "New video is out: how we beat the last boss",
							    "Community night on Friday at 20:00"};
		static const char *const shades[] = {"PRIMARY", "BLUE", "GREEN", "ORANGE", "PURPLE"};
		sim_happen_announcement(sim, home, moderator, announcements[sim_rng_below(rng, 4)],
					shades[sim_rng_below(rng, 5)]);
	} else if (roll < 0.955) {
		sim_happen_raid(sim, home, other, 2 + (int)sim_rng_below(rng, 400));
		sim_generator_excite(sim, 6);
	} else if (roll < 0.97) {
		sim_happen_bits_badge(sim, home, user, 1000);
	} else if (roll < 0.98) {
		sim_happen_prime_upgrade(sim, home, user);
	} else if (roll < 0.985) {
		sim_happen_pay_forward(sim, home, user, other);
	} else {
		sim_generator_excite(sim, 3); /* something great on screen */
	}
}

void sim_generator_tick(struct lx_sim *sim)
{
	struct sim_generator *generator = sim->generator;
	if (!generator || !os_atomic_set_bool(&generator->due, false) || !os_atomic_load_bool(&generator->running))
		return;
	if (generator->rate <= 0 || !anybody_reads(sim)) {
		os_atomic_set_bool(&generator->running, false);
		return;
	}
	int64_t now = lws_now_usecs();
	double passed = (double)(now - generator->last_us) / 1e6;
	generator->last_us = now;
	if (passed > 1)
		passed = 1; /* the machine slept: no flood to catch up */
	/* A burst borrows from the time after it, so that the mean stays what was asked for. */
	generator->debt += passed * generator->rate;
	double due = generator->debt;
	bool bursting = generator->excited > 0, making_up = !bursting && generator->debt < 0;
	generator->trickle = making_up ? generator->trickle + passed * generator->rate * 0.8 : 0;
	if (bursting)
		due += passed * generator->rate * (BURST - 1);
	else if (making_up)
		due = generator->trickle;
	double whole = floor(due);
	if (making_up)
		generator->trickle -= whole;
	for (double i = 0; i < whole; i++) {
		write_one(generator);
		generator->debt--;
		double chance = generator->rate > 300 ? 2 / generator->rate : 1.0 / 150;
		if (generator->events && sim_rng_chance(&sim->chat_rng, chance))
			happen(generator);
	}
	if (generator->debt < -10 * generator->rate)
		generator->debt = -10 * generator->rate;
}

/* --- life and control -------------------------------------------------------------------------------------------- */

struct sim_generator *sim_generator_create(struct lx_sim *sim)
{
	struct sim_generator *generator = bzalloc(sizeof(*generator));
	generator->sim = sim;
	generator->rate = sim->config.rate < 0 ? 0 : sim->config.rate > 5000 ? 5000 : sim->config.rate;
	generator->steady = sim->config.steady;
	generator->events = true;
	generator->newcomers = 0.01;
	generator->trouble = 0.004;
	generator->has_ticker = os_event_init(&generator->wake, OS_EVENT_TYPE_AUTO) == 0 &&
				pthread_create(&generator->ticker, NULL, ticker_main, generator) == 0;
	return generator;
}

void sim_generator_destroy(struct sim_generator *generator)
{
	if (!generator)
		return;
	if (generator->has_ticker) {
		os_atomic_set_bool(&generator->stop, true);
		os_atomic_set_bool(&generator->running, false);
		os_event_signal(generator->wake);
		pthread_join(generator->ticker, NULL);
	}
	os_event_destroy(generator->wake);
	sim_buf_finish(&generator->text);
	bfree(generator);
}

cJSON *sim_generator_control(struct lx_sim *sim, const cJSON *json)
{
	struct sim_generator *generator = sim->generator;
	double rate = sim_json_real(json, "rate", generator->rate);
	if (!(rate >= 0 && rate <= 5000))
		return sim_json_error("rate is 0 to 5000 messages a second");
	generator->rate = rate;
	generator->excited = 0;
	generator->steady = sim_json_bool(json, "steady", generator->steady);
	generator->events = sim_json_bool(json, "events", generator->events);
	generator->newcomers = sim_json_real(json, "newcomers", generator->newcomers);
	generator->trouble = sim_json_real(json, "trouble", generator->trouble);
	os_atomic_set_bool(&generator->running, false);
	sim_generator_wake(sim);
	cJSON *answer = sim_json_ok();
	cJSON_AddNumberToObject(answer, "rate", generator->rate);
	sim_json_put_bool(answer, "steady", generator->steady);
	sim_json_put_bool(answer, "events", generator->events);
	sim_json_put_int(answer, "written", (int64_t)generator->written);
	return answer;
}
