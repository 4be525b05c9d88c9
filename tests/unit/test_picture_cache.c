/* Pictures fetched and kept: a network of the test's own, real files in a folder of their own. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

#include "fake_http.h"
#include "net/picture_cache.h"

#define GIF_SIZE 64

static struct lx_test_clock test_clock;
static struct lx_loop *loop;
static struct lx_picture_cache *cache;
static char folder[64];

struct answer {
	int count;
	enum lx_picture_error error;
	bool from_disk;
	size_t size;
	char last; /* byte of the picture */
};

static void on_picture(const struct lx_picture *picture, void *data)
{
	struct answer *answer = data;
	answer->count++;
	answer->error = picture->error;
	answer->from_disk = picture->from_disk;
	answer->size = picture->size;
	answer->last = picture->size ? ((const char *)picture->bytes)[picture->size - 1] : 0;
	assert_int_equal(picture->error == LX_PICTURE_OK, picture->bytes != NULL);
}

static void turn(void)
{
	/* A task, and the work it put off for the next turns. */
	for (int i = 0; i < 4; i++)
		lx_loop_run_once(loop, 0);
}

static void open_cache(uint64_t cap)
{
	cache = lx_picture_cache_create(
		&(struct lx_picture_cache_config){.loop = loop, .folder = folder, .cap_bytes = cap});
}

/* The network goes first. */
static void reopen_cache(uint64_t cap)
{
	for (size_t i = 0; i < fake_http.requests.num; i++)
		if (fake_http.requests.array[i].done)
			fake_fail(i, LX_HTTP_CANCELLED, true);
	lx_picture_cache_destroy(cache);
	open_cache(cap);
}

static int setup(void **state)
{
	lx_leak_setup(state);
	da_init(fake_http.requests);
	lx_test_clock_init(&test_clock);
	strcpy(folder, "/tmp/livextrem-pictures-XXXXXX");
	assert_non_null(mkdtemp(folder));
	loop = lx_loop_create("livextrem: pictures", &test_clock.clock);
	open_cache(1 << 20);
	return 0;
}

