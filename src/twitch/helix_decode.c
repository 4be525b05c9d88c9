#include "twitch/helix_decode.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

/* --- memory ------------------------------------------------------------------------------------------------------ */

struct block {
	struct block *next;
	int64_t bytes[]; /* nothing below needs a wider alignment */
};

static void *take(struct lx_decoded *memory, size_t size)
{
	struct block *block = bzalloc(sizeof(struct block) + size);

	block->next = memory->blocks;
	memory->blocks = block;
	return block->bytes;
}

void lx_decoded_finish(struct lx_decoded *memory)
{
	struct block *block = memory->blocks;

	while (block) {
		struct block *next = block->next;
		bfree(block);
		block = next;
	}
	memory->blocks = NULL;
}

/* --- single values ----------------------------------------------------------------------------------------------- */

/* Both doubles are exact and inside int64_t. */
#define INT64_AS_DOUBLE 9223372036854775808.0

static int64_t int_of_double(double value)
{
	if (!(value >= -INT64_AS_DOUBLE && value < INT64_AS_DOUBLE))
		return LX_HELIX_UNKNOWN;
	return (int64_t)value;
}

static const char *skip_digits(const char *at)
{
	while (*at >= '0' && *at <= '9')
		at++;
	return at;
}

/* strtod() would also take "inf", "nan", hexadecimal, white space and the comma of some languages: no numbers here. */
static bool is_number(const char *text)
{
	const char *whole = text + (*text == '-' || *text == '+'), *at = skip_digits(whole);
	bool digits = at != whole;

	if (*at == '.') {
		const char *fraction = at + 1;
		at = skip_digits(fraction);
		digits = digits || at != fraction;
	}
	if (digits && (*at == 'e' || *at == 'E')) {
		const char *exponent = at + 1 + (at[1] == '-' || at[1] == '+');
		at = skip_digits(exponent);
		digits = at != exponent;
	}
	return digits && !*at;
}

static double number_of_text(const char *text)
{
	return is_number(text) ? os_strtod(text) : NAN;
}

double lx_json_number(const cJSON *item)
{
	if (cJSON_IsNumber(item))
		return item->valuedouble;
	return cJSON_IsString(item) ? number_of_text(item->valuestring) : NAN;
}

/* Digits only: ids and the like may be wider than a double. */
static int64_t int_of_text(const char *text)
{
	int64_t value = 0;
	const char *digit = text + (*text == '-');

	if (!*digit)
		return LX_HELIX_UNKNOWN;
	for (; *digit; digit++) {
		if (*digit < '0' || *digit > '9')
			return int_of_double(number_of_text(text));
		if (value > (INT64_MAX - (*digit - '0')) / 10)
			return LX_HELIX_UNKNOWN;
		value = value * 10 + (*digit - '0');
	}
	return *text == '-' ? -value : value;
}

int64_t lx_json_int(const cJSON *item)
{
	if (cJSON_IsString(item))
		return int_of_text(item->valuestring);
	return cJSON_IsNumber(item) ? int_of_double(item->valuedouble) : LX_HELIX_UNKNOWN;
}

bool lx_json_bool(const cJSON *item)
{
	if (cJSON_IsString(item))
		return astrcmpi(item->valuestring, "true") == 0 || strcmp(item->valuestring, "1") == 0;
	return cJSON_IsTrue(item) || (cJSON_IsNumber(item) && item->valuedouble != 0);
}

/* Reads exactly `digits` digits; false when there are fewer. */
static bool read_digits(const char **at, size_t digits, int *value)
{
	*value = 0;
	for (size_t i = 0; i < digits; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*value = *value * 10 + (**at - '0');
	}
	return true;
}

static bool read_character(const char **at, const char *allowed)
{
	if (!**at || !strchr(allowed, **at))
		return false;
	(*at)++;
	return true;
}

/* Days since 1 January 1970 in the proleptic Gregorian calendar. */
static int64_t days_of_date(int year, int month, int day)
{
	/* years that begin in March have their leap day at the end */
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t century4 = y / 400, year_of_4 = y - century4 * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return century4 * 146097 + year_of_4 * 365 + year_of_4 / 4 - year_of_4 / 100 + day_of_year - 719468;
}

/* The fraction of a second, in milliseconds; any number of digits. */
static int read_fraction(const char **at)
{
	int ms = 0, scale = 100;

	for (; **at >= '0' && **at <= '9'; (*at)++, scale /= 10)
		ms += (**at - '0') * scale;
	return ms;
}

