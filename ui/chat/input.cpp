#include "ui/chat/input.hpp"

#include <QAbstractTextDocumentLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMimeData>
#include <QTextBlock>
#include <QVBoxLayout>

#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int maxLines = 4;

qsizetype codePoints(const QString &text)
{
	qsizetype count = 0;
	for (const QChar c : text) {
		count += !c.isLowSurrogate();
	}
	return count;
}

} // namespace

ChatEdit::ChatEdit(QWidget *parent) : QPlainTextEdit(parent)
{
	setTabChangesFocus(true);
	setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
	setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
	document()->setDocumentMargin(4);
	setUndoRedoEnabled(true);
	connect(this, &QPlainTextEdit::textChanged, this, &ChatEdit::adjustHeight);
	adjustHeight();
}

QSize ChatEdit::minimumSizeHint() const
{
	return QSize(60, sizeHint().height());
}

QSize ChatEdit::sizeHint() const
{
	const int line = fontMetrics().lineSpacing();
	const int lines = std::clamp(int(document()->size().height()), 1, maxLines);
	/* Frames and padding as the style has them: themes add their own. */
	const int around = std::max(2 * frameWidth(), height() - viewport()->height());
	return QSize(200, lines * line + 2 * int(document()->documentMargin()) + around + 2);
}

void ChatEdit::adjustHeight()
{
	const int height = std::max(30, sizeHint().height());
	if (height != this->height() || maximumHeight() != height) {
		setFixedHeight(height);
	}
}

void ChatEdit::resizeEvent(QResizeEvent *event)
{
	QPlainTextEdit::resizeEvent(event);
	adjustHeight();
}

void ChatEdit::keyPressEvent(QKeyEvent *event)
{
	switch (event->key()) {
	case Qt::Key_Return:
	case Qt::Key_Enter:
		/* Chat lines have no line breaks: with Shift nothing happens rather than a line sent too early. */
		if (!(event->modifiers() & Qt::ShiftModifier)) {
			Q_EMIT submitted();
		}
		return;
	case Qt::Key_Escape:
		Q_EMIT cancelled();
		return;
	case Qt::Key_Up:
		if (textCursor().block().layout()->lineForTextPosition(textCursor().positionInBlock()).lineNumber() <=
		    0) {
			Q_EMIT historyWanted(-1);
			return;
		}
		break;
	case Qt::Key_Down: {
		const QTextLayout *layout = textCursor().block().layout();
		if (layout->lineForTextPosition(textCursor().positionInBlock()).lineNumber() >=
		    layout->lineCount() - 1) {
			Q_EMIT historyWanted(1);
			return;
		}
		break;
	}
	default:
		break;
	}
	QPlainTextEdit::keyPressEvent(event);
}

void ChatEdit::insertFromMimeData(const QMimeData *source)
{
	insertPlainText(source->text().simplified());
}

ChatInput::ChatInput(const Text &text, QWidget *parent)
	: QWidget(parent), text_(text), replyBar_(new QWidget(this)), replyLabel_(new ElidedLabel(replyBar_)),
	  edit_(new ChatEdit(this)), counter_(new QLabel(this)), usage_(new ElidedLabel(this)),
	  emotes_(new IconButton(Icon::Smile, text("Chat.Emotes"), this)),
	  send_(new IconButton(Icon::Send, text("Chat.Send"), this))
{
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(6, 4, 6, 6);
	column->setSpacing(3);

	auto *replyRow = new QHBoxLayout(replyBar_);
	replyRow->setContentsMargins(4, 0, 0, 0);
	replyRow->setSpacing(2);
	auto *cancel = new IconButton(Icon::Close, text("Chat.CancelReply"), replyBar_);
	cancel->setFixedSize(24, 24);
	replyRow->addWidget(replyLabel_, 1);
	replyRow->addWidget(cancel);
	replyBar_->hide();
	column->addWidget(replyBar_);
	usage_->setContentsMargins(4, 0, 4, 0);
	usage_->hide();
	column->addWidget(usage_);

	auto *row = new QHBoxLayout;
	row->setSpacing(4);
	row->addWidget(edit_, 1);
	row->addWidget(counter_, 0, Qt::AlignVCenter);
	row->addWidget(emotes_, 0, Qt::AlignBottom);
	row->addWidget(send_, 0, Qt::AlignBottom);
	column->addLayout(row);

	edit_->setAccessibleName(text("Chat.InputName"));
	counter_->hide();
	connect(cancel, &QToolButton::clicked, this, &ChatInput::cancelReply);
	connect(send_, &QToolButton::clicked, this, &ChatInput::submit);
	connect(emotes_, &QToolButton::clicked, this, &ChatInput::emotesWanted);
	connect(edit_, &ChatEdit::submitted, this, &ChatInput::submit);
	connect(edit_, &ChatEdit::cancelled, this, &ChatInput::cancelReply);
	connect(edit_, &ChatEdit::historyWanted, this, &ChatInput::recall);
	connect(edit_, &QPlainTextEdit::textChanged, this, &ChatInput::updateCounter);
	setWhyNot({});
	updateCounter();
}

