/*
 * Pictures from the network, kept on disk: a few downloads at a time in the background, a folder with a cap from which the
 * least recently used go first. A picture that was seen once is there at once the next time, also without a network.
 *
 * Threads: lx_picture_cache_get() and _forget() from any thread; the rest on the loop's thread or while it does not run. `done`
 * is called on the loop's thread, exactly once. The loop reads and writes files, so give it one on which nothing urgent runs;
 * for the same reason `done` may take its time, to decode.
 *
 * Ownership: the address is copied; the picture is borrowed, valid during `done`.
 *
 * What comes from outside is trusted in nothing: a file's name is a hash of its address, its content is kept only when it is an
 * image by the server's word and by its own first bytes, within the limits of size; what was damaged on disk is fetched again.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http.h"
#include "net/picture_format.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LX_PICTURE_MAX_BYTES (2u * 1024 * 1024) /* of one file */
#define LX_PICTURE_MAX_RUNNING 4                /* downloads at the same time */
#define LX_PICTURE_MAX_WAITING 256

struct lx_picture_cache;

struct lx_picture_cache_config {
	struct lx_loop *loop;
	struct lx_http *http;
	const char *folder; /* made when the first picture is written; NULL = nothing is kept on disk */
	uint64_t cap_bytes; /* of all files; 0 = nothing is kept on disk */
};

struct lx_picture_cache *lx_picture_cache_create(const struct lx_picture_cache_config *config);
/* After the HTTP client, before the loop. Everything under way ends with LX_PICTURE_DROPPED. NULL is accepted. */
void lx_picture_cache_destroy(struct lx_picture_cache *cache);

enum lx_picture_error {
	LX_PICTURE_OK,
	LX_PICTURE_REFUSED,     /* the server has none (4xx), or what it sent is no picture that we take */
	LX_PICTURE_UNREACHABLE, /* network or server trouble: worth another try later */
	LX_PICTURE_DROPPED,     /* pushed out by newer wishes, or the cache is going: ask again when it is wanted */
};

struct lx_picture {
	enum lx_picture_error error;
	const void *bytes; /* the file as it came; NULL unless LX_PICTURE_OK, like all below */
	size_t size;
	struct lx_picture_info info;
	bool from_disk;
};

typedef void (*lx_picture_done)(const struct lx_picture *picture, void *data);

/*
 * Asks for the picture at `url` (https, or http on loopback). The newest wishes are served first; when more than
 * LX_PICTURE_MAX_WAITING wait, the oldest is dropped. Equal wishes are not joined: ask once and keep the result. Once the
 * loop has stopped, `done` is called with LX_PICTURE_DROPPED from inside.
 */
void lx_picture_cache_get(struct lx_picture_cache *cache, const char *url, lx_picture_done done, void *data);

/* What was handed out turned out to be broken: removes it from the disk. */
void lx_picture_cache_forget(struct lx_picture_cache *cache, const char *url);

/* Bytes on disk, as far as known. On the loop's thread. */
uint64_t lx_picture_cache_size(const struct lx_picture_cache *cache);

#ifdef __cplusplus
}
#endif
