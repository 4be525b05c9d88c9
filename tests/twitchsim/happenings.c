#include "happenings.h"

#include <ctype.h>
#include <stdio.h>

#include "chat.h"
#include "events.h"
#include "json.h"
#include "world.h"

#define NUMBER 24

struct builder { /* a notice and the room for its numbers */
	struct sim_notice notice;
	char numbers[12][NUMBER];
	int used;
};

static void param(struct builder *b, const char *name, const char *value)
{
	if (b->notice.param_count < sizeof(b->notice.params) / sizeof(b->notice.params[0]))
		b->notice.params[b->notice.param_count++] = (struct sim_param){name, value};
}

static const char *number(struct builder *b, int64_t value)
{
	char *text = b->numbers[b->used++ % 12];
	snprintf(text, NUMBER, "%" PRId64, value);
	return text;
}

static void param_int(struct builder *b, const char *name, int64_t value)
{
	param(b, name, number(b, value));
}

static const char *tier_name(int tier)
{
	return tier == 3000 ? "Tier 3" : tier == 2000 ? "Tier 2" : "Tier 1";
}

static const char *tier_text(int tier)
{
	return tier == 3000 ? "3000" : tier == 2000 ? "2000" : "1000";
}

static void put_user(cJSON *json, const char *prefix, const struct sim_user *user)
{
	char name[48];
	snprintf(name, sizeof(name), "%suser_id", prefix);
	sim_json_put(json, name, user ? user->id : NULL);
	snprintf(name, sizeof(name), "%suser_name", prefix);
	sim_json_put(json, name, user ? user->name : NULL);
	snprintf(name, sizeof(name), "%suser_login", prefix);
	sim_json_put(json, name, user ? user->login : NULL);
}

static void plan_name(const struct sim_channel *channel, int tier, char text[96])
{
	if (tier == 1000)
		snprintf(text, 96, "Channel Subscription (%s)", channel->user->login);
	else
		snprintf(text, 96, "Channel Subscription (%s): %s", channel->user->login, tier_name(tier));
}

static void put_resub(cJSON *json, struct lx_sim *sim, const struct sim_member *member, int tier, bool prime)
{
	const struct sim_user *gifter = member->is_gift ? sim_user_by_id(sim, member->gifter) : NULL;
	sim_json_put_int(json, "cumulative_months", member->months);
	sim_json_put_int(json, "duration_months", 1);
	if (member->streak)
		sim_json_put_int(json, "streak_months", member->streak);
	else
		sim_json_put_null(json, "streak_months");
	sim_json_put(json, "sub_tier", tier_text(tier));
	sim_json_put_bool(json, "is_prime", prime);
	sim_json_put_bool(json, "is_gift", member->is_gift);
	if (member->is_gift)
		sim_json_put_bool(json, "gifter_is_anonymous", gifter == NULL);
	else
		sim_json_put_null(json, "gifter_is_anonymous");
	put_user(json, "gifter_", gifter);
}

