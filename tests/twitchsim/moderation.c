#include "moderation.h"

#include <ctype.h>
#include <stdio.h>

#include "area.h"
#include "catalog.h"
#include "chat.h"
#include "events.h"

#define HELD_MS 300000

/* --- what is held ------------------------------------------------------------------------------------------------ */

static char fold(char c)
{
	return (char)tolower((unsigned char)c);
}

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Place of a term as whole words, '*' at an end meaning any continuation. SIZE_MAX = not there. */
static size_t find_term(const char *text, const char *term, size_t *size)
{
	size_t length = strlen(term);
	bool open_start = length && term[0] == '*', open_end = length > 1 && term[length - 1] == '*';
	const char *core = term + open_start;
	size_t core_size = length - open_start - open_end;
	for (size_t i = 0; core_size && text[i]; i++) {
		size_t k = 0;
		while (k < core_size && text[i + k] && fold(text[i + k]) == fold(core[k]))
			k++;
		if (k < core_size || (!open_start && i && word_char(text[i - 1])) ||
		    (!open_end && text[i + k] && word_char(text[i + k])))
			continue;
		*size = core_size;
		return i;
	}
	return SIZE_MAX;
}

static const struct {
	const char *word;
	int category; /* place in sim_automod_names */
	int level;
} bad_words[] = {{"idiot", 4, 2},    {"moron", 4, 2},   {"loser", 4, 1},     {"trash", 4, 1}, {"kys", 1, 4},
		 {"stfu", 5, 3},     {"fresse", 5, 3},  {"vollidiot", 4, 3}, {"debil", 4, 2}, {"kreténe", 4, 3},
		 {"придурок", 4, 3}, {"shut up", 1, 2}, {"uninstall", 4, 1}};

static size_t points_before(const char *text, size_t bytes)
{
	size_t points = 0;
	for (size_t i = 0; i < bytes; i++)
		points += ((unsigned char)text[i] & 0xc0) != 0x80;
	return points;
}

static void put_boundary(cJSON *to, const char *name, const char *text, size_t at, size_t size)
{
	cJSON *boundary = cJSON_CreateObject();
	size_t first = points_before(text, at);
	sim_json_put_int(boundary, "start_pos", (int64_t)first);
	sim_json_put_int(boundary, "end_pos", (int64_t)(first + points_before(text + at, size)) - 1);
	if (cJSON_IsArray(to))
		cJSON_AddItemToArray(to, boundary);
	else
		cJSON_AddItemToObject(to, name, boundary);
}

static void hold(struct lx_sim *sim, struct sim_message *message, const char *reason, cJSON *automod, cJSON *term)
{
	if (!*message->id)
		sim_new_id(sim, message->id);
	cJSON *held = cJSON_CreateObject();
	sim_json_put(held, "id", message->id);
	sim_json_put(held, "user_id", message->user->id);
	sim_json_put(held, "text", message->text);
	sim_json_put(held, "reason", reason);
	cJSON_AddItemToObject(held, "automod", automod ? automod : cJSON_CreateNull());
	cJSON_AddItemToObject(held, "blocked_term", term ? term : cJSON_CreateNull());
	sim_json_put_int(held, "held_ms", sim_now_ms(sim));
	sim_json_put(held, "status", "waiting");
	cJSON_AddItemToArray(message->channel->area->held, held);
	sim_event_hold(sim, message->channel, held);
}

bool sim_moderation_hold(struct lx_sim *sim, struct sim_message *message)
{
	struct sim_area *area = message->channel->area;
	if (sim_can_moderate(message->channel, message->user))
		return false;
	const cJSON *item;
	size_t size;
	cJSON_ArrayForEach (item, area->terms) {
		size_t at = find_term(message->text, sim_json_text(item, "text", ""), &size);
		if (at == SIZE_MAX)
			continue;
		cJSON *term = cJSON_CreateObject(), *found = cJSON_CreateObject();
		sim_json_put(found, "term_id", sim_json_text(item, "id", ""));
		put_boundary(found, "boundary", message->text, at, size);
		sim_put_3(found, "owner_broadcaster_user_", message->channel->user);
		cJSON_AddItemToObject(term, "terms_found", sim_array_of(found));
		hold(sim, message, "blocked_term", NULL, term);
		return true;
	}
	for (size_t i = 0; i < sizeof(bad_words) / sizeof(bad_words[0]); i++) {
		/* Level 4 of a category lets nothing through, level 1 only the mildest. */
		int setting = area->automod[bad_words[i].category];
		size_t at = find_term(message->text, bad_words[i].word, &size);
		if (!setting || bad_words[i].level < 5 - setting || at == SIZE_MAX)
			continue;
		cJSON *automod = cJSON_CreateObject();
		sim_json_put(automod, "category", sim_automod_names[bad_words[i].category]);
		sim_json_put_int(automod, "level", bad_words[i].level);
		put_boundary(cJSON_AddArrayToObject(automod, "boundaries"), NULL, message->text, at, size);
		hold(sim, message, "automod", automod, NULL);
		return true;
	}
	return false;
}

