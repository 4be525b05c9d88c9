#include "ui/log/page.hpp"

#include <algorithm>

#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSet>
#include <QShortcut>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "twitch/scopes.h"
#include "ui/chat/action_bar.hpp"
#include "ui/chat/colors.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/chat/user_card.hpp"
#include "ui/log/batch.hpp"
#include "ui/log/empty_state.hpp"
#include "ui/log/help.hpp"
#include "ui/log/search_line.hpp"
#include "ui/log/selection_bar.hpp"
#include "ui/veil.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr size_t pageLines = 100;
constexpr int mostLines = 5000; /* who wants more, asks more precisely or exports */
constexpr size_t newerMost = 200;
constexpr int newerMs = 600;      /* the log writes what comes within 250 */
constexpr int newerManyMs = 2500; /* when more comes than anybody could read */
constexpr int wrongMs = 500;
constexpr char bestFirst[] = "sort:best"; /* chat/query.h */

using Query = std::unique_ptr<struct lx_query, decltype(&lx_query_destroy)>;

/* Empty where it is not understood. */
Query parse(const Context &context, const QString &text)
{
	struct lx_query_error error;
	return Query(lx_query_parse(text.toUtf8().constData(), context.core.text, context.nowMs(), &error),
		     lx_query_destroy);
}
constexpr int aroundLines = 30;
constexpr size_t namesMost = 12;
constexpr int besideWidth = 680; /* from here on there is room for both */

} // namespace

LogPage::LogPage(Context &context, Pictures *pictures, QWidget *parent)
	: Page(parent), context_(context), pictures_(pictures), text_(context.text),
	  source_(new LogSource(
		  context, [this](LogAnswer &&answer) { take(std::move(answer)); }, this)),
	  hitLines_(new LogModel(context.text, context.language, this)),
	  nearLines_(new LogModel(context.text, context.language, this)),
	  hits_(new LogList(*hitLines_, context.text, this)), near_(new LogList(*nearLines_, context.text, this)),
	  body_(new QWidget(this)), results_(new QStackedWidget(body_)), empty_(new EmptyState(this)),
	  selection_(new SelectionBar(context.text, this)), pill_(new QPushButton(hits_)),
	  actions_(new ActionBar(context.text, body_, this)), batch_(new Batch(context.text, this))
{
	hits_->setObjectName(QStringLiteral("livextremLog"));
	hits_->setAccessibleName(text_("LogPage.Hits"));
	near_->setObjectName(QStringLiteral("livextremLogContext"));
	near_->setAccessibleName(text_("LogPage.Context"));
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(0, 0, 0, 0);
	column->setSpacing(0);
	column->addWidget(buildTop());
	auto *sides = new QHBoxLayout(body_);
	sides->setContentsMargins(0, 0, 0, 0);
	sides->setSpacing(1);
	results_->addWidget(hits_);
	results_->addWidget(empty_);
	sides->addWidget(results_, 1);
	sides->addWidget(buildContext(), 1);
	column->addWidget(body_, 1);
	column->addWidget(selection_);
	selection_->hide();
	setFocusProxy(line_);

	for (LogList *list : {hits_, near_}) {
		prepare(list);
		list->setPictures(pictures);
	}
	connect(hits_, &LogList::opened, this, [this](int row) {
		line_->remember();
		showContext(hitLines_->line(row).id);
	});
	connect(hits_, &LogList::endNear, this, &LogPage::askMore);
	connect(hits_, &LogList::backRequested, this, [this] { line_->setFocus(); });
	connect(near_, &LogList::endNear, this, [this] { askAround(false); });
	connect(near_, &LogList::beginningNear, this, [this] { askAround(true); });
	connect(near_, &LogList::backRequested, this, &LogPage::closeContext);
	connect(hits_->verticalScrollBar(), &QScrollBar::valueChanged, this, [this] {
		if (mayMove()) {
			showNewer();
		}
	});

	pill_->setCursor(Qt::PointingHandCursor);
	pill_->setFocusPolicy(Qt::NoFocus);
	pill_->hide();
	connect(pill_, &QPushButton::clicked, this, [this] {
		showNewer();
		hits_->scrollToTop();
	});

	connect(selection_, &SelectionBar::actionWanted, this, &LogPage::actOnMany);
	connect(selection_, &SelectionBar::copyWanted, this, [this] { copy(listInUse()); });
	connect(selection_, &SelectionBar::clearWanted, this, [this] { listInUse()->clearSelection(); });
	connect(actions_, &ActionBar::undoRequested, this, &LogPage::undo);
	connect(actions_, &ActionBar::permissionRequested, this, [this](const QString &scopes) {
		Q_EMIT permissionWanted(scopes.isEmpty() ? QString::fromUtf8(lx_scopes_basic(LX_ACCOUNT_MAIN))
							 : scopes);
	});
	connect(batch_, &Batch::progress, this, [this](const QString &sentence, bool failed) {
		actions_->showNote(failed && veil_->hides() ? discreet(sentence, true) : sentence,
				   failed ? Tone::Bad : Tone::Good);
	});

	newerTimer_.setSingleShot(true);
	newerTimer_.setInterval(newerMs);
	connect(&newerTimer_, &QTimer::timeout, this, &LogPage::askNewer);
	wrongTimer_.setSingleShot(true);
	wrongTimer_.setInterval(wrongMs);
	connect(&wrongTimer_, &QTimer::timeout, wrong_, &QWidget::show);
	for (const auto signal : {&Session::channelChanged, &Session::permissionChanged}) {
		connect(&context_.session, signal, this, &LogPage::updateRules);
	}
	connect(&context_.session, &Session::accountChanged, this, &LogPage::updateRules);
	connect(&context_.session, &Session::linkChanged, this, &LogPage::updateRules);

	auto *find = new QShortcut(QKeySequence::Find, this);
	find->setContext(Qt::WidgetWithChildrenShortcut);
	connect(find, &QShortcut::activated, this, [this] {
		line_->setFocus();
		line_->selectAll();
	});
	applySettings();
	updateSides();
}

