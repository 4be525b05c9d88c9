/*
 * Opens a page in the user's browser. Never through a shell; https addresses only, or http on loopback.
 *
 * Threads: any; does not wait for the browser.
 */
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Whether lx_browser_open() would pass this address on. */
bool lx_browser_accepts(const char *url);
/* False when the address is not accepted or nothing could be started; that a page appears nobody can promise. */
bool lx_browser_open(const char *url);

#ifdef __cplusplus
}
#endif
