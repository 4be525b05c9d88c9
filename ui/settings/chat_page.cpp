#include "ui/settings/chat_page.hpp"

#include <QComboBox>
#include <QFormLayout>
#include <QSpinBox>

#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int maxTimeoutS = 1209600; /* Twitch's longest, two weeks */
constexpr int unitSeconds[] = {1, 60, 3600, 86400};

} // namespace

ChatSettingsPage::ChatSettingsPage(Context &context)
	: SettingsPage(context, "Settings.Chat", Icon::Ban), streamer_(new QComboBox)
{
	for (int i = 0; i < 3; i++) {
		const QString name = text_("Settings.Timeout", {QString::number(i + 1)});
		auto *row = new QHBoxLayout;
		timeouts_[i] = buildDuration(name, *row);
		form().addRow(name, row);
	}
	streamer_->setAccessibleName(text_("Streamer.Mode"));
	for (const char *key : {"Streamer.Off", "Streamer.On", "Streamer.Automatic"}) {
		streamer_->addItem(text_(key));
	}
	form().addRow(text_("Streamer.Mode"), streamer_);
	form().addRow(mutedLabel(text_("Streamer.Hint")));
}

ChatSettingsPage::DurationField ChatSettingsPage::buildDuration(const QString &name, QHBoxLayout &row)
{
	DurationField field;
	field.number = new QSpinBox;
	field.number->setRange(1, maxTimeoutS);
	field.number->setAccessibleName(name);
	field.unit = new QComboBox;
	field.unit->setAccessibleName(name);
	for (const char *key :
	     {"Settings.Unit.Seconds", "Settings.Unit.Minutes", "Settings.Unit.Hours", "Settings.Unit.Days"}) {
		field.unit->addItem(text_(key));
	}
	row.setSpacing(6);
	row.addWidget(field.number, 1);
	row.addWidget(field.unit, 1);
	return field;
}

int ChatSettingsPage::secondsOf(const DurationField &field)
{
	const qint64 seconds = qint64(field.number->value()) * unitSeconds[field.unit->currentIndex()];
	return int(std::min<qint64>(seconds, maxTimeoutS));
}

void ChatSettingsPage::showSeconds(const DurationField &field, int seconds)
{
	int unit = 0;
	for (int i = 0; i < 4; i++) {
		if (seconds % unitSeconds[i] == 0) {
			unit = i;
		}
	}
	field.unit->setCurrentIndex(unit);
	field.number->setValue(seconds / unitSeconds[unit]);
}

void ChatSettingsPage::load()
{
	for (int i = 0; i < 3; i++) {
		showSeconds(timeouts_[i], context_.number(lx_setting(LX_SETTING_TIMEOUT_1 + i)));
	}
	streamer_->setCurrentIndex(context_.number(LX_SETTING_STREAMER_MODE));
}

void ChatSettingsPage::apply()
{
	struct lx_settings *settings = context_.core.settings;
	for (int i = 0; i < 3; i++) {
		lx_settings_set_int(settings, lx_setting(LX_SETTING_TIMEOUT_1 + i), secondsOf(timeouts_[i]));
	}
	lx_settings_set_int(settings, LX_SETTING_STREAMER_MODE, streamer_->currentIndex());
}

} // namespace lx::ui
