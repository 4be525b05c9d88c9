#include "store/settings.h"

#include <string.h>

#include <cjson/cJSON.h>
#include <util/base.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>
#include <util/threading.h>

#include "platform/file_lock.h"

#define LOCK_RETRY_MS 10
#define LOCK_PATIENCE_MS 100 /* a save takes a millisecond or two */

enum type { TYPE_STRING, TYPE_INT, TYPE_BOOL };

#define TIMEOUT_MAX 1209600 /* Twitch's longest timeout, seconds */

/* What viewers write when they want something clipped: English, German, Czech, Spanish, French, Russian, Japanese. */
#define CLIP_WORDS                                                                                                      \
	"clip, clip it, clip that, clip this, clipped, clippen, klippen, klipp, klip, klipni, klipn\xC4\x9Bte, clipea, " \
	"clipen, clipez, \xD0\xBA\xD0\xBB\xD0\xB8\xD0\xBF, \xE3\x82\xAF\xE3\x83\xAA\xE3\x83\x83\xE3\x83\x97"

static const struct row {
	const char *key;
	enum type type;
	const char *text;        /* default of a string */
	int64_t number;          /* default of the others */
	int64_t lowest, highest; /* of an int */
} rows[LX_SETTING_COUNT] = {
	[LX_SETTING_CHANNEL] = {"channel", TYPE_STRING, "", 0, 0, 0},
	[LX_SETTING_CLIENT_ID] = {"client_id", TYPE_STRING, "", 0, 0, 0},
	[LX_SETTING_AUTO_CONNECT] = {"auto_connect", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_TOKEN_FILE] = {"token_file", TYPE_BOOL, NULL, false, 0, 1},
	[LX_SETTING_REDIRECT_PORT] = {"redirect_port", TYPE_INT, NULL, 8080, 1024, 65535},
	[LX_SETTING_REDIRECT_ANY_PORT] = {"redirect_any_port", TYPE_BOOL, NULL, false, 0, 1},
	[LX_SETTING_TIMEOUT_1] = {"timeout_1", TYPE_INT, NULL, 60, 1, TIMEOUT_MAX},
	[LX_SETTING_TIMEOUT_2] = {"timeout_2", TYPE_INT, NULL, 600, 1, TIMEOUT_MAX},
	[LX_SETTING_TIMEOUT_3] = {"timeout_3", TYPE_INT, NULL, 86400, 1, TIMEOUT_MAX},
	[LX_SETTING_TIME_STYLE] = {"time_style", TYPE_INT, NULL, 1, 0, 3},
	[LX_SETTING_SHOW_BADGES] = {"show_badges", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_SHOW_SECONDS] = {"show_seconds", TYPE_BOOL, NULL, false, 0, 1},
	[LX_SETTING_FONT_DELTA] = {"font_delta", TYPE_INT, NULL, 0, -4, 12},
	[LX_SETTING_DELETED_STYLE] = {"deleted_style", TYPE_INT, NULL, 0, 0, 2},
	[LX_SETTING_FIRST_RUN] = {"first_run", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_LOGIN_WAY] = {"login_way", TYPE_STRING, "device", 0, 0, 0},
	[LX_SETTING_EMOTES_TWITCH] = {"emotes_twitch", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_EMOTES_BTTV] = {"emotes_bttv", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_EMOTES_FFZ] = {"emotes_ffz", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_EMOTES_7TV] = {"emotes_7tv", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_EMOTES_ANIMATED] = {"emotes_animated", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_PICTURE_CACHE_MB] = {"picture_cache_mb", TYPE_INT, NULL, 100, 0, 4096},
	[LX_SETTING_CHAT_LOG] = {"chat_log", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_CHAT_LOG_DAYS] = {"chat_log_days", TYPE_INT, NULL, 0, 0, 36500},
	[LX_SETTING_LOG_SEARCHES] = {"log_searches", TYPE_STRING, "", 0, 0, 0},
	[LX_SETTING_MARKER_PEAKS] = {"marker_peaks", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_MARKER_SENSITIVITY] = {"marker_sensitivity", TYPE_INT, NULL, 1, 0, 2},
	[LX_SETTING_MARKER_WORDS] = {"marker_words", TYPE_STRING, CLIP_WORDS, 0, 0, 0},
	[LX_SETTING_MARKER_PEOPLE] = {"marker_people", TYPE_INT, NULL, 3, 2, 20},
	[LX_SETTING_MARKER_LEAD] = {"marker_lead", TYPE_INT, NULL, 10, 0, 60},
	[LX_SETTING_MARKER_TWITCH] = {"marker_twitch", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_MARKER_CHAPTERS] = {"marker_chapters", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_MARKER_AUTOMATIC] = {"marker_automatic", TYPE_BOOL, NULL, false, 0, 1},
	[LX_SETTING_SUBTITLES] = {"subtitles", TYPE_BOOL, NULL, false, 0, 1},
	[LX_SETTING_TOKENS_IN_FILE] = {"tokens_in_file", TYPE_INT, NULL, -1, -1, 1},
	[LX_SETTING_DENSITY] = {"density", TYPE_INT, NULL, 1, 0, 2},
	[LX_SETTING_ROW_SHADING] = {"row_shading", TYPE_BOOL, NULL, false, 0, 1},
	[LX_SETTING_HOLD_ON_HOVER] = {"hold_on_hover", TYPE_INT, NULL, 1, 0, 4},
	[LX_SETTING_EMOTES_ON_HOVER] = {"emotes_on_hover", TYPE_BOOL, NULL, false, 0, 1},
	[LX_SETTING_STREAMER_MODE] = {"streamer_mode", TYPE_INT, NULL, 0, 0, 2},
	[LX_SETTING_CHAT_MARKS] = {"chat_marks", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_CHATTER_NOTES] = {"chatter_notes", TYPE_BOOL, NULL, true, 0, 1},
};

