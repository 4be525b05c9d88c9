#include "irc.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "chat.h"
#include "faults.h"
#include "generator.h"
#include "journal.h"
#include "json.h"
#include "oauth.h"
#include "world.h"

#define HOST ":tmi.twitch.tv "
#define LINE_LIMIT 16384
#define PING_MS 300000
#define PONG_MS 10000
#define EMOTE_SETS "0,300374282"
#define MAX_CHANNELS 100

struct joined {
	struct sim_channel *channel;
	uint64_t sent_before; /* number of things the channel was sent before */
};

struct sim_irc {
	struct sim_conn *conn;
	struct sim_irc *next, **link;
	struct sim_buf in;
	bool tags, commands, membership;
	bool has_pass, mute_pong, waiting_pong;
	char *pass;
	char nick[32]; /* "" before NICK */
	bool logged_in, anonymous;
	struct sim_user *user; /* NULL when anonymous */
	bool may_send;
	DARRAY(struct joined) joined;
	uint64_t lines_in, lines_out;
	lws_sorted_usec_list_t timer;
};

struct sim_irc_server {
	struct sim_irc *first;
	struct sim_buf tags, body; /* the line being built */
	uint32_t ping_ms;
};

/* --- writing ----------------------------------------------------------------------------------------------------- */

static void line(struct sim_irc *irc, const char *format, ...)
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
static void put_built(struct sim_irc *irc)
{
	struct sim_irc_server *server = irc->conn->sim->irc;
	if (irc->tags)
		sim_buf_add(&irc->conn->out, sim_buf_bytes(&server->tags), server->tags.size);
	sim_buf_add(&irc->conn->out, sim_buf_bytes(&server->body), server->body.size);
	irc->lines_out++;
	sim_conn_flush(irc->conn);
}

static const struct joined *joined(const struct sim_irc *irc, const struct sim_channel *channel)
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
		if (!irc->logged_in || !joined(irc, channel) || (not_user && irc->user == not_user) ||
		    (need == COMMANDS && !irc->commands) || (need == MEMBERSHIP && !irc->membership))
			continue;
		put_built(irc);
	}
}

static void begin(struct lx_sim *sim)
{
	sim_buf_clear(&sim->irc->tags);
	sim_buf_clear(&sim->irc->body);
	sim_buf_char(&sim->irc->tags, '@');
}

static void tag(struct lx_sim *sim, const char *name, const char *value)
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

