/* The dock as a whole: events in, intents out, what it says, how it ends. */
#include <thread>

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QTest>
#include <QToolButton>

#include "harness.hpp"
#include "ui/account/login_dialog.hpp"
#include "ui/account/qr_code.hpp"
#include "ui/chat/action_bar.hpp"
#include "ui/chat/by_name_dialog.hpp"
#include "ui/chat/input.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/view.hpp"
#include "ui/chat/welcome.hpp"
#include "ui/connection/page.hpp"
#include "ui/header.hpp"
#include "ui/settings/dialog.hpp"

using namespace lx;
using namespace lx::ui;
using test::Harness;

namespace {

template<typename T> T *visibleChild(QWidget &parent, const QString &text)
{
	for (T *child : parent.findChildren<T *>()) {
		if (child->isVisible() && child->text() == text) {
			return child;
		}
	}
	return nullptr;
}

QPushButton *button(QWidget &parent, const char *text)
{
	return visibleChild<QPushButton>(parent, QString::fromUtf8(text));
}

QString allText(QWidget &parent)
{
	QStringList texts;
	for (QLabel *label : parent.findChildren<QLabel *>()) {
		if (label->isVisible()) {
			texts << label->text();
		}
	}
	return texts.join(u'\n');
}

QString stateWords(Harness &h)
{
	/* The last of the pages' buttons. */
	return h.dock().findChildren<PageButton *>().constLast()->text();
}

} // namespace

