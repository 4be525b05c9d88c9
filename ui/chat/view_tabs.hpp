/*
 * The row of tabs above the chat: one for each open view, slim, with what came since it was looked at last and a dot when something of
 * it was highlighted. The first one, everything, stays where it is.
 */
#pragma once

#include <QTabBar>

namespace lx::ui {

class Text;

class ViewTabs : public QTabBar {
	Q_OBJECT

public:
	explicit ViewTabs(const Text &text, QWidget *parent = nullptr);

	/* `id` of the view, 0 = everything. */
	void setView(int index, int id, const QString &name);
	int idOf(int index) const;
	int indexOfId(int id) const; /* -1 = none */
	void setNews(int index, quint64 unread, bool highlighted);
	quint64 unread(int index) const;
	bool isHighlighted(int index) const;

Q_SIGNALS:
	void closeWanted(int id);
	void editWanted(int id);
	/* For good. */
	void removeWanted(int id);
	/* The user dragged tabs; the first one stays. */
	void ordered();

protected:
	QSize tabSizeHint(int index) const override;
	QSize minimumTabSizeHint(int index) const override;
	void paintEvent(QPaintEvent *event) override;
	void mouseReleaseEvent(QMouseEvent *event) override;
	void contextMenuEvent(QContextMenuEvent *event) override;
	void mouseDoubleClickEvent(QMouseEvent *event) override;
	void keyPressEvent(QKeyEvent *event) override;

private:
	QString badge(int index) const;
	void move(int index, int by);
	void describe(int index);

	const Text &text_;
};

} // namespace lx::ui
