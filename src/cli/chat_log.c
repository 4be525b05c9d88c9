/* Commands about the chat log: statistics, searching, exporting, importing. They need no OBS and no network. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

#include "bus/event_json.h"
#include "chat/chapters.h"
#include "chat/export.h"
#include "chat/find.h"
#include "chat/import.h"
#include "chat/log.h"
#include "chat/marker.h"
#include "cli/cli.h"
#include "cli/session.h"
#include "platform/stdio.h"

#define SPANS 1024
#define STREAMS 1000
#define MARKERS 10000
#define IMPORT_MAX ((int64_t)2 << 30)

struct options {
	char *path; /* of the data base */
	const char *format, *stream, *recording, *channel, *file, *me;
	size_t words; /* that are no option: of the query, or the one file */
	bool json, count, stats, deleted, youtube;
	int64_t limit, shift_ms;
	struct dstr query;
};

static void options_free(struct options *options)
{
	bfree(options->path);
	dstr_free(&options->query);
}

static bool number_of(const char *text, int64_t lowest, int64_t *number)
{
	char *end;
	*number = strtoll(text, &end, 10);
	return *text && !*end && *number >= lowest;
}

/* The file that the plugin writes, unless another one is named. */
static char *default_path(void)
{
	struct dstr path = {0};
	char *folder = lx_cli_config_dir();
	dstr_printf(&path, "%s/" LX_LOG_FILE, folder);
	bfree(folder);
	return path.array;
}

/* False: called the wrong way. */
static bool options_read(struct options *options, int argc, char **argv)
{
	const char *db = NULL;
	bool only_words = false; /* behind -- */
	memset(options, 0, sizeof(*options));
	options->limit = 50;
	options->channel = "";
	for (int i = 0; i < argc; i++) {
		const char *arg = argv[i];
		const struct {
			const char *name;
			const char **value;
		} values[] = {{"--db", &db},
			      {"--format", &options->format},
			      {"--stream", &options->stream},
			      {"--recording", &options->recording},
			      {"--channel", &options->channel},
			      {"--me", &options->me}};
		const size_t count = sizeof(values) / sizeof(*values);
		size_t value = 0;
		while (value < count && strcmp(values[value].name, arg) != 0)
			value++;
		if (only_words || strncmp(arg, "--", 2) != 0) {
			options->file = arg;
			options->words++;
			dstr_catf(&options->query, "%s%s", options->query.len ? " " : "", arg);
		} else if (strcmp(arg, "--") == 0) {
			only_words = true;
		} else if (value < count) {
			if (++i == argc)
				return false;
			*values[value].value = argv[i];
		} else if (strcmp(arg, "--json") == 0) {
			options->json = true;
		} else if (strcmp(arg, "--count") == 0) {
			options->count = true;
		} else if (strcmp(arg, "--stats") == 0) {
			options->stats = true;
		} else if (strcmp(arg, "--youtube") == 0) {
			options->youtube = true;
		} else if (strcmp(arg, "--deleted") == 0) {
			options->deleted = true;
		} else if (strcmp(arg, "--limit") == 0) {
			if (++i == argc || !number_of(argv[i], 1, &options->limit))
				return false;
		} else if (strcmp(arg, "--shift-ms") == 0) {
			if (++i == argc || !number_of(argv[i], -86400000, &options->shift_ms))
				return false;
		} else {
			return false;
		}
	}
	options->path = db ? bstrdup(db) : default_path();
	return true;
}

static int say_usage(const struct lx_cli *cli, struct options *options, const char *key)
{
	options_free(options);
	lx_cli_say(cli, key, NULL, 0);
	return 2;
}

static void say_trouble(const struct lx_cli *cli, const char *path, enum lx_database_trouble trouble)
{
	struct dstr sentence = {0};
	lx_log_trouble_text(cli->text, trouble, path, "", &sentence);
	fprintf(stderr, "%s\n", sentence.array);
	dstr_free(&sentence);
}

static struct lx_log_reader *open_reader(const struct lx_cli *cli, const struct options *options)
{
	enum lx_database_trouble trouble;
	const char *args[] = {options->path};
	if (!os_file_exists(options->path)) {
		lx_cli_say(cli, "Cli.Log.None", args, 1);
		return NULL;
	}
	struct lx_log_reader *reader = lx_log_reader_open(options->path, &trouble);
	if (!reader && (trouble == LX_DATABASE_DAMAGED || trouble == LX_DATABASE_FOREIGN))
		lx_cli_say(cli, "Cli.Log.NoLog", args, 1);
	else if (!reader)
		say_trouble(cli, options->path, trouble);
	return reader;
}

