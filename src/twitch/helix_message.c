#include "twitch/helix_message.h"

#include <string.h>

#include <util/dstr.h>

#define MAX_WORDS 300 /* bytes of Twitch's own words that are shown */

/* Whether `text` holds `word`, whatever the case. */
static bool says(const char *text, const char *word)
{
	return astrstri(text, word) != NULL;
}

static bool speaks_of_token(const char *twitch)
{
	return says(twitch, "oauth token") || says(twitch, "access token") || says(twitch, "token is invalid") ||
	       says(twitch, "invalid token") || says(twitch, "expired");
}

static struct lx_helix_failure unauthorized(const char *twitch)
{
	struct lx_helix_failure failure = {.error = LX_HELIX_SIGNED_OUT, .status = 401, .twitch = twitch};

	if (says(twitch, "scope"))
		failure.error = LX_HELIX_SCOPE;
	else if (says(twitch, "client") && says(twitch, "match"))
		; /* a token of another application: no refresh helps */
	else if (says(twitch, "must match") || says(twitch, "does not match") || says(twitch, "user id"))
		failure.error = LX_HELIX_FORBIDDEN;
	else
		/* an empty or foreign body says nothing; asking for a newer token once does no harm */
		failure.token_invalid = !*twitch || speaks_of_token(twitch) || says(twitch, "unauthorized");
	return failure;
}

struct lx_helix_failure lx_helix_classify(long status, const char *twitch)
{
	struct lx_helix_failure failure = {.error = LX_HELIX_INVALID, .status = status, .twitch = twitch};

	if (status == 401)
		return unauthorized(twitch);
	if (status == 403)
		failure.error = says(twitch, "scope") ? LX_HELIX_SCOPE : LX_HELIX_FORBIDDEN;
	else if (status == 404)
		failure.error = LX_HELIX_NOT_FOUND;
	else if (status == 409)
		failure.error = LX_HELIX_CONFLICT;
	else if (status == 429)
		failure.error = LX_HELIX_RATE;
	else if (status < 400 || status >= 500)
		failure.error = LX_HELIX_SERVER;
	return failure;
}

/* --- sentences ---------------------------------------------------------------------------------------------------- */

/* The first row that fits counts; LX_HELIX_OTHER = any endpoint, status 0 = any, words NULL = any. */
struct sentence {
	enum lx_helix_endpoint endpoint;
	long status;
	const char *words;
	const char *key;
};

