/*
 * The moderator's buttons at the right end of a line: which ones, where, drawing them. The view owns the state.
 */
#pragma once

#include <array>
#include <vector>

#include <QFontMetrics>
#include <QRect>
#include <QString>

#include "ui/chat/row.hpp"
#include "ui/theme.hpp"

class QPainter;

namespace lx::ui {

class Text;

enum class RowAction : quint8 { None, Reply, Delete, Timeout1, Timeout2, Timeout3, Ban, Unban, Allow, Deny };

inline bool isTimeout(RowAction action)
{
	return action >= RowAction::Timeout1 && action <= RowAction::Timeout3;
}

/* What the buttons of all rows have in common. */
struct ActionRules {
	std::array<int, 3> timeoutsS = {60, 600, 3600};
	bool canModerate = false;
	bool canReply = false;
	bool readOnly = false;  /* lines of the past: nothing can be done to them */
	QString whyNotModerate; /* and what to do; tooltip of buttons that do nothing */
	QString whyNotReply;
	QByteArray ownUserId;

	bool allows(RowAction action) const { return action == RowAction::Reply ? canReply : canModerate; }
	const QString &whyNot(RowAction action) const
	{
		return action == RowAction::Reply ? whyNotReply : whyNotModerate;
	}
};

/* Whether an action makes sense for a line at all, whoever may do it. */
bool actionFits(RowAction action, const ChatRow &row, const ActionRules &rules);

/* For menus, tooltips, screen readers. */
QString actionLabel(RowAction action, const ActionRules &rules, const Text &text);
/* The key that does it while the list has the focus; 0 = none. */
Qt::Key actionKey(RowAction action);

class ActionStrip {
public:
	struct Button {
		RowAction action;
		QRect rect;
		QString label; /* empty = its icon */
	};

	static constexpr int buttonHeight = 24;

	/* `area` is the part of the row on screen. */
	ActionStrip(const ChatRow &row, const QRect &area, const ActionRules &rules, RowAction confirming,
		    const QFontMetrics &metrics, const Text &text);

	const std::vector<Button> &buttons() const { return buttons_; }
	const QRect &rect() const { return rect_; }
	RowAction at(const QPoint &position) const;
	void paint(QPainter &painter, const Theme &theme, const QFont &font, const ActionRules &rules,
		   RowAction hovered, RowAction pressed, RowAction confirming) const;

private:
	std::vector<Button> buttons_;
	QRect rect_;
};

} // namespace lx::ui
