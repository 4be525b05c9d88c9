/* Videos, clips, markers (twitch.md 4.7). The running stream has its archive video, which grows. */
#include "helix.h"

#include <stdio.h>
#include <stdlib.h>

#include "area.h"
#include "videos.h"

/* Stored besides Helix' fields: "sim_game", "sim_start_ms" (archive of a running stream), "sim_ready_ms" (clip). */
static cJSON *shown(cJSON *item)
{
	static const char *const hidden[] = {"sim_game", "sim_start_ms", "sim_ready_ms"};
	cJSON *copy = cJSON_Duplicate(item, true);
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		cJSON_DeleteItemFromObjectCaseSensitive(copy, hidden[i]);
	return copy;
}

static void set_text(cJSON *json, const char *name, const char *value)
{
	cJSON_ReplaceItemInObjectCaseSensitive(json, name, cJSON_CreateString(value));
}

static void set_duration(cJSON *video, int64_t seconds)
{
	char text[32];
	if (seconds >= 3600)
		snprintf(text, sizeof(text), "%dh%dm%ds", (int)(seconds / 3600), (int)(seconds / 60 % 60),
			 (int)(seconds % 60));
	else if (seconds >= 60)
		snprintf(text, sizeof(text), "%dm%ds", (int)(seconds / 60), (int)(seconds % 60));
	else
		snprintf(text, sizeof(text), "%ds", (int)seconds);
	set_text(video, "duration", text);
}

void sim_video_of_stream(struct lx_sim *sim, struct sim_channel *channel)
{
	char id[16], url[64];
	int64_t now = sim_now_ms(sim);
	if (!channel->live) { /* the archive is complete */
		cJSON *video = channel->area->videos->child;
		if (video && sim_json_has(video, "sim_start_ms")) {
			set_duration(video, (now - sim_json_int(video, "sim_start_ms", now)) / 1000);
			cJSON_DeleteItemFromObjectCaseSensitive(video, "sim_start_ms");
		}
		return;
	}
	cJSON *video = cJSON_CreateObject();
	snprintf(id, sizeof(id), "2%09u", (unsigned)sim_rng_below(&sim->world_rng, 1000000000));
	snprintf(url, sizeof(url), "https://www.twitch.tv/videos/%s", id);
	sim_json_put(video, "id", id);
	sim_json_put(video, "stream_id", channel->stream_id);
	sim_put_u3(video, channel->user);
	sim_json_put(video, "title", channel->title);
	sim_json_put(video, "description", "");
	sim_json_put_time(video, "created_at", now + 4000, 0);
	sim_json_put_time(video, "published_at", now + 4000, 0);
	sim_json_put(video, "url", url);
	sim_json_put(video, "thumbnail_url",
		     "https://static-cdn.jtvnw.net/cf_vods/x/thumb/thumb0-%{width}x%{height}.jpg");
	sim_json_put(video, "viewable", "public");
	sim_json_put_int(video, "view_count", 0);
	sim_json_put(video, "language", channel->language);
	sim_json_put(video, "type", "archive");
	sim_json_put(video, "duration", "0s");
	sim_json_put_null(video, "muted_segments");
	sim_json_put(video, "sim_game", channel->game_id);
	sim_json_put_int(video, "sim_start_ms", now);
	cJSON_InsertItemInArray(channel->area->videos, 0, video);
}

static void refresh(struct lx_sim *sim, struct sim_channel *channel)
{
	cJSON *video = channel->area->videos->child;
	if (video && sim_json_has(video, "sim_start_ms"))
		set_duration(video, (sim_now_ms(sim) - sim_json_int(video, "sim_start_ms", 0)) / 1000);
}

static bool one_of(const char *value, const char *list)
{
	size_t size = strlen(value);
	for (const char *at = list; *at;) {
		size_t word = strcspn(at, " ");
		if (word == size && strncmp(at, value, size) == 0)
			return true;
		at += word;
		at += strspn(at, " ");
	}
	return false;
}

