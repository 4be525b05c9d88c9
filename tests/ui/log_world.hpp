/* A chat log in a folder of its own, written by hand, and the archive that reads it. */
#pragma once

#include <QTemporaryDir>
#include <QTest>

#include "chat/archive.h"
#include "chat/log.h"
#include "platform/clock.h"

namespace lx::test {

class LogWorld {
public:
	static constexpr int64_t now = 1790000000000; /* as the harness's clock: 2026-09-21 14:13:20 UTC */

	explicit LogWorld(bool begun = true)
		: text_(lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US")),
		  path_((folder_.path() + QStringLiteral("/chat.sqlite")).toUtf8())
	{
		if (begun) {
			begin();
		}
		archive_ = lx_archive_create(path_.constData());
	}
	~LogWorld()
	{
		lx_archive_destroy(archive_);
		end();
		lx_text_destroy(text_);
	}

	struct lx_archive *archive() { return archive_; }
	struct lx_log *log() { return log_; }
	const QByteArray &path() const { return path_; }
	QString folder() const { return folder_.path(); }

	void begin()
	{
		struct lx_log_config config = {};
		config.path = path_.constData();
		config.text = text_;
		config.clock = lx_clock_system();
		log_ = lx_log_create(&config);
		lx_log_start(log_, true);
	}
	void end()
	{
		if (log_) {
			lx_log_stop(log_);
			lx_log_destroy(log_);
			log_ = nullptr;
		}
	}
	/* As the harness has them. */
	static QByteArray idOf(const char *login)
	{
		uint32_t id = 7;
		for (; *login; login++) {
			id = id * 31 + uint8_t(*login);
		}
		return QByteArray::number(id);
	}
	/* Returns the message's id. */
	QByteArray say(const char *login, const char *text, int64_t ago_ms, uint32_t roles = 0,
		       const char *channel = "streamer", const char *badges = "", uint32_t color = LX_COLOR_NONE)
	{
		const QByteArray id =
			QStringLiteral("00000000-0000-4000-8000-%1").arg(++messages_, 12, 10, QLatin1Char('0')).toUtf8();
		const QByteArray user = idOf(login);
		struct lx_event event;
		lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
		event.time_ms = now - ago_ms;
		event.channel = channel;
		event.room_id = "100";
		event.chat.id = id.constData();
		event.chat.user.id = user.constData();
		event.chat.user.login = event.chat.user.name = login;
		event.chat.user.roles = roles;
		event.chat.user.badges = badges;
		event.chat.user.color = color;
		event.chat.text = text;
		lx_log_add(log_, &event);
		return id;
	}
	void flush() { QVERIFY(lx_log_flush(log_, 20000)); }

private:
	QTemporaryDir folder_;
	struct lx_text *text_;
	QByteArray path_;
	struct lx_log *log_ = nullptr;
	struct lx_archive *archive_ = nullptr;
	int messages_ = 0;
};

} // namespace lx::test
