/* Views of the chat: tabs, what stands in them, what is counted, and what switching costs. */
#include <QElapsedTimer>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "harness.hpp"
#include "ui/chat/find_bar.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/view.hpp"
#include "ui/chat/view_dialog.hpp"
#include "ui/chat/view_tabs.hpp"

using namespace lx::ui;
using lx::test::Harness;

namespace {

struct Chat {
	Harness h;
	ChatPanes &panes;
	ViewTabs &tabs;
	Rules &rules;

	Chat() : panes(h.dock().chat().panes()), tabs(panes.tabs()), rules(h.dock().context().rules)
	{
		QCursor::setPos(2000, 2000);
		h.show();
		h.everythingWell();
		judge();
	}
	void judge() { QTRY_VERIFY(!panes.isJudging()); }
	int open(const char *name, const char *query, bool temporary = false)
	{
		const int id = rules.openView(QString::fromUtf8(name), QString::fromUtf8(query), temporary);
		judge();
		return id;
	}
	void say(const char *login, const char *text, uint32_t roles = 0)
	{
		h.say(login, text, roles);
		h.settle();
	}
	QStringList lines(int id)
	{
		const int before = panes.currentId();
		QStringList texts;
		panes.show(id);
		const ChatModel &model = panes.model();
		for (quint64 seq = model.firstSeq(); seq < model.endSeq(); seq++) {
			texts << model.row(seq).text;
		}
		panes.show(before);
		return texts;
	}
};

} // namespace

