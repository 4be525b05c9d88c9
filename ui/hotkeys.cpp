#include "ui/ui.h"

namespace {

struct Hotkey {
	const char *name;
	const char *text_key;
};

constexpr Hotkey hotkeys[LX_UI_HOTKEY_COUNT] = {
	{"livextrem.ban", "Hotkey.Ban"},
	{"livextrem.timeout", "Hotkey.Timeout"},
	{"livextrem.delete", "Hotkey.Delete"},
	{"livextrem.undo", "Hotkey.Undo"},
	{"livextrem.pause", "Hotkey.Pause"},
	{"livextrem.select_previous", "Hotkey.Previous"},
	{"livextrem.select_next", "Hotkey.Next"},
	{"livextrem.marker", "Hotkey.Marker"},
	{"livextrem.marker_note", "Hotkey.MarkerNote"},
};

} // namespace

const char *lx_ui_hotkey_name(enum lx_ui_hotkey hotkey)
{
	return hotkeys[hotkey].name;
}

const char *lx_ui_hotkey_text_key(enum lx_ui_hotkey hotkey)
{
	return hotkeys[hotkey].text_key;
}
