#include "chat/send.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "locale/utf8.h"

#define MAX_MESSAGE 500 /* characters: Twitch's limit */

/* Handed to the helix; outlives the sender. */
struct link {
	struct lx_send *send;
	long references;
};

/* A message under way. */
struct pending {
	struct link *link;
	char *room_id, *channel, *text, *reply_to;
	bool by_bot; /* another account than the one that reads: Twitch tells of it in the chat */
};

struct lx_send {
	struct lx_helix *helix, *bot_helix;
	struct lx_bus *bus;
	const struct lx_text *text;
	const struct lx_clock *clock;
	lx_send_irc irc;
	lx_send_taken taken;
	void *irc_data;
	struct link *link;

	pthread_mutex_t mutex; /* guards the channel */
	char *room_id, *channel;
};

static void release(struct link *link)
{
	if (os_atomic_dec_long(&link->references) == 0)
		bfree(link);
}

static void free_pending(struct pending *pending)
{
	release(pending->link);
	bfree(pending->room_id);
	bfree(pending->channel);
	bfree(pending->text);
	bfree(pending->reply_to);
	bfree(pending);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static void tell(struct lx_send *send, const struct pending *pending, const char *id, const char *text)
{
	struct lx_event event;

	lx_event_init(&event, LX_EVENT_NOTICE);
	event.time_ms = lx_clock_unix_ms(send->clock);
	event.channel = pending->channel;
	event.room_id = pending->room_id;
	event.notice.id = id;
	event.notice.text = text;
	lx_bus_emit(send->bus, &event);
}

/* 200 does not mean that anybody saw it. */
static void tell_outcome(struct lx_send *send, const struct pending *pending, const cJSON *data)
{
	struct lx_decoded memory = {0};
	struct dstr sentence = {0};
	size_t count;
	const struct lx_helix_sent_message *sent = lx_helix_decode_sent_message(&memory, data, &count);

	if (sent && !sent->is_sent) {
		const char *reason = sent->drop_reason ? sent->drop_reason->message : "";
		const char *code = sent->drop_reason ? sent->drop_reason->code : "";
		if (*reason)
			lx_text_format(send->text, &sentence, "Send.Error.Dropped", &reason, 1);
		else
			dstr_copy(&sentence, lx_text_get(send->text, "Send.Error.DroppedSilently"));
		tell(send, pending, *code ? code : "livextrem_send_dropped", sentence.array);
	} else if (sent && send->taken && !pending->by_bot && *sent->message_id) {
		send->taken(pending->channel, sent->message_id, pending->text, pending->reply_to, send->irc_data);
	}
	dstr_free(&sentence);
	lx_decoded_finish(&memory);
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct pending *pending = data;
	struct lx_send *send = pending->link->send;
	struct dstr sentence = {0};

	if (!send) {
		free_pending(pending);
		return;
	}
	if (result->error == LX_HELIX_OK) {
		tell_outcome(send, pending, result->data);
	} else if (result->error == LX_HELIX_SCOPE && send->irc && !pending->by_bot) {
		send->irc(pending->channel, pending->text, pending->reply_to, send->irc_data);
	} else {
		lx_text_format(send->text, &sentence, "Send.Error.Failed", &result->message, 1);
		tell(send, pending, "livextrem_send_failed", sentence.array);
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

	os_atomic_inc_long(&send->link->references);
	*pending = (struct pending){
		.link = send->link,
		.room_id = bstrdup(room_id),
		.channel = bstrdup(channel),
		.text = bstrdup(text),
		.reply_to = bstrdup(reply_to),
		.by_bot = helix == send->bot_helix,
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
		dstr_cat(error, lx_text_get(send->text, "Send.Error.Empty"));
	} else if (!*channel) {
		dstr_cat(error, lx_text_get(send->text, "Send.Error.NoChannel"));
	} else if (length > MAX_MESSAGE) {
		char number[24];
		const char *args[] = {number};
		snprintf(number, sizeof(number), "%zu", length);
		lx_text_format(send->text, error, "Send.Error.TooLong", args, 1);
	} else if (is_command(text) && !is_me(text)) {
		struct dstr command = {0};
		dstr_ncopy(&command, text, strcspn(text, " "));
		const char *args[] = {command.array};
		lx_text_format(send->text, error, "Send.Error.Command", args, 1);
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
		bool bot = send->bot_helix && lx_helix_may(send->bot_helix, LX_HELIX_SEND_CHAT_MESSAGE, NULL);
		struct lx_helix *helix = bot ? send->bot_helix : send->helix;
		bool by_helix = *room_id && !is_me(message) && lx_helix_may(helix, LX_HELIX_SEND_CHAT_MESSAGE, NULL);
		if (by_helix || !send->irc)
			send_by_helix(send, helix, room_id, channel, message, reply);
		else
			send->irc(channel, message, reply, send->irc_data);
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
	send->helix = config->helix;
	send->bot_helix = config->bot_helix;
	send->bus = config->bus;
	send->text = config->text;
	send->clock = config->clock;
	send->irc = config->irc;
	send->taken = config->taken;
	send->irc_data = config->irc_data;
	send->room_id = bstrdup("");
	send->channel = bstrdup("");
	send->link = bzalloc(sizeof(*send->link));
	send->link->send = send;
	send->link->references = 1;
	return send;
}

void lx_send_destroy(struct lx_send *send)
{
	if (!send)
		return;
	send->link->send = NULL;
	release(send->link);
	pthread_mutex_destroy(&send->mutex);
	bfree(send->room_id);
	bfree(send->channel);
	bfree(send);
}
