#include "net/picture_cache.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/darray.h>
#include <util/dstr.h>
#include <util/platform.h>

#include "platform/file_touch.h"

#define NAME_DIGITS 32
#define SUFFIX ".pic"
#define TEMPORARY "new"
#define HEADER_SIZE 24
#define TOUCH_AFTER_S 3600 /* the order of use need not be exact */
#define TIMEOUT_MS 20000

static const char magic[8] = {'L', 'X', 'P', 'I', 'C', '0', '1', '\n'};

/* A picture that somebody wants. */
struct wish {
	struct lx_picture_cache *cache;
	char *url;
	lx_picture_done done; /* NULL: it is to be forgotten */
	void *data;
};

struct file {
	char name[NAME_DIGITS + 1];
	uint64_t size;
	int64_t used_s; /* Unix seconds */
};

typedef DARRAY(struct wish *) wishes_t;

struct lx_picture_cache {
	struct lx_loop *loop;
	struct lx_http *http;
	char *folder;
	uint64_t cap, total;
	bool scanned, complained;
	DARRAY(struct file) files;
	wishes_t fresh;   /* not looked for on disk yet; the newest last */
	wishes_t waiting; /* for a download; the newest last */
	size_t running;
	uint64_t timer;
	bool closing;
};

/* --- files ------------------------------------------------------------------------------------------------------- */

static uint64_t fnv(uint64_t hash, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ at[i]) * 1099511628211ULL;
	return hash;
}

static uint64_t checksum(const void *bytes, size_t size)
{
	return fnv(14695981039346656037ULL, bytes, size);
}

/* Two addresses of one name would only push each other out: the file holds the whole address. */
static void name_of(const char *url, char name[NAME_DIGITS + 1])
{
	size_t size = strlen(url);
	uint64_t first = checksum(url, size);
	uint64_t second = fnv(first ^ 0x9E3779B97F4A7C15ULL, url, size);
	snprintf(name, NAME_DIGITS + 1, "%016llx%016llx", (unsigned long long)first, (unsigned long long)second);
}

static void path_of(const struct lx_picture_cache *cache, const char *name, struct dstr *path)
{
	dstr_printf(path, "%s/%s" SUFFIX, cache->folder, name);
}

static void put_number(uint8_t *at, uint64_t number, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(number >> 8 * i);
}

static uint64_t take_number(const uint8_t *at, int bytes)
{
	uint64_t number = 0;
	for (int i = bytes - 1; i >= 0; i--)
		number = number << 8 | at[i];
	return number;
}

static int64_t now_s(const struct lx_picture_cache *cache)
{
	return lx_clock_unix_ms(lx_loop_clock(cache->loop)) / 1000;
}

static bool is_our_name(const char *name)
{
	for (int i = 0; i < NAME_DIGITS; i++)
		if (!isxdigit((unsigned char)name[i]))
			return false;
	return true;
}

/* Learns what is in the folder; removes what an interrupted write left. Files that are not ours are left alone. */
static void scan(struct lx_picture_cache *cache)
{
	if (cache->scanned)
		return;
	cache->scanned = true;
	os_dir_t *folder = cache->folder ? os_opendir(cache->folder) : NULL;
	struct os_dirent *entry;
	struct dstr path = {0};
	while (folder && (entry = os_readdir(folder))) {
		if (entry->directory || !is_our_name(entry->d_name))
			continue;
		const char *rest = entry->d_name + NAME_DIGITS;
		dstr_printf(&path, "%s/%s", cache->folder, entry->d_name);
		struct stat info;
		if (strcmp(rest, SUFFIX "." TEMPORARY) == 0) {
			os_unlink(path.array);
		} else if (strcmp(rest, SUFFIX) == 0 && os_stat(path.array, &info) == 0) {
			struct file *file = da_push_back_new(cache->files);
			memcpy(file->name, entry->d_name, NAME_DIGITS);
			file->size = (uint64_t)info.st_size;
			file->used_s = (int64_t)info.st_mtime;
			cache->total += file->size;
		}
	}
	if (folder)
		os_closedir(folder);
	dstr_free(&path);
}

