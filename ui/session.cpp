#include "ui/session.hpp"

#include <algorithm>

#include <util/bmem.h>

namespace lx::ui {

bool Session::inUse() const
{
	return link(LX_LINK_CHAT).state != LX_LINK_OFFLINE || account(LX_ACCOUNT_MAIN).state != LX_ACCOUNT_SIGNED_OUT;
}

namespace {

QString missingOf(const AccountInfo &account, enum lx_feature feature)
{
	char *missing = lx_scopes_missing_for(feature, account.scopes.join(u' ').toUtf8().constData());
	const QString words = QString::fromUtf8(missing);
	bfree(missing);
	return words;
}

} // namespace

QString Session::missingFor(enum lx_feature feature) const
{
	const AccountInfo &main = account(LX_ACCOUNT_MAIN);
	return main.signedIn() ? missingOf(main, feature) : QString();
}

bool Session::permissionHelps() const
{
	return permission_.role != LX_CHANNEL_ROLE_NONE && !missingFor(LX_FEATURE_MODERATE).isEmpty();
}

bool Session::mayWrite() const
{
	return std::any_of(accounts_.begin(), accounts_.end(), [](const AccountInfo &account) {
		return account.signedIn() && missingOf(account, LX_FEATURE_SEND).isEmpty();
	});
}

QString Session::whyNotModerate() const
{
	const AccountInfo &main = account(LX_ACCOUNT_MAIN);
	if (main.state == LX_ACCOUNT_CHECKING) {
		return text_("Chat.WhyNot.Checking");
	}
	if (!main.signedIn()) {
		return text_("Chat.WhyNot.ModerateSignedOut");
	}
	if (permission_.role == LX_CHANNEL_ROLE_NONE) {
		return text_("Chat.WhyNot.ModerateRole");
	}
	if (!missingFor(LX_FEATURE_MODERATE).isEmpty()) {
		return text_("Chat.WhyNot.ModerateScope");
	}
	return {};
}

QString Session::whyNotSend() const
{
	const AccountInfo &main = account(LX_ACCOUNT_MAIN);
	const AccountInfo &bot = account(LX_ACCOUNT_BOT);
	if (!main.signedIn() && !bot.signedIn()) {
		return text_(main.state == LX_ACCOUNT_CHECKING ? "Chat.WhyNot.Checking" : "Chat.WhyNot.SendSignedOut");
	}
	if (!mayWrite()) {
		return text_("Chat.WhyNot.SendScope");
	}
	if (link(LX_LINK_CHAT).state != LX_LINK_ONLINE) {
		return text_("Chat.WhyNot.SendOffline");
	}
	return {};
}

Session::Mood Session::mood() const
{
	switch (link(LX_LINK_CHAT).state) {
	case LX_LINK_OFFLINE:
		break;
	case LX_LINK_CONNECTING:
	case LX_LINK_WAITING:
		return Mood::Busy;
	case LX_LINK_ONLINE:
		return Mood::Good;
	case LX_LINK_REFUSED:
		return Mood::Bad;
	}
	return Mood::Off;
}

QString Session::stateWords() const
{
	const LinkInfo &chat = link(LX_LINK_CHAT);
	switch (chat.state) {
	case LX_LINK_OFFLINE:
		break;
	case LX_LINK_CONNECTING:
		return text_("State.Connecting");
	case LX_LINK_ONLINE:
		return text_(chat.anonymous ? "State.Reading" : "State.Connected");
	case LX_LINK_WAITING:
		return text_("State.Waiting");
	case LX_LINK_REFUSED:
		return text_("State.Refused");
	}
	return text_("State.Offline");
}

void Session::setLink(enum lx_link link, const LinkInfo &info)
{
	links_[size_t(link)] = info;
	Q_EMIT linkChanged(link);
}

void Session::setAccount(enum lx_account_role role, const AccountInfo &info)
{
	accounts_[size_t(role)] = info;
	Q_EMIT accountChanged(role);
}

void Session::setLogin(const LoginInfo &info)
{
	login_ = info;
	Q_EMIT loginChanged();
}

void Session::setPermission(const PermissionInfo &info)
{
	permission_ = info;
	Q_EMIT permissionChanged();
}

void Session::setChannel(const QString &channel)
{
	if (channel_ != channel) {
		channel_ = channel;
		Q_EMIT channelChanged();
	}
}

void Session::setPin(const PinInfo &pin)
{
	pin_ = pin;
	Q_EMIT pinChanged();
}

void Session::setStats(const StatsInfo &stats)
{
	stats_ = stats;
	Q_EMIT statsChanged();
}

void Session::setModes(const struct lx_chat_modes &modes)
{
	modes_ = modes;
	Q_EMIT modesChanged();
}

void Session::setLogTrouble(const LogTrouble &trouble)
{
	if (trouble.kind != logTrouble_.kind || trouble.sentence != logTrouble_.sentence) {
		logTrouble_ = trouble;
		Q_EMIT logTroubleChanged();
	}
}

} // namespace lx::ui
