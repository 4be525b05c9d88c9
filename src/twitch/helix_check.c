#include "twitch/helix_check.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

#include "locale/utf8.h"
#include "twitch/helix_decode.h"

/* --- queries ------------------------------------------------------------------------------------------------------ */

void lx_helix_query_add(struct lx_helix_query *query, const char *name, const char *value)
{
	struct lx_helix_pair pair = {bstrdup(name), bstrdup(value)};
	da_push_back(query->pairs, &pair);
}

void lx_helix_query_finish(struct lx_helix_query *query)
{
	for (size_t i = 0; i < query->pairs.num; i++) {
		bfree(query->pairs.array[i].name);
		bfree(query->pairs.array[i].value);
	}
	da_free(query->pairs);
}

/* RFC 3986: everything but the unreserved characters. */
static void print_encoded(struct dstr *out, const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if ((*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') ||
		    strchr("-._~", *c))
			dstr_cat_ch(out, (char)*c);
		else
			dstr_catf(out, "%%%02X", *c);
	}
}

void lx_helix_query_print(const struct lx_helix_query *query, struct dstr *out)
{
	for (size_t i = 0; i < query->pairs.num; i++) {
		dstr_cat_ch(out, i ? '&' : '?');
		print_encoded(out, query->pairs.array[i].name);
		dstr_cat_ch(out, '=');
		print_encoded(out, query->pairs.array[i].value);
	}
}

static size_t query_count(const struct lx_helix_query *query, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < query->pairs.num; i++)
		count += strcmp(query->pairs.array[i].name, name) == 0;
	return count;
}

static size_t list_count(const struct lx_helix_field *field, const struct lx_helix_query *query)
{
	return field->flags & LX_HELIX_LIST ? query_count(query, field->name) : 0;
}

const char *lx_helix_oversized_list(const struct lx_helix_row *row, const struct lx_helix_query *query, uint32_t *most)
{
	const struct lx_helix_field *longest = NULL;
	size_t together = 0;

	for (const struct lx_helix_field *field = row->query; field->name; field++) {
		size_t count = list_count(field, query);
		if (field->flags & LX_HELIX_GROUP)
			together += count;
		if (count && (!longest || count > list_count(longest, query)))
			longest = field;
	}
	if (!longest)
		return NULL;
	*most = longest->max_count;
	bool crowded = row->group_max && together > row->group_max && (longest->flags & LX_HELIX_GROUP);
	return crowded || list_count(longest, query) > longest->max_count ? longest->name : NULL;
}

/* --- checks ------------------------------------------------------------------------------------------------------- */

/* What is looked at: the query as an object of arrays of texts, or the body. */
struct check {
	const struct lx_helix_row *row;
	const struct lx_helix_field *fields;
	const cJSON *root;
	bool is_query; /* everything is text there */
	const char *user_id;
	const struct lx_text *text;
	struct dstr *sentence;
};

/* The field as people know it; its name in the interface where there is no better one. */
static const char *label(const struct check *check, const char *path)
{
	const char *dot = strrchr(path, '.');
	const char *name = dot ? dot + 1 : path;
	char key[96];

	snprintf(key, sizeof(key), "Helix.Field.%s", name);
	const char *known = lx_text_get(check->text, key);
	return strcmp(known, key) == 0 ? name : known;
}

static bool refuse(const struct check *check, const char *key, const struct lx_helix_field *field, const char *second,
		   const char *third)
{
	const char *args[] = {label(check, field->name), second, third};
	lx_text_format(check->text, check->sentence, key, args, 3);
	return false;
}

static bool refuse_numbers(const struct check *check, const char *key, const struct lx_helix_field *field,
			   double second, double third)
{
	char two[32], three[32];

	snprintf(two, sizeof(two), "%.15g", second);
	snprintf(three, sizeof(three), "%.15g", third);
	return refuse(check, key, field, two, three);
}

