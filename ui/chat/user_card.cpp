#include "ui/chat/user_card.hpp"

#include <algorithm>

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QGridLayout>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QPlainTextEdit>
#include <QScreen>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include "moderation/orders.h"
#include "ui/chat/colors.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/row_layout.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/text.hpp"
#include "ui/veil.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr size_t maxShown = 100; /* lines of the chat itself, before the log has answered */
constexpr int cardWidth = 332;   /* fits beside and over a dock of the usual width */
constexpr int pictureSide = 48;
constexpr int noteMs = 800;
constexpr int searchMs = 150;
constexpr int rowRole = Qt::UserRole;
constexpr int deedRole = Qt::UserRole + 1;
constexpr quint32 highlightColor = 0xE0A030;

} // namespace

UserCard::UserCard(Context &context, Pictures *pictures, const ChatModel &model, quint64 seq, const ActionRules &rules,
		   QWidget *parent)
	: QFrame(parent, Qt::Tool | Qt::FramelessWindowHint), context_(context), text_(context.text),
	  pictures_(pictures), row_(model.row(seq)), source_(new PersonSource(context, row_.userId, this)),
	  veil_(new Veil(context.streamerMode, context.text, this))
{
	setAttribute(Qt::WA_DeleteOnClose);
	setObjectName(QStringLiteral("livextremUserCard"));
	setFrameShape(QFrame::StyledPanel);
	setFixedWidth(cardWidth);
	setWindowTitle(row_.name);
	setAccessibleName(row_.name);
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(10, 8, 10, 10);
	column->setSpacing(6);
	addIdentity(*column);
	column->addWidget(veil_);
	addFacts(*column);
	addNote(*column);
	addHistory(*column, model);
	addButtons(*column, rules);

	connect(source_, &PersonSource::profileArrived, this, &UserCard::showProfile);
	connect(source_, &PersonSource::factsArrived, this, &UserCard::showFacts);
	connect(source_, &PersonSource::historyArrived, this, &UserCard::showHistory);
	connect(source_, &PersonSource::noteSaved, this,
		[this](bool saved) { noteState_->setText(text_(saved ? "Card.Note.Saved" : "Card.Note.NotSaved")); });
	if (pictures_) {
		connect(pictures_, &Pictures::arrived, this, [this](const PictureRef &picture) {
			if (picture == shown_) {
				showPicture();
			}
		});
	}
	askTwitch();
	source_->askFacts();
	source_->askHistory({});
	connect(veil_, &Veil::changed, this, &UserCard::updateVeil);
	updateVeil();
}

UserCard::~UserCard() = default;

/* --- who it is --------------------------------------------------------------------------------------------------- */

void UserCard::addIdentity(QVBoxLayout &column)
{
	auto *head = new QHBoxLayout;
	head->setSpacing(8);
	picture_ = new QLabel(this);
	picture_->setTextFormat(Qt::PlainText);
	picture_->setFixedSize(pictureSide, pictureSide);
	head->addWidget(picture_, 0, Qt::AlignTop);
	auto *words = new QVBoxLayout;
	words->setSpacing(1);
	auto *name = titleLabel(row_.name, this);
	QPalette colors = name->palette();
	colors.setColor(QPalette::WindowText, RowLayout::nameColor(row_, colors.color(QPalette::Window)));
	name->setPalette(colors);
	auto *top = new QHBoxLayout;
	top->setSpacing(2);
	top->addWidget(name, 1);
	words->addLayout(top);
	ids_ = mutedLabel({}, this);
	ids_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
	words->addWidget(ids_);
	QStringList roles;
	for (const Badge &badge : row_.badges) {
		const QString title = pictures_ ? pictures_->badgeTitle(badge.key) : QString();
		roles << (badge.kind == BadgeKind::Other && !title.isEmpty() ? title : badgeLabel(badge, text_));
	}
	if (!roles.isEmpty()) {
		words->addWidget(plainLabel(roles.join(QStringLiteral(" · ")), this));
	}
	status_ = plainLabel(row_.status(), this);
	status_->setVisible(!row_.status().isEmpty());
	words->addWidget(status_);
	head->addLayout(words, 1);

	pin_ = new QToolButton(this);
	pin_->setCheckable(true);
	pin_->setAutoRaise(true);
	pin_->setText(text_("Card.Pin"));
	pin_->setToolTip(text_("Card.PinTip"));
	auto *copy = new IconButton(Icon::Copy, text_("Chat.CopyName"), this);
	connect(copy, &QToolButton::clicked, this,
		[login = row_.login] { QGuiApplication::clipboard()->setText(login); });
	auto *close = new IconButton(Icon::Close, text_("Card.Close"), this);
	connect(close, &QToolButton::clicked, this, &QWidget::close);
	for (QToolButton *button : {pin_, static_cast<QToolButton *>(copy), static_cast<QToolButton *>(close)}) {
		top->addWidget(button, 0, Qt::AlignTop);
	}
	column.addLayout(head);
	showPicture();
}

