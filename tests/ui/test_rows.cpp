/* Lines that are more than a message: gift bombs, conversations, rewards, pins, AutoMod, shared chat, gaps. */
#include <QAccessible>
#include <QAccessibleInterface>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include "harness.hpp"
#include "ui/chat/action_bar.hpp"
#include "ui/chat/colors.hpp"
#include "ui/chat/emote_text.hpp"
#include "ui/chat/input.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/origins.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/pin_banner.hpp"
#include "ui/chat/thread_panel.hpp"
#include "ui/chat/view.hpp"

using namespace lx;
using namespace lx::ui;
using test::Harness;

namespace {

struct Stage {
	Harness h;
	ChatPage &page;
	ChatView &view;
	ChatModel &model;
	int said = 0;

	explicit Stage(int width = 340) : page(h.dock().chat()), view(page.view()), model(page.model())
	{
		QCursor::setPos(2000, 2000);
		h.show(width, 480);
		h.everythingWell();
	}
	struct lx_event event(enum lx_event_type type)
	{
		struct lx_event event;
		lx_event_init(&event, type);
		event.time_ms = h.unixMs;
		event.channel = "streamer";
		event.room_id = "100";
		return event;
	}
	/* On the words: buttons lie over the end of the line. */
	QPoint fold()
	{
		const QRect rect = view.foldRect(last());
		return {rect.left() + 20, rect.center().y()};
	}
	void settle()
	{
		h.settle();
		(void)view.grab();
	}
	QByteArray freshId() { return "row-" + QByteArray::number(++said); }
	void bomb(const char *giftId, int count)
	{
		struct lx_event e = event(LX_EVENT_CHAT_NOTICE);
		const QByteArray id = freshId();
		e.chat.id = id.constData();
		e.chat.user.id = "6";
		e.chat.user.login = e.chat.user.name = "dora";
		e.chat.notice = "submysterygift";
		e.chat.notice_count = count;
		e.chat.sub_plan = "1000";
		e.chat.gift_id = giftId;
		h.emitEvent(e);
	}
	void gift(const char *giftId, const char *recipient)
	{
		struct lx_event e = event(LX_EVENT_CHAT_NOTICE);
		const QByteArray id = freshId();
		e.chat.id = id.constData();
		e.chat.user.id = "6";
		e.chat.user.login = e.chat.user.name = "dora";
		e.chat.notice = "subgift";
		e.chat.notice_count = 1;
		e.chat.sub_plan = "1000";
		e.chat.gift_id = giftId;
		e.chat.recipient_name = recipient;
		h.emitEvent(e);
	}
	QByteArray answer(const char *login, const char *text, const QByteArray &parent, const QByteArray &root)
	{
		struct lx_event e = event(LX_EVENT_CHAT_MESSAGE);
		const QByteArray id = freshId();
		e.chat.id = id.constData();
		e.chat.user.id = e.chat.user.login = e.chat.user.name = login;
		e.chat.text = text;
		e.chat.reply_id = parent.constData();
		e.chat.reply_login = e.chat.reply_name = "anna";
		e.chat.reply_text = "what game is this?";
		e.chat.thread_id = root.constData();
		h.emitEvent(e);
		return id;
	}
	quint64 last() const { return model.endSeq() - 1; }
	const ChatRow &newest() const { return model.row(last()); }
	void click(const QPoint &position) { QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, position); }
	void press(Qt::Key key) { QTest::keyClick(&view, key); }
};

} // namespace

