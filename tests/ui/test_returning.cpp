/* Who writes for the first time in a stream, or again after long: what the log knows is shown, and nobody waits for it. */
#include <QHelpEvent>
#include <QTest>
#include <QToolTip>

#include "harness.hpp"
#include "log_world.hpp"
#include "ui/chat/chatters.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/view.hpp"

using namespace lx;
using namespace lx::ui;
using namespace lx::test;

namespace {

constexpr int64_t hour = 3600000;
constexpr int64_t day = 24 * hour;

struct Chat {
	explicit Chat(LogWorld &world, const char *language = "en-US")
		: h(language, darkPalette(), nullptr, nullptr, world.archive())
	{
		QCursor::setPos(2000, 2000);
		h.show();
		h.everythingWell();
	}
	ChatModel &model() { return h.dock().chat().model(); }
	quint64 say(const char *login, uint32_t flags = 0)
	{
		h.say(login, "hello", 0, LX_COLOR_NONE, flags);
		h.settle();
		return model().endSeq() - 1;
	}
	/* Once this is answered, everything before it is. */
	void wait()
	{
		const quint64 seq = say(("newcomer" + std::to_string(++newcomers)).c_str());
		QTRY_VERIFY_WITH_TIMEOUT(!model().row(seq).note.isEmpty(), 30000);
	}
	Harness h;
	int newcomers = 0;
};

} // namespace

class TestReturning : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void whoIsBackIsTold()
	{
		LogWorld log;
		log.say("anna", "long ago", 95 * day);
		log.say("bert", "yesterday", day);
		log.say("carl", "just now", 60000);
		log.say("dora", "elsewhere, just now", 60000, 0, "other");
		log.flush();
		Chat c(log);
		const quint64 anna = c.say("anna"), bert = c.say("bert"), carl = c.say("carl"), dora = c.say("dora");
		c.wait();
		QCOMPARE(c.model().row(anna).caption, QStringLiteral("Back after 3 months"));
		QCOMPARE(c.model().row(anna).tone, Tone::Blue);
		QCOMPARE(c.model().row(bert).note, QStringLiteral("First message today"));
		QVERIFY(c.model().row(bert).caption.isEmpty());
		QVERIFY(c.model().row(carl).note.isEmpty());
		QCOMPARE(c.model().row(dora).note, QStringLiteral("First message today"));
		/* Once. */
		const quint64 again = c.say("anna");
		c.wait();
		QVERIFY(c.model().row(again).note.isEmpty());
	}
	void theDotHasATooltipAndIsRead()
	{
		LogWorld log;
		log.say("bert", "yesterday", day);
		log.flush();
		Chat c(log);
		const quint64 bert = c.say("bert");
		const ChatView &view = c.h.dock().chat().view();
		const QRect before = view.rectOf(bert);
		c.wait();
		(void)c.h.dock().grab();
		const QRect rect = view.rectOf(bert);
		QCOMPARE(rect.height(), before.height()); /* nothing moves for it */
		const QPoint dot(rect.left() + 4, rect.center().y());
		QHelpEvent help(QEvent::ToolTip, dot, view.viewport()->mapToGlobal(dot));
		QCoreApplication::sendEvent(view.viewport(), &help);
		QVERIFY(QToolTip::text().contains(QStringLiteral("First message today")));
		QToolTip::hideText();
		QVERIFY(view.lineText(bert).startsWith(QStringLiteral("First message today")));
	}
	void twitchsOwnWordIsMadeExact()
	{
		LogWorld log;
		log.say("anna", "long ago", 400 * day);
		log.flush();
		Chat c(log);
		const quint64 anna = c.say("anna", LX_CHAT_RETURNING);
		const quint64 fresh = c.say("fred", LX_CHAT_FIRST);
		c.wait();
		QCOMPARE(c.model().row(anna).caption, QStringLiteral("Back after a year"));
		QVERIFY(c.model().row(fresh).note.isEmpty()); /* said already */
	}
	void anotherStreamBeginsAnew()
	{
		LogWorld log;
		log.say("bert", "yesterday", day);
		log.flush();
		Chat c(log);
		const quint64 first = c.say("bert");
		c.wait();
		QVERIFY(!c.model().row(first).note.isEmpty());
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_STREAM);
		event.channel = "streamer";
		c.h.emitEvent(event);
		c.h.settle();
		QCoreApplication::processEvents();
		const quint64 second = c.say("bert");
		c.wait();
		QVERIFY(!c.model().row(second).note.isEmpty());
	}
	void itCanBeSwitchedOff()
	{
		LogWorld log;
		log.say("anna", "long ago", 95 * day);
		log.flush();
		Chat c(log);
		lx_settings_set_bool(c.h.settings, LX_SETTING_CHATTER_NOTES, false);
		c.h.dock().chat().applySettings();
		const quint64 anna = c.say("anna");
		lx_settings_set_bool(c.h.settings, LX_SETTING_CHATTER_NOTES, true);
		c.h.dock().chat().applySettings();
		c.wait();
		QVERIFY(c.model().row(anna).note.isEmpty());
	}
	/* More than can be asked: most of a flood go without, and the rest is answered. */
	void aFloodIsBounded()
	{
		LogWorld log;
		log.say("anna", "yesterday", day);
		log.flush();
		Chat c(log);
		for (int i = 0; i < 3000; i++) {
			c.h.say(("viewer" + std::to_string(i)).c_str(), "hi");
		}
		c.h.settle();
		const auto told = [&c] {
			int count = 0;
			for (quint64 seq = c.model().firstSeq(); seq < c.model().endSeq(); seq++) {
				count += !c.model().row(seq).note.isEmpty();
			}
			return count;
		};
		QTRY_VERIFY_WITH_TIMEOUT(told() >= 500, 30000);
		QVERIFY(told() < 3000);
		c.wait();
	}
	void goingAwayWhileItIsAsked()
	{
		LogWorld log;
		log.say("anna", "yesterday", day);
		log.flush();
		Chat c(log);
		for (int i = 0; i < 200; i++) {
			c.h.say(("viewer" + std::to_string(i)).c_str(), "hi");
		}
		c.h.settle();
		c.h.stop();
	}
	void words_data()
	{
		QTest::addColumn<QByteArray>("language");
		QTest::addColumn<qint64>("days");
		QTest::addColumn<QString>("words");
		QTest::newRow("short") << QByteArray("en-US") << qint64(29) << QString();
		QTest::newRow("month")
			<< QByteArray("de-DE") << qint64(31) << QStringLiteral("Nach einem Monat wieder da");
		QTest::newRow("months") << QByteArray("cs-CZ") << qint64(155) << QStringLiteral("Zpět po 5 měsících");
		QTest::newRow("year") << QByteArray("cs-CZ") << qint64(400) << QStringLiteral("Zpět po roce");
		QTest::newRow("years")
			<< QByteArray("de-DE") << qint64(800) << QStringLiteral("Nach 2 Jahren wieder da");
	}
	void words()
	{
		QFETCH(QByteArray, language);
		QFETCH(qint64, days);
		QFETCH(QString, words);
		Harness h(language.constData());
		QCOMPARE(Chatters::backAfter(days * day, h.dock().context().text), words);
	}
};

QTEST_MAIN(TestReturning)
#include "test_returning.moc"
