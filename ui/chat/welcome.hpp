/*
 * What the chat page shows before there is a chat: sign in, or just read a channel.
 */
#pragma once

#include <QWidget>

#include "ui/text.hpp"

class QLineEdit;
class QPushButton;

namespace lx::ui {

class WelcomePage : public QWidget {
	Q_OBJECT

public:
	explicit WelcomePage(const Text &text, QWidget *parent = nullptr);

	void setChannel(const QString &channel);
	QLineEdit *channelEdit() { return channel_; }
	QPushButton *signInButton() { return signIn_; }

Q_SIGNALS:
	void signInWanted();
	void readWanted(const QString &channel);

private:
	void read();

	QPushButton *signIn_;
	QLineEdit *channel_;
};

/* A channel's login out of what people type or paste: "#Name", "https://www.twitch.tv/name". Empty when it is none. */
QString channelLogin(const QString &typed);

} // namespace lx::ui
