#include "ui/log/search_line.hpp"

#include <algorithm>

#include <QAbstractItemView>
#include <QAction>
#include <QCompleter>
#include <QKeyEvent>
#include <QPainter>
#include <QStringListModel>

#include "ui/icons.hpp"
#include "ui/text.hpp"
#include "ui/theme.hpp"

namespace lx::ui {

namespace {

/* The language's own words: chat/query.h. */
constexpr const char *beginnings[] = {"from:", "in:", "has:", "is:", "stream:", "after:", "before:", "on:", "sort:"};
constexpr const char *fixed[] = {"has:link",    "has:reply",    "has:bits",    "has:emote", "is:deleted",
				 "is:sub",      "is:first",     "is:mod",      "is:vip",    "is:broadcaster",
				 "is:reply",    "is:action",    "is:notice",   "is:raid",   "is:subgift",
				 "stream:last", "stream:2",     "after:today", "after:7d",  "before:today",
				 "on:today",    "on:yesterday", "sort:best"};

} // namespace

SearchLine::SearchLine(const Text &text, QWidget *parent)
	: QLineEdit(parent), text_(text), sign_(addAction(QIcon(), LeadingPosition)),
	  words_(new QStringListModel(this)), completer_(new QCompleter(words_, this))
{
	setPlaceholderText(text_("LogPage.Search"));
	setAccessibleName(text_("LogPage.Search"));
	setClearButtonEnabled(true);
	setMaxLength(500);
	drawSign();
	completer_->setWidget(this);
	completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
	completer_->setMaxVisibleItems(recentMost);
	connect(completer_, QOverload<const QString &>::of(&QCompleter::activated), this, &SearchLine::complete);
	connect(this, &QLineEdit::textEdited, this, &SearchLine::suggest);
}

void SearchLine::drawSign()
{
	const QColor color = palette().color(QPalette::PlaceholderText);
	sign_->setIcon(makeIcon(Icon::Search, color, color));
}

void SearchLine::changeEvent(QEvent *event)
{
	QLineEdit::changeEvent(event);
	if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
		drawSign();
	}
}

void SearchLine::setWrong(size_t position, size_t size)
{
	const QByteArray bytes = text().toUtf8();
	wrongAt_ = int(QString::fromUtf8(bytes.first(std::min(qsizetype(position), bytes.size()))).size());
	wrongSize_ = int(QString::fromUtf8(bytes.mid(qsizetype(position), qsizetype(size))).size());
	if (size && !wrongSize_) {
		/* Something is missing at the end. */
		wrongAt_ = std::max(0, int(text().size()) - 1);
		wrongSize_ = 1;
	}
	update();
}

/* The line scrolls by itself: where a letter is, is known from where the cursor is. */
void SearchLine::paintEvent(QPaintEvent *event)
{
	QLineEdit::paintEvent(event);
	if (!wrongSize_ || wrongAt_ >= text().size()) {
		return;
	}
	const QString all = text();
	const QFontMetrics metrics = fontMetrics();
	const QRect cursor = cursorRect();
	const int origin = cursor.center().x() - metrics.horizontalAdvance(all.first(cursorPosition()));
	const int left = origin + metrics.horizontalAdvance(all.first(wrongAt_));
	const int right =
		origin + metrics.horizontalAdvance(all.first(std::min(qsizetype(wrongAt_ + wrongSize_), all.size())));
	const int y = cursor.center().y() + metrics.height() / 2;
	QPainter painter(this);
	painter.setClipRect(contentsRect().adjusted(4, 0, -4, 0));
	painter.setPen(QPen(Theme::from(palette()).tone(Tone::Bad), 2));
	painter.drawLine(left, y, std::max(left + 4, right), y);
}

/* --- completion -------------------------------------------------------------------------------------------------- */