static void end_tags(struct lx_sim *sim)
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
	begin(sim);
	tag(sim, "badge-info", info);
	tag(sim, "badges", badges);
	if (m->bits)
		tag_int(sim, "bits", m->bits);
	if (m->client_nonce)
		tag(sim, "client-nonce", m->client_nonce);
	tag(sim, "color", user->color);
	if (m->reward_id)
		tag(sim, "custom-reward-id", m->reward_id);
	tag(sim, "display-name", user->name);
	if (m->emote_only || only_emotes(m->text))
		tag(sim, "emote-only", "1");
	tag_emotes(sim, m->text);
	tag(sim, "first-msg", m->first ? "1" : "0");
	tag(sim, "flags", "");
	tag(sim, "id", m->id);
	tag(sim, "mod", user != m->channel->user && sim_can_moderate(m->channel, user) ? "1" : "0");
	if (m->kind)
		tag(sim, "msg-id", m->kind);
	if (m->reply_to) {
		const struct sim_user *parent = sim->users[m->reply_to->user];
		const struct sim_stored *root = sim_message_find(m->channel, m->reply_to->thread);
		const struct sim_user *first = root ? sim->users[root->user] : parent;
		tag(sim, "reply-parent-display-name", parent->name);
		tag(sim, "reply-parent-msg-body", m->reply_to->text);
		tag(sim, "reply-parent-msg-id", m->reply_to->id);
		tag(sim, "reply-parent-user-id", parent->id);
		tag(sim, "reply-parent-user-login", parent->login);
		tag(sim, "reply-thread-parent-display-name", first->name);
		tag(sim, "reply-thread-parent-msg-id", m->reply_to->thread);
		tag(sim, "reply-thread-parent-user-id", first->id);
		tag(sim, "reply-thread-parent-user-login", first->login);
	}
	tag(sim, "returning-chatter", m->returning ? "1" : "0");
	tag(sim, "room-id", m->channel->user->id);
	if (m->source) {
		char source_badges[192], source_info[64];
		sim_badges(m->source, user, source_badges, source_info);
		tag(sim, "source-badge-info", source_info);
		tag(sim, "source-badges", source_badges);
		tag(sim, "source-id", m->source_id);
		tag(sim, "source-only", "0");
		tag(sim, "source-room-id", m->source->user->id);
	}
	tag(sim, "subscriber", member && member->tier ? "1" : "0");
	tag_int(sim, "tmi-sent-ts", m->sent_ms);
	tag(sim, "turbo", user->turbo ? "1" : "0");
	tag(sim, "user-id", user->id);
	tag(sim, "user-type", user_type(m->channel, user));
	if (member && member->vip)
		tag(sim, "vip", "1");
	end_tags(sim);
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
	begin(sim);
	tag(sim, "badge-info", info);
	tag(sim, "badges", badges);
	tag(sim, "color", user->color);
	tag(sim, "display-name", user->name);
	tag_emotes(sim, n->text);
	tag(sim, "flags", "");
	tag(sim, "id", n->id);
	tag(sim, "login", user->login);
	tag(sim, "mod", user != n->channel->user && sim_can_moderate(n->channel, user) ? "1" : "0");
	tag(sim, "msg-id", foreign ? "sharedchatnotice" : n->msg_id);
	for (size_t i = 0; i < n->param_count; i++) {
		char name[64];
		snprintf(name, sizeof(name), "msg-param-%s", n->params[i].name);
		tag(sim, name, n->params[i].value);
	}
	tag(sim, "room-id", n->channel->user->id);
	if (n->source) {
		char source_badges[192], source_info[64];
		sim_badges(n->source, user, source_badges, source_info);
		tag(sim, "source-badge-info", source_info);
		tag(sim, "source-badges", source_badges);
		tag(sim, "source-id", n->source_id);
		tag(sim, "source-msg-id", n->msg_id);
		tag(sim, "source-room-id", n->source->user->id);
	}
	tag(sim, "subscriber", member && member->tier ? "1" : "0");
	tag(sim, "system-msg", n->system_msg);
	tag_int(sim, "tmi-sent-ts", n->sent_ms);
	tag(sim, "user-id", user->id);
	tag(sim, "user-type", user_type(n->channel, user));
	tag(sim, "vip", member && member->vip ? "1" : "0");
	end_tags(sim);
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
	begin(sim);
	if (user && seconds)
		tag_int(sim, "ban-duration", seconds);
	tag(sim, "room-id", channel->user->id);
	if (user)
		tag(sim, "target-user-id", user->id);
	tag_int(sim, "tmi-sent-ts", sim_now_ms(sim));
	end_tags(sim);
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
	begin(sim);
	tag(sim, "login", sim->users[stored->user]->login);
	tag(sim, "room-id", "");
	tag(sim, "target-msg-id", stored->id);
	tag_int(sim, "tmi-sent-ts", sim_now_ms(sim));
	end_tags(sim);
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
	begin(sim);
	tag_int(sim, name, value);
	tag(sim, "room-id", channel->user->id);
	end_tags(sim);
	sim_buf_str(&sim->irc->body, HOST "ROOMSTATE #");
	sim_buf_str(&sim->irc->body, channel->user->login);
	broadcast(sim, channel, COMMANDS, NULL);
	if (!msg_id)
		return;
	begin(sim);
	tag(sim, "msg-id", msg_id);
	end_tags(sim);
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
	begin(sim);
	tag(sim, "badges", "");
	tag(sim, "color", from->color);
	tag(sim, "display-name", from->name);
	tag_emotes(sim, text);
	tag_int(sim, "message-id", 1);
	tag(sim, "thread-id", thread);
	tag(sim, "turbo", from->turbo ? "1" : "0");
	tag(sim, "user-id", from->id);
	tag(sim, "user-type", from->type);
	end_tags(sim);
	prefix(sim, from);
	sim_buf_printf(&sim->irc->body, "WHISPER %s :%s\r\n", to->login, text);
	for (struct sim_irc *irc = sim->irc->first; irc; irc = irc->next) {
		if (irc->logged_in && irc->user == to && irc->commands)
			put_built(irc);
	}
}