static const struct sentence sentences[] = {
	{LX_HELIX_BAN_USER, 400, "already banned", "Helix.Error.AlreadyBanned"},
	{LX_HELIX_BAN_USER, 400, "may not be banned", "Helix.Error.CannotBan"},
	{LX_HELIX_BAN_USER, 400, "cannot be banned", "Helix.Error.CannotBan"},
	{LX_HELIX_UNBAN_USER, 400, "not banned", "Helix.Error.NotBanned"},
	{LX_HELIX_BAN_USER, 409, NULL, "Helix.Error.BanConflict"},
	{LX_HELIX_UNBAN_USER, 409, NULL, "Helix.Error.BanConflict"},
	{LX_HELIX_WARN_CHAT_USER, 409, NULL, "Helix.Error.BanConflict"},
	{LX_HELIX_DELETE_CHAT_MESSAGES, 400, NULL, "Helix.Error.CannotDelete"},
	{LX_HELIX_DELETE_CHAT_MESSAGES, 404, NULL, "Helix.Error.MessageGone"},
	{LX_HELIX_SEND_CHAT_MESSAGE, 403, NULL, "Helix.Error.MayNotTalk"},
	{LX_HELIX_SEND_CHAT_MESSAGE, 422, NULL, "Helix.Error.MessageTooLong"},
	{LX_HELIX_SEND_SHOUTOUT, 429, NULL, "Helix.Error.ShoutoutSoon"},
	{LX_HELIX_SEND_ANNOUNCEMENT, 429, NULL, "Helix.Error.AnnouncementSoon"},
	{LX_HELIX_START_COMMERCIAL, 429, NULL, "Helix.Error.AdSoon"},
	{LX_HELIX_SNOOZE_NEXT_AD, 429, NULL, "Helix.Error.NoSnooze"},
	{LX_HELIX_START_RAID, 409, NULL, "Helix.Error.RaidRuns"},
	{LX_HELIX_CANCEL_RAID, 404, NULL, "Helix.Error.NoRaid"},
	{LX_HELIX_CREATE_POLL, 400, "already", "Helix.Error.PollRuns"},
	{LX_HELIX_CREATE_PREDICTION, 400, "already", "Helix.Error.PredictionRuns"},
	{LX_HELIX_CREATE_CLIP, 404, NULL, "Helix.Error.NotLive"},
	{LX_HELIX_CREATE_STREAM_MARKER, 404, NULL, "Helix.Error.MarkerNotLive"},
	{LX_HELIX_ADD_MODERATOR, 422, NULL, "Helix.Error.IsVip"},
	{LX_HELIX_ADD_VIP, 409, NULL, "Helix.Error.NoVipSlot"},
	{LX_HELIX_ADD_VIP, 422, NULL, "Helix.Error.IsModerator"},
	{LX_HELIX_ADD_VIP, 425, NULL, "Helix.Error.VipsLocked"},
	{LX_HELIX_REMOVE_VIP, 422, NULL, "Helix.Error.NotVip"},
	{LX_HELIX_PIN_MESSAGE, 409, NULL, "Helix.Error.AlreadyPinned"},
	{LX_HELIX_MANAGE_HELD_AUTOMOD_MESSAGE, 400, NULL, "Helix.Error.AlreadyHandled"},
	{LX_HELIX_OTHER, 400, "not live", "Helix.Error.NotLive"},
	{LX_HELIX_OTHER, 400, "offline", "Helix.Error.NotLive"},
	{LX_HELIX_OTHER, 400, "not streaming", "Helix.Error.NotLive"},
	{LX_HELIX_OTHER, 400, "automod", "Helix.Error.AutoMod"},
	{LX_HELIX_OTHER, 403, "affiliate", "Helix.Error.NeedsAffiliate"},
	{LX_HELIX_OTHER, 403, "partner", "Helix.Error.NeedsAffiliate"},
	{LX_HELIX_OTHER, 403, "moderator", "Helix.Error.NotModerator"},
	{LX_HELIX_OTHER, 403, NULL, "Helix.Error.Forbidden"},
	{LX_HELIX_OTHER, 404, NULL, "Helix.Error.NotFound"},
	{LX_HELIX_OTHER, 409, NULL, "Helix.Error.Conflict"},
	{LX_HELIX_OTHER, 410, NULL, "Helix.Error.Gone"},
	{LX_HELIX_OTHER, 429, NULL, "Helix.Error.Rate"},
};

static const char *network_key(enum lx_http_error error)
{
	switch (error) {
	case LX_HTTP_RESOLVE:
		return "Helix.Error.Resolve";
	case LX_HTTP_TLS:
		return "Helix.Error.Tls";
	case LX_HTTP_TIMEOUT:
		return "Helix.Error.Timeout";
	case LX_HTTP_REFUSED:
		return "Helix.Error.Address";
	case LX_HTTP_TOO_LARGE:
		return "Helix.Error.Unreadable";
	default:
		return "Helix.Error.Connect";
	}
}

/* Endpoints whose path begins so are for moderators: 403 without words means the role is missing. */
static bool is_for_moderators(const struct lx_helix_row *row)
{
	return row && lx_helix_field(row->query, "moderator_id") != NULL;
}

static const char *key_of(const struct lx_helix_row *row, const struct lx_helix_failure *failure)
{
	enum lx_helix_endpoint endpoint = row ? row->endpoint : LX_HELIX_OTHER;

	switch (failure->error) {
	case LX_HELIX_SIGNED_OUT:
		return failure->status ? "Helix.Error.LoginRefused" : "Helix.Error.SignedOut";
	case LX_HELIX_SCOPE:
		return "Helix.Error.Scope";
	case LX_HELIX_NETWORK:
		return failure->maybe_done ? "Helix.Error.MaybeDone" : network_key(failure->network);
	case LX_HELIX_CANCELLED:
		return "Helix.Error.Cancelled";
	case LX_HELIX_FULL:
		return "Helix.Error.Full";
	case LX_HELIX_SERVER:
		if (failure->maybe_done)
			return "Helix.Error.MaybeDone";
		return failure->not_json ? "Helix.Error.Unreadable" : "Helix.Error.Server";
	default:
		break;
	}
	if (failure->error == LX_HELIX_RATE && !failure->status)
		return "Helix.Error.Rate";
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		const struct sentence *row_of = &sentences[i];
		if ((row_of->endpoint == LX_HELIX_OTHER || row_of->endpoint == endpoint) &&
		    row_of->status == failure->status && (!row_of->words || says(failure->twitch, row_of->words))) {
			if (row_of->endpoint == LX_HELIX_OTHER && !row_of->words && failure->status == 403 &&
			    is_for_moderators(row))
				return "Helix.Error.NotModerator";
			return row_of->key;
		}
	}
	return failure->error == LX_HELIX_FORBIDDEN ? "Helix.Error.Forbidden" : "Helix.Error.Invalid";
}

