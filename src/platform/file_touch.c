#include "platform/file_touch.h"

#ifdef _WIN32

#include <windows.h>

#include <util/bmem.h>
#include <util/platform.h>

/* Not run on the machines this is developed on. */
bool lx_file_touch(const char *path)
{
	wchar_t *wide = NULL;
	os_utf8_to_wcs_ptr(path, 0, &wide);
	HANDLE file = CreateFileW(wide, FILE_WRITE_ATTRIBUTES, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
				  FILE_ATTRIBUTE_NORMAL, NULL);
	bfree(wide);
	if (file == INVALID_HANDLE_VALUE)
		return false;
	FILETIME now;
	GetSystemTimeAsFileTime(&now);
	bool ok = SetFileTime(file, NULL, NULL, &now) != 0;
	CloseHandle(file);
	return ok;
}

#else

#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>

bool lx_file_touch(const char *path)
{
	return utimensat(AT_FDCWD, path, NULL, 0) == 0;
}

#endif
