/* Users, blocks, search, games, teams. */
#include "helix.h"

#include <stdio.h>
#include <stdlib.h>

#include "catalog.h"
#include "events.h"

static cJSON *user_json(const struct sim_call *call, const struct sim_user *user)
{
	cJSON *json = cJSON_CreateObject();
	char url[160], email[64];
	sim_json_put(json, "id", user->id);
	sim_json_put(json, "login", user->login);
	sim_json_put(json, "display_name", user->name);
	sim_json_put(json, "type", user->type);
	sim_json_put(json, "broadcaster_type", user->broadcaster_type);
	sim_json_put(json, "description", user->description);
	snprintf(url, sizeof(url), "https://static-cdn.jtvnw.net/jtv_user_pictures/%s-profile_image-300x300.png",
		 user->login);
	sim_json_put(json, "profile_image_url", url);
	sim_json_put(json, "offline_image_url", "");
	sim_json_put_int(json, "view_count", 0);
	if (call->user == user && sim_token_has(call->token, "user:read:email")) {
		snprintf(email, sizeof(email), "%s@example.com", user->login);
		sim_json_put(json, "email", email);
	}
	sim_json_put_time(json, "created_at", user->created_ms, 0);
	return json;
}

static void add_once(cJSON *data, const struct sim_call *call, const struct sim_user *user)
{
	const cJSON *item;
	cJSON_ArrayForEach (item, data) {
		if (strcmp(sim_json_text(item, "id", ""), user->id) == 0)
			return;
	}
	cJSON_AddItemToArray(data, user_json(call, user));
}

static void get_users(struct sim_call *call)
{
	const char *ids[101], *logins[101];
	size_t id_count = sim_params(call, "id", ids, 100);
	size_t login_count = sim_failed(call) ? 0 : sim_params(call, "login", logins, 100);
	if (sim_failed(call))
		return;
	if (id_count + login_count > 100) {
		sim_fail(call, 400, "The total number of id and login parameters must not exceed 100.");
		return;
	}
	if (id_count + login_count == 0 && !call->user) {
		sim_fail(call, 400, "Must provide an ID, Login or OAuth Token");
		return;
	}
	cJSON *data = cJSON_CreateArray();
	if (id_count + login_count == 0)
		cJSON_AddItemToArray(data, user_json(call, call->user));
	for (size_t i = 0; i < id_count; i++) {
		const struct sim_user *user = sim_user_by_id(call->sim, ids[i]);
		if (ids[i][strspn(ids[i], "0123456789")] || !*ids[i]) {
			sim_fail(call, 400, "The parameter \"id\" was malformed: the value must be a number");
			cJSON_Delete(data);
			return;
		}
		if (user)
			add_once(data, call, user);
	}
	for (size_t i = 0; i < login_count; i++) {
		const struct sim_user *user = sim_user_by_login(call->sim, logins[i]);
		if (user)
			add_once(data, call, user);
	}
	sim_reply_data(call, data);
}

static void put_users(struct sim_call *call)
{
	const char *description = sim_request_param(call->request, "description");
	if (description && sim_code_points(description) > 300) {
		sim_fail(call, 400, "The description is too long: the maximum length is 300 characters.");
		return;
	}
	if (description)
		snprintf(call->user->description, sizeof(call->user->description), "%s", description);
	sim_event_user_update(call->sim, call->user);
	sim_reply_data(call, sim_array_of(user_json(call, call->user)));
}

static void get_blocks(struct sim_call *call)
{
	cJSON *all = cJSON_CreateArray();
	for (size_t i = 0; i < call->user->blocked.num; i++) {
		const struct sim_user *user = call->sim->users[call->user->blocked.array[i]];
		cJSON *item = cJSON_CreateObject();
		sim_json_put(item, "user_id", user->id);
		sim_json_put(item, "user_login", user->login);
		sim_json_put(item, "display_name", user->name);
		cJSON_AddItemToArray(all, item);
	}
	cJSON *json = sim_page(call, all, 20, 100);
	if (json)
		sim_reply(call, 200, json);
}

