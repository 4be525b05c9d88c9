/*
 * The bus as an obs-websocket vendor, for decks, bots and anything else that speaks obs-websocket: vendor "livextrem", one request
 * for each procedure ("ban" for livextrem_ban, same parameters) and one event for each signal, plain chat lines and
 * memberships excepted (too many, and OBS would serialise each of them whether anybody listens or not).
 *
 * Threads: create in obs_module_post_load(), destroy at EXIT, both on the UI thread. Requests run on obs-websocket's threads and
 * never wait for the UI.
 */
#pragma once

#include "bus/bus.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_vendor;

/* Requests go to OBS's own procedures. NULL when obs-websocket is not there: everything else works without it. */
struct lx_vendor *lx_vendor_create(signal_handler_t *signals);
void lx_vendor_destroy(struct lx_vendor *vendor);

#ifdef __cplusplus
}
#endif
