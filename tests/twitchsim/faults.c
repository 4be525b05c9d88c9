#include "faults.h"

#include <stdio.h>
#include <stdlib.h>

#include "json.h"
#include "server.h"

struct sim_faults {
	DARRAY(struct sim_fault) rules;
	uint64_t next_id;
	char *login_notice; /* of the rule used last, kept for the caller */
};

static const char *const listeners[] = {"irc", "ircs", "http", "https", "ws", "wss"};

struct kind {
	const char *where, *name;
	int kind;
	const char *faults; /* see sim_faults_offer() */
};

static const struct kind kinds[] = {
	{"accept", "reset", SIM_ACCEPT_RESET, NULL},
	{"accept", "stall", SIM_ACCEPT_STALL, NULL},
	{"accept", "expired_certificate", SIM_ACCEPT_EXPIRED, NULL},
	{"accept", "wrong_host", SIM_ACCEPT_WRONG_HOST, NULL},
	{"accept", "unknown_ca", SIM_ACCEPT_UNKNOWN_CA, NULL},
	{"http", "status", SIM_HTTP_STATUS,
	 "[{\"status\":400},{\"status\":401},{\"status\":403},{\"status\":404},{\"status\":429},{\"status\":500},{\"status\":503}]"},
	{"http", "bad_json", SIM_HTTP_BAD_JSON, NULL},
	{"http", "wrong_types", SIM_HTTP_WRONG_TYPES, NULL},
	{"http", "empty", SIM_HTTP_EMPTY, NULL},
	{"http", "slow", SIM_HTTP_SLOW, NULL},
	{"http", "close", SIM_HTTP_CLOSE, NULL},
	{"http", "close_after", SIM_HTTP_CLOSE_AFTER, NULL},
	{"http", "half", SIM_HTTP_HALF, NULL},
	{"http", "stall", SIM_HTTP_STALL, NULL},
	{"http", "stall_after", SIM_HTTP_STALL_AFTER, NULL},
	{"http", "reset", SIM_HTTP_RESET, NULL},
	{"http", "dribble", SIM_HTTP_DRIBBLE, NULL},
	{"http", "garbage", SIM_HTTP_GARBAGE, NULL},
	{"http", "large", SIM_HTTP_LARGE, NULL},
	{"login", "notice", 0, "[{},{\"body\":\"Login authentication failed\"}]"},
};

struct sim_faults *sim_faults_create(void)
{
	return bzalloc(sizeof(struct sim_faults));
}

static void drop_rule(struct sim_faults *faults, size_t index)
{
	bfree(faults->rules.array[index].body);
	da_erase(faults->rules, index);
}

void sim_faults_destroy(struct sim_faults *faults)
{
	if (!faults)
		return;
	while (faults->rules.num)
		drop_rule(faults, 0);
	da_free(faults->rules);
	bfree(faults->login_notice);
	bfree(faults);
}

static bool matches(const char *pattern, const char *text)
{
	return !*pattern || strncmp(pattern, text, strlen(pattern)) == 0;
}

/* Finds the first rule that applies and counts it. Rules used up stay until the next search, so that the result lives. */
static struct sim_fault *use(struct sim_faults *faults, const char *where, const char *target, const char *method,
			     const char *path)
{
	for (size_t i = 0; i < faults->rules.num;) {
		if (faults->rules.array[i].count == 0)
			drop_rule(faults, i);
		else
			i++;
	}
	for (size_t i = 0; i < faults->rules.num; i++) {
		struct sim_fault *rule = &faults->rules.array[i];
		if (strcmp(rule->where, where) != 0 || (*rule->target && strcmp(rule->target, target) != 0) ||
		    (*rule->method && strcmp(rule->method, method) != 0) || !matches(rule->path, path))
			continue;
		if (rule->skip > 0) {
			rule->skip--;
			continue;
		}
		if (rule->count > 0)
			rule->count--;
		rule->hits++;
		return rule;
	}
	return NULL;
}

enum sim_accept_fault sim_faults_accept(struct lx_sim *sim, const char *listener)
{
	const struct sim_fault *rule = use(sim->faults, "accept", listener, "", "");
	return rule ? (enum sim_accept_fault)rule->kind : SIM_ACCEPT_OK;
}

const struct sim_fault *sim_faults_http(struct lx_sim *sim, const char *method, const char *path)
{
	return use(sim->faults, "http", "", method, path);
}

const char *sim_faults_login(struct lx_sim *sim)
{
	const struct sim_fault *rule = use(sim->faults, "login", "", "", "");
	if (!rule)
		return NULL;
	bfree(sim->faults->login_notice);
	sim->faults->login_notice = bstrdup(rule->body ? rule->body : "Error logging in");
	return sim->faults->login_notice;
}

