#include "ui/replay/timeline.hpp"

#include <algorithm>
#include <cmath>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QTextDocument>
#include <QToolTip>

#include "ui/chat/colors.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/replay/time_text.hpp"
#include "ui/theme.hpp"

namespace lx::ui {

namespace {

constexpr int side = 8; /* room for the handle at both ends */
constexpr int ticks = 9;
constexpr int bars = 38;
constexpr int scenes = 5;
constexpr int air = 3;
constexpr int nearMarker = 5; /* pixels */

} // namespace

ReplayTimeline::ReplayTimeline(const Text &text, QWidget *parent) : QAbstractSlider(parent), text_(text)
{
	setObjectName(QStringLiteral("replayTimeline"));
	setOrientation(Qt::Horizontal);
	setFocusPolicy(Qt::StrongFocus);
	setMouseTracking(true);
	setAccessibleName(text_("Replay.Timeline"));
	setSingleStep(5000);
	setPageStep(60000);
	setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
	connect(this, &QAbstractSlider::actionTriggered, this, [this] {
		/* Keys of the slider and screen readers. */
		seek(sliderPosition());
	});
}

QSize ReplayTimeline::sizeHint() const
{
	return QSize(320, ticks + bars + scenes + 3 * air);
}

QSize ReplayTimeline::minimumSizeHint() const
{
	return QSize(120, sizeHint().height());
}

void ReplayTimeline::setReplay(const ReplayRef &replay)
{
	replay_ = replay;
	const QSignalBlocker quiet(this);
	setRange(0, int(std::min<qint64>(length(), INT_MAX)));
	update();
}

void ReplayTimeline::setPosition(qint64 ms)
{
	if (dragging_ || ms == value()) {
		return;
	}
	const int before = xOf(value());
	{
		const QSignalBlocker quiet(this);
		setValue(int(ms));
	}
	setAccessibleDescription(timeText(ms));
	if (xOf(ms) != before) {
		update();
	}
}

void ReplayTimeline::setCurrentMarker(int marker)
{
	marker_ = marker;
	update();
}

int ReplayTimeline::xOf(qint64 ms) const
{
	const int room = std::max(1, width() - 2 * side);
	return side + (length() ? int(double(ms) / double(length()) * room + 0.5) : 0);
}

qint64 ReplayTimeline::msAt(int x) const
{
	const int room = std::max(1, width() - 2 * side);
	const qint64 ms = qint64(double(x - side) / room * double(length()));
	return std::clamp<qint64>(ms, 0, length());
}

void ReplayTimeline::seek(qint64 ms)
{
	ms = std::clamp<qint64>(ms, 0, length());
	{
		const QSignalBlocker quiet(this);
		setValue(int(ms));
	}
	update();
	Q_EMIT sought(ms);
}

/* --- drawing ----------------------------------------------------------------------------------------------------- */

void ReplayTimeline::paintBars(QPainter &painter, const QRect &area) const
{
	const Theme theme = Theme::from(palette());
	const uint32_t most = *std::max_element(replay_->bars, replay_->bars + LX_REPLAY_BARS);
	const QColor played = theme.tone(Tone::Accent);
	const QColor rest = blend(theme.base, theme.text, 0.34);
	if (!most) {
		return;
	}
	const int now = xOf(value());
	/* A column of pixels each, of whichever bar is highest there. Roots, so that quiet times are seen beside loud ones. */
	for (int x = area.left(); x <= area.right(); x++) {
		const double share = double(x - area.left()) / std::max(1, area.width());
		const double next = double(x + 1 - area.left()) / std::max(1, area.width());
		const int first = std::min(LX_REPLAY_BARS - 1, int(share * LX_REPLAY_BARS));
		const int last = std::clamp(int(std::ceil(next * LX_REPLAY_BARS)) - 1, first, LX_REPLAY_BARS - 1);
		const uint32_t here = *std::max_element(replay_->bars + first, replay_->bars + last + 1);
		if (!here) {
			continue;
		}
		const int height = std::max(2, int(std::sqrt(double(here) / most) * area.height()));
		painter.fillRect(x, area.bottom() + 1 - height, 1, height, x < now ? played : rest);
	}
}

void ReplayTimeline::paintGaps(QPainter &painter, const QRect &area) const
{
	const Theme theme = Theme::from(palette());
	const struct lx_replay_axis *axis = lx_replay_own(replay_.get());
	for (size_t i = 0; i < replay_->gap_count; i++) {
		const int from = xOf(lx_replay_nearest(axis, replay_->gaps[i].from_ms));
		const int to = xOf(lx_replay_nearest(axis, replay_->gaps[i].to_ms));
		const QRect gap(from, area.top(), std::max(3, to - from), area.height());
		painter.fillRect(gap, theme.tint(Tone::Warning));
		painter.fillRect(gap, QBrush(theme.tone(Tone::Warning), Qt::BDiagPattern));
	}
	/* Where one file ends and the next begins. */
	painter.setPen(QPen(theme.muted, 1, Qt::DotLine));
	for (size_t i = 1; i < axis->count; i++) {
		if (axis->stretches[i].file != axis->stretches[i - 1].file) {
			const int x = xOf(axis->stretches[i].at_ms);
			painter.drawLine(x, area.top(), x, area.bottom());
		}
	}
}

void ReplayTimeline::paintScenes(QPainter &painter, const QRect &area) const
{
	const struct lx_replay_axis *axis = lx_replay_own(replay_.get());
	for (size_t i = 0; i < replay_->scene_count; i++) {
		const struct lx_replay_scene &scene = replay_->scenes[i];
		const int from = xOf(lx_replay_nearest(axis, scene.from_ms));
		const int to = xOf(lx_replay_nearest(axis, scene.to_ms));
		painter.fillRect(QRect(from, area.top(), std::max(1, to - from - 1), area.height()),
				 fallbackColor(QByteArray(scene.name)));
	}
}

void ReplayTimeline::paintMarkers(QPainter &painter, const QRect &area) const
{
	const Theme theme = Theme::from(palette());
	const struct lx_replay_axis *axis = lx_replay_own(replay_.get());
	painter.setRenderHint(QPainter::Antialiasing);
	for (size_t i = 0; i < replay_->marker_count; i++) {
		const struct lx_marker &marker = replay_->markers[i].marker;
		const int x = xOf(lx_replay_nearest(axis, marker.at_ms));
		const bool current = int(i) == marker_;
		const QColor color = theme.tone(marker.kind == LX_MARKER_MANUAL  ? Tone::Good
						: marker.kind == LX_MARKER_WORDS ? Tone::Purple
										 : Tone::Orange);
		const double wide = current ? 5.5 : 4;
		const QPointF points[] = {{x - wide, double(area.top())},
					  {x + wide, double(area.top())},
					  {double(x), double(area.top() + ticks - (current ? 0 : 2))}};
		painter.setPen(Qt::NoPen);
		painter.setBrush(color);
		painter.drawPolygon(points, 3);
		painter.fillRect(QRectF(x - 0.5, area.top() + ticks - 2, 1, area.height() - ticks + 2), color);
	}
	painter.setRenderHint(QPainter::Antialiasing, false);
}

void ReplayTimeline::paintEvent(QPaintEvent *event)
{
	(void)event;
	QPainter painter(this);
	const Theme theme = Theme::from(palette());
	const QRect barArea(side, air + ticks, width() - 2 * side, bars);
	painter.fillRect(barArea, theme.base);
	if (!replay_ || !length()) {
		return;
	}
	paintBars(painter, barArea);
	paintGaps(painter, barArea);
	paintScenes(painter, QRect(side, barArea.bottom() + 2, barArea.width(), scenes));
	paintMarkers(painter, QRect(side, air, barArea.width(), ticks + bars));

	const int x = xOf(value());
	painter.fillRect(QRect(x - 1, barArea.top() - 2, 2, bars + scenes + 5), theme.text);
	painter.setRenderHint(QPainter::Antialiasing);
	painter.setPen(Qt::NoPen);
	painter.setBrush(theme.text);
	painter.drawEllipse(QPointF(x, barArea.bottom() + 4), 4.5, 4.5);
	if (hasFocus()) {
		painter.setBrush(Qt::NoBrush);
		painter.setPen(QPen(theme.tone(Tone::Accent), 1.5));
		painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 3, 3);
	}
}

