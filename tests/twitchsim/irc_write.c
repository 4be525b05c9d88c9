#include <stdio.h>

#include "irc_session.h"
#include "world.h"

void sim_irc_line(struct sim_irc *irc, const char *format, ...)
{
	char text[2048];
	va_list args;
	va_start(args, format);
	int size = vsnprintf(text, sizeof(text) - 2, format, args);
	va_end(args);
	if (size < 0)
		return;
	if ((size_t)size > sizeof(text) - 3)
		size = (int)sizeof(text) - 3;
	text[size++] = '\r';
	text[size++] = '\n';
	irc->lines_out++;
	sim_conn_write(irc->conn, text, (size_t)size);
}

/* The line in server->tags and server->body, with the tags only for those who asked for them. */
void sim_irc_put(struct sim_irc *irc)
{
	struct sim_irc_server *server = irc->conn->sim->irc;
	if (irc->tags)
		sim_buf_add(&irc->conn->out, sim_buf_bytes(&server->tags), server->tags.size);
	sim_buf_add(&irc->conn->out, sim_buf_bytes(&server->body), server->body.size);
	irc->lines_out++;
	sim_conn_flush(irc->conn);
}

const struct sim_irc_joined *sim_irc_joined(const struct sim_irc *irc, const struct sim_channel *channel)
{
	for (size_t i = 0; i < irc->joined.num; i++) {
		if (irc->joined.array[i].channel == channel)
			return &irc->joined.array[i];
	}
	return NULL;
}

enum need { ANYBODY, COMMANDS, MEMBERSHIP };

static void broadcast(struct lx_sim *sim, const struct sim_channel *channel, enum need need,
		      const struct sim_user *not_user)
{
	sim_buf_str(&sim->irc->body, "\r\n");
	struct sim_irc *next;
	for (struct sim_irc *irc = sim->irc->first; irc; irc = next) {
		next = irc->next;
		if (!irc->logged_in || !sim_irc_joined(irc, channel) || (not_user && irc->user == not_user) ||
		    (need == COMMANDS && !irc->commands) || (need == MEMBERSHIP && !irc->membership))
			continue;
		sim_irc_put(irc);
	}
}

void sim_irc_begin(struct lx_sim *sim)
{
	sim_buf_clear(&sim->irc->tags);
	sim_buf_clear(&sim->irc->body);
	sim_buf_char(&sim->irc->tags, '@');
}

void sim_irc_tag(struct lx_sim *sim, const char *name, const char *value)
{
	struct sim_buf *tags = &sim->irc->tags;
	if (tags->size > 1)
		sim_buf_char(tags, ';');
	sim_buf_str(tags, name);
	sim_buf_char(tags, '=');
	sim_buf_tag(tags, value);
}

static void tag_int(struct lx_sim *sim, const char *name, int64_t value)
{
	struct sim_buf *tags = &sim->irc->tags;
	if (tags->size > 1)
		sim_buf_char(tags, ';');
	sim_buf_str(tags, name);
	sim_buf_char(tags, '=');
	sim_buf_int(tags, value);
}

void sim_irc_end_tags(struct lx_sim *sim)
{
	sim_buf_char(&sim->irc->tags, ' ');
}

static const char *user_type(const struct sim_channel *channel, const struct sim_user *user)
{
	if (*user->type)
		return user->type;
	return channel && channel->user != user && sim_can_moderate(channel, user) ? "mod" : "";
}

struct emote_list {
	const struct sim_emote *emote[32];
	size_t first[32], last[32], count, words;
};

static void emote_found(const struct sim_emote *emote, size_t first, size_t last, size_t byte, size_t bytes, void *data)
{
	struct emote_list *list = data;
	(void)byte;
	(void)bytes;
	if (list->count == 32)
		return;
	list->emote[list->count] = emote;
	list->first[list->count] = first;
	list->last[list->count++] = last;
}

/* emotes=25:0-4,12-16/1902:6-10: grouped by emote, in the order of their first appearance. */
static void tag_emotes(struct lx_sim *sim, const char *text)
{
	struct emote_list list = {.count = 0};
	struct sim_buf *tags = &sim->irc->tags;
	if (text)
		sim_find_emotes(text, emote_found, &list);
	sim_buf_str(tags, ";emotes=");
	bool first_group = true;
	for (size_t i = 0; i < list.count; i++) {
		bool first = true;
		for (size_t k = 0; k < i; k++)
			first = first && list.emote[k] != list.emote[i];
		if (!first)
			continue;
		if (!first_group)
			sim_buf_char(tags, '/');
		first_group = false;
		sim_buf_str(tags, list.emote[i]->id);
		char separator = ':';
		for (size_t k = i; k < list.count; k++) {
			if (list.emote[k] != list.emote[i])
				continue;
			sim_buf_char(tags, separator);
			sim_buf_int(tags, (int64_t)list.first[k]);
			sim_buf_char(tags, '-');
			sim_buf_int(tags, (int64_t)list.last[k]);
			separator = ',';
		}
	}
}