static int teardown(void **state)
{
	fake_http_finish();
	lx_picture_cache_destroy(cache);
	lx_loop_destroy(loop);
	os_dir_t *dir = os_opendir(folder);
	struct os_dirent *entry;
	char path[512];
	while (dir && (entry = os_readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		os_unlink(path);
	}
	os_closedir(dir);
	os_rmdir(folder);
	return lx_leak_teardown(state);
}

/* A file of `size` bytes that calls itself a GIF of 28 x 28. */
static void respond(size_t index, long status, const char *type, const void *bytes, size_t size)
{
	struct lx_http_header header = {"content-type", type};
	fake_respond(index, &(struct lx_http_response){.sent = true,
						       .status = status,
						       .body = bytes,
						       .body_size = size,
						       .headers = &header,
						       .header_count = type ? 1 : 0});
}

static void send_gif(size_t index, size_t size, char last)
{
	char *bytes = bzalloc(size);
	memcpy(bytes, "GIF89a\x1c\0\x1c\0", 10);
	bytes[size - 1] = last;
	respond(index, 200, "image/gif", bytes, size);
	bfree(bytes);
}

static struct answer get(const char *url)
{
	static struct answer answers[1024];
	static size_t next;
	struct answer *answer = &answers[next++ % 1024];
	*answer = (struct answer){0};
	lx_picture_cache_get(cache, url, on_picture, answer);
	turn();
	return *answer;
}

static int count_files(void)
{
	int count = 0;
	os_dir_t *dir = os_opendir(folder);
	struct os_dirent *entry;
	while ((entry = os_readdir(dir)))
		count += !entry->directory;
	os_closedir(dir);
	return count;
}

/* The one file of the folder. */
static void only_file(char path[512])
{
	os_dir_t *dir = os_opendir(folder);
	struct os_dirent *entry;
	*path = 0;
	while ((entry = os_readdir(dir))) {
		if (!entry->directory) {
			assert_string_equal(path, "");
			snprintf(path, 512, "%s/%s", folder, entry->d_name);
		}
	}
	os_closedir(dir);
}

static void a_picture_is_fetched_once(void **state)
{
	(void)state;
	struct answer first = {0};
	lx_picture_cache_get(cache, "https://x/1", on_picture, &first);
	turn();
	assert_int_equal(fake_http.requests.num, 1);
	assert_string_equal(fake_http.requests.array[0].url, "https://x/1");
	assert_string_equal(fake_http.requests.array[0].authorization, "");
	assert_int_equal(first.count, 0);
	send_gif(0, GIF_SIZE, 'a');
	assert_int_equal(first.count, 1);
	assert_int_equal(first.error, LX_PICTURE_OK);
	assert_false(first.from_disk);

	struct answer again = get("https://x/1");
	assert_int_equal(fake_http.requests.num, 1);
	assert_true(again.from_disk);
	assert_int_equal(again.size, GIF_SIZE);
	assert_int_equal(again.last, 'a');

	reopen_cache(1 << 20);
	again = get("https://x/1");
	assert_int_equal(fake_http.requests.num, 1);
	assert_true(again.from_disk);
	assert_int_equal(again.last, 'a');
	assert_int_equal(lx_picture_cache_size(cache), 24 + 11 + GIF_SIZE);

	/* The address alone never names a file. */
	char path[512];
	only_file(path);
	assert_int_equal(strlen(strrchr(path, '/') + 1), 32 + 4);
	lx_picture_cache_forget(cache, "https://x/1");
	turn();
	assert_int_equal(count_files(), 0);
	assert_int_equal(lx_picture_cache_size(cache), 0);
	assert_int_equal(get("https://x/1").count, 0);
	assert_int_equal(fake_http.requests.num, 2);
}

static void what_is_no_picture_is_refused(void **state)
{
	(void)state;
	static const struct {
		long status;
		const char *type, *body;
		enum lx_picture_error error;
	} rows[] = {
		{404, "text/html", "no", LX_PICTURE_REFUSED},
		{403, "image/gif", "GIF89a\x1c\1\x1c\1....", LX_PICTURE_REFUSED},
		{302, NULL, "", LX_PICTURE_REFUSED},
		{500, "text/html", "", LX_PICTURE_UNREACHABLE},
		{429, "text/html", "", LX_PICTURE_UNREACHABLE},
		{200, "text/html", "GIF89a\x1c\1\x1c\1....", LX_PICTURE_REFUSED},
		{200, NULL, "GIF89a\x1c\1\x1c\1....", LX_PICTURE_REFUSED},
		{200, "image/gif", "<html>", LX_PICTURE_REFUSED},
		{200, "image/png", "", LX_PICTURE_REFUSED},
		{200, "image/gif", "GIF89a\x1c\x70\x1c\1....", LX_PICTURE_REFUSED}, /* 28700 pixels wide */
		{200, "image/svg+xml", "<svg/>", LX_PICTURE_REFUSED},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer answer = {0};
		lx_picture_cache_get(cache, "https://x/1", on_picture, &answer);
		turn();
		assert_int_equal(fake_http.requests.num, i + 1);
		respond(i, rows[i].status, rows[i].type, rows[i].body, strlen(rows[i].body));
		assert_int_equal(answer.count, 1);
		assert_int_equal(answer.error, rows[i].error);
	}
	static const struct {
		enum lx_http_error from;
		enum lx_picture_error to;
	} failures[] = {{LX_HTTP_TOO_LARGE, LX_PICTURE_REFUSED},
			{LX_HTTP_REFUSED, LX_PICTURE_REFUSED},
			{LX_HTTP_TLS, LX_PICTURE_UNREACHABLE},
			{LX_HTTP_TIMEOUT, LX_PICTURE_UNREACHABLE},
			{LX_HTTP_CANCELLED, LX_PICTURE_DROPPED}};
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		struct answer answer = {0};
		lx_picture_cache_get(cache, "https://x/1", on_picture, &answer);
		turn();
		fake_fail(fake_http.requests.num - 1, failures[i].from, true);
		assert_int_equal(answer.error, failures[i].to);
	}
	assert_int_equal(count_files(), 0);
}

