#include "chat/export.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>
#include <util/bmem.h>

#include "bus/event_json.h"
#include "platform/clock.h"

#define LINES 5         /* that subtitles show at once */
#define FRESH_MS 8000   /* how long each of them stays */
#define TWITCHDOWNLOADER_MAJOR 1
#define TWITCHDOWNLOADER_MINOR 4

struct line {
	char *name, *text;
	uint32_t color;
	int64_t at_ms;
};

struct exporter {
	const struct lx_export *what;
	const struct lx_export_span *span;
	lx_export_sink sink;
	void *data;
	bool stopped;
	struct dstr out;
	size_t written; /* rows */
	/* subtitles */
	struct line lines[LINES];
	size_t line_count, cues;
};

static const struct {
	const char *word, *suffix;
} formats[LX_EXPORT_COUNT] = {
	[LX_EXPORT_TEXT] = {"txt", "txt"}, [LX_EXPORT_JSONL] = {"jsonl", "jsonl"},
	[LX_EXPORT_CSV] = {"csv", "csv"},  [LX_EXPORT_SRT] = {"srt", "srt"},
	[LX_EXPORT_ASS] = {"ass", "ass"},  [LX_EXPORT_TWITCHDOWNLOADER] = {"twitchdownloader", "json"},
};

enum lx_export_format lx_export_format_of(const char *word)
{
	int format = 0;
	while (format < LX_EXPORT_COUNT && strcmp(formats[format].word, word) != 0)
		format++;
	return (enum lx_export_format)format;
}

const char *lx_export_suffix(enum lx_export_format format)
{
	return formats[format].suffix;
}

static bool send(struct exporter *exporter)
{
	if (exporter->out.len && !exporter->stopped)
		exporter->stopped = !exporter->sink(exporter->out.array, exporter->out.len, exporter->data);
	dstr_resize(&exporter->out, 0);
	return !exporter->stopped;
}

/* --- times ------------------------------------------------------------------------------------------------------- */

static int64_t position_of(const struct exporter *exporter, int64_t unix_ms)
{
	const int64_t position =
		exporter->span->position_ms + unix_ms - exporter->span->from_ms + exporter->what->shift_ms;
	return position > 0 ? position : 0;
}

static void put_date(struct dstr *out, int64_t unix_ms)
{
	char date[40];
	struct tm time = {0};
	lx_clock_utc(unix_ms, &time);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &time);
	dstr_catf(out, "%s.%03dZ", date, (int)(unix_ms % 1000));
}

/* Hours (at least `width` digits), minutes, seconds; then `point` and as many digits of the fraction, if any. */
static void put_clock(struct dstr *out, int64_t ms, int width, char point, int fraction)
{
	dstr_catf(out, "%0*d:%02d:%02d", width, (int)(ms / 3600000), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60));
	if (fraction == 3)
		dstr_catf(out, "%c%03d", point, (int)(ms % 1000));
	else if (fraction == 2)
		dstr_catf(out, "%c%02d", point, (int)(ms % 1000 / 10));
}

/* --- lines of text ----------------------------------------------------------------------------------------------- */

static const char *body_of(const struct lx_chat *chat)
{
	return *chat->text ? chat->text : chat->notice_text;
}

static void put_text(struct exporter *exporter, const struct lx_log_row *row)
{
	const struct lx_chat *chat = &row->event.chat;
	dstr_cat_ch(&exporter->out, '[');
	if (exporter->what->positions)
		put_clock(&exporter->out, position_of(exporter, row->event.time_ms), 1, 0, 0);
	else
		put_date(&exporter->out, row->event.time_ms);
	dstr_cat(&exporter->out, "] ");
	if (*chat->notice_text)
		dstr_catf(&exporter->out, "* %s%s", chat->notice_text, *chat->text ? " " : "");
	if (*chat->text)
		dstr_catf(&exporter->out, "%s%s %s", chat->user.name, chat->flags & LX_CHAT_ACTION ? "" : ":",
			  chat->text);
	dstr_cat(&exporter->out, row->deleted ? " (x)\n" : "\n");
}

static void put_jsonl(struct exporter *exporter, const struct lx_log_row *row)
{
	cJSON *json = lx_event_to_json(&row->event);
	if (row->deleted)
		cJSON_AddBoolToObject(json, "deleted", true);
	if (exporter->what->positions)
		cJSON_AddNumberToObject(json, "position_ms", (double)position_of(exporter, row->event.time_ms));
	char *text = cJSON_PrintUnformatted(json);
	dstr_catf(&exporter->out, "%s\n", text);
	cJSON_free(text);
	cJSON_Delete(json);
}

