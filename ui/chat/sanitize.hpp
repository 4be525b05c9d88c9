/*
 * Hostile text made harmless for drawing: no control characters, no bidirectional overrides, no towers of combining marks,
 * no endless lines. Ordinary writing of any script, emoji with joiners and variation selectors stay as they are.
 */
#pragma once

#include <vector>

#include <QString>

namespace lx::ui {

constexpr int maxNameCodePoints = 64;
constexpr int maxTextCodePoints = 1000; /* Twitch allows 500; sentences of its own are longer */

QString sanitizeText(const char *utf8);
/*
 * The same, and follows places: `places` are ascending counts of bytes from the start of `utf8`, at borders of characters; each
 * is replaced by where it has gone in the result, in UTF-16 units.
 */
QString sanitizeText(const char *utf8, std::vector<int> &places);
/* Stricter: no format characters at all, so that nothing invisible makes two names look alike. */
QString sanitizeName(const char *utf8);

/* A sentence or path without the user's home folder, which often carries a real name: "~" stands for it. */
QString withoutHome(const QString &sentence);

/* `text` between isolates, so that its direction does not reach what stands beside it. */
QString isolated(const QString &text);

} // namespace lx::ui