void sim_irc_membership(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, bool is_in)
{
	begin(sim);
	sim_buf_clear(&sim->irc->tags); /* these lines carry none */
	prefix(sim, user);
	sim_buf_str(&sim->irc->body, is_in ? "JOIN #" : "PART #");
	sim_buf_str(&sim->irc->body, channel->user->login);
	broadcast(sim, channel, MEMBERSHIP, user);
}

static void send_userstate(struct sim_irc *irc, const struct sim_channel *channel, const char *id)
{
	struct lx_sim *sim = irc->conn->sim;
	char badges[192], info[64];
	const struct sim_member *member = sim_member_find(channel, irc->user);
	sim_badges((struct sim_channel *)channel, irc->user, badges, info);
	begin(sim);
	tag(sim, "badge-info", info);
	tag(sim, "badges", badges);
	tag(sim, "color", irc->user->color);
	tag(sim, "display-name", irc->user->name);
	tag(sim, "emote-sets", EMOTE_SETS);
	if (id)
		tag(sim, "id", id);
	tag(sim, "mod", irc->user != channel->user && sim_can_moderate(channel, irc->user) ? "1" : "0");
	tag(sim, "subscriber", member && member->tier ? "1" : "0");
	tag(sim, "user-type", user_type(channel, irc->user));
	end_tags(sim);
	sim_buf_printf(&sim->irc->body, HOST "USERSTATE #%s\r\n", channel->user->login);
	if (irc->commands)
		put_built(irc);
}

void sim_irc_userstate(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user)
{
	for (struct sim_irc *irc = sim->irc->first; irc; irc = irc->next) {
		if (irc->logged_in && irc->user == user && joined(irc, channel))
			send_userstate(irc, channel, NULL);
	}
}

bool sim_irc_has_readers(struct lx_sim *sim, const struct sim_channel *channel)
{
	for (const struct sim_irc *irc = sim->irc->first; irc; irc = irc->next) {
		if (irc->logged_in && joined(irc, channel))
			return true;
	}
	return false;
}

/* --- joining ----------------------------------------------------------------------------------------------------- */

static void channel_notice(struct sim_irc *irc, const char *login, const char *msg_id, const char *text)
{
	if (irc->tags)
		line(irc, "@msg-id=%s " HOST "NOTICE #%s :%s", msg_id, login, text);
	else
		line(irc, HOST "NOTICE #%s :%s", login, text);
}

static void send_names(struct sim_irc *irc, struct sim_channel *channel)
{
	struct lx_sim *sim = irc->conn->sim;
	const char *me = irc->nick, *login = channel->user->login;
	if (irc->membership) {
		char names[420] = "";
		size_t size = 0, present = 0;
		for (size_t i = 0; i < channel->member_capacity && i < sim->user_count; i++)
			present += channel->members[i] && channel->members[i]->present;
		for (size_t i = 0; present <= 1000 && i < channel->member_capacity && i < sim->user_count; i++) {
			if (!channel->members[i] || !channel->members[i]->present || sim->users[i] == irc->user)
				continue;
			if (size > sizeof(names) - 30) {
				line(irc, ":%s.tmi.twitch.tv 353 %s = #%s :%s", me, me, login, names);
				size = 0;
			}
			size += (size_t)snprintf(names + size, sizeof(names) - size, "%s%s", size ? " " : "",
						 sim->users[i]->login);
		}
		if (size)
			line(irc, ":%s.tmi.twitch.tv 353 %s = #%s :%s", me, me, login, names);
	}
	line(irc, ":%s.tmi.twitch.tv 353 %s = #%s :%s", me, me, login, me);
	line(irc, ":%s.tmi.twitch.tv 366 %s #%s :End of /NAMES list", me, me, login);
}

static void send_roomstate(struct sim_irc *irc, const struct sim_channel *channel)
{
	const struct sim_settings *s = &channel->settings;
	if (!irc->commands)
		return;
	if (irc->tags)
		line(irc,
		     "@emote-only=%d;followers-only=%d;r9k=%d;room-id=%s;slow=%d;subs-only=%d " HOST "ROOMSTATE #%s",
		     s->emote_only, s->followers, s->unique, channel->user->id, s->slow, s->subs_only,
		     channel->user->login);
	else
		line(irc, HOST "ROOMSTATE #%s", channel->user->login);
}

/* Whether one more is allowed within the window; remembers it if so. */
static bool within(int64_t *times, uint32_t size, uint32_t *next, int64_t now, int64_t window)
{
	if (times[*next % size] && now - times[*next % size] < window)
		return false;
	times[(*next)++ % size] = now;
	return true;
}

