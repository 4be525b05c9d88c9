/*
 * HTTP on a byte stream. Requests and answers, and the faults that concern them, are the same for HTTP/1.1 (http.c: pipelined,
 * chunked or with a length) and HTTP/2 (http2.c, over TLS).
 */
#pragma once

#include "faults.h"
#include "server.h"

struct sim_query {
	char *name, *value; /* decoded */
};

struct sim_request {
	struct lx_sim *sim;
	bool control; /* came in at the control port */
	char method[16];
	char *path;  /* decoded, without query */
	char *query; /* as received */
	DARRAY(struct sim_query) params;
	char *authorization, *client_id, *content_type; /* NULL when missing */
	char *body;                                     /* NUL-terminated, "" when none */
	size_t body_size;
	uint64_t connection, mono_ns;
	int64_t unix_ms;
};

struct sim_answer {
	int status;
	char *body; /* taken over; NULL = none */
	size_t body_size;
	const char *content_type; /* NULL = JSON */
	char *location;           /* of a redirect, taken over; NULL = none */
	char headers[512];        /* additional ones, each ending in CRLF */
	const char *user;         /* who asked, for the journal */
};

extern const struct sim_conn_ops sim_http_conn_ops;

/* First value of a query parameter, NULL when it is missing. */
const char *sim_request_param(const struct sim_request *request, const char *name);
/* Fills params from query. */
void sim_request_split(struct sim_request *request);
/* Frees the content. */
void sim_request_finish(struct sim_request *request);
/* Decodes %XX and +, in place. */
void sim_url_decode(char *text);

/* "Bad Request" and the like. */
const char *sim_http_reason(int status);

/* What is to be sent for a request, faults played: the protocols only differ in how they break off. */
struct sim_outcome {
	struct sim_answer answer; /* status 0 = nothing was carried out */
	enum sim_http_fault_kind fault;
	int ms; /* of the fault */
};
#define SIM_GARBAGE "\x16\x03\x01 this is not HTTP\r\n\r\n"

/* Asks the faults and the router, and writes the journal. Finish it afterwards. */
void sim_http_answer(struct sim_request *request, struct sim_outcome *outcome);
void sim_outcome_finish(struct sim_outcome *outcome);

/* The router: fills `answer`. */
enum sim_base { SIM_BASE_HELIX, SIM_BASE_ID };
/* What follows "/helix" (or "/mock"), or "/oauth2", whatever prefix is before it; NULL when the path leads elsewhere. */
const char *sim_path_behind(const char *path, enum sim_base base);
void sim_route(struct sim_request *request, struct sim_answer *answer);
