/*
 * File lock: keeps two programs (OBS and livextrem-cli) from doing the same thing at once. Held until it is released or the
 * process ends, however it ends; the file itself stays. Two locks on one path exclude each other inside one process too.
 *
 * Threads: any; nothing here waits.
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

struct lx_file_lock;

enum lx_file_lock_result {
	LX_FILE_LOCK_TAKEN,
	LX_FILE_LOCK_BUSY,     /* somebody else holds it */
	LX_FILE_LOCK_UNUSABLE, /* no such folder, read-only, a file system without locks */
};

/* `*lock` is set with LX_FILE_LOCK_TAKEN only, NULL otherwise. */
enum lx_file_lock_result lx_file_lock_try(const char *path, struct lx_file_lock **lock);
void lx_file_lock_release(struct lx_file_lock *lock); /* NULL is accepted */

#ifdef __cplusplus
}
#endif