static int64_t time_of_rfc3339(const char *text)
{
	int year, month, day, hour, minute, second, ms = 0, zone_minutes = 0;
	const char *at = text;

	if (!read_digits(&at, 4, &year) || !read_character(&at, "-") || !read_digits(&at, 2, &month) ||
	    !read_character(&at, "-") || !read_digits(&at, 2, &day) || !read_character(&at, "Tt ") ||
	    !read_digits(&at, 2, &hour) || !read_character(&at, ":") || !read_digits(&at, 2, &minute) ||
	    !read_character(&at, ":") || !read_digits(&at, 2, &second))
		return LX_HELIX_UNKNOWN;
	/* "0001-01-01T00:00:00Z" is what some servers send for "never" */
	if (year <= 1 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60)
		return LX_HELIX_UNKNOWN;
	if (read_character(&at, ".,"))
		ms = read_fraction(&at);
	if (*at == '+' || *at == '-') {
		int zone_hour, zone_minute, sign = *at++ == '-' ? -1 : 1;
		if (!read_digits(&at, 2, &zone_hour) || (read_character(&at, ":"), !read_digits(&at, 2, &zone_minute)))
			return LX_HELIX_UNKNOWN;
		zone_minutes = sign * (zone_hour * 60 + zone_minute);
	} else if (*at && !read_character(&at, "Zz")) {
		return LX_HELIX_UNKNOWN;
	}
	if (*at)
		return LX_HELIX_UNKNOWN;
	return (((days_of_date(year, month, day) * 24 + hour) * 60 + minute - zone_minutes) * 60 + second) * 1000 + ms;
}

/* Seconds beyond the year 5138 are milliseconds. */
static int64_t time_of_unix(double value)
{
	if (!(value > 0) || value > 1e16)
		return LX_HELIX_UNKNOWN;
	return (int64_t)(value > 1e11 ? value : value * 1000);
}

int64_t lx_parse_time_ms(const char *text)
{
	int64_t time = time_of_rfc3339(text);
	return time != LX_HELIX_UNKNOWN ? time : time_of_unix(number_of_text(text));
}

int64_t lx_json_time_ms(const cJSON *item)
{
	if (cJSON_IsString(item))
		return lx_parse_time_ms(item->valuestring);
	return cJSON_IsNumber(item) ? time_of_unix(item->valuedouble) : LX_HELIX_UNKNOWN;
}

int64_t lx_parse_duration_s(const char *text)
{
	int64_t total = 0;
	const char *at = text, *units = "dhms";

	while (*at) {
		int64_t value = 0;
		const char *first = at;
		for (; *at >= '0' && *at <= '9'; at++) {
			if (value > 1000000000)
				return LX_HELIX_UNKNOWN;
			value = value * 10 + (*at - '0');
		}
		const char *unit = *at ? strchr(units, *at) : NULL;
		if (at == first || !unit)
			return LX_HELIX_UNKNOWN;
		total += value * (*unit == 'd' ? 86400 : *unit == 'h' ? 3600 : *unit == 'm' ? 60 : 1);
		units = unit + 1; /* each unit once, the larger ones first */
		at++;
	}
	return at == text ? LX_HELIX_UNKNOWN : total;
}

/* --- engine ------------------------------------------------------------------------------------------------------ */

enum kind {
	KIND_TEXT,
	KIND_INT,
	KIND_DOUBLE,
	KIND_BOOL,
	KIND_TIME,     /* Unix milliseconds */
	KIND_DURATION, /* seconds, from "3h8m33s" or a number */
	KIND_TEXTS,    /* list of texts; `extra` is where the count goes */
	KIND_OBJECT,   /* pointer to a struct, NULL when missing */
	KIND_OBJECTS,  /* list of structs; `extra` is where the count goes */
	KIND_JSON,     /* borrowed as it is */
};

struct field {
	const char *name;
	enum kind kind;
	size_t offset;
	size_t extra;
	const struct table *table;
};

struct table {
	size_t size;
	const struct field *fields; /* ends with one without name */
};

static const char *text_of(struct lx_decoded *memory, const cJSON *item)
{
	if (cJSON_IsString(item))
		return item->valuestring;
	if (cJSON_IsTrue(item))
		return "true";
	if (cJSON_IsFalse(item))
		return "false";
	if (cJSON_IsNumber(item)) {
		char *text = take(memory, 32);
		bool whole = item->valuedouble == floor(item->valuedouble) && fabs(item->valuedouble) < 1e17;
		if (whole)
			snprintf(text, 32, "%.0f", item->valuedouble);
		else
			os_dtostr(item->valuedouble, text, 32);
		return text;
	}
	return "";
}