bool UserCard::isPinned() const
{
	return pin_->isChecked();
}

/* Until Twitch's picture is there: the letter of the name on its colour. */
void UserCard::showPicture()
{
	const qreal ratio = devicePixelRatioF();
	QPixmap pixmap(QSize(pictureSide, pictureSide) * ratio);
	pixmap.setDevicePixelRatio(ratio);
	pixmap.fill(Qt::transparent);
	QPainter painter(&pixmap);
	painter.setRenderHint(QPainter::Antialiasing);
	QPainterPath circle;
	circle.addEllipse(QRectF(0, 0, pictureSide, pictureSide));
	painter.setClipPath(circle);
	shown_ = pictures_ && !address_.isEmpty() ? pictures_->byAddress(address_, QSize(pictureSide, pictureSide))
						  : nullptr;
	if (shown_ && shown_->isReady()) {
		painter.drawImage(QRectF(0, 0, pictureSide, pictureSide), shown_->frame());
	} else {
		const QColor fill = RowLayout::nameColor(row_, palette().color(QPalette::Window));
		painter.fillPath(circle, fill);
		QFont font = this->font();
		font.setPixelSize(pictureSide / 2);
		painter.setFont(font);
		painter.setPen(readable(Qt::white, fill));
		painter.drawText(QRect(0, 0, pictureSide, pictureSide), Qt::AlignCenter, row_.name.left(1).toUpper());
	}
	painter.end();
	picture_->setPixmap(pixmap);
}

QString UserCard::day(qint64 ms) const
{
	return QLocale(context_.language).toString(QDateTime::fromMSecsSinceEpoch(ms).date(), QLocale::ShortFormat);
}

QString UserCard::age(qint64 ms) const
{
	const QDate then = QDateTime::fromMSecsSinceEpoch(ms).date();
	const QDate now = QDateTime::fromMSecsSinceEpoch(context_.nowMs()).date();
	int months = (now.year() - then.year()) * 12 + now.month() - then.month() - (now.day() < then.day() ? 1 : 0);
	months = std::max(0, months);
	if (months >= 24) {
		return text_("Card.Age.Years", {QString::number(months / 12)});
	}
	if (months >= 2) {
		return text_("Card.Age.Months", {QString::number(months)});
	}
	return text_("Card.Age.Days", {QString::number(std::max<qint64>(0, then.daysTo(now)))});
}

QLabel *UserCard::factLine(QVBoxLayout &column, const QString &text)
{
	QLabel *line = plainLabel(text, this);
	line->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
	line->setFocusPolicy(Qt::NoFocus);
	column.addWidget(line);
	return line;
}

void UserCard::addFacts(QVBoxLayout &column)
{
	facts_ = new QWidget(this);
	auto *lines = new QVBoxLayout(facts_);
	lines->setContentsMargins(0, 0, 0, 0);
	lines->setSpacing(2);
	account_ = factLine(*lines, {});
	follow_ = factLine(*lines, {});
	sub_ = factLine(*lines, {});
	names_ = factLine(*lines, {});
	counts_ = factLine(*lines, {});
	for (QLabel *line : {account_, follow_, sub_, names_, counts_}) {
		line->hide();
	}
	column.addWidget(facts_);
}

/* The line says what is missing; the permission is one click away. */
void UserCard::needPermission(QLabel &line, const char *key, const QString &scopes)
{
	line.setText(text_(key));
	line.show();
	auto *grant = new QPushButton(text_("Permission.SignIn"), this);
	grant->setToolTip(scopes);
	connect(grant, &QPushButton::clicked, this, [this, scopes] {
		Q_EMIT permissionWanted(scopes);
		close();
	});
	facts_->layout()->addWidget(grant);
	facts_->layout()->setAlignment(grant, Qt::AlignLeft);
}

