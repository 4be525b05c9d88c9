#include "ui/settings/chat_page.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QSpinBox>

#include "chat/emotes.h"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int maxTimeoutS = 1209600; /* Twitch's longest, two weeks */
constexpr int unitSeconds[] = {1, 60, 3600, 86400};

} // namespace

ChatSettingsPage::ChatSettingsPage(Context &context)
	: SettingsPage(context, "Settings.Chat", Icon::Chat), time_(new QCheckBox(text_("Settings.ShowTime"))),
	  seconds_(new QCheckBox(text_("Settings.ShowSeconds"))), badges_(new QCheckBox(text_("Settings.ShowBadges"))),
	  deleted_(new QCheckBox(text_("Settings.ShowDeleted"))), font_(new QSpinBox),
	  animated_(new QCheckBox(text_("Settings.EmotesAnimated")))
{
	for (int i = 0; i < 3; i++) {
		const QString name = text_("Settings.Timeout", {QString::number(i + 1)});
		auto *row = new QHBoxLayout;
		timeouts_[i] = buildDuration(name, *row);
		form().addRow(name, row);
	}
	for (QCheckBox *check : {time_, seconds_, badges_, deleted_}) {
		form().addRow(check);
	}
	connect(time_, &QCheckBox::toggled, seconds_, &QWidget::setEnabled);
	font_->setRange(-4, 12);
	font_->setSuffix(text_("Settings.Points"));
	form().addRow(text_("Settings.FontDelta"), font_);
	emotes_[0] = new QCheckBox(text_("Settings.EmotesTwitch"));
	for (int i = 1; i < 4; i++) {
		emotes_[i] = new QCheckBox(text_("Settings.EmotesOf",
						 {QString::fromLatin1(lx_emote_provider_name(lx_emote_provider(i)))}));
	}
	for (QCheckBox *check : {emotes_[0], emotes_[1], emotes_[2], emotes_[3], animated_}) {
		form().addRow(check);
	}
	form().addRow(mutedLabel(text_("Settings.EmotesHint")));
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
	time_->setChecked(context_.flag(LX_SETTING_SHOW_TIME));
	seconds_->setChecked(context_.flag(LX_SETTING_SHOW_SECONDS));
	seconds_->setEnabled(time_->isChecked());
	badges_->setChecked(context_.flag(LX_SETTING_SHOW_BADGES));
	deleted_->setChecked(context_.flag(LX_SETTING_SHOW_DELETED));
	font_->setValue(context_.number(LX_SETTING_FONT_DELTA));
	for (int i = 0; i < 4; i++) {
		emotes_[i]->setChecked(context_.flag(lx_setting(LX_SETTING_EMOTES_TWITCH + i)));
	}
	animated_->setChecked(context_.flag(LX_SETTING_EMOTES_ANIMATED));
}

void ChatSettingsPage::apply()
{
	struct lx_settings *settings = context_.core.settings;
	for (int i = 0; i < 3; i++) {
		lx_settings_set_int(settings, lx_setting(LX_SETTING_TIMEOUT_1 + i), secondsOf(timeouts_[i]));
	}
	lx_settings_set_bool(settings, LX_SETTING_SHOW_TIME, time_->isChecked());
	lx_settings_set_bool(settings, LX_SETTING_SHOW_SECONDS, seconds_->isChecked());
	lx_settings_set_bool(settings, LX_SETTING_SHOW_BADGES, badges_->isChecked());
	lx_settings_set_bool(settings, LX_SETTING_SHOW_DELETED, deleted_->isChecked());
	lx_settings_set_int(settings, LX_SETTING_FONT_DELTA, font_->value());
	for (int i = 0; i < 4; i++) {
		lx_settings_set_bool(settings, lx_setting(LX_SETTING_EMOTES_TWITCH + i), emotes_[i]->isChecked());
	}
	lx_settings_set_bool(settings, LX_SETTING_EMOTES_ANIMATED, animated_->isChecked());
}

} // namespace lx::ui
