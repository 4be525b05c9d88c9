#include "ui/feed.hpp"

#include <algorithm>
#include <cstring>

#include <QDateTime>

#include "chat/log.h"
#include "ui/chat/notice_text.hpp"
#include "ui/chat/sanitize.hpp"

namespace lx::ui {

namespace {

constexpr size_t manyPending = 4000;
constexpr qint64 soundEveryMs = 1000;

constexpr enum lx_event_type listened[] = {
	LX_EVENT_CHAT_MESSAGE, LX_EVENT_CHAT_NOTICE,     LX_EVENT_MESSAGE_DELETED,
	LX_EVENT_USER_BANNED,  LX_EVENT_USER_UNBANNED,   LX_EVENT_CHAT_CLEARED,
	LX_EVENT_ROOM_STATE,   LX_EVENT_NOTICE,          LX_EVENT_WHISPER,
	LX_EVENT_CONNECTION,   LX_EVENT_STATS,           LX_EVENT_ACTION,
	LX_EVENT_ACCOUNT,      LX_EVENT_LOGIN,           LX_EVENT_PERMISSION,
	LX_EVENT_MARKER,       LX_EVENT_AUTOMOD_MESSAGE, LX_EVENT_SUSPICIOUS_USER,
	LX_EVENT_REDEMPTION,   LX_EVENT_SHARED_CHAT,     LX_EVENT_PIN,
	LX_EVENT_COMMAND,      LX_EVENT_CHAT_MODES,      LX_EVENT_STREAM,
};

QString clock(qint64 ms)
{
	return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("HH:mm:ss"));
}

LinkInfo linkInfo(const struct lx_event &event, qint64 nowMs)
{
	const struct lx_connection &c = event.connection;
	LinkInfo info;
	info.state = c.state;
	info.anonymous = c.anonymous;
	info.detail = sanitizeText(c.detail);
	info.reason = QString::fromUtf8(c.reason);
	if (c.state == LX_LINK_WAITING) {
		info.retryAtMs = nowMs + c.retry_in_ms;
	}
	return info;
}

AccountInfo accountInfo(const struct lx_account_info &a)
{
	AccountInfo info;
	info.state = a.state;
	info.clientId = QString::fromUtf8(a.client_id);
	info.userId = QString::fromUtf8(a.user_id);
	info.login = sanitizeName(a.login);
	info.name = sanitizeName(a.name);
	info.storage = QString::fromUtf8(a.storage);
	info.detail = sanitizeText(a.detail);
	info.scopes = QString::fromUtf8(a.scopes).split(u' ', Qt::SkipEmptyParts);
	info.expiresMs = a.expires_ms;
	info.refreshMs = a.refresh_ms;
	return info;
}

LoginInfo loginInfo(const struct lx_login &l)
{
	LoginInfo info;
	info.role = l.role;
	info.way = l.way;
	info.state = l.state;
	info.userCode = sanitizeName(l.user_code);
	info.shortUrl = QString::fromUtf8(l.short_url);
	info.url = QString::fromUtf8(l.url);
	info.detail = sanitizeText(l.detail);
	info.reason = QString::fromUtf8(l.reason);
	info.expiresMs = l.expires_ms;
	return info;
}

PinInfo pinInfo(const struct lx_pin &p)
{
	PinInfo info;
	info.messageId = p.message_id;
	info.userId = p.user.id;
	info.login = sanitizeName(p.user.login);
	info.name = sanitizeName(*p.user.name ? p.user.name : p.user.login);
	info.text = sanitizeText(p.text);
	info.by = sanitizeName(p.moderator.name);
	info.endsMs = p.ends_ms;
	return info;
}

/* Of the chat log: what keeps it from being written stands above the pages for as long as it lasts, not among the chat's lines. */
std::optional<LogTrouble> logTrouble(const struct lx_notice &notice)
{
	const QByteArray id(notice.id);
	if (!id.startsWith(LX_LOG_NOTICE_ID) || id.endsWith("set_aside")) {
		return {};
	}
	const QByteArray kind = id.mid(qsizetype(strlen(LX_LOG_NOTICE_ID)));
	return kind == "resumed" ? LogTrouble() : LogTrouble{kind, withoutHome(sanitizeText(notice.text))};
}

} // namespace

