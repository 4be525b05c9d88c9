/*
 * An address as QR code, so that the phone can open it.
 */
#pragma once

#include <QImage>
#include <QWidget>

namespace lx::ui {

/* One pixel per module with the quiet zone around; null when the text does not fit. */
QImage qrImage(const QString &text);

class QrCode : public QWidget {
	Q_OBJECT

public:
	explicit QrCode(QWidget *parent = nullptr);
	void setText(const QString &text);
	QSize sizeHint() const override;

protected:
	void paintEvent(QPaintEvent *event) override;

private:
	QImage image_;
};

} // namespace lx::ui
