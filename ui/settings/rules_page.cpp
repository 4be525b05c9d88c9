#include "ui/settings/rules_page.hpp"

#include <QCheckBox>
#include <QFile>
#include <QFileDialog>
#include <QFormLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QSlider>
#include <QTreeWidget>

#include <util/bmem.h>
#include <util/dstr.h>

#include "ui/chat/view_dialog.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/settings/rule_dialog.hpp"
#include "ui/veil.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int swatchSize = 14;
constexpr int listHeight = 170;
constexpr int viewListHeight = 96;

struct Preset {
	const char *name;
	const char *query;
	quint32 color;
	bool hide;
};

constexpr Preset presets[] = {
	{"Rules.Preset.Mention", "is:mention", 0xE0454C, false},
	{"Rules.Preset.Question", "is:question", 0x2F8CE8, false},
	{"Rules.Preset.First", "is:first", 0x2EB86E, false},
	{"Rules.Preset.Team", "is:mod OR is:vip", 0x945CF5, false},
	{"Rules.Preset.Bits", "bits:100", 0xE8981C, false},
	{"Rules.Preset.Links", "has:link -is:mod -is:vip -is:sub", 0xD9C21E, false},
	{"Rules.Preset.Commands", "is:command", LX_COLOR_NONE, true},
	{"Rules.Preset.Emotes", "is:emoteonly", LX_COLOR_NONE, true},
};

QPushButton *button(const QString &label)
{
	auto *made = new QPushButton(label);
	made->setAutoDefault(false);
	return made;
}

} // namespace

RulesSettingsPage::RulesSettingsPage(Context &context)
	: SettingsPage(context, "Settings.Highlights", Icon::Highlight), rules_(new QTreeWidget),
	  edit_(button(text_("Rules.Edit"))), remove_(button(text_("Rules.Remove"))), up_(button(text_("Rules.Up"))),
	  down_(button(text_("Rules.Down"))), line_(new QLineEdit), outcome_(mutedLabel({})),
	  spare_(new QCheckBox(text_("Rules.SpareModerators"))), volume_(new QSlider(Qt::Horizontal)),
	  views_(new QListWidget), editView_(button(text_("Rules.Edit"))), removeView_(button(text_("Rules.Remove"))),
	  upView_(button(text_("Rules.Up"))), downView_(button(text_("Rules.Down"))), trouble_(plainLabel({}))
{
	trouble_->hide();
	form().addRow(trouble_);
	/* The words that somebody hides, and the people that somebody marks, are nobody else's business. */
	auto *veil = new Veil(context.streamerMode, text_, this);
	form().addRow(veil);
	QWidget *rules = buildRules();
	form().addRow(rules);
	line_->setPlaceholderText(text_("Rules.TryHint"));
	line_->setMaxLength(500);
	form().addRow(text_("Rules.Try"), line_);
	form().addRow(outcome_);
	form().addRow(spare_);
	volume_->setRange(0, 100);
	volume_->setPageStep(10);
	form().addRow(text_("Rules.Volume"), volume_);
	form().addRow(titleLabel(text_("Views.Menu")));
	QWidget *views = buildViews();
	form().addRow(views);
	for (QWidget *hidden : {rules, views, static_cast<QWidget *>(outcome_)}) {
		veil->cover(hidden);
	}
	connect(line_, &QLineEdit::textChanged, this, &RulesSettingsPage::tryLine);
	connect(spare_, &QCheckBox::toggled, this, [this](bool on) {
		set_.spareModerators = on;
		tryLine();
	});
	connect(volume_, &QSlider::valueChanged, this, [this](int value) { set_.volume = value; });
}