static void set_status(cJSON *held, const char *status)
{
	cJSON_ReplaceItemInObjectCaseSensitive(held, "status", cJSON_CreateString(status));
}

static void resolve(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator, cJSON *held,
		    const char *status)
{
	set_status(held, status);
	sim_event_hold_update(sim, channel, moderator, held, status);
	if (strcmp(status, "approved") != 0)
		return;
	struct sim_message message = {.channel = channel,
				      .user = sim_user_by_id(sim, sim_json_text(held, "user_id", "")),
				      .text = sim_json_text(held, "text", "")};
	snprintf(message.id, sizeof(message.id), "%s", sim_json_text(held, "id", ""));
	if (message.user)
		sim_chat_publish(sim, &message);
}

void sim_moderation_second(struct lx_sim *sim, struct sim_channel *channel)
{
	cJSON *held, *next = NULL;
	for (held = channel->area->held->child; held; held = next) {
		next = held->next;
		if (strcmp(sim_json_text(held, "status", ""), "waiting") == 0 &&
		    sim_now_ms(sim) - sim_json_int(held, "held_ms", 0) > HELD_MS)
			resolve(sim, channel, channel->user, held, "expired");
	}
}

/* --- blocked terms ----------------------------------------------------------------------------------------------- */

void sim_get_blocked_terms(struct sim_call *call)
{
	cJSON *json = sim_page(call, cJSON_Duplicate(call->channel->area->terms, true), 20, 100);
	if (json)
		sim_reply(call, 200, json);
}

void sim_post_blocked_terms(struct sim_call *call)
{
	const char *text = sim_need_text(call, "text");
	if (!text)
		return;
	size_t points = sim_code_points(text);
	if (points < 2 || points > 500) {
		sim_fail(call, 400, "The length of the term in the text field is either too short or too long.");
		return;
	}
	cJSON *term, *list = call->channel->area->terms;
	cJSON_ArrayForEach (term, list) {
		if (strcmp(sim_json_text(term, "text", ""), text) == 0) {
			sim_reply_data(call, sim_array_of(cJSON_Duplicate(term, true)));
			return;
		}
	}
	char id[SIM_ID_SIZE];
	sim_new_id(call->sim, id);
	term = cJSON_CreateObject();
	sim_json_put(term, "broadcaster_id", call->channel->user->id);
	sim_json_put(term, "moderator_id", call->user->id);
	sim_json_put(term, "id", id);
	sim_json_put(term, "text", text);
	sim_json_put_time(term, "created_at", sim_now_ms(call->sim), 0);
	sim_json_put_time(term, "updated_at", sim_now_ms(call->sim), 0);
	sim_json_put_null(term, "expires_at");
	cJSON_AddItemToArray(list, term);
	sim_event_term(call->sim, call->channel, call->user, text, true);
	sim_reply_data(call, sim_array_of(cJSON_Duplicate(term, true)));
}

void sim_delete_blocked_terms(struct sim_call *call)
{
	const char *id = sim_need_param(call, "id");
	if (!id)
		return;
	cJSON *term = sim_find_id(call->channel->area->terms, id);
	if (term) {
		cJSON_DetachItemViaPointer(call->channel->area->terms, term);
		sim_event_term(call->sim, call->channel, call->user, sim_json_text(term, "text", ""), false);
		cJSON_Delete(term);
	}
	sim_no_content(call);
}

/* --- AutoMod ----------------------------------------------------------------------------------------------------- */

static cJSON *automod_json(const struct sim_channel *channel, const struct sim_user *moderator)
{
	const struct sim_area *area = channel->area;
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "broadcaster_id", channel->user->id);
	sim_json_put(json, "moderator_id", moderator->id);
	if (area->overall_level < 0)
		sim_json_put_null(json, "overall_level");
	else
		sim_json_put_int(json, "overall_level", area->overall_level);
	for (int i = 0; i < SIM_AUTOMOD_CATEGORIES; i++)
		sim_json_put_int(json, sim_automod_names[i], area->automod[i]);
	return json;
}

void sim_get_automod_settings(struct sim_call *call)
{
	sim_reply_data(call, sim_array_of(automod_json(call->channel, call->user)));
}