Feed::Feed(struct lx_bus *bus, const Text &text, const struct lx_clock *clock, Session &session, Rules &rules,
	   Sink sink, QObject *parent)
	: QObject(parent), bus_(bus), text_(text), clock_(clock), session_(session), rules_(rules),
	  sink_(std::move(sink)), judge_(rules.judge())
{
	connect(&rules_, &Rules::changed, this, [this] {
		const std::lock_guard<std::mutex> lock(mutex_);
		judge_ = rules_.judge();
	});
	timer_.setSingleShot(true);
	timer_.setInterval(flushMs);
	connect(&timer_, &QTimer::timeout, this, &Feed::flush);
	for (const enum lx_event_type type : listened) {
		lx_bus_connect(bus_, type, listen, this);
	}
}

Feed::~Feed() = default;

void Feed::stop()
{
	timer_.stop();
	if (!bus_) {
		return;
	}
	for (const enum lx_event_type type : listened) {
		lx_bus_disconnect(bus_, type, listen, this);
	}
	bus_ = nullptr;
	rules_.disconnect(this);
	judge_.reset();
}

void Feed::listen(const struct lx_event *event, void *data)
{
	static_cast<Feed *>(data)->take(*event);
}

/* To the UI thread. What is still on its way when the feed stops is dropped there. */
template<typename Work> void Feed::post(Work work)
{
	QMetaObject::invokeMethod(
		this,
		[this, work = std::move(work)] {
			if (bus_) {
				work();
			}
		},
		Qt::QueuedConnection);
}

void Feed::take(const struct lx_event &event)
{
	takeChannel(event);
	if (event.type == LX_EVENT_NOTICE) {
		if (const std::optional<LogTrouble> trouble = logTrouble(event.notice)) {
			post([this, trouble = *trouble] { session_.setLogTrouble(trouble); });
			return;
		}
	}
	if (isRowEvent(event.type)) {
		RowEntry entry;
		if (buildEntry(event, text_, entry)) {
			if (ChatRow *row = std::get_if<ChatRow>(&entry)) {
				judge(event, *row);
			}
			queue(std::move(entry));
		}
	}
	switch (event.type) {
	case LX_EVENT_CONNECTION:
		takeConnection(event);
		break;
	case LX_EVENT_CHAT_MODES:
		post([this, modes = event.chat_modes] { session_.setModes(modes); });
		break;
	case LX_EVENT_STATS:
		if (!statsPosted_.exchange(true)) {
			post([this] {
				statsPosted_ = false;
				Q_EMIT statsAnnounced();
			});
		}
		break;
	case LX_EVENT_ACCOUNT: {
		const enum lx_account_role role = event.account.role;
		post([this, role, info = accountInfo(event.account)] { session_.setAccount(role, info); });
		break;
	}
	case LX_EVENT_LOGIN:
		post([this, info = loginInfo(event.login)] { session_.setLogin(info); });
		break;
	case LX_EVENT_PERMISSION: {
		const PermissionInfo info{event.permission.role};
		QMetaObject::invokeMethod(this, [this, info] { session_.setPermission(info); }, Qt::QueuedConnection);
		break;
	}
	case LX_EVENT_ACTION: {
		const struct lx_action &a = event.action;
		ActionInfo info{a.id, a.kind, a.state, actionSentence(a, text_), {}, strcmp(a.error, "scope") == 0};
		if (!*a.user_name && !*a.user_login) {
			info.unnamedId = a.user_id;
		}
		post([this, info] { Q_EMIT actionChanged(info); });
		break;
	}
	case LX_EVENT_COMMAND: {
		const struct lx_command_info &c = event.command;
		const CommandInfo info{strcmp(c.state, "done") == 0, sanitizeText(c.detail),
				       QString::fromUtf8(c.missing_scopes)};
		post([this, info] { Q_EMIT commandEnded(info); });
		break;
	}
	case LX_EVENT_SHARED_CHAT:
		for (size_t i = 0; i < event.shared_chat.participant_count; i++) {
			const struct lx_person &channel = event.shared_chat.participants[i];
			post([this, id = QByteArray(channel.id), name = sanitizeName(channel.name)] {
				Q_EMIT channelNamed(id, name);
			});
		}
		break;
	case LX_EVENT_STREAM:
		post([this] { Q_EMIT streamChanged(); });
		break;
	case LX_EVENT_PIN:
		post([this, info = pinInfo(event.pin)] { session_.setPin(info); });
		break;
	default:
		break;
	}
}

