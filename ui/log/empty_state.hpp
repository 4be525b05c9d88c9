/*
 * Stands where a list would, when there is nothing to show: says why, and has the button that helps.
 */
#pragma once

#include <functional>

#include <QWidget>

#include "ui/icons.hpp"

class QLabel;
class QPushButton;

namespace lx::ui {

class EmptyState : public QWidget {
	Q_OBJECT

public:
	explicit EmptyState(QWidget *parent = nullptr);

	/* An empty `button`: there is nothing to press. */
	void tell(Icon icon, const QString &title, const QString &sentence, const QString &button = {},
		  std::function<void()> act = {});

private:
	class Sign *sign_;
	QLabel *title_;
	QLabel *sentence_;
	QPushButton *button_;
	std::function<void()> act_;
};

} // namespace lx::ui
