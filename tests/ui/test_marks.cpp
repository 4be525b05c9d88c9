/* Marks beside the scroll bar, the line where reading stopped, and holding still by a key. */
#include <QAbstractButton>
#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>

#include "harness.hpp"
#include "ui/chat/find_bar.hpp"
#include "ui/chat/mark_strip.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/view.hpp"

using namespace lx;
using namespace lx::ui;
using namespace lx::test;

namespace {

constexpr quint32 ruleColor = 0x2288FF;

struct Chat {
	explicit Chat(const QPalette &palette = darkPalette()) : h("en-US", palette)
	{
		QCursor::setPos(2000, 2000);
		h.show(340, 480);
		h.everythingWell();
		rules().addRule({QStringLiteral("Food"), QStringLiteral("pizza"), {}, ruleColor, true, false});
		judge();
	}
	Rules &rules() { return h.dock().context().rules; }
	ChatPanes &panes() { return h.dock().chat().panes(); }
	ChatView &view() { return panes().view(); }
	ChatModel &model() { return panes().model(); }
	MarkStrip &strip() { return view().marks(); }
	void judge() { QTRY_VERIFY(!panes().isJudging()); }
	quint64 say(const char *text, uint32_t flags = 0)
	{
		h.say("anna", text, 0, LX_COLOR_NONE, flags);
		h.settle();
		return model().endSeq() - 1;
	}
	void fill(int lines)
	{
		for (int i = 0; i < lines; i++) {
			h.say("bert", "a line like any other");
		}
		h.settle();
		draw();
	}
	void draw() { (void)h.dock().grab(); }
	QColor drawnAt(quint64 seq)
	{
		const QImage seen = strip().grab().toImage();
		return seen.pixelColor(seen.width() / 2, strip().placeOf(seq));
	}
	void click(int y) { QTest::mouseClick(&strip(), Qt::LeftButton, {}, QPoint(2, y)); }
	void set(enum lx_setting setting, int value)
	{
		lx_settings_set_int(h.settings, setting, value);
		h.dock().chat().applySettings();
	}
	Harness h;
};

ChatRow row(quint32 color, uint32_t flags = 0, bool mention = false)
{
	ChatRow made;
	made.highlight = color;
	made.flags = flags;
	made.mention = mention;
	return made;
}

} // namespace