/* Text of a value that is compared with words: null is "". */
static const char *as_text(const cJSON *item, char *buffer, size_t size)
{
	if (cJSON_IsString(item))
		return item->valuestring;
	if (cJSON_IsBool(item))
		return cJSON_IsTrue(item) ? "true" : "false";
	if (cJSON_IsNumber(item)) {
		snprintf(buffer, size, "%.15g", item->valuedouble);
		return buffer;
	}
	return "";
}

static bool is_one_of(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; length && *at;) {
		size_t next = strcspn(at, " ");
		if (next == length && memcmp(at, word, length) == 0)
			return true;
		at += next;
		at += *at == ' ';
	}
	return false;
}

/* "name=value", "name", "!name"; NULL holds. */
static bool holds(const struct check *check, const char *condition)
{
	char name[64], buffer[32];
	const char *equals = strchr(condition, '=');
	bool negated = *condition == '!';
	size_t length = equals ? (size_t)(equals - condition) : strlen(condition + negated);

	snprintf(name, sizeof(name), "%.*s", (int)length, condition + negated);
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(check->root, name);
	if (check->is_query)
		item = cJSON_GetArrayItem(item, 0);
	if (cJSON_IsNull(item))
		item = NULL;
	if (!equals)
		return negated == (item == NULL);
	return item && strcmp(as_text(item, buffer, sizeof(buffer)), equals + 1) == 0;
}

static bool check_length(const struct check *check, const struct lx_helix_field *field, const char *text)
{
	size_t length = lx_utf8_length(text);

	if (length < field->min) {
		if (length == 0)
			return refuse(check, "Helix.Limit.Empty", field, "", "");
		return refuse_numbers(check, "Helix.Limit.TooShort", field, field->min, (double)length);
	}
	if (field->max > 0 && length > field->max)
		return refuse_numbers(check, "Helix.Limit.TooLong", field, field->max, (double)length);
	return true;
}

static bool check_number(const struct check *check, const struct lx_helix_field *field, const cJSON *item)
{
	bool as_string = check->is_query || field->type == LX_HELIX_DIGITS;
	char buffer[32];
	double value = lx_json_number(item);

	if (isnan(value) || (cJSON_IsString(item) && !as_string))
		return refuse(check, "Helix.Limit.Number", field, "", "");
	if (field->type != LX_HELIX_NUMBER && value != floor(value))
		return refuse(check, "Helix.Limit.Whole", field, "", "");
	if (field->words && !is_one_of(field->words, as_text(item, buffer, sizeof(buffer))))
		return refuse(check, "Helix.Limit.Word", field, field->words, "");
	if ((field->min != 0 || field->max != 0) && (value < field->min || value > field->max))
		return refuse_numbers(check, "Helix.Limit.Range", field, field->min, field->max);

	if (field->not_below) {
		const cJSON *other = cJSON_GetObjectItemCaseSensitive(check->root, field->not_below);
		double least = lx_json_number(check->is_query ? cJSON_GetArrayItem(other, 0) : other);
		if (value < least)
			return refuse(check, "Helix.Limit.NotBelow", field, label(check, field->not_below), "");
	}
	return true;
}

static bool is_color(const char *text)
{
	return text[0] == '#' && strlen(text) == 7 && strspn(text + 1, "0123456789abcdefABCDEF") == 6;
}

