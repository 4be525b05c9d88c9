#include "log_fixture.h"

#include <cjson/cJSON.h>

#include "bus/event_json.h"
#include "chat/export.h"
#include "chat/import.h"

static bool keep_json(const struct lx_event *event, void *data)
{
	char *json = lx_event_to_json_text(event);
	dstr_catf(data, "%s\n", json);
	cJSON_free(json);
	return true;
}

static struct lx_import_result import_text(const char *text, struct dstr *out)
{
	struct lx_import_result result;
	dstr_copy(out, "");
	lx_import_bytes(text, strlen(text), keep_json, out, &result);
	return result;
}

#define TAIL ":anna!anna@anna.tmi.twitch.tv PRIVMSG #ilse :hi\r\n"

static void times_of_raw_lines(void **state)
{
	static const struct {
		const char *line, *time;
	} cases[] = {
		{"@tmi-sent-ts=1790000000000 " TAIL, "1790000000000"},
		{"2026-09-21T14:13:20Z " TAIL, "1790000000000"},
		{"2026-09-21 14:13:20 " TAIL, "1790000000000"},
		{"[2026-09-21 14:13:20] " TAIL, "1790000000000"},
		{"[2026-09-21T16:13:20.250+02:00] " TAIL, "1790000000250"},
		{"2026-09-21T09:43:20,5-0430 " TAIL, "1790000000500"},
		{"1790000000 " TAIL, "1790000000000"},
		{"1790000000.125 " TAIL, "1790000000125"},
		{"1790000000123 " TAIL, "1790000000123"},
		/* Twitch's own time counts more. */
		{"2001-01-01T00:00:00Z @tmi-sent-ts=1790000000000 " TAIL, "1790000000000"},
		{TAIL, NULL},
		{"2026-13-21T14:13:20Z " TAIL, NULL},
		{"[2026-09-21T14:13:20Z " TAIL, NULL},
	};
	struct dstr out = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct lx_import_result result = import_text(cases[i].line, &out);
		assert_int_equal(result.events, cases[i].time ? 1 : 0);
		assert_int_equal(result.skipped, cases[i].time ? 0 : 1);
		if (cases[i].time && !strstr(out.array, cases[i].time))
			fail_msg("%s is not %s", out.array, cases[i].time);
	}
	struct lx_import_result result =
		import_text("1790000000 PING :tmi.twitch.tv\n\n1790000000 " TAIL "garbage\n", &out);
	assert_int_equal(result.events, 1);
	assert_int_equal(result.skipped, 1);
	assert_false(import_text("Dear diary,\nnothing happened.\n", &out).understood);
	assert_false(import_text("{\"a\":1}", &out).understood);
	assert_false(import_text("{\"comments\":[", &out).understood);
	assert_false(import_text("", &out).understood);
	dstr_free(&out);
}

static const char chat_file[] =
	"\xEF\xBB\xBF{\"streamer\":{\"name\":\"Ilse\",\"id\":42},\"video\":{\"created_at\":\"2026-09-21T14:13:20Z\"},\"comments\":["
	"{\"_id\":\"11111111-2222-4333-8444-555555555555\",\"created_at\":\"2026-09-21T14:13:25Z\",\"content_offset_seconds\":5.25,"
	"\"commenter\":{\"display_name\":\"Anna\",\"_id\":\"7\",\"name\":\"anna\"},\"message\":{\"body\":\"h\xC3\xA4 Kappa!\","
	"\"bits_spent\":3,\"is_action\":true,\"fragments\":[{\"text\":\"h\xC3\xA4 \",\"emoticon\":null},"
	"{\"text\":\"Kappa\",\"emoticon\":{\"emoticon_id\":\"25\"}},{\"text\":\"!\",\"emoticon\":{\"emoticon_id\":\"../x\"}}],"
	"\"user_badges\":[{\"_id\":\"moderator\",\"version\":\"1\"},{\"_id\":\"a,b\",\"version\":\"1\"}],"
	"\"user_color\":\"#12AB34\",\"user_notice_params\":{\"msg-id\":null}}},"
	"{\"commenter\":null,\"message\":null},17,{\"content_offset_seconds\":-1},"
	"{\"content_offset_seconds\":6,\"commenter\":{\"name\":\"bob\\u0000\\n\"},\"message\":{\"body\":\"x\\u0007y\"}}]}";

