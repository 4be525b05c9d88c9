/*
 * Secret store: where tokens rest. The system's own (Secret Service through libsecret, Windows Credential Manager, macOS
 * Keychain), a file readable by its owner only when the user asked for it, or memory when there is nothing else.
 *
 * A system's store may answer in a millisecond, ask the user for a password, or hang. So it is only ever called from a
 * thread of this module, which gives each call a deadline; destroying the store gives up on whatever still waits.
 *
 * What could not be written stays in memory, is read from there, and is written as soon as the store answers again.
 *
 * Threads: every function from any thread. The *_async functions never wait; the plain ones wait up to five seconds, so
 * they are for command line tools and tests, never for the UI thread or a loop.
 * Ownership: values are copied in; values handed out are freed (and wiped) with lx_secret_free().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_secret_store;

enum lx_secret_kind {
	LX_SECRET_SYSTEM, /* the system's store; falls back to memory while it cannot be reached */
	LX_SECRET_FILE,   /* file `path`, mode 0600: only when the user asked for it */
	LX_SECRET_MEMORY, /* forgotten at exit; for tests too */
};

struct lx_secret_store *lx_secret_store_create(enum lx_secret_kind kind, const char *path);
/*
 * Lets writes that are queued finish for at most 150 ms, then gives up on them; a store that does not even react to that is
 * left behind after another 50 ms. Callbacks that were not called yet are called with LX_SECRET_UNREACHABLE before it returns.
 */
void lx_secret_store_destroy(struct lx_secret_store *store);

/* The place in use, be it reachable or not. */
enum lx_secret_kind lx_secret_store_kind(struct lx_secret_store *store);

/* Where secrets go, as far as is known: "store", "file", or "memory" while those do not take them. */
const char *lx_secret_store_where(struct lx_secret_store *store);

/* Whether secrets are in memory because the store or file did not take them. */
bool lx_secret_store_failing(struct lx_secret_store *store);

enum lx_secret_result {
	LX_SECRET_OK,
	LX_SECRET_NONE,        /* the store answered: there is no such secret */
	LX_SECRET_UNREACHABLE, /* no store, locked, or too slow; what was to be written is kept in memory */
};

/*
 * Called exactly once unless cancelled, on the store's thread or from inside the call, with a lock of the store held: it only
 * hands over (lx_loop_post()) and calls no function of the store. `value` is borrowed, NULL unless a secret was found.
 */
typedef void (*lx_secret_done)(enum lx_secret_result result, const char *value, void *data);

/* Each returns an id, never 0. `done` may be NULL except when reading. */
uint64_t lx_secret_store_get_async(struct lx_secret_store *store, const char *key, lx_secret_done done, void *data);
uint64_t lx_secret_store_set_async(struct lx_secret_store *store, const char *key, const char *value,
				   lx_secret_done done, void *data);
uint64_t lx_secret_store_remove_async(struct lx_secret_store *store, const char *key, lx_secret_done done, void *data);
/*
 * From now on secrets rest in another place. Each of `keys` is written there first; when all are there, they are removed from the
 * old one. What the old place cannot tell now stays there. LX_SECRET_OK: the new place is in use. LX_SECRET_UNREACHABLE: it did not
 * take them, and everything is as it was. Calls made meanwhile wait. `kind` is LX_SECRET_SYSTEM or LX_SECRET_FILE.
 */
uint64_t lx_secret_store_move_async(struct lx_secret_store *store, enum lx_secret_kind kind, const char *path,
				    const char *const *keys, size_t key_count, lx_secret_done done, void *data);
/* True: `done` was not called and never will be (what was to be written is still written). False: it was called. */
bool lx_secret_store_cancel(struct lx_secret_store *store, uint64_t id);

/* False when it could not be written anywhere durable; it is kept in memory then. */
bool lx_secret_store_set(struct lx_secret_store *store, const char *key, const char *value);
char *lx_secret_store_get(struct lx_secret_store *store, const char *key); /* NULL when there is none */
void lx_secret_store_remove(struct lx_secret_store *store, const char *key);

void lx_secret_free(char *value);              /* wipes, then frees; NULL is accepted */
void lx_secret_wipe(void *bytes, size_t size); /* not optimised away */

#ifdef __cplusplus
}
#endif
