/*
 * The dock on private handlers: events are emitted as the core would, procedures are recorded instead of carried out, the
 * account is a row of recorded calls.
 */
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <QPalette>
#include <QString>
#include <QStringList>

#include "ui/dock.hpp"
#include "ui/ui.h"

namespace lx::test {

/* OBS's dark theme (Yami) and a light one like its "Light". */
QPalette darkPalette();
QPalette lightPalette();

struct ProcCall {
	enum lx_proc proc;
	std::map<std::string, std::string> texts;
	std::map<std::string, long long> numbers;
};

class Harness {
public:
	explicit Harness(const char *language = "en-US", const QPalette &palette = darkPalette(),
			 struct lx_emotes *emotes = nullptr, struct lx_picture_cache *pictures = nullptr,
			 struct lx_archive *archive = nullptr);
	~Harness();

	ui::Dock &dock() { return *dock_; }
	/* Hands over everything that was emitted, as the timer would. */
	void settle();
	void show(int width = 340, int height = 560);

	/* Gives the dock a log to ask; anew, for it is made with it. */
	void setLog(struct lx_log *log, struct lx_archive *archive);
	/* What OBS does at its end; what was handed over may go afterwards. */
	void stop();

	void emitEvent(const struct lx_event &event);
	/* A chat line; returns its id. */
	std::string say(const char *login, const char *text, uint32_t roles = 0, uint32_t color = LX_COLOR_NONE,
			uint32_t flags = 0, const char *badges = "");
	void connection(enum lx_link link, enum lx_link_state state, bool anonymous = false, const char *detail = "");
	void signIn(const char *scopes = basicScopes);
	void permission(enum lx_channel_role role);
	void login(enum lx_login_state state, enum lx_login_way way = LX_LOGIN_DEVICE, const char *detail = "");
	void ban(const char *login, int64_t duration_s, const char *moderator = "");
	void remove(const std::string &id, const char *moderator = "");
	void action(enum lx_action_kind kind, enum lx_action_state state, const std::string &messageId,
		    const char *login, const char *detail = "", int64_t duration_s = 600, const char *error = "");
	/* Signed in, connected, live. */
	void everythingWell();

	const ProcCall *lastCall(enum lx_proc proc) const;
	int countCalls(enum lx_proc proc) const;

	static constexpr const char *basicScopes =
		"chat:read chat:edit user:read:chat user:write:chat moderator:manage:banned_users "
		"moderator:manage:chat_messages moderator:manage:chat_settings user:read:moderated_channels "
		"moderator:read:chatters moderator:read:followers channel:read:subscriptions";

	struct lx_bus *bus;
	struct lx_settings *settings;
	struct lx_text *text;
	struct lx_clock clock;
	int64_t unixMs = 1790000000000;
	int64_t missedFromMs = 0; /* of the chat's link, as connection() tells it */
	std::vector<ProcCall> calls;
	bool refuse = false; /* procedures answer "no" */
	QStringList accountCalls;
	QStringList opened;
	QStringList sounds; /* "name volume" */
	int settingsSaved = 0;
	struct lx_ui_helix_health health = {};
	std::vector<struct lx_ui_topic> topics;
	void topic(const char *type, const char *state, const char *scopes = "", const char *detail = "");
	int statsAsked = 0;

private:
	struct Slot {
		Harness *harness;
		enum lx_proc proc;
	};
	static void onProc(void *data, calldata_t *call);

	signal_handler_t *signals_;
	proc_handler_t *procs_;
	std::vector<std::unique_ptr<Slot>> slots_;
	struct lx_names *names_;
	struct lx_ui_context context_ = {};
	std::unique_ptr<ui::Dock> dock_;
	int messages_ = 0;
};

} // namespace lx::test