static void join(struct sim_irc *irc, const char *name)
{
	struct lx_sim *sim = irc->conn->sim;
	if (irc->user && !within(irc->user->join_times, 20, &irc->user->join_next, sim_now_ms(sim), 10000))
		return;
	struct sim_channel *channel = *name == '#' ? sim_channel_by_login(sim, name + 1) : NULL;
	if (!channel || joined(irc, channel))
		return; /* no such channel: no answer at all */
	if (channel->suspended) {
		channel_notice(irc, channel->user->login, "msg_channel_suspended", "This channel has been suspended.");
		return;
	}
	struct sim_member *member = irc->user ? sim_member(channel, irc->user) : NULL;
	if (member && sim_ban_state(sim, member) == SIM_BANNED) {
		char text[128];
		snprintf(text, sizeof(text), "You are permanently banned from talking in %s.", channel->user->login);
		channel_notice(irc, channel->user->login, "msg_banned", text);
		return;
	}
	size_t counted = 0;
	for (size_t i = 0; i < irc->joined.num; i++)
		counted += !irc->user || !sim_can_moderate(irc->joined.array[i].channel, irc->user);
	if (counted >= MAX_CHANNELS && !(irc->user && sim_can_moderate(channel, irc->user))) {
		channel_notice(irc, channel->user->login, "msg_concurrent_channel_limit_reached",
			       "You have reached the maximum number of channels that can be joined at a time.");
		return;
	}
	struct joined entry = {channel, channel->sent_count};
	da_push_back(irc->joined, &entry);
	line(irc, ":%s!%s@%s.tmi.twitch.tv JOIN #%s", irc->nick, irc->nick, irc->nick, channel->user->login);
	send_names(irc, channel);
	if (irc->user)
		send_userstate(irc, channel, NULL);
	send_roomstate(irc, channel);
	if (member && !member->present) {
		member->present = true;
		sim_irc_membership(sim, channel, irc->user, true);
	}
	sim_generator_wake(sim);
}

static void leave(struct sim_irc *irc, struct sim_channel *channel, bool tell)
{
	for (size_t i = 0; i < irc->joined.num; i++) {
		if (irc->joined.array[i].channel != channel)
			continue;
		da_erase(irc->joined, i);
		if (tell)
			line(irc, ":%s!%s@%s.tmi.twitch.tv PART #%s", irc->nick, irc->nick, irc->nick,
			     channel->user->login);
		if (irc->user) {
			struct sim_member *member = sim_member(channel, irc->user);
			member->present = false;
			sim_irc_membership(irc->conn->sim, channel, irc->user, false);
		}
		return;
	}
}

void sim_irc_part(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user)
{
	for (struct sim_irc *irc = sim->irc->first; irc; irc = irc->next) {
		if (irc->logged_in && irc->user == user)
			leave(irc, channel, true);
	}
}

/* --- login ------------------------------------------------------------------------------------------------------- */

static void refuse_login(struct sim_irc *irc, const char *text)
{
	line(irc, HOST "NOTICE * :%s", text);
	sim_conn_close(irc->conn);
}

static void ping_due(lws_sorted_usec_list_t *timer)
{
	struct sim_irc *irc = lws_container_of(timer, struct sim_irc, timer);
	if (irc->waiting_pong) {
		sim_conn_close(irc->conn);
		return;
	}
	line(irc, "PING :tmi.twitch.tv");
	irc->waiting_pong = true;
	lws_sul_schedule(irc->conn->sim->context, 0, &irc->timer, ping_due, (lws_usec_t)PONG_MS * 1000);
}

static void plan_ping(struct sim_irc *irc)
{
	irc->waiting_pong = false;
	lws_sul_schedule(irc->conn->sim->context, 0, &irc->timer, ping_due,
			 (lws_usec_t)irc->conn->sim->irc->ping_ms * 1000);
}

