#include "ui/connection/page.hpp"

#include <algorithm>
#include <functional>

#include <QClipboard>
#include <QDateTime>
#include <QGridLayout>
#include <QGuiApplication>
#include <QMap>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "twitch/scopes.h"
#include "ui/button_flow.hpp"
#include "ui/veil.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int refreshMs = 1000;

/* What EventSub would tell is asked for: less than it could be, but nothing that the user has to do. */
bool isPolled(const LinkInfo &info)
{
	return info.state == LX_LINK_REFUSED && info.reason == QLatin1StringView("websocket");
}

Tone toneOf(const LinkInfo &info)
{
	switch (info.state) {
	case LX_LINK_OFFLINE:
		return Tone::Plain;
	case LX_LINK_CONNECTING:
	case LX_LINK_WAITING:
		return Tone::Warning;
	case LX_LINK_ONLINE:
		return Tone::Good;
	case LX_LINK_REFUSED:
		return isPolled(info) ? Tone::Warning : Tone::Bad;
	}
	return Tone::Plain;
}

/* Permissions have no spaces to break at: they may break behind their colons. */
QString breakable(const QString &scopes)
{
	return QString(scopes).replace(u':', QStringLiteral(":\u200B"));
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

/* Things the sign-in may not do yet, each with a button that asks for its permission. */
class NeedList : public QWidget {
public:
	struct Need {
		QString feature;
		QString scopes;
		bool operator==(const Need &other) const { return feature == other.feature && scopes == other.scopes; }
	};

	NeedList(const Text &text, std::function<void(const QString &)> wanted)
		: text_(text), wanted_(std::move(wanted)), column_(new QVBoxLayout(this))
	{
		column_->setContentsMargins(0, 0, 0, 0);
		column_->setSpacing(4);
		hide();
	}

	void setNeeds(const std::vector<Need> &needs)
	{
		if (needs == needs_) {
			return;
		}
		needs_ = needs;
		qDeleteAll(findChildren<QWidget *>(Qt::FindDirectChildrenOnly));
		delete rows_;
		rows_ = new QVBoxLayout;
		rows_->setSpacing(8);
		column_->addLayout(rows_);
		QStringList all;
		for (const Need &need : needs_) {
			addRow(need);
			all << need.scopes;
		}
		if (needs_.size() > 1) {
			auto *every = new QPushButton(text_("Permission.AllowAll"), this);
			rows_->addWidget(every, 0, Qt::AlignLeft);
			connect(every, &QPushButton::clicked, this,
				[this, scopes = all.join(u' ')] { wanted_(scopes); });
		}
	}

private:
	void addRow(const Need &need)
	{
		auto *row = new QHBoxLayout;
		auto *words = new QVBoxLayout;
		words->setSpacing(0);
		words->addWidget(plainLabel(need.feature, this));
		words->addWidget(mutedLabel(breakable(need.scopes).replace(u' ', u'\n'), this));
		auto *allow = new QPushButton(text_("Permission.Allow"), this);
		allow->setToolTip(text_("Permission.SignIn"));
		allow->setAccessibleName(text_("Permission.SignIn") + QStringLiteral(": ") + need.feature);
		row->addLayout(words, 1);
		row->addWidget(allow, 0, Qt::AlignTop);
		rows_->addLayout(row);
		connect(allow, &QPushButton::clicked, this, [this, scopes = need.scopes] { wanted_(scopes); });
	}

	const Text &text_;
	std::function<void(const QString &)> wanted_;
	QVBoxLayout *column_;
	QVBoxLayout *rows_ = nullptr;
	std::vector<Need> needs_;
};

ConnectionPage::ConnectionPage(Context &context, QWidget *parent) : Page(parent), context_(context), text_(context.text)
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
	column->addWidget(buildEvents());
	column->addWidget(buildButtons());
	column->addStretch();
	scroll->setWidget(content);
	outer->addWidget(scroll);

	timer_.setInterval(refreshMs);
	connect(&timer_, &QTimer::timeout, this, &ConnectionPage::update);
	connect(&context_.session, &Session::accountChanged, this, [this] { updateAccount(); });
	connect(veil_, &Veil::changed, this, &ConnectionPage::update);
	connect(&context_.session, &Session::permissionChanged, this, [this] { updateAccount(); });
	connect(&context_.session, &Session::linkChanged, this, [this] { updateLinks(); });
	update();
}

