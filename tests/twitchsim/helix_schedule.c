/* The stream schedule (twitch.md 4.6). A recurring segment is one series; each of its weeks is listed under an id of its own. */
#include "helix.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "area.h"
#include "catalog.h"

#define WEEK_MS (7 * 86400000LL)
#define WEEKS_AHEAD 12

/* Stored: {"series":uuid, "start_ms":…, "minutes":…, "title":…, "category":id, "weekly":bool, "canceled_ms":…, "timezone":…} */

static void iso_week(int64_t ms, int *year, int *week)
{
	int64_t days = ms / 86400000;
	int weekday = (int)((days + 3) % 7); /* Monday = 0 */
	int64_t thursday = days - weekday + 3;
	char text[40];
	*year = atoi(sim_time_text(thursday * 86400000, 0, text));
	char first[32];
	snprintf(first, sizeof(first), "%04d-01-01T00:00:00Z", *year);
	*week = (int)((thursday - sim_time_parse(first) / 86400000) / 7) + 1;
}

/* Long base64 of {"segmentID","isoYear","isoWeek"}, as Twitch's are. */
static void segment_id(const cJSON *series, int64_t start_ms, char id[256])
{
	char plain[160];
	int year, week;
	iso_week(start_ms, &year, &week);
	int size = snprintf(plain, sizeof(plain), "{\"segmentID\":\"%s\",\"isoYear\":%d,\"isoWeek\":%d}",
			    sim_json_text(series, "series", ""), year, week);
	lws_b64_encode_string(plain, size, id, 256);
}

static cJSON *find_series(const struct sim_channel *channel, const char *id)
{
	char plain[256];
	cJSON *series, *named = NULL, *found = NULL;
	if (strlen(id) < 250 && lws_b64_decode_string(id, plain, sizeof(plain)) > 0)
		named = cJSON_Parse(plain);
	cJSON_ArrayForEach (series, channel->area->segments) {
		if (strcmp(sim_json_text(series, "series", ""), sim_json_text(named, "segmentID", "?")) == 0)
			found = series;
	}
	cJSON_Delete(named);
	return found;
}

static cJSON *segment_json(const cJSON *series, int64_t start_ms)
{
	char id[256];
	const char *category = sim_json_text(series, "category", "");
	int64_t canceled = sim_json_int(series, "canceled_ms", 0);
	int64_t end = start_ms + sim_json_int(series, "minutes", 0) * 60000;
	segment_id(series, start_ms, id);
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "id", id);
	sim_json_put_time(json, "start_time", start_ms, 0);
	sim_json_put_time(json, "end_time", end, 0);
	sim_json_put(json, "title", sim_json_text(series, "title", ""));
	sim_json_put_time(json, "canceled_until", canceled >= end ? canceled : 0, 0);
	if (*category) {
		cJSON *object = cJSON_AddObjectToObject(json, "category");
		sim_json_put(object, "id", category);
		sim_json_put(object, "name", sim_game_name(category));
	} else {
		sim_json_put_null(json, "category");
	}
	sim_json_put_bool(json, "is_recurring", sim_json_bool(series, "weekly", false));
	return json;
}

static cJSON *schedule_json(const struct sim_channel *channel, cJSON *segments)
{
	cJSON *json = cJSON_CreateObject();
	cJSON_AddItemToObject(json, "segments", segments);
	sim_put_b3(json, channel->user);
	cJSON_AddItemToObject(json, "vacation",
			      channel->area->vacation ? cJSON_Duplicate(channel->area->vacation, true)
						      : cJSON_CreateNull());
	return json;
}

static int by_start(const void *a, const void *b)
{
	return strcmp(sim_json_text(*(cJSON *const *)a, "start_time", ""),
		      sim_json_text(*(cJSON *const *)b, "start_time", ""));
}

