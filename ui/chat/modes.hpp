/*
 * The modes of the chat at the head of its page: one chip for each that is on, nothing where none is. What a chip means, and since
 * when it is so, is in its tooltip; moderators switch the modes in the menu behind it, which the dock's menu has as well.
 */
#pragma once

#include <vector>

#include <QWidget>

#include "moderation/chat_modes.h"
#include "ui/context.hpp"

class QMenu;
class QPushButton;

namespace lx::ui {

class ModeStrip : public QWidget {
	Q_OBJECT

public:
	explicit ModeStrip(Context &context, QWidget *parent = nullptr);

	/* Entries for all modes; `menu` is emptied before. */
	void fill(QMenu &menu);

	bool hasHeightForWidth() const override { return true; }
	int heightForWidth(int width) const override;
	QSize sizeHint() const override;
	QSize minimumSizeHint() const override;

Q_SIGNALS:
	void permissionWanted(const QString &scopes);
	void refused(const QString &why);

protected:
	void resizeEvent(QResizeEvent *event) override;
	void changeEvent(QEvent *event) override;

private:
	void update();
	QString tip(enum lx_chat_mode mode, const struct lx_chat_modes &modes) const;
	/* Empty when the user may switch. */
	QString whyNot() const;
	void choose(enum lx_chat_mode mode, bool on, qint64 value);
	void fillOne(QMenu &menu, enum lx_chat_mode mode);
	void popup(enum lx_chat_mode mode, QPushButton *chip);
	int arrange(int width, bool move) const;

	Context &context_;
	std::vector<QPushButton *> chips_; /* in the order of the modes, made when first needed */
};

} // namespace lx::ui
