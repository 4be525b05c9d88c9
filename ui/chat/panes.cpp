#include "ui/chat/panes.hpp"

#include <algorithm>

#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/chat/find_bar.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/view_dialog.hpp"
#include "ui/chat/view_tabs.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr size_t mostKept = ChatModel::defaultCapacity;
constexpr int sliceMs = 3;

/* In a menu, where & marks a key. */
QString shown(QString name)
{
	return name.replace(u'&', QStringLiteral("&&"));
}

} // namespace

ChatPanes::ChatPanes(Context &context, Pictures *pictures, QWidget *parent)
	: QWidget(parent), context_(context), pictures_(pictures), tabs_(new ViewTabs(context.text, this)),
	  row_(new QWidget(this)), hidden_(new QPushButton(row_)), find_(new FindBar(context, this)),
	  stack_(new QStackedWidget(this)), judge_(context.rules.judge())
{
	const Text &text = context_.text;
	auto *add = new IconButton(Icon::Add, text("Views.Add"), row_);
	hidden_->setFlat(true);
	hidden_->setObjectName(QStringLiteral("livextremHidden"));
	hidden_->setToolTip(text("Views.HiddenTip"));
	auto *line = new QHBoxLayout(row_);
	line->setContentsMargins(0, 0, 0, 0);
	line->setSpacing(2);
	line->addWidget(tabs_, 1);
	line->addWidget(hidden_);
	line->addWidget(add);
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(0, 0, 0, 0);
	column->setSpacing(0);
	column->addWidget(row_);
	column->addWidget(find_);
	column->addWidget(stack_, 1);

	viewOf(addPane(everythingId));
	judging_.setInterval(0);
	connect(&judging_, &QTimer::timeout, this, &ChatPanes::judgeSome);
	connect(tabs_, &QTabBar::currentChanged, this, [this](int index) {
		if (!syncing_ && index >= 0) {
			show(tabs_->idOf(index));
		}
	});
	connect(tabs_, &ViewTabs::closeWanted, this, &ChatPanes::closePane);
	connect(tabs_, &ViewTabs::editWanted, this, &ChatPanes::editView);
	connect(tabs_, &ViewTabs::removeWanted, &context_.rules, &Rules::removeView);
	connect(tabs_, &ViewTabs::ordered, this, &ChatPanes::takeOrder);
	connect(hidden_, &QPushButton::clicked, this, &ChatPanes::showHidden);
	connect(add, &QToolButton::clicked, this, [this, add] {
		auto *menu = new QMenu(this);
		menu->setAttribute(Qt::WA_DeleteOnClose);
		fillMenu(*menu);
		menu->popup(add->mapToGlobal(QPoint(0, add->height())));
	});
	connect(find_, &FindBar::queryChanged, this, &ChatPanes::search);
	connect(find_, &FindBar::closed, this, &ChatPanes::endFind);
	connect(find_, &FindBar::linesWanted, this, [this] { view().setFocus(); });
	connect(find_, &FindBar::saveWanted, this, [this](const QString &query) {
		context_.rules.indexOf(foundId_) < 0 ? askForView({}, query) : editView(foundId_);
	});
	connect(&context_.rules, &Rules::changed, this, &ChatPanes::takeRules);
	const auto key = [this](QKeySequence sequence, int by) {
		auto *shortcut = new QShortcut(sequence, this);
		shortcut->setContext(Qt::WidgetWithChildrenShortcut);
		connect(shortcut, &QShortcut::activated, this, [this, by] { step(by); });
	};
	auto *find = new QShortcut(QKeySequence::Find, this);
	find->setContext(Qt::WidgetWithChildrenShortcut);
	connect(find, &QShortcut::activated, this, &ChatPanes::openFind);
	key(QKeySequence(Qt::CTRL | Qt::Key_Tab), 1);
	key(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Backtab), -1);
	key(QKeySequence(Qt::CTRL | Qt::Key_PageDown), 1);
	key(QKeySequence(Qt::CTRL | Qt::Key_PageUp), -1);
	takeRules();
}

