/* Channel information, followers, streams. */
#include "helix.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "catalog.h"
#include "events.h"

static cJSON *channel_json(const struct sim_channel *channel)
{
	cJSON *json = cJSON_CreateObject();
	sim_put_b3(json, channel->user);
	sim_json_put(json, "broadcaster_language", channel->language);
	sim_json_put(json, "game_id", channel->game_id);
	sim_json_put(json, "game_name", sim_game_name(channel->game_id));
	sim_json_put(json, "title", channel->title);
	sim_json_put_int(json, "delay", channel->delay);
	cJSON_AddItemToObject(json, "tags", sim_channel_tags(channel));
	cJSON_AddItemToObject(json, "content_classification_labels", sim_channel_labels(channel));
	sim_json_put_bool(json, "is_branded_content", channel->branded);
	return json;
}

static void get_channels(struct sim_call *call)
{
	const char *ids[100];
	size_t count = sim_params(call, "broadcaster_id", ids, 100);
	if (sim_failed(call))
		return;
	if (!count) {
		sim_need_param(call, "broadcaster_id");
		return;
	}
	cJSON *data = cJSON_CreateArray();
	for (size_t i = 0; i < count; i++) {
		struct sim_channel *channel = sim_channel_by_id(call->sim, ids[i]);
		if (channel)
			cJSON_AddItemToArray(data, channel_json(channel));
	}
	sim_reply_data(call, data);
}

static bool good_tag(const char *tag)
{
	size_t points = sim_code_points(tag);
	if (!points || points > 25)
		return false;
	for (; *tag; tag++) {
		unsigned char c = (unsigned char)*tag;
		if (c < 0x80 && !isalnum(c))
			return false;
	}
	return true;
}

static bool check_tags(struct sim_call *call, const cJSON *tags)
{
	const cJSON *tag;
	if (!cJSON_IsArray(tags) || cJSON_GetArraySize(tags) > 10) {
		sim_fail(call, 400, "A maximum of 10 tags may be set.");
		return false;
	}
	cJSON_ArrayForEach (tag, tags) {
		if (!cJSON_IsString(tag) || !good_tag(tag->valuestring)) {
			sim_fail(
				call, 400,
				"A tag must have 1 to 25 characters and must not contain spaces or special characters.");
			return false;
		}
	}
	return true;
}

/* Bits to set and to clear of content_classification_labels. */
static bool check_labels(struct sim_call *call, const cJSON *labels, uint32_t *ccl)
{
	const cJSON *label;
	cJSON_ArrayForEach (label, labels) {
		const char *id = sim_json_text(label, "id", "");
		int bit = 0;
		while (sim_labels[bit].id && strcmp(sim_labels[bit].id, id) != 0)
			bit++;
		if (!sim_labels[bit].id || !sim_labels[bit].settable) {
			sim_fail(call, 400, "The content classification label %s is not valid.", id);
			return false;
		}
		if (sim_json_bool(label, "is_enabled", false))
			*ccl |= 1u << bit;
		else
			*ccl &= ~(1u << bit);
	}
	return true;
}