void sim_happen_sub(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, int tier, bool prime,
		    int months, const char *text)
{
	struct sim_member *member = sim_member(channel, user);
	struct builder b = {.notice = {.channel = channel, .user = user, .text = text}};
	char plan[96], system[256];
	tier = tier == 2000 || tier == 3000 ? tier : 1000;
	bool was_subscribed = member->tier != 0;
	member->months = months ? months : member->months + 1;
	member->streak = member->months == 1 ? 1 : was_subscribed ? member->streak + 1 : 1;
	member->tier = tier;
	member->prime = prime;
	bool resub = member->months > 1, was_gift = resub && member->is_gift;
	plan_name(channel, tier, plan);
	int size = snprintf(system, sizeof(system), "%s subscribed %s%s.", user->name, prime ? "with " : "at ",
			    prime ? "Prime" : tier_name(tier));
	if (resub)
		size += snprintf(system + size, sizeof(system) - (size_t)size, " They've subscribed for %d months",
				 member->months);
	if (resub && member->streak > 1)
		size += snprintf(system + size, sizeof(system) - (size_t)size, ", currently on a %d month streak",
				 member->streak);
	if (resub)
		snprintf(system + size, sizeof(system) - (size_t)size, "!");

	const struct sim_user *gifter = was_gift ? sim_user_by_id(sim, member->gifter) : NULL;
	b.notice.msg_id = b.notice.notice_type = resub ? "resub" : "sub";
	b.notice.system_msg = system;
	if (was_gift) {
		param(&b, "anon-gift", gifter ? "false" : "true");
	}
	param_int(&b, "cumulative-months", member->months);
	if (gifter) {
		param(&b, "gift-month-being-redeemed", "1");
		param(&b, "gift-months", "1");
		param(&b, "gifter-id", gifter->id);
		param(&b, "gifter-login", gifter->login);
		param(&b, "gifter-name", gifter->name);
	}
	param(&b, "months", "0");
	param(&b, "multimonth-duration", resub ? "0" : "1");
	param(&b, "multimonth-tenure", "0");
	param(&b, "should-share-streak", resub && member->streak > 1 ? "1" : "0");
	if (resub && member->streak > 1)
		param_int(&b, "streak-months", member->streak);
	param(&b, "sub-plan", prime ? "Prime" : tier_text(tier));
	param(&b, "sub-plan-name", plan);
	param(&b, "was-gifted", was_gift ? "true" : "false");
	b.notice.object = cJSON_CreateObject();
	if (resub) {
		put_resub(b.notice.object, sim, member, tier, prime);
	} else {
		sim_json_put(b.notice.object, "sub_tier", tier_text(tier));
		sim_json_put_bool(b.notice.object, "is_prime", prime);
		sim_json_put_int(b.notice.object, "duration_months", 1);
		member->is_gift = false;
	}
	sim_event_sub(sim, channel, user, member, resub, text);
	sim_chat_notice(sim, &b.notice);
	sim_event_subscribers_changed(sim, channel, user, prime || tier == 1000 ? 500 : tier == 2000 ? 1000 : 2500);
}

static void one_gift(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *gifter, struct sim_user *to,
		     int tier, const char *bomb, const char *origin)
{
	struct sim_user *shown = gifter ? gifter : sim_user_by_login(sim, "ananonymousgifter");
	struct sim_member *member = sim_member(channel, to);
	struct builder b = {
		.notice = {.channel = channel, .user = shown, .msg_id = "subgift", .notice_type = "sub_gift"}};
	char plan[96], system[256];
	member->tier = tier;
	member->prime = false;
	member->is_gift = true;
	member->months++;
	snprintf(member->gifter, sizeof(member->gifter), "%s", gifter ? gifter->id : "");
	int total = gifter ? sim_member(channel, gifter)->gifts_total : 0;
	plan_name(channel, tier, plan);
	int size = snprintf(system, sizeof(system), "%s gifted a %s sub to %s!",
			    gifter ? gifter->name : "An anonymous user", tier_name(tier), to->name);
	if (!bomb && gifter)
		snprintf(system + size, sizeof(system) - (size_t)size, " They have given %d Gift Subs in the channel!",
			 total);
	b.notice.system_msg = system;
	b.notice.anonymous = gifter == NULL;
	if (bomb)
		param(&b, "community-gift-id", bomb);
	param(&b, "gift-months", "1");
	param_int(&b, "months", member->months);
	param(&b, "origin-id", origin);
	param(&b, "recipient-display-name", to->name);
	param(&b, "recipient-id", to->id);
	param(&b, "recipient-user-name", to->login);
	if (gifter)
		param_int(&b, "sender-count", bomb ? 0 : total);
	param(&b, "sub-plan", tier_text(tier));
	param(&b, "sub-plan-name", plan);
	cJSON *object = b.notice.object = cJSON_CreateObject();
	sim_json_put_int(object, "duration_months", 1);
	if (bomb || !gifter)
		sim_json_put_null(object, "cumulative_total");
	else
		sim_json_put_int(object, "cumulative_total", total);
	put_user(object, "recipient_", to);
	sim_json_put(object, "sub_tier", tier_text(tier));
	sim_json_put(object, "community_gift_id", bomb);
	sim_event_sub(sim, channel, to, member, false, NULL);
	sim_chat_notice(sim, &b.notice);
}

