#include "chat/markers.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <util/base.h>
#include <util/bmem.h>
#include <util/threading.h>

#include "chat/clip_words.h"
#include "chat/log.h"
#include "locale/utf8.h"
#include "stats/live_stats.h"
#include "twitch/helix.h"

#define WORDS_WINDOW_MS 10000
#define DESCRIPTION_MAX 140 /* code points: Twitch's limit */
#define LATE_MS 2000        /* from here on it is worth a word */
/* Between two markers on Twitch, milliseconds: a stuck key, or an excited chat, must not fill the list there. */
#define TWITCH_PAUSE_MS 3000
#define TWITCH_PAUSE_AUTOMATIC_MS 30000

struct lx_markers {
	struct lx_markers_config config;

	pthread_mutex_t mutex;             /* guards what follows; nothing is called with it held */
	struct lx_markers_options options; /* its words are in `words` */
	struct lx_peaks *peaks;
	struct lx_clip_words *words;
	char room_id[32], channel[32];
	enum lx_channel_role role;
	int64_t last_id;
	struct lx_marker peak; /* the present or the last one */
	uint64_t twitch_at_ms; /* monotonic, of the last one sent there; 0 = none */
	bool told_scope, told_chapter;
	char refused_room[32]; /* where Twitch said that this account may set none */

	pthread_mutex_t writer_mutex; /* held while the writer is called */
	lx_chapter_writer writer;
	void *writer_data;
};

/* A marker on its way to the loop, or to Twitch. */
struct errand {
	struct lx_markers *markers;
	struct lx_marker_change change;
	enum lx_phase phase;
	bool automatic, kept;
	int64_t noticed_ms; /* when, on the clock of the moment; often a while after it */
	char origin[32];
};

static struct errand *make_errand(struct lx_markers *markers, const struct lx_marker *marker, enum lx_phase phase,
				  const char *origin)
{
	struct errand *errand = bzalloc(sizeof(*errand));
	errand->markers = markers;
	errand->change = (struct lx_marker_change){LX_MARKER_PUT, *marker};
	errand->phase = phase;
	errand->automatic = marker->kind != LX_MARKER_MANUAL;
	snprintf(errand->origin, sizeof(errand->origin), "%s", origin);
	return errand;
}

/* What others call it who can only mark the present: with how long ago it was. */
static void describe(const struct errand *errand, struct dstr *out)
{
	const struct lx_text *text = errand->markers->config.text;
	const int64_t late_ms = errand->noticed_ms - errand->change.marker.at_ms;
	struct dstr label = {0};
	char late[24];

	lx_marker_label(text, &errand->change.marker, &label);
	snprintf(late, sizeof(late), "%lld", (long long)(late_ms / 1000));
	const char *args[] = {label.array, late};
	if (late_ms >= LATE_MS)
		lx_text_format(text, out, "Marker.Late", args, 2);
	else
		dstr_cat_dstr(out, &label);
	dstr_free(&label);
}

/* --- telling ----------------------------------------------------------------------------------------------------- */

static void emit(struct errand *errand)
{
	struct lx_markers *markers = errand->markers;
	const struct lx_marker *marker = &errand->change.marker;
	struct lx_live_snapshot now;
	struct lx_event event;
	struct dstr label = {0};

	/* Of one that was changed later, only the log knows the rest. */
	const bool whole = errand->change.kind == LX_MARKER_PUT;
	if (whole)
		lx_marker_label(markers->config.text, marker, &label);
	lx_event_init(&event, LX_EVENT_MARKER);
	event.time_ms = lx_clock_unix_ms(markers->config.clock);
	event.channel = marker->channel;
	event.marker.phase = errand->phase;
	event.marker.id = marker->id;
	event.marker.at_ms = marker->at_ms;
	event.marker.kind = whole ? lx_marker_kind_word(marker->kind) : "";
	event.marker.label = label.array ? label.array : "";
	event.marker.text = marker->text;
	event.marker.word = marker->word;
	event.marker.count = marker->count;
	event.marker.origin = errand->origin;
	event.marker.twitch_id = marker->twitch_id;
	event.marker.stream_ms = -1;
	if (markers->config.stats && lx_live_stats_read(markers->config.stats, 0, &now) && now.live && whole &&
	    now.started_ms != LX_STAT_UNKNOWN && strcmp(now.channel, marker->channel) == 0)
		event.marker.stream_ms = marker->at_ms - now.started_ms;
	lx_bus_emit(markers->config.bus, &event);
	dstr_free(&label);
}