static void patch_channels(struct sim_call *call)
{
	static const char *const fields[] = {
		"game_id",           "broadcaster_language", "title", "delay", "tags", "content_classification_labels",
		"is_branded_content"};
	struct sim_channel *channel = call->channel;
	bool any = false;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		any = any || sim_json_has(call->body, fields[i]);
	if (!any) {
		sim_fail(call, 400, "At least one field must be specified.");
		return;
	}
	const char *game = sim_json_text(call->body, "game_id", NULL),
		   *title = sim_json_text(call->body, "title", NULL);
	const char *language = sim_json_text(call->body, "broadcaster_language", NULL);
	const cJSON *tags = cJSON_GetObjectItemCaseSensitive(call->body, "tags");
	const cJSON *labels = cJSON_GetObjectItemCaseSensitive(call->body, "content_classification_labels");
	int64_t delay = sim_json_int(call->body, "delay", channel->delay);
	uint32_t ccl = channel->ccl;
	if (game && *game && strcmp(game, "0") != 0 && !sim_game_find(game)) {
		sim_fail(call, 400, "The ID in game_id is not valid.");
	} else if (title && !*title) {
		sim_fail(call, 400, "The title field may not contain an empty string.");
	} else if (title && sim_code_points(title) > 140) {
		sim_fail(call, 400, "The title is too long: the maximum length is 140 characters.");
	} else if (language && !sim_known_language(language)) {
		sim_fail(call, 400, "The value in broadcaster_language is not supported.");
	} else if (sim_json_has(call->body, "delay") &&
		   (delay < 0 || delay > 900 || strcmp(channel->user->broadcaster_type, "partner") != 0)) {
		sim_fail(call, 400, "The delay is 0 to 900 seconds and may be set by partners only.");
	} else if ((!tags || check_tags(call, tags)) && (!labels || check_labels(call, labels, &ccl))) {
		if (game)
			snprintf(channel->game_id, sizeof(channel->game_id), "%s", strcmp(game, "0") == 0 ? "" : game);
		if (title)
			snprintf(channel->title, sizeof(channel->title), "%s", title);
		if (language)
			snprintf(channel->language, sizeof(channel->language), "%s", language);
		channel->delay = (int)delay;
		channel->ccl = ccl;
		channel->branded = sim_json_bool(call->body, "is_branded_content", channel->branded);
		if (tags) {
			const cJSON *tag;
			channel->tag_count = 0;
			cJSON_ArrayForEach (tag, tags)
				snprintf(channel->tags[channel->tag_count++], sizeof(channel->tags[0]), "%s",
					 tag->valuestring);
		}
		sim_event_channel_update(call->sim, channel);
		sim_no_content(call);
	}
}

static void get_labels(struct sim_call *call)
{
	cJSON *data = cJSON_CreateArray();
	for (const struct sim_label *label = sim_labels; label->id; label++) {
		cJSON *json = cJSON_CreateObject();
		sim_json_put(json, "id", label->id);
		sim_json_put(json, "description", label->description);
		sim_json_put(json, "name", label->name);
		cJSON_AddItemToArray(data, json);
	}
	sim_reply_data(call, data);
}

static void get_editors(struct sim_call *call)
{
	cJSON *data = cJSON_CreateArray();
	for (size_t i = 0; i < call->channel->member_capacity && i < call->sim->user_count; i++) {
		const struct sim_member *member = call->channel->members[i];
		if (!member || !member->editor)
			continue;
		cJSON *json = cJSON_CreateObject();
		sim_json_put(json, "user_id", call->sim->users[i]->id);
		sim_json_put(json, "user_name", call->sim->users[i]->name);
		sim_json_put_time(json, "created_at", member->editor_since_ms ? member->editor_since_ms : 1700000000000,
				  0);
		cJSON_AddItemToArray(data, json);
	}
	sim_reply_data(call, data);
}

/* --- followers --------------------------------------------------------------------------------------------------- */

static const struct sim_channel *sorting; /* qsort has no context; the simulator has one thread */

static int newest_first(const void *a, const void *b)
{
	int64_t x = sorting->members[*(const size_t *)a]->followed_ms,
		y = sorting->members[*(const size_t *)b]->followed_ms;
	return x < y ? 1 : x > y ? -1 : 0;
}

static cJSON *follower_json(const struct sim_user *user, const struct sim_member *member)
{
	cJSON *json = cJSON_CreateObject();
	sim_put_u3(json, user);
	sim_json_put_time(json, "followed_at", member->followed_ms, 0);
	return json;
}

