#include "ui/intents.hpp"

#include "ui/chat/row.hpp"
#include "ui/chat/sanitize.hpp"

namespace lx::ui {

namespace {

class Call {
public:
	explicit Call(proc_handler_t *procs) : procs_(procs) {}
	~Call() { calldata_free(&data_); }
	Call(const Call &) = delete;
	Call &operator=(const Call &) = delete;

	Call &set(const char *name, const char *value)
	{
		calldata_set_string(&data_, name, value);
		return *this;
	}
	Call &set(const char *name, const QString &value) { return set(name, value.toUtf8().constData()); }
	Call &set(const char *name, const QByteArray &value) { return set(name, value.constData()); }
	Call &set(const char *name, long long value)
	{
		calldata_set_int(&data_, name, value);
		return *this;
	}
	Call &setFlag(const char *name, bool value)
	{
		calldata_set_bool(&data_, name, value);
		return *this;
	}
	Call &set(const Target &target)
	{
		return set("user_id", target.userId).set("user_login", target.login).set("message_id", target.messageId);
	}

	Intents::Answer run(enum lx_proc proc)
	{
		if (!procs_ || !proc_handler_call(procs_, lx_bus_proc_name(proc), &data_)) {
			return {};
		}
		return {calldata_bool(&data_, "ok"), string("error")};
	}

	QString string(const char *name)
	{
		const char *value = nullptr;
		return calldata_get_string(&data_, name, &value) && value ? sanitizeText(value) : QString();
	}
	long long integer(const char *name, long long otherwise)
	{
		long long value;
		return calldata_get_int(&data_, name, &value) ? value : otherwise;
	}
	bool boolean(const char *name) { return calldata_bool(&data_, name); }

private:
	proc_handler_t *procs_;
	calldata_t data_ = {};
};

} // namespace

Target Target::of(const ChatRow &row)
{
	return {row.userId, row.login, row.id};
}

Intents::Answer Intents::ban(const Target &target, const QString &reason, const char *origin)
{
	return Call(procs_).set(target).set("reason", reason).set("origin", origin).run(LX_PROC_BAN);
}

Intents::Answer Intents::timeout(const Target &target, int seconds, const QString &reason, const char *origin)
{
	return Call(procs_)
		.set(target)
		.set("duration_s", (long long)seconds)
		.set("reason", reason)
		.set("origin", origin)
		.run(LX_PROC_TIMEOUT);
}

Intents::Answer Intents::unban(const Target &target, const char *origin)
{
	return Call(procs_).set(target).set("reason", "").set("origin", origin).run(LX_PROC_UNBAN);
}

Intents::Answer Intents::remove(const Target &target, const char *origin)
{
	return Call(procs_).set(target).set("origin", origin).run(LX_PROC_DELETE);
}

Intents::Answer Intents::clearChat(const char *origin)
{
	return Call(procs_).set("origin", origin).run(LX_PROC_CLEAR_CHAT);
}

Intents::Answer Intents::undo(const char *origin)
{
	return Call(procs_).set("origin", origin).run(LX_PROC_UNDO);
}

Intents::Answer Intents::order(const char *word, const Target &target, const QString &text, int seconds)
{
	return Call(procs_)
		.set("order", word)
		.set(target)
		.set("text", text)
		.set("duration_s", (long long)seconds)
		.run(LX_PROC_ORDER);
}

void Intents::askPin()
{
	Call(procs_).run(LX_PROC_GET_PIN);
}

Intents::Answer Intents::send(const QString &text, const QByteArray &replyTo)
{
	return Call(procs_).set("text", text).set("reply_to", replyTo).run(LX_PROC_SEND);
}

Intents::Answer Intents::command(const QString &line, const QByteArray &replyTo, QString &missingScopes)
{
	Call call(procs_);
	const Answer answer =
		call.set("text", line).set("reply_to", replyTo).set("origin", "dock").run(LX_PROC_COMMAND);
	missingScopes = call.string("missing_scopes");
	return answer;
}

Intents::Answer Intents::connectTo(const QString &channel)
{
	return Call(procs_).set("channel", channel).run(LX_PROC_CONNECT);
}

Intents::Answer Intents::disconnect()
{
	return Call(procs_).run(LX_PROC_DISCONNECT);
}

Intents::Answer Intents::addMarker(const QString &text, qint64 atMs, const char *origin, qint64 &id)
{
	Call call(procs_);
	const Answer answer =
		call.set("text", text).set("at_ms", (long long)atMs).set("origin", origin).run(LX_PROC_ADD_MARKER);
	id = call.integer("marker_id", 0);
	return answer;
}

Intents::Answer Intents::editMarker(qint64 id, const QString &text, const char *origin)
{
	return Call(procs_)
		.set("marker_id", (long long)id)
		.set("text", text)
		.set("origin", origin)
		.run(LX_PROC_EDIT_MARKER);
}

Intents::Answer Intents::removeMarker(qint64 id, bool undo, const char *origin)
{
	return Call(procs_)
		.set("marker_id", (long long)id)
		.setFlag("undo", undo)
		.set("origin", origin)
		.run(LX_PROC_REMOVE_MARKER);
}

Intents::Answer Intents::setChatMode(const char *mode, bool on, qint64 value)
{
	return Call(procs_).set("mode", mode).setFlag("on", on).set("value", (long long)value).run(LX_PROC_SET_CHAT_MODE);
}

Intents::Answer Intents::reconnect()
{
	return Call(procs_).run(LX_PROC_RECONNECT);
}

StatsInfo Intents::stats()
{
	Call call(procs_);
	call.set("demand", "stream");
	StatsInfo info;
	if (!call.run(LX_PROC_GET_STATS).ok) {
		return info;
	}
	info.known = true;
	info.live = call.boolean("live");
	info.viewers = call.integer("viewers", -1);
	info.uptimeS = call.integer("uptime_s", -1);
	return info;
}

QString Intents::version()
{
	Call call(procs_);
	call.run(LX_PROC_GET_STATE);
	return call.string("version");
}

} // namespace lx::ui