static void *decode_list(struct lx_decoded *memory, const struct table *table, const cJSON *list, size_t *count);

static const char *const *decode_texts(struct lx_decoded *memory, const cJSON *list, size_t *count)
{
	const cJSON *item;

	*count = 0;
	if (!cJSON_IsArray(list))
		return NULL;
	const char **texts = take(memory, ((size_t)cJSON_GetArraySize(list) + 1) * sizeof(*texts));
	cJSON_ArrayForEach (item, list)
		if (!cJSON_IsNull(item))
			texts[(*count)++] = text_of(memory, item);
	return texts;
}

/* Everything as it is when the answer says nothing about it; `out` is zeroed. */
static void set_unknown(const struct table *table, char *out)
{
	for (const struct field *field = table->fields; field->name; field++) {
		void *to = out + field->offset;

		if (field->kind == KIND_TEXT)
			*(const char **)to = "";
		else if (field->kind == KIND_INT || field->kind == KIND_TIME || field->kind == KIND_DURATION)
			*(int64_t *)to = LX_HELIX_UNKNOWN;
		else if (field->kind == KIND_DOUBLE)
			*(double *)to = NAN;
	}
}

/* A member that goes by two names has two rows: what says nothing leaves alone what the other said. */
static void set_int(void *to, int64_t value)
{
	if (value != LX_HELIX_UNKNOWN)
		*(int64_t *)to = value;
}

static void decode_object(struct lx_decoded *memory, const struct table *table, const cJSON *object, char *out)
{
	set_unknown(table, out);
	for (const struct field *field = table->fields; field->name; field++) {
		const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, field->name);
		void *to = out + field->offset;
		void *extra = out + field->extra;

		if (!item || cJSON_IsNull(item))
			continue;
		switch (field->kind) {
		case KIND_TEXT:
			*(const char **)to = text_of(memory, item);
			break;
		case KIND_INT:
			set_int(to, lx_json_int(item));
			break;
		case KIND_DOUBLE:
			*(double *)to = lx_json_number(item);
			break;
		case KIND_BOOL:
			*(bool *)to = lx_json_bool(item);
			break;
		case KIND_TIME:
			set_int(to, lx_json_time_ms(item));
			break;
		case KIND_DURATION:
			set_int(to, lx_json_int(item));
			if (cJSON_IsString(item))
				set_int(to, lx_parse_duration_s(item->valuestring));
			break;
		case KIND_TEXTS:
			*(const char *const **)to = decode_texts(memory, item, extra);
			break;
		case KIND_OBJECT:
			if (cJSON_IsObject(item)) {
				*(void **)to = take(memory, field->table->size);
				decode_object(memory, field->table, item, *(void **)to);
			}
			break;
		case KIND_OBJECTS:
			*(void **)to = decode_list(memory, field->table, item, extra);
			break;
		case KIND_JSON:
			*(const cJSON **)to = item;
			break;
		}
	}
}

static void *decode_list(struct lx_decoded *memory, const struct table *table, const cJSON *list, size_t *count)
{
	*count = 0;
	if (!cJSON_IsArray(list) && !cJSON_IsObject(list))
		return NULL;

	size_t most = cJSON_IsArray(list) ? (size_t)cJSON_GetArraySize(list) : 1;
	if (!most)
		return NULL;

	char *structs = take(memory, most * table->size);
	const cJSON *item;
	if (cJSON_IsObject(list)) {
		decode_object(memory, table, list, structs);
		*count = 1;
		return structs;
	}
	cJSON_ArrayForEach (item, list)
		if (cJSON_IsObject(item))
			decode_object(memory, table, item, structs + table->size * (*count)++);
	return *count ? structs : NULL;
}

/* --- tables: one for each struct ---------------------------------------------------------------------------------- */

/* clang-format off: one row for each member */