/* All segments that end after `from`, in order. */
static cJSON *upcoming(const struct sim_channel *channel, int64_t from)
{
	DARRAY(cJSON *) list;
	cJSON *series, *array = cJSON_CreateArray();
	da_init(list);
	cJSON_ArrayForEach (series, channel->area->segments) {
		int64_t start = sim_json_int(series, "start_ms", 0),
			length = sim_json_int(series, "minutes", 0) * 60000;
		bool weekly = sim_json_bool(series, "weekly", false);
		if (weekly && start + length < from)
			start += (from - start - length + WEEK_MS - 1) / WEEK_MS * WEEK_MS;
		for (int week = 0; week < (weekly ? WEEKS_AHEAD : 1); week++) {
			cJSON *item = segment_json(series, start + week * WEEK_MS);
			if (start + week * WEEK_MS + length >= from)
				da_push_back(list, &item);
			else
				cJSON_Delete(item);
		}
	}
	if (list.num)
		qsort(list.array, list.num, sizeof(cJSON *), by_start);
	for (size_t i = 0; i < list.num; i++)
		cJSON_AddItemToArray(array, list.array[i]);
	da_free(list);
	return array;
}

static void get_schedule(struct sim_call *call)
{
	const char *ids[100], *start = sim_param(call, "start_time");
	size_t count = sim_params(call, "id", ids, 100);
	if (sim_failed(call))
		return;
	int64_t from = start ? sim_time_parse(start) : sim_now_ms(call->sim);
	if (from < 0) {
		sim_fail(call, 400, "The value in start_time must be in RFC 3339 format.");
		return;
	}
	if (!call->channel->area->has_schedule) {
		sim_fail(call, 404, "segments not found");
		return;
	}
	cJSON *all = upcoming(call->channel, from), *item, *next;
	for (item = all->child; item && count; item = next) {
		bool wanted = false;
		next = item->next;
		for (size_t i = 0; i < count; i++)
			wanted = wanted || strcmp(ids[i], sim_json_text(item, "id", "")) == 0;
		if (!wanted)
			cJSON_Delete(cJSON_DetachItemViaPointer(all, item));
	}
	cJSON *page = sim_page(call, all, 20, 25);
	if (!page)
		return;
	cJSON *segments = cJSON_DetachItemFromObjectCaseSensitive(page, "data");
	if (!cJSON_GetArraySize(segments)) {
		cJSON_Delete(segments);
		segments = cJSON_CreateNull();
	}
	cJSON_AddItemToObject(page, "data", schedule_json(call->channel, segments));
	sim_reply(call, 200, page);
}

static void add_ical_time(struct sim_buf *text, const char *name, const char *time)
{
	sim_buf_str(text, name);
	for (; *time; time++) { /* 2026-11-20T10:00:00Z → 20261120T100000Z */
		if (isalnum((unsigned char)*time))
			sim_buf_char(text, *time);
	}
	sim_buf_str(text, "\r\n");
}

static void get_icalendar(struct sim_call *call)
{
	struct sim_buf text = {0};
	cJSON *item, *all = upcoming(call->channel, sim_now_ms(call->sim));
	sim_buf_str(&text, "BEGIN:VCALENDAR\r\nPRODID:-//twitch.tv//StreamSchedule//1.0\r\nVERSION:2.0\r\n"
			   "CALSCALE:GREGORIAN\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nNAME:");
	sim_buf_str(&text, call->channel->user->name);
	sim_buf_str(&text, "\r\n");
	cJSON_ArrayForEach (item, all) {
		sim_buf_printf(&text, "BEGIN:VEVENT\r\nUID:%s\r\n", sim_json_text(item, "id", ""));
		add_ical_time(&text, "DTSTAMP:", sim_json_text(item, "start_time", ""));
		add_ical_time(&text, "DTSTART:", sim_json_text(item, "start_time", ""));
		add_ical_time(&text, "DTEND:", sim_json_text(item, "end_time", ""));
		sim_buf_printf(&text, "SUMMARY:%s\r\nDESCRIPTION:%s\r\nEND:VEVENT\r\n",
			       sim_json_text(item, "title", ""),
			       sim_json_text(cJSON_GetObjectItemCaseSensitive(item, "category"), "name", ""));
	}
	sim_buf_str(&text, "END:VCALENDAR\r\n");
	cJSON_Delete(all);
	call->answer->status = 200;
	call->answer->content_type = "text/calendar";
	call->answer->body = bstrdup(sim_buf_text(&text));
	call->answer->body_size = text.size;
	sim_buf_finish(&text);
}

