#include "irc_session.h"

#include "faults.h"
#include "json.h"
#include "world.h"

static void raw_line(struct sim_irc *irc, const char *text)
{
	sim_buf_str(&irc->conn->out, text);
	sim_buf_str(&irc->conn->out, "\r\n");
	irc->lines_out++;
	sim_conn_flush(irc->conn);
}

/* --- what can be done to a connection ---------------------------------------------------------------------------- */

static void raw(struct sim_irc *irc, const cJSON *json)
{
	const char *text = sim_json_text(json, "line", NULL);
	const cJSON *item;
	if (text)
		raw_line(irc, text);
	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "lines")) {
		if (cJSON_IsString(item))
			raw_line(irc, item->valuestring);
	}
}

/* As they are, without CRLF. */
static void bytes(struct sim_irc *irc, const cJSON *json)
{
	const char *text = sim_json_text(json, "line", "");
	sim_conn_write(irc->conn, text, strlen(text));
}

static void drop(struct sim_irc *irc, const cJSON *json)
{
	(void)json;
	sim_conn_drop(irc->conn, false);
}

static void reset(struct sim_irc *irc, const cJSON *json)
{
	(void)json;
	sim_conn_drop(irc->conn, true);
}

static void reconnect(struct sim_irc *irc, const cJSON *json)
{
	(void)json;
	raw_line(irc, HOST "RECONNECT");
}

static void half_line(struct sim_irc *irc, const cJSON *json)
{
	const char *text =
		sim_json_text(json, "line", ":anna_b!anna_b@anna_b.tmi.twitch.tv PRIVMSG #streamer :this line has no");
	sim_conn_write(irc->conn, text, strlen(text));
	if (sim_json_bool(json, "close", true))
		sim_conn_close(irc->conn);
	else
		sim_conn_silence(irc->conn);
}

static void silent(struct sim_irc *irc, const cJSON *json)
{
	(void)json;
	sim_conn_silence(irc->conn);
}

static void stall(struct sim_irc *irc, const cJSON *json)
{
	(void)json;
	sim_conn_stall(irc->conn, true);
}

static void unstall(struct sim_irc *irc, const cJSON *json)
{
	(void)json;
	irc->conn->silent = false;
	sim_conn_stall(irc->conn, false);
}

static void ping(struct sim_irc *irc, const cJSON *json)
{
	(void)json;
	lws_sul_schedule(irc->conn->sim->context, 0, &irc->timer, sim_irc_ping_due, 1);
}

static void mute_pong(struct sim_irc *irc, const cJSON *json)
{
	irc->mute_pong = sim_json_bool(json, "on", true);
}

static void dribble(struct sim_irc *irc, const cJSON *json)
{
	irc->conn->dribble = sim_json_bool(json, "on", true);
}

static const struct {
	const char *name;
	void (*run)(struct sim_irc *irc, const cJSON *json);
	const char *faults; /* see sim_faults_offer() */
} actions[] = {
	{"drop", drop, NULL},
	{"reset", reset, NULL},
	{"reconnect", reconnect, NULL},
	{"half_line", half_line, "[{},{\"close\":false}]"},
	{"silent", silent, NULL},
	{"stall", stall, NULL},
	{"unstall", unstall, "[]"},
	{"ping", ping, NULL},
	{"mute_pong", mute_pong, NULL},
	{"dribble", dribble, NULL},
	{"raw", raw,
	 "[{\"lines\":[\"\",\":\",\"@\",\"@=;;= :x PRIVMSG\",\":tmi.twitch.tv 421 a b :what\",\"PRIVMSG #streamer :nobody\"]}]"},
	{"bytes", bytes, "[{\"line\":\"\\u0001\\u0002 \\r\\r\\n\\n\"}]"},
};

static bool act(struct sim_irc *irc, const char *name, const cJSON *json)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(actions[i].name, name) != 0)
			continue;
		actions[i].run(irc, json);
		return true;
	}
	return false;
}

void sim_irc_offer_faults(cJSON *list)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		sim_faults_offer(list, "irc", "action", actions[i].name, actions[i].faults);
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
		    (channel && !sim_irc_joined(irc, channel)))
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