class TestMarks : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void theIndexIsKeptAsLinesComeChangeAndGo()
	{
		Marks marks;
		QVERIFY(!marks.take(3, row(LX_COLOR_NONE)));
		QVERIFY(marks.take(5, row(ruleColor)));
		QVERIFY(!marks.take(5, row(ruleColor)));
		QVERIFY(marks.take(9, row(LX_COLOR_NONE, LX_CHAT_FIRST)));
		QVERIFY(marks.take(7, row(LX_COLOR_NONE, LX_CHAT_FIRST, true)));
		QCOMPARE(marks.size(), size_t(3));
		QCOMPARE(marks[0].seq, 5);
		QCOMPARE(marks[1].kind, Marks::Kind::Mention);
		QCOMPARE(marks[2].kind, Marks::Kind::First);
		QCOMPARE(marks.from(6), size_t(1));
		QCOMPARE(marks.from(10), size_t(3));
		QVERIFY(marks.take(7, row(LX_COLOR_NONE)));
		QVERIFY(marks.take(9, row(ruleColor)));
		QCOMPARE(marks[1].kind, Marks::Kind::Rule);
		QVERIFY(marks.dropBefore(6));
		QVERIFY(!marks.dropBefore(6));
		QCOMPARE(marks.size(), size_t(1));
	}
	void markedLinesAreShownInTheirColors()
	{
		Chat c;
		c.fill(60);
		const quint64 food = c.say("pizza tonight");
		c.fill(60);
		const quint64 first = c.say("hello, I am new here", LX_CHAT_FIRST);
		c.fill(60);
		const quint64 mention = c.say("good evening, streamer");
		c.fill(60);
		c.draw();
		const Theme theme = Theme::from(c.view().palette());
		QCOMPARE(c.drawnAt(food), theme.edge(QColor::fromRgb(ruleColor)));
		QCOMPARE(c.drawnAt(first), theme.tone(Tone::Green));
		QVERIFY(c.model().row(mention).mention);
		QVERIFY(c.drawnAt(mention) != theme.base);
		QCOMPARE(c.drawnAt(c.model().firstSeq() + 30), theme.base);
		/* Without the rule there is no mark. */
		RuleSet set = c.rules().set();
		set.rules.clear();
		c.rules().change(std::move(set));
		c.judge();
		c.draw();
		QCOMPARE(c.drawnAt(food), theme.base);
		QCOMPARE(c.drawnAt(mention), theme.tone(Tone::Bad)); /* one's own name needs no rule */
	}
	void aClickGoesThere()
	{
		Chat c;
		const quint64 food = c.say("pizza tonight");
		c.fill(200);
		QVERIFY(!c.view().linesOnScreen().first || c.view().linesOnScreen().first > food);
		c.click(c.strip().placeOf(food) + 1);
		c.draw();
		QCOMPARE(c.view().selectedSeq(), std::optional<quint64>(food));
		QVERIFY(c.view().viewport()->rect().contains(c.view().rectOf(food)));
		QVERIFY(!c.view().isFollowing());
		/* Elsewhere: as on a scroll bar. */
		c.view().resume();
		c.draw();
		const int before = c.view().verticalScrollBar()->value();
		c.click(c.strip().height() / 2);
		QVERIFY(c.view().verticalScrollBar()->value() < before);
		QVERIFY(c.view().verticalScrollBar()->value() > 0);
	}
	void keysGoFromMarkToMark()
	{
		Chat c;
		const quint64 one = c.say("pizza");
		c.fill(50);
		const quint64 two = c.say("more pizza");
		c.fill(50);
		c.view().setFocus();
		QTest::keyClick(&c.view(), Qt::Key_M);
		QCOMPARE(c.view().selectedSeq(), std::optional<quint64>(two));
		QTest::keyClick(&c.view(), Qt::Key_M);
		QCOMPARE(c.view().selectedSeq(), std::optional<quint64>(one));
		QTest::keyClick(&c.view(), Qt::Key_M);
		QCOMPARE(c.view().selectedSeq(), std::optional<quint64>(one));
		QTest::keyClick(&c.view(), Qt::Key_M, Qt::ShiftModifier);
		QCOMPARE(c.view().selectedSeq(), std::optional<quint64>(two));
	}
	void aTooltipTellsWhatItIs()
	{
		Chat c;
		const quint64 food = c.say("pizza tonight");
		c.fill(100);
		const QPoint at(2, c.strip().placeOf(food) + 1);
		const auto hover = [&](const QPoint &place) {
			QHelpEvent help(QEvent::ToolTip, place, c.strip().mapToGlobal(place));
			QCoreApplication::sendEvent(&c.strip(), &help);
			return QToolTip::text();
		};
		QVERIFY(hover(at).contains(QStringLiteral("pizza tonight")));
		/* Viewers may be looking on. */
		lx_settings_set_int(c.h.settings, LX_SETTING_STREAMER_MODE, 1);
		c.h.dock().context().settingsChanged();
		(void)hover(at);
		QTRY_VERIFY(!QToolTip::isVisible());
	}
	void fewLinesHaveTheirMarksBesideThem()
	{
		Chat c;
		c.fill(2);
		const quint64 food = c.say("pizza");
		c.fill(1);
		const QRect rect = c.view().rectOf(food);
		QVERIFY(rect.top() > c.view().viewport()->height() / 2);
		QVERIFY(std::abs(c.strip().placeOf(food) - rect.top()) <= 4);
		QCOMPARE(c.strip().markAt(rect.top() + 2), std::optional<quint64>(food));
		QVERIFY(!c.strip().markAt(10));
	}
	void whatFallsOutOfTheListHasNoMark()
	{
		Chat c;
		const quint64 food = c.say("pizza tonight");
		for (int i = 0; i < ChatModel::defaultCapacity; i++) {
			c.h.say("bert", "a line");
		}
		c.h.settle();
		c.draw();
		QVERIFY(!c.model().contains(food));
		QVERIFY(!c.strip().markAt(0));
	}
	void manyMarksAreDrawnAsWell()
	{
		Chat c;
		for (int i = 0; i < 3000; i++) {
			c.h.say("bert", "pizza");
		}
		c.h.settle();
		c.draw();
		const QColor color = Theme::from(c.view().palette()).edge(QColor::fromRgb(ruleColor));
		for (const quint64 seq : {c.model().firstSeq(), c.model().firstSeq() + 1500, c.model().endSeq() - 1}) {
			QCOMPARE(c.drawnAt(seq), color);
		}
	}
	void whereReadingStoppedIsMarked()
	{
		Chat c;
		c.fill(100);
		QVERIFY(!c.view().readTo());
		const quint64 next = c.model().endSeq();
		c.h.dock().hide();
		c.fill(100);
		c.h.dock().show();
		QCoreApplication::processEvents();
		c.draw();
		QCOMPARE(c.view().readTo(), std::optional<quint64>(next));
		QVERIFY(c.view().lineText(next).startsWith(QStringLiteral("New from here")));
		QVERIFY(c.view().isFollowing());
		c.click(c.strip().placeOf(next));
		c.draw();
		const QRect rect = c.view().rectOf(next);
		QVERIFY(!rect.isEmpty());
		QCOMPARE(c.view().selectedSeq(), std::optional<quint64>());
		const QImage seen = c.view().viewport()->grab(rect).toImage();
		QCOMPARE(seen.pixelColor(100, 0), Theme::from(c.view().palette()).highlight);
	}
	void jumpingOverUnseenLinesMarksWhereOneWas()
	{
		Chat c;
		c.fill(100);
		c.view().setPaused(true);
		const quint64 next = c.model().endSeq();
		c.fill(100);
		c.view().resume();
		c.draw();
		QCOMPARE(c.view().readTo(), std::optional<quint64>(next));
		/* Who has read everything is told nothing. */
		c.view().setPaused(true);
		c.view().resume();
		c.draw();
		QVERIFY(!c.view().readTo());
	}
	void eachViewKnowsWhereItWasLeft()
	{
		Chat c;
		c.fill(5);
		const int id = c.rules().openView(QStringLiteral("Food"), QStringLiteral("pizza"), false);
		c.judge();
		const quint64 next = c.panes().everything().endSeq();
		c.panes().show(id);
		QCoreApplication::processEvents();
		c.say("pizza");
		c.panes().show(ChatPanes::everythingId);
		QCoreApplication::processEvents();
		QCOMPARE(c.view().readTo(), std::optional<quint64>(next));
	}
	void theyCanBeSwitchedOff()
	{
		Chat c;
		c.say("pizza");
		c.fill(100);
		QVERIFY(c.strip().isVisible());
		const int narrow = c.view().viewport()->width();
		c.set(LX_SETTING_CHAT_MARKS, 0);
		QVERIFY(!c.strip().isVisible());
		QCOMPARE(c.view().viewport()->width(), narrow + MarkStrip::stripWidth);
	}
	void theStripStandsBetweenLinesAndScrollBar()
	{
		for (const QPalette &palette : {darkPalette(), lightPalette()}) {
			Chat c(palette);
			c.fill(100);
			const QRect strip = c.strip().geometry();
			QCOMPARE(strip.left(), c.view().viewport()->geometry().right() + 1);
			QVERIFY(strip.right() < c.view().verticalScrollBar()->mapTo(&c.view(), QPoint()).x() + 1);
			c.h.dock().resize(900, 480);
			QCoreApplication::processEvents();
			QCOMPARE(c.strip().geometry().left(), c.view().viewport()->geometry().right() + 1);
		}
	}

	void everyControlHasANameAndIsReachedByTab()
	{
		Chat c;
		c.rules().openView(QStringLiteral("Food"), QStringLiteral("pizza"), false);
		RuleDef rule;
		rule.query = QStringLiteral("spam");
		rule.hide = true;
		c.rules().addRule(std::move(rule));
		c.say("spam");
		c.fill(100);
		c.judge();
		c.panes().openFind();
		QWidget *page = &c.h.dock().chat();
		QSet<QWidget *> reached;
		QWidget *at = page;
		do {
			at = at->nextInFocusChain();
			reached.insert(at);
		} while (at != page);
		int controls = 0;
		for (QWidget *widget : page->findChildren<QWidget *>()) {
			const bool button = qobject_cast<QAbstractButton *>(widget) &&
					    widget->objectName() != QStringLiteral("livextremNewLines");
			if (!widget->isVisible() || (!button && !(widget->focusPolicy() & Qt::TabFocus))) {
				continue;
			}
			/* What belongs to a line edit or a row of tabs is that one's affair. */
			const QWidget *within = widget->parentWidget();
			if (qobject_cast<const QLineEdit *>(within) || qobject_cast<const QTabBar *>(within)) {
				continue;
			}
			controls++;
			const QByteArray who = widget->metaObject()->className() + QByteArray(" ") +
					       widget->objectName().toUtf8() + widget->toolTip().toUtf8();
			QAccessibleInterface *seen = QAccessible::queryAccessibleInterface(widget);
			QVERIFY2(seen && !seen->text(QAccessible::Name).isEmpty(), who.constData());
			QVERIFY2(widget->focusPolicy() & Qt::TabFocus, who.constData());
			QVERIFY2(reached.contains(widget), who.constData());
		}
		QVERIFY(controls >= 8);
	}
	void pictures_data()
	{
		QTest::addColumn<QByteArray>("language");
		QTest::addColumn<int>("width");
		QTest::newRow("dark") << QByteArray("en-US") << 340;
		QTest::newRow("light") << QByteArray("de-DE") << 300;
		QTest::newRow("czech") << QByteArray("cs-CZ") << 300;
		QTest::newRow("wide") << QByteArray("de-DE") << 900;
	}
	void pictures()
	{
		QFETCH(QByteArray, language);
		QFETCH(int, width);
		const bool light = language == "de-DE" && width < 400;
		Harness h(language.constData(), light ? lightPalette() : darkPalette());
		QCursor::setPos(2000, 2000);
		h.show(width, 640);
		h.everythingWell();
		Rules &rules = h.dock().context().rules;
		ChatPanes &panes = h.dock().chat().panes();
		RuleSet set = rules.set();
		for (ViewDef &view : set.views) {
			view.open = true;
		}
		rules.change(std::move(set));
		rules.addRule({QStringLiteral("Pizza"), QStringLiteral("pizza"), {}, 0xE8981C, true, false});
		QTRY_VERIFY(!panes.isJudging());
		for (int i = 0; i < 160; i++) {
			h.say(i % 2 ? "anna" : "bert",
			      i % 17 == 3   ? "pizza time"
			      : i % 31 == 5 ? "streamer, look behind you!"
			      : i % 3       ? "nice one"
					    : "a longer line that has to be broken in a narrow dock");
		}
		h.say("fresh_face", "hello, my first time here", 0, LX_COLOR_NONE, LX_CHAT_FIRST);
		h.say("amir", "مرحبا بالجميع، كيف الحال (v2.0) اليوم؟");
		h.say("dana", "שלום everybody, איך הולך? 3:0 for us");
		h.say("mixed", "I say ‏«مرحبا»‏ to all 12 of you, OK?");
		h.settle();
		struct lx_event e;
		lx_event_init(&e, LX_EVENT_CHAT_MESSAGE);
		e.channel = "streamer";
		e.time_ms = h.unixMs;
		for (const char *effect : {"simmer", "rainbow-eclipse", "cosmic-abyss"}) {
			e.chat.id = effect;
			e.chat.user.id = "9";
			e.chat.user.login = e.chat.user.name = "carla";
			e.chat.text = "look what my bits can do";
			e.chat.effect = effect;
			h.emitEvent(e);
		}
		h.settle();
		for (const char *id : {"simmer", "message-164"}) {
			RowChange note{};
			note.kind = RowChange::Kind::Chatter;
			note.messageId = id;
			note.text = QStringLiteral("First message in this stream");
			std::vector<RowEntry> entries;
			entries.emplace_back(std::move(note));
			panes.apply(std::move(entries));
		}
		h.dock().hide();
		h.say("bert", "what did I miss?");
		h.say("anna", "pizza");
		h.settle();
		h.dock().show();
		QCoreApplication::processEvents();
		const auto save = [&](const char *what) {
			h.dock().grab().save(QStringLiteral(PICTURES_DIR "/marks-%1-%2-%3.png")
						     .arg(QLatin1StringView(what), QString::fromUtf8(language))
						     .arg(width));
		};
		save("lines");
		panes.openFind();
		panes.find().line()->setText(QStringLiteral("pizza"));
		QTest::keyClick(panes.find().line(), Qt::Key_Return);
		QTRY_VERIFY(!panes.isJudging());
		QCoreApplication::processEvents();
		save("find");
		QVERIFY(panes.view().viewport()->width() > width - 60);
	}

	void holdsStillWhileAKeyIsHeld_data()
	{
		QTest::addColumn<int>("setting");
		QTest::addColumn<Qt::Key>("key");
		QTest::newRow("Alt") << 2 << Qt::Key_Alt;
		QTest::newRow("Ctrl") << 3 << Qt::Key_Control;
		QTest::newRow("Shift") << 4 << Qt::Key_Shift;
	}
	void holdsStillWhileAKeyIsHeld()
	{
		QFETCH(int, setting);
		QFETCH(Qt::Key, key);
		Chat c;
		c.fill(100);
		c.set(LX_SETTING_HOLD_ON_HOVER, setting);
		const QPoint middle = c.view().viewport()->rect().center();
		QTest::mouseMove(c.view().viewport(), middle);
		QCoreApplication::processEvents();
		QVERIFY(c.view().isFollowing());
		/* Whoever has the focus: here the line to write in. */
		QWidget *elsewhere = &c.h.dock();
		QTest::keyPress(elsewhere, key);
		QVERIFY(!c.view().isFollowing());
		const std::optional<quint64> held = c.view().seqAt(middle);
		c.fill(3);
		QCOMPARE(c.view().seqAt(middle), held);
		QTest::keyPress(elsewhere, Qt::Key_A); /* another one changes nothing */
		QTest::keyRelease(elsewhere, key, Qt::KeyboardModifiers());
		QVERIFY(c.view().isFollowing());
		/* Not while the pointer is elsewhere. */
		QEvent leave(QEvent::Leave);
		QCursor::setPos(2000, 2000);
		QCoreApplication::sendEvent(c.view().viewport(), &leave);
		QTest::mouseMove(&c.h.dock(), QPoint(3, 3));
		QCoreApplication::processEvents();
		QTest::keyPress(elsewhere, key);
		QVERIFY(c.view().isFollowing());
		QTest::keyRelease(elsewhere, key);
	}
	void theMouseTellsOfKeysWhereNobodyHasTheFocus()
	{
		Chat c;
		c.fill(100);
		c.set(LX_SETTING_HOLD_ON_HOVER, 2);
		QWidget *lines = c.view().viewport();
		const QPoint at = lines->rect().center();
		const auto move = [&](const QPoint &place, Qt::KeyboardModifiers modifiers) {
			QMouseEvent event(QEvent::MouseMove, place, lines->mapToGlobal(place), Qt::NoButton,
					  Qt::NoButton, modifiers);
			QCoreApplication::sendEvent(lines, &event);
		};
		move(at, Qt::NoModifier);
		QVERIFY(c.view().isFollowing());
		move(at + QPoint(1, 0), Qt::AltModifier);
		QVERIFY(!c.view().isFollowing());
		/* Who goes away with Alt+Tab never lets the key go here. */
		QEvent gone(QEvent::ApplicationStateChange);
		QCoreApplication::sendEvent(qApp, &gone);
		QVERIFY(c.view().isFollowing());
	}
};

QTEST_MAIN(TestMarks)
#include "test_marks.moc"
