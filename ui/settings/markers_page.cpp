#include "ui/settings/markers_page.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>

#include "twitch/scopes.h"
#include "ui/widgets.hpp"

namespace lx::ui {

MarkersSettingsPage::MarkersSettingsPage(Context &context)
	: SettingsPage(context, "Settings.Markers", Icon::Replay), peaks_(new QCheckBox(text_("Settings.MarkerPeaks"))),
	  sensitivity_(new QComboBox), words_(new QPlainTextEdit), people_(new QSpinBox), lead_(new QSpinBox),
	  twitch_(new QCheckBox(text_("Settings.MarkerTwitch"))),
	  permission_(new QPushButton(text_("Permission.SignIn"))),
	  chapters_(new QCheckBox(text_("Settings.MarkerChapters"))),
	  automatic_(new QCheckBox(text_("Settings.MarkerAutomatic"))),
	  subtitles_(new QCheckBox(text_("Settings.Subtitles")))
{
	form().addRow(peaks_);
	for (const char *key : {"Settings.MarkerRare", "Settings.MarkerNormal", "Settings.MarkerOften"}) {
		sensitivity_->addItem(text_(key));
	}
	form().addRow(text_("Settings.MarkerSensitivity"), sensitivity_);
	connect(peaks_, &QCheckBox::toggled, sensitivity_, &QWidget::setEnabled);
	words_->setTabChangesFocus(true);
	words_->setFixedHeight(4 * words_->fontMetrics().lineSpacing() + 12);
	words_->setAccessibleName(text_("Settings.MarkerWords"));
	form().addRow(text_("Settings.MarkerWords"), words_);
	people_->setRange(2, 20);
	form().addRow(text_("Settings.MarkerPeople"), people_);
	form().addRow(mutedLabel(text_("Settings.MarkerWordsHint")));
	lead_->setRange(0, 60);
	lead_->setSuffix(QStringLiteral(" s"));
	form().addRow(text_("Settings.MarkerLead"), lead_);
	form().addRow(mutedLabel(text_("Settings.MarkerLeadHint")));
	form().addRow(twitch_);
	form().addRow(permission_);
	form().addRow(chapters_);
	form().addRow(mutedLabel(text_("Settings.MarkerChaptersHint")));
	form().addRow(automatic_);
	form().addRow(mutedLabel(text_("Settings.MarkerAutomaticHint")));
	form().addRow(subtitles_);
	form().addRow(mutedLabel(text_("Settings.SubtitlesHint")));
	connect(twitch_, &QCheckBox::toggled, this, &MarkersSettingsPage::updatePermission);
	connect(&context_.session, &Session::accountChanged, this, &MarkersSettingsPage::updatePermission);
	connect(permission_, &QPushButton::clicked, this, [this] {
		const struct lx_ui_account &account = context_.core.account;
		account.want_scopes(LX_ACCOUNT_MAIN, lx_scopes_for_feature(LX_FEATURE_MARKERS), account.data);
		Q_EMIT signInWanted(LX_ACCOUNT_MAIN);
	});
}

/* Only who is signed in, and may not yet, is asked to sign in once more. */
void MarkersSettingsPage::updatePermission()
{
	const AccountInfo &account = context_.session.account(LX_ACCOUNT_MAIN);
	permission_->setVisible(twitch_->isChecked() && account.signedIn() &&
				!account.may(lx_scopes_for_feature(LX_FEATURE_MARKERS)));
}

void MarkersSettingsPage::load()
{
	peaks_->setChecked(context_.flag(LX_SETTING_MARKER_PEAKS));
	sensitivity_->setCurrentIndex(context_.number(LX_SETTING_MARKER_SENSITIVITY));
	sensitivity_->setEnabled(peaks_->isChecked());
	words_->setPlainText(context_.setting(LX_SETTING_MARKER_WORDS));
	people_->setValue(context_.number(LX_SETTING_MARKER_PEOPLE));
	lead_->setValue(context_.number(LX_SETTING_MARKER_LEAD));
	twitch_->setChecked(context_.flag(LX_SETTING_MARKER_TWITCH));
	chapters_->setChecked(context_.flag(LX_SETTING_MARKER_CHAPTERS));
	automatic_->setChecked(context_.flag(LX_SETTING_MARKER_AUTOMATIC));
	subtitles_->setChecked(context_.flag(LX_SETTING_SUBTITLES));
	updatePermission();
}

void MarkersSettingsPage::apply()
{
	struct lx_settings *settings = context_.core.settings;
	lx_settings_set_bool(settings, LX_SETTING_MARKER_PEAKS, peaks_->isChecked());
	lx_settings_set_int(settings, LX_SETTING_MARKER_SENSITIVITY, sensitivity_->currentIndex());
	lx_settings_set_string(settings, LX_SETTING_MARKER_WORDS,
			       words_->toPlainText().simplified().toUtf8().constData());
	lx_settings_set_int(settings, LX_SETTING_MARKER_PEOPLE, people_->value());
	lx_settings_set_int(settings, LX_SETTING_MARKER_LEAD, lead_->value());
	lx_settings_set_bool(settings, LX_SETTING_MARKER_TWITCH, twitch_->isChecked());
	lx_settings_set_bool(settings, LX_SETTING_MARKER_CHAPTERS, chapters_->isChecked());
	lx_settings_set_bool(settings, LX_SETTING_MARKER_AUTOMATIC, automatic_->isChecked());
	lx_settings_set_bool(settings, LX_SETTING_SUBTITLES, subtitles_->isChecked());
}

} // namespace lx::ui
