/*
 * Streamer mode, place by place: each is drawn twice with different secrets in it. What is hidden leaves no trace if both
 * pictures are the same, to the pixel; and it was worth hiding, and can be shown, if they differ after a click.
 */
#include <atomic>
#include <functional>

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>

#include "harness.hpp"
#include "log_world.hpp"
#include "ui/account/login_dialog.hpp"
#include "ui/chat/action_bar.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/chat/user_card.hpp"
#include "ui/log/page.hpp"
#include "ui/log/search_line.hpp"
#include "ui/replay/page.hpp"
#include "ui/settings/account_page.hpp"
#include "ui/settings/connection_page.hpp"
#include "ui/settings/rule_dialog.hpp"
#include "ui/settings/rules_page.hpp"
#include "ui/veil.hpp"

using namespace lx;
using namespace lx::ui;
using lx::test::Harness;
using lx::test::LogWorld;

namespace {

constexpr const char *secrets[] = {"crocodil", "aardvark"}; /* as long as a code to sign in with */
constexpr int64_t minute = 60000;

/* A dock on air in streamer mode, signed in, with a log that holds the secret, too. */
struct Stage {
	explicit Stage(const char *secret) : secret(secret)
	{
		world.say("anna", "hello everybody", 9 * minute);
		const QByteArray gone = world.say("bert", secret, 8 * minute);
		moderate(LX_EVENT_MESSAGE_DELETED, gone, 7 * minute);
		world.say("bert", secret, 6 * minute);
		moderate(LX_EVENT_USER_BANNED, {}, 5 * minute);
		world.flush();
		h.setLog(world.log(), world.archive());
		h.show(340, 560);
		h.everythingWell();
		lx_settings_set_int(h.settings, LX_SETTING_STREAMER_MODE, int(StreamerMode::Wish::Automatic));
		/* Notes of who is new today come when the log has been asked: sooner or later, so pictures would differ. */
		lx_settings_set_bool(h.settings, LX_SETTING_CHATTER_NOTES, false);
		context().settingsChanged();
		context().streamerMode.setOnAir(true);
		h.settle();
	}

	Context &context() { return h.dock().context(); }
	void moderate(enum lx_event_type type, const QByteArray &message, int64_t ago_ms)
	{
		const QByteArray user = LogWorld::idOf("bert");
		struct lx_event event;
		lx_event_init(&event, type);
		event.time_ms = LogWorld::now - ago_ms;
		event.channel = "streamer";
		event.room_id = "100";
		event.moderation.user_id = user.constData();
		event.moderation.user_login = "bert";
		event.moderation.message_id = message.constData();
		event.moderation.moderator_name = secret.constData();
		event.moderation.moderator_login = secret.constData();
		event.moderation.duration_s = 600;
		event.moderation.reason = secret.constData();
		lx_log_add(world.log(), &event);
	}
	/* Everybody who sees something hidden here is clicked. */
	void reveal(QWidget &top)
	{
		for (Veil *veil : top.findChildren<Veil *>()) {
			if (veil->isVisible()) {
				veil->findChild<QPushButton *>()->click();
			}
		}
		h.settle();
	}

