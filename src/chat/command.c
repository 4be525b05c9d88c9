#include "chat/command.h"

#include <string.h>

#include <util/bmem.h>

#include "locale/utf8.h"

#define MAX_LOGIN 25
#define MAX_DURATION_S (1000 * 86400LL)
#define MAX_CHOICES 32 /* that are read; more than any command takes */
#define MAX_NAME 20    /* longest name that is compared */
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* --- table ------------------------------------------------------------------------------------------------------- */

/* clang-format off: one row reads as one sentence */

#define NAME {LX_COMMAND_ARG_USER, .name_key = "Command.Arg.Name"}
#define REASON(must) {LX_COMMAND_ARG_TEXT, !(must), "Command.Arg.Reason", .most = 500}
#define TEXT(must, key, longest) {LX_COMMAND_ARG_TEXT, !(must), key, .most = longest}
#define FOR(low, high, otherwise, unit) \
	{LX_COMMAND_ARG_DURATION, true, "Command.Arg.Duration", .least = low, .most = high, .preset = otherwise, .unit_s = unit}
#define WORD(must, key, list) {LX_COMMAND_ARG_WORD, !(must), key, .words = list}
#define CHOICES(low, high, key, shortest, longest) \
	{LX_COMMAND_ARG_CHOICES, false, key, .least = low, .most = high, .words = NULL}, \
	{LX_COMMAND_ARG_DURATION, true, "Command.Arg.Duration", .least = shortest, .most = longest, .preset = 120, .unit_s = 1}

