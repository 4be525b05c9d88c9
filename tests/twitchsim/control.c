#include "control.h"

#include <ctype.h>
#include <stdio.h>

#include "chat.h"
#include "engage.h"
#include "events.h"
#include "eventsub.h"
#include "faults.h"
#include "generator.h"
#include "happenings.h"
#include "helix.h"
#include "irc.h"
#include "journal.h"
#include "moderation.h"
#include "pictures.h"
#include "seventv.h"

static struct sim_channel *channel_of(struct lx_sim *sim, const cJSON *args)
{
	return sim_channel_by_login(sim, sim_json_text(args, "channel", "streamer"));
}

/* By login or id. */
static struct sim_user *user_of(struct lx_sim *sim, const cJSON *args, const char *name)
{
	const char *text = sim_json_text(args, name, NULL);
	struct sim_user *user = sim_user_by_login(sim, text);
	return user ? user : sim_user_by_id(sim, text);
}

cJSON *sim_control_urls(struct lx_sim *sim)
{
	static const char *const names[] = {"irc",    "ircs",     "helix",        "helix_tls", "id",
					    "id_tls", "eventsub", "eventsub_tls", "control",   "ca_file"};
	cJSON *json = cJSON_CreateObject();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		sim_json_put(json, names[i], lx_sim_url(sim, names[i]));
	cJSON *environment = cJSON_AddObjectToObject(json, "environment");
	sim_json_put(environment, "LIVEXTREM_IRC_URL", lx_sim_url(sim, "ircs"));
	sim_json_put(environment, "LIVEXTREM_HELIX_URL", lx_sim_url(sim, "helix_tls"));
	sim_json_put(environment, "LIVEXTREM_ID_URL", lx_sim_url(sim, "id_tls"));
	sim_json_put(environment, "LIVEXTREM_EVENTSUB_URL", lx_sim_url(sim, "eventsub_tls"));
	sim_picture_environment(sim, environment);
	sim_json_put(environment, "LIVEXTREM_CA_FILE", lx_sim_url(sim, "ca_file"));
	sim_json_put(json, "channel", sim->home->user->login);
	cJSON *accounts = sim_oauth_list(sim);
	while (accounts->child) {
		cJSON *item = cJSON_DetachItemViaPointer(accounts, accounts->child);
		cJSON_AddItemToObject(json, item->string, item);
	}
	cJSON_Delete(accounts);
	return json;
}

static cJSON *channel_json(struct lx_sim *sim, struct sim_channel *channel)
{
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "login", channel->user->login);
	sim_json_put(json, "id", channel->user->id);
	sim_json_put(json, "title", channel->title);
	sim_json_put(json, "game_id", channel->game_id);
	sim_json_put_bool(json, "live", channel->live);
	sim_json_put_int(json, "viewers", channel->viewers);
	sim_json_put_int(json, "followers", (int64_t)sim_follower_total(channel, sim));
	sim_json_put_int(json, "subscribers", (int64_t)sim_subscriber_total(channel, sim, NULL));
	sim_json_put_int(json, "sent", (int64_t)channel->sent_count);
	return json;
}

static cJSON *state(struct lx_sim *sim, const cJSON *args)
{
	cJSON *json = cJSON_CreateObject(), *channels = cJSON_AddArrayToObject(json, "channels");
	for (size_t i = 0; i < sim->channels.num; i++)
		cJSON_AddItemToArray(channels, channel_json(sim, sim->channels.array[i]));
	sim_json_put_int(json, "people", (int64_t)sim->user_count);
	sim_json_put_int(json, "now_ms", sim_now_ms(sim));
	cJSON_AddItemToObject(json, "irc", sim_irc_list(sim));
	cJSON_AddItemToObject(json, "eventsub", sim_eventsub_list(sim));
	cJSON_AddItemToObject(json, "faults", sim_faults_list(sim));
	cJSON_AddItemToObject(json, "chat", sim_generator_control(sim, NULL));
	return json;
}

static cJSON *urls(struct lx_sim *sim, const cJSON *args)
{
	return sim_control_urls(sim);
}