static void tell(struct lx_markers *markers, const char *id, const char *sentence)
{
	struct lx_event event;
	char channel[sizeof(markers->channel)];

	pthread_mutex_lock(&markers->mutex);
	memcpy(channel, markers->channel, sizeof(channel));
	pthread_mutex_unlock(&markers->mutex);
	lx_event_init(&event, LX_EVENT_NOTICE);
	event.time_ms = lx_clock_unix_ms(markers->config.clock);
	event.channel = channel;
	event.notice.id = id;
	event.notice.text = sentence;
	lx_bus_emit(markers->config.bus, &event);
}

/* --- to Twitch --------------------------------------------------------------------------------------------------- */

static void twitch_refused(struct errand *errand, const struct lx_helix_result *result)
{
	struct lx_markers *markers = errand->markers;
	struct dstr sentence = {0};

	pthread_mutex_lock(&markers->mutex);
	if (result->error == LX_HELIX_FORBIDDEN)
		memcpy(markers->refused_room, markers->room_id, sizeof(markers->refused_room));
	pthread_mutex_unlock(&markers->mutex);
	if (result->error == LX_HELIX_CANCELLED)
		return;
	if (errand->automatic) {
		blog(LOG_INFO, "[liveXtrem] Twitch took no marker: %s", result->twitch_message);
		return;
	}
	lx_text_format(markers->config.text, &sentence, "Marker.Twitch.Refused", &result->message, 1);
	tell(markers, "livextrem_marker_twitch", sentence.array);
	dstr_free(&sentence);
}

static void on_twitch(const struct lx_helix_result *result, void *data)
{
	struct errand *errand = data;
	struct lx_markers *markers = errand->markers;
	struct lx_decoded memory = {0};
	size_t count;

	if (result->error != LX_HELIX_OK) {
		twitch_refused(errand, result);
		bfree(errand);
		return;
	}
	const struct lx_helix_marker *marker = lx_helix_decode_marker(&memory, result->data, &count);
	if (marker && *marker->id) {
		snprintf(errand->change.marker.twitch_id, sizeof(errand->change.marker.twitch_id), "%s", marker->id);
		lx_log_change_marker(markers->config.log, &errand->change);
		errand->phase = LX_PHASE_UPDATE;
		emit(errand);
	}
	lx_decoded_finish(&memory);
	bfree(errand);
}

static char *body_of(const struct errand *errand, const char *room_id)
{
	struct dstr description = {0};

	/* Twitch takes the moment at which it hears of it. */
	describe(errand, &description);
	while (lx_utf8_length(description.array) > DESCRIPTION_MAX) {
		size_t size = description.len - 1;
		while (size && ((unsigned char)description.array[size] & 0xC0) == 0x80)
			size--;
		dstr_resize(&description, size);
	}
	cJSON *json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "user_id", room_id);
	cJSON_AddStringToObject(json, "description", description.array);
	char *body = cJSON_PrintUnformatted(json);
	cJSON_Delete(json);
	dstr_free(&description);
	return body;
}

enum way { WAY_NONE, WAY_SEND, WAY_TOO_SOON, WAY_SCOPE };

/* Whether it goes there; `room_id` is where. */
static enum way way_to_twitch(struct errand *errand, char room_id[32])
{
	struct lx_markers *markers = errand->markers;
	const uint64_t now_ms = lx_clock_ms(markers->config.clock);
	const uint64_t pause_ms = errand->automatic ? TWITCH_PAUSE_AUTOMATIC_MS : TWITCH_PAUSE_MS;
	const bool may = lx_helix_may(markers->config.helix, LX_HELIX_CREATE_STREAM_MARKER, NULL);
	enum way way = WAY_SEND;

	pthread_mutex_lock(&markers->mutex);
	const bool own = markers->role == LX_CHANNEL_ROLE_BROADCASTER;
	memcpy(room_id, markers->room_id, sizeof(markers->room_id));
	if (!markers->options.twitch || !*room_id || strcmp(errand->change.marker.channel, markers->channel) != 0 ||
	    (errand->automatic && (!markers->options.automatic || !own)) || strcmp(markers->refused_room, room_id) == 0)
		way = WAY_NONE;
	else if (!may)
		/* Only who may be meant needs to be told, and once is enough. */
		way = own && !errand->automatic && !markers->told_scope ? WAY_SCOPE : WAY_NONE;
	else if (markers->twitch_at_ms && now_ms - markers->twitch_at_ms < pause_ms)
		way = errand->automatic ? WAY_NONE : WAY_TOO_SOON;
	if (way == WAY_SEND)
		markers->twitch_at_ms = now_ms ? now_ms : 1;
	markers->told_scope = markers->told_scope || way == WAY_SCOPE;
	pthread_mutex_unlock(&markers->mutex);
	return way;
}

