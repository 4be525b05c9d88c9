/*
 * Colours that can be read: contrast as WCAG 2 defines it, names' colours adjusted to the background they stand on.
 */
#pragma once

#include <QByteArray>
#include <QColor>

namespace lx::ui {

constexpr double readableContrast = 4.5; /* WCAG 2 AA for ordinary text */

double luminance(const QColor &color);
double contrast(const QColor &a, const QColor &b);
/* `color` if it can be read on `background`, else the nearest lighter or darker one of the same hue that can. */
QColor readable(const QColor &color, const QColor &background);
/* `share` of `over` on `under`; 0 … 1. */
QColor blend(const QColor &under, const QColor &over, double share);
/* For people who chose no colour: always the same one for the same id, out of a wheel of well-told-apart hues. */
QColor fallbackColor(const QByteArray &userId);

} // namespace lx::ui