cJSON *sim_faults_add(struct lx_sim *sim, const cJSON *json)
{
	struct sim_faults *faults = sim->faults;
	const char *where = sim_json_text(json, "where", ""), *name = sim_json_text(json, "kind", "");
	if (strcmp(where, "accept") == 0 && (strcmp(name, "refuse") == 0 || strcmp(name, "allow") == 0)) {
		const char *target = sim_json_text(json, "target", "");
		bool found = false;
		for (size_t i = 0; i < sizeof(listeners) / sizeof(listeners[0]); i++) {
			if (!*target || strcmp(target, listeners[i]) == 0)
				found = sim_server_refuse(sim, listeners[i], strcmp(name, "refuse") == 0);
		}
		return found ? sim_json_ok() : sim_json_error("no such listener, or its port is taken");
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].where, where) != 0 || strcmp(kinds[i].name, name) != 0)
			continue;
		struct sim_fault rule = {.id = ++faults->next_id, .kind = kinds[i].kind};
		snprintf(rule.where, sizeof(rule.where), "%s", where);
		snprintf(rule.target, sizeof(rule.target), "%s", sim_json_text(json, "target", ""));
		snprintf(rule.method, sizeof(rule.method), "%s", sim_json_text(json, "method", ""));
		snprintf(rule.path, sizeof(rule.path), "%s", sim_json_text(json, "path", ""));
		rule.count = (int)sim_json_int(json, "count", 1);
		rule.skip = (int)sim_json_int(json, "skip", 0);
		rule.status = (int)sim_json_int(json, "status", 500);
		rule.ms = (int)sim_json_int(json, "ms", 1000);
		rule.remaining = (int)sim_json_int(json, "remaining", 0);
		const char *body = sim_json_text(json, "body", NULL);
		rule.body = body ? bstrdup(body) : NULL;
		da_push_back(faults->rules, &rule);
		cJSON *answer = cJSON_CreateObject();
		cJSON_AddNumberToObject(answer, "id", (double)rule.id);
		return answer;
	}
	return sim_json_error("no such fault");
}

void sim_faults_clear(struct lx_sim *sim)
{
	while (sim->faults->rules.num)
		drop_rule(sim->faults, 0);
	for (size_t i = 0; i < sizeof(listeners) / sizeof(listeners[0]); i++)
		sim_server_refuse(sim, listeners[i], false);
}

cJSON *sim_faults_list(struct lx_sim *sim)
{
	cJSON *list = cJSON_CreateArray();
	for (size_t i = 0; i < sim->faults->rules.num; i++) {
		const struct sim_fault *rule = &sim->faults->rules.array[i];
		cJSON *json = cJSON_CreateObject();
		cJSON_AddNumberToObject(json, "id", (double)rule->id);
		cJSON_AddStringToObject(json, "where", rule->where);
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
			if (kinds[k].kind == rule->kind && strcmp(kinds[k].where, rule->where) == 0)
				cJSON_AddStringToObject(json, "kind", kinds[k].name);
		}
		cJSON_AddNumberToObject(json, "count", rule->count);
		cJSON_AddNumberToObject(json, "hits", (double)rule->hits);
		cJSON_AddItemToArray(list, json);
	}
	return list;
}

void sim_faults_offer(cJSON *list, const char *command, const char *member, const char *name, const char *variants)
{
	cJSON *parameters = cJSON_Parse(variants ? variants : "[{}]");
	if (!parameters) /* a slip in a table: not a reason to leave it out */
		parameters = cJSON_Parse("[{}]");
	while (parameters && parameters->child) {
		cJSON *fault = cJSON_DetachItemViaPointer(parameters, parameters->child);
		sim_json_put(fault, "command", command);
		sim_json_put(fault, member, name);
		cJSON_AddItemToArray(list, fault);
	}
	cJSON_Delete(parameters);
}

static void offer_listeners(cJSON *list, const char *name)
{
	for (size_t i = 0; i < sizeof(listeners) / sizeof(listeners[0]); i++) {
		cJSON *fault = cJSON_CreateObject();
		sim_json_put(fault, "command", "fault");
		sim_json_put(fault, "where", "accept");
		sim_json_put(fault, "target", listeners[i]);
		sim_json_put(fault, "kind", name);
		cJSON_AddItemToArray(list, fault);
	}
}

void sim_faults_offer_rules(cJSON *list)
{
	offer_listeners(list, "refuse");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct kind *kind = &kinds[i];
		if (strcmp(kind->where, "accept") == 0) {
			offer_listeners(list, kind->name);
			continue;
		}
		cJSON *some = cJSON_CreateArray();
		sim_faults_offer(some, "fault", "kind", kind->name, kind->faults);
		while (some->child) {
			cJSON *fault = cJSON_DetachItemViaPointer(some, some->child);
			sim_json_put(fault, "where", kind->where);
			cJSON_AddItemToArray(list, fault);
		}
		cJSON_Delete(some);
	}
}
