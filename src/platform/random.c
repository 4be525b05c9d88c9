#ifdef __linux__
#define _DEFAULT_SOURCE /* getrandom() */
#endif

#include "platform/random.h"

#ifdef _WIN32
#include <windows.h>
#include <bcrypt.h>
#elif defined(__APPLE__)
#include <stdlib.h>
#else
#include <errno.h>
#include <sys/random.h>
#endif

#include <util/base.h>

static void system_fill(void *bytes, size_t size, void *data)
{
	(void)data;
#ifdef _WIN32
	if (BCryptGenRandom(NULL, bytes, (ULONG)size, BCRYPT_USE_SYSTEM_PREFERRED_RNG) != 0)
		bcrash("[liveXtrem] the system gives no random numbers");
#elif defined(__APPLE__)
	arc4random_buf(bytes, size);
#else
	unsigned char *out = bytes;
	while (size) {
		ssize_t got = getrandom(out, size, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			bcrash("[liveXtrem] the system gives no random numbers");
		out += got;
		size -= (size_t)got;
	}
#endif
}

const struct lx_random *lx_random_system(void)
{
	static const struct lx_random random = {system_fill, NULL};
	return &random;
}

uint32_t lx_random_below(const struct lx_random *random, uint32_t limit)
{
	uint32_t value;
	random->fill(&value, sizeof(value), random->data);
	return (uint32_t)(((uint64_t)value * limit) >> 32);
}