static bool good_zone(const char *zone)
{
	/* Names of the IANA data base: Area/Place, or UTC. */
	return strcmp(zone, "UTC") == 0 || (strchr(zone, '/') && isupper((unsigned char)*zone) && !strchr(zone, ' '));
}

static void patch_settings(struct sim_call *call)
{
	const char *enabled = sim_param(call, "is_vacation_enabled");
	struct sim_area *area = call->channel->area;
	if (!area->has_schedule) {
		sim_fail(call, 404, "The broadcaster's schedule was not found.");
		return;
	}
	if (enabled && strcmp(enabled, "true") == 0) {
		const char *start = sim_need_param(call, "vacation_start_time");
		const char *end = start ? sim_need_param(call, "vacation_end_time") : NULL;
		const char *zone = end ? sim_need_param(call, "timezone") : NULL;
		if (!zone)
			return;
		if (sim_time_parse(start) < 0 || sim_time_parse(end) <= sim_time_parse(start) || !good_zone(zone)) {
			sim_fail(call, 400, "The vacation times or the timezone are not valid.");
			return;
		}
		cJSON_Delete(area->vacation);
		area->vacation = cJSON_CreateObject();
		sim_json_put(area->vacation, "start_time", start);
		sim_json_put(area->vacation, "end_time", end);
	} else if (enabled) {
		cJSON_Delete(area->vacation);
		area->vacation = NULL;
	}
	sim_no_content(call);
}

/* Duration comes as text, "30" to "1380". 0 after an error. */
static int take_duration(struct sim_call *call)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->body, "duration");
	char *end = NULL;
	long minutes = cJSON_IsString(item) ? strtol(item->valuestring, &end, 10) : 0;
	if (end && !*end && minutes >= 30 && minutes <= 1380)
		return (int)minutes;
	sim_fail(call, 400, "The duration must be a string with the number of minutes, 30 to 1380.");
	return 0;
}

static bool good_texts(struct sim_call *call)
{
	const char *title = sim_json_text(call->body, "title", NULL),
		   *zone = sim_json_text(call->body, "timezone", NULL);
	const char *category = sim_json_text(call->body, "category_id", NULL);
	if (title && sim_code_points(title) > 140)
		sim_fail(call, 400, "The title is too long: the maximum length is 140 characters.");
	else if (zone && !good_zone(zone))
		sim_fail(call, 400, "The timezone is not valid.");
	else if (category && *category && !sim_game_find(category))
		sim_fail(call, 400, "The category_id is not valid.");
	return !sim_failed(call);
}

static void reply_segment(struct sim_call *call, const cJSON *series, int64_t start)
{
	cJSON *json = cJSON_CreateObject();
	cJSON_AddItemToObject(json, "data", schedule_json(call->channel, sim_array_of(segment_json(series, start))));
	sim_reply(call, 200, json);
}

static void post_segment(struct sim_call *call)
{
	const char *start = sim_need_text(call, "start_time"), *zone = start ? sim_need_text(call, "timezone") : NULL;
	int minutes = zone ? take_duration(call) : 0;
	if (!minutes || !good_texts(call))
		return;
	int64_t start_ms = sim_time_parse(start);
	bool weekly = sim_json_bool(call->body, "is_recurring", false);
	if (start_ms < 0) {
		sim_fail(call, 400, "The start_time must be in RFC 3339 format.");
		return;
	}
	if (!weekly && !sim_monetized(call->channel->user)) {
		sim_fail(call, 403, "Only partners and affiliates may add non-recurring broadcast segments.");
		return;
	}
	char id[SIM_ID_SIZE];
	cJSON *series = cJSON_CreateObject();
	sim_new_id(call->sim, id);
	sim_json_put(series, "series", id);
	sim_json_put_int(series, "start_ms", start_ms);
	sim_json_put_int(series, "minutes", minutes);
	sim_json_put(series, "title", sim_json_text(call->body, "title", ""));
	sim_json_put(series, "category", sim_json_text(call->body, "category_id", ""));
	sim_json_put(series, "timezone", zone);
	sim_json_put_bool(series, "weekly", weekly);
	cJSON_AddItemToArray(call->channel->area->segments, series);
	call->channel->area->has_schedule = true;
	reply_segment(call, series, start_ms);
}

