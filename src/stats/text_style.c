#include "stats/text_style.h"

#include <string.h>

#ifdef _WIN32
#define DEFAULT_FACE "Arial"
#elif defined(__APPLE__)
#define DEFAULT_FACE "Helvetica"
#else
#define DEFAULT_FACE "Sans Serif"
#endif

enum { DEFAULT_SIZE = 64 };

enum kind { KIND_FONT, KIND_BOOL, KIND_INT, KIND_FLOAT, KIND_COLOR, KIND_CHOICE, KIND_NUMBERED_CHOICE };

struct choice {
	const char *value, *label;
};

static const struct choice transforms[] = {
	{"", "Stats.Transform.None"},
	{"", "Stats.Transform.Upper"},
	{"", "Stats.Transform.Lower"},
	{"", "Stats.Transform.Start"},
	{NULL, NULL},
};
static const struct choice aligns[] = {
	{"left", "Stats.Align.Left"},
	{"center", "Stats.Align.Center"},
	{"right", "Stats.Align.Right"},
	{NULL, NULL},
};
static const struct choice valigns[] = {
	{"top", "Stats.Align.Top"},
	{"center", "Stats.Align.Center"},
	{"bottom", "Stats.Align.Bottom"},
	{NULL, NULL},
};

/* The two text sources of OBS: where one of them has no such option its column is NULL. */
static const struct option {
	enum kind kind;
	const char *name, *label;
	const char *freetype, *gdiplus;
	const char *gdiplus_opacity; /* FreeType takes it from the colour, GDI+ has it apart, in percent */
	const char *parent;          /* a switch that makes this one visible */
	uint32_t preset;             /* colours as OBS keeps them: 0xAABBGGRR */
	int min, max;
	const struct choice *choices;
} options[] = {
	{.kind = KIND_FONT, .name = "font", .label = "Stats.Font", .freetype = "font", .gdiplus = "font"},
	{.kind = KIND_BOOL,
	 .name = "antialiasing",
	 .label = "Stats.Antialiasing",
	 .freetype = "antialiasing",
	 .gdiplus = "antialiasing",
	 .preset = true},
	{.kind = KIND_NUMBERED_CHOICE,
	 .name = "transform",
	 .label = "Stats.Transform",
	 .gdiplus = "transform",
	 .choices = transforms},
	{.kind = KIND_BOOL, .name = "vertical", .label = "Stats.Vertical", .gdiplus = "vertical"},
	{.kind = KIND_COLOR,
	 .name = "color",
	 .label = "Stats.Color",
	 .freetype = "color1",
	 .gdiplus = "color",
	 .gdiplus_opacity = "opacity",
	 .preset = 0xFFFFFFFF},
	{.kind = KIND_BOOL, .name = "gradient", .label = "Stats.Gradient", .gdiplus = "gradient"},
	{.kind = KIND_COLOR,
	 .name = "color2",
	 .label = "Stats.Color2",
	 .freetype = "color2",
	 .gdiplus = "gradient_color",
	 .gdiplus_opacity = "gradient_opacity",
	 .parent = "gradient",
	 .preset = 0xFFFFFFFF},
	{.kind = KIND_FLOAT,
	 .name = "gradient_dir",
	 .label = "Stats.GradientDirection",
	 .gdiplus = "gradient_dir",
	 .parent = "gradient",
	 .preset = 90,
	 .max = 360},
	{.kind = KIND_COLOR,
	 .name = "bk_color",
	 .label = "Stats.Background",
	 .gdiplus = "bk_color",
	 .gdiplus_opacity = "bk_opacity"},
	{.kind = KIND_CHOICE, .name = "align", .label = "Stats.Align", .gdiplus = "align", .choices = aligns},
	{.kind = KIND_CHOICE, .name = "valign", .label = "Stats.VerticalAlign", .gdiplus = "valign", .choices = valigns},
	{.kind = KIND_BOOL, .name = "outline", .label = "Stats.Outline", .freetype = "outline", .gdiplus = "outline"},
	{.kind = KIND_INT,
	 .name = "outline_size",
	 .label = "Stats.OutlineSize",
	 .gdiplus = "outline_size",
	 .parent = "outline",
	 .preset = 2,
	 .min = 1,
	 .max = 20},
	{.kind = KIND_COLOR,
	 .name = "outline_color",
	 .label = "Stats.OutlineColor",
	 .gdiplus = "outline_color",
	 .gdiplus_opacity = "outline_opacity",
	 .parent = "outline",
	 .preset = 0xFF000000},
	{.kind = KIND_BOOL, .name = "drop_shadow", .label = "Stats.DropShadow", .freetype = "drop_shadow"},
	{.kind = KIND_INT,
	 .name = "custom_width",
	 .label = "Stats.CustomWidth",
	 .freetype = "custom_width",
	 .max = 4096},
	{.kind = KIND_BOOL, .name = "word_wrap", .label = "Stats.WordWrap", .freetype = "word_wrap"},
	{.kind = KIND_BOOL, .name = "extents", .label = "Stats.Extents", .gdiplus = "extents"},
	{.kind = KIND_INT,
	 .name = "extents_cx",
	 .label = "Stats.ExtentsWidth",
	 .gdiplus = "extents_cx",
	 .parent = "extents",
	 .preset = 400,
	 .min = 32,
	 .max = 8000},
	{.kind = KIND_INT,
	 .name = "extents_cy",
	 .label = "Stats.ExtentsHeight",
	 .gdiplus = "extents_cy",
	 .parent = "extents",
	 .preset = 100,
	 .min = 32,
	 .max = 8000},
	{.kind = KIND_BOOL,
	 .name = "extents_wrap",
	 .label = "Stats.WordWrap",
	 .gdiplus = "extents_wrap",
	 .parent = "extents",
	 .preset = true},
};

