/*
 * Settings: which moments chat marks by itself, in which words, and where markers go besides the log.
 */
#pragma once

#include "ui/settings/page.hpp"

class QCheckBox;
class QComboBox;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace lx::ui {

class MarkersSettingsPage : public SettingsPage {
	Q_OBJECT

public:
	explicit MarkersSettingsPage(Context &context);

	void load() override;
	void apply() override;

private:
	void updatePermission();

	QCheckBox *peaks_;
	QComboBox *sensitivity_;
	QPlainTextEdit *words_;
	QSpinBox *people_;
	QSpinBox *lead_;
	QCheckBox *twitch_;
	QPushButton *permission_;
	QCheckBox *chapters_;
	QCheckBox *automatic_;
	QCheckBox *subtitles_;
};

} // namespace lx::ui
