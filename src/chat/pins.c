#include "chat/pins.h"

#include <string.h>

#include <util/bmem.h>

#include "net/mailbox.h"

enum {
	DEMAND_MS = 120000,
	POLL_MS = 30000,
	LEAST_PAUSE_MS = 1000, /* between two questions, whatever happens */
};

/* A call under way; whose answer nobody wants any more has lost its owner. */
struct asked {
	struct lx_pins *pins;
};

/* Everything but `config` and `mailbox` on the loop's thread only. */
struct lx_pins {
	struct lx_pins_config config;
	struct lx_mailbox *mailbox;
	char *room_id, *channel;
	char *message_id, *text; /* what was told last */
	int64_t ends_ms;
	struct asked *asked;
	bool again;
	uint64_t call, timer;
	uint64_t wanted_until_ms, asked_ms;
};

static void post(struct lx_pins *pins, lx_mailbox_work work, const char *first, const char *second)
{
	lx_mailbox_tell(pins->mailbox, work, pins, &(struct lx_note){.first = first, .second = second});
}

static uint64_t now_ms(const struct lx_pins *pins)
{
	return lx_loop_now_ms(pins->config.loop);
}

static void set(char **to, const char *text)
{
	bfree(*to);
	*to = bstrdup(text);
}

/* --- telling ------------------------------------------------------------------------------------------------------ */

static int64_t or_zero(int64_t ms)
{
	return ms == LX_HELIX_UNKNOWN ? 0 : ms;
}

