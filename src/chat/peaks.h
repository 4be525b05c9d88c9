/*
 * Peaks: notices when unusually many people write at once, measured by what is usual in this channel at this time of the
 * evening, not by a fixed number. Ten people within six seconds are an event where somebody speaks every minute, and
 * nothing where a thousand write each second.
 *
 * How many different people wrote in the last six seconds is compared with its own mean and spread of the last minutes.
 * (Variance-stabilised as for Poisson counts, with the spread that was really seen; what is extreme teaches the usual only
 * as much as what is merely high, so that a peak does not hide itself. People are told apart by a small hash table: a
 * spammer counts once.) What stays high for two minutes is the new normal.
 *
 * Constant time and memory for each message. Threads: one at a time; knows no clock but the messages' own times.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_peaks;

enum lx_peak_sensitivity { LX_PEAKS_RARE, LX_PEAKS_NORMAL, LX_PEAKS_OFTEN, LX_PEAKS_SENSITIVITIES };

enum lx_peak_change {
	LX_PEAK_NONE,
	LX_PEAK_BEGAN, /* told as soon as it is surprising; begin_ms lies some seconds back, where the chat began to rise */
	LX_PEAK_ENDED, /* told by the first message that comes after it */
};

struct lx_peak {
	int64_t begin_ms;
	int64_t people; /* that wrote since then; who went on for longer than six seconds counts again */
	double times;   /* how often the usual number, at its highest; 0 where nobody usually writes */
};

struct lx_peaks *lx_peaks_create(void);
void lx_peaks_destroy(struct lx_peaks *peaks); /* NULL is accepted */
/* Another channel: what is usual there is not known. The sensitivity stays. */
void lx_peaks_reset(struct lx_peaks *peaks);
void lx_peaks_set_sensitivity(struct lx_peaks *peaks, enum lx_peak_sensitivity sensitivity);

/* Somebody wrote at this time (Unix milliseconds). `peak` is filled in unless nothing changed. */
enum lx_peak_change lx_peaks_add(struct lx_peaks *peaks, const char *user_id, int64_t time_ms, struct lx_peak *peak);

#ifdef __cplusplus
}
#endif