enum { OPTIONS = sizeof(options) / sizeof(*options) };

const char *lx_text_style_drawer(void)
{
	static const char *const ids[] = {"text_gdiplus_v3", "text_gdiplus_v2", "text_ft2_source_v2"};

	/* Asking for the name is the one question about an unknown id that OBS takes calmly. */
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (obs_source_get_display_name(ids[i]))
			return ids[i];
	return NULL;
}

static bool is_freetype(const char *drawer)
{
	return strncmp(drawer, "text_ft2", 8) == 0;
}

static const char *drawn_name(const char *drawer, const struct option *option)
{
	if (!drawer)
		return NULL;
	return is_freetype(drawer) ? option->freetype : option->gdiplus;
}

void lx_text_style_defaults(obs_data_t *settings)
{
	obs_data_t *font = obs_data_create();

	obs_data_set_default_string(font, "face", DEFAULT_FACE);
	obs_data_set_default_int(font, "size", DEFAULT_SIZE);
	for (const struct option *option = options; option < options + OPTIONS; option++) {
		switch (option->kind) {
		case KIND_FONT:
			obs_data_set_default_obj(settings, option->name, font);
			break;
		case KIND_BOOL:
			obs_data_set_default_bool(settings, option->name, option->preset);
			break;
		case KIND_INT:
		case KIND_COLOR:
		case KIND_NUMBERED_CHOICE:
			obs_data_set_default_int(settings, option->name, option->preset);
			break;
		case KIND_FLOAT:
			obs_data_set_default_double(settings, option->name, option->preset);
			break;
		case KIND_CHOICE:
			obs_data_set_default_string(settings, option->name, option->choices[0].value);
			break;
		}
	}
	obs_data_release(font);
}

static bool on_switch(obs_properties_t *properties, obs_property_t *property, obs_data_t *settings)
{
	const char *const name = obs_property_name(property);
	const bool on = obs_data_get_bool(settings, name);

	for (const struct option *option = options; option < options + OPTIONS; option++)
		if (option->parent && strcmp(option->parent, name) == 0)
			obs_property_set_visible(obs_properties_get(properties, option->name), on);
	return true;
}

static bool has_children(const struct option *parent)
{
	for (const struct option *option = options; option < options + OPTIONS; option++)
		if (option->parent && strcmp(option->parent, parent->name) == 0)
			return true;
	return false;
}

static void add_choice(obs_properties_t *properties, const struct option *option, const struct lx_text *text)
{
	const bool numbered = option->kind == KIND_NUMBERED_CHOICE;
	obs_property_t *list = obs_properties_add_list(properties, option->name, lx_text_get(text, option->label),
						       OBS_COMBO_TYPE_LIST,
						       numbered ? OBS_COMBO_FORMAT_INT : OBS_COMBO_FORMAT_STRING);

	for (int i = 0; option->choices[i].label; i++) {
		const char *const label = lx_text_get(text, option->choices[i].label);
		if (numbered)
			obs_property_list_add_int(list, label, i);
		else
			obs_property_list_add_string(list, label, option->choices[i].value);
	}
}

void lx_text_style_properties(obs_properties_t *properties, const char *drawer, const struct lx_text *text)
{
	for (const struct option *option = options; option < options + OPTIONS; option++) {
		const char *const label = lx_text_get(text, option->label);
		obs_property_t *property;

		if (!drawn_name(drawer, option))
			continue;
		switch (option->kind) {
		case KIND_FONT:
			obs_properties_add_font(properties, option->name, label);
			break;
		case KIND_BOOL:
			property = obs_properties_add_bool(properties, option->name, label);
			if (!is_freetype(drawer) && has_children(option))
				obs_property_set_modified_callback(property, on_switch);
			break;
		case KIND_INT:
			obs_properties_add_int(properties, option->name, label, option->min, option->max, 1);
			break;
		case KIND_FLOAT:
			obs_properties_add_float_slider(properties, option->name, label, option->min, option->max, 0.1);
			break;
		case KIND_COLOR:
			obs_properties_add_color_alpha(properties, option->name, label);
			break;
		case KIND_CHOICE:
		case KIND_NUMBERED_CHOICE:
			add_choice(properties, option, text);
			break;
		}
	}
}

void lx_text_style_apply(const char *drawer, obs_data_t *settings, obs_data_t *drawn)
{
	for (const struct option *option = options; option < options + OPTIONS; option++) {
		const char *const name = drawn_name(drawer, option);
		obs_data_t *font;
		uint32_t color;

		if (!name)
			continue;
		switch (option->kind) {
		case KIND_FONT:
			font = obs_data_get_obj(settings, option->name);
			obs_data_set_obj(drawn, name, font);
			obs_data_release(font);
			break;
		case KIND_BOOL:
			obs_data_set_bool(drawn, name, obs_data_get_bool(settings, option->name));
			break;
		case KIND_INT:
		case KIND_NUMBERED_CHOICE:
			obs_data_set_int(drawn, name, obs_data_get_int(settings, option->name));
			break;
		case KIND_FLOAT:
			obs_data_set_double(drawn, name, obs_data_get_double(settings, option->name));
			break;
		case KIND_COLOR:
			color = (uint32_t)obs_data_get_int(settings, option->name);
			if (is_freetype(drawer)) {
				obs_data_set_int(drawn, name, color);
			} else {
				obs_data_set_int(drawn, name, color & 0xFFFFFF);
				obs_data_set_int(drawn, option->gdiplus_opacity, ((color >> 24) * 100 + 127) / 255);
			}
			break;
		case KIND_CHOICE:
			obs_data_set_string(drawn, name, obs_data_get_string(settings, option->name));
			break;
		}
	}
}