static bool is_live(const struct lx_markers *markers)
{
	struct lx_live_snapshot now;
	return markers->config.stats && lx_live_stats_read(markers->config.stats, 0, &now) && now.live;
}

static void send_to_twitch(struct errand *errand)
{
	struct lx_markers *markers = errand->markers;
	char room_id[32];

	if (!markers->config.helix || !is_live(markers))
		return;
	switch (way_to_twitch(errand, room_id)) {
	case WAY_NONE:
		return;
	case WAY_TOO_SOON:
		tell(markers, "livextrem_marker_twitch", lx_text_get(markers->config.text, "Marker.Twitch.TooSoon"));
		return;
	case WAY_SCOPE:
		tell(markers, "livextrem_marker_twitch", lx_text_get(markers->config.text, "Marker.Twitch.Scope"));
		return;
	case WAY_SEND:
		break;
	}
	char *body = body_of(errand, room_id);
	lx_helix_send(markers->config.helix,
		      &(struct lx_helix_call){
			      .endpoint = LX_HELIX_CREATE_STREAM_MARKER,
			      .body = body,
			      .priority = errand->automatic ? LX_HELIX_BACKGROUND : LX_HELIX_USER,
			      .done = on_twitch,
			      .data = bmemdup(errand, sizeof(*errand)),
		      });
	cJSON_free(body);
}

/* --- into the file ----------------------------------------------------------------------------------------------- */

static void write_chapter(struct errand *errand)
{
	struct lx_markers *markers = errand->markers;
	struct dstr name = {0};
	enum lx_chapter_result result = LX_CHAPTER_NOT_RECORDING;

	pthread_mutex_lock(&markers->mutex);
	const bool wanted = markers->options.chapters && (!errand->automatic || markers->options.automatic);
	pthread_mutex_unlock(&markers->mutex);
	if (!wanted)
		return;
	describe(errand, &name);
	pthread_mutex_lock(&markers->writer_mutex);
	if (markers->writer)
		result = markers->writer(name.array, markers->writer_data);
	pthread_mutex_unlock(&markers->writer_mutex);
	dstr_free(&name);

	const bool impossible = result == LX_CHAPTER_FORMAT || result == LX_CHAPTER_OLD_OBS;
	pthread_mutex_lock(&markers->mutex);
	const bool news = impossible && !markers->told_chapter && !errand->automatic;
	markers->told_chapter = (markers->told_chapter && impossible) || news;
	pthread_mutex_unlock(&markers->mutex);
	if (news)
		tell(markers, "livextrem_marker_chapter",
		     lx_text_get(markers->config.text,
				 result == LX_CHAPTER_FORMAT ? "Marker.Chapter.Format" : "Marker.Chapter.Old"));
}

void lx_markers_set_chapter_writer(struct lx_markers *markers, lx_chapter_writer writer, void *data)
{
	pthread_mutex_lock(&markers->writer_mutex);
	markers->writer = writer;
	markers->writer_data = data;
	pthread_mutex_unlock(&markers->writer_mutex);
}

/* --- making ------------------------------------------------------------------------------------------------------ */

/* What led to it may lie before the stream, where nobody can look. */
static void keep_within_stream(struct errand *errand)
{
	struct lx_marker *marker = &errand->change.marker;
	struct lx_live_snapshot now;
	if (errand->automatic && errand->markers->config.stats &&
	    lx_live_stats_read(errand->markers->config.stats, 0, &now) && now.live &&
	    now.started_ms != LX_STAT_UNKNOWN && strcmp(now.channel, marker->channel) == 0 &&
	    marker->at_ms < now.started_ms && now.started_ms <= errand->noticed_ms)
		marker->at_ms = now.started_ms;
}

/* On the loop: whoever noticed it may hold locks of the bus. */
static void carry_out(void *data)
{
	struct errand *errand = data;
	keep_within_stream(errand);
	if (errand->kept || lx_log_change_marker(errand->markers->config.log, &errand->change)) {
		emit(errand);
		if (errand->phase == LX_PHASE_ADD) {
			write_chapter(errand);
			send_to_twitch(errand);
		}
	}
	bfree(errand);
}

static void post(struct errand *errand)
{
	lx_loop_post(errand->markers->config.loop, carry_out, bfree, errand);
}