static void a_twitchdownloader_file(void **state)
{
	struct dstr out = {0};
	struct lx_import_result result = import_text(chat_file, &out);
	assert_true(result.understood);
	assert_int_equal(result.events, 2);
	assert_int_equal(result.skipped, 3);
	assert_non_null(strstr(out.array, "\"time_ms\":1790000005250,\"channel\":\"ilse\",\"room_id\":\"42\""));
	assert_non_null(strstr(out.array, "\"emotes\":[{\"id\":\"25\",\"first\":3,\"last\":7}]"));
	assert_non_null(strstr(out.array, "\"color\":\"#12AB34\",\"roles\":[\"moderator\"]"));
	assert_non_null(strstr(out.array, "\"flags\":[\"action\"],\"bits\":3"));
	assert_non_null(strstr(out.array, "\"badges\":\"moderator/1\""));
	assert_non_null(strstr(out.array, "x\xEF\xBF\xBDy"));
	dstr_free(&out);
}

/* --- export ------------------------------------------------------------------------------------------------------ */

static bool append(const char *bytes, size_t size, void *data)
{
	dstr_ncat(data, bytes, size);
	return true;
}

static const struct lx_export_span whole = {NOW, NOW + 60000, 0};

static char *export_as(struct log_fixture *f, enum lx_export_format format, const struct lx_export_span *spans,
		       size_t count)
{
	struct dstr out = {0};
	struct lx_log_reader *reader = log_fixture_reader(f);
	const struct lx_export what = {.format = format,
				       .spans = spans,
				       .span_count = count,
				       .positions = true,
				       .channel = "ilse",
				       .room_id = "42",
				       .title = "A \"title\"",
				       .id = "99"};
	dstr_copy(&out, "");
	assert_int_equal(lx_export_write(reader, &what, append, &out), SQLITE_OK);
	lx_log_reader_close(reader);
	return out.array;
}

static void fill(struct log_fixture *f)
{
	struct lx_event event = log_fixture_message("ilse", "anna", "h\xC3\xA4 Kappa <b>{x}\\N", NOW + 1250);
	const struct lx_emote emote = {"25", 3, 7, 4, 9};
	event.chat.emotes = &emote;
	event.chat.emote_count = 1;
	event.chat.user.color = 0x12AB34;
	event.chat.user.badges = "subscriber/12,vip/1";
	log_fixture_add(f, &event);
	log_fixture_say(f, "bob", "=HYPERLINK(\"x\")", NOW + 3000);
	log_fixture_say(f, "carl", "much later", NOW + 30000);
	event = log_fixture_message("other", "bob", "not here", NOW + 4000);
	log_fixture_add(f, &event);
}

static void text_csv_and_subtitles(void **state)
{
	struct log_fixture f;
	log_fixture_open(&f);
	fill(&f);
	char *text = export_as(&f, LX_EXPORT_TEXT, &whole, 1);
	assert_string_equal(text, "[0:00:01] anna: h\xC3\xA4 Kappa <b>{x}\\N\n[0:00:03] bob: =HYPERLINK(\"x\")\n"
				  "[0:00:30] carl: much later\n");
	bfree(text);
	text = export_as(&f, LX_EXPORT_CSV, &whole, 1);
	assert_non_null(strstr(text, "\"'=HYPERLINK(\"\"x\"\")\""));
	assert_non_null(strstr(text, "2026-09-21T14:13:21.250Z,0:00:01.250,"));
	bfree(text);
	text = export_as(&f, LX_EXPORT_SRT, &whole, 1);
	assert_string_equal(text, "1\n00:00:01,250 --> 00:00:03,000\nanna: h\xC3\xA4 Kappa \xEF\xBC\x9C"
				  "b\xEF\xBC\x9E{x}\\N\n\n"
				  "2\n00:00:03,000 --> 00:00:11,000\nanna: h\xC3\xA4 Kappa \xEF\xBC\x9C"
				  "b\xEF\xBC\x9E{x}\\N\nbob: =HYPERLINK(\"x\")\n\n"
				  "3\n00:00:30,000 --> 00:00:38,000\ncarl: much later\n\n");
	bfree(text);
	text = export_as(&f, LX_EXPORT_ASS, &whole, 1);
	assert_non_null(strstr(text,
			       "Dialogue: 0,0:00:01.25,0:00:03.00,Chat,,0,0,0,,{\\1c&H34AB12&}anna{\\1c&HFFFFFF&}: "
			       "h\xC3\xA4 Kappa <b>\\{x\\}\\\xE2\x80\x8BN\n"));
	bfree(text);
	text = export_as(&f, LX_EXPORT_JSONL, &whole, 1);
	cJSON *json = cJSON_Parse(text);
	assert_int_equal(cJSON_GetObjectItem(json, "position_ms")->valueint, 1250);
	cJSON_Delete(json);
	bfree(text);
	/* A pause between 2 and 29 seconds. */
	const struct lx_export_span spans[] = {{NOW, NOW + 2000, 0}, {NOW + 29000, NOW + 60000, 2000}};
	text = export_as(&f, LX_EXPORT_TEXT, spans, 2);
	assert_string_equal(text, "[0:00:01] anna: h\xC3\xA4 Kappa <b>{x}\\N\n[0:00:03] carl: much later\n");
	bfree(text);
	log_fixture_close(&f);
}