#define AT(structure, to) offsetof(struct lx_helix_##structure, to)
#define F(structure, kind, to, name) {name, KIND_##kind, AT(structure, to), 0, NULL}
#define TEXT_AS(structure, to, name) F(structure, TEXT, to, name)
#define TEXT(structure, to) F(structure, TEXT, to, #to)
#define INT_AS(structure, to, name) F(structure, INT, to, name)
#define INT(structure, to) F(structure, INT, to, #to)
#define BOOL_AS(structure, to, name) F(structure, BOOL, to, name)
#define BOOL(structure, to) F(structure, BOOL, to, #to)
#define TIME(structure, to, name) F(structure, TIME, to, name)
#define TEXTS(structure, to, count, name) {name, KIND_TEXTS, AT(structure, to), AT(structure, count), NULL}
#define OBJECT(structure, to, name, type) {name, KIND_OBJECT, AT(structure, to), 0, &type##_table}
#define OBJECTS(structure, to, count, name, type) {name, KIND_OBJECTS, AT(structure, to), AT(structure, count), &type##_table}
#define BROADCASTER(structure) \
	TEXT(structure, broadcaster_id), TEXT(structure, broadcaster_login), TEXT(structure, broadcaster_name)
/* some objects have the member names of EventSub */
#define BROADCASTER_USER(structure) TEXT_AS(structure, broadcaster_id, "broadcaster_user_id"), \
	TEXT_AS(structure, broadcaster_login, "broadcaster_user_login"), \
	TEXT_AS(structure, broadcaster_name, "broadcaster_user_name")
#define USER(structure) TEXT(structure, user_id), TEXT(structure, user_login), TEXT(structure, user_name)
#define MODERATOR(structure) \
	TEXT(structure, moderator_id), TEXT(structure, moderator_login), TEXT(structure, moderator_name)
#define TABLE(structure, ...) \
	static const struct field structure##_fields[] = {__VA_ARGS__, {NULL, KIND_TEXT, 0, 0, NULL}}; \
	static const struct table structure##_table = {sizeof(struct lx_helix_##structure), structure##_fields}

TABLE(user, TEXT(user, id), TEXT(user, login), TEXT_AS(user, name, "display_name"), TEXT(user, type),
      TEXT(user, broadcaster_type), TEXT(user, description), TEXT(user, profile_image_url),
      TEXT(user, offline_image_url), TEXT(user, email), TIME(user, created_ms, "created_at"));

TABLE(person, USER(person), TEXT_AS(person, user_name, "display_name"), TEXT(person, color),
      TIME(person, since_ms, "followed_at"), TIME(person, since_ms, "created_at"));

TABLE(channel_ref, BROADCASTER(channel_ref), BROADCASTER_USER(channel_ref),
      TIME(channel_ref, followed_ms, "followed_at"));

TABLE(channel, BROADCASTER(channel), TEXT_AS(channel, language, "broadcaster_language"), TEXT(channel, game_id),
      TEXT(channel, game_name), TEXT(channel, title), INT_AS(channel, delay_s, "delay"),
      TEXTS(channel, tags, tag_count, "tags"), TEXTS(channel, labels, label_count, "content_classification_labels"),
      BOOL(channel, is_branded_content));

TABLE(content_label, TEXT(content_label, id), TEXT(content_label, name), TEXT(content_label, description));

TABLE(stream, TEXT(stream, id), USER(stream), TEXT(stream, game_id), TEXT(stream, game_name), TEXT(stream, type),
      TEXT(stream, title), TEXT(stream, language), TEXT(stream, thumbnail_url), TEXTS(stream, tags, tag_count, "tags"),
      INT(stream, viewer_count), TIME(stream, started_ms, "started_at"));

TABLE(stream_key, TEXT(stream_key, stream_key));

TABLE(team, TEXT(team, id), TEXT_AS(team, name, "team_name"), TEXT_AS(team, display_name, "team_display_name"),
      TEXT(team, info), TEXT(team, thumbnail_url), TEXT(team, background_image_url), TEXT(team, banner),
      BROADCASTER(team), OBJECTS(team, users, user_count, "users", person), TIME(team, created_ms, "created_at"),
      TIME(team, updated_ms, "updated_at"));

TABLE(game, TEXT(game, id), TEXT(game, name), TEXT(game, box_art_url), TEXT(game, igdb_id));

TABLE(channel_hit, TEXT(channel_hit, id), TEXT(channel_hit, broadcaster_login),
      TEXT_AS(channel_hit, name, "display_name"), TEXT_AS(channel_hit, language, "broadcaster_language"),
      TEXT(channel_hit, game_id), TEXT(channel_hit, game_name), TEXT(channel_hit, title),
      TEXT(channel_hit, thumbnail_url), TEXTS(channel_hit, tags, tag_count, "tags"), BOOL(channel_hit, is_live),
      TIME(channel_hit, started_ms, "started_at"));

