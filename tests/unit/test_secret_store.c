/* Secret store: memory, file, a backend that fails, hangs and recovers, and a real keyring in a D-Bus session of its own. */
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <util/bmem.h>
#include <util/platform.h>
#include <util/threading.h>

#include "platform/file_lock.h"
#include "platform/private_file.h"
#include "platform/secret_backend.h"
#include "platform/secret_store.h"

static char folder[128];

static const char *in_folder(const char *name)
{
	static char path[256];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/lx-secret-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	char command[256];
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static void assert_secret(struct lx_secret_store *store, const char *key, const char *expected)
{
	char *value = lx_secret_store_get(store, key);
	if (expected) {
		assert_non_null(value);
		assert_string_equal(value, expected);
	} else {
		assert_null(value);
	}
	lx_secret_free(value);
}

static void memory_keeps_until_the_end(void **state)
{
	(void)state;
	struct lx_secret_store *store = lx_secret_store_create(LX_SECRET_MEMORY, NULL);
	assert_string_equal(lx_secret_store_where(store), "memory");
	assert_secret(store, "a", NULL);
	assert_false(lx_secret_store_set(store, "a", "one"));
	assert_false(lx_secret_store_set(store, "b", "two"));
	assert_false(lx_secret_store_set(store, "a", "three"));
	assert_secret(store, "a", "three");
	assert_secret(store, "b", "two");
	lx_secret_store_remove(store, "a");
	lx_secret_store_remove(store, "unknown");
	assert_secret(store, "a", NULL);
	assert_secret(store, "b", "two");
	lx_secret_store_destroy(store);
}

struct moved {
	os_event_t *heard;
	enum lx_secret_result result;
};

static void on_moved(enum lx_secret_result result, const char *value, void *data)
{
	struct moved *moved = data;
	assert_null(value);
	moved->result = result;
	os_event_signal(moved->heard);
}

static enum lx_secret_result move_to(struct lx_secret_store *store, const char *path)
{
	static const char *const keys[] = {"a", "b", "none"};
	struct moved moved = {.result = LX_SECRET_NONE};
	assert_int_equal(os_event_init(&moved.heard, OS_EVENT_TYPE_MANUAL), 0);
	lx_secret_store_move_async(store, LX_SECRET_FILE, path, keys, 3, on_moved, &moved);
	assert_int_equal(os_event_timedwait(moved.heard, 10000), 0);
	os_event_destroy(moved.heard);
	return moved.result;
}

static void secrets_move_to_another_place(void **state)
{
	(void)state;
	char *first = bstrdup(in_folder("first.json")), *second = bstrdup(in_folder("second.json"));
	struct lx_secret_store *store = lx_secret_store_create(LX_SECRET_FILE, first);
	assert_true(lx_secret_store_set(store, "a", "one"));
	assert_true(lx_secret_store_set(store, "b", "two"));
	assert_true(lx_secret_store_set(store, "of somebody else", "three"));
	assert_int_equal(move_to(store, second), LX_SECRET_OK);
	assert_secret(store, "a", "one");
	assert_true(lx_secret_store_set(store, "a", "newer"));
	lx_secret_store_destroy(store);

	store = lx_secret_store_create(LX_SECRET_FILE, first);
	assert_secret(store, "a", NULL);
	assert_secret(store, "b", NULL);
	assert_secret(store, "of somebody else", "three");
	lx_secret_store_destroy(store);
	store = lx_secret_store_create(LX_SECRET_FILE, second);
	assert_secret(store, "a", "newer");
	assert_secret(store, "b", "two");

	/* A place that takes nothing: all is as it was. */
	assert_int_equal(move_to(store, in_folder("no/such/folder/tokens.json")), LX_SECRET_UNREACHABLE);
	assert_secret(store, "b", "two");
	assert_true(lx_secret_store_set(store, "b", "four"));
	assert_string_equal(lx_secret_store_where(store), "file");
	lx_secret_store_destroy(store);
	store = lx_secret_store_create(LX_SECRET_FILE, second);
	assert_secret(store, "b", "four");
	lx_secret_store_destroy(store);
	bfree(first);
	bfree(second);
}

/* No store at all, until the user wants a file. */
static void what_was_only_in_memory_moves_too(void **state)
{
	(void)state;
	const char *path = in_folder("from_memory.json");
	struct lx_secret_store *store = lx_secret_store_create(LX_SECRET_MEMORY, NULL);
	lx_secret_store_set(store, "a", "one");
	assert_int_equal(move_to(store, path), LX_SECRET_OK);
	assert_true(lx_secret_store_set(store, "b", "two"));
	assert_string_equal(lx_secret_store_where(store), "file");
	assert_int_equal(lx_secret_store_kind(store), LX_SECRET_FILE);
	lx_secret_store_destroy(store);
	store = lx_secret_store_create(LX_SECRET_FILE, path);
	assert_secret(store, "a", "one");
	assert_secret(store, "b", "two");
	lx_secret_store_destroy(store);
}

static void file_is_private_and_shared(void **state)
{
	(void)state;
	const char *path = in_folder("tokens.json");
	struct lx_secret_store *store = lx_secret_store_create(LX_SECRET_FILE, path);
	struct lx_secret_store *other = lx_secret_store_create(LX_SECRET_FILE, path);
	assert_secret(store, "a", NULL);
	assert_true(lx_secret_store_set(store, "a", "one \"quoted\" ž"));
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_true(lx_secret_store_set(other, "b", "two"));
	assert_secret(other, "a", "one \"quoted\" ž");
	assert_secret(store, "b", "two");
	assert_string_equal(lx_secret_store_where(store), "file");

	chmod(path, 0644);
	assert_secret(store, "b", "two");
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);

	lx_secret_store_remove(store, "a");
	assert_secret(other, "a", NULL);
	assert_secret(other, "b", "two");
	lx_secret_store_destroy(other);
	lx_secret_store_destroy(store);
}

