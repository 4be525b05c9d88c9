#include "platform/stdio.h"

#ifdef _WIN32

/* Written for Windows, never run there yet. */
#include <fcntl.h>
#include <io.h>

void lx_stdio_set_binary(void)
{
	_setmode(0, _O_BINARY);
	_setmode(1, _O_BINARY);
}

size_t lx_stdio_read(void *bytes, size_t size)
{
	int got = _read(0, bytes, size > 1 << 20 ? 1 << 20 : (unsigned int)size);
	return got > 0 ? (size_t)got : 0;
}

#else

#include <errno.h>
#include <unistd.h>

void lx_stdio_set_binary(void) {}

size_t lx_stdio_read(void *bytes, size_t size)
{
	ssize_t got;
	do {
		got = read(STDIN_FILENO, bytes, size);
	} while (got < 0 && errno == EINTR);
	return got > 0 ? (size_t)got : 0;
}

#endif