static struct sim_user *somebody_without_sub(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *gifter)
{
	for (int i = 0; i < 200; i++) {
		struct sim_user *user = sim->users[sim_rng_below(&sim->chat_rng, (uint32_t)sim->user_count)];
		struct sim_member *member = sim_member(channel, user);
		if (!member->tier && user != gifter && user != channel->user && !user->left &&
		    strcmp(user->login, "ananonymousgifter") != 0 && !member->ban)
			return user;
	}
	return sim_user_invent(sim, &sim->chat_rng);
}

void sim_happen_gift(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *gifter, struct sim_user *to,
		     int count, int tier)
{
	char origin[24], system[256];
	tier = tier == 2000 || tier == 3000 ? tier : 1000;
	snprintf(origin, sizeof(origin), "%" PRIu64, sim_rng_next(&sim->chat_rng) >> 1);
	struct sim_member *giver = gifter ? sim_member(channel, gifter) : NULL;
	if (giver)
		giver->gifts_total += count;
	sim_event_gift(sim, channel, gifter, count, tier, giver ? giver->gifts_total : 0);
	if (count <= 1) {
		one_gift(sim, channel, gifter, to ? to : somebody_without_sub(sim, channel, gifter), tier, NULL,
			 origin);
	} else {
		struct sim_user *shown = gifter ? gifter : sim_user_by_login(sim, "ananonymousgifter");
		struct builder b = {.notice = {.channel = channel,
					       .user = shown,
					       .msg_id = "submysterygift",
					       .notice_type = "community_sub_gift",
					       .system_msg = system,
					       .anonymous = gifter == NULL}};
		int size = snprintf(system, sizeof(system), "%s is gifting %d %s Subs to %s's community!",
				    gifter ? gifter->name : "An anonymous user", count, tier_name(tier),
				    channel->user->name);
		if (giver)
			snprintf(system + size, sizeof(system) - (size_t)size,
				 " They've gifted a total of %d in the channel!", giver->gifts_total);
		param(&b, "community-gift-id", origin);
		param_int(&b, "mass-gift-count", count);
		param(&b, "origin-id", origin);
		if (giver)
			param_int(&b, "sender-count", giver->gifts_total);
		param(&b, "sub-plan", tier_text(tier));
		cJSON *object = b.notice.object = cJSON_CreateObject();
		sim_json_put(object, "id", origin);
		sim_json_put_int(object, "total", count);
		sim_json_put(object, "sub_tier", tier_text(tier));
		if (giver)
			sim_json_put_int(object, "cumulative_total", giver->gifts_total);
		else
			sim_json_put_null(object, "cumulative_total");
		/* Now and then the bomb's own line comes after the first of its gifts (twitch.md 6.4). */
		bool late = sim_rng_chance(&sim->chat_rng, 0.2);
		if (!late)
			sim_chat_notice(sim, &b.notice);
		for (int i = 0; i < count; i++) {
			one_gift(sim, channel, gifter, somebody_without_sub(sim, channel, gifter), tier, origin,
				 origin);
			if (late && i == 0)
				sim_chat_notice(sim, &b.notice);
		}
	}
	sim_event_subscribers_changed(sim, channel, gifter, count * (tier == 3000 ? 2500 : tier / 2));
}

void sim_happen_gift_upgrade(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user,
			     struct sim_user *gifter)
{
	struct builder b = {.notice = {.channel = channel,
				       .user = user,
				       .msg_id = gifter ? "giftpaidupgrade" : "anongiftpaidupgrade",
				       .notice_type = "gift_paid_upgrade"}};
	char system[256];
	snprintf(system, sizeof(system), "%s is continuing the Gift Sub they got from %s!", user->name,
		 gifter ? gifter->name : "an anonymous user");
	b.notice.system_msg = system;
	if (gifter) {
		param(&b, "sender-login", gifter->login);
		param(&b, "sender-name", gifter->name);
	}
	b.notice.object = cJSON_CreateObject();
	sim_json_put_bool(b.notice.object, "gifter_is_anonymous", gifter == NULL);
	put_user(b.notice.object, "gifter_", gifter);
	sim_member(channel, user)->is_gift = false;
	sim_chat_notice(sim, &b.notice);
}