static void broken_file_is_kept_beside(void **state)
{
	(void)state;
	char path[256];
	snprintf(path, sizeof(path), "%s", in_folder("broken.json"));
	assert_true(lx_private_file_write(path, "{\"a\":", 5));
	struct lx_secret_store *store = lx_secret_store_create(LX_SECRET_FILE, path);
	assert_secret(store, "a", NULL);
	assert_true(lx_secret_store_set(store, "a", "new"));
	assert_secret(store, "a", "new");
	lx_secret_store_destroy(store);

	char *kept = NULL;
	assert_int_equal(lx_private_file_read(in_folder("broken.json.broken"), &kept), LX_PRIVATE_FILE_OK);
	assert_string_equal(kept, "{\"a\":");
	lx_secret_free(kept);
}

static void file_never_follows_links(void **state)
{
	(void)state;
	char target[256], path[256], temporary[256];
	snprintf(target, sizeof(target), "%s", in_folder("target"));
	snprintf(path, sizeof(path), "%s", in_folder("link.json"));
	snprintf(temporary, sizeof(temporary), "%s", in_folder("plain.json.new"));
	assert_true(lx_private_file_write(target, "{}", 2));
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(symlink(target, temporary), 0);

	struct lx_secret_store *store = lx_secret_store_create(LX_SECRET_FILE, path);
	assert_false(lx_secret_store_set(store, "a", "secret"));
	assert_string_equal(lx_secret_store_where(store), "memory");
	assert_secret(store, "a", "secret");
	lx_secret_store_destroy(store);

	store = lx_secret_store_create(LX_SECRET_FILE, in_folder("plain.json"));
	assert_true(lx_secret_store_set(store, "a", "secret"));
	lx_secret_store_destroy(store);

	char *text = NULL;
	assert_int_equal(lx_private_file_read(target, &text), LX_PRIVATE_FILE_OK);
	assert_string_equal(text, "{}");
	lx_secret_free(text);
}

static void unwritable_folder_means_memory(void **state)
{
	(void)state;
	struct lx_secret_store *store = lx_secret_store_create(LX_SECRET_FILE, "/nowhere/at/all/tokens.json");
	assert_false(lx_secret_store_set(store, "a", "one"));
	assert_string_equal(lx_secret_store_where(store), "memory");
	assert_secret(store, "a", "one");
	lx_secret_store_destroy(store);
}

/* --- a backend that does as it is told ------------------------------------------------------------------------------ */

