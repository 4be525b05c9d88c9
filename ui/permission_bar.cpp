#include "ui/permission_bar.hpp"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets.hpp"

namespace lx::ui {

PermissionBar::PermissionBar(const Context &context, QWidget *parent)
	: QWidget(parent), context_(context), label_(plainLabel({}, this))
{
	auto *row = new QHBoxLayout(this);
	row->setContentsMargins(10, 6, 5, 6);
	row->setSpacing(4);
	auto *column = new QVBoxLayout;
	column->setSpacing(4);
	auto *again = new QPushButton(context.text("Permission.SignIn"), this);
	auto *close = new IconButton(Icon::Close, context.text("Dock.Close"), this);
	close->setFixedSize(24, 24);
	column->addWidget(label_);
	column->addWidget(again, 0, Qt::AlignLeft);
	row->addLayout(column, 1);
	row->addWidget(close, 0, Qt::AlignTop);
	connect(again, &QPushButton::clicked, this, [this] { Q_EMIT permissionWanted(scopes_); });
	connect(close, &QToolButton::clicked, this, [this] {
		closed_ = scopes_;
		hide();
	});
	connect(&context.session, &Session::accountChanged, this, &PermissionBar::update);
	connect(&context.session, &Session::permissionChanged, this, &PermissionBar::update);
	update();
}

void PermissionBar::update()
{
	const Session &session = context_.session;
	QStringList features;
	QStringList scopes;
	const auto need = [&](enum lx_feature feature) {
		const QString missing = session.missingFor(feature);
		if (!missing.isEmpty()) {
			features << context_.text(lx_feature_text_key(feature));
			scopes << missing.split(u' ');
		}
	};
	if (!session.mayWrite()) { /* a second account may do it */
		need(LX_FEATURE_SEND);
	}
	if (session.permissionHelps()) {
		need(LX_FEATURE_MODERATE);
	}
	scopes_ = scopes.join(u' ');
	label_->setText(context_.text("Permission.Needs",
				      {features.join(QStringLiteral("; ")), scopes.join(QStringLiteral(", "))}));
	setVisible(!scopes_.isEmpty() && scopes_ != closed_);
}

void PermissionBar::paintEvent(QPaintEvent *event)
{
	(void)event;
	QPainter painter(this);
	painter.fillRect(QRect(0, 0, width(), 1), Theme::from(palette()).tone(Tone::Warning));
}

} // namespace lx::ui
