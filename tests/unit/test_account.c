/* The life of a sign-in: kept, checked, refreshed, lost, taken back. */
#include "account_world.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/platform.h>
#include <util/threading.h>

#include "platform/file_lock.h"
#include "platform/secret_backend.h"

#define HOUR 3600000
#define MINUTE 60000

static void start_signed_out(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	lx_account_start(world.account);
	world_settle(&world);
	assert_int_equal(world.accounts[0].count, 1);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_OUT);
	assert_int_equal(world.accounts[1].state, LX_ACCOUNT_SIGNED_OUT);
	assert_string_equal(world.accounts[0].storage, "file");
	world_assert_token(&world, NULL);
	assert_int_equal(fake_id_count(world.fake, "/validate", NULL), 0);
	world_finish(&world);
}

static void sign_in_survives_the_end_of_the_program(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	world_assert_token(&world, fake_id_token(world.fake));
	assert_string_equal(world.accounts[0].login, "streamer");
	assert_string_equal(world.accounts[0].user_id, "100");
	assert_string_equal(world.accounts[0].client_id, "client");
	assert_string_equal(world.accounts[0].scopes, "chat:read chat:edit");
	assert_true(world.main.has_scope("chat:edit", world.main.data));
	assert_false(world.main.has_scope("chat", world.main.data));
	int validated = fake_id_count(world.fake, "/validate", NULL);

	world_restart(&world);
	WORLD_UNTIL(&world, world.accounts[0].state == LX_ACCOUNT_CHECKING);
	WORLD_UNTIL(&world, world.accounts[0].state == LX_ACCOUNT_SIGNED_IN);
	world_assert_token(&world, fake_id_token(world.fake));
	assert_int_equal(fake_id_count(world.fake, "/validate", NULL), validated + 1);

	/* Every hour, for as long as it lasts. */
	for (int hour = 1; hour <= 3; hour++) {
		world_pass(&world, HOUR, HOUR);
		assert_int_equal(fake_id_count(world.fake, "/validate", NULL), validated + 1 + hour);
	}
	assert_int_equal(fake_id_count(world.fake, "/token", "refresh_token"), 0);
	world_finish(&world);
}

static void missing_scopes_are_told(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	assert_non_null(strstr(world.accounts[0].detail, "moderator:manage:banned_users"));
	assert_null(strstr(world.accounts[0].detail, "chat:read"));
	fake_id_scopes(world.fake, "null");
	world_pass(&world, HOUR, HOUR);
	assert_string_equal(world.accounts[0].scopes, "");
	assert_false(world.main.has_scope("chat:edit", world.main.data));
	world_finish(&world);
}

static void refreshes_ahead_of_the_end(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	char old[64];
	snprintf(old, sizeof(old), "%s", fake_id_token(world.fake));
	int64_t left = world.accounts[0].expires_ms - world.accounts[0].refresh_ms;
	assert_true(left >= 23 * MINUTE && left <= 25 * MINUTE); /* a tenth of four hours */

	uint64_t wait = (uint64_t)(world.accounts[0].refresh_ms - world.clock.unix_ms);
	world_pass(&world, wait - 1000, HOUR);
	assert_int_equal(fake_id_count(world.fake, "/token", "refresh_token"), 0);
	world_assert_token(&world, old);
	world_pass(&world, 2000, 2000);
	assert_int_equal(fake_id_count(world.fake, "/token", "grant_type=refresh_token"), 1);
	assert_null(strstr(fake_id_last(world.fake, "/token"), "client_secret"));
	assert_string_not_equal(fake_id_token(world.fake), old);
	world_assert_token(&world, fake_id_token(world.fake));
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_IN);

	/* What is stored is the new pair. */
	world_restart(&world);
	WORLD_UNTIL(&world, world.accounts[0].state == LX_ACCOUNT_SIGNED_IN);
	world_assert_token(&world, fake_id_token(world.fake));
	/* And so on for days. */
	world_pass(&world, 48 * (uint64_t)HOUR, 10 * MINUTE);
	world_assert_token(&world, fake_id_token(world.fake));
	int refreshes = fake_id_count(world.fake, "/token", "grant_type=refresh_token");
	assert_true(refreshes >= 13 && refreshes <= 16);
	world_finish(&world);
}

static void short_lives_do_not_spin(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	fake_id_token_lives(world.fake, 20);
	world_sign_in(&world);
	world_pass(&world, 60000, 1000);
	int refreshes = fake_id_count(world.fake, "/token", "grant_type=refresh_token");
	assert_true(refreshes >= 3 && refreshes <= 8);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_IN);
	fake_id_token_lives(world.fake, 1);
	world_pass(&world, 60000, 500);
	assert_true(fake_id_count(world.fake, "/token", "grant_type=refresh_token") <= refreshes + 8);
	world_finish(&world);
}

/* --- 401 --------------------------------------------------------------------------------------------------------------- */

struct complaint {
	struct lx_credentials_provider provider;
	char token[64];
	volatile long *answered, *ok;
};

static void on_settled(bool ok, void *data)
{
	struct complaint *complaint = data;
	if (ok)
		os_atomic_inc_long(complaint->ok);
	os_atomic_inc_long(complaint->answered);
}

