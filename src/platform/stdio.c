#include "platform/stdio.h"

/* Byte by byte, so that what follows the line stays for others to read. */
static bool read_line(char *line, size_t size)
{
	size_t length = 0;
	char c = 0;
	while (lx_stdio_read(&c, 1) == 1 && c != '\n') {
		if (c != '\r' && length + 1 < size)
			line[length++] = c;
	}
	line[length] = 0;
	return length || c == '\n';
}

#ifdef _WIN32

/* Written for Windows, never run there yet. */
#include <fcntl.h>
#include <io.h>
#include <windows.h>

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

bool lx_stdio_read_secret(char *line, size_t size)
{
	HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
	DWORD mode = 0;
	bool terminal = GetConsoleMode(input, &mode);
	if (terminal)
		SetConsoleMode(input, mode & ~(DWORD)ENABLE_ECHO_INPUT);
	bool got = read_line(line, size);
	if (terminal)
		SetConsoleMode(input, mode);
	return got;
}

#else

#include <errno.h>
#include <termios.h>
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

bool lx_stdio_read_secret(char *line, size_t size)
{
	struct termios shown, hidden;
	bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0;
	if (terminal) {
		hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	}
	bool got = read_line(line, size);
	if (terminal)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	return got;
}

#endif
