#include "ui/chat/view_accessible.hpp"

#include <map>

#include <QAccessibleInterface>
#include <QAccessibleWidget>
#include <QPointer>

#include "ui/chat/model.hpp"
#include "ui/chat/view.hpp"

namespace lx::ui {

namespace {

constexpr RowAction offered[] = {RowAction::Reply,    RowAction::Delete,   RowAction::Timeout1,
				 RowAction::Timeout2, RowAction::Timeout3, RowAction::Ban,
				 RowAction::Unban,    RowAction::Allow,    RowAction::Deny};

class LineAccessible : public QAccessibleInterface, public QAccessibleActionInterface {
public:
	LineAccessible(ChatView *view, quint64 seq) : view_(view), seq_(seq) {}

	bool isValid() const override { return view_ && view_->lines().contains(seq_); }
	QObject *object() const override { return nullptr; }
	QWindow *window() const override { return view_ ? view_->window()->windowHandle() : nullptr; }
	QAccessibleInterface *parent() const override { return QAccessible::queryAccessibleInterface(view_); }
	QAccessibleInterface *child(int) const override { return nullptr; }
	QAccessibleInterface *childAt(int, int) const override { return nullptr; }
	int childCount() const override { return 0; }
	int indexOfChild(const QAccessibleInterface *) const override { return -1; }
	QAccessible::Role role() const override { return QAccessible::ListItem; }
	QString text(QAccessible::Text text) const override
	{
		return text == QAccessible::Name && isValid() ? view_->lineText(seq_) : QString();
	}
	void setText(QAccessible::Text, const QString &) override {}
	QRect rect() const override
	{
		const QRect area = isValid() ? view_->rectOf(seq_) : QRect();
		return area.isEmpty() ? QRect() : QRect(view_->viewport()->mapToGlobal(area.topLeft()), area.size());
	}
	QAccessible::State state() const override
	{
		QAccessible::State state;
		state.selectable = state.focusable = state.readOnly = true;
		state.selected = state.focused = isValid() && view_->selectedSeq() == seq_;
		state.invalid = !isValid();
		if (isValid() && view_->lines().row(seq_).canOpen()) {
			state.expandable = true;
			state.expanded = view_->lines().row(seq_).open;
			state.collapsed = !state.expanded;
		}
		return state;
	}
	void *interface_cast(QAccessible::InterfaceType type) override
	{
		return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface *>(this) : nullptr;
	}

	QStringList actionNames() const override
	{
		QStringList names;
		if (isValid() && view_->lines().row(seq_).canOpen()) {
			names << toggleAction();
		}
		for (const RowAction action : offered) {
			if (isValid() && actionFits(action, view_->lines().row(seq_), view_->rules())) {
				names << view_->labelOf(action);
			}
		}
		return names;
	}
	void doAction(const QString &name) override
	{
		if (isValid() && name == toggleAction()) {
			view_->toggle(seq_);
			return;
		}
		for (const RowAction action : offered) {
			if (isValid() && view_->labelOf(action) == name) {
				view_->request(action, seq_);
				return;
			}
		}
	}
	QStringList keyBindingsForAction(const QString &) const override { return {}; }

private:
	QString toggleAction() const { return view_->toggleLabel(seq_); }

	QPointer<ChatView> view_;
	const quint64 seq_;
};

class ListAccessible : public QAccessibleWidget {
public:
	explicit ListAccessible(ChatView *view) : QAccessibleWidget(view, QAccessible::List) {}
	~ListAccessible() override
	{
		for (const auto &[seq, id] : ids_) {
			QAccessible::deleteAccessibleInterface(id);
		}
	}

	int childCount() const override { return int(view()->linesOnScreen().second - view()->linesOnScreen().first); }
	QAccessibleInterface *child(int index) const override
	{
		const auto [first, end] = view()->linesOnScreen();
		return index >= 0 && quint64(index) < end - first ? line(first + quint64(index)) : nullptr;
	}
	QAccessibleInterface *childAt(int x, int y) const override
	{
		const std::optional<quint64> seq = view()->seqAt(view()->viewport()->mapFromGlobal(QPoint(x, y)));
		return seq ? line(*seq) : nullptr;
	}
	int indexOfChild(const QAccessibleInterface *child) const override
	{
		const auto [first, end] = view()->linesOnScreen();
		for (quint64 seq = first; seq < end; seq++) {
			const auto found = ids_.find(seq);
			if (found != ids_.end() && QAccessible::accessibleInterface(found->second) == child) {
				return int(seq - first);
			}
		}
		return -1;
	}
	QAccessibleInterface *focusChild() const override
	{
		const std::optional<quint64> seq = view()->selectedSeq();
		return seq ? line(*seq) : nullptr;
	}

private:
	ChatView *view() const { return static_cast<ChatView *>(widget()); }
	/* Qt owns them under a number; those of lines that have left the screen are given back. */
	QAccessibleInterface *line(quint64 seq) const
	{
		const auto [first, end] = view()->linesOnScreen();
		for (auto it = ids_.begin(); it != ids_.end();) {
			if (it->first != seq && (it->first < first || it->first >= end)) {
				QAccessible::deleteAccessibleInterface(it->second);
				it = ids_.erase(it);
			} else {
				++it;
			}
		}
		const auto found = ids_.find(seq);
		if (found != ids_.end()) {
			return QAccessible::accessibleInterface(found->second);
		}
		auto *created = new LineAccessible(view(), seq);
		ids_[seq] = QAccessible::registerAccessibleInterface(created);
		return created;
	}

	mutable std::map<quint64, QAccessible::Id> ids_;
};

QAccessibleInterface *make(const QString &, QObject *object)
{
	auto *view = qobject_cast<ChatView *>(object);
	return view ? new ListAccessible(view) : nullptr;
}

} // namespace

void installChatAccessibility()
{
	QAccessible::removeFactory(make);
	QAccessible::installFactory(make);
}

} // namespace lx::ui