/* --- chat log ---------------------------------------------------------------------------------------------------- */

int lx_cli_chat_log(const struct lx_cli *cli, int argc, char **argv)
{
	static const struct {
		const char *key, *sql;
	} numbers[] = {
		{"messages", "SELECT count(*) FROM message"},
		{"deleted", "SELECT count(*) FROM message WHERE flags & 512"},
		{"users", "SELECT count(*) FROM user"},
		{"channels", "SELECT count(*) FROM channel"},
		{"moderation", "SELECT count(*) FROM moderation"},
		{"notices", "SELECT count(*) FROM notice"},
		{"streams", "SELECT count(*) FROM stream"},
		{"recordings", "SELECT count(*) FROM recording"},
		{"gaps", "SELECT count(*) FROM gap"},
		{"lost", "SELECT coalesce(sum(lost), 0) FROM gap WHERE lost > 0"},
		{"first_ms", "SELECT coalesce(min(id), 0) / 64 FROM message"},
		{"last_ms", "SELECT coalesce(max(id), 0) / 64 FROM message"},
	};
	struct options options;
	if (!options_read(&options, argc, argv) || !options.stats || options.words)
		return say_usage(cli, &options, "Cli.Help.ChatLog");
	struct lx_log_reader *reader = open_reader(cli, &options);
	if (reader) {
		cJSON *json = cJSON_CreateObject();
		cJSON_AddStringToObject(json, "path", options.path);
		cJSON_AddNumberToObject(json, "bytes", (double)lx_database_size(options.path));
		for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
			cJSON_AddNumberToObject(json, numbers[i].key,
						(double)lx_database_number(lx_log_reader_db(reader), numbers[i].sql,
									   0));
		char *text = cJSON_PrintUnformatted(json);
		puts(text);
		cJSON_free(text);
		cJSON_Delete(json);
	}
	const bool ok = reader != NULL;
	lx_log_reader_close(reader);
	options_free(&options);
	return ok ? 0 : 1;
}

/* --- chat search ------------------------------------------------------------------------------------------------- */

static bool print_json(const struct lx_log_row *row, void *data)
{
	(void)data;
	cJSON *json = lx_event_to_json(&row->event);
	cJSON_AddNumberToObject(json, "row", (double)row->id);
	cJSON_AddBoolToObject(json, "deleted", row->deleted);
	char *text = cJSON_PrintUnformatted(json);
	puts(text);
	cJSON_free(text);
	cJSON_Delete(json);
	return !ferror(stdout);
}

static bool print_line(const struct lx_log_row *row, void *data)
{
	const struct lx_chat *chat = &row->event.chat;
	char date[40];
	const time_t seconds = (time_t)(row->event.time_ms / 1000);
	(void)data;
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", localtime(&seconds));
	printf("%s #%s %s: %s%s%s%s\n", date, row->event.channel, chat->user.name, chat->notice_text,
	       *chat->notice_text && *chat->text ? " " : "", chat->text, row->deleted ? " (x)" : "");
	return !ferror(stdout);
}

static int search(const struct lx_cli *cli, const struct options *options, struct lx_log_reader *reader,
		  const struct lx_query *query)
{
	int result;
	int64_t total = 0;
	struct lx_find *find = lx_find_create(reader, query, &result);
	if (find && options->count) {
		result = lx_find_count(find, &total);
		if (result == SQLITE_OK)
			printf("%lld\n", (long long)total);
	} else if (find) {
		result = lx_find_newest(find, 0, (size_t)options->limit, options->json ? print_json : print_line, NULL);
	}
	lx_find_destroy(find);
	if (result != SQLITE_OK)
		say_trouble(cli, options->path, lx_database_trouble_of(result));
	return result == SQLITE_OK ? 0 : 1;
}

/* Below the text, a mark at what is wrong with it. */
static void show_error(const char *text, const struct lx_query_error *error)
{
	int before = 0;
	for (size_t i = 0; i < error->position; i++)
		before += ((unsigned char)text[i] & 0xC0) != 0x80;
	fprintf(stderr, "%s\n%s\n%*s^\n", error->sentence, text, before, "");
}

/* Who is meant by is:mention: the account that is signed in, unless somebody is named. */
static bool set_me(const struct lx_cli *cli, const struct options *options, struct lx_query *query)
{
	bool asked = false;
	for (size_t i = 0; i < query->count; i++)
		asked = asked || (query->terms[i].kind == LX_QUERY_IS && strcmp(query->terms[i].text, "mention") == 0);
	if (!asked)
		return true;
	char *own = options->me ? bstrdup(*options->me == '@' ? options->me + 1 : options->me) : lx_cli_own_login();
	const bool known = *own;
	lx_query_set_me(query, own);
	if (!known)
		lx_cli_say(cli, "Cli.Log.WhoAmI", NULL, 0);
	bfree(own);
	return known;
}