static bool only_emotes(const char *text)
{
	struct emote_list list = {.count = 0};
	size_t words = 0;
	for (const char *at = text; *at;) {
		size_t size = strcspn(at, " ");
		words += size != 0;
		at += size;
		at += strspn(at, " ");
	}
	sim_find_emotes(text, emote_found, &list);
	return words && words == list.count;
}

static void prefix(struct lx_sim *sim, const struct sim_user *user)
{
	struct sim_buf *body = &sim->irc->body;
	sim_buf_char(body, ':');
	for (int i = 0; i < 3; i++) {
		sim_buf_str(body, user->login);
		sim_buf_str(body, i == 0 ? "!" : i == 1 ? "@" : ".tmi.twitch.tv ");
	}
}

void sim_irc_message(struct lx_sim *sim, const struct sim_message *m)
{
	if (!sim_irc_has_readers(sim, m->channel))
		return;
	const struct sim_user *user = m->user;
	const struct sim_member *member = sim_member_find(m->channel, user);
	char badges[192], info[64];
	sim_badges(m->channel, user, badges, info);
	sim_irc_begin(sim);
	sim_irc_tag(sim, "badge-info", info);
	sim_irc_tag(sim, "badges", badges);
	if (m->bits)
		tag_int(sim, "bits", m->bits);
	if (m->client_nonce)
		sim_irc_tag(sim, "client-nonce", m->client_nonce);
	sim_irc_tag(sim, "color", user->color);
	if (m->reward_id)
		sim_irc_tag(sim, "custom-reward-id", m->reward_id);
	sim_irc_tag(sim, "display-name", user->name);
	if (m->emote_only || only_emotes(m->text))
		sim_irc_tag(sim, "emote-only", "1");
	tag_emotes(sim, m->text);
	sim_irc_tag(sim, "first-msg", m->first ? "1" : "0");
	sim_irc_tag(sim, "flags", "");
	sim_irc_tag(sim, "id", m->id);
	sim_irc_tag(sim, "mod", user != m->channel->user && sim_can_moderate(m->channel, user) ? "1" : "0");
	if (m->kind)
		sim_irc_tag(sim, "msg-id", m->kind);
	if (m->reply_to) {
		const struct sim_user *parent = sim->users[m->reply_to->user];
		const struct sim_stored *root = sim_message_find(m->channel, m->reply_to->thread);
		const struct sim_user *first = root ? sim->users[root->user] : parent;
		sim_irc_tag(sim, "reply-parent-display-name", parent->name);
		sim_irc_tag(sim, "reply-parent-msg-body", m->reply_to->text);
		sim_irc_tag(sim, "reply-parent-msg-id", m->reply_to->id);
		sim_irc_tag(sim, "reply-parent-user-id", parent->id);
		sim_irc_tag(sim, "reply-parent-user-login", parent->login);
		sim_irc_tag(sim, "reply-thread-parent-display-name", first->name);
		sim_irc_tag(sim, "reply-thread-parent-msg-id", m->reply_to->thread);
		sim_irc_tag(sim, "reply-thread-parent-user-id", first->id);
		sim_irc_tag(sim, "reply-thread-parent-user-login", first->login);
	}
	sim_irc_tag(sim, "returning-chatter", m->returning ? "1" : "0");
	sim_irc_tag(sim, "room-id", m->channel->user->id);
	if (m->source) {
		char source_badges[192], source_info[64];
		sim_badges(m->source, user, source_badges, source_info);
		sim_irc_tag(sim, "source-badge-info", source_info);
		sim_irc_tag(sim, "source-badges", source_badges);
		sim_irc_tag(sim, "source-id", m->source_id);
		sim_irc_tag(sim, "source-only", "0");
		sim_irc_tag(sim, "source-room-id", m->source->user->id);
	}
	sim_irc_tag(sim, "subscriber", member && member->tier ? "1" : "0");
	tag_int(sim, "tmi-sent-ts", m->sent_ms);
	sim_irc_tag(sim, "turbo", user->turbo ? "1" : "0");
	sim_irc_tag(sim, "user-id", user->id);
	sim_irc_tag(sim, "user-type", user_type(m->channel, user));
	if (member && member->vip)
		sim_irc_tag(sim, "vip", "1");
	sim_irc_end_tags(sim);
	prefix(sim, user);
	struct sim_buf *body = &sim->irc->body;
	sim_buf_str(body, "PRIVMSG #");
	sim_buf_str(body, m->channel->user->login);
	sim_buf_str(body, " :");
	if (m->action)
		sim_buf_str(body, "\x01"
				  "ACTION ");
	sim_buf_str(body, m->text);
	if (m->action)
		sim_buf_char(body, '\x01');
	sim_sent_add(sim, m->channel, "PRIVMSG", m->id, user->id);
	broadcast(sim, m->channel, ANYBODY, m->not_to ? user : NULL);
}

