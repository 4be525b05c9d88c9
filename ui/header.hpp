/*
 * The top of the dock: which channel, live or not, how many watch, since when; the menu; and the row of pages, the last of
 * which always says in words how the connection is. Where there is little room only the page that is open shows its name.
 */
#pragma once

#include <optional>
#include <vector>

#include <QLabel>
#include <QTimer>
#include <QToolButton>
#include <QWidget>

#include "ui/context.hpp"
#include "ui/icons.hpp"

class QButtonGroup;
class QMenu;

namespace lx::ui {

class ElidedLabel;
class IconButton;

/* A page's button: a sign or a coloured dot, and a word that may have to go. */
class PageButton : public QToolButton {
	Q_OBJECT

public:
	explicit PageButton(QWidget *parent = nullptr);
	void setSign(Icon icon);
	void setMood(Session::Mood mood);
	/* Its word stays in the tooltip and for screen readers. */
	void setWordShown(bool shown);
	int widthWith(bool word) const;
	QSize sizeHint() const override;
	QSize minimumSizeHint() const override;

protected:
	void paintEvent(QPaintEvent *event) override;

private:
	std::optional<Icon> sign_;
	std::optional<Session::Mood> mood_;
	bool wordShown_ = true;
};

/* What a page's button shows; the one without a word is that of the connection. */
struct PageTitle {
	Icon sign;
	QString word;
};

class Header : public QWidget {
	Q_OBJECT

public:
	Header(Context &context, const std::vector<PageTitle> &pages, QWidget *parent = nullptr);

	void setMenu(QMenu *menu);
	void setPage(int page);
	void stop();

Q_SIGNALS:
	void pageWanted(int page);

protected:
	void showEvent(QShowEvent *event) override;
	void hideEvent(QHideEvent *event) override;
	void resizeEvent(QResizeEvent *event) override;

private:
	void fitPages();
	void update();
	void updateState();
	void updateChip();
	void runTimer();

	Context &context_;
	const Session &session_;
	const Text &text_;
	class LiveDot *dot_;
	ElidedLabel *channel_;
	QLabel *numbers_;
	QToolButton *chip_; /* streamer mode */
	IconButton *menu_;
	QButtonGroup *pages_;
	PageButton *connection_ = nullptr;
	QTimer minute_; /* moves the uptime while live and on screen */
	qint64 uptimeAtMs_ = 0;
};

} // namespace lx::ui