/* --- mouse and keys ---------------------------------------------------------------------------------------------- */

int ReplayTimeline::markerNear(int x) const
{
	int best = -1, distance = nearMarker + 1;
	for (size_t i = 0; replay_ && i < replay_->marker_count; i++) {
		const int off = std::abs(
			xOf(lx_replay_nearest(lx_replay_own(replay_.get()), replay_->markers[i].marker.at_ms)) - x);
		if (off < distance) {
			best = int(i);
			distance = off;
		}
	}
	return best;
}

void ReplayTimeline::mousePressEvent(QMouseEvent *event)
{
	if (event->button() != Qt::LeftButton || !length()) {
		QAbstractSlider::mousePressEvent(event);
		return;
	}
	dragging_ = true;
	const QPoint at = event->position().toPoint();
	/* On the ticks a click means the marker, not the pixel. */
	const int marker = at.y() < air + ticks ? markerNear(at.x()) : -1;
	seek(marker >= 0 ? lx_replay_nearest(lx_replay_own(replay_.get()), replay_->markers[marker].marker.at_ms)
			 : msAt(at.x()));
}

void ReplayTimeline::mouseMoveEvent(QMouseEvent *event)
{
	if (dragging_) {
		seek(msAt(event->position().toPoint().x()));
	}
}