void lx_helix_print_scopes(const char *scopes, struct dstr *out)
{
	/* the first alternative suffices */
	dstr_ncat(out, scopes, strcspn(scopes, "|"));
}

/* The permissions that Twitch names ("Missing scope: a or b"), or those of the table. */
static void print_missing(const struct lx_helix_row *row, const char *twitch, struct dstr *out)
{
	for (const char *at = twitch; *at;) {
		size_t length = strcspn(at, " ,.;'\"");
		/* permissions look like "channel:manage:polls" */
		if (memchr(at, ':', length) && at[length - 1] != ':') {
			if (out->len)
				dstr_cat_ch(out, ' ');
			dstr_ncat(out, at, length);
		}
		at += length;
		at += *at != 0;
	}
	if (!out->len && row)
		lx_helix_print_scopes(row->scopes, out);
}

/* Words of a server, for people: one line, of bounded length, cut between characters. */
static void cat_words(struct dstr *out, const char *words)
{
	size_t length = 0;

	for (const unsigned char *c = (const unsigned char *)words; *c && length < MAX_WORDS; c++, length++)
		dstr_cat_ch(out, *c < ' ' || *c == 0x7F ? ' ' : (char)*c);
	if (words[length]) {
		while (length && ((unsigned char)words[length] & 0xC0) == 0x80) {
			length--;
			dstr_resize(out, out->len - 1);
		}
		dstr_cat(out, "…");
	}
}

void lx_helix_explain(const struct lx_helix_row *row, const struct lx_helix_failure *failure,
		      const struct lx_text *text, struct dstr *out)
{
	struct dstr sentence = {0}, missing = {0}, words = {0};

	if (failure->error == LX_HELIX_SCOPE)
		print_missing(row, failure->twitch, &missing);
	const char *missing_text = missing.array ? missing.array : "";
	lx_text_format(text, &sentence, key_of(row, failure), &missing_text, 1);

	if (*failure->twitch) {
		cat_words(&words, failure->twitch);
		lx_text_format(text, out, "Helix.Said", (const char *const[]){sentence.array, words.array}, 2);
	} else {
		dstr_cat_dstr(out, &sentence);
	}
	dstr_free(&sentence);
	dstr_free(&missing);
	dstr_free(&words);
}

bool lx_helix_explain_drop(const struct lx_helix_sent_message *sent, const struct lx_text *text, struct dstr *out)
{
	if (!sent || sent->is_sent)
		return false;
	const char *reason = sent->drop_reason ? sent->drop_reason->message : "";
	if (*reason)
		lx_text_format(text, out, "Send.Error.Dropped", &reason, 1);
	else
		dstr_cat(out, lx_text_get(text, "Send.Error.DroppedSilently"));
	return true;
}

const char *lx_helix_error_word(enum lx_helix_error error)
{
	static const char *const words[] = {
		[LX_HELIX_OK] = "",
		[LX_HELIX_SIGNED_OUT] = "signed_out",
		[LX_HELIX_SCOPE] = "scope",
		[LX_HELIX_FORBIDDEN] = "forbidden",
		[LX_HELIX_INVALID] = "invalid",
		[LX_HELIX_NOT_FOUND] = "not_found",
		[LX_HELIX_CONFLICT] = "conflict",
		[LX_HELIX_RATE] = "rate",
		[LX_HELIX_SERVER] = "server",
		[LX_HELIX_NETWORK] = "network",
		[LX_HELIX_CANCELLED] = "cancelled",
		[LX_HELIX_FULL] = "full",
	};
	return (size_t)error < sizeof(words) / sizeof(*words) ? words[error] : "";
}

bool lx_helix_is_done_already(enum lx_helix_endpoint endpoint, long status, const char *twitch)
{
	if (endpoint == LX_HELIX_BAN_USER)
		return status == 400 && says(twitch, "already banned");
	return endpoint == LX_HELIX_UNBAN_USER && status == 400 &&
	       (says(twitch, "not banned") || says(twitch, "not timed out"));
}
