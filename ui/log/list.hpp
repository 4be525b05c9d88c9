/*
 * A list of lines of the log, drawn as the chat draws them. Only lines on screen are laid out; the others are known by
 * estimated heights until somebody scrolls there, and what is on screen does not move when they turn out differently.
 *
 * Several lines may be selected. The buttons of the chat stand in the line under the pointer, or in the current one.
 */
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>

#include <QElapsedTimer>
#include <QListView>
#include <QPointer>
#include <QTimer>

#include "ui/chat/action_strip.hpp"
#include "ui/chat/badges.hpp"
#include "ui/chat/row_layout.hpp"
#include "ui/log/model.hpp"

namespace lx::ui {

/* What may be done to lines of the log, besides what may be done in chat at all. */
struct LogRules {
	ActionRules chat;
	QString channel; /* that is read now: only there people can be moderated */
	qint64 nowMs = 0;
};

class LogList : public QListView {
	Q_OBJECT

public:
	LogList(LogModel &model, const Text &text, QWidget *parent = nullptr);
	~LogList() override;

	struct Look {
		bool showSeconds = false;
		bool showBadges = true;
		int fontDelta = 0;     /* points */
		bool discreet = false; /* streamer mode */
	};
	void setLook(const Look &look);
	/* Must outlive the list, or be taken back with NULL. */
	void setPictures(Pictures *pictures);
	void setRules(const LogRules &rules);
	void restyle();
	/* The line that all is about, 0 = none. */
	void mark(qint64 id);
	/* Puts a line into the middle. */
	void showLine(int row);

	LogModel &lines() const { return model_; }
	/* Rules for one line: others than the chat's where it is old, or of another channel. */
	ActionRules rulesOf(const LogLine &line) const;
	/* The line as far as actions are concerned: one that is too old to be deleted has no id. */
	ChatRow actable(const LogLine &line) const;
	/* In order. */
	std::vector<int> selectedLines() const;
	/* Asks for an action on a line as a click would: refused, asked back or passed on. */
	void request(RowAction action, int row);
	QRect buttonRect(int row, RowAction action) const; /* in the viewport, empty when not shown */
	QRect nameRect(int row) const;
	bool isAtTop() const;
	/* Whether the pointer is over lines, or some are selected: they may not move. */
	bool isBusy() const;
	QString labelOf(RowAction action) const { return actionLabel(action, rules_.chat, text_); }

	void doItemsLayout() override;

Q_SIGNALS:
	void actionRequested(lx::ui::RowAction action, int row);
	/* On all that are selected. */
	void manyRequested(lx::ui::RowAction action);
	void actionRefused(const QString &why);
	void opened(int row);
	void userClicked(int row, const QPoint &global);
	void menuRequested(int row, const QPoint &global);
	void copyRequested();
	void undoRequested();
	void backRequested();
	void selectionMoved();
	/* Somebody has scrolled to nearly the last line, or the first. */
	void endNear();
	void beginningNear();

protected:
	void paintEvent(QPaintEvent *event) override;
	void resizeEvent(QResizeEvent *event) override;
	void changeEvent(QEvent *event) override;
	void scrollContentsBy(int dx, int dy) override;
	bool viewportEvent(QEvent *event) override;
	void mousePressEvent(QMouseEvent *event) override;
	void mouseMoveEvent(QMouseEvent *event) override;
	void mouseReleaseEvent(QMouseEvent *event) override;
	void mouseDoubleClickEvent(QMouseEvent *event) override;
	void contextMenuEvent(QContextMenuEvent *event) override;
	void keyPressEvent(QKeyEvent *event) override;
	void keyboardSearch(const QString &) override {} /* letters are commands */
	void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;
	void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
	void rowsInserted(const QModelIndex &parent, int start, int end) override;

private:
	class Painter;
	struct Spot {
		int row = -1;
		RowAction action = RowAction::None;
		bool name = false;
		bool operator==(const Spot &other) const
		{
			return row == other.row && action == other.action && name == other.name;
		}
	};

	RowLook lookOf(int row) const;
	RowLayout &layoutOf(int row) const;
	int heightOf(int row) const;
	void measure();
	void keepAnchor();
	void restoreAnchor();
	void tellEnds();
	std::optional<ActionStrip> stripOf(int row) const;
	Spot spotAt(const QPoint &position) const;
	void pointerMoved(const QPoint &position);
	bool tooltip(const QPoint &position, const QPoint &global);
	void updateLine(int row);
	void stopAsking();
	void animate();
	void forgetLayouts();
	std::pair<int, int> onScreen() const; /* first and end */

	LogModel &model_;
	const Text &text_;
	Look look_;
	LogRules rules_;
	std::unique_ptr<RowStyle> style_;
	mutable BadgeArt art_;
	QPointer<Pictures> pictures_;
	QTimer animation_;
	std::unordered_map<quint64, int> heights_; /* by key; measured ones only */
	mutable std::unordered_map<quint64, std::unique_ptr<RowLayout>> layouts_;
	int laidWidth_ = 0;
	bool measuring_ = false;
	quint64 anchor_ = 0; /* key of the topmost line; 0 = stay at the beginning */
	int anchorTop_ = 0;
	qint64 marked_ = 0;

	Spot hovered_;
	Spot pressed_;
	int pressedRow_ = -1; /* a plain press on the line itself */
	RowAction confirming_ = RowAction::None;
	quint64 confirmingKey_ = 0;
	QElapsedTimer asked_;
	QTimer confirmTimer_;
};

} // namespace lx::ui