int lx_cli_chat_search(const struct lx_cli *cli, int argc, char **argv)
{
	struct options options;
	struct lx_query_error error;
	int status = 1;
	if (!options_read(&options, argc, argv))
		return say_usage(cli, &options, "Cli.Help.ChatSearch");
	lx_stdio_set_binary();
	struct lx_query *query = lx_query_parse(options.query.array ? options.query.array : "", cli->text,
						lx_clock_unix_ms(lx_clock_system()), &error);
	if (!query || !set_me(cli, &options, query)) {
		if (!query)
			show_error(options.query.array, &error);
		lx_query_destroy(query);
		options_free(&options);
		return 2;
	}
	struct lx_log_reader *reader = open_reader(cli, &options);
	if (reader)
		status = search(cli, &options, reader, query);
	lx_log_reader_close(reader);
	lx_query_destroy(query);
	options_free(&options);
	return status;
}

/* --- chat export ------------------------------------------------------------------------------------------------- */

static bool print_bytes(const char *bytes, size_t size, void *data)
{
	(void)data;
	return fwrite(bytes, 1, size, stdout) == size;
}

/* The stream that --stream names: "last", 2 for the one before … */
static bool choose_stream(struct lx_log_reader *reader, const struct options *options, struct lx_log_stream *out)
{
	int64_t number = 1;
	if (strcmp(options->stream, "last") != 0 && !number_of(options->stream, 1, &number))
		return false;
	struct lx_log_stream *streams = bmalloc(STREAMS * sizeof(*streams));
	const size_t count = lx_log_reader_streams(reader, options->channel, streams, STREAMS);
	const bool found = (size_t)number <= count;
	if (found)
		*out = streams[number - 1];
	bfree(streams);
	return found;
}

/* Of the newest message: what a chat file with room for one channel is about, if nobody says. */
static void choose_channel(struct lx_log_reader *reader, struct lx_log_stream *out)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(
		    lx_log_reader_db(reader),
		    "SELECT login, twitch_id FROM channel WHERE id = (SELECT channel FROM message ORDER BY id DESC LIMIT 1)",
		    -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW) {
		snprintf(out->channel, sizeof(out->channel), "%s", (const char *)sqlite3_column_text(statement, 0));
		snprintf(out->room_id, sizeof(out->room_id), "%s", (const char *)sqlite3_column_text(statement, 1));
	}
	sqlite3_finalize(statement);
}

static int export(const struct lx_cli *cli, const struct options *options, struct lx_log_reader *reader,
		  enum lx_export_format format)
{
	struct lx_export_span *spans = bmalloc(SPANS * sizeof(*spans));
	struct lx_log_stream stream = {0};
	struct lx_export what = {.format = format,
				 .spans = spans,
				 .span_count = 1,
				 .positions = true,
				 .channel = options->channel,
				 .room_id = "",
				 .title = "",
				 .id = "",
				 .shift_ms = options->shift_ms,
				 .deleted = options->deleted};
	int result = SQLITE_OK;
	if (options->recording) {
		what.span_count = lx_export_recording(reader, options->recording, spans, SPANS);
	} else if (options->stream) {
		what.span_count = choose_stream(reader, options, &stream);
		spans[0] = (struct lx_export_span){stream.begin_ms, stream.end_ms ? stream.end_ms : INT64_MAX / 64, 0};
		what.channel = stream.channel;
		what.room_id = stream.room_id;
		what.title = stream.title;
		what.id = stream.twitch_id;
	} else {
		/* Everything: subtitles and replays begin with the first message. */
		const int64_t first = lx_database_number(lx_log_reader_db(reader),
							 "SELECT coalesce(min(id), 0) / 64 FROM message", 0);
		const int64_t last = lx_database_number(lx_log_reader_db(reader),
							"SELECT coalesce(max(id), 0) / 64 FROM message", 0);
		spans[0] = (struct lx_export_span){first, last + 1, 0};
		if (format == LX_EXPORT_TWITCHDOWNLOADER && !*options->channel) {
			choose_channel(reader, &stream);
			what.channel = stream.channel;
			what.room_id = stream.room_id;
		}
		what.positions = format != LX_EXPORT_TEXT && format != LX_EXPORT_JSONL && format != LX_EXPORT_CSV;
	}
	if (what.span_count) {
		result = lx_export_write(reader, &what, print_bytes, NULL);
	} else {
		const char *args[] = {options->recording ? options->recording : options->stream};
		lx_cli_say(cli, options->recording ? "Cli.Log.NoRecording" : "Cli.Log.NoStream", args, 1);
	}
	const bool ok = what.span_count && result == SQLITE_OK;
	bfree(spans);
	if (result != SQLITE_OK && result != SQLITE_ABORT)
		say_trouble(cli, options->path, lx_database_trouble_of(result));
	return ok ? 0 : 1;
}

