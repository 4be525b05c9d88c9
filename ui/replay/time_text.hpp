/*
 * Times as people write them: "1:23:45", "4:05.2".
 */
#pragma once

#include <optional>

#include <QString>

namespace lx::ui {

/* Hours are always there, so that nothing jumps while it runs. */
QString timeText(qint64 ms, bool tenths = false);
/* Takes "1:23:45", "83:20", "95" (seconds), with a fraction after a point or comma. */
std::optional<qint64> timeFromText(const QString &text);

} // namespace lx::ui