ChatPanes::~ChatPanes() = default;

/* --- panes ------------------------------------------------------------------------------------------------------- */

ChatPanes::Pane &ChatPanes::addPane(int id)
{
	panes_.push_back(std::make_unique<Pane>());
	Pane &pane = *panes_.back();
	pane.id = id;
	pane.model = new ChatModel(context_.text, ChatModel::defaultCapacity, this);
	return pane;
}

ChatPanes::Pane *ChatPanes::pane(int id) const
{
	for (const std::unique_ptr<Pane> &pane : panes_) {
		if (pane->id == id) {
			return pane.get();
		}
	}
	return nullptr;
}

/* Made when somebody first looks: a view that nobody opens costs little more than its list. */
ChatView *ChatPanes::viewOf(Pane &pane)
{
	if (!pane.view) {
		pane.view = new ChatView(*pane.model, context_.text, this);
		pane.view->setPictures(pictures_);
		pane.view->setLook(look_);
		pane.view->setRules(actionRules_);
		stack_->addWidget(pane.view);
		Q_EMIT viewMade(pane.view, pane.model);
	}
	return pane.view;
}

ChatModel &ChatPanes::model() const
{
	return *pane(current_)->model;
}

ChatView &ChatPanes::view() const
{
	return *pane(current_)->view;
}

int ChatPanes::currentId() const
{
	return current_;
}

ChatModel &ChatPanes::everything() const
{
	return *panes_.front()->model;
}

void ChatPanes::show(int id)
{
	Pane *shown = pane(id);
	if (!shown) {
		return;
	}
	const bool focused = view().hasFocus();
	current_ = id;
	ChatView *view = viewOf(*shown);
	stack_->setCurrentWidget(view);
	setFocusProxy(view);
	if (focused) {
		view->setFocus();
	}
	shown->unread = 0;
	shown->highlighted = false;
	updateNews();
	const int index = tabs_->indexOfId(id);
	if (index >= 0) {
		tabs_->setCurrentIndex(index);
	}
	Q_EMIT currentChanged();
}

void ChatPanes::step(int by)
{
	const int count = tabs_->count();
	if (count > 1) {
		tabs_->setCurrentIndex((tabs_->currentIndex() + by + count) % count);
	}
}

void ChatPanes::setLook(const ChatView::Look &look)
{
	look_ = look;
	for (const std::unique_ptr<Pane> &pane : panes_) {
		if (pane->view) {
			pane->view->setLook(look);
		}
	}
}

void ChatPanes::setRules(const ActionRules &rules)
{
	actionRules_ = rules;
	for (const std::unique_ptr<Pane> &pane : panes_) {
		if (pane->view) {
			pane->view->setRules(rules);
		}
	}
}

void ChatPanes::restyle()
{
	for (const std::unique_ptr<Pane> &pane : panes_) {
		if (pane->view) {
			pane->view->restyle();
		}
	}
	tabs_->update();
}

void ChatPanes::stop()
{
	judging_.stop();
	judge_.reset();
	context_.rules.disconnect(this);
	for (const std::unique_ptr<Pane> &pane : panes_) {
		if (pane->view) {
			pane->view->setPictures(nullptr);
		}
	}
}

/* --- lines ------------------------------------------------------------------------------------------------------- */

bool ChatPanes::belongs(const ChatRow &row, const Pane &pane)
{
	if (row.hidden || pane.id == hiddenId) {
		return row.hidden && pane.id == hiddenId;
	}
	/* That something is missing concerns every view. */
	return pane.id == everythingId || row.kind == RowKind::Gap || (pane.bit >= 0 && (row.views >> pane.bit & 1));
}