QWidget *LogPage::buildTop()
{
	auto *top = new QWidget(this);
	auto *column = new QVBoxLayout(top);
	column->setContentsMargins(6, 4, 4, 2);
	column->setSpacing(2);
	auto *row = new QHBoxLayout;
	row->setSpacing(2);
	line_ = new SearchLine(text_, top);
	help_ = new IconButton(Icon::Help, text_("LogPage.Help"), top);
	row->addWidget(line_, 1);
	row->addWidget(help_);
	column->addLayout(row);

	wrong_ = plainLabel({}, top);
	wrong_->hide();
	column->addWidget(wrong_);

	auto *below = new QHBoxLayout;
	below->setSpacing(2);
	status_ = new ElidedLabel(top);
	export_ = new IconButton(Icon::Save, text_("LogPage.Export"), top);
	export_->setFixedHeight(22);
	view_ = new IconButton(Icon::Add, text_("LogPage.AsView"), top);
	view_->setFixedHeight(22);
	view_->setEnabled(false);
	connect(view_, &QToolButton::clicked, this, [this] { Q_EMIT viewWanted(liveQuery(line_->text())); });
	connect(line_, &QLineEdit::textChanged, this,
		[this](const QString &query) { view_->setEnabled(context_.rules.whyNot(liveQuery(query)).isEmpty()); });
	below->addSpacing(4);
	below->addWidget(status_, 1);
	order_ = new QToolButton(top);
	order_->setAutoRaise(true);
	order_->setCursor(Qt::PointingHandCursor);
	order_->setToolTip(text_("LogPage.OrderTip"));
	below->addWidget(order_);
	below->addWidget(view_);
	below->addWidget(export_);
	column->addLayout(below);

	veil_ = new Veil(context_.streamerMode, text_, this);
	veil_->setSentence(text_("Streamer.HiddenLines"));
	veil_->setContentsMargins(4, 0, 0, 2);
	column->addWidget(veil_);
	connect(veil_, &Veil::changed, this, &LogPage::updateVeil);

	off_ = new QWidget(top);
	auto *offRow = new QHBoxLayout(off_);
	offRow->setContentsMargins(4, 0, 0, 2);
	offRow->addWidget(mutedLabel(text_("LogPage.OffNote"), off_), 1);
	auto *on = new QPushButton(text_("LogPage.SwitchOn"), off_);
	connect(on, &QPushButton::clicked, this, &LogPage::switchLogOn);
	offRow->addWidget(on);
	column->addWidget(off_);

	connect(help_, &QToolButton::clicked, this, &LogPage::showHelp);
	connect(export_, &QToolButton::clicked, this, &LogPage::askExport);
	connect(order_, &QToolButton::clicked, this, &LogPage::switchOrder);
	connect(line_, &QLineEdit::textChanged, this, &LogPage::search);
	connect(line_, &SearchLine::downPressed, this, [this] {
		hits_->setFocus();
		if (!hits_->currentIndex().isValid() && hitLines_->rowCount() > 1) {
			hits_->setCurrentIndex(hitLines_->index(1));
		}
	});
	connect(line_, &SearchLine::namesWanted, this, [this](bool people, const QString &beginning) {
		if (source_->isThere()) {
			namesFor_ = beginning;
			namesOfPeople_ = people;
			namesAsked_ =
				lx_search_names(source_->search(), people, beginning.toUtf8().constData(), namesMost);
		}
	});
	connect(line_, &SearchLine::recentChanged, this, [this] {
		lx_settings_set_string(context_.core.settings, LX_SETTING_LOG_SEARCHES,
				       line_->recent().join(u'\n').toUtf8().constData());
	});
	line_->setRecent(context_.setting(LX_SETTING_LOG_SEARCHES).split(u'\n', Qt::SkipEmptyParts));
	line_->setDiscreet(veil_->hides());
	return top;
}

