/*
 * Random numbers as a parameter: jitter, nonces, the `state` of a login. Thread-safe.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_random {
	void (*fill)(void *bytes, size_t size, void *data);
	void *data;
};

/* The operating system's generator, fit for secrets. Lives as long as the program. */
const struct lx_random *lx_random_system(void);

uint32_t lx_random_below(const struct lx_random *random, uint32_t limit); /* 0 … limit-1; limit > 0 */

#ifdef __cplusplus
}
#endif