static cJSON *chat_message(struct lx_sim *sim, const cJSON *args)
{
	const char *text = sim_json_text(args, "text", NULL), *login = sim_json_text(args, "user", "anna_b");
	struct sim_channel *channel = channel_of(sim, args);
	if (!channel || !text)
		return sim_json_error("needs a text and a channel that exists");
	struct sim_user *user = sim_user_by_login(sim, login);
	if (!user)
		user = sim_user_add(sim, NULL, login, sim_json_text(args, "name", login));
	struct sim_message message = {.channel = channel,
				      .user = user,
				      .text = text,
				      .action = sim_json_bool(args, "action", false),
				      .first = sim_json_bool(args, "first", false),
				      .returning = sim_json_bool(args, "returning", false),
				      .bits = sim_json_bool(args, "cheer", false) ? sim_cheer_bits(text) : 0,
				      .kind = sim_json_text(args, "msg_id", NULL),
				      .reward_id = sim_json_text(args, "reward_id", NULL),
				      .reply_to = sim_message_find(channel, sim_json_text(args, "reply_to", NULL))};
	if (!message.first && !sim_json_has(args, "first"))
		sim_member(channel, user)->seen = true;
	const char *id = sim_json_text(args, "id", NULL);
	if (id)
		snprintf(message.id, sizeof(message.id), "%s", id);
	int repeat = (int)sim_json_int(args, "repeat", 1);
	cJSON *answer = cJSON_CreateObject();
	for (int i = 0; i < repeat; i++) {
		struct sim_message one = message;
		sim_chat_publish(sim, &one);
		if (i == repeat - 1)
			sim_json_put(answer, "id", one.id);
	}
	sim_json_put(answer, "user_id", user->id);
	return answer;
}

/* {"lines":[…]} or {"line":…}: as they are, to everybody in the channel. */
static cJSON *chat_raw(struct lx_sim *sim, const cJSON *args)
{
	cJSON *raw = args ? cJSON_Duplicate(args, true) : cJSON_CreateObject();
	cJSON_DeleteItemFromObject(raw, "action");
	sim_json_put(raw, "action", "raw");
	cJSON *answer = sim_irc_control(sim, raw);
	cJSON_Delete(raw);
	return answer;
}

static cJSON *moderate(struct lx_sim *sim, const cJSON *args)
{
	const char *action = sim_json_text(args, "action", "ban");
	struct sim_channel *channel = channel_of(sim, args);
	struct sim_user *moderator = user_of(sim, args, "by"), *user = user_of(sim, args, "user");
	if (!moderator)
		moderator = sim_user_by_login(sim, "modi");
	if (!channel)
		return sim_json_error("no such channel");
	struct sim_stored *stored = sim_message_find(channel, sim_json_text(args, "message_id", NULL));
	const char *reason = sim_json_text(args, "reason", "");
	if (strcmp(action, "clear") == 0)
		sim_chat_clear(sim, channel, moderator);
	else if (strcmp(action, "delete") == 0 && stored)
		sim_chat_delete(sim, channel, moderator, stored);
	else if (strcmp(action, "ban") == 0 && user)
		sim_chat_ban(sim, channel, moderator, user, 0, reason);
	else if (strcmp(action, "timeout") == 0 && user)
		sim_chat_ban(sim, channel, moderator, user, (int)sim_json_int(args, "seconds", 600), reason);
	else if (strcmp(action, "unban") == 0 && user)
		sim_chat_unban(sim, channel, moderator, user);
	else if ((strcmp(action, "mod") == 0 || strcmp(action, "vip") == 0) && user)
		sim_chat_role(sim, channel, channel->user, user, action, true);
	else if ((strcmp(action, "unmod") == 0 || strcmp(action, "unvip") == 0) && user)
		sim_chat_role(sim, channel, channel->user, user, action + 2, false);
	else
		return sim_json_error("no such action, person or message");
	return sim_json_ok();
}

static cJSON *settings(struct lx_sim *sim, const cJSON *args)
{
	struct sim_channel *channel = channel_of(sim, args);
	struct sim_user *moderator = user_of(sim, args, "by");
	if (!channel)
		return sim_json_error("no such channel");
	struct sim_settings wanted = channel->settings;
	wanted.emote_only = sim_json_bool(args, "emote_only", wanted.emote_only);
	wanted.subs_only = sim_json_bool(args, "subs_only", wanted.subs_only);
	wanted.unique = sim_json_bool(args, "unique", wanted.unique);
	wanted.slow = (int)sim_json_int(args, "slow", wanted.slow);
	wanted.followers = (int)sim_json_int(args, "followers", wanted.followers);
	sim_chat_settings(sim, channel, moderator ? moderator : channel->user, &wanted);
	return sim_json_ok();
}