void sim_put_automod_settings(struct sim_call *call)
{
	struct sim_area *area = call->channel->area;
	const cJSON *overall = cJSON_GetObjectItemCaseSensitive(call->body, "overall_level");
	bool individual = false;
	int levels[SIM_AUTOMOD_CATEGORIES];
	for (int i = 0; i < SIM_AUTOMOD_CATEGORIES; i++) {
		const cJSON *level = cJSON_GetObjectItemCaseSensitive(call->body, sim_automod_names[i]);
		individual = individual || level;
		levels[i] = cJSON_IsNumber(level) ? (int)level->valuedouble : 0;
		if (levels[i] < 0 || levels[i] > 4 || (level && !cJSON_IsNumber(level))) {
			sim_fail(call, 400, "The value of one or more AutoMod settings is not valid.");
			return;
		}
	}
	if (overall && !cJSON_IsNull(overall)) {
		if (individual || !cJSON_IsNumber(overall) || overall->valuedouble < 0 || overall->valuedouble > 4) {
			sim_fail(call, 400, "Either overall_level or the individual settings may be set, each 0 to 4.");
			return;
		}
		area->overall_level = (int)overall->valuedouble;
		for (int i = 0; i < SIM_AUTOMOD_CATEGORIES; i++)
			area->automod[i] = area->overall_level;
	} else if (individual) {
		area->overall_level = -1;
		memcpy(area->automod, levels, sizeof(levels));
	} else {
		sim_fail(call, 400, "Either overall_level or the individual settings must be set.");
		return;
	}
	sim_event_automod_settings(call->sim, call->channel, call->user);
	sim_reply_data(call, sim_array_of(automod_json(call->channel, call->user)));
}

void sim_post_automod_message(struct sim_call *call)
{
	const char *user_id = sim_need_text(call, "user_id");
	const char *id = user_id ? sim_need_text(call, "msg_id") : NULL,
		   *action = id ? sim_need_text(call, "action") : NULL;
	if (!action)
		return;
	if (strcmp(user_id, call->user->id) != 0) {
		sim_fail(call, 401, "The ID in user_id must match the user ID found in the request's OAuth token.");
		return;
	}
	if (strcmp(action, "ALLOW") != 0 && strcmp(action, "DENY") != 0) {
		sim_fail(call, 400, "The value in the action field is not valid.");
		return;
	}
	for (size_t i = 0; i < call->sim->channels.num; i++) {
		struct sim_channel *channel = call->sim->channels.array[i];
		cJSON *held = sim_find_id(channel->area->held, id);
		if (!held)
			continue;
		if (!sim_can_moderate(channel, call->user)) {
			sim_fail(call, 403, "The user is not one of the broadcaster's moderators.");
		} else if (strcmp(sim_json_text(held, "status", ""), "waiting") != 0) {
			sim_fail(call, 400, "The message specified in the msg_id field was already processed.");
		} else {
			resolve(call->sim, channel, call->user, held, *action == 'A' ? "approved" : "denied");
			sim_no_content(call);
		}
		return;
	}
	sim_fail(call, 404, "The message specified in the msg_id field was not found.");
}

void sim_post_enforcements(struct sim_call *call)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(call->body, "data"), *item;
	if (!cJSON_IsArray(list) || !cJSON_GetArraySize(list) || cJSON_GetArraySize(list) > 100) {
		sim_fail(call, 400, "The data field is required and holds 1 to 100 messages.");
		return;
	}
	cJSON *data = cJSON_CreateArray();
	cJSON_ArrayForEach (item, list) {
		const char *text = sim_json_text(item, "msg_text", "");
		bool permitted = true;
		size_t size;
		for (size_t i = 0; i < sizeof(bad_words) / sizeof(bad_words[0]); i++)
			permitted = permitted && find_term(text, bad_words[i].word, &size) == SIZE_MAX;
		cJSON *json = cJSON_CreateObject();
		sim_json_put(json, "msg_id", sim_json_text(item, "msg_id", ""));
		sim_json_put_bool(json, "is_permitted", permitted);
		cJSON_AddItemToArray(data, json);
	}
	sim_reply_data(call, data);
}

/* --- unban requests ---------------------------------------------------------------------------------------------- */

static bool known_status(const char *status)
{
	static const char *const all[] = {"pending", "approved", "denied", "acknowledged", "canceled"};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(all[i], status) == 0)
			return true;
	}
	return false;
}

void sim_get_unban_requests(struct sim_call *call)
{
	const char *status = sim_need_param(call, "status"), *user = sim_param(call, "user_id");
	if (!status)
		return;
	if (!known_status(status)) {
		sim_fail(call, 400, "The value in status is not valid.");
		return;
	}
	cJSON *all = cJSON_CreateArray();
	const cJSON *item;
	cJSON_ArrayForEach (item, call->channel->area->unban_requests) {
		if (strcmp(sim_json_text(item, "status", ""), status) == 0 &&
		    (!user || strcmp(sim_json_text(item, "user_id", ""), user) == 0))
			cJSON_AddItemToArray(all, cJSON_Duplicate(item, true));
	}
	cJSON *json = sim_page(call, all, 20, 100);
	if (json)
		sim_reply(call, 200, json);
}

