#include "irc_session.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "chat.h"
#include "faults.h"
#include "generator.h"
#include "journal.h"
#include "oauth.h"
#include "world.h"

#define LINE_LIMIT 16384
#define PONG_MS 10000
#define MAX_CHANNELS 100

/* --- joining ----------------------------------------------------------------------------------------------------- */

static void channel_notice(struct sim_irc *irc, const char *login, const char *msg_id, const char *text)
{
	if (irc->tags)
		sim_irc_line(irc, "@msg-id=%s " HOST "NOTICE #%s :%s", msg_id, login, text);
	else
		sim_irc_line(irc, HOST "NOTICE #%s :%s", login, text);
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
				sim_irc_line(irc, ":%s.tmi.twitch.tv 353 %s = #%s :%s", me, me, login, names);
				size = 0;
			}
			size += (size_t)snprintf(names + size, sizeof(names) - size, "%s%s", size ? " " : "",
						 sim->users[i]->login);
		}
		if (size)
			sim_irc_line(irc, ":%s.tmi.twitch.tv 353 %s = #%s :%s", me, me, login, names);
	}
	sim_irc_line(irc, ":%s.tmi.twitch.tv 353 %s = #%s :%s", me, me, login, me);
	sim_irc_line(irc, ":%s.tmi.twitch.tv 366 %s #%s :End of /NAMES list", me, me, login);
}

static void send_roomstate(struct sim_irc *irc, const struct sim_channel *channel)
{
	const struct sim_settings *s = &channel->settings;
	if (!irc->commands)
		return;
	if (irc->tags)
		sim_irc_line(irc,
			     "@emote-only=%d;followers-only=%d;r9k=%d;room-id=%s;slow=%d;subs-only=%d " HOST
			     "ROOMSTATE #%s",
			     s->emote_only, s->followers, s->unique, channel->user->id, s->slow, s->subs_only,
			     channel->user->login);
	else
		sim_irc_line(irc, HOST "ROOMSTATE #%s", channel->user->login);
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
	if (!channel || sim_irc_joined(irc, channel))
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
	struct sim_irc_joined entry = {channel, channel->sent_count};
	da_push_back(irc->joined, &entry);
	sim_irc_line(irc, ":%s!%s@%s.tmi.twitch.tv JOIN #%s", irc->nick, irc->nick, irc->nick, channel->user->login);
	send_names(irc, channel);
	if (irc->user)
		sim_irc_send_userstate(irc, channel, NULL);
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
			sim_irc_line(irc, ":%s!%s@%s.tmi.twitch.tv PART #%s", irc->nick, irc->nick, irc->nick,
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
	sim_irc_line(irc, HOST "NOTICE * :%s", text);
	sim_conn_close(irc->conn);
}

void sim_irc_ping_due(lws_sorted_usec_list_t *timer)
{
	struct sim_irc *irc = lws_container_of(timer, struct sim_irc, timer);
	if (irc->waiting_pong) {
		sim_conn_close(irc->conn);
		return;
	}
	sim_irc_line(irc, "PING :tmi.twitch.tv");
	irc->waiting_pong = true;
	lws_sul_schedule(irc->conn->sim->context, 0, &irc->timer, sim_irc_ping_due, (lws_usec_t)PONG_MS * 1000);
}

static void plan_ping(struct sim_irc *irc)
{
	irc->waiting_pong = false;
	lws_sul_schedule(irc->conn->sim->context, 0, &irc->timer, sim_irc_ping_due,
			 (lws_usec_t)irc->conn->sim->irc->ping_ms * 1000);
}

static void welcome(struct sim_irc *irc)
{
	struct lx_sim *sim = irc->conn->sim;
	const char *me = irc->nick;
	irc->logged_in = true;
	sim_irc_line(irc, HOST "001 %s :Welcome, GLHF!", me);
	sim_irc_line(irc, HOST "002 %s :Your host is tmi.twitch.tv", me);
	sim_irc_line(irc, HOST "003 %s :This server is rather new", me);
	sim_irc_line(irc, HOST "004 %s :-", me);
	sim_irc_line(irc, HOST "375 %s :-", me);
	sim_irc_line(irc, HOST "372 %s :You are in a maze of twisty passages.", me);
	sim_irc_line(irc, HOST "376 %s :>", me);
	if (irc->user && irc->commands) {
		sim_irc_begin(sim);
		sim_irc_tag(sim, "badge-info", "");
		sim_irc_tag(sim, "badges", "");
		sim_irc_tag(sim, "color", irc->user->color);
		sim_irc_tag(sim, "display-name", irc->user->name);
		sim_irc_tag(sim, "emote-sets", EMOTE_SETS);
		sim_irc_tag(sim, "user-id", irc->user->id);
		sim_irc_tag(sim, "user-type", irc->user->type);
		sim_irc_end_tags(sim);
		sim_buf_str(&sim->irc->body, HOST "GLOBALUSERSTATE\r\n");
		sim_irc_put(irc);
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
		sim_irc_line(irc, HOST "CAP %s LS :%s", who, all);
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
		sim_irc_line(irc, HOST "CAP * %s :%s", ok ? "ACK" : "NAK", caps);
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
		sim_irc_send_userstate(irc, channel, result.id);
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
			sim_irc_line(irc, HOST "PONG tmi.twitch.tv :%s", first);
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
		sim_irc_line(irc, HOST "421 %s %s :Unknown command", irc->nick, command);
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
