/*
 * Pictures in chat: words become pictures that come over real sockets from the simulator, broken and hostile ones among them;
 * nothing moves when they arrive, and no timer runs but for those that move.
 */
#include <QDir>
#include <QHelpEvent>
#include <QImageReader>
#include <QTest>
#include <QToolTip>

#include <util/bmem.h>

#include "chat/emote_loader.h"
#include "harness.hpp"
#include "picture_maker.h"
#include "picture_world.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/pictures.hpp"
#include "ui/chat/view.hpp"

using namespace lx;
using test::Harness;
using World = test::PictureWorld;

namespace {

ui::DecodedPicture decode(const uint8_t *bytes, size_t size, bool animated = true, const QSize &box = {28, 28})
{
	struct lx_picture_info info;
	lx_picture_probe(bytes, size, &info);
	return ui::decodePicture(bytes, size, info, box, animated);
}

ui::DecodedPicture decodeMade(const struct sim_picture &picture, bool animated = true, const QSize &box = {28, 28})
{
	size_t size;
	uint8_t *bytes = sim_picture_make(&picture, &size);
	ui::DecodedPicture decoded = decode(bytes, size, animated, box);
	bfree(bytes);
	return decoded;
}

QColor middle(const QImage &image)
{
	return image.pixelColor(image.width() / 2, image.height() / 2);
}

/* A dock in front of the world, its lists there. */
struct Scene {
	explicit Scene(World &world, const QPalette &palette = test::darkPalette())
		: h("en-US", palette, world.emotes, world.pictures), view(h.dock().chat().view()),
		  pictures(h.dock().chat().pictures())
	{
		h.everythingWell();
		h.show();
	}
	quint64 say(const char *text, const char *badges = "")
	{
		const std::string id = h.say("anna", text, 0, 0x1E90FF, 0, badges);
		h.settle();
		return *h.dock().chat().model().find(QByteArray::fromStdString(id));
	}
	QImage image(const QRect &rect) { return view.viewport()->grab(rect).toImage(); }
	/* How many points of the picture are painted in `color`. */
	int painted(const QRect &rect, const QColor &color)
	{
		const QImage seen = image(rect);
		int count = 0;
		for (int y = 0; y < seen.height(); y++) {
			for (int x = 0; x < seen.width(); x++) {
				count += seen.pixelColor(x, y) == color;
			}
		}
		return count;
	}

	Harness h;
	ui::ChatView &view;
	ui::Pictures &pictures;
};

bool knows(const ui::Pictures &pictures, const char *word)
{
	return pictures.set() && lx_emote_set_find(pictures.set(), word, strlen(word));
}

} // namespace