static void *complain(void *data)
{
	struct complaint *complaint = data;
	complaint->provider.rejected(complaint->token, on_settled, complaint, complaint->provider.data);
	return NULL;
}

/* Ten threads at once; gives how many were told that there is a newer token now. */
static long ten_complaints(struct world *world, const char *token)
{
	struct complaint complaints[10];
	pthread_t threads[10];
	volatile long answered = 0, ok = 0;
	for (int i = 0; i < 10; i++) {
		complaints[i] = (struct complaint){.provider = world->main, .answered = &answered, .ok = &ok};
		snprintf(complaints[i].token, sizeof(complaints[i].token), "%s", token);
		assert_int_equal(pthread_create(&threads[i], NULL, complain, &complaints[i]), 0);
	}
	WORLD_UNTIL(world, os_atomic_load_long(&answered) == 10);
	for (int i = 0; i < 10; i++)
		pthread_join(threads[i], NULL);
	return ok;
}

static void ten_threads_one_refresh(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	world_pass(&world, 10 * MINUTE, 10 * MINUTE);
	char old[64];
	snprintf(old, sizeof(old), "%s", fake_id_token(world.fake));
	fake_id_withdraw(world.fake, false);

	assert_int_equal(ten_complaints(&world, old), 10);
	assert_int_equal(fake_id_count(world.fake, "/token", "grant_type=refresh_token"), 1);
	world_assert_token(&world, fake_id_token(world.fake));

	/* Latecomers with the old token are told of the new one without another request. */
	assert_int_equal(ten_complaints(&world, old), 10);
	assert_int_equal(fake_id_count(world.fake, "/token", "grant_type=refresh_token"), 1);
	world_finish(&world);
}

static void good_token_is_not_refreshed_for_nothing(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	/* Just made, and Twitch says it is fine: their 401 has another reason. */
	assert_int_equal(ten_complaints(&world, fake_id_token(world.fake)), 0);
	assert_int_equal(fake_id_count(world.fake, "/token", "grant_type=refresh_token"), 0);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_IN);
	/* Just made, and yet withdrawn. */
	char old[64];
	snprintf(old, sizeof(old), "%s", fake_id_token(world.fake));
	fake_id_withdraw(world.fake, false);
	assert_int_equal(ten_complaints(&world, old), 10);
	assert_int_equal(fake_id_count(world.fake, "/token", "grant_type=refresh_token"), 1);
	world_finish(&world);
}

static void nobody_signed_in_means_no(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	lx_account_start(world.account);
	assert_int_equal(ten_complaints(&world, "whatever"), 0);
	world_settle(&world);
	world_finish(&world);
}

static void complaints_are_answered_when_the_account_goes(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	world_pass(&world, MINUTE, MINUTE);
	volatile long answered = 0, ok = 0;
	struct complaint waiting = {.provider = world.main, .answered = &answered, .ok = &ok};
	snprintf(waiting.token, sizeof(waiting.token), "%s", fake_id_token(world.fake));
	struct complaint posted = waiting;
	complain(&waiting);
	for (int i = 0; i < 3; i++)
		lx_loop_run_once(world.loop, 0);
	complain(&posted);
	world_finish(&world);
	assert_int_equal(answered, 2);
	assert_int_equal(ok, 0);
}

/* --- losing it ----------------------------------------------------------------------------------------------------------- */

static void withdrawn_in_mid_stream(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	world_pass(&world, 10 * MINUTE, 10 * MINUTE);
	char old[64];
	snprintf(old, sizeof(old), "%s", fake_id_token(world.fake));
	fake_id_withdraw(world.fake, true);
	assert_int_equal(ten_complaints(&world, old), 0);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_EXPIRED);
	assert_non_null(strstr(world.accounts[0].detail, "Sign in again"));
	assert_string_equal(world.accounts[0].login, "streamer");
	world_assert_token(&world, NULL);
	int requests = fake_id_count(world.fake, "/token", NULL);

	/* Nothing is tried in vain; signing in again heals it. */
	world_pass(&world, 5 * (uint64_t)HOUR, HOUR);
	assert_int_equal(fake_id_count(world.fake, "/token", NULL), requests);
	world_sign_in(&world);
	world_assert_token(&world, fake_id_token(world.fake));
	world_finish(&world);
}

static void withdrawn_is_noticed_by_the_hourly_check(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	fake_id_withdraw(world.fake, true);
	world_pass(&world, HOUR + 1000, HOUR);
	WORLD_UNTIL(&world, world.accounts[0].state == LX_ACCOUNT_EXPIRED);
	world_finish(&world);
}

static void withdrawn_is_noticed_when_the_user_asks(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	fake_id_withdraw(world.fake, true);
	lx_account_start(world.account);
	WORLD_UNTIL(&world, world.accounts[0].state == LX_ACCOUNT_EXPIRED);
	world_finish(&world);
}