static struct file *find_file(struct lx_picture_cache *cache, const char *name)
{
	for (size_t i = 0; i < cache->files.num; i++)
		if (memcmp(cache->files.array[i].name, name, NAME_DIGITS) == 0)
			return &cache->files.array[i];
	return NULL;
}

static void remove_file(struct lx_picture_cache *cache, struct file *file)
{
	struct dstr path = {0};
	path_of(cache, file->name, &path);
	os_unlink(path.array);
	dstr_free(&path);
	cache->total -= file->size;
	*file = cache->files.array[cache->files.num - 1];
	da_pop_back(cache->files);
}

static int by_age(const void *a, const void *b)
{
	int64_t left = ((const struct file *)a)->used_s, right = ((const struct file *)b)->used_s;
	return left < right ? -1 : left > right;
}

/* A tenth more than needed, so that not every new picture sorts the whole list. */
static void make_room(struct lx_picture_cache *cache, uint64_t size)
{
	if (cache->total + size <= cache->cap)
		return;
	uint64_t target = cache->cap - cache->cap / 10;
	qsort(cache->files.array, cache->files.num, sizeof(struct file), by_age);
	struct dstr path = {0};
	size_t gone = 0;
	for (; gone < cache->files.num && cache->total + size > target; gone++) {
		path_of(cache, cache->files.array[gone].name, &path);
		os_unlink(path.array);
		cache->total -= cache->files.array[gone].size;
	}
	if (gone)
		da_erase_range(cache->files, 0, gone);
	dstr_free(&path);
}

static void store(struct lx_picture_cache *cache, const char *url, const void *bytes, size_t size)
{
	size_t url_size = strlen(url);
	size_t total = HEADER_SIZE + url_size + size;
	if (!cache->folder || total > cache->cap)
		return;
	char name[NAME_DIGITS + 1];
	name_of(url, name);
	struct file *old = find_file(cache, name);
	if (old)
		remove_file(cache, old);
	make_room(cache, total);

	uint8_t *content = bmalloc(total);
	memcpy(content, magic, sizeof(magic));
	put_number(content + 8, url_size, 4);
	put_number(content + 12, size, 4);
	put_number(content + 16, checksum(bytes, size), 8);
	memcpy(content + HEADER_SIZE, url, url_size);
	memcpy(content + HEADER_SIZE + url_size, bytes, size);
	struct dstr path = {0};
	path_of(cache, name, &path);
	bool ok = os_mkdirs(cache->folder) != MKDIR_ERROR &&
		  os_quick_write_utf8_file_safe(path.array, (const char *)content, total, false, TEMPORARY, NULL);
	dstr_free(&path);
	bfree(content);
	if (!ok) {
		if (!cache->complained)
			blog(LOG_WARNING, "[liveXtrem] pictures cannot be kept in %s", cache->folder);
		cache->complained = true;
		return;
	}
	struct file *file = da_push_back_new(cache->files);
	memcpy(file->name, name, NAME_DIGITS);
	file->size = total;
	file->used_s = now_s(cache);
	cache->total += total;
}

/* The whole file, if it is not larger than one of ours can be. */
static uint8_t *read_file(const char *path, size_t *size)
{
	FILE *stream = os_fopen(path, "rb");
	if (!stream)
		return NULL;
	int64_t length = os_fgetsize(stream);
	uint8_t *content = NULL;
	if (length > HEADER_SIZE && length <= (int64_t)LX_PICTURE_MAX_BYTES + 65536) {
		content = bmalloc((size_t)length);
		if (fread(content, 1, (size_t)length, stream) != (size_t)length) {
			bfree(content);
			content = NULL;
		}
		*size = (size_t)length;
	}
	fclose(stream);
	return content;
}

