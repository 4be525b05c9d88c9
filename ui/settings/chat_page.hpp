/*
 * Settings: how long the timeout buttons are, and what is hidden from viewers.
 */
#pragma once

#include "ui/settings/page.hpp"

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
	QComboBox *streamer_;
};

} // namespace lx::ui
