/*
 * Standard streams as streams of bytes, for the command line tool.
 *
 * Threads: standard input is read by one thread only, which waits there as long as nothing comes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* No translation of line ends on standard input and output (Windows does that by default). */
void lx_stdio_set_binary(void);

/* Waits for something on standard input and reads what is there. 0 at the end of input or on error. */
size_t lx_stdio_read(void *bytes, size_t size);

/*
 * Reads one line of at most size - 1 bytes from standard input; what is typed at a terminal does not show. The line end is
 * taken off. False at the end of input.
 */
bool lx_stdio_read_secret(char *line, size_t size);

#ifdef __cplusplus
}
#endif
