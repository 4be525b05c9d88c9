/*
 * The colours of one moment: taken from the widget's palette, with the few hues that mean something made readable on it.
 */
#pragma once

#include <QColor>
#include <QPalette>

namespace lx::ui {

/* What a coloured bar or tint says. */
enum class Tone : quint8 { Plain, Accent, Good, Warning, Bad, Purple, Blue, Green, Orange };

struct Theme {
	bool dark = true;
	QColor base; /* background of the chat */
	QColor text;
	QColor muted;     /* time, captions; readable on base */
	QColor line;      /* thin separators */
	QColor highlight; /* selection */

	static Theme from(const QPalette &palette);

	QColor tone(Tone tone) const;                           /* full colour, for bars and dots */
	QColor tone(Tone tone, const QColor &background) const; /* as text on `background` */
	QColor tint(Tone tone) const;                           /* background of a row that is marked so */
	QColor tint(const QColor &color) const;                 /* of a row that the user gave this colour */
	QColor edge(const QColor &color) const;                 /* beside it; told apart from the base */
	QColor hovered(const QColor &background) const;
	QColor selected(const QColor &background) const;
	QColor mutedOn(const QColor &background) const;
};

} // namespace lx::ui