struct fake {
	struct lx_secret_backend base;
	volatile bool down, hang, deaf;
	os_event_t *release, *entered;
	char *value; /* of the only key */
	volatile long writes;
	volatile long *destroyed;
};

static bool blocked(struct fake *fake)
{
	os_event_signal(fake->entered);
	if (fake->hang) {
		os_event_wait(fake->release);
		return true;
	}
	return fake->down;
}

static enum lx_secret_result fake_get(struct lx_secret_backend *self, const char *key, char **value, uint32_t deadline)
{
	(void)key;
	(void)deadline;
	struct fake *fake = (struct fake *)self;
	if (blocked(fake))
		return LX_SECRET_UNREACHABLE;
	*value = bstrdup(fake->value);
	return *value ? LX_SECRET_OK : LX_SECRET_NONE;
}

static enum lx_secret_result fake_set(struct lx_secret_backend *self, const char *key, const char *value,
				      uint32_t deadline)
{
	(void)key;
	(void)deadline;
	struct fake *fake = (struct fake *)self;
	if (blocked(fake))
		return LX_SECRET_UNREACHABLE;
	bfree(fake->value);
	fake->value = bstrdup(value);
	os_atomic_inc_long(&fake->writes);
	return LX_SECRET_OK;
}

static enum lx_secret_result fake_remove(struct lx_secret_backend *self, const char *key, uint32_t deadline)
{
	enum lx_secret_result result = fake_set(self, key, NULL, deadline);
	return result;
}

static void fake_cancel(struct lx_secret_backend *self)
{
	struct fake *fake = (struct fake *)self;
	if (!fake->deaf)
		os_event_signal(fake->release);
}

static void fake_destroy(struct lx_secret_backend *self)
{
	struct fake *fake = (struct fake *)self;
	bfree(fake->value);
	os_event_destroy(fake->release);
	os_event_destroy(fake->entered);
	os_atomic_set_long(fake->destroyed, 1);
	bfree(fake);
}

static struct fake *fake_create(volatile long *destroyed)
{
	struct fake *fake = bzalloc(sizeof(*fake));
	fake->base = (struct lx_secret_backend){"store", fake_get, fake_set, fake_remove, fake_cancel, fake_destroy};
	os_event_init(&fake->release, OS_EVENT_TYPE_MANUAL);
	os_event_init(&fake->entered, OS_EVENT_TYPE_MANUAL);
	*destroyed = 0;
	fake->destroyed = destroyed;
	return fake;
}

struct outcome {
	os_event_t *done;
	enum lx_secret_result result;
	char value[64];
	int calls;
};

static void take(enum lx_secret_result result, const char *value, void *data)
{
	struct outcome *outcome = data;
	outcome->result = result;
	snprintf(outcome->value, sizeof(outcome->value), "%s", value ? value : "");
	outcome->calls++;
	os_event_signal(outcome->done);
}

static void outcome_init(struct outcome *outcome)
{
	memset(outcome, 0, sizeof(*outcome));
	os_event_init(&outcome->done, OS_EVENT_TYPE_AUTO);
}

static void store_that_is_down_is_written_later(void **state)
{
	(void)state;
	volatile long destroyed;
	struct fake *fake = fake_create(&destroyed);
	struct lx_secret_store *store = lx_secret_store_create_on(&fake->base);
	fake->down = true;
	assert_false(lx_secret_store_set(store, "a", "one"));
	assert_string_equal(lx_secret_store_where(store), "memory");
	assert_secret(store, "a", "one");
	assert_false(lx_secret_store_set(store, "a", "two"));
	assert_int_equal(fake->writes, 0);

	/* Any answer shows that it is back; what waited is written then. */
	fake->down = false;
	assert_secret(store, "b", NULL);
	struct outcome outcome;
	outcome_init(&outcome);
	lx_secret_store_get_async(store, "b", take, &outcome); /* queued behind the write */
	os_event_wait(outcome.done);
	assert_int_equal(fake->writes, 1);
	assert_string_equal(fake->value, "two");
	assert_string_equal(lx_secret_store_where(store), "store");

	/* A removal that could not be carried out is no different. */
	fake->down = true;
	lx_secret_store_remove(store, "a");
	assert_secret(store, "a", NULL);
	assert_string_equal(fake->value, "two");
	fake->down = false;
	assert_secret(store, "b", "two"); /* the fake knows one value only */
	lx_secret_store_get_async(store, "b", take, &outcome);
	os_event_wait(outcome.done);
	assert_null(fake->value);
	os_event_destroy(outcome.done);
	lx_secret_store_destroy(store);
	assert_true(os_atomic_load_long(&destroyed));
}

