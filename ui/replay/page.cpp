#include "ui/replay/page.hpp"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/chat/link_dialog.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/pictures.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/chat/user_card.hpp"
#include "ui/chat/view.hpp"
#include "ui/replay/exports.hpp"
#include "ui/replay/feed.hpp"
#include "ui/replay/marker_list.hpp"
#include "ui/replay/message_bar.hpp"
#include "ui/replay/picker.hpp"
#include "ui/replay/time_text.hpp"
#include "ui/replay/timeline.hpp"
#include "ui/replay/transport.hpp"
#include "ui/veil.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int tickMs = 100;
constexpr int readAnewMs = 500; /* the log writes within 200 */
constexpr int growingMs = 10000;
constexpr int wide = 640; /* from here on the markers stand beside the chat */
constexpr int keptLines = 3000;
constexpr qint64 leapMs = 60000; /* what was missed while nobody looked is not shown line by line */

} // namespace

ReplayPage::ReplayPage(Context &context, Pictures *pictures, QWidget *parent)
	: Page(parent), context_(context), text_(context.text), pictures_(pictures),
	  source_(new ReplaySource(context, this)), player_(lx_player_create(context.core.clock), lx_player_destroy),
	  stack_(new QStackedWidget(this)), picker_(new ReplayPicker(context, *source_, this)),
	  model_(new ChatModel(context.text, keptLines, this)), feed_(new ReplayFeed(*source_, context.text, this)),
	  messages_(new MessageBar(context.text, this)), exports_(new ReplayExports(context, *messages_, this))
{
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(0, 0, 0, 0);
	column->setSpacing(0);
	column->addWidget(stack_, 1);
	column->addWidget(messages_);
	stack_->addWidget(picker_);
	stack_->addWidget(buildPlayer());
	view_->setPictures(pictures);
	setFocusProxy(stack_);
	connect(picker_, &ReplayPicker::chosen, this, &ReplayPage::open);
	connect(feed_, &ReplayFeed::restarted, this, [this] {
		model_->clear();
		view_->resume();
		showLines();
	});
	tick_.setInterval(tickMs);
	connect(&tick_, &QTimer::timeout, this, &ReplayPage::update);
	readAnew_.setInterval(readAnewMs);
	readAnew_.setSingleShot(true);
	connect(&readAnew_, &QTimer::timeout, this, &ReplayPage::readAnew);
	growing_.setInterval(growingMs);
	connect(&growing_, &QTimer::timeout, this, &ReplayPage::readAnew);
	lx_bus_connect(context.core.bus, LX_EVENT_MARKER, onMarker, this);
	applySettings();
}

ReplayPage::~ReplayPage() = default;

