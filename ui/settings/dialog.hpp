/*
 * The settings. What is typed counts from OK or Apply on; Cancel leaves everything as it was. Signing in and out act at once.
 */
#pragma once

#include <QDialog>
#include <QLabel>

#include "ui/context.hpp"

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace lx::ui {

class SettingsDialog : public QDialog {
	Q_OBJECT

public:
	SettingsDialog(Context &context, QWidget *parent);

	void stop();

Q_SIGNALS:
	/* After OK or Apply. */
	void applied();
	void signInWanted(enum lx_account_role role);

private:
	/* A length of time as number and unit. */
	struct DurationField {
		QSpinBox *number = nullptr;
		QComboBox *unit = nullptr;
	};

	QWidget *buildAccount();
	QWidget *buildChat();
	QWidget *buildConnection();
	DurationField buildDuration(const QString &name, QHBoxLayout &row);
	static int secondsOf(const DurationField &field);
	static void showSeconds(const DurationField &field, int seconds);
	void load();
	void apply();
	void updateAccounts();
	void updateButtons();

	Context &context_;
	const Text &text_;
	QPushButton *applyButton_ = nullptr;
	QPushButton *okButton_ = nullptr;
	QLineEdit *channel_ = nullptr;
	QLabel *channelHint_ = nullptr;
	QCheckBox *autoConnect_ = nullptr;
	QLabel *accounts_[LX_ACCOUNT_COUNT] = {};
	QPushButton *accountButtons_[LX_ACCOUNT_COUNT] = {};
	DurationField timeouts_[3];
	QCheckBox *time_ = nullptr;
	QCheckBox *seconds_ = nullptr;
	QCheckBox *badges_ = nullptr;
	QCheckBox *deleted_ = nullptr;
	QSpinBox *font_ = nullptr;
	QCheckBox *emotes_[4] = {}; /* in the order of their settings */
	QCheckBox *animated_ = nullptr;
	QLineEdit *clientId_ = nullptr;
	QLineEdit *clientSecret_ = nullptr;
	QCheckBox *forgetSecret_ = nullptr;
	QSpinBox *port_ = nullptr;
	QCheckBox *anyPort_ = nullptr;
	QCheckBox *tokenFile_ = nullptr;
};

} // namespace lx::ui
