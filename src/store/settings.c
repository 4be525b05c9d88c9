#include "store/settings.h"

#include <string.h>

#include <cjson/cJSON.h>
#include <util/base.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>
#include <util/threading.h>

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
	[LX_SETTING_SHOW_TIME] = {"show_time", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_SHOW_BADGES] = {"show_badges", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_SHOW_SECONDS] = {"show_seconds", TYPE_BOOL, NULL, false, 0, 1},
	[LX_SETTING_FONT_DELTA] = {"font_delta", TYPE_INT, NULL, 0, -4, 12},
	[LX_SETTING_SHOW_DELETED] = {"show_deleted", TYPE_BOOL, NULL, true, 0, 1},
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
	[LX_SETTING_MARKER_PEAKS] = {"marker_peaks", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_MARKER_SENSITIVITY] = {"marker_sensitivity", TYPE_INT, NULL, 1, 0, 2},
	[LX_SETTING_MARKER_WORDS] = {"marker_words", TYPE_STRING, CLIP_WORDS, 0, 0, 0},
	[LX_SETTING_MARKER_PEOPLE] = {"marker_people", TYPE_INT, NULL, 3, 2, 20},
	[LX_SETTING_MARKER_TWITCH] = {"marker_twitch", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_MARKER_CHAPTERS] = {"marker_chapters", TYPE_BOOL, NULL, true, 0, 1},
	[LX_SETTING_MARKER_AUTOMATIC] = {"marker_automatic", TYPE_BOOL, NULL, false, 0, 1},
	[LX_SETTING_SUBTITLES] = {"subtitles", TYPE_BOOL, NULL, false, 0, 1},
};

struct lx_settings {
	char *path;
	pthread_mutex_t file_mutex; /* held while the file is written, so that the older of two writes is not the last */
	pthread_mutex_t mutex;      /* guards what follows, and never waits for the disk */
	struct value {
		char *text;
		int64_t number;
	} values[LX_SETTING_COUNT];
	cJSON *foreign; /* members of a newer version: kept, written back */
	bool changed;
};

static int64_t clamp(const struct row *row, int64_t number)
{
	return number < row->lowest ? row->lowest : number > row->highest ? row->highest : number;
}

static void take_json(struct lx_settings *settings, cJSON *json)
{
	for (size_t i = 0; i < LX_SETTING_COUNT; i++) {
		const struct row *row = &rows[i];
		struct value *value = &settings->values[i];
		cJSON *item = cJSON_DetachItemFromObjectCaseSensitive(json, row->key);
		if (row->type == TYPE_STRING && cJSON_IsString(item)) {
			bfree(value->text);
			value->text = bstrdup(item->valuestring);
		} else if (row->type == TYPE_INT && cJSON_IsNumber(item)) {
			double number = item->valuedouble;
			value->number = number<(double)row->lowest ? row->lowest : number>(double) row->highest
						? row->highest
						: (int64_t)number;
		} else if (row->type == TYPE_BOOL && cJSON_IsBool(item)) {
			value->number = cJSON_IsTrue(item);
		}
		cJSON_Delete(item);
	}
	settings->foreign = json;
}

static void load(struct lx_settings *settings)
{
	if (!settings->path || !os_file_exists(settings->path))
		return;
	char *content = os_quick_read_utf8_file(settings->path);
	cJSON *json = content ? cJSON_Parse(content) : NULL;
	bfree(content);
	if (cJSON_IsObject(json)) {
		take_json(settings, json);
		return;
	}
	cJSON_Delete(json);

	struct dstr broken = {0};
	dstr_printf(&broken, "%s.broken", settings->path);
	os_unlink(broken.array);
	if (os_rename(settings->path, broken.array) == 0)
		blog(LOG_WARNING, "[liveXtrem] the settings file was not readable; it is kept as %s", broken.array);
	dstr_free(&broken);
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

void lx_settings_destroy(struct lx_settings *settings)
{
	if (!settings)
		return;
	for (size_t i = 0; i < LX_SETTING_COUNT; i++)
		bfree(settings->values[i].text);
	cJSON_Delete(settings->foreign);
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

void lx_settings_set_string(struct lx_settings *settings, enum lx_setting setting, const char *text)
{
	pthread_mutex_lock(&settings->mutex);
	struct value *value = &settings->values[setting];
	if (rows[setting].type == TYPE_STRING && strcmp(value->text, text) != 0) {
		bfree(value->text);
		value->text = bstrdup(text);
		settings->changed = true;
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
		settings->changed = true;
	}
	pthread_mutex_unlock(&settings->mutex);
}

void lx_settings_set_bool(struct lx_settings *settings, enum lx_setting setting, bool value)
{
	lx_settings_set_int(settings, setting, value);
}

static char *to_json(struct lx_settings *settings)
{
	cJSON *json = settings->foreign ? cJSON_Duplicate(settings->foreign, true) : cJSON_CreateObject();
	for (size_t i = 0; i < LX_SETTING_COUNT; i++) {
		const struct value *value = &settings->values[i];
		if (rows[i].type == TYPE_STRING)
			cJSON_AddStringToObject(json, rows[i].key, value->text);
		else if (rows[i].type == TYPE_BOOL)
			cJSON_AddBoolToObject(json, rows[i].key, value->number != 0);
		else
			cJSON_AddNumberToObject(json, rows[i].key, (double)value->number);
	}
	char *text = cJSON_Print(json);
	cJSON_Delete(json);
	return text;
}

bool lx_settings_save(struct lx_settings *settings)
{
	bool ok = true;

	pthread_mutex_lock(&settings->file_mutex);
	pthread_mutex_lock(&settings->mutex);
	char *text = settings->path && settings->changed ? to_json(settings) : NULL;
	settings->changed = settings->changed && !text;
	pthread_mutex_unlock(&settings->mutex);
	if (text) {
		ok = os_quick_write_utf8_file_safe(settings->path, text, strlen(text), false, "new", NULL);
		cJSON_free(text);
	}
	if (!ok) {
		pthread_mutex_lock(&settings->mutex);
		settings->changed = true;
		pthread_mutex_unlock(&settings->mutex);
	}
	pthread_mutex_unlock(&settings->file_mutex);
	if (!ok)
		blog(LOG_WARNING, "[liveXtrem] the settings could not be written to %s", settings->path);
	return ok;
}
