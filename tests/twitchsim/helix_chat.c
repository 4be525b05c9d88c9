/* Chatters, messages, settings, announcements, shoutouts, pins, colours, emotes, badges, whispers. */
#include "helix.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "area.h"
#include "catalog.h"
#include "chat.h"
#include "events.h"
#include "happenings.h"
#include "irc.h"

#define TEMPLATE "https://static-cdn.jtvnw.net/emoticons/v2/{{id}}/{{format}}/{{theme_mode}}/{{scale}}"

static void get_chatters(struct sim_call *call)
{
	cJSON *all = cJSON_CreateArray();
	for (size_t i = 0; i < call->channel->member_capacity && i < call->sim->user_count; i++) {
		if (!call->channel->members[i] || !call->channel->members[i]->present)
			continue;
		cJSON *json = cJSON_CreateObject();
		sim_put_u3(json, call->sim->users[i]);
		cJSON_AddItemToArray(all, json);
	}
	int total = cJSON_GetArraySize(all);
	cJSON *json = sim_page(call, all, 100, 1000);
	if (!json)
		return;
	sim_json_put_int(json, "total", total);
	sim_reply(call, 200, json);
}

/* A dropped message is answered with 200 and the reason. */
static void reply_sent(struct sim_call *call, const char *id, const char *code, const char *message)
{
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "message_id", id);
	sim_json_put_bool(json, "is_sent", *id != '\0');
	if (*id) {
		sim_json_put_null(json, "drop_reason");
	} else {
		cJSON *reason = cJSON_AddObjectToObject(json, "drop_reason");
		sim_json_put(reason, "code", code);
		sim_json_put(reason, "message", message);
	}
	sim_reply_data(call, sim_array_of(json));
}

static void pin_message(struct sim_call *call, const char *id, int64_t seconds);

static void post_messages(struct sim_call *call)
{
	const char *broadcaster = sim_need_text(call, "broadcaster_id");
	const char *sender = broadcaster ? sim_need_text(call, "sender_id") : NULL;
	const char *text = sender ? sim_need_text(call, "message") : NULL;
	if (!text)
		return;
	struct sim_channel *channel = call->channel = sim_channel_by_id(call->sim, broadcaster);
	bool pin = sim_json_bool(call->body, "pin", false);
	if (strcmp(sender, call->user->id) != 0) {
		sim_fail(call, 401, "The ID in sender_id must match the user ID found in the request's OAuth token.");
		return;
	}
	if (!channel) {
		sim_fail(call, 400, "The broadcaster specified in broadcaster_id was not found");
		return;
	}
	if (sim_json_has(call->body, "for_source_only")) {
		sim_fail(call, 400, "for_source_only can only be used with an App Access Token.");
		return;
	}
	if (pin && !sim_token_has(call->token, "moderator:manage:chat_messages")) {
		sim_fail(call, 401, "Missing scope: moderator:manage:chat_messages");
		return;
	}
	if (sim_code_points(text) > 500) {
		sim_fail(call, 422, "The message is too large");
		return;
	}
	struct sim_member *member = sim_member(channel, call->user);
	enum sim_ban ban = sim_ban_state(call->sim, member);
	if (ban == SIM_BANNED) {
		sim_fail(call, 403,
			 "The sender is not permitted to send chat messages to the broadcaster's chat room.");
		return;
	}
	/* `.foo bar` sends `bar`, `.foo` nothing. */
	if (*text == '/' || *text == '.') {
		text += strcspn(text, " ");
		text += strspn(text, " ");
		if (!*text) {
			reply_sent(call, "", "msg_rejected",
				   "Your message is being checked by mods and has not been sent.");
			return;
		}
	}
	struct sim_send send = {.channel = channel,
				.user = call->user,
				.text = text,
				.reply_to = sim_json_text(call->body, "reply_parent_message_id", NULL)};
	struct sim_send_result result;
	sim_chat_send(call->sim, &send, &result);
	if (result.bad_reply) {
		sim_fail(call, 400, "The ID in reply_parent_message_id is not valid.");
		return;
	}
	if (result.sent && pin)
		pin_message(call, result.id, 0);
	reply_sent(call, result.id,
		   result.code && strcmp(result.code, "msg_timedout") == 0 ? "user_timed_out"
		   : result.code                                           ? result.code
									   : "msg_rejected",
		   result.message);
}

