/*
 * The page "Replay" on a log of its own: an evening of two hours, recorded into two files with a pause, with markers, scenes
 * and a gap.
 */
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "chat/log.h"
#include "chat/markers.h"
#include "harness.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/view.hpp"
#include "ui/header.hpp"
#include "ui/replay/exports.hpp"
#include "ui/replay/marker_list.hpp"
#include "ui/replay/message_bar.hpp"
#include "ui/replay/page.hpp"
#include "ui/replay/picker.hpp"
#include "ui/replay/time_text.hpp"
#include "ui/replay/timeline.hpp"
#include "ui/replay/transport.hpp"

using namespace lx;
using test::Harness;

namespace {

constexpr qint64 begin = 1790000000000; /* 2026-09-21 14:13:20 UTC */
constexpr qint64 minute = 60000;

struct Clock {
	struct lx_clock clock = {[](void *data) { return uint64_t(*static_cast<int64_t *>(data)) * 1000000; },
				 [](void *data) { return *static_cast<int64_t *>(data); }, &ms};
	int64_t ms = begin;
};

struct Evening {
	QTemporaryDir folder;
	QByteArray path = folder.filePath(QStringLiteral("chat.sqlite")).toUtf8();
	Clock clock;
	struct lx_log *log = nullptr;
	struct lx_archive *archive = nullptr;
	int said = 0;

	Evening()
	{
		struct lx_log_config config = {};
		config.path = path.constData();
		config.clock = &clock.clock;
		log = lx_log_create(&config);
		lx_log_start(log, true);
		live();
		lx_log_flush(log, 20000);
		archive = lx_archive_create(path.constData());
	}
	~Evening()
	{
		lx_archive_destroy(archive);
		lx_log_destroy(log);
	}

	void say(const char *login, const char *text, qint64 at, uint32_t color)
	{
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
		const QByteArray id =
			QStringLiteral("00000000-0000-4000-8000-%1").arg(++said, 12, 10, QLatin1Char('0')).toLatin1();
		const QByteArray user = QByteArray::number(qHash(QByteArray(login)) % 100000 + 1000);
		event.time_ms = at;
		event.channel = "ilse";
		event.room_id = "42";
		event.chat.id = id.constData();
		event.chat.user.id = user.constData();
		event.chat.user.login = event.chat.user.name = login;
		event.chat.user.color = color;
		event.chat.text = text;
		QVERIFY(lx_log_add(log, &event));
	}

	void mark(enum lx_marker_kind kind, qint64 at, const char *text, int count = 0, const char *word = "")
	{
		struct lx_marker_change change = {};
		change.kind = LX_MARKER_PUT;
		change.marker.id = at * 64;
		change.marker.at_ms = at;
		change.marker.kind = kind;
		change.marker.count = count;
		qstrncpy(change.marker.channel, "ilse", sizeof(change.marker.channel));
		qstrncpy(change.marker.text, text, sizeof(change.marker.text));
		qstrncpy(change.marker.word, word, sizeof(change.marker.word));
		QVERIFY(lx_log_change_marker(log, &change));
	}

