/* What people may do: roles and permissions in the dock, the way to more of them, what the connection page tells. */
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

#include "harness.hpp"
#include "ui/account/login_dialog.hpp"
#include "ui/chat/action_bar.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/modes.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/view.hpp"
#include "ui/connection/page.hpp"
#include "ui/permission_bar.hpp"

using namespace lx;
using namespace lx::ui;
using test::Harness;

namespace {

QPushButton *button(QWidget &parent, const char *text)
{
	for (QPushButton *child : parent.findChildren<QPushButton *>()) {
		if (child->isVisible() && child->text() == QString::fromUtf8(text)) {
			return child;
		}
	}
	return nullptr;
}

int countButtons(QWidget &parent, const char *text)
{
	int count = 0;
	for (QPushButton *child : parent.findChildren<QPushButton *>()) {
		count += child->isVisible() && child->text() == QString::fromUtf8(text);
	}
	return count;
}

QString allText(QWidget &parent)
{
	QStringList texts;
	for (QLabel *label : parent.findChildren<QLabel *>()) {
		if (label->isVisible()) {
			texts << label->text();
		}
	}
	return texts.join(u'\n').remove(u'\u200B');
}

ConnectionPage &connectionPage(Harness &h)
{
	h.dock().showPage(Dock::ConnectionPageIndex);
	return *h.dock().findChild<ConnectionPage *>();
}

} // namespace

