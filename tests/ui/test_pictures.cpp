/*
 * Pictures of everything people see, written into the build folder for people to look at; and what a program can check of
 * them: no text is cut, colours can be read.
 */
#include <QDir>
#include <QMenu>
#include <QPushButton>
#include <QTest>

#include "harness.hpp"
#include "ui/account/login_dialog.hpp"
#include "ui/chat/by_name_dialog.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/user_card.hpp"
#include "ui/chat/view.hpp"
#include "ui/settings/dialog.hpp"

using namespace lx;
using test::Harness;

namespace {

void fill(Harness &h)
{
	h.everythingWell();
	h.say("anna_spielt", "Guten Abend zusammen! Läuft heute wieder Elden Ring?", LX_ROLE_SUBSCRIBER, 0x1E90FF, 0,
	      "subscriber/12");
	h.say("pixelknight", "yo what's up chat", 0, 0x0000FF);
	h.say("streamer",
	      "Hey, schön dass ihr da seid. Heute gibt es den letzten Boss, versprochen – und danach noch ein bisschen Just Chatting.",
	      LX_ROLE_BROADCASTER, 0xFF4500, 0, "broadcaster/1,subscriber/3006,partner/1");
	h.say("mod_karel", "Ahoj! Odkazy prosím jen se svolením moderátora.", LX_ROLE_MODERATOR, 0x2E8B57, 0,
	      "moderator/1,bits/1000");
	h.say("newbie_2026", "is this live? first time here, love the layout", 0, LX_COLOR_NONE, LX_CHAT_FIRST);
	h.say("سارة", "مرحبا بالجميع، كيف الحال اليوم؟", 0, 0xDAA520);
	h.say("moti", "שלום! איזה סטרים yalla מעולה 123", LX_ROLE_VIP, 0xFF69B4, 0, "vip/1");
	h.say("emoji_fan", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 GG 🎉🎉", 0, 0x9ACD32, 0,
	      "premium/1");
	const std::string spam =
		h.say("spammer99", "BUY FOLLOWERS cheap cheap >>> bigfollows . example <<<", 0, 0xFF0000);
	h.say("dora", "waves at everybody", 0, 0x8A2BE2, LX_CHAT_ACTION, "founder/0,sub-gifter/50");
	struct lx_event sub;
	lx_event_init(&sub, LX_EVENT_CHAT_NOTICE);
	sub.time_ms = h.unixMs;
	sub.channel = "streamer";
	sub.chat.id = "sub-1";
	sub.chat.user.id = "4242";
	sub.chat.user.login = "kaja";
	sub.chat.user.name = "Kája";
	sub.chat.user.badges = "subscriber/24";
	sub.chat.user.badge_info = "subscriber/27";
	sub.chat.notice = "resub";
	sub.chat.notice_count = 27;
	sub.chat.sub_plan = "1000";
	sub.chat.text = "Another month, still the best chat!";
	h.emitEvent(sub);
	sub.chat.id = "raid-1";
	sub.chat.user.login = sub.chat.user.name = "GreatRaider";
	sub.chat.notice = "raid";
	sub.chat.notice_count = 312;
	sub.chat.text = "";
	h.emitEvent(sub);
	sub.chat.id = "announcement-1";
	sub.chat.user.login = sub.chat.user.name = "mod_karel";
	sub.chat.user.badges = "moderator/1";
	sub.chat.notice = "announcement";
	sub.chat.announcement_color = "BLUE";
	sub.chat.text = "Community night is on Friday at 20:00.";
	h.emitEvent(sub);
	struct lx_event cheer;
	lx_event_init(&cheer, LX_EVENT_CHAT_MESSAGE);
	cheer.time_ms = h.unixMs;
	cheer.channel = "streamer";
	cheer.chat.id = "cheer-1";
	cheer.chat.user.id = "555";
	cheer.chat.user.login = cheer.chat.user.name = "big_spender";
	cheer.chat.user.color = 0x5F9EA0;
	cheer.chat.user.badges = "bits/5000,turbo/1";
	cheer.chat.bits = 1000;
	cheer.chat.text = "Cheer1000 take my bits";
	h.emitEvent(cheer);
	struct lx_event reply;
	lx_event_init(&reply, LX_EVENT_CHAT_MESSAGE);
	reply.time_ms = h.unixMs;
	reply.channel = "streamer";
	reply.chat.id = "reply-1";
	reply.chat.user.id = "556";
	reply.chat.user.login = reply.chat.user.name = "pixelknight";
	reply.chat.user.color = 0x0000FF;
	reply.chat.reply_id = "message-1";
	reply.chat.reply_name = "anna_spielt";
	reply.chat.reply_text = "Guten Abend zusammen! Läuft heute wieder Elden Ring?";
	reply.chat.text = "@anna_spielt ja, gleich nach der Pause";
	h.emitEvent(reply);
	h.say("viewer_7", "@streamer can you turn the music down a bit?", 0, 0xB22222);
	h.ban("spammer99", 0, "mod_karel");
	h.action(LX_ACTION_BAN, LX_ACTION_DONE, spam, "spammer99");
	const std::string rude = h.say("grumpy", "this game is trash and so are you", 0, 0x00FF7F);
	h.remove(rude, "Streamer");
	const std::string heated = h.say("hothead", "you all have no idea what you talk about", 0, 0x666666);
	h.ban("hothead", 600, "mod_karel");
	const std::string mod = h.say("other_mod", "let me handle this", LX_ROLE_MODERATOR, 0x00FA9A, 0, "moderator/1");
	h.action(LX_ACTION_TIMEOUT, LX_ACTION_FAILED, mod, "other_mod",
		 "Your account may not do this in this channel.");
	h.say("lena", "hahaha 😂", LX_ROLE_SUBSCRIBER, 0xD2691E, 0, "subscriber/6");
	h.settle();
}

void save(QWidget &widget, const char *name)
{
	QDir().mkpath(QStringLiteral(PICTURES_DIR));
	QCoreApplication::processEvents();
	QVERIFY(widget.grab().save(QStringLiteral(PICTURES_DIR "/%1.png").arg(name)));
}

/* Buttons and labels of one line must be as wide as their text asks for. */
void checkNothingCut(QWidget &top)
{
	for (QAbstractButton *button : top.findChildren<QAbstractButton *>()) {
		if (!button->isVisible() || button->text().isEmpty() || button->inherits("lx::ui::PageButton")) {
			continue;
		}
		const int needed = button->fontMetrics().horizontalAdvance(button->text());
		/* Not hidden behind the edge of a scrolled page either. */
		QVERIFY2(button->visibleRegion().isEmpty() || button->visibleRegion().boundingRect().width() >= needed,
			 qPrintable(button->text()));
	}
}

} // namespace

