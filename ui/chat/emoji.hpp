/*
 * Emoji in a text: where they are, so that each whole sequence (joiners, skin tones, flags, keycaps) is drawn with one
 * colour font. Qt before 6.9 picks fonts sign by sign and tears sequences apart.
 */
#pragma once

#include <vector>

#include <QString>
#include <QStringList>

namespace lx::ui {

struct EmojiRange {
	int start;
	int length;
};

/*
 * Finds the sequences and takes their variation selectors out: colour fonts know the sequences without them, and the
 * selector is in no font, which would tear the sequence as well.
 */
std::vector<EmojiRange> prepareEmoji(QString &text);

/* The systems' colour fonts, to be asked first. */
const QStringList &emojiFamilies();

} // namespace lx::ui