	QByteArray secret;
	LogWorld world;
	Harness h;
};

/* Brings a place on screen and returns what is to be drawn; `s` lives on. */
using Place = std::function<QWidget *(Stage &s)>;

QWidget *chat(Stage &s)
{
	s.h.say("anna", "hello everybody");
	const std::string id = s.h.say("bert", s.secret.constData());
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.time_ms = s.h.unixMs;
	event.channel = "streamer";
	event.room_id = "100";
	event.chat.id = "an-answer";
	event.chat.user.id = "7";
	event.chat.user.login = event.chat.user.name = "carla";
	event.chat.text = "what a thing to say";
	event.chat.reply_id = id.c_str();
	event.chat.reply_login = event.chat.reply_name = "bert";
	event.chat.reply_text = s.secret.constData();
	s.h.emitEvent(event);
	s.h.settle();
	s.h.remove(id, s.secret.constData());
	event.chat.id = "a-late-answer";
	s.h.emitEvent(event);
	s.h.ban("anna", 600, s.secret.constData());

	lx_event_init(&event, LX_EVENT_WHISPER);
	event.time_ms = s.h.unixMs;
	event.chat.user.id = "8";
	event.chat.user.login = event.chat.user.name = s.secret.constData();
	event.chat.text = s.secret.constData();
	s.h.emitEvent(event);
	lx_event_init(&event, LX_EVENT_AUTOMOD_MESSAGE);
	event.time_ms = s.h.unixMs;
	event.channel = "streamer";
	event.automod_message.phase = LX_PHASE_BEGIN;
	event.automod_message.message_id = "held";
	event.automod_message.user.id = "9";
	event.automod_message.user.login = event.automod_message.user.name = s.secret.constData();
	event.automod_message.text = s.secret.constData();
	event.automod_message.reason = "automod";
	event.automod_message.category = "swearing";
	s.h.emitEvent(event);
	s.h.action(LX_ACTION_BAN, LX_ACTION_DONE, "", s.secret.constData());
	s.h.settle();
	return &s.h.dock();
}

QWidget *chatLog(Stage &s)
{
	lx_settings_set_string(s.h.settings, LX_SETTING_LOG_SEARCHES, s.secret.constData());
	auto *page = static_cast<LogPage *>(s.h.dock().showPage(Dock::LogPageIndex));
	const bool there = QTest::qWaitFor([&] { return page->hits().lines().messages() == 3; }, 20000);
	s.h.action(LX_ACTION_BAN, LX_ACTION_FAILED, "", s.secret.constData(), s.secret.constData());
	s.h.settle();
	return there ? &s.h.dock() : nullptr;
}

QWidget *card(Stage &s)
{
	std::atomic<bool> noted = false;
	lx_log_set_note(
		s.world.log(), LogWorld::idOf("bert").constData(), s.secret.constData(),
		[](enum lx_database_trouble, bool, int64_t, void *done) {
			*static_cast<std::atomic<bool> *>(done) = true;
		},
		&noted);
	if (!QTest::qWaitFor([&noted] { return noted.load(); }, 20000)) {
		return nullptr;
	}
	s.h.say("bert", "good evening");
	s.h.settle();
	ChatView &view = s.h.dock().chat().view();
	Q_EMIT view.userClicked(s.h.dock().chat().model().endSeq() - 1, s.h.dock().mapToGlobal(QPoint(20, 20)));
	auto *card = s.h.dock().findChild<UserCard *>();
	auto *note = card->findChild<QPlainTextEdit *>(QStringLiteral("livextremNote"));
	auto *history = card->findChild<QListWidget *>(QStringLiteral("livextremHistory"));
	/* The note and the history are two answers. */
	const bool read = QTest::qWaitFor(
		[&] { return note->toPlainText() == QString::fromUtf8(s.secret) && history->count() >= 4; }, 20000);
	return read ? card : nullptr;
}

QWidget *connection(Stage &s)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_ACCOUNT);
	event.account.state = LX_ACCOUNT_SIGNED_IN;
	event.account.user_id = "100";
	event.account.login = event.account.name = s.secret.constData();
	event.account.scopes = s.secret.constData();
	event.account.storage = "store";
	event.account.detail = s.secret.constData();
	s.h.emitEvent(event);
	event.account.role = LX_ACCOUNT_BOT;
	s.h.emitEvent(event);
	s.h.connection(LX_LINK_HELIX, LX_LINK_REFUSED, false, s.secret.constData());
	s.h.health.budget_limit = 800;
	qstrncpy(s.h.health.last_error, s.secret.constData(), sizeof(s.h.health.last_error));
	s.h.topic("channel.follow", "refused", "", s.secret.constData());
	s.h.settle();
	s.h.dock().showPage(Dock::ConnectionPageIndex);
	s.h.settle();
	return &s.h.dock();
}

template<typename Page> QWidget *settings(Stage &s)
{
	auto *page = new Page(s.context());
	page->setParent(&s.h.dock(), Qt::Window);
	page->load();
	page->resize(400, 480);
	page->show();
	s.h.settle();
	return page;
}

QWidget *accounts(Stage &s)
{
	connection(s);
	return settings<AccountPage>(s);
}

QWidget *application(Stage &s)
{
	lx_settings_set_string(s.h.settings, LX_SETTING_CLIENT_ID, s.secret.constData());
	return settings<ConnectionSettingsPage>(s);
}

QWidget *rules(Stage &s)
{
	RuleDef rule;
	rule.name = rule.query = QString::fromUtf8(s.secret);
	rule.hide = true;
	s.context().rules.addRule(std::move(rule));
	s.context().rules.openView(QString::fromUtf8(s.secret), QString::fromUtf8(s.secret), false);
	return settings<RulesSettingsPage>(s);
}

QWidget *signIn(Stage &s)
{
	LoginDialog *dialog = s.h.dock().showLogin(LX_ACCOUNT_BOT);
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_LOGIN);
	event.login.role = LX_ACCOUNT_BOT;
	event.login.way = LX_LOGIN_DEVICE;
	event.login.state = LX_LOGIN_WAITING;
	event.login.user_code = event.login.short_url = event.login.url = s.secret.constData();
	event.login.expires_ms = s.h.unixMs + 30 * minute;
	for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
		if (button->isVisible() && button->isDefault()) {
			button->click();
		}
	}
	s.h.emitEvent(event);
	s.h.settle();
	return dialog->page() == LoginDialog::DevicePage ? dialog : nullptr;
}

} // namespace

Q_DECLARE_METATYPE(Place)

