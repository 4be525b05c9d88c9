/* What the menu of a line offers of rules and views. */
#include "ui/chat/page.hpp"

#include <QMenu>
#include <QRegularExpression>

#include "ui/chat/view.hpp"

namespace lx::ui {

namespace {

constexpr quint32 firstColor = 0xE8981C;
constexpr int mostWords = 8;

/* Words of a message that may be worth a rule: the longest first, each once. */
QStringList wordsOf(const QString &text)
{
	static const QRegularExpression between(QStringLiteral("[^\\p{L}\\p{M}\\p{N}_]+"),
						QRegularExpression::UseUnicodePropertiesOption);
	QStringList words = text.split(between, Qt::SkipEmptyParts);
	words.removeDuplicates();
	std::stable_sort(words.begin(), words.end(),
			 [](const QString &a, const QString &b) { return a.size() > b.size(); });
	words.removeIf([](const QString &word) { return word.size() < 2; });
	return words.mid(0, mostWords);
}

QString shown(QString name)
{
	return name.replace(u'&', QStringLiteral("&&"));
}

} // namespace

void ChatPage::addRuleActions(QMenu &menu, const ChatRow &row)
{
	const Text &text = context_.text;
	Rules &rules = context_.rules;
	menu.addSeparator();
	if (row.hasAuthor()) {
		/* The id stays when the name changes. */
		const QString person = row.userId.isEmpty() ? QStringLiteral("from:") + row.login
							    : QStringLiteral("id:") + QString::fromLatin1(row.userId);
		const QString name = row.name;
		menu.addAction(text("Chat.Menu.OnlyPerson"), this, [this, name, person] {
			const int id = context_.rules.openView(name, person, true);
			if (id) {
				panes_->show(id);
			}
		});
		menu.addAction(text("Chat.Menu.HighlightPerson"), this, [&rules, name, person] {
			RuleDef rule;
			rule.name = name;
			rule.query = person;
			rule.color = firstColor;
			rules.addRule(std::move(rule));
		});
		menu.addAction(text("Chat.Menu.HidePerson"), this, [&rules, name, person] {
			RuleDef rule;
			rule.name = name;
			rule.query = person;
			rule.hide = true;
			rules.addRule(std::move(rule));
		});
	}
	const QStringList words = wordsOf(row.text);
	if (!words.isEmpty()) {
		QMenu *highlight = menu.addMenu(text("Chat.Menu.HighlightWord"));
		for (const QString &word : words) {
			highlight->addAction(shown(word), this, [&rules, word] {
				RuleDef rule;
				rule.name = word;
				rule.query = quotedForQuery(word);
				rule.color = firstColor;
				rules.addRule(std::move(rule));
			});
		}
	}
	panes_->fillMenu(*menu.addMenu(text("Views.Menu")));
}

} // namespace lx::ui
