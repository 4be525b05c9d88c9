/*
 * What can be done with several selected lines, below the list.
 */
#pragma once

#include <map>

#include <QWidget>

#include "ui/chat/action_strip.hpp"

class QToolButton;

namespace lx::ui {

class ElidedLabel;

class SelectionBar : public QWidget {
	Q_OBJECT

public:
	SelectionBar(const Text &text, QWidget *parent);

	/* Of how many people so many messages are; rules for the tooltips and the three lengths. */
	void update(int messages, int people, const ActionRules &rules);

Q_SIGNALS:
	void actionWanted(lx::ui::RowAction action);
	void copyWanted();
	void clearWanted();

private:
	const Text &text_;
	ElidedLabel *label_;
	std::map<RowAction, QToolButton *> buttons_;
};

} // namespace lx::ui
