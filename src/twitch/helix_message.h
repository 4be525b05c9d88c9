/*
 * Failures of Helix in the user's words: what an answer means, and a sentence that says what to do.
 *
 * Threads: no shared state.
 */
#pragma once

#include "locale/text.h"
#include "net/http.h"
#include "twitch/helix.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a call failed. */
struct lx_helix_failure {
	enum lx_helix_error error;
	enum lx_http_error network; /* with LX_HELIX_NETWORK */
	long status;                /* 0 without an answer */
	bool token_invalid;         /* 401 that a newer token would cure */
	bool maybe_done;            /* it may have been carried out all the same */
	bool not_json;              /* an answer that cannot be read */
	const char *twitch;         /* Twitch's words or "" */
};

/* Meaning of an answer whose status is not 2xx. `twitch` is the "message" of its body, "" when it has none. */
struct lx_helix_failure lx_helix_classify(long status, const char *twitch);

/* Appends the sentence. `row` may be NULL. */
void lx_helix_explain(const struct lx_helix_row *row, const struct lx_helix_failure *failure,
		      const struct lx_text *text, struct dstr *out);

/* Appends the permissions an endpoint needs, as the user is told them: "a b" or "a". */
void lx_helix_print_scopes(const char *scopes, struct dstr *out);

/* Whether a message was taken and yet not shown (200 does not mean that anybody saw it); appends the sentence that says why. NULL is
 * accepted: nothing is known of it. */
bool lx_helix_explain_drop(const struct lx_helix_sent_message *sent, const struct lx_text *text, struct dstr *out);

/* Stable word for programs: "" when ok, else signed_out scope forbidden invalid not_found conflict rate server network
 * cancelled full. */
const char *lx_helix_error_word(enum lx_helix_error error);

/* Whether the words say that the wish is fulfilled already: "user is already banned", "user is not banned". */
bool lx_helix_is_done_already(enum lx_helix_endpoint endpoint, long status, const char *twitch);

#ifdef __cplusplus
}
#endif