void sim_irc_notice(struct lx_sim *sim, const struct sim_notice *n)
{
	if (!sim_irc_has_readers(sim, n->channel))
		return;
	const struct sim_user *user = n->user;
	const struct sim_member *member = sim_member_find(n->channel, user);
	bool foreign = n->source && n->source != n->channel;
	char badges[192], info[64];
	sim_badges(n->channel, user, badges, info);
	sim_irc_begin(sim);
	sim_irc_tag(sim, "badge-info", info);
	sim_irc_tag(sim, "badges", badges);
	sim_irc_tag(sim, "color", user->color);
	sim_irc_tag(sim, "display-name", user->name);
	tag_emotes(sim, n->text);
	sim_irc_tag(sim, "flags", "");
	sim_irc_tag(sim, "id", n->id);
	sim_irc_tag(sim, "login", user->login);
	sim_irc_tag(sim, "mod", user != n->channel->user && sim_can_moderate(n->channel, user) ? "1" : "0");
	sim_irc_tag(sim, "msg-id", foreign ? "sharedchatnotice" : n->msg_id);
	for (size_t i = 0; i < n->param_count; i++) {
		char name[64];
		snprintf(name, sizeof(name), "msg-param-%s", n->params[i].name);
		sim_irc_tag(sim, name, n->params[i].value);
	}
	sim_irc_tag(sim, "room-id", n->channel->user->id);
	if (n->source) {
		char source_badges[192], source_info[64];
		sim_badges(n->source, user, source_badges, source_info);
		sim_irc_tag(sim, "source-badge-info", source_info);
		sim_irc_tag(sim, "source-badges", source_badges);
		sim_irc_tag(sim, "source-id", n->source_id);
		sim_irc_tag(sim, "source-msg-id", n->msg_id);
		sim_irc_tag(sim, "source-room-id", n->source->user->id);
	}
	sim_irc_tag(sim, "subscriber", member && member->tier ? "1" : "0");
	sim_irc_tag(sim, "system-msg", n->system_msg);
	tag_int(sim, "tmi-sent-ts", n->sent_ms);
	sim_irc_tag(sim, "user-id", user->id);
	sim_irc_tag(sim, "user-type", user_type(n->channel, user));
	sim_irc_tag(sim, "vip", member && member->vip ? "1" : "0");
	sim_irc_end_tags(sim);
	struct sim_buf *body = &sim->irc->body;
	sim_buf_str(body, HOST "USERNOTICE #");
	sim_buf_str(body, n->channel->user->login);
	if (n->text && *n->text) {
		sim_buf_str(body, " :");
		sim_buf_str(body, n->text);
	}
	sim_sent_add(sim, n->channel, n->msg_id, n->id, user->id);
	broadcast(sim, n->channel, COMMANDS, NULL);
}

void sim_irc_clearchat(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, int seconds)
{
	sim_irc_begin(sim);
	if (user && seconds)
		tag_int(sim, "ban-duration", seconds);
	sim_irc_tag(sim, "room-id", channel->user->id);
	if (user)
		sim_irc_tag(sim, "target-user-id", user->id);
	tag_int(sim, "tmi-sent-ts", sim_now_ms(sim));
	sim_irc_end_tags(sim);
	struct sim_buf *body = &sim->irc->body;
	sim_buf_str(body, HOST "CLEARCHAT #");
	sim_buf_str(body, channel->user->login);
	if (user) {
		sim_buf_str(body, " :");
		sim_buf_str(body, user->login);
	}
	sim_sent_add(sim, channel, "CLEARCHAT", NULL, user ? user->id : NULL);
	broadcast(sim, channel, COMMANDS, NULL);
}

void sim_irc_clearmsg(struct lx_sim *sim, struct sim_channel *channel, const struct sim_stored *stored)
{
	sim_irc_begin(sim);
	sim_irc_tag(sim, "login", sim->users[stored->user]->login);
	sim_irc_tag(sim, "room-id", "");
	sim_irc_tag(sim, "target-msg-id", stored->id);
	tag_int(sim, "tmi-sent-ts", sim_now_ms(sim));
	sim_irc_end_tags(sim);
	struct sim_buf *body = &sim->irc->body;
	sim_buf_str(body, HOST "CLEARMSG #");
	sim_buf_str(body, channel->user->login);
	sim_buf_str(body, " :");
	sim_buf_str(body, stored->text);
	sim_sent_add(sim, channel, "CLEARMSG", stored->id, NULL);
	broadcast(sim, channel, COMMANDS, NULL);
}

