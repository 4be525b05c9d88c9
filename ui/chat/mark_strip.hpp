/*
 * The narrow strip beside the scroll bar of the chat: where in the whole list the marked lines stand, and where reading stopped. A click
 * goes there, a tooltip says what it is. It is a widget of its own, so that it looks the same whatever a theme makes of scroll bars.
 *
 * Drawing costs as much as the strip is high, however many marks there are. UI thread.
 */
#pragma once

#include <optional>

#include <QWidget>

#include "ui/chat/heights.hpp"
#include "ui/chat/marks.hpp"
#include "ui/theme.hpp"

namespace lx::ui {

class MarkStrip : public QWidget {
	Q_OBJECT

public:
	static constexpr int stripWidth = 6;

	/* What it shows belongs to the view, which outlives it. */
	MarkStrip(const Marks &marks, const Heights &heights, QWidget *parent);

	void setTheme(const Theme &theme);
	/* The list begins with `first`; `readTo`: the first line that was not read, if it is to be shown. */
	void setLines(quint64 first, std::optional<quint64> readTo);
	/* Marks or heights changed; free where there is nothing to draw. */
	void refresh();

	/* Where a line is on the strip. */
	int placeOf(quint64 seq) const;
	/* The mark nearest to a place, none when it is too far away. */
	std::optional<quint64> markAt(int y) const;

Q_SIGNALS:
	void markClicked(quint64 seq);
	/* Where no mark is: so much of the whole list lies above, 0 … 1. */
	void placeClicked(double part);
	void tipWanted(quint64 seq, const QPoint &globalPosition);

protected:
	void paintEvent(QPaintEvent *event) override;
	void mousePressEvent(QMouseEvent *event) override;
	void mouseMoveEvent(QMouseEvent *event) override;
	bool event(QEvent *event) override;

private:
	qint64 span() const;
	qint64 lineAt(int y) const;
	bool hasAny() const { return !marks_.isEmpty() || readTo_; }
	QColor colorOf(const Marks::Mark &mark) const;

	const Marks &marks_;
	const Heights &heights_;
	Theme theme_;
	quint64 first_ = 0;
	std::optional<quint64> readTo_;
	bool drawn_ = false;
};

} // namespace lx::ui