	void live()
	{
		static const char *const names[] = {"anna_spielt", "pixelknight", "Kája",
						    "mod_karel",   "dora",        "emoji_fan"};
		static const uint32_t colors[] = {0x1E90FF, 0x00C853, 0xFF69B4, 0x2E8B57, 0x8A2BE2, 0xDAA520};
		static const char *const texts[] = {
			"Guten Abend zusammen!",
			"that jump was so close",
			"to je nádhera 🎉",
			"xD",
			"how long have you been playing this?",
			"GG, das war knapp. Nochmal bitte!",
			"❤❤❤",
			"wait what just happened",
			"clip it!!",
		};
		const QByteArray one = folder.filePath(QStringLiteral("2026-09-21 14-18-20.mkv")).toUtf8();
		const QByteArray two = folder.filePath(QStringLiteral("2026-09-21 15-23-20.mkv")).toUtf8();
		lx_log_stream_online(log, "ilse", "42", "s1", begin);
		lx_log_stream_info(log, "ilse", "Elden Ring: der letzte Boss", "Elden Ring");
		lx_log_scene(log, "Starting soon");
		int n = 0;
		for (int second = 0; second < 7200; second += 2) {
			clock.ms = begin + second * 1000;
			switch (second) {
			case 300:
				lx_log_recording_started(log, one.constData());
				lx_log_scene(log, "Game");
				break;
			case 2400:
				lx_log_recording_paused(log);
				lx_log_scene(log, "Be right back");
				break;
			case 3000:
				lx_log_recording_resumed(log, 2100000);
				lx_log_scene(log, "Game");
				break;
			case 4200:
				lx_log_recording_split(log, two.constData(), 0);
				break;
			case 6600:
				lx_log_recording_stopped(log);
				lx_log_scene(log, "Just chatting");
				break;
			default:
				break;
			}
			/* Waves, two storms, and nothing for five minutes. */
			const bool storm = (second >= 1800 && second < 1860) || (second >= 5000 && second < 5080);
			const bool silent = second >= 3300 && second < 3600;
			const int lines = silent               ? 0
					  : storm              ? 6
					  : (second / 600) % 3 ? (second % 4 == 0)
							       : (second % 8 == 0);
			for (int i = 0; i < lines; i++, n++) {
				say(names[(n * 5 + i) % 6], texts[(n * 4 + n / 9) % 9], clock.ms + i * 100,
				    colors[(n * 5 + i) % 6]);
			}
		}
		clock.ms = begin + 120 * minute;
		lx_log_stream_offline(log, "ilse");
		lx_log_scene(log, "");
		mark(LX_MARKER_PEAK, begin + 30 * minute, "", 48);
		mark(LX_MARKER_MANUAL, begin + 51 * minute, "Boss down at last");
		mark(LX_MARKER_WORDS, begin + 5005 * 1000, "", 4, "clip it");
		mark(LX_MARKER_MANUAL, begin + 116 * minute, "");
		/* A day before: a recording that was never streamed. */
		clock.ms = begin - 1440 * minute;
		lx_log_recording_started(log, "/videos/holiday.mkv");
		clock.ms += 3 * minute;
		lx_log_recording_stopped(log);
		clock.ms = begin + 121 * minute;
	}
};

struct World {
	Evening evening;
	Harness h;
	ui::ReplayPage *page;

	explicit World(const char *language = "en-US", const QPalette &palette = test::darkPalette())
		: h(language, palette, nullptr, nullptr, evening.archive)
	{
		h.unixMs = evening.clock.ms;
		h.everythingWell();
		h.show();
		page = static_cast<ui::ReplayPage *>(h.dock().showPage(ui::Dock::ReplayPageIndex));
	}

	void waitForList() { QTRY_COMPARE(page->picker().list().count(), 3); }
	void open(enum lx_replay_kind kind, qint64 id)
	{
		QSignalSpy opened(page, &ui::ReplayPage::opened);
		page->open(kind, id);
		QTRY_COMPARE(opened.count(), 1);
	}
	qint64 lastTime()
	{
		const ui::ChatModel &model = page->model();
		return model.endSeq() > model.firstSeq() ? model.row(model.endSeq() - 1).timeMs : 0;
	}
};

QString labels(QListWidget &list)
{
	QStringList out;
	for (int i = 0; i < list.count(); i++) {
		out << list.item(i)->text();
	}
	return out.join(u'|');
}

void save(QWidget &widget, const QString &name)
{
	QDir().mkpath(QStringLiteral(PICTURES_DIR));
	QCoreApplication::processEvents();
	QVERIFY(widget.grab().save(QStringLiteral(PICTURES_DIR "/%1.png").arg(name)));
}

} // namespace