static void post_announcements(struct sim_call *call)
{
	static const char *const colors[] = {"primary", "blue", "green", "orange", "purple"};
	static const char *const tags[] = {"PRIMARY", "BLUE", "GREEN", "ORANGE", "PURPLE"};
	const char *text = sim_need_text(call, "message"), *color = sim_json_text(call->body, "color", "primary");
	int which = -1;
	for (int i = 0; i < 5; i++) {
		if (strcmp(colors[i], color) == 0)
			which = i;
	}
	if (!text)
		return;
	if (which < 0) {
		sim_fail(call, 400, "The color specified in the color field is not valid.");
		return;
	}
	if (sim_json_has(call->body, "for_source_only")) {
		sim_fail(call, 400, "for_source_only can only be used with an App Access Token.");
		return;
	}
	int64_t now = sim_now_ms(call->sim);
	if (now - call->channel->last_announcement_ms < 2000) {
		sim_fail(call, 429, "The rate at which announcements are sent was exceeded.");
		return;
	}
	call->channel->last_announcement_ms = now;
	char *cut = bstrdup(text); /* longer than 500: cut */
	size_t points = 0;
	for (char *at = cut; *at; at++) {
		points += ((unsigned char)*at & 0xc0) != 0x80;
		if (points > 500) {
			*at = '\0';
			break;
		}
	}
	sim_happen_announcement(call->sim, call->channel, call->user, cut, tags[which]);
	bfree(cut);
	sim_no_content(call);
}

static void post_shoutouts(struct sim_call *call)
{
	const char *from = sim_need_param(call, "from_broadcaster_id");
	const char *to = from ? sim_need_param(call, "to_broadcaster_id") : NULL;
	if (!to || !sim_need_self(call, "moderator_id"))
		return;
	struct sim_channel *source = sim_channel_by_id(call->sim, from), *target = sim_channel_by_id(call->sim, to);
	if (!source || !target) {
		sim_fail(call, 400,
			 "The broadcaster specified in from_broadcaster_id or to_broadcaster_id was not found");
		return;
	}
	struct sim_area *area = source->area;
	int64_t now = sim_now_ms(call->sim), last = sim_json_int(area->shoutouts, to, 0);
	if (!sim_can_moderate(source, call->user))
		sim_fail(call, 403, "The user specified in moderator_id is not one of the broadcaster's moderators.");
	else if (source == target)
		sim_fail(call, 400, "The broadcaster may not give themselves a Shoutout.");
	else if (!source->live || !source->viewers)
		sim_fail(call, 400, "The broadcaster is not streaming live or does not have one or more viewers.");
	else if (area->shoutout_ms && now - area->shoutout_ms < 120000)
		sim_fail(call, 429,
			 "The broadcaster exceeded the number of Shoutouts they may send within a given window.");
	else if (last && now - last < 3600000)
		sim_fail(call, 429,
			 "The broadcaster exceeded the number of Shoutouts they may send to this broadcaster.");
	if (sim_failed(call))
		return;
	area->shoutout_ms = now;
	cJSON_DeleteItemFromObjectCaseSensitive(area->shoutouts, to);
	sim_json_put_int(area->shoutouts, to, now);
	sim_event_shoutout(call->sim, source, call->user, target);
	sim_no_content(call);
}

/* --- settings ---------------------------------------------------------------------------------------------------- */

static void reply_settings(struct sim_call *call, bool with_delay)
{
	const struct sim_settings *s = &call->channel->settings;
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "broadcaster_id", call->channel->user->id);
	sim_json_put_bool(json, "slow_mode", s->slow > 0);
	if (s->slow)
		sim_json_put_int(json, "slow_mode_wait_time", s->slow);
	else
		sim_json_put_null(json, "slow_mode_wait_time");
	sim_json_put_bool(json, "follower_mode", s->followers >= 0);
	if (s->followers >= 0)
		sim_json_put_int(json, "follower_mode_duration", s->followers);
	else
		sim_json_put_null(json, "follower_mode_duration");
	sim_json_put_bool(json, "subscriber_mode", s->subs_only);
	sim_json_put_bool(json, "emote_mode", s->emote_only);
	sim_json_put_bool(json, "unique_chat_mode", s->unique);
	if (with_delay) {
		sim_json_put(json, "moderator_id", call->user->id);
		sim_json_put_bool(json, "non_moderator_chat_delay", s->delay_on);
		if (s->delay_on)
			sim_json_put_int(json, "non_moderator_chat_delay_duration", s->delay);
		else
			sim_json_put_null(json, "non_moderator_chat_delay_duration");
	}
	sim_reply_data(call, sim_array_of(json));
}