struct lx_settings {
	char *path;
	pthread_mutex_t file_mutex; /* held while the file is written, so that the older of two writes is not the last */
	pthread_mutex_t mutex;      /* guards what follows, and never waits for the disk */
	struct value {
		char *text;
		int64_t number;
		uint32_t version; /* moves with each change */
		uint32_t saved;   /* the version that the file has */
	} values[LX_SETTING_COUNT];
};

static int64_t clamp(const struct row *row, int64_t number)
{
	return number < row->lowest ? row->lowest : number > row->highest ? row->highest : number;
}

static void take_item(const struct row *row, struct value *value, const cJSON *item)
{
	if (row->type == TYPE_STRING && cJSON_IsString(item)) {
		bfree(value->text);
		value->text = bstrdup(item->valuestring);
	} else if (row->type == TYPE_INT && cJSON_IsNumber(item)) {
		double number = item->valuedouble;
		value->number = number<(double)row->lowest ? row->lowest : number>(double) row->highest
					? row->highest
					: (int64_t)number;
	} else if (row->type != TYPE_STRING && cJSON_IsBool(item)) { /* numbers, too: some were switches once */
		value->number = clamp(row, cJSON_IsTrue(item));
	}
}

/* What the file says now; an empty object when there is none, or none that can be read: that one is kept aside. */
static cJSON *read_file(const char *path)
{
	char *content = os_file_exists(path) ? os_quick_read_utf8_file(path) : NULL;
	cJSON *json = content ? cJSON_Parse(content) : NULL;
	bfree(content);
	if (cJSON_IsObject(json))
		return json;
	cJSON_Delete(json);
	if (os_file_exists(path)) {
		struct dstr broken = {0};
		dstr_printf(&broken, "%s.broken", path);
		os_unlink(broken.array);
		if (os_rename(path, broken.array) == 0)
			blog(LOG_WARNING, "[liveXtrem] the settings file was not readable; it is kept as %s",
			     broken.array);
		dstr_free(&broken);
	}
	return cJSON_CreateObject();
}

static void load(struct lx_settings *settings)
{
	if (!settings->path || !os_file_exists(settings->path))
		return;
	cJSON *json = read_file(settings->path);
	for (size_t i = 0; i < LX_SETTING_COUNT; i++)
		take_item(&rows[i], &settings->values[i], cJSON_GetObjectItemCaseSensitive(json, rows[i].key));
	cJSON_Delete(json);
}

struct lx_settings *lx_settings_create(const char *path)
{
	struct lx_settings *settings = bzalloc(sizeof(*settings));
	pthread_mutex_init(&settings->file_mutex, NULL);
	pthread_mutex_init(&settings->mutex, NULL);
	settings->path = path ? bstrdup(path) : NULL;
	for (size_t i = 0; i < LX_SETTING_COUNT; i++) {
		settings->values[i].text = rows[i].text ? bstrdup(rows[i].text) : NULL;
		settings->values[i].number = rows[i].number;
	}
	load(settings);
	return settings;
}

struct lx_settings *lx_settings_open(const char *folder)
{
	struct dstr path = {0};
	if (folder)
		dstr_printf(&path, "%s/settings.json", folder);
	struct lx_settings *settings = lx_settings_create(path.array);
	dstr_free(&path);
	return settings;
}

void lx_settings_destroy(struct lx_settings *settings)
{
	if (!settings)
		return;
	for (size_t i = 0; i < LX_SETTING_COUNT; i++)
		bfree(settings->values[i].text);
	pthread_mutex_destroy(&settings->mutex);
	pthread_mutex_destroy(&settings->file_mutex);
	bfree(settings->path);
	bfree(settings);
}

char *lx_settings_string(struct lx_settings *settings, enum lx_setting setting)
{
	pthread_mutex_lock(&settings->mutex);
	const char *text = settings->values[setting].text;
	char *copy = bstrdup(text ? text : "");
	pthread_mutex_unlock(&settings->mutex);
	return copy;
}

int64_t lx_settings_int(struct lx_settings *settings, enum lx_setting setting)
{
	pthread_mutex_lock(&settings->mutex);
	int64_t number = settings->values[setting].number;
	pthread_mutex_unlock(&settings->mutex);
	return number;
}

bool lx_settings_bool(struct lx_settings *settings, enum lx_setting setting)
{
	return lx_settings_int(settings, setting) != 0;
}