class TestPermissions : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void whoIsNoModeratorIsToldSo()
	{
		Harness h;
		h.show();
		h.everythingWell();
		const std::string id = h.say("anna", "hello");
		h.settle();
		ChatView &view = h.dock().chat().view();
		QVERIFY(view.rules().canModerate); /* not known: Twitch decides */
		h.permission(LX_CHANNEL_ROLE_NONE);
		h.settle();
		QVERIFY(!view.rules().canModerate);
		QVERIFY(view.rules().whyNotModerate.contains(QStringLiteral("not a moderator")));
		QVERIFY(view.rules().canReply);
		view.request(RowAction::Ban, h.dock().chat().model().firstSeq());
		QCOMPARE(h.countCalls(LX_PROC_BAN), 0);
		QVERIFY(h.dock().chat().actions().sentence().contains(QStringLiteral("not a moderator")));
		QVERIFY(!button(h.dock().chat().actions(), "Allow …")); /* no permission would help */
		for (const enum lx_channel_role role :
		     {LX_CHANNEL_ROLE_MODERATOR, LX_CHANNEL_ROLE_BROADCASTER, LX_CHANNEL_ROLE_UNKNOWN}) {
			h.permission(role);
			h.settle();
			QVERIFY(view.rules().canModerate);
		}
		view.request(RowAction::Ban, h.dock().chat().model().firstSeq());
		QCOMPARE(h.countCalls(LX_PROC_BAN), 1);
	}
	void aMissingPermissionIsOfferedAtOnce()
	{
		Harness h;
		h.show();
		h.everythingWell();
		auto *bar = h.dock().findChild<PermissionBar *>();
		QVERIFY(!bar->isVisible());
		h.signIn("chat:read chat:edit moderator:manage:banned_users");
		h.settle();
		QVERIFY(bar->isVisible());
		QVERIFY(allText(*bar).contains(QStringLiteral("Ban, time out and delete messages")));
		QVERIFY(allText(*bar).contains(QStringLiteral("moderator:manage:chat_messages")));
		QVERIFY(!allText(*bar).contains(QStringLiteral("banned_users")));
		h.accountCalls.clear();
		button(*bar, "Sign in again with this permission")->click();
		const QStringList expected{QStringLiteral("scopes 0 moderator:manage:chat_messages"),
					   QStringLiteral("login 0 0")};
		QCOMPARE(h.accountCalls, expected);
		QVERIFY(h.dock().findChild<LoginDialog *>()->isVisible());
		/* Granted, it goes. */
		h.signIn();
		h.settle();
		QVERIFY(!bar->isVisible());
	}
	void widerPermissionsReplaceASignInUnderWay()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.signIn("chat:read");
		h.login(LX_LOGIN_WAITING);
		h.settle();
		h.accountCalls.clear();
		h.dock().widen(QStringLiteral("bits:read"));
		QCOMPARE(h.accountCalls,
			 (QStringList{QStringLiteral("scopes 0 bits:read"), QStringLiteral("login 0 0")}));
	}
	/* A token cannot be given more: the browser gives a sign-in that takes its place. */
	void aPastedTokenIsReplacedWithOneClick()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.signIn("chat:read");
		h.settle();
		lx_settings_set_string(h.settings, LX_SETTING_LOGIN_WAY, "token");
		h.accountCalls.clear();
		h.dock().widen(QStringLiteral("bits:read"));
		QCOMPARE(h.accountCalls,
			 (QStringList{QStringLiteral("scopes 0 bits:read"), QStringLiteral("login 0 0")}));
	}
	void withoutAnApplicationThePageSaysWhatATokenNeeds()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.signIn("chat:read whispers:read");
		h.settle();
		lx_settings_set_string(h.settings, LX_SETTING_LOGIN_WAY, "token");
		h.dock().context().core.build_has_client = false;
		h.accountCalls.clear();
		h.dock().widen(QStringLiteral("bits:read"));
		QCOMPARE(h.accountCalls, (QStringList{QStringLiteral("scopes 0 bits:read")}));
		auto *dialog = h.dock().findChild<LoginDialog *>();
		QCOMPARE(dialog->page(), LoginDialog::TokenPage);
		QVERIFY(allText(*dialog).contains(QStringLiteral("cannot be given more")));
		const QStringList needs = dialog->findChild<QPlainTextEdit *>()->toPlainText().split(QLatin1Char('\n'));
		for (const char *scope : {"bits:read", "whispers:read", "moderator:manage:banned_users"}) {
			QCOMPARE(needs.count(QLatin1StringView(scope)), 1);
		}
	}
	/* One chip for each mode that is on; those who may switch them there, and are asked for the permission where it lacks. */
	void modesOfTheChatAreShownAndSwitched()
	{
		Harness h;
		h.show(300);
		h.everythingWell();
		h.settle();
		ModeStrip &strip = h.dock().findChild<ChatPage *>()->modes();
		QVERIFY(!strip.isVisible());
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_CHAT_MODES);
		event.chat_modes = {};
		event.chat_modes.slow = event.chat_modes.followers = event.chat_modes.shield = 1;
		event.chat_modes.emotes = event.chat_modes.unique = event.chat_modes.subscribers = 1;
		event.chat_modes.slow_s = 30;
		event.chat_modes.followers_min = 10;
		event.chat_modes.shield_since_ms = h.unixMs - 60000;
		h.emitEvent(event);
		h.settle();
		QVERIFY(strip.isVisible());
		for (QPushButton *chip : strip.findChildren<QPushButton *>()) {
			QVERIFY(chip->isVisible());
			QVERIFY(strip.rect().contains(chip->geometry()));
		}
		QVERIFY(button(strip, "Slow: 30 s"));
		QVERIFY(button(strip, "Followers: 10 min"));
		QVERIFY(button(strip, "Shield")->toolTip().contains(QStringLiteral("Since ")));
		QVERIFY(button(strip, "Subs")->toolTip().contains(QStringLiteral("before we came")));

		QMenu menu;
		strip.fill(menu);
		QCOMPARE(menu.actions().size(), 6);
		menu.actions().at(3)->trigger(); /* emotes only, which is on */
		const test::ProcCall *call = h.lastCall(LX_PROC_SET_CHAT_MODE);
		QVERIFY(call);
		QCOMPARE(call->texts.at("mode"), std::string("emotes"));
		menu.actions().at(0)->menu()->actions().last()->trigger();
		QCOMPARE(h.lastCall(LX_PROC_SET_CHAT_MODE)->numbers.at("value"), 120LL);
		QCOMPARE(h.countCalls(LX_PROC_SET_CHAT_MODE), 2);
		/* The shield needs a permission that this sign-in lacks. */
		h.accountCalls.clear();
		menu.actions().at(5)->trigger();
		QVERIFY(h.accountCalls.contains(QStringLiteral("scopes 0 moderator:manage:shield_mode")));
		QCOMPARE(h.countCalls(LX_PROC_SET_CHAT_MODE), 2);
		/* Who may not is told so. */
		h.permission(LX_CHANNEL_ROLE_NONE);
		h.settle();
		strip.fill(menu);
		for (const QAction *entry : menu.actions()) {
			QVERIFY(entry->isSeparator() || entry->menu() || !entry->isEnabled());
		}
		event.chat_modes = {};
		h.emitEvent(event);
		h.settle();
		QVERIFY(!strip.isVisible());
	}
	/* A script knows people by id alone: the dock says the name that it has seen, else the id. */
	void whoIsNamedByIdAloneIsShownByName()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.say("anna_b", "hello");
		h.settle();
		ActionBar &bar = h.dock().findChild<ChatPage *>()->actions();
		const ChatModel &model = h.dock().findChild<ChatPage *>()->model();
		const QByteArray id = model.row(model.endSeq() - 1).userId;
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_ACTION);
		event.action.id = 77;
		event.action.kind = LX_ACTION_BAN;
		event.action.state = LX_ACTION_DONE;
		event.action.user_id = id.constData();
		h.emitEvent(event);
		h.settle();
		QVERIFY2(bar.sentence().contains(QStringLiteral("anna_b")), qPrintable(bar.sentence()));
		QVERIFY(!bar.sentence().contains(QString::fromUtf8(id)));
		event.action.id = 78;
		event.action.user_id = "987654";
		h.emitEvent(event);
		h.settle();
		QVERIFY2(bar.sentence().contains(QStringLiteral("987654")), qPrintable(bar.sentence()));
	}
	void closedTheOfferStaysAwayUntilSomethingElseIsMissing()
	{
		Harness h;
		h.show();
		h.signIn("chat:read");
		h.settle();
		auto *bar = h.dock().findChild<PermissionBar *>();
		QVERIFY(bar->isVisible());
		QVERIFY(allText(*bar).contains(QStringLiteral("Write in the chat")));
		bar->findChild<QToolButton *>()->click();
		QVERIFY(!bar->isVisible());
		h.signIn("chat:read");
		h.settle();
		QVERIFY(!bar->isVisible());
		h.signIn("chat:read chat:edit");
		h.settle();
		QVERIFY(bar->isVisible());
	}
	void nobodyIsAskedForWhatWouldNotHelp()
	{
		Harness h;
		h.show();
		auto *bar = h.dock().findChild<PermissionBar *>();
		QVERIFY(!bar->isVisible()); /* nobody is signed in */
		h.signIn("chat:read chat:edit");
		h.permission(LX_CHANNEL_ROLE_NONE);
		h.settle();
		QVERIFY(!bar->isVisible());
		h.permission(LX_CHANNEL_ROLE_MODERATOR);
		h.settle();
		QVERIFY(bar->isVisible());
	}
	void whatTwitchRefusesForAPermissionLeadsThere()
	{
		Harness h;
		h.show();
		h.everythingWell();
		const std::string id = h.say("anna", "hello");
		h.action(LX_ACTION_BAN, LX_ACTION_FAILED, id, "anna", "Your account may not do this.", 0, "forbidden");
		h.settle();
		ActionBar &bar = h.dock().chat().actions();
		QVERIFY(bar.isVisible());
		QVERIFY(!button(bar, "Allow …"));
		h.action(LX_ACTION_BAN, LX_ACTION_FAILED, id, "anna", "The login lacks a permission.", 0, "scope");
		h.settle();
		h.accountCalls.clear();
		button(bar, "Allow …")->click();
		QVERIFY(h.accountCalls.value(0).contains(QStringLiteral("moderator:manage:banned_users")));
		QCOMPARE(h.accountCalls.value(1), QStringLiteral("login 0 0"));
	}
	void theConnectionPageListsWhatIsNotTold()
	{
		Harness h;
		h.topic("stream.online", "enabled");
		h.topic("channel.chat.message", "off");
		h.topic("channel.ban", "covered");
		h.topic("channel.follow", "revoked", "", "Access was withdrawn.");
		h.topic("channel.poll.begin", "needs_scope", "channel:read:polls");
		h.topic("channel.poll.end", "needs_scope", "channel:read:polls");
		h.topic("channel.bits.use", "needs_scope", "bits:read");
		h.topic("channel.subscribe", "foreign");
		h.topic("channel.raid", "waiting");
		h.show(340, 1200);
		h.everythingWell();
		ConnectionPage &page = connectionPage(h);
		QString text = allText(page);
		for (const char *part : {"1 of 6", "being requested: 1", "channel.follow: Access was withdrawn.",
					 "only on your own channel: 1"}) {
			QVERIFY2(text.contains(QLatin1StringView(part)), qPrintable(text));
		}
		QVERIFY(!text.contains(QStringLiteral("bits:read")));
		button(page, "Show what is missing (2)")->click();
		text = allText(page);
		QVERIFY(text.contains(QStringLiteral("Polls")) && text.contains(QStringLiteral("channel:read:polls")));
		QCOMPARE(countButtons(page, "Allow …"), 2);
		h.accountCalls.clear();
		button(page, "Allow …")->click();
		QCOMPARE(h.accountCalls.value(0), QStringLiteral("scopes 0 channel:read:polls"));
		h.accountCalls.clear();
		button(page, "Sign in again with all of them")->click();
		QCOMPARE(h.accountCalls.value(0), QStringLiteral("scopes 0 channel:read:polls bits:read"));
	}
	void itIsKeptLiveWhileItIsOnScreen()
	{
		Harness h;
		h.topic("stream.online", "waiting");
		h.show(340, 900);
		h.everythingWell();
		ConnectionPage &page = connectionPage(h);
		QVERIFY(allText(page).contains(QStringLiteral("0 of 1")));
		qstrncpy(h.topics[0].state, "enabled", sizeof(h.topics[0].state));
		QTRY_VERIFY(allText(page).contains(QStringLiteral("All kinds of events arrive (1)")));
		/* Hidden, nothing of it runs. */
		h.dock().hide();
		for (QTimer *timer : h.dock().findChildren<QTimer *>()) {
			QVERIFY(!timer->isActive() || timer->isSingleShot());
		}
	}
	void reconnectingThatIsRefusedSaysWhy()
	{
		Harness h;
		h.show(340, 900);
		h.everythingWell();
		ConnectionPage &page = connectionPage(h);
		h.refuse = true;
		button(page, "Reconnect")->click();
		QVERIFY(allText(page).contains(QStringLiteral("Twitch says no.")));
		h.refuse = false;
		button(page, "Reconnect")->click();
		QVERIFY(!allText(page).contains(QStringLiteral("Twitch says no.")));
		QCOMPARE(h.countCalls(LX_PROC_RECONNECT), 2);
	}
	void withoutWebSocketOneLineSaysSo()
	{
		Harness h;
		h.topic("stream.online", "waiting");
		h.show(340, 900);
		h.everythingWell();
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_CONNECTION);
		event.connection.link = LX_LINK_EVENTSUB;
		event.connection.state = LX_LINK_REFUSED;
		event.connection.reason = "websocket";
		event.connection.detail = "libcurl does not speak WebSocket.";
		h.emitEvent(event);
		h.settle();
		ConnectionPage &page = connectionPage(h);
		QVERIFY(allText(page).contains(QStringLiteral("Asked for regularly")));
		QVERIFY(!allText(page).contains(QStringLiteral("Needs your attention")));
		QCOMPARE(allText(page).count(QStringLiteral("libcurl does not speak WebSocket.")), 1);
		QVERIFY(!allText(page).contains(QStringLiteral("0 of 1")));
	}
	void theRoleIsSaid()
	{
		Harness h;
		h.show(340, 900);
		h.everythingWell();
		ConnectionPage &page = connectionPage(h);
		QVERIFY(!allText(page).contains(QStringLiteral("this channel")));
		h.permission(LX_CHANNEL_ROLE_MODERATOR);
		h.settle();
		QVERIFY(allText(page).contains(QStringLiteral("You are a moderator of this channel")));
	}
	void theDiagnosisTellsAllButSecrets()
	{
		Harness h;
		h.topic("stream.online", "enabled");
		h.topic("channel.bits.use", "needs_scope", "bits:read");
		h.show();
		h.everythingWell();
		h.permission(LX_CHANNEL_ROLE_BROADCASTER);
		/* What people type is nowhere in it. */
		lx_settings_set_string(h.settings, LX_SETTING_LOGIN_WAY, "token");
		h.dock().showLogin(LX_ACCOUNT_MAIN);
		h.login(LX_LOGIN_WAITING);
		h.settle();
		button(connectionPage(h), "Copy diagnosis")->click();
		const QString diagnosis = QGuiApplication::clipboard()->text();
		for (const char *part : {"role: broadcaster", "events enabled: 1\n", "channel.bits.use (bits:read)"}) {
			QVERIFY2(diagnosis.contains(QLatin1StringView(part)), qPrintable(diagnosis));
		}
		for (const char *secret : {"ABCDEFGH", "device-code", "oauth:", "Bearer"}) {
			QVERIFY2(!diagnosis.contains(QLatin1StringView(secret)), secret);
		}
	}
	void removedWithoutSayingHowIsNoBan()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.say("anna", "first");
		h.say("bert", "second");
		h.ban("anna", LX_DURATION_UNKNOWN);
		h.settle();
		const ChatModel &model = h.dock().chat().model();
		const ChatRow &anna = model.row(model.firstSeq());
		QCOMPARE(anna.fate, Fate::Deleted);
		QCOMPARE(anna.fateText, QStringLiteral("removed by a moderator"));
		QCOMPARE(model.row(model.firstSeq() + 1).fate, Fate::None);
		const ActionRules &rules = h.dock().chat().view().rules();
		QVERIFY(actionFits(RowAction::Ban, anna, rules));
		QVERIFY(!actionFits(RowAction::Unban, anna, rules));
		/* Then it is told what it was; afterwards less is no news. */
		h.ban("anna", 600, "Karel");
		h.ban("anna", LX_DURATION_UNKNOWN);
		h.settle();
		QCOMPARE(model.row(model.firstSeq()).fate, Fate::TimedOut);
	}
	void numbersAreAskedForOnlyWhileSomebodyLooks()
	{
		Harness h;
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_STATS);
		h.emitEvent(event);
		h.settle();
		QCOMPARE(h.statsAsked, 0);
		h.show();
		QCOMPARE(h.statsAsked, 1);
		h.emitEvent(event);
		h.settle();
		QCOMPARE(h.statsAsked, 2);
		/* Nothing changes: it goes on asking, or the numbers would be let go. */
		QTimer *asking = nullptr;
		for (QTimer *timer : h.dock().findChildren<QTimer *>()) {
			if (timer->isActive() && timer->interval() >= 30000 && timer->interval() < 120000 &&
			    !timer->isSingleShot()) {
				asking = timer;
			}
		}
		QVERIFY(asking);
		h.dock().hide();
		QVERIFY(!asking->isActive());
		h.emitEvent(event);
		h.settle();
		QCOMPARE(h.statsAsked, 2);
	}
};

QTEST_MAIN(TestPermissions)
#include "test_permissions.moc"
