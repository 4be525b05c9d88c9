#include "chat/import.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <util/bmem.h>
#include <util/darray.h>
#include <util/dstr.h>

#include "twitch/irc_event.h"

#define LINE_MAX_BYTES 65536 /* Twitch's are 8 KB of tags and 512 bytes at most */

/* --- times ------------------------------------------------------------------------------------------------------- */

/* Days since 1970 (Howard Hinnant's days_from_civil): the C library knows no UTC of its own. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	const int64_t era = (year >= 0 ? year : year - 399) / 400;
	const int64_t of_era = year - era * 400;
	const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool digits(const char **at, int count, int64_t *number)
{
	*number = 0;
	for (int i = 0; i < count; i++, ++*at) {
		if (**at < '0' || **at > '9')
			return false;
		*number = *number * 10 + (**at - '0');
	}
	return true;
}

static bool sign(const char **at, const char *wanted)
{
	if (!**at || !strchr(wanted, **at))
		return false;
	++*at;
	return true;
}

/* ISO 8601, date and time; moves `at` behind it. */
static bool iso_time(const char **at, int64_t *unix_ms)
{
	int64_t year, month, day, hour, minute, second, ms = 0, zone_hour, zone_minute = 0;
	const char *from = *at;
	if (!digits(&from, 4, &year) || !sign(&from, "-") || !digits(&from, 2, &month) || !sign(&from, "-") ||
	    !digits(&from, 2, &day) || !sign(&from, "T _") || !digits(&from, 2, &hour) || !sign(&from, ":") ||
	    !digits(&from, 2, &minute) || !sign(&from, ":") || !digits(&from, 2, &second))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
		return false;
	if (sign(&from, ".,")) {
		for (int64_t unit = 100; *from >= '0' && *from <= '9'; from++, unit /= 10)
			ms += unit * (*from - '0');
	}
	*unix_ms = (((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000 + ms;
	const char zone = *from;
	if (sign(&from, "Z")) {
		*at = from;
		return true;
	}
	if (sign(&from, "+-") && digits(&from, 2, &zone_hour)) {
		sign(&from, ":");
		if (*from >= '0' && *from <= '9' && !digits(&from, 2, &zone_minute))
			return false;
		*unix_ms -= (zone == '+' ? 1 : -1) * (zone_hour * 60 + zone_minute) * 60000;
	}
	*at = from;
	return true;
}

/* A time in front of a line, 0 = none; moves `at` to the line itself. */
static int64_t time_in_front(const char **at)
{
	const char *from = *at;
	int64_t unix_ms = 0;
	const bool bracket = sign(&from, "[");
	if (!iso_time(&from, &unix_ms)) {
		int64_t number = 0;
		int count = 0;
		for (; *from >= '0' && *from <= '9' && count < 14; from++, count++)
			number = number * 10 + (*from - '0');
		if (count < 9)
			return 0;
		unix_ms = count >= 12 ? number : number * 1000;
		/* Fractions of seconds. */
		if (count < 12 && sign(&from, ".")) {
			for (int64_t unit = 100; *from >= '0' && *from <= '9'; from++, unit /= 10)
				unix_ms += unit * (*from - '0');
		}
	}
	if (bracket && !sign(&from, "]"))
		return 0;
	while (*from == ' ' || *from == '\t')
		from++;
	*at = from;
	return unix_ms;
}

/* --- IRC --------------------------------------------------------------------------------------------------------- */

static bool is_chat(const struct lx_event *event)
{
	switch (event->type) {
	case LX_EVENT_CHAT_MESSAGE:
	case LX_EVENT_CHAT_NOTICE:
	case LX_EVENT_MESSAGE_DELETED:
	case LX_EVENT_USER_BANNED:
	case LX_EVENT_CHAT_CLEARED:
	case LX_EVENT_NOTICE:
		return *event->channel != 0;
	default:
		return false;
	}
}

static bool import_line(struct lx_irc_decoder *decoder, struct lx_irc_message *message, const char *line, size_t size,
			lx_import_found found, void *data, struct lx_import_result *result)
{
	char *copy = bmalloc(size + LX_IRC_PADDING);
	struct lx_event event;
	bool go_on = true;
	memcpy(copy, line, size);
	memset(copy + size, 0, LX_IRC_PADDING);
	const char *at = copy;
	const int64_t time_ms = time_in_front(&at);
	const size_t left = size - (size_t)(at - copy);
	if (lx_irc_parse(message, (char *)at, left) != LX_IRC_OK) {
		result->skipped++;
	} else if (!lx_irc_decode(decoder, message, time_ms, &event)) {
		result->skipped += lx_irc_command(message, NULL) == LX_IRC_OTHER;
	} else if (is_chat(&event)) {
		result->understood = true;
		if (event.time_ms > 0) {
			result->events++;
			go_on = found(&event, data);
		} else {
			result->skipped++;
		}
	}
	bfree(copy);
	return go_on;
}

static void import_lines(const char *bytes, size_t size, lx_import_found found, void *data,
			 struct lx_import_result *result)
{
	struct lx_irc_decoder *decoder = lx_irc_decoder_create();
	struct lx_irc_message message;
	const char *end = bytes + size;
	bool go_on = true;
	lx_irc_message_init(&message);
	while (go_on && bytes < end) {
		const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t length = (size_t)((stop ? stop : end) - bytes);
		const char *line = bytes;
		bytes += length + 1;
		while (length && line[length - 1] == '\r')
			length--;
		if (length > LINE_MAX_BYTES)
			result->skipped++;
		else if (length)
			go_on = import_line(decoder, &message, line, length, found, data, result);
	}
	lx_irc_message_finish(&message);
	lx_irc_decoder_destroy(decoder);
}

/* --- TwitchDownloader -------------------------------------------------------------------------------------------- */

typedef DARRAY(char *) strings_t;
typedef DARRAY(struct lx_emote) emotes_t;

struct comments {
	lx_import_found found;
	void *data;
	struct lx_import_result *result;
	int64_t begin_ms; /* of the video */
	const char *channel, *room_id;
	strings_t strings; /* of one comment */
	emotes_t emotes;
};

/* Safe text, until the next comment. */
static const char *keep(struct comments *comments, const char *text, size_t size)
{
	char *safe = bmalloc(size * 3 + 1);
	const size_t length = lx_irc_text_make_safe(safe, text, size);
	safe[length] = 0;
	da_push_back(comments->strings, &safe);
	return safe;
}

static const char *text_of(struct comments *comments, const cJSON *json, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
	char number[32];
	if (cJSON_IsString(item))
		return keep(comments, item->valuestring, strlen(item->valuestring));
	if (!cJSON_IsNumber(item))
		return "";
	/* Ids, which some versions write as numbers. */
	snprintf(number, sizeof(number), "%.0f", item->valuedouble);
	return keep(comments, number, strlen(number));
}

static bool date_of(const cJSON *json, const char *key, int64_t *unix_ms)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
	const char *text = cJSON_IsString(item) ? item->valuestring : "";
	/* The year 1 is what it writes for "not known". */
	return iso_time(&text, unix_ms) && *unix_ms > 0;
}

static uint32_t color_of(const cJSON *message)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(message, "user_color");
	unsigned color;
	char rest;
	return cJSON_IsString(item) && sscanf(item->valuestring, "#%6x%c", &color, &rest) == 1 ? color : LX_COLOR_NONE;
}

static void read_badges(struct comments *comments, const cJSON *message, struct lx_user *user)
{
	struct dstr badges = {0};
	const cJSON *badge;
	cJSON_ArrayForEach (badge, cJSON_GetObjectItemCaseSensitive(message, "user_badges")) {
		const char *id = text_of(comments, badge, "_id"), *version = text_of(comments, badge, "version");
		if (!*id || strpbrk(id, "/,") || strpbrk(version, "/,"))
			continue;
		dstr_catf(&badges, "%s%s/%s", badges.len ? "," : "", id, version);
		user->roles |= lx_irc_badge_role(id, strlen(id));
	}
	if (badges.len)
		user->badges = keep(comments, badges.array, badges.len);
	dstr_free(&badges);
}

static bool is_emote_id(const char *id)
{
	if (!*id)
		return false;
	for (; *id; id++) {
		if (!((*id >= '0' && *id <= '9') || (*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z') ||
		      *id == '_' || *id == '-'))
			return false;
	}
	return true;
}

static uint32_t count_points(const char *text)
{
	uint32_t count = 0, point;
	const size_t size = strlen(text);
	for (size_t at = 0; at < size; count++)
		at += lx_irc_text_next(text + at, size - at, &point);
	return count;
}

/* The text is what the fragments say, if there are any, else the body; emotes are fragments. */
static void read_text(struct comments *comments, const cJSON *message, struct lx_chat *chat)
{
	struct dstr text = {0};
	const cJSON *fragment;
	uint32_t points = 0;
	da_resize(comments->emotes, 0);
	cJSON_ArrayForEach (fragment, cJSON_GetObjectItemCaseSensitive(message, "fragments")) {
		const char *part = text_of(comments, fragment, "text");
		const char *id =
			text_of(comments, cJSON_GetObjectItemCaseSensitive(fragment, "emoticon"), "emoticon_id");
		const uint32_t count = count_points(part);
		if (count && is_emote_id(id)) {
			struct lx_emote emote = {id, points, points + count - 1, (uint32_t)text.len,
						 (uint32_t)(text.len + strlen(part))};
			da_push_back(comments->emotes, &emote);
		}
		dstr_cat(&text, part);
		points += count;
	}
	chat->text = text.len ? keep(comments, text.array, text.len) : text_of(comments, message, "body");
	chat->emotes = comments->emotes.array;
	chat->emote_count = text.len ? comments->emotes.num : 0;
	dstr_free(&text);
}

static bool read_comment(struct comments *comments, const cJSON *comment, struct lx_event *event)
{
	const cJSON *who = cJSON_GetObjectItemCaseSensitive(comment, "commenter");
	const cJSON *message = cJSON_GetObjectItemCaseSensitive(comment, "message");
	const cJSON *offset = cJSON_GetObjectItemCaseSensitive(comment, "content_offset_seconds");
	const cJSON *params = cJSON_GetObjectItemCaseSensitive(message, "user_notice_params");
	const cJSON *bits = cJSON_GetObjectItemCaseSensitive(message, "bits_spent");
	lx_event_init(event, LX_EVENT_CHAT_MESSAGE);
	struct lx_chat *chat = &event->chat;
	/* created_at is cut to seconds in some versions; the offset is not. */
	if (comments->begin_ms && cJSON_IsNumber(offset) && offset->valuedouble >= 0 && offset->valuedouble < 1e7) {
		event->time_ms = comments->begin_ms + (int64_t)(offset->valuedouble * 1000 + 0.5);
	} else if (!date_of(comment, "created_at", &event->time_ms)) {
		return false;
	}
	event->channel = comments->channel;
	event->room_id = comments->room_id;
	chat->id = text_of(comments, comment, "_id");
	chat->user.id = text_of(comments, who, "_id");
	chat->user.login = text_of(comments, who, "name");
	chat->user.name = text_of(comments, who, "display_name");
	if (!*chat->user.login)
		return false;
	if (!*chat->user.name)
		chat->user.name = chat->user.login;
	chat->user.color = color_of(message);
	read_badges(comments, message, &chat->user);
	read_text(comments, message, chat);
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(message, "is_action")))
		chat->flags |= LX_CHAT_ACTION;
	if (cJSON_IsNumber(bits) && bits->valuedouble > 0 && bits->valuedouble < 1e9)
		chat->bits = (uint32_t)bits->valuedouble;
	chat->notice = text_of(comments, params, "msg-id");
	if (!*chat->notice)
		chat->notice = text_of(comments, params, "msg_id");
	/* Highlighted messages have one too, and are messages all the same. */
	if (strcmp(chat->notice, "highlighted-message") == 0) {
		chat->flags |= LX_CHAT_HIGHLIGHTED;
		chat->notice = "";
	}
	if (*chat->notice) {
		/* What Twitch said and what the person said stand there as one. */
		event->type = LX_EVENT_CHAT_NOTICE;
		chat->notice_text = chat->text;
		chat->text = "";
		chat->emote_count = 0;
	}
	return true;
}