static void put_cell(struct dstr *out, const char *text)
{
	dstr_cat_ch(out, '"');
	/* What would be worked out instead of shown. */
	if (*text && strchr("=+-@", *text))
		dstr_cat_ch(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			dstr_cat_ch(out, '"');
		dstr_cat_ch(out, *text);
	}
	dstr_cat_ch(out, '"');
}

static void put_csv(struct exporter *exporter, const struct lx_log_row *row)
{
	const struct lx_chat *chat = &row->event.chat;
	struct dstr *out = &exporter->out;
	put_date(out, row->event.time_ms);
	dstr_cat_ch(out, ',');
	if (exporter->what->positions)
		put_clock(out, position_of(exporter, row->event.time_ms), 1, '.', 3);
	const char *const cells[] = {row->event.channel, chat->user.id, chat->user.login,  chat->user.name,
				     chat->notice,       chat->text,    chat->notice_text, chat->id};
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		dstr_cat_ch(out, ',');
		put_cell(out, cells[i]);
	}
	dstr_catf(out, ",%u,%d\r\n", (unsigned)chat->bits, row->deleted);
}

/* --- subtitles --------------------------------------------------------------------------------------------------- */

static void free_line(struct line *line)
{
	bfree(line->name);
	bfree(line->text);
}

static void put_srt_part(struct dstr *out, const char *text)
{
	/* Players take < for the beginning of markup, and --> for a time. */
	for (; *text; text++) {
		if (*text == '<')
			dstr_cat(out, "\xEF\xBC\x9C");
		else if (*text == '>')
			dstr_cat(out, "\xEF\xBC\x9E");
		else
			dstr_cat_ch(out, *text);
	}
}

static void put_ass_part(struct dstr *out, const char *text)
{
	/* Braces begin commands, and so does a backslash. */
	for (; *text; text++) {
		if (*text == '{' || *text == '}')
			dstr_catf(out, "\\%c", *text);
		else if (*text == '\\')
			dstr_cat(out, "\\\xE2\x80\x8B");
		else
			dstr_cat_ch(out, *text);
	}
}

static void put_ass_line(struct dstr *out, const struct line *line)
{
	const uint32_t color = line->color == LX_COLOR_NONE ? 0xFFFFFF : line->color;
	/* Blue, green, red. */
	dstr_catf(out, "{\\1c&H%02X%02X%02X&}", (unsigned)(color & 255), (unsigned)(color >> 8 & 255),
		  (unsigned)(color >> 16 & 255));
	put_ass_part(out, line->name);
	dstr_cat(out, "{\\1c&HFFFFFF&}: ");
	put_ass_part(out, line->text);
}

/* What is on screen from the newest line on, until `end_ms` at the latest. */
static void put_cue(struct exporter *exporter, int64_t end_ms)
{
	struct dstr *out = &exporter->out;
	if (!exporter->line_count)
		return;
	const int64_t begin_ms = exporter->lines[exporter->line_count - 1].at_ms;
	if (end_ms > begin_ms + FRESH_MS)
		end_ms = begin_ms + FRESH_MS;
	if (end_ms <= begin_ms)
		return;
	if (exporter->what->format == LX_EXPORT_SRT) {
		dstr_catf(out, "%zu\n", ++exporter->cues);
		put_clock(out, begin_ms, 2, ',', 3);
		dstr_cat(out, " --> ");
		put_clock(out, end_ms, 2, ',', 3);
		dstr_cat_ch(out, '\n');
		for (size_t i = 0; i < exporter->line_count; i++) {
			put_srt_part(out, exporter->lines[i].name);
			dstr_cat(out, ": ");
			put_srt_part(out, exporter->lines[i].text);
			dstr_cat_ch(out, '\n');
		}
		dstr_cat_ch(out, '\n');
		return;
	}
	dstr_cat(out, "Dialogue: 0,");
	put_clock(out, begin_ms, 1, '.', 2);
	dstr_cat_ch(out, ',');
	put_clock(out, end_ms, 1, '.', 2);
	dstr_cat(out, ",Chat,,0,0,0,,");
	for (size_t i = 0; i < exporter->line_count; i++) {
		dstr_cat(out, i ? "\\N" : "");
		put_ass_line(out, &exporter->lines[i]);
	}
	dstr_cat_ch(out, '\n');
}