void sim_happen_prime_upgrade(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user)
{
	struct builder b = {.notice = {.channel = channel,
				       .user = user,
				       .msg_id = "primepaidupgrade",
				       .notice_type = "prime_paid_upgrade"}};
	char system[256];
	snprintf(system, sizeof(system), "%s converted from a Prime sub to a Tier 1 sub!", user->name);
	b.notice.system_msg = system;
	param(&b, "sub-plan", "1000");
	b.notice.object = cJSON_CreateObject();
	sim_json_put(b.notice.object, "sub_tier", "1000");
	sim_member(channel, user)->prime = false;
	sim_chat_notice(sim, &b.notice);
}

void sim_happen_pay_forward(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user,
			    struct sim_user *gifter)
{
	struct builder b = {.notice = {.channel = channel,
				       .user = user,
				       .msg_id = "communitypayforward",
				       .notice_type = "pay_it_forward"}};
	char system[256];
	snprintf(system, sizeof(system), "%s is paying forward the Gift they got from %s to the community!", user->name,
		 gifter ? gifter->name : "an anonymous gifter");
	b.notice.system_msg = system;
	param(&b, "prior-gifter-anonymous", gifter ? "false" : "true");
	if (gifter) {
		param(&b, "prior-gifter-display-name", gifter->name);
		param(&b, "prior-gifter-id", gifter->id);
		param(&b, "prior-gifter-user-name", gifter->login);
	}
	b.notice.object = cJSON_CreateObject();
	sim_json_put_bool(b.notice.object, "gifter_is_anonymous", gifter == NULL);
	put_user(b.notice.object, "gifter_", gifter);
	put_user(b.notice.object, "recipient_", NULL);
	sim_chat_notice(sim, &b.notice);
}

void sim_happen_sub_end(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user)
{
	struct sim_member *member = sim_member(channel, user);
	if (!member->tier)
		return;
	sim_event_sub_end(sim, channel, user, member);
	member->tier = 0;
	member->prime = member->is_gift = false;
	member->streak = 0;
}

void sim_happen_raid(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *from, int viewers)
{
	static const char image[] = "https://static-cdn.jtvnw.net/jtv_user_pictures/x-profile_image-%s.png";
	struct builder b = {.notice = {.channel = channel, .user = from, .msg_id = "raid", .notice_type = "raid"}};
	char system[256];
	snprintf(system, sizeof(system), "%d raiders from %s have joined!", viewers, from->name);
	b.notice.system_msg = system;
	param(&b, "displayName", from->name);
	param(&b, "login", from->login);
	param(&b, "profileImageURL", image);
	param_int(&b, "viewerCount", viewers);
	cJSON *object = b.notice.object = cJSON_CreateObject();
	put_user(object, "", from);
	sim_json_put_int(object, "viewer_count", viewers);
	sim_json_put(object, "profile_image_url", image);
	sim_chat_notice(sim, &b.notice);
	channel->viewers += viewers;
	sim_event_raid(sim, from, channel->user, viewers);
}

void sim_happen_unraid(struct lx_sim *sim, struct sim_channel *channel)
{
	struct builder b = {.notice = {.channel = channel,
				       .user = channel->user,
				       .msg_id = "unraid",
				       .notice_type = "unraid",
				       .system_msg = "The raid has been cancelled.",
				       .object = cJSON_CreateObject()}};
	sim_chat_notice(sim, &b.notice);
}

void sim_happen_follow(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user)
{
	struct sim_member *member = sim_member(channel, user);
	if (member->followed_ms)
		return;
	member->followed_ms = sim_now_ms(sim);
	sim_event_follow(sim, channel, user);
}

void sim_happen_cheer(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, const char *text)
{
	struct sim_message message = {.channel = channel, .user = user, .text = text, .bits = sim_cheer_bits(text)};
	sim_chat_publish(sim, &message);
	sim_event_cheer(sim, channel, user, message.bits, text);
}