/* The mutex is held. */
static struct lx_marker new_marker(struct lx_markers *markers, enum lx_marker_kind kind, int64_t at_ms)
{
	struct lx_marker marker = {.kind = kind, .at_ms = at_ms};
	const int64_t number = lx_clock_unix_ms(markers->config.clock) * 64;
	marker.id = markers->last_id = number > markers->last_id ? number : markers->last_id + 1;
	memcpy(marker.channel, markers->channel, sizeof(marker.channel));
	return marker;
}

int64_t lx_markers_add(struct lx_markers *markers, const char *text, int64_t at_ms, const char *origin,
		       struct dstr *error)
{
	const int64_t now_ms = markers->config.log ? lx_log_now(markers->config.log) : 0;

	pthread_mutex_lock(&markers->mutex);
	struct lx_marker marker = new_marker(markers, LX_MARKER_MANUAL, at_ms > 0 && at_ms < now_ms ? at_ms : now_ms);
	pthread_mutex_unlock(&markers->mutex);
	lx_marker_clean(text, marker.text, sizeof(marker.text));

	struct errand *errand = make_errand(markers, &marker, LX_PHASE_ADD, origin);
	errand->kept = markers->config.log && lx_log_change_marker(markers->config.log, &errand->change);
	errand->noticed_ms = now_ms;
	if (!errand->kept) {
		dstr_cat(error, lx_text_get(markers->config.text, "Marker.Error.NoLog"));
		bfree(errand);
		return 0;
	}
	post(errand);
	return marker.id;
}

/* People write a while after they saw something: the moment is that of what they saw. The mutex is held. */
static int64_t moment_of(const struct lx_markers *markers, int64_t begin_ms)
{
	return begin_ms - (int64_t)markers->options.lead_s * 1000;
}

/* The mutex is held. A peak is told twice: when it is noticed, and with its whole size when it is over. */
static struct errand *watch_peaks(struct lx_markers *markers, const struct lx_event *event)
{
	struct lx_peak peak;
	const enum lx_peak_change change = lx_peaks_add(markers->peaks, event->chat.user.id, event->time_ms, &peak);
	if (change == LX_PEAK_NONE)
		return NULL;
	if (change == LX_PEAK_BEGAN)
		markers->peak = new_marker(markers, LX_MARKER_PEAK, moment_of(markers, peak.begin_ms));
	if (!markers->peak.id)
		return NULL;
	markers->peak.count = peak.people;
	struct errand *errand =
		make_errand(markers, &markers->peak, change == LX_PEAK_BEGAN ? LX_PHASE_ADD : LX_PHASE_UPDATE, "chat");
	errand->noticed_ms = event->time_ms;
	return errand;
}

static struct errand *watch_words(struct lx_markers *markers, const struct lx_event *event)
{
	struct lx_clip_call call;
	if (!lx_clip_words_add(markers->words, event->chat.user.id, event->chat.text, event->time_ms, &call))
		return NULL;
	struct lx_marker marker = new_marker(markers, LX_MARKER_WORDS, moment_of(markers, call.begin_ms));
	marker.count = call.people;
	memcpy(marker.word, call.word, sizeof(marker.word));
	struct errand *errand = make_errand(markers, &marker, LX_PHASE_ADD, "chat");
	errand->noticed_ms = event->time_ms;
	return errand;
}

static void on_message(const struct lx_event *event, void *data)
{
	struct lx_markers *markers = data;
	struct errand *found[2] = {NULL, NULL};

	/* What others' viewers say in a shared chat is about their own stream. */
	if (event->chat.flags & (LX_CHAT_SHARED | LX_CHAT_OWN))
		return;
	pthread_mutex_lock(&markers->mutex);
	if (strcmp(event->channel, markers->channel) == 0) {
		found[0] = markers->options.peaks ? watch_peaks(markers, event) : NULL;
		found[1] = watch_words(markers, event);
	}
	pthread_mutex_unlock(&markers->mutex);
	for (size_t i = 0; i < 2; i++)
		if (found[i])
			post(found[i]);
}

/* --- procedures -------------------------------------------------------------------------------------------------- */

static const char *text_of(calldata_t *call, const char *name, const char *fallback)
{
	const char *text = calldata_string(call, name);
	return text && *text ? text : fallback;
}

static void answer(calldata_t *call, bool ok, const char *error)
{
	calldata_set_bool(call, "ok", ok);
	calldata_set_string(call, "error", error ? error : "");
}

static void proc_add(void *data, calldata_t *call)
{
	struct dstr error = {0};
	const int64_t id = lx_markers_add(data, text_of(call, "text", ""), calldata_int(call, "at_ms"),
					  text_of(call, "origin", "script"), &error);
	answer(call, id != 0, error.array);
	calldata_set_int(call, "marker_id", id);
	dstr_free(&error);
}

