/* Messages and notices in chat. */
#include "events.h"

#include <stdio.h>

#include "area.h"
#include "catalog.h"
#include "eventsub.h"
#include "events_build.h"
#include "json.h"
#include "world.h"

static void put_badges(cJSON *json, const char *name, struct sim_channel *channel, const struct sim_user *user)
{
	cJSON *list = cJSON_AddArrayToObject(json, name);
	char badges[192], info[64];
	sim_badges(channel, user, badges, info);
	const char *months = strchr(info, '/');
	for (char *at = badges; *at;) {
		char *end = at + strcspn(at, ","), *slash = strchr(at, '/');
		bool more = *end == ',';
		*end = '\0';
		*slash = '\0';
		cJSON *badge = cJSON_CreateObject();
		sim_json_put(badge, "set_id", at);
		sim_json_put(badge, "id", slash + 1);
		bool sub = strcmp(at, "subscriber") == 0 || strcmp(at, "founder") == 0;
		sim_json_put(badge, "info", sub && months ? months + 1 : "");
		cJSON_AddItemToArray(list, badge);
		at = more ? end + 1 : end;
	}
}

static void put_source(cJSON *json, struct sim_channel *source, const struct sim_channel *channel,
		       const struct sim_user *user, const char *source_id)
{
	bool foreign = source && source != channel;
	sim_event_put_user(json, "source_broadcaster_", foreign ? source->user : NULL);
	sim_json_put(json, "source_message_id", foreign ? source_id : NULL);
	if (foreign) {
		put_badges(json, "source_badges", source, user);
		sim_json_put_bool(json, "is_source_only", false);
	} else {
		sim_json_put_null(json, "source_badges");
		sim_json_put_null(json, "is_source_only");
	}
}

void sim_event_message(struct lx_sim *sim, const struct sim_message *m)
{
	if (sim_event_wanted(sim, "channel.suspicious_user.message", m->channel)) {
		const struct sim_member *member = sim_member_find(m->channel, m->user);
		if (member && member->suspicious) {
			cJSON *json = sim_event_of(m->channel);
			sim_event_put_user(json, "", m->user);
			sim_json_put(json, "low_trust_status",
				     member->suspicious == 2 ? "restricted" : "active_monitoring");
			sim_json_put_null(json, "shared_ban_channel_ids");
			cJSON_AddItemToArray(cJSON_AddArrayToObject(json, "types"),
					     cJSON_CreateString("manually_added"));
			sim_json_put(json, "ban_evasion_evaluation", "unknown");
			sim_event_put_message(sim, m->channel, json, m->text, m->action, false);
			sim_json_put(cJSON_GetObjectItemCaseSensitive(json, "message"), "message_id", m->id);
			sim_event_emit(sim, "channel.suspicious_user.message", m->channel, json);
		}
	}
	if (!sim_event_wanted(sim, "channel.chat.message", m->channel))
		return;
	cJSON *json = sim_event_of(m->channel);
	sim_event_put_user(json, "chatter_", m->user);
	sim_json_put(json, "message_id", m->id);
	sim_event_put_message(sim, m->channel, json, m->text, m->action, m->bits > 0);
	sim_json_put(json, "color", m->user->color);
	put_badges(json, "badges", m->channel, m->user);
	const char *kind = m->kind ? m->kind : "";
	sim_json_put(json, "message_type",
		     strcmp(kind, "highlighted-message") == 0         ? "channel_points_highlighted"
		     : strcmp(kind, "skip-subs-mode-message") == 0    ? "channel_points_sub_only"
		     : strcmp(kind, "user-intro") == 0                ? "user_intro"
		     : strcmp(kind, "gigantified-emote-message") == 0 ? "power_ups_gigantified_emote"
		     : strcmp(kind, "animated-message") == 0          ? "power_ups_message_effect"
								      : "text");
	if (m->bits)
		sim_json_put_int(cJSON_AddObjectToObject(json, "cheer"), "bits", m->bits);
	else
		sim_json_put_null(json, "cheer");
	if (m->reply_to) {
		cJSON *reply = cJSON_AddObjectToObject(json, "reply");
		const struct sim_stored *root = sim_message_find(m->channel, m->reply_to->thread);
		sim_json_put(reply, "parent_message_id", m->reply_to->id);
		sim_json_put(reply, "parent_message_body", m->reply_to->text);
		sim_event_put_user(reply, "parent_", sim->users[m->reply_to->user]);
		sim_json_put(reply, "thread_message_id", m->reply_to->thread);
		sim_event_put_user(reply, "thread_", sim->users[root ? root->user : m->reply_to->user]);
	} else {
		sim_json_put_null(json, "reply");
	}
	sim_json_put(json, "channel_points_custom_reward_id", m->reward_id);
	sim_json_put_null(json, "channel_points_animation_id");
	put_source(json, m->source, m->channel, m->user, m->source_id);
	sim_event_emit(sim, "channel.chat.message", m->channel, json);
}

void sim_event_notice(struct lx_sim *sim, const struct sim_notice *n)
{
	static const char *const kinds[] = {"sub",
					    "resub",
					    "sub_gift",
					    "community_sub_gift",
					    "gift_paid_upgrade",
					    "prime_paid_upgrade",
					    "pay_it_forward",
					    "raid",
					    "unraid",
					    "announcement",
					    "bits_badge_tier",
					    "charity_donation",
					    "watch_streak",
					    "modiversary"};
	if (!n->notice_type || !sim_event_wanted(sim, "channel.chat.notification", n->channel))
		return;
	bool foreign = n->source && n->source != n->channel;
	cJSON *json = sim_event_of(n->channel);
	sim_event_put_user(json, "chatter_", n->anonymous ? NULL : n->user);
	sim_json_put_bool(json, "chatter_is_anonymous", n->anonymous);
	sim_json_put(json, "color", n->user->color);
	put_badges(json, "badges", n->channel, n->user);
	sim_json_put(json, "system_message", n->system_msg);
	sim_json_put(json, "message_id", n->id);
	sim_event_put_message(sim, n->channel, json, n->text ? n->text : "", false, false);
	char name[64];
	snprintf(name, sizeof(name), "%s%s", foreign ? "shared_chat_" : "", n->notice_type);
	sim_json_put(json, "notice_type", name);
	for (int shared = 0; shared < 2; shared++) {
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			snprintf(name, sizeof(name), "%s%s", shared ? "shared_chat_" : "", kinds[i]);
			bool own = shared == foreign && strcmp(kinds[i], n->notice_type) == 0;
			cJSON_AddItemToObject(json, name,
					      own && n->object ? cJSON_Duplicate(n->object, true) : cJSON_CreateNull());
		}
	}
	put_source(json, n->source, n->channel, n->user, n->source_id);
	sim_event_emit(sim, "channel.chat.notification", n->channel, json);
}
