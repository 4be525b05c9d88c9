/*
 * Small widgets that several pages use.
 */
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include "ui/icons.hpp"
#include "ui/theme.hpp"

namespace lx::ui {

/* One line of plain text that gives way with "…" where there is no room, and then says all in its tooltip. */
class ElidedLabel : public QWidget {
	Q_OBJECT

public:
	explicit ElidedLabel(QWidget *parent = nullptr);

	void setText(const QString &text);
	const QString &text() const { return text_; }

	QSize sizeHint() const override;
	QSize minimumSizeHint() const override;

protected:
	void paintEvent(QPaintEvent *event) override;
	void changeEvent(QEvent *event) override;

private:
	QString text_;
};

/* A flat button with one of our signs, in the colour of the palette's text. */
class IconButton : public QToolButton {
	Q_OBJECT

public:
	IconButton(Icon icon, const QString &tip, QWidget *parent = nullptr);

protected:
	void changeEvent(QEvent *event) override;

private:
	void draw();

	Icon icon_;
};

/* A coloured dot beside words: never colour alone. */
void drawDot(QPainter &painter, const QPointF &center, qreal radius, const QColor &color);

/* A label for plain text that wraps; people's names and Twitch's words go in here. */
QLabel *plainLabel(const QString &text, QWidget *parent = nullptr);
QLabel *mutedLabel(const QString &text, QWidget *parent = nullptr);
QLabel *titleLabel(const QString &text, QWidget *parent = nullptr);

} // namespace lx::ui
