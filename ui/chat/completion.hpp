/*
 * What may stand at the cursor of the line that is being written: names of those who wrote lately, emotes, commands. Only finds; showing
 * and taking is the completer's.
 *
 * UI thread.
 */
#pragma once

#include <vector>

#include <QString>

#include "ui/chat/pictures.hpp"
#include "ui/context.hpp"

namespace lx::ui {

struct Suggestion {
	enum class Kind : quint8 { Name, Emote, Command } kind;
	QString insert; /* takes the place of the word */
	QString label;
	QString detail;       /* display name, provider, parameters and what the command does */
	PictureRef picture{}; /* of an emote; NULL = none */
};

struct Suggestions {
	int start = 0; /* of the word in the text */
	bool asked = false;
	std::vector<Suggestion> list;
};

class Completion {
public:
	static constexpr size_t maxShown = 30;
	static constexpr int pictureHeight = 20;

	Completion(const Context &context, Pictures &pictures) : context_(context), pictures_(pictures) {}

	/*
	 * `asked`: by a key; then plain words are completed too. Otherwise only what cannot be meant otherwise: "@na", ":emo", "/com",
	 * and the name a command is about.
	 */
	Suggestions at(const QString &text, int cursor, bool asked) const;
	/* How the command in the line is used; empty while there is none. */
	QString usage(const QString &text) const;

private:
	void addNames(const QString &prefix, bool sign, Suggestions &to) const;
	void addEmotes(const QString &prefix, Suggestions &to) const;
	void addCommands(const QString &prefix, Suggestions &to) const;

	const Context &context_;
	Pictures &pictures_;
};

/* Other people's names and ids for the eye: nothing in them turns the line around. */
QString providerName(const struct lx_named_emote &emote);

} // namespace lx::ui
