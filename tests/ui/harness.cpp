#include "harness.hpp"

#include <algorithm>

#include <QApplication>
#include <QCoreApplication>

#include "chat/names.h"
#include "ui/chat/page.hpp"

namespace lx::test {

namespace {

QPalette palette(QColor window, QColor base, QColor button, QColor text, QColor muted, QColor highlight)
{
	QPalette p(button, window);
	p.setColor(QPalette::Window, window);
	p.setColor(QPalette::Base, base);
	p.setColor(QPalette::AlternateBase, window);
	p.setColor(QPalette::Button, button);
	for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
					       QPalette::ToolTipText, QPalette::BrightText}) {
		p.setColor(role, text);
		p.setColor(QPalette::Disabled, role, muted);
	}
	p.setColor(QPalette::PlaceholderText, muted);
	p.setColor(QPalette::ToolTipBase, base);
	p.setColor(QPalette::Highlight, highlight);
	p.setColor(QPalette::HighlightedText, Qt::white);
	p.setColor(QPalette::Link, highlight);
	return p;
}

const char *const textParams[] = {"channel", "text",   "reply_to", "user_id", "user_login", "message_id",
				  "reason",  "origin", "role",     "way",     "order",      "mode"};

} // namespace

QPalette darkPalette()
{
	return palette(QColor(0x1d, 0x1f, 0x26), QColor(0x27, 0x2a, 0x33), QColor(0x3c, 0x40, 0x4d), Qt::white,
		       QColor(0xa0, 0xa4, 0xae), QColor(0x28, 0x4c, 0xb8));
}

QPalette lightPalette()
{
	return palette(QColor(0xe5, 0xe5, 0xe5), QColor(0xff, 0xff, 0xff), QColor(0xd6, 0xd6, 0xd6),
		       QColor(0x10, 0x10, 0x10), QColor(0x6c, 0x6c, 0x6c), QColor(0x8c, 0xb5, 0xff));
}

