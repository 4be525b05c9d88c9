/* What the reader chose: how lines look, and what is hidden from viewers. */
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QTest>

#include "harness.hpp"
#include "ui/account/login_dialog.hpp"
#include "ui/chat/action_bar.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/settings/dialog.hpp"

using namespace lx;
using namespace lx::ui;
using namespace lx::test;

namespace {

struct World {
	explicit World(const char *language = "en-US", const QPalette &palette = darkPalette()) : h(language, palette)
	{
		h.show();
		h.everythingWell();
	}
	ChatView &view() { return h.dock().chat().view(); }
	void apply(enum lx_setting setting, int value)
	{
		lx_settings_set_int(h.settings, setting, value);
		h.dock().chat().applySettings();
	}
	int height(quint64 back = 0)
	{
		const quint64 end = h.dock().chat().model().endSeq();
		view().grab();
		return view().rectOf(end - 1 - back).height();
	}
	Harness h;
};

} // namespace

class TestReading : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void linesStandAsCloseAsWanted()
	{
		World w;
		w.h.say("anna", "hello");
		w.h.settle();
		w.apply(LX_SETTING_DENSITY, 1);
		const int normal = w.height();
		w.apply(LX_SETTING_DENSITY, 0);
		const int compact = w.height();
		w.apply(LX_SETTING_DENSITY, 2);
		QVERIFY(compact < normal);
		QVERIFY(w.height() > normal);
	}
	void deletedLinesAsWanted()
	{
		World w;
		const std::string id = w.h.say("anna", "first");
		w.h.say("bert", "second");
		w.h.settle();
		w.h.remove(id);
		w.h.settle();
		const int kept = w.height(1);
		QVERIFY(kept > 0);
		w.apply(LX_SETTING_DELETED_STYLE, 2);
		QCOMPARE(w.height(1), 0);
		QVERIFY(w.height() > 0);
		/* Its place is the next one's: nothing on it can be clicked. */
		const QRect next = w.view().rectOf(w.h.dock().chat().model().endSeq() - 1);
		QCOMPARE(w.view().seqAt(next.center()), std::optional<quint64>(w.h.dock().chat().model().endSeq() - 1));
		w.apply(LX_SETTING_DELETED_STYLE, 1);
		QCOMPARE(w.height(1), kept);
	}
	void nothingButDeletedLines()
	{
		World w;
		w.apply(LX_SETTING_DELETED_STYLE, 2);
		for (int i = 0; i < 50; i++) {
			w.h.say("anna", "spam");
		}
		w.h.settle();
		w.h.ban("anna", 0);
		w.h.settle();
		w.view().grab();
		QCOMPARE(w.height(), 0);
		w.h.say("bert", "hello");
		w.h.settle();
		QVERIFY(w.height() > 0);
	}
	void times()
	{
		World w;
		RowStyle style(w.view().font(), Theme::from(w.view().palette()));
		const Text &words = w.h.dock().context().text;
		const qint64 evening = 1790000000000 / 86400000 * 86400000 + (21 * 3600 + 5 * 60 + 9) * 1000;
		style.setTime(RowStyle::Time::Hours24, false, words);
		QCOMPARE(style.timeText(evening, words), QStringLiteral("21:05"));
		style.setTime(RowStyle::Time::Hours12, true, words);
		QCOMPARE(style.timeText(evening, words), QStringLiteral("9:05:09 PM"));
		style.setTime(RowStyle::Time::Relative, false, words);
		style.nowMs = evening + 5 * 60000;
		QCOMPARE(style.timeText(evening, words), QStringLiteral("5m"));
		style.nowMs = evening + 3 * 3600000;
		QCOMPARE(style.timeText(evening, words), QStringLiteral("3h"));
		style.nowMs = evening - 5000; /* clocks differ */
		QCOMPARE(style.timeText(evening, words), QStringLiteral("0s"));
		style.setTime(RowStyle::Time::Off, false, words);
		QCOMPARE(style.timeWidth, 0);
	}
	void theListHoldsStillOnlyWhenWanted()
	{
		World w;
		for (int i = 0; i < 40; i++) {
			w.h.say("anna", "hello");
		}
		w.h.settle();
		QTest::mouseMove(w.view().viewport(), w.view().viewport()->rect().center());
		QVERIFY(!w.view().isFollowing());
		w.apply(LX_SETTING_HOLD_ON_HOVER, 0);
		QVERIFY(w.view().isFollowing());
	}
	void streamerModeHides()
	{
		World w;
		StreamerMode &mode = w.h.dock().context().streamerMode;
		const auto texts = [&w] {
			QStringList all;
			for (const QLabel *label : w.h.dock().findChildren<QLabel *>()) {
				if (label->isVisible()) {
					all << label->text();
				}
			}
			return all.join(u'|');
		};
		QVERIFY(texts().contains(QStringLiteral("1,234")));
		auto *chip = w.h.dock().findChild<QToolButton *>(QStringLiteral("livextremStreamerMode"));
		QVERIFY(!chip->isVisible());
		lx_settings_set_int(w.h.settings, LX_SETTING_STREAMER_MODE, 2);
		w.h.dock().context().settingsChanged();
		QVERIFY(!mode.isOn());
		mode.setOnAir(true);
		QVERIFY(mode.isOn() && chip->isVisible());
		QVERIFY(!texts().contains(QStringLiteral("1,234")));

		/* What was done is told, not to whom. */
		w.h.action(LX_ACTION_BAN, LX_ACTION_DONE, "", "anna");
		w.h.settle();
		QVERIFY(!w.h.dock().chat().actions().sentence().contains(QStringLiteral("anna")));

		/* One click shows, another hides; the next stream begins hidden. */
		chip->click();
		QVERIFY(!mode.isOn() && chip->isVisible());
		QVERIFY(texts().contains(QStringLiteral("1,234")));
		w.h.action(LX_ACTION_BAN, LX_ACTION_DONE, "", "anna");
		w.h.settle();
		QVERIFY(w.h.dock().chat().actions().sentence().contains(QStringLiteral("anna")));
		chip->click();
		QVERIFY(mode.isOn());
		chip->click();
		mode.setOnAir(false);
		QVERIFY(!chip->isVisible());
		mode.setOnAir(true);
		QVERIFY(mode.isOn());
	}
	void aSignInIsNotShownToViewers()
	{
		World w;
		lx_settings_set_int(w.h.settings, LX_SETTING_STREAMER_MODE, 1);
		w.h.dock().context().settingsChanged();
		LoginDialog *dialog = w.h.dock().showLogin(LX_ACCOUNT_BOT);
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_LOGIN);
		event.login.role = LX_ACCOUNT_BOT;
		event.login.way = LX_LOGIN_DEVICE;
		event.login.state = LX_LOGIN_WAITING;
		event.login.user_code = "ABCDEFGH";
		event.login.short_url = "https://www.twitch.tv/activate";
		event.login.url = "https://www.twitch.tv/activate?device-code=ABCDEFGH";
		for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
			if (button->isVisible() && button->isDefault()) {
				button->click();
			}
		}
		w.h.emitEvent(event);
		w.h.settle();
		const auto seen = [dialog] {
			for (const QLineEdit *edit : dialog->findChildren<QLineEdit *>()) {
				if (edit->displayText().contains(QStringLiteral("ABCDEFGH"))) {
					return true;
				}
			}
			for (const QLabel *label : dialog->findChildren<QLabel *>()) {
				if (label->text().contains(QStringLiteral("activate"))) {
					return true;
				}
			}
			return false;
		};
		QVERIFY(!seen());
		w.h.dock().context().streamerMode.toggle();
		QVERIFY(seen());
	}
	void pictures_data()
	{
		QTest::addColumn<QByteArray>("language");
		QTest::newRow("dark") << QByteArray("en-US");
		QTest::newRow("light") << QByteArray("de-DE");
	}
	void pictures()
	{
		QFETCH(QByteArray, language);
		for (const int width : {300, 900}) {
			World w(language.constData(), language == "de-DE" ? lightPalette() : darkPalette());
			w.h.dock().resize(width, 400);
			const std::string id = w.h.say("anna", "Guten Abend zusammen, heute wird gespielt");
			for (const char *name : {"bert", "carla", "dora"}) {
				w.h.say(name, "Das war knapp");
			}
			w.h.settle();
			w.h.remove(id, "Moderator");
			w.h.settle();
			w.apply(LX_SETTING_ROW_SHADING, 1);
			w.apply(LX_SETTING_TIME_STYLE, 2);
			lx_settings_set_int(w.h.settings, LX_SETTING_STREAMER_MODE, 1);
			w.h.dock().context().settingsChanged();
			w.h.dock().grab().save(QStringLiteral(PICTURES_DIR "/reading-%1-%2.png")
						       .arg(QString::fromUtf8(language))
						       .arg(width));
		}
	}
	void thePreviewShowsEachChoice()
	{
		World w;
		SettingsDialog *dialog = w.h.dock().showSettings();
		dialog->showPage(1);
		auto *preview = dialog->findChild<ChatView *>();
		QVERIFY(preview);
		preview->grab();
		const auto pick = [dialog](const char *name, int index) {
			for (QComboBox *box : dialog->findChildren<QComboBox *>()) {
				if (box->accessibleName() == QString::fromUtf8(name)) {
					box->setCurrentIndex(index);
					return;
				}
			}
			QFAIL(name);
		};
		const QRect before = preview->rectOf(1);
		pick("Deleted messages", 2);
		preview->grab();
		QVERIFY(before.height() > 0);
		QCOMPARE(preview->rectOf(1).height(), 0);
		pick("Time", 2);
		/* Only seen here until it is applied. */
		QCOMPARE(lx_settings_int(w.h.settings, LX_SETTING_DELETED_STYLE), 0);
		for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
			if (button->text() == QStringLiteral("Apply")) {
				button->click();
			}
		}
		QCOMPARE(lx_settings_int(w.h.settings, LX_SETTING_DELETED_STYLE), 2);
		QCOMPARE(lx_settings_int(w.h.settings, LX_SETTING_TIME_STYLE), 2);
	}
};

QTEST_MAIN(TestReading)
#include "test_reading.moc"