static void hanging_store_delays_nobody(void **state)
{
	(void)state;
	volatile long destroyed;
	struct fake *fake = fake_create(&destroyed);
	struct lx_secret_store *store = lx_secret_store_create_on(&fake->base);
	fake->hang = true;
	struct outcome set, get, get_other;
	outcome_init(&set);
	outcome_init(&get);
	outcome_init(&get_other);

	uint64_t begin = os_gettime_ns();
	lx_secret_store_set_async(store, "a", "one", take, &set);
	os_event_wait(fake->entered);
	lx_secret_store_get_async(store, "a", take, &get); /* what is being written is known already */
	assert_int_equal(get.calls, 1);
	assert_string_equal(get.value, "one");
	lx_secret_store_get_async(store, "b", take, &get_other);
	assert_int_equal(get_other.calls, 0);
	lx_secret_store_destroy(store);
	assert_true(os_gettime_ns() - begin < 1000000000);

	assert_int_equal(set.calls, 1);
	assert_int_equal(set.result, LX_SECRET_UNREACHABLE);
	assert_int_equal(get_other.calls, 1);
	assert_int_equal(get_other.result, LX_SECRET_UNREACHABLE);
	assert_true(os_atomic_load_long(&destroyed));
	os_event_destroy(set.done);
	os_event_destroy(get.done);
	os_event_destroy(get_other.done);
}

static void store_deaf_to_cancelling_is_left_behind(void **state)
{
	(void)state;
	long before = bnum_allocs();
	volatile long destroyed;
	struct fake *fake = fake_create(&destroyed);
	fake->hang = fake->deaf = true;
	struct lx_secret_store *store = lx_secret_store_create_on(&fake->base);
	lx_secret_store_set_async(store, "a", "one", NULL, NULL);
	os_event_wait(fake->entered);
	uint64_t begin = os_gettime_ns();
	lx_secret_store_destroy(store);
	assert_true(os_gettime_ns() - begin < 1000000000);
	assert_false(os_atomic_load_long(&destroyed));

	/* Should the system ever return, everything is freed after all. */
	os_event_signal(fake->release);
	for (int i = 0; i < 1000 && (!os_atomic_load_long(&destroyed) || bnum_allocs() != before); i++)
		os_sleep_ms(1);
	assert_true(os_atomic_load_long(&destroyed));
}

static void cancelled_calls_stay_silent(void **state)
{
	(void)state;
	volatile long destroyed;
	struct fake *fake = fake_create(&destroyed);
	struct lx_secret_store *store = lx_secret_store_create_on(&fake->base);
	fake->hang = true;
	struct outcome outcome;
	outcome_init(&outcome);
	uint64_t running = lx_secret_store_set_async(store, "a", "one", take, &outcome);
	uint64_t queued = lx_secret_store_get_async(store, "b", take, &outcome);
	os_event_wait(fake->entered);
	assert_true(lx_secret_store_cancel(store, running));
	assert_false(lx_secret_store_cancel(store, running));
	assert_true(lx_secret_store_cancel(store, queued));
	lx_secret_store_destroy(store);
	assert_int_equal(outcome.calls, 0);
	os_event_destroy(outcome.done);
}

static void queue_is_bounded(void **state)
{
	(void)state;
	volatile long destroyed;
	struct fake *fake = fake_create(&destroyed);
	struct lx_secret_store *store = lx_secret_store_create_on(&fake->base);
	fake->hang = true;
	struct outcome outcome;
	outcome_init(&outcome);
	for (int i = 0; i < 1000; i++)
		lx_secret_store_set_async(store, "a", "one", take, &outcome);
	assert_true(outcome.calls >= 1000 - 65);
	assert_secret(store, "a", "one");
	lx_secret_store_destroy(store);
	assert_int_equal(outcome.calls, 1000);
	os_event_destroy(outcome.done);
}