QWidget *LogPage::buildContext()
{
	contextSide_ = new QWidget(body_);
	auto *column = new QVBoxLayout(contextSide_);
	column->setContentsMargins(0, 0, 0, 0);
	column->setSpacing(0);
	auto *row = new QHBoxLayout;
	row->setContentsMargins(4, 0, 8, 0);
	auto *back = new IconButton(Icon::Back, text_("LogPage.Back"), contextSide_);
	connect(back, &QToolButton::clicked, this, &LogPage::closeContext);
	contextTitle_ = new ElidedLabel(contextSide_);
	row->addWidget(back);
	row->addWidget(contextTitle_, 1);
	column->addLayout(row);
	column->addWidget(near_, 1);
	return contextSide_;
}

void LogPage::prepare(LogList *list)
{
	connect(list, &LogList::actionRequested, this,
		[this, list](RowAction action, int row) { act(list, action, row); });
	connect(list, &LogList::manyRequested, this, &LogPage::actOnMany);
	connect(list, &LogList::actionRefused, this, &LogPage::refuse);
	connect(list, &LogList::userClicked, this,
		[this, list](int row, const QPoint &global) { showCard(list, row, global); });
	connect(list, &LogList::menuRequested, this,
		[this, list](int row, const QPoint &global) { showMenu(list, row, global); });
	connect(list, &LogList::copyRequested, this, [this, list] { copy(list); });
	connect(list, &LogList::undoRequested, this, &LogPage::undo);
	connect(list, &LogList::selectionMoved, this, &LogPage::updateSelection);
}

/* --- asking ------------------------------------------------------------------------------------------------------ */

void LogPage::search(const QString &query)
{
	if (line_->text() != query) {
		line_->setText(query); /* comes back here */
		return;
	}
	query_ = query;
	const Query parsed = parse(context_, query);
	ranked_ = parsed && parsed->best;
	stale_ = searching_ = counting_ = false;
	newer_.clear();
	placePill();
	newerTimer_.stop();
	if (!source_->isThere() || stopped_) {
		takeNone();
		return;
	}
	hitsAsked_ = lx_search_start(source_->search(), query_.toUtf8().constData(), 0, pageLines, true);
	moreAsked_ = newerAsked_ = 0;
}