static void put(cJSON *json, const char *name, const char *value)
{
	sim_json_set(json, name, value ? cJSON_CreateString(value) : cJSON_CreateNull());
}

static void resolve_request(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator, cJSON *request,
			    const char *status, const char *text)
{
	char time[40];
	put(request, "status", status);
	put(request, "moderator_id", moderator->id);
	put(request, "moderator_login", moderator->login);
	put(request, "moderator_name", moderator->name);
	put(request, "resolution_text", text);
	put(request, "resolved_at", sim_time_text(sim_now_ms(sim), 0, time));
	sim_event_unban_resolve(sim, channel, moderator, request);
	struct sim_user *user = sim_user_by_id(sim, sim_json_text(request, "user_id", ""));
	if (strcmp(status, "approved") == 0 && user && sim_ban_state(sim, sim_member(channel, user)) != SIM_NOT_BANNED)
		sim_chat_unban(sim, channel, moderator, user);
}

void sim_patch_unban_requests(struct sim_call *call)
{
	const char *id = sim_need_param(call, "unban_request_id");
	const char *status = id ? sim_need_param(call, "status") : NULL, *text = sim_param(call, "resolution_text");
	if (!status)
		return;
	cJSON *request = sim_find_id(call->channel->area->unban_requests, id);
	if (strcmp(status, "approved") != 0 && strcmp(status, "denied") != 0)
		sim_fail(call, 400, "The value in status is not valid.");
	else if (text && sim_code_points(text) > 500)
		sim_fail(call, 400, "The text in resolution_text is too long.");
	else if (!request)
		sim_fail(call, 404, "The unban request was not found.");
	else if (strcmp(sim_json_text(request, "status", ""), "pending") != 0)
		sim_fail(call, 400, "The unban request was already resolved.");
	if (sim_failed(call))
		return;
	resolve_request(call->sim, call->channel, call->user, request, status, text ? text : "");
	sim_reply_data(call, sim_array_of(cJSON_Duplicate(request, true)));
}

/* --- control ----------------------------------------------------------------------------------------------------- */

static cJSON *make_request(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, const char *text)
{
	char id[SIM_ID_SIZE];
	sim_new_id(sim, id);
	cJSON *request = cJSON_CreateObject();
	sim_json_put(request, "id", id);
	sim_put_b3(request, channel->user);
	sim_put_3(request, "moderator_", NULL);
	sim_put_u3(request, user);
	sim_json_put(request, "text", text);
	sim_json_put(request, "status", "pending");
	sim_json_put_time(request, "created_at", sim_now_ms(sim), 0);
	sim_json_put_null(request, "resolved_at");
	sim_json_put_null(request, "resolution_text");
	cJSON_AddItemToArray(channel->area->unban_requests, request);
	sim_event_unban_request(sim, channel, request);
	return request;
}

cJSON *sim_moderation_control(struct lx_sim *sim, const cJSON *json)
{
	const char *action = sim_json_text(json, "action", ""), *text = sim_json_text(json, "text", "I am sorry");
	struct sim_channel *channel = sim_channel_by_login(sim, sim_json_text(json, "channel", "streamer"));
	struct sim_user *user = sim_user_by_login(sim, sim_json_text(json, "user", "bert"));
	if (!channel || !user)
		return sim_json_error("no such channel or person");
	cJSON *answer = sim_json_ok();
	if (strcmp(action, "unban_request") == 0) {
		sim_json_put(answer, "id", sim_json_text(make_request(sim, channel, user, text), "id", ""));
	} else if (strcmp(action, "cancel_unban_request") == 0) {
		cJSON *request = sim_find_id(channel->area->unban_requests, sim_json_text(json, "id", ""));
		if (request)
			resolve_request(sim, channel, channel->user, request, "canceled", NULL);
	} else if (strcmp(action, "acknowledge_warning") == 0) {
		sim_member(channel, user)->warned = false;
		sim_event_warning_acknowledged(sim, channel, user);
	} else if (strcmp(action, "hold") == 0) {
		struct sim_message message = {.channel = channel, .user = user, .text = text};
		cJSON *automod = cJSON_CreateObject();
		sim_json_put(automod, "category", sim_json_text(json, "category", "swearing"));
		sim_json_put_int(automod, "level", sim_json_int(json, "level", 4));
		put_boundary(cJSON_AddArrayToObject(automod, "boundaries"), NULL, text, 0, strlen(text));
		hold(sim, &message, "automod", automod, NULL);
		sim_json_put(answer, "id", message.id);
	} else {
		cJSON_Delete(answer);
		return sim_json_error("no such action");
	}
	return answer;
}
