/*
 * Settings: a Twitch application of the user's own, the port its answer comes to, and where the sign-in is kept.
 */
#pragma once

#include "ui/settings/page.hpp"

class QCheckBox;
class QLineEdit;
class QSpinBox;

namespace lx::ui {

class ConnectionSettingsPage : public SettingsPage {
	Q_OBJECT

public:
	explicit ConnectionSettingsPage(Context &context);

	void load() override;
	void apply() override;
	void applied() override;

private:
	QLineEdit *clientId_;
	QLineEdit *clientSecret_;
	QCheckBox *forgetSecret_;
	QSpinBox *port_;
	QCheckBox *anyPort_;
	QCheckBox *tokenFile_;
	bool otherClient_ = false;
	bool otherPort_ = false;
};

} // namespace lx::ui