QWidget *ReplayPage::buildPlayer()
{
	auto *player = new QWidget(this);
	auto *column = new QVBoxLayout(player);
	column->setContentsMargins(0, 0, 0, 0);
	column->setSpacing(0);
	auto *head = new QHBoxLayout;
	head->setContentsMargins(4, 2, 8, 2);
	head->setSpacing(4);
	auto *back = new IconButton(Icon::Back, text_("Replay.Back"), player);
	title_ = new ElidedLabel(player);
	head->addWidget(back);
	head->addWidget(title_, 1);
	column->addLayout(head);

	veil_ = new Veil(context_.streamerMode, text_, this);
	veil_->setSentence(text_("Streamer.HiddenLines"));
	veil_->setContentsMargins(8, 0, 4, 2);
	column->addWidget(veil_);
	view_ = new ChatView(*model_, text_, player);
	ActionRules rules;
	rules.readOnly = true;
	view_->setRules(rules);
	markers_ = new MarkerList(text_, player);
	splitter_ = new QSplitter(Qt::Vertical, player);
	splitter_->setChildrenCollapsible(false);
	splitter_->addWidget(view_);
	splitter_->addWidget(markers_);
	splitter_->setStretchFactor(0, 3);
	splitter_->setStretchFactor(1, 1);
	timeline_ = new ReplayTimeline(text_, player);
	transport_ = new ReplayTransport(text_, player);
	column->addWidget(splitter_, 1);
	column->addWidget(timeline_);
	column->addWidget(transport_);
	player->setFocusProxy(timeline_);

	connect(back, &QToolButton::clicked, this, &ReplayPage::close);
	connect(timeline_, &ReplayTimeline::sought, this, &ReplayPage::seek);
	connect(transport_, &ReplayTransport::playToggled, this, &ReplayPage::togglePlay);
	connect(transport_, &ReplayTransport::nudged, this,
		[this](qint64 ms) { seek(lx_player_position(player_.get()) + ms); });
	connect(transport_, &ReplayTransport::speedChosen, this,
		[this](double speed) { lx_player_set_speed(player_.get(), speed); });
	connect(transport_, &ReplayTransport::streamTimeEntered, this, [this](qint64 ms) {
		const qint64 at = lx_replay_moment(&replay_->axes[LX_REPLAY_STREAM], ms);
		seek(lx_replay_nearest(lx_replay_own(replay_.get()), at));
	});
	connect(transport_, &ReplayTransport::fileTimeEntered, this, [this](qint64 ms) {
		const struct lx_replay_axis *axis = &replay_->axes[LX_REPLAY_RECORDING];
		const struct lx_replay_stretch *here = lx_replay_find(axis, moment());
		const qint64 position = lx_replay_in_file(axis, here ? here->file : 0, ms);
		if (position >= 0) {
			/* Of a stream the files lie one over the other: only the moment tells them apart. */
			for (size_t i = 0; i < axis->count; i++) {
				const struct lx_replay_stretch &s = axis->stretches[i];
				if (s.file == (here ? here->file : 0) && s.file_ms <= ms &&
				    ms - s.file_ms <= s.to_ms - s.from_ms) {
					seek(lx_replay_nearest(lx_replay_own(replay_.get()),
							       s.from_ms + ms - s.file_ms));
				}
			}
		} else {
			messages_->tellError(text_("Replay.NoSuchTime", {timeText(ms)}));
		}
	});
	connect(markers_, &MarkerList::jumpWanted, this, &ReplayPage::jumpToMarker);
	connect(markers_, &MarkerList::addWanted, this, &ReplayPage::addMarker);
	connect(markers_, &MarkerList::renamed, this, [this](qint64 id, const QString &name) {
		const Intents::Answer answer = context_.intents.editMarker(id, name.trimmed(), "dock");
		answer.ok ? readAnew_.start() : messages_->tellError(answer.error);
	});
	connect(markers_, &MarkerList::removed, this, &ReplayPage::removeMarker);
	connect(markers_, &MarkerList::menuWanted, this, &ReplayPage::showMenu);
	connect(view_, &ChatView::userClicked, this, &ReplayPage::showCard);
	connect(view_, &ChatView::menuRequested, this, &ReplayPage::showLineMenu);
	connect(view_, &ChatView::linkClicked, this,
		[this](const QString &url) { (new LinkDialog(context_, url, this))->open(); });
	connect(veil_, &Veil::changed, this, &ReplayPage::applySettings);
	connect(view_, &ChatView::copyRequested, this, [this](quint64 seq) {
		if (model_->contains(seq)) {
			QGuiApplication::clipboard()->setText(plainLine(model_->row(seq), text_, true));
		}
	});
	return player;
}

/* --- what is open ------------------------------------------------------------------------------------------------ */

void ReplayPage::open(enum lx_replay_kind kind, qint64 id)
{
	if (stopped_ || !source_->isThere()) {
		return;
	}
	source_->open(kind, id, [this](const ReplayRef &replay) {
		if (!replay) {
			messages_->tellError(text_("Replay.Gone"));
			picker_->refresh();
			return;
		}
		model_->clear();
		lx_player_load(player_.get(), replay->item.length_ms);
		take(replay);
		stack_->setCurrentIndex(1);
		seek(0);
		timeline_->setFocus();
		Q_EMIT opened();
	});
}