QWidget *RulesSettingsPage::buildRules()
{
	rules_->setObjectName(QStringLiteral("livextremRules"));
	rules_->setAccessibleName(text_("Settings.Highlights"));
	rules_->setHeaderLabels({text_("Views.Name"), text_("Rules.Query"), text_("Rules.Does")});
	rules_->setRootIsDecorated(false);
	rules_->setUniformRowHeights(true);
	rules_->setFixedHeight(listHeight);
	rules_->header()->setStretchLastSection(false);
	/* Neither may take the other's room. */
	rules_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
	rules_->header()->setSectionResizeMode(1, QHeaderView::Stretch);
	rules_->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
	auto *add = button(text_("Rules.Add"));
	auto *file = button(text_("Rules.Files"));
	auto *presetMenu = new QMenu(add);
	presetMenu->addAction(text_("Rules.AddOwn"), this, [this] { editRule(-1); });
	presetMenu->addSeparator();
	for (const Preset &preset : presets) {
		presetMenu->addAction(text_(preset.name), this, [this, preset] {
			RuleDef rule;
			rule.name = text_(preset.name);
			rule.query = QString::fromLatin1(preset.query);
			rule.color = preset.color;
			rule.hide = preset.hide;
			addPreset(rule);
		});
	}
	add->setMenu(presetMenu);
	auto *fileMenu = new QMenu(file);
	const auto ask = [this](QFileDialog::AcceptMode mode, void (RulesSettingsPage::*use)(const QString &)) {
		auto *dialog = new QFileDialog(this, {}, {}, QStringLiteral("JSON (*.json)"));
		dialog->setAttribute(Qt::WA_DeleteOnClose);
		dialog->setAcceptMode(mode);
		dialog->setFileMode(mode == QFileDialog::AcceptOpen ? QFileDialog::ExistingFile : QFileDialog::AnyFile);
		dialog->setDefaultSuffix(QStringLiteral("json"));
		connect(dialog, &QFileDialog::fileSelected, this, use);
		dialog->open();
	};
	fileMenu->addAction(text_("Rules.Import"), this,
			    [ask] { ask(QFileDialog::AcceptOpen, &RulesSettingsPage::importFrom); });
	fileMenu->addAction(text_("Rules.Export"), this,
			    [ask] { ask(QFileDialog::AcceptSave, &RulesSettingsPage::exportTo); });
	file->setMenu(fileMenu);
	connect(edit_, &QPushButton::clicked, this, [this] { editRule(currentRule()); });
	connect(rules_, &QTreeWidget::itemDoubleClicked, this, [this] { editRule(currentRule()); });
	connect(remove_, &QPushButton::clicked, this, [this] {
		const int index = currentRule();
		if (index >= 0) {
			set_.rules.erase(set_.rules.begin() + index);
			fillRules(index);
		}
	});
	connect(up_, &QPushButton::clicked, this, [this] { moveRule(-1); });
	connect(down_, &QPushButton::clicked, this, [this] { moveRule(1); });
	connect(rules_, &QTreeWidget::currentItemChanged, this, &RulesSettingsPage::updateButtons);
	connect(rules_, &QTreeWidget::itemChanged, this, &RulesSettingsPage::collectChecks);

	auto *first = new QHBoxLayout;
	auto *second = new QHBoxLayout;
	for (QPushButton *one : {add, edit_, remove_}) {
		first->addWidget(one);
	}
	for (QPushButton *one : {up_, down_, file}) {
		second->addWidget(one);
	}
	auto *box = new QWidget;
	auto *column = new QVBoxLayout(box);
	column->setContentsMargins(0, 0, 0, 0);
	column->addWidget(rules_);
	column->addLayout(first);
	column->addLayout(second);
	return box;
}

QWidget *RulesSettingsPage::buildViews()
{
	views_->setAccessibleName(text_("Views.Menu"));
	views_->setFixedHeight(viewListHeight);
	auto *add = button(text_("Rules.AddView"));
	auto *ready = new QMenu(add);
	connect(ready, &QMenu::aboutToShow, this, [this, ready] { fillReadyViews(*ready); });
	add->setMenu(ready);
	connect(editView_, &QPushButton::clicked, this, [this] { editView(views_->currentRow()); });
	connect(views_, &QListWidget::itemDoubleClicked, this, [this] { editView(views_->currentRow()); });
	connect(removeView_, &QPushButton::clicked, this, [this] {
		const int index = views_->currentRow();
		if (index >= 0) {
			set_.views.erase(set_.views.begin() + index);
			fillViews(index);
		}
	});
	connect(views_, &QListWidget::currentRowChanged, this, &RulesSettingsPage::updateButtons);
	connect(upView_, &QPushButton::clicked, this, [this] { moveView(-1); });
	connect(downView_, &QPushButton::clicked, this, [this] { moveView(1); });
	auto *first = new QHBoxLayout;
	auto *second = new QHBoxLayout;
	for (QPushButton *one : {add, editView_, removeView_}) {
		first->addWidget(one);
	}
	for (QPushButton *one : {upView_, downView_}) {
		second->addWidget(one);
	}
	second->addStretch(1);
	auto *box = new QWidget;
	auto *column = new QVBoxLayout(box);
	column->setContentsMargins(0, 0, 0, 0);
	column->addWidget(views_);
	column->addLayout(first);
	column->addLayout(second);
	return box;
}

