/*
 * The settings: pages, their list at the left, and the buttons. What is typed counts from OK or Apply on; Cancel leaves everything as
 * it was.
 */
#pragma once

#include <vector>

#include <QDialog>

#include "ui/context.hpp"

class QListWidget;
class QPushButton;
class QStackedWidget;

namespace lx::ui {

class SettingsPage;

class SettingsDialog : public QDialog {
	Q_OBJECT

public:
	SettingsDialog(Context &context, QWidget *parent);

	int pageCount() const { return int(pages_.size()); }
	void showPage(int page);
	/* That of the chat log. */
	void showLog();
	void stop();

Q_SIGNALS:
	/* Somebody was removed from the log; either may be empty. */
	void forgotten(const QByteArray &userId, const QString &login);
	/* After OK or Apply. */
	void applied();
	void signInWanted(enum lx_account_role role);

protected:
	void changeEvent(QEvent *event) override;

private:
	void add(SettingsPage *page);
	void drawIcons();
	bool apply();
	void updateButtons();

	Context &context_;
	QListWidget *list_;
	QStackedWidget *stack_;
	QPushButton *applyButton_;
	QPushButton *okButton_;
	std::vector<SettingsPage *> pages_;
	int logPage_ = 0;
};

} // namespace lx::ui
