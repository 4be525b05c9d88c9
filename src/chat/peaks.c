#include "chat/peaks.h"

#include <math.h>
#include <string.h>

#include <util/bmem.h>

#define SLOT_MS 1000
#define WINDOW 6 /* slots that are looked at together */
#define RING 64  /* slots that are remembered, a power of two */
#define PEOPLE 4096 /* entries of the table, a power of two */
#define LEARN_SLOTS 300 /* what counts as "the last minutes" */
#define WARM_SLOTS 60   /* before that nothing is known to be unusual */
#define LOOK_BACK 30    /* slots that a rise may take */
#define LONGEST 120     /* slots; then it is the new normal */
#define REST 30         /* slots after a peak in which no other begins */
#define GAP_SLOTS 900   /* of silence; longer ones teach nothing more */
#define EXTREME 3.0     /* standard deviations beyond which a value teaches no more */

static const struct threshold {
	double surprise; /* standard deviations */
	double times;    /* the usual */
	int people;      /* at least */
} thresholds[LX_PEAKS_SENSITIVITIES] = {
	[LX_PEAKS_RARE] = {6.5, 2.5, 10},
	[LX_PEAKS_NORMAL] = {5.0, 1.9, 7},
	[LX_PEAKS_OFTEN] = {4.0, 1.5, 5},
};

struct slot {
	int people;
	int64_t first_ms;
};

struct lx_peaks {
	struct threshold threshold;
	bool any;
	int64_t now; /* number of the present slot */
	struct slot ring[RING];
	int window; /* people of the last WINDOW slots */
	double mean, spread;
	int learned; /* slots */

	bool active;
	int64_t active_since, rest_until; /* slots */
	int top;
	struct lx_peak peak;

	struct {
		uint32_t hash;
		int64_t slot;
	} people[PEOPLE];
};

struct lx_peaks *lx_peaks_create(void)
{
	struct lx_peaks *peaks = bzalloc(sizeof(*peaks));
	lx_peaks_set_sensitivity(peaks, LX_PEAKS_NORMAL);
	return peaks;
}

void lx_peaks_destroy(struct lx_peaks *peaks)
{
	bfree(peaks);
}

void lx_peaks_reset(struct lx_peaks *peaks)
{
	const struct threshold threshold = peaks->threshold;
	memset(peaks, 0, sizeof(*peaks));
	peaks->threshold = threshold;
}

void lx_peaks_set_sensitivity(struct lx_peaks *peaks, enum lx_peak_sensitivity sensitivity)
{
	peaks->threshold = thresholds[sensitivity < LX_PEAKS_SENSITIVITIES ? sensitivity : LX_PEAKS_NORMAL];
}

static struct slot *slot_at(struct lx_peaks *peaks, int64_t slot)
{
	return &peaks->ring[slot & (RING - 1)];
}

/* FNV-1a: ids are short and not chosen by those who carry them. */
static uint32_t hash_of(const char *text)
{
	uint32_t hash = 2166136261u;
	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619u;
	return hash;
}

/* False when this person was counted within the window already. Two people in one place of the table are told apart late. */
static bool is_new(struct lx_peaks *peaks, const char *user_id)
{
	const uint32_t hash = hash_of(user_id);
	const uint32_t place = (hash ^ hash >> 15) & (PEOPLE - 1);
	if (peaks->people[place].hash == hash && peaks->people[place].slot &&
	    peaks->now - peaks->people[place].slot < WINDOW)
		return false;
	peaks->people[place].hash = hash;
	peaks->people[place].slot = peaks->now;
	return true;
}

/* How many standard deviations above the usual. */
static double surprise_of(const struct lx_peaks *peaks, double people)
{
	const double z = 2 * (sqrt(people + 0.375) - sqrt(peaks->mean + 0.375));
	return z / sqrt(peaks->spread > 1 ? peaks->spread : 1);
}

static void learn(struct lx_peaks *peaks)
{
	const bool warm = peaks->learned >= WARM_SLOTS;
	const double share = 1.0 / (peaks->learned < LEARN_SLOTS ? peaks->learned + 1 : LEARN_SLOTS);
	double people = peaks->window;
	const double most = peaks->mean + EXTREME * sqrt((peaks->spread > 1 ? peaks->spread : 1) * (peaks->mean + 1));
	if (warm && people > most)
		people = most;
	const double off = people - peaks->mean;
	peaks->mean += share * off;
	peaks->spread += share * (off * off / (peaks->mean > 1 ? peaks->mean : 1) - peaks->spread);
	if (peaks->learned < LEARN_SLOTS)
		peaks->learned++;
}

