/*
 * Import: chat that other programs kept, as events.
 *
 *  - Raw IRC lines, each with its time: the tag tmi-sent-ts, or a time in front of the line (ISO 8601 with or without
 *    brackets and zone, UTC where there is none; or Unix seconds or milliseconds).
 *  - TwitchDownloader's chat JSON.
 *
 * The file is not to be trusted: what it holds comes out as safe text (irc_text.h), what cannot be read is counted and passed over.
 *
 * Threads: plain functions, each call on its own. Ownership: events are lent for the call.
 */
#pragma once

#include "bus/event.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_import_result {
	uint64_t events;  /* handed over */
	uint64_t skipped; /* lines or comments without a time, without a sender, or not to be understood */
	bool understood;  /* the file is of a kind that is known */
};

/* False ends the import. */
typedef bool (*lx_import_found)(const struct lx_event *event, void *data);

/* Finds out by itself which kind it is. */
void lx_import_bytes(const char *bytes, size_t size, lx_import_found found, void *data,
		     struct lx_import_result *result);

#ifdef __cplusplus
}
#endif
