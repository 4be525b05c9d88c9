#include "ui/chat/completion.hpp"

#include <algorithm>
#include <memory>

#include <util/dstr.h>

#include "chat/command.h"
#include "chat/emotes.h"
#include "chat/names.h"
#include "ui/chat/sanitize.hpp"

namespace lx::ui {

namespace {

QString usageOf(const struct lx_command_row *row, const struct lx_text *text)
{
	struct dstr line = {};
	lx_command_usage(row, text, &line);
	const QString result = QString::fromUtf8(line.array);
	dstr_free(&line);
	return result;
}

const struct lx_command_row *commandOf(const QString &text)
{
	const QByteArray line = text.toUtf8();
	if (!lx_command_is(line.constData())) {
		return nullptr;
	}
	qsizetype end = line.indexOf(' ');
	end = end < 0 ? line.size() : end;
	return lx_command_find(line.constData() + 1, size_t(end - 1));
}

/* The cursor is in the word that says whom a command is about. */
bool isCommandsName(const QString &text, int start)
{
	const struct lx_command_row *row = commandOf(text);
	return row && row->args[0].kind == LX_COMMAND_ARG_USER && text.left(start).trimmed().count(u' ') == 0;
}

/* The better, the smaller; -1 where it does not fit. */
int rankOf(const QString &name, const QString &prefix)
{
	if (name.startsWith(prefix)) {
		return 0;
	}
	const qsizetype at = name.indexOf(prefix, 0, Qt::CaseInsensitive);
	return at < 0 ? -1 : at == 0 ? 1 : 2;
}

QSize boxOf(const struct lx_named_emote &emote, int height)
{
	const int width = emote.width && emote.height ? height * emote.width / emote.height : height;
	return QSize(std::clamp(width, height / 2, height * 3), height);
}

} // namespace

QString providerName(const struct lx_named_emote &emote)
{
	return QString::fromLatin1(lx_emote_provider_name(emote.provider));
}

void Completion::addNames(const QString &prefix, bool sign, Suggestions &to) const
{
	if (!context_.core.names) {
		return;
	}
	struct lx_name found[maxShown];
	const size_t count = lx_names_match(context_.core.names, prefix.toUtf8().constData(), found, maxShown);
	for (size_t i = 0; i < count; i++) {
		const QString login = sanitizeName(found[i].login);
		const QString name = sanitizeName(found[i].name);
		/* "Anna" for anna; where the name is written otherwise, Twitch only knows the login */
		const QString word = name.compare(login, Qt::CaseInsensitive) == 0 ? name : login;
		to.list.push_back({Suggestion::Kind::Name, (sign ? QStringLiteral("@") : QString()) + word, word,
				   name == word ? QString() : name});
		lx_name_free(&found[i]);
	}
}

void Completion::addEmotes(const QString &prefix, Suggestions &to) const
{
	if (!context_.core.emotes) {
		return;
	}
	const std::unique_ptr<const struct lx_emote_set, decltype(&lx_emote_set_release)> held(
		lx_emotes_acquire(context_.core.emotes), lx_emote_set_release);
	const struct lx_emote_set *set = held.get();
	struct Found {
		int rank;
		const struct lx_named_emote *emote;
		QString name;
	};
	std::vector<Found> found;
	const auto take = [&](const struct lx_named_emote *emote) {
		QString name = QString::fromUtf8(emote->name);
		const int rank = rankOf(name, prefix);
		if (rank >= 0) {
			found.push_back({rank * 2 + !emote->of_channel, emote, std::move(name)});
		}
	};
	for (size_t i = 0; i < lx_emote_set_own_size(set); i++) {
		take(lx_emote_set_own_at(set, i));
	}
	for (size_t i = 0; i < lx_emote_set_size(set); i++) {
		take(lx_emote_set_at(set, i));
	}
	const size_t shown = std::min(found.size(), maxShown);
	std::partial_sort(found.begin(), found.begin() + long(shown), found.end(), [](const Found &a, const Found &b) {
		return std::tuple(a.rank, a.name.size(), a.name) < std::tuple(b.rank, b.name.size(), b.name);
	});
	for (size_t i = 0; i < shown; i++) {
		const struct lx_named_emote &emote = *found[i].emote;
		to.list.push_back({Suggestion::Kind::Emote, found[i].name, sanitizeName(emote.name),
				   providerName(emote), pictures_.emote(emote, boxOf(emote, pictureHeight))});
	}
}

void Completion::addCommands(const QString &prefix, Suggestions &to) const
{
	for (size_t i = 0; i < LX_COMMAND_COUNT; i++) {
		const struct lx_command_row *row = lx_command_row(i);
		const QString name = QString::fromLatin1(row->name);
		if (name.startsWith(prefix, Qt::CaseInsensitive)) {
			to.list.push_back({Suggestion::Kind::Command, u'/' + name, usageOf(row, context_.core.text),
					   context_.text(row->help_key)});
		}
	}
	std::stable_sort(to.list.begin(), to.list.end(),
			 [](const Suggestion &a, const Suggestion &b) { return a.insert.size() < b.insert.size(); });
}

Suggestions Completion::at(const QString &text, int cursor, bool asked) const
{
	Suggestions result;
	result.asked = asked;
	result.start = int(text.lastIndexOf(u' ', cursor - 1)) + 1;
	if (cursor < 1 || result.start >= cursor) {
		return result;
	}
	const QString word = text.mid(result.start, cursor - result.start);
	const QString rest = word.mid(1);
	if (word[0] == u'/' && result.start == 0) {
		addCommands(rest, result);
	} else if (word[0] == u'@') {
		addNames(rest, true, result);
	} else if (word[0] == u':') {
		/* ":)" and ":D" are smileys, no beginnings */
		if (rest.size() >= 2 || (asked && !rest.isEmpty())) {
			addEmotes(rest, result);
		}
	} else if (isCommandsName(text, result.start)) {
		addNames(word, false, result);
	} else if (asked) {
		addNames(word, false, result);
		addEmotes(word, result);
	}
	return result;
}

QString Completion::usage(const QString &text) const
{
	const struct lx_command_row *row = text.contains(u' ') ? commandOf(text) : nullptr;
	return row ? usageOf(row, context_.core.text) + QStringLiteral(" – ") + context_.text(row->help_key)
		   : QString();
}

} // namespace lx::ui
