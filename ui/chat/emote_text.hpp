/*
 * Which words of a line are pictures. A word that is one is replaced by a single sign, whose place the layout makes as wide
 * as the picture; emotes that are laid over others take no place of their own.
 */
#pragma once

#include <vector>

#include <QColor>
#include <QString>

#include "ui/chat/emoji.hpp"
#include "ui/chat/pictures.hpp"
#include "ui/chat/row.hpp"

namespace lx::ui {

/* Stands for a picture: takes no side in text of both directions, and lines do not break around it. */
constexpr char16_t pictureSign = u'*';

struct InlinePicture {
	int at;    /* of the sign in the text */
	QSize box; /* device-independent pixels */
	PictureRef picture;
	std::vector<PictureRef> overlays; /* drawn over it, in this order */
	QString name;                     /* as it was written, overlays included */
	QString provider;
};

struct EmoteText {
	struct Cheer {
		int start, length; /* of the number behind the picture */
		QColor color;
	};

	QString text;
	std::vector<EmojiRange> emoji;
	std::vector<InlinePicture> pictures;
	std::vector<Cheer> cheers;
	PictureRef gigantic; /* the last emote, if it was paid to be very large: it is not in the text */
	QString giganticName;
};

/* `height` of all pictures; `pictures` may be NULL. Asks for the pictures that it finds. */
EmoteText emoteText(const ChatRow &row, Pictures *pictures, int height, int giganticHeight = 0);

} // namespace lx::ui
