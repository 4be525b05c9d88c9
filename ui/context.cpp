#include "ui/context.hpp"

#include <QApplication>
#include <QDesktopServices>
#include <QUrl>

#include <util/bmem.h>

namespace lx::ui {

Context::Context(const struct lx_ui_context &given)
	: core(given), language(QString::fromUtf8(given.language)), text(given.text), session(text),
	  intents(given.procs), rules(given.text, given.clock, session, QString::fromUtf8(given.rules_path))
{
	streamerMode.setWish(StreamerMode::Wish(number(LX_SETTING_STREAMER_MODE)));
}

QString Context::setting(enum lx_setting setting) const
{
	char *value = lx_settings_string(core.settings, setting);
	const QString result = QString::fromUtf8(value);
	bfree(value);
	return result;
}

int Context::number(enum lx_setting setting) const
{
	return int(lx_settings_int(core.settings, setting));
}

bool Context::flag(enum lx_setting setting) const
{
	return lx_settings_bool(core.settings, setting);
}

void Context::settingsChanged()
{
	streamerMode.setWish(StreamerMode::Wish(number(LX_SETTING_STREAMER_MODE)));
	if (core.settings_changed) {
		core.settings_changed(core.data);
	} else {
		lx_settings_save(core.settings);
	}
}

bool Context::openUrl(const QString &url)
{
	/* Only what a browser is for: an answer of a server must not start programs. */
	const QUrl parsed(url, QUrl::StrictMode);
	if (parsed.scheme() != QLatin1StringView("https") && parsed.scheme() != QLatin1StringView("http")) {
		return false;
	}
	if (core.open_url) {
		return core.open_url(url.toUtf8().constData(), core.data);
	}
	return QDesktopServices::openUrl(parsed);
}

void Context::play(const QString &sound)
{
	if (sound.isEmpty() || rules.set().volume <= 0) {
		return;
	}
	if (!core.play_sound || !core.play_sound(sound.toUtf8().constData(), rules.set().volume, core.data)) {
		QApplication::beep();
	}
}

qint64 Context::nowMs() const
{
	return lx_clock_unix_ms(core.clock);
}

bool Context::hasClientId() const
{
	return core.build_has_client || !setting(LX_SETTING_CLIENT_ID).isEmpty();
}

} // namespace lx::ui
