#include "stats/text_source.h"

#include <string.h>

#include <obs.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "stats/template.h"
#include "stats/text_style.h"

enum { PAUSE_MS = 500 }; /* between two changes of the picture */

struct source_type {
	struct lx_live_stats *stats;
	const struct lx_text *text;
};

struct text_source {
	const struct source_type *type;
	const struct lx_clock *clock;
	obs_source_t *self;
	obs_source_t *drawn;  /* OBS's own text source, NULL when this OBS has none */
	const char *drawer;   /* … of this id */
	obs_data_t *settings; /* … with these settings */
	volatile bool empty;  /* there is no text to draw; read by whoever asks for the size */

	/* Graphics thread: */
	struct lx_template *template;
	struct lx_live_snapshot values;
	uint32_t demand;
	bool showing;
	bool refresh;        /* look again, whatever the counter says */
	int64_t looked_ms;   /* Unix milliseconds */
	uint64_t pause_ends; /* monotonic milliseconds */
};

static struct lx_template *compile(const struct source_type *type, obs_data_t *settings, bool preview)
{
	const struct lx_template_options options = {
		.language = obs_get_locale(),
		.live_text = lx_text_get(type->text, "Stats.Live"),
		.preview = preview,
	};
	return lx_template_create(obs_data_get_string(settings, "template"), &options);
}

/* --- numbers to text ---------------------------------------------------------------------------------------------- */

static uint32_t demand_of(const struct lx_template *template)
{
	static const uint32_t demands[LX_PLACEHOLDER_COUNT] = {
		[LX_PLACEHOLDER_VIEWERS] = LX_DEMAND_STREAM, [LX_PLACEHOLDER_UPTIME] = LX_DEMAND_STREAM,
		[LX_PLACEHOLDER_LIVE] = LX_DEMAND_STREAM,    [LX_PLACEHOLDER_TITLE] = LX_DEMAND_INFO,
		[LX_PLACEHOLDER_CATEGORY] = LX_DEMAND_INFO,  [LX_PLACEHOLDER_FOLLOWERS] = LX_DEMAND_FOLLOWERS,
		[LX_PLACEHOLDER_SUBS] = LX_DEMAND_SUBS,      [LX_PLACEHOLDER_SUB_POINTS] = LX_DEMAND_SUBS,
	};
	const uint32_t uses = lx_template_uses(template);
	uint32_t demand = 0;

	for (int which = 0; which < LX_PLACEHOLDER_COUNT; which++)
		if (uses & UINT32_C(1) << which)
			demand |= demands[which];
	return demand;
}

/* Says what this source needs now: nothing while nobody sees it. */
static void set_demand(struct text_source *source, uint32_t demand)
{
	if (demand == source->demand)
		return;
	lx_live_stats_want(source->type->stats, demand, true);
	lx_live_stats_want(source->type->stats, source->demand, false);
	source->demand = demand;
}

static bool is_due(const struct text_source *source, int64_t unix_ms)
{
	/* A clock that was set back must not stop a running time. */
	return unix_ms >= lx_template_due_ms(source->template) || unix_ms < source->looked_ms;
}

/* Whether there is another text now. */
static bool look(struct text_source *source)
{
	const int64_t unix_ms = lx_clock_unix_ms(source->clock);
	const bool news = lx_live_stats_read(source->type->stats, source->values.counter, &source->values);

	if (!news && !source->refresh && !is_due(source, unix_ms))
		return false;
	source->refresh = false;
	source->looked_ms = unix_ms;
	return lx_template_update(source->template, &source->values, unix_ms);
}

static void write_text(struct text_source *source)
{
	const char *const text = lx_template_text(source->template);

	obs_data_set_string(source->settings, "text", text);
	os_atomic_set_bool(&source->empty, !*text);
}

static void source_tick(void *data, float seconds)
{
	struct text_source *const source = data;
	const uint64_t ms = lx_clock_ms(source->clock);

	UNUSED_PARAMETER(seconds);
	if (!source->drawn || !source->showing || ms < source->pause_ends || !look(source))
		return;
	write_text(source);
	obs_source_update(source->drawn, source->settings);
	source->pause_ends = ms + PAUSE_MS;
}

static void source_show(void *data)
{
	struct text_source *const source = data;

	source->showing = true;
	set_demand(source, demand_of(source->template));
}