class TestPictures : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void dock_data()
	{
		QTest::addColumn<QByteArray>("language");
		QTest::addColumn<bool>("dark");
		QTest::addColumn<int>("width");
		QTest::newRow("dock-dark") << QByteArray("en-US") << true << 380;
		QTest::newRow("dock-light") << QByteArray("en-US") << false << 380;
		QTest::newRow("dock-german-narrow") << QByteArray("de-DE") << true << 300;
		QTest::newRow("dock-czech-narrow") << QByteArray("cs-CZ") << false << 300;
		QTest::newRow("dock-wide") << QByteArray("de-DE") << true << 900;
	}
	void dock()
	{
		QFETCH(QByteArray, language);
		QFETCH(bool, dark);
		QFETCH(int, width);
		Harness h(language.constData(), dark ? test::darkPalette() : test::lightPalette());
		h.show(width, 820);
		fill(h);
		ui::ChatView &view = h.dock().chat().view();
		/* The pointer on one line: its buttons show. */
		const quint64 seq = h.dock().chat().model().firstSeq() + 4;
		QTest::mouseMove(view.viewport(), view.rectOf(seq).center());
		QCoreApplication::processEvents();
		save(h.dock(), QTest::currentDataTag());
		checkNothingCut(h.dock());
	}
	void paused()
	{
		Harness h;
		h.show(340, 420);
		fill(h);
		h.dock().chat().view().setPaused(true);
		for (int i = 0; i < 12; i++) {
			h.say("viewer", "more and more lines come in");
		}
		h.settle();
		save(h.dock(), "dock-paused");
	}
	void popups_data()
	{
		QTest::addColumn<QByteArray>("language");
		for (const char *language : {"en-US", "de-DE", "cs-CZ"}) {
			QTest::newRow(language) << QByteArray(language);
		}
	}
	void popups()
	{
		QFETCH(QByteArray, language);
		Harness h(language.constData(), language == "cs-CZ" ? test::lightPalette() : test::darkPalette());
		h.show(300, 700);
		fill(h);
		ui::ChatView &view = h.dock().chat().view();
		const quint64 seq = h.dock().chat().model().endSeq() - 5;
		Q_EMIT view.userClicked(seq, h.dock().mapToGlobal(QPoint(20, 20)));
		auto *card = h.dock().findChild<ui::UserCard *>();
		QVERIFY(card);
		save(*card, qPrintable(QStringLiteral("card-%1").arg(language.constData())));
		checkNothingCut(*card);
		card->close();
		Q_EMIT view.menuRequested(seq, h.dock().mapToGlobal(QPoint(20, 20)));
		for (QMenu *menu : h.dock().findChildren<QMenu *>()) {
			if (menu->isVisible()) {
				save(*menu, qPrintable(QStringLiteral("menu-%1").arg(language.constData())));
				menu->close();
			}
		}
		h.dock().chat().showByName();
		auto *dialog = h.dock().findChild<ui::ByNameDialog *>();
		QVERIFY(dialog);
		save(*dialog, qPrintable(QStringLiteral("by-name-%1").arg(language.constData())));
		checkNothingCut(*dialog);
	}
	void welcome_data() { popups_data(); }
	void welcome()
	{
		QFETCH(QByteArray, language);
		Harness h(language.constData());
		h.show(300, 480);
		save(h.dock(), qPrintable(QStringLiteral("welcome-%1").arg(language.constData())));
		checkNothingCut(h.dock());
	}
	void connection_data() { popups_data(); }
	void connection()
	{
		QFETCH(QByteArray, language);
		Harness h(language.constData(), language == "cs-CZ" ? test::lightPalette() : test::darkPalette());
		h.health.latency_ms = 84;
		h.health.budget_left = 793;
		h.health.budget_limit = 800;
		h.show(300, 640);
		h.everythingWell();
		h.signIn("chat:read chat:edit user:read:chat");
		h.connection(LX_LINK_EVENTSUB, LX_LINK_WAITING, false, "Twitch did not answer in time.");
		h.permission(LX_CHANNEL_ROLE_MODERATOR);
		h.topic("stream.online", "enabled");
		h.topic("channel.bits.use", "needs_scope", "bits:read");
		h.topic("channel.poll.begin", "needs_scope", "channel:read:polls");
		h.topic("channel.moderate", "needs_scope",
			"moderator:read:blocked_terms moderator:read:chat_settings moderator:read:unban_requests");
		h.topic("channel.follow", "refused", "", "Your account is no longer a moderator of this channel.");
		h.topic("channel.subscribe", "foreign");
		h.settle();
		h.dock().showPage(ui::Dock::ConnectionPageIndex);
		save(h.dock(), qPrintable(QStringLiteral("connection-%1").arg(language.constData())));
		checkNothingCut(h.dock());
		for (QPushButton *button : h.dock().findChildren<QPushButton *>()) {
			if (button->isCheckable() && button->isVisible()) {
				button->click();
			}
		}
		h.dock().resize(300, 1400);
		save(h.dock(), qPrintable(QStringLiteral("connection-all-%1").arg(language.constData())));
		checkNothingCut(h.dock());
		h.dock().showPage(ui::Dock::ChatPageIndex);
		h.dock().resize(300, 480);
		save(h.dock(), qPrintable(QStringLiteral("permission-%1").arg(language.constData())));
		checkNothingCut(h.dock());
	}
	void login_data() { popups_data(); }
	void login()
	{
		QFETCH(QByteArray, language);
		Harness h(language.constData());
		h.show();
		ui::LoginDialog *dialog = h.dock().showLogin(LX_ACCOUNT_MAIN);
		h.login(LX_LOGIN_WAITING);
		h.settle();
		QCOMPARE(dialog->page(), ui::LoginDialog::DevicePage);
		save(*dialog, qPrintable(QStringLiteral("login-%1").arg(language.constData())));
		checkNothingCut(*dialog);
		h.login(LX_LOGIN_FAILED, LX_LOGIN_DEVICE, "Twitch did not answer in time. Try again.");
		h.settle();
		save(*dialog, qPrintable(QStringLiteral("login-failed-%1").arg(language.constData())));
		checkNothingCut(*dialog);
		h.login(LX_LOGIN_CANCELLED);
		h.settle();
		save(*dialog, qPrintable(QStringLiteral("login-choose-%1").arg(language.constData())));
		checkNothingCut(*dialog);
	}
	void settings_data() { popups_data(); }
	void settings()
	{
		QFETCH(QByteArray, language);
		Harness h(language.constData(), language == "de-DE" ? test::lightPalette() : test::darkPalette());
		h.show();
		h.everythingWell();
		ui::SettingsDialog *dialog = h.dock().showSettings();
		for (int i = 0; i < dialog->pageCount(); i++) {
			dialog->showPage(i);
			save(*dialog, qPrintable(QStringLiteral("settings-%1-%2").arg(i).arg(language.constData())));
			checkNothingCut(*dialog);
		}
	}
};

QTEST_MAIN(TestPictures)
#include "test_pictures.moc"