class TestViews : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void tabsComeWithTheSecondView()
	{
		Chat c;
		QVERIFY(!c.tabs.isVisible());
		c.open("Questions", "is:question");
		QVERIFY(c.tabs.isVisible());
		QCOMPARE(c.tabs.count(), 2);
		QCOMPARE(c.tabs.tabText(0), QStringLiteral("Everything"));
		c.rules.closeView(c.tabs.idOf(1));
		QVERIFY(!c.tabs.isVisible());
	}
	void aNewViewHasTheLinesThatAreThere()
	{
		Chat c;
		c.say("anna", "why?");
		c.say("bert", "because");
		const int id = c.open("Questions", "is:question");
		QCOMPARE(c.lines(id), QStringList{QStringLiteral("why?")});
		c.say("carl", "how?");
		c.say("carl", "so");
		QCOMPARE(c.lines(id), (QStringList{QStringLiteral("why?"), QStringLiteral("how?")}));
		QCOMPARE(c.lines(ChatPanes::everythingId).size(), 4);
	}
	void whatOneLooksAtIsNotCounted()
	{
		Chat c;
		const int id = c.open("Questions", "is:question");
		c.rules.addRule({QStringLiteral("Food"), QStringLiteral("pizza"), {}, 0x2288FF, true, false});
		c.judge();
		c.say("anna", "why?");
		QCOMPARE(c.tabs.unread(1), 1);
		QCOMPARE(c.tabs.unread(0), 0);
		QVERIFY(!c.tabs.isHighlighted(1));
		c.say("anna", "pizza?");
		QCOMPARE(c.tabs.unread(1), 2);
		QVERIFY(c.tabs.isHighlighted(1));
		QVERIFY(c.tabs.tabText(1).contains(u'2')); /* for screen readers */
		c.panes.show(id);
		QCOMPARE(c.tabs.unread(1), 0);
		QVERIFY(!c.tabs.isHighlighted(1));
		c.say("anna", "when?");
		QCOMPARE(c.tabs.unread(1), 0);
		QCOMPARE(c.tabs.unread(0), 1);
	}
	void whatHappensToALineIsSeenInEachView()
	{
		Chat c;
		const int id = c.open("Questions", "is:question");
		const std::string message = c.h.say("anna", "why?");
		c.h.settle();
		c.h.remove(message, "mod");
		c.h.settle();
		for (const int view : {ChatPanes::everythingId, id}) {
			c.panes.show(view);
			const ChatModel &model = c.panes.model();
			QCOMPARE(model.row(model.endSeq() - 1).fate, Fate::Deleted);
			QCOMPARE(model.row(model.endSeq() - 1).revision, quint16(1)); /* once */
		}
	}
	void hiddenLinesAreCountedAndShownByAClick()
	{
		Chat c;
		c.say("anna", "!song");
		c.say("anna", "hello");
		RuleDef rule;
		rule.query = QStringLiteral("is:command");
		rule.hide = true;
		c.rules.addRule(std::move(rule));
		c.judge();
		QCOMPARE(c.lines(ChatPanes::everythingId), QStringList{QStringLiteral("hello")});
		c.say("bert", "!play");
		c.say("mod", "!ban", LX_ROLE_MODERATOR);
		QCOMPARE(c.panes.hiddenLines(), 2);
		auto *button = c.panes.findChild<QPushButton *>(QStringLiteral("livextremHidden"));
		QVERIFY(button->isVisible());
		QCOMPARE(button->text(), QStringLiteral("2 hidden"));
		QTest::mouseClick(button, Qt::LeftButton);
		QCOMPARE(c.panes.currentId(), ChatPanes::hiddenId);
		QCOMPARE(c.lines(ChatPanes::hiddenId), (QStringList{QStringLiteral("!song"), QStringLiteral("!play")}));
		Q_EMIT c.tabs.closeWanted(ChatPanes::hiddenId);
		QCOMPARE(c.panes.currentId(), ChatPanes::everythingId);
		/* Without the rule they stand where they stood. */
		RuleSet set = c.rules.set();
		set.rules.erase(set.rules.begin());
		c.rules.change(std::move(set));
		c.judge();
		QCOMPARE(c.lines(ChatPanes::everythingId).first(), QStringLiteral("!song"));
		QCOMPARE(c.panes.hiddenLines(), 0);
	}
	void keysGoFromViewToView()
	{
		Chat c;
		const int questions = c.open("Questions", "is:question");
		const int mods = c.open("Mods", "is:mod");
		c.panes.view().setFocus();
		QTest::keyClick(&c.panes.view(), Qt::Key_Tab, Qt::ControlModifier);
		QCOMPARE(c.panes.currentId(), questions);
		QTest::keyClick(&c.panes.view(), Qt::Key_Tab, Qt::ControlModifier);
		QCOMPARE(c.panes.currentId(), mods);
		QTest::keyClick(&c.panes.view(), Qt::Key_PageDown, Qt::ControlModifier);
		QCOMPARE(c.panes.currentId(), ChatPanes::everythingId);
		QTest::keyClick(&c.panes.view(), Qt::Key_Backtab, Qt::ControlModifier | Qt::ShiftModifier);
		QCOMPARE(c.panes.currentId(), mods);
	}
	void eachViewKeepsItsPause()
	{
		Chat c;
		const int id = c.open("Questions", "is:question");
		c.panes.view().setPaused(true);
		c.panes.show(id);
		QVERIFY(!c.panes.view().isPaused());
		c.panes.show(ChatPanes::everythingId);
		QVERIFY(c.panes.view().isPaused());
	}
	void theOrderOfTabsIsKept()
	{
		Chat c;
		c.open("Questions", "is:question");
		const int mods = c.open("Mods", "is:mod");
		c.say("mod", "hi", LX_ROLE_MODERATOR);
		c.tabs.moveTab(2, 1);
		Q_EMIT c.tabs.ordered();
		c.judge();
		QCOMPARE(c.tabs.idOf(1), mods);
		c.tabs.moveTab(0, 2); /* everything stays first */
		QCOMPARE(c.tabs.idOf(0), ChatPanes::everythingId);
		c.say("mod", "again", LX_ROLE_MODERATOR);
		QCOMPARE(c.lines(mods).size(), 2);
	}
	void aViewIsMadeAndChangedInADialog()
	{
		Chat c;
		c.say("anna", "red car");
		c.say("anna", "blue car");
		c.panes.askForView({}, {});
		auto *dialog = c.panes.findChild<ViewDialog *>();
		QVERIFY(dialog);
		const QList<QLineEdit *> fields = dialog->findChildren<QLineEdit *>();
		auto *ok = dialog->findChildren<QPushButton *>().first();
		QVERIFY(!ok->isEnabled());
		fields[0]->setText(QStringLiteral("Red"));
		fields[1]->setText(QStringLiteral("/red("));
		QVERIFY(!ok->isEnabled());
		fields[1]->setText(QStringLiteral("red"));
		QVERIFY(ok->isEnabled());
		dialog->accept();
		c.judge();
		QCOMPARE(c.tabs.tabText(1), QStringLiteral("Red"));
		QCOMPARE(c.lines(c.panes.currentId()), QStringList{QStringLiteral("red car")});

		Q_EMIT c.tabs.editWanted(c.panes.currentId());
		QTRY_COMPARE(c.panes.findChildren<ViewDialog *>().size(), 1);
		dialog = c.panes.findChild<ViewDialog *>();
		dialog->findChildren<QLineEdit *>()[1]->setText(QStringLiteral("blue"));
		dialog->accept();
		c.judge();
		QCOMPARE(c.lines(c.panes.currentId()), QStringList{QStringLiteral("blue car")});
	}
	void theMenuOfALineMakesRulesAndViews()
	{
		Chat c;
		c.say("anna", "pineapple on pizza");
		c.say("bert", "never");
		ChatView &view = c.panes.view();
		const auto choose = [&](const char *label, quint64 seq) {
			Q_EMIT view.menuRequested(seq, QPoint(10, 10));
			for (QMenu *menu : c.h.dock().chat().findChildren<QMenu *>()) {
				for (QAction *action : menu->actions()) {
					if (action->text() == QString::fromUtf8(label)) {
						action->trigger();
						delete c.h.dock().chat().findChild<QMenu *>(QString(),
											    Qt::FindDirectChildrenOnly);
						c.judge();
						return true;
					}
				}
			}
			return false;
		};
		const quint64 annas = c.panes.model().firstSeq() + quint64(c.panes.model().rowCount()) - 2;
		QVERIFY(choose("pineapple", annas));
		QCOMPARE(c.rules.set().rules.front().query, QStringLiteral("\"pineapple\""));
		QVERIFY(c.panes.everything().row(annas).highlight != LX_COLOR_NONE);
		QVERIFY(choose("Only this person", annas));
		QCOMPARE(c.lines(c.panes.currentId()), QStringList{QStringLiteral("pineapple on pizza")});
		c.panes.show(ChatPanes::everythingId);
		QVERIFY(choose("Hide messages of this person", annas));
		QCOMPARE(c.lines(ChatPanes::everythingId), QStringList{QStringLiteral("never")});
	}
	void anotherChannelBeginsWithNothing()
	{
		Chat c;
		const int id = c.open("Questions", "is:question");
		c.say("anna", "why?");
		std::vector<RowEntry> entries;
		entries.emplace_back(ChannelStart{QStringLiteral("other")});
		c.panes.apply(std::move(entries));
		QCOMPARE(c.lines(id).size(), 0);
		QCOMPARE(c.tabs.unread(1), 0);
	}
	void readyViewsAreThereWithOneClick()
	{
		Chat c;
		RuleSet none = c.rules.set();
		none.views.clear();
		c.rules.change(std::move(none));
		c.say("mod", "hi", LX_ROLE_MODERATOR);
		c.say("anna", "hi");
		QMenu menu;
		c.panes.fillMenu(menu);
		const auto action = [&](const QString &label) {
			for (QAction *one : menu.actions()) {
				if (one->text() == label) {
					return one;
				}
			}
			return static_cast<QAction *>(nullptr);
		};
		for (const char *name :
		     {"Only questions", "Mods and VIPs", "Mentions", "Subs, bits and gifts", "First messages"}) {
			QVERIFY2(action(QStringLiteral("Add “%1”").arg(QLatin1StringView(name))), name);
		}
		action(QStringLiteral("Add “Mods and VIPs”"))->trigger();
		c.judge();
		QCOMPARE(c.tabs.tabText(c.tabs.currentIndex()), QStringLiteral("Mods and VIPs"));
		QCOMPARE(c.lines(c.panes.currentId()), QStringList{QStringLiteral("hi")});
		/* It is one of the user's own now. */
		QMenu after;
		c.panes.fillMenu(after);
		QVERIFY(after.actions().front()->isChecked());
		QCOMPARE(int(c.rules.readyViews().size()), 4);
	}
	void viewsAreMovedRenamedAndDeletedByKeys()
	{
		Chat c;
		const int questions = c.open("Questions", "is:question");
		const int mods = c.open("Mods", "is:mod");
		c.panes.show(mods);
		c.tabs.setFocus();
		QTest::keyClick(&c.tabs, Qt::Key_Left, Qt::AltModifier);
		c.judge();
		QCOMPARE(c.tabs.idOf(1), mods);
		QCOMPARE(c.panes.currentId(), mods);
		QTest::keyClick(&c.tabs, Qt::Key_Left, Qt::AltModifier); /* everything stays first */
		QCOMPARE(c.tabs.idOf(0), ChatPanes::everythingId);
		QTest::keyClick(&c.tabs, Qt::Key_Right, Qt::AltModifier);
		c.judge();
		QCOMPARE(c.tabs.idOf(2), mods);
		QTest::keyClick(&c.tabs, Qt::Key_F2);
		auto *dialog = c.panes.findChild<ViewDialog *>();
		QVERIFY(dialog);
		dialog->findChildren<QLineEdit *>()[0]->setText(QStringLiteral("Team"));
		dialog->accept();
		c.judge();
		QCOMPARE(c.tabs.tabText(2), QStringLiteral("Team"));
		const size_t before = c.rules.set().views.size();
		QTest::keyClick(&c.tabs, Qt::Key_Delete); /* closed, and kept in the list */
		QCOMPARE(c.tabs.count(), 2);
		QCOMPARE(c.rules.set().views.size(), before);
		Q_EMIT c.tabs.removeWanted(questions);
		QCOMPARE(c.tabs.count(), 1);
		QCOMPARE(c.rules.set().views.size(), before - 1);
	}
	void whatIsSearchedForIsAViewThatCanBeKept()
	{
		Chat c;
		c.say("anna", "red car");
		c.say("anna", "blue car");
		c.panes.view().setFocus();
		const size_t views = c.rules.set().views.size();
		QTest::keyClick(&c.panes.view(), Qt::Key_F, Qt::ControlModifier);
		QVERIFY(c.panes.find().isVisible());
		QLineEdit *line = c.panes.find().line();
		line->setText(QStringLiteral("red"));
		QTest::keyClick(line, Qt::Key_Return);
		c.judge();
		QCOMPARE(c.lines(c.panes.currentId()), QStringList{QStringLiteral("red car")});
		c.say("bert", "a red bicycle");
		QCOMPARE(c.lines(c.panes.currentId()).size(), 2);
		/* What cannot be understood is told, and what was found stays. */
		line->setText(QStringLiteral("/red("));
		QTest::keyClick(line, Qt::Key_Return);
		QVERIFY(!c.panes.find().saveButton()->isEnabled());
		QCOMPARE(c.lines(c.panes.currentId()).size(), 2);
		line->setText(QStringLiteral("car"));
		QTest::keyClick(line, Qt::Key_Return);
		c.judge();
		QCOMPARE(c.tabs.count(), 2); /* the same view asks something else */
		QCOMPARE(c.lines(c.panes.currentId()),
			 (QStringList{QStringLiteral("red car"), QStringLiteral("blue car")}));
		QTest::keyClick(line, Qt::Key_Escape);
		QCOMPARE(c.panes.currentId(), ChatPanes::everythingId);
		QCOMPARE(c.tabs.count(), 1);
		QCOMPARE(c.rules.set().views.size(), views);

		c.panes.openFind();
		line->setText(QStringLiteral("blue"));
		QTest::keyClick(line, Qt::Key_Return);
		QTest::mouseClick(c.panes.find().saveButton(), Qt::LeftButton);
		auto *dialog = c.panes.findChild<ViewDialog *>();
		QVERIFY(dialog);
		dialog->findChildren<QLineEdit *>()[0]->setText(QStringLiteral("Blue"));
		dialog->accept();
		c.judge();
		QVERIFY(!c.panes.find().isVisible());
		QCOMPARE(c.tabs.tabText(1), QStringLiteral("Blue"));
		QVERIFY(!c.rules.set().views.back().temporary);
		/* Nothing that the line does takes it away. */
		c.panes.openFind();
		QTest::keyClick(line, Qt::Key_Escape);
		QCOMPARE(c.rules.set().views.size(), views + 1);
	}
	void whatTheLogIsAskedFitsAViewWithoutTimes_data()
	{
		QTest::addColumn<QString>("query");
		QTest::addColumn<QString>("live");
		QTest::newRow("plain") << QStringLiteral("pizza from:anna") << QStringLiteral("pizza from:anna");
		QTest::newRow("times") << QStringLiteral("after:7d pizza -before:today stream:last sort:best")
				       << QStringLiteral("pizza");
		QTest::newRow("quoted")
			<< QStringLiteral("\"in: the box\" on:today") << QStringLiteral("\"in: the box\"");
		QTest::newRow("regex") << QStringLiteral("/a on:b/ in:streamer") << QStringLiteral("/a on:b/");
		QTest::newRow("or") << QStringLiteral("in:x OR pizza OR on:today cake") << QStringLiteral("pizza cake");
		QTest::newRow("deleted") << QStringLiteral("-is:deleted is:question") << QStringLiteral("is:question");
		QTest::newRow("nothing") << QStringLiteral("stream:2") << QString();
	}
	void whatTheLogIsAskedFitsAViewWithoutTimes()
	{
		QFETCH(QString, query);
		QFETCH(QString, live);
		QCOMPARE(liveQuery(query), live);
	}
	void messagesOfSharedChannelsCanBeHidden()
	{
		Chat c;
		c.h.say("anna", "from here");
		c.h.say("otto", "from there", LX_ROLE_MODERATOR, LX_COLOR_NONE, LX_CHAT_SHARED);
		c.h.settle();
		QCOMPARE(c.lines(ChatPanes::everythingId).size(), 2);
		QMenu menu;
		c.panes.fillMenu(menu);
		QAction *shared = menu.actions().back();
		QVERIFY(shared->isCheckable() && !shared->isChecked());
		shared->trigger();
		c.judge();
		QCOMPARE(c.lines(ChatPanes::everythingId), QStringList{QStringLiteral("from here")});
		QCOMPARE(c.panes.hiddenLines(), 1);
		c.h.say("otto", "more", 0, LX_COLOR_NONE, LX_CHAT_SHARED);
		c.h.settle();
		QCOMPARE(c.lines(ChatPanes::everythingId).size(), 1);
		c.rules.hideShared(false);
		c.judge();
		QCOMPARE(c.lines(ChatPanes::everythingId).size(), 3);
		QCOMPARE(c.panes.hiddenLines(), 0);
	}
	/* Ten thousand lines are not laid out anew: what is on screen is. */
	void switchingLaysOutOnlyWhatIsSeen()
	{
		Chat c;
		for (int i = 0; i < 10500; i++) {
			c.h.say("anna", i % 3 ? "a line that is long enough to be broken in a narrow dock" : "short?");
		}
		c.h.settle();
		const int id = c.open("All", "-from:nobody");
		QCOMPARE(c.lines(id).size(), 10000);
		c.panes.show(id);
		QCoreApplication::processEvents();
		const int seen = c.panes.view().layouts();
		QVERIFY(seen > 5 && seen < 60);
		c.panes.show(ChatPanes::everythingId);
		QCoreApplication::processEvents();
		QVERIFY(c.panes.view().layouts() < 60);
	}
};

QTEST_MAIN(TestViews)
#include "test_views.moc"