void ChatInput::setWhyNot(const QString &whyNot)
{
	whyNot_ = whyNot;
	edit_->setReadOnly(!whyNot.isEmpty());
	edit_->setEnabled(whyNot.isEmpty());
	edit_->setPlaceholderText(whyNot.isEmpty() ? text_("Chat.InputHint") : whyNot);
	edit_->setToolTip(whyNot);
	emotes_->setEnabled(whyNot.isEmpty());
	updateCounter();
}

void ChatInput::setReply(const QByteArray &messageId, const QString &name, const QString &line)
{
	replyTo_ = messageId;
	replyLabel_->setText(text_("Chat.ReplyLine", {name, line}));
	replyBar_->show();
	focus();
}

void ChatInput::cancelReply()
{
	replyTo_.clear();
	replyBar_->hide();
}

QString ChatInput::text() const
{
	const QString typed = edit_->toPlainText();
	const QString text = typed.simplified();
	/* A blank before it says that what looks like a command is none. */
	return typed.startsWith(u' ') && text.startsWith(u'/') ? u' ' + text : text;
}

void ChatInput::focus()
{
	edit_->setFocus(Qt::OtherFocusReason);
}

void ChatInput::submit()
{
	const QString text = this->text();
	if (text.isEmpty() || !whyNot_.isEmpty() || codePoints(text) > maxCodePoints) {
		return;
	}
	Q_EMIT sendRequested(text, replyTo_);
}

void ChatInput::accepted()
{
	const QString text = this->text();
	Written &written = this->written();
	if (written.history.isEmpty() || written.history.last() != text) {
		written.history << text;
	}
	if (written.history.size() > maxHistory) {
		written.history.removeFirst();
	}
	written.at = int(written.history.size());
	written.draft.clear();
	edit_->clear();
	cancelReply();
}

void ChatInput::recall(int step)
{
	Written &written = this->written();
	const int count = int(written.history.size());
	const int at = std::clamp(written.at + step, 0, count);
	if (at == written.at) {
		return;
	}
	if (written.at == count) {
		written.draft = edit_->toPlainText();
	}
	written.at = at;
	edit_->setPlainText(at == count ? written.draft : written.history[at]);
	edit_->moveCursor(QTextCursor::End);
}

void ChatInput::setChannel(const QString &channel)
{
	if (channel == channel_) {
		return;
	}
	/* What is written before any channel is known is meant for the first one. */
	if (!channel_.isEmpty()) {
		written().draft = edit_->toPlainText();
		written().at = int(written().history.size());
		cancelReply();
		if (written_.size() >= maxChannels && !written_.contains(channel)) {
			written_.clear();
		}
		channel_ = channel;
		edit_->setPlainText(written().draft);
		edit_->moveCursor(QTextCursor::End);
	}
	channel_ = channel;
}

QWidget *ChatInput::emoteButton() const
{
	return emotes_;
}

void ChatInput::setUsage(const QString &usage)
{
	usage_->setText(usage);
	usage_->setVisible(!usage.isEmpty());
}

void ChatInput::insertWord(const QString &word)
{
	QTextCursor cursor = edit_->textCursor();
	const QString text = edit_->toPlainText();
	const int at = cursor.selectionStart();
	const bool before = at > 0 && !text[at - 1].isSpace();
	cursor.insertText((before ? QStringLiteral(" ") : QString()) + word + u' ');
	edit_->setTextCursor(cursor);
	focus();
}

void ChatInput::updateCounter()
{
	const qsizetype count = codePoints(text());
	counter_->setVisible(count > maxCodePoints - 100);
	counter_->setText(QStringLiteral("%1").arg(maxCodePoints - count));
	counter_->setAccessibleName(text_("Chat.CharactersLeft", {counter_->text()}));
	counter_->setToolTip(counter_->accessibleName());
	QPalette colors = palette();
	if (count > maxCodePoints) {
		colors.setColor(QPalette::WindowText,
				Theme::from(colors).tone(Tone::Bad, colors.color(QPalette::Window)));
	}
	counter_->setPalette(colors);
	send_->setEnabled(count > 0 && count <= maxCodePoints && whyNot_.isEmpty());
}

} // namespace lx::ui
