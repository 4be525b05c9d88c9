#include "ui/chat/sanitize.hpp"

#include <QDir>

namespace lx::ui {

namespace {

constexpr char32_t zeroWidthNonJoiner = 0x200C;
constexpr char32_t zeroWidthJoiner = 0x200D;
constexpr char32_t firstStrongIsolate = 0x2068;
constexpr char32_t popIsolate = 0x2069;
constexpr int maxMarksInText = 4; /* Hebrew with points and accents needs three, Vietnamese two */
constexpr int maxMarksInName = 2;
constexpr int maxTags = 8; /* flags of regions: six letters and an end */

bool isTag(char32_t c)
{
	return c >= 0xE0020 && c <= 0xE007F;
}

/* Signs that change the direction of what follows, or that are nothing but invisible. */
bool isHarmfulFormat(char32_t c)
{
	return c == 0x00AD || c == 0x061C || c == 0x180E || c == 0x200B || c == 0x200E || c == 0x200F ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
	       (c >= 0xFFF9 && c <= 0xFFFB) || c == 0xE0001;
}

class Sanitizer {
public:
	Sanitizer(bool isName, int limit) : isName_(isName), limit_(limit) {}

	QString run(const char *utf8, std::vector<int> *places = nullptr)
	{
		const QString in = QString::fromUtf8(utf8);
		std::vector<int> units;
		if (places) {
			units = unitsOf(utf8, *places);
		}
		size_t next = 0;
		out_.reserve(in.size());
		for (qsizetype i = 0; i < in.size(); i++) {
			for (; next < units.size() && units[next] <= i; next++) {
				(*places)[next] = int(out_.size());
			}
			char32_t c = in[i].unicode();
			if (QChar::isHighSurrogate(c) && i + 1 < in.size() && in[i + 1].isLowSurrogate()) {
				c = QChar::surrogateToUcs4(in[i], in[i + 1]);
				i++;
			}
			if (count_ == limit_) {
				out_ += QChar(0x2026);
				break;
			}
			take(c);
		}
		for (; next < units.size(); next++) {
			(*places)[next] = int(out_.size());
		}
		return isName_ ? out_.trimmed() : out_;
	}

private:
	/* Bytes as counts of UTF-16 units: four bytes of UTF-8 make two units, all other characters one. */
	static std::vector<int> unitsOf(const char *utf8, const std::vector<int> &places)
	{
		std::vector<int> units;
		units.reserve(places.size());
		int at = 0, count = 0;
		for (const int place : places) {
			for (; at < place && utf8[at]; at++) {
				const auto byte = (unsigned char)utf8[at];
				count += (byte & 0xC0) == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1;
			}
			units.push_back(count);
		}
		return units;
	}

	void take(char32_t c)
	{
		if (c >= 0x20 && c < 0x7F) {
			put(c);
			return;
		}
		switch (QChar::category(c)) {
		case QChar::Other_Control:
		case QChar::Separator_Line:
		case QChar::Separator_Paragraph:
			put(U' ');
			break;
		case QChar::Separator_Space:
			put(isName_ ? U' ' : c);
			break;
		case QChar::Other_Surrogate:
			put(QChar::ReplacementCharacter);
			break;
		case QChar::Other_Format:
			takeFormat(c);
			break;
		case QChar::Mark_NonSpacing:
		case QChar::Mark_Enclosing:
			if (marks_++ < (isName_ ? maxMarksInName : maxMarksInText)) {
				append(c);
			}
			break;
		default:
			put(c);
		}
	}

	void takeFormat(char32_t c)
	{
		if (isName_ || isHarmfulFormat(c)) {
			return;
		}
		if (c == zeroWidthJoiner || c == zeroWidthNonJoiner) {
			/* A joiner joins what stands before it: not another joiner, not the start of the text. */
			if (!joined_ && !out_.isEmpty()) {
				append(c);
				joined_ = true;
			}
			return;
		}
		if (isTag(c)) {
			if (tags_++ < maxTags) {
				append(c);
			}
			return;
		}
		put(c);
	}

	void put(char32_t c)
	{
		append(c);
		marks_ = 0;
		tags_ = 0;
		joined_ = false;
	}

	void append(char32_t c)
	{
		out_.append(QChar::fromUcs4(c));
		count_++;
	}

	const bool isName_;
	const int limit_;
	QString out_;
	int count_ = 0;
	int marks_ = 0;
	int tags_ = 0;
	bool joined_ = false;
};

} // namespace

QString sanitizeText(const char *utf8)
{
	return Sanitizer(false, maxTextCodePoints).run(utf8);
}

QString sanitizeText(const char *utf8, std::vector<int> &places)
{
	return Sanitizer(false, maxTextCodePoints).run(utf8, &places);
}

QString sanitizeName(const char *utf8)
{
	return Sanitizer(true, maxNameCodePoints).run(utf8);
}

QString withoutHome(const QString &sentence)
{
	const QString home = QDir::homePath();
	if (QDir(home).isRoot()) {
		return sentence;
	}
	QString clean = sentence;
	for (const QString &way : {home, QDir::toNativeSeparators(home)}) {
		for (const QChar separator : {u'/', u'\\'}) {
			clean.replace(way + separator, QStringLiteral("~") + separator);
		}
	}
	return clean;
}

QString isolated(const QString &text)
{
	QString out;
	out.reserve(text.size() + 2);
	out += QChar(char16_t(firstStrongIsolate));
	out += text;
	out += QChar(char16_t(popIsolate));
	return out;
}

} // namespace lx::ui
