#include "account_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <callback/proc.h>
#include <callback/signal.h>
#include <util/base.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>
#include <util/threading.h>

#include "platform/memory.h"

char world_folder[128];

/* --- nothing secret may be said ---------------------------------------------------------------------------------------- */

static pthread_mutex_t said_mutex = PTHREAD_MUTEX_INITIALIZER;
static char said[1 << 20];
static size_t said_size;

static void note(const char *text)
{
	pthread_mutex_lock(&said_mutex);
	size_t size = strlen(text);
	if (said_size + size + 2 < sizeof(said)) {
		memcpy(said + said_size, text, size);
		said_size += size;
		said[said_size++] = '\n';
		said[said_size] = 0;
	}
	pthread_mutex_unlock(&said_mutex);
}

static void on_log(int level, const char *format, va_list args, void *data)
{
	(void)level;
	(void)data;
	char line[4096];
	vsnprintf(line, sizeof(line), format, args);
	note(line);
}

static int search_folder(const char *pattern)
{
	char command[512];
	snprintf(command, sizeof(command), "grep -rlq --exclude='tokens*.json' '%s' '%s'", pattern, world_folder);
	return system(command);
}

int world_group_setup(void **state)
{
	(void)state;
	lx_memory_init();
	base_set_log_handler(on_log, NULL);
	snprintf(world_folder, sizeof(world_folder), "/tmp/lx-account-XXXXXX");
	return mkdtemp(world_folder) ? 0 : -1;
}

int world_group_teardown(void **state)
{
	(void)state;
	base_set_log_handler(NULL, NULL);
	char command[256];
	snprintf(command, sizeof(command), "rm -rf '%s'", world_folder);
	return system(command);
}

/* --- events -------------------------------------------------------------------------------------------------------------- */

#define COPY(field, value) \
	do { \
		snprintf(field, sizeof(field), "%s", value); \
		note(value); \
	} while (0)

static void on_account(const struct lx_event *event, void *data)
{
	struct world *world = data;
	const struct lx_account_info *account = &event->account;
	struct seen_account *seen = &world->accounts[account->role];
	seen->count++;
	seen->state = account->state;
	seen->expires_ms = account->expires_ms;
	seen->refresh_ms = account->refresh_ms;
	COPY(seen->client_id, account->client_id);
	COPY(seen->user_id, account->user_id);
	COPY(seen->login, account->login);
	COPY(seen->scopes, account->scopes);
	COPY(seen->storage, account->storage);
	COPY(seen->detail, account->detail);
	note(account->name);
}

static void on_login(const struct lx_event *event, void *data)
{
	struct world *world = data;
	const struct lx_login *login = &event->login;
	struct seen_login *seen = &world->logins[login->role];
	seen->count++;
	seen->way = login->way;
	seen->state = login->state;
	seen->expires_ms = login->expires_ms;
	COPY(seen->user_code, login->user_code);
	COPY(seen->short_url, login->short_url);
	COPY(seen->url, login->url);
	COPY(seen->detail, login->detail);
	COPY(seen->reason, login->reason);
}

/* --- life -------------------------------------------------------------------------------------------------------------- */

static void create_account(struct world *world)
{
	world->http = lx_http_create(&(struct lx_http_config){.loop = world->loop, .user_agent = "test"});
	const struct lx_account_config config = {
		.loop = world->loop,
		.http = world->http,
		.bus = world->bus,
		.text = world->text,
		.random = &lx_test_random,
		.store = world->store,
		.id_url = fake_id_url(world->fake),
		.client_id = "client",
		.redirect_port = 0,
		.lock_folder = world_folder,
	};
	world->account = lx_account_create(&config);
	world->main = lx_account_credentials(world->account, LX_ACCOUNT_MAIN);
}

void world_init(struct world *world, struct lx_secret_store *store, struct world *other)
{
	memset(world, 0, sizeof(*world));
	lx_test_clock_init(&world->clock);
	world->shares_fake = other != NULL;
	world->fake = other ? other->fake : fake_id_start();
	fake_id_set_now(world->fake, world->clock.unix_ms);
	char path[256];
	snprintf(path, sizeof(path), "%s/tokens.json", world_folder);
	if (!other && !store)
		os_unlink(path);
	world->store = store ? store : lx_secret_store_create(LX_SECRET_FILE, path);
	world->loop = lx_loop_create("test", &world->clock.clock);
	world->text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	world->signals = signal_handler_create();
	world->procs = proc_handler_create();
	world->bus = lx_bus_create(world->signals, world->procs);
	lx_bus_connect(world->bus, LX_EVENT_ACCOUNT, on_account, world);
	lx_bus_connect(world->bus, LX_EVENT_LOGIN, on_login, world);
	create_account(world);
}

void world_finish(struct world *world)
{
	lx_account_destroy(world->account);
	lx_http_destroy(world->http);
	lx_secret_store_destroy(world->store);
	lx_loop_destroy(world->loop);
	lx_bus_destroy(world->bus);
	proc_handler_destroy(world->procs);
	signal_handler_destroy(world->signals);
	lx_text_destroy(world->text);
	if (!world->shares_fake)
		fake_id_stop(world->fake);

	pthread_mutex_lock(&said_mutex);
	bool leaked = strstr(said, FAKE_SECRET) != NULL;
	bool spoke = said_size > 0;
	said_size = 0;
	said[0] = 0;
	pthread_mutex_unlock(&said_mutex);
	assert_true(spoke);
	assert_false(leaked);
	assert_int_not_equal(search_folder(FAKE_SECRET), 0);
}

void world_restart(struct world *world)
{
	lx_account_destroy(world->account);
	lx_http_destroy(world->http);
	memset(world->accounts, 0, sizeof(world->accounts));
	memset(world->logins, 0, sizeof(world->logins));
	create_account(world);
	lx_account_start(world->account);
}

void world_turn(struct world *world)
{
	if (!world->shares_fake)
		fake_id_set_now(world->fake, world->clock.unix_ms);
	lx_loop_run_once(world->loop, 1);
}

/* A file's store works on a thread of its own, so a few idle turns in a row are wanted. */
void world_settle(struct world *world)
{
	int idle = 0;
	uint64_t until_ns = os_gettime_ns() + 5000000000;
	while (idle < 3 && os_gettime_ns() < until_ns) {
		world_turn(world);
		idle = lx_account_busy(world->account) ? 0 : idle + 1;
	}
}

void world_pass(struct world *world, uint64_t ms, uint64_t step_ms)
{
	while (ms) {
		uint64_t step = ms < step_ms ? ms : step_ms;
		lx_test_clock_advance(&world->clock, step);
		ms -= step;
		world_settle(world);
	}
}

void world_sign_in(struct world *world)
{
	fake_id_device_says(world->fake, NULL);
	lx_account_login(world->account, LX_ACCOUNT_MAIN, LX_LOGIN_DEVICE);
	WORLD_UNTIL(world, world->logins[0].state == LX_LOGIN_WAITING);
	lx_test_clock_advance(&world->clock, 5000);
	WORLD_UNTIL(world, world->logins[0].state == LX_LOGIN_DONE);
	assert_int_equal(world->accounts[0].state, LX_ACCOUNT_SIGNED_IN);
	world_settle(world);
}

void world_assert_token(struct world *world, const char *token)
{
	struct lx_credentials credentials;
	bool usable = world->main.get(&credentials, world->main.data);
	assert_int_equal(usable, token != NULL);
	if (token)
		assert_string_equal(credentials.token, token);
	lx_credentials_finish(&credentials);
}