static void get_settings(struct sim_call *call)
{
	bool with_delay = sim_param(call, "moderator_id") != NULL;
	if (with_delay) {
		if (!sim_need_self(call, "moderator_id"))
			return;
		if (!sim_has_scope(call, "moderator:read:chat_settings|moderator:manage:chat_settings")) {
			sim_fail(call, 401, "Missing scope: moderator:read:chat_settings");
			return;
		}
		if (!sim_can_moderate(call->channel, call->user)) {
			sim_fail(call, 403,
				 "The user specified in moderator_id is not one of the broadcaster's moderators.");
			return;
		}
	}
	reply_settings(call, with_delay);
}

/* A duration counts only together with its mode = true. False after an error. */
static bool read_mode(struct sim_call *call, const char *mode, const char *duration, int64_t min, int64_t max,
		      int64_t fallback, bool *given, bool *on, int64_t *value)
{
	const cJSON *flag = cJSON_GetObjectItemCaseSensitive(call->body, mode);
	const cJSON *amount = cJSON_GetObjectItemCaseSensitive(call->body, duration);
	*given = flag != NULL;
	*on = cJSON_IsTrue(flag);
	*value = cJSON_IsNumber(amount) ? (int64_t)amount->valuedouble : fallback;
	if (flag && !cJSON_IsBool(flag)) {
		sim_fail(call, 400, "The value in the %s field must be true or false.", mode);
		return false;
	}
	if (amount && !cJSON_IsNull(amount)) {
		if (!*on) {
			sim_fail(call, 400, "The %s field can be set only if %s is true.", duration, mode);
			return false;
		}
		if (!cJSON_IsNumber(amount) || *value < min || *value > max) {
			sim_fail(call, 400,
				 "The value in the %s field must be in the range %" PRId64 " through %" PRId64 ".",
				 duration, min, max);
			return false;
		}
	}
	return true;
}

static void patch_settings(struct sim_call *call)
{
	struct sim_settings wanted = call->channel->settings;
	bool given, on;
	int64_t value;
	if (!read_mode(call, "slow_mode", "slow_mode_wait_time", 3, 120, 30, &given, &on, &value))
		return;
	if (given)
		wanted.slow = on ? (int)value : 0;
	if (!read_mode(call, "follower_mode", "follower_mode_duration", 0, 129600, 0, &given, &on, &value))
		return;
	if (given)
		wanted.followers = on ? (int)value : -1;
	if (!read_mode(call, "non_moderator_chat_delay", "non_moderator_chat_delay_duration", 2, 6, 2, &given, &on,
		       &value))
		return;
	if (given && on && value % 2) {
		sim_fail(call, 400, "The value in the non_moderator_chat_delay_duration field must be 2, 4 or 6.");
		return;
	}
	if (given) {
		wanted.delay_on = on;
		wanted.delay = (int)value;
	}
	static const char *const modes[] = {"emote_mode", "subscriber_mode", "unique_chat_mode"};
	bool *targets[] = {&wanted.emote_only, &wanted.subs_only, &wanted.unique};
	for (int i = 0; i < 3; i++) {
		if (!read_mode(call, modes[i], "", 0, 0, 0, &given, &on, &value))
			return;
		if (given)
			*targets[i] = on;
	}
	sim_chat_settings(call->sim, call->channel, call->user, &wanted);
	reply_settings(call, true);
}

/* --- pins -------------------------------------------------------------------------------------------------------- */