static bool add_to_log(const struct lx_event *event, void *data)
{
	assert_true(lx_log_add(data, event));
	return true;
}

static bool list_row(const struct lx_log_row *row, void *data)
{
	return keep_json(&row->event, data);
}

static char *list(struct log_fixture *f)
{
	struct dstr out = {0};
	struct lx_log_reader *reader = log_fixture_reader(f);
	dstr_copy(&out, "");
	assert_int_equal(lx_log_reader_span(reader, "ilse", 0, NOW * 2, list_row, &out), SQLITE_OK);
	lx_log_reader_close(reader);
	return out.array;
}

static void what_is_exported_for_twitchdownloader_comes_back_the_same(void **state)
{
	struct log_fixture f, g;
	struct lx_import_result result;
	log_fixture_open(&f);
	log_fixture_open(&g);
	fill(&f);
	char *file = export_as(&f, LX_EXPORT_TWITCHDOWNLOADER, &whole, 1);
	cJSON *json = cJSON_Parse(file);
	assert_non_null(json);
	assert_string_equal(cJSON_GetObjectItem(cJSON_GetObjectItem(json, "video"), "title")->valuestring,
			    "A \"title\"");
	cJSON_Delete(json);
	for (int round = 0; round < 2; round++) {
		lx_import_bytes(file, strlen(file), add_to_log, g.log, &result);
		assert_int_equal(result.events, 3);
		assert_int_equal(result.skipped, 0);
		char *before = list(&f), *after = list(&g);
		/* What such a file does not hold. */
		char *role = strstr(after, ",\"roles\":[\"vip\",\"subscriber\"]");
		assert_non_null(role);
		memmove(role + 11, role + 29, strlen(role + 29) + 1);
		assert_non_null(memcpy(role, ",\"roles\":[]", 11));
		assert_string_equal(before, after);
		bfree(before);
		bfree(after);
	}
	bfree(file);
	log_fixture_close(&g);
	log_fixture_close(&f);
}

static void subtitles_of_a_recording_follow_its_pauses_and_files(void **state)
{
	struct log_fixture f;
	struct lx_export_span spans[8];
	log_fixture_open(&f);
	lx_log_recording_started(f.log, "/r/a.mkv");
	lx_test_clock_advance(&f.clock, 2000);
	lx_log_recording_paused(f.log);
	lx_test_clock_advance(&f.clock, 1000);
	lx_log_recording_resumed(f.log, 2000);
	lx_test_clock_advance(&f.clock, 2000);
	lx_log_recording_split(f.log, "/r/b.mkv", 0);
	lx_test_clock_advance(&f.clock, 2000);
	lx_log_recording_stopped(f.log);
	struct lx_log_reader *reader = log_fixture_reader(&f);
	assert_int_equal(lx_export_recording(reader, "/r/a.mkv", spans, 8), 2);
	assert_int_equal(spans[1].from_ms, NOW + 3000);
	assert_int_equal(spans[1].position_ms, 2000);
	assert_int_equal(lx_export_recording(reader, "b.mkv", spans, 8), 1);
	assert_int_equal(spans[0].from_ms, NOW + 5000);
	assert_int_equal(spans[0].to_ms, NOW + 7000);
	assert_int_equal(spans[0].position_ms, 0);
	assert_int_equal(lx_export_recording(reader, "c.mkv", spans, 8), 0);
	lx_log_reader_close(reader);
	log_fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(times_of_raw_lines),
		lx_unit_test(a_twitchdownloader_file),
		lx_unit_test(text_csv_and_subtitles),
		lx_unit_test(what_is_exported_for_twitchdownloader_comes_back_the_same),
		lx_unit_test(subtitles_of_a_recording_follow_its_pauses_and_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
