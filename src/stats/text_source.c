#include "stats/text_source.h"

#include <string.h>

#include <obs.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "locale/html.h"
#include "stats/template.h"
#include "stats/text_style.h"

enum { PAUSE_MS = 500 }; /* between two changes of the picture */

struct lx_text_source_type {
	volatile long references; /* of its owner, of OBS's registration, and of each source and form */
	const struct lx_clock *clock;

	pthread_mutex_t mutex;       /* held while the following are used: they may go while a source is left */
	struct lx_live_stats *stats; /* NULL once it was closed */
	const struct lx_text *text;  /* so is this: texts are keys then */
};

struct text_source {
	struct lx_text_source_type *type;
	obs_source_t *self;
	obs_source_t *drawn;  /* OBS's own text source, NULL when this OBS has none */
	const char *drawer;   /* … of this id */
	obs_data_t *settings; /* … with these settings */
	volatile bool empty;  /* there is no text to draw; read by whoever asks for the size */
	char *shown;          /* the text that `drawn` has, NULL when there is none; guarded by the type's mutex */

	/* Graphics thread: */
	struct lx_template *template;
	struct lx_live_snapshot values;
	uint32_t demand;
	bool showing;
	bool refresh;        /* look again, whatever the counter says */
	int64_t looked_ms;   /* Unix milliseconds */
	uint64_t pause_ends; /* monotonic milliseconds */
};

/* --- what the sources share --------------------------------------------------------------------------------------- */

static struct lx_text_source_type *hold(struct lx_text_source_type *type)
{
	os_atomic_inc_long(&type->references);
	return type;
}

static void release(void *data)
{
	struct lx_text_source_type *const type = data;

	if (os_atomic_dec_long(&type->references) > 0)
		return;
	pthread_mutex_destroy(&type->mutex);
	bfree(type);
}

static void enter(struct lx_text_source_type *type)
{
	pthread_mutex_lock(&type->mutex);
}

static void leave(struct lx_text_source_type *type)
{
	pthread_mutex_unlock(&type->mutex);
}

/* --- numbers to text: what uses the type's parts is called between enter() and leave() ------------------------------- */

static struct lx_template *compile(const struct lx_text_source_type *type, obs_data_t *settings, bool preview)
{
	const struct lx_template_options options = {
		.language = obs_get_locale(),
		.live_text = lx_text_get(type->text, "Stats.Live"),
		.preview = preview,
	};
	return lx_template_create(obs_data_get_string(settings, "template"), &options);
}

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
	if (demand == source->demand || !source->type->stats)
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
	struct lx_live_stats *const stats = source->type->stats;
	const int64_t unix_ms = lx_clock_unix_ms(source->type->clock);
	const bool news = stats && lx_live_stats_read(stats, source->values.counter, &source->values);

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

/* For those who ask what can be read on screen: not what was written, but what the one who draws has taken. */
static void note_shown(struct text_source *source)
{
	obs_data_t *settings = obs_source_get_settings(source->drawn);
	char *const shown = bstrdup(obs_data_get_string(settings, "text"));

	obs_data_release(settings);
	enter(source->type);
	char *const before = source->shown;
	source->shown = shown;
	leave(source->type);
	bfree(before);
}

static void draw_text(struct text_source *source)
{
	if (!source->drawn)
		return;
	obs_source_update(source->drawn, source->settings);
	note_shown(source);
}

static void source_tick(void *data, float seconds)
{
	struct text_source *const source = data;
	const uint64_t ms = lx_clock_ms(source->type->clock);

	UNUSED_PARAMETER(seconds);
	if (!source->drawn || !source->showing || ms < source->pause_ends)
		return;
	enter(source->type);
	const bool changed = look(source);
	leave(source->type);
	if (!changed)
		return;
	write_text(source);
	draw_text(source);
	source->pause_ends = ms + PAUSE_MS;
}

static void source_show(void *data)
{
	struct text_source *const source = data;

	source->showing = true;
	enter(source->type);
	set_demand(source, demand_of(source->template));
	leave(source->type);
}

