#include "journal.h"

#include <stdio.h>

#include "json.h"

#define LIMIT 100000

static void finish(struct sim_received *entry)
{
	bfree(entry->method);
	bfree(entry->path);
	bfree(entry->query);
	bfree(entry->body);
	bfree(entry->client_id);
	bfree(entry->user);
	bfree(entry->line);
}

static struct sim_received *add(struct lx_sim *sim, const char *kind, uint64_t connection)
{
	if (sim->received.num >= LIMIT) { /* drop a tenth at once, so that this stays cheap */
		for (size_t i = 0; i < LIMIT / 10; i++)
			finish(&sim->received.array[i]);
		da_erase_range(sim->received, 0, LIMIT / 10);
		sim->received_dropped += LIMIT / 10;
	}
	struct sim_received *entry = da_push_back_new(sim->received);
	entry->sequence = ++sim->received_sequence;
	entry->kind = kind;
	entry->connection = connection;
	entry->mono_ns = sim_mono_ns();
	entry->unix_ms = sim_now_ms(sim);
	return entry;
}

void sim_journal_http(struct lx_sim *sim, const struct sim_request *request, int status, const char *user)
{
	struct sim_received *entry = add(sim, "http", request->connection);
	entry->mono_ns = request->mono_ns;
	entry->unix_ms = request->unix_ms;
	entry->method = bstrdup(request->method);
	entry->path = bstrdup(request->path);
	entry->query = bstrdup(request->query);
	entry->body = bstrdup(request->body);
	entry->client_id = bstrdup(request->client_id);
	entry->user = bstrdup(user);
	entry->status = status;
}

void sim_journal_line(struct lx_sim *sim, const char *kind, uint64_t connection, const char *user, const char *line)
{
	struct sim_received *entry = add(sim, kind, connection);
	entry->user = bstrdup(user);
	entry->line = bstrdup(line);
}

static bool wanted(const struct sim_received *entry, const cJSON *json)
{
	const char *kind = sim_json_text(json, "kind", NULL), *method = sim_json_text(json, "method", NULL);
	const char *path = sim_json_text(json, "path", NULL);
	return (!kind || strcmp(kind, entry->kind) == 0) &&
	       (!method || (entry->method && strcmp(method, entry->method) == 0)) &&
	       (!path || (entry->path && strstr(entry->path, path)));
}

cJSON *sim_journal_query(struct lx_sim *sim, const cJSON *json)
{
	uint64_t after = (uint64_t)sim_json_int(json, "after", 0);
	int64_t limit = sim_json_int(json, "limit", 1000);
	cJSON *answer = cJSON_CreateObject(), *entries = cJSON_AddArrayToObject(answer, "entries");
	for (size_t i = 0; i < sim->received.num && limit > 0; i++) {
		const struct sim_received *entry = &sim->received.array[i];
		if (entry->sequence <= after || !wanted(entry, json))
			continue;
		limit--;
		char number[24];
		cJSON *item = cJSON_CreateObject();
		sim_json_put_int(item, "sequence", (int64_t)entry->sequence);
		sim_json_put(item, "kind", entry->kind);
		sim_json_put_int(item, "connection", (int64_t)entry->connection);
		sim_json_put_int(item, "unix_ms", entry->unix_ms);
		snprintf(number, sizeof(number), "%" PRIu64, entry->mono_ns);
		cJSON_AddItemToObject(item, "mono_ns", cJSON_CreateRaw(number));
		if (entry->method) {
			sim_json_put(item, "method", entry->method);
			sim_json_put(item, "path", entry->path);
			sim_json_put(item, "query", entry->query);
			sim_json_put(item, "body", entry->body);
			sim_json_put(item, "client_id", entry->client_id);
			sim_json_put_int(item, "status", entry->status);
		}
		if (entry->line)
			sim_json_put(item, "line", entry->line);
		sim_json_put(item, "user", entry->user);
		cJSON_AddItemToArray(entries, item);
	}
	sim_json_put_int(answer, "last", (int64_t)sim->received_sequence);
	sim_json_put_int(answer, "dropped", (int64_t)sim->received_dropped);
	return answer;
}

void sim_journal_clear(struct lx_sim *sim)
{
	for (size_t i = 0; i < sim->received.num; i++)
		finish(&sim->received.array[i]);
	da_free(sim->received);
}
