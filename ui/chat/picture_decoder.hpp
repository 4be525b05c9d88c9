/*
 * A picture's file made into images of the size in which it is shown. Whatever the file is: its size is looked at before it
 * is decoded, and number of frames, memory and time are limited. Any thread.
 */
#pragma once

#include <vector>

#include <QImage>
#include <QSize>

#include "net/picture_format.h"

namespace lx::ui {

struct DecodedPicture {
	std::vector<QImage> frames; /* empty: it could not be read */
	std::vector<int> endsMs;    /* when each frame ends, counted from the first's begin; empty unless it moves */
	QSize natural;              /* pixels in the file */
};

/* `box` in pixels of the screen: the picture is made as large as fits into it, its proportions kept. */
DecodedPicture decodePicture(const void *bytes, size_t size, const struct lx_picture_info &info, const QSize &box,
			     bool animated);

} // namespace lx::ui
