/* The log's own matters: what is said while it cannot be written, and its page in the settings. On real data bases. */
#include <QComboBox>
#include <QCheckBox>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include "harness.hpp"
#include "log_world.hpp"
#include "store/database.h"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/log/page.hpp"
#include "ui/log_banner.hpp"
#include "ui/settings/dialog.hpp"
#include "ui/settings/log_page.hpp"

using namespace lx;
using namespace lx::ui;
using lx::test::Harness;
using lx::test::LogWorld;

namespace {

constexpr int64_t minute = 60000;
constexpr int patienceMs = 20000;

QPushButton *button(QWidget &top, const QString &text)
{
	for (QPushButton *one : top.findChildren<QPushButton *>()) {
		if (one->text() == text) {
			return one;
		}
	}
	return nullptr;
}

bool shows(QWidget &top, const QString &part)
{
	for (const QLabel *label : top.findChildren<QLabel *>()) {
		if (label->isVisible() && label->text().contains(part)) {
			return true;
		}
	}
	return false;
}

/* A log whose folder is not there. */
struct Homeless {
	explicit Homeless(const char *language = "en-US", const QPalette &palette = test::darkPalette(),
			  int width = 340)
		: h(language, palette), path((folder.path() + QStringLiteral("/sub/chat.sqlite")).toUtf8())
	{
		struct lx_log_config config = {};
		config.path = path.constData();
		config.text = h.text;
		config.clock = &h.clock;
		config.bus = h.bus;
		log = lx_log_create(&config);
		lx_log_start(log, true);
		archive = lx_archive_create(path.constData());
		const bool told = QTest::qWaitFor(
			[this] {
				struct lx_log_stats stats;
				lx_log_get_stats(log, &stats);
				return stats.trouble != LX_DATABASE_OK;
			},
			patienceMs);
		Q_ASSERT(told);
		h.setLog(log, archive);
		h.show(width, 480);
		h.everythingWell();
		banner = h.dock().findChild<LogBanner *>();
	}
	~Homeless()
	{
		h.stop();
		lx_archive_destroy(archive);
		lx_log_destroy(log);
	}
	bool mend() { return QDir(folder.path()).mkdir(QStringLiteral("sub")); }

	QTemporaryDir folder;
	Harness h;
	QByteArray path;
	struct lx_log *log;
	struct lx_archive *archive;
	LogBanner *banner = nullptr;
};

/* The settings' page on a log with three people in it. */
struct Care {
	Care()
	{
		world.say("anna", "hello everybody", 9 * minute);
		world.say("mallory", "buy followers", 8 * minute);
		world.say("bert", "@mallory please stop", 7 * minute);
		world.say("mallory", "never", 6 * minute);
		lx_log_set_note(world.log(), LogWorld::idOf("mallory").constData(), "sells followers", nullptr,
				nullptr);
		world.flush();
		h.setLog(world.log(), world.archive());
		h.show(340, 480);
		h.everythingWell();
		dialog = h.dock().showSettings();
		dialog->showLog();
		page = dialog->findChild<LogSettingsPage *>();
		h.settle();
	}
	~Care() { h.stop(); }
	/* Answers the question that the next click asks. */
	void answer(const QString &label)
	{
		QTimer::singleShot(0, qApp, [label] {
			auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget());
			QVERIFY(box);
			button(*box, label)->click();
		});
	}
	/* All that lies on the disk. */
	QByteArray bytes()
	{
		QByteArray all;
		for (const QFileInfo &info : QDir(world.folder()).entryInfoList(QDir::Files)) {
			QFile file(info.filePath());
			if (file.open(QIODevice::ReadOnly)) {
				all += file.readAll();
			}
		}
		return all;
	}
	static qint64 messagesIn(const QString &path)
	{
		sqlite3 *db = nullptr;
		sqlite3_open_v2(path.toUtf8().constData(), &db, SQLITE_OPEN_READONLY, nullptr);
		const qint64 count = lx_database_number(db, "SELECT count(*) FROM message", -1);
		sqlite3_close(db);
		return count;
	}

	LogWorld world;
	Harness h;
	SettingsDialog *dialog;
	LogSettingsPage *page;
};

} // namespace