static void get_followers(struct sim_call *call)
{
	const char *user_id = sim_param(call, "user_id");
	bool may_list = call->user && sim_token_has(call->token, "moderator:read:followers") &&
			sim_can_moderate(call->channel, call->user);
	if (user_id && !may_list) {
		sim_fail(call, 401, "Missing scope: moderator:read:followers");
		return;
	}
	cJSON *all = cJSON_CreateArray();
	if (user_id) {
		struct sim_user *user = sim_user_by_id(call->sim, user_id);
		struct sim_member *member = sim_member_find(call->channel, user);
		if (member && member->followed_ms)
			cJSON_AddItemToArray(all, follower_json(user, member));
	} else if (may_list) {
		DARRAY(size_t) order;
		da_init(order);
		for (size_t i = 0; i < call->channel->member_capacity && i < call->sim->user_count; i++) {
			if (call->channel->members[i] && call->channel->members[i]->followed_ms)
				da_push_back(order, &i);
		}
		sorting = call->channel;
		if (order.num)
			qsort(order.array, order.num, sizeof(size_t), newest_first);
		for (size_t i = 0; i < order.num; i++)
			cJSON_AddItemToArray(all, follower_json(call->sim->users[order.array[i]],
								call->channel->members[order.array[i]]));
		da_free(order);
	}
	cJSON *json = sim_page(call, all, 20, 100);
	if (!json)
		return;
	sim_json_put_int(json, "total", (int64_t)sim_follower_total(call->channel, call->sim));
	sim_reply(call, 200, json);
}

static void get_followed(struct sim_call *call)
{
	if (!sim_need_self(call, "user_id"))
		return;
	const char *only = sim_param(call, "broadcaster_id");
	cJSON *all = cJSON_CreateArray();
	for (size_t i = 0; i < call->sim->channels.num; i++) {
		const struct sim_channel *channel = call->sim->channels.array[i];
		const struct sim_member *member = sim_member_find(channel, call->user);
		if (!member || !member->followed_ms || (only && strcmp(only, channel->user->id) != 0))
			continue;
		cJSON *json = cJSON_CreateObject();
		sim_put_b3(json, channel->user);
		sim_json_put_time(json, "followed_at", member->followed_ms, 0);
		cJSON_AddItemToArray(all, json);
	}
	int total = cJSON_GetArraySize(all);
	cJSON *json = sim_page(call, all, 20, 100);
	if (!json)
		return;
	sim_json_put_int(json, "total", total);
	sim_reply(call, 200, json);
}

/* --- streams ----------------------------------------------------------------------------------------------------- */

static cJSON *stream_json(const struct sim_channel *channel)
{
	cJSON *json = cJSON_CreateObject();
	char url[160];
	sim_json_put(json, "id", channel->stream_id);
	sim_put_u3(json, channel->user);
	sim_json_put(json, "game_id", channel->game_id);
	sim_json_put(json, "game_name", sim_game_name(channel->game_id));
	sim_json_put(json, "type", "live");
	sim_json_put(json, "title", channel->title);
	cJSON_AddItemToObject(json, "tags", sim_channel_tags(channel));
	sim_json_put_int(json, "viewer_count", channel->viewers);
	sim_json_put_time(json, "started_at", channel->started_ms, 0);
	sim_json_put(json, "language", channel->language);
	snprintf(url, sizeof(url), "https://static-cdn.jtvnw.net/previews-ttv/live_user_%s-{width}x{height}.jpg",
		 channel->user->login);
	sim_json_put(json, "thumbnail_url", url);
	cJSON_AddItemToObject(json, "tag_ids", cJSON_CreateArray());
	sim_json_put_bool(json, "is_mature", false);
	return json;
}

static bool listed(const char *value, const char *const *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(value, values[i]) == 0)
			return true;
	}
	return count == 0;
}