static void tell(struct lx_pins *pins, const struct lx_helix_pin *pin)
{
	const char *id = pin ? pin->message_id : "";
	const char *text = pin && pin->message ? pin->message->text : "";
	const int64_t ends_ms = pin ? or_zero(pin->ends_ms) : 0;
	if (strcmp(pins->message_id, id) == 0 && pins->ends_ms == ends_ms && strcmp(pins->text, text) == 0)
		return;
	set(&pins->message_id, id);
	set(&pins->text, text);
	pins->ends_ms = ends_ms;

	struct lx_event event;
	lx_event_init(&event, LX_EVENT_PIN);
	event.time_ms = lx_clock_unix_ms(lx_loop_clock(pins->config.loop));
	event.channel = pins->channel;
	event.room_id = pins->room_id;
	if (pin) {
		event.pin.message_id = id;
		event.pin.user = (struct lx_person){pin->sender_id, pin->sender_login, pin->sender_name};
		event.pin.moderator = (struct lx_person){pin->pinned_by_id, pin->pinned_by_login, pin->pinned_by_name};
		event.pin.text = text;
		event.pin.started_ms = or_zero(pin->starts_ms);
		event.pin.ends_ms = ends_ms;
	}
	lx_bus_emit(pins->config.bus, &event);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static void ask_soon(struct lx_pins *pins);

static void on_timer(void *data)
{
	struct lx_pins *pins = data;
	pins->timer = 0;
	ask_soon(pins);
}

static void ask_in(struct lx_pins *pins, uint64_t ms)
{
	lx_loop_cancel(pins->config.loop, pins->timer);
	pins->timer = lx_loop_after(pins->config.loop, ms, on_timer, pins);
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct asked *asked = data;
	struct lx_pins *pins = asked->pins;
	bfree(asked);
	if (!pins)
		return;
	pins->asked = NULL;
	if (result->error == LX_HELIX_OK || result->error == LX_HELIX_NOT_FOUND) {
		struct lx_decoded memory = {0};
		size_t count = 0;
		const struct lx_helix_pin *pin = lx_helix_decode_pin(&memory, result->data, &count);
		tell(pins, count ? pin : NULL);
		lx_decoded_finish(&memory);
	}
	ask_in(pins, pins->again ? LEAST_PAUSE_MS : POLL_MS);
	pins->again = false;
}

static void ask(struct lx_pins *pins)
{
	struct asked *asked = bzalloc(sizeof(*asked));
	const struct lx_helix_param param = {"broadcaster_id", pins->room_id};
	const struct lx_helix_call call = {
		.endpoint = LX_HELIX_GET_PINNED_MESSAGE,
		.query = &param,
		.query_count = 1,
		.priority = LX_HELIX_BACKGROUND,
		.done = on_answer,
		.data = asked,
	};
	asked->pins = pins;
	pins->asked = asked;
	pins->asked_ms = now_ms(pins);
	pins->call = lx_helix_send(pins->config.helix, &call);
}

static void ask_soon(struct lx_pins *pins)
{
	const uint64_t now = now_ms(pins);
	/* Without the permission nothing is asked; the next demand looks again. */
	if (now >= pins->wanted_until_ms || !*pins->room_id ||
	    !lx_helix_may(pins->config.helix, LX_HELIX_GET_PINNED_MESSAGE, NULL))
		return;
	if (pins->asked)
		pins->again = true;
	else if (pins->asked_ms && now < pins->asked_ms + LEAST_PAUSE_MS)
		ask_in(pins, pins->asked_ms + LEAST_PAUSE_MS - now);
	else
		ask(pins);
}

static void forget_question(struct lx_pins *pins)
{
	lx_loop_cancel(pins->config.loop, pins->timer);
	pins->timer = 0;
	if (pins->asked)
		pins->asked->pins = NULL;
	pins->asked = NULL;
	pins->again = false;
}

/* --- what others want --------------------------------------------------------------------------------------------- */

static void work_channel(void *owner, const struct lx_note *note)
{
	struct lx_pins *pins = owner;
	if (strcmp(pins->room_id, note->first) == 0 && strcmp(pins->channel, note->second) == 0)
		return;
	if (pins->asked)
		lx_helix_cancel(pins->config.helix, pins->call);
	forget_question(pins);
	tell(pins, NULL);
	set(&pins->room_id, note->first);
	set(&pins->channel, note->second);
	pins->asked_ms = 0;
	ask_soon(pins);
}

void lx_pins_set_channel(struct lx_pins *pins, const char *room_id, const char *login)
{
	post(pins, work_channel, room_id, login);
}

static void work_demand(void *owner, const struct lx_note *note)
{
	struct lx_pins *pins = owner;
	(void)note;
	pins->wanted_until_ms = now_ms(pins) + DEMAND_MS;
	if (!pins->timer && !pins->asked)
		ask_soon(pins);
}

void lx_pins_demand(struct lx_pins *pins)
{
	post(pins, work_demand, NULL, NULL);
}

static void work_refresh(void *owner, const struct lx_note *note)
{
	struct lx_pins *pins = owner;
	(void)note;
	ask_soon(pins);
}

void lx_pins_refresh(struct lx_pins *pins)
{
	post(pins, work_refresh, NULL, NULL);
}

static void on_proc(void *data, calldata_t *call)
{
	lx_pins_demand(data);
	calldata_set_bool(call, "ok", true);
	calldata_set_string(call, "error", "");
}

void lx_pins_bind(struct lx_pins *pins, struct lx_bus *bus)
{
	lx_bus_bind(bus, LX_PROC_GET_PIN, on_proc, pins);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

struct lx_pins *lx_pins_create(const struct lx_pins_config *config)
{
	struct lx_pins *pins = bzalloc(sizeof(*pins));
	pins->config = *config;
	pins->mailbox = lx_mailbox_create(config->loop);
	pins->room_id = bstrdup("");
	pins->channel = bstrdup("");
	pins->message_id = bstrdup("");
	pins->text = bstrdup("");
	return pins;
}

void lx_pins_destroy(struct lx_pins *pins)
{
	if (!pins)
		return;
	forget_question(pins);
	lx_mailbox_close(pins->mailbox);
	bfree(pins->room_id);
	bfree(pins->channel);
	bfree(pins->message_id);
	bfree(pins->text);
	bfree(pins);
}
