#include "ui/log/help.hpp"

#include <algorithm>

#include <QDate>
#include <QFontDatabase>
#include <QGridLayout>
#include <QScreen>
#include <QScrollArea>

#include "ui/text.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int mostWidth = 420;

/* Examples are the language itself and the same everywhere; those in words come from the texts. */
struct {
	const char *example; /* key of it, where it begins with "LogPage." */
	const char *meaning;
} const rows[] = {
	{"LogPage.Example.Words", "LogPage.Help.Words"},
	{"\"LogPage.Example.Phrase", "LogPage.Help.Phrase"}, /* to be put between quotation marks */
	{"LogPage.Example.Not", "LogPage.Help.Not"},
	{"from:", "LogPage.Help.From"},
	{"in:", "LogPage.Help.In"},
	{"has:link", "LogPage.Help.Has"},
	{"is:first", "LogPage.Help.Is"},
	{"is:deleted", "LogPage.Help.Deleted"},
	{"stream:last", "LogPage.Help.Stream"},
	{"on:today", "LogPage.Help.On"},
	{"after:7d", "LogPage.Help.After"},
	{"before:%1", "LogPage.Help.Before"},
	{"/colou?r/", "LogPage.Help.Regex"},
	{"sort:best", "LogPage.Help.Sort"},
};

} // namespace

QueryHelp::QueryHelp(const Text &text, QWidget *parent) : QFrame(parent, Qt::Popup)
{
	setAttribute(Qt::WA_DeleteOnClose);
	setObjectName(QStringLiteral("livextremQueryHelp"));
	setFrameShape(QFrame::StyledPanel);
	setAccessibleName(text("LogPage.Help"));
	auto *outer = new QVBoxLayout(this);
	outer->setContentsMargins(0, 0, 0, 0);
	auto *scroll = new QScrollArea(this);
	scroll->setWidgetResizable(true);
	scroll->setFrameShape(QFrame::NoFrame);
	scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	auto *inside = new QWidget(scroll);
	auto *grid = new QGridLayout(inside);
	grid->setContentsMargins(10, 10, 10, 10);
	grid->setHorizontalSpacing(10);
	grid->setVerticalSpacing(4);
	grid->setColumnStretch(1, 1);
	grid->addWidget(titleLabel(text("LogPage.Help"), inside), 0, 0, 1, 2);
	grid->addWidget(mutedLabel(text("LogPage.Help.All"), inside), 1, 0, 1, 2);
	QFont fixed = font();
	fixed.setFamilies(QFontDatabase::systemFont(QFontDatabase::FixedFont).families());
	int at = 2;
	for (const auto &row : rows) {
		QString example = QLatin1StringView(row.example);
		if (example.startsWith(u'"')) {
			example = QStringLiteral("\"%1\"").arg(text(row.example + 1));
		} else if (example.startsWith(QLatin1StringView("LogPage."))) {
			example = text(row.example);
		}
		if (example.contains(QLatin1StringView("%1"))) {
			const QDate day = QDate::currentDate().addMonths(-1);
			example = example.arg(QDate(day.year(), day.month(), 1).toString(Qt::ISODate));
		}
		auto *button = new QPushButton(example, inside);
		button->setFont(fixed);
		button->setCursor(Qt::PointingHandCursor);
		button->setAccessibleDescription(text(row.meaning));
		connect(button, &QPushButton::clicked, this, [this, example] {
			Q_EMIT chosen(example);
			close();
		});
		grid->addWidget(button, at, 0, Qt::AlignTop);
		grid->addWidget(plainLabel(text(row.meaning), inside), at, 1, Qt::AlignVCenter);
		at++;
	}
	grid->addWidget(mutedLabel(text("LogPage.Keys"), inside), at, 0, 1, 2);
	scroll->setWidget(inside);
	outer->addWidget(scroll);
}

void QueryHelp::showBelow(const QWidget *anchor)
{
	const QRect screen = anchor->screen()->availableGeometry();
	const int width = std::min(mostWidth, screen.width());
	setFixedWidth(width);
	QWidget *inside = findChild<QScrollArea *>()->widget();
	const int wanted = inside->layout()->hasHeightForWidth() ? inside->layout()->heightForWidth(width - 20)
								 : inside->sizeHint().height();
	const QPoint below = anchor->mapToGlobal(QPoint(anchor->width(), anchor->height() + 2));
	const int height = std::min(wanted + 4, screen.height() - 20);
	const int x = std::clamp(below.x() - width, screen.left(), std::max(screen.left(), screen.right() - width));
	const int y = std::clamp(below.y(), screen.top(), std::max(screen.top(), screen.bottom() - height));
	setFixedHeight(height);
	move(x, y);
	show();
}

} // namespace lx::ui