static void welcome(struct sim_irc *irc)
{
	struct lx_sim *sim = irc->conn->sim;
	const char *me = irc->nick;
	irc->logged_in = true;
	line(irc, HOST "001 %s :Welcome, GLHF!", me);
	line(irc, HOST "002 %s :Your host is tmi.twitch.tv", me);
	line(irc, HOST "003 %s :This server is rather new", me);
	line(irc, HOST "004 %s :-", me);
	line(irc, HOST "375 %s :-", me);
	line(irc, HOST "372 %s :You are in a maze of twisty passages.", me);
	line(irc, HOST "376 %s :>", me);
	if (irc->user && irc->commands) {
		begin(sim);
		tag(sim, "badge-info", "");
		tag(sim, "badges", "");
		tag(sim, "color", irc->user->color);
		tag(sim, "display-name", irc->user->name);
		tag(sim, "emote-sets", EMOTE_SETS);
		tag(sim, "user-id", irc->user->id);
		tag(sim, "user-type", irc->user->type);
		end_tags(sim);
		sim_buf_str(&sim->irc->body, HOST "GLOBALUSERSTATE\r\n");
		put_built(irc);
	}
	plan_ping(irc);
}

static bool is_anonymous(const char *nick)
{
	if (strncmp(nick, "justinfan", 9) != 0 || !nick[9])
		return false;
	for (nick += 9; *nick; nick++) {
		if (!isdigit((unsigned char)*nick))
			return false;
	}
	return true;
}

static bool good_nick(const char *nick)
{
	size_t size = strlen(nick);
	if (!size || size > 25)
		return false;
	for (; *nick; nick++) {
		if (!isalnum((unsigned char)*nick) && *nick != '_')
			return false;
	}
	return true;
}

/* PASS and NICK are there. */
static void login(struct sim_irc *irc)
{
	struct lx_sim *sim = irc->conn->sim;
	const char *refusal = sim_faults_login(sim);
	if (refusal) {
		refuse_login(irc, refusal);
		return;
	}
	if (strncmp(irc->pass, "oauth:", 6) != 0 || !irc->pass[6]) {
		refuse_login(irc, "Improperly formatted auth");
		return;
	}
	const struct sim_token *token = sim_token_find(sim, irc->pass + 6);
	if (!token || !token->user || !sim_token_has(token, "chat:read")) {
		refuse_login(irc, "Login authentication failed");
		return;
	}
	if (!within(token->user->login_times, 20, &token->user->login_next, sim_now_ms(sim), 10000)) {
		refuse_login(irc, "Error logging in");
		return;
	}
	irc->user = token->user;
	irc->may_send = sim_token_has(token, "chat:edit");
	snprintf(irc->nick, sizeof(irc->nick), "%s", token->user->login); /* the account counts, not the name given */
	welcome(irc);
}

static void nick_received(struct sim_irc *irc, const char *nick)
{
	if (irc->logged_in)
		return;
	if (!good_nick(nick)) {
		refuse_login(irc, "Invalid NICK");
		return;
	}
	snprintf(irc->nick, sizeof(irc->nick), "%s", nick);
	if (is_anonymous(nick)) {
		const char *refusal = sim_faults_login(irc->conn->sim);
		if (refusal) {
			refuse_login(irc, refusal);
			return;
		}
		irc->anonymous = true;
		welcome(irc);
	} else if (irc->has_pass) {
		login(irc);
	}
}

static void pass_received(struct sim_irc *irc, const char *pass)
{
	if (irc->logged_in)
		return;
	if (*irc->nick || !*pass) { /* after NICK, or empty */
		refuse_login(irc, "Improperly formatted auth");
		return;
	}
	bfree(irc->pass);
	irc->pass = bstrdup(pass);
	irc->has_pass = true;
}

static void cap_received(struct sim_irc *irc, const char *verb, const char *caps)
{
	static const char all[] = "twitch.tv/commands twitch.tv/tags twitch.tv/membership";
	const char *who = *irc->nick ? irc->nick : "*";
	if (strcmp(verb, "LS") == 0) {
		line(irc, HOST "CAP %s LS :%s", who, all);
	} else if (strcmp(verb, "REQ") == 0) {
		bool tags = false, commands = false, membership = false, ok = true;
		for (const char *at = caps; *at;) {
			size_t size = strcspn(at, " ");
			if (size == 14 && strncmp(at, "twitch.tv/tags", size) == 0)
				tags = true;
			else if (size == 18 && strncmp(at, "twitch.tv/commands", size) == 0)
				commands = true;
			else if (size == 20 && strncmp(at, "twitch.tv/membership", size) == 0)
				membership = true;
			else if (size)
				ok = false;
			at += size;
			at += strspn(at, " ");
		}
		line(irc, HOST "CAP * %s :%s", ok ? "ACK" : "NAK", caps);
		if (ok) {
			irc->tags |= tags;
			irc->commands |= commands;
			irc->membership |= membership;
		}
	}
}