static void get_videos(struct sim_call *call)
{
	const char *ids[100], *user = sim_param(call, "user_id"), *game = sim_param(call, "game_id");
	size_t count = sim_params(call, "id", ids, 100);
	const char *type = sim_param(call, "type"), *period = sim_param(call, "period"),
		   *sort = sim_param(call, "sort");
	const char *language = sim_param(call, "language");
	if (sim_failed(call))
		return;
	if ((count != 0) + (user != NULL) + (game != NULL) != 1) {
		sim_fail(call, 400, "Must provide exactly one of id, user_id or game_id");
		return;
	}
	if ((type && !one_of(type, "all archive highlight upload")) ||
	    (period && !one_of(period, "all day week month")) || (sort && !one_of(sort, "time trending views"))) {
		sim_fail(call, 400, "The value in type, period or sort is not valid.");
		return;
	}
	cJSON *all = cJSON_CreateArray(), *video;
	for (size_t i = 0; i < call->sim->channels.num; i++) {
		struct sim_channel *channel = call->sim->channels.array[i];
		refresh(call->sim, channel);
		cJSON_ArrayForEach (video, channel->area->videos) {
			bool wanted = (user && strcmp(user, channel->user->id) == 0) ||
				      (game && strcmp(game, sim_json_text(video, "sim_game", "")) == 0);
			for (size_t k = 0; k < count; k++)
				wanted = wanted || strcmp(ids[k], sim_json_text(video, "id", "")) == 0;
			if (wanted &&
			    (!type || strcmp(type, "all") == 0 ||
			     strcmp(type, sim_json_text(video, "type", "")) == 0) &&
			    (!language || strcmp(language, sim_json_text(video, "language", "")) == 0))
				cJSON_AddItemToArray(all, shown(video));
		}
	}
	if (count && !cJSON_GetArraySize(all)) {
		cJSON_Delete(all);
		sim_fail(call, 404, "The ID was not found");
		return;
	}
	cJSON *json = sim_page(call, all, 20, 100);
	if (json)
		sim_reply(call, 200, json);
}

static void delete_videos(struct sim_call *call)
{
	const char *ids[5];
	size_t count = sim_params(call, "id", ids, 5);
	struct sim_channel *channel = sim_channel_by_id(call->sim, call->user->id);
	if (sim_failed(call))
		return;
	if (!count) {
		sim_need_param(call, "id");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (!sim_find_id(channel->area->videos, ids[i])) {
			sim_fail(call, 401, "The caller is not authorized to delete the video %s.", ids[i]);
			return; /* all or nothing */
		}
	}
	cJSON *data = cJSON_CreateArray();
	for (size_t i = 0; i < count; i++) {
		cJSON *video = sim_find_id(channel->area->videos, ids[i]);
		if (!video)
			continue;
		cJSON_AddItemToArray(data, cJSON_CreateString(ids[i]));
		cJSON_Delete(cJSON_DetachItemViaPointer(channel->area->videos, video));
	}
	sim_reply_data(call, data);
}

/* --- clips ------------------------------------------------------------------------------------------------------- */

#define CLIP_READY_MS 5000

/* 5 to 60 s in steps of 0.1; 0 after an error. */
static double take_duration(struct sim_call *call)
{
	const char *text = sim_param(call, "duration");
	char *end = NULL;
	double seconds = text ? strtod(text, &end) : 30, tenths = seconds * 10;
	if ((text && *end) || seconds < 5 || seconds > 60 || (double)(long)(tenths + 0.5) - tenths > 1e-6 ||
	    tenths - (double)(long)(tenths + 0.5) > 1e-6) {
		sim_fail(call, 400, "The duration must be 5 to 60 seconds in steps of 0.1.");
		return 0;
	}
	return seconds;
}