static void lock_excludes(void **state)
{
	(void)state;
	struct lx_file_lock *first, *second;
	const char *path = in_folder("some.lock");
	assert_int_equal(lx_file_lock_try(path, &first), LX_FILE_LOCK_TAKEN);
	assert_int_equal(lx_file_lock_try(path, &second), LX_FILE_LOCK_BUSY);
	assert_null(second);
	pid_t child = fork();
	if (child == 0) {
		struct lx_file_lock *third;
		_exit(lx_file_lock_try(path, &third) == LX_FILE_LOCK_BUSY ? 0 : 1);
	}
	int status = -1;
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	lx_file_lock_release(first);
	assert_int_equal(lx_file_lock_try(path, &second), LX_FILE_LOCK_TAKEN);
	lx_file_lock_release(second);
	assert_int_equal(lx_file_lock_try("/nowhere/at/all/lock", &first), LX_FILE_LOCK_UNUSABLE);
	lx_file_lock_release(NULL);
}

/* --- the real thing ------------------------------------------------------------------------------------------------- */

static bool have(const char *program)
{
	char command[128];
	snprintf(command, sizeof(command), "command -v %s >/dev/null", program);
	return system(command) == 0;
}

/* Runs this program again as `role`, with a home and a D-Bus session that have nothing but what the test starts in them. */
static int run_elsewhere(const char *role)
{
	char self[512], address[256];
	ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);
	assert_true(size > 0);
	self[size] = 0;
	snprintf(address, sizeof(address), "unix:path=%s/bus", folder);
	pid_t child = fork();
	if (child == 0) {
		unsetenv("DISPLAY");
		unsetenv("WAYLAND_DISPLAY");
		setenv("HOME", folder, 1);
		setenv("XDG_RUNTIME_DIR", folder, 1);
		setenv("XDG_DATA_HOME", folder, 1);
		setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
		/* GLib is not built for the thread sanitizer, which then sees races in its every hand-over. */
		setenv("TSAN_OPTIONS", "ignore_noninstrumented_modules=1", 1);
		alarm(60);
		execl(self, self, role, folder, (char *)NULL);
		_exit(127);
	}
	int status = -1;
	waitpid(child, &status, 0);
	return status;
}

static void keyring_works(void **state)
{
	(void)state;
	if (!have("dbus-daemon") || !have("gnome-keyring-daemon"))
		skip();
	assert_int_equal(run_elsewhere("keyring"), 0);
}

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			exit(1); \
		} \
	} while (0)

static bool secret_is(struct lx_secret_store *store, const char *key, const char *expected)
{
	char *value = lx_secret_store_get(store, key);
	bool same = value && expected ? strcmp(value, expected) == 0 : !value && !expected;
	lx_secret_free(value);
	return same;
}

/* Starts a program with `input` on its standard input. */
static pid_t start_daemon(char *const arguments[], const char *input)
{
	int stream[2];
	CHECK(pipe(stream) == 0);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		dup2(stream[0], 0);
		close(stream[0]);
		close(stream[1]);
		int nowhere = open("/dev/null", O_WRONLY);
		dup2(nowhere, 1);
		dup2(nowhere, 2);
		execvp(arguments[0], arguments);
		_exit(127);
	}
	close(stream[0]);
	CHECK(write(stream[1], input, strlen(input)) == (ssize_t)strlen(input));
	close(stream[1]);
	return child;
}

static void stop_daemon(pid_t daemon)
{
	kill(daemon, SIGKILL);
	waitpid(daemon, NULL, 0);
}

/* A session bus that starts nothing by itself. */
static pid_t start_bus(void)
{
	char config[512], path[256], option[300];
	snprintf(
		config, sizeof(config),
		"<busconfig><type>session</type><listen>unix:path=%s/bus</listen><auth>EXTERNAL</auth>"
		"<policy context=\"default\"><allow send_destination=\"*\"/><allow receive_sender=\"*\"/><allow own=\"*\"/>"
		"</policy></busconfig>",
		folder);
	snprintf(path, sizeof(path), "%s", in_folder("bus.conf"));
	CHECK(os_quick_write_utf8_file(path, config, strlen(config), false));
	snprintf(option, sizeof(option), "--config-file=%s", path);
	char *arguments[] = {"dbus-daemon", "--nofork", "--nopidfile", "--nosyslog", option, NULL};
	pid_t bus = start_daemon(arguments, "");
	for (int i = 0; i < 500 && !os_file_exists(in_folder("bus")); i++)
		os_sleep_ms(10);
	return bus;
}

