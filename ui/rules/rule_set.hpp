/*
 * The user's rules and views as the interface works on them; chat/rules.h keeps them in a file.
 */
#pragma once

#include <vector>

#include <QString>

#include "bus/event.h"
#include "chat/rules.h"

namespace lx::ui {

struct RuleDef {
	QString name;
	QString query;
	QString sound;
	quint32 color = LX_COLOR_NONE;
	bool enabled = true;
	bool hide = false;
};

struct ViewDef {
	int id = 0; /* of this run; 0: not given one yet */
	QString name;
	QString query;
	bool open = false;      /* has a tab */
	bool temporary = false; /* goes when its tab is closed, or with OBS */
};

struct RuleSet {
	std::vector<RuleDef> rules;
	std::vector<ViewDef> views;
	bool spareModerators = true; /* they are never hidden */
	bool hideShared = false;     /* what was typed in other channels of a shared chat */
	int volume = 60;

	static RuleSet of(const struct lx_rules *rules);
	/* Those of the views that most people want which are not among these. */
	std::vector<ViewDef> readyViews(const struct lx_text *texts) const;
	/* To be destroyed by the caller. */
	struct lx_rules *toCore(bool withTemporaries) const;
};

} // namespace lx::ui