class TestEmotesView : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void initTestCase()
	{
		world_ = std::make_unique<World>();
		QTRY_VERIFY_WITH_TIMEOUT(world_->hasAllLists(), 20000);
		world_->putTwitchLists();
	}
	void cleanupTestCase() { world_.reset(); }

	void formatsAreDecoded_data()
	{
		QTest::addColumn<int>("format");
		QTest::newRow("png") << int(SIM_PICTURE_PNG);
		QTest::newRow("gif") << int(SIM_PICTURE_GIF);
		QTest::newRow("webp") << int(SIM_PICTURE_WEBP);
	}
	void formatsAreDecoded()
	{
		QFETCH(int, format);
		if (format == SIM_PICTURE_WEBP && !QImageReader::supportedImageFormats().contains("webp")) {
			QSKIP("this Qt cannot read WebP");
		}
		const int frames = format == SIM_PICTURE_PNG ? 1 : 8;
		const struct sim_picture picture = {
			sim_picture_format(format), SIM_SHAPE_FULL, 64, 32, frames, 80, 0x20C040};
		ui::DecodedPicture decoded = decodeMade(picture);
		QCOMPARE(int(decoded.frames.size()), frames);
		QCOMPARE(decoded.natural, QSize(64, 32));
		QCOMPARE(decoded.frames[0].size(), QSize(28, 14));
		QCOMPARE(middle(decoded.frames[0]), QColor(0x20, 0xC0, 0x40));
		if (frames > 1) {
			QCOMPARE(decoded.endsMs.back(), 8 * 80);
		}
		decoded = decodeMade(picture, false);
		QCOMPARE(int(decoded.frames.size()), 1);
		QVERIFY(decoded.endsMs.empty());
		/* Movement is seen. */
		const ui::DecodedPicture moving =
			decodeMade({sim_picture_format(format), SIM_SHAPE_STONE, 28, 28, frames, 80, 0x20C040});
		if (frames > 1) {
			QVERIFY(moving.frames[0] != moving.frames[4]);
		}
		QCOMPARE(moving.frames[0].pixelColor(0, 0).alpha(), 0);
	}

	void badFilesAreRefused()
	{
		const struct sim_picture picture = {SIM_PICTURE_PNG, SIM_SHAPE_FACE, 28, 28, 1, 0, 0x20C040};
		size_t size;
		uint8_t *bytes = sim_picture_make(&picture, &size);
		QVERIFY(!decode(bytes, size).frames.empty());
		QVERIFY(decode(bytes, size / 2).frames.empty());
		QVERIFY(decode(bytes, 33).frames.empty());
		/* Width and height 20000. */
		bytes[18] = bytes[22] = 0x4E;
		bytes[19] = bytes[23] = 0x20;
		QVERIFY(decode(bytes, size).frames.empty());
		bfree(bytes);
		for (const char *text : {"", "<svg/>", "GIF89a", "RIFF....WEBPVP8X........................"}) {
			QVERIFY(decode(reinterpret_cast<const uint8_t *>(text), strlen(text)).frames.empty());
		}
	}

	/* A byte turned at every place of each format: whatever comes out, it comes out whole and soon. */
	void damagedFilesDoNoHarm()
	{
		for (const enum sim_picture_format format : {SIM_PICTURE_PNG, SIM_PICTURE_GIF, SIM_PICTURE_WEBP}) {
			const struct sim_picture picture = {format, SIM_SHAPE_FACE, 12, 12, 3, 80, 0x20C040};
			size_t size;
			uint8_t *bytes = sim_picture_make(&picture, &size);
			for (size_t i = 0; i < size; i++) {
				bytes[i] ^= uint8_t(1u << i % 8);
				const ui::DecodedPicture decoded = decode(bytes, size);
				for (const QImage &frame : decoded.frames) {
					QVERIFY(frame.width() <= 28 && frame.height() <= 28);
				}
				bytes[i] ^= uint8_t(1u << i % 8);
			}
			bfree(bytes);
		}
	}

	void endlessAnimationsStandStill()
	{
		const ui::DecodedPicture decoded =
			decodeMade({SIM_PICTURE_GIF, SIM_SHAPE_FACE, 8, 8, 700, 80, 0x20C040}, true, {8, 8});
		QCOMPARE(int(decoded.frames.size()), 1);
		QVERIFY(decoded.endsMs.empty());
		/* Too large in memory, though each frame is allowed. */
		const ui::DecodedPicture large =
			decodeMade({SIM_PICTURE_GIF, SIM_SHAPE_FULL, 256, 256, 40, 80, 0x20C040}, true, {256, 256});
		QCOMPARE(int(large.frames.size()), 1);
	}

	void hastyFramesAreSlowedDown()
	{
		const ui::DecodedPicture decoded = decodeMade({SIM_PICTURE_GIF, SIM_SHAPE_FACE, 8, 8, 4, 0, 0x20C040});
		QCOMPARE(decoded.endsMs.back(), 4 * 100);
	}

	void wordsBecomePictures()
	{
		Scene s(*world_);
		const quint64 plain = s.say("just words");
		const quint64 line = s.say("that was KEKW and peepoWide indeed");
		const quint64 last = s.say("below");
		QVERIFY(s.view.pictureRect(plain, 0).isEmpty());
		const QRect kekw = s.view.pictureRect(line, 0), wide = s.view.pictureRect(line, 1);
		QVERIFY(!kekw.isEmpty());
		QCOMPARE(kekw.width(), kekw.height());
		QVERIFY(qAbs(wide.width() - 3 * wide.height()) <= 1);
		QVERIFY(wide.left() > kekw.right());
		QVERIFY(s.view.pictureRect(line, 2).isEmpty());
		QVERIFY(s.view.rectOf(line).contains(kekw));
		const QRect before = s.view.rectOf(line), below = s.view.rectOf(last);
		/* They come, in their colour, and nothing has moved. */
		QTRY_VERIFY_WITH_TIMEOUT(s.painted(kekw, QColor(0xD0, 0x50, 0x40)) +
							 s.painted(kekw, QColor(0xE0, 0xA0, 0x30)) +
							 s.painted(kekw, QColor(0x40, 0xB0, 0x60)) +
							 s.painted(kekw, QColor(0x40, 0x80, 0xE0)) +
							 s.painted(kekw, QColor(0xC0, 0x50, 0xC0)) +
							 s.painted(kekw, QColor(0x30, 0xA0, 0xA0)) +
							 s.painted(kekw, QColor(0x90, 0x70, 0xE0)) +
							 s.painted(kekw, QColor(0xB0, 0xA0, 0x40)) >
						 100,
					 10000);
		QCOMPARE(s.view.rectOf(line), before);
		QCOMPARE(s.view.rectOf(last), below);
		QCOMPARE(s.view.pictureRect(line, 0), kekw);
		QVERIFY(!s.view.isAnimating());
		/* What is copied and read out are the words. */
		QCOMPARE(s.view.lineText(line), QStringLiteral("anna: that was KEKW and peepoWide indeed"));
		const quint64 part = s.say("xKEKW KEKWx kekw \"KEKW\"");
		QVERIFY(s.view.pictureRect(part, 0).isEmpty());
	}

	void twitchSaysWhereItsEmotesAre()
	{
		Scene s(*world_);
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
		event.time_ms = s.h.unixMs;
		event.channel = "streamer";
		event.chat.id = "emotes-1";
		event.chat.user.id = "4242";
		event.chat.user.login = event.chat.user.name = "kaja";
		event.chat.reply_id = "other";
		event.chat.reply_name = "anna";
		/* Control characters and an override go; the answered name is cut; the second Kappa is none. */
		event.chat.text = "@anna \xE2\x80\xAE\xF0\x9F\x98\x82 Kappa na\xC3\xAFve Kappa";
		const struct lx_emote emotes[] = {{"25", 8, 12, 14, 19}, {"../../x", 14, 18, 20, 26}};
		event.chat.emotes = emotes;
		event.chat.emote_count = 2;
		s.h.emitEvent(event);
		s.h.settle();
		const quint64 line = *s.h.dock().chat().model().find("emotes-1");
		const ui::ChatRow &row = s.h.dock().chat().model().row(line);
		QCOMPARE(int(row.emotes.size()), 1);
		QCOMPARE(row.text.mid(row.emotes[0].start, row.emotes[0].length), QStringLiteral("Kappa"));
		QCOMPARE(row.emotes[0].start, 3);
		QVERIFY(!s.view.pictureRect(line, 0).isEmpty());
		QVERIFY(s.view.pictureRect(line, 1).isEmpty());
		const QRect rect = s.view.pictureRect(line, 0);
		QHelpEvent help(QEvent::ToolTip, rect.center(), s.view.viewport()->mapToGlobal(rect.center()));
		QCoreApplication::sendEvent(s.view.viewport(), &help);
		QVERIFY(QToolTip::text().contains(QStringLiteral("Kappa (Twitch)")));
		QToolTip::hideText();
		/* Switched off they are words. */
		ui::ChatView::Look look;
		look.twitchPictures = false;
		s.view.setLook(look);
		QVERIFY(s.view.pictureRect(line, 0).isEmpty());
	}

	/* Paid with bits: the last emote stands below the words, four lines high, and is gone from them. */
	void gigantifiedEmotesAreLarge()
	{
		Scene s(*world_);
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
		event.time_ms = s.h.unixMs;
		event.channel = "streamer";
		event.chat.id = "huge";
		event.chat.user.id = "4242";
		event.chat.user.login = event.chat.user.name = "kaja";
		event.chat.text = "Kappa so good Kappa";
		const struct lx_emote emotes[] = {{"25", 0, 4, 0, 5}, {"25", 14, 18, 14, 19}};
		event.chat.emotes = emotes;
		event.chat.emote_count = 2;
		event.chat.flags = LX_CHAT_GIGANTIC;
		s.h.emitEvent(event);
		s.h.settle();
		const quint64 line = *s.h.dock().chat().model().find("huge");
		const ui::RowStyle style(s.view.font(), ui::Theme::from(s.view.palette()));
		const QRect small = s.view.pictureRect(line, 0);
		const QRect large = s.view.pictureRect(line, 1);
		QVERIFY(small.height() <= style.pictureHeight);
		QCOMPARE(large.size(), QSize(style.giganticHeight(), style.giganticHeight()));
		QVERIFY(large.top() >= small.bottom());
		QVERIFY(s.view.rectOf(line).contains(large));
		QVERIFY(s.view.pictureRect(line, 2).isEmpty());
		QCOMPARE(s.h.dock().chat().model().row(line).caption, QStringLiteral("Gigantified emote"));
		/* Drawn at its size as soon as it is there. */
		(void)s.image(large);
		const auto drawn = [&] {
			const QImage seen = s.image(large);
			const QColor back = seen.pixelColor(seen.width() - 1, 0);
			QRect area;
			for (int y = 0; y < seen.height(); y++) {
				for (int x = 0; x < seen.width(); x++) {
					if (seen.pixelColor(x, y) != back) {
						area |= QRect(x, y, 1, 1);
					}
				}
			}
			return area;
		};
		QTRY_VERIFY_WITH_TIMEOUT(drawn().height() > 2 * style.pictureHeight, 30000);
		/* The words keep what was typed, for copying and for screen readers. */
		QVERIFY(s.view.lineText(line).contains(QStringLiteral("Kappa so good Kappa")));
		/* Without pictures it is a word again. */
		ui::ChatView::Look look;
		look.twitchPictures = false;
		s.view.setLook(look);
		QVERIFY(s.view.pictureRect(line, 0).isEmpty());
	}
	void overlaysLieOverWhatStandsBefore()
	{
		Scene s(*world_);
		const quint64 line = s.say("KEKW RainTime SoSnowy and RainTime EZ");
		QVERIFY(!s.view.pictureRect(line, 0).isEmpty());
		/* The second RainTime follows a word: it stands for itself. */
		QVERIFY(!s.view.pictureRect(line, 2).isEmpty());
		QVERIFY(s.view.pictureRect(line, 3).isEmpty());
		const QRect rect = s.view.pictureRect(line, 0);
		QTRY_VERIFY_WITH_TIMEOUT(s.painted(rect, QColor(0xE0, 0xF0, 0xFF)) > 20, 10000);
	}

	void brokenPicturesStayWords()
	{
		Scene s(*world_);
		const quint64 cut = s.say("see CutShort here");
		const quint64 huge = s.say("see FarTooLarge here");
		const quint64 good = s.say("see EZ here");
		QTRY_VERIFY_WITH_TIMEOUT(s.view.pictureRect(cut, 0).isEmpty(), 10000);
		QTRY_VERIFY_WITH_TIMEOUT(s.view.pictureRect(huge, 0).isEmpty(), 10000);
		QVERIFY(!s.view.pictureRect(good, 0).isEmpty());
		QVERIFY(knows(s.pictures, "CutShort"));
	}

	void onlyWhatMovesRunsATimer()
	{
		Scene s(*world_);
		const quint64 line = s.say("look catJAM dance");
		const QRect rect = s.view.pictureRect(line, 0);
		QTRY_VERIFY_WITH_TIMEOUT(s.view.isAnimating(), 10000);
		const QImage first = s.image(rect);
		QTRY_VERIFY_WITH_TIMEOUT(s.image(rect) != first, 5000);
		/* Hidden: nothing runs. Shown again: it goes on. */
		s.h.dock().hide();
		QTRY_VERIFY(!s.view.isAnimating());
		QTest::qWait(150);
		QVERIFY(!s.view.isAnimating());
		s.h.dock().show();
		QTRY_VERIFY_WITH_TIMEOUT(s.view.isAnimating(), 5000);
		/* Scrolled away by other lines. */
		for (int i = 0; i < 60; i++) {
			s.h.say("bert", "words and words and words");
		}
		s.h.settle();
		QTRY_VERIFY_WITH_TIMEOUT(!s.view.isAnimating(), 5000);
	}

	void nothingMovesWhenTheUserDoesNotWantIt()
	{
		Scene s(*world_);
		ui::ChatView::Look look;
		look.animated = false;
		s.view.setLook(look);
		const quint64 line = s.say("look catJAM dance");
		const QImage before = s.image(s.view.pictureRect(line, 0));
		QTRY_VERIFY_WITH_TIMEOUT(s.image(s.view.pictureRect(line, 0)) != before, 10000);
		QTest::qWait(100);
		QVERIFY(!s.view.isAnimating());
	}

	void badgesBecomePictures()
	{
		Scene s(*world_);
		const quint64 line = s.say("hello", "moderator/1,odd/3,unknown/7");
		const QRect name = s.view.nameRect(line);
		const QRect badges(8, name.top(), name.left() - 8, name.height());
		const QImage drawn = s.image(badges);
		QTRY_VERIFY_WITH_TIMEOUT(s.image(badges) != drawn, 10000);
		QCOMPARE(s.view.nameRect(line), name);
		QCOMPARE(s.pictures.badgeTitle("odd/3"), QStringLiteral("Very odd badge"));
		QVERIFY(s.pictures.badgeTitle("odd/4").isEmpty());
		QVERIFY(s.pictures.badgeTitle("odd").isEmpty());
	}

	void cheersShowTheirStone()
	{
		Scene s(*world_);
		const auto cheer = [&s](const char *id, uint32_t bits) {
			struct lx_event event;
			lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
			event.channel = "streamer";
			event.chat.id = id;
			event.chat.user.id = "4242";
			event.chat.user.login = event.chat.user.name = "kaja";
			event.chat.bits = bits;
			event.chat.text = "Cheer50 take them";
			s.h.emitEvent(event);
			s.h.settle();
			return *s.h.dock().chat().model().find(id);
		};
		const quint64 line = cheer("cheer-1", 50);
		QVERIFY(!s.view.pictureRect(line, 0).isEmpty());
		QTRY_VERIFY_WITH_TIMEOUT(s.painted(s.view.pictureRect(line, 0), QColor(0x97, 0x97, 0x97)) > 50, 10000);
		/* Without bits it is what somebody wrote. */
		QVERIFY(s.view.pictureRect(cheer("cheer-2", 0), 0).isEmpty());
	}

	void memoryIsLimited()
	{
		Scene s(*world_);
		for (int i = 0; i < 9000; i++) {
			s.pictures.badge("moderator/x" + QByteArray::number(i), QSize(16, 16));
		}
		QVERIFY(s.pictures.count() <= 4000);
		QVERIFY(s.pictures.bytes() <= 12 * 1024 * 1024);
	}

	void theEndComesWithPicturesUnderWay()
	{
		for (int i = 0; i < 3; i++) {
			Scene s(*world_);
			s.say("KEKW catJAM EZ gg monkaS LaterSooner streamDance Clap peepoWide");
			s.h.dock().stop();
			QVERIFY(!s.view.isAnimating());
		}
	}

	void picturesForLookingAt_data()
	{
		QTest::addColumn<bool>("dark");
		QTest::newRow("dark") << true;
		QTest::newRow("light") << false;
	}
	void picturesForLookingAt()
	{
		QFETCH(bool, dark);
		Scene s(*world_, dark ? test::darkPalette() : test::lightPalette());
		s.say("good evening everybody", "moderator/1,subscriber/12");
		s.say("that was KEKW");
		s.say("catJAM catJAM catJAM gg");
		s.say("a long line with peepoWide in the middle of many words, so that it has to be broken monkaS more than once EZ Clap",
		      "odd/3");
		s.say("KEKW RainTime under the rain, LaterSooner SoSnowy in the snow");
		s.say("مرحبا KEKW بالجميع EZ كيف الحال");
		s.say("nothing but words in this one, as always");
		s.say("see CutShort and FarTooLarge");
		const std::string gone = s.h.say("rude", "KEKW you are all bad monkaS", 0, 0xFF0000);
		s.h.remove(gone, "mod");
		s.h.say("streamDance", "streamDance streamDance", 0, 0x00FF7F);
		s.h.settle();
		QTest::qWait(700);
		QDir().mkpath(QStringLiteral(PICTURES_DIR));
		QVERIFY(s.h.dock().grab().save(
			QStringLiteral(PICTURES_DIR "/emotes-%1.png").arg(dark ? "dark" : "light")));
	}

	/* The last one: it takes emotes away. */
	void listsThatComeLateChangeLinesOnScreen()
	{
		Scene s(*world_);
		const quint64 line = s.say("what a Latecomer word");
		QVERIFY(s.view.pictureRect(line, 0).isEmpty());
		struct lx_emote_list *list = lx_emote_list_create();
		struct lx_named_emote emote = {};
		emote.name = "Latecomer";
		emote.id = "01GB2S5PA0000C9GK2J5ZT3YJD";
		emote.provider = LX_EMOTES_7TV;
		QVERIFY(lx_emote_list_add(list, &emote));
		lx_emotes_put(world_->emotes, LX_EMOTES_7TV_GLOBAL, list);
		QTRY_VERIFY(!s.view.pictureRect(line, 0).isEmpty());
		lx_emotes_put(world_->emotes, LX_EMOTES_7TV_GLOBAL, nullptr);
		QTRY_VERIFY(s.view.pictureRect(line, 0).isEmpty());
	}

private:
	std::unique_ptr<World> world_;
};

QTEST_MAIN(TestEmotesView)
#include "test_emotes_view.moc"
