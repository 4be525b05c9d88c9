/*
 * Asks before a link of the chat is opened: the whole address, the host it leads to, and what is suspicious about it. Nothing is fetched
 * before the user says so.
 */
#pragma once

#include <QDialog>

#include "ui/context.hpp"

namespace lx::ui {

class LinkDialog : public QDialog {
	Q_OBJECT

public:
	LinkDialog(Context &context, const QString &url, QWidget *parent);
};

} // namespace lx::ui
