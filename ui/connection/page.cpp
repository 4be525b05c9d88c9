#include "ui/connection/page.hpp"

#include <QClipboard>
#include <QDateTime>
#include <QTimeZone>
#include <QGridLayout>
#include <QGuiApplication>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int refreshMs = 1000;

Tone toneOf(enum lx_link_state state)
{
	switch (state) {
	case LX_LINK_OFFLINE:
		return Tone::Plain;
	case LX_LINK_CONNECTING:
	case LX_LINK_WAITING:
		return Tone::Warning;
	case LX_LINK_ONLINE:
		return Tone::Good;
	case LX_LINK_REFUSED:
		return Tone::Bad;
	}
	return Tone::Plain;
}

QWidget *section(const QString &title, QVBoxLayout *&rows)
{
	auto *widget = new QWidget;
	rows = new QVBoxLayout(widget);
	rows->setContentsMargins(0, 0, 0, 0);
	rows->setSpacing(4);
	QLabel *label = plainLabel(title);
	QFont font = label->font();
	font.setWeight(QFont::DemiBold);
	label->setFont(font);
	rows->addWidget(label);
	return widget;
}

} // namespace

class LinkDot : public QWidget {
public:
	LinkDot() { setFixedSize(14, 14); }
	void setTone(Tone tone)
	{
		tone_ = tone;
		update();
	}

protected:
	void paintEvent(QPaintEvent *) override
	{
		QPainter painter(this);
		drawDot(painter, QPointF(7, 7), 4.5, Theme::from(palette()).tone(tone_));
	}

private:
	Tone tone_ = Tone::Plain;
};

ConnectionPage::ConnectionPage(Context &context, QWidget *parent)
	: QWidget(parent), context_(context), text_(context.text)
{
	auto *outer = new QVBoxLayout(this);
	outer->setContentsMargins(0, 0, 0, 0);
	auto *scroll = new QScrollArea(this);
	scroll->setWidgetResizable(true);
	scroll->setFrameShape(QFrame::NoFrame);
	scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	auto *content = new QWidget;
	auto *column = new QVBoxLayout(content);
	column->setContentsMargins(12, 12, 12, 12);
	column->setSpacing(16);
	column->addWidget(buildAccount());
	column->addWidget(buildLinks());
	column->addWidget(buildButtons());
	column->addStretch();
	scroll->setWidget(content);
	outer->addWidget(scroll);

	timer_.setInterval(refreshMs);
	connect(&timer_, &QTimer::timeout, this, &ConnectionPage::update);
	connect(&context_.session, &Session::accountChanged, this, [this] { updateAccount(); });
	connect(&context_.session, &Session::linkChanged, this, [this] { updateLinks(); });
	update();
}

QWidget *ConnectionPage::buildAccount()
{
	QVBoxLayout *rows = nullptr;
	QWidget *widget = section(text_("Connection.Account"), rows);
	who_ = titleLabel({});
	rows->addWidget(who_);
	accountDetail_ = plainLabel({});
	rows->addWidget(accountDetail_);
	bot_ = plainLabel({});
	rows->addWidget(bot_);
	storage_ = mutedLabel({});
	rows->addWidget(storage_);
	refresh_ = mutedLabel({});
	rows->addWidget(refresh_);
	granted_ = mutedLabel({});
	rows->addWidget(granted_);
	missing_ = plainLabel({});
	rows->addWidget(missing_);
	auto *buttons = new QHBoxLayout;
	signIn_ = new QPushButton(text_("Welcome.SignIn"));
	widen_ = new QPushButton(text_("Connection.Widen"));
	signOut_ = new QPushButton(text_("Connection.SignOut"));
	buttons->addWidget(signIn_);
	buttons->addWidget(widen_);
	buttons->addWidget(signOut_);
	buttons->addStretch();
	rows->addLayout(buttons);
	connect(signIn_, &QPushButton::clicked, this, [this] { Q_EMIT signInWanted(LX_ACCOUNT_MAIN); });
	connect(widen_, &QPushButton::clicked, this, [this] { Q_EMIT signInWanted(LX_ACCOUNT_MAIN); });
	connect(signOut_, &QPushButton::clicked, this,
		[this] { context_.core.account.logout(LX_ACCOUNT_MAIN, context_.core.account.data); });
	return widget;
}

