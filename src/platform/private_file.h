/*
 * Private file: a small file that nobody but its owner may read (mode 0600; on Windows the user's own folder sees to it).
 *
 * Threads: any; both functions wait for the disk.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Replaces the file as a whole: when this returns true the new content is on the disk, when the machine fails meanwhile the
 * old content is intact. Other processes that write the same path at the same time must be kept out by the caller.
 */
bool lx_private_file_write(const char *path, const void *bytes, size_t size);

enum lx_private_file_result { LX_PRIVATE_FILE_OK, LX_PRIVATE_FILE_NONE, LX_PRIVATE_FILE_FAILED };
/* At most 1 MiB; `*text` is NUL-terminated and freed with lx_secret_free(). Takes rights of others on the file away. */
enum lx_private_file_result lx_private_file_read(const char *path, char **text);

#ifdef __cplusplus
}
#endif
