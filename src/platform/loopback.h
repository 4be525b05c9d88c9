/*
 * Sockets that listen on a loopback address: nobody but this machine's own programs can reach them.
 *
 * Threads: any, after Winsock was started (curl does so).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Listens on `*port` (0: any, then the one that was given is written there) of 127.0.0.1 or ::1, without waiting in accept
 * and not inherited by other programs. False when the port is taken or there is no such address; `*handle` (an int, on Windows
 * a SOCKET) is the caller's otherwise.
 */
bool lx_loopback_listen(bool ipv6, uint16_t *port, intptr_t *handle);
void lx_loopback_close(intptr_t handle);