static void trouble_at_twitch_keeps_the_token(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	uint64_t wait = (uint64_t)(world.accounts[0].refresh_ms - world.clock.unix_ms);
	world_pass(&world, wait - MINUTE, HOUR);
	fake_id_fault(world.fake, "/token", FAKE_ANSWER, 3, 503, "{\"status\":503}");
	char refresh[64];
	snprintf(refresh, sizeof(refresh), "%s", fake_id_refresh(world.fake));
	world_pass(&world, 5 * MINUTE, 2000);
	/* Three refusals, then the same refresh token is good. */
	assert_int_equal(fake_id_count(world.fake, "/token", refresh), 4);
	world_assert_token(&world, fake_id_token(world.fake));
	assert_string_not_equal(fake_id_refresh(world.fake), refresh);
	world_finish(&world);
}

static void network_gone_for_hours(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	uint64_t wait = (uint64_t)(world.accounts[0].refresh_ms - world.clock.unix_ms);
	world_pass(&world, wait - MINUTE, HOUR);
	char old[64];
	snprintf(old, sizeof(old), "%s", fake_id_token(world.fake));
	fake_id_down(world.fake);
	world_pass(&world, 2 * (uint64_t)HOUR, 30000);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_IN);
	assert_string_equal(world.accounts[0].detail, lx_text_get(world.text, "Account.Unchecked"));
	assert_int_equal(ten_complaints(&world, old), 0); /* at once, though nothing can be done */
	fake_id_up(world.fake);
	world_pass(&world, 10 * MINUTE, 30000);
	assert_int_equal(fake_id_count(world.fake, "/token", "grant_type=refresh_token"), 1);
	world_assert_token(&world, fake_id_token(world.fake));
	assert_string_not_equal(fake_id_token(world.fake), old);
	world_finish(&world);
}

static void nothing(void *data)
{
	(void)data;
}

/* Tasks on the loop, which has taken out all of its tasks by then. */
static void fill_loop(void *data)
{
	struct world *world = data;
	while (lx_loop_post(world->loop, nothing, NULL, NULL))
		;
}

static void let_store_answer(void *data)
{
	struct world *world = data;
	bfree(lx_secret_store_get(world->store, "asked last"));
}

/* The store's answer finds the loop full and is refused. Whoever waits for it gets it a moment later. */
static void an_answer_that_a_full_loop_refused_is_heard(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	lx_loop_post(world.loop, fill_loop, NULL, &world);
	world_restart(&world);
	lx_loop_post(world.loop, let_store_answer, NULL, &world);
	world_turn(&world);
	assert_int_equal(world.accounts[0].count, 0);
	assert_true(lx_account_busy(world.account));
	world_turn(&world);
	lx_test_clock_advance(&world.clock, 1000);
	WORLD_UNTIL(&world, world.accounts[0].state == LX_ACCOUNT_SIGNED_IN);
	world_assert_token(&world, fake_id_token(world.fake));
	world_finish(&world);
}

static void login_server_down_at_start(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	fake_id_fault(world.fake, "/validate", FAKE_ANSWER, 2, 500, "oops");
	world_restart(&world);
	WORLD_UNTIL(&world, world.accounts[0].state == LX_ACCOUNT_SIGNED_IN);
	/* The chat may work all the same. */
	world_assert_token(&world, fake_id_token(world.fake));
	assert_string_equal(world.accounts[0].detail, lx_text_get(world.text, "Account.Unchecked"));
	world_pass(&world, 30000, 500);
	assert_string_not_equal(world.accounts[0].detail, lx_text_get(world.text, "Account.Unchecked"));
	world_finish(&world);
}

static void answer_lost_then_sign_in_again(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	world_pass(&world, 10 * MINUTE, 10 * MINUTE);
	char old[64];
	snprintf(old, sizeof(old), "%s", fake_id_token(world.fake));
	fake_id_withdraw(world.fake, false);
	fake_id_fault(world.fake, "/token", FAKE_LOSE_ANSWER, 1, 0, NULL);
	volatile long answered = 0, ok = 0;
	struct complaint complaint = {.provider = world.main, .answered = &answered, .ok = &ok};
	snprintf(complaint.token, sizeof(complaint.token), "%s", old);
	complain(&complaint);
	world_settle(&world);
	assert_int_equal(answered, 0);
	world_pass(&world, 5000, 500);
	assert_int_equal(answered, 1);
	assert_int_equal(ok, 0);
	assert_int_equal(fake_id_count(world.fake, "/token", "grant_type=refresh_token"), 2);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_EXPIRED);
	assert_string_equal(world.accounts[0].detail, lx_text_get(world.text, "Account.RefreshLost"));
	world_finish(&world);
}

