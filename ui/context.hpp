/*
 * What every page is given: the context of the plugin and the parts built on it. Lives as long as the dock.
 */
#pragma once

#include <QString>

#include "ui/feed.hpp"
#include "ui/intents.hpp"
#include "ui/rules/rules.hpp"
#include "ui/session.hpp"
#include "ui/streamer_mode.hpp"
#include "ui/text.hpp"
#include "ui/ui.h"

namespace lx::ui {

struct Context {
	explicit Context(const struct lx_ui_context &given);

	struct lx_ui_context core;
	QString language;
	Text text;
	Session session;
	Intents intents;
	StreamerMode streamerMode;
	Rules rules;

	QString setting(enum lx_setting setting) const;
	int number(enum lx_setting setting) const;
	bool flag(enum lx_setting setting) const;
	/* Saves, or has the plugin save. */
	void settingsChanged();
	bool openUrl(const QString &url);
	/* A sound of a rule, as loud as the rules say. */
	void play(const QString &sound);
	qint64 nowMs() const;
	/* Whether there is an application to sign in with. */
	bool hasClientId() const;
};

} // namespace lx::ui