void sim_happen_announcement(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, const char *text,
			     const char *color)
{
	struct builder b = {.notice = {.channel = channel,
				       .user = user,
				       .msg_id = "announcement",
				       .notice_type = "announcement",
				       .system_msg = "",
				       .text = text}};
	param(&b, "color", color);
	b.notice.object = cJSON_CreateObject();
	sim_json_put(b.notice.object, "color", color);
	sim_chat_notice(sim, &b.notice);
}

void sim_happen_streak(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, int streams,
		       const char *text)
{
	struct builder b = {.notice = {.channel = channel,
				       .user = user,
				       .msg_id = "viewermilestone",
				       .notice_type = "watch_streak",
				       .text = text}};
	char system[256], id[SIM_ID_SIZE];
	sim_new_id(sim, id);
	snprintf(system, sizeof(system), "%s watched %d consecutive streams and sparked a watch streak!", user->name,
		 streams);
	b.notice.system_msg = system;
	param(&b, "category", "watch-streak");
	param(&b, "copoReward", "450");
	param(&b, "id", id);
	param_int(&b, "value", streams);
	b.notice.object = cJSON_CreateObject();
	sim_json_put_int(b.notice.object, "streak_count", streams);
	sim_json_put_int(b.notice.object, "channel_points_awarded", 450);
	sim_chat_notice(sim, &b.notice);
}

void sim_happen_modiversary(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, int months)
{
	struct builder b = {
		.notice = {.channel = channel, .user = user, .msg_id = "modiversary", .notice_type = "modiversary"}};
	char system[64];
	snprintf(system, sizeof(system), "has been a moderator for %d months!", months);
	b.notice.system_msg = system;
	param_int(&b, "months", months);
	b.notice.object = cJSON_CreateObject();
	sim_json_put_int(b.notice.object, "months", months);
	sim_chat_notice(sim, &b.notice);
}

void sim_happen_bits_badge(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, int threshold)
{
	struct builder b = {.notice = {.channel = channel,
				       .user = user,
				       .msg_id = "bitsbadgetier",
				       .notice_type = "bits_badge_tier"}};
	char system[128];
	snprintf(system, sizeof(system), "%s just earned a new %dK Bits badge!", user->name, threshold / 1000);
	b.notice.system_msg = system;
	param_int(&b, "threshold", threshold);
	b.notice.object = cJSON_CreateObject();
	sim_json_put_int(b.notice.object, "tier", threshold);
	sim_chat_notice(sim, &b.notice);
}

void sim_happen_charity(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, int minor_units,
			const char *currency)
{
	struct builder b = {.notice = {.channel = channel,
				       .user = user,
				       .msg_id = "charitydonation",
				       .notice_type = "charity_donation"}};
	char system[160];
	snprintf(system, sizeof(system), "%s: Donated %s %d.%02d to support Simulated Rescue", user->name, currency,
		 minor_units / 100, minor_units % 100);
	b.notice.system_msg = system;
	param(&b, "charity-name", "Simulated Rescue");
	param_int(&b, "donation-amount", minor_units);
	param(&b, "donation-currency", currency);
	param(&b, "exponent", "2");
	b.notice.object = cJSON_CreateObject();
	sim_json_put(b.notice.object, "charity_name", "Simulated Rescue");
	cJSON *amount = cJSON_AddObjectToObject(b.notice.object, "amount");
	sim_json_put_int(amount, "value", minor_units);
	sim_json_put_int(amount, "decimal_place", 2);
	sim_json_put(amount, "currency", currency);
	sim_chat_notice(sim, &b.notice);
	sim_event_charity(sim, channel, user, minor_units, currency);
}

void sim_happen_shared_chat(struct lx_sim *sim, struct sim_channel *a, struct sim_channel *b, bool on)
{
	if (on == (a->shared_with != NULL))
		return;
	if (on) {
		sim_new_id(sim, a->shared_session);
		memcpy(b->shared_session, a->shared_session, sizeof(b->shared_session));
		a->shared_since_ms = b->shared_since_ms = sim_now_ms(sim);
		a->shared_with = b;
		b->shared_with = a;
	}
	sim_event_shared_chat(sim, a, b, on);
	if (!on) {
		a->shared_with->shared_with = NULL;
		a->shared_with = NULL;
	}
}