void LogPage::askMore()
{
	if (moreAsked_ || allHere_ || isRanked() || stopped_ || !hitLines_->lastId() ||
	    hitLines_->messages() >= mostLines) {
		return;
	}
	moreAsked_ =
		lx_search_start(source_->search(), query_.toUtf8().constData(), hitLines_->lastId(), pageLines, false);
}

void LogPage::askNewer()
{
	if (stopped_ || !source_->isThere() || isRanked()) {
		return;
	}
	if (hitLines_->isEmpty()) {
		search(query_);
		return;
	}
	const qint64 newest = newer_.empty() ? hitLines_->firstId() : newer_.front().id;
	newerAsked_ = lx_search_newer(source_->search(), query_.toUtf8().constData(), newest, newerMost);
}

void LogPage::chatWentOn(const std::vector<RowEntry> &entries)
{
	bool wrote = false;
	for (const RowEntry &entry : entries) {
		if (const RowChange *change = std::get_if<RowChange>(&entry)) {
			batch_->outcome(*change);
			for (LogModel *model : {hitLines_, nearLines_}) {
				model->change(*change, context_.session.channel());
			}
		} else {
			wrote = wrote || std::holds_alternative<ChatRow>(entry);
		}
	}
	if (!wrote || stopped_) {
		return;
	}
	if (!isVisible()) {
		stale_ = true;
	} else if (!newerTimer_.isActive()) {
		newerTimer_.start();
	}
}

void LogPage::showEvent(QShowEvent *event)
{
	Page::showEvent(event);
	updateRules();
	if ((stale_ || hitLines_->isEmpty()) && !stopped_) {
		hitLines_->isEmpty() ? search(query_) : askNewer();
		stale_ = false;
	}
}

void LogPage::switchOrder()
{
	QByteArray text = query_.toUtf8();
	const bool ranked = ranked_;
	for (Query parsed = parse(context_, query_); parsed && parsed->sort_size;
	     parsed = parse(context_, QString::fromUtf8(text))) {
		text.remove(qsizetype(parsed->sort_at), qsizetype(parsed->sort_size));
	}
	text = text.trimmed();
	if (!ranked) {
		text += (text.isEmpty() ? "" : " ") + QByteArray(bestFirst);
	}
	search(QString::fromUtf8(text));
}

