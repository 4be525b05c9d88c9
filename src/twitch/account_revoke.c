#include <util/bmem.h>

#include "twitch/account_internal.h"

#define REVOKE_TRIES 3
#define REVOKE_RETRY_MS 2000

static void free_revocation(struct revocation *revocation)
{
	struct lx_account *account = revocation->session->account;
	struct revocation **at = &account->revocations;
	while (*at != revocation)
		at = &(*at)->next;
	*at = revocation->next;
	lx_oauth_cancel(account->oauth, revocation->request);
	lx_loop_cancel(account->config.loop, revocation->timer);
	bfree(revocation->client_id);
	lx_secret_free(revocation->token);
	bfree(revocation);
}

static void send_revocation(void *data);

static void on_revoked(struct lx_oauth_answer *answer, void *data)
{
	struct revocation *revocation = data;
	struct session *session = revocation->session;
	revocation->request = 0;
	bool again = answer->error == LX_OAUTH_NETWORK || answer->error == LX_OAUTH_SERVER;
	if (again && revocation->tries < REVOKE_TRIES) {
		revocation->timer =
			lx_loop_after(session->account->config.loop, REVOKE_RETRY_MS, send_revocation, revocation);
		return;
	}
	bool tell = answer->error != LX_OAUTH_OK && revocation->tell && session->state == LX_ACCOUNT_SIGNED_OUT;
	free_revocation(revocation);
	if (tell)
		session_set_state(session, LX_ACCOUNT_SIGNED_OUT, "Account.NotRevoked");
}

static void send_revocation(void *data)
{
	struct revocation *revocation = data;
	revocation->timer = 0;
	revocation->tries++;
	revocation->request = lx_oauth_send(revocation->session->account->oauth, LX_OAUTH_REVOKE,
					    lx_oauth_revoke_form(revocation->client_id, revocation->token), on_revoked,
					    revocation);
}

void session_revoke(struct session *session, const char *client_id, const char *token, bool tell)
{
	struct revocation *revocation = bzalloc(sizeof(*revocation));
	revocation->session = session;
	revocation->client_id = bstrdup(client_id);
	revocation->token = bstrdup(token);
	revocation->tell = tell;
	revocation->next = session->account->revocations;
	session->account->revocations = revocation;
	send_revocation(revocation);
}

void account_revocations_finish(struct lx_account *account)
{
	while (account->revocations)
		free_revocation(account->revocations);
}
