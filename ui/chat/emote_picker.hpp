/*
 * All emotes that may be written here, as pictures, with a line to search in. Only pictures on screen are asked for.
 *
 * A popup that deletes itself when it closes.
 */
#pragma once

#include <QFrame>

#include "ui/chat/pictures.hpp"
#include "ui/context.hpp"

class QLineEdit;
class QListView;

namespace lx::ui {

class EmoteGrid;

class EmotePicker : public QFrame {
	Q_OBJECT

public:
	EmotePicker(const Context &context, Pictures &pictures, QWidget *parent);

	/* Above `button`, within the screen. */
	void showAbove(const QWidget *button);
	QLineEdit *search() const { return search_; }
	QListView *grid() const { return grid_; }

Q_SIGNALS:
	void chosen(const QString &name);
	/* Twitch's own are only listed for a login that has this permission. */
	void permissionWanted(const QString &scopes);

protected:
	bool eventFilter(QObject *object, QEvent *event) override;

private:
	void choose(const QModelIndex &index);

	EmoteGrid *model_;
	QLineEdit *search_;
	QListView *grid_;
	QWidget *empty_;
};

} // namespace lx::ui