static void change_block(struct sim_call *call)
{
	struct sim_user *target = sim_need_user(call, "target_user_id");
	if (!target)
		return;
	const char *context = sim_param(call, "source_context"), *reason = sim_param(call, "reason");
	if ((context && strcmp(context, "chat") != 0 && strcmp(context, "whisper") != 0) ||
	    (reason && strcmp(reason, "harassment") != 0 && strcmp(reason, "spam") != 0 &&
	     strcmp(reason, "other") != 0)) {
		sim_fail(call, 400, "The value of source_context or reason is not valid.");
		return;
	}
	if (target == call->user) {
		sim_fail(call, 400, "You cannot block yourself.");
		return;
	}
	struct sim_user *user = call->user;
	size_t place = da_find(user->blocked, &target->index, 0);
	bool put = strcmp(call->request->method, "PUT") == 0;
	if (put && place == DARRAY_INVALID)
		da_push_back(user->blocked, &target->index);
	else if (!put && place != DARRAY_INVALID)
		da_erase(user->blocked, place);
	sim_no_content(call);
}

/* --- games and search -------------------------------------------------------------------------------------------- */

static cJSON *game_json(const struct sim_game *game, bool igdb)
{
	cJSON *json = cJSON_CreateObject();
	char url[160];
	sim_json_put(json, "id", game->id);
	sim_json_put(json, "name", game->name);
	snprintf(url, sizeof(url), "https://static-cdn.jtvnw.net/ttv-boxart/%s-{width}x{height}.jpg", game->id);
	sim_json_put(json, "box_art_url", url);
	if (igdb)
		sim_json_put(json, "igdb_id", game->igdb);
	return json;
}

static void get_games(struct sim_call *call)
{
	static const char *const names[] = {"id", "name", "igdb_id"};
	cJSON *data = cJSON_CreateArray();
	size_t given = 0;
	for (int kind = 0; kind < 3; kind++) {
		const char *values[100];
		size_t count = sim_params(call, names[kind], values, 100);
		given += count;
		for (size_t i = 0; i < count; i++) {
			for (const struct sim_game *game = sim_games; game->id; game++) {
				const char *own[] = {game->id, game->name, game->igdb};
				if (strcmp(own[kind], values[i]) == 0)
					cJSON_AddItemToArray(data, game_json(game, true));
			}
		}
	}
	if (!sim_failed(call) && (!given || given > 100))
		sim_fail(call, 400,
			 given ? "The number of parameters must not exceed 100."
			       : "Must provide an id, name or igdb_id");
	if (sim_failed(call))
		cJSON_Delete(data);
	else
		sim_reply_data(call, data);
}

static void reply_page(struct sim_call *call, cJSON *all, int max)
{
	cJSON *json = sim_page(call, all, 20, max);
	if (json)
		sim_reply(call, 200, json);
}

static void get_top_games(struct sim_call *call)
{
	cJSON *all = cJSON_CreateArray();
	for (const struct sim_game *game = sim_games; game->id; game++)
		cJSON_AddItemToArray(all, game_json(game, true));
	reply_page(call, all, 100);
}

static void search_categories(struct sim_call *call)
{
	const char *query = sim_need_param(call, "query");
	if (!query)
		return;
	cJSON *all = cJSON_CreateArray();
	for (const struct sim_game *game = sim_games; game->id; game++) {
		if (sim_contains_folded(game->name, query))
			cJSON_AddItemToArray(all, game_json(game, false));
	}
	reply_page(call, all, 100);
}

static void search_channels(struct sim_call *call)
{
	const char *query = sim_need_param(call, "query"), *live = sim_param(call, "live_only");
	if (!query)
		return;
	cJSON *all = cJSON_CreateArray();
	for (size_t i = 0; i < call->sim->channels.num; i++) {
		const struct sim_channel *channel = call->sim->channels.array[i];
		if (!sim_contains_folded(channel->user->login, query) ||
		    (live && strcmp(live, "true") == 0 && !channel->live))
			continue;
		cJSON *json = cJSON_CreateObject();
		char started[40];
		sim_json_put(json, "broadcaster_language", channel->language);
		sim_json_put(json, "broadcaster_login", channel->user->login);
		sim_json_put(json, "display_name", channel->user->name);
		sim_json_put(json, "game_id", channel->game_id);
		sim_json_put(json, "game_name", sim_game_name(channel->game_id));
		sim_json_put(json, "id", channel->user->id);
		sim_json_put_bool(json, "is_live", channel->live);
		cJSON_AddItemToObject(json, "tags", sim_channel_tags(channel));
		sim_json_put(json, "thumbnail_url", "https://static-cdn.jtvnw.net/jtv_user_pictures/x-300x300.png");
		sim_json_put(json, "title", channel->title);
		sim_json_put(json, "started_at", channel->live ? sim_time_text(channel->started_ms, 0, started) : "");
		cJSON_AddItemToArray(all, json);
	}
	reply_page(call, all, 100);
}