static cJSON *channel_control(struct lx_sim *sim, const cJSON *args)
{
	struct sim_channel *channel = channel_of(sim, args);
	if (!channel)
		return sim_json_error("no such channel");
	const char *title = sim_json_text(args, "title", NULL), *game = sim_json_text(args, "game_id", NULL);
	if (title)
		snprintf(channel->title, sizeof(channel->title), "%s", title);
	if (game)
		snprintf(channel->game_id, sizeof(channel->game_id), "%s", game);
	if (sim_json_has(args, "tags")) {
		const cJSON *tag;
		channel->tag_count = 0;
		cJSON_ArrayForEach (tag, cJSON_GetObjectItemCaseSensitive(args, "tags")) {
			if (cJSON_IsString(tag) && channel->tag_count < 10)
				snprintf(channel->tags[channel->tag_count++], sizeof(channel->tags[0]), "%s",
					 tag->valuestring);
		}
	}
	if (title || game || sim_json_has(args, "tags"))
		sim_event_channel_update(sim, channel);
	channel->viewers = (int)sim_json_int(args, "viewers", channel->viewers);
	if (sim_json_has(args, "followers")) {
		uint64_t known = sim_follower_total(channel, sim) - channel->follower_base;
		uint64_t wanted = (uint64_t)sim_json_int(args, "followers", 0);
		channel->follower_base = wanted > known ? wanted - known : 0;
	}
	if (sim_json_has(args, "subscribers")) {
		uint64_t known = sim_subscriber_total(channel, sim, NULL) - channel->subscriber_base;
		uint64_t wanted = (uint64_t)sim_json_int(args, "subscribers", 0);
		channel->subscriber_base = wanted > known ? wanted - known : 0;
	}
	bool live = sim_json_bool(args, "live", channel->live);
	if (live != channel->live)
		sim_world_go_live(sim, channel, live);
	channel->suspended = sim_json_bool(args, "suspended", channel->suspended);
	return channel_json(sim, channel);
}

static cJSON *user_control(struct lx_sim *sim, const cJSON *args)
{
	const char *login = sim_json_text(args, "login", NULL);
	if (!login || !*login || strlen(login) > 25)
		return sim_json_error("needs a login");
	struct sim_channel *channel = channel_of(sim, args);
	struct sim_user *user = sim_user_by_login(sim, login);
	if (!user)
		user = sim_user_add(sim, sim_json_text(args, "id", NULL), login, sim_json_text(args, "name", login));
	if (sim_json_has(args, "name"))
		snprintf(user->name, sizeof(user->name), "%s", sim_json_text(args, "name", login));
	if (sim_json_has(args, "color"))
		snprintf(user->color, sizeof(user->color), "%s", sim_json_text(args, "color", ""));
	if (sim_json_has(args, "broadcaster_type"))
		snprintf(user->broadcaster_type, sizeof(user->broadcaster_type), "%s",
			 sim_json_text(args, "broadcaster_type", ""));
	if (sim_json_has(args, "type"))
		snprintf(user->type, sizeof(user->type), "%s", sim_json_text(args, "type", ""));
	if (channel) {
		struct sim_member *member = sim_member(channel, user);
		member->mod = sim_json_bool(args, "mod", member->mod);
		member->lead_mod = sim_json_bool(args, "lead_mod", member->lead_mod);
		member->vip = sim_json_bool(args, "vip", member->vip);
		member->editor = sim_json_bool(args, "editor", member->editor);
		member->founder = sim_json_bool(args, "founder", member->founder);
		member->tier = (int)sim_json_int(args, "tier", member->tier);
		member->months = (int)sim_json_int(args, "months", member->months);
		if (sim_json_has(args, "follows"))
			member->followed_ms = sim_json_bool(args, "follows", false) ? sim_now_ms(sim) : 0;
	}
	if (sim_json_bool(args, "withdraw", false))
		sim_user_withdraw(sim, user);
	cJSON *answer = cJSON_CreateObject();
	sim_json_put(answer, "id", user->id);
	sim_json_put(answer, "login", user->login);
	return answer;
}