Harness::Harness(const char *language, const QPalette &palette, struct lx_emotes *emotes,
		 struct lx_picture_cache *pictures, struct lx_archive *archive)
	: settings(lx_settings_create(nullptr)), text(lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", language)),
	  signals_(signal_handler_create()), procs_(proc_handler_create())
{
	QApplication::setPalette(palette);
	bus = lx_bus_create(signals_, procs_);
	for (int i = 0; i < LX_PROC_COUNT; i++) {
		slots_.push_back(std::make_unique<Slot>(Slot{this, lx_proc(i)}));
		lx_bus_bind(bus, lx_proc(i), onProc, slots_.back().get());
	}
	clock.monotonic_ns = [](void *data) {
		return uint64_t(static_cast<Harness *>(data)->unixMs) * 1000000;
	};
	clock.unix_ms = [](void *data) {
		return static_cast<Harness *>(data)->unixMs;
	};
	clock.data = this;

	struct lx_ui_context &context = context_;
	context.bus = bus;
	context.procs = procs_;
	context.settings = settings;
	context.text = text;
	context.clock = &clock;
	context.version = "1.2.3";
	context.language = language;
	context.build_has_client = true;
	context.archive = archive;
	context.emotes = emotes;
	context.pictures = pictures;
	names_ = lx_names_create(bus);
	context.names = names_;
	context.archive = archive;
	context.data = this;
	context.open_url = [](const char *url, void *data) {
		static_cast<Harness *>(data)->opened << QString::fromUtf8(url);
		return true;
	};
	context.play_sound = [](const char *name, int volume, void *data) {
		static_cast<Harness *>(data)->sounds
			<< QStringLiteral("%1 %2").arg(QString::fromUtf8(name)).arg(volume);
		return true;
	};
	context.settings_changed = [](void *data) {
		static_cast<Harness *>(data)->settingsSaved++;
	};
	context.helix_health = [](struct lx_ui_helix_health *out, void *data) {
		*out = static_cast<Harness *>(data)->health;
		return out->budget_limit > 0;
	};
	const auto note = [](void *data, const QString &what) {
		static_cast<Harness *>(data)->accountCalls << what;
	};
	static const auto noted = note;
	context.account.login = [](enum lx_account_role role, enum lx_login_way way, void *data) {
		noted(data, QStringLiteral("login %1 %2").arg(role).arg(way));
	};
	context.account.login_token = [](enum lx_account_role role, const char *client, const char *token, void *data) {
		noted(data, QStringLiteral("token %1 %2 %3").arg(role).arg(client, token));
	};
	context.account.login_cancel = [](enum lx_account_role role, void *data) {
		noted(data, QStringLiteral("cancel %1").arg(role));
	};
	context.account.logout = [](enum lx_account_role role, void *data) {
		noted(data, QStringLiteral("logout %1").arg(role));
	};
	context.account.set_client = [](const char *id, const char *secret, void *data) {
		noted(data, QStringLiteral("client %1 %2").arg(id, secret));
	};
	context.account.set_redirect = [](uint16_t port, bool any, void *data) {
		noted(data, QStringLiteral("redirect %1 %2").arg(port).arg(any));
	};
	context.account.want_scopes = [](enum lx_account_role role, const char *scopes, void *data) {
		noted(data, QStringLiteral("scopes %1 %2").arg(role).arg(scopes));
	};
	context.topics = [](struct lx_ui_topic *out, size_t max, void *data) {
		const auto &topics = static_cast<Harness *>(data)->topics;
		const size_t count = std::min(max, topics.size());
		std::copy_n(topics.begin(), count, out);
		return count;
	};
	context.account.announce = [](void *data) {
		noted(data, QStringLiteral("announce"));
	};
	context.account.basic_scopes = [](enum lx_account_role, void *) {
		return basicScopes;
	};
	context.account.data = this;
	dock_ = std::make_unique<ui::Dock>(context);
}

void Harness::setLog(struct lx_log *log, struct lx_archive *archive)
{
	dock_->stop();
	dock_.reset();
	context_.log = log;
	context_.archive = archive;
	dock_ = std::make_unique<ui::Dock>(context_);
}

void Harness::stop()
{
	dock_->stop();
}

Harness::~Harness()
{
	dock_->stop();
	dock_.reset();
	lx_names_destroy(names_);
	lx_bus_destroy(bus);
	signal_handler_destroy(signals_);
	proc_handler_destroy(procs_);
	lx_settings_destroy(settings);
	lx_text_destroy(text);
}

void Harness::onProc(void *data, calldata_t *call)
{
	const Slot *slot = static_cast<Slot *>(data);
	Harness &self = *slot->harness;
	ProcCall record{slot->proc, {}, {}};
	for (const char *name : textParams) {
		const char *value = nullptr;
		if (calldata_get_string(call, name, &value) && value) {
			record.texts[name] = value;
		}
	}
	long long number;
	for (const char *name : {"duration_s", "value", "marker_id", "at_ms"}) {
		if (calldata_get_int(call, name, &number)) {
			record.numbers[name] = number;
		}
	}
	if (calldata_bool(call, "undo")) {
		record.numbers["undo"] = 1;
	}
	if (slot->proc != LX_PROC_GET_STATS) {
		self.calls.push_back(record);
	} else {
		self.statsAsked++;
	}
	calldata_set_bool(call, "ok", !self.refuse);
	calldata_set_string(call, "error", self.refuse ? "Twitch says no." : "");
	calldata_set_int(call, "action_id", (long long)self.calls.size());
	if (slot->proc == LX_PROC_ADD_MARKER) {
		calldata_set_int(call, "marker_id", (long long)self.calls.size());
	}
	calldata_set_bool(call, "live", true);
	calldata_set_int(call, "viewers", 1234);
	calldata_set_int(call, "uptime_s", 8100);
}

void Harness::settle()
{
	QCoreApplication::sendPostedEvents();
	dock_->feed().flush();
	QCoreApplication::processEvents();
}

void Harness::show(int width, int height)
{
	dock_->resize(width, height);
	dock_->show();
	settle();
}

void Harness::emitEvent(const struct lx_event &event)
{
	lx_bus_emit(bus, &event);
}

namespace {

struct lx_event eventOf(enum lx_event_type type, int64_t time)
{
	struct lx_event event;
	lx_event_init(&event, type);
	event.time_ms = time;
	event.channel = "streamer";
	event.room_id = "100";
	return event;
}

/* Every login has an id of its own that stays the same. */
std::string idOf(const std::string &login)
{
	uint32_t id = 7;
	for (const char c : login) {
		id = id * 31 + uint8_t(c);
	}
	return std::to_string(id);
}

} // namespace

std::string Harness::say(const char *login, const char *text, uint32_t roles, uint32_t color, uint32_t flags,
			 const char *badges)
{
	const std::string id = "message-" + std::to_string(++messages_);
	const std::string userId = idOf(login);
	struct lx_event event = eventOf(LX_EVENT_CHAT_MESSAGE, unixMs);
	event.chat.id = id.c_str();
	event.chat.user.id = userId.c_str();
	event.chat.user.login = login;
	event.chat.user.name = login;
	event.chat.user.badges = badges;
	event.chat.user.roles = roles;
	event.chat.user.color = color;
	event.chat.flags = flags;
	event.chat.text = text;
	emitEvent(event);
	return id;
}

void Harness::connection(enum lx_link link, enum lx_link_state state, bool anonymous, const char *detail)
{
	struct lx_event event = eventOf(LX_EVENT_CONNECTION, unixMs);
	event.connection.link = link;
	event.connection.state = state;
	event.connection.anonymous = anonymous;
	event.connection.detail = detail;
	event.connection.retry_in_ms = state == LX_LINK_WAITING ? 4000 : 0;
	if (link == LX_LINK_CHAT) {
		if (state == LX_LINK_WAITING && !missedFromMs) {
			missedFromMs = unixMs;
		}
		event.connection.missed_from_ms = missedFromMs;
		missedFromMs = state == LX_LINK_ONLINE ? 0 : missedFromMs;
	}
	emitEvent(event);
}

void Harness::signIn(const char *scopes)
{
	struct lx_event event = eventOf(LX_EVENT_ACCOUNT, unixMs);
	event.account.role = LX_ACCOUNT_MAIN;
	event.account.state = scopes ? LX_ACCOUNT_SIGNED_IN : LX_ACCOUNT_SIGNED_OUT;
	event.account.user_id = "100";
	event.account.login = "streamer";
	event.account.name = "Streamer";
	event.account.scopes = scopes ? scopes : "";
	event.account.storage = "store";
	event.account.refresh_ms = unixMs + 3 * 3600 * 1000;
	emitEvent(event);
}

void Harness::permission(enum lx_channel_role role)
{
	struct lx_event event = eventOf(LX_EVENT_PERMISSION, unixMs);
	event.permission.role = role;
	emitEvent(event);
}

void Harness::topic(const char *type, const char *state, const char *scopes, const char *detail)
{
	struct lx_ui_topic topic = {};
	qstrncpy(topic.type, type, sizeof(topic.type));
	qstrncpy(topic.state, state, sizeof(topic.state));
	qstrncpy(topic.missing_scopes, scopes, sizeof(topic.missing_scopes));
	qstrncpy(topic.detail, detail, sizeof(topic.detail));
	topics.push_back(topic);
}

void Harness::login(enum lx_login_state state, enum lx_login_way way, const char *detail)
{
	struct lx_event event = eventOf(LX_EVENT_LOGIN, unixMs);
	event.login.role = LX_ACCOUNT_MAIN;
	event.login.way = way;
	event.login.state = state;
	event.login.user_code = way == LX_LOGIN_DEVICE ? "ABCDEFGH" : "";
	event.login.short_url = "https://www.twitch.tv/activate";
	event.login.url = "https://www.twitch.tv/activate?public=true&device-code=ABCDEFGH";
	event.login.expires_ms = unixMs + 30 * 60 * 1000;
	event.login.detail = detail;
	emitEvent(event);
}

void Harness::ban(const char *login, int64_t duration_s, const char *moderator)
{
	const std::string userId = idOf(login);
	struct lx_event event = eventOf(LX_EVENT_USER_BANNED, unixMs);
	event.moderation.user_id = userId.c_str();
	event.moderation.user_login = login;
	event.moderation.duration_s = duration_s;
	event.moderation.moderator_name = moderator;
	emitEvent(event);
}

void Harness::remove(const std::string &id, const char *moderator)
{
	struct lx_event event = eventOf(LX_EVENT_MESSAGE_DELETED, unixMs);
	event.moderation.message_id = id.c_str();
	event.moderation.moderator_name = moderator;
	emitEvent(event);
}

void Harness::action(enum lx_action_kind kind, enum lx_action_state state, const std::string &messageId,
		     const char *login, const char *detail, int64_t duration_s, const char *error)
{
	const std::string userId = idOf(login);
	struct lx_event event = eventOf(LX_EVENT_ACTION, unixMs);
	event.action.id = 1;
	event.action.kind = kind;
	event.action.state = state;
	event.action.user_id = userId.c_str();
	event.action.user_login = login;
	event.action.message_id = messageId.c_str();
	event.action.duration_s = duration_s;
	event.action.detail = detail;
	event.action.error = error;
	emitEvent(event);
}

void Harness::everythingWell()
{
	signIn();
	connection(LX_LINK_CHAT, LX_LINK_ONLINE);
	connection(LX_LINK_EVENTSUB, LX_LINK_ONLINE);
	connection(LX_LINK_HELIX, LX_LINK_ONLINE);
	struct lx_event event = eventOf(LX_EVENT_STATS, unixMs);
	emitEvent(event);
	settle();
}

const ProcCall *Harness::lastCall(enum lx_proc proc) const
{
	for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
		if (call->proc == proc) {
			return &*call;
		}
	}
	return nullptr;
}

int Harness::countCalls(enum lx_proc proc) const
{
	int count = 0;
	for (const ProcCall &call : calls) {
		count += call.proc == proc;
	}
	return count;
}

} // namespace lx::test
