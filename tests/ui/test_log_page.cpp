/* The page "Log" on a real, small data base. */
#include <QAccessible>
#include <QClipboard>
#include <QCompleter>
#include <QDialog>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QTest>
#include <QToolButton>

#include "harness.hpp"
#include "log_world.hpp"
#include "ui/chat/action_bar.hpp"
#include "ui/chat/input.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/user_card.hpp"
#include "ui/chat/view.hpp"
#include "ui/header.hpp"
#include "ui/log/help.hpp"
#include "ui/log/page.hpp"
#include "ui/log/search_line.hpp"
#include "ui/log/selection_bar.hpp"

using namespace lx;
using test::Harness;
using test::LogWorld;
using ui::Dock;
using ui::LogPage;
using ui::RowAction;

namespace {

constexpr int64_t minute = 60000;
constexpr int64_t hour = 60 * minute;

/* The dock with its page, by somebody who may moderate. */
struct Opened {
	explicit Opened(LogWorld &world, int width = 340, int height = 560)
		: h("en-US", test::darkPalette(), nullptr, nullptr, world.archive())
	{
		h.show(width, height);
		h.everythingWell();
		h.settle();
		page = static_cast<LogPage *>(h.dock().showPage(Dock::LogPageIndex));
	}

	QStringList texts(ui::LogList &list)
	{
		QStringList found;
		for (int i = 0; i < list.lines().rowCount(); i++) {
			if (!list.lines().line(i).isHeading()) {
				found << list.lines().line(i).row.text;
			}
		}
		return found;
	}
	QStringList hits() { return texts(page->hits()); }
	int rowOf(const char *text)
	{
		ui::LogModel &model = page->hits().lines();
		for (int i = 0; i < model.rowCount(); i++) {
			if (model.line(i).row.text == QLatin1StringView(text)) {
				return i;
			}
		}
		return -1;
	}
	QPoint middle(int row) { return page->hits().visualRect(page->hits().model()->index(row, 0)).center(); }
	void click(int row, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
	{
		QTest::mouseClick(page->hits().viewport(), Qt::LeftButton, modifiers,
				  page->hits().nameRect(row).bottomRight() + QPoint(12, -3));
	}

	Harness h;
	LogPage *page;
};

QLabel *labelWith(QWidget &top, const QString &part)
{
	for (QLabel *label : top.findChildren<QLabel *>()) {
		if (label->isVisible() && label->text().contains(part)) {
			return label;
		}
	}
	return nullptr;
}

QPushButton *buttonWith(QWidget &top, const QString &text)
{
	for (QPushButton *button : top.findChildren<QPushButton *>()) {
		if (button->isVisible() && button->text() == text) {
			return button;
		}
	}
	return nullptr;
}

} // namespace

class TestLogPage : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void theOrderIsThatOfTheQueryAndNotOfItsText()
	{
		LogWorld world;
		world.say("anna", "pizza pizza pizza", 3 * minute);
		world.say("anna", "who says sort:best and pizza", 2 * minute);
		world.say("bob", "pizza with a lot of other words", minute);
		world.flush();
		Opened o(world);
		const auto order = [&] {
			for (QToolButton *button : o.page->findChildren<QToolButton *>()) {
				if (button->toolTip() == Text(o)("LogPage.OrderTip")) {
					return button;
				}
			}
			return static_cast<QToolButton *>(nullptr);
		};
		o.page->search(QStringLiteral("\"sort:best and\""));
		QTRY_COMPARE(o.hits(), QStringList{QStringLiteral("who says sort:best and pizza")});
		QCOMPARE(order()->text(), Text(o)("LogPage.Newest"));

		/* What is in quotes stays as it is, spaces and all. */
		o.page->search(QStringLiteral("pizza -\"x  sort:best\""));
		QTRY_COMPARE(o.hits().value(0), QStringLiteral("pizza with a lot of other words"));
		order()->click();
		QCOMPARE(o.page->line().text(), QStringLiteral("pizza -\"x  sort:best\" sort:best"));
		QTRY_COMPARE(o.hits().value(0), QStringLiteral("pizza pizza pizza"));
		QCOMPARE(order()->text(), Text(o)("LogPage.Best"));
		order()->click();
		QCOMPARE(o.page->line().text(), QStringLiteral("pizza -\"x  sort:best\""));
		QTRY_COMPARE(o.hits().value(0), QStringLiteral("pizza with a lot of other words"));
	}