static void free_strings(struct comments *comments, size_t from)
{
	for (size_t i = from; i < comments->strings.num; i++)
		bfree(comments->strings.array[i]);
	da_resize(comments->strings, from);
}

static void import_comments(const cJSON *json, lx_import_found found, void *data, struct lx_import_result *result)
{
	struct comments comments = {.found = found, .data = data, .result = result};
	const cJSON *streamer = cJSON_GetObjectItemCaseSensitive(json, "streamer");
	const cJSON *video = cJSON_GetObjectItemCaseSensitive(json, "video");
	const cJSON *comment;
	struct dstr login = {0};
	const char *name = text_of(&comments, streamer, "login");
	dstr_copy(&login, *name ? name : text_of(&comments, streamer, "name"));
	for (char *at = login.array; at && *at; at++)
		*at = (char)(*at >= 'A' && *at <= 'Z' ? *at | 0x20 : *at);
	comments.channel = login.array ? login.array : "";
	comments.room_id = text_of(&comments, streamer, "id");
	if (!date_of(video, "created_at", &comments.begin_ms))
		comments.begin_ms = 0;
	const size_t kept = comments.strings.num;
	cJSON_ArrayForEach (comment, cJSON_GetObjectItemCaseSensitive(json, "comments")) {
		struct lx_event event;
		bool go_on = true;
		if (read_comment(&comments, comment, &event)) {
			result->events++;
			go_on = found(&event, data);
		} else {
			result->skipped++;
		}
		free_strings(&comments, kept);
		if (!go_on)
			break;
	}
	free_strings(&comments, 0);
	dstr_free(&login);
	da_free(comments.strings);
	da_free(comments.emotes);
}

void lx_import_bytes(const char *bytes, size_t size, lx_import_found found, void *data, struct lx_import_result *result)
{
	memset(result, 0, sizeof(*result));
	/* A byte order mark, which Windows programs write. */
	if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
		bytes += 3;
		size -= 3;
	}
	size_t first = 0;
	while (first < size &&
	       (bytes[first] == ' ' || bytes[first] == '\n' || bytes[first] == '\r' || bytes[first] == '\t'))
		first++;
	if (first == size || bytes[first] != '{') {
		import_lines(bytes, size, found, data, result);
		return;
	}
	cJSON *json = cJSON_ParseWithLength(bytes, size);
	if (cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(json, "comments"))) {
		result->understood = true;
		import_comments(json, found, data, result);
	}
	cJSON_Delete(json);
}
