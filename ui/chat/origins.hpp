/*
 * The channels that share their chat with this one: what to call them, and their pictures. Names come with Twitch's event of
 * the shared session; who is not told of there is asked for by whoever shows it.
 *
 * UI thread.
 */
#pragma once

#include <QByteArray>
#include <QHash>
#include <QObject>
#include <QSet>
#include <QString>

namespace lx::ui {

class Origins : public QObject {
	Q_OBJECT

public:
	using QObject::QObject;

	struct Channel {
		QString name;
		QByteArray picture; /* address, empty = none */
	};

	/* What is known; the first question about a channel that is not known sends unknown(). */
	Channel channel(const QByteArray &roomId) const;
	void set(const QByteArray &roomId, const QString &name, const QByteArray &picture = {});

Q_SIGNALS:
	void changed();
	void unknown(const QByteArray &roomId) const;

private:
	QHash<QByteArray, Channel> channels_;
	mutable QSet<QByteArray> asked_;
};

} // namespace lx::ui
