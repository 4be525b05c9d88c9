#include "ui/header.hpp"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QKeySequence>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/chat/colors.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int dotRadius = 4;
constexpr int tabPadding = 10;
constexpr int signSize = 16;
constexpr int signGap = 6;
constexpr int stateWidth = 76; /* of the connection's words, at least */
constexpr int tabHeight = 28;
constexpr int minuteMs = 60000;

Tone toneOf(Session::Mood mood)
{
	switch (mood) {
	case Session::Mood::Off:
		return Tone::Plain;
	case Session::Mood::Busy:
		return Tone::Warning;
	case Session::Mood::Good:
		return Tone::Good;
	case Session::Mood::Bad:
		return Tone::Bad;
	}
	return Tone::Plain;
}

QString hoursMinutes(qint64 seconds)
{
	return QStringLiteral("%1:%2").arg(seconds / 3600).arg(seconds % 3600 / 60, 2, 10, QLatin1Char('0'));
}

} // namespace

PageButton::PageButton(QWidget *parent) : QToolButton(parent)
{
	setCheckable(true);
	setCursor(Qt::PointingHandCursor);
	setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void PageButton::setSign(Icon icon)
{
	sign_ = icon;
}

void PageButton::setMood(Session::Mood mood)
{
	mood_ = mood;
	QWidget::update();
}

void PageButton::setWordShown(bool shown)
{
	if (shown != wordShown_) {
		wordShown_ = shown;
		updateGeometry();
		QWidget::update();
	}
}

int PageButton::widthWith(bool word) const
{
	int width = 2 * tabPadding + (sign_ ? signSize : mood_ ? 2 * dotRadius : 0);
	if (word) {
		QFont bold = font();
		bold.setWeight(QFont::DemiBold);
		width += signGap + QFontMetrics(bold).horizontalAdvance(text());
	}
	return width;
}

QSize PageButton::sizeHint() const
{
	return QSize(widthWith(wordShown_), tabHeight);
}

QSize PageButton::minimumSizeHint() const
{
	return QSize(mood_ ? 48 : widthWith(false), tabHeight);
}

void PageButton::paintEvent(QPaintEvent *event)
{
	(void)event;
	QPainter painter(this);
	const QColor window = palette().color(QPalette::Window);
	const Theme theme = Theme::from(palette());
	const QColor text = readable(palette().color(QPalette::WindowText), window);
	if (underMouse() && !isChecked()) {
		painter.fillRect(rect(), blend(window, text, 0.06));
	}
	const QColor color = isChecked() ? text : readable(blend(window, text, 0.75), window);
	int x = tabPadding;
	if (mood_) {
		drawDot(painter, QPointF(x + dotRadius, height() / 2.0), dotRadius, theme.tone(toneOf(*mood_)));
		x += 2 * dotRadius + signGap;
	} else if (sign_) {
		drawIcon(painter, *sign_, QRectF(x, (height() - signSize) / 2.0, signSize, signSize), color);
		x += signSize + signGap;
	}
	if (wordShown_) {
		QFont font = this->font();
		font.setWeight(isChecked() ? QFont::DemiBold : QFont::Normal);
		painter.setFont(font);
		painter.setPen(color);
		const QRect area(x, 0, width() - x - tabPadding / 2, height());
		painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
				 QFontMetrics(font).elidedText(this->text(), Qt::ElideRight, area.width()));
	}
	if (isChecked()) {
		painter.fillRect(QRect(0, height() - 2, width(), 2), theme.highlight);
	}
	if (hasFocus()) {
		painter.setPen(QPen(theme.highlight, 1, Qt::DotLine));
		painter.drawRect(rect().adjusted(1, 1, -2, -3));
	}
}