static void add_clip(struct sim_call *call, const char *title, double duration, const char *video_id, int64_t offset)
{
	struct sim_channel *channel = call->channel;
	char id[48], url[128], embed[160], token[17];
	int64_t now = sim_now_ms(call->sim);
	sim_rng_token(&call->sim->world_rng, token, 16);
	snprintf(id, sizeof(id), "SimulatedPluckyClip-%s", token);
	snprintf(url, sizeof(url), "https://clips.twitch.tv/%s", id);
	snprintf(embed, sizeof(embed), "https://clips.twitch.tv/embed?clip=%s", id);
	cJSON *clip = cJSON_CreateObject();
	sim_json_put(clip, "id", id);
	sim_json_put(clip, "url", url);
	sim_json_put(clip, "embed_url", embed);
	sim_json_put(clip, "broadcaster_id", channel->user->id);
	sim_json_put(clip, "broadcaster_name", channel->user->name);
	sim_json_put(clip, "creator_id", call->user->id);
	sim_json_put(clip, "creator_name", call->user->name);
	sim_json_put(clip, "video_id", video_id);
	sim_json_put(clip, "game_id", channel->game_id);
	sim_json_put(clip, "language", channel->language);
	sim_json_put(clip, "title", title ? title : channel->title);
	sim_json_put_int(clip, "view_count", 0);
	sim_json_put_time(clip, "created_at", now, 0);
	sim_json_put(clip, "thumbnail_url",
		     "https://static-cdn.jtvnw.net/twitch-clips-thumbnails-prod/x/preview-480x272.jpg");
	cJSON_AddNumberToObject(clip, "duration", duration);
	if (offset >= 0)
		sim_json_put_int(clip, "vod_offset", offset);
	else
		sim_json_put_null(clip, "vod_offset");
	sim_json_put_bool(clip, "is_featured", false);
	sim_json_put_int(clip, "sim_ready_ms", now + CLIP_READY_MS);
	cJSON_InsertItemInArray(channel->area->clips, 0, clip);
	snprintf(url, sizeof(url), "https://www.twitch.tv/%s/clip/%s", channel->user->login, id);
	cJSON *json = cJSON_CreateObject(), *made = cJSON_CreateObject();
	sim_json_put(made, "id", id);
	sim_json_put(made, "edit_url", url);
	cJSON_AddItemToObject(json, "data", sim_array_of(made));
	sim_reply(call, 202, json);
}

static void post_clips(struct sim_call *call)
{
	double duration = take_duration(call);
	if (!duration)
		return;
	if (!call->channel->live)
		sim_fail(call, 404, "Clipping is not possible for an offline channel.");
	else if (sim_ban_state(call->sim, sim_member_find(call->channel, call->user)) != SIM_NOT_BANNED)
		sim_fail(call, 403, "The user is banned or timed out in the broadcaster's channel.");
	else
		add_clip(call, sim_param(call, "title"), duration, "", -1);
}

/* The token's user is the broadcaster, or one of the editors. */
static bool may_edit(struct sim_call *call)
{
	if (!sim_need_self(call, "editor_id"))
		return false;
	const struct sim_member *member = sim_member_find(call->channel, call->user);
	if (call->channel->user == call->user || (member && member->editor))
		return true;
	sim_fail(call, 403, "The user in editor_id is not one of the broadcaster's editors.");
	return false;
}

static void post_video_clips(struct sim_call *call)
{
	const char *vod = NULL, *offset_text = NULL, *title = NULL;
	double duration = 0;
	if (!may_edit(call) || !(vod = sim_need_param(call, "vod_id")) ||
	    !(offset_text = sim_need_param(call, "vod_offset")) || !(title = sim_need_param(call, "title")) ||
	    (duration = take_duration(call)) == 0)
		return;
	double offset = strtod(offset_text, NULL);
	if (!sim_find_id(call->channel->area->videos, vod))
		sim_fail(call, 404, "The video was not found.");
	else if (offset < duration)
		sim_fail(call, 400, "The vod_offset must be greater than or equal to the duration.");
	else
		add_clip(call, title, duration, vod, (int64_t)(offset - duration));
}