void UserCard::askTwitch()
{
	const Session &session = context_.session;
	if (!session.account(LX_ACCOUNT_MAIN).signedIn()) {
		account_->setText(text_("Card.SignedOut"));
		account_->show();
		return;
	}
	source_->askProfile(LX_PROFILE_USER);
	QStringList missing;
	const QString follows = session.missingFor(LX_FEATURE_FOLLOWERS);
	if (follows.isEmpty()) {
		source_->askProfile(LX_PROFILE_FOLLOW);
	} else {
		missing << follows;
	}
	/* Only the broadcaster's own login may ask who is subscribed; of others the badge tells the months. */
	if (session.permission().role == LX_CHANNEL_ROLE_BROADCASTER) {
		const QString subs = session.missingFor(LX_FEATURE_SUBS);
		if (subs.isEmpty()) {
			source_->askProfile(LX_PROFILE_SUB);
		} else {
			missing << subs;
		}
	}
	if (!missing.isEmpty()) {
		needPermission(*follow_,
			       missing.size() > 1  ? "Card.Missing.Both"
			       : follows.isEmpty() ? "Card.Missing.Sub"
						   : "Card.Missing.Follow",
			       missing.join(u' '));
	}
}

void UserCard::showProfile(const PersonProfile &profile)
{
	QLabel *line = profile.part == LX_PROFILE_USER ? account_ : profile.part == LX_PROFILE_FOLLOW ? follow_ : sub_;
	QString said;
	if (profile.error != LX_HELIX_OK) {
		said = profile.error == LX_HELIX_NOT_FOUND ? text_("Card.Gone") : profile.message;
	} else if (profile.part == LX_PROFILE_USER) {
		said = text_("Card.Account", {day(profile.createdMs), age(profile.createdMs)});
		if (profile.kind == QLatin1StringView("partner") || profile.kind == QLatin1StringView("affiliate")) {
			said += QStringLiteral(" · ") +
				text_(profile.kind == QLatin1StringView("partner") ? "Card.Partner" : "Card.Affiliate");
		}
		address_ = profile.picture;
		showPicture();
	} else if (profile.part == LX_PROFILE_FOLLOW) {
		said = profile.followedMs ? text_("Card.Follows", {day(profile.followedMs), age(profile.followedMs)})
					  : text_("Card.FollowsNot");
	} else {
		quint32 months = 0;
		for (const Badge &badge : row_.badges) {
			if (badge.kind == BadgeKind::Subscriber || badge.kind == BadgeKind::Founder) {
				months = badge.number;
			}
		}
		const QString tier = profile.tier.left(1);
		said = !profile.subscribed ? text_("Card.SubNot")
		       : months            ? text_("Card.SubMonths", {tier, QString::number(months)})
					   : text_("Card.Sub", {tier});
		if (profile.gift) {
			said += QStringLiteral(" · ") + (profile.gifter.isEmpty()
								 ? text_("Card.SubGift")
								 : text_("Card.SubGiftBy", {isolated(profile.gifter)}));
		}
	}
	line->setText(said);
	line->setVisible(!said.isEmpty());
	adjustSize();
}

void UserCard::showFacts(const PersonFacts &facts)
{
	const QLocale locale(context_.language);
	if (!facts.names.isEmpty()) {
		names_->setText(text_("Card.Names", {facts.names.join(QStringLiteral(", "))}));
		names_->show();
	}
	QStringList counts;
	if (facts.messages) {
		counts << text_("Card.Count.Messages", {locale.toString(facts.messages), day(facts.firstMs)});
	}
	const auto count = [&](const char *key, qint64 number) {
		if (number) {
			counts << text_(key, {locale.toString(number)});
		}
	};
	count("Card.Count.Deleted", facts.deleted);
	count("Card.Count.Timeouts", facts.timeouts);
	count("Card.Count.Bans", facts.bans);
	counts_->setText(counts.join(QStringLiteral(" · ")));
	counts_->setVisible(!counts.isEmpty());
	noteKnown_ = true;
	savedNote_ = facts.note;
	if (note_->toPlainText().isEmpty()) {
		const QSignalBlocker blocker(note_);
		note_->setPlainText(facts.note);
	}
	note_->setEnabled(true);
	adjustSize();
}

/* --- note -------------------------------------------------------------------------------------------------------- */