static void source_hide(void *data)
{
	struct text_source *const source = data;

	source->showing = false;
	enter(source->type);
	set_demand(source, 0);
	leave(source->type);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

/* On the graphics thread, or before that knows the source. */
static void source_update(void *data, obs_data_t *settings)
{
	struct text_source *const source = data;

	lx_template_destroy(source->template);
	source->refresh = true;
	enter(source->type);
	source->template = compile(source->type, settings, false);
	look(source);
	if (source->showing)
		set_demand(source, demand_of(source->template));
	leave(source->type);
	if (source->drawer)
		lx_text_style_apply(source->drawer, settings, source->settings);
	write_text(source);
	draw_text(source);
}

/* void get_text(out string text) on the source itself. */
static void on_get_text(void *data, calldata_t *call)
{
	struct text_source *const source = data;

	enter(source->type);
	calldata_set_string(call, "text", source->shown ? source->shown : "");
	leave(source->type);
}

static void *source_create(obs_data_t *settings, obs_source_t *self)
{
	struct text_source *source = bzalloc(sizeof(*source));

	source->type = hold(obs_source_get_type_data(self));
	source->self = self;
	source->settings = obs_data_create();
	source->drawer = lx_text_style_drawer();
	source_update(source, settings);
	if (source->drawer) {
		source->drawn = obs_source_create_private(source->drawer, "liveXtrem text", source->settings);
		obs_source_add_active_child(self, source->drawn);
		note_shown(source);
	} else {
		blog(LOG_WARNING, "[liveXtrem] this OBS has no text source to draw live stats with");
	}
	proc_handler_add(obs_source_get_proc_handler(self), "void get_text(out string text)", on_get_text, source);
	return source;
}

static void source_destroy(void *data)
{
	struct text_source *const source = data;

	enter(source->type);
	set_demand(source, 0);
	leave(source->type);
	if (source->drawn) {
		obs_source_remove_active_child(source->self, source->drawn);
		obs_source_release(source->drawn);
	}
	obs_data_release(source->settings);
	lx_template_destroy(source->template);
	bfree(source->shown);
	release(source->type);
	bfree(source);
}

static const char *source_name(void *type_data)
{
	struct lx_text_source_type *const type = type_data;

	enter(type);
	const char *const name = lx_text_get(type->text, "Stats.Source");
	leave(type);
	return name;
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
	struct lx_text_source_type *const type = type_data;

	enter(type);
	obs_data_set_default_string(settings, "template", lx_text_get(type->text, "Stats.DefaultTemplate"));
	leave(type);
	lx_text_style_defaults(settings);
}

/* OBS shows information as rich text where it looks like it, so it gets rich text in which nothing else can. */
static void append_rich(struct dstr *out, const char *text)
{
	struct dstr escaped = {0};
	lx_html_escape(&escaped, text);
	dstr_replace(&escaped, "\n", "<br>");
	dstr_catf(out, "<span>%s</span>", escaped.array ? escaped.array : "");
	dstr_free(&escaped);
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
	struct lx_text_source_type *const type = type_data;
	struct lx_live_snapshot values = {0};
	struct dstr problems = {0};

	UNUSED_PARAMETER(property);
	enter(type);
	struct lx_template *template = compile(type, settings, true);
	if (type->stats)
		lx_live_stats_read(type->stats, 0, &values);
	lx_template_update(template, &values, lx_clock_unix_ms(type->clock));
	for (size_t i = 0; i < lx_template_problem_count(template); i++)
		append_problem(&problems, type->text, template, i);
	leave(type);
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
	on_template(source->type, properties, property, settings);
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

static void add_names(obs_properties_t *properties, struct lx_text_source_type *type)
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
	obs_property_set_modified_callback2(list, on_insert, type);
	dstr_free(&key);
	dstr_free(&label);
}

static obs_properties_t *source_properties(void *data, void *type_data)
{
	struct lx_text_source_type *const type = type_data;
	const char *const drawer = lx_text_style_drawer();
	obs_properties_t *properties = obs_properties_create();
	obs_property_t *property;

	UNUSED_PARAMETER(data);
	obs_properties_set_param(properties, hold(type), release);
	enter(type);
	const struct lx_text *const text = type->text;
	property = obs_properties_add_text(properties, "template", lx_text_get(text, "Stats.Template"),
					   OBS_TEXT_MULTILINE);
	obs_property_set_long_description(property, lx_text_get(text, "Stats.Template.Help"));
	obs_property_set_modified_callback2(property, on_template, type);
	add_names(properties, type);
	add_information(properties, "preview", lx_text_get(text, "Stats.Preview"), OBS_TEXT_INFO_NORMAL);
	add_information(properties, "problems", lx_text_get(text, "Stats.Problems"), OBS_TEXT_INFO_WARNING);
	obs_properties_add_button(properties, "check", lx_text_get(text, "Stats.Check"), on_check);
	if (!drawer) {
		property = add_information(properties, "no_drawer", "", OBS_TEXT_INFO_ERROR);
		set_information(property, lx_text_get(text, "Stats.Error.NoDrawer"));
	}
	lx_text_style_properties(properties, drawer, text);
	leave(type);
	return properties;
}

struct lx_text_source_type *lx_text_source_register(struct lx_live_stats *stats, const struct lx_text *text)
{
	struct lx_text_source_type *type = bzalloc(sizeof(*type));
	const struct obs_source_info info = {
		.id = LX_TEXT_SOURCE_ID,
		.type = OBS_SOURCE_TYPE_INPUT,
		.output_flags = OBS_SOURCE_VIDEO | OBS_SOURCE_CUSTOM_DRAW,
		.icon_type = OBS_ICON_TYPE_TEXT,
		.type_data = type,
		.free_type_data = release,
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

	if (pthread_mutex_init(&type->mutex, NULL) != 0) {
		bfree(type);
		return NULL;
	}
	type->references = 2;
	type->clock = lx_live_stats_clock(stats);
	type->stats = stats;
	type->text = text;
	obs_register_source(&info);
	return type;
}

void lx_text_source_get_text(void *data, calldata_t *call)
{
	struct lx_text_source_type *const type = data;
	const char *const name = calldata_string(call, "source");
	obs_source_t *source = name ? obs_get_source_by_name(name) : NULL;
	const bool ours = source && strcmp(obs_source_get_unversioned_id(source), LX_TEXT_SOURCE_ID) == 0;

	calldata_set_string(call, "text", "");
	calldata_set_bool(call, "ok", ours);
	calldata_set_string(call, "error", "");
	if (ours) {
		proc_handler_call(obs_source_get_proc_handler(source), "get_text", call);
	} else {
		enter(type);
		calldata_set_string(call, "error", lx_text_get(type->text, "Stats.Error.NoSource"));
		leave(type);
	}
	obs_source_release(source);
}

void lx_text_source_close(struct lx_text_source_type *type)
{
	if (!type)
		return;
	enter(type);
	type->stats = NULL;
	type->text = NULL;
	leave(type);
	release(type);
}
