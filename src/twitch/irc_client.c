#include "twitch/irc_client_internal.h"

#include "locale/utf8.h"

#define MAX_CODE_POINTS 500
#define RENEW_AFTER_MS 10000

struct command {
	struct lx_irc_client *client; /* valid while its mailbox is open */
	void (*run)(struct lx_irc_client *client, const struct command *command);
	char *channel, *text, *reply_id, *id;
	bool ok;
};

static void free_command(void *data)
{
	struct command *command = data;
	bfree(command->channel);
	bfree(command->text);
	bfree(command->reply_id);
	bfree(command->id);
	bfree(command);
}

static void run_command(void *data)
{
	struct command *command = data;
	command->run(command->client, command);
	free_command(command);
}

/* From any thread; the client may be gone. */
static void post_to(struct lx_mailbox *mailbox, struct lx_irc_client *client, const struct command *prototype)
{
	struct command *command = bmemdup(prototype, sizeof(*prototype));

	command->client = client;
	lx_mailbox_post(mailbox, run_command, free_command, command);
}

static void post(struct lx_irc_client *client, const struct command *prototype)
{
	post_to(client->mailbox, client, prototype);
}

static void run_refreshed(struct lx_irc_client *client, const struct command *command)
{
	irc_after_refresh(client, command->ok);
}

struct refresh {
	struct lx_irc_client *client; /* may be gone when the answer comes */
	struct lx_mailbox *mailbox;
};

static void on_rejected_done(bool ok, void *data)
{
	struct refresh *refresh = data;
	post_to(refresh->mailbox, refresh->client, &(struct command){.run = run_refreshed, .ok = ok});
	lx_mailbox_release(refresh->mailbox);
	bfree(refresh);
}

void irc_ask_refresh(struct lx_irc_client *client, const char *token)
{
	const struct lx_credentials_provider *provider = &client->config.credentials;
	struct refresh *refresh = bzalloc(sizeof(*refresh));

	*refresh = (struct refresh){client, lx_mailbox_ref(client->mailbox)};
	provider->rejected(token, on_rejected_done, refresh, provider->data);
}

/* Lower case, without '#'. */
static char *channel_name(const char *channel)
{
	char *name = bstrdup(channel && *channel == '#' ? channel + 1 : channel ? channel : "");
	/* Not tolower(): in Turkish that leaves the I alone. */
	for (char *at = name; *at; at++)
		*at = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
	return name;
}

static void run_join(struct lx_irc_client *client, const struct command *command)
{
	if (!irc_is_name(command->channel)) {
		irc_tell_notice(client, command->channel, "livextrem_channel_name", "Irc.Error.ChannelName");
		return;
	}
	if (irc_find_channel(client, command->channel))
		return;

	struct channel *channel = bzalloc(sizeof(*channel));
	channel->name = bstrdup(command->channel);
	channel->room_id = bstrdup("");
	channel->own_name = bstrdup("");
	channel->own_badges = bstrdup("");
	channel->own_badge_info = bstrdup("");
	channel->own_color = LX_COLOR_NONE;
	for (unsigned i = 0; i < 2; i++) {
		channel->seats[i].channel = channel;
		channel->seats[i].slot = &client->slots[i];
		channel->seats[i].trouble = irc_no_trouble;
	}
	da_push_back(client->channels, &channel);
	if (irc_active(client)->link) {
		irc_join_more(client);
		irc_announce(client);
	} else if (!client->retry_timer) {
		irc_connect(client);
	}
}

static void free_channel(struct channel *channel)
{
	irc_clear_seat(&channel->seats[0]);
	irc_clear_seat(&channel->seats[1]);
	bfree(channel->name);
	bfree(channel->room_id);
	bfree(channel->own_name);
	bfree(channel->own_badges);
	bfree(channel->own_badge_info);
	bfree(channel);
}

static void run_leave(struct lx_irc_client *client, const struct command *command)
{
	for (size_t i = client->channels.num; i-- > 0;) {
		struct channel *channel = client->channels.array[i];
		if (*command->channel && strcmp(channel->name, command->channel) != 0)
			continue;
		struct dstr line = {0};
		dstr_printf(&line, "PART #%s", channel->name);
		for (unsigned k = 0; k < 2; k++) {
			if (client->slots[k].link && channel->seats[k].state != SEAT_NONE)
				lx_irc_link_send(client->slots[k].link, line.array);
		}
		dstr_free(&line);
		da_erase(client->channels, i);
		free_channel(channel);
	}
	if (!client->channels.num) {
		irc_lose_outbox(client);
		irc_disconnect(client);
	} else {
		irc_promote_if_complete(client);
	}
	irc_announce(client);
}

static bool is_message_id(const char *id)
{
	return strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == strlen(id);
}

static void run_send(struct lx_irc_client *client, const struct command *command)
{
	const char *name = *command->channel || !client->channels.num ? command->channel
								      : client->channels.array[0]->name;
	const struct channel *channel = irc_find_channel(client, name);
	const char *text = command->text;

	text += strspn(text, " ");
	if (!*text)
		return;
	if (!channel || channel->seats[client->active].state != SEAT_JOINED)
		irc_tell_notice(client, name, "livextrem_send_offline", "Irc.Send.Offline");
	else if (!*irc_active(client)->login)
		irc_tell_notice(client, name, "livextrem_send_anonymous", "Irc.Send.Anonymous");
	else if (lx_utf8_length(text) > MAX_CODE_POINTS)
		irc_tell_notice(client, name, "livextrem_send_too_long", "Irc.Send.TooLong");
	else if (!lx_irc_outbox_push(client->outbox, name, text,
				     is_message_id(command->reply_id) ? command->reply_id : ""))
		irc_tell_notice(client, name, "livextrem_send_too_fast", "Irc.Send.TooFast");
	else
		irc_flush_outbox(client);
}