static cJSON *need_series(struct sim_call *call)
{
	const char *id = sim_need_param(call, "id");
	cJSON *series = id ? find_series(call->channel, id) : NULL;
	if (id && !series)
		sim_fail(call, 404, "The broadcast segment was not found.");
	return series;
}

static void patch_segment(struct sim_call *call)
{
	cJSON *series = need_series(call);
	if (!series || !good_texts(call))
		return;
	const char *start = sim_json_text(call->body, "start_time", NULL);
	int64_t start_ms = start ? sim_time_parse(start) : 0, now = sim_now_ms(call->sim);
	bool weekly = sim_json_bool(series, "weekly", false);
	if (start && (start_ms < 0 || weekly || !sim_monetized(call->channel->user))) {
		sim_fail(call, 400, "The start time of this broadcast segment may not be changed.");
		return;
	}
	int minutes = sim_json_has(call->body, "duration") ? take_duration(call) : 0;
	if (sim_failed(call))
		return;
	if (minutes)
		sim_json_set(series, "minutes", cJSON_CreateNumber(minutes));
	if (start)
		sim_json_set(series, "start_ms", cJSON_CreateNumber((double)start_ms));
	static const char *const names[][2] = {{"title", "title"},
					       {"category_id", "category"},
					       {"timezone", "timezone"}};
	for (int i = 0; i < 3; i++) {
		const char *value = sim_json_text(call->body, names[i][0], NULL);
		if (value)
			sim_json_set(series, names[i][1], cJSON_CreateString(value));
	}
	/* The next occurrence, which is also the one that is cancelled. */
	int64_t next = sim_json_int(series, "start_ms", 0), length = sim_json_int(series, "minutes", 0) * 60000;
	while (weekly && next + length < now)
		next += WEEK_MS;
	const cJSON *canceled = cJSON_GetObjectItemCaseSensitive(call->body, "is_canceled");
	if (cJSON_IsBool(canceled))
		sim_json_set(series, "canceled_ms",
			     cJSON_CreateNumber(cJSON_IsTrue(canceled) ? (double)(next + length) : 0));
	reply_segment(call, series, next);
}

static void delete_segment(struct sim_call *call)
{
	const char *id = sim_need_param(call, "id");
	cJSON *series = id ? find_series(call->channel, id) : NULL;
	if (!id)
		return;
	if (series)
		cJSON_Delete(cJSON_DetachItemViaPointer(call->channel->area->segments, series));
	sim_no_content(call);
}

const struct sim_endpoint sim_helix_schedule[] = {
	{"GET", "/schedule", NULL, SIM_BROADCASTER, get_schedule},
	{"GET", "/schedule/icalendar", NULL, SIM_NO_HEADERS | SIM_BROADCASTER, get_icalendar},
	{"PATCH", "/schedule/settings", "channel:manage:schedule", SIM_BROADCASTER_SELF, patch_settings},
	{"POST", "/schedule/segment", "channel:manage:schedule", SIM_BODY | SIM_BROADCASTER_SELF, post_segment},
	{"PATCH", "/schedule/segment", "channel:manage:schedule", SIM_BODY | SIM_BROADCASTER_SELF, patch_segment},
	{"DELETE", "/schedule/segment", "channel:manage:schedule", SIM_BROADCASTER_SELF, delete_segment},
	{NULL, NULL, NULL, 0, NULL},
};
