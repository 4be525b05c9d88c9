/*
 * Pins: the message that is pinned above the chat, told as LX_EVENT_PIN. No event of Twitch's tells of it, so the web API is asked,
 * every half minute and only while somebody looks (lx_pins_demand()) and may ask at all.
 *
 * Threads: every function from any thread, none waits, but destroy: on the loop's thread or after it stopped. Events come on
 * the loop's thread.
 * Ownership: what the config points to must outlive the pins.
 */
#pragma once

#include "bus/bus.h"
#include "net/loop.h"
#include "twitch/helix.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_pins;

struct lx_pins_config {
	struct lx_loop *loop; /* of helix */
	struct lx_helix *helix;
	struct lx_bus *bus;
};

struct lx_pins *lx_pins_create(const struct lx_pins_config *config);
void lx_pins_destroy(struct lx_pins *pins); /* NULL is accepted */
/* Gives the procedure "get_pin" its meaning. */
void lx_pins_bind(struct lx_pins *pins, struct lx_bus *bus);

/* The channel that is read; "" = none, or its id is not known yet. */
void lx_pins_set_channel(struct lx_pins *pins, const char *room_id, const char *login);
/* Somebody looks, and will for two minutes. */
void lx_pins_demand(struct lx_pins *pins);
/* It has changed: asks at once, if anybody looks. */
void lx_pins_refresh(struct lx_pins *pins);

#ifdef __cplusplus
}
#endif