/* Red and round while the channel is live. */
class LiveDot : public QWidget {
public:
	explicit LiveDot(QWidget *parent) : QWidget(parent) { setFixedSize(14, 14); }
	void setLive(bool live)
	{
		live_ = live;
		update();
	}

protected:
	void paintEvent(QPaintEvent *) override
	{
		QPainter painter(this);
		const Theme theme = Theme::from(palette());
		const QPointF center(7, 7);
		if (live_) {
			drawDot(painter, center, 5, theme.tone(Tone::Bad));
			return;
		}
		painter.setRenderHint(QPainter::Antialiasing);
		painter.setPen(QPen(theme.muted, 1.5));
		painter.drawEllipse(center, 4, 4);
	}

private:
	bool live_ = false;
};

Header::Header(Context &context, const std::vector<PageTitle> &titles, QWidget *parent)
	: QWidget(parent), context_(context), session_(context.session), text_(context.text), dot_(new LiveDot(this)),
	  channel_(new ElidedLabel(this)), numbers_(new QLabel(this)), chip_(new QToolButton(this)),
	  menu_(new IconButton(Icon::Menu, context.text("Dock.Menu"), this)), pages_(new QButtonGroup(this))
{
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(0, 2, 0, 0);
	column->setSpacing(0);
	auto *row = new QHBoxLayout;
	row->setContentsMargins(10, 0, 4, 0);
	row->setSpacing(6);
	QFont bold = channel_->font();
	bold.setWeight(QFont::DemiBold);
	channel_->setFont(bold);
	numbers_->setTextFormat(Qt::PlainText);
	row->addWidget(dot_);
	row->addWidget(channel_, 1);
	row->addWidget(numbers_);
	row->addWidget(chip_);
	chip_->setObjectName(QStringLiteral("livextremStreamerMode"));
	chip_->setAutoRaise(true);
	chip_->setCursor(Qt::PointingHandCursor);
	chip_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
	connect(chip_, &QToolButton::clicked, this, [this] { context_.streamerMode.toggle(); });
	connect(&context_.streamerMode, &StreamerMode::changed, this, [this] {
		updateChip();
		update();
	});
	menu_->setPopupMode(QToolButton::InstantPopup);
	menu_->setStyleSheet(QStringLiteral("QToolButton::menu-indicator { image: none; }"));
	row->addWidget(menu_);
	column->addLayout(row);

	auto *pages = new QHBoxLayout;
	pages->setContentsMargins(0, 0, 0, 0);
	pages->setSpacing(0);
	for (const PageTitle &title : titles) {
		auto *button = new PageButton(this);
		const int number = int(pages_->buttons().size());
		if (title.word.isEmpty()) {
			connection_ = button;
			pages->addStretch();
		} else {
			const QKeySequence key(QKeyCombination(Qt::ControlModifier, Qt::Key(Qt::Key_1 + number)));
			button->setSign(title.sign);
			button->setText(title.word);
			button->setAccessibleName(title.word);
			button->setToolTip(
				QStringLiteral("%1 (%2)").arg(title.word, key.toString(QKeySequence::NativeText)));
		}
		pages_->addButton(button, number);
		pages->addWidget(button);
	}
	column->addLayout(pages);
	connect(pages_, &QButtonGroup::idClicked, this, &Header::pageWanted);

	minute_.setInterval(minuteMs);
	connect(&minute_, &QTimer::timeout, this, &Header::update);
	connect(&session_, &Session::channelChanged, this, &Header::update);
	connect(&session_, &Session::statsChanged, this, [this] {
		uptimeAtMs_ = context_.nowMs();
		update();
		runTimer();
	});
	connect(&session_, &Session::linkChanged, this, &Header::updateState);
	connect(&session_, &Session::accountChanged, this, &Header::update);
	update();
	updateState();
	updateChip();
}

void Header::setMenu(QMenu *menu)
{
	menu_->setMenu(menu);
}

void Header::setPage(int page)
{
	pages_->button(page)->setChecked(true);
	fitPages();
}