int lx_cli_chat_export(const struct lx_cli *cli, int argc, char **argv)
{
	struct options options;
	int status = 1;
	if (!options_read(&options, argc, argv) || !options.format || options.words ||
	    lx_export_format_of(options.format) == LX_EXPORT_COUNT)
		return say_usage(cli, &options, "Cli.Help.ChatExport");
	lx_stdio_set_binary();
	struct lx_log_reader *reader = open_reader(cli, &options);
	if (reader)
		status = export(cli, &options, reader, lx_export_format_of(options.format));
	lx_log_reader_close(reader);
	options_free(&options);
	return fflush(stdout) == 0 ? status : 1;
}

/* --- chat markers ------------------------------------------------------------------------------------------------ */

static void print_marker_json(const struct lx_marker_place *place, const char *label)
{
	const struct lx_marker *marker = &place->marker;
	cJSON *json = cJSON_CreateObject();
	cJSON_AddNumberToObject(json, "marker_id", (double)marker->id);
	cJSON_AddNumberToObject(json, "at_ms", (double)marker->at_ms);
	cJSON_AddStringToObject(json, "channel", marker->channel);
	cJSON_AddStringToObject(json, "kind", lx_marker_kind_word(marker->kind));
	cJSON_AddStringToObject(json, "label", label);
	cJSON_AddStringToObject(json, "text", marker->text);
	cJSON_AddStringToObject(json, "word", marker->word);
	cJSON_AddNumberToObject(json, "count", (double)marker->count);
	cJSON_AddNumberToObject(json, "stream_ms", (double)place->stream_ms);
	cJSON_AddStringToObject(json, "recording", place->path);
	cJSON_AddNumberToObject(json, "recording_ms", (double)place->file_ms);
	char *text = cJSON_PrintUnformatted(json);
	puts(text);
	cJSON_free(text);
	cJSON_Delete(json);
}

static void print_marker(const struct lx_marker_place *place, const char *label)
{
	struct dstr line = {0};
	char date[40];
	const time_t seconds = (time_t)(place->marker.at_ms / 1000);
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", localtime(&seconds));
	dstr_printf(&line, "%s ", date);
	if (place->stream_ms >= 0)
		lx_chapters_time(&line, place->stream_ms);
	else
		dstr_cat_ch(&line, '-');
	dstr_cat_ch(&line, ' ');
	if (place->file_ms >= 0)
		lx_chapters_time(&line, place->file_ms);
	else
		dstr_cat_ch(&line, '-');
	printf("%s %s\n", line.array, label);
	dstr_free(&line);
}

/* Whether it is in the stream or the recorded file that was asked for. */
static bool is_meant(const struct options *options, const struct lx_log_stream *stream,
		     const struct lx_marker_place *place)
{
	if (options->recording)
		return strcmp(place->path, options->recording) == 0;
	return !options->stream || place->stream == stream->id;
}

static void print_markers(const struct lx_cli *cli, const struct options *options, const struct lx_log_stream *stream,
			  struct lx_marker_place *places, size_t count)
{
	struct lx_chapter *chapters = bmalloc((count + 1) * sizeof(*chapters));
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		const struct lx_marker_place *place = &places[i];
		struct dstr label = {0};
		if (!is_meant(options, stream, place))
			continue;
		lx_marker_label(cli->text, &place->marker, &label);
		if (options->youtube)
			chapters[kept++] = (struct lx_chapter){options->recording ? place->file_ms : place->stream_ms,
							       bstrdup(label.array),
							       place->marker.kind != LX_MARKER_MANUAL};
		else if (options->json)
			print_marker_json(place, label.array);
		else
			print_marker(place, label.array);
		dstr_free(&label);
	}
	if (options->youtube) {
		struct dstr list = {0};
		const size_t lines =
			lx_chapters_write(chapters, kept, 0, lx_text_get(cli->text, "Replay.Opening"), &list);
		fputs(list.array, stdout);
		if (lines < LX_CHAPTERS_LEAST)
			lx_cli_say(cli, "Cli.Log.FewChapters", NULL, 0);
		dstr_free(&list);
	}
	for (size_t i = 0; i < kept; i++)
		bfree((char *)chapters[i].title);
	bfree(chapters);
}

