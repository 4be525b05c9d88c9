#include "events_build.h"

#include <stdio.h>

#include "events.h"
#include "eventsub.h"
#include "json.h"
#include "world.h"

/* <prefix>user_id, _login, _name */
void sim_event_put_user(cJSON *json, const char *prefix, const struct sim_user *user)
{
	static const char *const names[] = {"user_id", "user_login", "user_name"};
	const char *values[] = {user ? user->id : NULL, user ? user->login : NULL, user ? user->name : NULL};
	for (int i = 0; i < 3; i++) {
		char name[64];
		snprintf(name, sizeof(name), "%s%s", prefix, names[i]);
		sim_json_put(json, name, values[i]);
	}
}

cJSON *sim_event_of(const struct sim_channel *channel)
{
	cJSON *json = cJSON_CreateObject();
	sim_event_put_user(json, "broadcaster_", channel->user);
	return json;
}

bool sim_event_wanted(struct lx_sim *sim, const char *type, const struct sim_channel *channel)
{
	return sim_eventsub_wants(sim, type, channel);
}

void sim_event_emit(struct lx_sim *sim, const char *type, const struct sim_channel *channel, cJSON *event)
{
	sim_eventsub_emit(sim, type, &(struct sim_about){.broadcaster = channel->user}, event);
}

const char *sim_event_tier(int tier)
{
	return tier == 3000 ? "3000" : tier == 2000 ? "2000" : "1000";
}

cJSON *sim_event_user_object(const struct sim_user *user)
{
	cJSON *json = cJSON_CreateObject();
	sim_event_put_user(json, "", user);
	return json;
}

void sim_event_copy(cJSON *to, const char *name, const cJSON *from)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(from, name);
	cJSON_AddItemToObject(to, name, item ? cJSON_Duplicate(item, true) : cJSON_CreateNull());
}

static cJSON *add_fragment(cJSON *list, const char *type, const char *text, size_t size)
{
	cJSON *fragment = cJSON_CreateObject();
	char *copy = bstrdup_n(text, size);
	sim_json_put(fragment, "type", type);
	sim_json_put(fragment, "text", copy);
	bfree(copy);
	cJSON *detail = cJSON_CreateObject();
	static const char *const details[] = {"cheermote", "emote", "mention"};
	bool used = false;
	for (int i = 0; i < 3; i++) {
		bool own = strcmp(details[i], type) == 0;
		cJSON_AddItemToObject(fragment, details[i], own ? detail : cJSON_CreateNull());
		used = used || own;
	}
	cJSON_AddItemToArray(list, fragment);
	if (!used) {
		cJSON_Delete(detail);
		return NULL;
	}
	return detail;
}

static const struct sim_emote *emote_named(const char *word, size_t size)
{
	size_t count;
	const struct sim_emote *emotes = sim_emote_table(&count);
	for (size_t i = 0; i < count; i++) {
		if (strlen(emotes[i].name) == size && strncmp(emotes[i].name, word, size) == 0)
			return &emotes[i];
	}
	return NULL;
}

static const struct sim_user *mentioned(struct lx_sim *sim, const char *word, size_t size)
{
	char login[32];
	if (size < 2 || size > 26 || *word != '@')
		return NULL;
	for (size_t i = 1; i < size; i++) {
		char c = word[i];
		login[i - 1] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	login[size - 1] = '\0';
	return sim_user_by_login(sim, login);
}

static cJSON *fragments(struct lx_sim *sim, struct sim_channel *channel, const char *text, bool cheer)
{
	cJSON *list = cJSON_CreateArray();
	const char *plain = text; /* beginning of text not yet put out */
	for (const char *at = text; *at;) {
		size_t size = strcspn(at, " "), prefix = 0;
		int bits = 0;
		const struct sim_emote *emote = size ? emote_named(at, size) : NULL;
		const struct sim_user *user = size && !emote ? mentioned(sim, at, size) : NULL;
		bool is_cheer = cheer && size && sim_cheermote(at, size, &prefix, &bits);
		if (emote || user || is_cheer) {
			if (at > plain)
				add_fragment(list, "text", plain, (size_t)(at - plain));
			plain = at + size;
		}
		if (is_cheer) {
			cJSON *detail = add_fragment(list, "cheermote", at, size);
			char name[16];
			snprintf(name, sizeof(name), "%.*s", (int)prefix, at);
			for (char *c = name; *c; c++)
				*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
			sim_json_put(detail, "prefix", name);
			sim_json_put_int(detail, "bits", bits);
			sim_json_put_int(detail, "tier",
					 bits >= 10000  ? 10000
					 : bits >= 5000 ? 5000
					 : bits >= 1000 ? 1000
					 : bits >= 100  ? 100
							: 1);
		} else if (emote) {
			cJSON *detail = add_fragment(list, "emote", at, size);
			sim_json_put(detail, "id", emote->id);
			sim_json_put(detail, "emote_set_id", emote->channel ? "300374282" : "0");
			sim_json_put(detail, "owner_id", emote->channel ? channel->user->id : "0");
			cJSON *formats = cJSON_AddArrayToObject(detail, "format");
			cJSON_AddItemToArray(formats, cJSON_CreateString("static"));
			if (emote->animated)
				cJSON_AddItemToArray(formats, cJSON_CreateString("animated"));
		} else if (user) {
			sim_event_put_user(add_fragment(list, "mention", at, size), "", user);
		}
		at += size;
		at += strspn(at, " ");
	}
	if (*plain)
		add_fragment(list, "text", plain, strlen(plain));
	return list;
}

cJSON *sim_event_fragments(struct lx_sim *sim, struct sim_channel *channel, const char *text)
{
	return fragments(sim, channel, text, false);
}

void sim_event_put_message(struct lx_sim *sim, struct sim_channel *channel, cJSON *json, const char *text, bool action,
			   bool cheer)
{
	cJSON *message = cJSON_AddObjectToObject(json, "message");
	if (action) {
		struct sim_buf whole = {0};
		sim_buf_printf(&whole,
			       "\x01"
			       "ACTION %s\x01",
			       text);
		sim_json_put(message, "text", sim_buf_text(&whole));
		sim_buf_finish(&whole);
	} else {
		sim_json_put(message, "text", text);
	}
	cJSON_AddItemToObject(message, "fragments", fragments(sim, channel, text, cheer));
}