TABLE(shared_chat_session, TEXT(shared_chat_session, session_id), TEXT(shared_chat_session, host_broadcaster_id),
      OBJECTS(shared_chat_session, participants, participant_count, "participants", channel_ref),
      TIME(shared_chat_session, created_ms, "created_at"), TIME(shared_chat_session, updated_ms, "updated_at"));

TABLE(authorization, USER(authorization), TEXTS(authorization, scopes, scope_count, "scopes"));

TABLE(subscription, BROADCASTER(subscription), USER(subscription), TEXT(subscription, gifter_id),
      TEXT(subscription, gifter_login), TEXT(subscription, gifter_name), TEXT(subscription, plan_name),
      TEXT(subscription, tier), BOOL(subscription, is_gift));

TABLE(leader, USER(leader), INT(leader, rank), INT(leader, score));

TABLE(cheer_image, TEXT_AS(cheer_image, url_1x, "1"), TEXT_AS(cheer_image, url_2x, "2"),
      TEXT_AS(cheer_image, url_3x, "3"), TEXT_AS(cheer_image, url_4x, "4"), TEXT_AS(cheer_image, url_1_5x, "1.5"));
TABLE(cheer_images, OBJECT(cheer_images, animated, "animated", cheer_image),
      OBJECT(cheer_images, still, "static", cheer_image));
TABLE(cheer_theme, OBJECT(cheer_theme, dark, "dark", cheer_images), OBJECT(cheer_theme, light, "light", cheer_images));
TABLE(cheer_tier, TEXT(cheer_tier, id), TEXT(cheer_tier, color), INT(cheer_tier, min_bits),
      OBJECT(cheer_tier, images, "images", cheer_theme), BOOL(cheer_tier, can_cheer),
      BOOL(cheer_tier, show_in_bits_card));
TABLE(cheermote, TEXT(cheermote, prefix), TEXT(cheermote, type),
      OBJECTS(cheermote, tiers, tier_count, "tiers", cheer_tier), INT(cheermote, order),
      TIME(cheermote, updated_ms, "last_updated"), BOOL(cheermote, is_charitable));

TABLE(image, TEXT(image, url_1x), TEXT(image, url_2x), TEXT(image, url_4x));

/* the number of a setting has the setting's own name */
#define SETTING(name, number) \
	static const struct field name##_fields[] = {BOOL(setting, is_enabled), INT_AS(setting, value, number), \
						     {NULL, KIND_TEXT, 0, 0, NULL}}; \
	static const struct table name##_table = {sizeof(struct lx_helix_setting), name##_fields}
SETTING(max_per_stream, "max_per_stream");
SETTING(max_per_user_per_stream, "max_per_user_per_stream");
SETTING(global_cooldown, "global_cooldown_seconds");

TABLE(reward, TEXT(reward, id), BROADCASTER(reward), TEXT(reward, title), TEXT(reward, prompt),
      TEXT(reward, background_color), INT(reward, cost), INT(reward, bits), OBJECT(reward, image, "image", image),
      OBJECT(reward, default_image, "default_image", image), BOOL(reward, is_enabled), BOOL(reward, is_paused),
      BOOL(reward, is_in_stock), BOOL(reward, is_user_input_required),
      BOOL_AS(reward, skip_request_queue, "should_redemptions_skip_request_queue"),
      OBJECT(reward, max_per_stream, "max_per_stream_setting", max_per_stream),
      OBJECT(reward, max_per_user_per_stream, "max_per_user_per_stream_setting", max_per_user_per_stream),
      OBJECT(reward, global_cooldown_s, "global_cooldown_setting", global_cooldown),
      INT_AS(reward, redeemed_current_stream, "redemptions_redeemed_current_stream"),
      TIME(reward, cooldown_expires_ms, "cooldown_expires_at"));

TABLE(goal, TEXT(goal, id), BROADCASTER(goal), TEXT(goal, type), TEXT(goal, description), INT(goal, current_amount),
      INT(goal, target_amount), TIME(goal, created_ms, "created_at"));