static void renew(struct lx_irc_client *client)
{
	client->without_account = false;
	lx_backoff_reset(&client->backoff);
	if (irc_active(client)->ready) {
		irc_close_slot(irc_other(client));
		irc_begin_standby(client);
		return;
	}
	irc_close_slot(irc_active(client));
	irc_connect(client);
}

/*
 * A link that is on its way has deadlines of its own and is not thrown away, or whoever asks again and again would never get
 * there; one that has only just been made is no better made anew.
 */
static void run_renew(struct lx_irc_client *client, const struct command *command)
{
	(void)command;
	const struct slot *active = irc_active(client), *other = irc_other(client);
	bool on_its_way = (active->link && !active->ready) || (other->link && !other->draining);
	bool young = active->link && irc_now_ms(client) - active->opened_ms < RENEW_AFTER_MS;
	if (client->without_account || !(on_its_way || young))
		renew(client);
}

/* Somebody signed in or out, or there is a new token where the last one was refused. */
static void run_account_changed(struct lx_irc_client *client, const struct command *command)
{
	(void)command;
	const struct lx_credentials_provider *provider = &client->config.credentials;
	const struct slot *newest = irc_other(client)->link && !irc_other(client)->draining ? irc_other(client)
											    : irc_active(client);
	struct lx_credentials credentials = {0};
	bool signed_in = provider->get && provider->get(&credentials, provider->data) && credentials.login &&
			 credentials.token;
	bool fresh = signed_in && client->without_account &&
		     lx_seen_key(LX_SEEN_KEY, credentials.token, strlen(credentials.token)) != client->refused_token;
	bool other_user = !client->without_account && newest->link &&
			  strcmp(newest->login, signed_in ? credentials.login : "") != 0;

	lx_credentials_finish(&credentials);
	if (!client->refreshing && (fresh || other_user || (client->refused && signed_in)))
		renew(client);
	/* Signed out: that Twitch refused the account is of no interest any more. */
	if (!signed_in && client->without_account) {
		client->without_account = false;
		client->slots[0].account_refused = client->slots[1].account_refused = false;
		irc_announce(client);
	}
}

static void on_account(const struct lx_event *event, void *data)
{
	struct lx_irc_client *client = data;
	(void)event;
	post(client, &(struct command){.run = run_account_changed});
}

/* --- public ---------------------------------------------------------------------------------------------------- */

struct lx_irc_client *lx_irc_client_create(const struct lx_irc_client_config *config)
{
	struct lx_irc_client *client = bzalloc(sizeof(*client));

	client->config = *config;
	client->url = bstrdup(config->url);
	client->ca_file = bstrdup(config->ca_file);
	client->user_id = bstrdup("");
	client->decoder = lx_irc_decoder_create();
	client->seen = lx_seen_create();
	client->outbox = lx_irc_outbox_create();
	client->trouble = irc_no_trouble;
	for (unsigned i = 0; i < 2; i++) {
		client->slots[i].client = client;
		client->slots[i].login = bstrdup("");
	}
	client->mailbox = lx_mailbox_create(config->loop);
	lx_bus_connect(config->bus, LX_EVENT_ACCOUNT, on_account, client);
	return client;
}

void lx_irc_client_destroy(struct lx_irc_client *client)
{
	if (!client)
		return;
	lx_bus_disconnect(client->config.bus, LX_EVENT_ACCOUNT, on_account, client);
	lx_mailbox_close(client->mailbox);

	irc_disconnect(client);
	irc_forget_echoes(client);
	for (size_t i = 0; i < client->channels.num; i++)
		free_channel(client->channels.array[i]);
	da_free(client->channels);
	for (unsigned i = 0; i < 2; i++)
		bfree(client->slots[i].login);
	lx_irc_outbox_destroy(client->outbox);
	lx_seen_destroy(client->seen);
	lx_irc_decoder_destroy(client->decoder);
	bfree(client->user_id);
	bfree(client->missed_channel);
	bfree(client->ca_file);
	bfree(client->url);
	bfree(client);
}

void lx_irc_client_join(struct lx_irc_client *client, const char *channel)
{
	post(client, &(struct command){.run = run_join, .channel = channel_name(channel)});
}

void lx_irc_client_leave(struct lx_irc_client *client, const char *channel)
{
	post(client, &(struct command){.run = run_leave, .channel = channel_name(channel)});
}

/* One line of safe text: a message never smuggles in a second command. */
static char *safe_text(const char *text)
{
	size_t size = strlen(text);
	char *safe = bmalloc(3 * size + 1);
	lx_irc_text_make_safe(safe, text, size);
	return safe;
}

void lx_irc_client_send(struct lx_irc_client *client, const char *channel, const char *text, const char *reply_id)
{
	post(client, &(struct command){
			     .run = run_send,
			     .channel = channel_name(channel),
			     .text = safe_text(text),
			     .reply_id = bstrdup(reply_id ? reply_id : ""),
		     });
}

static void run_sent(struct lx_irc_client *client, const struct command *command)
{
	irc_expect_echo(client, command->channel, command->id, command->text, command->reply_id);
}

void lx_irc_client_sent(struct lx_irc_client *client, const char *channel, const char *id, const char *text,
			const char *reply_id)
{
	post(client, &(struct command){
			     .run = run_sent,
			     .channel = channel_name(channel),
			     .text = safe_text(text),
			     .reply_id = bstrdup(reply_id),
			     .id = bstrdup(id),
		     });
}

void lx_irc_client_renew(struct lx_irc_client *client)
{
	post(client, &(struct command){.run = run_renew});
}
