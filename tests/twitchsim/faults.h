/*
 * Faults: rules set by the control interface, asked by the parts at the moments where something can go wrong.
 */
#pragma once

#include "sim.h"

enum sim_accept_fault {
	SIM_ACCEPT_OK,
	SIM_ACCEPT_RESET,   /* accepted, then RST */
	SIM_ACCEPT_STALL,   /* accepted, never answered (with TLS: no handshake) */
	SIM_ACCEPT_EXPIRED, /* certificates, see certificates.h */
	SIM_ACCEPT_WRONG_HOST,
	SIM_ACCEPT_UNKNOWN_CA,
};

enum sim_http_fault_kind {
	SIM_HTTP_NO_FAULT,
	SIM_HTTP_STATUS,   /* `status` with `body`; 429 with `remaining` points left */
	SIM_HTTP_BAD_JSON, /* the real answer, cut in the middle, with a matching length */
	SIM_HTTP_WRONG_TYPES, /* the real answer, numbers and booleans as texts and the other way round, unknown fields added */
	SIM_HTTP_EMPTY,       /* `status` with an empty body */
	SIM_HTTP_SLOW,        /* the real answer after `ms` */
	SIM_HTTP_CLOSE,       /* closed after the request was read, nothing done */
	SIM_HTTP_CLOSE_AFTER, /* carried out, closed without an answer */
	SIM_HTTP_HALF,        /* carried out, half of the answer, closed */
	SIM_HTTP_STALL,       /* nothing done, never an answer */
	SIM_HTTP_STALL_AFTER, /* carried out, never an answer */
	SIM_HTTP_RESET,       /* nothing done, RST */
	SIM_HTTP_DRIBBLE,     /* the real answer, a byte at a time */
	SIM_HTTP_GARBAGE,     /* no HTTP at all */
	SIM_HTTP_LARGE,       /* the real answer with `ms` kilobytes of spaces behind it */
};

struct sim_fault {
	uint64_t id;
	char where[12]; /* "accept", "http", "login", "connect" (EventSub) */
	char target[8]; /* listener for accept, "" = every one */
	char method[8]; /* http, "" = every one */
	char path[96];  /* http: beginning of the path behind the base, "" = every one */
	int kind;       /* of the enums above */
	int count;      /* how often still, -1 = until cleared */
	int skip;       /* let so many pass first */
	int status, ms;
	int remaining; /* for 429 */
	char *body;
	uint64_t hits;
};

struct sim_faults *sim_faults_create(void);
void sim_faults_destroy(struct sim_faults *faults);

enum sim_accept_fault sim_faults_accept(struct lx_sim *sim, const char *listener);
/* The rule that applies to this request, used up by one; NULL = none. Valid until the next change of the rules: copy it. */
const struct sim_fault *sim_faults_http(struct lx_sim *sim, const char *method, const char *path);
/* Text of the NOTICE that a login is refused with, or NULL. */
const char *sim_faults_login(struct lx_sim *sim);

/* Control: {"where":…,"kind":…,…} → {"id":n} or {"error":…}; clears all rules and reopens refused ports. */
cJSON *sim_faults_add(struct lx_sim *sim, const cJSON *json);
void sim_faults_clear(struct lx_sim *sim);
cJSON *sim_faults_list(struct lx_sim *sim);

/*
 * Adds a fault to a list of ready commands, {"command":…,`member`:`name`, …parameters}: once for each object in `variants`, a JSON array
 * of parameters. NULL = once, without any; "[]" for what is no fault. Everything that can be injected stands in such a list, so
 * that a test of all faults cannot leave one out.
 */
void sim_faults_offer(cJSON *list, const char *command, const char *member, const char *name, const char *variants);
/* The rules of the command "fault", for each listener where they are about connections. */
void sim_faults_offer_rules(cJSON *list);