static void request_lost_is_sent_again_once(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	uint64_t wait = (uint64_t)(world.accounts[0].refresh_ms - world.clock.unix_ms);
	fake_id_fault(world.fake, "/token", FAKE_DROP, 1, 0, NULL);
	world_pass(&world, wait + 5000, HOUR);
	world_pass(&world, 5000, 500);
	assert_int_equal(fake_id_count(world.fake, "/token", "grant_type=refresh_token"), 2);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_IN);
	world_assert_token(&world, fake_id_token(world.fake));

	/* Twice in a row: the old token is used to its end, with a warning, then the user has to sign in. */
	wait = (uint64_t)(world.accounts[0].refresh_ms - world.clock.unix_ms);
	fake_id_fault(world.fake, "/token", FAKE_DROP, 2, 0, NULL);
	world_pass(&world, wait + 5000, HOUR);
	world_pass(&world, 5000, 500);
	assert_int_equal(fake_id_count(world.fake, "/token", "grant_type=refresh_token"), 4);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_IN);
	assert_string_equal(world.accounts[0].detail, lx_text_get(world.text, "Account.EndsSoon"));
	assert_int_equal(world.accounts[0].refresh_ms, 0);
	world_assert_token(&world, fake_id_token(world.fake));
	fake_id_withdraw(world.fake, false);
	world_pass(&world, HOUR, MINUTE);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_EXPIRED);
	world_finish(&world);
}

/* --- the store ----------------------------------------------------------------------------------------------------------- */

/* Keeps one value for each key; can refuse, or hold a write back until it is released. */
struct shelf {
	pthread_mutex_t mutex;
	os_event_t *release;
	volatile bool down, hold;
	volatile long held;
	struct {
		char key[128], value[4096];
	} slots[8];
	int references;
};

struct shelf_backend {
	struct lx_secret_backend base;
	struct shelf *shelf;
	volatile bool cancelled;
};

static int find_slot(struct shelf *shelf, const char *key)
{
	int i = 0;
	while (i < 8 && *shelf->slots[i].key && strcmp(shelf->slots[i].key, key) != 0)
		i++;
	assert_true(i < 8);
	return i;
}

static enum lx_secret_result shelf_get(struct lx_secret_backend *self, const char *key, char **value, uint32_t deadline)
{
	(void)deadline;
	struct shelf *shelf = ((struct shelf_backend *)self)->shelf;
	if (shelf->down)
		return LX_SECRET_UNREACHABLE;
	pthread_mutex_lock(&shelf->mutex);
	int slot = find_slot(shelf, key);
	*value = *shelf->slots[slot].value ? bstrdup(shelf->slots[slot].value) : NULL;
	pthread_mutex_unlock(&shelf->mutex);
	return *value ? LX_SECRET_OK : LX_SECRET_NONE;
}

static enum lx_secret_result shelf_set(struct lx_secret_backend *self, const char *key, const char *value,
				       uint32_t deadline)
{
	(void)deadline;
	struct shelf_backend *backend = (struct shelf_backend *)self;
	struct shelf *shelf = backend->shelf;
	if (shelf->hold) {
		os_atomic_inc_long(&shelf->held);
		os_event_wait(shelf->release);
		if (backend->cancelled)
			return LX_SECRET_UNREACHABLE;
	}
	if (shelf->down)
		return LX_SECRET_UNREACHABLE;
	pthread_mutex_lock(&shelf->mutex);
	int slot = find_slot(shelf, key);
	snprintf(shelf->slots[slot].key, sizeof(shelf->slots[slot].key), "%s", key);
	snprintf(shelf->slots[slot].value, sizeof(shelf->slots[slot].value), "%s", value);
	pthread_mutex_unlock(&shelf->mutex);
	return LX_SECRET_OK;
}

static enum lx_secret_result shelf_remove(struct lx_secret_backend *self, const char *key, uint32_t deadline)
{
	return shelf_set(self, key, "", deadline);
}

static void shelf_cancel(struct lx_secret_backend *self)
{
	struct shelf_backend *backend = (struct shelf_backend *)self;
	backend->cancelled = true;
	os_event_signal(backend->shelf->release);
}

static void shelf_destroy(struct lx_secret_backend *self)
{
	bfree(self);
}

static void shelf_init(struct shelf *shelf)
{
	memset(shelf, 0, sizeof(*shelf));
	pthread_mutex_init(&shelf->mutex, NULL);
	os_event_init(&shelf->release, OS_EVENT_TYPE_MANUAL);
}

static void shelf_finish(struct shelf *shelf)
{
	os_event_destroy(shelf->release);
	pthread_mutex_destroy(&shelf->mutex);
}

static struct lx_secret_store *shelf_store(struct shelf *shelf)
{
	struct shelf_backend *backend = bzalloc(sizeof(*backend));
	backend->base =
		(struct lx_secret_backend){"store", shelf_get, shelf_set, shelf_remove, shelf_cancel, shelf_destroy};
	backend->shelf = shelf;
	return lx_secret_store_create_on(&backend->base);
}

