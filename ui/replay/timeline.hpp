/*
 * The time line of a replay: how much was written when, markers above, scenes below, gaps hatched, the borders of files; and the
 * place where it is, which is dragged or moved by keys. For screen readers it is a slider.
 *
 * Positions are milliseconds on the replay's own axis.
 */
#pragma once

#include <QAbstractSlider>

#include "ui/replay/source.hpp"

namespace lx::ui {

class ReplayTimeline : public QAbstractSlider {
	Q_OBJECT

public:
	explicit ReplayTimeline(const Text &text, QWidget *parent = nullptr);

	void setReplay(const ReplayRef &replay);
	/* Where it is, without telling anybody; not while it is being dragged. */
	void setPosition(qint64 ms);
	/* A marker to stand out; -1 = none. */
	void setCurrentMarker(int marker);

	QSize sizeHint() const override;
	QSize minimumSizeHint() const override;
	/* What stands there, for the tooltip. */
	QString describe(qint64 ms) const;
	int xOf(qint64 ms) const;

Q_SIGNALS:
	void sought(qint64 ms);

protected:
	void paintEvent(QPaintEvent *event) override;
	void mousePressEvent(QMouseEvent *event) override;
	void mouseMoveEvent(QMouseEvent *event) override;
	void mouseReleaseEvent(QMouseEvent *event) override;
	void keyPressEvent(QKeyEvent *event) override;
	void changeEvent(QEvent *event) override;
	bool event(QEvent *event) override;

private:
	qint64 length() const { return replay_ ? replay_->item.length_ms : 0; }
	qint64 msAt(int x) const;
	void seek(qint64 ms);
	void paintBars(QPainter &painter, const QRect &area) const;
	void paintGaps(QPainter &painter, const QRect &area) const;
	void paintScenes(QPainter &painter, const QRect &area) const;
	void paintMarkers(QPainter &painter, const QRect &area) const;
	int markerNear(int x) const;

	const Text &text_;
	ReplayRef replay_;
	int marker_ = -1;
	bool dragging_ = false;
};

} // namespace lx::ui
