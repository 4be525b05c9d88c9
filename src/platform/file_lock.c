#include "platform/file_lock.h"

#include <util/bmem.h>
#include <util/platform.h>

#ifdef _WIN32

#include <windows.h>

struct lx_file_lock {
	HANDLE file;
};

enum lx_file_lock_result lx_file_lock_try(const char *path, struct lx_file_lock **lock)
{
	*lock = NULL;
	wchar_t *wide = NULL;
	os_utf8_to_wcs_ptr(path, 0, &wide);
	/* No sharing is the lock. */
	HANDLE file =
		CreateFileW(wide, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
	DWORD error = GetLastError();
	bfree(wide);
	if (file == INVALID_HANDLE_VALUE)
		return error == ERROR_SHARING_VIOLATION ? LX_FILE_LOCK_BUSY : LX_FILE_LOCK_UNUSABLE;
	*lock = bmalloc(sizeof(**lock));
	(*lock)->file = file;
	return LX_FILE_LOCK_TAKEN;
}

void lx_file_lock_release(struct lx_file_lock *lock)
{
	if (!lock)
		return;
	CloseHandle(lock->file);
	bfree(lock);
}

#else

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

struct lx_file_lock {
	int file;
};

enum lx_file_lock_result lx_file_lock_try(const char *path, struct lx_file_lock **lock)
{
	*lock = NULL;
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0)
		return LX_FILE_LOCK_UNUSABLE;
	if (flock(file, LOCK_EX | LOCK_NB) != 0) {
		enum lx_file_lock_result result = errno == EWOULDBLOCK ? LX_FILE_LOCK_BUSY : LX_FILE_LOCK_UNUSABLE;
		close(file);
		return result;
	}
	*lock = bmalloc(sizeof(**lock));
	(*lock)->file = file;
	return LX_FILE_LOCK_TAKEN;
}

void lx_file_lock_release(struct lx_file_lock *lock)
{
	if (!lock)
		return;
	close(lock->file);
	bfree(lock);
}

#endif
