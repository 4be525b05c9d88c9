#include "ui/chat/origins.hpp"

namespace lx::ui {

namespace {

constexpr qsizetype most = 256; /* a shared session has six channels at most; raids bring others over the day */

} // namespace

Origins::Channel Origins::channel(const QByteArray &roomId) const
{
	const Channel known = channels_.value(roomId);
	if ((known.name.isEmpty() || known.picture.isEmpty()) && !asked_.contains(roomId) && asked_.size() < most) {
		asked_.insert(roomId);
		Q_EMIT unknown(roomId);
	}
	return known.name.isEmpty() ? Channel{QStringLiteral("…"), {}} : known;
}

void Origins::set(const QByteArray &roomId, const QString &name, const QByteArray &picture)
{
	if (channels_.size() >= most) {
		channels_.clear();
	}
	Channel &channel = channels_[roomId];
	const bool news = channel.name != name || (!picture.isEmpty() && channel.picture != picture);
	channel.name = name;
	if (!picture.isEmpty()) {
		channel.picture = picture;
	}
	if (news) {
		Q_EMIT changed();
	}
}

} // namespace lx::ui