TABLE(contribution, USER(contribution), TEXT(contribution, type), INT(contribution, total));
TABLE(train, TEXT(train, id), BROADCASTER(train), BROADCASTER_USER(train), TEXT(train, type), INT(train, level),
      INT(train, total), INT(train, progress), INT(train, goal),
      OBJECTS(train, top, top_count, "top_contributions", contribution),
      OBJECTS(train, shared_with, shared_with_count, "shared_train_participants", channel_ref),
      TIME(train, started_ms, "started_at"), TIME(train, expires_ms, "expires_at"),
      BOOL_AS(train, is_shared, "is_shared_train"));
TABLE(train_record, INT(train_record, level), INT(train_record, total), TIME(train_record, achieved_ms, "achieved_at"));
TABLE(hype_train, OBJECT(hype_train, current, "current", train),
      OBJECT(hype_train, record, "all_time_high", train_record),
      OBJECT(hype_train, shared_record, "shared_all_time_high", train_record));

TABLE(amount, INT(amount, value), INT(amount, decimal_places), TEXT(amount, currency));
TABLE(campaign, TEXT(campaign, id), BROADCASTER(campaign), TEXT(campaign, charity_name),
      TEXT(campaign, charity_description), TEXT(campaign, charity_logo), TEXT(campaign, charity_website),
      OBJECT(campaign, current_amount, "current_amount", amount),
      OBJECT(campaign, target_amount, "target_amount", amount));
TABLE(donation, TEXT(donation, id), TEXT(donation, campaign_id), USER(donation),
      OBJECT(donation, amount, "amount", amount));

TABLE(commercial, INT_AS(commercial, length_s, "length"), INT_AS(commercial, retry_after_s, "retry_after"),
      TEXT(commercial, message));
TABLE(ad_schedule, INT(ad_schedule, snooze_count), INT_AS(ad_schedule, duration_s, "duration"),
      INT_AS(ad_schedule, preroll_free_s, "preroll_free_time"),
      TIME(ad_schedule, snooze_refresh_ms, "snooze_refresh_at"), TIME(ad_schedule, next_ad_ms, "next_ad_at"),
      TIME(ad_schedule, last_ad_ms, "last_ad_at"));

TABLE(drop_reason, TEXT(drop_reason, code), TEXT(drop_reason, message));
TABLE(sent_message, TEXT(sent_message, message_id), BOOL(sent_message, is_sent),
      OBJECT(sent_message, drop_reason, "drop_reason", drop_reason));
TABLE(chat_settings, TEXT(chat_settings, broadcaster_id), TEXT(chat_settings, moderator_id),
      BOOL(chat_settings, emote_mode), BOOL(chat_settings, follower_mode), BOOL(chat_settings, slow_mode),
      BOOL(chat_settings, subscriber_mode), BOOL(chat_settings, unique_chat_mode),
      BOOL_AS(chat_settings, delay, "non_moderator_chat_delay"),
      INT_AS(chat_settings, follower_minutes, "follower_mode_duration"),
      INT_AS(chat_settings, slow_s, "slow_mode_wait_time"),
      INT_AS(chat_settings, delay_s, "non_moderator_chat_delay_duration"));
TABLE(fragment, TEXT(fragment, type), TEXT(fragment, text));
TABLE(message_text, TEXT(message_text, text), OBJECTS(message_text, fragments, fragment_count, "fragments", fragment));
TABLE(pin, TEXT(pin, message_id), TEXT(pin, broadcaster_id), TEXT_AS(pin, sender_id, "sender_user_id"),
      TEXT_AS(pin, sender_login, "sender_user_login"), TEXT_AS(pin, sender_name, "sender_user_name"),
      TEXT_AS(pin, pinned_by_id, "pinned_by_user_id"), TEXT_AS(pin, pinned_by_login, "pinned_by_user_login"),
      TEXT_AS(pin, pinned_by_name, "pinned_by_user_name"), OBJECT(pin, message, "message", message_text),
      TIME(pin, starts_ms, "starts_at"), TIME(pin, ends_ms, "ends_at"), TIME(pin, updated_ms, "updated_at"));
TABLE(emote, TEXT(emote, id), TEXT(emote, name), TEXT(emote, tier), TEXT(emote, emote_type), TEXT(emote, emote_set_id),
      TEXT(emote, owner_id), OBJECT(emote, images, "images", image), TEXTS(emote, format, format_count, "format"),
      TEXTS(emote, scale, scale_count, "scale"), TEXTS(emote, theme_mode, theme_mode_count, "theme_mode"));
