/*
 * What can be replayed: streams and recordings, the newest first, found by words of their title, name or date. How many messages each
 * has is counted while somebody looks.
 */
#pragma once

#include <vector>

#include <QLocale>
#include <QStyledItemDelegate>
#include <QWidget>

#include "ui/replay/source.hpp"

class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace lx::ui {

class ReplayPicker : public QWidget {
	Q_OBJECT

public:
	ReplayPicker(const Context &context, ReplaySource &source, QWidget *parent = nullptr);

	/* Reads the list anew. */
	void refresh();
	QListWidget &list() { return *list_; }
	QLineEdit &search() { return *search_; }

Q_SIGNALS:
	void chosen(enum lx_replay_kind kind, qint64 id);

protected:
	void showEvent(QShowEvent *event) override;
	bool eventFilter(QObject *object, QEvent *event) override;

private:
	void fill(std::vector<struct lx_replay_item> &&items, const QString &why);
	void filter();
	void countNext();
	void describe(QListWidgetItem *entry, size_t index);

	const Context &context_;
	const Text &text_;
	ReplaySource &source_;
	QLocale locale_; /* the program's language, not the system's */
	QLineEdit *search_;
	QListWidget *list_;
	QLabel *empty_;
	std::vector<struct lx_replay_item> items_;
	std::vector<ReplayCount> counts_;
	size_t counting_ = 0;
};

/* Two lines with a dot in front: what, and when, how long, how much. */
class TwoLineDelegate : public QStyledItemDelegate {
	Q_OBJECT

public:
	enum Role { SecondLine = Qt::UserRole + 1, DotTone, Index };

	using QStyledItemDelegate::QStyledItemDelegate;

	QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
	void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
	void updateEditorGeometry(QWidget *editor, const QStyleOptionViewItem &option,
				  const QModelIndex &index) const override;
};

/* "Fri, 20.11.2026 20:15" */
QString dateText(qint64 unixMs, const QLocale &locale);

} // namespace lx::ui
