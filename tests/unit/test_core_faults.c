/* Each fault that the simulator knows, once while chat runs: afterwards everything is back, and of chat nothing is missing or
 * doubled but what was written while the link was down. */
#include "core_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/memory.h"

#define RATE "100"

typedef DARRAY(char *) id_list;

static int compare(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

static void finish_list(id_list *list)
{
	for (size_t i = 0; i < list->num; i++)
		bfree(list->array[i]);
	da_free(*list);
}

/* What we were told, sorted. */
static void list_told(struct core_world *world, id_list *out)
{
	char *text = core_seen_chat(world);
	for (char *at = text; *at;) {
		size_t size = strcspn(at, "\n");
		char *id = bstrdup_n(at, size);
		da_push_back(*out, &id);
		at += size + 1;
	}
	qsort(out->array, out->num, sizeof(char *), compare);
	bfree(text);
}

static int times_told(const id_list *told, const char *id)
{
	char **found = bsearch(&id, told->array, told->num, sizeof(char *), compare);
	int times = found != NULL;
	if (found) {
		for (char **at = found; at > told->array && strcmp(at[-1], id) == 0; at--)
			times++;
		for (char **at = found; at + 1 < told->array + told->num && strcmp(at[1], id) == 0; at++)
			times++;
	}
	return times;
}

static int64_t sent_so_far(struct core_world *world)
{
	cJSON *json = core_world_ask(world, "sent", "{\"limit\":0}");
	int64_t total = (int64_t)cJSON_GetNumberValue(cJSON_GetObjectItem(json, "total"));
	cJSON_Delete(json);
	return total;
}

/* Everything sent after `from`: told at most once, and missing only in as many stretches as the link was lost. */
static void check_chat(struct core_world *world, int64_t from, const char *fault)
{
	char query[64];
	id_list told = {0};
	int gaps = 0, lost = 0, sent = 0;
	bool missing = false;
	snprintf(query, sizeof(query), "{\"after\":%lld,\"limit\":100000}", (long long)from);
	cJSON *json = core_world_ask(world, "sent", query);
	list_told(world, &told);
	const cJSON *entry;
	cJSON_ArrayForEach (entry, cJSON_GetObjectItem(json, "entries")) {
		const char *kind = cJSON_GetObjectItem(entry, "kind")->valuestring;
		const char *id = cJSON_GetObjectItem(entry, "id")->valuestring;
		if (!*id || strcmp(kind, "CLEARCHAT") == 0 || strcmp(kind, "CLEARMSG") == 0)
			continue;
		int times = times_told(&told, id);
		sent++;
		if (times > 1)
			fail_msg("%s: %s was told %d times", fault, id, times);
		lost += times == 0;
		gaps += times == 0 && !missing;
		missing = times == 0;
	}
	if (sent <= 10 || lost == sent)
		fail_msg("%s: %d of %d messages are missing", fault, lost, sent);
	int losses = core_link_seen(world, "chat", "waiting") + core_link_seen(world, "chat", "refused");
	if (gaps > losses)
		fail_msg("%s: %d of %d messages are missing in %d places, though the link was lost %d times", fault,
			 lost, sent, gaps, losses);
	finish_list(&told);
	cJSON_Delete(json);
}

/* --- faults ------------------------------------------------------------------------------------------------------------ */

#define DROP "{\"action\":\"drop\"}"

static const struct fault {
	const char *command, *json;
	const char *irc, *eventsub; /* what brings it to bear, NULL = nothing */
	int seconds;                /* until a dead link would have been noticed, 0 = at once */
} faults[] = {
	{"irc", "{\"action\":\"drop\"}", NULL, NULL, 0},
	{"irc", "{\"action\":\"reset\"}", NULL, NULL, 0},
	{"irc", "{\"action\":\"reconnect\"}", NULL, NULL, 0},
	{"irc", "{\"action\":\"half_line\"}", NULL, NULL, 0},
	{"irc", "{\"action\":\"half_line\",\"close\":false}", NULL, NULL, 12},
	{"irc", "{\"action\":\"silent\"}", NULL, NULL, 12},
	{"irc", "{\"action\":\"stall\"}", NULL, NULL, 12},
	{"irc", "{\"action\":\"ping\"}", NULL, NULL, 0},
	{"irc", "{\"action\":\"mute_pong\"}", NULL, NULL, 12},
	{"irc",
	 "{\"action\":\"raw\",\"lines\":[\"\",\":\",\"@\",\"@=;;= :x PRIVMSG\",\":tmi.twitch.tv 421 a b :what\"]}",
	 NULL, NULL, 0},
	{"irc", "{\"action\":\"bytes\",\"line\":\"\\u0001\\u0002 \\r\\r\\n\\n\"}", NULL, NULL, 0},
	{"fault", "{\"where\":\"login\",\"kind\":\"notice\",\"body\":\"Error logging in\"}", DROP, NULL, 0},
	{"fault", "{\"where\":\"login\",\"kind\":\"notice\",\"body\":\"Login authentication failed\"}", DROP, NULL, 0},
	{"fault", "{\"where\":\"accept\",\"kind\":\"reset\",\"target\":\"ircs\",\"count\":2}", DROP, NULL, 0},
	{"fault", "{\"where\":\"accept\",\"kind\":\"stall\",\"target\":\"ircs\"}", DROP, NULL, 12},
	{"fault", "{\"where\":\"accept\",\"kind\":\"refuse\",\"target\":\"ircs\"}", DROP, NULL, 0},
	{"fault", "{\"where\":\"accept\",\"kind\":\"unknown_ca\",\"target\":\"ircs\"}", DROP, NULL, 0},
	{"fault", "{\"where\":\"accept\",\"kind\":\"reset\",\"target\":\"wss\",\"count\":2}", NULL, DROP, 0},
	{"fault", "{\"where\":\"accept\",\"kind\":\"stall\",\"target\":\"wss\"}", NULL, DROP, 21},
	{"fault", "{\"where\":\"accept\",\"kind\":\"refuse\",\"target\":\"wss\"}", NULL, DROP, 0},
	{"fault", "{\"where\":\"accept\",\"kind\":\"wrong_host\",\"target\":\"wss\"}", NULL, DROP, 0},
	{"eventsub", "{\"action\":\"silent\"}", NULL, NULL, 16},
	{"eventsub", "{\"action\":\"close\",\"code\":4000}", NULL, NULL, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"status\",\"status\":500,\"count\":3}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"status\",\"status\":401,\"count\":1}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"status\",\"status\":429,\"ms\":1000,\"count\":3}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"empty\",\"status\":200,\"count\":3}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"bad_json\",\"count\":3}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"wrong_types\",\"count\":9}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"slow\",\"ms\":200,\"count\":3}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"close\",\"count\":3}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"close_after\",\"count\":3}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"half\",\"count\":3}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"reset\",\"count\":3}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"dribble\",\"count\":3}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"garbage\",\"count\":3}", NULL, DROP, 0},
	{"fault", "{\"where\":\"http\",\"kind\":\"large\",\"ms\":256,\"count\":3}", NULL, DROP, 0},
};

static bool all_back(struct core_world *world)
{
	if (core_link_is(world, "helix", "waiting") || core_link_is(world, "helix", "refused"))
		lx_helix_send(lx_core_helix(world->core),
			      &(struct lx_helix_call){.endpoint = LX_HELIX_GET_USERS, .priority = LX_HELIX_USER});
	return core_link_is(world, "chat", "online") && core_link_is(world, "eventsub", "online") &&
	       core_link_is(world, "helix", "online");
}

/* Passes time until the fault has shown, or has had its chance: by then a dead link would have been noticed. */
static void live_with(struct core_world *world, const struct fault *fault)
{
	core_world_control(world, fault->command, fault->json);
	if (fault->irc)
		core_world_control(world, "irc", fault->irc);
	if (fault->eventsub)
		core_world_control(world, "eventsub", fault->eventsub);
	lx_helix_send(lx_core_helix(world->core),
		      &(struct lx_helix_call){.endpoint = LX_HELIX_GET_USERS, .priority = LX_HELIX_USER});
	int64_t begin = lx_clock_unix_ms(&world->clock.clock);
	wait_until(world, core_world_pass(world, 1) &&
				  lx_clock_unix_ms(&world->clock.clock) - begin > 1000 * (3 + fault->seconds));
	core_world_control(world, "fault.clear", NULL);
	wait_until(world, core_world_pass(world, 1) && all_back(world));
}

static void every_fault_is_outlived(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = "streamer"});
	wait_until(&world, all_back(&world));
	wait_until(&world, core_world_subscribed(&world, "user.whisper.message") == 1);
	for (int i = 0; i < (int)(sizeof(faults) / sizeof(*faults)); i++) {
		char name[128], mark[64];
		snprintf(name, sizeof(name), "%s %.100s", faults[i].command, faults[i].json);
		core_seen_clear(&world);
		int64_t from = sent_so_far(&world);
		core_world_control(&world, "chat.rate", "{\"rate\":" RATE ",\"steady\":true}");
		live_with(&world, &faults[i]);
		int told = core_seen(&world, "chat_message", NULL);
		wait_until(&world, core_seen(&world, "chat_message", NULL) >= told + 20);
		core_world_control(&world, "chat.rate", "{\"rate\":0}");

		snprintf(mark, sizeof(mark), "{\"text\":\"mark %d.\"}", i);
		core_world_control(&world, "chat.message", mark);
		snprintf(mark, sizeof(mark), "mark %d.", i);
		wait_until(&world, core_seen(&world, "chat_message", mark, NULL) == 1);
		check_chat(&world, from, name);
		wait_until(&world, core_world_subscribed(&world, "channel.follow") == 1);
		snprintf(mark, sizeof(mark), "{\"type\":\"follow\",\"user\":\"fan_%d_x\"}", i);
		core_world_control(&world, "event", mark);
		snprintf(mark, sizeof(mark), "fan_%d_x", i);
		wait_until(&world, core_seen(&world, "follow", mark, NULL) == 1);
		cJSON_Delete(core_world_helix(&world, "GET", "/users?login=anna_b", NULL));
		assert_int_equal(core_seen(&world, "account", "\"state\":\"expired\"", NULL), 0);
	}
	core_world_stop(&world);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(every_fault_is_outlived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
