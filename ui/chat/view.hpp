/*
 * The list of chat lines. Draws a model of ten thousand wrapped lines by laying out only those on screen; the others are
 * known by estimated heights until somebody scrolls there.
 *
 * Lines never move under the pointer: while it is over them, while a line is selected, while somebody reads further up or
 * has paused, new lines gather below and are counted. The line that must not move (the one under the pointer, or the
 * selected one, or the topmost) is the anchor from which all others are laid out.
 *
 * UI thread. Hidden, it neither lays out nor draws.
 */
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include <QAbstractItemView>
#include <QPointer>
#include <QTimer>

#include "ui/chat/action_strip.hpp"
#include "ui/chat/badges.hpp"
#include "ui/chat/heights.hpp"
#include "ui/chat/marks.hpp"
#include "ui/chat/row_layout.hpp"

class QPushButton;

namespace lx::ui {

class ChatModel;
class MarkStrip;

class ChatView : public QAbstractItemView {
	Q_OBJECT

public:
	ChatView(ChatModel &model, const Text &text, QWidget *parent = nullptr);
	~ChatView() override;

	struct Look {
		RowStyle::Time time = RowStyle::Time::Hours24;
		bool showSeconds = false;
		bool showBadges = true;
		RowStyle::Deleted deleted = RowStyle::Deleted::Struck;
		RowStyle::Density density = RowStyle::Density::Normal;
		bool shading = false;
		bool twitchPictures = true;
		bool animated = true;
		bool animatedOnHover = false; /* only in the line under the pointer */
		/* No line moves while the pointer is over them: never, always, or while a key is held. */
		enum class Hold : int { Never, Hover, Alt, Control, Shift } hold = Hold::Hover;
		bool marks = true;     /* beside the scroll bar, and a line where reading stopped */
		bool discreet = false; /* streamer mode */
		int fontDelta = 0;     /* points */
	};
	void setLook(const Look &look);
	/* Must outlive the view. */
	void setOrigins(const Origins *origins);
	/* Must outlive the view, or be taken back with NULL. */
	void setPictures(Pictures *pictures);
	void setRules(const ActionRules &rules);
	const ActionRules &rules() const { return rules_; }
	/* Colours changed. */
	void restyle();

	bool isFollowing() const;
	bool isPaused() const { return paused_; }
	void setPaused(bool paused);
	/* To the newest line, and along with it from now on. */
	void resume();
	quint64 newLines() const;
	std::optional<quint64> selectedSeq() const;
	/* The line keys and hotkeys act on: the selected one, else the one under the pointer. */
	std::optional<quint64> targetSeq() const;
	void selectStep(int step);
	/* Asks for an action on a line as a click would: refused, asked back or passed on. */
	void request(RowAction action, quint64 seq);
	std::optional<quint64> seqAt(const QPoint &position) const;
	QRect rectOf(quint64 seq) const;
	/* The button of a line in viewport coordinates, empty when it is not shown. */
	QRect buttonRect(quint64 seq, RowAction action) const;
	QRect nameRect(quint64 seq) const;
	/* Of the n-th link of a line. */
	QRect linkRect(quint64 seq, size_t n) const;
	QRect replyRect(quint64 seq) const;
	QRect foldRect(quint64 seq) const;
	/* Opens or closes a line that is folded. */
	void toggle(quint64 seq);
	/* Of the n-th picture of a line in viewport coordinates, empty when there are not so many. */
	QRect pictureRect(quint64 seq, size_t n) const;
	/* A frame of a picture is due. */
	bool isAnimating() const { return animation_.isActive(); }
	RowAction confirming() const { return confirming_; }
	/* How many lines are laid out at the moment. */
	int layouts() const { return int(layouts_.size()); }

	/* The first line that was not read when the list was left, or jumped on from; none where nothing is marked so. */
	std::optional<quint64> readTo() const { return marked(readTo_) ? readTo_ : std::nullopt; }
	MarkStrip &marks() { return *strip_; }
	/* Brings a line into the middle and selects it. */
	void goTo(quint64 seq);
	/* To the nearest marked line above (-1) or below (1) the selected one; false when there is none. */
	bool stepToMark(int step);

	/* For screen readers. */
	const ChatModel &lines() const { return model_; }
	std::pair<quint64, quint64> linesOnScreen() const; /* first and end */
	QString lineText(quint64 seq) const;
	QString toggleLabel(quint64 seq) const;
	QString labelOf(RowAction action) const { return actionLabel(action, rules_, text_); }

	QRect visualRect(const QModelIndex &index) const override;
	void scrollTo(const QModelIndex &index, ScrollHint hint = EnsureVisible) override;
	QModelIndex indexAt(const QPoint &point) const override;
	void reset() override;

Q_SIGNALS:
	void actionRequested(lx::ui::RowAction action, quint64 seq);
	/* A click on a button that may not be used now: says why. */
	void actionRefused(const QString &why);
	void undoRequested();
	void userClicked(quint64 seq, const QPoint &globalPosition);
	/* The conversation that a line belongs to. */
	void threadWanted(quint64 seq);
	/* A link in a line: not opened before the user has seen where it leads. */
	void linkClicked(const QString &url);
	void menuRequested(quint64 seq, const QPoint &globalPosition);
	void copyRequested(quint64 seq);
	void followingChanged(bool following);

protected:
	void rowsInserted(const QModelIndex &parent, int start, int end) override;
	void rowsAboutToBeRemoved(const QModelIndex &parent, int start, int end) override;
	void dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight,
			 const QList<int> &roles = {}) override;
	void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

	QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
	int horizontalOffset() const override { return 0; }
	int verticalOffset() const override;
	bool isIndexHidden(const QModelIndex &) const override { return false; }
	void setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags command) override;
	QRegion visualRegionForSelection(const QItemSelection &selection) const override;
	void updateGeometries() override {}

	void paintEvent(QPaintEvent *event) override;
	void resizeEvent(QResizeEvent *event) override;
	void showEvent(QShowEvent *event) override;
	void hideEvent(QHideEvent *event) override;
	void scrollContentsBy(int dx, int dy) override;
	void changeEvent(QEvent *event) override;
	bool viewportEvent(QEvent *event) override;
	bool eventFilter(QObject *object, QEvent *event) override;
	void keyPressEvent(QKeyEvent *event) override;
	void mousePressEvent(QMouseEvent *event) override;
	void mouseMoveEvent(QMouseEvent *event) override;
	void mouseReleaseEvent(QMouseEvent *event) override;
	void mouseDoubleClickEvent(QMouseEvent *event) override;
	void contextMenuEvent(QContextMenuEvent *event) override;

private:
	struct Visible {
		quint64 seq;
		int top;
		int height;
	};
	struct Spot {
		std::optional<quint64> seq;
		RowAction action = RowAction::None;
		enum class Part : quint8 { Line, Name, Reply, Fold, Link } part = Part::Line;
		QString link{}; /* address */
		bool operator==(const Spot &other) const
		{
			return seq == other.seq && action == other.action && part == other.part && link == other.link;
		}
	};

	void invalidate();
	void forgetHeights();
	void estimateAll();
	void ensureLayout() const;
	void layOut();
	bool placeFrom(quint64 seq, int top);
	RowLayout &layoutOf(quint64 seq);
	RowLook lookOf(quint64 seq) const;
	void syncScrollBar();
	void anchorAt(quint64 seq, int top);
	void pickAnchor();
	void updateFollowing();
	void updatePill();
	void placePill();
	const Visible *visible(quint64 seq) const;
	const RowLayout *shownLayout(quint64 seq, QPoint &top) const;
	Spot spotAt(const QPoint &position) const;
	void pointerMoved(const QPoint &position);
	void pointerLeft();
	bool tooltip(const QPoint &position, const QPoint &global);
	std::optional<ActionStrip> stripOf(quint64 seq) const;
	void ask(RowAction action, quint64 seq);
	void stopAsking();
	void select(std::optional<quint64> seq);
	void age();
	void updateRow(std::optional<quint64> seq);
	void setPictureOptions();
	void updatePictures(const PictureRef &picture);
	void forgetLayouts(const PictureRef &picture);
	void paintStrips(QPainter &painter);
	void paintReadLine(QPainter &painter);
	void setUpMarks();
	void placeMarks();
	void syncMarks();
	void takeMarks(quint64 first, quint64 end);
	bool marked(std::optional<quint64> readTo) const;
	void noteReadTo();
	void tellMark(quint64 seq, const QPoint &global);
	bool holdsStill() const;
	void watchKeys(bool watch);
	void takeModifiers(Qt::KeyboardModifiers modifiers);
	bool paintMoved(QPainter &painter, const QRegion &region);
	void animate();
	std::vector<PictureRef> picturesOnScreen() const;

	ChatModel &model_;
	const Text &text_;
	Look look_;
	ActionRules rules_;
	std::unique_ptr<RowStyle> style_;
	BadgeArt art_;
	QPointer<Pictures> pictures_;
	const Origins *origins_ = nullptr;
	QTimer animation_;
	QTimer ageing_; /* while times are told as "5m" */
	QRegion moved_; /* only pictures have to be drawn anew here */
	Heights heights_;
	Marks marks_;
	MarkStrip *strip_;
	std::optional<quint64> readTo_;
	std::unordered_map<quint64, std::unique_ptr<RowLayout>> layouts_;
	std::vector<Visible> visible_;

	bool dirty_ = true;
	bool unestimated_ = true; /* heights of lines out of sight are of another width or font */
	bool syncing_ = false;
	bool following_ = true;
	bool scrolledUp_ = false;
	bool paused_ = false;
	bool pointerInside_ = false;
	bool keyHeld_ = false; /* the one that Look::hold asks for */
	bool watchesKeys_ = false;
	std::optional<QPoint> pointerParked_; /* where it was when the user asked to go on */
	QPoint pointer_;
	quint64 anchorSeq_ = 0;
	int anchorTop_ = 0;
	int scrollValue_ = 0;
	quint64 seenEnd_ = 0;

	Spot hovered_;
	Spot pressed_;
	RowAction confirming_ = RowAction::None;
	quint64 confirmingSeq_ = 0;
	qint64 askedAtMs_ = 0;
	QTimer confirmTimer_;
	QPushButton *pill_;
};

} // namespace lx::ui