class TestRows : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void messageEffectsAreNamedAndColored_data()
	{
		QTest::addColumn<QByteArray>("effect");
		QTest::addColumn<QString>("caption");
		QTest::newRow("simmer") << QByteArray("simmer") << QStringLiteral("Simmer");
		QTest::newRow("rainbow") << QByteArray("rainbow-eclipse") << QStringLiteral("Rainbow Eclipse");
		QTest::newRow("cosmic") << QByteArray("cosmic-abyss") << QStringLiteral("Cosmic Abyss");
		QTest::newRow("unnamed") << QByteArray(LX_EFFECT_UNNAMED) << QString();
		QTest::newRow("hostile") << QByteArray("<b>-\xE2\x80\xAE--%1\n") << QStringLiteral("<b>");
	}
	void messageEffectsAreNamedAndColored()
	{
		QFETCH(QByteArray, effect);
		QFETCH(QString, caption);
		for (const QPalette &palette : {test::darkPalette(), test::lightPalette()}) {
			Harness h("en-US", palette);
			QCursor::setPos(2000, 2000);
			h.show();
			h.everythingWell();
			struct lx_event e;
			lx_event_init(&e, LX_EVENT_CHAT_MESSAGE);
			e.channel = "streamer";
			e.chat.id = "effect";
			e.chat.user.id = "7";
			e.chat.user.login = e.chat.user.name = "anna";
			e.chat.text = "look at this";
			e.chat.effect = effect.constData();
			h.emitEvent(e);
			h.settle();
			const ChatView &view = h.dock().chat().view();
			const quint64 seq = *h.dock().chat().model().find("effect");
			const ChatRow &row = h.dock().chat().model().row(seq);
			QVERIFY(row.caption.startsWith(QStringLiteral("Message with an effect")));
			QVERIFY(row.caption.contains(caption));
			QVERIFY(!row.caption.contains(QChar(0x202E)) && !row.caption.contains(u'\n'));
			/* From one colour into another, the words readable on both. */
			const QImage seen = view.viewport()->grab(view.rectOf(seq)).toImage();
			const QColor left = seen.pixelColor(5, 2), right = seen.pixelColor(seen.width() - 2, 2);
			QVERIFY(left != right);
			const Theme theme = Theme::from(view.palette());
			QVERIFY(contrast(theme.text, left) >= 4.5);
			QVERIFY(contrast(theme.text, right) >= 4.5);
		}
	}
	void celebrationsAreTold()
	{
		Stage s;
		struct lx_event e = s.event(LX_EVENT_CHAT_MESSAGE);
		e.chat.id = "party";
		e.chat.user.id = "7";
		e.chat.user.login = e.chat.user.name = "anna";
		e.chat.text = "hooray";
		e.chat.reward_id = "CELEBRATION";
		s.h.emitEvent(e);
		s.settle();
		QCOMPARE(s.model.row(*s.model.find("party")).caption, QStringLiteral("On-screen celebration"));
	}
	/* --- gifts ---------------------------------------------------------------------------------------------- */

	void aBombIsOneLineThatOpens()
	{
		Stage s;
		s.bomb("g1", 100);
		for (int i = 0; i < 100; i++) {
			s.gift("g1", QByteArray("viewer_" + QByteArray::number(i)).constData());
		}
		s.settle();
		QCOMPARE(s.model.rowCount(), 1);
		QCOMPARE(s.newest().names.size(), size_t(100));
		QVERIFY(!s.newest().open);
		const int closed = s.view.rectOf(s.last()).height();
		s.click(s.fold());
		(void)s.view.grab();
		QVERIFY(s.newest().open);
		QVERIFY(s.view.rectOf(s.last()).height() > 3 * closed);
		QVERIFY(plainLine(s.newest(), *std::make_unique<Text>(s.h.text), false).contains("viewer_99"));
		s.click(s.fold());
		(void)s.view.grab();
		QCOMPARE(s.view.rectOf(s.last()).height(), closed);
	}
	void piecesOfABombComeInAnyOrder()
	{
		Stage s;
		s.gift("g1", "emil");
		s.settle();
		QCOMPARE(s.model.rowCount(), 1);
		s.bomb("g1", 2);
		s.h.say("anna", "wow");
		s.gift("g1", "fan");
		s.settle();
		QCOMPARE(s.model.rowCount(), 2);
		const ChatRow &row = s.model.row(s.model.firstSeq());
		QCOMPARE(row.names.size(), size_t(2));
		QVERIFY2(row.caption.contains('2'), qPrintable(row.caption));
	}
	void twoBombsAtOnceStayTwo()
	{
		Stage s;
		s.bomb("g1", 2);
		s.bomb("g2", 2);
		for (const char *who : {"a", "b"}) {
			s.gift("g2", who);
			s.gift("g1", who);
		}
		s.gift("", "alone"); /* a gift to one person is no bomb */
		s.settle();
		QCOMPARE(s.model.rowCount(), 3);
		QCOMPARE(s.model.row(s.model.firstSeq()).names.size(), size_t(2));
		QCOMPARE(s.model.row(s.model.firstSeq() + 1).names.size(), size_t(2));
		QVERIFY(!s.newest().canOpen());
	}
	void foldedLinesOpenByKeysAndForScreenReaders()
	{
		Stage s;
		s.bomb("g1", 1);
		s.gift("g1", "emil");
		s.settle();
		s.view.setFocus();
		s.view.selectStep(-1);
		s.press(Qt::Key_Right);
		QVERIFY(s.newest().open);
		s.press(Qt::Key_Right);
		QVERIFY(s.newest().open);
		s.press(Qt::Key_Left);
		QVERIFY(!s.newest().open);
		s.press(Qt::Key_Return);
		QVERIFY(s.newest().open);
		QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&s.view);
		QAccessibleInterface *line = list->child(list->childCount() - 1);
		QVERIFY(line->state().expandable && line->state().expanded);
		QAccessibleActionInterface *actions = line->actionInterface();
		actions->doAction(actions->actionNames().front());
		QVERIFY(!s.newest().open);
		QVERIFY(line->state().collapsed);
	}

	/* --- conversations -------------------------------------------------------------------------------------- */

	void aClickOnTheQuotationOpensTheConversation()
	{
		Stage s;
		const QByteArray root = QByteArray::fromStdString(s.h.say("anna", "what game is this?"));
		s.h.say("carla", "nothing to do with it");
		const QByteArray first = s.answer("bert", "@anna chess", root, root);
		s.h.settle();
		s.answer("dora", "@bert really?", first, root);
		s.settle();
		s.click(s.view.replyRect(s.last()).center());
		ThreadPanel &thread = s.page.thread();
		QVERIFY(thread.isVisible());
		QCOMPARE(thread.root(), root);
		QCOMPARE(thread.model().rowCount(), 3);
		/* What comes is added, with what becomes of it. */
		const QByteArray late = s.answer("emil", "@anna go", root, root);
		s.h.say("carla", "still nothing");
		s.h.remove(late.toStdString());
		s.settle();
		QCOMPARE(thread.model().rowCount(), 4);
		QCOMPARE(thread.model().row(thread.model().endSeq() - 1).fate, Fate::Deleted);
		/* An answer goes to the conversation. */
		thread.input().edit()->setPlainText("no, draughts");
		QTest::keyClick(thread.input().edit(), Qt::Key_Return);
		const test::ProcCall *sent = s.h.lastCall(LX_PROC_SEND);
		QVERIFY(sent);
		QCOMPARE(sent->texts.at("text"), std::string("no, draughts"));
		QCOMPARE(QByteArray::fromStdString(sent->texts.at("reply_to")), root);
		/* And who answered in it follows it. */
		s.answer("fan", "@anna true", root, root);
		s.h.say("carla", "by the way");
		s.settle();
		QVERIFY(s.model.row(s.last() - 1).followed);
		QVERIFY(!s.newest().followed);
		QTest::keyClick(&thread, Qt::Key_Escape);
		QVERIFY(!thread.isVisible());
	}
	void theKeyForAConversationSaysWhenThereIsNone()
	{
		Stage s;
		s.h.say("anna", "hello");
		s.settle();
		s.view.setFocus();
		s.view.selectStep(-1);
		s.press(Qt::Key_T);
		QVERIFY(!s.page.thread().isVisible());
		QVERIFY(!s.page.actions().sentence().isEmpty());
		const QByteArray root = s.newest().id;
		s.answer("bert", "@anna hi", root, root);
		s.settle();
		s.press(Qt::Key_T); /* the first line, which was answered meanwhile */
		QVERIFY(s.page.thread().isVisible());
		QCOMPARE(s.page.thread().model().rowCount(), 2);
	}
	void aWideDockHasTheConversationBeside()
	{
		Stage s(900);
		const QByteArray root = QByteArray::fromStdString(s.h.say("anna", "what game is this?"));
		s.answer("bert", "@anna chess", root, root);
		s.settle();
		s.click(s.view.replyRect(s.last()).center());
		QCoreApplication::processEvents();
		QVERIFY(s.page.thread().x() > s.view.width() / 2);
		s.h.show(340, 480);
		QVERIFY(s.page.thread().y() > 0);
	}

	/* --- rewards, AutoMod, suspicion ------------------------------------------------------------------------ */

	void redeem(Stage &s, const char *text)
	{
		struct lx_event e = s.event(LX_EVENT_REDEMPTION);
		e.redemption.phase = LX_PHASE_ADD;
		e.redemption.kind = "custom";
		e.redemption.user = {"bert", "bert", "bert"};
		e.redemption.reward_id = "r1";
		e.redemption.reward_title = "Hydrate!";
		e.redemption.points = 500;
		e.redemption.text = text;
		s.h.emitEvent(e);
	}
	void pay(Stage &s, const char *text)
	{
		struct lx_event e = s.event(LX_EVENT_CHAT_MESSAGE);
		const QByteArray id = s.freshId();
		e.chat.id = id.constData();
		e.chat.user.id = e.chat.user.login = e.chat.user.name = "bert";
		e.chat.text = text;
		e.chat.reward_id = "r1";
		s.h.emitEvent(e);
	}
	void aRewardIsNamedWhicheverComesFirst()
	{
		Stage s;
		pay(s, "drink");
		s.settle();
		QVERIFY(s.newest().caption.isEmpty());
		redeem(s, "drink");
		s.settle();
		QCOMPARE(s.model.rowCount(), 1);
		QVERIFY(s.newest().caption.contains("Hydrate!"));
		QVERIFY(s.newest().caption.contains("500"));
		pay(s, "drink again");
		s.settle();
		QCOMPARE(s.model.rowCount(), 2);
		QVERIFY(s.newest().caption.contains("Hydrate!"));
		redeem(s, ""); /* without words there is no message */
		s.settle();
		QCOMPARE(s.model.rowCount(), 3);
		QVERIFY(s.newest().caption.contains("bert"));
	}
	void heldMessagesAreDecidedInTheChat()
	{
		Stage s;
		struct lx_event e = s.event(LX_EVENT_AUTOMOD_MESSAGE);
		e.automod_message.phase = LX_PHASE_BEGIN;
		e.automod_message.message_id = "held-1";
		e.automod_message.user = {"3", "bert", "Bert"};
		e.automod_message.text = "rude";
		e.automod_message.reason = "automod";
		e.automod_message.category = "swearing";
		e.automod_message.level = 4;
		s.h.emitEvent(e);
		s.settle();
		QCOMPARE(s.newest().kind, RowKind::Held);
		QVERIFY(s.newest().caption.contains('4'));
		s.view.setFocus();
		s.view.selectStep(-1);
		(void)s.view.grab();
		QVERIFY(s.view.buttonRect(s.last(), RowAction::Delete).isEmpty());
		s.click(s.view.buttonRect(s.last(), RowAction::Allow).center());
		const test::ProcCall *order = s.h.lastCall(LX_PROC_ORDER);
		QVERIFY(order);
		QCOMPARE(order->texts.at("order"), std::string("allow"));
		QCOMPARE(order->texts.at("message_id"), std::string("held-1"));
		s.press(Qt::Key_X);
		QCOMPARE(s.h.lastCall(LX_PROC_ORDER)->texts.at("order"), std::string("deny"));
		e.automod_message.phase = LX_PHASE_END;
		e.automod_message.status = "denied";
		e.automod_message.moderator = {"9", "modi", "Modi"};
		s.h.emitEvent(e);
		s.settle();
		QCOMPARE(s.newest().fate, Fate::Deleted);
		QVERIFY(s.newest().fateText.contains("Modi"));
		const int orders = s.h.countCalls(LX_PROC_ORDER);
		s.press(Qt::Key_A); /* decided is decided */
		QCOMPARE(s.h.countCalls(LX_PROC_ORDER), orders);
	}
	void whoIsMonitoredIsMarkedWhicheverComesFirst()
	{
		Stage s;
		const std::string id = s.h.say("baduser", "hello");
		struct lx_event e = s.event(LX_EVENT_SUSPICIOUS_USER);
		e.suspicious_user.message = true;
		e.suspicious_user.user = {"12", "baduser", "baduser"};
		e.suspicious_user.status = "active_monitoring";
		e.suspicious_user.evasion = "likely";
		e.suspicious_user.message_id = id.c_str();
		s.h.emitEvent(e);
		s.settle();
		QCOMPARE(s.model.rowCount(), 1);
		QVERIFY(s.newest().caption.contains("evades"));
		e.suspicious_user.message_id = "row-1";
		s.h.emitEvent(e);
		s.settle();
		s.answer("baduser", "again", "", ""); /* takes the id row-1 */
		s.settle();
		QCOMPARE(s.newest().id, QByteArray("row-1"));
		QVERIFY(s.newest().caption.contains("evades"));
		/* What restricted people write comes to moderators in no other way. */
		e.suspicious_user.status = "restricted";
		e.suspicious_user.message_id = "unseen";
		e.suspicious_user.text = "psst";
		s.h.emitEvent(e);
		s.settle();
		QCOMPARE(s.newest().text, QStringLiteral("psst"));
	}

	/* --- pins, shared chat, gaps ---------------------------------------------------------------------------- */

	void aPinStandsAboveUntilItEnds()
	{
		Stage s;
		PinBanner &banner = s.page.pin();
		QVERIFY(!banner.isVisible());
		struct lx_event e = s.event(LX_EVENT_PIN);
		e.pin.message_id = "m1";
		e.pin.user = {"5", "carla", "Carla"};
		e.pin.moderator = {"9", "modi", "Modi"};
		e.pin.text = "Subathon tonight, and a sentence that is far too long for one line of a narrow dock";
		s.h.emitEvent(e);
		s.settle();
		QVERIFY(banner.isVisible());
		const int folded = banner.sizeHint().height();
		QTest::mouseClick(&banner, Qt::LeftButton, {}, QPoint(30, banner.height() / 2));
		QVERIFY(banner.isExpanded());
		QVERIFY(banner.sizeHint().height() > folded);
		QVERIFY(banner.accessibleDescription().contains("Modi"));
		QSignalSpy unpin(&banner, &PinBanner::unpinWanted);
		auto buttons = banner.findChildren<QToolButton *>();
		QTest::mouseClick(buttons.front(), Qt::LeftButton);
		QCOMPARE(unpin.count(), 1);
		QCOMPARE(s.h.lastCall(LX_PROC_ORDER)->texts.at("order"), std::string("unpin"));
		QTest::mouseClick(buttons.back(), Qt::LeftButton);
		QVERIFY(!banner.isVisible());
		/* Another message is news again; one that has ended is none. */
		e.pin.message_id = "m2";
		e.pin.ends_ms = s.h.unixMs + 60000;
		s.h.emitEvent(e);
		s.settle();
		QVERIFY(banner.isVisible());
		e.pin.ends_ms = s.h.unixMs - 1;
		s.h.emitEvent(e);
		s.settle();
		QVERIFY(!banner.isVisible());
	}
	void sharedLinesShowWhereTheyComeFrom()
	{
		Stage s;
		QSignalSpy unknown(&s.page.origins(), &Origins::unknown);
		struct lx_event e = s.event(LX_EVENT_CHAT_MESSAGE);
		e.chat.id = "shared-1";
		e.chat.user.id = e.chat.user.login = e.chat.user.name = "guest";
		e.chat.user.badges = "subscriber/3";
		e.chat.text = "hi from next door";
		e.chat.flags = LX_CHAT_SHARED;
		e.chat.source_room_id = "300";
		e.chat.source_badges = "moderator/1,subscriber/12";
		s.h.emitEvent(e);
		s.settle();
		QCOMPARE(s.newest().originRoom, QByteArray("300"));
		QCOMPARE(s.newest().badges.size(), size_t(2));
		QVERIFY(s.newest().badges[1].key.isEmpty()); /* our picture of that badge is another one */
		QCOMPARE(unknown.count(), 1);
		const QRect before = s.view.nameRect(s.last());
		struct lx_event session = s.event(LX_EVENT_SHARED_CHAT);
		const struct lx_person there[] = {{"300", "neighbour", "Neighbour"}};
		session.shared_chat.participants = there;
		session.shared_chat.participant_count = 1;
		s.h.emitEvent(session);
		s.settle();
		QVERIFY(s.view.nameRect(s.last()).x() > before.x()); /* the name has taken its room */
	}
	/* The sign of a mention stays with its name where text runs to the left. */
	void mentionsHoldTogetherInTextThatRunsLeft()
	{
		Pictures none(nullptr, nullptr);
		ChatRow row;
		row.text = QStringLiteral("\u05e9\u05dc\u05d5\u05dd @anna 12");
		const QString set = emoteText(row, &none, 20).text;
		QVERIFY2(set.contains(QStringLiteral("\u2068@anna\u2069")), qPrintable(set));
		row.text = QStringLiteral("hello @anna");
		QCOMPARE(emoteText(row, &none, 20).text, row.text);
	}
	void aGapSaysHowMuchIsMissing()
	{
		Stage s;
		struct lx_event e = s.event(LX_EVENT_CONNECTION);
		e.connection.link = LX_LINK_CHAT;
		e.connection.state = LX_LINK_ONLINE;
		e.connection.missed_from_ms = e.time_ms - 180000;
		s.h.emitEvent(e);
		s.settle();
		QCOMPARE(s.newest().kind, RowKind::Gap);
		QVERIFY2(s.newest().caption.contains("3 min"), qPrintable(s.newest().caption));
	}
};

QTEST_MAIN(TestRows)
#include "test_rows.moc"