static void get_clips(struct sim_call *call)
{
	const char *ids[100], *broadcaster = sim_param(call, "broadcaster_id"), *game = sim_param(call, "game_id");
	size_t count = sim_params(call, "id", ids, 100);
	const char *started = sim_param(call, "started_at"), *ended = sim_param(call, "ended_at");
	const char *featured = sim_param(call, "is_featured");
	if (sim_failed(call))
		return;
	if ((count != 0) + (broadcaster != NULL) + (game != NULL) != 1) {
		sim_fail(call, 400, "Must provide exactly one of id, broadcaster_id or game_id");
		return;
	}
	int64_t from = started ? sim_time_parse(started) : 0, until = ended ? sim_time_parse(ended) : INT64_MAX;
	if (from < 0 || until < 0) {
		sim_fail(call, 400, "The times must be in RFC 3339 format.");
		return;
	}
	if (started && !ended)
		until = from + 7 * 86400000LL;
	cJSON *all = cJSON_CreateArray(), *clip;
	int64_t now = sim_now_ms(call->sim);
	for (size_t i = 0; i < call->sim->channels.num; i++) {
		struct sim_channel *channel = call->sim->channels.array[i];
		cJSON_ArrayForEach (clip, channel->area->clips) {
			bool wanted = (broadcaster && strcmp(broadcaster, channel->user->id) == 0) ||
				      (game && strcmp(game, sim_json_text(clip, "game_id", "")) == 0);
			for (size_t k = 0; k < count; k++)
				wanted = wanted || strcmp(ids[k], sim_json_text(clip, "id", "")) == 0;
			int64_t made = sim_time_parse(sim_json_text(clip, "created_at", ""));
			bool is_featured = sim_json_bool(clip, "is_featured", false);
			if (wanted && now >= sim_json_int(clip, "sim_ready_ms", 0) && made >= from && made <= until &&
			    (!featured || (strcmp(featured, "true") == 0) == is_featured))
				cJSON_AddItemToArray(all, shown(clip));
		}
	}
	cJSON *json = sim_page(call, all, 20, 100);
	if (json)
		sim_reply(call, 200, json);
}

static void get_downloads(struct sim_call *call)
{
	const char *ids[10];
	if (!may_edit(call))
		return;
	size_t count = sim_params(call, "clip_id", ids, 10);
	if (sim_failed(call))
		return;
	if (!count) {
		sim_need_param(call, "clip_id");
		return;
	}
	cJSON *data = cJSON_CreateArray();
	for (size_t i = 0; i < count; i++) {
		if (!sim_find_id(call->channel->area->clips, ids[i]))
			continue;
		char url[128];
		cJSON *json = cJSON_CreateObject();
		snprintf(url, sizeof(url), "https://production.assets.clips.twitchcdn.net/%s.mp4", ids[i]);
		sim_json_put(json, "clip_id", ids[i]);
		sim_json_put(json, "landscape_download_url", url);
		sim_json_put_null(json, "portrait_download_url");
		cJSON_AddItemToArray(data, json);
	}
	sim_reply_data(call, data);
}

/* --- markers ----------------------------------------------------------------------------------------------------- */

static bool edits(const struct sim_call *call, const struct sim_channel *channel)
{
	const struct sim_member *member = sim_member_find(channel, call->user);
	return channel->user == call->user || (member && member->editor);
}

static void post_markers(struct sim_call *call)
{
	const char *id = sim_need_text(call, "user_id"), *description = sim_json_text(call->body, "description", "");
	if (!id)
		return;
	struct sim_channel *channel = sim_channel_by_id(call->sim, id);
	if (!channel)
		sim_fail(call, 404, "The user in the user_id field was not found.");
	else if (sim_code_points(description) > 140)
		sim_fail(call, 400, "The string in the description field may not exceed 140 characters.");
	else if (!edits(call, channel))
		sim_fail(call, 403, "The user in the access token is not one of the broadcaster's editors.");
	else if (!channel->live)
		sim_fail(call, 404, "The user in the user_id field is not streaming live.");
	if (sim_failed(call))
		return;
	char marker_id[SIM_ID_SIZE];
	cJSON *marker = cJSON_CreateObject();
	int64_t now = sim_now_ms(call->sim);
	sim_new_id(call->sim, marker_id);
	sim_json_put(marker, "id", marker_id);
	sim_json_put_time(marker, "created_at", now, 0);
	sim_json_put_int(marker, "position_seconds", (now - channel->started_ms) / 1000);
	sim_json_put(marker, "description", description);
	sim_reply_data(call, sim_array_of(cJSON_Duplicate(marker, true)));
	const char *video = channel->area->videos->child ? sim_json_text(channel->area->videos->child, "id", "") : "";
	sim_json_put(marker, "sim_video", video);
	cJSON_InsertItemInArray(channel->area->markers, 0, marker);
}