class TestDock : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void linesComeInBatchesAndTheTimerRests()
	{
		Harness h;
		h.show();
		const QSignalSpy inserted(&h.dock().chat().model(), &QAbstractItemModel::rowsInserted);
		for (int i = 0; i < 200; i++) {
			h.say("anna", "hello");
		}
		QCOMPARE(inserted.count(), 0);
		QTRY_COMPARE(inserted.count(), 1);
		QCOMPARE(h.dock().chat().model().rowCount(), 200);
		/* Nothing comes: no timer of the feed is left running. */
		for (QTimer *timer : h.dock().feed().findChildren<QTimer *>()) {
			QVERIFY(!timer->isActive());
		}
	}
	void hiddenItKeepsLinesAndShowsThemLater()
	{
		Harness h;
		h.show();
		h.dock().hide();
		const QSignalSpy inserted(&h.dock().chat().model(), &QAbstractItemModel::rowsInserted);
		for (int i = 0; i < 300; i++) {
			h.say("anna", "hello");
		}
		QTest::qWait(2 * Feed::flushMs);
		QCOMPARE(inserted.count(), 0);
		h.dock().show();
		QCOMPARE(h.dock().chat().model().rowCount(), 300);
	}
	void hiddenTheQueueIsBounded()
	{
		Harness h;
		h.show();
		h.dock().hide();
		const std::string last = [&h] {
			std::string id;
			for (int i = 0; i < 30000; i++) {
				id = h.say("anna", "hello");
			}
			return id;
		}();
		h.settle();
		const ChatModel &model = h.dock().chat().model();
		QCOMPARE(model.rowCount(), model.capacity());
		QCOMPARE(model.row(model.endSeq() - 1).id, QByteArray::fromStdString(last));
	}
	void eventsMayComeFromAnyThread()
	{
		Harness h;
		h.show();
		std::vector<std::thread> threads;
		for (int t = 0; t < 4; t++) {
			threads.emplace_back([&h, t] {
				for (int i = 0; i < 500; i++) {
					struct lx_event event;
					lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
					const std::string id = std::to_string(t * 1000 + i);
					event.channel = "streamer";
					event.chat.id = id.c_str();
					event.chat.user.id = event.chat.user.login = event.chat.user.name = "x";
					event.chat.text = "from a thread";
					h.emitEvent(event);
				}
			});
		}
		for (std::thread &thread : threads) {
			thread.join();
		}
		QTRY_COMPARE(h.dock().chat().model().rowCount(), 2000);
	}
	void aLostConnectionLeavesAMark()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.say("anna", "before");
		h.connection(LX_LINK_CHAT, LX_LINK_WAITING, false, "gone");
		h.unixMs += 65000;
		h.connection(LX_LINK_CHAT, LX_LINK_ONLINE);
		h.say("anna", "after");
		h.settle();
		const ChatModel &model = h.dock().chat().model();
		QCOMPARE(model.rowCount(), 3);
		QCOMPARE(model.row(model.firstSeq() + 1).kind, RowKind::Gap);
	}
	void anotherChannelClearsTheView()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.say("anna", "in the first channel");
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_CONNECTION);
		event.channel = "other";
		event.connection.state = LX_LINK_ONLINE;
		h.emitEvent(event);
		h.settle();
		QCOMPARE(h.dock().chat().model().rowCount(), 0);
		QCOMPARE(h.dock().context().session.channel(), QStringLiteral("other"));
	}
	void theStateIsSaidInWords()
	{
		Harness h;
		h.show();
		QCOMPARE(stateWords(h), QStringLiteral("Not connected"));
		h.connection(LX_LINK_CHAT, LX_LINK_CONNECTING);
		h.settle();
		QCOMPARE(stateWords(h), QStringLiteral("Connecting …"));
		h.connection(LX_LINK_CHAT, LX_LINK_ONLINE, true);
		h.settle();
		QCOMPARE(stateWords(h), QStringLiteral("Reading along"));
		h.connection(LX_LINK_CHAT, LX_LINK_ONLINE);
		h.settle();
		QCOMPARE(stateWords(h), QStringLiteral("Connected"));
		h.connection(LX_LINK_CHAT, LX_LINK_WAITING, false, "no network");
		h.settle();
		QCOMPARE(stateWords(h), QStringLiteral("Lost, trying again"));
		h.connection(LX_LINK_CHAT, LX_LINK_REFUSED, false, "banned");
		h.settle();
		QCOMPARE(stateWords(h), QStringLiteral("Needs your attention"));
	}
	void readingNeedsNoAccount()
	{
		Harness h;
		h.show();
		auto *welcome = h.dock().findChild<WelcomePage *>();
		QVERIFY(welcome->isVisible());
		QTest::keyClicks(welcome->channelEdit(), QStringLiteral("https://twitch.tv/SomeBody"));
		QTest::keyClick(welcome->channelEdit(), Qt::Key_Return);
		QCOMPARE(h.lastCall(LX_PROC_CONNECT)->texts.at("channel"), std::string("somebody"));
		char *channel = lx_settings_string(h.settings, LX_SETTING_CHANNEL);
		QCOMPARE(QByteArray(channel), QByteArray("somebody"));
		bfree(channel);
		h.connection(LX_LINK_CHAT, LX_LINK_ONLINE, true);
		h.settle();
		QVERIFY(!welcome->isVisible());
		QVERIFY(h.dock().chat().input().isVisible());
		QVERIFY(!h.dock().chat().input().edit()->isEnabled());
		QVERIFY(h.dock().chat().input().edit()->placeholderText().contains(QStringLiteral("Sign in")));
	}
	void writing()
	{
		Harness h;
		h.show();
		h.everythingWell();
		ChatInput &input = h.dock().chat().input();
		QTest::keyClicks(input.edit(), QStringLiteral("hello there"));
		QTest::keyClick(input.edit(), Qt::Key_Return, Qt::ShiftModifier);
		QCOMPARE(h.countCalls(LX_PROC_SEND), 0);
		QTest::keyClick(input.edit(), Qt::Key_Return);
		QCOMPARE(h.lastCall(LX_PROC_SEND)->texts.at("text"), std::string("hello there"));
		QVERIFY(input.text().isEmpty());
		/* Not taken: the words stay. */
		h.refuse = true;
		QTest::keyClicks(input.edit(), QStringLiteral("second"));
		QTest::keyClick(input.edit(), Qt::Key_Return);
		QCOMPARE(input.text(), QStringLiteral("second"));
		QCOMPARE(h.dock().chat().actions().sentence(), QStringLiteral("Twitch says no."));
		h.refuse = false;
		QTest::keyClick(input.edit(), Qt::Key_Return);
		/* The arrows bring back what was sent, and the draft. */
		QTest::keyClicks(input.edit(), QStringLiteral("draft"));
		QTest::keyClick(input.edit(), Qt::Key_Up);
		QCOMPARE(input.text(), QStringLiteral("second"));
		QTest::keyClick(input.edit(), Qt::Key_Up);
		QTest::keyClick(input.edit(), Qt::Key_Up);
		QCOMPARE(input.text(), QStringLiteral("hello there"));
		QTest::keyClick(input.edit(), Qt::Key_Down);
		QTest::keyClick(input.edit(), Qt::Key_Down);
		QCOMPARE(input.text(), QStringLiteral("draft"));
		/* Emoji count once; one too many is not sent. */
		input.edit()->setPlainText(QStringLiteral("😂").repeated(501));
		const int sent = h.countCalls(LX_PROC_SEND);
		QTest::keyClick(input.edit(), Qt::Key_Return);
		QCOMPARE(h.countCalls(LX_PROC_SEND), sent);
		input.edit()->setPlainText(QStringLiteral("😂").repeated(500));
		QTest::keyClick(input.edit(), Qt::Key_Return);
		QCOMPARE(h.countCalls(LX_PROC_SEND), sent + 1);
		/* What looks like a command is not shown to everybody. */
		input.edit()->setPlainText(QStringLiteral("/ban somebody"));
		QTest::keyClick(input.edit(), Qt::Key_Return);
		QCOMPARE(h.countCalls(LX_PROC_SEND), sent + 1);
		QCOMPARE(h.countCalls(LX_PROC_COMMAND), 1);
	}
	void answering()
	{
		Harness h;
		h.show();
		h.everythingWell();
		const std::string id = h.say("anna", "a question");
		h.settle();
		ChatInput &input = h.dock().chat().input();
		h.dock().chat().view().request(RowAction::Reply, h.dock().chat().model().firstSeq());
		QTest::keyClick(input.edit(), Qt::Key_Escape);
		QVERIFY(input.replyTo().isEmpty());
		h.dock().chat().view().request(RowAction::Reply, h.dock().chat().model().firstSeq());
		QTest::keyClicks(input.edit(), QStringLiteral("an answer"));
		QTest::keyClick(input.edit(), Qt::Key_Return);
		QCOMPARE(h.lastCall(LX_PROC_SEND)->texts.at("reply_to"), id);
		QVERIFY(input.replyTo().isEmpty());
	}
	void byName()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.dock().chat().showByName();
		auto *dialog = h.dock().findChild<ByNameDialog *>();
		QVERIFY(dialog && dialog->isVisible());
		QVERIFY(!button(*dialog, "Do it")->isEnabled());
		const QList<QLineEdit *> edits = dialog->findChildren<QLineEdit *>();
		edits[0]->setText(QStringLiteral("@Bad_Guy"));
		edits[1]->setText(QStringLiteral("spam"));
		dialog->findChild<QComboBox *>()->setCurrentIndex(2);
		button(*dialog, "Do it")->click();
		const test::ProcCall *call = h.lastCall(LX_PROC_TIMEOUT);
		QVERIFY(call);
		QCOMPARE(call->texts.at("user_login"), std::string("bad_guy"));
		QCOMPARE(call->texts.at("reason"), std::string("spam"));
		QCOMPARE(call->numbers.at("duration_s"), 600);
	}
	void signingInByDeviceCode()
	{
		Harness h;
		h.show();
		button(h.dock(), "Sign in to Twitch")->click();
		auto *dialog = h.dock().findChild<LoginDialog *>();
		QVERIFY(dialog->isVisible());
		QVERIFY(h.accountCalls.contains(QStringLiteral("login 0 0")));
		QCOMPARE(dialog->page(), LoginDialog::BusyPage);
		h.login(LX_LOGIN_WAITING);
		h.settle();
		QCOMPARE(dialog->page(), LoginDialog::DevicePage);
		QVERIFY(allText(*dialog).contains(QStringLiteral("30:00")));
		h.unixMs += 65000;
		QTRY_VERIFY(allText(*dialog).contains(QStringLiteral("28:55")));
		button(*dialog, "Open the page")->click();
		QCOMPARE(h.opened, QStringList{QStringLiteral(
					   "https://www.twitch.tv/activate?public=true&device-code=ABCDEFGH")});
		/* Closed and opened again it shows where the sign-in stands, and starts no second one. */
		dialog->close();
		const qsizetype calls = h.accountCalls.size();
		LoginDialog *again = h.dock().showLogin(LX_ACCOUNT_MAIN);
		QCOMPARE(again->page(), LoginDialog::DevicePage);
		QCOMPARE(h.accountCalls.size(), calls);
		h.login(LX_LOGIN_FINISHING);
		h.settle();
		QCOMPARE(again->page(), LoginDialog::BusyPage);
		h.signIn();
		h.login(LX_LOGIN_DONE);
		h.settle();
		QCOMPARE(again->page(), LoginDialog::DonePage);
		QVERIFY(allText(*again).contains(QStringLiteral("Signed in as Streamer")));
	}
	void aFailedSignInSaysWhyAndTriesAgain()
	{
		Harness h;
		h.show();
		LoginDialog *dialog = h.dock().showLogin(LX_ACCOUNT_MAIN);
		h.login(LX_LOGIN_FAILED, LX_LOGIN_DEVICE, "You said no on Twitch's page.");
		h.settle();
		QCOMPARE(dialog->page(), LoginDialog::FailedPage);
		QVERIFY(allText(*dialog).contains(QStringLiteral("You said no on Twitch's page.")));
		h.accountCalls.clear();
		button(*dialog, "Try again")->click();
		QCOMPARE(h.accountCalls, QStringList{QStringLiteral("login 0 0")});
		h.login(LX_LOGIN_WAITING);
		h.settle();
		button(*dialog, "Cancel")->click();
		QVERIFY(h.accountCalls.contains(QStringLiteral("cancel 0")));
		QVERIFY(!dialog->isVisible());
	}
	void theBrowserWayOpensItsPageOnce()
	{
		Harness h;
		h.show();
		lx_settings_set_string(h.settings, LX_SETTING_LOGIN_WAY, "code");
		LoginDialog *dialog = h.dock().showLogin(LX_ACCOUNT_MAIN);
		QVERIFY(h.accountCalls.contains(QStringLiteral("login 0 1")));
		h.login(LX_LOGIN_WAITING, LX_LOGIN_CODE);
		h.login(LX_LOGIN_WAITING, LX_LOGIN_CODE);
		h.settle();
		QCOMPARE(dialog->page(), LoginDialog::BrowserPage);
		QCOMPARE(h.opened.size(), 1);
	}
	void aPastedTokenStaysNowhere()
	{
		Harness h;
		h.show();
		lx_settings_set_string(h.settings, LX_SETTING_LOGIN_WAY, "token");
		LoginDialog *dialog = h.dock().showLogin(LX_ACCOUNT_MAIN);
		QCOMPARE(dialog->page(), LoginDialog::TokenPage);
		const QList<QLineEdit *> edits = dialog->findChildren<QLineEdit *>();
		QLineEdit *token = nullptr;
		for (QLineEdit *edit : edits) {
			if (edit->echoMode() == QLineEdit::Password) {
				token = edit;
			}
		}
		QVERIFY(token);
		token->setText(QStringLiteral(" oauth:s3cr3t "));
		button(*dialog, "Sign in")->click();
		QCOMPARE(h.accountCalls.last(), QStringLiteral("token 0  s3cr3t"));
		for (QLineEdit *edit : edits) {
			QVERIFY(!edit->text().contains(QStringLiteral("s3cr3t")));
		}
	}
	void onlyWebPagesAreOpened()
	{
		Harness h;
		QVERIFY(!h.dock().context().openUrl(QStringLiteral("file:///etc/passwd")));
		QVERIFY(!h.dock().context().openUrl(QStringLiteral("javascript:alert(1)")));
		QVERIFY(h.opened.isEmpty());
	}
	void qrCodes()
	{
		QVERIFY(qrImage({}).isNull());
		const QImage image = qrImage(QStringLiteral("https://www.twitch.tv/activate"));
		QVERIFY(image.width() >= 21 + 8);
		QCOMPARE(image.pixelColor(0, 0), QColor(Qt::white));
		/* The finder pattern's corner stands after the quiet zone. */
		QCOMPARE(image.pixelColor(4, 4), QColor(Qt::black));
		QVERIFY(qrImage(QString(5000, u'x')).isNull());
	}
	void settingsCountFromApplyOn()
	{
		Harness h;
		h.show();
		h.everythingWell();
		SettingsDialog *dialog = h.dock().showSettings();
		const auto boxes = dialog->findChildren<QCheckBox *>();
		const auto flags = [&h] {
			QList<bool> values;
			for (int i = 0; i < LX_SETTING_COUNT; i++) {
				values << lx_settings_bool(h.settings, lx_setting(i));
			}
			return values;
		};
		const QList<bool> before = flags();
		for (QCheckBox *box : boxes) {
			box->toggle();
		}
		const auto timeout = [&dialog] {
			for (QSpinBox *box : dialog->findChildren<QSpinBox *>()) {
				if (box->accessibleName() == QStringLiteral("Timeout button 1")) {
					return box;
				}
			}
			return static_cast<QSpinBox *>(nullptr);
		};
		timeout()->setValue(5);
		button(*dialog, "Cancel")->click();
		QCOMPARE(flags(), before);
		QCOMPARE(lx_settings_int(h.settings, LX_SETTING_TIMEOUT_1), 60);
		QCOMPARE(h.settingsSaved, 0);
		QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);

		dialog = h.dock().showSettings();
		timeout()->setValue(5);
		for (QLineEdit *edit : dialog->findChildren<QLineEdit *>()) {
			if (edit->placeholderText() == QStringLiteral("your own")) {
				edit->setText(QStringLiteral("not a name"));
				QVERIFY(!button(*dialog, "OK")->isEnabled());
				edit->setText(QStringLiteral("#Other"));
			} else if (edit->placeholderText() == QStringLiteral("built in")) {
				edit->setText(QStringLiteral("myclient"));
			} else if (edit->echoMode() == QLineEdit::Password) {
				edit->setText(QStringLiteral("mysecret"));
			}
		}
		button(*dialog, "Apply")->click();
		QVERIFY(dialog->isVisible());
		QCOMPARE(lx_settings_int(h.settings, LX_SETTING_TIMEOUT_1), 300);
		QCOMPARE(h.dock().chat().view().rules().timeoutsS[0], 300);
		QCOMPARE(h.settingsSaved, 1);
		QCOMPARE(h.lastCall(LX_PROC_CONNECT)->texts.at("channel"), std::string("other"));
		QCOMPARE(h.accountCalls.last(), QStringLiteral("client myclient mysecret"));
		for (QLineEdit *edit : dialog->findChildren<QLineEdit *>()) {
			QVERIFY(!edit->text().contains(QStringLiteral("mysecret")));
		}
		/* Applied twice, nothing is connected or told twice. */
		const size_t calls = h.calls.size();
		const qsizetype told = h.accountCalls.size();
		button(*dialog, "OK")->click();
		QCOMPARE(h.calls.size(), calls);
		QCOMPARE(h.accountCalls.size(), told);
		QVERIFY(!dialog->isVisible());
	}
	void theConnectionPageSaysWhatIsMissing()
	{
		Harness h;
		h.health = {84, 793, 800, "Twitch had trouble."};
		h.show();
		h.everythingWell();
		h.signIn("chat:read chat:edit");
		h.connection(LX_LINK_EVENTSUB, LX_LINK_WAITING, false, "Twitch did not answer.");
		h.settle();
		h.dock().showPage(Dock::ConnectionPageIndex);
		auto *page = h.dock().findChild<ConnectionPage *>();
		/* Permissions may break behind their colons. */
		const QString text = allText(*page).remove(u'\u200B');
		for (const char *part :
		     {"Streamer", "moderator:manage:banned_users", "Lost, next try: 4 s", "Twitch did not answer.",
		      "Answers in 84 ms", "793", "Twitch had trouble.", "3 h"}) {
			QVERIFY2(text.contains(QLatin1StringView(part)), part);
		}
		button(*page, "Copy diagnosis")->click();
		const QString diagnosis = QGuiApplication::clipboard()->text();
		for (const char *part :
		     {"1.2.3", "streamer", "missing: user:read:chat", "eventsub: waiting", "latency 84 ms"}) {
			QVERIFY2(diagnosis.contains(QLatin1StringView(part)), qPrintable(diagnosis));
		}
		button(*page, "Reconnect")->click();
		QCOMPARE(h.countCalls(LX_PROC_RECONNECT), 1);
		button(*page, "Sign out")->click();
		QVERIFY(h.accountCalls.contains(QStringLiteral("logout 0")));
	}
	/* While OBS loads it gets an empty widget; what is in it is made when it is needed. */
	void madeWhenFirstNeeded()
	{
		Harness h;
		for (const bool shown : {false, true}) {
			void *widget = lx_ui_create(&h.dock().context().core);
			auto *shell = static_cast<QWidget *>(widget);
			QVERIFY(!shell->findChild<Dock *>());
			lx_ui_theme_changed(widget); /* nothing to do yet */
			QVERIFY(!shell->findChild<Dock *>());
			shown ? shell->show() : lx_ui_start(widget);
			auto *dock = shell->findChild<Dock *>();
			QVERIFY(dock);
			lx_ui_start(widget);
			QCOMPARE(shell->findChildren<Dock *>().size(), 1);
			if (shown) {
				QTRY_COMPARE(dock->size(), shell->size());
			}
			lx_ui_stop(widget);
			lx_ui_stop(widget);
			lx_ui_hotkey(widget, LX_UI_HOTKEY_UNDO);
			lx_ui_show_settings(widget);
			delete shell;
		}
		/* Stopped before anybody saw it: it stays empty. */
		void *widget = lx_ui_create(&h.dock().context().core);
		auto *shell = static_cast<QWidget *>(widget);
		lx_ui_stop(widget);
		lx_ui_stop(nullptr);
		lx_ui_start(nullptr);
		shell->show();
		lx_ui_hotkey(widget, LX_UI_HOTKEY_UNDO);
		QVERIFY(!shell->findChild<Dock *>());
		delete shell;
	}
	void afterTheEndNothingIsTouched()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.say("anna", "hello");
		h.settle();
		h.dock().showLogin(LX_ACCOUNT_MAIN);
		h.dock().showSettings();
		h.say("anna", "still in the queue");
		h.connection(LX_LINK_CHAT, LX_LINK_REFUSED, false, "on its way when the end came");
		h.dock().stop();
		h.dock().stop();
		const size_t calls = h.calls.size();
		h.say("anna", "too late");
		h.connection(LX_LINK_CHAT, LX_LINK_OFFLINE);
		h.dock().hotkey(LX_UI_HOTKEY_UNDO);
		h.dock().showSettings();
		QCoreApplication::processEvents();
		QTest::qWait(2 * Feed::flushMs);
		QCOMPARE(h.calls.size(), calls);
		QCOMPARE(h.dock().chat().model().rowCount(), 1);
		QCOMPARE(h.dock().context().session.link(LX_LINK_CHAT).state, LX_LINK_ONLINE);
		h.dock().hide();
		h.dock().show();
		(void)h.dock().grab();
	}
	void hotkeysFromAnotherThread()
	{
		Harness h;
		h.show();
		h.everythingWell();
		const std::unique_ptr<QWidget> shell(static_cast<QWidget *>(lx_ui_create(&h.dock().context().core)));
		std::thread other([&shell] { lx_ui_hotkey(shell.get(), LX_UI_HOTKEY_UNDO); });
		other.join();
		QCOMPARE(h.countCalls(LX_PROC_UNDO), 0);
		QTRY_COMPARE(h.countCalls(LX_PROC_UNDO), 1);
		lx_ui_stop(shell.get());
	}
	void theThemeMayChange()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.say("anna", "hello", 0, 0x0000FF);
		h.settle();
		(void)h.dock().grab();
		QGuiApplication::setPalette(test::lightPalette());
		h.dock().themeChanged();
		QCoreApplication::processEvents();
		const QImage image = h.dock().grab().toImage();
		const QPoint place = h.dock().chat().view().viewport()->mapTo(&h.dock(), QPoint(300, 5));
		QCOMPARE(image.pixelColor(place), test::lightPalette().color(QPalette::Base));
	}
};

QTEST_MAIN(TestDock)
#include "test_dock.moc"