void ReplayTimeline::mouseReleaseEvent(QMouseEvent *event)
{
	dragging_ = false;
	QAbstractSlider::mouseReleaseEvent(event);
}

void ReplayTimeline::keyPressEvent(QKeyEvent *event)
{
	const int step = event->modifiers() & Qt::ShiftModifier ? 1000 : singleStep();
	switch (event->key()) {
	case Qt::Key_Left:
		seek(value() - step);
		return;
	case Qt::Key_Right:
		seek(value() + step);
		return;
	case Qt::Key_PageUp: /* a slider's own answer would be towards larger numbers */
		seek(value() - pageStep());
		return;
	case Qt::Key_PageDown:
		seek(value() + pageStep());
		return;
	default:
		QAbstractSlider::keyPressEvent(event);
	}
}

void ReplayTimeline::changeEvent(QEvent *event)
{
	QAbstractSlider::changeEvent(event);
	update();
}

QString ReplayTimeline::describe(qint64 ms) const
{
	if (!replay_ || !length()) {
		return {};
	}
	const struct lx_replay_axis *axis = lx_replay_own(replay_.get());
	const qint64 moment = lx_replay_moment(axis, ms);
	QStringList lines{timeText(ms)};
	const qint64 bar = std::min<qint64>(ms * LX_REPLAY_BARS / length(), LX_REPLAY_BARS - 1);
	const double minutes = double(length()) / LX_REPLAY_BARS / 60000;
	lines << text_("Replay.Rate", {QLocale().toString(qRound64(replay_->bars[bar] / std::max(minutes, 1e-3)))});
	for (size_t i = 0; i < replay_->scene_count; i++) {
		const struct lx_replay_scene &scene = replay_->scenes[i];
		if (scene.from_ms <= moment && moment < scene.to_ms) {
			lines << text_("Replay.Scene", {isolated(sanitizeText(scene.name))});
		}
	}
	for (size_t i = 0; i < replay_->gap_count; i++) {
		if (replay_->gaps[i].from_ms <= moment && moment < replay_->gaps[i].to_ms) {
			lines << text_("Replay.Gap");
			break;
		}
	}
	const int marker = markerNear(xOf(ms));
	if (marker >= 0) {
		struct dstr label = {};
		lx_marker_label(text_.catalogue(), &replay_->markers[marker].marker, &label);
		lines << text_("Marker.InChat", {isolated(sanitizeText(label.array ? label.array : ""))});
		dstr_free(&label);
	}
	return lines.join(u'\n');
}

bool ReplayTimeline::event(QEvent *event)
{
	if (event->type() == QEvent::ToolTip) {
		auto *help = static_cast<QHelpEvent *>(event);
		QToolTip::showText(help->globalPos(),
				   Qt::convertFromPlainText(describe(msAt(help->pos().x())), Qt::WhiteSpaceNormal),
				   this);
		return true;
	}
	return QAbstractSlider::event(event);
}

} // namespace lx::ui