static void get_markers(struct sim_call *call)
{
	const char *user = sim_param(call, "user_id"), *video = sim_param(call, "video_id");
	struct sim_channel *channel = NULL;
	if (!user == !video) {
		sim_fail(call, 400, "Must provide exactly one of user_id or video_id");
		return;
	}
	for (size_t i = 0; i < call->sim->channels.num && !channel; i++) {
		struct sim_channel *candidate = call->sim->channels.array[i];
		if (user ? strcmp(candidate->user->id, user) == 0 : sim_find_id(candidate->area->videos, video) != NULL)
			channel = candidate;
	}
	if (!channel || !channel->area->videos->child) {
		sim_fail(call, 404, "The user or video was not found, or has no videos.");
		return;
	}
	if (!edits(call, channel)) {
		sim_fail(call, 403, "The user in the access token is not one of the broadcaster's editors.");
		return;
	}
	if (!video)
		video = sim_json_text(channel->area->videos->child, "id", "");
	cJSON *all = cJSON_CreateArray();
	const cJSON *marker;
	cJSON_ArrayForEach (marker, channel->area->markers) {
		if (strcmp(sim_json_text(marker, "sim_video", ""), video) != 0)
			continue;
		char url[128];
		int at = (int)sim_json_int(marker, "position_seconds", 0);
		cJSON *copy = cJSON_Duplicate(marker, true);
		cJSON_DeleteItemFromObjectCaseSensitive(copy, "sim_video");
		snprintf(url, sizeof(url), "https://twitch.tv/%s/manager/highlighter/%s?t=%dh%dm%ds",
			 channel->user->login, video, at / 3600, at / 60 % 60, at % 60);
		sim_json_put(copy, "url", url);
		cJSON_AddItemToArray(all, copy);
	}
	cJSON *json = sim_page(call, all, 20, 100);
	if (!json)
		return;
	cJSON *markers = cJSON_DetachItemFromObjectCaseSensitive(json, "data"), *one = cJSON_CreateObject();
	cJSON *videos = cJSON_CreateObject();
	sim_put_u3(one, channel->user);
	sim_json_put(videos, "video_id", video);
	cJSON_AddItemToObject(videos, "markers", markers);
	cJSON_AddItemToObject(one, "videos", sim_array_of(videos));
	cJSON_AddItemToObject(json, "data", sim_array_of(one));
	sim_reply(call, 200, json);
}

#define CLIP_SCOPES "channel:manage:clips|editor:manage:clips"

const struct sim_endpoint sim_helix_videos[] = {
	{"GET", "/videos", NULL, SIM_ANY_TOKEN, get_videos},
	{"DELETE", "/videos", "channel:manage:videos", SIM_USER_TOKEN, delete_videos},
	{"POST", "/clips", "clips:edit", SIM_BROADCASTER, post_clips},
	{"POST", "/videos/clips", CLIP_SCOPES, SIM_BROADCASTER, post_video_clips},
	{"GET", "/clips", NULL, SIM_ANY_TOKEN, get_clips},
	{"GET", "/clips/downloads", CLIP_SCOPES, SIM_BROADCASTER, get_downloads},
	{"POST", "/streams/markers", "channel:manage:broadcast", SIM_BODY | SIM_USER_TOKEN, post_markers},
	{"GET", "/streams/markers", "user:read:broadcast|channel:manage:broadcast", SIM_USER_TOKEN, get_markers},
	{NULL, NULL, NULL, 0, NULL},
};