void sim_irc_roomstate(struct lx_sim *sim, struct sim_channel *channel, const char *name, int value, const char *msg_id,
		       const char *text)
{
	sim_irc_begin(sim);
	tag_int(sim, name, value);
	sim_irc_tag(sim, "room-id", channel->user->id);
	sim_irc_end_tags(sim);
	sim_buf_str(&sim->irc->body, HOST "ROOMSTATE #");
	sim_buf_str(&sim->irc->body, channel->user->login);
	broadcast(sim, channel, COMMANDS, NULL);
	if (!msg_id)
		return;
	sim_irc_begin(sim);
	sim_irc_tag(sim, "msg-id", msg_id);
	sim_irc_end_tags(sim);
	sim_buf_str(&sim->irc->body, HOST "NOTICE #");
	sim_buf_str(&sim->irc->body, channel->user->login);
	sim_buf_str(&sim->irc->body, " :");
	sim_buf_str(&sim->irc->body, text);
	broadcast(sim, channel, COMMANDS, NULL);
}

void sim_irc_whisper(struct lx_sim *sim, const struct sim_user *from, const struct sim_user *to, const char *text)
{
	char thread[40];
	bool ordered = strcmp(from->id, to->id) < 0;
	snprintf(thread, sizeof(thread), "%s_%s", ordered ? from->id : to->id, ordered ? to->id : from->id);
	sim_irc_begin(sim);
	sim_irc_tag(sim, "badges", "");
	sim_irc_tag(sim, "color", from->color);
	sim_irc_tag(sim, "display-name", from->name);
	tag_emotes(sim, text);
	tag_int(sim, "message-id", 1);
	sim_irc_tag(sim, "thread-id", thread);
	sim_irc_tag(sim, "turbo", from->turbo ? "1" : "0");
	sim_irc_tag(sim, "user-id", from->id);
	sim_irc_tag(sim, "user-type", from->type);
	sim_irc_end_tags(sim);
	prefix(sim, from);
	sim_buf_printf(&sim->irc->body, "WHISPER %s :%s\r\n", to->login, text);
	for (struct sim_irc *irc = sim->irc->first; irc; irc = irc->next) {
		if (irc->logged_in && irc->user == to && irc->commands)
			sim_irc_put(irc);
	}
}

void sim_irc_membership(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, bool is_in)
{
	sim_irc_begin(sim);
	sim_buf_clear(&sim->irc->tags); /* these lines carry none */
	prefix(sim, user);
	sim_buf_str(&sim->irc->body, is_in ? "JOIN #" : "PART #");
	sim_buf_str(&sim->irc->body, channel->user->login);
	broadcast(sim, channel, MEMBERSHIP, user);
}

void sim_irc_send_userstate(struct sim_irc *irc, const struct sim_channel *channel, const char *id)
{
	struct lx_sim *sim = irc->conn->sim;
	char badges[192], info[64];
	const struct sim_member *member = sim_member_find(channel, irc->user);
	sim_badges((struct sim_channel *)channel, irc->user, badges, info);
	sim_irc_begin(sim);
	sim_irc_tag(sim, "badge-info", info);
	sim_irc_tag(sim, "badges", badges);
	sim_irc_tag(sim, "color", irc->user->color);
	sim_irc_tag(sim, "display-name", irc->user->name);
	sim_irc_tag(sim, "emote-sets", EMOTE_SETS);
	if (id)
		sim_irc_tag(sim, "id", id);
	sim_irc_tag(sim, "mod", irc->user != channel->user && sim_can_moderate(channel, irc->user) ? "1" : "0");
	sim_irc_tag(sim, "subscriber", member && member->tier ? "1" : "0");
	sim_irc_tag(sim, "user-type", user_type(channel, irc->user));
	sim_irc_end_tags(sim);
	sim_buf_printf(&sim->irc->body, HOST "USERSTATE #%s\r\n", channel->user->login);
	if (irc->commands)
		sim_irc_put(irc);
}

void sim_irc_userstate(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user)
{
	for (struct sim_irc *irc = sim->irc->first; irc; irc = irc->next) {
		if (irc->logged_in && irc->user == user && sim_irc_joined(irc, channel))
			sim_irc_send_userstate(irc, channel, NULL);
	}
}

bool sim_irc_has_readers(struct lx_sim *sim, const struct sim_channel *channel)
{
	for (const struct sim_irc *irc = sim->irc->first; irc; irc = irc->next) {
		if (irc->logged_in && sim_irc_joined(irc, channel))
			return true;
	}
	return false;
}
