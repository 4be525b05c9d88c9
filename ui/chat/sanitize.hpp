/*
 * Hostile text made harmless for drawing: no control characters, no bidirectional overrides, no towers of combining marks,
 * no endless lines. Ordinary writing of any script, emoji with joiners and variation selectors stay as they are.
 */
#pragma once

#include <QString>

namespace lx::ui {

constexpr int maxNameCodePoints = 64;
constexpr int maxTextCodePoints = 1000; /* Twitch allows 500; sentences of its own are longer */

QString sanitizeText(const char *utf8);
/* Stricter: no format characters at all, so that nothing invisible makes two names look alike. */
QString sanitizeName(const char *utf8);

/* `text` between isolates, so that its direction does not reach what stands beside it. */
QString isolated(const QString &text);

} // namespace lx::ui
