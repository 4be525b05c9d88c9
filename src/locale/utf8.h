/*
 * UTF-8: what both the texts of people and those of the network need of it.
 *
 * Threads: any.
 */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How many code points `text` has: what Twitch counts where it limits lengths. In what is no UTF-8, every byte that does not
 * continue a character is one. */
size_t lx_utf8_length(const char *text);

#ifdef __cplusplus
}
#endif
