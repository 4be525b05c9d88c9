/* The list of lines: following, holding still, aiming, asking, scrolling. */
#include <QAccessible>
#include <QAccessibleInterface>
#include <QClipboard>
#include <QGuiApplication>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include "harness.hpp"
#include "ui/chat/action_bar.hpp"
#include "ui/chat/input.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/user_card.hpp"
#include "ui/chat/view.hpp"

using namespace lx;
using namespace lx::ui;
using test::Harness;

namespace {

/* Longer than the dialog's guard against hasty double clicks. */
constexpr int afterGuardMs = 400;

struct Chat {
	Harness h;
	ChatView &view;
	ChatModel &model;

	explicit Chat(int lines = 60) : view(h.dock().chat().view()), model(h.dock().chat().model())
	{
		/* Every test begins with the pointer elsewhere: a pointer that does not move says nothing. */
		QCursor::setPos(2000, 2000);
		h.show(340, 480);
		h.everythingWell();
		more(lines);
	}
	void more(int lines)
	{
		for (int i = 0; i < lines; i++) {
			h.say(i % 2 ? "anna" : "bert",
			      i % 3 ? "short" : "a longer line that will surely need to be broken in a narrow dock");
		}
		h.settle();
		draw();
	}
	void draw() { (void)view.grab(); }
	void point(const QPoint &position)
	{
		QCursor::setPos(view.viewport()->mapToGlobal(position));
		QTest::mouseMove(view.viewport(), position);
		QCoreApplication::processEvents();
		draw();
	}
	void leave()
	{
		QCursor::setPos(h.dock().chat().input().mapToGlobal(QPoint(5, 5)));
		QTest::mouseMove(&h.dock().chat().input());
		QEvent event(QEvent::Leave);
		QCoreApplication::sendEvent(view.viewport(), &event);
		QCoreApplication::processEvents();
		draw();
	}
	quint64 last() const { return model.endSeq() - 1; }
	quint64 middle() const { return *view.seqAt(view.viewport()->rect().center()); }
	void click(const QPoint &position) { QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, position); }
};

} // namespace