/* --- lines from the client --------------------------------------------------------------------------------------- */

static char *tag_value(const char *tags, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = tags; at && *at; at = strchr(at, ';') ? strchr(at, ';') + 1 : NULL) {
		if (strncmp(at, name, length) != 0 || at[length] != '=')
			continue;
		at += length + 1;
		return bstrdup_n(at, strcspn(at, ";"));
	}
	return NULL;
}

static void privmsg(struct sim_irc *irc, const char *tags, const char *target, char *text)
{
	struct lx_sim *sim = irc->conn->sim;
	struct sim_channel *channel = *target == '#' ? sim_channel_by_login(sim, target + 1) : NULL;
	if (!irc->user || !channel || !text || !*text)
		return; /* anonymous: does nothing */
	if (!irc->may_send) {
		channel_notice(irc, channel->user->login, "no_permission",
			       "You don't have permission to perform that action.");
		return;
	}
	struct sim_send send = {.channel = channel, .user = irc->user, .text = text, .irc = true, .not_to = irc};
	size_t size = strlen(text);
	if (strncmp(text,
		    "\x01"
		    "ACTION ",
		    8) == 0) {
		send.text = text + 8;
		send.action = true;
		if (text[size - 1] == '\x01')
			text[size - 1] = '\0';
	} else if (strncmp(text, "/me ", 4) == 0 || strncmp(text, ".me ", 4) == 0) {
		send.text = text + 4;
		send.action = true;
	} else if ((*text == '/' || *text == '.') && text[1] && text[1] != ' ' && text[1] != '.') {
		char reply[256];
		snprintf(reply, sizeof(reply), "Unrecognized command: /%.*s", (int)strcspn(text + 1, " "), text + 1);
		channel_notice(irc, channel->user->login, "unrecognized_cmd", reply);
		return;
	}
	char *parent = tag_value(tags, "reply-parent-msg-id"), *nonce = tag_value(tags, "client-nonce");
	send.reply_to = parent;
	send.client_nonce = nonce;
	struct sim_send_result result;
	sim_chat_send(sim, &send, &result);
	if (result.sent)
		send_userstate(irc, channel, result.id);
	else if (result.code)
		channel_notice(irc, channel->user->login, result.code, result.message);
	bfree(parent);
	bfree(nonce);
}

static void handle(struct sim_irc *irc, char *text)
{
	struct lx_sim *sim = irc->conn->sim;
	irc->lines_in++;
	bool secret = strncmp(text, "PASS", 4) == 0; /* kept out of the journal's line, told apart by its length */
	if (secret) {
		char masked[64];
		snprintf(masked, sizeof(masked), "PASS (%zu bytes)", strlen(text) > 5 ? strlen(text) - 5 : 0);
		sim_journal_line(sim, "irc", irc->conn->number, irc->nick, masked);
	} else {
		sim_journal_line(sim, "irc", irc->conn->number, irc->nick, text);
	}
	char *tags = NULL;
	if (*text == '@') {
		tags = text + 1;
		text += strcspn(text, " ");
		if (*text)
			*text++ = '\0';
		text += strspn(text, " ");
	}
	if (*text == ':') { /* a prefix from a client means nothing */
		text += strcspn(text, " ");
		text += strspn(text, " ");
	}
	char *command = text, *params[3] = {NULL, NULL, NULL};
	text += strcspn(text, " ");
	if (*text)
		*text++ = '\0';
	for (int i = 0; i < 3; i++) {
		text += strspn(text, " ");
		if (!*text)
			break;
		if (*text == ':') {
			params[i] = text + 1;
			break;
		}
		params[i] = text;
		text += strcspn(text, " ");
		if (*text)
			*text++ = '\0';
	}
	const char *first = params[0] ? params[0] : "", *second = params[1] ? params[1] : "";
	if (!*command)
		return;
	if (strcmp(command, "CAP") == 0) {
		cap_received(irc, first, second);
	} else if (strcmp(command, "PASS") == 0) {
		pass_received(irc, first);
	} else if (strcmp(command, "NICK") == 0) {
		nick_received(irc, first);
	} else if (strcmp(command, "USER") == 0) {
		/* not needed, not answered */
	} else if (strcmp(command, "PING") == 0) {
		if (!irc->mute_pong)
			line(irc, HOST "PONG tmi.twitch.tv :%s", first);
	} else if (strcmp(command, "PONG") == 0) {
		if (irc->logged_in)
			plan_ping(irc);
	} else if (strcmp(command, "QUIT") == 0) {
		sim_conn_close(irc->conn);
	} else if (!irc->logged_in) {
		return;
	} else if (strcmp(command, "JOIN") == 0 || strcmp(command, "PART") == 0) {
		for (char *name = (char *)first; *name && !irc->conn->closing;) {
			char *comma = name + strcspn(name, ",");
			bool more = *comma != '\0';
			*comma = '\0';
			struct sim_channel *channel = *name == '#' ? sim_channel_by_login(sim, name + 1) : NULL;
			if (*command == 'J')
				join(irc, name);
			else if (channel)
				leave(irc, channel, true);
			name = more ? comma + 1 : comma;
		}
	} else if (strcmp(command, "PRIVMSG") == 0) {
		privmsg(irc, tags, first, params[1]);
	} else {
		line(irc, HOST "421 %s %s :Unknown command", irc->nick, command);
	}
}