static void damaged_files_are_fetched_again(void **state)
{
	(void)state;
	size_t requests = 0;
	/* A byte turned anywhere, the file cut anywhere, replaced by something else. */
	for (int at = 0; at < 24 + 11 + GIF_SIZE; at += 3) {
		for (int kind = 0; kind < 2; kind++) {
			struct answer answer = {0};
			lx_picture_cache_get(cache, "https://x/1", on_picture, &answer);
			turn();
			assert_int_equal(fake_http.requests.num, ++requests);
			send_gif(requests - 1, GIF_SIZE, 'a');
			char path[512], bytes[256];
			only_file(path);
			FILE *file = fopen(path, "rb");
			size_t size = fread(bytes, 1, sizeof(bytes), file);
			fclose(file);
			assert_int_equal(size, 24 + 11 + GIF_SIZE);
			bytes[at] ^= 0x10;
			file = fopen(path, "wb");
			fwrite(bytes, 1, kind ? (size_t)at : size, file);
			fclose(file);
		}
	}
	assert_int_equal(get("https://x/1").count, 0);
	assert_int_equal(count_files(), 0);
}

static void foreign_files_are_left_alone(void **state)
{
	(void)state;
	char path[512];
	static const char *const names[] = {"notes.txt", "0123456789abcdef0123456789abcdef.txt"};
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		assert_true(os_quick_write_utf8_file(path, "mine", 4, false));
	}
	/* Of a write that was cut off. */
	snprintf(path, sizeof(path), "%s/0123456789abcdef0123456789abcdef.pic.new", folder);
	assert_true(os_quick_write_utf8_file(path, "half", 4, false));
	get("https://x/1");
	send_gif(0, GIF_SIZE, 'a');
	assert_int_equal(count_files(), 3);
	reopen_cache(24 + 11 + GIF_SIZE);
	get("https://x/2");
	send_gif(1, GIF_SIZE, 'b');
	assert_int_equal(count_files(), 3);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		assert_true(os_file_exists(path));
	}
}

static void the_least_used_go_first(void **state)
{
	(void)state;
	char url[32];
	const uint64_t one = 24 + 12 + 1000;
	reopen_cache(10 * one);
	for (int i = 0; i < 10; i++) {
		snprintf(url, sizeof(url), "https://x/%02d", i);
		get(url);
		send_gif(fake_http.requests.num - 1, 1000, (char)i);
		test_clock.unix_ms += 1000;
	}
	assert_int_equal(lx_picture_cache_size(cache), 10 * one);
	test_clock.unix_ms += 2 * 3600 * 1000;
	assert_true(get("https://x/00").from_disk);
	get("https://x/10");
	send_gif(fake_http.requests.num - 1, 1000, 10);
	assert_true(lx_picture_cache_size(cache) <= 10 * one);
	assert_true(get("https://x/00").from_disk);
	assert_true(get("https://x/10").from_disk);
	assert_int_equal(get("https://x/01").count, 0);
	assert_true(get("https://x/09").from_disk);

	/* A smaller cap at the next start. */
	reopen_cache(3 * one);
	get("https://x/11");
	send_gif(fake_http.requests.num - 1, 1000, 11);
	assert_true(lx_picture_cache_size(cache) <= 3 * one);
	assert_true(count_files() <= 3);
	/* One that can never fit is handed out, and not kept. */
	struct answer answer = {0};
	lx_picture_cache_get(cache, "https://x/12", on_picture, &answer);
	turn();
	send_gif(fake_http.requests.num - 1, 4 * one, 12);
	assert_int_equal(answer.error, LX_PICTURE_OK);
	assert_true(lx_picture_cache_size(cache) <= 3 * one);
}