QWidget *ConnectionPage::buildAccount()
{
	QVBoxLayout *rows = nullptr;
	QWidget *widget = section(text_("Connection.Account"), rows);
	veil_ = new Veil(context_.streamerMode, text_, this);
	rows->addWidget(veil_);
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
	grantedMore_ = new QPushButton;
	grantedMore_->setCheckable(true);
	rows->addWidget(grantedMore_, 0, Qt::AlignLeft);
	connect(grantedMore_, &QPushButton::toggled, this, &ConnectionPage::updateAccount);
	granted_ = mutedLabel({});
	rows->addWidget(granted_);
	role_ = plainLabel({});
	rows->insertWidget(3, role_);
	needs_ = new NeedList(text_, [this](const QString &scopes) { Q_EMIT permissionWanted(scopes); });
	rows->addWidget(needs_);
	auto *buttons = new QHBoxLayout;
	signIn_ = new QPushButton(text_("Welcome.SignIn"));
	signOut_ = new QPushButton(text_("Connection.SignOut"));
	buttons->addWidget(signIn_);
	buttons->addWidget(signOut_);
	buttons->addStretch();
	rows->addLayout(buttons);
	connect(signIn_, &QPushButton::clicked, this, [this] { Q_EMIT signInWanted(LX_ACCOUNT_MAIN); });
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
		name->setContentsMargins(0, 0, 6, 0);
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

QWidget *ConnectionPage::buildEvents()
{
	QVBoxLayout *rows = nullptr;
	events_ = section(text_("Connection.Events"), rows);
	eventsOn_ = plainLabel({});
	rows->addWidget(eventsOn_);
	eventProblems_ = plainLabel({});
	rows->addWidget(eventProblems_);
	eventsForeign_ = mutedLabel({});
	rows->addWidget(eventsForeign_);
	eventsMore_ = new QPushButton;
	eventsMore_->setCheckable(true);
	rows->addWidget(eventsMore_, 0, Qt::AlignLeft);
	eventNeeds_ = new NeedList(text_, [this](const QString &scopes) { Q_EMIT permissionWanted(scopes); });
	rows->addWidget(eventNeeds_);
	connect(eventsMore_, &QPushButton::toggled, this, &ConnectionPage::updateEvents);
	return events_;
}

QWidget *ConnectionPage::buildButtons()
{
	auto *widget = new QWidget;
	auto *rows = new QVBoxLayout(widget);
	rows->setContentsMargins(0, 0, 0, 0);
	auto *row = new ButtonFlow;
	auto *again = new QPushButton(text_("Connection.Reconnect"));
	auto *copy = new QPushButton(text_("Connection.Copy"));
	row->add(again);
	row->add(copy);
	rows->addWidget(row);
	refused_ = plainLabel({});
	refused_->hide();
	rows->addWidget(refused_);
	connect(again, &QPushButton::clicked, this, &ConnectionPage::reconnect);
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
		return text_(isPolled(info) ? "State.Polling" : "State.Refused");
	}
	return {};
}

std::vector<struct lx_ui_topic> ConnectionPage::topics() const
{
	std::vector<struct lx_ui_topic> topics(LX_UI_TOPICS_MAX);
	topics.resize(context_.core.topics ? context_.core.topics(topics.data(), topics.size(), context_.core.data)
					   : 0);
	return topics;
}

namespace {

void setOrHide(QLabel *label, const QString &words)
{
	label->setText(words);
	label->setVisible(!words.isEmpty());
}

/* One line for each feature, however many kinds of events need its permission. */
void addNeed(std::vector<NeedList::Need> &needs, const Text &text, const QString &scopes)
{
	const enum lx_feature feature = lx_feature_of_scopes(scopes.toUtf8().constData());
	const NeedList::Need need{feature == LX_FEATURE_COUNT ? scopes : text(lx_feature_text_key(feature)), scopes};
	if (std::find(needs.begin(), needs.end(), need) == needs.end()) {
		needs.push_back(need);
	}
}

} // namespace

