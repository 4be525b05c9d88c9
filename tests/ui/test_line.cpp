/* The line to write in: commands, completion, history, emotes. */
#include <QApplication>
#include <QClipboard>
#include <QInputMethodEvent>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPushButton>
#include <QTest>

#include "chat/emotes.h"
#include "chat/names.h"
#include "harness.hpp"
#include "ui/chat/action_bar.hpp"
#include "ui/chat/completer.hpp"
#include "ui/chat/emote_picker.hpp"
#include "ui/chat/input.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/thread_panel.hpp"
#include "ui/chat/view.hpp"

using namespace lx;
using namespace lx::ui;
using namespace lx::test;

namespace {

/* A set of emotes as the services would give it. */
class Emotes {
public:
	Emotes()
	{
		const struct lx_emotes_config config = {"https://t", "https://c", "https://b", "https://f",
							"https://s"};
		emotes = lx_emotes_create(&config);
		struct lx_emote_list *list = lx_emote_list_create();
		for (const char *name : {"catJAM", "catKISS", "PauseChamp", "monkaS"}) {
			const struct lx_named_emote emote = {name, name, LX_EMOTES_BTTV, true, 0, 28, 28};
			lx_emote_list_add(list, &emote);
		}
		lx_emotes_put(emotes, LX_EMOTES_BTTV_CHANNEL, list);
		list = lx_emote_list_create();
		const struct lx_named_emote own = {"catsmile", "25", LX_EMOTES_TWITCH, false, 0, 0, 0};
		lx_emote_list_add(list, &own);
		lx_emotes_put(emotes, LX_EMOTES_OWN, list);
	}
	~Emotes() { lx_emotes_destroy(emotes); }
	struct lx_emotes *emotes;
};

struct Line {
	explicit Line(const char *language = "en-US", const QPalette &palette = darkPalette())
		: h(language, palette, all.emotes)
	{
		h.show();
		h.everythingWell();
		input().focus();
		h.dock().activateWindow();
		edit()->setFocus();
	}
	ChatInput &input() { return h.dock().chat().input(); }
	ChatEdit *edit() { return input().edit(); }
	Completer &completer() { return h.dock().chat().completer(); }
	QString marked() { return completer().list()->currentIndex().data().toString(); }
	void type(const char *text) { QTest::keyClicks(edit(), QString::fromUtf8(text)); }
	void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(edit(), key, modifiers); }

	Emotes all;
	Harness h;
};

} // namespace