/* --- teams, app token only --------------------------------------------------------------------------------------- */

static cJSON *team_json(bool users, struct lx_sim *sim)
{
	cJSON *json = cJSON_CreateObject();
	if (users) {
		cJSON *list = cJSON_AddArrayToObject(json, "users");
		static const char *const members[] = {"streamer", "neighbour"};
		for (int i = 0; i < 2; i++) {
			cJSON *item = cJSON_CreateObject();
			sim_put_u3(item, sim_user_by_login(sim, members[i]));
			cJSON_AddItemToArray(list, item);
		}
	}
	sim_json_put_null(json, "background_image_url");
	sim_json_put_null(json, "banner");
	sim_json_put(json, "created_at", "2024-02-11T11:59:59Z");
	sim_json_put(json, "updated_at", "2025-02-11T11:59:59Z");
	sim_json_put(json, "info", "A team of the simulator.");
	sim_json_put(json, "thumbnail_url", "https://static-cdn.jtvnw.net/jtv_user_pictures/team-simteam-600x600.png");
	sim_json_put(json, "team_name", "simteam");
	sim_json_put(json, "team_display_name", "Sim Team");
	sim_json_put(json, "id", "6358");
	return json;
}

static void get_channel_teams(struct sim_call *call)
{
	const char *login = call->channel->user->login;
	cJSON *data = cJSON_CreateArray();
	if (strcmp(login, "streamer") == 0 || strcmp(login, "neighbour") == 0) {
		cJSON *team = team_json(false, call->sim);
		sim_put_b3(team, call->channel->user);
		cJSON_AddItemToArray(data, team);
	}
	sim_reply_data(call, data);
}

static void get_teams(struct sim_call *call)
{
	const char *name = sim_param(call, "name"), *id = sim_param(call, "id");
	if (!name == !id)
		sim_fail(call, 400, "Specify either name or id");
	else if ((name && strcmp(name, "simteam") != 0) || (id && strcmp(id, "6358") != 0))
		sim_fail(call, 404, "The team was not found");
	else
		sim_reply_data(call, sim_array_of(team_json(true, call->sim)));
}

static void get_authorizations(struct sim_call *call)
{
	const char *ids[10];
	size_t count = sim_params(call, "user_id", ids, 10);
	if (sim_failed(call))
		return;
	if (!count) {
		sim_need_param(call, "user_id");
		return;
	}
	cJSON *data = cJSON_CreateArray();
	for (size_t i = 0; i < count; i++) {
		struct sim_user *user = sim_user_by_id(call->sim, ids[i]);
		cJSON *scopes = user ? sim_oauth_scopes_of(call->sim, user, call->token->client) : NULL;
		if (!scopes)
			continue;
		cJSON *item = cJSON_CreateObject();
		sim_put_u3(item, user);
		cJSON_AddItemToObject(item, "scopes", scopes);
		cJSON_AddItemToArray(data, item);
	}
	sim_reply_data(call, data);
}

const struct sim_endpoint sim_helix_users[] = {
	{"GET", "/users", NULL, SIM_ANY_TOKEN, get_users},
	{"PUT", "/users", "user:edit", SIM_USER_TOKEN, put_users},
	{"GET", "/users/blocks", "user:read:blocked_users", SIM_BROADCASTER_SELF, get_blocks},
	{"PUT", "/users/blocks", "user:manage:blocked_users", SIM_USER_TOKEN, change_block},
	{"DELETE", "/users/blocks", "user:manage:blocked_users", SIM_USER_TOKEN, change_block},
	{"GET", "/games", NULL, SIM_ANY_TOKEN, get_games},
	{"GET", "/games/top", NULL, SIM_ANY_TOKEN, get_top_games},
	{"GET", "/search/categories", NULL, SIM_ANY_TOKEN, search_categories},
	{"GET", "/search/channels", NULL, SIM_ANY_TOKEN, search_channels},
	{"GET", "/teams/channel", NULL, SIM_BROADCASTER, get_channel_teams},
	{"GET", "/teams", NULL, SIM_ANY_TOKEN, get_teams},
	{"GET", "/authorization/users", NULL, SIM_APP_TOKEN, get_authorizations},
	{NULL, NULL, NULL, 0, NULL},
};
