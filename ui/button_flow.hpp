/*
 * Buttons side by side, as many as there is room for; the others stand below. For docks that people make narrow. UI thread.
 */
#pragma once

#include <vector>

#include <QWidget>

class QPushButton;

namespace lx::ui {

class ButtonFlow : public QWidget {
public:
	explicit ButtonFlow(QWidget *parent = nullptr);

	/* Becomes its child. */
	void add(QPushButton *button);

	bool hasHeightForWidth() const override { return true; }
	int heightForWidth(int width) const override;
	QSize sizeHint() const override;
	QSize minimumSizeHint() const override;

protected:
	bool event(QEvent *event) override;
	void resizeEvent(QResizeEvent *event) override;

private:
	int arrange(int width, bool move) const;

	std::vector<QPushButton *> buttons_;
};

} // namespace lx::ui
