/* Hostile texts, colours that can be read, emoji, badges, sentences. */
#include <QFile>
#include <QDirIterator>
#include <QImage>
#include <QPainter>
#include <QRegularExpression>
#include <QTest>

#include "harness.hpp"
#include "ui/chat/badges.hpp"
#include "ui/chat/colors.hpp"
#include "ui/chat/emoji.hpp"
#include "ui/chat/notice_text.hpp"
#include "ui/chat/row_layout.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/chat/welcome.hpp"

using namespace lx::ui;

class TestTextSafety : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void hostileTextsBecomeHarmless_data()
	{
		QTest::addColumn<QByteArray>("in");
		QTest::addColumn<QString>("out");
		const auto row = [](const char *name, const char *in, const QString &out) {
			QTest::newRow(name) << QByteArray(in) << out;
		};
		row("plain", "hello <b>world</b> &amp;", QStringLiteral("hello <b>world</b> &amp;"));
		row("line breaks", "a\nb\r\nc\x0b", QStringLiteral("a b  c "));
		row("override", "abc\u202Edcba\u202C", QStringLiteral("abcdcba"));
		row("isolates", "\u2066a\u2069\u2067b\u2069", QStringLiteral("ab"));
		row("zero width", "a\u200Bb\uFEFFc\u2060d", QStringLiteral("abcd"));
		row("persian joiner stays", "می\u200Cخواهم", QStringLiteral("می\u200Cخواهم"));
		row("family stays", "👩‍👩‍👧‍👦", QStringLiteral("👩‍👩‍👧‍👦"));
		row("joiners do not pile up", "a\u200D\u200D\u200D\u200Db", QStringLiteral("a\u200Db"));
		row("vietnamese stays", "Tiếng Việt", QStringLiteral("Tiếng Việt"));
		row("zalgo", "Z\u0301\u0302\u0303\u0304\u0305\u0306\u0307x",
		    QStringLiteral("Z\u0301\u0302\u0303\u0304x"));
		row("paragraph sign", "a\u2029b\u2028c", QStringLiteral("a b c"));
	}
	void hostileTextsBecomeHarmless()
	{
		QFETCH(QByteArray, in);
		QFETCH(QString, out);
		QCOMPARE(sanitizeText(in.constData()), out);
	}
	void namesHideNothing()
	{
		QCOMPARE(sanitizeName("a\u200Dd\u200Cm\u00ADin\u202E"), QStringLiteral("admin"));
		QCOMPARE(sanitizeName("  x\ty "), QStringLiteral("x y"));
		QVERIFY(sanitizeName(QByteArray(500, 'a').constData()).size() <= maxNameCodePoints + 1);
		QVERIFY(sanitizeText(QByteArray(100000, 'a').constData()).size() <= maxTextCodePoints + 1);
	}
	void invalidBytesSurvive()
	{
		QVERIFY(!sanitizeText("\xff\xfe\xc3").isEmpty());
		QVERIFY(!sanitizeText("\xed\xa0\x80").isEmpty());
	}
	/* Every colour a user can choose, in steps, on every background a row can have, in both themes. */
	void everyNameCanBeRead()
	{
		for (const QPalette &palette : {lx::test::darkPalette(), lx::test::lightPalette()}) {
			const Theme theme = Theme::from(palette);
			ChatRow row;
			row.userId = "1";
			for (const Tone tone : {Tone::Plain, Tone::Accent, Tone::Good, Tone::Bad, Tone::Purple,
						Tone::Blue, Tone::Orange}) {
				row.tone = tone;
				row.caption = tone == Tone::Plain ? QString() : QStringLiteral("x");
				for (const RowLook look : {RowLook::Resting, RowLook::Hovered, RowLook::Selected}) {
					const QColor background = RowLayout::backgroundOf(row, theme, look);
					for (int rgb = 0; rgb < 0x1000; rgb++) {
						row.color = quint32((rgb >> 8) * 17 << 16 | (rgb >> 4 & 15) * 17 << 8 |
								    (rgb & 15) * 17);
						const QColor color = RowLayout::nameColor(row, background);
						if (contrast(color, background) < readableContrast) {
							QFAIL(qPrintable(QStringLiteral("%1 on %2: %3")
										 .arg(color.name(), background.name())
										 .arg(contrast(color, background))));
						}
					}
					for (const QColor &other :
					     {theme.mutedOn(background), theme.tone(tone, background),
					      theme.tone(Tone::Bad, background), readable(theme.text, background)}) {
						QVERIFY(contrast(other, background) >= readableContrast);
					}
				}
			}
		}
	}
	/* Whatever colour a rule gives a line: its text can be read and its edge is seen. */
	void everyHighlightCanBeRead()
	{
		for (const QPalette &palette : {lx::test::darkPalette(), lx::test::lightPalette()}) {
			const Theme theme = Theme::from(palette);
			ChatRow row;
			for (int rgb = 0; rgb < 0x1000; rgb++) {
				row.highlight =
					quint32((rgb >> 8) * 17 << 16 | (rgb >> 4 & 15) * 17 << 8 | (rgb & 15) * 17);
				for (const RowLook look : {RowLook::Resting, RowLook::Hovered, RowLook::Selected}) {
					const QColor background = RowLayout::backgroundOf(row, theme, look);
					QVERIFY(contrast(theme.text, background) >= readableContrast);
				}
				QVERIFY(contrast(theme.edge(QColor::fromRgb(row.highlight)), theme.base) >= 3);
			}
		}
	}
	void aReadableColourIsKept()
	{
		QCOMPARE(readable(QColor(0x1e, 0x90, 0xff), QColor(0x10, 0x10, 0x10)), QColor(0x1e, 0x90, 0xff));
		/* Blue on dark stays blue. */
		const QColor blue = readable(Qt::blue, QColor(0x20, 0x20, 0x20));
		QVERIFY(blue.blue() > blue.red() && blue.blue() > blue.green());
	}
	void fallbackColoursAreStable()
	{
		QCOMPARE(fallbackColor("12345"), fallbackColor("12345"));
		QSet<QRgb> seen;
		for (int i = 0; i < 200; i++) {
			seen << fallbackColor(QByteArray::number(i)).rgb();
		}
		QVERIFY(seen.size() >= 20);
	}
	void emojiSequencesAreFoundWhole_data()
	{
		QTest::addColumn<QString>("in");
		QTest::addColumn<QString>("out");
		QTest::addColumn<QStringList>("pieces");
		const auto row = [](const char *name, const QString &in, const QString &out,
				    const QStringList &pieces) {
			QTest::newRow(name) << in << out << pieces;
		};
		row("none", QStringLiteral("héllo 1 # © ™"), QStringLiteral("héllo 1 # © ™"), {});
		row("family", QStringLiteral("a 👩‍👩‍👧‍👦 b"),
		    QStringLiteral("a 👩‍👩‍👧‍👦 b"), {QStringLiteral("👩‍👩‍👧‍👦")});
		row("rainbow flag", QStringLiteral("🏳️‍🌈"), QStringLiteral("🏳\u200D🌈"),
		    {QStringLiteral("🏳\u200D🌈")});
		row("heart", QStringLiteral("x❤️"), QStringLiteral("x❤"), {QStringLiteral("❤")});
		row("skin tone", QStringLiteral("👍🏽!"), QStringLiteral("👍🏽!"), {QStringLiteral("👍🏽")});
		row("flag", QStringLiteral("🇩🇪🇨🇿"), QStringLiteral("🇩🇪🇨🇿"), {QStringLiteral("🇩🇪🇨🇿")});
		row("lone indicator", QStringLiteral("🇩"), QStringLiteral("🇩"), {});
		row("keycap", QStringLiteral("1️⃣2"), QStringLiteral("1⃣2"), {QStringLiteral("1⃣")});
		row("joiner at the end", QStringLiteral("👩\u200D"), QStringLiteral("👩\u200D"),
		    {QStringLiteral("👩")});
	}
	void emojiSequencesAreFoundWhole()
	{
		QFETCH(QString, in);
		QFETCH(QString, out);
		QFETCH(QStringList, pieces);
		QStringList found;
		for (const EmojiRange &range : prepareEmoji(in)) {
			found << in.mid(range.start, range.length);
		}
		QCOMPARE(in, out);
		QCOMPARE(found, pieces);
	}
	/* Marks stacked on letters, giant signs: nothing is drawn outside the row. */
	void aRowStaysInItsPlace()
	{
		const Text text;
		RowStyle style(QFont(), Theme::from(lx::test::darkPalette()));
		ChatRow row;
		row.userId = "1";
		row.login = row.name = QStringLiteral("zalgo");
		row.text = QStringLiteral("Z\u0301\u0302\u0303\u0304\u0489 ﷽ 𒐫 ꧅");
		const int width = 300;
		const RowLayout layout(row, style, text, width, RowLook::Resting);
		QVERIFY(layout.height() < 4 * style.lineHeight);
		QImage image(width, layout.height() + 200, QImage::Format_RGB32);
		image.fill(Qt::black);
		QPainter painter(&image);
		BadgeArt art;
		layout.paint(painter, QPoint(0, 100), row, style, art);
		painter.end();
		for (int y = 0; y < image.height(); y++) {
			for (int x = 0; x < width; x++) {
				if ((y < 100 || y >= 100 + layout.height()) && image.pixel(x, y) != qRgb(0, 0, 0)) {
					QFAIL("drawn outside the row");
				}
			}
		}
	}
	void wordsWithoutEndBreak()
	{
		const Text text;
		RowStyle style(QFont(), Theme::from(lx::test::darkPalette()));
		ChatRow row;
		row.userId = "1";
		row.name = QStringLiteral("x");
		row.text = QString(500, u'A');
		const RowLayout layout(row, style, text, 300, RowLook::Resting);
		QVERIFY(layout.height() > 10 * style.lineHeight);
		/* Narrower than its first word and its badges. */
		const RowLayout narrow(row, style, text, 60, RowLook::Resting);
		QVERIFY(narrow.height() > layout.height());
	}
	void badgesAreRead()
	{
		const std::vector<Badge> badges =
			badgesOf("broadcaster/1,subscriber/12,sub-gifter/50,mystery/1", "subscriber/27");
		QCOMPARE(badges.size(), size_t(4));
		QCOMPARE(badges[0].kind, BadgeKind::Broadcaster);
		QCOMPARE(badges[1].number, 27U);
		QCOMPARE(badges[2].number, 50U);
		QCOMPARE(badges[3].kind, BadgeKind::Other);
		QCOMPARE(badges[3].letter, u'M');
		QVERIFY(badgesOf("", "").empty());
		QVERIFY(badgesOf(",,,/,x", "subscriber").empty());
		QVERIFY(badgesOf(QByteArray("a/1,").repeated(1000).constData(), "").size() <= 8);
	}
	void sentencesFallBackToTwitchs()
	{
		lx_text *catalogue = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "de-DE");
		const Text text(catalogue);
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_CHAT_NOTICE);
		event.chat.user.name = "Anna%2";
		event.chat.notice = "resub";
		event.chat.notice_count = 5;
		event.chat.sub_plan = "2000";
		event.chat.notice_text = "Anna subscribed at Tier 2.";
		QCOMPARE(noticeSentence(event.chat, text).remove(QChar(0x2068)).remove(QChar(0x2069)),
			 QStringLiteral("Anna%2 abonniert weiter (Stufe 2) · Monate: 5"));
		event.chat.notice_count = 0;
		QCOMPARE(noticeSentence(event.chat, text), QStringLiteral("Anna subscribed at Tier 2."));
		event.chat.notice = "somethingnew";
		QCOMPARE(noticeSentence(event.chat, text), QStringLiteral("Anna subscribed at Tier 2."));
		lx_text_destroy(catalogue);
	}
	void channelNames()
	{
		QCOMPARE(channelLogin(QStringLiteral("  #Some_Channel ")), QStringLiteral("some_channel"));
		QCOMPARE(channelLogin(QStringLiteral("https://www.twitch.tv/Name?x=1")), QStringLiteral("name"));
		QCOMPARE(channelLogin(QStringLiteral("twitch.tv/name/")), QStringLiteral("name"));
		QCOMPARE(channelLogin(QStringLiteral("two words")), QString());
		QCOMPARE(channelLogin(QStringLiteral("https://evil.example/name")), QString());
		QCOMPARE(channelLogin(QStringLiteral("žluťoučký")), QString());
		QCOMPARE(channelLogin({}), QString());
	}
	void durations()
	{
		lx_text *catalogue = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
		const Text text(catalogue);
		QCOMPARE(text.duration(45), QStringLiteral("45 s"));
		QCOMPARE(text.duration(600), QStringLiteral("10 min"));
		QCOMPARE(text.duration(5400), QStringLiteral("1 h 30 min"));
		QCOMPARE(text.duration(1209600), QStringLiteral("14 d"));
		QCOMPARE(text.duration(90), QStringLiteral("1 min 30 s"));
		QCOMPARE(text.shortDuration(86400), QStringLiteral("1d"));
		QCOMPARE(text.shortDuration(90), QStringLiteral("90s"));
		lx_text_destroy(catalogue);
	}
	/* Every key that the interface's code names is in all three languages, with the same placeholders. */
	void everyTextIsInEveryLanguage()
	{
		QSet<QString> keys;
		static const QRegularExpression form(QStringLiteral("\"([A-Z][A-Za-z]+(?:\\.[A-Za-z0-9]+)+)\""));
		QDirIterator files(QStringLiteral(UI_SOURCE_DIR), {QStringLiteral("*.cpp")}, QDir::Files,
				   QDirIterator::Subdirectories);
		while (files.hasNext()) {
			QFile file(files.next());
			QVERIFY(file.open(QIODevice::ReadOnly));
			auto matches = form.globalMatch(QString::fromUtf8(file.readAll()));
			while (matches.hasNext()) {
				keys << matches.next().captured(1);
			}
		}
		QVERIFY(keys.size() > 200);
		keys << QStringLiteral("Connection.Storage.store") << QStringLiteral("Connection.Storage.file")
		     << QStringLiteral("Connection.Storage.memory");
		const auto placeholders = [](const QString &text) {
			QSet<QChar> found;
			for (qsizetype i = 0; i + 1 < text.size(); i++) {
				if (text[i] == u'%' && text[i + 1].isDigit()) {
					found << text[i + 1];
				}
			}
			return found;
		};
		lx_text *english = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
		for (const char *language : {"en-US", "de-DE", "cs-CZ"}) {
			QFile file(QStringLiteral(PLUGIN_DATA_DIR "/locale/%1.ini").arg(QLatin1StringView(language)));
			QVERIFY(file.open(QIODevice::ReadOnly));
			const QString content = u'\n' + QString::fromUtf8(file.readAll());
			lx_text *catalogue = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", language);
			for (const QString &key : std::as_const(keys)) {
				QVERIFY2(content.contains(QStringLiteral("\n%1=\"").arg(key)),
					 qPrintable(
						 QStringLiteral("%1 misses %2").arg(QLatin1StringView(language), key)));
				const QByteArray name = key.toUtf8();
				QVERIFY2(placeholders(Text(catalogue)(name.constData())) ==
						 placeholders(Text(english)(name.constData())),
					 qPrintable(QStringLiteral("%1: placeholders of %2")
							    .arg(QLatin1StringView(language), key)));
			}
			lx_text_destroy(catalogue);
		}
		lx_text_destroy(english);
	}
};

QTEST_MAIN(TestTextSafety)
#include "test_text_safety.moc"
