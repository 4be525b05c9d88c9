/*
 * Schema of the chat log, and how a moment becomes the number of a row.
 *
 * Rows of messages, notices, moderation and gaps are numbered by time: milliseconds since 1970, times 64, and a counter below that.
 * So rows are in order of time whenever they were written (imports too), a span of time is a range of numbers, and neither a
 * column nor an index is needed for it.
 *
 * What a message row holds is as small as it can be while the whole event can be made from it again: people, their looks
 * (badges and colour), channels and emotes are numbers that point to small tables; the rest of the tags is in `extra`
 * (extra.h). `words` is the full-text index over the words of the text and over marks like "=u5" (written by user 5), all
 * in lower case ASCII or folded (words.h), so FTS5's own "ascii" tokenizer suffices and every SQLite tool can read the file.
 *
 * Threads: no shared state.
 */
#pragma once

#include "store/database.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct lx_database_schema lx_log_schema;

#define LX_LOG_ROWS_A_MS 64

static inline int64_t lx_log_row_of_ms(int64_t unix_ms)
{
	return unix_ms * LX_LOG_ROWS_A_MS;
}

static inline int64_t lx_log_ms_of_row(int64_t row)
{
	return row / LX_LOG_ROWS_A_MS;
}

/* message.flags: the bits of enum lx_chat_flag below, enum lx_role above, and between them: */
#define LX_LOG_LINK (1 << 8)     /* has a link */
#define LX_LOG_DELETED (1 << 9)  /* removed by a moderator */
#define LX_LOG_NOTICE (1 << 10)  /* sub, raid …: LX_EVENT_CHAT_NOTICE */
#define LX_LOG_REPLY (1 << 11)   /* answers another message */
#define LX_LOG_CHEER (1 << 12)   /* with bits */
#define LX_LOG_ROLE_SHIFT 16

#ifdef __cplusplus
}
#endif