static void new_pair_is_stored_before_use(void **state)
{
	(void)state;
	struct shelf shelf;
	shelf_init(&shelf);
	struct world world;
	world_init(&world, shelf_store(&shelf), NULL);
	world_sign_in(&world);
	world_pass(&world, 10 * MINUTE, 10 * MINUTE);
	char old[64];
	snprintf(old, sizeof(old), "%s", fake_id_token(world.fake));

	shelf.hold = true;
	volatile long answered = 0, ok = 0;
	struct complaint complaint = {.provider = world.main, .answered = &answered, .ok = &ok};
	snprintf(complaint.token, sizeof(complaint.token), "%s", old);
	complain(&complaint);
	WORLD_UNTIL(&world, os_atomic_load_long(&shelf.held) == 1);
	for (int i = 0; i < 20; i++)
		world_turn(&world);
	assert_int_equal(fake_id_count(world.fake, "/token", "grant_type=refresh_token"), 1);
	assert_int_equal(answered, 0);
	world_assert_token(&world, old);

	shelf.hold = false;
	os_event_signal(shelf.release);
	WORLD_UNTIL(&world, answered == 1);
	assert_int_equal(ok, 1);
	world_assert_token(&world, fake_id_token(world.fake));
	assert_non_null(strstr(shelf.slots[0].value, fake_id_refresh(world.fake)));
	world_finish(&world);
	shelf_finish(&shelf);
}

static void hanging_store_does_not_stop_the_show(void **state)
{
	(void)state;
	struct shelf shelf;
	shelf_init(&shelf);
	shelf.hold = true;
	struct world world;
	world_init(&world, shelf_store(&shelf), NULL);
	fake_id_device_says(world.fake, NULL);
	lx_account_login(world.account, LX_ACCOUNT_MAIN, LX_LOGIN_DEVICE);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_WAITING);
	lx_test_clock_advance(&world.clock, 5000);
	WORLD_UNTIL(&world, os_atomic_load_long(&shelf.held) == 1);
	assert_int_equal(world.logins[0].state, LX_LOGIN_FINISHING);
	lx_test_clock_advance(&world.clock, 5000);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_DONE);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_IN);
	assert_string_equal(world.accounts[0].storage, "memory");
	assert_string_equal(world.accounts[0].detail, lx_text_get(world.text, "Account.Memory"));
	/* Late is better than never, and is told. */
	os_event_signal(shelf.release);
	WORLD_UNTIL(&world, strcmp(world.accounts[0].storage, "store") == 0);
	world_finish(&world);
	shelf_finish(&shelf);
}

static void begin_and_hold(struct world *world, struct shelf *shelf)
{
	fake_id_device_says(world->fake, NULL);
	lx_account_login(world->account, LX_ACCOUNT_MAIN, LX_LOGIN_DEVICE);
	WORLD_UNTIL(world, world->logins[0].state == LX_LOGIN_WAITING);
	shelf->hold = true;
	long held = os_atomic_load_long(&shelf->held);
	lx_test_clock_advance(&world->clock, 5000);
	WORLD_UNTIL(world, os_atomic_load_long(&shelf->held) > held);
}

/* Cancelled while it is being stored: what was there before is there again. */
static void cancelled_sign_in_leaves_the_store_as_it_was(void **state)
{
	(void)state;
	for (int signed_in = 0; signed_in < 2; signed_in++) {
		struct shelf shelf;
		shelf_init(&shelf);
		struct world world;
		world_init(&world, shelf_store(&shelf), NULL);
		if (signed_in)
			world_sign_in(&world);
		char before[64], cancelled[64];
		snprintf(before, sizeof(before), "%s", fake_id_token(world.fake));
		begin_and_hold(&world, &shelf);
		snprintf(cancelled, sizeof(cancelled), "%s", fake_id_token(world.fake));
		lx_account_login_cancel(world.account, LX_ACCOUNT_MAIN);
		WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_CANCELLED);
		shelf.hold = false;
		os_event_signal(shelf.release);
		world_settle(&world);
		assert_int_equal(fake_id_count(world.fake, "/revoke", cancelled), 1);
		assert_null(strstr(shelf.slots[0].value, cancelled));
		if (signed_in)
			assert_non_null(strstr(shelf.slots[0].value, before));
		else
			assert_string_equal(shelf.slots[0].value, "");
		world_assert_token(&world, signed_in ? before : NULL);
		world_finish(&world);
		shelf_finish(&shelf);
	}
}

/* A sign-in ends while the refreshed pair of the former one is being stored. */
static void sign_in_is_stored_last(void **state)
{
	(void)state;
	struct shelf shelf;
	shelf_init(&shelf);
	struct world world;
	world_init(&world, shelf_store(&shelf), NULL);
	world_sign_in(&world);
	world_pass(&world, 10 * MINUTE, 10 * MINUTE);
	lx_account_login(world.account, LX_ACCOUNT_MAIN, LX_LOGIN_DEVICE);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_WAITING);
	lx_test_clock_advance(&world.clock, 4500);
	/* The refresh gets no answer and is to be sent again in a second. */
	fake_id_fault(world.fake, "/token", FAKE_DROP, 1, 0, NULL);
	volatile long answered = 0, ok = 0;
	struct complaint complaint = {.provider = world.main, .answered = &answered, .ok = &ok};
	snprintf(complaint.token, sizeof(complaint.token), "%s", fake_id_token(world.fake));
	complain(&complaint);
	world_settle(&world);
	shelf.hold = true;
	lx_test_clock_advance(&world.clock, 500);
	WORLD_UNTIL(&world, os_atomic_load_long(&shelf.held) == 1);
	char wanted[64];
	snprintf(wanted, sizeof(wanted), "%s", fake_id_token(world.fake));
	fake_id_fault(world.fake, "/token", FAKE_ANSWER, 1, 200,
		      "{\"access_token\":\"formerlyused\",\"refresh_token\":\"formerlytoo\",\"expires_in\":14000}");
	lx_test_clock_advance(&world.clock, 600);
	WORLD_UNTIL(&world, fake_id_count(world.fake, "/token", "grant_type=refresh_token") == 2);
	for (int i = 0; i < 20; i++)
		world_turn(&world);
	assert_int_equal(world.logins[0].state, LX_LOGIN_FINISHING);
	shelf.hold = false;
	os_event_signal(shelf.release);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_DONE);
	world_settle(&world);
	world_assert_token(&world, wanted);
	assert_non_null(strstr(shelf.slots[0].value, wanted));
	assert_int_equal(answered, 1);
	world_finish(&world);
	shelf_finish(&shelf);
}