static bool check_value(const struct check *check, const struct lx_helix_field *field, const cJSON *item)
{
	const char *text = cJSON_IsString(item) ? item->valuestring : NULL;

	switch (field->type) {
	case LX_HELIX_TEXT:
		if (!text)
			return refuse(check, "Helix.Limit.Text", field, "", "");
		return check_length(check, field, text);
	case LX_HELIX_ID:
		if (!text || !*text || strpbrk(text, " \t\r\n"))
			return refuse(check, "Helix.Limit.Id", field, "", "");
		if ((field->flags & LX_HELIX_TOKEN_USER) && *check->user_id && strcmp(text, check->user_id) != 0)
			return refuse(check, "Helix.Limit.Self", field, "", "");
		return true;
	case LX_HELIX_INT:
	case LX_HELIX_NUMBER:
	case LX_HELIX_DIGITS:
		return check_number(check, field, item);
	case LX_HELIX_BOOL:
		if (!(check->is_query && text && is_one_of("true false", text)) && !cJSON_IsBool(item))
			return refuse(check, "Helix.Limit.YesNo", field, "", "");
		return true;
	case LX_HELIX_TIME:
		/* Unix seconds are read tolerantly elsewhere, but Twitch takes RFC 3339 only */
		if (!text || !strchr(text, '-') || lx_parse_time_ms(text) == LX_HELIX_UNKNOWN)
			return refuse(check, "Helix.Limit.Time", field, "", "");
		return true;
	case LX_HELIX_WORD:
		if (!text || !is_one_of(field->words, text))
			return refuse(check, "Helix.Limit.Word", field, field->words, "");
		return true;
	case LX_HELIX_COLOR:
		if (!text || (!is_color(text) && !(field->words && is_one_of(field->words, text))))
			return refuse(check, "Helix.Limit.Color", field, "", "");
		return true;
	case LX_HELIX_OBJECT:
		if (!cJSON_IsObject(item))
			return refuse(check, "Helix.Limit.Object", field, "", "");
		return true;
	}
	return true;
}

static bool check_list(const struct check *check, const struct lx_helix_field *field, const cJSON *list)
{
	const cJSON *item;
	size_t count = (size_t)cJSON_GetArraySize(list);

	if (!cJSON_IsArray(list))
		return refuse(check, "Helix.Limit.List", field, "", "");
	if (field->max_count && count > field->max_count)
		return refuse_numbers(check, "Helix.Limit.TooMany", field, field->max_count, (double)count);
	if (count < field->min_count)
		return refuse_numbers(check, "Helix.Limit.TooFew", field, field->min_count, (double)count);
	cJSON_ArrayForEach (item, list)
		if (!check_value(check, field, item))
			return false;
	return true;
}

static bool check_leaf(const struct check *check, const struct lx_helix_field *field, const cJSON *item)
{
	if (!item || cJSON_IsNull(item)) {
		if ((field->flags & LX_HELIX_REQUIRED) || (field->required_when && holds(check, field->required_when)))
			return refuse(check, "Helix.Limit.Missing", field, "", "");
		return true;
	}
	if (field->only_with && !holds(check, field->only_with))
		return refuse(check, "Helix.Limit.OnlyWith", field, field->only_with, "");
	if (field->flags & LX_HELIX_LIST)
		return check_list(check, field, item);
	if (check->is_query) {
		if (cJSON_GetArraySize(item) > 1)
			return refuse(check, "Helix.Limit.Once", field, "", "");
		return check_value(check, field, cJSON_GetArrayItem(item, 0));
	}
	return check_value(check, field, item);
}

/* Walks the path of a field; where an object on the way is missing, the row of that object complains. */
static bool check_path(const struct check *check, const struct lx_helix_field *field, const cJSON *object,
		       const char *path)
{
	char name[64];
	size_t length = strcspn(path, ".[");

	snprintf(name, sizeof(name), "%.*s", (int)length, path);
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name), *element;
	path += length;

	if (!*path)
		return check_leaf(check, field, item);
	if (*path == '.')
		return cJSON_IsObject(item) ? check_path(check, field, item, path + 1) : true;
	if (!cJSON_IsArray(item))
		return true;
	cJSON_ArrayForEach (element, item)
		if (!check_path(check, field, element, path + strlen("[].")))
			return false;
	return true;
}

static bool check_fields(struct check *check, const struct lx_helix_field *fields, const cJSON *root, bool is_query)
{
	check->fields = fields;
	check->root = root;
	check->is_query = is_query;
	for (const struct lx_helix_field *field = fields; field->name; field++)
		if (!check_path(check, field, root, field->name))
			return false;
	return true;
}