/* Another channel begins: its lines must not stand among those of the one before. */
void Feed::takeChannel(const struct lx_event &event)
{
	const bool tells = event.type == LX_EVENT_CHAT_MESSAGE || event.type == LX_EVENT_CHAT_NOTICE ||
			   event.type == LX_EVENT_ROOM_STATE ||
			   (event.type == LX_EVENT_CONNECTION && event.connection.link == LX_LINK_CHAT);
	if (!tells || !*event.channel) {
		return;
	}
	QString channel;
	QByteArray roomId;
	bool first, same;
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		same = channel_ == event.channel;
		if (same && (roomId_ == event.room_id || !*event.room_id)) {
			return;
		}
		first = channel_.isEmpty();
		channel_ = event.channel;
		roomId_ = event.room_id;
		roomId = roomId_;
		channel = QString::fromUtf8(channel_);
	}
	if (!first && !same) {
		queue(ChannelStart{channel});
	}
	post([this, channel, roomId, same] {
		session_.setRoomId(roomId);
		if (!same) {
			session_.setChannel(channel);
		}
	});
}

void Feed::takeConnection(const struct lx_event &event)
{
	const enum lx_link link = event.connection.link;
	post([this, link, info = linkInfo(event, lx_clock_unix_ms(clock_))] { session_.setLink(link, info); });
	const qint64 missedFromMs = event.connection.missed_from_ms;
	if (link == LX_LINK_CHAT && event.connection.state == LX_LINK_ONLINE && missedFromMs) {
		queue(gapRow(text_("Chat.Gap",
				   {clock(missedFromMs), clock(event.time_ms),
				    text_.duration(std::max<qint64>(1, (event.time_ms - missedFromMs) / 1000))}),
			     event.time_ms));
	}
}

/* Here and not on the UI thread: the rules of a busy chat are the emitting thread's work. */
void Feed::judge(const struct lx_event &event, ChatRow &row)
{
	std::shared_ptr<Judge> judge;
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		judge = judge_;
	}
	const Judge::Effects effects = judge->judge(event, row);
	if (effects.switchedOff >= 0) {
		post([this, from = judge.get(), rule = effects.switchedOff] { rules_.switchOff(from, rule); });
	}
	if (effects.sound.isEmpty()) {
		return;
	}
	const qint64 now = lx_clock_unix_ms(clock_);
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		if (std::abs(now - soundAtMs_) < soundEveryMs) {
			return;
		}
		soundAtMs_ = now;
	}
	post([this, sound = effects.sound] { Q_EMIT soundWanted(sound); });
}

void Feed::queue(RowEntry &&entry)
{
	bool wake = false;
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		if (pending_.size() == maxPending) {
			pending_.pop_front();
		}
		pending_.push_back(std::move(entry));
		if (!posted_ && (visibleForEmitters_ || pending_.size() >= manyPending)) {
			posted_ = true;
			wake = true;
		}
	}
	if (wake) {
		post([this] { arm(); });
	}
}

void Feed::arm()
{
	if (!timer_.isActive()) {
		visible_ ? timer_.start() : flush();
	}
}

void Feed::flush()
{
	std::deque<RowEntry> taken;
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		taken.swap(pending_);
		posted_ = false;
	}
	if (taken.empty()) {
		return;
	}
	std::vector<RowEntry> batch(std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end()));
	joiner_.join(batch);
	sink_(std::move(batch));
}

void Feed::setVisible(bool visible)
{
	visible_ = visible;
	visibleForEmitters_ = visible;
	if (visible) {
		flush();
	} else {
		timer_.stop();
		const std::lock_guard<std::mutex> lock(mutex_);
		posted_ = false;
	}
}

} // namespace lx::ui
