#include "ui/chat/emoji.hpp"

#include <algorithm>

#include <unicode/uchar.h>

namespace lx::ui {

namespace {

constexpr char32_t zeroWidthJoiner = 0x200D;
constexpr char32_t emojiSelector = 0xFE0F;
constexpr char32_t keycap = 0x20E3;
constexpr char32_t firstTag = 0xE0020;
constexpr char32_t lastTag = 0xE007F;

bool has(char32_t c, UProperty property)
{
	return u_hasBinaryProperty(UChar32(c), property);
}

/* Reads one sequence from `at` on; returns where it ends, or `at` when none begins there. */
size_t sequenceEnd(const std::u32string &text, size_t at)
{
	const auto peek = [&text](size_t i) {
		return i < text.size() ? text[i] : 0;
	};
	size_t end = at;
	for (;;) {
		const char32_t c = peek(end);
		const char32_t next = peek(end + 1);
		const bool flag = has(c, UCHAR_REGIONAL_INDICATOR);
		if (flag ? !has(next, UCHAR_REGIONAL_INDICATOR)
			 : !has(c, UCHAR_EMOJI_PRESENTATION) &&
				    !(has(c, UCHAR_EMOJI) &&
				      (next == emojiSelector || has(next, UCHAR_EMOJI_MODIFIER) || next == keycap ||
				       next == zeroWidthJoiner || end != at))) {
			break;
		}
		end += flag ? 2 : 1;
		while (peek(end) == emojiSelector || peek(end) == keycap || has(peek(end), UCHAR_EMOJI_MODIFIER) ||
		       (peek(end) >= firstTag && peek(end) <= lastTag)) {
			end++;
		}
		if (peek(end) != zeroWidthJoiner || !has(peek(end + 1), UCHAR_EMOJI)) {
			break;
		}
		end++;
	}
	/* A joiner that joins nothing is left to the text. */
	return end > at && peek(end - 1) == zeroWidthJoiner ? end - 1 : end;
}

} // namespace

std::vector<EmojiRange> prepareEmoji(QString &text)
{
	std::vector<EmojiRange> ranges;
	const bool plain = std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x2000; });
	if (plain) {
		return ranges;
	}
	const std::u32string points = text.toStdU32String();
	QString out;
	out.reserve(text.size());
	for (size_t i = 0; i < points.size();) {
		const size_t end = sequenceEnd(points, i);
		if (end == i) {
			out.append(QChar::fromUcs4(points[i++]));
			continue;
		}
		const int start = int(out.size());
		for (; i < end; i++) {
			if (points[i] != emojiSelector) {
				out.append(QChar::fromUcs4(points[i]));
			}
		}
		const int length = int(out.size()) - start;
		if (!ranges.empty() && ranges.back().start + ranges.back().length == start) {
			ranges.back().length += length;
		} else {
			ranges.push_back({start, length});
		}
	}
	text = out;
	return ranges;
}

const QStringList &emojiFamilies()
{
	static const QStringList families = {QStringLiteral("Noto Color Emoji"), QStringLiteral("Segoe UI Emoji"),
					     QStringLiteral("Apple Color Emoji")};
	return families;
}

} // namespace lx::ui
