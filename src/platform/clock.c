#include "platform/clock.h"

#include <stddef.h>
#include <time.h>

#include <util/platform.h>

static uint64_t system_monotonic_ns(void *data)
{
	(void)data;
	return os_gettime_ns();
}

static int64_t system_unix_ms(void *data)
{
	(void)data;
	struct timespec now;
	timespec_get(&now, TIME_UTC);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const struct lx_clock *lx_clock_system(void)
{
	static const struct lx_clock clock = {system_monotonic_ns, system_unix_ms, NULL};
	return &clock;
}

bool lx_clock_local(int64_t unix_ms, struct tm *out)
{
	const time_t seconds = (time_t)(unix_ms / 1000);
#ifdef _WIN32
	return localtime_s(out, &seconds) == 0;
#else
	return localtime_r(&seconds, out) != NULL;
#endif
}

bool lx_clock_utc(int64_t unix_ms, struct tm *out)
{
	const time_t seconds = (time_t)(unix_ms / 1000);
#ifdef _WIN32
	return gmtime_s(out, &seconds) == 0;
#else
	return gmtime_r(&seconds, out) != NULL;
#endif
}
