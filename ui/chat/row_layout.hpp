/*
 * How one line of the chat is set: which pieces it has, where they break, how high it is, and drawing it. Layouts exist only
 * for lines on screen; the rest of the lines are known by their heights.
 */
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QFont>
#include <QFontMetrics>
#include <QTextLayout>

#include "ui/chat/badges.hpp"
#include "ui/chat/emote_text.hpp"
#include "ui/chat/links.hpp"
#include "ui/chat/pictures.hpp"
#include "ui/chat/row.hpp"
#include "ui/theme.hpp"

class QPainter;

namespace lx::ui {

class Origins;
class Text;

/* What all rows of a view have in common at one moment. */
struct RowStyle {
	RowStyle(const QFont &font, const Theme &theme);

	QFont font;
	QFont bold;
	QFont small;
	QFontMetrics metrics;
	QFontMetrics smallMetrics;
	Theme theme;
	int lineHeight; /* the same for all scripts: a tall glyph is cut, not given more room */
	int smallHeight;
	int badgeSize;
	qreal signWidth;   /* of the sign that keeps a picture's place */
	int pictureHeight; /* of emotes; a line that holds one is that high */
	enum class Time : int { Off, Hours24, Hours12, Relative };
	enum class Density : int { Compact, Normal, Roomy };
	enum class Deleted : int { Struck, Hidden, Collapsed };

	int timeWidth = 0; /* with its gap; 0 = not shown */
	Time time = Time::Hours24;
	bool showSeconds = false;
	bool showBadges = true;
	const Origins *origins = nullptr; /* names of channels that share chat; may be NULL */
	Deleted deleted = Deleted::Struck;
	Density density = Density::Normal;
	bool shading = false;  /* every other line a little darker or lighter */
	bool discreet = false; /* streamer mode: nothing that viewers must not see */
	qint64 nowMs = 0;      /* what relative times count from */

	void setTime(Time style, bool seconds, const Text &text);
	int paddingY() const;
	/* It takes no room. */
	bool isGone(const ChatRow &row) const { return deleted == Deleted::Collapsed && row.fate != Fate::None; }
	/* As it stands before the line. */
	QString timeText(qint64 timeMs, const Text &text) const;
	/* Height of a row of `characters`, before it is measured. */
	int estimate(const ChatRow &row, int width) const;
	int giganticHeight() const { return lineHeight * 4; }
	/* Rows are high enough for the buttons that appear in them. */
	int minimumHeight() const;
};

enum class RowLook : quint8 { Resting, Hovered, Selected };

class RowLayout {
public:
	/* `pictures` may be NULL: then all words are words. */
	RowLayout(const ChatRow &row, const RowStyle &style, const Text &text, int width, RowLook look,
		  Pictures *pictures = nullptr, bool shaded = false);

	int height() const { return height_; }
	int width() const { return width_; }
	RowLook look() const { return look_; }
	quint16 revision() const { return revision_; }
	const QColor &background() const { return background_; }

	/* `top` is the upper left corner of the row. */
	void paint(QPainter &painter, const QPoint &top, const ChatRow &row, const RowStyle &style,
		   BadgeArt &art) const;

	/* Draws only the pictures that meet `region`, with the background behind them. */
	void paintPictures(QPainter &painter, const QPoint &top, const ChatRow &row, const RowStyle &style,
			   const QRegion &region) const;
	/* All pictures, those of badges included; where the words' ones are, in the row's own coordinates. */
	const std::vector<PictureRef> &shownPictures() const { return shown_; }
	template<typename Take> void eachPictureRect(Take take) const
	{
		for (size_t i = 0; i < pictures_.size(); i++) {
			take(pictures_[i], pictureRects_[i]);
		}
	}
	bool shows(const PictureRef &picture) const;
	const InlinePicture *pictureAt(const QPoint &position) const;
	/* Address of the link there, "" = none. */
	QString linkAt(const QPoint &position) const;
	QRect linkRect(size_t n) const;

	/* Of the name and of the badge at `position`, in the row's own coordinates. */
	const QRect &nameRect() const { return nameRect_; }
	/* What the line answers, and what opens it; empty where there is none. */
	const QRect &replyRect() const { return replyRect_; }
	const QRect &foldRect() const { return foldRect_; }
	/* The sign of the channel that the line comes from. */
	const QRect &originRect() const { return originRect_; }
	/* In front of the text, where the log knows something of the author. */
	QRect noteRect() const { return noteRect_; }
	const Badge *badgeAt(const QPoint &position, const ChatRow &row, const RowStyle &style) const;

	/* The background a row has; names are made readable on it. */
	static QColor backgroundOf(const ChatRow &row, const Theme &theme, RowLook look);
	static QColor nameColor(const ChatRow &row, const QColor &background);

private:
	void layoutCaption(const ChatRow &row, const RowStyle &style, const Text &text);
	void layoutNames(const ChatRow &row, const RowStyle &style, const Text &text);
	int layoutOrigin(const ChatRow &row, const RowStyle &style, Pictures *pictures);
	void paintOrigin(QPainter &painter, const QPoint &top, const RowStyle &style) const;
	void layoutMessage(const ChatRow &row, const RowStyle &style, const Text &text, Pictures *pictures);
	int setTime(const ChatRow &row, const RowStyle &style, const Text &text, int baseline);
	int setLines(QTextLayout &layout, int firstIndent, int left, int right, int lineHeight, int ascent, int y,
		     int tallHeight = 0);
	QRect linkPart(const Link &link, int line) const;
	void placePictures();
	void findBadges(const ChatRow &row, const RowStyle &style, Pictures *pictures);
	void drawPictures(QPainter &painter, const QPoint &top, const ChatRow &row, const RowStyle &style,
			  const QRegion *region) const;
	void fill(QPainter &painter, const QRect &area, const QRect &part) const;
	int messageLine() const { return messageTop_ + firstShift_; }

	const int width_;
	const RowLook look_;
	const quint16 revision_;
	QColor background_;
	QColor fades_;          /* into this one from left to right; invalid: it does not */
	bool unmarked_ = false; /* a mark that viewers must not see is left out */
	int height_ = 0;
	int contentLeft_ = 0;
	int messageTop_ = 0;
	int firstShift_ = 0; /* how much lower the first line's text lies for the pictures in it */
	int badgesLeft_ = 0;
	int giganticTop_ = 0;
	QRect nameRect_;
	QRect replyRect_;
	QRect foldRect_;
	QRect originRect_;
	QRect noteRect_;
	QString origin_; /* name of the channel */
	QColor originColor_;
	PictureRef originPicture_;
	QString time_;
	QString reply_;
	int replyTop_ = 0;
	int timeBaseline_ = 0;
	std::optional<QTextLayout> caption_;
	std::optional<QTextLayout> names_;
	std::optional<QTextLayout> message_;
	std::vector<Link> links_; /* places in the message's layout */
	std::vector<InlinePicture> pictures_;
	std::vector<QRect> pictureRects_;
	std::vector<PictureRef> badgePictures_; /* one for each badge; NULL = drawn by us */
	std::vector<PictureRef> shown_;
};

} // namespace lx::ui