TABLE(badge_version, TEXT(badge_version, id), TEXT(badge_version, title), TEXT(badge_version, description),
      TEXT_AS(badge_version, url_1x, "image_url_1x"), TEXT_AS(badge_version, url_2x, "image_url_2x"),
      TEXT_AS(badge_version, url_4x, "image_url_4x"), TEXT(badge_version, click_action),
      TEXT(badge_version, click_url));
TABLE(badge_set, TEXT(badge_set, set_id), OBJECTS(badge_set, versions, version_count, "versions", badge_version));

TABLE(ban, TEXT(ban, broadcaster_id), TEXT(ban, moderator_id), TEXT(ban, user_id), TIME(ban, created_ms, "created_at"),
      TIME(ban, ends_ms, "end_time"));
TABLE(banned_user, USER(banned_user), TEXT(banned_user, reason), MODERATOR(banned_user),
      TIME(banned_user, created_ms, "created_at"), TIME(banned_user, expires_ms, "expires_at"));
TABLE(warning, TEXT(warning, broadcaster_id), TEXT(warning, user_id), TEXT(warning, moderator_id),
      TEXT(warning, reason));
TABLE(blocked_term, TEXT(blocked_term, id), TEXT(blocked_term, broadcaster_id), TEXT(blocked_term, moderator_id),
      TEXT(blocked_term, text), TIME(blocked_term, created_ms, "created_at"),
      TIME(blocked_term, updated_ms, "updated_at"), TIME(blocked_term, expires_ms, "expires_at"));
TABLE(automod_settings, TEXT(automod_settings, broadcaster_id), TEXT(automod_settings, moderator_id),
      INT(automod_settings, overall_level), INT(automod_settings, disability), INT(automod_settings, aggression),
      INT(automod_settings, sexuality_sex_or_gender), INT(automod_settings, misogyny), INT(automod_settings, bullying),
      INT(automod_settings, swearing), INT(automod_settings, race_ethnicity_or_religion),
      INT(automod_settings, sex_based_terms));
TABLE(automod_status, TEXT(automod_status, msg_id), BOOL(automod_status, is_permitted));
TABLE(unban_request, TEXT(unban_request, id), BROADCASTER(unban_request), MODERATOR(unban_request), USER(unban_request),
      TEXT(unban_request, text), TEXT(unban_request, status), TEXT(unban_request, resolution_text),
      TIME(unban_request, created_ms, "created_at"), TIME(unban_request, resolved_ms, "resolved_at"));
TABLE(shield_mode, BOOL(shield_mode, is_active), MODERATOR(shield_mode),
      TIME(shield_mode, activated_ms, "last_activated_at"));
TABLE(suspicious_user, TEXT(suspicious_user, user_id), TEXT(suspicious_user, broadcaster_id),
      TEXT(suspicious_user, moderator_id), TEXT(suspicious_user, status),
      TEXTS(suspicious_user, types, type_count, "types"), TIME(suspicious_user, updated_ms, "updated_at"));

TABLE(segment, TEXT(segment, id), TEXT(segment, title), TIME(segment, starts_ms, "start_time"),
      TIME(segment, ends_ms, "end_time"), TIME(segment, canceled_until_ms, "canceled_until"),
      OBJECT(segment, category, "category", game), BOOL(segment, is_recurring));
TABLE(vacation, TIME(vacation, starts_ms, "start_time"), TIME(vacation, ends_ms, "end_time"));
TABLE(schedule, BROADCASTER(schedule), OBJECTS(schedule, segments, segment_count, "segments", segment),
      OBJECT(schedule, vacation, "vacation", vacation));

TABLE(muted, INT_AS(muted, duration_s, "duration"), INT_AS(muted, offset_s, "offset"));
TABLE(video, TEXT(video, id), TEXT(video, stream_id), USER(video), TEXT(video, title), TEXT(video, description),
      TEXT(video, url), TEXT(video, thumbnail_url), TEXT(video, viewable), TEXT(video, language), TEXT(video, type),
      TIME(video, created_ms, "created_at"), TIME(video, published_ms, "published_at"), INT(video, view_count),
      F(video, DURATION, duration_s, "duration"), OBJECTS(video, muted, muted_count, "muted_segments", muted));
