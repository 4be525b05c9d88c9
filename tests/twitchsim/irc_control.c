#include "irc_session.h"
#include "json.h"
#include "world.h"

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
		lws_sul_schedule(conn->sim->context, 0, &irc->timer, sim_irc_ping_due, 1);
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
