#include "ui/account/qr_code.hpp"

#include <memory>

#include <QPainter>

#include <qrencode.h>

namespace lx::ui {

namespace {

constexpr int quietZone = 4; /* modules, as the standard asks */
constexpr int moduleSize = 4;

} // namespace

QImage qrImage(const QString &text)
{
	const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
		QRcode_encodeString8bit(text.toUtf8().constData(), 0, QR_ECLEVEL_M), &QRcode_free);
	if (text.isEmpty() || !code) {
		return {};
	}
	const int width = code->width;
	QImage image(width + 2 * quietZone, width + 2 * quietZone, QImage::Format_Grayscale8);
	image.fill(Qt::white);
	for (int y = 0; y < width; y++) {
		for (int x = 0; x < width; x++) {
			if (code->data[y * width + x] & 1) {
				image.setPixel(x + quietZone, y + quietZone, qRgb(0, 0, 0));
			}
		}
	}
	return image;
}

QrCode::QrCode(QWidget *parent) : QWidget(parent)
{
	setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void QrCode::setText(const QString &text)
{
	image_ = qrImage(text);
	setVisible(!image_.isNull());
	updateGeometry();
	update();
}

QSize QrCode::sizeHint() const
{
	return image_.size() * moduleSize;
}

void QrCode::paintEvent(QPaintEvent *event)
{
	(void)event;
	/* Black on white whatever the theme: phones expect it so. */
	QPainter painter(this);
	const int side = std::min(width(), height());
	painter.drawImage(QRect((width() - side) / 2, (height() - side) / 2, side, side), image_);
}

} // namespace lx::ui