static void store_that_is_down_is_told_and_healed(void **state)
{
	(void)state;
	struct shelf shelf;
	shelf_init(&shelf);
	shelf.down = true;
	struct world world;
	world_init(&world, shelf_store(&shelf), NULL);
	lx_account_start(world.account);
	world_settle(&world);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_OUT);
	assert_string_equal(world.accounts[0].detail, lx_text_get(world.text, "Account.StoreLocked"));
	world_sign_in(&world);
	assert_string_equal(world.accounts[0].storage, "memory");
	assert_string_equal(world.accounts[0].detail, lx_text_get(world.text, "Account.Memory"));
	shelf.down = false;
	world_pass(&world, HOUR + 1000, HOUR);
	world_settle(&world);
	assert_non_null(strstr(shelf.slots[0].value, fake_id_refresh(world.fake)));
	world_finish(&world);
	shelf_finish(&shelf);
}

/* The program dies after Twitch has answered and before the answer is written down. */
static void killed_between_answer_and_store(void **state)
{
	(void)state;
	struct shelf shelf;
	shelf_init(&shelf);
	struct world world;
	world_init(&world, shelf_store(&shelf), NULL);
	world_sign_in(&world);
	char before[4096], old[64];
	snprintf(before, sizeof(before), "%s", shelf.slots[0].value);
	snprintf(old, sizeof(old), "%s", fake_id_token(world.fake));
	uint64_t wait = (uint64_t)(world.accounts[0].refresh_ms - world.clock.unix_ms);
	world_pass(&world, wait - 1000, HOUR);
	shelf.hold = true;
	lx_test_clock_advance(&world.clock, 2000);
	WORLD_UNTIL(&world, os_atomic_load_long(&shelf.held) == 1);
	assert_string_not_equal(fake_id_token(world.fake), old);
	lx_account_destroy(world.account);
	world.account = NULL;
	lx_secret_store_destroy(world.store);
	shelf.hold = false;
	assert_string_equal(shelf.slots[0].value, before);

	/* The next run has the old pair. Its refresh token is spent, which nobody can change; its access token is not. */
	world.store = shelf_store(&shelf);
	lx_account_destroy(world.account);
	world_restart(&world);
	WORLD_UNTIL(&world, world.accounts[0].state == LX_ACCOUNT_SIGNED_IN);
	WORLD_UNTIL(&world, strcmp(world.accounts[0].detail, lx_text_get(world.text, "Account.EndsSoon")) == 0);
	world_assert_token(&world, old);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_IN);
	world_pass(&world, 5 * (uint64_t)HOUR, 10 * MINUTE);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_EXPIRED);
	assert_non_null(strstr(world.accounts[0].detail, "Sign in again"));
	world_finish(&world);
	shelf_finish(&shelf);
}

static void broken_record_means_sign_in(void **state)
{
	(void)state;
	static const char *const records[] = {"", "{", "[]", "{\"token\":7,\"client_id\":\"c\"}",
					      "{\"client_id\":\"c\"}"};
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct world world;
		world_init(&world, NULL, NULL);
		char key[128];
		snprintf(key, sizeof(key), "main@%s", fake_id_url(world.fake));
		lx_secret_store_set(world.store, key, records[i]);
		lx_account_start(world.account);
		world_settle(&world);
		assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_OUT);
		assert_string_equal(world.accounts[0].detail, lx_text_get(world.text, "Account.StoreBroken"));
		world_finish(&world);
	}
}

/* --- two programs ------------------------------------------------------------------------------------------------------ */