void ChatPanes::apply(std::vector<RowEntry> &&entries)
{
	if (!judge_) {
		return;
	}
	std::vector<std::vector<SharedEntry>> parts(panes_.size());
	for (RowEntry &entry : entries) {
		SharedEntry shared = share(std::move(entry));
		if (RowPtr *row = std::get_if<RowPtr>(&shared)) {
			/* What was on its way when the rules changed says what the old ones said. */
			if (row->get()->judgedBy && row->get()->judgedBy != judge_->number()) {
				judge_->judgeAgain(**row, context_.session.channel().toUtf8());
			}
			hiddenLines_ += (*row)->hidden;
			kept_.push_back(*row);
			for (size_t i = 0; i < panes_.size(); i++) {
				Pane &pane = *panes_[i];
				if (!belongs(**row, pane) || pane.filling) {
					continue;
				}
				parts[i].push_back(*row);
				if (pane.id != current_) {
					pane.unread += (*row)->kind != RowKind::Gap;
					pane.highlighted = pane.highlighted || (*row)->highlight != LX_COLOR_NONE;
				}
			}
			continue;
		}
		if (RowChange *change = std::get_if<RowChange>(&shared)) {
			change->number = ++changes_;
		} else {
			firstKept_ += kept_.size();
			kept_.clear();
			hiddenLines_ = 0;
			for (const std::unique_ptr<Pane> &pane : panes_) {
				pane->unread = 0;
				pane->highlighted = false;
			}
		}
		for (std::vector<SharedEntry> &part : parts) {
			part.push_back(shared);
		}
	}
	while (kept_.size() > mostKept) {
		hiddenLines_ -= kept_.front()->hidden;
		kept_.pop_front();
		firstKept_++;
	}
	for (size_t i = 0; i < panes_.size(); i++) {
		if (!parts[i].empty()) {
			panes_[i]->model->take(std::move(parts[i]));
		}
	}
	updateNews();
}

/* --- rules ------------------------------------------------------------------------------------------------------- */

void ChatPanes::takeRules()
{
	const std::vector<ViewDef> &views = context_.rules.set().views;
	for (size_t i = 0; i < panes_.size();) {
		Pane &pane = *panes_[i];
		const int at = pane.id > 0 ? context_.rules.indexOf(pane.id) : 0;
		if (at >= 0 && (pane.id <= 0 || views[size_t(at)].open)) {
			i++;
			continue;
		}
		if (current_ == pane.id) {
			show(everythingId);
		}
		if (pane.view) {
			pane.view->setPictures(nullptr);
			stack_->removeWidget(pane.view);
			delete pane.view;
		}
		delete pane.model;
		panes_.erase(panes_.begin() + qptrdiff(i));
	}
	for (size_t i = 0; i < views.size(); i++) {
		if (!views[i].open) {
			continue;
		}
		Pane *known = pane(views[i].id);
		Pane &open = known ? *known : addPane(views[i].id);
		open.bit = int(i);
		open.filling = open.filling || open.query != views[i].query;
		open.query = views[i].query;
	}
	syncTabs();
	judge_ = context_.rules.judge();
	judgedTo_ = firstKept_;
	judging_.start();
}

void ChatPanes::judgeSome()
{
	QElapsedTimer time;
	time.start();
	const QByteArray channel = context_.session.channel().toUtf8();
	judgedTo_ = std::max(judgedTo_, firstKept_);
	while (judgedTo_ < firstKept_ + kept_.size()) {
		ChatRow &row = *kept_[size_t(judgedTo_++ - firstKept_)];
		if (row.judgedBy && row.judgedBy != judge_->number()) {
			const bool hidden = row.hidden;
			recolored_ = judge_->judgeAgain(row, channel) || recolored_;
			movedBetween_ = movedBetween_ || hidden != row.hidden;
		}
		if (judgedTo_ % 64 == 0 && time.elapsed() >= sliceMs) {
			return;
		}
	}
	judging_.stop();
	finishJudging();
}

