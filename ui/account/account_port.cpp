/* The interface's table for a real account. In a file of its own: tests that stand in for the account do without it. */
#include "twitch/account.h"
#include "ui/ui.h"

namespace {

struct lx_account *of(void *data)
{
	return static_cast<struct lx_account *>(data);
}

} // namespace

struct lx_ui_account lx_ui_account_of(struct lx_account *account)
{
	struct lx_ui_account port = {};
	port.login = [](enum lx_account_role role, enum lx_login_way way, void *data) {
		lx_account_login(of(data), role, way);
	};
	port.login_token = [](enum lx_account_role role, const char *client_id, const char *token, void *data) {
		lx_account_login_token(of(data), role, client_id, token);
	};
	port.login_cancel = [](enum lx_account_role role, void *data) {
		lx_account_login_cancel(of(data), role);
	};
	port.logout = [](enum lx_account_role role, void *data) {
		lx_account_logout(of(data), role);
	};
	port.set_client = [](const char *client_id, const char *client_secret, void *data) {
		lx_account_set_client(of(data), client_id, client_secret);
	};
	port.set_redirect = [](uint16_t redirect_port, bool any_port, void *data) {
		lx_account_set_redirect(of(data), redirect_port, any_port);
	};
	port.want_scopes = [](enum lx_account_role role, const char *scopes, void *data) {
		lx_account_want_scopes(of(data), role, scopes);
	};
	port.announce = [](void *data) {
		lx_account_announce(of(data));
	};
	port.basic_scopes = [](enum lx_account_role role, void *) {
		return lx_account_basic_scopes(role);
	};
	port.data = account;
	return port;
}
