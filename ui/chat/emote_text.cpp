#include "ui/chat/emote_text.hpp"

#include <algorithm>

#include "ui/chat/sanitize.hpp"

namespace lx::ui {

namespace {

constexpr int widest = 4;         /* times the height */
constexpr size_t maxInLine = 100; /* Twitch's 500 characters hold no more that are worth it */
constexpr size_t maxOverlays = 4;

class Builder {
public:
	Builder(const ChatRow &row, Pictures &pictures, int height, int giganticHeight)
		: row_(row), pictures_(pictures), height_(height), giganticHeight_(giganticHeight)
	{
	}

	EmoteText build()
	{
		const QStringView text = row_.text;
		qsizetype at = 0;
		for (const RowEmote &emote : row_.emotes) {
			if (emote.start < at || emote.start + emote.length > text.size()) {
				continue;
			}
			takeWords(text.mid(at, emote.start - at));
			const QStringView name = text.mid(emote.start, emote.length);
			const QSize box(height_, height_);
			if (!takeGigantic(emote, name)) {
				add(name, pictures_.twitchEmote(emote.id, box), box, LX_EMOTES_TWITCH, false);
			}
			at = emote.start + emote.length;
		}
		takeWords(text.mid(at));
		flush();
		return std::move(out_);
	}

private:
	bool takeGigantic(const RowEmote &emote, QStringView name)
	{
		if (!(row_.flags & LX_CHAT_GIGANTIC) || !giganticHeight_ || &emote != &row_.emotes.back()) {
			return false;
		}
		out_.gigantic = pictures_.largeEmote(emote.id, QSize(giganticHeight_, giganticHeight_));
		out_.giganticName = name.toString();
		return out_.gigantic != nullptr;
	}

	void takeWords(QStringView text)
	{
		qsizetype begin = 0;
		while (begin < text.size()) {
			qsizetype end = text.indexOf(u' ', begin);
			if (end < 0) {
				end = text.size();
			}
			if (end > begin) {
				takeWord(text.mid(begin, end - begin));
			}
			if (end < text.size()) {
				plain_ += u' ';
			}
			begin = end + 1;
		}
	}

	void takeWord(QStringView word)
	{
		const struct lx_emote_set *set = pictures_.set();
		/* Only whole words: what stands directly beside an emote of Twitch belongs to it. */
		const QByteArray utf8 = set && (plain_.isEmpty() ? !touchesPicture() : plain_.back() == u' ')
						? word.toUtf8()
						: QByteArray();
		if (!utf8.isEmpty() && row_.bits && takeCheer(word, utf8)) {
			return;
		}
		const struct lx_named_emote *emote =
			utf8.isEmpty() ? nullptr : lx_emote_set_find(set, utf8.constData(), size_t(utf8.size()));
		if (!emote) {
			takePlain(word);
			return;
		}
		const QSize box = boxOf(*emote);
		add(word, pictures_.emote(*emote, box), box, emote->provider, emote->forms & LX_EMOTE_ZERO_WIDTH);
	}

	/* In text that runs to the left the sign of a mention would part from its name. */
	void takePlain(QStringView word)
	{
		if (word.size() > 1 && word.front() == u'@' && runsLeft_) {
			plain_ += isolated(word.toString());
		} else {
			plain_ += word;
		}
	}

	bool takeCheer(QStringView word, const QByteArray &utf8)
	{
		uint32_t bits = 0;
		const struct lx_cheer_tier *tier =
			lx_emote_set_find_cheer(pictures_.set(), utf8.constData(), size_t(utf8.size()), &bits);
		if (!tier) {
			return false;
		}
		const QSize box(height_, height_);
		if (!add(word, pictures_.cheer(*tier, box), box, LX_EMOTES_TWITCH, false)) {
			return true;
		}
		const QString number = QString::number(bits);
		flush();
		out_.cheers.push_back({int(out_.text.size()), int(number.size()), QColor::fromRgb(tier->color)});
		out_.text += number;
		return true;
	}

	QSize boxOf(const struct lx_named_emote &emote) const
	{
		if (!emote.width || !emote.height) {
			return {height_, height_};
		}
		const int width = height_ * emote.width / emote.height;
		return {std::clamp(width, height_ / 2, widest * height_), height_};
	}

	bool touchesPicture() const { return !out_.text.isEmpty() && out_.text.back() != u' '; }

	/* False when there is no picture and the word was taken as it is. */
	bool add(QStringView word, const PictureRef &picture, const QSize &box, enum lx_emote_provider provider,
		 bool overlay)
	{
		if (!picture || out_.pictures.size() == maxInLine) {
			plain_ += word;
			return false;
		}
		if (overlay && endsWithPicture() && out_.pictures.back().overlays.size() < maxOverlays) {
			plain_.clear();
			InlinePicture &under = out_.pictures.back();
			under.box = under.box.expandedTo(box);
			under.overlays.push_back(picture);
			under.name += u' ' + word.toString();
			return true;
		}
		flush();
		const int at = int(out_.text.size());
		out_.text += QChar(pictureSign);
		out_.pictures.push_back(
			{at, box, picture, {}, word.toString(), QString::fromLatin1(lx_emote_provider_name(provider))});
		return true;
	}

	/* But for spaces. */
	bool endsWithPicture() const
	{
		return !out_.pictures.empty() && out_.pictures.back().at + 1 == out_.text.size() &&
		       QStringView(plain_).trimmed().isEmpty();
	}

	void flush()
	{
		const int start = int(out_.text.size());
		for (EmojiRange range : prepareEmoji(plain_)) {
			range.start += start;
			out_.emoji.push_back(range);
		}
		out_.text += plain_;
		plain_.clear();
	}

	const ChatRow &row_;
	Pictures &pictures_;
	const int height_;
	const int giganticHeight_;
	const bool runsLeft_ = row_.text.isRightToLeft();
	EmoteText out_;
	QString plain_; /* not in out_ yet */
};

} // namespace

EmoteText emoteText(const ChatRow &row, Pictures *pictures, int height, int giganticHeight)
{
	if (pictures) {
		return Builder(row, *pictures, height, giganticHeight).build();
	}
	EmoteText result;
	result.text = row.text;
	result.emoji = prepareEmoji(result.text);
	return result;
}

} // namespace lx::ui