/* All words, or that of the open page, or none; what the connection has to say comes first. */
void Header::fitPages()
{
	const int room = width() - std::min(connection_->widthWith(true), stateWidth);
	int all = 0;
	int one = 0;
	for (QAbstractButton *button : pages_->buttons()) {
		auto *page = static_cast<PageButton *>(button);
		if (page != connection_) {
			all += page->widthWith(true);
			one += page->widthWith(page->isChecked());
		}
	}
	const bool wide = all + connection_->widthWith(true) <= width();
	for (QAbstractButton *button : pages_->buttons()) {
		auto *page = static_cast<PageButton *>(button);
		page->setWordShown(page == connection_ || wide || (page->isChecked() && one <= room));
	}
}

void Header::update()
{
	const StatsInfo &stats = session_.stats();
	const bool live = stats.known && stats.live;
	dot_->setLive(live);
	dot_->setToolTip(text_(live ? "Dock.Live" : "Dock.NotLive"));
	dot_->setAccessibleName(dot_->toolTip());
	const QString channel = session_.channel();
	channel_->setText(channel.isEmpty() ? text_("Dock.NoChannel") : channel);
	QStringList parts;
	QStringList tips;
	if (live && stats.viewers >= 0 && !context_.streamerMode.isOn()) {
		parts << QLocale(context_.language).toString(stats.viewers);
		tips << text_("Dock.Viewers", {parts.last()});
	}
	if (live && stats.uptimeS >= 0) {
		const qint64 since = (context_.nowMs() - uptimeAtMs_) / 1000;
		parts << hoursMinutes(stats.uptimeS + std::max<qint64>(0, since));
		tips << text_("Dock.Uptime", {parts.last()});
	}
	numbers_->setText(parts.join(QStringLiteral("  ·  ")));
	numbers_->setToolTip(tips.join(u'\n'));
	numbers_->setAccessibleName(tips.join(QStringLiteral(", ")));
}

/* Says that it is on, or that it would be; one click changes over. */
void Header::updateChip()
{
	const StreamerMode &mode = context_.streamerMode;
	chip_->setVisible(mode.wanted());
	if (!mode.wanted()) {
		return;
	}
	const bool on = mode.isOn();
	const QColor window = palette().color(QPalette::Window);
	const QColor color = Theme::from(palette()).tone(on ? Tone::Good : Tone::Warning, window);
	const QString words = text_(on ? "Streamer.Chip" : "Streamer.ChipShown");
	chip_->setIcon(makeIcon(on ? Icon::EyeOff : Icon::Eye, color, color));
	chip_->setText(words);
	chip_->setAccessibleName(words);
	chip_->setToolTip(
		Qt::convertFromPlainText(text_(on ? "Streamer.Show" : "Streamer.Hide"), Qt::WhiteSpaceNormal));
	/* Where there is no room for the words, the sign says it. */
	const int needed = chip_->fontMetrics().horizontalAdvance(words) + 40;
	chip_->setToolButtonStyle(width() > needed + 200 ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
}

void Header::updateState()
{
	const LinkInfo &chat = session_.link(LX_LINK_CHAT);
	connection_->setText(session_.stateWords());
	connection_->setMood(session_.mood());
	connection_->setAccessibleName(text_("Dock.ConnectionIs", {session_.stateWords()}));
	connection_->setToolTip(chat.detail.isEmpty() ? text_("Dock.ConnectionTip")
						      : Qt::convertFromPlainText(chat.detail, Qt::WhiteSpaceNormal));
	connection_->updateGeometry();
	fitPages();
}

void Header::runTimer()
{
	if (isVisible() && session_.stats().live) {
		if (!minute_.isActive()) {
			minute_.start();
		}
	} else {
		minute_.stop();
	}
}

void Header::showEvent(QShowEvent *event)
{
	QWidget::showEvent(event);
	update();
	runTimer();
}

void Header::hideEvent(QHideEvent *event)
{
	QWidget::hideEvent(event);
	minute_.stop();
}

void Header::resizeEvent(QResizeEvent *event)
{
	QWidget::resizeEvent(event);
	fitPages();
	updateChip();
}

void Header::stop()
{
	minute_.stop();
	disconnect(&minute_, nullptr, this, nullptr);
}

} // namespace lx::ui