void ReplayPage::close()
{
	lx_player_pause(player_.get());
	tick_.stop();
	growing_.stop();
	source_->cancelRead();
	stack_->setCurrentIndex(0);
	picker_->setFocus();
	update();
}

void ReplayPage::take(const ReplayRef &replay)
{
	const struct lx_replay_item &item = replay->item;
	const QString given = sanitizeText(item.title);
	const QString name = item.kind == LX_REPLAY_STREAM ? given : QFileInfo(given).fileName();
	replay_ = replay;
	title_->setText(name.isEmpty()
				? dateText(item.begin_ms, QLocale(context_.language))
				: name + QStringLiteral(" · ") + dateText(item.begin_ms, QLocale(context_.language)));
	lx_player_set_length(player_.get(), item.length_ms);
	feed_->setReplay(replay);
	timeline_->setReplay(replay);
	markers_->setReplay(replay);
	exports_->setReplay(replay);
	item.running &&isVisible() ? growing_.start() : growing_.stop();
	update();
}

/* The same once more: it has grown, or its markers are others. */
void ReplayPage::readAnew()
{
	if (stopped_ || !replay_ || !source_->isThere() || stack_->currentIndex() != 1) {
		return;
	}
	const struct lx_replay_item item = replay_->item;
	source_->open(item.kind, item.id, [this](const ReplayRef &replay) {
		if (replay && replay_ && replay->item.kind == replay_->item.kind &&
		    replay->item.id == replay_->item.id) {
			take(replay);
		}
	});
}

void ReplayPage::onMarker(const struct lx_event *event, void *data)
{
	(void)event;
	auto *page = static_cast<ReplayPage *>(data);
	QMetaObject::invokeMethod(
		page,
		[page] {
			if (!page->stopped_ && page->replay_ && page->isVisible()) {
				page->readAnew_.start();
			}
		},
		Qt::QueuedConnection);
}

/* --- playing ----------------------------------------------------------------------------------------------------- */

qint64 ReplayPage::moment() const
{
	return replay_ ? lx_replay_moment(lx_replay_own(replay_.get()), lx_player_position(player_.get())) : 0;
}

void ReplayPage::seek(qint64 ms)
{
	if (!replay_) {
		return;
	}
	lx_player_seek(player_.get(), ms);
	/* Small steps ahead show what comes between; all others begin anew. */
	const qint64 now = moment();
	if (feed_->isReading() || now < shownMs_ || now - shownMs_ > leapMs || shownMs_ == 0) {
		shownMs_ = now;
		feed_->leap(now);
	}
	update();
}

void ReplayPage::togglePlay()
{
	if (!replay_) {
		return;
	}
	if (lx_player_is_playing(player_.get())) {
		lx_player_pause(player_.get());
	} else {
		const bool anew = lx_player_position(player_.get()) >= replay_->item.length_ms;
		lx_player_play(player_.get());
		if (anew) {
			seek(0);
		}
	}
	update();
}

void ReplayPage::showLines()
{
	std::vector<RowEntry> due = feed_->take(shownMs_);
	if (!due.empty()) {
		model_->apply(std::move(due));
	}
}

/* Everything that shows where it is. */
void ReplayPage::update()
{
	if (stopped_ || !replay_) {
		return;
	}
	const bool playing = lx_player_is_playing(player_.get());
	const qint64 position = lx_player_position(player_.get());
	const qint64 now = moment();
	if (now != shownMs_ && !feed_->isReading()) {
		if (now - shownMs_ > leapMs) {
			shownMs_ = now;
			feed_->leap(now);
		} else {
			shownMs_ = std::max(shownMs_, now);
			showLines();
		}
	}
	timeline_->setPosition(position);
	timeline_->setCurrentMarker(markers_->setMoment(now));
	const struct lx_replay_axis *recording = &replay_->axes[LX_REPLAY_RECORDING];
	const struct lx_replay_stretch *file = lx_replay_find(recording, now);
	/* At its very end it is still in it. */
	if (!file && replay_->item.kind == LX_REPLAY_RECORDING && now > 0) {
		file = lx_replay_find(recording, now - 1);
	}
	qint64 stream = lx_replay_position(&replay_->axes[LX_REPLAY_STREAM], now);
	if (stream < 0 && replay_->item.kind == LX_REPLAY_STREAM) {
		stream = position;
	}
	transport_->setTimes(stream, file ? file->file_ms + now - file->from_ms : -1, file ? file->file : 0,
			     recording->file_count,
			     file ? withoutHome(QString::fromUtf8(recording->files[file->file])) : QString());
	transport_->setPlaying(playing);
	transport_->setSpeed(lx_player_speed(player_.get()));
	playing &&isVisible() ? tick_.start() : tick_.stop();
}

