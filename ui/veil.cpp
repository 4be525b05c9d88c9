#include "ui/veil.hpp"

#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>

#include "ui/text.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

Veil::Veil(const StreamerMode &mode, const Text &text, QWidget *place)
	: QWidget(place), mode_(mode), place_(place), sentence_(mutedLabel(text("Streamer.Hidden"), this)),
	  show_(new QPushButton(text("Streamer.ShowHere"), this))
{
	setObjectName(QStringLiteral("livextremVeil"));
	auto *row = new QHBoxLayout(this);
	row->setContentsMargins(0, 0, 0, 0);
	row->setSpacing(6);
	row->addWidget(sentence_, 1);
	row->addWidget(show_, 0, Qt::AlignTop);
	show_->setAutoDefault(false);
	show_->setToolTip(text("Streamer.ShowHereTip"));
	connect(show_, &QPushButton::clicked, this, &Veil::reveal);
	connect(&mode_, &StreamerMode::changed, this, [this] {
		shown_ = false;
		update();
	});
	place->installEventFilter(this);
	setVisible(hides());
}

void Veil::setSentence(const QString &sentence)
{
	sentence_->setText(sentence);
}

void Veil::cover(QWidget *content)
{
	contents_ << content;
	content->setVisible(!hides());
}

void Veil::reveal()
{
	shown_ = true;
	update();
}

void Veil::update()
{
	setVisible(hides());
	for (const QPointer<QWidget> &content : contents_) {
		if (content) {
			content->setVisible(!hides());
		}
	}
	Q_EMIT changed();
}

bool Veil::eventFilter(QObject *object, QEvent *event)
{
	if (object == place_ && event->type() == QEvent::Hide && shown_) {
		shown_ = false;
		update();
	}
	return QWidget::eventFilter(object, event);
}

} // namespace lx::ui
