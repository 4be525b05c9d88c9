#include "chat/rules.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <util/bmem.h>
#include <util/platform.h>

#include "bus/event.h"

#define FORMAT_VERSION 1

const char *const *lx_rules_sounds(void)
{
	static const char *const names[] = {"ping", "drop", "chime", NULL};
	return names;
}

/* --- building ---------------------------------------------------------------------------------------------------- */

/* At most `size` bytes of whole characters. */
static char *limited(const char *text, size_t size)
{
	size_t length = strlen(text);
	if (length > size) {
		length = size;
		while (length && ((unsigned char)text[length] & 0xC0) == 0x80)
			length--;
	}
	return bstrdup_n(text, length);
}

bool lx_rules_add(struct lx_rules *rules, const struct lx_rule *rule)
{
	if (rules->rule_count >= LX_RULES_MAX)
		return false;
	rules->rules = brealloc(rules->rules, (rules->rule_count + 1) * sizeof(*rules->rules));
	struct lx_rule *added = &rules->rules[rules->rule_count++];
	*added = *rule;
	added->name = limited(rule->name ? rule->name : "", LX_RULE_NAME_MAX);
	added->query = limited(rule->query ? rule->query : "", LX_RULE_QUERY_MAX);
	added->sound = limited(rule->sound ? rule->sound : "", LX_RULE_SOUND_MAX);
	return true;
}

bool lx_rules_add_view(struct lx_rules *rules, const struct lx_saved_view *view)
{
	if (rules->view_count >= LX_VIEWS_MAX)
		return false;
	rules->views = brealloc(rules->views, (rules->view_count + 1) * sizeof(*rules->views));
	struct lx_saved_view *added = &rules->views[rules->view_count++];
	*added = *view;
	added->name = limited(view->name ? view->name : "", LX_RULE_NAME_MAX);
	added->query = limited(view->query ? view->query : "", LX_RULE_QUERY_MAX);
	return true;
}

struct lx_rules *lx_rules_create(void)
{
	struct lx_rules *rules = bzalloc(sizeof(*rules));
	rules->never_hide_moderators = true;
	rules->volume = 60;
	return rules;
}

/* lx_text_get() hands out what it owns; adding copies. */
static char *text_of(const struct lx_text *texts, const char *key)
{
	return (char *)lx_text_get(texts, key);
}

struct lx_rules *lx_rules_create_default(const struct lx_text *texts)
{
	struct lx_rules *rules = lx_rules_create();
	const struct lx_rule defaults[] = {
		{text_of(texts, "Rules.Default.Mention"), "is:mention", "ping", 0xE0454C, true, false},
		{text_of(texts, "Rules.Default.Reward"), "is:highlighted", "", 0x945CF5, false, false},
		{text_of(texts, "Rules.Default.Commands"), "is:command", "", LX_COLOR_NONE, false, true},
	};
	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++)
		lx_rules_add(rules, &defaults[i]);
	lx_rules_add_ready_views(rules, texts);
	return rules;
}

static bool has_view(const struct lx_rules *rules, const char *query)
{
	for (size_t i = 0; i < rules->view_count; i++) {
		if (strcmp(rules->views[i].query, query) == 0)
			return true;
	}
	return false;
}

void lx_rules_add_ready_views(struct lx_rules *rules, const struct lx_text *texts)
{
	const struct lx_saved_view views[] = {
		{text_of(texts, "Rules.View.Questions"), "is:question", false},
		{text_of(texts, "Rules.View.Moderators"), "is:broadcaster OR is:mod OR is:vip", false},
		{text_of(texts, "Rules.View.Mentions"), "is:mention", false},
		{text_of(texts, "Rules.View.Support"), "is:support", false},
		{text_of(texts, "Rules.View.First"), "is:first OR is:returning", false},
	};
	for (size_t i = 0; i < sizeof(views) / sizeof(*views); i++) {
		if (!has_view(rules, views[i].query))
			lx_rules_add_view(rules, &views[i]);
	}
}

void lx_rules_destroy(struct lx_rules *rules)
{
	if (!rules)
		return;
	for (size_t i = 0; i < rules->rule_count; i++) {
		bfree(rules->rules[i].name);
		bfree(rules->rules[i].query);
		bfree(rules->rules[i].sound);
	}
	for (size_t i = 0; i < rules->view_count; i++) {
		bfree(rules->views[i].name);
		bfree(rules->views[i].query);
	}
	bfree(rules->rules);
	bfree(rules->views);
	bfree(rules);
}

/* --- the file ---------------------------------------------------------------------------------------------------- */

static char *string_in(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
	return (char *)(text ? text : "");
}

static bool bool_in(const cJSON *object, const char *key, bool fallback)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
	return cJSON_IsBool(item) ? cJSON_IsTrue(item) : fallback;
}

static uint32_t color_in(const cJSON *object)
{
	const char *text = string_in(object, "color");
	unsigned int value;
	char rest;
	if (strlen(text) != 7 || *text != '#' || strspn(text + 1, "0123456789abcdefABCDEF") != 6 ||
	    sscanf(text + 1, "%6x%c", &value, &rest) != 1)
		return LX_COLOR_NONE;
	return value;
}

