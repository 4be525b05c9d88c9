/*
 * What secret_store.c needs from a system's secret store. One file for each system implements it.
 *
 * Threads: get, set and remove are called from one thread only, the store's; they may wait up to `deadline_ms`. cancel comes
 * from another thread, once: it makes the call under way and all later ones return LX_SECRET_UNREACHABLE at once. destroy
 * comes last, on the store's thread.
 */
#pragma once

#include "platform/secret_store.h"

struct lx_secret_backend {
	const char *where; /* the word lx_secret_store_where() gives */
	/* On LX_SECRET_OK `*value` is a copy that the caller frees with lx_secret_free(). */
	enum lx_secret_result (*get)(struct lx_secret_backend *self, const char *key, char **value,
				     uint32_t deadline_ms);
	enum lx_secret_result (*set)(struct lx_secret_backend *self, const char *key, const char *value,
				     uint32_t deadline_ms);
	/* LX_SECRET_NONE when there was nothing to remove. */
	enum lx_secret_result (*remove)(struct lx_secret_backend *self, const char *key, uint32_t deadline_ms);
	void (*cancel)(struct lx_secret_backend *self);
	void (*destroy)(struct lx_secret_backend *self);
};

/* The system's own; NULL where it has none. */
struct lx_secret_backend *lx_secret_backend_create_system(void);
struct lx_secret_backend *lx_secret_backend_create_file(const char *path);

/* A store on any backend, which it then owns; NULL keeps everything in memory. */
struct lx_secret_store *lx_secret_store_create_on(struct lx_secret_backend *backend);