void ConnectionPage::updateAccount()
{
	static constexpr const char *states[] = {"Connection.SignedOut", "Connection.Checking", nullptr,
						 "Connection.Expired"};
	const AccountInfo &main = context_.session.account(LX_ACCOUNT_MAIN);
	const AccountInfo &bot = context_.session.account(LX_ACCOUNT_BOT);
	const bool in = main.signedIn();
	const bool hide = veil_->hides();
	setOrHide(who_, !in    ? text_(states[main.state])
			: hide ? QString()
			       : (main.name.isEmpty() ? main.login : main.name));
	setOrHide(accountDetail_, hide ? QString() : main.detail);
	setOrHide(bot_, bot.signedIn() && !hide ? text_("Connection.Bot", {bot.name.isEmpty() ? bot.login : bot.name})
						: QString());
	const QByteArray storageKey = "Connection.Storage." + main.storage.toUtf8();
	/* That nothing is kept is explained by the detail. */
	const bool said = main.storage == QLatin1StringView("memory") && !main.detail.isEmpty();
	setOrHide(storage_, in && !said && !hide && text_.has(storageKey.constData()) ? text_(storageKey.constData())
										      : QString());
	setOrHide(refresh_,
		  in && main.refreshMs ? text_("Connection.Refresh", {timeUntil(main.refreshMs)}) : QString());
	const bool granted = grantedMore_->isChecked();
	grantedMore_->setText(granted ? text_("Connection.GrantedHide")
				      : text_("Connection.GrantedShow", {QString::number(main.scopes.size())}));
	grantedMore_->setVisible(in && !hide && !main.scopes.isEmpty());
	setOrHide(granted_, in && granted && !hide ? breakable(main.scopes.join(QStringLiteral(", "))) : QString());
	const QByteArray roleKey =
		QByteArray("Permission.Role.") + lx_channel_role_word(context_.session.permission().role);
	setOrHide(role_, in && text_.has(roleKey.constData()) ? text_(roleKey.constData()) : QString());
	std::vector<NeedList::Need> needs;
	for (int feature = 0; in && !hide && feature <= LX_FEATURE_SUBS; feature++) {
		const QString missing = context_.session.missingFor(lx_feature(feature));
		if (!missing.isEmpty()) {
			addNeed(needs, text_, missing);
		}
	}
	needs_->setNeeds(needs);
	needs_->setVisible(!needs.empty());
	signIn_->setVisible(!in);
	signOut_->setVisible(main.state != LX_ACCOUNT_SIGNED_OUT);
}