QWidget *ConnectionPage::buildLinks()
{
	static constexpr const char *names[LX_LINK_COUNT] = {"Connection.Chat", "Connection.EventSub",
							     "Connection.Helix"};
	QVBoxLayout *rows = nullptr;
	QWidget *widget = section(text_("Connection.Links"), rows);
	auto *grid = new QGridLayout;
	grid->setHorizontalSpacing(6);
	grid->setVerticalSpacing(3);
	grid->setColumnStretch(2, 1);
	for (int i = 0; i < LX_LINK_COUNT; i++) {
		LinkRow &row = links_[i];
		row.dot = new LinkDot;
		row.words = plainLabel({});
		row.detail = mutedLabel({});
		auto *name = new QLabel(text_(names[i]));
		grid->addWidget(row.dot, 2 * i, 0, Qt::AlignTop);
		grid->addWidget(name, 2 * i, 1, Qt::AlignTop);
		grid->addWidget(row.words, 2 * i, 2);
		grid->addWidget(row.detail, 2 * i + 1, 1, 1, 2);
	}
	rows->addLayout(grid);
	health_ = mutedLabel({});
	rows->addWidget(health_);
	lastError_ = mutedLabel({});
	rows->addWidget(lastError_);
	return widget;
}

QWidget *ConnectionPage::buildButtons()
{
	auto *widget = new QWidget;
	auto *row = new QHBoxLayout(widget);
	row->setContentsMargins(0, 0, 0, 0);
	auto *reconnect = new QPushButton(text_("Connection.Reconnect"));
	auto *copy = new QPushButton(text_("Connection.Copy"));
	row->addWidget(reconnect);
	row->addWidget(copy);
	row->addStretch();
	connect(reconnect, &QPushButton::clicked, this, [this] { context_.intents.connectTo({}); });
	connect(copy, &QPushButton::clicked, this, [this, copy] {
		QGuiApplication::clipboard()->setText(diagnosis());
		copy->setText(text_("Connection.Copied"));
		QTimer::singleShot(2000, copy, [this, copy] { copy->setText(text_("Connection.Copy")); });
	});
	return widget;
}

QString ConnectionPage::timeUntil(qint64 unixMs) const
{
	const qint64 left = (unixMs - context_.nowMs()) / 1000;
	return left > 0 ? text_.duration(left > 90 ? left / 60 * 60 : left) : text_("Connection.Now");
}

QString ConnectionPage::linkWords(const LinkInfo &info) const
{
	switch (info.state) {
	case LX_LINK_OFFLINE:
		return text_("State.Offline");
	case LX_LINK_CONNECTING:
		return text_("State.Connecting");
	case LX_LINK_ONLINE:
		return text_(info.anonymous ? "State.Reading" : "State.Connected");
	case LX_LINK_WAITING:
		return text_("State.WaitingFor", {timeUntil(info.retryAtMs)});
	case LX_LINK_REFUSED:
		return text_("State.Refused");
	}
	return {};
}

QStringList ConnectionPage::missingScopes() const
{
	QStringList missing;
	if (!context_.core.account.basic_scopes) {
		return missing;
	}
	const QString wanted =
		QString::fromUtf8(context_.core.account.basic_scopes(LX_ACCOUNT_MAIN, context_.core.account.data));
	const AccountInfo &main = context_.session.account(LX_ACCOUNT_MAIN);
	for (const QString &scope : wanted.split(u' ', Qt::SkipEmptyParts)) {
		if (!main.scopes.contains(scope)) {
			missing << scope;
		}
	}
	return missing;
}

namespace {

void setOrHide(QLabel *label, const QString &words)
{
	label->setText(words);
	label->setVisible(!words.isEmpty());
}

} // namespace

void ConnectionPage::updateAccount()
{
	static constexpr const char *states[] = {"Connection.SignedOut", "Connection.Checking", nullptr,
						 "Connection.Expired"};
	const AccountInfo &main = context_.session.account(LX_ACCOUNT_MAIN);
	const AccountInfo &bot = context_.session.account(LX_ACCOUNT_BOT);
	const bool in = main.signedIn();
	who_->setText(in ? (main.name.isEmpty() ? main.login : main.name) : text_(states[main.state]));
	setOrHide(accountDetail_, main.detail);
	setOrHide(bot_,
		  bot.signedIn() ? text_("Connection.Bot", {bot.name.isEmpty() ? bot.login : bot.name}) : QString());
	const QByteArray storageKey = "Connection.Storage." + main.storage.toUtf8();
	setOrHide(storage_, in && text_.has(storageKey.constData()) ? text_(storageKey.constData()) : QString());
	setOrHide(refresh_,
		  in && main.refreshMs ? text_("Connection.Refresh", {timeUntil(main.refreshMs)}) : QString());
	setOrHide(granted_, in ? text_("Connection.Granted", {main.scopes.join(QStringLiteral(", "))}) : QString());
	const QStringList missing = in ? missingScopes() : QStringList();
	setOrHide(missing_,
		  missing.isEmpty() ? QString() : text_("Connection.Missing", {missing.join(QStringLiteral(", "))}));
	signIn_->setVisible(!in);
	signOut_->setVisible(main.state != LX_ACCOUNT_SIGNED_OUT);
	widen_->setVisible(!missing.isEmpty());
}