static void print_group(const struct check *check, const struct lx_helix_field *fields, struct dstr *out)
{
	for (const struct lx_helix_field *field = fields; field->name; field++) {
		if (!(field->flags & LX_HELIX_GROUP))
			continue;
		if (out->len)
			dstr_cat(out, ", ");
		dstr_cat(out, label(check, field->name));
	}
}

/* The members of a group are all in the query or all in the body. */
static bool check_group(struct check *check, const cJSON *query, const cJSON *body)
{
	const struct lx_helix_row *row = check->row;
	bool in_body = false;
	uint32_t names = 0, values = 0;

	if (row->group == LX_HELIX_GROUP_NONE)
		return true;
	for (const struct lx_helix_field *field = row->body; field->name; field++)
		in_body = in_body || (field->flags & LX_HELIX_GROUP);

	const struct lx_helix_field *fields = in_body ? row->body : row->query;
	for (const struct lx_helix_field *field = fields; field->name; field++) {
		if (!(field->flags & LX_HELIX_GROUP))
			continue;
		const cJSON *item = cJSON_GetObjectItemCaseSensitive(in_body ? body : query, field->name);
		names += item != NULL;
		values += in_body ? item != NULL : (uint32_t)cJSON_GetArraySize(item);
	}

	const char *key = NULL;
	if (row->group == LX_HELIX_GROUP_EXACTLY_ONE && names != 1)
		key = "Helix.Limit.ExactlyOne";
	else if (row->group == LX_HELIX_GROUP_AT_LEAST_ONE && names == 0)
		key = "Helix.Limit.AtLeastOne";
	else if (row->group == LX_HELIX_GROUP_AT_MOST_ONE && names > 1)
		key = "Helix.Limit.AtMostOne";
	else if (row->group_max && values > row->group_max)
		key = "Helix.Limit.TooManyTogether";
	if (!key)
		return true;

	struct dstr list = {0};
	char most[16];
	print_group(check, fields, &list);
	snprintf(most, sizeof(most), "%" PRIu32, row->group_max);
	lx_text_format(check->text, check->sentence, key, (const char *const[]){list.array, most}, 2);
	dstr_free(&list);
	return false;
}

static bool must_be_filled(const struct lx_helix_field *field)
{
	const uint32_t both = LX_HELIX_REQUIRED | LX_HELIX_TOKEN_USER;
	return (field->flags & both) == both;
}

static void fill_in(const struct lx_helix_row *row, struct lx_helix_query *query, cJSON *body, const char *user_id)
{
	for (const struct lx_helix_field *field = row->query; field->name; field++)
		if (must_be_filled(field) && query_count(query, field->name) == 0)
			lx_helix_query_add(query, field->name, user_id);
	for (const struct lx_helix_field *field = row->body; field->name; field++)
		if (body && must_be_filled(field) && !cJSON_GetObjectItemCaseSensitive(body, field->name))
			cJSON_AddStringToObject(body, field->name, user_id);
}

static cJSON *query_object(const struct lx_helix_query *query)
{
	cJSON *object = cJSON_CreateObject();

	for (size_t i = 0; i < query->pairs.num; i++) {
		const struct lx_helix_pair *pair = &query->pairs.array[i];
		cJSON *list = cJSON_GetObjectItemCaseSensitive(object, pair->name);
		if (!list)
			list = cJSON_AddArrayToObject(object, pair->name);
		cJSON_AddItemToArray(list, cJSON_CreateString(pair->value));
	}
	return object;
}

bool lx_helix_check(const struct lx_helix_row *row, struct lx_helix_query *query, cJSON *body, const char *user_id,
		    const struct lx_text *text, struct dstr *sentence)
{
	struct check check = {.row = row, .user_id = user_id, .text = text, .sentence = sentence};

	if (*user_id)
		fill_in(row, query, body, user_id);

	cJSON *object = query_object(query);
	bool good = check_fields(&check, row->query, object, true) && check_fields(&check, row->body, body, false) &&
		    check_group(&check, object, body);
	cJSON_Delete(object);
	return good;
}