/* --- connections ------------------------------------------------------------------------------------------------- */

static void irc_opened(struct sim_conn *conn)
{
	struct sim_irc_server *server = conn->sim->irc;
	struct sim_irc *irc = bzalloc(sizeof(*irc));
	irc->conn = conn;
	irc->next = server->first;
	irc->link = &server->first;
	if (irc->next)
		irc->next->link = &irc->next;
	server->first = irc;
	conn->owner = irc;
	sim_journal_line(conn->sim, "connect", conn->number, NULL, conn->tls ? "ircs" : "irc");
}

static void irc_received(struct sim_conn *conn, const char *data, size_t size)
{
	struct sim_irc *irc = conn->owner;
	sim_buf_add(&irc->in, data, size);
	while (irc->in.size && !conn->closing && !conn->dropping) {
		const char *start = sim_buf_bytes(&irc->in);
		const char *end = memchr(start, '\n', irc->in.size);
		if (!end) {
			if (irc->in.size > LINE_LIMIT)
				sim_conn_drop(conn, false);
			return;
		}
		size_t whole = (size_t)(end - start) + 1, length = whole - 1;
		if (length && start[length - 1] == '\r')
			length--;
		char *text = bstrdup_n(start, length);
		sim_buf_take(&irc->in, whole);
		handle(irc, text);
		bfree(text);
	}
}

static void irc_closed(struct sim_conn *conn)
{
	struct sim_irc *irc = conn->owner;
	sim_journal_line(conn->sim, "disconnect", conn->number, irc->nick, conn->tls ? "ircs" : "irc");
	lws_sul_cancel(&irc->timer);
	*irc->link = irc->next;
	if (irc->next)
		irc->next->link = irc->link;
	sim_buf_finish(&irc->in);
	da_free(irc->joined);
	bfree(irc->pass);
	bfree(irc);
}

const struct sim_conn_ops sim_irc_conn_ops = {irc_opened, irc_received, irc_closed};

void sim_irc_logout(struct lx_sim *sim, const struct sim_user *user)
{
	for (struct sim_irc *irc = sim->irc->first; irc; irc = irc->next) {
		if (irc->logged_in && irc->user == user)
			refuse_login(irc, "Login authentication failed");
	}
}

struct sim_irc_server *sim_irc_server_create(struct lx_sim *sim)
{
	(void)sim;
	struct sim_irc_server *server = bzalloc(sizeof(*server));
	server->ping_ms = PING_MS;
	return server;
}

void sim_irc_server_destroy(struct sim_irc_server *server)
{
	if (!server)
		return;
	sim_buf_finish(&server->tags);
	sim_buf_finish(&server->body);
	bfree(server);
}

/* --- control ----------------------------------------------------------------------------------------------------- */

static void raw_line(struct sim_irc *irc, const char *text)
{
	sim_buf_str(&irc->conn->out, text);
	sim_buf_str(&irc->conn->out, "\r\n");
	irc->lines_out++;
	sim_conn_flush(irc->conn);
}