static pid_t start_keyring(void)
{
	char *arguments[] = {"gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", NULL};
	return start_daemon(arguments, "password");
}

static int keyring_role(void)
{
	/* Not even a bus, then a bus on which nobody offers secrets. */
	struct lx_secret_store *store = lx_secret_store_create(LX_SECRET_SYSTEM, NULL);
	CHECK(!lx_secret_store_set(store, "early", "bird"));
	pid_t bus = start_bus();
	CHECK(!lx_secret_store_set(store, "early", "bird"));
	CHECK(strcmp(lx_secret_store_where(store), "memory") == 0);

	pid_t daemon = start_keyring();
	/* What was kept in memory moves into the keyring as soon as that answers. */
	for (int i = 0; i < 200 && strcmp(lx_secret_store_where(store), "store") != 0; i++) {
		os_sleep_ms(50);
		lx_secret_free(lx_secret_store_get(store, "nothing"));
	}
	CHECK(strcmp(lx_secret_store_where(store), "store") == 0);
	CHECK(lx_secret_store_set(store, "main", "first"));
	CHECK(lx_secret_store_set(store, "main", "{\"token\":\"ž\"}"));
	lx_secret_store_destroy(store);

	store = lx_secret_store_create(LX_SECRET_SYSTEM, NULL);
	CHECK(secret_is(store, "early", "bird"));
	CHECK(secret_is(store, "main", "{\"token\":\"ž\"}"));
	CHECK(secret_is(store, "other", NULL));
	lx_secret_store_remove(store, "main");
	CHECK(secret_is(store, "main", NULL));
	CHECK(strcmp(lx_secret_store_where(store), "store") == 0);

	/* A daemon that hangs delays neither us nor our end. */
	CHECK(kill(daemon, SIGSTOP) == 0);
	struct outcome outcome;
	outcome_init(&outcome);
	uint64_t begin = os_gettime_ns();
	lx_secret_store_set_async(store, "main", "third", take, &outcome);
	lx_secret_store_destroy(store);
	CHECK(os_gettime_ns() - begin < 1000000000);
	CHECK(outcome.calls == 1 && outcome.result == LX_SECRET_UNREACHABLE);
	os_event_destroy(outcome.done);
	CHECK(kill(daemon, SIGCONT) == 0);

	/* The end of the session bus is not the end of OBS, which GLib would make of it. */
	store = lx_secret_store_create(LX_SECRET_SYSTEM, NULL);
	CHECK(secret_is(store, "early", "bird"));
	stop_daemon(bus);
	CHECK(!lx_secret_store_set(store, "late", "bird"));
	CHECK(secret_is(store, "late", "bird"));
	CHECK(strcmp(lx_secret_store_where(store), "memory") == 0);
	lx_secret_store_destroy(store);
	stop_daemon(daemon);
	CHECK(bnum_allocs() == 0);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "keyring") == 0) {
		snprintf(folder, sizeof(folder), "%s", argv[2]);
		return keyring_role();
	}

	const struct CMUnitTest tests[] = {
		lx_unit_test(memory_keeps_until_the_end),
		lx_unit_test(secrets_move_to_another_place),
		lx_unit_test(what_was_only_in_memory_moves_too),
		lx_unit_test(file_is_private_and_shared),
		lx_unit_test(broken_file_is_kept_beside),
		lx_unit_test(file_never_follows_links),
		lx_unit_test(unwritable_folder_means_memory),
		lx_unit_test(store_that_is_down_is_written_later),
		lx_unit_test(hanging_store_delays_nobody),
		lx_unit_test(store_deaf_to_cancelling_is_left_behind),
		lx_unit_test(cancelled_calls_stay_silent),
		lx_unit_test(queue_is_bounded),
		lx_unit_test(lock_excludes),
		lx_unit_test(keyring_works),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