class TestReplay : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void timesAreReadAsPeopleWriteThem()
	{
		QCOMPARE(ui::timeText(3723456), QStringLiteral("1:02:03"));
		QCOMPARE(ui::timeText(3723456, true), QStringLiteral("1:02:03.4"));
		QCOMPARE(ui::timeFromText(QStringLiteral("1:23:45")).value_or(-1), 5025000);
		QCOMPARE(ui::timeFromText(QStringLiteral(" 83:20 ")).value_or(-1), 5000000);
		QCOMPARE(ui::timeFromText(QStringLiteral("95")).value_or(-1), 95000);
		QCOMPARE(ui::timeFromText(QStringLiteral("1:02,5")).value_or(-1), 62500);
		for (const char *wrong : {"", "abc", "1:2:3:4", "-5", "1:-2", "1e99:0"}) {
			QVERIFY2(!ui::timeFromText(QString::fromUtf8(wrong)), wrong);
		}
	}

	void whatThereIsIsListedAndFound()
	{
		World w;
		w.waitForList();
		QCOMPARE(labels(w.page->picker().list()),
			 QStringLiteral("2026-09-21 14-18-20.mkv|Elden Ring: der letzte Boss|holiday.mkv"));
		const auto second = [&w](int i) {
			return w.page->picker().list().item(i)->data(ui::TwoLineDelegate::SecondLine).toString();
		};
		QTRY_VERIFY(second(2).contains(QStringLiteral("0 messages")));
		QVERIFY2(second(0).contains(QStringLiteral("2 files")), qPrintable(second(0)));
		QVERIFY2(second(1).contains(QStringLiteral("2 h")), qPrintable(second(1)));
		QVERIFY2(second(1).contains(QStringLiteral("1,817 messages")), qPrintable(second(1)));
		QTest::keyClicks(&w.page->picker().search(), QStringLiteral("elden 2026"));
		QVERIFY(w.page->picker().list().item(0)->isHidden());
		QVERIFY(!w.page->picker().list().item(1)->isHidden());
		/* Enter goes to the first hit and opens it. */
		QSignalSpy opened(w.page, &ui::ReplayPage::opened);
		QTest::keyClick(&w.page->picker().search(), Qt::Key_Return);
		QCOMPARE(w.page->picker().list().currentRow(), 1);
		Q_EMIT w.page->picker().list().itemActivated(w.page->picker().list().currentItem());
		QTRY_COMPARE(opened.count(), 1);
		QCOMPARE(w.page->replay()->item.kind, LX_REPLAY_STREAM);
	}

	void chatIsInStepWithTheTime()
	{
		World w;
		w.open(LX_REPLAY_STREAM, 1);
		QTRY_COMPARE(w.lastTime(), begin);
		w.page->seek(30 * minute);
		QTRY_COMPARE(w.lastTime(), begin + 30 * minute);
		w.page->togglePlay();
		QVERIFY(lx_player_is_playing(w.page->player()));
		w.h.unixMs += 10000;
		QTRY_COMPARE(w.lastTime(), begin + 30 * minute + 10000);
		/* Twice as fast; then paused, and time means nothing. */
		lx_player_set_speed(w.page->player(), 2);
		w.h.unixMs += 5000;
		QTRY_COMPARE(w.lastTime(), begin + 30 * minute + 20000);
		w.page->togglePlay();
		w.h.unixMs += 60000;
		QTest::qWait(250);
		QCOMPARE(w.lastTime(), begin + 30 * minute + 20000);
		/* Back: what came later is gone. */
		w.page->seek(10 * minute);
		QTRY_COMPARE(w.lastTime(), begin + 10 * minute);
		QCOMPARE(w.page->timeline().value(), int(10 * minute));
	}

	void bothTimesAreShownAndMayBeTyped()
	{
		World w;
		w.open(LX_REPLAY_RECORDING, 1);
		QTRY_COMPARE(w.page->transport().stream().text(), QStringLiteral("0:05:00.0"));
		QCOMPARE(w.page->transport().recording().text(), QStringLiteral("0:00:00.0"));
		const auto type = [](ui::TimeEdit &edit, const char *text) {
			edit.setFocus();
			edit.selectAll();
			QTest::keyClicks(&edit, QString::fromUtf8(text));
			QTest::keyClick(&edit, Qt::Key_Return);
		};
		/* Ten minutes of pause lie between. */
		type(w.page->transport().stream(), "0:51:00");
		QTRY_COMPARE(w.page->transport().recording().text(), QStringLiteral("0:36:00.0"));
		type(w.page->transport().recording(), "40:00");
		QTRY_COMPARE(w.page->transport().stream().text(), QStringLiteral("0:55:00.0"));
		/* In the pause there is nothing: its end is nearest. */
		type(w.page->transport().stream(), "45:00");
		QTRY_COMPARE(w.page->transport().recording().text(), QStringLiteral("0:35:00.0"));
		/* Second file. */
		type(w.page->transport().stream(), "1:20:00");
		QTRY_COMPARE(w.page->transport().recording().text(), QStringLiteral("0:10:00.0"));
		type(w.page->transport().recording(), "3:00:00");
		QTRY_VERIFY(w.page->messages().sentence().contains(QStringLiteral("3:00:00")));
		w.open(LX_REPLAY_STREAM, 1);
		w.page->seek(2 * minute);
		QTRY_COMPARE(w.page->transport().stream().text(), QStringLiteral("0:02:00.0"));
		QCOMPARE(w.page->transport().recording().text(), QStringLiteral("–"));
		QVERIFY(!w.page->transport().recording().isEnabled());
	}

	void keysDoEverything()
	{
		World w;
		w.open(LX_REPLAY_STREAM, 1);
		QTest::keyClick(&w.page->timeline(), Qt::Key_Right);
		QCOMPARE(lx_player_position(w.page->player()), 5000);
		QTest::keyClick(&w.page->timeline(), Qt::Key_Right, Qt::ShiftModifier);
		QCOMPARE(lx_player_position(w.page->player()), 6000);
		QTest::keyClick(&w.page->timeline(), Qt::Key_PageDown);
		QCOMPARE(lx_player_position(w.page->player()), 66000);
		QTest::keyClick(&w.page->timeline(), Qt::Key_Comma);
		QCOMPARE(lx_player_position(w.page->player()), 65900);
		QTest::keyClick(&w.page->timeline(), Qt::Key_N);
		QCOMPARE(lx_player_position(w.page->player()), 30 * minute);
		QTest::keyClick(&w.page->timeline(), Qt::Key_N);
		QCOMPARE(lx_player_position(w.page->player()), 51 * minute);
		QTest::keyClick(&w.page->timeline(), Qt::Key_P);
		QCOMPARE(lx_player_position(w.page->player()), 30 * minute);
		QTest::keyClick(&w.page->timeline(), Qt::Key_Space);
		QVERIFY(lx_player_is_playing(w.page->player()));
		QTest::keyClick(&w.page->timeline(), Qt::Key_Home);
		QCOMPARE(lx_player_position(w.page->player()), 0);
		QTest::keyClick(&w.page->timeline(), Qt::Key_End);
		QCOMPARE(lx_player_position(w.page->player()), 120 * minute);
		/* A click on the time line, and on a marker's tick. */
		ui::ReplayTimeline &line = w.page->timeline();
		QTest::mouseClick(&line, Qt::LeftButton, {}, QPoint(line.xOf(60 * minute), line.height() / 2));
		QVERIFY(std::abs(lx_player_position(w.page->player()) - 60 * minute) < minute);
		QTest::mouseClick(&line, Qt::LeftButton, {}, QPoint(line.xOf(51 * minute) + 2, 4));
		QCOMPARE(lx_player_position(w.page->player()), 51 * minute);
		QVERIFY(line.describe(51 * minute).contains(QStringLiteral("Game")));
		QVERIFY(line.describe(51 * minute).contains(QStringLiteral("Boss down at last")));
		QTest::keyClick(&w.page->timeline(), Qt::Key_Escape);
		QVERIFY(w.page->picker().isVisible());
	}

	void markersAreJumpedToNamedRemovedAndSet()
	{
		World w;
		w.open(LX_REPLAY_RECORDING, 1);
		QListWidget &list = w.page->markers().list();
		QCOMPARE(labels(list), QStringLiteral("Chat peak (48 people)|Boss down at last|“clip it” (4 people)"));
		QCOMPARE(list.item(1)->data(ui::TwoLineDelegate::SecondLine).toString(),
			 QStringLiteral("stream 0:51:00 · recording 0:36:00"));
		Q_EMIT list.itemClicked(list.item(2));
		QTRY_COMPARE(w.lastTime(), begin + 5004000 + 500);
		/* Named in place. */
		list.setCurrentRow(0);
		list.setFocus();
		w.page->markers().rename();
		auto *editor = list.findChild<QLineEdit *>();
		QVERIFY(editor);
		editor->selectAll();
		QTest::keyClicks(editor, QStringLiteral("First boss"));
		QTest::keyClick(editor, Qt::Key_Return);
		QTRY_COMPARE(w.h.countCalls(LX_PROC_EDIT_MARKER), 1);
		QCOMPARE(w.h.lastCall(LX_PROC_EDIT_MARKER)->texts.at("text"), std::string("First boss"));
		QCOMPARE(w.h.lastCall(LX_PROC_EDIT_MARKER)->numbers.at("marker_id"), (begin + 30 * minute) * 64);
		/* Removed, and brought back. */
		list.setCurrentRow(1);
		QTest::keyClick(&list, Qt::Key_Delete);
		QCOMPARE(w.h.countCalls(LX_PROC_REMOVE_MARKER), 1);
		QVERIFY(w.page->messages().isVisible());
		w.page->messages().button().click();
		QCOMPARE(w.h.countCalls(LX_PROC_REMOVE_MARKER), 2);
		QCOMPARE(w.h.lastCall(LX_PROC_REMOVE_MARKER)->numbers.count("undo"), size_t(1));
		/* Set where it is. */
		w.page->seek(10 * minute);
		QTest::keyClick(&w.page->timeline(), Qt::Key_M);
		QCOMPARE(w.h.lastCall(LX_PROC_ADD_MARKER)->numbers.at("at_ms"), begin + 15 * minute);
		w.h.refuse = true;
		QTest::keyClick(&w.page->timeline(), Qt::Key_M);
		QCOMPARE(w.page->messages().sentence(), QStringLiteral("Twitch says no."));
	}

	void aNewMarkerComesIn()
	{
		World w;
		w.open(LX_REPLAY_STREAM, 1);
		QCOMPARE(w.page->markers().list().count(), 4);
		w.evening.mark(LX_MARKER_MANUAL, begin + 70 * minute, "from elsewhere");
		QVERIFY(lx_log_flush(w.evening.log, 10000));
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_MARKER);
		w.h.emitEvent(event);
		QTRY_COMPARE(w.page->markers().list().count(), 5);
		QCOMPARE(w.page->markers().list().item(2)->text(), QStringLiteral("from elsewhere"));
	}

	void chaptersAndChatGoOut()
	{
		World w;
		w.open(LX_REPLAY_STREAM, 1);
		w.page->exports().copyChapters(0);
		QCOMPARE(QGuiApplication::clipboard()->text(),
			 QStringLiteral("0:00 Start\n30:00 Chat peak (48 people)\n51:00 Boss down at last\n"
					"1:23:25 “clip it” (4 people)\n1:56:00 Marker\n"));
		w.open(LX_REPLAY_RECORDING, 1);
		/* Of the first file there are three, of the second two: too few for YouTube. */
		w.page->exports().copyChapters(0);
		QCOMPARE(QGuiApplication::clipboard()->text(),
			 QStringLiteral("0:00 Start\n25:00 Chat peak (48 people)\n36:00 Boss down at last\n"));
		w.page->exports().copyChapters(60 * minute);
		QCOMPARE(QGuiApplication::clipboard()->text(),
			 QStringLiteral("0:00 Start\n13:25 “clip it” (4 people)\n"));
		QVERIFY(w.page->messages().sentence().contains(QStringLiteral("three")));

		const QString beside = w.page->exports().defaultPath(QStringLiteral("srt"), 0);
		QCOMPARE(beside, w.evening.folder.filePath(QStringLiteral("2026-09-21 14-18-20.srt")));
		w.page->exports().exportChat(LX_EXPORT_SRT, beside);
		QTRY_VERIFY(w.page->messages().sentence().contains(QStringLiteral("2 files")));
		QVERIFY(QFile::exists(w.evening.folder.filePath(QStringLiteral("2026-09-21 15-23-20.srt"))));
		w.page->exports().saveChapters(w.evening.folder.filePath(QStringLiteral("no/such/folder.txt")), 0);
		QVERIFY(w.page->messages().sentence().contains(QStringLiteral("could not be written")));
		w.page->exports().exportChat(LX_EXPORT_TEXT, QStringLiteral("/no/such/folder/chat.txt"));
		QTRY_VERIFY(w.page->messages().sentence().contains(QStringLiteral("/no/such/folder/chat.txt")));
	}

	void withoutALogItSaysWhy()
	{
		Harness h;
		h.show();
		auto *page = static_cast<ui::ReplayPage *>(h.dock().showPage(ui::Dock::ReplayPageIndex));
		h.settle();
		QVERIFY(!page->picker().list().isVisible());
		page->open(LX_REPLAY_STREAM, 1);
		page->togglePlay();
		page->addMarker();
		page->seek(5);
		QVERIFY(page->picker().isVisible());
	}

	void pictures_data()
	{
		QTest::addColumn<QByteArray>("language");
		QTest::addColumn<bool>("dark");
		QTest::addColumn<int>("width");
		QTest::newRow("replay-en") << QByteArray("en-US") << true << 340;
		QTest::newRow("replay-de-light") << QByteArray("de-DE") << false << 300;
		QTest::newRow("replay-wide") << QByteArray("de-DE") << true << 900;
		QTest::newRow("replay-cs") << QByteArray("cs-CZ") << true << 300;
	}

	void pictures()
	{
		QFETCH(QByteArray, language);
		QFETCH(bool, dark);
		QFETCH(int, width);
		World w(language.constData(), dark ? test::darkPalette() : test::lightPalette());
		w.h.show(width, 700);
		w.waitForList();
		QTest::qWait(200);
		save(w.h.dock(), QString::fromLatin1(QTest::currentDataTag()) + QStringLiteral("-list"));
		w.open(LX_REPLAY_RECORDING, 1);
		w.page->seek(36 * minute);
		QTRY_VERIFY(w.lastTime() > begin + 50 * minute);
		if (width < 340) {
			w.page->exports().copyChapters(36 * minute);
		}
		QTest::qWait(200);
		QVERIFY(w.h.dock().width() <= width);
		save(w.h.dock(), QString::fromLatin1(QTest::currentDataTag()));
	}
};

QTEST_MAIN(TestReplay)
#include "test_replay_page.moc"
