#include "ui/chat/thread_panel.hpp"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/chat/input.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/view.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int capacity = 500;

} // namespace

ThreadPanel::ThreadPanel(Context &context, QWidget *parent)
	: QWidget(parent), context_(context), model_(new ChatModel(context.text, capacity, this)),
	  view_(new ChatView(*model_, context.text, this)), title_(new ElidedLabel(this)),
	  follow_(new QToolButton(this)), input_(new ChatInput(context.text, this))
{
	setObjectName(QStringLiteral("livextremThread"));
	view_->setObjectName(QStringLiteral("livextremThreadChat"));
	view_->setAccessibleName(context.text("Thread.List"));
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(0, 1, 0, 0);
	column->setSpacing(0);
	auto *head = new QHBoxLayout;
	head->setContentsMargins(8, 3, 4, 3);
	head->setSpacing(4);
	follow_->setCheckable(true);
	follow_->setAutoRaise(true);
	follow_->setText(context.text("Thread.Follow"));
	follow_->setToolTip(context.text("Thread.FollowTip"));
	auto *close = new IconButton(Icon::Close, context.text("Thread.Close"), this);
	close->setFixedSize(24, 24);
	head->addWidget(title_, 1);
	head->addWidget(follow_);
	head->addWidget(close);
	column->addLayout(head);
	column->addWidget(view_, 1);
	column->addWidget(input_);
	connect(close, &QToolButton::clicked, this, &ThreadPanel::close);
	connect(follow_, &QToolButton::toggled, this, [this](bool on) { Q_EMIT followToggled(root_, on); });
	/* Whatever is answered in particular, it is an answer in this conversation. */
	connect(input_, &ChatInput::sendRequested, this, [this](const QString &text, const QByteArray &replyTo) {
		Q_EMIT sendRequested(text, replyTo.isEmpty() ? root_ : replyTo);
	});
	hide();
}

void ThreadPanel::open(const QByteArray &root, std::vector<RowEntry> &&rows, bool followed)
{
	root_ = root;
	model_->clear();
	QString whose;
	for (const RowEntry &entry : rows) {
		const ChatRow &row = std::get<ChatRow>(entry);
		whose = whose.isEmpty() ? row.id == root || row.replyName.isEmpty() ? row.name : row.replyName : whose;
	}
	model_->apply(std::move(rows));
	title_->setText(context_.text("Thread.Of", {whose}));
	setAccessibleName(title_->text());
	setFollowed(followed);
	input_->cancelReply();
	show();
	view_->resume();
}

void ThreadPanel::close()
{
	const bool focused = isAncestorOf(focusWidget()) || hasFocus();
	hide();
	model_->clear();
	root_.clear();
	if (focused) {
		parentWidget()->setFocus();
	}
	Q_EMIT closed();
}

void ThreadPanel::setFollowed(bool followed)
{
	const QSignalBlocker blocker(follow_);
	follow_->setChecked(followed);
}

void ThreadPanel::apply(const std::vector<RowEntry> &entries)
{
	if (root_.isEmpty()) {
		return;
	}
	std::vector<RowEntry> ours;
	for (const RowEntry &entry : entries) {
		if (std::holds_alternative<ChannelStart>(entry)) {
			close();
			return;
		}
		const ChatRow *row = std::get_if<ChatRow>(&entry);
		if (!row || row->threadId == root_ || row->id == root_) {
			ours.push_back(entry);
		}
	}
	if (!ours.empty()) {
		model_->apply(std::move(ours));
	}
}

void ThreadPanel::accepted()
{
	input_->accepted();
}

void ThreadPanel::reply(const ChatRow &row)
{
	input_->setReply(row.id, row.name, row.text);
}

void ThreadPanel::keyPressEvent(QKeyEvent *event)
{
	event->key() == Qt::Key_Escape ? close() : QWidget::keyPressEvent(event);
}

void ThreadPanel::paintEvent(QPaintEvent *event)
{
	(void)event;
	QPainter painter(this);
	painter.fillRect(QRect(0, 0, width(), 1), Theme::from(palette()).line);
}

} // namespace lx::ui
