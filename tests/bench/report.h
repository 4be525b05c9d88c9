/*
 * How a bench tells run.py what it measured: a line of its own among whatever else it prints for people.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

/* `key` is one of the rows in run.py, `value` in the unit of that row. */
static inline void bench_report(const char *key, double value)
{
	printf("= %s %.6g\n", key, value);
}

static inline int bench_compare(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

/* Sorts `values`; `part` 0.5 gives the median, 1 the largest. */
static inline double bench_part(double *values, size_t count, double part)
{
	qsort(values, count, sizeof(*values), bench_compare);
	const size_t at = (size_t)(part * (double)count);
	return values[at < count ? at : count - 1];
}