class TestLine : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void commandsGoTheirWay()
	{
		Line line;
		line.type("/timeout anna 10m being  rude");
		line.press(Qt::Key_Return);
		QCOMPARE(line.h.countCalls(LX_PROC_SEND), 0);
		QCOMPARE(line.h.lastCall(LX_PROC_COMMAND)->texts.at("text"),
			 std::string("/timeout anna 10m being rude"));
		QCOMPARE(line.h.lastCall(LX_PROC_COMMAND)->texts.at("origin"), std::string("dock"));
		QVERIFY(line.input().text().isEmpty());
		/* A blank before it makes it text, which the core has to know. */
		line.type(" /me");
		line.press(Qt::Key_Return);
		QCOMPARE(line.h.lastCall(LX_PROC_COMMAND)->texts.at("text"), std::string(" /me"));
		line.type("hello / there");
		line.press(Qt::Key_Return);
		QCOMPARE(line.h.lastCall(LX_PROC_SEND)->texts.at("text"), std::string("hello / there"));
	}
	void theLineOfAConversationTakesCommandsToo()
	{
		Line line;
		ChatPage &chat = line.h.dock().chat();
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
		event.channel = "streamer";
		event.chat.user.id = "77";
		event.chat.user.login = event.chat.user.name = "anna";
		for (const char *id : {"root", "answer"}) {
			event.chat.id = id;
			event.chat.text = id;
			event.chat.reply_id = event.chat.thread_id = *id == 'r' ? "" : "root";
			event.chat.reply_name = *id == 'r' ? "" : "anna";
			line.h.emitEvent(event);
		}
		line.h.settle();
		Q_EMIT chat.view().threadWanted(chat.model().endSeq() - 1);
		ThreadPanel &thread = chat.thread();
		QVERIFY(thread.isVisible());
		ChatEdit *edit = thread.input().edit();
		edit->setFocus();
		QTest::keyClicks(edit, QStringLiteral("/timeo"));
		QVERIFY(chat.threadCompleter().isOpen());
		QVERIFY(!line.completer().isOpen());
		QTest::keyClick(edit, Qt::Key_Tab);
		QVERIFY(edit->toPlainText().startsWith(QStringLiteral("/timeout ")));
		QTest::keyClicks(edit, QStringLiteral("anna 60"));
		QTest::keyClick(edit, Qt::Key_Escape);
		QVERIFY(thread.isVisible()); /* that closed the list */
		QTest::keyClick(edit, Qt::Key_Return);
		QCOMPARE(line.h.countCalls(LX_PROC_SEND), 0);
		QCOMPARE(line.h.lastCall(LX_PROC_COMMAND)->texts.at("text"), std::string("/timeout anna 60"));
		QVERIFY(thread.input().text().isEmpty());
		/* Back by the arrow, as in the other line. */
		QTest::keyClick(edit, Qt::Key_Up);
		QCOMPARE(thread.input().text(), QStringLiteral("/timeout anna 60"));
		/* What is refused stays, and why is told. */
		line.h.refuse = true;
		edit->setPlainText(QStringLiteral("/tiemout anna"));
		QTest::keyClick(edit, Qt::Key_Return);
		QCOMPARE(thread.input().text(), QStringLiteral("/tiemout anna"));
		QVERIFY(!chat.actions().sentence().isEmpty());
		line.h.refuse = false;
		edit->setPlainText(QStringLiteral("an answer"));
		QTest::keyClick(edit, Qt::Key_Return);
		QCOMPARE(line.h.lastCall(LX_PROC_SEND)->texts.at("text"), std::string("an answer"));
	}
	void whatWasRefusedStays()
	{
		Line line;
		line.h.refuse = true;
		line.type("/tiemout anna");
		line.press(Qt::Key_Escape);
		line.press(Qt::Key_Return);
		QCOMPARE(line.input().text(), QStringLiteral("/tiemout anna"));
		QVERIFY(!line.h.dock().chat().actions().sentence().isEmpty());
	}
	void outcomesAreTold()
	{
		Line line;
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_COMMAND);
		event.command.state = "done";
		event.command.detail = "Slow mode is over.";
		line.h.emitEvent(event);
		line.h.settle();
		ActionBar &bar = line.h.dock().chat().actions();
		QCOMPARE(bar.sentence(), QStringLiteral("Slow mode is over."));
		event.command.state = "failed";
		event.command.detail = "/slow needs more.";
		event.command.missing_scopes = "moderator:manage:chat_settings";
		line.h.emitEvent(event);
		line.h.settle();
		QString wanted;
		connect(&bar, &ActionBar::permissionRequested, this, [&](const QString &scopes) { wanted = scopes; });
		for (QPushButton *button : bar.findChildren<QPushButton *>()) {
			if (button->isVisible() && !button->text().isEmpty()) {
				button->click();
			}
		}
		QCOMPARE(wanted, QStringLiteral("moderator:manage:chat_settings"));
		QVERIFY(line.h.accountCalls.join(u'|').contains(wanted));
	}
	void tabCompletesNames()
	{
		Line line;
		line.h.say("bert", "one");
		line.h.say("anna", "two");
		line.h.say("anton", "three");
		line.h.settle();
		line.type("hi @an");
		QVERIFY(line.completer().isOpen());
		QCOMPARE(line.marked(), QStringLiteral("anton")); /* wrote last */
		line.press(Qt::Key_Down);
		line.press(Qt::Key_Tab);
		QCOMPARE(line.edit()->toPlainText(), QStringLiteral("hi @anna "));
		QVERIFY(!line.completer().isOpen());
		/* Plain words only by the key, and at once where there is one. */
		line.type("be");
		QVERIFY(!line.completer().isOpen());
		line.press(Qt::Key_Tab);
		QCOMPARE(line.edit()->toPlainText(), QStringLiteral("hi @anna bert "));
	}
	void aCommandsNameIsOffered()
	{
		Line line;
		line.h.say("anna", "two");
		line.h.settle();
		line.type("/time");
		QVERIFY(line.completer().isOpen());
		QCOMPARE(line.marked(), QStringLiteral("/timeout <name> [duration] [reason]"));
		line.press(Qt::Key_Tab);
		QCOMPARE(line.edit()->toPlainText(), QStringLiteral("/timeout "));
		line.type("a");
		QCOMPARE(line.marked(), QStringLiteral("anna"));
		line.press(Qt::Key_Tab);
		line.type("a");
		QVERIFY(!line.completer().isOpen()); /* the reason is no name */
		QCOMPARE(line.edit()->toPlainText(), QStringLiteral("/timeout anna a"));
	}
	void enterSendsUnlessTheMarkWasMoved()
	{
		Line line;
		line.h.say("anna", "two");
		line.h.settle();
		line.type("hi @an");
		QVERIFY(line.completer().isOpen());
		line.press(Qt::Key_Return);
		QCOMPARE(line.h.lastCall(LX_PROC_SEND)->texts.at("text"), std::string("hi @an"));
		line.type("hi @an");
		line.press(Qt::Key_Down);
		line.press(Qt::Key_Return);
		QCOMPARE(line.h.countCalls(LX_PROC_SEND), 1);
		QCOMPARE(line.edit()->toPlainText(), QStringLiteral("hi @anna "));
		/* Escape closes it for this word. */
		line.type("@a");
		line.press(Qt::Key_Escape);
		line.type("n");
		QVERIFY(!line.completer().isOpen());
		line.type(" @a");
		QVERIFY(line.completer().isOpen());
	}
	void emotesByName()
	{
		Line line;
		line.type("look :cat");
		QVERIFY(line.completer().isOpen());
		QCOMPARE(line.marked(), QStringLiteral("catJAM")); /* of the channel, and the shorter */
		QCOMPARE(line.completer().list()->model()->rowCount(), 3);
		QTest::mouseClick(
			line.completer().list()->viewport(), Qt::LeftButton, {},
			line.completer().list()->visualRect(line.completer().list()->model()->index(1, 0)).center());
		QCOMPARE(line.edit()->toPlainText(), QStringLiteral("look catKISS "));
		/* A smiley asks for nothing. */
		line.type(":D");
		QVERIFY(!line.completer().isOpen());
		line.type(" champ");
		line.press(Qt::Key_Tab);
		QCOMPARE(line.edit()->toPlainText(), QStringLiteral("look catKISS :D PauseChamp "));
	}
	void tabLeavesTheLineBehindABlank()
	{
		Line line;
		line.type("hello ");
		line.press(Qt::Key_Tab);
		QVERIFY(!line.edit()->hasFocus());
		QCOMPARE(line.edit()->toPlainText(), QStringLiteral("hello "));
	}
	void thePickerInserts()
	{
		Line line;
		line.type("hi");
		QTest::mouseClick(line.input().emoteButton(), Qt::LeftButton);
		auto *picker = line.h.dock().findChild<EmotePicker *>();
		QVERIFY(picker);
		QCOMPARE(picker->grid()->model()->rowCount(), 5);
		QTest::keyClicks(picker->search(), QStringLiteral("MONKA"));
		QCOMPARE(picker->grid()->model()->rowCount(), 1);
		QTest::keyClick(picker->search(), Qt::Key_Return);
		QCOMPARE(line.edit()->toPlainText(), QStringLiteral("hi monkaS "));
		/* Twitch's own take a permission, asked for by one click. */
		QTest::mouseClick(line.input().emoteButton(), Qt::LeftButton);
		QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
		picker = line.h.dock().findChild<EmotePicker *>();
		QVERIFY(picker);
		picker->findChild<QPushButton *>()->click();
		QVERIFY(line.h.accountCalls.join(u'|').contains(QStringLiteral("user:read:emotes")));
	}
	void historyIsTheChannelsOwn()
	{
		Line line;
		for (const char *text : {"one", "two"}) {
			line.type(text);
			line.press(Qt::Key_Return);
		}
		line.type("draft");
		line.press(Qt::Key_Up);
		QCOMPARE(line.input().text(), QStringLiteral("two"));
		line.press(Qt::Key_Up);
		line.press(Qt::Key_Up);
		QCOMPARE(line.input().text(), QStringLiteral("one"));
		line.press(Qt::Key_Down);
		line.press(Qt::Key_Down);
		QCOMPARE(line.input().text(), QStringLiteral("draft"));
		/* What is meant for one channel is not sent into another. */
		line.input().setChannel(QStringLiteral("other"));
		QVERIFY(line.input().text().isEmpty());
		line.press(Qt::Key_Up);
		QVERIFY(line.input().text().isEmpty());
		line.type("elsewhere");
		line.input().setChannel(QStringLiteral("streamer"));
		QCOMPARE(line.input().text(), QStringLiteral("draft"));
		line.input().setChannel(QStringLiteral("other"));
		QCOMPARE(line.input().text(), QStringLiteral("elsewhere"));
	}
	void pastedLinesBecomeOne()
	{
		Line line;
		auto *data = new QMimeData;
		data->setText(QStringLiteral("one\r\n\r\n  two\tthree\u2028four\n"));
		QApplication::clipboard()->setMimeData(data);
		line.edit()->paste();
		QCOMPARE(line.edit()->toPlainText(), QStringLiteral("one two three four"));
	}
	void rightToLeftNamesKeepTheirPlace()
	{
		Line line;
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
		event.channel = "streamer";
		event.chat.id = "1";
		event.chat.text = "shalom";
		event.chat.user.id = "77";
		event.chat.user.login = "dana";
		event.chat.user.name = "\u05d3\u05e0\u05d4";
		line.h.emitEvent(event);
		line.h.settle();
		line.type("@");
		QInputMethodEvent composed;
		composed.setCommitString(QStringLiteral("\u05d3"));
		QCoreApplication::sendEvent(line.edit(), &composed);
		QVERIFY(line.completer().isOpen());
		line.press(Qt::Key_Tab);
		/* Twitch knows the login only. */
		QCOMPARE(line.edit()->toPlainText(), QStringLiteral("@dana "));
	}
	void pictures_data()
	{
		QTest::addColumn<QByteArray>("language");
		QTest::addColumn<int>("width");
		QTest::newRow("dark") << QByteArray("en-US") << 300;
		QTest::newRow("light") << QByteArray("de-DE") << 300;
		QTest::newRow("wide") << QByteArray("de-DE") << 900;
	}
	void pictures()
	{
		QFETCH(QByteArray, language);
		QFETCH(int, width);
		Line line(language.constData(), language == "de-DE" ? lightPalette() : darkPalette());
		line.h.dock().resize(width, 560);
		for (const char *name : {"anna", "anton", "bert", "carla"}) {
			line.h.say(name, "Guten Abend zusammen");
		}
		line.h.settle();
		const auto save = [&](const char *what) {
			line.h.dock().grab().save(QStringLiteral(PICTURES_DIR "/line-%1-%2-%3.png")
							  .arg(QLatin1StringView(what), QString::fromUtf8(language))
							  .arg(width));
		};
		line.type("/t");
		QVERIFY(line.completer().isOpen());
		const QRect list = line.completer().list()->geometry();
		QVERIFY(line.h.dock().chat().rect().contains(list));
		QVERIFY(list.bottom() < line.edit()->mapTo(&line.h.dock().chat(), QPoint()).y());
		save("command");
		line.edit()->clear();
		line.type("/timeout an");
		save("usage");
		line.edit()->clear();
		line.type(":cat");
		save("emote");
	}
};

QTEST_MAIN(TestLine)
#include "test_line.moc"
