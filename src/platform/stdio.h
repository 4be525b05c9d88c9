/*
 * Standard streams as streams of bytes, for the command line tool.
 */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* No translation of line ends on standard input and output (Windows does that by default). */
void lx_stdio_set_binary(void);

/* Waits for something on standard input and reads what is there. 0 at the end of input or on error. */
size_t lx_stdio_read(void *bytes, size_t size);

#ifdef __cplusplus
}
#endif
