/* The user's rules, from the bus to the lines. */
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "harness.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/view.hpp"

using namespace lx::ui;
using lx::test::Harness;

namespace {

RuleDef rule(const char *name, const char *query, quint32 color, const char *sound = "")
{
	RuleDef def;
	def.name = QString::fromUtf8(name);
	def.query = QString::fromUtf8(query);
	def.color = color;
	def.sound = QString::fromUtf8(sound);
	return def;
}

const ChatRow &last(Harness &h)
{
	const ChatModel &model = h.dock().chat().model();
	return model.row(model.endSeq() - 1);
}

} // namespace

class TestRules : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void theOwnNameIsHighlighted()
	{
		Harness h;
		h.show();
		h.everythingWell();
		const QString me = h.dock().context().session.account(LX_ACCOUNT_MAIN).login;
		QVERIFY(!me.isEmpty());
		h.say("anna", qPrintable(QStringLiteral("hello @") + me));
		h.settle();
		QCOMPARE(last(h).highlight, 0xE0454Cu);
		QCOMPARE(last(h).highlightName, QStringLiteral("My name"));
		h.say("anna", "hello nobody");
		h.settle();
		QCOMPARE(last(h).highlight, LX_COLOR_NONE);
	}
	void aHighlightIsToldToScreenReaders()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.dock().context().rules.addRule(rule("Games", "\"chess\"", 0x2288FF));
		h.say("anna", "chess?");
		h.settle();
		const ChatView &view = h.dock().chat().view();
		QCOMPARE(view.lineText(h.dock().chat().model().endSeq() - 1),
			 QStringLiteral("Highlighted, Games: anna: chess?"));
	}
	void aSoundIsAskedForOnceASecond()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.dock().context().rules.addRule(rule("Loud", "loud", LX_COLOR_NONE, "drop"));
		for (int i = 0; i < 5; i++) {
			h.say("anna", "loud");
			h.unixMs += 100;
		}
		h.settle();
		QCOMPARE(h.sounds, QStringList{QStringLiteral("drop 60")});
		h.unixMs += 1000;
		h.say("anna", "loud");
		h.settle();
		QCOMPARE(h.sounds.size(), 2);
		RuleSet silent = h.dock().context().rules.set();
		silent.volume = 0;
		h.dock().context().rules.change(std::move(silent));
		h.unixMs += 2000;
		h.say("anna", "loud");
		h.settle();
		QCOMPARE(h.sounds.size(), 2);
	}
	void aRunawayPatternIsSwitchedOffAndNamed()
	{
		Harness h;
		h.show();
		h.everythingWell();
		Rules &rules = h.dock().context().rules;
		rules.addRule(rule("Endless", "/(x+x+)+[yz]/", 0x112233));
		QSignalSpy told(&rules, &Rules::told);
		for (int i = 0; i < 5; i++) {
			h.say("anna", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
		}
		h.settle();
		QCOMPARE(told.count(), 1);
		QVERIFY(told.first().first().toString().contains(QStringLiteral("Endless")));
		QVERIFY(!rules.set().rules.front().enabled);
	}
	/* OBS is given an empty widget first; by the time the dock is made inside, who gave the path has forgotten it. */
	void theFileIsFoundHoweverLateTheDockIsMade()
	{
		QTemporaryDir folder;
		QFile file(folder.filePath(QStringLiteral("rules.json")));
		QVERIFY(file.open(QIODevice::WriteOnly));
		file.write("{\"version\":1,\"rules\":[{\"name\":\"Mine\",\"query\":\"chess\"}]}");
		file.close();
		Harness h;
		struct lx_ui_context context = h.dock().context().core;
		QByteArray path = file.fileName().toUtf8();
		context.rules_path = path.constData();
		const std::unique_ptr<QWidget> shell(static_cast<QWidget *>(lx_ui_create(&context)));
		path.fill('x');
		shell->show();
		auto *dock = shell->findChild<Dock *>();
		QVERIFY(dock);
		const RuleSet &set = dock->context().rules.set();
		QCOMPARE(int(set.rules.size()), 1);
		QCOMPARE(set.rules.front().name, QStringLiteral("Mine"));
		lx_ui_stop(shell.get());
	}
	void rulesAreKeptInTheirFile()
	{
		QTemporaryDir folder;
		const QString path = folder.filePath(QStringLiteral("rules.json"));
		Harness h;
		Context &context = h.dock().context();
		{
			Rules rules(h.text, &h.clock, context.session, path);
			rules.addRule(rule("Games", "\"chess\"", 0x2288FF, "ping"));
			QVERIFY(rules.openView(QStringLiteral("Chess"), QStringLiteral("\"chess\""), false));
			QVERIFY(rules.openView(QStringLiteral("Now"), QStringLiteral("now"), true));
		}
		Rules again(h.text, &h.clock, context.session, path);
		QVERIFY(again.takeTrouble().isEmpty());
		QCOMPARE(again.set().rules.front().name, QStringLiteral("Games"));
		QCOMPARE(again.set().rules.front().sound, QStringLiteral("ping"));
		QCOMPARE(again.set().views.back().name, QStringLiteral("Chess")); /* temporary ones are not */
		QVERIFY(again.set().views.back().open);

		QFile file(path);
		QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
		file.write("{broken");
		file.close();
		Rules broken(h.text, &h.clock, context.session, path);
		QVERIFY(broken.takeTrouble().contains(path));
		QCOMPARE(broken.set().rules.front().query, QStringLiteral("is:mention"));
	}
};

QTEST_MAIN(TestRules)
#include "test_rules.moc"