class TestStreamerMode : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void initTestCase() { QApplication::setCursorFlashTime(0); }

	void nothingOfASecretIsDrawn_data()
	{
		QTest::addColumn<Place>("place");
		QTest::newRow("chat") << Place(chat);
		QTest::newRow("log") << Place(chatLog);
		QTest::newRow("user card") << Place(card);
		QTest::newRow("connection") << Place(connection);
		QTest::newRow("accounts") << Place(accounts);
		QTest::newRow("application") << Place(application);
		QTest::newRow("rules") << Place(rules);
		QTest::newRow("sign-in") << Place(signIn);
	}
	void nothingOfASecretIsDrawn()
	{
		QFETCH(Place, place);
		QImage hidden[2], shown[2], again[2];
		for (int i = 0; i < 2; i++) {
			Stage s(secrets[i]);
			QWidget *top = place(s);
			QVERIFY(top);
			hidden[i] = top->grab().toImage();
			hidden[i].save(
				QStringLiteral(PICTURES_DIR "/streamer-%1-%2.png").arg(QTest::currentDataTag()).arg(i));
			const QList<Veil *> veils = top->findChildren<Veil *>();
			const bool here = std::any_of(veils.begin(), veils.end(),
						      [](const Veil *veil) { return veil->isVisible(); });
			if (here) {
				s.reveal(*top);
			} else { /* the chat is shown by the sign in the header */
				s.context().streamerMode.toggle();
				s.h.settle();
			}
			shown[i] = top->grab().toImage();
			/* The next stream begins hidden. */
			s.context().streamerMode.setOnAir(false);
			s.context().streamerMode.setOnAir(true);
			s.h.settle();
			again[i] = top->grab().toImage();
		}
		QCOMPARE(hidden[0], hidden[1]);
		QVERIFY(shown[0] != shown[1]);
		QCOMPARE(again[0], again[1]);
	}
	void whatIsShownIsHiddenAgainWhenItsPlaceIsLeft()
	{
		Stage s(secrets[0]);
		auto *page = static_cast<LogPage *>(s.h.dock().showPage(Dock::LogPageIndex));
		auto *veil = page->findChild<Veil *>();
		QVERIFY(veil->hides() && veil->isVisible());
		s.reveal(*page);
		QVERIFY(!veil->hides() && !veil->isVisible());
		s.h.dock().showPage(Dock::ChatPageIndex);
		s.h.dock().showPage(Dock::LogPageIndex);
		QVERIFY(veil->hides() && veil->isVisible());
		/* Without streamer mode there is nothing to say. */
		s.context().streamerMode.setOnAir(false);
		QVERIFY(!veil->hides() && !veil->isVisible());
	}
	void earlierSearchesAreNotOffered()
	{
		Stage s(secrets[0]);
		lx_settings_set_string(s.h.settings, LX_SETTING_LOG_SEARCHES, "from:crocodil");
		auto *page = static_cast<LogPage *>(s.h.dock().showPage(Dock::LogPageIndex));
		page->line().setFocus();
		QTest::keyClick(&page->line(), Qt::Key_Down);
		QVERIFY(!page->line().completer() || !QApplication::activePopupWidget());
		QCOMPARE(page->line().recent(), QStringList{QStringLiteral("from:crocodil")}); /* kept all the same */
	}
	void aRuleThatIsOpenIsHiddenWhenTheStreamBegins()
	{
		Stage s(secrets[0]);
		RuleDef rule;
		rule.name = rule.query = QStringLiteral("crocodil");
		RuleDialog dialog(s.context(), rule, &s.h.dock());
		dialog.show();
		const auto seen = [&dialog] {
			for (const QLineEdit *edit : dialog.findChildren<QLineEdit *>()) {
				if (edit->isVisible() && edit->text() == QStringLiteral("crocodil")) {
					return true;
				}
			}
			return false;
		};
		QVERIFY(seen()); /* who opened it wants to see it */
		s.context().streamerMode.setOnAir(false);
		s.context().streamerMode.setOnAir(true);
		QVERIFY(!seen());
		s.reveal(dialog);
		QVERIFY(seen());
		QCOMPARE(dialog.rule().query, QStringLiteral("crocodil"));
	}
	void foldersDoNotTellWhoseTheyAre()
	{
		const QString home = QDir::homePath();
		QCOMPARE(withoutHome(QStringLiteral("The log %1/obs/chat.sqlite is locked.").arg(home)),
			 QStringLiteral("The log ~/obs/chat.sqlite is locked."));
		QCOMPARE(withoutHome(QStringLiteral("/elsewhere/chat.sqlite")),
			 QStringLiteral("/elsewhere/chat.sqlite"));
		QCOMPARE(withoutHome(home + QStringLiteral("ly/chat")), home + QStringLiteral("ly/chat"));
	}
};

QTEST_MAIN(TestStreamerMode)
#include "test_streamer_mode.moc"