class TestChatView : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void followsTheNewestLine()
	{
		Chat c;
		QVERIFY(c.view.isFollowing());
		QCOMPARE(c.view.rectOf(c.last()).bottom(), c.view.viewport()->height() - 1);
		c.more(30);
		QCOMPARE(c.view.rectOf(c.last()).bottom(), c.view.viewport()->height() - 1);
		QCOMPARE(c.view.verticalScrollBar()->value(), c.view.verticalScrollBar()->maximum());
	}
	void linesStayUnderThePointer()
	{
		Chat c;
		const quint64 aimed = c.middle();
		const QRect before = c.view.rectOf(aimed);
		c.point(before.center());
		QVERIFY(!c.view.isFollowing());
		c.more(200);
		QCOMPARE(c.view.rectOf(aimed), before);
		QCOMPARE(c.view.newLines(), 200U);
		/* Also when lines above it grow, and while the ring turns over. */
		c.h.ban("anna", 600, "a moderator with a rather long name that makes lines break once more");
		c.h.settle();
		c.draw();
		QCOMPARE(c.view.rectOf(aimed).top(), before.top());
		c.more(10500);
		c.draw();
		QCOMPARE(c.view.rectOf(aimed).top(), before.top());
		QVERIFY(c.model.rowCount() <= c.model.capacity());
		c.leave();
		QVERIFY(c.view.isFollowing());
		QCOMPARE(c.view.newLines(), 0U);
		QCOMPARE(c.view.rectOf(c.last()).bottom(), c.view.viewport()->height() - 1);
	}
	void aClickActsOnTheLineItWasAimedAt()
	{
		Chat c;
		const quint64 aimed = c.middle();
		const QByteArray id = c.model.row(aimed).id;
		c.point(c.view.rectOf(aimed).center());
		const QPoint ban = c.view.buttonRect(aimed, RowAction::Ban).center();
		QVERIFY(c.view.buttonRect(aimed, RowAction::Ban).height() >= 24);
		c.point(ban);
		QTest::mousePress(c.view.viewport(), Qt::LeftButton, {}, ban);
		c.more(500);
		QTest::mouseRelease(c.view.viewport(), Qt::LeftButton, {}, ban);
		const test::ProcCall *call = c.h.lastCall(LX_PROC_BAN);
		QVERIFY(call);
		QCOMPARE(QByteArray::fromStdString(call->texts.at("message_id")), id);
		QCOMPARE(QByteArray::fromStdString(call->texts.at("user_id")), c.model.row(aimed).userId);
		QCOMPARE(call->texts.at("origin"), std::string("dock"));
		QCOMPARE(c.h.countCalls(LX_PROC_BAN), 1);
	}
	/* What an action says lies over the chat: not where the pointer is, and no line makes room for it. */
	void theOutcomeMovesNothing()
	{
		Chat c;
		for (const quint64 aimed : {c.last(), *c.view.seqAt(QPoint(5, 5)) + 1}) {
			const QRect before = c.view.rectOf(aimed);
			c.point(before.center());
			c.h.action(LX_ACTION_BAN, LX_ACTION_DONE, "some", "anna");
			c.h.settle();
			c.draw();
			QCOMPARE(c.view.rectOf(aimed), before);
			const ActionBar &bar = c.h.dock().chat().actions();
			QVERIFY(bar.isVisible());
			const QRect covered(c.view.viewport()->mapFromGlobal(bar.mapToGlobal(QPoint())), bar.size());
			QVERIFY(!covered.intersects(before));
			c.h.dock().chat().actions().hide();
		}
	}
	/* After "go on" the pointer rests on the lines without holding them, until it is moved again. */
	void goingOnIsNotUndoneByThePointerThatAskedForIt()
	{
		Chat c;
		auto *pill = c.view.findChild<QPushButton *>(QStringLiteral("livextremNewLines"));
		const QPoint place = c.view.rectOf(c.last() - 1).center();
		c.point(place);
		c.more(10);
		QVERIFY(pill->isVisible());
		c.view.resume();
		c.point(place);
		QVERIFY(c.view.isFollowing());
		c.point(place + QPoint(30, 0));
		QVERIFY(!c.view.isFollowing());
	}
	/* OBS starts with the pointer where the dock appears: the chat must not stand still from the first line on. */
	void aPointerOverEmptyRoomHoldsNothing()
	{
		Chat c(0);
		c.point(c.view.viewport()->rect().center());
		QVERIFY(c.view.isFollowing());
		c.more(100);
		QCOMPARE(c.view.rectOf(c.last()).bottom(), c.view.viewport()->height() - 1);
	}
	void releasedElsewhereIsAChangeOfMind()
	{
		Chat c;
		const quint64 aimed = c.middle();
		c.point(c.view.rectOf(aimed).center());
		const QPoint ban = c.view.buttonRect(aimed, RowAction::Ban).center();
		const QPoint remove = c.view.buttonRect(aimed, RowAction::Delete).center();
		QTest::mousePress(c.view.viewport(), Qt::LeftButton, {}, ban);
		QTest::mouseRelease(c.view.viewport(), Qt::LeftButton, {}, remove);
		QTest::mousePress(c.view.viewport(), Qt::LeftButton, {}, ban);
		QTest::mouseRelease(c.view.viewport(), Qt::LeftButton, {}, c.view.rectOf(aimed + 1).center());
		QCOMPARE(c.h.countCalls(LX_PROC_BAN), 0);
		QCOMPARE(c.h.countCalls(LX_PROC_DELETE), 0);
	}
	void everyButtonDoesItsOwn()
	{
		Chat c;
		const quint64 aimed = c.middle();
		const auto press = [&](RowAction action) {
			c.point(c.view.rectOf(aimed).center());
			c.click(c.view.buttonRect(aimed, action).center());
		};
		press(RowAction::Delete);
		QCOMPARE(c.h.countCalls(LX_PROC_DELETE), 1);
		press(RowAction::Timeout1);
		QCOMPARE(c.h.lastCall(LX_PROC_TIMEOUT)->numbers.at("duration_s"), 60);
		press(RowAction::Timeout3);
		QCOMPARE(c.h.lastCall(LX_PROC_TIMEOUT)->numbers.at("duration_s"), 86400);
		press(RowAction::Reply);
		QCOMPARE(c.h.dock().chat().input().replyTo(), c.model.row(aimed).id);
		c.h.ban(c.model.row(aimed).login.toUtf8().constData(), 0, "");
		c.h.settle();
		c.draw();
		press(RowAction::Unban);
		QCOMPARE(c.h.countCalls(LX_PROC_UNBAN), 1);
	}
	void moderatorsAreAskedAboutOnce()
	{
		Chat c;
		c.h.say("chief", "I am a moderator", LX_ROLE_MODERATOR);
		c.h.settle();
		c.draw();
		const quint64 seq = c.last();
		const auto press = [&] {
			c.point(c.view.rectOf(seq).center());
			c.click(c.view.buttonRect(seq, RowAction::Ban).center());
		};
		press();
		QCOMPARE(c.h.countCalls(LX_PROC_BAN), 0);
		QCOMPARE(c.view.confirming(), RowAction::Ban);
		/* A double click is no answer. */
		press();
		QCOMPARE(c.h.countCalls(LX_PROC_BAN), 0);
		QTest::qWait(afterGuardMs);
		press();
		QCOMPARE(c.h.countCalls(LX_PROC_BAN), 1);
		QCOMPARE(c.view.confirming(), RowAction::None);
		/* Asked about another action, the first question is gone. */
		press();
		c.click(c.view.buttonRect(seq, RowAction::Delete).center());
		QCOMPARE(c.view.confirming(), RowAction::Delete);
		QCOMPARE(c.h.countCalls(LX_PROC_BAN), 1);
	}
	void theBroadcasterIsAskedAboutByKeysToo()
	{
		Chat c;
		c.h.say("someone", "my channel", LX_ROLE_BROADCASTER);
		c.h.settle();
		c.view.setFocus();
		QTest::keyClick(&c.view, Qt::Key_Up);
		QTest::keyClick(&c.view, Qt::Key_B);
		QCOMPARE(c.h.countCalls(LX_PROC_BAN), 0);
		QTest::qWait(afterGuardMs);
		QTest::keyClick(&c.view, Qt::Key_B);
		QCOMPARE(c.h.countCalls(LX_PROC_BAN), 1);
	}
	void keysActOnTheSelectedLine()
	{
		Chat c;
		c.view.setFocus();
		QTest::keyClick(&c.view, Qt::Key_Up);
		QVERIFY(c.view.selectedSeq());
		QCOMPARE(*c.view.selectedSeq(), c.last());
		QTest::keyClick(&c.view, Qt::Key_Up);
		QTest::keyClick(&c.view, Qt::Key_Up);
		const quint64 selected = *c.view.selectedSeq();
		QCOMPARE(selected, c.last() - 2);
		c.more(100);
		QCOMPARE(*c.view.selectedSeq(), selected);
		QTest::keyClick(&c.view, Qt::Key_2);
		QCOMPARE(QByteArray::fromStdString(c.h.lastCall(LX_PROC_TIMEOUT)->texts.at("message_id")),
			 c.model.row(selected).id);
		QCOMPARE(c.h.lastCall(LX_PROC_TIMEOUT)->numbers.at("duration_s"), 600);
		QTest::keyClick(&c.view, Qt::Key_D);
		QCOMPARE(c.h.countCalls(LX_PROC_DELETE), 1);
		QTest::keyClick(&c.view, Qt::Key_U);
		QTest::keyClick(&c.view, Qt::Key_Z, Qt::ControlModifier);
		QCOMPARE(c.h.countCalls(LX_PROC_UNDO), 2);
		QTest::keyClick(&c.view, Qt::Key_C, Qt::ControlModifier);
		QVERIFY(QGuiApplication::clipboard()->text().contains(c.model.row(selected).text));
		QTest::keyClick(&c.view, Qt::Key_End);
		QVERIFY(c.view.isFollowing());
		QVERIFY(!c.view.selectedSeq());
		/* Nothing selected, nothing under the pointer: nothing happens. */
		const size_t calls = c.h.calls.size();
		QTest::keyClick(&c.view, Qt::Key_B);
		QCOMPARE(c.h.calls.size(), calls);
	}
	void spacePauses()
	{
		Chat c;
		c.view.setFocus();
		QTest::keyClick(&c.view, Qt::Key_Space);
		QVERIFY(c.view.isPaused());
		c.more(12);
		QCOMPARE(c.view.newLines(), 12U);
		auto *pill = c.view.findChild<QPushButton *>(QStringLiteral("livextremNewLines"));
		QVERIFY(pill->isVisible());
		QVERIFY(pill->text().contains(QStringLiteral("12")));
		QTest::mouseClick(pill, Qt::LeftButton);
		QVERIFY(c.view.isFollowing());
		QVERIFY(!pill->isVisible());
	}
	/* The last line's buttons are where "n new" stands otherwise. */
	void newLinesAreNotShownOverButtons()
	{
		Chat c;
		c.view.setFocus();
		QTest::keyClick(&c.view, Qt::Key_Space);
		c.more(12);
		auto *pill = c.view.findChild<QPushButton *>(QStringLiteral("livextremNewLines"));
		QVERIFY(pill->isVisible());
		const QRect resting = pill->geometry();
		const quint64 last = c.view.linesOnScreen().second - 1;
		c.point(c.view.rectOf(last).topLeft() + QPoint(20, 4)); /* beside the sign */
		const QRect ban = c.view.buttonRect(last, RowAction::Ban),
			    reply = c.view.buttonRect(last, RowAction::Reply);
		QVERIFY(!ban.isEmpty() && !reply.isEmpty());
		const QRect buttons = ban.united(reply).translated(c.view.viewport()->geometry().topLeft());
		QVERIFY(resting.intersects(buttons));
		QVERIFY(!pill->geometry().intersects(buttons));
		c.point(c.view.rectOf(last - 4).topLeft() + QPoint(20, 4));
		QCOMPARE(pill->geometry(), resting);
	}
	void scrollingUpHoldsAndComingBackFollows()
	{
		Chat c(300);
		QScrollBar *bar = c.view.verticalScrollBar();
		bar->setValue(bar->value() - 500);
		QVERIFY(!c.view.isFollowing());
		const quint64 seen = c.middle();
		const QRect before = c.view.rectOf(seen);
		c.more(100);
		QCOMPARE(c.view.rectOf(seen), before);
		bar->setValue(bar->maximum());
		c.draw();
		QVERIFY(c.view.isFollowing());
		/* All the way up, and jumping about: the lines on screen are without gaps and overlaps. */
		for (const double place : {0.0, 0.5, 0.1, 0.97, 0.3, 0.0}) {
			bar->setValue(int(bar->maximum() * place));
			c.draw();
			int y = c.view.rectOf(*c.view.seqAt(QPoint(5, 0))).top();
			QVERIFY(y <= 0);
			for (quint64 seq = *c.view.seqAt(QPoint(5, 0)); y < c.view.viewport()->height(); seq++) {
				QCOMPARE(c.view.rectOf(seq).top(), y);
				y += c.view.rectOf(seq).height();
			}
		}
		QCOMPARE(*c.view.seqAt(QPoint(5, 0)), c.model.firstSeq());
		QCOMPARE(c.view.rectOf(c.model.firstSeq()).top(), 0);
	}
	void smallStepsMoveTheLinesByThatMuch()
	{
		Chat c(300);
		QScrollBar *bar = c.view.verticalScrollBar();
		bar->setValue(bar->value() - 300);
		for (int i = 0; i < 40; i++) {
			const quint64 seq = *c.view.seqAt(QPoint(5, 40));
			const int before = c.view.rectOf(seq).top();
			bar->setValue(bar->value() - 17);
			QCOMPARE(c.view.rectOf(seq).top(), before + 17);
		}
	}
	void anotherWidthBreaksAnew()
	{
		Chat c(100);
		const int before = c.view.rectOf(c.last() - 2).height();
		c.h.dock().resize(900, 480);
		c.h.settle();
		c.draw();
		QCOMPARE(c.view.rectOf(c.last()).bottom(), c.view.viewport()->height() - 1);
		QVERIFY(c.view.rectOf(c.last() - 2).height() <= before);
	}
	void withoutPermissionButtonsSayWhy()
	{
		Chat c;
		c.h.signIn("chat:read");
		c.h.settle();
		const quint64 aimed = c.middle();
		c.point(c.view.rectOf(aimed).center());
		const QSignalSpy refused(&c.view, &ChatView::actionRefused);
		c.click(c.view.buttonRect(aimed, RowAction::Ban).center());
		QCOMPARE(c.h.countCalls(LX_PROC_BAN), 0);
		QCOMPARE(refused.count(), 1);
		QVERIFY(c.h.dock().chat().actions().sentence().contains(QStringLiteral("permission")));
	}
	void refusalsAreShownOnTheRowAndBelow()
	{
		Chat c;
		const std::string id = c.h.say("rude", "something");
		c.h.action(LX_ACTION_BAN, LX_ACTION_QUEUED, id, "rude");
		c.h.settle();
		QCOMPARE(c.model.row(c.last()).outcome, Outcome::Queued);
		c.h.action(LX_ACTION_BAN, LX_ACTION_FAILED, id, "rude", "You are no moderator here.");
		c.h.settle();
		QCOMPARE(c.model.row(c.last()).outcome, Outcome::Failed);
		QVERIFY(c.model.row(c.last()).status().contains(QStringLiteral("You are no moderator here.")));
		QVERIFY(c.h.dock().chat().actions().sentence().contains(QStringLiteral("You are no moderator here.")));
		c.h.action(LX_ACTION_BAN, LX_ACTION_DONE, id, "rude");
		c.h.ban("rude", 0, "Anna");
		c.h.settle();
		QCOMPARE(c.model.row(c.last()).fate, Fate::Banned);
		QVERIFY(c.model.row(c.last()).status().contains(QStringLiteral("Anna")));
	}
	void refusedAtOnce()
	{
		Chat c;
		c.h.refuse = true;
		c.view.request(RowAction::Ban, c.last());
		QCOMPARE(c.h.dock().chat().actions().sentence(), QStringLiteral("Twitch says no."));
	}
	void namesOpenTheCard()
	{
		Chat c;
		const quint64 aimed = c.middle();
		c.point(c.view.nameRect(aimed).center());
		c.click(c.view.nameRect(aimed).center());
		auto *card = c.h.dock().findChild<UserCard *>();
		QVERIFY(card);
		QVERIFY(card->isVisible());
		card->close();
	}
	void clickingALineSelectsItAndAgainFrees()
	{
		Chat c;
		const quint64 aimed = c.middle();
		const QPoint place = c.view.rectOf(aimed).center();
		c.point(place);
		/* Beside the buttons and the name. */
		const QPoint text(c.view.nameRect(aimed).right() + 8, place.y());
		c.click(text);
		QCOMPARE(*c.view.selectedSeq(), aimed);
		c.leave();
		QVERIFY(!c.view.isFollowing());
		c.click(text);
		QVERIFY(!c.view.selectedSeq());
	}
	void hotkeysNeedASelectedLine()
	{
		Chat c;
		c.h.dock().hotkey(LX_UI_HOTKEY_BAN);
		QCOMPARE(c.h.countCalls(LX_PROC_BAN), 0);
		QVERIFY(!c.h.dock().chat().actions().sentence().isEmpty());
		c.h.dock().hotkey(LX_UI_HOTKEY_PREVIOUS);
		c.h.dock().hotkey(LX_UI_HOTKEY_TIMEOUT);
		QCOMPARE(c.h.countCalls(LX_PROC_TIMEOUT), 1);
		QCOMPARE(c.h.lastCall(LX_PROC_TIMEOUT)->texts.at("origin"), std::string("hotkey"));
		c.h.dock().hotkey(LX_UI_HOTKEY_UNDO);
		QCOMPARE(c.h.countCalls(LX_PROC_UNDO), 1);
		c.h.dock().hotkey(LX_UI_HOTKEY_PAUSE);
		QVERIFY(c.view.isPaused());
		for (int i = 0; i < LX_UI_HOTKEY_COUNT; i++) {
			QVERIFY(*lx_ui_hotkey_name(static_cast<enum lx_ui_hotkey>(i)));
			QVERIFY(*lx_ui_hotkey_text_key(static_cast<enum lx_ui_hotkey>(i)));
		}
	}
	void screenReadersHearTheLines()
	{
		Chat c;
		QAccessible::setActive(true);
		QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&c.view);
		QVERIFY(list);
		QCOMPARE(list->text(QAccessible::Name), QStringLiteral("Chat messages"));
		QCOMPARE(list->role(), QAccessible::List);
		QVERIFY(list->childCount() > 3);
		QAccessibleInterface *line = list->child(list->childCount() - 1);
		QVERIFY(line);
		QVERIFY(line->text(QAccessible::Name).startsWith(QStringLiteral("anna: ")));
		QCOMPARE(list->indexOfChild(line), list->childCount() - 1);
		QVERIFY(line->rect().height() >= 24);
		QCOMPARE(list->childAt(line->rect().center().x(), line->rect().center().y()), line);
		QAccessibleActionInterface *actions = line->actionInterface();
		QVERIFY(actions);
		QVERIFY(actions->actionNames().contains(QStringLiteral("Ban")));
		actions->doAction(QStringLiteral("Ban"));
		QCOMPARE(c.h.countCalls(LX_PROC_BAN), 1);
		c.view.selectStep(-1);
		QVERIFY(list->focusChild() && list->focusChild()->state().focused);
		for (QAbstractButton *button : c.h.dock().findChildren<QAbstractButton *>()) {
			QVERIFY2(!button->isVisible() || !button->text().isEmpty() ||
					 !button->accessibleName().isEmpty(),
				 button->metaObject()->className());
		}
		QAccessible::setActive(false);
	}
};

QTEST_MAIN(TestChatView)
#include "test_chat_view.moc"
