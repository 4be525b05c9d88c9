/*
 * The keys of the player: play, finer steps in both directions to get in step with a video that runs elsewhere, speed; and both
 * times, of the stream and of the recorded file, either of which may be typed.
 */
#pragma once

#include <QLineEdit>
#include <QWidget>

#include "ui/text.hpp"

class QComboBox;
class QLabel;
class QToolButton;

namespace lx::ui {

class IconButton;

/* A time that is shown, and can be typed over. */
class TimeEdit : public QLineEdit {
	Q_OBJECT

public:
	explicit TimeEdit(QWidget *parent = nullptr);
	/* -1: there is none at this moment. Not while somebody types. */
	void setTime(qint64 ms);

Q_SIGNALS:
	void entered(qint64 ms);

protected:
	void keyPressEvent(QKeyEvent *event) override;
	void focusOutEvent(QFocusEvent *event) override;

private:
	qint64 ms_ = -2;
};

class ReplayTransport : public QWidget {
	Q_OBJECT

public:
	explicit ReplayTransport(const Text &text, QWidget *parent = nullptr);

	void setPlaying(bool playing);
	void setSpeed(double speed);
	/* Milliseconds, -1 = none at this moment. `file` of `files` counts from 0; its name is for the tooltip. */
	void setTimes(qint64 streamMs, qint64 fileMs, size_t file, size_t files, const QString &name);

	QToolButton &play();
	TimeEdit &stream() { return *stream_; }
	TimeEdit &recording() { return *recording_; }

Q_SIGNALS:
	void playToggled();
	void nudged(qint64 ms);
	void speedChosen(double speed);
	void streamTimeEntered(qint64 ms);
	void fileTimeEntered(qint64 ms);

private:
	const Text &text_;
	IconButton *play_;
	IconButton *pause_;
	QComboBox *speed_;
	TimeEdit *stream_;
	TimeEdit *recording_;
	QLabel *recordingLabel_;
};

} // namespace lx::ui
