#include "ui/log/empty_state.hpp"

#include <QPainter>
#include <QVBoxLayout>

#include "ui/widgets.hpp"

namespace lx::ui {

class Sign : public QWidget {
public:
	explicit Sign(QWidget *parent) : QWidget(parent) { setFixedSize(40, 40); }
	void setIcon(Icon icon)
	{
		icon_ = icon;
		update();
	}

protected:
	void paintEvent(QPaintEvent *) override
	{
		QPainter painter(this);
		drawIcon(painter, icon_, QRectF(0, 0, width(), height()), Theme::from(palette()).muted);
	}

private:
	Icon icon_ = Icon::Search;
};

EmptyState::EmptyState(QWidget *parent)
	: QWidget(parent), sign_(new Sign(this)), title_(titleLabel({}, this)), sentence_(mutedLabel({}, this)),
	  button_(new QPushButton(this))
{
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(20, 12, 20, 12);
	column->setSpacing(8);
	column->addStretch(1);
	column->addWidget(sign_, 0, Qt::AlignHCenter);
	for (QLabel *label : {title_, sentence_}) {
		label->setAlignment(Qt::AlignHCenter);
		column->addWidget(label);
	}
	column->addWidget(button_, 0, Qt::AlignHCenter);
	column->addStretch(2);
	connect(button_, &QPushButton::clicked, this, [this] {
		if (act_) {
			act_();
		}
	});
}

void EmptyState::tell(Icon icon, const QString &title, const QString &sentence, const QString &button,
		      std::function<void()> act)
{
	sign_->setIcon(icon);
	title_->setText(title);
	sentence_->setText(sentence);
	sentence_->setVisible(!sentence.isEmpty());
	button_->setText(button);
	button_->setVisible(!button.isEmpty());
	act_ = std::move(act);
}

} // namespace lx::ui