static void pin_message(struct sim_call *call, const char *id, int64_t seconds)
{
	struct sim_area *area = call->channel->area;
	const struct sim_stored *stored = sim_message_find(call->channel, id);
	if (!stored)
		return;
	int64_t now = sim_now_ms(call->sim);
	cJSON *pin = cJSON_CreateObject();
	sim_json_put(pin, "message_id", id);
	sim_json_put(pin, "broadcaster_id", call->channel->user->id);
	sim_put_3(pin, "sender_user_", call->sim->users[stored->user]);
	sim_put_3(pin, "pinned_by_user_", call->user);
	cJSON *message = cJSON_AddObjectToObject(pin, "message");
	sim_json_put(message, "text", stored->text);
	cJSON_AddItemToObject(message, "fragments", sim_event_fragments(call->sim, call->channel, stored->text));
	sim_json_put_time(pin, "starts_at", now, 0);
	sim_json_put_time(pin, "ends_at", seconds ? now + seconds * 1000 : 0, 0);
	sim_json_put_time(pin, "updated_at", now, 0);
	cJSON_Delete(area->pin);
	area->pin = pin;
}

static bool pinned(struct sim_call *call)
{
	struct sim_area *area = call->channel->area;
	int64_t ends = area->pin ? sim_time_parse(sim_json_text(area->pin, "ends_at", NULL)) : -1;
	if (area->pin && ends >= 0 && ends <= sim_now_ms(call->sim)) {
		cJSON_Delete(area->pin);
		area->pin = NULL;
	}
	return area->pin != NULL;
}

static void get_pins(struct sim_call *call)
{
	cJSON *data = cJSON_CreateArray();
	if (pinned(call))
		cJSON_AddItemToArray(data, cJSON_Duplicate(call->channel->area->pin, true));
	sim_reply_data(call, data);
}

/* Clients send the values in the query or in a JSON body (twitch.md 4.4): both are taken. */
static const char *pin_value(struct sim_call *call, const char *name)
{
	const char *value = sim_param(call, name);
	if (value || !call->request->body_size)
		return value;
	if (!call->body)
		call->body = cJSON_ParseWithLength(call->request->body, call->request->body_size);
	cJSON *item = cJSON_GetObjectItemCaseSensitive(call->body, name);
	if (cJSON_IsNumber(item)) {
		char text[24];
		snprintf(text, sizeof(text), "%.0f", item->valuedouble);
		cJSON_ReplaceItemInObjectCaseSensitive(call->body, name, cJSON_CreateString(text));
	}
	return sim_json_text(call->body, name, NULL);
}

static void change_pins(struct sim_call *call)
{
	const char *id = pin_value(call, "message_id"), *duration = pin_value(call, "duration_seconds");
	bool patch = strcmp(call->request->method, "PATCH") == 0;
	int64_t seconds = duration ? strtoll(duration, NULL, 10) : 0;
	if (!id || !*id) {
		sim_fail(call, 400, "Missing required parameter \"message_id\"");
		return;
	}
	if (duration && (seconds < 30 || seconds > 1800)) {
		sim_fail(call, 400, "The value in duration_seconds must be in the range 30 through 1800.");
		return;
	}
	bool has_pin = pinned(call);
	bool same = has_pin && strcmp(sim_json_text(call->channel->area->pin, "message_id", ""), id) == 0;
	if (!sim_message_find(call->channel, id) || (patch && !same))
		sim_fail(call, 404, "The message was not found.");
	else if (!patch && has_pin)
		sim_fail(call, 409, "A message is already pinned.");
	else
		pin_message(call, id, seconds);
	if (!sim_failed(call))
		sim_no_content(call);
}

static void delete_pins(struct sim_call *call)
{
	const char *id = sim_need_param(call, "message_id");
	if (!id)
		return;
	struct sim_area *area = call->channel->area;
	if (!pinned(call) || strcmp(sim_json_text(area->pin, "message_id", ""), id) != 0) {
		sim_fail(call, 404, "The message is not pinned.");
		return;
	}
	cJSON_Delete(area->pin);
	area->pin = NULL;
	sim_no_content(call);
}

/* --- colours, emotes, badges, whispers --------------------------------------------------------------------------- */

static void get_color(struct sim_call *call)
{
	const char *ids[100];
	size_t count = sim_params(call, "user_id", ids, 100);
	if (sim_failed(call))
		return;
	if (!count) {
		sim_need_param(call, "user_id");
		return;
	}
	cJSON *data = cJSON_CreateArray();
	for (size_t i = 0; i < count; i++) {
		const struct sim_user *user = sim_user_by_id(call->sim, ids[i]);
		if (!user)
			continue;
		cJSON *json = cJSON_CreateObject();
		sim_put_u3(json, user);
		sim_json_put(json, "color", user->color);
		cJSON_AddItemToArray(data, json);
	}
	sim_reply_data(call, data);
}

