/*
 * Events as JSON: for the command line tool, for anybody who wants to log or forward them.
 *
 * Every object has type (the signal's name without "livextrem_"), time_ms, channel, room_id and, where it holds, update:true.
 * What an event has always is always there ("" when unknown); what only some have (reply, shared chat, notice, values of a
 * room that this event does not tell) is left out. People are objects of id, login, name; sets of bits are lists of words.
 *
 * Threads: any. Strings of events are valid UTF-8 by contract; cJSON copies them.
 */
#pragma once

#include <cjson/cJSON.h>

#include "bus/event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The caller deletes it with cJSON_Delete(). */
cJSON *lx_event_to_json(const struct lx_event *event);

/* One line without a line end; the caller frees it with cJSON_free(). */
char *lx_event_to_json_text(const struct lx_event *event);

/* "chat_message", "connection", "follow" …: stable. */
const char *lx_event_type_word(enum lx_event_type type);

#ifdef __cplusplus
}
#endif
