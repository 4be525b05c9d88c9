#include "platform/private_file.h"

#include <stdio.h>
#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/platform.h>

#define MAX_SIZE (1024 * 1024)

static char *temporary_path(const char *path)
{
	size_t size = strlen(path) + sizeof(".new");
	char *temporary = bmalloc(size);
	snprintf(temporary, size, "%s.new", path);
	return temporary;
}

#ifdef _WIN32

#include <windows.h>

static HANDLE open_wide(const char *path, DWORD access, DWORD disposition)
{
	wchar_t *wide = NULL;
	os_utf8_to_wcs_ptr(path, 0, &wide);
	HANDLE file = CreateFileW(wide, access, FILE_SHARE_READ, NULL, disposition, FILE_ATTRIBUTE_NORMAL, NULL);
	bfree(wide);
	return file;
}

static bool replace(const char *from, const char *to)
{
	wchar_t *wide_from = NULL, *wide_to = NULL;
	os_utf8_to_wcs_ptr(from, 0, &wide_from);
	os_utf8_to_wcs_ptr(to, 0, &wide_to);
	bool moved = MoveFileExW(wide_from, wide_to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH);
	bfree(wide_to);
	bfree(wide_from);
	return moved;
}

bool lx_private_file_write(const char *path, const void *bytes, size_t size)
{
	char *temporary = temporary_path(path);
	HANDLE file = open_wide(temporary, GENERIC_WRITE, CREATE_ALWAYS);
	bool written = false;
	if (file != INVALID_HANDLE_VALUE) {
		DWORD count = 0;
		written = WriteFile(file, bytes, (DWORD)size, &count, NULL) && count == size && FlushFileBuffers(file);
		CloseHandle(file);
		written = written && replace(temporary, path);
		if (!written)
			os_unlink(temporary);
	}
	bfree(temporary);
	return written;
}

enum lx_private_file_result lx_private_file_read(const char *path, char **text)
{
	*text = NULL;
	HANDLE file = open_wide(path, GENERIC_READ, OPEN_EXISTING);
	if (file == INVALID_HANDLE_VALUE)
		return os_file_exists(path) ? LX_PRIVATE_FILE_FAILED : LX_PRIVATE_FILE_NONE;
	LARGE_INTEGER size;
	DWORD count = 0;
	if (GetFileSizeEx(file, &size) && size.QuadPart <= MAX_SIZE) {
		*text = bzalloc((size_t)size.QuadPart + 1);
		if (!ReadFile(file, *text, (DWORD)size.QuadPart, &count, NULL) || count != size.QuadPart) {
			bfree(*text);
			*text = NULL;
		}
	}
	CloseHandle(file);
	return *text ? LX_PRIVATE_FILE_OK : LX_PRIVATE_FILE_FAILED;
}

#else

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int file, const char *bytes, size_t size)
{
	while (size) {
		ssize_t count = write(file, bytes, size);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		bytes += count;
		size -= (size_t)count;
	}
	return true;
}

/* Without this the renaming itself may be lost when the machine fails. */
static void sync_folder(const char *path)
{
	char *folder = bstrdup(path);
	char *slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = 0;
	int file = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file >= 0) {
		fsync(file);
		close(file);
	}
	bfree(folder);
}

bool lx_private_file_write(const char *path, const void *bytes, size_t size)
{
	char *temporary = temporary_path(path);
	/* What an interrupted run left behind; a link somebody put there is not followed. */
	unlink(temporary);
	int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool written = false;
	if (file >= 0) {
		written = write_all(file, bytes, size) && fsync(file) == 0;
		written = close(file) == 0 && written;
		written = written && rename(temporary, path) == 0;
		if (written)
			sync_folder(path);
		else
			unlink(temporary);
	}
	bfree(temporary);
	return written;
}

static char *read_all(int file)
{
	struct stat status;
	if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > MAX_SIZE)
		return NULL;
	if (status.st_mode & 077)
		fchmod(file, 0600);
	size_t size = (size_t)status.st_size, read_size = 0;
	char *text = bzalloc(size + 1);
	while (read_size < size) {
		ssize_t count = read(file, text + read_size, size - read_size);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0) {
			bfree(text);
			return NULL;
		}
		read_size += (size_t)count;
	}
	return text;
}

enum lx_private_file_result lx_private_file_read(const char *path, char **text)
{
	*text = NULL;
	int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (file < 0)
		return errno == ENOENT ? LX_PRIVATE_FILE_NONE : LX_PRIVATE_FILE_FAILED;
	*text = read_all(file);
	close(file);
	return *text ? LX_PRIVATE_FILE_OK : LX_PRIVATE_FILE_FAILED;
}

#endif