static void note_top(struct lx_peaks *peaks)
{
	if (peaks->window <= peaks->top)
		return;
	peaks->top = peaks->window;
	peaks->peak.times = peaks->mean >= 0.5 ? peaks->top / peaks->mean : 0;
}

/* Whether the peak is over with this slot. */
static bool is_over(struct lx_peaks *peaks)
{
	const double half = peaks->mean + 0.35 * (peaks->top - peaks->mean);
	if (peaks->now - peaks->active_since >= LONGEST) {
		peaks->mean = peaks->window;
		return true;
	}
	return peaks->window < half || surprise_of(peaks, peaks->window) < 1;
}

/* The present slot is complete; the next one begins. True when that ended the peak. */
static bool next_slot(struct lx_peaks *peaks)
{
	bool ended = false;
	if (peaks->active && is_over(peaks)) {
		peaks->active = false;
		peaks->rest_until = peaks->now + REST;
		ended = true;
	}
	learn(peaks);
	peaks->now++;
	*slot_at(peaks, peaks->now) = (struct slot){0};
	peaks->window -= slot_at(peaks, peaks->now - WINDOW)->people;
	return ended;
}

static bool advance(struct lx_peaks *peaks, int64_t slot)
{
	bool ended = false;
	if (slot - peaks->now > GAP_SLOTS) {
		for (int i = 0; i < GAP_SLOTS; i++)
			ended = next_slot(peaks) || ended;
		peaks->now = slot;
		memset(peaks->ring, 0, sizeof(peaks->ring));
	}
	while (peaks->now < slot)
		ended = next_slot(peaks) || ended;
	return ended;
}

/* Back to where it began to rise: until two slots after each other are no more than usual. */
static void find_beginning(struct lx_peaks *peaks)
{
	const double usual = peaks->mean / WINDOW * 1.25 + 0.5;
	int low = 0;
	peaks->peak.people = 0;
	int64_t waiting = 0;
	for (int64_t slot = peaks->now; slot > peaks->now - LOOK_BACK && low < 2; slot--) {
		const struct slot *s = slot_at(peaks, slot);
		waiting += s->people;
		low = s->people > usual ? 0 : low + 1;
		if (low)
			continue;
		peaks->peak.begin_ms = s->first_ms;
		peaks->peak.people += waiting;
		waiting = 0;
	}
}

enum lx_peak_change lx_peaks_add(struct lx_peaks *peaks, const char *user_id, int64_t time_ms, struct lx_peak *peak)
{
	const int64_t slot = time_ms / SLOT_MS;
	/* A clock that was put back: everything anew. */
	if (!peaks->any || slot < peaks->now - RING) {
		lx_peaks_reset(peaks);
		peaks->any = true;
		peaks->now = slot;
	}
	/* A little late is as good as now. */
	const bool ended = advance(peaks, slot > peaks->now ? slot : peaks->now);
	if (ended)
		*peak = peaks->peak;
	if (!is_new(peaks, user_id))
		return ended ? LX_PEAK_ENDED : LX_PEAK_NONE;

	struct slot *now = slot_at(peaks, peaks->now);
	if (!now->people++)
		now->first_ms = time_ms;
	peaks->window++;
	if (peaks->active) {
		peaks->peak.people++;
		note_top(peaks);
	}
	if (ended)
		return LX_PEAK_ENDED;
	const struct threshold *least = &peaks->threshold;
	if (peaks->active || peaks->learned < WARM_SLOTS || peaks->now < peaks->rest_until ||
	    peaks->window < least->people || peaks->window < least->times * peaks->mean ||
	    surprise_of(peaks, peaks->window) < least->surprise)
		return LX_PEAK_NONE;
	peaks->active = true;
	peaks->active_since = peaks->now;
	peaks->top = 0;
	find_beginning(peaks);
	note_top(peaks);
	*peak = peaks->peak;
	return LX_PEAK_BEGAN;
}