void ConnectionPage::updateLinks()
{
	for (int i = 0; i < LX_LINK_COUNT; i++) {
		const LinkInfo &info = context_.session.link(lx_link(i));
		links_[i].dot->setTone(toneOf(info));
		links_[i].words->setText(linkWords(info));
		/* Names, addresses and folders may stand in them. */
		setOrHide(links_[i].detail, veil_->hides() ? QString() : info.detail);
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
	setOrHide(lastError_, known && *health.last_error && !veil_->hides()
				      ? text_("Connection.LastError", {QString::fromUtf8(health.last_error)})
				      : QString());
}

void ConnectionPage::updateEvents()
{
	int enabled = 0, waiting = 0, foreign = 0, all = 0;
	std::vector<NeedList::Need> needs;
	QStringList problems;
	for (const struct lx_ui_topic &topic : topics()) {
		const QByteArrayView state(topic.state);
		if (state == "off" || state == "covered") {
			continue;
		}
		if (state == "foreign") {
			foreign++;
			continue;
		}
		all++;
		enabled += state == "enabled";
		waiting += state == "waiting";
		if (state == "needs_scope") {
			addNeed(needs, text_, QString::fromUtf8(topic.missing_scopes));
		} else if (state == "refused" || state == "revoked") {
			problems << text_("Connection.EventProblem",
					  {QString::fromUtf8(topic.type), QString::fromUtf8(topic.detail)});
		}
	}
	/* While there is no link, its own line says why. */
	const enum lx_link_state link = context_.session.link(LX_LINK_EVENTSUB).state;
	events_->setVisible(all && link != LX_LINK_OFFLINE && link != LX_LINK_REFUSED);
	QStringList parts;
	parts << (enabled == all ? text_("Connection.EventsAll", {QString::number(all)})
				 : text_("Connection.EventsOn", {QString::number(enabled), QString::number(all)}));
	if (waiting) {
		parts << text_("Connection.EventsWaiting", {QString::number(waiting)});
	}
	eventsOn_->setText(parts.join(QStringLiteral("  ·  ")));
	setOrHide(eventProblems_, veil_->hides() ? QString() : problems.join(u'\n'));
	setOrHide(eventsForeign_, foreign ? text_("Connection.EventsForeign", {QString::number(foreign)}) : QString());
	eventsMore_->setText(eventsMore_->isChecked()
				     ? text_("Connection.EventsHide")
				     : text_("Connection.EventsShow", {QString::number(qsizetype(needs.size()))}));
	eventsMore_->setVisible(!needs.empty() && !veil_->hides());
	eventNeeds_->setNeeds(needs);
	eventNeeds_->setVisible(!needs.empty() && eventsMore_->isChecked() && !veil_->hides());
}

void ConnectionPage::update()
{
	updateAccount();
	updateLinks();
	updateHealth();
	updateEvents();
}

bool ConnectionPage::reconnect()
{
	const Intents::Answer answer = context_.intents.reconnect();
	setOrHide(refused_, answer.ok ? QString() : answer.error);
	return answer.ok;
}

QString ConnectionPage::diagnosis() const
{
	const auto date = [](qint64 ms) {
		return ms ? QDateTime::fromMSecsSinceEpoch(ms).toUTC().toString(Qt::ISODate) : QStringLiteral("-");
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
	if (context_.core.account.basic_scopes && context_.session.account(LX_ACCOUNT_MAIN).signedIn()) {
		const struct lx_ui_account &account = context_.core.account;
		char *missing = lx_scopes_missing(
			context_.session.account(LX_ACCOUNT_MAIN).scopes.join(u' ').toUtf8().constData(),
			account.basic_scopes(LX_ACCOUNT_MAIN, account.data));
		if (*missing) {
			lines << QStringLiteral("  missing: %1").arg(QString::fromUtf8(missing));
		}
		bfree(missing);
	}
	lines << QStringLiteral("role: %1")
			 .arg(QLatin1StringView(lx_channel_role_word(context_.session.permission().role)));
	for (int i = 0; i < LX_LINK_COUNT; i++) {
		const LinkInfo &info = context_.session.link(lx_link(i));
		lines << QStringLiteral("%1: %2%3 %4 %5")
				 .arg(QLatin1StringView(lx_link_word(lx_link(i))),
				      QLatin1StringView(lx_link_state_word(info.state)),
				      info.anonymous ? QStringLiteral(" (anonymous)") : QString(), info.reason,
				      info.detail)
				 .trimmed();
	}
	QMap<QString, QStringList> kinds;
	for (const struct lx_ui_topic &topic : topics()) {
		const QString type = QString::fromUtf8(topic.type);
		const QString detail = QString::fromUtf8(*topic.missing_scopes ? topic.missing_scopes : topic.detail);
		kinds[QString::fromUtf8(topic.state)]
			<< (detail.isEmpty() ? type : QStringLiteral("%1 (%2)").arg(type, detail));
	}
	for (auto kind = kinds.constBegin(); kind != kinds.constEnd(); ++kind) {
		const bool listed = kind.key() != QLatin1StringView("enabled");
		lines << QStringLiteral("events %1: %2%3")
				 .arg(kind.key())
				 .arg(kind->size())
				 .arg(listed ? QStringLiteral(": ") + kind->join(QStringLiteral(", ")) : QString());
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
