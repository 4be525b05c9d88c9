/* What the simulator can make happen by a command of its own, and the event that tells of it, whoever tells: EventSub or the poll. */
#pragma once

#include "core_world.h"

struct core_cause {
	const char *command, *json;
	const char *type, *texts[4];
};

/* In the order in which one makes way for the next. */
static const struct core_cause core_causes[] = {
	{"event", "{\"type\":\"follow\",\"user\":\"new_fan\"}", "follow", {"\"login\":\"new_fan\""}},
	{"event",
	 "{\"type\":\"cheer\",\"user\":\"cheerio\",\"text\":\"Cheer250 go\"}",
	 "bits",
	 {"\"kind\":\"cheer\"", "\"login\":\"cheerio\"", "\"bits\":250"}},
	{"event", "{\"type\":\"shared_chat\",\"on\":false}", "shared_chat", {"\"phase\":\"end\""}},
	{"channel", "{\"title\":\"A new title\"}", "channel_update", {"\"title\":\"A new title\""}},
	{"moderate",
	 "{\"action\":\"mod\",\"user\":\"bert\"}",
	 "role_change",
	 {"\"moderator\",\"added\":true", "\"login\":\"bert\""}},
	{"moderate",
	 "{\"action\":\"unmod\",\"user\":\"bert\"}",
	 "role_change",
	 {"\"moderator\",\"added\":false", "\"login\":\"bert\""}},
	{"moderate",
	 "{\"action\":\"vip\",\"user\":\"anna_b\"}",
	 "role_change",
	 {"\"vip\",\"added\":true", "\"login\":\"anna_b\""}},
	{"moderate",
	 "{\"action\":\"unvip\",\"user\":\"anna_b\"}",
	 "role_change",
	 {"\"vip\",\"added\":false", "\"login\":\"anna_b\""}},
	{"engage",
	 "{\"action\":\"goal\",\"current\":10,\"target\":20}",
	 "goal",
	 {"\"phase\":\"begin\"", "\"current\":10", "\"target\":20"}},
	{"event",
	 "{\"type\":\"follow\",\"user\":\"goal_getter\"}",
	 "goal",
	 {"\"phase\":\"progress\"", "\"current\":11"}},
	{"engage", "{\"action\":\"goal_end\"}", "goal", {"\"phase\":\"end\"", "\"achieved\":false"}},
	{"engage", "{\"action\":\"campaign\"}", "charity", {"\"kind\":\"start\""}},
	{"event",
	 "{\"type\":\"charity\",\"user\":\"dora\",\"amount\":1500}",
	 "charity",
	 {"\"kind\":\"donate\"", "\"login\":\"dora\"", "\"value\":1500"}},
	{"engage", "{\"action\":\"campaign_stop\"}", "charity", {"\"kind\":\"stop\""}},
	{"channel", "{\"live\":false}", "stream", {"\"online\":false"}},
	{"channel", "{\"live\":true}", "stream", {"\"online\":true"}},
};

static inline int core_cause_seen(struct core_world *world, const struct core_cause *cause)
{
	return core_seen(world, cause->type, cause->texts[0], cause->texts[1], cause->texts[2], cause->texts[3], NULL);
}