static void two_programs_refresh_once(void **state)
{
	(void)state;
	struct world obs, tool;
	world_init(&obs, NULL, NULL);
	world_sign_in(&obs);
	world_init(&tool, NULL, &obs);
	tool.clock = obs.clock;
	tool.clock.clock.data = &tool.clock;
	lx_account_start(tool.account);
	WORLD_UNTIL(&tool, tool.accounts[0].state == LX_ACCOUNT_SIGNED_IN);
	world_settle(&tool);

	/* Both at the same moment, one turn each. */
	uint64_t wait = (uint64_t)(obs.accounts[0].refresh_ms - obs.clock.unix_ms) + 1000;
	lx_test_clock_advance(&obs.clock, wait);
	lx_test_clock_advance(&tool.clock, wait);
	char old[64];
	snprintf(old, sizeof(old), "%s", fake_id_token(obs.fake));
	for (int i = 0; i < 200; i++) {
		world_turn(&obs);
		world_turn(&tool);
		lx_test_clock_advance(&obs.clock, 20);
		lx_test_clock_advance(&tool.clock, 20);
	}
	assert_int_equal(fake_id_count(obs.fake, "/token", "grant_type=refresh_token"), 1);
	assert_string_not_equal(fake_id_token(obs.fake), old);
	world_assert_token(&obs, fake_id_token(obs.fake));
	world_assert_token(&tool, fake_id_token(obs.fake));

	/* One signs out: the other notices. */
	lx_account_logout(tool.account, LX_ACCOUNT_MAIN);
	world_settle(&tool);
	world_pass(&obs, HOUR + 1000, HOUR);
	assert_int_equal(obs.accounts[0].state, LX_ACCOUNT_SIGNED_OUT);
	world_assert_token(&obs, NULL);

	/* One whose sign-in has ended finds that the other signed in anew. */
	world_sign_in(&tool);
	world_restart(&obs);
	WORLD_UNTIL(&obs, obs.accounts[0].state == LX_ACCOUNT_SIGNED_IN);
	fake_id_withdraw(obs.fake, true);
	world_pass(&obs, HOUR + 1000, HOUR);
	WORLD_UNTIL(&obs, obs.accounts[0].state == LX_ACCOUNT_EXPIRED);
	world_pass(&tool, 2 * (uint64_t)HOUR, HOUR);
	world_sign_in(&tool);
	world_pass(&obs, HOUR + 1000, HOUR);
	WORLD_UNTIL(&obs, obs.accounts[0].state == LX_ACCOUNT_SIGNED_IN);
	world_assert_token(&obs, fake_id_token(obs.fake));
	world_finish(&tool);
	/* The other program's end says nothing; let this one speak for the search. */
	lx_account_announce(obs.account);
	world_settle(&obs);
	world_finish(&obs);
}

static void lock_held_for_ever_is_no_deadlock(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	world_pass(&world, 10 * MINUTE, 10 * MINUTE);
	char path[256], old[64];
	snprintf(path, sizeof(path), "%s/main.lock", world_folder);
	snprintf(old, sizeof(old), "%s", fake_id_token(world.fake));
	struct lx_file_lock *lock;
	assert_int_equal(lx_file_lock_try(path, &lock), LX_FILE_LOCK_TAKEN);
	fake_id_withdraw(world.fake, false);
	volatile long answered = 0, ok = 0;
	struct complaint complaint = {.provider = world.main, .answered = &answered, .ok = &ok};
	snprintf(complaint.token, sizeof(complaint.token), "%s", old);
	complain(&complaint);
	world_pass(&world, 50000, 1000);
	assert_int_equal(answered, 0);
	world_pass(&world, 20000, 1000);
	assert_int_equal(answered, 1);
	assert_int_equal(ok, 0);
	assert_int_equal(fake_id_count(world.fake, "/token", "grant_type=refresh_token"), 0);
	lx_file_lock_release(lock);
	world_pass(&world, 30000, 500);
	world_assert_token(&world, fake_id_token(world.fake));
	world_finish(&world);
}

/* --- signing out ------------------------------------------------------------------------------------------------------- */

static void sign_out_revokes_and_forgets(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	char old[64];
	snprintf(old, sizeof(old), "%s", fake_id_token(world.fake));
	lx_account_logout(world.account, LX_ACCOUNT_MAIN);
	world_settle(&world);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_OUT);
	assert_string_equal(world.accounts[0].detail, "");
	assert_string_equal(world.accounts[0].login, "");
	assert_int_equal(fake_id_count(world.fake, "/revoke", old), 1);
	world_assert_token(&world, NULL);
	assert_false(world.main.has_scope("chat:read", world.main.data));
	world_restart(&world);
	world_settle(&world);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_OUT);
	world_finish(&world);
}

static void sign_out_works_offline(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	fake_id_down(world.fake);
	lx_account_logout(world.account, LX_ACCOUNT_MAIN);
	WORLD_UNTIL(&world, world.accounts[0].state == LX_ACCOUNT_SIGNED_OUT);
	world_assert_token(&world, NULL);
	for (int i = 0; i < 20; i++) {
		lx_test_clock_advance(&world.clock, 1000);
		for (int turn = 0; turn < 5; turn++)
			world_turn(&world);
	}
	assert_string_equal(world.accounts[0].detail, lx_text_get(world.text, "Account.NotRevoked"));
	assert_false(lx_account_busy(world.account));
	fake_id_up(world.fake);
	world_restart(&world);
	world_settle(&world);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_OUT);
	world_finish(&world);
}

static void sign_out_during_a_refresh(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	uint64_t wait = (uint64_t)(world.accounts[0].refresh_ms - world.clock.unix_ms);
	lx_test_clock_advance(&world.clock, wait + 1000);
	lx_loop_run_once(world.loop, 0);
	lx_account_logout(world.account, LX_ACCOUNT_MAIN);
	world_settle(&world);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_OUT);
	world_assert_token(&world, NULL);
	world_restart(&world);
	world_settle(&world);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_OUT);
	world_finish(&world);
}

