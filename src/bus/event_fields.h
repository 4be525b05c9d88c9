/*
 * What the payloads of event_channel.h consist of, as data: initialising, announcing to scripts and printing as JSON go
 * through one description instead of being written out for each family.
 *
 * Threads: immutable tables, every call from any thread.
 */
#pragma once

#include "bus/event.h"

#ifdef __cplusplus
extern "C" {
#endif

enum lx_field_kind {
	LX_FIELD_END, /* closes a table */
	LX_FIELD_TEXT,
	LX_FIELD_INT,   /* int64_t */
	LX_FIELD_INDEX, /* uint32_t */
	LX_FIELD_BOOL,
	LX_FIELD_PHASE,  /* enum lx_phase */
	LX_FIELD_PERSON, /* struct lx_person; outside it is name_id, name_login, name_name */
	LX_FIELD_MONEY,  /* struct lx_money; outside it is name_value, name_decimals, name_currency */
	LX_FIELD_LIST,   /* pointer to `count` structs; in events and JSON only, scripts get the count as name_count */
};

struct lx_field {
	enum lx_field_kind kind;
	const char *name;
	size_t offset; /* from the start of struct lx_event, or of the element of a list */
	const struct lx_field *items;
	size_t item_size, count_offset;
};

/* The fields of a type's payload, closed by LX_FIELD_END; NULL for types that event_channel.h does not describe. */
const struct lx_field *lx_event_fields(enum lx_event_type type);

/* Sets what `fields` tell of to "nothing": strings to "". The rest of the payload is zero already. */
void lx_fields_init(const struct lx_field *fields, void *base);

/* A scalar as scripts and JSON see it. */
struct lx_scalar {
	enum lx_field_kind kind; /* LX_FIELD_TEXT, LX_FIELD_INT or LX_FIELD_BOOL */
	const char *name;        /* valid during the call */
	const char *text;
	int64_t number;
	bool truth;
};

typedef void (*lx_scalar_visitor)(const struct lx_scalar *scalar, void *data);
/* Calls `visit` for each scalar in the order of the table. Lists are passed over but for their count. */
void lx_fields_visit(const struct lx_field *fields, const void *base, lx_scalar_visitor visit, void *data);

#ifdef __cplusplus
}
#endif