void UserCard::addNote(QVBoxLayout &column)
{
	private_ = new QWidget(this);
	auto *box = new QVBoxLayout(private_);
	box->setContentsMargins(0, 0, 0, 0);
	box->setSpacing(1);
	note_ = new QPlainTextEdit(private_);
	note_->setObjectName(QStringLiteral("livextremNote"));
	note_->setPlaceholderText(text_("Card.Note.Placeholder"));
	note_->setAccessibleName(text_("Card.Note"));
	note_->setAccessibleDescription(text_("Card.Note.Placeholder"));
	note_->setTabChangesFocus(true);
	note_->setFixedHeight(fontMetrics().lineSpacing() * 2 + 12);
	note_->setEnabled(false); /* until the one that is there is known */
	noteState_ = mutedLabel({}, private_);
	noteState_->hide();
	box->addWidget(note_);
	box->addWidget(noteState_);
	column.addWidget(private_);
	private_->setVisible(source_->hasLog());
	noteTimer_.setSingleShot(true);
	noteTimer_.setInterval(noteMs);
	connect(&noteTimer_, &QTimer::timeout, this, &UserCard::saveNote);
	connect(note_, &QPlainTextEdit::textChanged, this, [this] {
		noteState_->hide();
		noteTimer_.start();
	});
}

void UserCard::saveNote()
{
	noteTimer_.stop();
	const QString note = note_->toPlainText().trimmed().left(LX_PERSON_NOTE_MAX);
	if (noteKnown_ && note != savedNote_) {
		savedNote_ = note;
		source_->saveNote(note);
	}
}

/* Streamer mode: nothing of a person but what stands in the chat anyway. */
void UserCard::updateVeil()
{
	const bool on = veil_->hides();
	ids_->setText(on ? QString() : text_("Chat.Card.Ids", {row_.login, QString::fromUtf8(row_.userId)}));
	ids_->setVisible(!on);
	facts_->setVisible(!on);
	private_->setVisible(!on && source_->hasLog());
	status_->setVisible(!on && !status_->text().isEmpty());
	for (int i = 0; i < history_->count(); i++) {
		history_->setRowHidden(i, on && history_->item(i)->data(deedRole).toBool());
	}
	adjustSize();
}

/* --- history ----------------------------------------------------------------------------------------------------- */

namespace {

/* Qt leaves the padding that themes give to lines out when it looks how many a text takes, and then cuts the last word. */
class HistoryDelegate : public QStyledItemDelegate {
public:
	using QStyledItemDelegate::QStyledItemDelegate;

	QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
	{
		QStyleOptionViewItem narrower = option;
		narrower.rect.setWidth(std::max(1, option.rect.width() - 2 * option.fontMetrics.height()));
		return QStyledItemDelegate::sizeHint(narrower, index);
	}
};

} // namespace

void UserCard::addHistory(QVBoxLayout &column, const ChatModel &model)
{
	search_ = new QLineEdit(this);
	search_->setPlaceholderText(text_("Card.Search"));
	search_->setAccessibleName(text_("Card.Search"));
	search_->setClearButtonEnabled(true);
	search_->setVisible(source_->hasLog());
	history_ = new QListWidget(this);
	history_->setObjectName(QStringLiteral("livextremHistory"));
	history_->setAccessibleName(text_("Card.History"));
	history_->setWordWrap(true);
	history_->setResizeMode(QListView::Adjust); /* lines are laid out anew when the scroll bar takes its room */
	history_->setItemDelegate(new HistoryDelegate(history_));
	history_->setTextElideMode(Qt::ElideNone);
	history_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	history_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
	history_->setFixedHeight(fontMetrics().lineSpacing() * 9);
	column.addWidget(search_);
	column.addWidget(history_);

	std::vector<HistoryItem> known;
	const std::vector<quint64> seqs = model.rowsOf(row_.userId, row_.login);
	for (auto seq = seqs.rbegin(); seq != seqs.rend() && known.size() < maxShown; ++seq) {
		const ChatRow &line = model.row(*seq);
		HistoryItem item;
		item.timeMs = line.timeMs;
		item.text = line.text.isEmpty() ? line.caption : line.text;
		item.deleted = line.fate != Fate::None;
		known.push_back(item);
	}
	showHistory(known, true);

	searchTimer_.setSingleShot(true);
	searchTimer_.setInterval(searchMs);
	connect(search_, &QLineEdit::textChanged, this, [this] { searchTimer_.start(); });
	connect(&searchTimer_, &QTimer::timeout, this, [this] { source_->askHistory(search_->text()); });
	connect(history_->verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
		if (value >= history_->verticalScrollBar()->maximum() - history_->height()) {
			source_->askMore();
		}
	});
	connect(history_, &QListWidget::itemActivated, this, [this](const QListWidgetItem *item) {
		if (const qint64 row = item->data(rowRole).toLongLong()) {
			Q_EMIT contextWanted(row);
		}
	});
}