void ConnectionPage::updateLinks()
{
	for (int i = 0; i < LX_LINK_COUNT; i++) {
		const LinkInfo &info = context_.session.link(lx_link(i));
		links_[i].dot->setTone(toneOf(info.state));
		links_[i].words->setText(linkWords(info));
		setOrHide(links_[i].detail, info.detail);
	}
}

void ConnectionPage::updateHealth()
{
	struct lx_ui_helix_health health = {};
	const bool known = context_.core.helix_health && context_.core.helix_health(&health, context_.core.data);
	QStringList parts;
	if (known && health.latency_ms >= 0) {
		parts << text_("Connection.Latency", {QString::number(health.latency_ms)});
	}
	if (known && health.budget_left >= 0 && health.budget_limit > 0) {
		parts << text_("Connection.Budget",
			       {QString::number(health.budget_left), QString::number(health.budget_limit)});
	}
	setOrHide(health_, parts.join(QStringLiteral("  ·  ")));
	setOrHide(lastError_, known && *health.last_error
				      ? text_("Connection.LastError", {QString::fromUtf8(health.last_error)})
				      : QString());
}

void ConnectionPage::update()
{
	updateAccount();
	updateLinks();
	updateHealth();
}

QString ConnectionPage::diagnosis() const
{
	const auto date = [](qint64 ms) {
		return ms ? QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::UTC).toString(Qt::ISODate)
			  : QStringLiteral("-");
	};
	QStringList lines;
	lines << QStringLiteral("liveXtrem %1, Qt %2, %3")
			 .arg(QString::fromUtf8(context_.core.version ? context_.core.version : "?"),
			      QString::fromLatin1(qVersion()), QSysInfo::prettyProductName());
	lines << QStringLiteral("time: %1").arg(date(context_.nowMs()));
	lines << QStringLiteral("channel: %1").arg(context_.session.channel());
	for (const enum lx_account_role role : {LX_ACCOUNT_MAIN, LX_ACCOUNT_BOT}) {
		const AccountInfo &a = context_.session.account(role);
		lines << QStringLiteral("account %1: %2, %3, storage %4, expires %5, refresh %6")
				 .arg(QLatin1StringView(lx_account_role_word(role)),
				      QLatin1StringView(lx_account_state_word(a.state)),
				      a.login.isEmpty() ? QStringLiteral("-") : a.login,
				      a.storage.isEmpty() ? QStringLiteral("-") : a.storage, date(a.expiresMs),
				      date(a.refreshMs));
		if (!a.scopes.isEmpty()) {
			lines << QStringLiteral("  scopes: %1").arg(a.scopes.join(u' '));
		}
	}
	const QStringList missing = missingScopes();
	if (!missing.isEmpty()) {
		lines << QStringLiteral("  missing: %1").arg(missing.join(u' '));
	}
	for (int i = 0; i < LX_LINK_COUNT; i++) {
		const LinkInfo &info = context_.session.link(lx_link(i));
		lines << QStringLiteral("%1: %2%3 %4 %5")
				 .arg(QLatin1StringView(lx_link_word(lx_link(i))),
				      QLatin1StringView(lx_link_state_word(info.state)),
				      info.anonymous ? QStringLiteral(" (anonymous)") : QString(), info.reason,
				      info.detail)
				 .trimmed();
	}
	struct lx_ui_helix_health health = {};
	if (context_.core.helix_health && context_.core.helix_health(&health, context_.core.data)) {
		lines << QStringLiteral("helix: latency %1 ms, budget %2 of %3, last error: %4")
				 .arg(health.latency_ms)
				 .arg(health.budget_left)
				 .arg(health.budget_limit)
				 .arg(*health.last_error ? QString::fromUtf8(health.last_error) : QStringLiteral("-"));
	}
	return lines.join(u'\n') + u'\n';
}

void ConnectionPage::showEvent(QShowEvent *event)
{
	QWidget::showEvent(event);
	update();
	timer_.start();
}

void ConnectionPage::hideEvent(QHideEvent *event)
{
	QWidget::hideEvent(event);
	timer_.stop();
}

void ConnectionPage::stop()
{
	timer_.stop();
	disconnect(&timer_, nullptr, this, nullptr);
	disconnect(&context_.session, nullptr, this, nullptr);
}

} // namespace lx::ui
