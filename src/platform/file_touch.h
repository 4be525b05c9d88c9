/*
 * Marks a file as used now: the one thing about files that neither libobs nor the C library can do.
 *
 * Threads: any; waits for the disk.
 */
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sets the time of the last change to now. False when the file is not there or not ours. */
bool lx_file_touch(const char *path);

#ifdef __cplusplus
}
#endif
