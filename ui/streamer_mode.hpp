/*
 * Streamer mode: what must not be seen by viewers is not drawn while it is on. Whoever shows something of the kind asks here, and
 * draws anew on changed(). What is hidden:
 *
 *	viewer numbers in the header (Header)
 *	ids, account data, notes and history in the user card (UserCard)
 *	who was moderated, why and by whom: in lines of the chat (RowLayout) and in the bar above it (ActionBar)
 *	words that were taken away, also where an answer quotes them: in chat, log and replay (RowLayout)
 *	earlier searches of the log (SearchLine)
 *	the text of whispers, what AutoMod holds, and who is watched (RowLayout)
 *	the code of a sign-in, its QR picture and its address (LoginDialog)
 *	the accounts, their ids and permissions, the client id, and what errors tell (ConnectionPage, AccountPage, LoginDialog)
 *	rules and views: the words that are hidden, the people that are marked (RulesSettingsPage, RuleDialog)
 *
 * Folders never show the user's name, on or off: see withoutHome().
 *
 * Always on, or by itself while OBS streams, records or feeds its virtual camera. Where something is hidden a Veil shows it in that
 * place; one click on the header's sign shows everything until it is clicked again or the next stream or recording begins.
 *
 * UI thread.
 */
#pragma once

#include <QObject>

namespace lx::ui {

class StreamerMode : public QObject {
	Q_OBJECT

public:
	/* As in the settings. */
	enum class Wish : int { Off, On, Automatic };

	explicit StreamerMode(QObject *parent = nullptr) : QObject(parent) {}

	/* Something is hidden now. */
	bool isOn() const { return wanted() && !shown_; }
	/* It would be on, had nobody asked to see things. */
	bool wanted() const { return wish_ == Wish::On || (wish_ == Wish::Automatic && onAir_); }

	void setWish(Wish wish);
	/* Streaming or recording. */
	void setOnAir(bool onAir);
	/* The one click: shows, or hides again. */
	void toggle();

Q_SIGNALS:
	void changed();

private:
	template<typename Change> void change(Change apply);

	Wish wish_ = Wish::Off;
	bool onAir_ = false;
	bool shown_ = false;
};

} // namespace lx::ui
