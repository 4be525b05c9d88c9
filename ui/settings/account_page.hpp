/*
 * Settings: who is signed in, and which channel is read. Signing in and out act at once.
 */
#pragma once

#include "ui/settings/page.hpp"

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace lx::ui {

class Veil;

class AccountPage : public SettingsPage {
	Q_OBJECT

public:
	explicit AccountPage(Context &context);

	void load() override;
	QString whyNot() const override;
	void apply() override;
	void applied() override;
	void stop() override;

private:
	void updateAccounts();

	Veil *veil_; /* over the names of the accounts */
	QLabel *accounts_[LX_ACCOUNT_COUNT] = {};
	QPushButton *accountButtons_[LX_ACCOUNT_COUNT] = {};
	QLineEdit *channel_;
	QLabel *channelHint_;
	QCheckBox *autoConnect_;
	bool otherChannel_ = false;
};

} // namespace lx::ui
