/*
 * Says under the chat which of the things people do there this sign-in may not do yet, which permission that takes, and offers
 * to sign in again with it. Goes when it is granted, or when it is closed.
 */
#pragma once

#include <QWidget>

#include "ui/context.hpp"

class QLabel;

namespace lx::ui {

class PermissionBar : public QWidget {
	Q_OBJECT

public:
	explicit PermissionBar(const Context &context, QWidget *parent = nullptr);

Q_SIGNALS:
	/* Separated by spaces. */
	void permissionWanted(const QString &scopes);

protected:
	void paintEvent(QPaintEvent *event) override;

private:
	void update();

	const Context &context_;
	QLabel *label_;
	QString scopes_;
	QString closed_; /* closed while these were missing */
};

} // namespace lx::ui
