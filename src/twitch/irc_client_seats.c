#include "twitch/irc_client_internal.h"

#define JOIN_TIMEOUT_MS 10000
/* A link that has stood this long is sound: the next trouble begins with a short wait again. */
#define STABLE_MS 20000
/* How long the old link goes on delivering what was under way when the new one took over. */
#define DRAIN_MS 2000

void irc_clear_seat(struct seat *seat)
{
	irc_cancel(seat->slot->client, &seat->timer);
	seat->state = SEAT_NONE;
	seat->trouble = irc_no_trouble;
}

static void clear_seats(struct slot *slot)
{
	for (size_t i = 0; i < slot->client->channels.num; i++)
		irc_clear_seat(&slot->client->channels.array[i]->seats[irc_slot_index(slot)]);
}

void irc_close_slot(struct slot *slot)
{
	lx_irc_link_destroy(slot->link);
	slot->link = NULL;
	slot->ready = slot->draining = false;
	lx_secret_free(slot->token);
	slot->token = NULL;
	irc_cancel(slot->client, &slot->timer);
	clear_seats(slot);
}

static void on_drained(void *data)
{
	struct slot *slot = data;
	slot->timer = 0;
	irc_close_slot(slot);
}

static void on_stable(void *data)
{
	struct lx_irc_client *client = data;
	client->stable_timer = 0;
	lx_backoff_reset(&client->backoff);
}

/* The second link takes over as soon as it reads all that the first one does. */
void irc_promote_if_complete(struct lx_irc_client *client)
{
	struct slot *old = irc_active(client), *new = irc_other(client);

	if (!new->link || !new->ready || new->draining)
		return;
	for (size_t i = 0; old->link && i < client->channels.num; i++) {
		const struct channel *channel = client->channels.array[i];
		if (channel->seats[client->active].state == SEAT_JOINED &&
		    channel->seats[!client->active].state != SEAT_JOINED)
			return;
	}
	client->active = !client->active;
	irc_restart(client, &client->stable_timer, STABLE_MS, on_stable, client);
	if (old->link) {
		/* What Twitch had sent before the new link was in is still under way. */
		old->draining = true;
		irc_restart(client, &old->timer, DRAIN_MS, on_drained, old);
	}
	irc_announce(client);
}

static void on_seat_timer(void *data)
{
	struct seat *seat = data;
	struct lx_irc_client *client = seat->slot->client;

	seat->timer = 0;
	if (seat->slot->draining)
		return;
	if (seat->state == SEAT_SILENT) {
		seat->state = SEAT_NONE;
		irc_join_more(client);
		return;
	}
	if (seat->slot != irc_active(client)) {
		/* It would read less than the link in use: not this time. */
		irc_close_slot(seat->slot);
		irc_restart(client, &client->standby_timer, lx_backoff_next(&client->backoff, client->config.random),
			    irc_on_standby_timer, client);
		return;
	}
	seat->state = SEAT_SILENT;
	seat->trouble = (struct trouble){"missing", "Irc.Error.NoSuchChannel"};
	irc_restart(client, &seat->timer, JOIN_AGAIN_MS, on_seat_timer, seat);
	irc_tell_notice(client, seat->channel->name, "livextrem_join_timeout", "Irc.Error.NoSuchChannel");
	irc_announce(client);
}

static void on_join_timer(void *data)
{
	struct lx_irc_client *client = data;
	client->join_timer = 0;
	irc_join_more(client);
}

/* Joins what is wanted and was not asked for yet, as fast as Twitch allows. */
void irc_join_more(struct lx_irc_client *client)
{
	for (size_t i = 0; i < 2 * client->channels.num; i++) {
		struct channel *channel = client->channels.array[i / 2];
		struct slot *slot = &client->slots[i % 2];
		struct seat *seat = &channel->seats[i % 2];
		if (!slot->ready || slot->draining || seat->state != SEAT_NONE)
			continue;

		uint64_t wait_ms = lx_rate_wait(&client->joins, ACCOUNT_LIMIT, ACCOUNT_WINDOW_MS, irc_now_ms(client));
		if (wait_ms) {
			if (!client->join_timer)
				irc_restart(client, &client->join_timer, wait_ms, on_join_timer, client);
			break;
		}
		struct dstr line = {0};
		dstr_printf(&line, "JOIN #%s", channel->name);
		lx_irc_link_send(slot->link, line.array);
		dstr_free(&line);
		lx_rate_note(&client->joins, irc_now_ms(client));
		seat->state = SEAT_JOINING;
		irc_restart(client, &seat->timer, JOIN_TIMEOUT_MS, on_seat_timer, seat);
	}
}

void irc_joined(struct slot *slot, const char *name)
{
	struct lx_irc_client *client = slot->client;
	struct channel *channel = *name == '#' ? irc_find_channel(client, name + 1) : NULL;

	if (!channel || slot->draining)
		return;
	struct seat *seat = &channel->seats[irc_slot_index(slot)];
	if (seat->state == SEAT_JOINED)
		return;
	irc_clear_seat(seat);
	seat->state = SEAT_JOINED;
	if (slot == irc_active(client) && !client->stable_timer)
		irc_restart(client, &client->stable_timer, STABLE_MS, on_stable, client);
	irc_promote_if_complete(client);
	irc_announce(client);
}

void irc_refuse_seat(struct slot *slot, struct channel *channel, const char *reason, const char *key)
{
	struct seat *seat = &channel->seats[irc_slot_index(slot)];
	irc_clear_seat(seat);
	seat->state = SEAT_REFUSED;
	seat->trouble = (struct trouble){reason, key};
	irc_announce(slot->client);
}

/* We are out of a channel without having asked for it: a ban usually, which the next join would tell. */
void irc_parted(struct slot *slot, const char *name)
{
	struct channel *channel = *name == '#' ? irc_find_channel(slot->client, name + 1) : NULL;
	struct seat *seat = channel ? &channel->seats[irc_slot_index(slot)] : NULL;

	if (!seat || slot->draining || seat->state != SEAT_JOINED)
		return;
	irc_clear_seat(seat);
	irc_join_more(slot->client);
	irc_announce(slot->client);
}