#define ROW(id, names, more, who, endpoint, help, done, ...) \
	[LX_COMMAND_##id] = {LX_COMMAND_##id, names, more, LX_COMMAND_##who, LX_HELIX_##endpoint, help, done, {__VA_ARGS__}}
#define NOTHING {LX_COMMAND_ARG_END}

static const struct lx_command_row rows[LX_COMMAND_COUNT] = {
	ROW(BAN, "ban", "", MODERATORS, BAN_USER, "Command.Ban.Help", NULL, NAME, REASON(false)),
	ROW(TIMEOUT, "timeout", "to", MODERATORS, BAN_USER, "Command.Timeout.Help", NULL, NAME, FOR(1, 1209600, 600, 1),
	    REASON(false)),
	ROW(UNBAN, "unban", "untimeout", MODERATORS, UNBAN_USER, "Command.Unban.Help", NULL, NAME),
	ROW(WARN, "warn", "", MODERATORS, WARN_CHAT_USER, "Command.Warn.Help", NULL, NAME, REASON(true)),
	ROW(DELETE, "delete", "del", MODERATORS, DELETE_CHAT_MESSAGES, "Command.Delete.Help", NULL,
	    WORD(false, "Command.Arg.Message", NULL)),
	ROW(CLEAR, "clear", "", MODERATORS, DELETE_CHAT_MESSAGES, "Command.Clear.Help", NULL, NOTHING),
	ROW(SLOW, "slow", "", MODERATORS, UPDATE_CHAT_SETTINGS, "Command.Slow.Help", "Command.Slow.Done",
	    FOR(3, 120, 30, 1)),
	ROW(SLOWOFF, "slowoff", "", MODERATORS, UPDATE_CHAT_SETTINGS, "Command.SlowOff.Help", "Command.SlowOff.Done",
	    NOTHING),
	ROW(FOLLOWERS, "followers", "", MODERATORS, UPDATE_CHAT_SETTINGS, "Command.Followers.Help",
	    "Command.Followers.Done", FOR(0, 7776000, 0, 60)),
	ROW(FOLLOWERSOFF, "followersoff", "", MODERATORS, UPDATE_CHAT_SETTINGS, "Command.FollowersOff.Help",
	    "Command.FollowersOff.Done", NOTHING),
	ROW(SUBSCRIBERS, "subscribers", "", MODERATORS, UPDATE_CHAT_SETTINGS, "Command.Subscribers.Help",
	    "Command.Subscribers.Done", NOTHING),
	ROW(SUBSCRIBERSOFF, "subscribersoff", "", MODERATORS, UPDATE_CHAT_SETTINGS, "Command.SubscribersOff.Help",
	    "Command.SubscribersOff.Done", NOTHING),
	ROW(EMOTEONLY, "emoteonly", "", MODERATORS, UPDATE_CHAT_SETTINGS, "Command.EmoteOnly.Help",
	    "Command.EmoteOnly.Done", NOTHING),
	ROW(EMOTEONLYOFF, "emoteonlyoff", "", MODERATORS, UPDATE_CHAT_SETTINGS, "Command.EmoteOnlyOff.Help",
	    "Command.EmoteOnlyOff.Done", NOTHING),
	ROW(UNIQUECHAT, "uniquechat", "r9kbeta", MODERATORS, UPDATE_CHAT_SETTINGS, "Command.UniqueChat.Help",
	    "Command.UniqueChat.Done", NOTHING),
	ROW(UNIQUECHATOFF, "uniquechatoff", "r9kbetaoff", MODERATORS, UPDATE_CHAT_SETTINGS,
	    "Command.UniqueChatOff.Help", "Command.UniqueChatOff.Done", NOTHING),
	ROW(SHIELD, "shield", "", MODERATORS, UPDATE_SHIELD_MODE, "Command.Shield.Help", "Command.Shield.Done",
	    NOTHING),
	ROW(SHIELDOFF, "shieldoff", "", MODERATORS, UPDATE_SHIELD_MODE, "Command.ShieldOff.Help",
	    "Command.ShieldOff.Done", NOTHING),
	ROW(MONITOR, "monitor", "", MODERATORS, ADD_SUSPICIOUS_USER, "Command.Monitor.Help", NULL, NAME),
	ROW(UNMONITOR, "unmonitor", "", MODERATORS, REMOVE_SUSPICIOUS_USER, "Command.Unmonitor.Help", NULL, NAME),
	ROW(RESTRICT, "restrict", "", MODERATORS, ADD_SUSPICIOUS_USER, "Command.Restrict.Help", NULL, NAME),
	ROW(UNRESTRICT, "unrestrict", "", MODERATORS, REMOVE_SUSPICIOUS_USER, "Command.Unrestrict.Help", NULL, NAME),
	ROW(PIN, "pin", "", MODERATORS, PIN_MESSAGE, "Command.Pin.Help", "Command.Pin.Done",
	    TEXT(false, "Command.Arg.Message", 500)),
	ROW(UNPIN, "unpin", "", MODERATORS, UNPIN_MESSAGE, "Command.Unpin.Help", "Command.Unpin.Done", NOTHING),
	ROW(ANNOUNCE, "announce", "", MODERATORS, SEND_ANNOUNCEMENT, "Command.Announce.Help", "Command.Announce.Done",
	    TEXT(true, "Command.Arg.Text", 500)),
	ROW(ANNOUNCEBLUE, "announceblue", "", MODERATORS, SEND_ANNOUNCEMENT, "Command.AnnounceBlue.Help",
	    "Command.Announce.Done", TEXT(true, "Command.Arg.Text", 500)),
	ROW(ANNOUNCEGREEN, "announcegreen", "", MODERATORS, SEND_ANNOUNCEMENT, "Command.AnnounceGreen.Help",
	    "Command.Announce.Done", TEXT(true, "Command.Arg.Text", 500)),
	ROW(ANNOUNCEORANGE, "announceorange", "", MODERATORS, SEND_ANNOUNCEMENT, "Command.AnnounceOrange.Help",
	    "Command.Announce.Done", TEXT(true, "Command.Arg.Text", 500)),
	ROW(ANNOUNCEPURPLE, "announcepurple", "", MODERATORS, SEND_ANNOUNCEMENT, "Command.AnnouncePurple.Help",
	    "Command.Announce.Done", TEXT(true, "Command.Arg.Text", 500)),
	ROW(SHOUTOUT, "shoutout", "so", MODERATORS, SEND_SHOUTOUT, "Command.Shoutout.Help", "Command.Shoutout.Done",
	    NAME),
	ROW(MOD, "mod", "", BROADCASTER, ADD_MODERATOR, "Command.Mod.Help", NULL, NAME),
	ROW(UNMOD, "unmod", "", BROADCASTER, REMOVE_MODERATOR, "Command.Unmod.Help", NULL, NAME),
	ROW(MODS, "mods", "", BROADCASTER, GET_MODERATORS, "Command.Mods.Help", NULL, NOTHING),
	ROW(VIP, "vip", "", BROADCASTER, ADD_VIP, "Command.Vip.Help", NULL, NAME),
	ROW(UNVIP, "unvip", "", BROADCASTER, REMOVE_VIP, "Command.Unvip.Help", NULL, NAME),
	ROW(VIPS, "vips", "", BROADCASTER, GET_VIPS, "Command.Vips.Help", NULL, NOTHING),
	ROW(RAID, "raid", "", BROADCASTER, START_RAID, "Command.Raid.Help", "Command.Raid.Done", NAME),
	ROW(UNRAID, "unraid", "", BROADCASTER, CANCEL_RAID, "Command.Unraid.Help", "Command.Unraid.Done", NOTHING),
	ROW(COMMERCIAL, "commercial", "ad", BROADCASTER, START_COMMERCIAL, "Command.Commercial.Help",
	    "Command.Commercial.Done", FOR(30, 180, 30, 1)),
	ROW(SNOOZE, "snooze", "", BROADCASTER, SNOOZE_NEXT_AD, "Command.Snooze.Help", "Command.Snooze.Done", NOTHING),
	ROW(MARKER, "marker", "", EVERYONE, CREATE_STREAM_MARKER, "Command.Marker.Help", "Command.Marker.Done",
	    TEXT(false, "Command.Arg.Text", 140)),
	ROW(CLIP, "clip", "", EVERYONE, CREATE_CLIP, "Command.Clip.Help", NULL, NOTHING),
	ROW(TITLE, "title", "", BROADCASTER, MODIFY_CHANNEL, "Command.Title.Help", "Command.Title.Done",
	    TEXT(true, "Command.Arg.Title", 140)),
	ROW(GAME, "game", "category", BROADCASTER, MODIFY_CHANNEL, "Command.Game.Help", "Command.Game.Done",
	    TEXT(true, "Command.Arg.Category", 200)),
	ROW(POLL, "poll", "", BROADCASTER, CREATE_POLL, "Command.Poll.Help", "Command.Poll.Done",
	    CHOICES(2, 5, "Command.Arg.Choices", 15, 1800)),
	ROW(ENDPOLL, "endpoll", "", BROADCASTER, END_POLL, "Command.EndPoll.Help", "Command.EndPoll.Done", NOTHING),
	ROW(DELETEPOLL, "deletepoll", "", BROADCASTER, END_POLL, "Command.DeletePoll.Help", "Command.DeletePoll.Done",
	    NOTHING),
	ROW(PREDICTION, "prediction", "predict", BROADCASTER, CREATE_PREDICTION, "Command.Prediction.Help",
	    "Command.Prediction.Done", CHOICES(2, 10, "Command.Arg.Choices", 30, 1800)),
	ROW(LOCKPREDICTION, "lockprediction", "", BROADCASTER, END_PREDICTION, "Command.LockPrediction.Help",
	    "Command.LockPrediction.Done", NOTHING),
	ROW(ENDPREDICTION, "endprediction", "", BROADCASTER, END_PREDICTION, "Command.EndPrediction.Help",
	    "Command.EndPrediction.Done", TEXT(true, "Command.Arg.Outcome", 25)),
	ROW(CANCELPREDICTION, "cancelprediction", "", BROADCASTER, END_PREDICTION, "Command.CancelPrediction.Help",
	    "Command.CancelPrediction.Done", NOTHING),
	ROW(ME, "me", "", EVERYONE, OTHER, "Command.Me.Help", NULL, TEXT(true, "Command.Arg.Text", 496)),
	ROW(WHISPER, "w", "whisper", EVERYONE, SEND_WHISPER, "Command.Whisper.Help", "Command.Whisper.Done", NAME,
	    TEXT(true, "Command.Arg.Text", 500)),
	ROW(COLOR, "color", "colour", EVERYONE, UPDATE_USER_CHAT_COLOR, "Command.Color.Help", "Command.Color.Done",
	    WORD(true, "Command.Arg.Color", NULL)),
	ROW(BLOCK, "block", "", EVERYONE, BLOCK_USER, "Command.Block.Help", NULL, NAME),
	ROW(UNBLOCK, "unblock", "", EVERYONE, UNBLOCK_USER, "Command.Unblock.Help", NULL, NAME),
	ROW(USER, "user", "", EVERYONE, GET_USERS, "Command.User.Help", NULL, NAME),
	ROW(HELP, "help", "commands", EVERYONE, OTHER, "Command.Help.Help", NULL,
	    WORD(false, "Command.Arg.Command", NULL)),
};

/* clang-format on */

const struct lx_command_row *lx_command_row(size_t index)
{
	return &rows[index];
}

/* --- characters: by hand, for those of the C library are the language's business -------------------------------- */

static bool is_blank(char c)
{
	return c && strchr(" \t\r\n\v\f", c);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

static const char *skip_blanks(const char *at)
{
	while (is_blank(*at))
		at++;
	return at;
}

static size_t word_length(const char *at)
{
	size_t length = 0;
	while (at[length] && !is_blank(at[length]))
		length++;
	return length;
}

static bool equal(const char *one, const char *other, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (lower(one[i]) != lower(other[i]) || !one[i])
			return false;
	return true;
}

/* Whether the list (separated by spaces) has the word. */
static bool list_has(const char *list, const char *word, size_t length)
{
	while (*list) {
		size_t one = word_length(list);
		if (one == length && equal(list, word, length))
			return true;
		list += one;
		list = skip_blanks(list);
	}
	return false;
}

/* --- names ------------------------------------------------------------------------------------------------------- */

bool lx_command_is(const char *line)
{
	return line[0] == '/' && is_letter(line[1]);
}

const struct lx_command_row *lx_command_find(const char *name, size_t length)
{
	for (size_t i = 0; length && i < LX_COMMAND_COUNT; i++)
		if (list_has(rows[i].name, name, length) || list_has(rows[i].aliases, name, length))
			return &rows[i];
	return NULL;
}

/* Letters to insert, leave out, replace, or swap with the next until one word is the other. */
static size_t distance(const char *one, size_t n, const char *other, size_t m)
{
	size_t table[MAX_NAME + 1][MAX_NAME + 1];

	for (size_t i = 0; i <= n; i++) {
		for (size_t j = 0; j <= m; j++) {
			if (!i || !j) {
				table[i][j] = i + j;
				continue;
			}
			bool same = lower(one[i - 1]) == lower(other[j - 1]);
			size_t best = table[i - 1][j - 1] + !same;
			if (table[i - 1][j] + 1 < best)
				best = table[i - 1][j] + 1;
			if (table[i][j - 1] + 1 < best)
				best = table[i][j - 1] + 1;
			if (i > 1 && j > 1 && lower(one[i - 1]) == lower(other[j - 2]) &&
			    lower(one[i - 2]) == lower(other[j - 1]) && table[i - 2][j - 2] + 1 < best)
				best = table[i - 2][j - 2] + 1;
			table[i][j] = best;
		}
	}
	return table[n][m];
}

const struct lx_command_row *lx_command_nearest(const char *name, size_t length)
{
	const struct lx_command_row *best = NULL;
	size_t best_distance = 3;

	if (!length || length > MAX_NAME)
		return NULL;
	for (size_t i = 0; i < LX_COMMAND_COUNT; i++) {
		size_t own = strlen(rows[i].name);
		/* who types the beginning of a long name, or one that is short but for a letter, means that one */
		size_t far = length >= 3 && own > length && equal(rows[i].name, name, length)
				     ? 1
				     : distance(name, length, rows[i].name, own);
		if (far < best_distance && far < length) {
			best = &rows[i];
			best_distance = far;
		}
	}
	return best;
}

void lx_command_usage(const struct lx_command_row *row, const struct lx_text *text, struct dstr *out)
{
	dstr_cat_ch(out, '/');
	dstr_cat(out, row->name);
	for (const struct lx_command_arg *arg = row->args; arg->kind != LX_COMMAND_ARG_END; arg++) {
		dstr_cat(out, arg->optional ? " [" : " <");
		dstr_cat(out, lx_text_get(text, arg->name_key));
		dstr_cat_ch(out, arg->optional ? ']' : '>');
	}
}

/* --- durations --------------------------------------------------------------------------------------------------- */

static int64_t unit_of(const char *word, size_t length)
{
	static const struct {
		const char *words;
		int64_t seconds;
	} units[] = {
		{"s sec secs second seconds", 1}, {"m min mins minute minutes", 60},
		{"h hr hrs hour hours", 3600},    {"d day days", 86400},
		{"w wk wks week weeks", 604800},  {"mo month months", 2592000},
	};
	for (size_t i = 0; i < COUNT(units); i++)
		if (list_has(units[i].words, word, length))
			return units[i].seconds;
	return 0;
}

int64_t lx_command_duration(const char *text, int64_t unit_s)
{
	const char *at = skip_blanks(text);
	int64_t total = 0;
	bool bare = false;

	if (!*at)
		return -1;
	while (*at) {
		int64_t number = 0;
		if (bare || !is_digit(*at))
			return -1; /* "10 5" is no time */
		for (; is_digit(*at); at++) {
			number = number * 10 + (*at - '0');
			if (number > MAX_DURATION_S)
				return -1;
		}
		at = skip_blanks(at);
		size_t length = 0;
		while (is_letter(at[length]))
			length++;
		int64_t unit = length ? unit_of(at, length) : unit_s;
		bare = !length;
		if (!unit)
			return -1;
		total += number * unit;
		if (total > MAX_DURATION_S)
			return -1;
		at = skip_blanks(at + length);
	}
	return total;
}

/* --- a line ------------------------------------------------------------------------------------------------------ */

static void set(char **to, const char *text, size_t length)
{
	bfree(*to);
	*to = bstrdup_n(text, length);
}

static bool fail(struct lx_command *out, enum lx_command_problem problem, const struct lx_command_arg *arg,
		 const char *word, size_t length)
{
	out->problem = problem;
	out->arg = arg;
	set(&out->word, word, length);
	return false;
}

/* Without blanks around it. */
static size_t trimmed(const char **text, size_t length)
{
	while (length && is_blank(**text)) {
		(*text)++;
		length--;
	}
	while (length && is_blank((*text)[length - 1]))
		length--;
	return length;
}

/* How long the quotation is that begins here, with its quotes; 0 when none does, or it has no end. */
static size_t quotation(const char *at)
{
	if (*at != '"')
		return 0;
	const char *end = strchr(at + 1, '"');
	return end ? (size_t)(end - at) + 1 : 0;
}

static bool take_user(struct lx_command *out, const struct lx_command_arg *arg, const char *word, size_t length)
{
	size_t sign = *word == '@';

	if (length == sign || length - sign > MAX_LOGIN)
		return fail(out, LX_COMMAND_NO_NAME, arg, word, length);
	for (size_t i = sign; i < length; i++)
		if (!is_letter(word[i]) && !is_digit(word[i]) && word[i] != '_')
			return fail(out, LX_COMMAND_NO_NAME, arg, word, length);
	set(&out->user, word + sign, length - sign);
	for (char *c = out->user; *c; c++)
		*c = lower(*c);
	return true;
}

static bool take_seconds(struct lx_command *out, const struct lx_command_arg *arg, int64_t seconds, const char *word,
			 size_t length)
{
	if (seconds < 0)
		return fail(out, LX_COMMAND_NO_DURATION, arg, word, length);
	if (seconds < arg->least || seconds > arg->most)
		return fail(out, LX_COMMAND_OUT_OF_RANGE, arg, word, length);
	out->duration_s = seconds;
	return true;
}

static int64_t seconds_of(const char *word, size_t length, int64_t unit_s)
{
	char *copy = bstrdup_n(word, length);
	int64_t seconds = lx_command_duration(copy, unit_s);
	bfree(copy);
	return seconds;
}

static bool take_text(struct lx_command *out, const struct lx_command_arg *arg, const char *text)
{
	size_t length = trimmed(&text, strlen(text));

	if (length > 1 && quotation(text) == length) {
		text++;
		length -= 2;
		length = trimmed(&text, length);
	}
	set(&out->text, text, length);
	if (!length && !arg->optional)
		return fail(out, LX_COMMAND_MISSING, arg, "", 0);
	if (lx_utf8_length(out->text) > (size_t)arg->most)
		return fail(out, LX_COMMAND_TOO_LONG, arg, "", 0);
	return true;
}

/* The next part: up to a bar where there are bars, else a quotation or a word. Returns where the one after it begins. */
static const char *next_part(const char *at, bool bars, const char **part, size_t *length)
{
	size_t quoted = bars ? 0 : quotation(at);

	*part = at;
	*length = bars ? strcspn(at, "|") : quoted ? quoted - 2 : word_length(at);
	at += quoted ? quoted : *length;
	if (quoted)
		(*part)++;
	*length = trimmed(part, *length);
	at += bars && *at == '|';
	return skip_blanks(at);
}

static bool take_choices(struct lx_command *out, const struct lx_command_arg *arg, const char *text)
{
	const struct lx_command_arg *duration = arg + 1;
	bool bars = strchr(text, '|') != NULL;
	DARRAY(char *) parts;
	bool ok = true;

	da_init(parts);
	while (*text && parts.num < MAX_CHOICES) {
		const char *part;
		size_t length;
		text = next_part(text, bars, &part, &length);
		if (length) {
			char *copy = bstrdup_n(part, length);
			da_push_back(parts, &copy);
		}
	}
	/* "2m" at the end is how long; "2" may well be what somebody votes for */
	if (parts.num > 1) {
		char *last = parts.array[parts.num - 1];
		int64_t seconds = is_digit(*last) ? lx_command_duration(last, 0) : -1;
		if (seconds >= 0) {
			ok = take_seconds(out, duration, seconds, last, strlen(last));
			bfree(last);
			da_pop_back(parts);
		}
	}
	if (parts.num) {
		bfree(out->text);
		out->text = parts.array[0];
		da_erase(parts, 0);
	}
	if (ok && (parts.num < (size_t)arg->least || parts.num > (size_t)arg->most))
		ok = fail(out, *out->text ? LX_COMMAND_CHOICES_COUNT : LX_COMMAND_MISSING, arg, "", 0);
	da_move(out->choices, parts);
	return ok;
}

/* One argument at the start of *at; moves on behind it. */
static bool take(struct lx_command *out, const struct lx_command_arg *arg, const char **at)
{
	const char *word = *at;
	size_t length = word_length(word);
	bool last = arg[1].kind == LX_COMMAND_ARG_END;

	if (!length) {
		*at = word;
		return arg->optional || fail(out, LX_COMMAND_MISSING, arg, "", 0);
	}
	switch (arg->kind) {
	case LX_COMMAND_ARG_USER:
		*at = skip_blanks(word + length);
		return take_user(out, arg, word, length);
	case LX_COMMAND_ARG_WORD:
		*at = skip_blanks(word + length);
		set(&out->word, word, length);
		return !arg->words || list_has(arg->words, word, length) ||
		       fail(out, LX_COMMAND_WRONG_WORD, arg, word, length);
	case LX_COMMAND_ARG_DURATION:
		/* "1 week" can only be told from what follows where nothing follows */
		if (last)
			length = strlen(word);
		else if (!is_digit(*word))
			return true; /* left out: this is the next one's */
		*at = skip_blanks(word + length);
		return take_seconds(out, arg, seconds_of(word, length, arg->unit_s), word, length);
	case LX_COMMAND_ARG_TEXT:
		*at = word + strlen(word);
		return take_text(out, arg, word);
	case LX_COMMAND_ARG_CHOICES:
		*at = word + strlen(word);
		return take_choices(out, arg, word);
	case LX_COMMAND_ARG_END:
		break;
	}
	return true;
}

bool lx_command_parse(const char *line, struct lx_command *out)
{
	memset(out, 0, sizeof(*out));
	out->word = bstrdup("");
	out->user = bstrdup("");
	out->text = bstrdup("");

	const char *at = line + (*line == '/');
	size_t length = word_length(at);
	out->row = lx_command_find(at, length);
	if (!out->row)
		return fail(out, LX_COMMAND_UNKNOWN, NULL, at, length);
	for (const struct lx_command_arg *arg = out->row->args; arg->kind != LX_COMMAND_ARG_END; arg++)
		if (arg->kind == LX_COMMAND_ARG_DURATION)
			out->duration_s = arg->preset;

	at = skip_blanks(at + length);
	for (const struct lx_command_arg *arg = out->row->args; arg->kind != LX_COMMAND_ARG_END; arg++)
		if (!take(out, arg, &at))
			return false;
	/* nothing is done to the wrong person because of a second name that was overlooked */
	return !*at || fail(out, LX_COMMAND_TOO_MUCH, NULL, at, word_length(at));
}

void lx_command_free(struct lx_command *command)
{
	bfree(command->word);
	bfree(command->user);
	bfree(command->text);
	for (size_t i = 0; i < command->choices.num; i++)
		bfree(command->choices.array[i]);
	da_free(command->choices);
	memset(command, 0, sizeof(*command));
}