static void drop_lines(struct exporter *exporter, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free_line(&exporter->lines[i]);
	exporter->line_count -= count;
	memmove(exporter->lines, exporter->lines + count, exporter->line_count * sizeof(*exporter->lines));
}

static void put_subtitle(struct exporter *exporter, const struct lx_log_row *row)
{
	const struct lx_chat *chat = &row->event.chat;
	const int64_t at_ms = position_of(exporter, row->event.time_ms);
	put_cue(exporter, at_ms);
	size_t stale = 0;
	while (stale < exporter->line_count && exporter->lines[stale].at_ms + FRESH_MS <= at_ms)
		stale++;
	drop_lines(exporter, stale);
	if (exporter->line_count == LINES)
		drop_lines(exporter, 1);
	exporter->lines[exporter->line_count++] =
		(struct line){bstrdup(chat->user.name), bstrdup(body_of(chat)), chat->user.color, at_ms};
}

/* --- TwitchDownloader -------------------------------------------------------------------------------------------- */

static void add_date(cJSON *json, const char *key, int64_t unix_ms)
{
	struct dstr date = {0};
	put_date(&date, unix_ms);
	cJSON_AddStringToObject(json, key, date.array);
	dstr_free(&date);
}

static void add_fragment(cJSON *fragments, const char *text, size_t size, const char *emote)
{
	if (!size)
		return;
	cJSON *fragment = cJSON_CreateObject();
	char *copy = bstrdup_n(text, size);
	cJSON_AddStringToObject(fragment, "text", copy);
	if (emote)
		cJSON_AddStringToObject(cJSON_AddObjectToObject(fragment, "emoticon"), "emoticon_id", emote);
	else
		cJSON_AddNullToObject(fragment, "emoticon");
	cJSON_AddItemToArray(fragments, fragment);
	bfree(copy);
}

static void add_fragments(cJSON *message, const struct lx_chat *chat, const char *body)
{
	cJSON *fragments = cJSON_AddArrayToObject(message, "fragments");
	cJSON *emoticons = cJSON_AddArrayToObject(message, "emoticons");
	size_t at = 0;
	for (size_t i = 0; body == chat->text && i < chat->emote_count; i++) {
		const struct lx_emote *emote = &chat->emotes[i];
		add_fragment(fragments, body + at, emote->byte_begin - at, NULL);
		add_fragment(fragments, body + emote->byte_begin, emote->byte_end - emote->byte_begin, emote->id);
		at = emote->byte_end;
		cJSON *emoticon = cJSON_CreateObject();
		cJSON_AddStringToObject(emoticon, "_id", emote->id);
		cJSON_AddNumberToObject(emoticon, "begin", emote->first);
		cJSON_AddNumberToObject(emoticon, "end", emote->last);
		cJSON_AddItemToArray(emoticons, emoticon);
	}
	add_fragment(fragments, body + at, strlen(body + at), NULL);
}

static void add_badges(cJSON *message, const char *badges)
{
	cJSON *list = cJSON_AddArrayToObject(message, "user_badges");
	while (*badges) {
		const size_t size = strcspn(badges, ","), set = strcspn(badges, "/,");
		char *name = bstrdup_n(badges, set);
		char *version = bstrdup_n(badges + set + (set < size), size - set - (set < size));
		cJSON *badge = cJSON_CreateObject();
		cJSON_AddStringToObject(badge, "_id", name);
		cJSON_AddStringToObject(badge, "version", version);
		cJSON_AddItemToArray(list, badge);
		bfree(name);
		bfree(version);
		badges += size + (badges[size] == ',');
	}
}

