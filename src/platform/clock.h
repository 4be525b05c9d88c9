/*
 * Time as a parameter: everything that measures or waits is given one of these, so that tests need not sleep.
 * Both functions may be called from any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_clock {
	uint64_t (*monotonic_ns)(void *data); /* never goes back; for intervals and deadlines */
	int64_t (*unix_ms)(void *data);       /* wall clock, UTC, milliseconds; may jump */
	void *data;
};

/* The machine's clock. Lives as long as the program. */
const struct lx_clock *lx_clock_system(void);

/* The parts of a moment (Unix milliseconds), in the time zone of this computer and in UTC. False when it has none. */
bool lx_clock_local(int64_t unix_ms, struct tm *out);
bool lx_clock_utc(int64_t unix_ms, struct tm *out);

static inline uint64_t lx_clock_ms(const struct lx_clock *clock)
{
	return clock->monotonic_ns(clock->data) / 1000000;
}

static inline int64_t lx_clock_unix_ms(const struct lx_clock *clock)
{
	return clock->unix_ms(clock->data);
}

#ifdef __cplusplus
}
#endif
