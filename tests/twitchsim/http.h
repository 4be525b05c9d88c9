/*
 * HTTP/1.1 on a byte stream: reads requests (pipelined, chunked or with a length), hands them to the router, writes answers
 * and plays the faults that concern them.
 */
#pragma once

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
	bool no_answer;           /* close without one */
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

/* The router: fills `answer`. */
void sim_route(struct sim_request *request, struct sim_answer *answer);