void ChatPanes::finishJudging()
{
	hiddenLines_ = 0;
	for (const RowPtr &row : kept_) {
		hiddenLines_ += row->hidden;
	}
	for (const std::unique_ptr<Pane> &pane : panes_) {
		if (pane->filling || movedBetween_) {
			std::vector<RowPtr> rows;
			for (const RowPtr &row : kept_) {
				if (belongs(*row, *pane)) {
					rows.push_back(row);
				}
			}
			pane->model->replace(std::move(rows));
			pane->filling = false;
		} else if (recolored_) {
			pane->model->touch();
		}
	}
	movedBetween_ = recolored_ = false;
	updateNews();
}

/* --- tabs -------------------------------------------------------------------------------------------------------- */

void ChatPanes::syncTabs()
{
	const Text &text = context_.text;
	std::vector<std::pair<int, QString>> wanted = {{everythingId, text("Views.Everything")}};
	for (const ViewDef &view : context_.rules.set().views) {
		if (view.open) {
			wanted.emplace_back(view.id, view.name);
		}
	}
	if (pane(hiddenId)) {
		wanted.emplace_back(hiddenId, text("Views.Hidden"));
	}
	syncing_ = true;
	while (tabs_->count() > int(wanted.size())) {
		tabs_->removeTab(tabs_->count() - 1);
	}
	while (tabs_->count() < int(wanted.size())) {
		tabs_->addTab(QString());
	}
	for (size_t i = 0; i < wanted.size(); i++) {
		tabs_->setView(int(i), wanted[i].first, wanted[i].second);
	}
	tabs_->setCurrentIndex(tabs_->indexOfId(current_));
	syncing_ = false;
	updateNews();
}

void ChatPanes::updateNews()
{
	for (const std::unique_ptr<Pane> &pane : panes_) {
		const int index = tabs_->indexOfId(pane->id);
		if (index >= 0) {
			tabs_->setNews(index, pane->unread, pane->highlighted);
		}
	}
	hidden_->setVisible(hiddenLines_ > 0 && !pane(hiddenId));
	const QString label = context_.text("Views.HiddenCount", {QString::number(hiddenLines_)});
	if (hidden_->text() != label) {
		hidden_->setText(label);
	}
	row_->setVisible(tabs_->count() > 1 || hiddenLines_ > 0);
}

/* The order of the tabs becomes that of the views. */
void ChatPanes::takeOrder()
{
	RuleSet set = context_.rules.set();
	const auto place = [this](const ViewDef &view) {
		const int index = view.open ? tabs_->indexOfId(view.id) : -1;
		return index < 0 ? tabs_->count() : index;
	};
	const auto before = [&place](const ViewDef &a, const ViewDef &b) {
		return place(a) < place(b);
	};
	if (!std::is_sorted(set.views.begin(), set.views.end(), before)) {
		std::stable_sort(set.views.begin(), set.views.end(), before);
		context_.rules.change(std::move(set));
	}
}

void ChatPanes::closePane(int id)
{
	if (id > 0) {
		context_.rules.closeView(id);
		return;
	}
	Pane *hidden = pane(hiddenId);
	if (id != hiddenId || !hidden) {
		return;
	}
	show(everythingId);
	hidden->view->setPictures(nullptr);
	stack_->removeWidget(hidden->view);
	delete hidden->view;
	delete hidden->model;
	panes_.erase(std::find_if(panes_.begin(), panes_.end(),
				  [hidden](const std::unique_ptr<Pane> &pane) { return pane.get() == hidden; }));
	syncTabs();
}

void ChatPanes::showHidden()
{
	if (!pane(hiddenId)) {
		std::vector<RowPtr> rows;
		std::copy_if(kept_.begin(), kept_.end(), std::back_inserter(rows),
			     [](const RowPtr &row) { return row->hidden; });
		addPane(hiddenId).model->replace(std::move(rows));
		syncTabs();
	}
	show(hiddenId);
}