static void put_color(struct sim_call *call)
{
	static const struct {
		const char *name, *hex;
	} named[] = {{"blue", "#0000FF"},      {"blue_violet", "#8A2BE2"},  {"cadet_blue", "#5F9EA0"},
		     {"chocolate", "#D2691E"}, {"coral", "#FF7F50"},        {"dodger_blue", "#1E90FF"},
		     {"firebrick", "#B22222"}, {"golden_rod", "#DAA520"},   {"green", "#008000"},
		     {"hot_pink", "#FF69B4"},  {"orange_red", "#FF4500"},   {"red", "#FF0000"},
		     {"sea_green", "#2E8B57"}, {"spring_green", "#00FF7F"}, {"yellow_green", "#9ACD32"}};
	if (!sim_need_self(call, "user_id"))
		return;
	const char *color = sim_need_param(call, "color");
	if (!color)
		return;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (strcmp(named[i].name, color) == 0) {
			snprintf(call->user->color, sizeof(call->user->color), "%s", named[i].hex);
			sim_no_content(call);
			return;
		}
	}
	bool hex = color[0] == '#' && strlen(color) == 7 && strspn(color + 1, "0123456789abcdefABCDEF") == 6;
	if (!hex || (!call->user->turbo && !call->user->prime)) {
		sim_fail(call, 400, "The value in color is not valid.");
		return;
	}
	snprintf(call->user->color, sizeof(call->user->color), "%s", color);
	sim_no_content(call);
}

static void put_strings(cJSON *json, const char *name, const char *a, const char *b, const char *c)
{
	cJSON *list = cJSON_AddArrayToObject(json, name);
	const char *all[] = {a, b, c};
	for (int i = 0; i < 3; i++) {
		if (all[i])
			cJSON_AddItemToArray(list, cJSON_CreateString(all[i]));
	}
}

enum emote_form { OF_CHANNEL, GLOBAL, OF_SET, OF_USER };

static cJSON *emote_json(const struct sim_call *call, const struct sim_emote *emote, enum emote_form form)
{
	cJSON *json = cJSON_CreateObject();
	const char *owner = emote->channel ? call->sim->home->user->id : "0";
	sim_json_put(json, "id", emote->id);
	sim_json_put(json, "name", emote->name);
	if (form != OF_USER) {
		cJSON *images = cJSON_AddObjectToObject(json, "images");
		for (int scale = 1; scale <= 4; scale *= 2) {
			char name[24], url[160];
			snprintf(name, sizeof(name), "url_%dx", scale);
			snprintf(url, sizeof(url), "https://static-cdn.jtvnw.net/emoticons/v2/%s/static/light/%d.0",
				 emote->id, scale == 4 ? 3 : scale);
			sim_json_put(images, name, url);
		}
	}
	if (form == OF_CHANNEL)
		sim_json_put(json, "tier", "1000");
	if (form != GLOBAL) {
		sim_json_put(json, "emote_type", emote->channel ? "subscriptions" : "globals");
		sim_json_put(json, "emote_set_id", emote->channel ? "300374282" : "0");
	}
	if (form == OF_SET || form == OF_USER)
		sim_json_put(json, "owner_id", owner);
	put_strings(json, "format", "static", emote->animated ? "animated" : NULL, NULL);
	put_strings(json, "scale", "1.0", "2.0", "3.0");
	put_strings(json, "theme_mode", "light", "dark", NULL);
	return json;
}

static void reply_emotes(struct sim_call *call, bool global, bool channel, enum emote_form form)
{
	size_t count;
	const struct sim_emote *emotes = sim_emote_table(&count);
	cJSON *data = cJSON_CreateArray();
	for (size_t i = 0; i < count; i++) {
		if (emotes[i].channel ? channel : global)
			cJSON_AddItemToArray(data, emote_json(call, &emotes[i], form));
	}
	cJSON *json = cJSON_CreateObject();
	cJSON_AddItemToObject(json, "data", data);
	sim_json_put(json, "template", TEMPLATE);
	if (form == OF_USER)
		cJSON_AddObjectToObject(json, "pagination");
	sim_reply(call, 200, json);
}