/* --- control ----------------------------------------------------------------------------------------------------- */

/* The named person, made when nobody has that name. */
static struct sim_user *person(struct lx_sim *sim, const char *name)
{
	char login[26];
	size_t i = 0;
	for (; name[i] && i < sizeof(login) - 1; i++)
		login[i] = (char)tolower((unsigned char)name[i]);
	login[i] = '\0';
	struct sim_user *user = sim_user_by_login(sim, login);
	return user ? user : sim_user_add(sim, NULL, login, name);
}

cJSON *sim_happen_control(struct lx_sim *sim, const cJSON *json)
{
	const char *type = sim_json_text(json, "type", ""), *text = sim_json_text(json, "text", NULL);
	struct sim_channel *channel = sim_channel_by_login(sim, sim_json_text(json, "channel", "streamer"));
	if (!channel)
		return sim_json_error("no such channel");
	const char *other_name = sim_json_text(json, "other", NULL);
	struct sim_user *user = person(sim, sim_json_text(json, "user", "anna_b"));
	struct sim_user *other = other_name ? person(sim, other_name) : NULL;
	bool anonymous = sim_json_bool(json, "anonymous", false);
	int tier = (int)sim_json_int(json, "tier", 1000), amount = (int)sim_json_int(json, "amount", 0);
	if (strcmp(type, "sub") == 0)
		sim_happen_sub(sim, channel, user, tier, sim_json_bool(json, "prime", false), amount ? amount : 1,
			       text);
	else if (strcmp(type, "resub") == 0)
		sim_happen_sub(sim, channel, user, tier, sim_json_bool(json, "prime", false), amount ? amount : 6,
			       text);
	else if (strcmp(type, "gift") == 0)
		sim_happen_gift(sim, channel, anonymous ? NULL : user, other, amount ? amount : 1, tier);
	else if (strcmp(type, "gift_upgrade") == 0)
		sim_happen_gift_upgrade(sim, channel, user, other);
	else if (strcmp(type, "prime_upgrade") == 0)
		sim_happen_prime_upgrade(sim, channel, user);
	else if (strcmp(type, "pay_forward") == 0)
		sim_happen_pay_forward(sim, channel, user, other);
	else if (strcmp(type, "sub_end") == 0)
		sim_happen_sub_end(sim, channel, user);
	else if (strcmp(type, "raid") == 0)
		sim_happen_raid(sim, channel, user, amount ? amount : 42);
	else if (strcmp(type, "unraid") == 0)
		sim_happen_unraid(sim, channel);
	else if (strcmp(type, "follow") == 0)
		sim_happen_follow(sim, channel, user);
	else if (strcmp(type, "cheer") == 0)
		sim_happen_cheer(sim, channel, user, text ? text : "Cheer100 nice one");
	else if (strcmp(type, "announcement") == 0)
		sim_happen_announcement(sim, channel, user, text ? text : "Subathon tonight",
					sim_json_text(json, "color", "PRIMARY"));
	else if (strcmp(type, "streak") == 0)
		sim_happen_streak(sim, channel, user, amount ? amount : 10, text);
	else if (strcmp(type, "modiversary") == 0)
		sim_happen_modiversary(sim, channel, user, amount ? amount : 18);
	else if (strcmp(type, "bits_badge") == 0)
		sim_happen_bits_badge(sim, channel, user, amount ? amount : 1000);
	else if (strcmp(type, "charity") == 0)
		sim_happen_charity(sim, channel, user, amount ? amount : 1500, sim_json_text(json, "currency", "USD"));
	else if (strcmp(type, "shared_chat") == 0)
		sim_happen_shared_chat(sim, channel,
				       sim_channel_by_login(sim, channel == sim->home ? "neighbour" : "streamer"),
				       sim_json_bool(json, "on", true));
	else
		return sim_json_error("no such type");
	return sim_json_ok();
}