/* --- markers ----------------------------------------------------------------------------------------------------- */

void ReplayPage::jumpToMarker(int marker)
{
	if (replay_ && marker >= 0 && size_t(marker) < replay_->marker_count) {
		seek(lx_replay_nearest(lx_replay_own(replay_.get()), replay_->markers[marker].marker.at_ms));
	}
}

void ReplayPage::stepMarker(int direction)
{
	if (!replay_ || !replay_->marker_count) {
		return;
	}
	const qint64 now = moment();
	int found = -1;
	for (int i = 0; i < int(replay_->marker_count); i++) {
		const qint64 at = replay_->markers[i].marker.at_ms;
		/* Back: not to the one that was jumped to a moment ago. */
		if (direction < 0 && at < now - 1500) {
			found = i;
		} else if (direction > 0 && at > now + 50) {
			found = i;
			break;
		}
	}
	jumpToMarker(found);
}

void ReplayPage::addMarker()
{
	if (!replay_) {
		return;
	}
	qint64 id = 0;
	const Intents::Answer answer = context_.intents.addMarker(QString(), moment(), "dock", id);
	if (!answer.ok) {
		messages_->tellError(answer.error);
		return;
	}
	messages_->tell(text_("Replay.MarkerAdded"));
	readAnew_.start();
}

void ReplayPage::removeMarker(qint64 id, const QString &label)
{
	const Intents::Answer answer = context_.intents.removeMarker(id, false, "dock");
	if (!answer.ok) {
		messages_->tellError(answer.error);
		return;
	}
	readAnew_.start();
	messages_->tell(text_("Replay.MarkerRemoved", {isolated(label)}), text_("Replay.Undo"), [this, id] {
		const Intents::Answer back = context_.intents.removeMarker(id, true, "dock");
		back.ok ? readAnew_.start() : messages_->tellError(back.error);
	});
}

void ReplayPage::showMenu(const QPoint &global)
{
	if (!replay_) {
		return;
	}
	auto *menu = new QMenu(this);
	menu->setAttribute(Qt::WA_DeleteOnClose);
	exports_->addTo(*menu, lx_player_position(player_.get()));
	menu->popup(global);
}

/* --- lines ------------------------------------------------------------------------------------------------------- */

void ReplayPage::showLineMenu(quint64 seq, const QPoint &global)
{
	const ChatRow row = model_->row(seq);
	auto *menu = new QMenu(this);
	menu->setAttribute(Qt::WA_DeleteOnClose);
	const auto copy = [menu](const QString &label, const QString &what) {
		QObject::connect(menu->addAction(label), &QAction::triggered, menu,
				 [what] { QGuiApplication::clipboard()->setText(what); });
	};
	connect(menu->addAction(text_("Replay.SeekHere")), &QAction::triggered, this, [this, row] {
		if (replay_) {
			seek(lx_replay_nearest(lx_replay_own(replay_.get()), row.timeMs));
		}
	});
	menu->addSeparator();
	if (row.hasAuthor()) {
		connect(menu->addAction(text_("Chat.Menu.Card")), &QAction::triggered, this,
			[this, seq, global] { showCard(seq, global); });
		copy(text_("Chat.Menu.CopyName"), row.login);
	}
	if (!row.text.isEmpty()) {
		copy(text_("Chat.Menu.CopyMessage"), row.text);
	}
	copy(text_("Chat.Menu.CopyLine"), plainLine(row, text_, true));
	menu->popup(global);
}