void UserCard::showHistory(const std::vector<HistoryItem> &items, bool first)
{
	const QLocale locale(context_.language);
	const Theme theme = Theme::from(palette());
	if (first) {
		history_->clear();
	}
	for (const HistoryItem &item : items) {
		const QDateTime time = QDateTime::fromMSecsSinceEpoch(item.timeMs);
		auto *line = new QListWidgetItem(text_("Card.Line",
						       {locale.toString(time.date(), QLocale::ShortFormat),
							time.toString(QStringLiteral("HH:mm")), isolated(item.text)}),
						 history_);
		line->setData(rowRole, item.row);
		line->setData(deedRole, item.deed || item.deleted);
		line->setHidden(veil_->hides() && (item.deed || item.deleted));
		line->setToolTip(item.channel);
		if (item.deed) {
			line->setForeground(theme.tone(Tone::Warning, palette().color(QPalette::Base)));
		} else if (item.deleted) {
			QFont font; /* all but this is the list's own, whatever the theme makes of it */
			font.setStrikeOut(true);
			line->setFont(font);
			line->setForeground(theme.mutedOn(palette().color(QPalette::Base)));
		}
	}
	if (history_->count() == 0) {
		auto *none = new QListWidgetItem(text_("Card.Nothing"), history_);
		none->setFlags(Qt::NoItemFlags);
	}
}

/* --- what can be done -------------------------------------------------------------------------------------------- */

void UserCard::addButtons(QVBoxLayout &column, const ActionRules &rules)
{
	if (row_.userId.isEmpty() && row_.login.isEmpty()) {
		return;
	}
	reason_ = new QLineEdit(this);
	reason_->setPlaceholderText(text_("Card.Reason"));
	reason_->setAccessibleName(text_("Card.Reason"));
	reason_->setMaxLength(500);
	column.addWidget(reason_);
	auto *grid = new QGridLayout;
	grid->setSpacing(4);
	int at = 0;
	const auto place = [&](QWidget *button) {
		grid->addWidget(button, at / 3, at % 3);
		at++;
	};
	for (const RowAction action :
	     {RowAction::Timeout1, RowAction::Timeout2, RowAction::Timeout3, RowAction::Ban, RowAction::Unban}) {
		if (!actionFits(action, row_, rules)) {
			continue;
		}
		const QString label =
			isTimeout(action)
				? text_.shortDuration(rules.timeoutsS[size_t(action) - size_t(RowAction::Timeout1)])
				: actionLabel(action, rules, text_);
		auto *button = new QPushButton(label, this);
		button->setObjectName(action == RowAction::Ban ? QStringLiteral("livextremCardBan") : QString());
		button->setAccessibleName(actionLabel(action, rules, text_));
		button->setEnabled(rules.allows(action));
		button->setToolTip(rules.allows(action) ? actionLabel(action, rules, text_) : rules.whyNot(action));
		/* Moderators are asked about once more, on the button itself. */
		connect(button, &QPushButton::clicked, this,
			[this, button, action, asks = row_.isProtected() && action != RowAction::Unban]() mutable {
				if (asks) {
					asks = false;
					button->setText(text_("Chat.Button.Sure"));
					return;
				}
				Q_EMIT actionRequested(action, reason_->text());
				if (!isPinned()) {
					close();
				}
			});
		place(button);
	}
	auto *warn = new QPushButton(text_("Card.Warn"), this);
	warn->setToolTip(text_("Card.WarnTip"));
	warn->setEnabled(false);
	connect(reason_, &QLineEdit::textChanged, warn, [warn, may = rules.canModerate](const QString &reason) {
		warn->setEnabled(may && !reason.trimmed().isEmpty());
	});
	connect(warn, &QPushButton::clicked, this, [this] { Q_EMIT orderRequested("warn", reason_->text()); });
	place(warn);
	auto *more = new QPushButton(text_("Card.More"), this);
	auto *menu = new QMenu(more);
	addOrders(*menu);
	more->setMenu(menu);
	place(more);
	column.addLayout(grid);
}

