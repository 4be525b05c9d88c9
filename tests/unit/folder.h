/* A folder of its own for one test, and files in it. */
#pragma once

#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

struct folder {
	char path[256];
	char file[300]; /* <path>/log.sqlite */
};

static inline void folder_make(struct folder *folder)
{
	const char *base = getenv("TMPDIR");
	snprintf(folder->path, sizeof(folder->path), "%s/livextrem-test-XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(folder->path))
		abort();
	snprintf(folder->file, sizeof(folder->file), "%s/log.sqlite", folder->path);
}

/* How many of its files have this in their names; `name` (may be NULL) gets the last one. */
static inline int folder_count(const struct folder *folder, const char *part, char *name)
{
	int count = 0;
	os_dir_t *dir = os_opendir(folder->path);
	struct os_dirent *entry;
	while (dir && (entry = os_readdir(dir))) {
		if (!strstr(entry->d_name, part))
			continue;
		count++;
		if (name)
			snprintf(name, 600, "%s/%s", folder->path, entry->d_name);
	}
	os_closedir(dir);
	return count;
}

static inline void folder_remove(struct folder *folder)
{
	os_dir_t *dir = os_opendir(folder->path);
	struct os_dirent *entry;
	while (dir && (entry = os_readdir(dir))) {
		char path[600];
		if (entry->directory)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder->path, entry->d_name);
		os_unlink(path);
	}
	os_closedir(dir);
	os_rmdir(folder->path);
}

static inline void folder_write(const char *path, const char *bytes, size_t size)
{
	FILE *file = os_fopen(path, "wb");
	if (!file || fwrite(bytes, 1, size, file) != size)
		abort();
	fclose(file);
}