TABLE(clip, TEXT(clip, id), TEXT(clip, url), TEXT(clip, embed_url), TEXT(clip, broadcaster_id),
      TEXT(clip, broadcaster_name), TEXT(clip, creator_id), TEXT(clip, creator_name), TEXT(clip, video_id),
      TEXT(clip, game_id), TEXT(clip, language), TEXT(clip, title), TEXT(clip, thumbnail_url), INT(clip, view_count),
      TIME(clip, created_ms, "created_at"), F(clip, DOUBLE, duration_s, "duration"),
      INT_AS(clip, vod_offset_s, "vod_offset"), BOOL(clip, is_featured));
TABLE(created_clip, TEXT(created_clip, id), TEXT(created_clip, edit_url));
TABLE(clip_download, TEXT(clip_download, clip_id), TEXT_AS(clip_download, landscape_url, "landscape_download_url"),
      TEXT_AS(clip_download, portrait_url, "portrait_download_url"));
TABLE(marker, TEXT(marker, id), TEXT(marker, description), TEXT(marker, url), TEXT_AS(marker, url, "URL"),
      TIME(marker, created_ms, "created_at"), INT_AS(marker, position_s, "position_seconds"));
TABLE(marked_video, TEXT(marked_video, video_id), OBJECTS(marked_video, markers, marker_count, "markers", marker));
TABLE(marked_user, USER(marked_user), OBJECTS(marked_user, videos, video_count, "videos", marked_video));

TABLE(choice, TEXT(choice, id), TEXT(choice, title), INT(choice, votes), INT(choice, channel_points_votes));
TABLE(poll, TEXT(poll, id), BROADCASTER(poll), TEXT(poll, title), TEXT(poll, status),
      OBJECTS(poll, choices, choice_count, "choices", choice),
      BOOL_AS(poll, channel_points_voting, "channel_points_voting_enabled"), INT(poll, channel_points_per_vote),
      INT_AS(poll, duration_s, "duration"), TIME(poll, started_ms, "started_at"), TIME(poll, ended_ms, "ended_at"));
TABLE(predictor, USER(predictor), INT(predictor, channel_points_used), INT(predictor, channel_points_won));
TABLE(outcome, TEXT(outcome, id), TEXT(outcome, title), TEXT(outcome, color), INT(outcome, users),
      INT(outcome, channel_points), OBJECTS(outcome, top, top_count, "top_predictors", predictor));
TABLE(prediction, TEXT(prediction, id), BROADCASTER(prediction), TEXT(prediction, title),
      TEXT(prediction, winning_outcome_id), TEXT(prediction, status),
      OBJECTS(prediction, outcomes, outcome_count, "outcomes", outcome),
      INT_AS(prediction, window_s, "prediction_window"), TIME(prediction, created_ms, "created_at"),
      TIME(prediction, ended_ms, "ended_at"), TIME(prediction, locked_ms, "locked_at"));
TABLE(raid, TIME(raid, created_ms, "created_at"));
TABLE(redeemed_reward, TEXT(redeemed_reward, id), TEXT(redeemed_reward, title), TEXT(redeemed_reward, prompt),
      INT(redeemed_reward, cost));
TABLE(redemption, TEXT(redemption, id), BROADCASTER(redemption), USER(redemption), TEXT(redemption, user_input),
      TEXT(redemption, status), OBJECT(redemption, reward, "reward", redeemed_reward),
      TIME(redemption, redeemed_ms, "redeemed_at"));

TABLE(transport, TEXT(transport, method), TEXT(transport, session_id), TIME(transport, connected_ms, "connected_at"),
      TIME(transport, disconnected_ms, "disconnected_at"));
TABLE(eventsub, TEXT(eventsub, id), TEXT(eventsub, status), TEXT(eventsub, type), TEXT(eventsub, version),
      F(eventsub, JSON, condition, "condition"), TIME(eventsub, created_ms, "created_at"),
      OBJECT(eventsub, transport, "transport", transport), INT(eventsub, cost));

TABLE(period, TIME(period, started_ms, "started_at"), TIME(period, ended_ms, "ended_at"));
TABLE(summary, INT(summary, total), INT(summary, points), INT(summary, total_cost), INT(summary, max_total_cost),
      TEXT_AS(summary, emote_template, "template"), OBJECT(summary, period, "date_range", period));

/* clang-format on */

#define DEFINE(structure)                                                                                              \
	const struct lx_helix_##structure *lx_helix_decode_##structure(struct lx_decoded *memory, const cJSON *data,   \
								       size_t *count)                                  \
	{                                                                                                              \
		return decode_list(memory, &structure##_table, data, count);                                           \
	}
LX_HELIX_STRUCTS(DEFINE)