void ReplayPage::showCard(quint64 seq, const QPoint &global)
{
	if (!model_->contains(seq) || !model_->row(seq).hasAuthor()) {
		return;
	}
	const ChatRow row = model_->row(seq);
	auto *card = new UserCard(context_, pictures_, *model_, seq, view_->rules(), this);
	connect(card, &UserCard::orderRequested, this, [this, row](const char *word, const QString &words) {
		const Intents::Answer answer = context_.intents.order(word, Target::of(row), words);
		if (!answer.ok) {
			messages_->tellError(answer.error);
		}
	});
	connect(card, &UserCard::permissionWanted, this, &ReplayPage::permissionWanted);
	/* What somebody wrote at another time of the same evening. */
	connect(card, &UserCard::contextWanted, this, [this](qint64 line) {
		const qint64 position = lx_replay_position(lx_replay_own(replay_.get()), lx_log_ms_of_row(line));
		if (position >= 0) {
			seek(position);
		} else {
			messages_->tell(text_("Replay.Elsewhere"));
		}
	});
	card->showAt(global);
}

/* --- the page ---------------------------------------------------------------------------------------------------- */

void ReplayPage::applySettings()
{
	ChatView::Look look = ChatPage::lookOf(context_);
	look.discreet = veil_->hides();
	view_->setLook(look);
}

void ReplayPage::forget(const QByteArray &userId, const QString &login)
{
	(void)userId;
	(void)login;
	if (replay_ && !stopped_ && source_->isThere()) {
		feed_->leap(shownMs_);
		readAnew_.start();
	}
}

void ReplayPage::restyle()
{
	view_->restyle();
	timeline_->repaint();
}

void ReplayPage::showEvent(QShowEvent *event)
{
	Page::showEvent(event);
	if (replay_ && stack_->currentIndex() == 1) {
		readAnew();
	}
	update();
}

void ReplayPage::hideEvent(QHideEvent *event)
{
	Page::hideEvent(event);
	tick_.stop();
	growing_.stop();
}

void ReplayPage::resizeEvent(QResizeEvent *event)
{
	Page::resizeEvent(event);
	const Qt::Orientation wanted = width() >= wide ? Qt::Horizontal : Qt::Vertical;
	if (splitter_->orientation() != wanted) {
		splitter_->setOrientation(wanted);
		const int size = wanted == Qt::Horizontal ? width() : height();
		splitter_->setSizes({size * 2 / 3, size / 3});
	}
}

void ReplayPage::keyPressEvent(QKeyEvent *event)
{
	if (stack_->currentIndex() != 1 || qobject_cast<QLineEdit *>(focusWidget())) {
		Page::keyPressEvent(event);
		return;
	}
	switch (event->key()) {
	case Qt::Key_Space:
	case Qt::Key_K:
		togglePlay();
		break;
	case Qt::Key_Comma:
		seek(lx_player_position(player_.get()) - 100);
		break;
	case Qt::Key_Period:
		seek(lx_player_position(player_.get()) + 100);
		break;
	case Qt::Key_N:
		stepMarker(1);
		break;
	case Qt::Key_P:
		stepMarker(-1);
		break;
	case Qt::Key_M:
		addMarker();
		break;
	case Qt::Key_Escape:
		close();
		break;
	default:
		Page::keyPressEvent(event);
	}
}

void ReplayPage::stop()
{
	if (stopped_) {
		return;
	}
	stopped_ = true;
	tick_.stop();
	readAnew_.stop();
	growing_.stop();
	lx_bus_disconnect(context_.core.bus, LX_EVENT_MARKER, onMarker, this);
	exports_->stop();
	source_->stop();
	view_->setPictures(nullptr);
}

} // namespace lx::ui