static void source_hide(void *data)
{
	struct text_source *const source = data;

	source->showing = false;
	set_demand(source, 0);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

/* On the graphics thread, or before that knows the source. */
static void source_update(void *data, obs_data_t *settings)
{
	struct text_source *const source = data;

	lx_template_destroy(source->template);
	source->template = compile(source->type, settings, false);
	source->refresh = true;
	look(source);
	if (source->showing)
		set_demand(source, demand_of(source->template));
	if (source->drawer)
		lx_text_style_apply(source->drawer, settings, source->settings);
	write_text(source);
	if (source->drawn)
		obs_source_update(source->drawn, source->settings);
}

static void *source_create(obs_data_t *settings, obs_source_t *self)
{
	struct text_source *source = bzalloc(sizeof(*source));

	source->type = obs_source_get_type_data(self);
	source->clock = lx_live_stats_clock(source->type->stats);
	source->self = self;
	source->settings = obs_data_create();
	source->drawer = lx_text_style_drawer();
	source_update(source, settings);
	if (source->drawer) {
		source->drawn = obs_source_create_private(source->drawer, "liveXtrem text", source->settings);
		obs_source_add_active_child(self, source->drawn);
	} else {
		blog(LOG_WARNING, "[liveXtrem] this OBS has no text source to draw live stats with");
	}
	return source;
}

static void source_destroy(void *data)
{
	struct text_source *const source = data;

	set_demand(source, 0);
	if (source->drawn) {
		obs_source_remove_active_child(source->self, source->drawn);
		obs_source_release(source->drawn);
	}
	obs_data_release(source->settings);
	lx_template_destroy(source->template);
	bfree(source);
}

static const char *source_name(void *type_data)
{
	const struct source_type *const type = type_data;
	return lx_text_get(type->text, "Stats.Source");
}

static void source_free_type(void *type_data)
{
	bfree(type_data);
}

/* --- picture ------------------------------------------------------------------------------------------------------ */

static bool is_visible(const struct text_source *source)
{
	return source->drawn && !os_atomic_load_bool(&source->empty);
}

static uint32_t source_width(void *data)
{
	const struct text_source *const source = data;
	return is_visible(source) ? obs_source_get_width(source->drawn) : 0;
}

static uint32_t source_height(void *data)
{
	const struct text_source *const source = data;
	return is_visible(source) ? obs_source_get_height(source->drawn) : 0;
}

static void source_render(void *data, gs_effect_t *effect)
{
	const struct text_source *const source = data;

	UNUSED_PARAMETER(effect);
	if (is_visible(source))
		obs_source_video_render(source->drawn);
}

static void source_enum(void *data, obs_source_enum_proc_t visit, void *param)
{
	const struct text_source *const source = data;

	if (source->drawn)
		visit(source->self, source->drawn, param);
}

/* --- properties --------------------------------------------------------------------------------------------------- */

static void source_defaults(void *type_data, obs_data_t *settings)
{
	const struct source_type *const type = type_data;

	obs_data_set_default_string(settings, "template", lx_text_get(type->text, "Stats.DefaultTemplate"));
	lx_text_style_defaults(settings);
}

/* OBS shows information as rich text where it looks like it, so it gets rich text in which nothing else can. */
static void append_rich(struct dstr *out, const char *text)
{
	dstr_cat(out, "<span>");
	for (; *text; text++) {
		switch (*text) {
		case '<':
			dstr_cat(out, "&lt;");
			break;
		case '>':
			dstr_cat(out, "&gt;");
			break;
		case '&':
			dstr_cat(out, "&amp;");
			break;
		case '\n':
			dstr_cat(out, "<br>");
			break;
		default:
			dstr_ncat(out, text, 1);
		}
	}
	dstr_cat(out, "</span>");
}

static void set_information(obs_property_t *property, const char *text)
{
	struct dstr rich = {0};

	append_rich(&rich, text);
	obs_property_set_long_description(property, rich.array);
	obs_property_set_visible(property, *text != 0);
	dstr_free(&rich);
}

static void append_problem(struct dstr *out, const struct lx_text *text, const struct lx_template *template,
			   size_t index)
{
	static const char *const keys[] = {
		[LX_PROBLEM_NAME] = "Stats.Problem.Name",
		[LX_PROBLEM_FORMAT] = "Stats.Problem.Format",
		[LX_PROBLEM_UNCLOSED] = "Stats.Problem.Unclosed",
		[LX_PROBLEM_TOO_DEEP] = "Stats.Problem.TooDeep",
	};
	const char *typed;
	const enum lx_template_problem kind = lx_template_problem(template, index, &typed);

	if (index)
		dstr_cat(out, "\n");
	lx_text_format(text, out, keys[kind], &typed, 1);
}

/* Brings preview and problems up to date. OBS rebuilds the whole form to show them, so not at each key: with the button. */
static bool on_template(void *type_data, obs_properties_t *properties, obs_property_t *property, obs_data_t *settings)
{
	const struct source_type *const type = type_data;
	struct lx_template *template = compile(type, settings, true);
	struct lx_live_snapshot values;
	struct dstr problems = {0};

	UNUSED_PARAMETER(property);
	lx_live_stats_read(type->stats, 0, &values);
	lx_template_update(template, &values, lx_clock_unix_ms(lx_live_stats_clock(type->stats)));
	for (size_t i = 0; i < lx_template_problem_count(template); i++)
		append_problem(&problems, type->text, template, i);
	set_information(obs_properties_get(properties, "preview"), lx_template_text(template));
	set_information(obs_properties_get(properties, "problems"), problems.array ? problems.array : "");
	dstr_free(&problems);
	lx_template_destroy(template);
	return false;
}

static bool on_insert(void *type_data, obs_properties_t *properties, obs_property_t *property, obs_data_t *settings)
{
	const char *const name = obs_data_get_string(settings, "insert");
	struct dstr template = {0};

	if (!*name)
		return false;
	dstr_printf(&template, "%s{%s}", obs_data_get_string(settings, "template"), name);
	obs_data_set_string(settings, "template", template.array);
	obs_data_erase(settings, "insert");
	dstr_free(&template);
	on_template(type_data, properties, property, settings);
	return true;
}

static bool on_check(obs_properties_t *properties, obs_property_t *property, void *data)
{
	struct text_source *const source = data;

	if (!source)
		return false;
	obs_data_t *settings = obs_source_get_settings(source->self);
	on_template((void *)source->type, properties, property, settings);
	obs_data_release(settings);
	return true;
}

static obs_property_t *add_information(obs_properties_t *properties, const char *name, const char *label,
				       enum obs_text_info_type kind)
{
	obs_property_t *property = obs_properties_add_text(properties, name, label, OBS_TEXT_INFO);

	obs_property_text_set_info_type(property, kind);
	obs_property_text_set_info_word_wrap(property, true);
	return property;
}

static void add_names(obs_properties_t *properties, const struct source_type *type)
{
	obs_property_t *list = obs_properties_add_list(properties, "insert", lx_text_get(type->text, "Stats.Insert"),
						       OBS_COMBO_TYPE_LIST, OBS_COMBO_FORMAT_STRING);
	struct dstr key = {0}, label = {0};

	obs_property_list_add_string(list, lx_text_get(type->text, "Stats.Insert.Choose"), "");
	for (int which = 0; which < LX_PLACEHOLDER_COUNT; which++) {
		const char *const name = lx_placeholder_name(which);
		dstr_printf(&key, "Stats.Name.%s", name);
		dstr_printf(&label, "{%s} – %s", name, lx_text_get(type->text, key.array));
		obs_property_list_add_string(list, label.array, name);
	}
	obs_property_set_modified_callback2(list, on_insert, (void *)type);
	dstr_free(&key);
	dstr_free(&label);
}

static obs_properties_t *source_properties(void *data, void *type_data)
{
	const struct source_type *const type = type_data;
	const struct lx_text *const text = type->text;
	const char *const drawer = lx_text_style_drawer();
	obs_properties_t *properties = obs_properties_create();
	obs_property_t *property;

	UNUSED_PARAMETER(data);
	property = obs_properties_add_text(properties, "template", lx_text_get(text, "Stats.Template"),
					   OBS_TEXT_MULTILINE);
	obs_property_set_long_description(property, lx_text_get(text, "Stats.Template.Help"));
	obs_property_set_modified_callback2(property, on_template, type_data);
	add_names(properties, type);
	add_information(properties, "preview", lx_text_get(text, "Stats.Preview"), OBS_TEXT_INFO_NORMAL);
	add_information(properties, "problems", lx_text_get(text, "Stats.Problems"), OBS_TEXT_INFO_WARNING);
	obs_properties_add_button(properties, "check", lx_text_get(text, "Stats.Check"), on_check);
	if (!drawer) {
		property = add_information(properties, "no_drawer", "", OBS_TEXT_INFO_ERROR);
		set_information(property, lx_text_get(text, "Stats.Error.NoDrawer"));
	}
	lx_text_style_properties(properties, drawer, text);
	return properties;
}

void lx_text_source_register(struct lx_live_stats *stats, const struct lx_text *text)
{
	struct source_type *type = bzalloc(sizeof(*type));
	const struct obs_source_info info = {
		.id = LX_TEXT_SOURCE_ID,
		.type = OBS_SOURCE_TYPE_INPUT,
		.output_flags = OBS_SOURCE_VIDEO | OBS_SOURCE_CUSTOM_DRAW,
		.icon_type = OBS_ICON_TYPE_TEXT,
		.type_data = type,
		.free_type_data = source_free_type,
		.get_name = source_name,
		.create = source_create,
		.destroy = source_destroy,
		.get_defaults2 = source_defaults,
		.get_properties2 = source_properties,
		.update = source_update,
		.show = source_show,
		.hide = source_hide,
		.video_tick = source_tick,
		.video_render = source_render,
		.get_width = source_width,
		.get_height = source_height,
		.enum_active_sources = source_enum,
	};

	type->stats = stats;
	type->text = text;
	obs_register_source(&info);
}