static void change(struct lx_markers *markers, calldata_t *call, enum lx_marker_change_kind kind, const char *text)
{
	static const enum lx_phase phases[] = {
		[LX_MARKER_RENAME] = LX_PHASE_UPDATE,
		[LX_MARKER_REMOVE] = LX_PHASE_REMOVE,
		[LX_MARKER_RESTORE] = LX_PHASE_UPDATE,
	};
	struct lx_marker marker = {.id = calldata_int(call, "marker_id")};

	lx_marker_clean(text, marker.text, sizeof(marker.text));
	struct errand *errand = make_errand(markers, &marker, phases[kind], text_of(call, "origin", "script"));
	errand->change.kind = kind;
	errand->kept = marker.id > 0 && markers->config.log &&
		       lx_log_change_marker(markers->config.log, &errand->change);
	answer(call, errand->kept, errand->kept ? "" : lx_text_get(markers->config.text, "Marker.Error.NoLog"));
	if (errand->kept)
		post(errand);
	else
		bfree(errand);
}

static void proc_edit(void *data, calldata_t *call)
{
	change(data, call, LX_MARKER_RENAME, text_of(call, "text", ""));
}

static void proc_remove(void *data, calldata_t *call)
{
	change(data, call, calldata_bool(call, "undo") ? LX_MARKER_RESTORE : LX_MARKER_REMOVE, "");
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static const struct bind {
	enum lx_proc proc;
	lx_bus_handler handler;
} binds[] = {
	{LX_PROC_ADD_MARKER, proc_add},
	{LX_PROC_EDIT_MARKER, proc_edit},
	{LX_PROC_REMOVE_MARKER, proc_remove},
};
#define BINDS (sizeof(binds) / sizeof(*binds))

struct lx_markers *lx_markers_create(const struct lx_markers_config *config)
{
	struct lx_markers *markers = bzalloc(sizeof(*markers));
	markers->config = *config;
	pthread_mutex_init(&markers->mutex, NULL);
	pthread_mutex_init(&markers->writer_mutex, NULL);
	markers->peaks = lx_peaks_create();
	markers->words = lx_clip_words_create();
	return markers;
}

void lx_markers_destroy(struct lx_markers *markers)
{
	if (!markers)
		return;
	lx_peaks_destroy(markers->peaks);
	lx_clip_words_destroy(markers->words);
	pthread_mutex_destroy(&markers->writer_mutex);
	pthread_mutex_destroy(&markers->mutex);
	bfree(markers);
}

void lx_markers_bind(struct lx_markers *markers)
{
	lx_bus_connect(markers->config.bus, LX_EVENT_CHAT_MESSAGE, on_message, markers);
	for (size_t i = 0; i < BINDS; i++)
		lx_bus_bind(markers->config.bus, binds[i].proc, binds[i].handler, markers);
}

void lx_markers_unbind(struct lx_markers *markers)
{
	lx_bus_disconnect(markers->config.bus, LX_EVENT_CHAT_MESSAGE, on_message, markers);
	for (size_t i = 0; i < BINDS; i++)
		lx_bus_bind(markers->config.bus, binds[i].proc, NULL, NULL);
}

void lx_markers_set_options(struct lx_markers *markers, const struct lx_markers_options *options)
{
	pthread_mutex_lock(&markers->mutex);
	markers->options = *options;
	markers->options.words = NULL;
	lx_peaks_set_sensitivity(markers->peaks, options->sensitivity);
	lx_clip_words_set(markers->words, options->words, options->people, WORDS_WINDOW_MS);
	pthread_mutex_unlock(&markers->mutex);
}

void lx_markers_set_channel(struct lx_markers *markers, const char *room_id, const char *channel)
{
	pthread_mutex_lock(&markers->mutex);
	if (strcmp(markers->channel, channel) != 0) {
		lx_peaks_reset(markers->peaks);
		lx_clip_words_reset(markers->words);
		markers->peak.id = 0;
		markers->role = LX_CHANNEL_ROLE_UNKNOWN;
		*markers->refused_room = 0;
	}
	snprintf(markers->room_id, sizeof(markers->room_id), "%s", room_id);
	snprintf(markers->channel, sizeof(markers->channel), "%s", channel);
	pthread_mutex_unlock(&markers->mutex);
}

void lx_markers_set_role(struct lx_markers *markers, enum lx_channel_role role)
{
	pthread_mutex_lock(&markers->mutex);
	markers->role = role;
	/* Whoever signed in anew may have other permissions. */
	markers->told_scope = false;
	*markers->refused_room = 0;
	pthread_mutex_unlock(&markers->mutex);
}
