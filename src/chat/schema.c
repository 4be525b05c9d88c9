#include "chat/schema.h"

/* Never change a step that was released: add one. */
static const char step_1[] =
	"CREATE TABLE channel(id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE, twitch_id TEXT NOT NULL) STRICT;"

	/* twitch_id "": known by name only, from an import. */
	"CREATE TABLE user(id INTEGER PRIMARY KEY, twitch_id TEXT NOT NULL, login TEXT NOT NULL, name TEXT NOT NULL) STRICT;"
	"CREATE UNIQUE INDEX user_twitch_id ON user(twitch_id) WHERE twitch_id <> '';"
	"CREATE INDEX user_login ON user(login);"
	/* Every name somebody ever had here, from when on. */
	"CREATE TABLE user_name(user INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE, since_ms INTEGER NOT NULL,"
	" login TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY(user, since_ms)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX user_name_login ON user_name(login);"

	/* color -1: none */
	"CREATE TABLE look(id INTEGER PRIMARY KEY, badges TEXT NOT NULL, badge_info TEXT NOT NULL, color INTEGER NOT NULL,"
	" UNIQUE(badges, badge_info, color)) STRICT;"
	"CREATE TABLE emote(id INTEGER PRIMARY KEY, twitch_id TEXT NOT NULL UNIQUE) STRICT;"

	"CREATE TABLE message(id INTEGER PRIMARY KEY, channel INTEGER NOT NULL, user INTEGER NOT NULL, look INTEGER NOT NULL,"
	" flags INTEGER NOT NULL, text TEXT NOT NULL, uuid BLOB, extra BLOB) STRICT;"
	"CREATE INDEX message_deleted ON message(id) WHERE flags & 512;"
	"CREATE VIRTUAL TABLE words USING fts5(text, content='', columnsize=0, tokenize='ascii tokenchars ''_=''');"

	/* Every word that is in the index, and what parts each has: for searching inside words. */
	"CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;"
	"CREATE VIRTUAL TABLE word_part USING fts5(text, content='', columnsize=0, detail=none,"
	" tokenize='trigram case_sensitive 1');"

	/* kind: delete, ban, timeout, unban, clear. duration_s as in struct lx_moderation. */
	"CREATE TABLE moderation(id INTEGER PRIMARY KEY, channel INTEGER NOT NULL REFERENCES channel(id), kind TEXT NOT NULL,"
	" user INTEGER REFERENCES user(id), moderator INTEGER REFERENCES user(id), message_id TEXT NOT NULL,"
	" duration_s INTEGER NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL) STRICT;"
	"CREATE INDEX moderation_user ON moderation(user);"
	"CREATE INDEX moderation_moderator ON moderation(moderator) WHERE moderator IS NOT NULL;"

	"CREATE TABLE notice(id INTEGER PRIMARY KEY, channel INTEGER NOT NULL REFERENCES channel(id), kind TEXT NOT NULL,"
	" text TEXT NOT NULL) STRICT;"

	/* end_ms NULL: still live. twitch_id "": not told. */
	"CREATE TABLE stream(id INTEGER PRIMARY KEY, channel INTEGER NOT NULL REFERENCES channel(id), twitch_id TEXT NOT NULL,"
	" begin_ms INTEGER NOT NULL, end_ms INTEGER, title TEXT NOT NULL, category TEXT NOT NULL) STRICT;"
	"CREATE INDEX stream_channel ON stream(channel, begin_ms);"

	/* What is not in here. cause: link, disk, queue, refused. lost -1: nobody knows how many. end_ms NULL: not over. */
	"CREATE TABLE gap(id INTEGER PRIMARY KEY, channel INTEGER REFERENCES channel(id), begin_ms INTEGER NOT NULL,"
	" end_ms INTEGER, cause TEXT NOT NULL, lost INTEGER NOT NULL) STRICT;"
	"CREATE INDEX gap_begin ON gap(begin_ms);"

	/* skew_ms: how much this computer's clock is ahead of Twitch's, as far as seen. */
	"CREATE TABLE recording(id INTEGER PRIMARY KEY, begin_ms INTEGER NOT NULL, end_ms INTEGER, skew_ms INTEGER NOT NULL) STRICT;"
	/* From begin_ms on, `path` runs from position_ms on; between two spans the recording was paused. */
	"CREATE TABLE recording_span(id INTEGER PRIMARY KEY, recording INTEGER NOT NULL REFERENCES recording(id) ON DELETE CASCADE,"
	" path TEXT NOT NULL, begin_ms INTEGER NOT NULL, end_ms INTEGER, position_ms INTEGER NOT NULL) STRICT;"
	"CREATE INDEX recording_span_recording ON recording_span(recording, begin_ms);"

	"CREATE TABLE scene_span(id INTEGER PRIMARY KEY, name TEXT NOT NULL, begin_ms INTEGER NOT NULL, end_ms INTEGER) STRICT;"
	"CREATE INDEX scene_span_begin ON scene_span(begin_ms);";

static const char step_3[] =
	/* kind: manual, peak, words. channel "": none was read. removed: may still be taken back. */
	"CREATE TABLE marker(id INTEGER PRIMARY KEY, channel TEXT NOT NULL, at_ms INTEGER NOT NULL, kind TEXT NOT NULL,"
	" count INTEGER NOT NULL, text TEXT NOT NULL, word TEXT NOT NULL, twitch_id TEXT NOT NULL,"
	" removed INTEGER NOT NULL) STRICT;"
	"CREATE INDEX marker_at ON marker(at_ms);"
	/* Where each is: the stream and the recorded file of that moment, NULL where there was none. */
	"CREATE VIEW marker_place AS SELECT m.id, m.at_ms, m.kind, m.count, m.channel, m.text, m.word, m.twitch_id,"
	" s.id AS stream, m.at_ms - s.begin_ms AS stream_ms, p.recording, p.path,"
	" p.position_ms + m.at_ms + r.skew_ms - p.begin_ms AS file_ms FROM marker m"
	" LEFT JOIN stream s ON s.id = (SELECT o.id FROM stream o JOIN channel c ON c.id = o.channel"
	" WHERE c.login = m.channel AND o.begin_ms <= m.at_ms AND (o.end_ms IS NULL OR o.end_ms > m.at_ms)"
	" ORDER BY o.begin_ms DESC LIMIT 1)"
	" LEFT JOIN recording_span p ON p.id = (SELECT o.id FROM recording_span o JOIN recording q ON q.id = o.recording"
	" WHERE o.begin_ms <= m.at_ms + q.skew_ms AND (o.end_ms IS NULL OR o.end_ms > m.at_ms + q.skew_ms)"
	" ORDER BY o.begin_ms DESC LIMIT 1)"
	" LEFT JOIN recording r ON r.id = p.recording WHERE NOT m.removed;";

/* What the user notes about people: by Twitch's id, for somebody may be noted who never wrote. */
static const char step_4[] =
	"CREATE TABLE person_note(twitch_id TEXT PRIMARY KEY, text TEXT NOT NULL, changed_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

/* People whose name is not their login in other letters: they are looked for by both. */
static const char step_5[] = "CREATE INDEX user_display_name ON user(name) WHERE lower(name) <> login;";

static const char *const steps[] = {step_1, step_3, step_4, step_5};

const struct lx_database_schema lx_log_schema = {
	.application_id = 0x4C58434C, /* "LXCL" */
	.steps = steps,
	.step_count = sizeof(steps) / sizeof(*steps),
};
