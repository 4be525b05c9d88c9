#include "twitch/login_way.h"

static const struct {
	const char *key, *reason;
} failures[LX_LOGIN_FAILURE_COUNT] = {
	[LX_LOGIN_FAILURE_NONE] = {"", ""},
	[LX_LOGIN_FAILURE_DENIED] = {"Login.Error.Denied", "denied"},
	[LX_LOGIN_FAILURE_EXPIRED] = {"Login.Error.Expired", "expired"},
	[LX_LOGIN_FAILURE_CODE] = {"Login.Error.Code", "denied"},
	[LX_LOGIN_FAILURE_NETWORK] = {"Login.Error.Network", "network"},
	[LX_LOGIN_FAILURE_SERVER] = {"Login.Error.Server", "server"},
	[LX_LOGIN_FAILURE_NO_CLIENT] = {"Login.Error.NoClient", "client"},
	[LX_LOGIN_FAILURE_CLIENT] = {"Login.Error.Client", "client"},
	[LX_LOGIN_FAILURE_NO_SECRET] = {"Login.Error.NoSecret", "client"},
	[LX_LOGIN_FAILURE_PORT] = {"Login.Error.Port", "port"},
	[LX_LOGIN_FAILURE_TOKEN] = {"Login.Error.Token", "denied"},
	[LX_LOGIN_FAILURE_CANCELLED] = {"Login.Error.Cancelled", "cancelled"},
};

/* Errors that belong to the usual course of a grant are dealt with before. */
enum lx_login_failure lx_login_failure_of(enum lx_oauth_error error)
{
	switch (error) {
	case LX_OAUTH_DENIED:
		return LX_LOGIN_FAILURE_DENIED;
	case LX_OAUTH_INVALID_GRANT:
		return LX_LOGIN_FAILURE_CODE;
	case LX_OAUTH_INVALID_TOKEN:
		return LX_LOGIN_FAILURE_TOKEN;
	case LX_OAUTH_INVALID_CLIENT:
		return LX_LOGIN_FAILURE_CLIENT;
	case LX_OAUTH_NETWORK:
		return LX_LOGIN_FAILURE_NETWORK;
	default:
		return LX_LOGIN_FAILURE_SERVER;
	}
}

const char *lx_login_failure_key(enum lx_login_failure failure)
{
	return failures[failure].key;
}

const char *lx_login_failure_reason(enum lx_login_failure failure)
{
	return failures[failure].reason;
}
