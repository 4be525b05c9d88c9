/*
 * What the interface knows of the plugin at this moment: links, accounts, channel, live numbers, and from that what the user
 * may do. Filled by the feed. UI thread.
 */
#pragma once

#include <array>
#include <optional>

#include <QObject>
#include <QString>
#include <QStringList>

#include "bus/event.h"
#include "twitch/scopes.h"
#include "ui/text.hpp"

namespace lx::ui {

struct LinkInfo {
	enum lx_link_state state = LX_LINK_OFFLINE;
	bool anonymous = false;
	QString detail;
	QString reason;
	qint64 retryAtMs = 0; /* Unix milliseconds, 0 = no retry is due */
};

struct AccountInfo {
	enum lx_account_state state = LX_ACCOUNT_SIGNED_OUT;
	QString clientId, userId, login, name, storage, detail;
	QStringList scopes;
	qint64 expiresMs = 0;
	qint64 refreshMs = 0;

	bool signedIn() const { return state == LX_ACCOUNT_SIGNED_IN; }
	bool may(const char *scope) const { return signedIn() && scopes.contains(QLatin1StringView(scope)); }
};

/* What the main account may do in the channel, as Twitch says it. */
struct PermissionInfo {
	enum lx_channel_role role = LX_CHANNEL_ROLE_UNKNOWN;
};

struct LoginInfo {
	enum lx_account_role role = LX_ACCOUNT_MAIN;
	enum lx_login_way way = LX_LOGIN_DEVICE;
	enum lx_login_state state = LX_LOGIN_CANCELLED;
	QString userCode, shortUrl, url, detail, reason;
	qint64 expiresMs = 0;

	bool running() const { return state <= LX_LOGIN_FINISHING; }
};

struct ActionInfo {
	quint64 id = 0;
	enum lx_action_kind kind = LX_ACTION_BAN;
	enum lx_action_state state = LX_ACTION_QUEUED;
	QString sentence;     /* "Anna was banned." */
	QByteArray unnamedId; /* whose id stands in the sentence instead of a name, which nobody told; "" = nobody's */
	bool lacksScope = false; /* refused because the login lacks a permission */
};

/* What became of a slash command. */
struct CommandInfo {
	bool done = false;
	QString sentence;
	QString missingScopes; /* that it takes and the login lacks, separated by spaces */
};

struct StatsInfo {
	bool known = false;
	bool live = false;
	qint64 viewers = -1; /* -1 = not known */
	qint64 uptimeS = -1;
};

/* What is pinned above the chat. */
struct PinInfo {
	QByteArray messageId; /* empty = nothing is */
	QByteArray userId;
	QString login, name, text, by;
	qint64 endsMs = 0; /* Unix milliseconds, 0 = when the stream ends */
};

/* The chat is not written into the log; or (kind empty) is again. */
struct LogTrouble {
	QByteArray kind;  /* lx_database_trouble_word() */
	QString sentence; /* what is wrong, and what to do */
};

class Session : public QObject {
	Q_OBJECT

public:
	explicit Session(const Text &text, QObject *parent = nullptr) : QObject(parent), text_(text) {}

	const LinkInfo &link(enum lx_link link) const { return links_[size_t(link)]; }
	const AccountInfo &account(enum lx_account_role role) const { return accounts_[size_t(role)]; }
	const LoginInfo &login() const { return login_; }
	const PermissionInfo &permission() const { return permission_; }
	const QString &channel() const { return channel_; }
	/* Its user id, empty while it is not known. */
	const QByteArray &roomId() const { return roomId_; }
	const StatsInfo &stats() const { return stats_; }
	const PinInfo &pin() const { return pin_; }
	const LogTrouble &logTrouble() const { return logTrouble_; }
	/* Of the chat; -1 where it is not known. */
	const struct lx_chat_modes &modes() const { return modes_; }
	/* Somebody is signed in, or chat is read without an account. */
	bool inUse() const;

	/* Permissions that the main account's login lacks for something, separated by spaces; empty while nobody is in. */
	QString missingFor(enum lx_feature feature) const;
	/* Moderating only lacks a permission, not the role. */
	bool permissionHelps() const;
	/* One of the accounts has the permission to write. */
	bool mayWrite() const;
	/* Empty when the user may; else why not and what to do. */
	QString whyNotModerate() const;
	QString whyNotSend() const;
	/* State of the chat in a few words, and how it feels. */
	QString stateWords() const;
	enum class Mood { Off, Busy, Good, Bad };
	Mood mood() const;

	void setLink(enum lx_link link, const LinkInfo &info);
	void setAccount(enum lx_account_role role, const AccountInfo &info);
	void setLogin(const LoginInfo &info);
	void setPermission(const PermissionInfo &info);
	void setChannel(const QString &channel);
	void setRoomId(const QByteArray &roomId) { roomId_ = roomId; }
	void setStats(const StatsInfo &stats);
	void setPin(const PinInfo &pin);
	void setModes(const struct lx_chat_modes &modes);
	void setLogTrouble(const LogTrouble &trouble);

Q_SIGNALS:
	void linkChanged(enum lx_link link);
	void accountChanged(enum lx_account_role role);
	void loginChanged();
	void permissionChanged();
	void channelChanged();
	void statsChanged();
	void pinChanged();
	void modesChanged();
	void logTroubleChanged();

private:
	const Text &text_;
	std::array<LinkInfo, LX_LINK_COUNT> links_;
	std::array<AccountInfo, LX_ACCOUNT_COUNT> accounts_;
	LoginInfo login_;
	PermissionInfo permission_;
	QString channel_;
	QByteArray roomId_;
	StatsInfo stats_;
	PinInfo pin_;
	LogTrouble logTrouble_;
	struct lx_chat_modes modes_ = {};
};

} // namespace lx::ui
