#include "ui/header.hpp"

#include <QHBoxLayout>
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

void PageButton::setMood(Session::Mood mood)
{
	dotted_ = true;
	mood_ = mood;
	QWidget::update();
}

QSize PageButton::sizeHint() const
{
	const int dot = dotted_ ? 2 * dotRadius + 6 : 0;
	QFont bold = font();
	bold.setWeight(QFont::DemiBold);
	return QSize(QFontMetrics(bold).horizontalAdvance(text()) + dot + 2 * tabPadding, tabHeight);
}

QSize PageButton::minimumSizeHint() const
{
	return QSize(48, tabHeight);
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
	int x = tabPadding;
	if (dotted_) {
		drawDot(painter, QPointF(x + dotRadius, height() / 2.0), dotRadius, theme.tone(toneOf(mood_)));
		x += 2 * dotRadius + 6;
	}
	QFont font = this->font();
	font.setWeight(isChecked() ? QFont::DemiBold : QFont::Normal);
	painter.setFont(font);
	painter.setPen(isChecked() ? text : readable(blend(window, text, 0.75), window));
	const QRect area(x, 0, width() - x - tabPadding / 2, height());
	painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
			 QFontMetrics(font).elidedText(this->text(), Qt::ElideRight, area.width()));
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

Header::Header(const Context &context, QWidget *parent)
	: QWidget(parent), context_(context), session_(context.session), text_(context.text), dot_(new LiveDot(this)),
	  channel_(new ElidedLabel(this)), numbers_(new QLabel(this)),
	  menu_(new IconButton(Icon::Menu, context.text("Dock.Menu"), this)), chat_(new PageButton(this)),
	  connection_(new PageButton(this))
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
	menu_->setPopupMode(QToolButton::InstantPopup);
	menu_->setStyleSheet(QStringLiteral("QToolButton::menu-indicator { image: none; }"));
	row->addWidget(menu_);
	column->addLayout(row);

	auto *pages = new QHBoxLayout;
	pages->setContentsMargins(0, 0, 0, 0);
	pages->setSpacing(0);
	chat_->setText(text_("Dock.Chat"));
	chat_->setAccessibleName(text_("Dock.Chat"));
	pages->addWidget(chat_);
	pages->addWidget(connection_);
	pages->addStretch();
	column->addLayout(pages);
	connect(chat_, &QToolButton::clicked, this, [this] { Q_EMIT pageWanted(0); });
	connect(connection_, &QToolButton::clicked, this, [this] { Q_EMIT pageWanted(1); });

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
	setPage(0);
	update();
	updateState();
}

void Header::setMenu(QMenu *menu)
{
	menu_->setMenu(menu);
}

void Header::setPage(int page)
{
	chat_->setChecked(page == 0);
	connection_->setChecked(page == 1);
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
	if (live && stats.viewers >= 0) {
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

void Header::updateState()
{
	const LinkInfo &chat = session_.link(LX_LINK_CHAT);
	connection_->setText(session_.stateWords());
	connection_->setMood(session_.mood());
	connection_->setAccessibleName(text_("Dock.ConnectionIs", {session_.stateWords()}));
	connection_->setToolTip(chat.detail.isEmpty() ? text_("Dock.ConnectionTip")
						      : Qt::convertFromPlainText(chat.detail, Qt::WhiteSpaceNormal));
	connection_->updateGeometry();
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

void Header::stop()
{
	minute_.stop();
	disconnect(&minute_, nullptr, this, nullptr);
}

} // namespace lx::ui
