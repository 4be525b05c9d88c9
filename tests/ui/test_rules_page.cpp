/* The settings' page for rules and views. */
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

#include "harness.hpp"
#include "ui/settings/rule_dialog.hpp"
#include "ui/settings/rules_page.hpp"

using namespace lx::ui;
using lx::test::Harness;

namespace {

struct Settings {
	Harness h;
	Context &context;
	RulesSettingsPage page;
	QTreeWidget *rules;

	Settings() : context(h.dock().context()), page(context), rules(page.findChild<QTreeWidget *>())
	{
		h.show();
		h.everythingWell();
		page.load();
	}
	QPushButton *button(const char *label)
	{
		for (QPushButton *one : page.findChildren<QPushButton *>()) {
			if (one->text() == QString::fromUtf8(label)) {
				return one;
			}
		}
		return nullptr;
	}
	bool choose(const char *label)
	{
		for (QMenu *menu : page.findChildren<QMenu *>()) {
			for (QAction *action : menu->actions()) {
				if (action->text() == QString::fromUtf8(label)) {
					action->trigger();
					return true;
				}
			}
		}
		return false;
	}
	bool shows(const char *words)
	{
		for (QLabel *label : page.findChildren<QLabel *>()) {
			if (label->text().contains(QString::fromUtf8(words))) {
				return true;
			}
		}
		return false;
	}
	void write(const char *text) { page.findChild<QLineEdit *>()->setText(QString::fromUtf8(text)); }
};

} // namespace

class TestRulesPage : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void presetsAreAddedAndApplied()
	{
		Settings s;
		const int before = s.rules->topLevelItemCount();
		QVERIFY(s.choose("Questions"));
		QCOMPARE(s.rules->topLevelItemCount(), before + 1);
		QCOMPARE(int(s.context.rules.set().rules.size()), before); /* not before it is applied */
		s.page.apply();
		QCOMPARE(s.context.rules.set().rules.back().query, QStringLiteral("is:question"));
	}
	void aLineCanBeTried()
	{
		Settings s;
		s.choose("Questions");
		s.write("where are you from?");
		QVERIFY(s.shows("Highlighted by “Questions”"));
		QVERIFY(s.shows("View “Only questions”"));
		s.write("hello");
		QVERIFY(s.shows("No rule and no view"));
		s.rules->topLevelItem(s.rules->topLevelItemCount() - 1)->setCheckState(0, Qt::Unchecked);
		s.write("where are you from?");
		QVERIFY(!s.shows("Highlighted by"));
	}
	void rulesAreOrderedAndRemoved()
	{
		Settings s;
		s.choose("Questions");
		const int last = s.rules->topLevelItemCount() - 1;
		QTest::mouseClick(s.button("Up"), Qt::LeftButton);
		QCOMPARE(s.rules->topLevelItem(last - 1)->text(0), QStringLiteral("Questions"));
		QTest::mouseClick(s.button("Remove"), Qt::LeftButton);
		QCOMPARE(s.rules->topLevelItemCount(), last);
	}
	void aRuleIsMadeInItsDialog()
	{
		Settings s;
		QVERIFY(s.choose("Own rule…"));
		auto *dialog = s.page.findChild<RuleDialog *>();
		const QList<QLineEdit *> fields = dialog->findChildren<QLineEdit *>();
		fields[1]->setText(QStringLiteral("/(/"));
		QVERIFY(!dialog->findChild<QPushButton *>(QString(), Qt::FindChildrenRecursively)->text().isEmpty());
		fields[1]->setText(QStringLiteral("pizza"));
		dialog->findChildren<QComboBox *>()[1]->setCurrentIndex(2);
		Q_EMIT dialog->findChildren<QComboBox *>()[1]->activated(2);
		dialog->findChild<QCheckBox *>()->setChecked(true);
		dialog->accept();
		s.page.apply();
		const RuleDef &rule = s.context.rules.set().rules.back();
		QCOMPARE(rule.name, QStringLiteral("pizza"));
		QCOMPARE(rule.sound, QStringLiteral("drop"));
		QVERIFY(rule.hide);
	}
	void aRuleThatCannotBeUnderstoodSaysSo()
	{
		Settings s;
		RuleSet set = s.context.rules.set();
		set.rules.push_back({QStringLiteral("Bad"), QStringLiteral("/(/"), {}, 1, true, false});
		s.context.rules.change(std::move(set));
		s.page.load();
		QTreeWidgetItem *item = s.rules->topLevelItem(s.rules->topLevelItemCount() - 1);
		QVERIFY(item->text(2).contains(QStringLiteral("cannot be understood")));
		QVERIFY(!item->toolTip(1).isEmpty());
	}
	void rulesGoThroughAFile()
	{
		Settings s;
		QTemporaryDir folder;
		const QString path = folder.filePath(QStringLiteral("rules.json"));
		s.choose("Questions");
		QVERIFY(QMetaObject::invokeMethod(&s.page, "exportTo", path));
		const int before = s.rules->topLevelItemCount();
		QVERIFY(QMetaObject::invokeMethod(&s.page, "importFrom", path));
		QCOMPARE(s.rules->topLevelItemCount(), 2 * before);
		QFile file(path);
		QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
		file.write("nonsense");
		file.close();
		QVERIFY(QMetaObject::invokeMethod(&s.page, "importFrom", path));
		QCOMPARE(s.rules->topLevelItemCount(), 2 * before);
		QVERIFY(s.shows("no file with rules"));
	}
};

QTEST_MAIN(TestRulesPage)
#include "test_rules_page.moc"