	void mentionsAreOfWhoeverIsSignedIn()
	{
		LogWorld world;
		world.say("anna", "hello @streamer", 2 * minute);
		world.say("anna", "hello @anybody", minute);
		world.flush();
		Opened o(world);
		o.page->search(QStringLiteral("is:mention"));
		QTRY_COMPARE(o.hits(), QStringList{QStringLiteral("hello @streamer")});
	}

	void whatIsTypedIsFoundNewestFirst()
	{
		LogWorld world;
		world.say("anna", "the boss is hard", 26 * hour);
		world.say("bob", "which boss", 2 * minute);
		world.say("carl", "hello", minute, 0, "elsewhere");
		world.flush();
		Opened o(world);
		QTRY_COMPARE(o.hits(), (QStringList{"hello", "which boss", "the boss is hard"}));
		/* A heading for each day and channel. */
		QCOMPARE(o.page->hits().lines().rowCount(), 6);
		QTest::keyClicks(&o.page->line(), "boss");
		QTRY_COMPARE(o.hits(), (QStringList{"which boss", "the boss is hard"}));
		QTRY_VERIFY(isSaid(*o.page, "Found: 2"));
		QTest::keyClicks(&o.page->line(), " from:anna");
		QTRY_COMPARE(o.hits(), (QStringList{"the boss is hard"}));
		/* Typed faster than anybody answers: the last one counts. */
		o.page->search(QStringLiteral("/x.*y/"));
		o.page->search(QStringLiteral("boss"));
		o.page->search(QStringLiteral("hello"));
		QTRY_COMPARE(o.hits(), (QStringList{"hello"}));
		QTest::qWait(20);
		QCOMPARE(o.hits(), (QStringList{"hello"}));
	}
	void moreComesWhenSomebodyScrolls()
	{
		LogWorld world;
		for (int i = 0; i < 260; i++) {
			world.say("anna", qPrintable(QStringLiteral("line %1").arg(i)), (260 - i) * 1000);
		}
		world.flush();
		Opened o(world);
		QTRY_VERIFY(o.hits().size() >= 100);
		QCOMPARE(o.hits().constFirst(), QStringLiteral("line 259"));
		QScrollBar *bar = o.page->hits().verticalScrollBar();
		for (int i = 0; i < 20 && o.hits().size() < 260; i++) {
			bar->setValue(bar->maximum());
			QTest::qWait(20);
		}
		QTRY_COMPARE(o.hits().size(), 260);
		QCOMPARE(o.hits().constLast(), QStringLiteral("line 0"));
		const QStringList all = o.hits();
		QCOMPARE(QSet<QString>(all.begin(), all.end()).size(), 260);
		bar->setValue(bar->maximum());
		const int last = o.page->hits().lines().rowCount() - 1;
		const QRect rect = o.page->hits().visualRect(o.page->hits().model()->index(last, 0));
		QVERIFY(o.page->hits().viewport()->rect().intersects(rect));
	}
	void whatIsNotUnderstoodIsMarked()
	{
		LogWorld world;
		world.say("anna", "boss", minute);
		world.flush();
		Opened o(world);
		QTRY_COMPARE(o.hits().size(), 1);
		o.page->search(QStringLiteral("boss after:never"));
		QTRY_VERIFY(labelWith(*o.page, QStringLiteral("never")));
		QCOMPARE(o.hits().size(), 1); /* what was there stays */
		const QImage marked = o.page->line().grab().toImage();
		o.page->line().setWrong(0, 0);
		QVERIFY(marked != o.page->line().grab().toImage());
		o.page->search(QStringLiteral("nobody says this"));
		QTRY_VERIFY(labelWith(*o.page, QStringLiteral("Nothing found")));
		QVERIFY(!labelWith(*o.page, QStringLiteral("never")));
	}
	void aClickShowsWhatWasSaidAround()
	{
		LogWorld world;
		for (int i = 0; i < 200; i++) {
			world.say(i % 2 ? "anna" : "bob",
				  qPrintable(i == 100 ? QStringLiteral("needle") : QStringLiteral("hay %1").arg(i)),
				  (400 - i) * 1000);
		}
		world.flush();
		Opened o(world);
		o.page->search(QStringLiteral("needle"));
		QTRY_COMPARE(o.hits(), QStringList{"needle"});
		o.click(o.rowOf("needle"));
		QTRY_VERIFY(o.texts(o.page->near()).contains(QStringLiteral("hay 99")));
		QVERIFY(o.texts(o.page->near()).contains(QStringLiteral("hay 101")));
		QVERIFY(!o.page->hits().isVisible()); /* no room for both */
		/* It is in the middle, and more comes at both ends. */
		const int row = o.page->near().lines().rowOf(o.page->hits().lines().line(1).id);
		QVERIFY(row > 0);
		QTRY_VERIFY(o.page->near().viewport()->rect().contains(
			o.page->near().visualRect(o.page->near().model()->index(row, 0)).center()));
		for (int i = 0; i < 20; i++) {
			o.page->near().verticalScrollBar()->setValue(0);
			QTest::qWait(10);
			o.page->near().verticalScrollBar()->setValue(o.page->near().verticalScrollBar()->maximum());
			QTest::qWait(10);
		}
		QTRY_COMPARE(o.texts(o.page->near()).size(), 200);
		QCOMPARE(o.texts(o.page->near()).constFirst(), QStringLiteral("hay 0"));
		QCOMPARE(o.texts(o.page->near()).constLast(), QStringLiteral("hay 199"));
		QTest::keyClick(&o.page->near(), Qt::Key_Escape);
		QVERIFY(o.page->hits().isVisible());
		QVERIFY(!o.page->near().isVisible());
		QCOMPARE(o.hits(), QStringList{"needle"});
		/* With room, side by side. */
		o.h.dock().resize(900, 560);
		o.page->showContext(o.page->hits().lines().line(1).id);
		QVERIFY(o.page->hits().isVisible() && o.page->near().isVisible());
	}
	void buttonsActOnTheRightPerson()
	{
		LogWorld world;
		world.say("spammer", "buy now", 2 * minute);
		world.say("mod_karel", "be nice", minute, LX_ROLE_MODERATOR);
		world.say("far", "not from here", minute / 2, 0, "elsewhere");
		world.say("spammer", "buy yesterday", 24 * hour);
		world.flush();
		Opened o(world);
		QTRY_COMPARE(o.hits().size(), 4);
		ui::LogList &list = o.page->hits();
		const int row = o.rowOf("buy now");
		QTest::mouseMove(list.viewport(), o.middle(row));
		const QRect ban = list.buttonRect(row, RowAction::Ban);
		QVERIFY(!ban.isEmpty());
		QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, ban.center());
		QCOMPARE(o.h.countCalls(LX_PROC_BAN), 1);
		QCOMPARE(o.h.lastCall(LX_PROC_BAN)->texts.at("user_id"), LogWorld::idOf("spammer").toStdString());
		/* Asked once more before a moderator is hit. */
		const int mod = o.rowOf("be nice");
		list.request(RowAction::Ban, mod);
		QCOMPARE(o.h.countCalls(LX_PROC_BAN), 1);
		QVERIFY(o.page->actions().sentence().contains(QStringLiteral("mod_karel")));
		list.request(RowAction::Ban, mod);
		QCOMPARE(o.h.countCalls(LX_PROC_BAN), 1); /* a hasty double click is no answer */
		/* People of other channels cannot be reached from here. */
		const int far = o.rowOf("not from here");
		list.request(RowAction::Ban, far);
		QCOMPARE(o.h.countCalls(LX_PROC_BAN), 1);
		QVERIFY(o.page->actions().sentence().contains(QStringLiteral("elsewhere")));
		/* Twitch deletes no old messages; their writer can be banned all the same. */
		const int late = o.rowOf("buy yesterday");
		list.request(RowAction::Delete, late);
		QCOMPARE(o.h.countCalls(LX_PROC_DELETE), 0);
		list.request(RowAction::Delete, row);
		QCOMPARE(o.h.countCalls(LX_PROC_DELETE), 1);
		list.setFocus();
		list.setCurrentIndex(list.model()->index(late, 0));
		QTest::keyClick(&list, Qt::Key_1);
		QCOMPARE(o.h.countCalls(LX_PROC_TIMEOUT), 1);
		QCOMPARE(o.h.lastCall(LX_PROC_TIMEOUT)->numbers.at("duration_s"), 60LL);
		/* What came of it is shown. */
		o.h.ban("spammer", 600, "Streamer");
		o.h.settle();
		QCOMPARE(list.lines().line(o.rowOf("buy now")).row.fate, ui::Fate::TimedOut);
		QCOMPARE(list.lines().line(o.rowOf("be nice")).row.fate, ui::Fate::None);
	}
	void aReplyGoesToTheChat()
	{
		LogWorld world;
		world.say("anna", "how long is it", minute);
		world.flush();
		Opened o(world);
		QTRY_COMPARE(o.hits().size(), 1);
		o.page->hits().request(RowAction::Reply, o.rowOf("how long is it"));
		QVERIFY(o.h.dock().chat().isVisible());
		QVERIFY(isSaid(o.h.dock().chat(), "anna"));
	}
	void manyAreAskedAboutOnce()
	{
		LogWorld world;
		for (int i = 0; i < 12; i++) {
			world.say(qPrintable(QStringLiteral("bot%1").arg(i)), "spam", (20 - i) * 1000);
			world.say(qPrintable(QStringLiteral("bot%1").arg(i)), "more spam", (20 - i) * 1000);
		}
		world.say("mod_karel", "spam, really", 500, LX_ROLE_MODERATOR);
		world.flush();
		Opened o(world);
		o.page->search(QStringLiteral("spam"));
		QTRY_COMPARE(o.hits().size(), 25);
		ui::LogList &list = o.page->hits();
		list.setFocus();
		list.selectAll();
		QCOMPARE(list.selectedLines().size(), size_t(25));
		auto *bar = o.page->findChild<ui::SelectionBar *>();
		QVERIFY(bar->isVisible());
		QTest::keyClick(&list, Qt::Key_B);
		auto *dialog = o.page->findChild<QDialog *>();
		QVERIFY(dialog && dialog->isVisible());
		QVERIFY(labelWith(*dialog, QStringLiteral("mod_karel")));
		QCOMPARE(o.h.countCalls(LX_PROC_BAN), 0);
		auto *go = dialog->findChild<QPushButton *>(QStringLiteral("livextremBatchGo"));
		QVERIFY(go->text().contains(QStringLiteral("12")));
		go->click();
		/* A few at a time; the next ones when the first are through. */
		QCOMPARE(o.h.countCalls(LX_PROC_BAN), 8);
		for (size_t i = 0; i < o.h.calls.size(); i++) {
			const test::ProcCall call = o.h.calls[i];
			if (call.proc != LX_PROC_BAN) {
				continue;
			}
			const std::string login = call.texts.at("user_login");
			o.h.action(LX_ACTION_BAN, login == "bot3" ? LX_ACTION_FAILED : LX_ACTION_DONE,
				   call.texts.at("message_id"), login.c_str());
			o.h.settle();
		}
		QCOMPARE(o.h.countCalls(LX_PROC_BAN), 12);
		QVERIFY2(o.page->actions().sentence().contains(QStringLiteral("11 of 12")),
			 qPrintable(o.page->actions().sentence()));
		QVERIFY(o.page->actions().sentence().contains(QStringLiteral("Refused: 1")));
		QSet<QString> hit;
		for (const test::ProcCall &call : o.h.calls) {
			if (call.proc == LX_PROC_BAN) {
				hit.insert(QString::fromStdString(call.texts.at("user_login")));
			}
		}
		QCOMPARE(hit.size(), 12);
		QVERIFY(!hit.contains(QStringLiteral("mod_karel")));
	}
	void copiesCarryNamesAndTimes()
	{
		LogWorld world;
		world.say("anna", "one", 2000);
		world.say("bob", "two", 1000);
		world.flush();
		Opened o(world);
		QTRY_COMPARE(o.hits().size(), 2);
		o.click(o.rowOf("two"), Qt::ControlModifier);
		o.click(o.rowOf("one"), Qt::ControlModifier);
		QVERIFY(!o.page->showsContext());
		o.page->hits().setFocus();
		QTest::keyClick(&o.page->hits(), Qt::Key_C, Qt::ControlModifier);
		QCOMPARE(QGuiApplication::clipboard()->text(),
			 QStringLiteral("[2026-09-21 14:13:19] bob: two\n[2026-09-21 14:13:18] anna: one"));
	}
	void newMessagesComeInAtTheTop()
	{
		LogWorld world;
		world.say("anna", "boss one", 5000);
		world.flush();
		Opened o(world);
		o.page->search(QStringLiteral("boss"));
		QTRY_COMPARE(o.hits().size(), 1);
		world.say("bob", "boss two", 3000);
		world.say("bob", "nothing", 2500);
		world.flush();
		o.h.say("bob", "boss two");
		o.h.settle();
		QTRY_COMPARE(o.hits(), (QStringList{"boss two", "boss one"}));
		/* Somebody is about to act: nothing moves, but it is offered. */
		o.page->hits().setCurrentIndex(o.page->hits().model()->index(1, 0));
		world.say("carl", "boss three", 1000);
		world.flush();
		o.h.say("carl", "boss three");
		o.h.settle();
		QTRY_VERIFY(buttonWith(*o.page, QStringLiteral("New: 1")));
		QCOMPARE(o.hits().size(), 2);
		buttonWith(*o.page, QStringLiteral("New: 1"))->click();
		QCOMPARE(o.hits(), (QStringList{"boss three", "boss two", "boss one"}));
		QVERIFY(!buttonWith(*o.page, QStringLiteral("New: 1")));
	}
	void anEmptyPageSaysWhatHelps()
	{
		LogWorld world(false);
		Opened o(world);
		QTRY_VERIFY(labelWith(*o.page, QStringLiteral("Nothing is logged yet")));
		QPushButton *chat = buttonWith(*o.page, QStringLiteral("To the chat"));
		QVERIFY(chat);
		chat->click();
		QVERIFY(o.h.dock().chat().isVisible());
		lx_settings_set_bool(o.h.settings, LX_SETTING_CHAT_LOG, false);
		o.h.dock().showPage(Dock::LogPageIndex);
		QTRY_VERIFY(labelWith(*o.page, QStringLiteral("switched off")));
		const int saved = o.h.settingsSaved;
		buttonWith(*o.page, QStringLiteral("Switch it on"))->click();
		QVERIFY(lx_settings_bool(o.h.settings, LX_SETTING_CHAT_LOG));
		QCOMPARE(o.h.settingsSaved, saved + 1);
		/* No data base at all, but something else under its name. */
		QFile file(QString::fromUtf8(world.path()));
		QVERIFY(file.open(QIODevice::WriteOnly));
		file.write(QByteArray(8192, 'x'));
		file.close();
		o.page->search(QStringLiteral("boss"));
		QTRY_VERIFY(labelWith(*o.page, QStringLiteral("cannot be read")));
		QVERIFY(buttonWith(*o.page, QStringLiteral("Try again")));
		file.remove();
		world.begin();
		world.say("anna", "boss", 1000);
		world.flush();
		buttonWith(*o.page, QStringLiteral("Try again"))->click();
		QTRY_COMPARE(o.hits(), QStringList{"boss"});
	}
	void withoutAnArchiveThePageSaysSo()
	{
		Harness h;
		h.show();
		auto *page = static_cast<LogPage *>(h.dock().showPage(Dock::LogPageIndex));
		QVERIFY(labelWith(*page, QStringLiteral("no folder")));
		page->search(QStringLiteral("boss"));
		page->exportTo(QStringLiteral("/nowhere"));
	}
	void namesAreCompleted()
	{
		LogWorld world;
		world.say("anna", "one", 2000);
		world.say("anton", "two", 1000);
		world.flush();
		Opened o(world);
		QTRY_COMPARE(o.hits().size(), 2);
		o.page->activateWindow();
		o.page->line().setFocus();
		QTest::keyClicks(&o.page->line(), "from:an");
		auto *completer = o.page->line().findChild<QCompleter *>();
		QTRY_COMPARE(completer->model()->rowCount(), 2);
		QCOMPARE(completer->model()->index(0, 0).data().toString(), QStringLiteral("from:anton"));
		Q_EMIT completer->activated(QStringLiteral("from:anton"));
		QCOMPARE(o.page->line().text(), QStringLiteral("from:anton "));
		QTRY_COMPARE(o.hits(), QStringList{"two"});
		/* What was of use is offered again. */
		QTest::keyClick(&o.page->line(), Qt::Key_Return);
		QCOMPARE(o.page->line().recent(), QStringList{"from:anton"});
		char *kept = lx_settings_string(o.h.settings, LX_SETTING_LOG_SEARCHES);
		QCOMPARE(QString::fromUtf8(kept), QStringLiteral("from:anton"));
		bfree(kept);
	}
	void theHelpWritesItsExamples()
	{
		LogWorld world;
		world.say("anna", "see https://example.org", 1000);
		world.say("anna", "nothing", 500);
		world.flush();
		Opened o(world);
		QTRY_COMPARE(o.hits().size(), 2);
		ui::QueryHelp help(Text(o), o.page);
		help.setAttribute(Qt::WA_DeleteOnClose, false);
		connect(&help, &ui::QueryHelp::chosen, &o.page->line(), &ui::SearchLine::insertPiece);
		int examples = 0;
		for (QPushButton *button : help.findChildren<QPushButton *>()) {
			examples++;
			if (button->text() == QStringLiteral("has:link")) {
				button->click();
			}
		}
		QVERIFY(examples > 10);
		QTRY_COMPARE(o.hits(), QStringList{"see https://example.org"});
		/* Every example is understood. */
		for (QPushButton *button : help.findChildren<QPushButton *>()) {
			struct lx_query_error error;
			struct lx_query *query = lx_query_parse(
				button->text().endsWith(u':') ? "from:anna" : button->text().toUtf8().constData(),
				o.h.text, LogWorld::now, &error);
			QVERIFY2(query, qPrintable(button->text()));
			lx_query_destroy(query);
		}
	}
	void whatWasFoundIsSaved()
	{
		LogWorld world;
		world.say("anna", "=1+1 boss", 2000);
		world.say("bob", "nothing", 1000);
		world.flush();
		Opened o(world);
		o.page->search(QStringLiteral("boss"));
		QTRY_COMPARE(o.hits().size(), 1);
		const QString path = world.folder() + QStringLiteral("/found.csv");
		o.page->exportTo(path);
		QTRY_VERIFY(o.page->actions().sentence().contains(QStringLiteral("found.csv")));
		QFile file(path);
		QVERIFY(file.open(QIODevice::ReadOnly));
		const QByteArray all = file.readAll();
		QCOMPARE(all.count("\r\n"), 2);
		QVERIFY(all.contains("\"'=1+1 boss\""));
		o.page->exportTo(QStringLiteral("/not/there/found.txt"));
		QTRY_VERIFY(o.page->actions().sentence().contains(QStringLiteral("cannot be written")));
	}
	void hostileTextIsText()
	{
		LogWorld world;
		world.say("anna", "<b>bold</b> <img src=x> %s%n %1 \xE2\x80\xAE override", 2000);
		world.say("<b>x</b>", "name", 1000);
		world.flush();
		Opened o(world);
		QTRY_COMPARE(o.hits().size(), 2);
		o.page->grab();
		QVERIFY(o.hits().contains(QStringLiteral("name")));
		QVERIFY(o.hits().constLast().contains(QStringLiteral("<b>bold</b>")));
		Q_EMIT o.page->hits().userClicked(o.rowOf("name"), QPoint(10, 10));
		auto *card = o.page->findChild<ui::UserCard *>();
		QVERIFY(card);
		for (QLabel *label : card->findChildren<QLabel *>()) {
			QCOMPARE(label->textFormat(), Qt::PlainText);
		}
	}
	void screenReadersAreToldTheLines()
	{
		LogWorld world;
		world.say("anna", "hello there", 1000);
		world.flush();
		Opened o(world);
		QTRY_COMPARE(o.hits().size(), 1);
		QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&o.page->hits());
		QVERIFY(list);
		QCOMPARE(list->text(QAccessible::Name), QStringLiteral("Messages found"));
		QCOMPARE(list->childCount(), 2);
		QVERIFY(list->child(1)->text(QAccessible::Name).contains(QStringLiteral("anna: hello there")));
		QCOMPARE(QAccessible::queryAccessibleInterface(&o.page->line())->text(QAccessible::Name),
			 QStringLiteral("Search the chat log"));
	}
	void pagesAreReachedByKeys()
	{
		LogWorld world;
		world.flush();
		Harness h("de-DE", test::darkPalette(), nullptr, nullptr, world.archive());
		h.show(600, 500);
		h.everythingWell();
		h.settle();
		h.dock().activateWindow();
		h.dock().chat().setFocus();
		QVERIFY(!h.dock().findChild<LogPage *>()); /* made when it is first wanted */
		QTest::keyClick(&h.dock().chat().view(), Qt::Key_2, Qt::ControlModifier);
		auto *page = h.dock().findChild<LogPage *>();
		QVERIFY(page && page->isVisible());
		QTest::keyClick(page, Qt::Key_1, Qt::AltModifier);
		QVERIFY(h.dock().chat().isVisible());
		ui::PageButton *log = nullptr;
		for (ui::PageButton *button : h.dock().findChildren<ui::PageButton *>()) {
			if (button->accessibleName() == QStringLiteral("Protokoll")) {
				log = button;
			}
		}
		QVERIFY(log);
		const int wide = log->width();
		h.dock().resize(230, 500);
		QTRY_VERIFY(log->width() < wide);
		QCOMPARE(log->accessibleName(), QStringLiteral("Protokoll"));
		QTest::mouseClick(log, Qt::LeftButton);
		QVERIFY(page->isVisible());
	}
	void pictures_data()
	{
		QTest::addColumn<QByteArray>("language");
		QTest::addColumn<bool>("dark");
		QTest::addColumn<int>("width");
		QTest::addColumn<bool>("context");
		QTest::newRow("log-dark") << QByteArray("en-US") << true << 380 << false;
		QTest::newRow("log-light") << QByteArray("cs-CZ") << false << 340 << false;
		QTest::newRow("log-german-narrow") << QByteArray("de-DE") << true << 300 << false;
		QTest::newRow("log-context-narrow") << QByteArray("de-DE") << false << 300 << true;
		QTest::newRow("log-wide") << QByteArray("de-DE") << true << 900 << true;
	}
	void pictures()
	{
		QFETCH(QByteArray, language);
		QFETCH(bool, dark);
		QFETCH(int, width);
		QFETCH(bool, context);
		LogWorld world;
		fill(world);
		Harness h(language.constData(), dark ? test::darkPalette() : test::lightPalette(), nullptr, nullptr,
			  world.archive());
		h.show(width, 620);
		h.everythingWell();
		h.settle();
		auto *page = static_cast<LogPage *>(h.dock().showPage(Dock::LogPageIndex));
		page->search(QStringLiteral("boss"));
		QTRY_VERIFY(page->hits().lines().messages() > 3);
		QTest::qWait(30);
		int row = 0;
		while (page->hits().lines().line(row).row.login != QStringLiteral("spammer99")) {
			row++;
		}
		if (context) {
			page->showContext(page->hits().lines().line(row).id);
			QTRY_VERIFY(!page->near().lines().isEmpty());
		} else {
			ui::LogList &list = page->hits();
			QTest::mouseMove(list.viewport(), list.visualRect(list.model()->index(row, 0)).center());
		}
		QTest::qWait(50);
		QVERIFY(h.dock().grab().save(
			QStringLiteral(PICTURES_DIR "/%1.png").arg(QString::fromUtf8(QTest::currentDataTag()))));
		if (context || language != "de-DE") {
			return;
		}
		page->hits().clearSelection();
		page->hits().selectionModel()->select(QItemSelection(page->hits().model()->index(1, 0),
								     page->hits().model()->index(4, 0)),
						      QItemSelectionModel::Select);
		QCoreApplication::processEvents();
		h.dock().grab().save(QStringLiteral(PICTURES_DIR "/log-selected.png"));
		page->hits().clearSelection();
		page->search(QStringLiteral("boss after:gestern"));
		QTest::qWait(100);
		h.dock().grab().save(QStringLiteral(PICTURES_DIR "/log-wrong.png"));
		page->search(QStringLiteral("niemand sagt das"));
		QTest::qWait(100);
		h.dock().grab().save(QStringLiteral(PICTURES_DIR "/log-nothing.png"));
		ui::QueryHelp help(ui::Text(h.text), page);
		help.setAttribute(Qt::WA_DeleteOnClose, false);
		help.showBelow(&page->line());
		help.grab().save(QStringLiteral(PICTURES_DIR "/log-help.png"));
		help.close();
	}