void ChatPanes::askForView(const QString &name, const QString &query)
{
	ViewDef view;
	view.name = name;
	view.query = query;
	auto *dialog = new ViewDialog(context_.rules, context_.text, view, this);
	dialog->setAttribute(Qt::WA_DeleteOnClose);
	connect(dialog, &QDialog::accepted, this, [this, dialog] {
		const int id = context_.rules.openView(dialog->name(), dialog->query(), false);
		if (id) {
			show(id);
		}
	});
	dialog->open();
}

void ChatPanes::editView(int id)
{
	const int index = context_.rules.indexOf(id);
	if (index < 0) {
		return;
	}
	auto *dialog = new ViewDialog(context_.rules, context_.text, context_.rules.set().views[size_t(index)], this);
	dialog->setAttribute(Qt::WA_DeleteOnClose);
	connect(dialog, &QDialog::accepted, this, [this, dialog, id] {
		const int at = context_.rules.indexOf(id);
		if (at >= 0) {
			RuleSet set = context_.rules.set();
			ViewDef &view = set.views[size_t(at)];
			view.name = dialog->name();
			view.query = dialog->query();
			view.temporary = false; /* who gives it a name wants to keep it */
			if (id == foundId_) {
				foundId_ = 0;
				find_->hide();
			}
			context_.rules.change(std::move(set));
		}
	});
	dialog->open();
}

void ChatPanes::openView(const ViewDef &view)
{
	if (const int id = context_.rules.openView(view.name, view.query, view.temporary)) {
		show(id);
	}
}

void ChatPanes::fillMenu(QMenu &menu)
{
	const Text &text = context_.text;
	for (const ViewDef &view : context_.rules.set().views) {
		QAction *action = menu.addAction(shown(view.name));
		action->setCheckable(true);
		action->setChecked(view.open);
		connect(action, &QAction::triggered, this, [this, view] {
			if (view.open) {
				closePane(view.id);
			} else {
				openView(view);
			}
		});
	}
	if (!menu.isEmpty()) {
		menu.addSeparator();
	}
	/* One click, and it is there. */
	const std::vector<ViewDef> ready = context_.rules.readyViews();
	for (const ViewDef &view : ready) {
		menu.addAction(text("Views.AddReady", {shown(view.name)}), this, [this, view] { openView(view); });
	}
	if (!ready.empty()) {
		menu.addSeparator();
	}
	menu.addAction(text("Views.New"), this, [this] { askForView({}, {}); });
	menu.addAction(text("Views.Find"), this, &ChatPanes::openFind);
	QAction *shared = menu.addAction(text("Views.HideShared"));
	shared->setCheckable(true);
	shared->setChecked(context_.rules.set().hideShared);
	connect(shared, &QAction::toggled, &context_.rules, &Rules::hideShared);
}

/* --- searching --------------------------------------------------------------------------------------------------- */

void ChatPanes::openFind()
{
	find_->open();
}

/* What is searched for is a view like any other, until it is closed. */
void ChatPanes::search(const QString &query)
{
	if (query.isEmpty()) {
		context_.rules.closeView(std::exchange(foundId_, 0));
		return;
	}
	if (context_.rules.indexOf(foundId_) < 0) {
		foundId_ = 0;
	}
	if (foundId_) {
		context_.rules.setQuery(foundId_, query);
	} else {
		const RuleSet &set = context_.rules.set();
		foundId_ = context_.rules.openView(query.left(24), query, true);
		/* One that asks the same is the user's own, and stays. */
		const int index = context_.rules.indexOf(foundId_);
		if (index >= 0 && !set.views[size_t(index)].temporary) {
			show(std::exchange(foundId_, 0));
			return;
		}
	}
	if (foundId_) {
		show(foundId_);
	}
}

void ChatPanes::endFind()
{
	find_->hide();
	search({});
	view().setFocus();
}

} // namespace lx::ui
