#include "twitch/credentials.h"

#include <string.h>

#include <util/bmem.h>

#include "platform/secret_store.h"

void lx_credentials_finish(struct lx_credentials *credentials)
{
	bfree(credentials->client_id);
	lx_secret_free(credentials->token);
	bfree(credentials->user_id);
	bfree(credentials->login);
	memset(credentials, 0, sizeof(*credentials));
}