void RulesSettingsPage::load()
{
	set_ = context_.rules.set();
	const QString trouble = context_.rules.takeTrouble();
	trouble_->setText(trouble);
	trouble_->setVisible(!trouble.isEmpty());
	spare_->setChecked(set_.spareModerators);
	volume_->setValue(set_.volume);
	fillRules(0);
	fillViews(0);
}

void RulesSettingsPage::apply()
{
	set_.hideShared = context_.rules.set().hideShared; /* another page's */
	context_.rules.change(RuleSet(set_));
	set_ = context_.rules.set(); /* views have their ids now */
}

void RulesSettingsPage::stop()
{
	qDeleteAll(findChildren<QDialog *>());
}

/* --- rules ------------------------------------------------------------------------------------------------------- */

void RulesSettingsPage::fillRules(int current)
{
	filling_ = true;
	rules_->clear();
	const QColor frame = palette().color(QPalette::Text);
	for (const RuleDef &rule : set_.rules) {
		QStringList does;
		if (rule.color != LX_COLOR_NONE) {
			does << text_("Rules.Does.Highlight");
		}
		if (!rule.sound.isEmpty()) {
			does << text_("Rules.Sound");
		}
		if (rule.hide) {
			does << text_("Rules.Does.Hide");
		}
		auto *item = new QTreeWidgetItem(rules_, {rule.name, rule.query, does.join(QStringLiteral(", "))});
		item->setCheckState(0, rule.enabled ? Qt::Checked : Qt::Unchecked);
		item->setIcon(0, colorSwatch(rule.color, swatchSize, frame));
		const QString why = context_.rules.whyNot(rule.query);
		if (!why.isEmpty()) {
			item->setText(2, text_("Rules.Does.Nothing"));
		}
		item->setToolTip(1, why.isEmpty() ? rule.query : why);
		item->setToolTip(2, why);
	}
	filling_ = false;
	rules_->setCurrentItem(rules_->topLevelItem(std::clamp(current, 0, int(set_.rules.size()) - 1)));
	updateButtons();
	tryLine();
}

void RulesSettingsPage::collectChecks()
{
	for (size_t i = 0; !filling_ && i < set_.rules.size(); i++) {
		set_.rules[i].enabled = rules_->topLevelItem(int(i))->checkState(0) == Qt::Checked;
	}
	tryLine();
}

int RulesSettingsPage::currentRule() const
{
	return rules_->indexOfTopLevelItem(rules_->currentItem());
}

void RulesSettingsPage::editRule(int index)
{
	RuleDef rule;
	rule.color = 0xE8981C;
	auto *dialog = new RuleDialog(context_, index < 0 ? rule : set_.rules[size_t(index)], this);
	dialog->setAttribute(Qt::WA_DeleteOnClose);
	connect(dialog, &QDialog::accepted, this, [this, dialog, index] {
		if (index < 0) {
			addPreset(dialog->rule());
		} else if (size_t(index) < set_.rules.size()) {
			set_.rules[size_t(index)] = dialog->rule();
			fillRules(index);
		}
	});
	dialog->open();
}

void RulesSettingsPage::addPreset(const RuleDef &rule)
{
	if (set_.rules.size() < LX_RULES_MAX) {
		set_.rules.push_back(rule);
		fillRules(int(set_.rules.size()) - 1);
	}
}

void RulesSettingsPage::moveRule(int by)
{
	const int index = currentRule();
	const int to = index + by;
	if (index >= 0 && to >= 0 && to < int(set_.rules.size())) {
		std::swap(set_.rules[size_t(index)], set_.rules[size_t(to)]);
		fillRules(to);
	}
}

/* What a message with this text would meet with. */
void RulesSettingsPage::tryLine()
{
	const QByteArray words = line_->text().toUtf8();
	if (words.isEmpty()) {
		outcome_->setText(text_("Rules.TryNothing"));
		return;
	}
	RuleSet all = set_;
	for (ViewDef &view : all.views) {
		view.open = true;
	}
	Judge judge(all, context_.session.account(LX_ACCOUNT_MAIN).login, context_.core.text, context_.nowMs());
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.time_ms = context_.nowMs();
	event.chat.text = words.constData();
	ChatRow row;
	const Judge::Effects effects = judge.judge(event, row);
	QStringList outcome;
	if (row.highlight != LX_COLOR_NONE) {
		outcome << text_("Rules.TryHighlight", {row.highlightName});
	}
	if (!effects.sound.isEmpty()) {
		outcome << text_("Rules.TrySound");
	}
	if (row.hidden) {
		outcome << text_("Rules.TryHidden");
	}
	for (size_t i = 0; i < all.views.size(); i++) {
		if (row.views >> i & 1) {
			outcome << text_("Rules.TryView", {all.views[i].name});
		}
	}
	outcome_->setText(outcome.isEmpty() ? text_("Rules.TryNone") : outcome.join(QStringLiteral(" · ")));
}