static void put_comment(struct exporter *exporter, const struct lx_log_row *row)
{
	const struct lx_chat *chat = &row->event.chat;
	cJSON *comment = cJSON_CreateObject();
	cJSON_AddStringToObject(comment, "_id", chat->id);
	add_date(comment, "created_at", row->event.time_ms);
	cJSON_AddStringToObject(comment, "channel_id", row->event.room_id);
	cJSON_AddStringToObject(comment, "content_type", "video");
	cJSON_AddStringToObject(comment, "content_id", exporter->what->id);
	cJSON_AddNumberToObject(comment, "content_offset_seconds",
				(double)position_of(exporter, row->event.time_ms) / 1000);
	cJSON *commenter = cJSON_AddObjectToObject(comment, "commenter");
	cJSON_AddStringToObject(commenter, "display_name", chat->user.name);
	cJSON_AddStringToObject(commenter, "_id", chat->user.id);
	cJSON_AddStringToObject(commenter, "name", chat->user.login);
	cJSON_AddNullToObject(commenter, "bio");
	cJSON_AddNullToObject(commenter, "logo");
	cJSON *message = cJSON_AddObjectToObject(comment, "message");
	cJSON_AddStringToObject(message, "body", body_of(chat));
	cJSON_AddNumberToObject(message, "bits_spent", chat->bits);
	cJSON_AddBoolToObject(message, "is_action", (chat->flags & LX_CHAT_ACTION) != 0);
	add_fragments(message, chat, body_of(chat));
	add_badges(message, chat->user.badges);
	if (chat->user.color == LX_COLOR_NONE) {
		cJSON_AddNullToObject(message, "user_color");
	} else {
		char color[8];
		snprintf(color, sizeof(color), "#%06X", (unsigned)(chat->user.color & 0xFFFFFF));
		cJSON_AddStringToObject(message, "user_color", color);
	}
	cJSON *params = cJSON_AddObjectToObject(message, "user_notice_params");
	if (*chat->notice)
		cJSON_AddStringToObject(params, "msg-id", chat->notice);
	else
		cJSON_AddNullToObject(params, "msg-id");
	char *text = cJSON_PrintUnformatted(comment);
	dstr_catf(&exporter->out, "%s%s", exporter->written ? ",\n" : "\n", text);
	cJSON_free(text);
	cJSON_Delete(comment);
}

static int64_t end_of(const struct lx_export *what)
{
	const struct lx_export_span *last = what->span_count ? &what->spans[what->span_count - 1] : NULL;
	return last ? last->position_ms + last->to_ms - last->from_ms : 0;
}

static void put_chat_head(struct exporter *exporter)
{
	const struct lx_export *what = exporter->what;
	const int64_t begin_ms = what->span_count ? what->spans[0].from_ms - what->spans[0].position_ms : 0;
	cJSON *json = cJSON_CreateObject();
	cJSON *info = cJSON_AddObjectToObject(json, "FileInfo");
	cJSON *version = cJSON_AddObjectToObject(info, "Version");
	cJSON_AddNumberToObject(version, "Major", TWITCHDOWNLOADER_MAJOR);
	cJSON_AddNumberToObject(version, "Minor", TWITCHDOWNLOADER_MINOR);
	cJSON_AddNumberToObject(version, "Patch", 0);
	add_date(info, "CreatedAt", begin_ms);
	add_date(info, "UpdatedAt", begin_ms);
	cJSON *streamer = cJSON_AddObjectToObject(json, "streamer");
	cJSON_AddStringToObject(streamer, "name", what->channel);
	cJSON_AddStringToObject(streamer, "login", what->channel);
	double id = 0;
	sscanf(what->room_id, "%15lf", &id);
	cJSON_AddNumberToObject(streamer, "id", isfinite(id) ? id : 0);
	cJSON *video = cJSON_AddObjectToObject(json, "video");
	cJSON_AddStringToObject(video, "title", what->title);
	cJSON_AddStringToObject(video, "id", what->id);
	add_date(video, "created_at", begin_ms);
	cJSON_AddNumberToObject(video, "start", 0);
	cJSON_AddNumberToObject(video, "end", (double)end_of(what) / 1000);
	cJSON_AddNumberToObject(video, "length", (double)end_of(what) / 1000);
	char *text = cJSON_PrintUnformatted(json);
	/* The comments follow inside the same object. */
	dstr_ncat(&exporter->out, text, strlen(text) - 1);
	dstr_cat(&exporter->out, ",\"comments\":[");
	cJSON_free(text);
	cJSON_Delete(json);
}

/* --- all of it --------------------------------------------------------------------------------------------------- */

