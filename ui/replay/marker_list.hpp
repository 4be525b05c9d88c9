/*
 * The markers of a replay with their times: to jump to, to name, to remove (and bring back).
 */
#pragma once

#include <QWidget>

#include "ui/replay/source.hpp"

class QLabel;
class QListWidget;
class QListWidgetItem;
class QPushButton;
class QToolButton;

namespace lx::ui {

class IconButton;

class MarkerList : public QWidget {
	Q_OBJECT

public:
	explicit MarkerList(const Text &text, QWidget *parent = nullptr);

	void setReplay(const ReplayRef &replay);
	/* The last one at or before this moment is marked; returns its index, -1 = none. */
	int setMoment(qint64 unixMs);
	QListWidget &list() { return *list_; }
	/* Names the chosen one. */
	void rename();
	void remove();

Q_SIGNALS:
	void jumpWanted(int marker);
	void renamed(qint64 id, const QString &text);
	void removed(qint64 id, const QString &label);
	void addWanted();
	void menuWanted(const QPoint &global);

protected:
	bool eventFilter(QObject *object, QEvent *event) override;

private:
	const Text &text_;
	ReplayRef replay_;
	QListWidget *list_;
	QLabel *empty_;
	QToolButton *add_;
	IconButton *menu_;
	bool filling_ = false;
	int current_ = -1;
};

/* What a marker is called. */
QString markerLabel(const struct lx_marker &marker, const Text &text);

} // namespace lx::ui