void RulesSettingsPage::updateButtons()
{
	const int rule = currentRule();
	edit_->setEnabled(rule >= 0);
	remove_->setEnabled(rule >= 0);
	up_->setEnabled(rule > 0);
	down_->setEnabled(rule >= 0 && rule + 1 < int(set_.rules.size()));
	editView_->setEnabled(views_->currentRow() >= 0);
	removeView_->setEnabled(views_->currentRow() >= 0);
	upView_->setEnabled(views_->currentRow() > 0);
	downView_->setEnabled(views_->currentRow() >= 0 && views_->currentRow() + 1 < views_->count());
}

void RulesSettingsPage::importFrom(const QString &path)
{
	QFile file(path);
	struct dstr trouble = {};
	const bool readable = file.size() <= LX_RULES_FILE_MAX && file.open(QIODevice::ReadOnly);
	struct lx_rules *rules =
		lx_rules_parse(readable ? file.readAll().constData() : "", context_.core.text, &trouble);
	if (rules) {
		RuleSet read = RuleSet::of(rules);
		/* Added to what is there: nobody loses rules by reading a friend's. */
		for (RuleDef &rule : read.rules) {
			addPreset(rule);
		}
		for (ViewDef &view : read.views) {
			if (set_.views.size() < LX_VIEWS_MAX) {
				view.open = false;
				set_.views.push_back(view);
			}
		}
		fillViews(views_->currentRow());
	}
	trouble_->setText(QString::fromUtf8(trouble.array));
	trouble_->setVisible(!rules);
	lx_rules_destroy(rules);
	dstr_free(&trouble);
}

void RulesSettingsPage::exportTo(const QString &path)
{
	struct lx_rules *rules = set_.toCore(false);
	const bool ok = lx_rules_save(rules, path.toUtf8().constData());
	lx_rules_destroy(rules);
	trouble_->setText(ok ? QString() : text_("Rules.Error.Save", {withoutHome(path)}));
	trouble_->setVisible(!ok);
}

/* --- views ------------------------------------------------------------------------------------------------------- */

void RulesSettingsPage::fillViews(int current)
{
	views_->clear();
	for (const ViewDef &view : set_.views) {
		auto *item = new QListWidgetItem(text_("Rules.ViewLine", {view.name, view.query}), views_);
		item->setToolTip(view.query);
	}
	views_->setCurrentRow(std::clamp(current, 0, views_->count() - 1));
	updateButtons();
	tryLine();
}

void RulesSettingsPage::editView(int index)
{
	auto *dialog = new ViewDialog(context_.rules, text_, index < 0 ? ViewDef() : set_.views[size_t(index)], this);
	dialog->setAttribute(Qt::WA_DeleteOnClose);
	connect(dialog, &QDialog::accepted, this, [this, dialog, index] {
		if (index >= int(set_.views.size()) || (index < 0 && set_.views.size() >= LX_VIEWS_MAX)) {
			return;
		}
		ViewDef view = index < 0 ? ViewDef() : set_.views[size_t(index)];
		view.name = dialog->name();
		view.query = dialog->query();
		view.temporary = false;
		if (index < 0) {
			set_.views.push_back(view);
		} else {
			set_.views[size_t(index)] = view;
		}
		fillViews(index < 0 ? views_->count() : index);
	});
	dialog->open();
}

void RulesSettingsPage::moveView(int by)
{
	const int index = views_->currentRow();
	const int to = index + by;
	if (index >= 0 && to >= 0 && to < int(set_.views.size())) {
		std::swap(set_.views[size_t(index)], set_.views[size_t(to)]);
		fillViews(to);
	}
}

/* An own one, and those that most people want and that are not there. */
void RulesSettingsPage::fillReadyViews(QMenu &menu)
{
	menu.clear();
	menu.addAction(text_("Views.New"), this, [this] { editView(-1); });
	const std::vector<ViewDef> ready = set_.readyViews(context_.core.text);
	if (!ready.empty()) {
		menu.addSeparator();
	}
	for (const ViewDef &view : ready) {
		QString label = view.name;
		menu.addAction(label.replace(u'&', QStringLiteral("&&")), this, [this, view] {
			set_.views.push_back(view);
			fillViews(int(set_.views.size()) - 1);
		});
	}
}

} // namespace lx::ui
