#include "chat/send.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "locale/utf8.h"
#include "net/mailbox.h"
#include "twitch/helix_message.h"

#define MAX_MESSAGE 500 /* characters: Twitch's limit */

/* A message under way. */
struct pending {
	struct lx_send *send; /* valid while the mailbox is open */
	struct lx_mailbox *mailbox;
	char *room_id, *channel, *text, *reply_to;
	bool by_bot; /* another account than the one that reads: Twitch tells of it in the chat */
};

struct lx_send {
	struct lx_send_config config;
	struct lx_mailbox *mailbox;
	pthread_mutex_t mutex; /* guards the channel */
	char *room_id, *channel;
};

static void free_pending(struct pending *pending)
{
	lx_mailbox_release(pending->mailbox);
	bfree(pending->room_id);
	bfree(pending->channel);
	bfree(pending->text);
	bfree(pending->reply_to);
	bfree(pending);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static void tell(const struct pending *pending, const char *id, const char *text)
{
	const struct lx_send_config *config = &pending->send->config;
	struct lx_event event;

	lx_event_init(&event, LX_EVENT_NOTICE);
	event.time_ms = lx_clock_unix_ms(lx_loop_clock(config->loop));
	event.channel = pending->channel;
	event.room_id = pending->room_id;
	event.notice.id = id;
	event.notice.text = text;
	lx_bus_emit(config->bus, &event);
}

static void tell_outcome(const struct pending *pending, const cJSON *data)
{
	const struct lx_send_config *config = &pending->send->config;
	struct lx_decoded memory = {0};
	struct dstr sentence = {0};
	size_t count;
	const struct lx_helix_sent_message *sent = lx_helix_decode_sent_message(&memory, data, &count);

	if (lx_helix_explain_drop(sent, config->text, &sentence)) {
		const char *code = sent->drop_reason ? sent->drop_reason->code : "";
		tell(pending, *code ? code : "livextrem_send_dropped", sentence.array);
	} else if (sent && config->taken && !pending->by_bot && *sent->message_id) {
		config->taken(pending->channel, sent->message_id, pending->text, pending->reply_to, config->irc_data);
	}
	dstr_free(&sentence);
	lx_decoded_finish(&memory);
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct pending *pending = data;
	struct dstr sentence = {0};

	if (!lx_mailbox_is_open(pending->mailbox)) {
		free_pending(pending);
		return;
	}
	const struct lx_send_config *config = &pending->send->config;
	if (result->error == LX_HELIX_OK) {
		tell_outcome(pending, result->data);
	} else if (result->error == LX_HELIX_SCOPE && config->irc && !pending->by_bot) {
		config->irc(pending->channel, pending->text, pending->reply_to, config->irc_data);
	} else {
		lx_text_format(config->text, &sentence, "Send.Error.Failed", &result->message, 1);
		tell(pending, "livextrem_send_failed", sentence.array);
		dstr_free(&sentence);
	}
	free_pending(pending);
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

static void send_by_helix(struct lx_send *send, struct lx_helix *helix, const char *room_id, const char *channel,
			  const char *text, const char *reply_to)
{
	cJSON *root = cJSON_CreateObject();
	struct pending *pending = bzalloc(sizeof(*pending));

	*pending = (struct pending){
		.send = send,
		.mailbox = lx_mailbox_ref(send->mailbox),
		.room_id = bstrdup(room_id),
		.channel = bstrdup(channel),
		.text = bstrdup(text),
		.reply_to = bstrdup(reply_to),
		.by_bot = helix == send->config.bot_helix,
	};

	cJSON_AddStringToObject(root, "broadcaster_id", room_id);
	cJSON_AddStringToObject(root, "message", text);
	if (*reply_to)
		cJSON_AddStringToObject(root, "reply_parent_message_id", reply_to);
	char *body = cJSON_PrintUnformatted(root);
	const struct lx_helix_call call = {
		.endpoint = LX_HELIX_SEND_CHAT_MESSAGE,
		.body = body,
		.priority = LX_HELIX_USER,
		.done = on_answer,
		.data = pending,
	};
	lx_helix_send(helix, &call);
	cJSON_free(body);
	cJSON_Delete(root);
}

/* One line without control characters, no white space around it. */
static void clean(struct dstr *out, const char *text)
{
	dstr_copy(out, text);
	for (size_t i = 0; i < out->len; i++)
		/* iscntrl() is the language's business: some take pieces of an "ä" for one. */
		if ((unsigned char)out->array[i] < ' ' || out->array[i] == 0x7F)
			out->array[i] = ' ';
	dstr_depad(out);
}

static bool is_me(const char *text)
{
	return (text[0] == '/' || text[0] == '.') && astrcmpi_n(text + 1, "me ", 3) == 0;
}

/* Twitch takes "/word" and ".word" for commands, and would drop them or send only what follows. */
static bool is_command(const char *text)
{
	char c = text[0] == '.' ? text[1] : 0;
	return text[0] == '/' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool refuse(struct lx_send *send, const char *text, const char *channel, struct dstr *error)
{
	size_t length = lx_utf8_length(text);

	if (!length) {
		dstr_cat(error, lx_text_get(send->config.text, "Send.Error.Empty"));
	} else if (!*channel) {
		dstr_cat(error, lx_text_get(send->config.text, "Send.Error.NoChannel"));
	} else if (length > MAX_MESSAGE) {
		char number[24];
		const char *args[] = {number};
		snprintf(number, sizeof(number), "%zu", length);
		lx_text_format(send->config.text, error, "Send.Error.TooLong", args, 1);
	} else if (is_command(text) && !is_me(text)) {
		struct dstr command = {0};
		dstr_ncopy(&command, text, strcspn(text, " "));
		const char *args[] = {command.array};
		lx_text_format(send->config.text, error, "Send.Error.Command", args, 1);
		dstr_free(&command);
	} else {
		return false;
	}
	return true;
}

bool lx_send_message(struct lx_send *send, const char *text, const char *reply_to, struct dstr *error)
{
	struct dstr line = {0};
	char *room_id, *channel;

	pthread_mutex_lock(&send->mutex);
	room_id = bstrdup(send->room_id);
	channel = bstrdup(send->channel);
	pthread_mutex_unlock(&send->mutex);

	clean(&line, text ? text : "");
	const char *message = line.array ? line.array : "";
	const char *reply = reply_to ? reply_to : "";
	bool refused = refuse(send, message, channel, error);
	if (!refused) {
		bool bot = send->config.bot_helix &&
			   lx_helix_may(send->config.bot_helix, LX_HELIX_SEND_CHAT_MESSAGE, NULL);
		struct lx_helix *helix = bot ? send->config.bot_helix : send->config.helix;
		bool by_helix = *room_id && !is_me(message) && lx_helix_may(helix, LX_HELIX_SEND_CHAT_MESSAGE, NULL);
		if (by_helix || !send->config.irc)
			send_by_helix(send, helix, room_id, channel, message, reply);
		else
			send->config.irc(channel, message, reply, send->config.irc_data);
	}
	dstr_free(&line);
	bfree(room_id);
	bfree(channel);
	return !refused;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

void lx_send_set_channel(struct lx_send *send, const char *room_id, const char *login)
{
	pthread_mutex_lock(&send->mutex);
	bfree(send->room_id);
	bfree(send->channel);
	send->room_id = bstrdup(room_id);
	send->channel = bstrdup(login);
	pthread_mutex_unlock(&send->mutex);
}

static void on_proc(void *data, calldata_t *call)
{
	struct dstr error = {0};
	bool ok = lx_send_message(data, calldata_string(call, "text"), calldata_string(call, "reply_to"), &error);

	calldata_set_bool(call, "ok", ok);
	calldata_set_string(call, "error", error.array ? error.array : "");
	dstr_free(&error);
}

void lx_send_bind(struct lx_send *send, struct lx_bus *bus)
{
	lx_bus_bind(bus, LX_PROC_SEND, on_proc, send);
}

struct lx_send *lx_send_create(const struct lx_send_config *config)
{
	struct lx_send *send = bzalloc(sizeof(*send));

	if (pthread_mutex_init(&send->mutex, NULL) != 0) {
		bfree(send);
		return NULL;
	}
	send->config = *config;
	send->mailbox = lx_mailbox_create(config->loop);
	send->room_id = bstrdup("");
	send->channel = bstrdup("");
	return send;
}

void lx_send_destroy(struct lx_send *send)
{
	if (!send)
		return;
	lx_mailbox_close(send->mailbox);
	pthread_mutex_destroy(&send->mutex);
	bfree(send->room_id);
	bfree(send->channel);
	bfree(send);
}