static void get_streams(struct sim_call *call)
{
	const char *ids[100], *logins[100], *games[100], *languages[100];
	size_t id_count = sim_params(call, "user_id", ids, 100),
	       login_count = sim_params(call, "user_login", logins, 100);
	size_t game_count = sim_params(call, "game_id", games, 100);
	size_t language_count = sim_params(call, "language", languages, 100);
	const char *type = sim_param(call, "type");
	if (sim_failed(call))
		return;
	if (type && strcmp(type, "all") != 0 && strcmp(type, "live") != 0) {
		sim_fail(call, 400, "The value in type is not valid.");
		return;
	}
	cJSON *all = cJSON_CreateArray();
	for (size_t i = 0; i < call->sim->channels.num; i++) {
		const struct sim_channel *channel = call->sim->channels.array[i];
		bool named = (id_count && listed(channel->user->id, ids, id_count)) ||
			     (login_count && listed(channel->user->login, logins, login_count));
		if (channel->live && (named || (!id_count && !login_count)) &&
		    listed(channel->game_id, games, game_count) && listed(channel->language, languages, language_count))
			cJSON_AddItemToArray(all, stream_json(channel));
	}
	cJSON *json = sim_page(call, all, 20, 100);
	if (json)
		sim_reply(call, 200, json);
}

static void get_followed_streams(struct sim_call *call)
{
	if (!sim_need_self(call, "user_id"))
		return;
	cJSON *all = cJSON_CreateArray();
	for (size_t i = 0; i < call->sim->channels.num; i++) {
		const struct sim_channel *channel = call->sim->channels.array[i];
		const struct sim_member *member = sim_member_find(channel, call->user);
		if (channel->live && member && member->followed_ms)
			cJSON_AddItemToArray(all, stream_json(channel));
	}
	cJSON *json = sim_page(call, all, 100, 100);
	if (json)
		sim_reply(call, 200, json);
}

static void get_stream_key(struct sim_call *call)
{
	char key[96];
	snprintf(key, sizeof(key), "live_%s_simulatedstreamkey0000000000", call->channel->user->id);
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "stream_key", key);
	sim_reply_data(call, sim_array_of(json));
}

static void get_shared_chat(struct sim_call *call)
{
	const struct sim_channel *a = call->channel, *b = a->shared_with;
	cJSON *data = cJSON_CreateArray();
	if (b) {
		cJSON *json = cJSON_CreateObject();
		sim_json_put(json, "session_id", a->shared_session);
		sim_json_put(json, "host_broadcaster_id", call->sim->home->user->id);
		cJSON *participants = cJSON_AddArrayToObject(json, "participants");
		const struct sim_channel *both[] = {a, b};
		for (int i = 0; i < 2; i++) {
			cJSON *item = cJSON_CreateObject();
			sim_json_put(item, "broadcaster_id", both[i]->user->id);
			cJSON_AddItemToArray(participants, item);
		}
		sim_json_put_time(json, "created_at", a->shared_since_ms, 0);
		sim_json_put_time(json, "updated_at", a->shared_since_ms, 0);
		cJSON_AddItemToArray(data, json);
	}
	sim_reply_data(call, data);
}

const struct sim_endpoint sim_helix_channels[] = {
	{"GET", "/channels", NULL, SIM_ANY_TOKEN, get_channels},
	{"PATCH", "/channels", "channel:manage:broadcast", SIM_BODY | SIM_BROADCASTER_SELF, patch_channels},
	{"GET", "/content_classification_labels", NULL, SIM_ANY_TOKEN, get_labels},
	{"GET", "/channels/editors", "channel:read:editors", SIM_BROADCASTER_SELF, get_editors},
	{"GET", "/channels/followers", NULL, SIM_BROADCASTER, get_followers},
	{"GET", "/channels/followed", "user:read:follows", SIM_USER_TOKEN, get_followed},
	{"GET", "/streams", NULL, SIM_ANY_TOKEN, get_streams},
	{"GET", "/streams/followed", "user:read:follows", SIM_USER_TOKEN, get_followed_streams},
	{"GET", "/streams/key", "channel:read:stream_key", SIM_BROADCASTER_SELF, get_stream_key},
	{"GET", "/shared_chat/session", NULL, SIM_BROADCASTER, get_shared_chat},
	{NULL, NULL, NULL, 0, NULL},
};