bool lx_settings_tokens_in_file(struct lx_settings *settings)
{
	int64_t there = lx_settings_int(settings, LX_SETTING_TOKENS_IN_FILE);
	return there < 0 ? lx_settings_bool(settings, LX_SETTING_TOKEN_FILE) : there != 0;
}

void lx_settings_set_string(struct lx_settings *settings, enum lx_setting setting, const char *text)
{
	pthread_mutex_lock(&settings->mutex);
	struct value *value = &settings->values[setting];
	if (rows[setting].type == TYPE_STRING && strcmp(value->text, text) != 0) {
		bfree(value->text);
		value->text = bstrdup(text);
		value->version++;
	}
	pthread_mutex_unlock(&settings->mutex);
}

void lx_settings_set_int(struct lx_settings *settings, enum lx_setting setting, int64_t number)
{
	number = clamp(&rows[setting], number);
	pthread_mutex_lock(&settings->mutex);
	struct value *value = &settings->values[setting];
	if (rows[setting].type != TYPE_STRING && value->number != number) {
		value->number = number;
		value->version++;
	}
	pthread_mutex_unlock(&settings->mutex);
}

void lx_settings_set_bool(struct lx_settings *settings, enum lx_setting setting, bool value)
{
	lx_settings_set_int(settings, setting, value);
}

static void put_item(cJSON *json, const struct row *row, const struct value *value)
{
	cJSON_DeleteItemFromObjectCaseSensitive(json, row->key);
	if (row->type == TYPE_STRING)
		cJSON_AddStringToObject(json, row->key, value->text);
	else if (row->type == TYPE_BOOL)
		cJSON_AddBoolToObject(json, row->key, value->number != 0);
	else
		cJSON_AddNumberToObject(json, row->key, (double)value->number);
}

/*
 * What changed here goes over what the file says, and the rest comes from there: somebody else may have written it since. True
 * when there is something to write; `versions` is what is written.
 */
static bool merge(struct lx_settings *settings, cJSON *json, uint32_t versions[LX_SETTING_COUNT])
{
	bool changed = false;
	pthread_mutex_lock(&settings->mutex);
	for (size_t i = 0; i < LX_SETTING_COUNT; i++) {
		struct value *value = &settings->values[i];
		versions[i] = value->version;
		if (value->version != value->saved) {
			put_item(json, &rows[i], value);
			changed = true;
		} else {
			take_item(&rows[i], value, cJSON_GetObjectItemCaseSensitive(json, rows[i].key));
		}
	}
	pthread_mutex_unlock(&settings->mutex);
	return changed;
}

static bool is_changed(struct lx_settings *settings)
{
	bool changed = false;
	pthread_mutex_lock(&settings->mutex);
	for (size_t i = 0; i < LX_SETTING_COUNT && !changed; i++)
		changed = settings->values[i].version != settings->values[i].saved;
	pthread_mutex_unlock(&settings->mutex);
	return changed;
}

/* NULL where nobody can lock: then the last one wins, as without a lock. */
/* What another program is writing is waited for; where the file system has no locks, it goes without. */
static enum lx_file_lock_result lock_file(const char *path, struct lx_file_lock **lock)
{
	enum lx_file_lock_result result = LX_FILE_LOCK_BUSY;
	struct dstr lock_path = {0};
	dstr_printf(&lock_path, "%s.lock", path);
	for (int waited = 0; waited < LOCK_PATIENCE_MS; waited += LOCK_RETRY_MS) {
		result = lx_file_lock_try(lock_path.array, lock);
		if (result != LX_FILE_LOCK_BUSY)
			break;
		os_sleep_ms(LOCK_RETRY_MS);
	}
	dstr_free(&lock_path);
	return result;
}

static bool save_locked(struct lx_settings *settings)
{
	uint32_t versions[LX_SETTING_COUNT];
	bool ok = true;
	cJSON *json = read_file(settings->path);
	char *text = merge(settings, json, versions) ? cJSON_Print(json) : NULL;
	cJSON_Delete(json);
	if (!text)
		return true;
	ok = os_quick_write_utf8_file_safe(settings->path, text, strlen(text), false, "new", NULL);
	cJSON_free(text);
	if (!ok)
		return false;
	pthread_mutex_lock(&settings->mutex);
	for (size_t i = 0; i < LX_SETTING_COUNT; i++)
		settings->values[i].saved = versions[i];
	pthread_mutex_unlock(&settings->mutex);
	return true;
}

bool lx_settings_save(struct lx_settings *settings)
{
	bool ok = true;

	pthread_mutex_lock(&settings->file_mutex);
	if (settings->path && is_changed(settings)) {
		struct lx_file_lock *lock = NULL;
		/* Two who write at once would each undo what the other did. What is not saved now is saved the next time. */
		ok = lock_file(settings->path, &lock) != LX_FILE_LOCK_BUSY && save_locked(settings);
		lx_file_lock_release(lock);
	}
	pthread_mutex_unlock(&settings->file_mutex);
	if (!ok)
		blog(LOG_WARNING, "[liveXtrem] the settings could not be written to %s", settings->path);
	return ok;
}
