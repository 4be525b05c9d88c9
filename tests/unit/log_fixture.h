/* A chat log in a folder of its own, written by hand, and read back. */
#pragma once

#include "support.h"

#include "chat/log.h"
#include "chat/reader.h"
#include "folder.h"

#define NOW 1790000000000 /* 2026-09-21 14:13:20 UTC */

struct log_fixture {
	struct folder folder;
	struct lx_test_clock clock;
	struct lx_text *text;
	struct lx_log *log;
	int messages;
};

static inline void log_fixture_open(struct log_fixture *f)
{
	memset(f, 0, sizeof(*f));
	folder_make(&f->folder);
	lx_test_clock_init(&f->clock);
	f->text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	f->log = lx_log_create(
		&(struct lx_log_config){.path = f->folder.file, .text = f->text, .clock = &f->clock.clock});
	assert_true(lx_log_start(f->log, true));
}

static inline void log_fixture_close(struct log_fixture *f)
{
	assert_int_equal(lx_log_stop(f->log), 0);
	lx_log_destroy(f->log);
	lx_text_destroy(f->text);
	folder_remove(&f->folder);
}

/* Both clocks go on to this moment. */
static inline void log_fixture_set_time(struct log_fixture *f, int64_t unix_ms)
{
	f->clock.ms += unix_ms > f->clock.unix_ms ? (uint64_t)(unix_ms - f->clock.unix_ms) : 0;
	f->clock.unix_ms = unix_ms;
}

/* A message of `login`, whose id is its number; fill in the rest and add it. */
static inline struct lx_event log_fixture_message(const char *channel, const char *login, const char *text,
						  int64_t time_ms)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.time_ms = time_ms;
	event.channel = channel;
	event.room_id = "42";
	event.chat.user.id = strcmp(login, "anna") == 0 ? "7" : strcmp(login, "bob") == 0 ? "8" : "9";
	event.chat.user.login = event.chat.user.name = login;
	event.chat.text = text;
	return event;
}

static inline void log_fixture_add(struct log_fixture *f, struct lx_event *event)
{
	char id[40];
	snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012d", ++f->messages);
	if (!*event->chat.id)
		event->chat.id = id;
	assert_true(lx_log_add(f->log, event));
	event->chat.id = "";
}

static inline void log_fixture_say(struct log_fixture *f, const char *login, const char *text, int64_t time_ms)
{
	struct lx_event event = log_fixture_message("ilse", login, text, time_ms);
	log_fixture_add(f, &event);
}

static inline struct lx_log_reader *log_fixture_reader(struct log_fixture *f)
{
	enum lx_database_trouble trouble;
	assert_true(lx_log_flush(f->log, 20000));
	struct lx_log_reader *reader = lx_log_reader_open(f->folder.file, &trouble);
	assert_non_null(reader);
	return reader;
}
