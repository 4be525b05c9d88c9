/*
 * Secret store: where tokens rest. The system's own (Secret Service through libsecret, Windows Credential Manager, macOS
 * Keychain), a file readable by its owner only when the user asked for it, or memory when there is nothing else.
 *
 * Threads: any; calls may wait for the system's store, with a deadline, so they run on the helix loop's thread or at start
 * of a command line tool, never on the UI thread.
 * Ownership: values are copied in; values handed out are freed (and wiped) with lx_secret_free().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

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
void lx_secret_store_destroy(struct lx_secret_store *store);

/* Where secrets really go at this moment: "store", "file" or "memory". */
const char *lx_secret_store_where(struct lx_secret_store *store);

/* False when it could not be written anywhere durable; it is kept in memory then. */
bool lx_secret_store_set(struct lx_secret_store *store, const char *key, const char *value);
char *lx_secret_store_get(struct lx_secret_store *store, const char *key); /* NULL when there is none */
void lx_secret_store_remove(struct lx_secret_store *store, const char *key);

void lx_secret_free(char *value);              /* wipes, then frees; NULL is accepted */
void lx_secret_wipe(void *bytes, size_t size); /* not optimised away */

#ifdef __cplusplus
}
#endif
