/*
 * Preloaded into OBS, keeps it from finding one of its modules, the one whose file is named in LIVEXTREM_TEST_HIDE: OBS looks for
 * modules with glob(). Needs no rights and changes nothing on the disk.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* RTLD_NEXT */
#endif
#include <dlfcn.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

static int is_hidden(const char *path)
{
	const char *hidden = getenv("LIVEXTREM_TEST_HIDE"), *name = strrchr(path, '/');
	return hidden && name && strcmp(name + 1, hidden) == 0;
}

__attribute__((visibility("default"))) int glob(const char *pattern, int flags, int (*failed)(const char *, int),
						glob_t *result)
{
	static int (*next)(const char *, int, int (*)(const char *, int), glob_t *);
	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "glob");
	int status = next(pattern, flags, failed, result);
	if (status != 0)
		return status;
	char **paths = result->gl_pathv + result->gl_offs;
	size_t kept = 0;
	for (size_t i = 0; i < result->gl_pathc; i++) {
		if (is_hidden(paths[i]))
			free(paths[i]);
		else
			paths[kept++] = paths[i];
	}
	paths[kept] = NULL;
	result->gl_pathc = kept;
	return 0;
}