static void put_head(struct exporter *exporter)
{
	switch (exporter->what->format) {
	case LX_EXPORT_CSV:
		dstr_cat(&exporter->out,
			 "time,position,channel,user_id,login,name,notice,text,notice_text,id,bits,deleted\r\n");
		break;
	case LX_EXPORT_ASS:
		dstr_cat(
			&exporter->out,
			"[Script Info]\nScriptType: v4.00+\nPlayResX: 1920\nPlayResY: 1080\nWrapStyle: 0\n\n"
			"[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, "
			"BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n"
			"Style: Chat,Sans,36,&H00FFFFFF,&H00000000,&H80000000,0,1,2,0,1,40,1200,60,1\n\n"
			"[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n");
		break;
	case LX_EXPORT_TWITCHDOWNLOADER:
		put_chat_head(exporter);
		break;
	default:
		break;
	}
}

static void put_tail(struct exporter *exporter)
{
	put_cue(exporter, INT64_MAX - FRESH_MS);
	drop_lines(exporter, exporter->line_count);
	if (exporter->what->format == LX_EXPORT_TWITCHDOWNLOADER)
		dstr_cat(&exporter->out, "\n],\"embeddedData\":null}\n");
}

static bool put_row(const struct lx_log_row *row, void *data)
{
	struct exporter *exporter = data;
	static void (*const writers[LX_EXPORT_COUNT])(struct exporter *exporter, const struct lx_log_row *row) = {
		put_text, put_jsonl, put_csv, put_subtitle, put_subtitle, put_comment,
	};
	if (row->deleted && !exporter->what->deleted)
		return true;
	writers[exporter->what->format](exporter, row);
	exporter->written++;
	if (exporter->what->progress)
		*exporter->what->progress = exporter->written;
	return send(exporter);
}

int lx_export_write(struct lx_log_reader *reader, const struct lx_export *what, lx_export_sink sink, void *data)
{
	struct exporter exporter = {.what = what, .sink = sink, .data = data};
	int result = SQLITE_OK;
	put_head(&exporter);
	send(&exporter);
	for (size_t i = 0; result == SQLITE_OK && !exporter.stopped && i < what->span_count; i++) {
		exporter.span = &what->spans[i];
		result = lx_log_reader_span(reader, what->channel, exporter.span->from_ms, exporter.span->to_ms,
					    put_row, &exporter);
	}
	put_tail(&exporter);
	send(&exporter);
	dstr_free(&exporter.out);
	return result == SQLITE_OK && exporter.stopped ? SQLITE_ABORT : result;
}

int lx_export_found(struct lx_find *find, const struct lx_export *what, lx_export_sink sink, void *data, size_t *rows)
{
	const struct lx_export_span always = {0, INT64_MAX, 0};
	struct exporter exporter = {.what = what, .span = &always, .sink = sink, .data = data};
	put_head(&exporter);
	send(&exporter);
	const int result = exporter.stopped ? SQLITE_OK : lx_find_all(find, put_row, &exporter);
	put_tail(&exporter);
	send(&exporter);
	dstr_free(&exporter.out);
	if (rows)
		*rows = exporter.written;
	return result == SQLITE_OK && exporter.stopped ? SQLITE_ABORT : result;
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *other = strrchr(path, '\\');
	const char *last = other > slash ? other : slash;
	return last ? last + 1 : path;
}

size_t lx_export_recording(struct lx_log_reader *reader, const char *path, struct lx_export_span *out, size_t capacity)
{
	sqlite3_stmt *statement = NULL;
	size_t count = 0;
	for (int whole = 1; !count && whole >= 0; whole--) {
		if (sqlite3_prepare_v2(
			    lx_log_reader_db(reader),
			    "SELECT s.begin_ms - r.skew_ms, coalesce(s.end_ms, s.begin_ms) - r.skew_ms, s.position_ms,"
			    " s.path FROM recording_span s JOIN recording r ON r.id = s.recording"
			    " ORDER BY s.begin_ms, s.id",
			    -1, &statement, NULL) != SQLITE_OK)
			return 0;
		while (count < capacity && sqlite3_step(statement) == SQLITE_ROW) {
			const char *stored = (const char *)sqlite3_column_text(statement, 3);
			const struct lx_export_span span = {sqlite3_column_int64(statement, 0),
							    sqlite3_column_int64(statement, 1),
							    sqlite3_column_int64(statement, 2)};
			if (strcmp(whole ? stored : file_name(stored), whole ? path : file_name(path)) == 0 &&
			    span.to_ms > span.from_ms)
				out[count++] = span;
		}
		sqlite3_finalize(statement);
	}
	return count;
}
