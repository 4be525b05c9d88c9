/*
 * Who wrote in the channel that is read, latest first: to complete names, to know somebody's id without asking Twitch for it, and which
 * message of theirs was the last. Bounded: who has been silent longest is forgotten first.
 *
 * Listens on the bus; another channel begins empty.
 *
 * Threads: create and destroy on one thread; the others from any, none waits for more than a short lock.
 */
#pragma once

#include "bus/bus.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_names;

#define LX_NAMES_MAX 4000

struct lx_names *lx_names_create(struct lx_bus *bus);
/* While the bus exists. NULL is accepted. */
void lx_names_destroy(struct lx_names *names);

/* Copies, freed with lx_name_free(). */
struct lx_name {
	char *id, *login, *name, *last_message;
};
void lx_name_free(struct lx_name *name);

/* By login, in any case. False when nobody of that name wrote. */
bool lx_names_find(struct lx_names *names, const char *login, struct lx_name *out);

/*
 * Those whose login or display name begins with `prefix` (Latin letters in any case), who wrote last first. Fills in at most `max` and
 * returns how many.
 */
size_t lx_names_match(struct lx_names *names, const char *prefix, struct lx_name *out, size_t max);

/* Somebody shall be known no more; either may be "". */
void lx_names_forget(struct lx_names *names, const char *user_id, const char *login);

#ifdef __cplusplus
}
#endif