/* What the login may not do leads to the permission for it. */
void UserCard::addOrders(QMenu &menu)
{
	const bool owner = context_.session.permission().role == LX_CHANNEL_ROLE_BROADCASTER;
	if (!row_.userId.isEmpty()) {
		connect(menu.addAction(text_("Card.Highlight")), &QAction::triggered, this, [this] {
			RuleDef rule;
			rule.name = row_.login;
			rule.query = QStringLiteral("id:") + QString::fromUtf8(row_.userId);
			rule.color = highlightColor;
			context_.rules.addRule(std::move(rule));
		});
		menu.addSeparator();
	}
	static constexpr enum lx_order_kind kinds[] = {LX_ORDER_MOD,     LX_ORDER_UNMOD,   LX_ORDER_VIP,
						       LX_ORDER_UNVIP,   LX_ORDER_MONITOR, LX_ORDER_RESTRICT,
						       LX_ORDER_UNTREAT, LX_ORDER_BLOCK,   LX_ORDER_UNBLOCK};
	static constexpr const char *keys[] = {"Card.Mod",     "Card.Unmod",   "Card.Vip",
					       "Card.Unvip",   "Card.Monitor", "Card.Restrict",
					       "Card.Untreat", "Card.Block",   "Card.Unblock"};
	const bool mod = row_.roles & LX_ROLE_MODERATOR, vip = row_.roles & LX_ROLE_VIP;
	for (size_t i = 0; i < std::size(kinds); i++) {
		const enum lx_order_kind kind = kinds[i];
		if ((lx_order_is_owners(kind) && !owner) || (kind == LX_ORDER_MOD && mod) ||
		    (kind == LX_ORDER_UNMOD && !mod) || (kind == LX_ORDER_VIP && vip) ||
		    (kind == LX_ORDER_UNVIP && !vip)) {
			continue;
		}
		if (kind == LX_ORDER_MONITOR || kind == LX_ORDER_BLOCK) {
			menu.addSeparator();
		}
		struct dstr missing = {};
		const bool may = !context_.core.helix ||
				 lx_helix_may(context_.core.helix, lx_order_endpoint(kind), &missing);
		const QString scopes = may ? QString() : QString::fromUtf8(missing.array);
		dstr_free(&missing);
		const QString label = text_(keys[i]);
		QAction *entry = menu.addAction(may ? label : text_("Card.NeedsPermission", {label}));
		connect(entry, &QAction::triggered, this, [this, kind, scopes] {
			if (scopes.isEmpty()) {
				Q_EMIT orderRequested(lx_order_word(kind), reason_->text());
			} else {
				Q_EMIT permissionWanted(scopes);
			}
		});
	}
}

/* --- window ------------------------------------------------------------------------------------------------------ */

void UserCard::showAt(const QPoint &global)
{
	adjustSize();
	QPoint corner = global;
	const QScreen *at = QGuiApplication::screenAt(global);
	if (const QScreen *screen = at ? at : QGuiApplication::primaryScreen()) {
		const QRect area = screen->availableGeometry();
		corner.setX(std::clamp(corner.x(), area.left(), std::max(area.left(), area.right() - width())));
		/* It grows when answers come. */
		const int room = height() + fontMetrics().lineSpacing() * 5;
		corner.setY(std::clamp(corner.y(), area.top(), std::max(area.top(), area.bottom() - room)));
	}
	move(corner);
	show();
	activateWindow();
	setFocus();
}

bool UserCard::event(QEvent *event)
{
	/* A click elsewhere: unless it is a menu or dialog of its own. */
	if (event->type() == QEvent::WindowDeactivate && !isPinned() && !QApplication::activePopupWidget()) {
		QTimer::singleShot(0, this, [this] {
			if (!isActiveWindow() && !isPinned()) {
				close();
			}
		});
	}
	return QFrame::event(event);
}

void UserCard::keyPressEvent(QKeyEvent *event)
{
	event->key() == Qt::Key_Escape ? (void)close() : QFrame::keyPressEvent(event);
}

void UserCard::closeEvent(QCloseEvent *event)
{
	saveNote();
	QFrame::closeEvent(event);
}

void UserCard::mousePressEvent(QMouseEvent *event)
{
	grip_ = event->globalPosition().toPoint() - pos();
}

void UserCard::mouseMoveEvent(QMouseEvent *event)
{
	if (event->buttons() & Qt::LeftButton) {
		move(event->globalPosition().toPoint() - grip_);
	}
}

} // namespace lx::ui
