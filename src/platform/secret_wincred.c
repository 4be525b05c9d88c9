/*
 * Windows Credential Manager: generic credentials of the user. Its calls answer at once and cannot be cancelled.
 * Written after Microsoft's documentation; not run on the systems the project is tested on.
 */
#include "platform/secret_backend.h"

#include <windows.h>
#include <wincred.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/platform.h>

/* "liveXtrem:<key>" as the credential's name; freed with bfree(). */
static wchar_t *target_name(const char *key)
{
	const char prefix[] = "liveXtrem:";
	size_t size = sizeof(prefix) + strlen(key);
	char *name = bmalloc(size);
	snprintf(name, size, "%s%s", prefix, key);
	wchar_t *wide = NULL;
	os_utf8_to_wcs_ptr(name, 0, &wide);
	bfree(name);
	return wide;
}

static enum lx_secret_result last_result(void)
{
	DWORD error = GetLastError();
	if (error == ERROR_NOT_FOUND)
		return LX_SECRET_NONE;
	blog(LOG_INFO, "[liveXtrem] secret store: Windows error %lu", (unsigned long)error);
	return LX_SECRET_UNREACHABLE;
}

static enum lx_secret_result get(struct lx_secret_backend *self, const char *key, char **value, uint32_t deadline_ms)
{
	(void)self;
	(void)deadline_ms;
	wchar_t *target = target_name(key);
	PCREDENTIALW credential = NULL;
	enum lx_secret_result result = LX_SECRET_OK;
	if (CredReadW(target, CRED_TYPE_GENERIC, 0, &credential)) {
		*value = bmalloc((size_t)credential->CredentialBlobSize + 1);
		memcpy(*value, credential->CredentialBlob, credential->CredentialBlobSize);
		(*value)[credential->CredentialBlobSize] = 0;
		lx_secret_wipe(credential->CredentialBlob, credential->CredentialBlobSize);
		CredFree(credential);
	} else {
		result = last_result();
	}
	bfree(target);
	return result;
}

/* A credential holds at most CRED_MAX_CREDENTIAL_BLOB_SIZE bytes; a sign-in with every scope there is takes about 2000. */
static enum lx_secret_result set(struct lx_secret_backend *self, const char *key, const char *value,
				 uint32_t deadline_ms)
{
	(void)self;
	(void)deadline_ms;
	wchar_t *target = target_name(key);
	CREDENTIALW credential = {
		.Type = CRED_TYPE_GENERIC,
		.TargetName = target,
		.CredentialBlobSize = (DWORD)strlen(value),
		.CredentialBlob = (LPBYTE)value,
		.Persist = CRED_PERSIST_LOCAL_MACHINE,
	};
	bool written = CredWriteW(&credential, 0);
	enum lx_secret_result result = written ? LX_SECRET_OK : last_result();
	bfree(target);
	/* Whatever the reason: nothing was written. */
	return result == LX_SECRET_OK ? result : LX_SECRET_UNREACHABLE;
}

static enum lx_secret_result remove_secret(struct lx_secret_backend *self, const char *key, uint32_t deadline_ms)
{
	(void)self;
	(void)deadline_ms;
	wchar_t *target = target_name(key);
	bool removed = CredDeleteW(target, CRED_TYPE_GENERIC, 0);
	enum lx_secret_result result = removed ? LX_SECRET_OK : last_result();
	bfree(target);
	return result;
}

static void cancel(struct lx_secret_backend *self)
{
	(void)self;
}

static void destroy(struct lx_secret_backend *self)
{
	bfree(self);
}

struct lx_secret_backend *lx_secret_backend_create_system(void)
{
	struct lx_secret_backend *self = bzalloc(sizeof(*self));
	*self = (struct lx_secret_backend){"store", get, set, remove_secret, cancel, destroy};
	return self;
}
