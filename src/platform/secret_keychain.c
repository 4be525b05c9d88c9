/*
 * macOS Keychain: generic passwords of the service "liveXtrem" in the user's keychain. Its calls cannot be cancelled; one that
 * waits for the user is left behind when the store goes.
 * Written after Apple's documentation; not run on the systems the project is tested on.
 */
#include "platform/secret_backend.h"

#include <CoreFoundation/CoreFoundation.h>
#include <Security/Security.h>

#include <util/base.h>
#include <util/bmem.h>

static CFMutableDictionaryRef query_for(const char *key)
{
	CFMutableDictionaryRef query =
		CFDictionaryCreateMutable(NULL, 0, &kCFTypeDictionaryKeyCallBacks, &kCFTypeDictionaryValueCallBacks);
	CFStringRef account = CFStringCreateWithCString(NULL, key, kCFStringEncodingUTF8);
	CFDictionarySetValue(query, kSecClass, kSecClassGenericPassword);
	CFDictionarySetValue(query, kSecAttrService, CFSTR("liveXtrem"));
	CFDictionarySetValue(query, kSecAttrAccount, account);
	CFRelease(account);
	return query;
}

static enum lx_secret_result result_of(OSStatus status)
{
	if (status == errSecSuccess)
		return LX_SECRET_OK;
	if (status == errSecItemNotFound)
		return LX_SECRET_NONE;
	blog(LOG_INFO, "[liveXtrem] secret store: macOS error %d", (int)status);
	return LX_SECRET_UNREACHABLE;
}

static enum lx_secret_result get(struct lx_secret_backend *self, const char *key, char **value, uint32_t deadline_ms)
{
	(void)self;
	(void)deadline_ms;
	CFMutableDictionaryRef query = query_for(key);
	CFDictionarySetValue(query, kSecReturnData, kCFBooleanTrue);
	CFDictionarySetValue(query, kSecMatchLimit, kSecMatchLimitOne);
	CFTypeRef found = NULL;
	enum lx_secret_result result = result_of(SecItemCopyMatching(query, &found));
	CFRelease(query);
	if (result == LX_SECRET_OK && found) {
		CFDataRef data = found;
		size_t size = (size_t)CFDataGetLength(data);
		*value = bmalloc(size + 1);
		memcpy(*value, CFDataGetBytePtr(data), size);
		(*value)[size] = 0;
	}
	if (found)
		CFRelease(found);
	return result;
}

static enum lx_secret_result set(struct lx_secret_backend *self, const char *key, const char *value,
				 uint32_t deadline_ms)
{
	(void)self;
	(void)deadline_ms;
	CFDataRef data = CFDataCreate(NULL, (const UInt8 *)value, (CFIndex)strlen(value));
	CFMutableDictionaryRef query = query_for(key);
	CFMutableDictionaryRef change =
		CFDictionaryCreateMutable(NULL, 0, &kCFTypeDictionaryKeyCallBacks, &kCFTypeDictionaryValueCallBacks);
	CFDictionarySetValue(change, kSecValueData, data);
	OSStatus status = SecItemUpdate(query, change);
	if (status == errSecItemNotFound) {
		CFDictionarySetValue(query, kSecValueData, data);
		status = SecItemAdd(query, NULL);
	}
	CFRelease(change);
	CFRelease(query);
	CFRelease(data);
	return result_of(status) == LX_SECRET_OK ? LX_SECRET_OK : LX_SECRET_UNREACHABLE;
}

static enum lx_secret_result remove_secret(struct lx_secret_backend *self, const char *key, uint32_t deadline_ms)
{
	(void)self;
	(void)deadline_ms;
	CFMutableDictionaryRef query = query_for(key);
	enum lx_secret_result result = result_of(SecItemDelete(query));
	CFRelease(query);
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
