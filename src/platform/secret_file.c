/*
 * Secrets in one JSON file, { "key": "value" }, for people without a secret store who asked for it.
 */
#include "platform/secret_backend.h"

#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

#include "platform/file_lock.h"
#include "platform/private_file.h"
#include "platform/secret_json.h"

#define LOCK_RETRY_MS 10
#define LOCK_PATIENCE_MS 2000

struct file_backend {
	struct lx_secret_backend base;
	char *path, *lock_path;
};

/* NULL only when there is a file that cannot be read. One that is no JSON is kept beside the new one. */
static cJSON *load(struct file_backend *self)
{
	char *text = NULL;
	switch (lx_private_file_read(self->path, &text)) {
	case LX_PRIVATE_FILE_NONE:
		return cJSON_CreateObject();
	case LX_PRIVATE_FILE_FAILED:
		return NULL;
	case LX_PRIVATE_FILE_OK:
		break;
	}
	cJSON *json = cJSON_Parse(text);
	lx_secret_free(text);
	if (cJSON_IsObject(json))
		return json;
	lx_secret_json_delete(json);
	struct dstr broken = {0};
	dstr_printf(&broken, "%s.broken", self->path);
	os_rename(self->path, broken.array);
	dstr_free(&broken);
	return cJSON_CreateObject();
}

static bool save(struct file_backend *self, const cJSON *json)
{
	char *text = cJSON_Print(json);
	bool saved = text && lx_private_file_write(self->path, text, strlen(text));
	if (text)
		lx_secret_wipe(text, strlen(text));
	cJSON_free(text);
	return saved;
}

/* Two programs that change different secrets must not undo each other's work. */
static struct lx_file_lock *lock(struct file_backend *self)
{
	struct lx_file_lock *held = NULL;
	for (int waited = 0; waited < LOCK_PATIENCE_MS; waited += LOCK_RETRY_MS) {
		if (lx_file_lock_try(self->lock_path, &held) != LX_FILE_LOCK_BUSY)
			break;
		os_sleep_ms(LOCK_RETRY_MS);
	}
	return held;
}

static enum lx_secret_result get(struct lx_secret_backend *base, const char *key, char **value, uint32_t deadline_ms)
{
	(void)deadline_ms;
	struct file_backend *self = (struct file_backend *)base;
	cJSON *json = load(self);
	if (!json)
		return LX_SECRET_UNREACHABLE;
	const char *found = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));
	*value = bstrdup(found);
	lx_secret_json_delete(json);
	return *value ? LX_SECRET_OK : LX_SECRET_NONE;
}

/* `value` NULL removes. */
static enum lx_secret_result change(struct file_backend *self, const char *key, const char *value)
{
	struct lx_file_lock *held = lock(self);
	if (!held)
		return LX_SECRET_UNREACHABLE;
	enum lx_secret_result result = LX_SECRET_UNREACHABLE;
	cJSON *json = load(self);
	if (json) {
		cJSON *old = cJSON_DetachItemFromObjectCaseSensitive(json, key);
		if (value)
			cJSON_AddStringToObject(json, key, value);
		if (!old && !value)
			result = LX_SECRET_NONE;
		else if (save(self, json))
			result = LX_SECRET_OK;
		lx_secret_json_delete(old);
		lx_secret_json_delete(json);
	}
	lx_file_lock_release(held);
	return result;
}

static enum lx_secret_result set(struct lx_secret_backend *base, const char *key, const char *value,
				 uint32_t deadline_ms)
{
	(void)deadline_ms;
	return change((struct file_backend *)base, key, value);
}

static enum lx_secret_result remove_secret(struct lx_secret_backend *base, const char *key, uint32_t deadline_ms)
{
	(void)deadline_ms;
	return change((struct file_backend *)base, key, NULL);
}

static void cancel(struct lx_secret_backend *self)
{
	(void)self;
}

static void destroy(struct lx_secret_backend *base)
{
	struct file_backend *self = (struct file_backend *)base;
	bfree(self->path);
	bfree(self->lock_path);
	bfree(self);
}

struct lx_secret_backend *lx_secret_backend_create_file(const char *path)
{
	struct file_backend *self = bzalloc(sizeof(*self));
	self->base = (struct lx_secret_backend){"file", get, set, remove_secret, cancel, destroy};
	self->path = bstrdup(path);
	struct dstr lock_path = {0};
	dstr_printf(&lock_path, "%s.lock", path);
	self->lock_path = lock_path.array;
	return &self->base;
}
