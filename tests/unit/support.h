/*
 * What every unit test needs: cmocka, a leak check around each test, a clock that the test moves.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#undef stop /* cmocka 2 takes this common name for a macro */

#include "platform/clock.h"
#include "platform/random.h"

/* Setup and teardown that fail a test which leaves allocations of bmalloc behind. */
int lx_leak_setup(void **state);
int lx_leak_teardown(void **state);

#define lx_unit_test(function) cmocka_unit_test_setup_teardown(function, lx_leak_setup, lx_leak_teardown)

/* A clock that stands still until it is moved. */
struct lx_test_clock {
	struct lx_clock clock;
	uint64_t ms;     /* monotonic */
	int64_t unix_ms; /* wall clock */
};
void lx_test_clock_init(struct lx_test_clock *clock);
void lx_test_clock_advance(struct lx_test_clock *clock, uint64_t ms);

/* A generator whose numbers are the same in each run. */
extern const struct lx_random lx_test_random;
