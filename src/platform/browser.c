#include "platform/browser.h"

#include <string.h>

#include <util/bmem.h>
#include <util/platform.h>
#include <util/threading.h>

#include "net/http.h"

#define MAX_URL 8192

bool lx_browser_accepts(const char *url)
{
	if (!url || strlen(url) > MAX_URL)
		return false;
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return false;
	/* Only characters that RFC 3986 allows in an address: nothing any program could take for something else. */
	const char allowed[] = "-._~:/?#[]@!$&'()*+,;=%";
	for (const char *at = url; *at; at++) {
		bool alphanumeric = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
				    (*at >= '0' && *at <= '9');
		if (!alphanumeric && !strchr(allowed, *at))
			return false;
	}
	return lx_url_allowed(url);
}

#ifdef _WIN32

#include <windows.h>
#include <shellapi.h>

bool lx_browser_open(const char *url)
{
	if (!lx_browser_accepts(url))
		return false;
	wchar_t *wide = NULL;
	os_utf8_to_wcs_ptr(url, 0, &wide);
	HINSTANCE result = ShellExecuteW(NULL, L"open", wide, NULL, NULL, SW_SHOWNORMAL);
	bfree(wide);
	return (INT_PTR)result > 32;
}

#else

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#ifdef __APPLE__
#define OPENER "open"
#else
#define OPENER "xdg-open"
#endif

extern char **environ;

/* Takes the exit status of the opener, which may live as long as the browser. */
static void *reap(void *data)
{
	pid_t child = (pid_t)(intptr_t)data;
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return NULL;
}

bool lx_browser_open(const char *url)
{
	if (!lx_browser_accepts(url))
		return false;

	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	for (int stream = 0; stream < 3; stream++)
		posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
	char *arguments[] = {(char *)OPENER, (char *)url, NULL};
	pid_t child = 0;
	bool started = posix_spawnp(&child, OPENER, &actions, NULL, arguments, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);

	pthread_t reaper;
	if (started && pthread_create(&reaper, NULL, reap, (void *)(intptr_t)child) == 0)
		pthread_detach(reaper);
	return started;
}

#endif