private:
	static ui::Text Text(Opened &o) { return ui::Text(o.h.text); }
	static bool isSaid(QWidget &top, const char *words)
	{
		for (QWidget *widget : top.findChildren<QWidget *>()) {
			if (widget->isVisible() && widget->accessibleName().contains(QLatin1StringView(words))) {
				return true;
			}
		}
		return false;
	}
	static void fill(LogWorld &world)
	{
		world.say("anna_spielt", "Guten Abend! Schafft ihr heute den letzten Boss?", 50 * hour,
			  LX_ROLE_SUBSCRIBER, "streamer", "subscriber/12", 0x1E90FF);
		world.say("pixelknight", "that boss fight last week was insane", 27 * hour, 0, "streamer", "",
			  0x0000FF);
		world.say("lena", "boss music on full volume please 🎉", 26 * hour, LX_ROLE_SUBSCRIBER, "streamer",
			  "subscriber/6", 0xD2691E);
		world.say("streamer",
			  "Hey, schön dass ihr da seid. Heute gibt es den letzten Boss, versprochen – und danach "
			  "noch ein bisschen Just Chatting.",
			  95 * minute, LX_ROLE_BROADCASTER, "streamer", "broadcaster/1,subscriber/3006", 0xFF4500);
		world.say("mod_karel", "Ahoj! Odkazy na boss guide prosím jen se svolením.", 80 * minute,
			  LX_ROLE_MODERATOR, "streamer", "moderator/1", 0x2E8B57);
		world.say("spammer99", "BUY boss carry cheap cheap >>> bosscarry . example <<<", 40 * minute, 0,
			  "streamer", "", 0xFF0000);
		world.say("سارة", "مرحبا boss كيف الحال", 39 * minute, 0, "streamer", "", 0xDAA520);
		world.say("newbie_2026", "is this the boss everybody talks about?", 20 * minute);
		world.say("dora", "hello from the other side, is your boss done?", 15 * minute, 0, "zweitkanal", "",
			  0x8A2BE2);
		world.say("kaja", "boss!", 5 * minute, LX_ROLE_VIP, "streamer", "vip/1", 0xFF69B4);
		world.say("viewer_7", "gg", 4 * minute);
		world.say("viewer_8", "well played everyone", 3 * minute);
		world.flush();
	}
};

QTEST_MAIN(TestLogPage)
#include "test_log_page.moc"
