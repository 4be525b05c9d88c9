/*
 * One page of the settings: a subject, built once, with its own fields. The dialog knows nothing of what is on it.
 *
 * A page is a file of its own and one line in the list in dialog.cpp. UI thread.
 */
#pragma once

#include <QWidget>

#include "ui/context.hpp"
#include "ui/icons.hpp"

class QFormLayout;

namespace lx::ui {

class SettingsPage : public QWidget {
	Q_OBJECT

public:
	/* `titleKey`: key of one or two words that stand in the list of pages. */
	SettingsPage(Context &context, const char *titleKey, Icon icon);

	const QString &title() const { return title_; }
	Icon icon() const { return icon_; }

	/* Fills the fields from what counts now. Once, when the dialog opens. */
	virtual void load() = 0;
	/* What is wrong with the fields, as a sentence; empty: they can be applied. */
	virtual QString whyNot() const { return {}; }
	/* Writes the fields into the settings. Every page has said that they are right. */
	virtual void apply() = 0;
	/* After all pages were applied and the settings were saved: what acts beyond the settings. */
	virtual void applied() {}
	/* OBS ends: nothing of the context but its text is touched any more. */
	virtual void stop() {}

Q_SIGNALS:
	/* whyNot() may say something else now. */
	void changed();
	void signInWanted(enum lx_account_role role);

protected:
	/* The form that the page's fields stand in. */
	QFormLayout &form() { return *form_; }

	Context &context_;
	const Text &text_;

private:
	QString title_;
	Icon icon_;
	QFormLayout *form_;
};

} // namespace lx::ui
