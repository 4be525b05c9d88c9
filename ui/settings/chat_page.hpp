/*
 * Settings: what chat looks like, and how long the timeout buttons are.
 */
#pragma once

#include "ui/settings/page.hpp"

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QSpinBox;

namespace lx::ui {

class ChatSettingsPage : public SettingsPage {
	Q_OBJECT

public:
	explicit ChatSettingsPage(Context &context);

	void load() override;
	void apply() override;

private:
	/* A length of time as number and unit. */
	struct DurationField {
		QSpinBox *number = nullptr;
		QComboBox *unit = nullptr;
	};

	DurationField buildDuration(const QString &name, QHBoxLayout &row);
	static int secondsOf(const DurationField &field);
	static void showSeconds(const DurationField &field, int seconds);

	DurationField timeouts_[3];
	QCheckBox *time_;
	QCheckBox *seconds_;
	QCheckBox *badges_;
	QCheckBox *deleted_;
	QSpinBox *font_;
	QCheckBox *emotes_[4] = {}; /* in the order of their settings */
	QCheckBox *animated_;
};

} // namespace lx::ui
