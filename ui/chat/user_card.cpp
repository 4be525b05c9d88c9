#include "ui/chat/user_card.hpp"

#include <QClipboard>
#include <QDateTime>
#include <QGridLayout>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QScreen>
#include <QVBoxLayout>

#include "ui/chat/colors.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/row_layout.hpp"
#include "ui/text.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr size_t maxShown = 100;
constexpr int cardWidth = 320;

} // namespace

UserCard::UserCard(const ChatModel &model, quint64 seq, const ActionRules &rules, const Text &text, bool discreet,
		   QWidget *parent)
	: QFrame(parent, Qt::Popup), text_(text), discreet_(discreet)
{
	setAttribute(Qt::WA_DeleteOnClose);
	setObjectName(QStringLiteral("livextremUserCard"));
	setFrameShape(QFrame::StyledPanel);
	setFixedWidth(cardWidth);
	const ChatRow row = model.row(seq);
	setAccessibleName(row.name);
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(10, 10, 10, 10);
	column->setSpacing(6);
	addIdentity(*column, row);
	addMessages(*column, model, row);
	addButtons(*column, row, rules);
}

void UserCard::addIdentity(QVBoxLayout &column, const ChatRow &row)
{
	auto *head = new QHBoxLayout;
	auto *name = titleLabel(row.name, this);
	QPalette colors = name->palette();
	colors.setColor(QPalette::WindowText, RowLayout::nameColor(row, colors.color(QPalette::Window)));
	name->setPalette(colors);
	head->addWidget(name, 1);
	auto *copy = new IconButton(Icon::Copy, text_("Chat.CopyName"), this);
	connect(copy, &QToolButton::clicked, this,
		[login = row.login] { QGuiApplication::clipboard()->setText(login); });
	head->addWidget(copy, 0, Qt::AlignTop);
	column.addLayout(head);

	QLabel *ids = mutedLabel(discreet_ ? text_("Streamer.Hidden")
					   : text_("Chat.Card.Ids", {row.login, QString::fromUtf8(row.userId)}),
				 this);
	ids->setTextInteractionFlags(Qt::TextSelectableByMouse);
	column.addWidget(ids);

	QStringList roles;
	for (const Badge &badge : row.badges) {
		roles << badgeLabel(badge, text_);
	}
	if (!roles.isEmpty()) {
		column.addWidget(plainLabel(roles.join(QStringLiteral(" · ")), this));
	}
	if (!row.status().isEmpty() && !discreet_) {
		column.addWidget(plainLabel(row.status(), this));
	}
}

void UserCard::addMessages(QVBoxLayout &column, const ChatModel &model, const ChatRow &row)
{
	const std::vector<quint64> seqs = model.rowsOf(row.userId, row.login);
	column.addWidget(mutedLabel(text_("Chat.Card.Messages", {QString::number(seqs.size())}), this));
	auto *lines = new QPlainTextEdit(this);
	lines->setReadOnly(true);
	lines->setAccessibleName(text_("Chat.Card.Messages", {QString::number(seqs.size())}));
	lines->setFixedHeight(fontMetrics().lineSpacing() * 7);
	QStringList shown;
	for (size_t i = seqs.size() > maxShown ? seqs.size() - maxShown : 0; i < seqs.size(); i++) {
		const ChatRow &line = model.row(seqs[i]);
		const QString time = QDateTime::fromMSecsSinceEpoch(line.timeMs).toString(QStringLiteral("HH:mm"));
		shown << time + QStringLiteral("  ") + (line.text.isEmpty() ? line.caption : line.text);
	}
	lines->setPlainText(shown.join(u'\n'));
	lines->moveCursor(QTextCursor::End);
	column.addWidget(lines);
}

void UserCard::addButtons(QVBoxLayout &column, const ChatRow &row, const ActionRules &rules)
{
	auto *grid = new QGridLayout;
	grid->setSpacing(4);
	int at = 0;
	for (const RowAction action :
	     {RowAction::Timeout1, RowAction::Timeout2, RowAction::Timeout3, RowAction::Ban, RowAction::Unban}) {
		if (!actionFits(action, row, rules)) {
			continue;
		}
		auto *button = new QPushButton(actionLabel(action, rules, text_), this);
		button->setEnabled(rules.allows(action));
		button->setToolTip(rules.allows(action) ? QString() : rules.whyNot(action));
		/* Moderators are asked about once more, on the button itself. */
		connect(button, &QPushButton::clicked, this,
			[this, button, action, asks = row.isProtected() && action != RowAction::Unban]() mutable {
				if (asks) {
					asks = false;
					button->setText(text_("Chat.Button.Sure"));
					return;
				}
				Q_EMIT actionRequested(action);
				close();
			});
		grid->addWidget(button, at / 2, at % 2);
		at++;
	}
	column.addLayout(grid);
}

void UserCard::showAt(const QPoint &global)
{
	adjustSize();
	QPoint corner = global;
	if (const QScreen *screen = QGuiApplication::screenAt(global)) {
		const QRect area = screen->availableGeometry();
		corner.setX(std::clamp(corner.x(), area.left(), std::max(area.left(), area.right() - width())));
		corner.setY(std::clamp(corner.y(), area.top(), std::max(area.top(), area.bottom() - height())));
	}
	move(corner);
	show();
}

} // namespace lx::ui