static void get_channel_emotes(struct sim_call *call)
{
	reply_emotes(call, false, call->channel == call->sim->home, OF_CHANNEL);
}

static void get_global_emotes(struct sim_call *call)
{
	reply_emotes(call, true, false, GLOBAL);
}

static void get_emote_sets(struct sim_call *call)
{
	const char *sets[25];
	size_t count = sim_params(call, "emote_set_id", sets, 25);
	bool global = false, channel = false;
	if (sim_failed(call))
		return;
	if (!count) {
		sim_need_param(call, "emote_set_id");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		global = global || strcmp(sets[i], "0") == 0;
		channel = channel || strcmp(sets[i], "300374282") == 0;
	}
	reply_emotes(call, global, channel, OF_SET);
}

static void get_user_emotes(struct sim_call *call)
{
	if (!sim_need_self(call, "user_id"))
		return;
	const struct sim_member *member = sim_member_find(call->sim->home, call->user);
	reply_emotes(call, true, member && member->tier, OF_USER);
}

static void get_channel_badges(struct sim_call *call)
{
	sim_reply_data(call, sim_badge_sets(true));
}

static void get_global_badges(struct sim_call *call)
{
	sim_reply_data(call, sim_badge_sets(false));
}

static void post_whispers(struct sim_call *call)
{
	if (!sim_need_self(call, "from_user_id"))
		return;
	struct sim_user *to = sim_need_user(call, "to_user_id");
	const char *text = to ? sim_need_text(call, "message") : NULL;
	if (!text)
		return;
	if (to == call->user) {
		sim_fail(call, 400, "You cannot whisper to yourself.");
		return;
	}
	if (da_find(to->blocked, &call->user->index, 0) == DARRAY_INVALID) {
		sim_irc_whisper(call->sim, call->user, to, text);
		sim_event_whisper(call->sim, call->user, to, text);
	}
	sim_no_content(call); /* also when it was dropped */
}

const struct sim_endpoint sim_helix_chat[] = {
	{"GET", "/chat/chatters", "moderator:read:chatters", SIM_MODERATOR, get_chatters},
	{"POST", "/chat/messages", "user:write:chat", SIM_BODY | SIM_USER_TOKEN, post_messages},
	{"POST", "/chat/announcements", "moderator:manage:announcements", SIM_BODY | SIM_MODERATOR, post_announcements},
	{"POST", "/chat/shoutouts", "moderator:manage:shoutouts", SIM_USER_TOKEN, post_shoutouts},
	{"GET", "/chat/settings", NULL, SIM_BROADCASTER, get_settings},
	{"PATCH", "/chat/settings", "moderator:manage:chat_settings", SIM_BODY | SIM_MODERATOR, patch_settings},
	{"GET", "/chat/pins", "moderator:read:chat_messages|moderator:manage:chat_messages", SIM_MODERATOR, get_pins},
	{"PUT", "/chat/pins", "moderator:manage:chat_messages", SIM_MODERATOR, change_pins},
	{"PATCH", "/chat/pins", "moderator:manage:chat_messages", SIM_MODERATOR, change_pins},
	{"DELETE", "/chat/pins", "moderator:manage:chat_messages", SIM_MODERATOR, delete_pins},
	{"GET", "/chat/color", NULL, SIM_ANY_TOKEN, get_color},
	{"PUT", "/chat/color", "user:manage:chat_color", SIM_USER_TOKEN, put_color},
	{"GET", "/chat/emotes", NULL, SIM_BROADCASTER, get_channel_emotes},
	{"GET", "/chat/emotes/global", NULL, SIM_ANY_TOKEN, get_global_emotes},
	{"GET", "/chat/emotes/set", NULL, SIM_ANY_TOKEN, get_emote_sets},
	{"GET", "/chat/emotes/user", "user:read:emotes", SIM_USER_TOKEN, get_user_emotes},
	{"GET", "/chat/badges", NULL, SIM_BROADCASTER, get_channel_badges},
	{"GET", "/chat/badges/global", NULL, SIM_ANY_TOKEN, get_global_badges},
	{"POST", "/whispers", "user:manage:whispers", SIM_BODY | SIM_USER_TOKEN, post_whispers},
	{NULL, NULL, NULL, 0, NULL},
};