static bool is_recorded(struct lx_log_reader *reader, const char *path)
{
	struct lx_export_span *spans = bmalloc(SPANS * sizeof(*spans));
	const bool found = lx_export_recording(reader, path, spans, SPANS) > 0;
	bfree(spans);
	return found;
}

int lx_cli_chat_markers(const struct lx_cli *cli, int argc, char **argv)
{
	struct options options;
	struct lx_log_stream stream = {0};
	int status = 1;
	if (!options_read(&options, argc, argv) || options.words || (options.json && options.youtube))
		return say_usage(cli, &options, "Cli.Help.ChatMarkers");
	lx_stdio_set_binary();
	/* Chapters are of one video. */
	if (options.youtube && !options.recording && !options.stream)
		options.stream = "last";
	struct lx_log_reader *reader = open_reader(cli, &options);
	if (reader && options.recording && !is_recorded(reader, options.recording)) {
		lx_cli_say(cli, "Cli.Log.NoRecording", &options.recording, 1);
	} else if (reader && options.stream && !options.recording && !choose_stream(reader, &options, &stream)) {
		lx_cli_say(cli, "Cli.Log.NoStream", &options.stream, 1);
	} else if (reader) {
		struct lx_marker_place *places = bmalloc(MARKERS * sizeof(*places));
		const size_t count =
			lx_marker_list(lx_log_reader_db(reader), options.channel, 0, INT64_MAX, places, MARKERS);
		print_markers(cli, &options, &stream, places, count);
		bfree(places);
		status = 0;
	}
	lx_log_reader_close(reader);
	options_free(&options);
	return fflush(stdout) == 0 ? status : 1;
}

/* --- chat import ------------------------------------------------------------------------------------------------- */

static bool add_event(const struct lx_event *event, void *data)
{
	struct lx_log *log = data;
	struct lx_log_stats stats;
	while (!lx_log_add(log, event)) {
		lx_log_get_stats(log, &stats);
		if (stats.trouble != LX_DATABASE_OK)
			return false;
		os_sleep_ms(5);
	}
	return true;
}

static char *read_file(const char *path, size_t *size)
{
	FILE *file = os_fopen(path, "rb");
	char *bytes = NULL;
	if (!file)
		return NULL;
	const int64_t length = os_fgetsize(file);
	if (length >= 0 && length < IMPORT_MAX) {
		bytes = bmalloc((size_t)length + 1);
		*size = fread(bytes, 1, (size_t)length, file);
		if (*size != (size_t)length) {
			bfree(bytes);
			bytes = NULL;
		}
	}
	fclose(file);
	return bytes;
}

/* Until everything is committed, or it is clear that it will not be. */
static enum lx_database_trouble wait_for_log(struct lx_log *log)
{
	struct lx_log_stats stats;
	while (!lx_log_flush(log, 200)) {
		lx_log_get_stats(log, &stats);
		if (stats.trouble != LX_DATABASE_OK)
			return stats.trouble;
	}
	lx_log_get_stats(log, &stats);
	return stats.trouble;
}

int lx_cli_chat_import(const struct lx_cli *cli, int argc, char **argv)
{
	struct options options;
	struct lx_import_result result = {0};
	size_t size = 0;
	if (!options_read(&options, argc, argv) || options.words != 1)
		return say_usage(cli, &options, "Cli.Help.ChatImport");
	const char *args[] = {options.file};
	char *bytes = read_file(options.file, &size);
	if (!bytes) {
		lx_cli_say(cli, "Cli.Log.NoFile", args, 1);
		options_free(&options);
		return 1;
	}
	struct lx_log *log = lx_log_create(
		&(struct lx_log_config){.path = options.path, .text = cli->text, .clock = lx_clock_system()});
	lx_log_start(log, true);
	lx_import_bytes(bytes, size, add_event, log, &result);
	enum lx_database_trouble trouble = wait_for_log(log);
	struct lx_log_stats stats;
	lx_log_get_stats(log, &stats);
	lx_log_stop(log);
	lx_log_destroy(log);
	bfree(bytes);

	if (!result.understood)
		lx_cli_say(cli, "Cli.Log.NotUnderstood", args, 1);
	else if (trouble != LX_DATABASE_OK)
		say_trouble(cli, options.path, trouble);
	else
		printf("{\"imported\":%llu,\"known\":%llu,\"skipped\":%llu}\n",
		       (unsigned long long)(result.events - stats.doubles), (unsigned long long)stats.doubles,
		       (unsigned long long)result.skipped);
	options_free(&options);
	return result.understood && trouble == LX_DATABASE_OK ? 0 : 1;
}