/* {"channel":…,"after":sequence,"limit":n}: what the channel was sent, in order. */
static cJSON *sent(struct lx_sim *sim, const cJSON *args)
{
	struct sim_channel *channel = channel_of(sim, args);
	if (!channel)
		return sim_json_error("no such channel");
	uint64_t from = (uint64_t)sim_json_int(args, "after", 0);
	uint64_t oldest = channel->sent_count > channel->sent_capacity ? channel->sent_count - channel->sent_capacity
								       : 0;
	int64_t limit = sim_json_int(args, "limit", 10000);
	const char *kind = sim_json_text(args, "kind", NULL);
	cJSON *json = cJSON_CreateObject(), *entries = cJSON_AddArrayToObject(json, "entries");
	for (uint64_t i = from > oldest ? from : oldest; i < channel->sent_count && limit > 0; i++) {
		const struct sim_sent *entry = &channel->sent[i % channel->sent_capacity];
		if (kind && strcmp(kind, entry->kind) != 0)
			continue;
		limit--;
		cJSON *item = cJSON_CreateObject();
		sim_json_put_int(item, "sequence", (int64_t)entry->sequence);
		sim_json_put(item, "kind", entry->kind);
		sim_json_put(item, "id", entry->id);
		sim_json_put(item, "user_id", entry->user);
		sim_json_put_int(item, "ms", entry->ms);
		cJSON_AddItemToArray(entries, item);
	}
	sim_json_put_int(json, "total", (int64_t)channel->sent_count);
	sim_json_put_int(json, "oldest", (int64_t)oldest + 1);
	return json;
}

static cJSON *clock_control(struct lx_sim *sim, const cJSON *args)
{
	sim->clock_offset_ms += sim_json_int(args, "advance_ms", 0);
	cJSON *json = cJSON_CreateObject();
	sim_json_put_int(json, "now_ms", sim_now_ms(sim));
	return json;
}

/* Everything that can go wrong here, as commands ready to be sent. */
static cJSON *faults(struct lx_sim *sim, const cJSON *args)
{
	cJSON *json = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(json, "faults");
	sim_irc_offer_faults(list);
	sim_eventsub_offer_faults(list);
	sim_faults_offer_rules(list);
	return json;
}

static cJSON *fault_clear(struct lx_sim *sim, const cJSON *args)
{
	sim_faults_clear(sim);
	return sim_json_ok();
}

static cJSON *received_clear(struct lx_sim *sim, const cJSON *args)
{
	sim_journal_clear(sim);
	return sim_json_ok();
}

static const struct {
	const char *name;
	cJSON *(*run)(struct lx_sim *sim, const cJSON *args);
} commands[] = {
	{"urls", urls},
	{"state", state},
	{"chat.rate", sim_generator_control},
	{"chat.message", chat_message},
	{"chat.raw", chat_raw},
	{"chat.settings", settings},
	{"irc", sim_irc_control},
	{"event", sim_happen_control},
	{"moderate", moderate},
	{"automod", sim_moderation_control},
	{"engage", sim_engage_control},
	{"channel", channel_control},
	{"user", user_control},
	{"token", sim_oauth_token_control},
	{"oauth", sim_oauth_control},
	{"helix", sim_helix_control},
	{"eventsub", sim_eventsub_control},
	{"7tv", sim_seventv_control},
	{"fault", sim_faults_add},
	{"fault.clear", fault_clear},
	{"faults", faults},
	{"received", sim_journal_query},
	{"received.clear", received_clear},
	{"sent", sent},
	{"clock", clock_control},
};

cJSON *sim_control_run(struct lx_sim *sim, const char *command, const cJSON *args)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, command) == 0)
			return commands[i].run(sim, args);
	}
	return sim_json_error("no such command");
}

void sim_control_request(struct sim_request *request, struct sim_answer *answer)
{
	cJSON *args = NULL, *result;
	if (request->body_size) {
		args = cJSON_ParseWithLength(request->body, request->body_size);
	} else {
		args = cJSON_CreateObject();
		for (size_t i = 0; i < request->params.num; i++)
			sim_json_put(args, request->params.array[i].name, request->params.array[i].value);
	}
	if (!cJSON_IsObject(args))
		result = sim_json_error("the parameters are no JSON object");
	else
		result = sim_control_run(request->sim, request->path + 1, args);
	answer->status = sim_json_has(result, "error") ? 400 : 200;
	answer->body = sim_json_print(result);
	answer->body_size = strlen(answer->body);
	cJSON_Delete(args);
}