static bool act(struct sim_irc *irc, const char *action, const cJSON *json)
{
	struct sim_conn *conn = irc->conn;
	const char *text = sim_json_text(json, "line", NULL);
	if (strcmp(action, "raw") == 0) {
		const cJSON *item;
		if (text)
			raw_line(irc, text);
		cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "lines")) {
			if (cJSON_IsString(item))
				raw_line(irc, item->valuestring);
		}
	} else if (strcmp(action, "bytes") == 0) { /* as they are, without CRLF */
		if (text)
			sim_conn_write(conn, text, strlen(text));
	} else if (strcmp(action, "drop") == 0) {
		sim_conn_drop(conn, false);
	} else if (strcmp(action, "reset") == 0) {
		sim_conn_drop(conn, true);
	} else if (strcmp(action, "reconnect") == 0) {
		raw_line(irc, HOST "RECONNECT");
	} else if (strcmp(action, "half_line") == 0) {
		if (!text)
			text = ":anna_b!anna_b@anna_b.tmi.twitch.tv PRIVMSG #streamer :this line has no";
		sim_conn_write(conn, text, strlen(text));
		if (sim_json_bool(json, "close", true))
			sim_conn_close(conn);
		else
			sim_conn_silence(conn);
	} else if (strcmp(action, "silent") == 0) {
		sim_conn_silence(conn);
	} else if (strcmp(action, "stall") == 0) {
		sim_conn_stall(conn, true);
	} else if (strcmp(action, "unstall") == 0) {
		conn->silent = false;
		sim_conn_stall(conn, false);
	} else if (strcmp(action, "ping") == 0) {
		lws_sul_schedule(conn->sim->context, 0, &irc->timer, ping_due, 1);
	} else if (strcmp(action, "mute_pong") == 0) {
		irc->mute_pong = sim_json_bool(json, "on", true);
	} else if (strcmp(action, "dribble") == 0) {
		conn->dribble = sim_json_bool(json, "on", true);
	} else {
		return false;
	}
	return true;
}

cJSON *sim_irc_control(struct lx_sim *sim, const cJSON *json)
{
	const char *action = sim_json_text(json, "action", "");
	uint64_t number = (uint64_t)sim_json_int(json, "connection", 0);
	struct sim_channel *channel = sim_channel_by_login(sim, sim_json_text(json, "channel", NULL));
	if (strcmp(action, "ping_interval") == 0) {
		sim->irc->ping_ms = (uint32_t)sim_json_int(json, "ms", PING_MS);
		return sim_json_ok();
	}
	int count = 0;
	struct sim_irc *next;
	for (struct sim_irc *irc = sim->irc->first; irc; irc = next) {
		next = irc->next;
		if ((number && irc->conn->number != number) || (!number && !irc->logged_in) ||
		    (channel && !joined(irc, channel)))
			continue;
		if (!act(irc, action, json))
			return sim_json_error("no such action");
		count++;
	}
	cJSON *answer = sim_json_ok();
	sim_json_put_int(answer, "connections", count);
	return answer;
}

cJSON *sim_irc_list(struct lx_sim *sim)
{
	cJSON *list = cJSON_CreateArray();
	for (const struct sim_irc *irc = sim->irc->first; irc; irc = irc->next) {
		cJSON *json = cJSON_CreateObject();
		sim_json_put_int(json, "connection", (int64_t)irc->conn->number);
		sim_json_put(json, "nick", irc->nick);
		sim_json_put_bool(json, "logged_in", irc->logged_in);
		sim_json_put_bool(json, "anonymous", irc->anonymous);
		sim_json_put_bool(json, "tls", irc->conn->tls);
		sim_json_put_int(json, "lines_in", (int64_t)irc->lines_in);
		sim_json_put_int(json, "lines_out", (int64_t)irc->lines_out);
		sim_json_put_int(json, "bytes_out", (int64_t)irc->conn->bytes_out);
		sim_json_put_int(json, "bytes_waiting", (int64_t)irc->conn->out.size);
		cJSON *channels = cJSON_AddArrayToObject(json, "channels");
		for (size_t i = 0; i < irc->joined.num; i++) {
			cJSON *channel = cJSON_CreateObject();
			sim_json_put(channel, "login", irc->joined.array[i].channel->user->login);
			sim_json_put_int(channel, "sent_before", (int64_t)irc->joined.array[i].sent_before);
			cJSON_AddItemToArray(channels, channel);
		}
		cJSON_AddItemToArray(list, json);
	}
	return list;
}