static bool take_apart(const uint8_t *content, size_t size, const char *url, struct lx_picture *picture)
{
	size_t url_size = strlen(url);
	if (memcmp(content, magic, sizeof(magic)) != 0 || take_number(content + 8, 4) != url_size ||
	    size < HEADER_SIZE + url_size || memcmp(content + HEADER_SIZE, url, url_size) != 0)
		return false;
	picture->bytes = content + HEADER_SIZE + url_size;
	picture->size = size - HEADER_SIZE - url_size;
	return take_number(content + 12, 4) == picture->size &&
	       take_number(content + 16, 8) == checksum(picture->bytes, picture->size) &&
	       lx_picture_probe(picture->bytes, picture->size, &picture->info) && lx_picture_size_fits(&picture->info);
}

/* False when it is not there, or damaged, in which case it is removed. */
static bool answer_from_disk(const struct wish *wish)
{
	struct lx_picture_cache *cache = wish->cache;
	char name[NAME_DIGITS + 1];
	name_of(wish->url, name);
	struct file *file = find_file(cache, name);
	if (!file)
		return false;
	struct dstr path = {0};
	path_of(cache, name, &path);
	size_t size = 0;
	uint8_t *content = read_file(path.array, &size);
	struct lx_picture picture = {.from_disk = true};
	bool ok = content && take_apart(content, size, wish->url, &picture);
	if (!ok) {
		remove_file(cache, file);
	} else if (now_s(cache) - file->used_s > TOUCH_AFTER_S) {
		file->used_s = now_s(cache);
		lx_file_touch(path.array);
	}
	if (ok)
		wish->done(&picture, wish->data);
	bfree(content);
	dstr_free(&path);
	return ok;
}

/* --- wishes ------------------------------------------------------------------------------------------------------ */

static void free_wish(struct wish *wish)
{
	bfree(wish->url);
	bfree(wish);
}

static struct wish *take_first(wishes_t *wishes)
{
	struct wish *wish = wishes->array[0];
	da_erase(*wishes, 0);
	return wish;
}

static struct wish *take_last(wishes_t *wishes)
{
	struct wish *wish = wishes->array[wishes->num - 1];
	da_pop_back(*wishes);
	return wish;
}

static void fail(struct wish *wish, enum lx_picture_error error)
{
	struct lx_picture picture = {.error = error};
	wish->done(&picture, wish->data);
	free_wish(wish);
}

static enum lx_picture_error judge(const struct lx_http_response *response, struct lx_picture_info *info)
{
	if (response->error == LX_HTTP_CANCELLED)
		return LX_PICTURE_DROPPED;
	if (response->error == LX_HTTP_TOO_LARGE || response->error == LX_HTTP_REFUSED)
		return LX_PICTURE_REFUSED;
	if (response->error != LX_HTTP_OK || response->status == 429 || response->status >= 500)
		return LX_PICTURE_UNREACHABLE;
	const char *type = lx_http_header(response, "content-type");
	if (response->status != 200 || !type || strncmp(type, "image/", 6) != 0)
		return LX_PICTURE_REFUSED;
	if (!lx_picture_probe(response->body, response->body_size, info) || !lx_picture_size_fits(info))
		return LX_PICTURE_REFUSED;
	return LX_PICTURE_OK;
}

static void start_some(struct lx_picture_cache *cache);

static void on_answer(const struct lx_http_response *response, void *data)
{
	struct wish *wish = data;
	struct lx_picture_cache *cache = wish->cache;
	struct lx_picture picture = {0};
	picture.error = judge(response, &picture.info);
	if (picture.error == LX_PICTURE_OK) {
		picture.bytes = response->body;
		picture.size = response->body_size;
		store(cache, wish->url, picture.bytes, picture.size);
	}
	wish->done(&picture, wish->data);
	free_wish(wish);
	cache->running--;
	start_some(cache);
}