class TestLogCare : public QObject {
	Q_OBJECT

public Q_SLOTS:
	void noteUrl(const QUrl &url) { opened_ << url; }

private Q_SLOTS:
	void whatKeepsTheLogFromBeingWrittenIsSaidUntilItIsOver()
	{
		Homeless s;
		QVERIFY(s.banner->isVisible()); /* though it was so before there was a dock */
		QVERIFY(shows(*s.banner, QStringLiteral("may not be changed")));
		s.h.say("anna", "chat goes on");
		s.h.settle();
		const ChatModel &lines = s.h.dock().chat().model();
		QCOMPARE(lines.row(lines.endSeq() - 1).text, QStringLiteral("chat goes on"));
		/* On every page. */
		s.h.dock().showPage(Dock::LogPageIndex);
		QVERIFY(s.banner->isVisible());

		QPushButton *again = button(*s.banner, QStringLiteral("Try again"));
		QTest::mouseClick(again, Qt::LeftButton);
		QVERIFY(!again->isEnabled());
		QTRY_VERIFY_WITH_TIMEOUT(again->isEnabled(), patienceMs); /* in vain */
		QVERIFY(!s.h.dock().context().session.logTrouble().kind.isEmpty());

		QVERIFY(s.mend());
		QTest::mouseClick(again, Qt::LeftButton);
		QTRY_VERIFY_WITH_TIMEOUT(s.h.dock().context().session.logTrouble().kind.isEmpty(), patienceMs);
		QCOMPARE(s.banner->accessibleName(), QStringLiteral("The chat is being logged again"));
		QVERIFY(!again->isVisible());
		QTRY_VERIFY_WITH_TIMEOUT(!s.banner->isVisible(), patienceMs);
		QVERIFY(lx_log_flush(s.log, patienceMs));
		QCOMPARE(Care::messagesIn(QString::fromUtf8(s.path)), 1);
	}
	void itGoesOnByItselfToo()
	{
		Homeless s;
		QVERIFY(s.mend());
		QTRY_VERIFY_WITH_TIMEOUT(s.h.dock().context().session.logTrouble().kind.isEmpty(), 60000);
	}
	void foldedItStaysAsOneLine()
	{
		Homeless s;
		const int whole = s.banner->height();
		QTest::mouseClick(s.banner->findChild<QToolButton *>(), Qt::LeftButton);
		s.h.settle();
		QVERIFY(s.banner->isVisible() && s.banner->height() < whole);
		QVERIFY(!shows(*s.banner, QStringLiteral("may not be changed")));
		QTest::mouseClick(s.banner, Qt::LeftButton);
		QVERIFY(shows(*s.banner, QStringLiteral("may not be changed")));
	}
	void itLeadsToTheFolderAndTheSettings()
	{
		Homeless s;
		QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "noteUrl");
		QTest::mouseClick(button(*s.banner, QStringLiteral("Open folder")), Qt::LeftButton);
		QDesktopServices::unsetUrlHandler(QStringLiteral("file"));
		QCOMPARE(opened_, QList<QUrl>{QUrl::fromLocalFile(s.folder.path() + QStringLiteral("/sub"))});
		QTest::mouseClick(button(*s.banner, QStringLiteral("Settings")), Qt::LeftButton);
		auto *page = s.h.dock().findChild<LogSettingsPage *>();
		QVERIFY(page && page->isVisible());
	}
	void pictures_data()
	{
		QTest::addColumn<QByteArray>("language");
		for (const char *language : {"en-US", "de-DE", "cs-CZ"}) {
			QTest::newRow(language) << QByteArray(language);
		}
	}
	void pictures()
	{
		QFETCH(QByteArray, language);
		const bool light = language == "de-DE";
		Homeless s(language.constData(), light ? test::lightPalette() : test::darkPalette(), 300);
		QCOMPARE(s.h.dock().width(), 300);
		/* Everything has its room. */
		for (const QPushButton *one : s.banner->findChildren<QPushButton *>()) {
			QVERIFY(one->geometry().right() < s.banner->width());
		}
		s.h.dock().grab().save(
			QStringLiteral(PICTURES_DIR "/log-banner-%1.png").arg(QString::fromUtf8(language)));
	}

	void howLongTheChatIsKept()
	{
		Care c;
		auto *keep = c.page->findChild<QCheckBox *>();
		auto *unit = c.page->findChild<QComboBox *>();
		auto *number = c.page->findChild<QSpinBox *>();
		QVERIFY(keep->isChecked() && !number->isVisible()); /* for ever */
		unit->setCurrentIndex(2);
		QVERIFY(number->isVisible());
		number->setValue(3);
		button(*c.dialog, QStringLiteral("Apply"))->click();
		QCOMPARE(lx_settings_int(c.h.settings, LX_SETTING_CHAT_LOG_DAYS), 90);
		unit->setCurrentIndex(1);
		number->setValue(7);
		keep->setChecked(false);
		QVERIFY(!unit->isEnabled() && !number->isEnabled());
		button(*c.dialog, QStringLiteral("Apply"))->click();
		QCOMPARE(lx_settings_int(c.h.settings, LX_SETTING_CHAT_LOG_DAYS), 7);
		QVERIFY(!lx_settings_bool(c.h.settings, LX_SETTING_CHAT_LOG));
		unit->setCurrentIndex(0);
		button(*c.dialog, QStringLiteral("Apply"))->click();
		QCOMPARE(lx_settings_int(c.h.settings, LX_SETTING_CHAT_LOG_DAYS), 0);
	}
	void whatItHoldsAndItsSize()
	{
		Care c;
		QTRY_VERIFY_WITH_TIMEOUT(shows(*c.page, QStringLiteral("4 messages")), patienceMs);
		QTest::mouseClick(button(*c.page, QStringLiteral("Compact")), Qt::LeftButton);
		QTRY_VERIFY_WITH_TIMEOUT(button(*c.page, QStringLiteral("Compact"))->isEnabled(), patienceMs);
		QCOMPARE(Care::messagesIn(QString::fromUtf8(c.world.path())), 4);
	}
	void aBackupIsAWholeLogOfItsOwn()
	{
		Care c;
		QTemporaryDir elsewhere;
		const QString path = elsewhere.path() + QStringLiteral("/copy.sqlite");
		c.page->backUp(path);
		QTRY_VERIFY_WITH_TIMEOUT(shows(*c.page, QStringLiteral("copy.sqlite")), patienceMs);
		QCOMPARE(Care::messagesIn(path), 4);
		/* Neither over itself nor to where nothing is. */
		c.page->backUp(QString::fromUtf8(c.world.path()));
		QCOMPARE(Care::messagesIn(QString::fromUtf8(c.world.path())), 4);
		c.page->backUp(elsewhere.path() + QStringLiteral("/nowhere/copy.sqlite"));
		QTRY_VERIFY_WITH_TIMEOUT(shows(*c.page, QStringLiteral("nowhere")), patienceMs);
		QVERIFY(!QDir(elsewhere.path()).exists(QStringLiteral("nowhere")));
	}
	void whoIsForgottenIsNowhereAnyMore()
	{
		Care c;
		lx_settings_set_string(c.h.settings, LX_SETTING_LOG_SEARCHES, "from:mallory\nboss");
		const std::string bought = c.h.say("mallory", "buy followers");
		c.h.say("bert", "@Mallory please stop");
		c.h.settle();
		auto *log = static_cast<LogPage *>(c.h.dock().showPage(Dock::LogPageIndex));
		QTRY_COMPARE_WITH_TIMEOUT(log->hits().lines().messages(), 4, patienceMs);
		QVERIFY(c.bytes().contains("mallory"));

		auto *who = c.page->findChild<QLineEdit *>(QString(), Qt::FindDirectChildrenOnly);
		who = who ? who : c.page->findChildren<QLineEdit *>().constLast();
		QPushButton *forget = button(*c.page, QStringLiteral("Forget…"));
		QVERIFY(!forget->isEnabled());
		who->setText(QStringLiteral("Mallory"));
		c.answer(QStringLiteral("Cancel"));
		QTest::mouseClick(forget, Qt::LeftButton);
		QCOMPARE(Care::messagesIn(QString::fromUtf8(c.world.path())), 4);
		c.answer(QStringLiteral("Forget"));
		QTest::mouseClick(forget, Qt::LeftButton);
		QTRY_VERIFY_WITH_TIMEOUT(who->text().isEmpty(), patienceMs);
		QCOMPARE(Care::messagesIn(QString::fromUtf8(c.world.path())), 2);
		const QByteArray left = c.bytes().toLower();
		for (const QByteArray &trace :
		     {QByteArray("mallory"), LogWorld::idOf("mallory"), QByteArray("sells followers")}) {
			QVERIFY2(!left.contains(trace), trace.constData());
		}

		/* Nor in what is on screen. */
		const ChatModel &lines = c.h.dock().chat().model();
		for (quint64 seq = lines.firstSeq(); seq < lines.endSeq(); seq++) {
			const QString line =
				lines.data(lines.index(int(seq - lines.firstSeq())), Qt::DisplayRole).toString();
			QVERIFY2(!line.contains(QStringLiteral("mallory"), Qt::CaseInsensitive), qPrintable(line));
			QVERIFY(!line.contains(QStringLiteral("followers")));
		}
		QVERIFY(!lines.find(QByteArray::fromStdString(bought)));
		QTRY_COMPARE_WITH_TIMEOUT(log->hits().lines().messages(), 2, patienceMs);
		QCOMPARE(c.h.dock().context().setting(LX_SETTING_LOG_SEARCHES), QStringLiteral("boss"));

		/* Somebody who is not there. */
		who->setText(QStringLiteral("nobody_of_that_name"));
		c.answer(QStringLiteral("Forget"));
		QTest::mouseClick(forget, Qt::LeftButton);
		QTRY_VERIFY_WITH_TIMEOUT(shows(*c.page, QStringLiteral("nobody_of_that_name")), patienceMs);
		QCOMPARE(Care::messagesIn(QString::fromUtf8(c.world.path())), 2);
	}
	void withoutALogThereIsNothingToDo()
	{
		Harness h;
		h.show();
		SettingsDialog *dialog = h.dock().showSettings();
		dialog->showLog();
		auto *page = dialog->findChild<LogSettingsPage *>();
		QVERIFY(page->isVisible());
		for (const char *name : {"Back up…", "Compact", "Forget…", "Open folder"}) {
			QPushButton *one = button(*page, QString::fromUtf8(name));
			QVERIFY2(one && !one->isEnabled(), name);
		}
	}

private:
	QList<QUrl> opened_;
};

QTEST_MAIN(TestLogCare)
#include "test_log_care.moc"