static void without_a_folder_it_still_fetches(void **state)
{
	(void)state;
	reopen_cache(0);
	struct answer answer = {0};
	lx_picture_cache_get(cache, "https://x/1", on_picture, &answer);
	turn();
	send_gif(0, GIF_SIZE, 'a');
	assert_int_equal(answer.error, LX_PICTURE_OK);
	assert_int_equal(count_files(), 0);

	/* A folder that cannot be made. */
	lx_picture_cache_destroy(cache);
	cache = lx_picture_cache_create(
		&(struct lx_picture_cache_config){.loop = loop, .folder = "/dev/null/pictures", .cap_bytes = 1 << 20});
	answer = (struct answer){0};
	lx_picture_cache_get(cache, "https://x/1", on_picture, &answer);
	turn();
	send_gif(1, GIF_SIZE, 'a');
	assert_int_equal(answer.error, LX_PICTURE_OK);
	assert_int_equal(lx_picture_cache_size(cache), 0);
}

static void the_newest_wishes_come_first(void **state)
{
	(void)state;
	enum { WISHES = LX_PICTURE_MAX_WAITING + LX_PICTURE_MAX_RUNNING + 10 };
	static struct answer answers[WISHES];
	memset(answers, 0, sizeof(answers));
	char url[64];
	for (int i = 0; i < WISHES; i++) {
		snprintf(url, sizeof(url), "https://x/%d", i);
		lx_picture_cache_get(cache, url, on_picture, &answers[i]);
		/* One after the other, so that the first ones are under way. */
		turn();
	}
	assert_int_equal(fake_http.requests.num, LX_PICTURE_MAX_RUNNING);
	int dropped = 0;
	for (int i = 0; i < WISHES; i++)
		dropped += answers[i].count && answers[i].error == LX_PICTURE_DROPPED;
	assert_int_equal(dropped, 10);
	assert_int_equal(answers[LX_PICTURE_MAX_RUNNING].count, 1);
	send_gif(0, GIF_SIZE, 'a');
	assert_int_equal(fake_http.requests.num, LX_PICTURE_MAX_RUNNING + 1);
	snprintf(url, sizeof(url), "https://x/%d", WISHES - 1);
	assert_string_equal(fake_http.requests.array[LX_PICTURE_MAX_RUNNING].url, url);

	/* More at once than fit: the first ones have to go. */
	static struct answer more[WISHES];
	memset(more, 0, sizeof(more));
	for (int i = 0; i < WISHES; i++)
		lx_picture_cache_get(cache, "https://y", on_picture, &more[i]);
	lx_loop_run_once(loop, 0);
	for (int i = 0; i < WISHES - LX_PICTURE_MAX_WAITING; i++)
		assert_int_equal(more[i].error, LX_PICTURE_DROPPED);
	assert_int_equal(more[WISHES - 1].count, 0);
}

static void what_waits_at_the_end_is_dropped(void **state)
{
	(void)state;
	static struct answer answers[40];
	memset(answers, 0, sizeof(answers));
	for (int i = 0; i < 20; i++)
		lx_picture_cache_get(cache, "https://x/1", on_picture, &answers[i]);
	turn();
	for (int i = 20; i < 40; i++)
		lx_picture_cache_get(cache, "https://x/1", on_picture, &answers[i]);
	fake_http_finish();
	lx_picture_cache_destroy(cache);
	cache = NULL;
	lx_loop_destroy(loop);
	loop = NULL;
	for (int i = 0; i < 40; i++) {
		assert_int_equal(answers[i].count, 1);
		assert_int_equal(answers[i].error, LX_PICTURE_DROPPED);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_picture_is_fetched_once),       TEST(what_is_no_picture_is_refused),
		TEST(damaged_files_are_fetched_again), TEST(foreign_files_are_left_alone),
		TEST(the_least_used_go_first),         TEST(without_a_folder_it_still_fetches),
		TEST(the_newest_wishes_come_first),    TEST(what_waits_at_the_end_is_dropped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
