/*
 * An account in a world of its own: login server, loop driven by the test, moved clock, bus whose events are noted, store in a
 * folder. At its end everything that was logged or announced is searched for secrets.
 */
#pragma once

#include "support.h"

#include <stdbool.h>

#include "fake_id.h"
#include "platform/secret_store.h"
#include "twitch/account.h"

/* The last event of a role. */
struct seen_account {
	int count;
	enum lx_account_state state;
	char client_id[64], user_id[32], login[32], scopes[1024], storage[16], detail[512];
	int64_t expires_ms, refresh_ms;
};

struct seen_login {
	int count;
	enum lx_login_way way;
	enum lx_login_state state;
	char user_code[32], short_url[128], url[2048], detail[512], reason[32];
	int64_t expires_ms;
};

struct world {
	struct lx_test_clock clock;
	struct fake_id *fake;
	struct lx_loop *loop;
	struct lx_http *http;
	struct lx_bus *bus;
	struct signal_handler *signals;
	struct proc_handler *procs;
	struct lx_text *text;
	struct lx_secret_store *store;
	struct lx_account *account;
	struct lx_credentials_provider main;
	bool shares_fake;
	struct seen_account accounts[LX_ACCOUNT_COUNT];
	struct seen_login logins[LX_ACCOUNT_COUNT];
};

/* Folder for the tests of one program: made by the group set-up, removed by its teardown. */
extern char world_folder[128];
int world_group_setup(void **state);
int world_group_teardown(void **state);

/* `store` may be NULL: secrets in the file <folder>/tokens.json, as if there were no others before. `other` shares its login
 * server. The account is not started. */
void world_init(struct world *world, struct lx_secret_store *store, struct world *other);
void world_finish(struct world *world);
/* The program ends and begins anew, with the same store; the account is started. */
void world_restart(struct world *world);

void world_turn(struct world *world);
/* Moves the clock by steps of at most `step_ms`, with a little time for answers after each. */
void world_pass(struct world *world, uint64_t ms, uint64_t step_ms);

/* Runs the loop until `condition` holds; fails the test after five seconds of real time. */
#define WORLD_UNTIL(world, condition) \
	do { \
		uint64_t until_ns = os_gettime_ns() + 5000000000; \
		while (!(condition)) { \
			if (os_gettime_ns() > until_ns) \
				fail_msg("%s:%d: never came: %s", __FILE__, __LINE__, #condition); \
			world_turn(world); \
		} \
	} while (0)
/* Lets everything that is under way come to its end. */
void world_settle(struct world *world);

/* Signs in with a pasted pair or by device code. */
void world_sign_in(struct world *world);
/* Compares with the token that is handed out; NULL = none is. */
void world_assert_token(struct world *world, const char *token);