/* --- confidential clients ------------------------------------------------------------------------------------------------ */

static void client_secret_goes_with_its_client_only(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	lx_account_set_client(world.account, "client", FAKE_CLIENT_SECRET);
	world_sign_in(&world);
	world_restart(&world); /* the secret comes back from the store */
	WORLD_UNTIL(&world, world.accounts[0].state == LX_ACCOUNT_SIGNED_IN);
	world_settle(&world);
	uint64_t wait = (uint64_t)(world.accounts[0].refresh_ms - world.clock.unix_ms);
	world_pass(&world, wait + 1000, HOUR);
	assert_non_null(strstr(fake_id_last(world.fake, "/token"), FAKE_CLIENT_SECRET));

	/* Its refresh token may be used again: a lost answer is no loss. */
	wait = (uint64_t)(world.accounts[0].refresh_ms - world.clock.unix_ms);
	fake_id_fault(world.fake, "/token", FAKE_DROP, 3, 0, NULL);
	world_pass(&world, wait + 1000, HOUR);
	world_pass(&world, MINUTE, 500);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_IN);
	world_assert_token(&world, fake_id_token(world.fake));

	/* NULL keeps it; another id does not get it; "" forgets it. */
	lx_account_set_client(world.account, "other", NULL);
	lx_account_login(world.account, LX_ACCOUNT_BOT, LX_LOGIN_CODE);
	WORLD_UNTIL(&world, world.logins[1].state == LX_LOGIN_FAILED);
	assert_string_equal(world.logins[1].reason, "client");
	lx_account_set_client(world.account, "client", NULL);
	lx_account_login(world.account, LX_ACCOUNT_BOT, LX_LOGIN_CODE);
	WORLD_UNTIL(&world, world.logins[1].state == LX_LOGIN_WAITING);
	lx_account_login_cancel(world.account, LX_ACCOUNT_BOT);
	lx_account_set_client(world.account, "client", "");
	lx_account_login(world.account, LX_ACCOUNT_BOT, LX_LOGIN_CODE);
	WORLD_UNTIL(&world, world.logins[1].state == LX_LOGIN_FAILED);
	assert_string_equal(world.logins[1].detail, lx_text_get(world.text, "Login.Error.NoSecret"));
	world_finish(&world);
}

static void refused_client_is_told(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	world_pass(&world, 10 * MINUTE, 10 * MINUTE);
	char old[64];
	snprintf(old, sizeof(old), "%s", fake_id_token(world.fake));
	fake_id_withdraw(world.fake, false);
	fake_id_fault(world.fake, "/token", FAKE_ANSWER, 1, 400,
		      "{\"status\":400,\"message\":\"missing client secret\"}");
	assert_int_equal(ten_complaints(&world, old), 0);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_EXPIRED);
	assert_string_equal(world.accounts[0].detail, lx_text_get(world.text, "Account.ClientRefused"));
	world_finish(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(start_signed_out),
		lx_unit_test(sign_in_survives_the_end_of_the_program),
		lx_unit_test(missing_scopes_are_told),
		lx_unit_test(refreshes_ahead_of_the_end),
		lx_unit_test(short_lives_do_not_spin),
		lx_unit_test(ten_threads_one_refresh),
		lx_unit_test(good_token_is_not_refreshed_for_nothing),
		lx_unit_test(nobody_signed_in_means_no),
		lx_unit_test(complaints_are_answered_when_the_account_goes),
		lx_unit_test(withdrawn_in_mid_stream),
		lx_unit_test(withdrawn_is_noticed_by_the_hourly_check),
		lx_unit_test(withdrawn_is_noticed_when_the_user_asks),
		lx_unit_test(trouble_at_twitch_keeps_the_token),
		lx_unit_test(network_gone_for_hours),
		lx_unit_test(an_answer_that_a_full_loop_refused_is_heard),
		lx_unit_test(login_server_down_at_start),
		lx_unit_test(answer_lost_then_sign_in_again),
		lx_unit_test(request_lost_is_sent_again_once),
		lx_unit_test(new_pair_is_stored_before_use),
		lx_unit_test(hanging_store_does_not_stop_the_show),
		lx_unit_test(cancelled_sign_in_leaves_the_store_as_it_was),
		lx_unit_test(sign_in_is_stored_last),
		lx_unit_test(store_that_is_down_is_told_and_healed),
		lx_unit_test(killed_between_answer_and_store),
		lx_unit_test(broken_record_means_sign_in),
		lx_unit_test(two_programs_refresh_once),
		lx_unit_test(lock_held_for_ever_is_no_deadlock),
		lx_unit_test(sign_out_revokes_and_forgets),
		lx_unit_test(sign_out_works_offline),
		lx_unit_test(sign_out_during_a_refresh),
		lx_unit_test(client_secret_goes_with_its_client_only),
		lx_unit_test(refused_client_is_told),
	};
	return cmocka_run_group_tests(tests, world_group_setup, world_group_teardown);
}
