#include "ui/chat/action_strip.hpp"

#include <algorithm>

#include <QPainter>

#include "ui/chat/colors.hpp"
#include "ui/icons.hpp"
#include "ui/text.hpp"

namespace lx::ui {

namespace {

constexpr int iconWidth = 28;
constexpr int labelPadding = 7;
constexpr int gap = 1;
constexpr int margin = 3;

constexpr RowAction order[] = {RowAction::Allow,    RowAction::Deny,     RowAction::Reply,
			       RowAction::Delete,   RowAction::Timeout1, RowAction::Timeout2,
			       RowAction::Timeout3, RowAction::Unban,    RowAction::Ban};

Icon iconOf(RowAction action)
{
	switch (action) {
	case RowAction::Reply:
		return Icon::Reply;
	case RowAction::Delete:
		return Icon::Delete;
	case RowAction::Unban:
		return Icon::Undo;
	default:
		return Icon::Ban;
	}
}

} // namespace

bool actionFits(RowAction action, const ChatRow &row, const ActionRules &rules)
{
	if (rules.readOnly || !row.hasAuthor() || row.kind == RowKind::Info || row.kind == RowKind::Gap) {
		return false;
	}
	const bool own = !rules.ownUserId.isEmpty() && row.userId == rules.ownUserId;
	const bool out = row.fate == Fate::TimedOut || row.fate == Fate::Banned;
	switch (action) {
	case RowAction::Allow:
	case RowAction::Deny:
		return row.kind == RowKind::Held && row.fateText.isEmpty() && !own;
	case RowAction::Reply:
		return !row.id.isEmpty() && row.fate == Fate::None && row.kind != RowKind::Held;
	case RowAction::Delete:
		return !row.id.isEmpty() && !row.text.isEmpty() && row.fate == Fate::None && row.kind != RowKind::Held;
	case RowAction::Timeout1:
	case RowAction::Timeout2:
	case RowAction::Timeout3:
	case RowAction::Ban:
		return !own && row.fate != Fate::Banned;
	case RowAction::Unban:
		return !own && out;
	case RowAction::None:
		break;
	}
	return false;
}

QString actionLabel(RowAction action, const ActionRules &rules, const Text &text)
{
	switch (action) {
	case RowAction::Reply:
		return text("Chat.Button.Reply");
	case RowAction::Delete:
		return text("Chat.Button.Delete");
	case RowAction::Timeout1:
	case RowAction::Timeout2:
	case RowAction::Timeout3:
		return text("Chat.Button.Timeout",
			    {text.duration(rules.timeoutsS[size_t(action) - size_t(RowAction::Timeout1)])});
	case RowAction::Ban:
		return text("Chat.Button.Ban");
	case RowAction::Unban:
		return text("Chat.Button.Unban");
	case RowAction::Allow:
		return text("Chat.Button.Allow");
	case RowAction::Deny:
		return text("Chat.Button.Deny");
	case RowAction::None:
		break;
	}
	return {};
}

Qt::Key actionKey(RowAction action)
{
	switch (action) {
	case RowAction::Reply:
		return Qt::Key_R;
	case RowAction::Delete:
		return Qt::Key_D;
	case RowAction::Timeout1:
		return Qt::Key_1;
	case RowAction::Timeout2:
		return Qt::Key_2;
	case RowAction::Timeout3:
		return Qt::Key_3;
	case RowAction::Ban:
		return Qt::Key_B;
	case RowAction::Allow:
		return Qt::Key_A;
	case RowAction::Deny:
		return Qt::Key_X;
	default:
		return Qt::Key(0);
	}
}

ActionStrip::ActionStrip(const ChatRow &row, const QRect &area, const ActionRules &rules, RowAction confirming,
			 const QFontMetrics &metrics, const Text &text)
{
	int width = 0;
	for (const RowAction action : order) {
		if (!actionFits(action, row, rules)) {
			continue;
		}
		Button button{action, {}, {}};
		if (action == confirming) {
			button.label = text("Chat.Button.Sure");
		} else if (isTimeout(action)) {
			button.label =
				text.shortDuration(rules.timeoutsS[size_t(action) - size_t(RowAction::Timeout1)]);
		} else if (action == RowAction::Allow || action == RowAction::Deny) {
			button.label = actionLabel(action, rules, text);
		}
		const int wanted = button.label.isEmpty() ? iconWidth
							  : metrics.horizontalAdvance(button.label) + 2 * labelPadding;
		button.rect = QRect(0, 0, std::max(iconWidth, wanted), buttonHeight);
		width += button.rect.width() + gap;
		buttons_.push_back(button);
	}
	/* In a very narrow dock the first ones give way: answering and deleting are in the menu too. */
	while (buttons_.size() > 1 && width + 2 * margin > area.width()) {
		width -= buttons_.front().rect.width() + gap;
		buttons_.erase(buttons_.begin());
	}
	if (buttons_.empty()) {
		return;
	}
	int x = area.right() + 1 - margin - width;
	const int y = area.top() + std::max(0, std::min(area.height() - buttonHeight, 36 - buttonHeight) / 2);
	rect_ = QRect(x - margin, y - 1, width + 2 * margin - gap, buttonHeight + 2);
	for (Button &button : buttons_) {
		button.rect.moveTo(x, y);
		x += button.rect.width() + gap;
	}
}

RowAction ActionStrip::at(const QPoint &position) const
{
	for (const Button &button : buttons_) {
		if (button.rect.contains(position)) {
			return button.action;
		}
	}
	return RowAction::None;
}

void ActionStrip::paint(QPainter &painter, const Theme &theme, const QFont &font, const ActionRules &rules,
			RowAction hovered, RowAction pressed, RowAction confirming) const
{
	if (buttons_.empty()) {
		return;
	}
	const QColor panel = blend(theme.base, theme.text, 0.12);
	painter.setRenderHint(QPainter::Antialiasing);
	painter.setPen(QPen(blend(theme.base, theme.text, 0.26), 1));
	painter.setBrush(panel);
	painter.drawRoundedRect(QRectF(rect_).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
	painter.setFont(font);
	for (const Button &button : buttons_) {
		const bool enabled = rules.allows(button.action);
		const bool severe = button.action == RowAction::Ban;
		const bool asks = button.action == confirming;
		QColor background = panel;
		if (asks) {
			background = theme.tone(Tone::Bad);
		} else if (enabled && button.action == hovered) {
			background = blend(panel, severe ? theme.tone(Tone::Bad) : theme.text,
					   button.action == pressed ? 0.42 : 0.24);
		}
		if (background != panel) {
			painter.setPen(Qt::NoPen);
			painter.setBrush(background);
			painter.drawRoundedRect(QRectF(button.rect).adjusted(0.5, 1, -0.5, -1), 4, 4);
		}
		QColor color = severe && !asks ? theme.tone(Tone::Bad, background) : readable(theme.text, background);
		if (!enabled) {
			color = blend(background, theme.text, 0.35);
		}
		if (button.label.isEmpty()) {
			const QRectF icon(button.rect.center().x() - 7.5, button.rect.center().y() - 7.5, 16, 16);
			drawIcon(painter, iconOf(button.action), icon, color);
		} else {
			painter.setPen(color);
			painter.drawText(button.rect, Qt::AlignCenter, button.label);
		}
	}
	painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace lx::ui