static void start_some(struct lx_picture_cache *cache)
{
	while (!cache->closing && cache->running < LX_PICTURE_MAX_RUNNING && cache->waiting.num) {
		struct wish *wish = take_last(&cache->waiting);
		uint64_t id = lx_http_send(cache->http,
					   &(struct lx_http_request){
						   .method = "GET",
						   .url = wish->url,
						   .timeout_ms = TIMEOUT_MS,
						   .max_size = LX_PICTURE_MAX_BYTES,
					   },
					   on_answer, wish);
		if (id)
			cache->running++;
		else
			fail(wish, LX_PICTURE_DROPPED);
	}
}

static void work_soon(struct lx_picture_cache *cache);

/* One picture a turn: between two turns the loop can be stopped. */
static void on_work(void *data)
{
	struct lx_picture_cache *cache = data;
	cache->timer = 0;
	scan(cache);
	struct wish *wish = take_last(&cache->fresh);
	if (answer_from_disk(wish)) {
		free_wish(wish);
	} else {
		da_push_back(cache->waiting, &wish);
		start_some(cache);
		if (cache->waiting.num > LX_PICTURE_MAX_WAITING)
			fail(take_first(&cache->waiting), LX_PICTURE_DROPPED);
	}
	work_soon(cache);
}

static void work_soon(struct lx_picture_cache *cache)
{
	if (cache->fresh.num && !cache->timer)
		cache->timer = lx_loop_after(cache->loop, 0, on_work, cache);
}

static void on_wish(void *data)
{
	struct wish *wish = data;
	struct lx_picture_cache *cache = wish->cache;
	da_push_back(cache->fresh, &wish);
	if (cache->fresh.num > LX_PICTURE_MAX_WAITING)
		fail(take_first(&cache->fresh), LX_PICTURE_DROPPED);
	work_soon(cache);
}

static void on_forget(void *data)
{
	struct wish *wish = data;
	char name[NAME_DIGITS + 1];
	scan(wish->cache);
	name_of(wish->url, name);
	struct file *file = find_file(wish->cache, name);
	if (file)
		remove_file(wish->cache, file);
	free_wish(wish);
}

static void on_dropped(void *data)
{
	struct wish *wish = data;
	if (wish->done)
		fail(wish, LX_PICTURE_DROPPED);
	else
		free_wish(wish);
}

static void post(struct lx_picture_cache *cache, lx_loop_task task, const char *url, lx_picture_done done, void *data)
{
	struct wish *wish = bzalloc(sizeof(*wish));
	wish->cache = cache;
	wish->url = bstrdup(url);
	wish->done = done;
	wish->data = data;
	lx_loop_post(cache->loop, task, on_dropped, wish);
}

void lx_picture_cache_get(struct lx_picture_cache *cache, const char *url, lx_picture_done done, void *data)
{
	post(cache, on_wish, url, done, data);
}

void lx_picture_cache_forget(struct lx_picture_cache *cache, const char *url)
{
	post(cache, on_forget, url, NULL, NULL);
}

uint64_t lx_picture_cache_size(const struct lx_picture_cache *cache)
{
	return cache->total;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

struct lx_picture_cache *lx_picture_cache_create(const struct lx_picture_cache_config *config)
{
	struct lx_picture_cache *cache = bzalloc(sizeof(*cache));
	cache->loop = config->loop;
	cache->http = config->http;
	cache->folder = config->folder && config->cap_bytes ? bstrdup(config->folder) : NULL;
	cache->cap = config->cap_bytes;
	return cache;
}

void lx_picture_cache_destroy(struct lx_picture_cache *cache)
{
	if (!cache)
		return;
	cache->closing = true;
	lx_loop_cancel(cache->loop, cache->timer);
	while (cache->fresh.num)
		fail(take_last(&cache->fresh), LX_PICTURE_DROPPED);
	while (cache->waiting.num)
		fail(take_last(&cache->waiting), LX_PICTURE_DROPPED);
	da_free(cache->fresh);
	da_free(cache->waiting);
	da_free(cache->files);
	bfree(cache->folder);
	bfree(cache);
}
