#include "ui/replay/transport.hpp"

#include <array>

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/replay/time_text.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr std::array<double, 6> speeds = {0.5, 1, 1.5, 2, 3, 4};
constexpr std::array<qint64, 4> steps = {-1000, -100, 100, 1000};

} // namespace

TimeEdit::TimeEdit(QWidget *parent) : QLineEdit(parent)
{
	setMaxLength(12);
	setAlignment(Qt::AlignCenter);
	setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("00:00:00.0")) + 16);
	connect(this, &QLineEdit::returnPressed, this, [this] {
		const std::optional<qint64> ms = timeFromText(text());
		setModified(false);
		ms_ = -2;
		if (ms) {
			Q_EMIT entered(*ms);
		}
	});
}

void TimeEdit::setTime(qint64 ms)
{
	if (isModified() || ms == ms_) {
		return;
	}
	ms_ = ms;
	const int cursor = cursorPosition();
	setText(ms < 0 ? QStringLiteral("–") : timeText(ms, true));
	setCursorPosition(cursor);
	setEnabled(ms >= 0);
}

void TimeEdit::keyPressEvent(QKeyEvent *event)
{
	if (event->key() == Qt::Key_Escape && isModified()) {
		setModified(false);
		ms_ = -2;
		return;
	}
	QLineEdit::keyPressEvent(event);
}

void TimeEdit::focusOutEvent(QFocusEvent *event)
{
	/* What was not confirmed is forgotten. */
	setModified(false);
	ms_ = -2;
	QLineEdit::focusOutEvent(event);
}

ReplayTransport::ReplayTransport(const Text &text, QWidget *parent)
	: QWidget(parent), text_(text), play_(new IconButton(Icon::Play, text("Replay.Play"), this)),
	  pause_(new IconButton(Icon::Pause, text("Replay.Pause"), this)), speed_(new QComboBox(this)),
	  stream_(new TimeEdit(this)), recording_(new TimeEdit(this)), recordingLabel_(mutedLabel(QString(), this))
{
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(6, 2, 6, 4);
	column->setSpacing(4);
	auto *keys = new QHBoxLayout;
	keys->setSpacing(2);
	column->addLayout(keys);
	keys->addWidget(play_);
	keys->addWidget(pause_);
	pause_->hide();
	connect(play_, &QToolButton::clicked, this, &ReplayTransport::playToggled);
	connect(pause_, &QToolButton::clicked, this, &ReplayTransport::playToggled);
	for (const qint64 step : steps) {
		auto *button = new QToolButton(this);
		const QString amount = (step > 0 ? QStringLiteral("+") : QStringLiteral("−")) +
				       QLocale().toString(std::abs(double(step)) / 1000, 'f', step % 1000 ? 1 : 0);
		button->setText(amount);
		button->setAutoRaise(true);
		button->setAutoRepeat(true);
		button->setToolTip(text("Replay.Nudge", {amount}));
		button->setAccessibleName(button->toolTip());
		button->setCursor(Qt::PointingHandCursor);
		keys->addWidget(button);
		connect(button, &QToolButton::clicked, this, [this, step] { Q_EMIT nudged(step); });
	}
	keys->addStretch(1);
	for (const double speed : speeds) {
		speed_->addItem(QLocale().toString(speed) + QStringLiteral("×"), speed);
	}
	speed_->setAccessibleName(text("Replay.Speed"));
	speed_->setToolTip(text("Replay.Speed"));
	keys->addWidget(speed_);
	connect(speed_, &QComboBox::activated, this, [this] { Q_EMIT speedChosen(speed_->currentData().toDouble()); });

	auto *times = new QHBoxLayout;
	times->setSpacing(4);
	column->addLayout(times);
	auto *streamLabel = mutedLabel(text("Replay.Stream"), this);
	streamLabel->setWordWrap(false);
	recordingLabel_->setWordWrap(false);
	times->addWidget(streamLabel);
	times->addWidget(stream_, 1);
	times->addSpacing(4);
	times->addWidget(recordingLabel_);
	times->addWidget(recording_, 1);
	streamLabel->setBuddy(stream_);
	recordingLabel_->setBuddy(recording_);
	stream_->setAccessibleName(text("Replay.StreamTime"));
	stream_->setToolTip(text("Replay.StreamTime"));
	recording_->setAccessibleName(text("Replay.RecordingTime"));
	connect(stream_, &TimeEdit::entered, this, &ReplayTransport::streamTimeEntered);
	connect(recording_, &TimeEdit::entered, this, &ReplayTransport::fileTimeEntered);
	setTimes(-1, -1, 0, 0, QString());
	setSpeed(1);
}

QToolButton &ReplayTransport::play()
{
	return pause_->isHidden() ? *play_ : *pause_;
}

void ReplayTransport::setPlaying(bool playing)
{
	if (playing != pause_->isHidden()) {
		return;
	}
	const bool focused = play_->hasFocus() || pause_->hasFocus();
	play_->setVisible(!playing);
	pause_->setVisible(playing);
	if (focused) {
		play().setFocus();
	}
}

void ReplayTransport::setSpeed(double speed)
{
	int best = 0;
	for (int i = 0; i < speed_->count(); i++) {
		if (std::abs(speed_->itemData(i).toDouble() - speed) <
		    std::abs(speed_->itemData(best).toDouble() - speed)) {
			best = i;
		}
	}
	speed_->setCurrentIndex(best);
}

void ReplayTransport::setTimes(qint64 streamMs, qint64 fileMs, size_t file, size_t files, const QString &name)
{
	stream_->setTime(streamMs);
	recording_->setTime(fileMs);
	const QString label = files > 1 && fileMs >= 0
				      ? text_("Replay.FileOf", {QString::number(file + 1), QString::number(files)})
				      : text_("Replay.Recording");
	if (recordingLabel_->text() != label) {
		recordingLabel_->setText(label);
	}
	if (recording_->property("file").toString() != name || recording_->toolTip().isEmpty()) {
		recording_->setProperty("file", name);
		recording_->setToolTip(Qt::convertFromPlainText(
			name.isEmpty() ? text_("Replay.RecordingTime") : text_("Replay.RecordingTime") + u'\n' + name,
			Qt::WhiteSpaceNormal));
	}
}

} // namespace lx::ui