/* From the last blank that is not between quotation marks. */
SearchLine::Piece SearchLine::pieceAtCursor() const
{
	const QString before = text().first(cursorPosition());
	int start = 0;
	bool quoted = false;
	for (int i = 0; i < before.size(); i++) {
		if (before[i] == u'"') {
			quoted = !quoted;
		} else if (before[i].isSpace() && !quoted) {
			start = i + 1;
		}
	}
	if (start < before.size() && before[start] == u'-') {
		start++;
	}
	return {start, int(before.size()) - start, before.mid(start)};
}

void SearchLine::suggest()
{
	const Piece piece = pieceAtCursor();
	if (piece.words.startsWith(QLatin1StringView("from:")) || piece.words.startsWith(QLatin1StringView("in:"))) {
		const bool people = piece.words.startsWith(u'f');
		Q_EMIT namesWanted(people, piece.words.mid(piece.words.indexOf(u':') + 1));
		return;
	}
	QStringList found;
	for (const char *word : fixed) {
		const QLatin1StringView candidate(word);
		if (piece.words.contains(u':') && candidate.startsWith(piece.words) && candidate != piece.words) {
			found << candidate;
		}
	}
	show(found, false);
}

void SearchLine::offer(bool people, const QString &beginning, const QStringList &names)
{
	const QLatin1StringView word(people ? "from:" : "in:");
	const QString asked = word + beginning;
	if (!hasFocus() || pieceAtCursor().words != asked) {
		return; /* somebody has typed on */
	}
	QStringList completions;
	for (const QString &name : names) {
		if (name != beginning) {
			completions << word + name;
		}
	}
	show(completions, false);
}

void SearchLine::show(const QStringList &completions, bool whole)
{
	if (completions.isEmpty()) {
		completer_->popup()->hide();
		return;
	}
	whole_ = whole;
	words_->setStringList(completions);
	completer_->setCompletionPrefix(QString());
	completer_->complete();
}

void SearchLine::complete(const QString &completion)
{
	if (whole_) {
		setText(completion);
	} else {
		const Piece piece = pieceAtCursor();
		const QString all = text();
		const QString gap = completion.endsWith(u':') ? QString() : QStringLiteral(" ");
		setText(all.first(piece.start) + completion + gap + all.mid(piece.start + piece.length).trimmed());
		setCursorPosition(piece.start + int(completion.size() + gap.size()));
	}
	Q_EMIT textEdited(text());
}

void SearchLine::keyPressEvent(QKeyEvent *event)
{
	const bool open = completer_->popup()->isVisible();
	if (open && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Tab)) {
		const QModelIndex chosen = completer_->popup()->currentIndex();
		completer_->popup()->hide();
		if (chosen.isValid() || event->key() == Qt::Key_Tab) {
			complete(chosen.isValid() ? chosen.data().toString() : words_->stringList().constFirst());
			return;
		}
	}
	if (event->key() == Qt::Key_Down && !open) {
		/* On an empty line what was searched for before; with Alt also what the language has. */
		if (text().isEmpty() && !recent_.isEmpty() && !discreet_) {
			show(recent_, true);
		} else if (event->modifiers() & Qt::AltModifier) {
			QStringList all;
			for (const char *word : beginnings) {
				all << QLatin1StringView(word);
			}
			show(all, false);
		} else {
			Q_EMIT downPressed();
		}
		return;
	}
	if (event->key() == Qt::Key_Escape && !open && !text().isEmpty()) {
		clear();
		Q_EMIT textEdited(QString());
		return;
	}
	if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
		remember();
	}
	QLineEdit::keyPressEvent(event);
}

void SearchLine::remember()
{
	const QString words = text().simplified();
	if (words.isEmpty() || (!recent_.isEmpty() && recent_.constFirst() == words)) {
		return;
	}
	recent_.removeAll(words);
	recent_.prepend(words);
	if (recent_.size() > recentMost) {
		recent_.removeLast();
	}
	Q_EMIT recentChanged();
}

void SearchLine::insertPiece(const QString &piece)
{
	const QString before = text().trimmed();
	setText(before.isEmpty() ? piece : before + u' ' + piece);
	setFocus();
	setCursorPosition(int(text().size()));
	Q_EMIT textEdited(text());
}

} // namespace lx::ui
