#include "ui/chat/picture_decoder.hpp"

#include <algorithm>

#include <QBuffer>
#include <QElapsedTimer>
#include <QImageReader>

namespace lx::ui {

namespace {

constexpr int maxFrames = 600;
constexpr qsizetype maxBytes = 4 * 1024 * 1024; /* of one picture's frames */
constexpr int maxMs = 150;                      /* for all frames of a picture */
constexpr int shortestFrameMs = 20;             /* what claims to be faster is meant to be slow: all browsers do so */
constexpr int usualFrameMs = 100;
constexpr int longestFrameMs = 10000;

QImage fitted(const QImage &image, const QSize &size)
{
	const QImage scaled =
		image.size() == size ? image : image.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
	return scaled.convertToFormat(QImage::Format_ARGB32_Premultiplied);
}

/* What is too long or too large to move stands still. */
void stopMoving(DecodedPicture &picture)
{
	picture.frames.resize(1);
	picture.endsMs.clear();
}

} // namespace

DecodedPicture decodePicture(const void *bytes, size_t size, const struct lx_picture_info &info, const QSize &box,
			     bool animated)
{
	DecodedPicture picture;
	if (!lx_picture_size_fits(&info)) {
		return picture;
	}
	QByteArray data = QByteArray::fromRawData(static_cast<const char *>(bytes), qsizetype(size));
	QBuffer buffer(&data);
	buffer.open(QIODevice::ReadOnly);
	QImageReader reader(&buffer, lx_picture_format_name(info.format));
	const QSize natural = reader.size();
	if (!natural.isEmpty() && (natural.width() > LX_PICTURE_MAX_SIDE || natural.height() > LX_PICTURE_MAX_SIDE)) {
		return picture;
	}
	QElapsedTimer timer;
	timer.start();
	QSize shown;
	qsizetype used = 0;
	int endMs = 0;
	for (;;) {
		QImage image;
		if (!reader.read(&image) || image.isNull()) {
			break;
		}
		if (picture.frames.empty()) {
			picture.natural = image.size();
			shown = image.size().scaled(box, Qt::KeepAspectRatio).expandedTo(QSize(1, 1));
		}
		picture.frames.push_back(fitted(image, shown));
		const int delay = reader.nextImageDelay();
		endMs += delay < shortestFrameMs ? usualFrameMs : std::min(delay, longestFrameMs);
		picture.endsMs.push_back(endMs);
		used += picture.frames.back().sizeInBytes();
		if (!animated || !reader.supportsAnimation()) {
			break;
		}
		if (int(picture.frames.size()) > maxFrames || used > maxBytes || timer.elapsed() > maxMs) {
			stopMoving(picture);
			break;
		}
	}
	if (picture.frames.size() == 1) {
		picture.endsMs.clear();
	}
	return picture;
}

} // namespace lx::ui
