/* The card of a person: on a real log, filled in as answers come. */
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScreen>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "chat/archive.h"
#include "chat/log.h"
#include "harness.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/user_card.hpp"
#include "ui/chat/view.hpp"
#include "ui/veil.hpp"

using namespace lx;
using namespace lx::ui;
using test::Harness;

namespace {

struct Stage {
	QTemporaryDir folder;
	QByteArray path;
	struct lx_log *log = nullptr;
	struct lx_archive *archive = nullptr;
	std::unique_ptr<Harness> h;

	Stage()
	{
		path = (folder.path() + QStringLiteral("/chat.sqlite")).toUtf8();
		h = std::make_unique<Harness>("en-US");
		struct lx_log_config config = {};
		config.path = path.constData();
		config.text = h->text;
		config.clock = &h->clock;
		config.bus = h->bus;
		log = lx_log_create(&config);
		lx_log_start(log, true);
		archive = lx_archive_create(path.constData());
		h->setLog(log, archive);
		h->show(340, 480);
		h->everythingWell();
	}
	~Stage()
	{
		h->stop();
		lx_archive_destroy(archive);
		lx_log_stop(log);
		lx_log_destroy(log);
		h.reset();
	}
	UserCard *open(quint64 seq)
	{
		Q_EMIT h->dock().chat().view().userClicked(seq, h->dock().mapToGlobal(QPoint(20, 20)));
		for (UserCard *card : h->dock().findChildren<UserCard *>()) {
			if (card->isVisible() && card->userId() == h->dock().chat().model().row(seq).userId) {
				return card;
			}
		}
		return nullptr;
	}
	quint64 last() { return h->dock().chat().model().endSeq() - 1; }
	void settle()
	{
		h->settle();
		QVERIFY(lx_log_flush(log, 20000));
	}
	static QListWidget *history(UserCard *card)
	{
		return card->findChild<QListWidget *>(QStringLiteral("livextremHistory"));
	}
	static QPlainTextEdit *note(UserCard *card)
	{
		return card->findChild<QPlainTextEdit *>(QStringLiteral("livextremNote"));
	}
};

} // namespace

class TestUserCard : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void opensWithWhatIsThereAndFillsInFromTheLog()
	{
		Stage s;
		s.h->say("anna", "the first words");
		s.h->say("bert", "not hers");
		s.h->unixMs += 60000;
		s.h->ban("anna", 600, "modi");
		s.h->unixMs += 60000;
		s.h->say("anna", "later words");
		s.settle();
		UserCard *card = s.open(s.last());
		QVERIFY(card);
		QCOMPARE(Stage::history(card)->count(), 2);     /* the chat's own lines, at once */
		QTRY_COMPARE(Stage::history(card)->count(), 3); /* and what was done, from the log */
		QVERIFY(Stage::history(card)->item(0)->text().contains("later words"));
		QVERIFY(Stage::history(card)->item(1)->text().contains("10 min"));
		QVERIFY(Stage::history(card)->item(2)->text().contains("the first words"));
		auto *search = card->findChild<QLineEdit *>();
		search->setText("first");
		QTRY_COMPARE(Stage::history(card)->count(), 1);
		QSignalSpy context(card, &UserCard::contextWanted);
		Q_EMIT Stage::history(card)->itemActivated(Stage::history(card)->item(0));
		QCOMPARE(context.count(), 1);
		QVERIFY(context.at(0).at(0).toLongLong() > 0);
		card->close();
	}
	void longHistoriesComeInPages()
	{
		Stage s;
		for (int i = 0; i < 150; i++) {
			s.h->unixMs += 1000;
			s.h->say("anna", QByteArray("line " + QByteArray::number(i)).constData());
		}
		s.settle();
		UserCard *card = s.open(s.last());
		QListWidget *list = Stage::history(card);
		QTRY_COMPARE(list->count(), 60);
		list->scrollToBottom();
		QTRY_COMPARE(list->count(), 120);
		list->scrollToBottom();
		QTRY_COMPARE(list->count(), 150);
		QVERIFY(list->item(149)->text().contains("line 0"));
		card->close();
	}
	void notesAreSavedAndComeBack()
	{
		Stage s;
		s.h->say("anna", "hello");
		s.settle();
		UserCard *card = s.open(s.last());
		QPlainTextEdit *note = Stage::note(card);
		QTRY_VERIFY(note->isEnabled());
		QCOMPARE(note->toPlainText(), QString());
		QTest::keyClicks(note, "plays chess");
		QTest::keyClick(card, Qt::Key_Escape); /* closing keeps it, too */
		QTRY_VERIFY(!s.open(s.last())->userId().isEmpty());
		QTRY_COMPARE(
			[&] {
				UserCard *again = s.open(s.last());
				QTest::qWait(100);
				const QString text = Stage::note(again)->toPlainText();
				again->close();
				return text;
			}(),
			QStringLiteral("plays chess"));
		for (const test::ProcCall &call : s.h->calls) {
			for (const auto &[name, value] : call.texts) {
				QVERIFY2(value.find("chess") == std::string::npos, name.c_str());
			}
		}
	}
	void bansWithTheReasonThatWasWritten()
	{
		Stage s;
		s.h->say("anna", "rude");
		s.settle();
		UserCard *card = s.open(s.last());
		for (QLineEdit *edit : card->findChildren<QLineEdit *>()) {
			if (edit->maxLength() == 500) {
				edit->setText("spoilers");
			}
		}
		QTest::mouseClick(card->findChild<QPushButton *>(QStringLiteral("livextremCardBan")), Qt::LeftButton);
		QCOMPARE(s.h->countCalls(LX_PROC_BAN), 1);
		QCOMPARE(s.h->lastCall(LX_PROC_BAN)->texts.at("reason"), std::string("spoilers"));
		QVERIFY(!card->isVisible());
	}
	void keptCardsStayAndOneOpensForEach()
	{
		Stage s;
		s.h->say("anna", "one");
		s.h->say("bert", "two");
		s.settle();
		UserCard *first = s.open(s.last());
		first->findChild<QToolButton *>()->setChecked(true);
		QVERIFY(first->isPinned());
		UserCard *second = s.open(s.last() - 1);
		QVERIFY(second && second != first);
		QVERIFY(first->isVisible());
		QCOMPARE(s.open(s.last()), first); /* not a second one of the same */
		QVERIFY(first->width() <= 340);
		const QRect screen = first->screen()->availableGeometry();
		first->showAt(screen.bottomRight());
		QVERIFY(screen.contains(first->geometry()));
		QTest::keyClick(first, Qt::Key_Escape);
		QVERIFY(!first->isVisible());
	}
	void inStreamerModePrivatePartsAreHidden()
	{
		Stage s;
		s.h->say("anna", "one");
		s.settle();
		UserCard *card = s.open(s.last());
		QVERIFY(Stage::note(card)->isVisible());
		StreamerMode &mode = s.h->dock().context().streamerMode;
		mode.setWish(StreamerMode::Wish::On);
		QVERIFY(!Stage::note(card)->isVisible());
		auto *veil = card->findChild<Veil *>();
		QVERIFY(veil->isVisible());
		QTest::mouseClick(veil->findChild<QPushButton *>(), Qt::LeftButton);
		QVERIFY(Stage::note(card)->isVisible() && !veil->isVisible());
		mode.setWish(StreamerMode::Wish::Off);
		QVERIFY(Stage::note(card)->isVisible());
		card->close();
	}
};

QTEST_MAIN(TestUserCard)
#include "test_user_card.moc"