static void read_rules(struct lx_rules *rules, const cJSON *json)
{
	const cJSON *item;
	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "rules")) {
		const struct lx_rule rule = {
			.name = string_in(item, "name"),
			.query = string_in(item, "query"),
			.sound = string_in(item, "sound"),
			.color = color_in(item),
			.enabled = bool_in(item, "enabled", true),
			.hide = bool_in(item, "hide", false),
		};
		/* What asks for nothing would take hold of everything. */
		if (*rule.query && strlen(rule.query) <= LX_RULE_QUERY_MAX && !lx_rules_add(rules, &rule))
			break;
	}
	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "views")) {
		const struct lx_saved_view view = {string_in(item, "name"), string_in(item, "query"),
						   bool_in(item, "open", false)};
		if (*view.query && strlen(view.query) <= LX_RULE_QUERY_MAX && !lx_rules_add_view(rules, &view))
			break;
	}
	rules->never_hide_moderators = bool_in(json, "never_hide_moderators", true);
	rules->hide_shared = bool_in(json, "hide_shared", false);
	const cJSON *volume = cJSON_GetObjectItemCaseSensitive(json, "volume");
	if (cJSON_IsNumber(volume))
		rules->volume = volume->valueint < 0 ? 0 : volume->valueint > 100 ? 100 : volume->valueint;
}

struct lx_rules *lx_rules_parse(const char *json, const struct lx_text *texts, struct dstr *trouble)
{
	struct lx_rules *rules = NULL;
	cJSON *root = strlen(json) <= LX_RULES_FILE_MAX ? cJSON_Parse(json) : NULL;
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(root, "version");
	const bool has_lists = cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(root, "rules")) ||
			       cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(root, "views"));
	if (!has_lists)
		dstr_cat(trouble, lx_text_get(texts, "Rules.Error.File"));
	else if (cJSON_IsNumber(version) && version->valueint > FORMAT_VERSION)
		dstr_cat(trouble, lx_text_get(texts, "Rules.Error.Newer"));
	else
		read_rules(rules = lx_rules_create(), root);
	cJSON_Delete(root);
	return rules;
}

static void keep_broken(const char *path)
{
	struct dstr broken = {0};
	dstr_printf(&broken, "%s.broken", path);
	os_unlink(broken.array);
	if (os_rename(path, broken.array) == 0)
		blog(LOG_WARNING, "[liveXtrem] the rules for the chat were not readable; they are kept as %s",
		     broken.array);
	dstr_free(&broken);
}

struct lx_rules *lx_rules_load(const char *path, const struct lx_text *texts, struct dstr *trouble)
{
	if (!path || !os_file_exists(path))
		return lx_rules_create_default(texts);
	struct lx_rules *rules = NULL;
	char *json = os_get_file_size(path) <= LX_RULES_FILE_MAX ? os_quick_read_utf8_file(path) : NULL;
	struct dstr why = {0};
	if (json)
		rules = lx_rules_parse(json, texts, &why);
	bfree(json);
	if (!rules) {
		keep_broken(path);
		const char *args[] = {path};
		lx_text_format(texts, trouble, "Rules.Error.Broken", args, 1);
		rules = lx_rules_create_default(texts);
	}
	dstr_free(&why);
	return rules;
}

char *lx_rules_to_json(const struct lx_rules *rules)
{
	cJSON *root = cJSON_CreateObject();
	cJSON_AddNumberToObject(root, "version", FORMAT_VERSION);
	cJSON_AddBoolToObject(root, "never_hide_moderators", rules->never_hide_moderators);
	cJSON_AddBoolToObject(root, "hide_shared", rules->hide_shared);
	cJSON_AddNumberToObject(root, "volume", rules->volume);
	cJSON *list = cJSON_AddArrayToObject(root, "rules");
	for (size_t i = 0; i < rules->rule_count; i++) {
		const struct lx_rule *rule = &rules->rules[i];
		cJSON *item = cJSON_CreateObject();
		char color[16] = "";
		if (rule->color != LX_COLOR_NONE)
			snprintf(color, sizeof(color), "#%06x", (unsigned int)rule->color & 0xFFFFFF);
		cJSON_AddStringToObject(item, "name", rule->name);
		cJSON_AddStringToObject(item, "query", rule->query);
		cJSON_AddStringToObject(item, "color", color);
		cJSON_AddStringToObject(item, "sound", rule->sound);
		cJSON_AddBoolToObject(item, "hide", rule->hide);
		cJSON_AddBoolToObject(item, "enabled", rule->enabled);
		cJSON_AddItemToArray(list, item);
	}
	list = cJSON_AddArrayToObject(root, "views");
	for (size_t i = 0; i < rules->view_count; i++) {
		cJSON *item = cJSON_CreateObject();
		cJSON_AddStringToObject(item, "name", rules->views[i].name);
		cJSON_AddStringToObject(item, "query", rules->views[i].query);
		cJSON_AddBoolToObject(item, "open", rules->views[i].open);
		cJSON_AddItemToArray(list, item);
	}
	char *text = cJSON_Print(root);
	char *copy = bstrdup(text ? text : "");
	cJSON_free(text);
	cJSON_Delete(root);
	return copy;
}

bool lx_rules_save(const struct lx_rules *rules, const char *path)
{
	char *json = lx_rules_to_json(rules);
	const bool ok = os_quick_write_utf8_file_safe(path, json, strlen(json), false, "new", NULL);
	if (!ok)
		blog(LOG_WARNING, "[liveXtrem] the rules for the chat could not be written to %s", path);
	bfree(json);
	return ok;
}
