/*
 * World: people, channels, who is what in which channel, and the messages that were written.
 */
#pragma once

#include "sim.h"

enum sim_language {
	SIM_EN,
	SIM_DE,
	SIM_CS,
	SIM_JA,
	SIM_KO,
	SIM_RU,
	SIM_AR,
	SIM_HE,
	SIM_ES,
	SIM_PT,
	SIM_FR,
	SIM_PL,
	SIM_TR,
	SIM_ZH,
	SIM_LANGUAGES,
};

/* People, the channels `streamer` and a few others, and those who hold the ready-made tokens. */
void sim_world_create(struct lx_sim *sim);
void sim_world_destroy(struct lx_sim *sim);

/* Once a second: expiries, coming and going, viewers. */
void sim_world_second(struct lx_sim *sim);
/* Starts or ends the stream, with its events. */
void sim_world_go_live(struct lx_sim *sim, struct sim_channel *channel, bool live);

struct sim_user *sim_user_add(struct lx_sim *sim, const char *id, const char *login, const char *name);
/* Somebody new with a name nobody has yet. */
struct sim_user *sim_user_invent(struct lx_sim *sim, struct sim_rng *rng);
struct sim_user *sim_user_by_id(struct lx_sim *sim, const char *id);
struct sim_user *sim_user_by_login(struct lx_sim *sim, const char *login);
void sim_user_withdraw(struct lx_sim *sim, struct sim_user *user);

struct sim_channel *sim_channel_add(struct lx_sim *sim, struct sim_user *user);
/* Everybody has a channel: it is made when somebody asks for it. NULL when there is no such person. */
struct sim_channel *sim_channel_by_login(struct lx_sim *sim, const char *login);
struct sim_channel *sim_channel_by_id(struct lx_sim *sim, const char *id);

/* Made when it does not exist yet. */
struct sim_member *sim_member(struct sim_channel *channel, const struct sim_user *user);
/* NULL when that person was never there. */
struct sim_member *sim_member_find(const struct sim_channel *channel, const struct sim_user *user);
bool sim_is_broadcaster(const struct sim_channel *channel, const struct sim_user *user);
/* Broadcaster or moderator. */
bool sim_can_moderate(const struct sim_channel *channel, const struct sim_user *user);
/* Banned or timed out at this moment. */
enum sim_ban sim_ban_state(struct lx_sim *sim, struct sim_member *member);
uint64_t sim_follower_total(const struct sim_channel *channel, const struct lx_sim *sim);
/* Subscribers and their points (twitch.md 6.1), the broadcaster included. */
uint64_t sim_subscriber_total(const struct sim_channel *channel, const struct lx_sim *sim, uint64_t *points);

/* Badges in the form of the IRC tag. `info` gets the tag badge-info. */
void sim_badges(struct sim_channel *channel, const struct sim_user *user, char badges[192], char info[64]);

struct sim_stored *sim_message_store(struct sim_channel *channel, const struct sim_message *message);
struct sim_stored *sim_message_find(struct sim_channel *channel, const char *id);
void sim_sent_add(struct lx_sim *sim, struct sim_channel *channel, const char *kind, const char *id, const char *user);

/* Emotes in a text: calls found() for each, positions in code points, both inclusive. */
struct sim_emote {
	const char *name, *id;
	bool animated, channel;
};
typedef void (*sim_emote_found)(const struct sim_emote *emote, size_t first, size_t last, size_t byte, size_t bytes,
				void *data);
void sim_find_emotes(const char *text, sim_emote_found found, void *data);
const struct sim_emote *sim_emote_table(size_t *count);
/* Sum of the cheermotes in a text ("Cheer100"), 0 = none. */
int sim_cheer_bits(const char *text);
/* Whether a word is one: prefix length and amount. */
bool sim_cheermote(const char *word, size_t size, size_t *prefix, int *bits);
size_t sim_code_points(const char *text);