/* Mentions are of whoever is signed in. */
void LogPage::tellMe()
{
	const QByteArray me = context_.session.account(LX_ACCOUNT_MAIN).login.toUtf8();
	if (me == me_ || !source_->isThere()) {
		return;
	}
	me_ = me;
	lx_search_set_me(source_->search(), me_.constData());
	if (isVisible() && query_.contains(QLatin1StringView("mention"))) {
		search(query_);
	}
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

void LogPage::take(LogAnswer &&answer)
{
	switch (answer.kind) {
	case LX_SEARCH_HITS:
		takeHits(std::move(answer));
		break;
	case LX_SEARCH_COUNT:
		if (answer.id == hitsAsked_ + 1 && answer.state == LX_SEARCH_DONE) {
			total_ = answer.total;
			counting_ = answer.goingOn;
			updateStatus();
		}
		break;
	case LX_SEARCH_NEWER:
		takeNewer(std::move(answer));
		break;
	case LX_SEARCH_NEAR:
		takeNear(std::move(answer));
		break;
	case LX_SEARCH_NAMES:
		if (answer.id == namesAsked_) {
			line_->offer(namesOfPeople_, namesFor_, answer.names);
		}
		break;
	case LX_SEARCH_EXPORT:
		if (answer.id == exportAsked_) {
			const QString name = QFileInfo(exportPath_).fileName();
			answer.state == LX_SEARCH_DONE
				? actions_->showNote(text_("LogPage.Exported",
							   {QLocale(context_.language).toString(answer.total), name}),
						     Tone::Good)
				: actions_->showNote(answer.sentence, Tone::Bad);
			export_->setEnabled(true);
		}
		break;
	case LX_SEARCH_KINDS:
		break;
	}
}

void LogPage::takeHits(LogAnswer &&answer)
{
	const bool more = answer.id == moreAsked_;
	if (!more && answer.id != hitsAsked_) {
		return;
	}
	if (more && !answer.goingOn) {
		moreAsked_ = 0;
	}
	if (answer.state == LX_SEARCH_WRONG) {
		takeWrong(answer);
		return;
	}
	wrongTimer_.stop();
	wrong_->hide();
	line_->setWrong(0, 0);
	if (answer.state == LX_SEARCH_NONE) {
		takeNone();
		return;
	}
	if (answer.state == LX_SEARCH_ERROR) {
		hitLines_->replace({});
		empty_->tell(Icon::Close, text_("LogPage.Trouble"), answer.sentence, text_("LogPage.Again"),
			     [this] { search(query_); });
		results_->setCurrentWidget(empty_);
		total_ = -1;
		updateStatus();
		return;
	}
	pageGot_ = (answer.continued ? pageGot_ : 0) + answer.lines.size();
	allHere_ = !answer.goingOn && pageGot_ < pageLines;
	searching_ = answer.goingOn;
	if (more || answer.continued) {
		hitLines_->append(std::move(answer.lines));
	} else {
		total_ = -1;
		closeContext();
		hitLines_->replace(std::move(answer.lines));
		hits_->scrollToTop();
	}
	if (allHere_) {
		total_ = hitLines_->messages();
		counting_ = false;
	}
	if (hitLines_->isEmpty() && !searching_) {
		query_.trimmed().isEmpty()
			? empty_->tell(Icon::Chat, text_("LogPage.NoLog"), text_("LogPage.NoLogYet"),
				       text_("LogPage.ToChat"), [this] { Q_EMIT chatWanted(); })
			: empty_->tell(Icon::Search, text_("LogPage.Nothing"), text_("LogPage.NothingTip"),
				       text_("LogPage.Help"), [this] { showHelp(); });
	}
	results_->setCurrentWidget(hitLines_->isEmpty() && !searching_ ? static_cast<QWidget *>(empty_) : hits_);
	updateStatus();
}

void LogPage::takeWrong(const LogAnswer &answer)
{
	/* What was found before stays: somebody is in the middle of a word. */
	line_->setWrong(answer.wrongAt, answer.wrongSize);
	wrong_->setText(answer.sentence);
	QPalette colors = palette();
	const QColor window = colors.color(QPalette::Window);
	colors.setColor(QPalette::WindowText, Theme::from(colors).tone(Tone::Bad, window));
	wrong_->setPalette(colors);
	if (!wrong_->isVisible()) {
		wrongTimer_.start();
	}
}

void LogPage::takeNone()
{
	hitLines_->replace({});
	total_ = -1;
	if (!source_->isThere()) {
		empty_->tell(Icon::Close, text_("LogPage.NoLog"), text_("LogPage.NoPlace"));
	} else if (!context_.flag(LX_SETTING_CHAT_LOG)) {
		empty_->tell(Icon::Search, text_("LogPage.Off"), text_("LogPage.OffWhy"), text_("LogPage.SwitchOn"),
			     [this] { switchLogOn(); });
	} else {
		empty_->tell(Icon::Chat, text_("LogPage.NoLog"), text_("LogPage.NoLogYet"), text_("LogPage.ToChat"),
			     [this] { Q_EMIT chatWanted(); });
	}
	results_->setCurrentWidget(empty_);
	updateStatus();
}

void LogPage::takeNewer(LogAnswer &&answer)
{
	if (answer.id != newerAsked_ || answer.state != LX_SEARCH_DONE || answer.lines.empty()) {
		return;
	}
	const bool many = answer.lines.size() == newerMost;
	newerTimer_.setInterval(many ? newerManyMs : newerMs);
	if (many) {
		/* There may be a gap below them. */
		newer_.clear();
		if (mayMove()) {
			search(query_);
			return;
		}
	}
	if (total_ >= 0) {
		total_ += qint64(answer.lines.size());
	}
	newer_.insert(newer_.begin(), std::make_move_iterator(answer.lines.begin()),
		      std::make_move_iterator(answer.lines.end()));
	if (mayMove()) {
		showNewer();
	} else {
		placePill();
	}
	updateStatus();
}

/* Nobody reads further down, aims at a line, or looks around one. */
bool LogPage::mayMove() const
{
	return hits_->isAtTop() && !hits_->isBusy() && !contextOf_;
}

void LogPage::showNewer()
{
	if (newer_.empty()) {
		return;
	}
	if (newer_.size() >= newerMost) {
		search(query_);
		return;
	}
	hitLines_->prepend(std::move(newer_));
	newer_.clear();
	placePill();
	updateStatus();
}

void LogPage::placePill()
{
	pill_->setVisible(!newer_.empty());
	if (newer_.empty()) {
		return;
	}
	const QString count = newer_.size() >= newerMost ? QString::number(newerMost) + u'+'
							 : QString::number(newer_.size());
	const QColor fill = Theme::from(palette()).highlight;
	pill_->setStyleSheet(
		QStringLiteral("QPushButton { border: none; border-radius: 13px; padding: 0 14px; min-height: 26px; "
			       "background: %1; color: %2; font-weight: bold; }")
			.arg(fill.name(), readable(Qt::white, fill).name()));
	pill_->setText(text_("Chat.NewLines", {count}));
	pill_->adjustSize();
	pill_->move((hits_->viewport()->width() - pill_->width()) / 2, 6);
	pill_->raise();
}

void LogPage::updateStatus()
{
	const QLocale locale(context_.language);
	QString words;
	if (!hitLines_->isEmpty()) {
		const QString shown = locale.toString(hitLines_->messages());
		words = total_ < 0  ? text_("LogPage.FoundSome", {shown})
			: counting_ ? text_("LogPage.Counting",
					    {locale.toString(std::max<qint64>(total_, hitLines_->messages()))})
				    : text_("LogPage.Found", {locale.toString(total_)});
		if (hitLines_->messages() >= mostLines) {
			words += QStringLiteral(" · ") + text_("LogPage.Most", {shown});
		}
	} else if (searching_) {
		words = text_("LogPage.Searching");
	}
	status_->setText(words);
	order_->setText(text_(isRanked() ? "LogPage.Best" : "LogPage.Newest"));
	order_->setVisible(!hitLines_->isEmpty());
	export_->setVisible(!hitLines_->isEmpty());
	off_->setVisible(!context_.flag(LX_SETTING_CHAT_LOG) && !hitLines_->isEmpty());
}

/* --- context ----------------------------------------------------------------------------------------------------- */

void LogPage::showContext(qint64 id)
{
	contextOf_ = id;
	nearBegin_ = nearEnd_ = false;
	nearLines_->replace({});
	near_->mark(id);
	const int row = hitLines_->rowOf(id);
	if (row >= 0) {
		const LogLine &line = hitLines_->line(row);
		const QString time =
			QLocale(context_.language)
				.toString(QDateTime::fromMSecsSinceEpoch(line.row.timeMs), QLocale::ShortFormat);
		contextTitle_->setText(text_("LogPage.Around", {line.row.name, time}));
	}
	hits_->mark(id);
	updateSides();
	near_->setFocus();
	nearAsked_ = lx_search_near(source_->search(), id, aroundLines, aroundLines);
}

void LogPage::askAround(bool before)
{
	if (!contextOf_ || nearAsked_ || stopped_ || nearLines_->isEmpty() || (before ? nearBegin_ : nearEnd_) ||
	    nearLines_->messages() >= mostLines) {
		return;
	}
	nearBefore_ = before;
	nearAsked_ = lx_search_near(source_->search(), before ? nearLines_->firstId() : nearLines_->lastId(),
				    before ? aroundLines : 0, before ? 0 : aroundLines);
}

void LogPage::takeNear(LogAnswer &&answer)
{
	if (answer.id != nearAsked_) {
		return;
	}
	nearAsked_ = 0;
	if (!contextOf_ || answer.state != LX_SEARCH_DONE) {
		return;
	}
	if (nearLines_->isEmpty()) {
		nearLines_->replace(std::move(answer.lines));
		const int row = nearLines_->rowOf(contextOf_);
		if (row >= 0) {
			near_->showLine(row);
		}
		return;
	}
	/* The line that was asked about is here already. */
	std::vector<LogLine> &lines = answer.lines;
	const qint64 known = nearBefore_ ? nearLines_->firstId() : nearLines_->lastId();
	lines.erase(std::remove_if(lines.begin(), lines.end(), [known](const LogLine &l) { return l.id == known; }),
		    lines.end());
	(nearBefore_ ? nearBegin_ : nearEnd_) = lines.empty();
	nearBefore_ ? nearLines_->prepend(std::move(lines)) : nearLines_->append(std::move(lines));
}

void LogPage::closeContext()
{
	if (!contextOf_) {
		return;
	}
	const int row = hitLines_->rowOf(contextOf_);
	const bool hadFocus = near_->hasFocus();
	contextOf_ = 0;
	nearAsked_ = 0;
	nearLines_->replace({});
	hits_->mark(0);
	updateSides();
	if (hadFocus) {
		hits_->setFocus();
	}
	if (row >= 0) {
		hits_->setCurrentIndex(hitLines_->index(row));
	}
	updateSelection();
}

void LogPage::updateSides()
{
	const bool beside = width() >= besideWidth;
	contextSide_->setVisible(contextOf_ != 0);
	results_->setVisible(beside || !contextOf_);
}

void LogPage::resizeEvent(QResizeEvent *event)
{
	Page::resizeEvent(event);
	updateSides();
	placePill();
}

/* --- what is set ------------------------------------------------------------------------------------------------- */

void LogPage::applySettings()
{
	LogList::Look look;
	look.showSeconds = context_.flag(LX_SETTING_SHOW_SECONDS);
	look.showBadges = context_.flag(LX_SETTING_SHOW_BADGES);
	look.fontDelta = context_.number(LX_SETTING_FONT_DELTA);
	look.discreet = veil_->hides();
	hits_->setLook(look);
	near_->setLook(look);
	updateRules();
	updateStatus();
	if (results_->currentWidget() == empty_ && isVisible()) {
		search(query_);
	}
}

void LogPage::updateVeil()
{
	line_->setDiscreet(veil_->hides());
	applySettings();
}

void LogPage::updateRules()
{
	const Session &session = context_.session;
	LogRules rules;
	rules.chat.timeoutsS = {context_.number(LX_SETTING_TIMEOUT_1), context_.number(LX_SETTING_TIMEOUT_2),
				context_.number(LX_SETTING_TIMEOUT_3)};
	rules.chat.whyNotModerate = session.whyNotModerate();
	rules.chat.whyNotReply = session.whyNotSend();
	rules.chat.canModerate = rules.chat.whyNotModerate.isEmpty();
	rules.chat.canReply = rules.chat.whyNotReply.isEmpty();
	rules.chat.ownUserId = session.account(LX_ACCOUNT_MAIN).userId.toUtf8();
	rules.channel = session.channel();
	rules.nowMs = context_.nowMs();
	hits_->setRules(rules);
	near_->setRules(rules);
	tellMe();
}

void LogPage::forget(const QByteArray &userId, const QString &login)
{
	(void)userId;
	(void)login;
	closeCards();
	closeContext();
	line_->setRecent(context_.setting(LX_SETTING_LOG_SEARCHES).split(u'\n', Qt::SkipEmptyParts));
	search(query_);
}

void LogPage::restyle()
{
	hits_->restyle();
	near_->restyle();
	placePill();
}

void LogPage::switchLogOn()
{
	lx_settings_set_bool(context_.core.settings, LX_SETTING_CHAT_LOG, true);
	context_.settingsChanged();
	search(query_);
	updateStatus();
}

void LogPage::stop()
{
	stopped_ = true;
	newerTimer_.stop();
	wrongTimer_.stop();
	source_->stop();
	batch_->stop();
	actions_->stop();
	closeCards();
	for (LogList *list : {hits_, near_}) {
		list->setPictures(nullptr);
	}
}

} // namespace lx::ui
