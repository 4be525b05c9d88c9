/*
 * Answers of Helix as plain structs. Tolerant, because Twitch's documents and its answers differ: numbers and booleans may
 * arrive as text, ids as numbers, `data` as object or array; fields may be missing, null, of another type or new.
 *
 * Each struct below has a function
 *
 *	const struct lx_helix_stream *lx_helix_decode_stream(struct lx_decoded *memory, const cJSON *data, size_t *count);
 *
 * which reads `data` (the "data" member of an answer: array or object; NULL gives none) into an array of *count structs, or
 * returns NULL with a count of 0. What is no object is left out.
 *
 * Ownership: the structs live in `memory` until lx_decoded_finish(); their strings are borrowed from the JSON, so keep both.
 * One `memory` may be used for several calls.
 *
 * What is missing: strings are "", never NULL; numbers and times LX_HELIX_UNKNOWN (NaN for fractions); booleans false; pointers
 * to structs NULL; lists empty. Times are Unix milliseconds.
 *
 * Threads: no shared state.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LX_HELIX_UNKNOWN INT64_MIN

struct lx_decoded {
	void *blocks;
};

/* Frees everything decoded into `memory` and leaves it ready for use. Begin with a zeroed one. */
void lx_decoded_finish(struct lx_decoded *memory);

/* --- users, channels, streams ------------------------------------------------------------------------------------ */

struct lx_helix_user {
	const char *id, *login, *name; /* name = display_name */
	const char *type;              /* "" admin global_mod staff */
	const char *broadcaster_type;  /* "" affiliate partner */
	const char *description, *profile_image_url, *offline_image_url, *email;
	int64_t created_ms;
};

/* Somebody in a list: blocks, editors, followers, chatters, moderators, VIPs, colours. */
struct lx_helix_person {
	const char *user_id, *user_login, *user_name;
	int64_t since_ms;  /* followed, or made editor */
	const char *color; /* "#RRGGBB" */
};

/* A channel in a list: followed, moderated. */
struct lx_helix_channel_ref {
	const char *broadcaster_id, *broadcaster_login, *broadcaster_name;
	int64_t followed_ms;
};

struct lx_helix_channel {
	const char *broadcaster_id, *broadcaster_login, *broadcaster_name;
	const char *language, *game_id, *game_name, *title;
	int64_t delay_s;
	const char *const *tags;
	size_t tag_count;
	const char *const *labels; /* content classification */
	size_t label_count;
	bool is_branded_content;
};

struct lx_helix_content_label {
	const char *id, *name, *description;
};

struct lx_helix_stream {
	const char *id, *user_id, *user_login, *user_name, *game_id, *game_name;
	const char *type; /* "live" or "" */
	const char *title, *language, *thumbnail_url;
	const char *const *tags;
	size_t tag_count;
	int64_t viewer_count;
	int64_t started_ms;
};

struct lx_helix_stream_key {
	const char *stream_key; /* a secret */
};

struct lx_helix_team {
	const char *id, *name, *display_name, *info, *thumbnail_url, *background_image_url, *banner;
	const char *broadcaster_id, *broadcaster_login, *broadcaster_name; /* of the asked channel */
	const struct lx_helix_person *users;
	size_t user_count;
	int64_t created_ms, updated_ms;
};

/* Categories too. */
struct lx_helix_game {
	const char *id, *name, *box_art_url, *igdb_id;
};

struct lx_helix_channel_hit {
	const char *id, *broadcaster_login, *name, *language, *game_id, *game_name, *title, *thumbnail_url;
	const char *const *tags;
	size_t tag_count;
	bool is_live;
	int64_t started_ms;
};

struct lx_helix_shared_chat_session {
	const char *session_id, *host_broadcaster_id;
	const struct lx_helix_channel_ref *participants; /* broadcaster_id only */
	size_t participant_count;
	int64_t created_ms, updated_ms;
};

struct lx_helix_authorization {
	const char *user_id, *user_login, *user_name;
	const char *const *scopes;
	size_t scope_count;
};

/* --- subscriptions, bits, goals, charity, hype train -------------------------------------------------------------- */

struct lx_helix_subscription {
	const char *broadcaster_id, *broadcaster_login, *broadcaster_name;
	const char *user_id, *user_login, *user_name;
	const char *gifter_id, *gifter_login, *gifter_name;
	const char *plan_name;
	const char *tier; /* 1000 2000 3000 */
	bool is_gift;
};

struct lx_helix_leader {
	const char *user_id, *user_login, *user_name;
	int64_t rank, score;
};

struct lx_helix_cheer_image {
	const char *url_1x, *url_1_5x, *url_2x, *url_3x, *url_4x;
};

struct lx_helix_cheer_images {
	const struct lx_helix_cheer_image *animated, *still;
};

struct lx_helix_cheer_theme {
	const struct lx_helix_cheer_images *dark, *light;
};

struct lx_helix_cheer_tier {
	const char *id, *color;
	int64_t min_bits;
	const struct lx_helix_cheer_theme *images;
	bool can_cheer, show_in_bits_card;
};

struct lx_helix_cheermote {
	const char *prefix, *type;
	const struct lx_helix_cheer_tier *tiers;
	size_t tier_count;
	int64_t order;
	int64_t updated_ms;
	bool is_charitable;
};

struct lx_helix_image {
	const char *url_1x, *url_2x, *url_4x;
};

/* max_per_stream_setting and its like: one number that may be switched off. */
struct lx_helix_setting {
	bool is_enabled;
	int64_t value;
};

/* Rewards for channel points, and (with `bits` instead of `cost`) custom power-ups. */
struct lx_helix_reward {
	const char *id, *broadcaster_id, *broadcaster_login, *broadcaster_name;
	const char *title, *prompt, *background_color;
	int64_t cost, bits;
	const struct lx_helix_image *image, *default_image; /* image NULL = default */
	bool is_enabled, is_paused, is_in_stock, is_user_input_required, skip_request_queue;
	const struct lx_helix_setting *max_per_stream, *max_per_user_per_stream, *global_cooldown_s;
	int64_t redeemed_current_stream;
	int64_t cooldown_expires_ms;
};

struct lx_helix_goal {
	const char *id, *broadcaster_id, *broadcaster_login, *broadcaster_name;
	const char *type, *description;
	int64_t current_amount, target_amount;
	int64_t created_ms;
};

struct lx_helix_contribution {
	const char *user_id, *user_login, *user_name, *type;
	int64_t total;
};

struct lx_helix_train {
	const char *id, *broadcaster_id, *broadcaster_login, *broadcaster_name, *type;
	int64_t level, total, progress, goal;
	const struct lx_helix_contribution *top;
	size_t top_count;
	const struct lx_helix_channel_ref *shared_with;
	size_t shared_with_count;
	int64_t started_ms, expires_ms;
	bool is_shared;
};

struct lx_helix_train_record {
	int64_t level, total;
	int64_t achieved_ms;
};

struct lx_helix_hype_train {
	const struct lx_helix_train *current; /* NULL: none runs */
	const struct lx_helix_train_record *record, *shared_record;
};

/* value / 10^decimal_places of `currency` */
struct lx_helix_amount {
	int64_t value, decimal_places;
	const char *currency;
};

struct lx_helix_campaign {
	const char *id, *broadcaster_id, *broadcaster_login, *broadcaster_name;
	const char *charity_name, *charity_description, *charity_logo, *charity_website;
	const struct lx_helix_amount *current_amount, *target_amount;
};

struct lx_helix_donation {
	const char *id, *campaign_id, *user_id, *user_login, *user_name;
	const struct lx_helix_amount *amount;
};

/* --- ads ---------------------------------------------------------------------------------------------------------- */

struct lx_helix_commercial {
	int64_t length_s, retry_after_s;
	const char *message;
};

struct lx_helix_ad_schedule {
	int64_t snooze_count, duration_s, preroll_free_s;
	int64_t snooze_refresh_ms, next_ad_ms, last_ad_ms;
};

/* --- chat --------------------------------------------------------------------------------------------------------- */

struct lx_helix_drop_reason {
	const char *code, *message;
};

struct lx_helix_sent_message {
	const char *message_id;
	bool is_sent;
	const struct lx_helix_drop_reason *drop_reason;
};

struct lx_helix_chat_settings {
	const char *broadcaster_id, *moderator_id;
	bool emote_mode, follower_mode, slow_mode, subscriber_mode, unique_chat_mode, delay;
	int64_t follower_minutes, slow_s, delay_s; /* LX_HELIX_UNKNOWN while the mode is off */
};

struct lx_helix_fragment {
	const char *type, *text;
};

struct lx_helix_message_text {
	const char *text;
	const struct lx_helix_fragment *fragments;
	size_t fragment_count;
};

struct lx_helix_pin {
	const char *message_id, *broadcaster_id;
	const char *sender_id, *sender_login, *sender_name, *pinned_by_id, *pinned_by_login, *pinned_by_name;
	const struct lx_helix_message_text *message;
	int64_t starts_ms, ends_ms, updated_ms; /* ends_ms LX_HELIX_UNKNOWN: until the stream ends */
};

struct lx_helix_emote {
	const char *id, *name, *tier, *emote_type, *emote_set_id, *owner_id;
	const struct lx_helix_image *images;
	const char *const *format, *const *scale, *const *theme_mode;
	size_t format_count, scale_count, theme_mode_count;
};

struct lx_helix_badge_version {
	const char *id, *title, *description, *url_1x, *url_2x, *url_4x, *click_action, *click_url;
};

struct lx_helix_badge_set {
	const char *set_id;
	const struct lx_helix_badge_version *versions;
	size_t version_count;
};

/* --- moderation --------------------------------------------------------------------------------------------------- */

struct lx_helix_ban {
	const char *broadcaster_id, *moderator_id, *user_id;
	int64_t created_ms, ends_ms; /* ends_ms LX_HELIX_UNKNOWN: permanent */
};

struct lx_helix_banned_user {
	const char *user_id, *user_login, *user_name, *reason;
	const char *moderator_id, *moderator_login, *moderator_name;
	int64_t created_ms, expires_ms; /* expires_ms LX_HELIX_UNKNOWN: permanent */
};

struct lx_helix_warning {
	const char *broadcaster_id, *user_id, *moderator_id, *reason;
};

struct lx_helix_blocked_term {
	const char *id, *broadcaster_id, *moderator_id, *text;
	int64_t created_ms, updated_ms, expires_ms;
};

struct lx_helix_automod_settings {
	const char *broadcaster_id, *moderator_id;
	int64_t overall_level; /* LX_HELIX_UNKNOWN: individual levels are set */
	int64_t disability, aggression, sexuality_sex_or_gender, misogyny, bullying, swearing,
		race_ethnicity_or_religion, sex_based_terms;
};

struct lx_helix_automod_status {
	const char *msg_id;
	bool is_permitted;
};

struct lx_helix_unban_request {
	const char *id, *broadcaster_id, *broadcaster_login, *broadcaster_name;
	const char *moderator_id, *moderator_login, *moderator_name;
	const char *user_id, *user_login, *user_name;
	const char *text, *status, *resolution_text;
	int64_t created_ms, resolved_ms;
};

struct lx_helix_shield_mode {
	bool is_active;
	const char *moderator_id, *moderator_login, *moderator_name;
	int64_t activated_ms;
};

struct lx_helix_suspicious_user {
	const char *user_id, *broadcaster_id, *moderator_id, *status;
	const char *const *types;
	size_t type_count;
	int64_t updated_ms;
};

/* --- schedule ----------------------------------------------------------------------------------------------------- */

struct lx_helix_segment {
	const char *id, *title;
	int64_t starts_ms, ends_ms, canceled_until_ms;
	const struct lx_helix_game *category; /* NULL = none; id and name only */
	bool is_recurring;
};

struct lx_helix_vacation {
	int64_t starts_ms, ends_ms;
};

struct lx_helix_schedule {
	const char *broadcaster_id, *broadcaster_login, *broadcaster_name;
	const struct lx_helix_segment *segments;
	size_t segment_count;
	const struct lx_helix_vacation *vacation; /* NULL = none */
};

/* --- videos, clips, markers --------------------------------------------------------------------------------------- */

struct lx_helix_muted {
	int64_t duration_s, offset_s;
};

struct lx_helix_video {
	const char *id, *stream_id, *user_id, *user_login, *user_name; /* stream_id "" where it is no archive */
	const char *title, *description, *url, *thumbnail_url, *viewable, *language, *type;
	int64_t created_ms, published_ms;
	int64_t view_count;
	int64_t duration_s; /* from "3h8m33s" */
	const struct lx_helix_muted *muted;
	size_t muted_count;
};

struct lx_helix_clip {
	const char *id, *url, *embed_url, *broadcaster_id, *broadcaster_name, *creator_id, *creator_name;
	const char *video_id, *game_id, *language, *title, *thumbnail_url;
	int64_t view_count;
	int64_t created_ms;
	double duration_s;
	int64_t vod_offset_s; /* LX_HELIX_UNKNOWN for minutes after the making */
	bool is_featured;
};

struct lx_helix_created_clip {
	const char *id, *edit_url;
};

struct lx_helix_clip_download {
	const char *clip_id, *landscape_url, *portrait_url;
};

struct lx_helix_marker {
	const char *id, *description, *url;
	int64_t created_ms, position_s;
};

struct lx_helix_marked_video {
	const char *video_id;
	const struct lx_helix_marker *markers;
	size_t marker_count;
};

struct lx_helix_marked_user {
	const char *user_id, *user_login, *user_name;
	const struct lx_helix_marked_video *videos;
	size_t video_count;
};

/* --- polls, predictions, raids, channel points -------------------------------------------------------------------- */

struct lx_helix_choice {
	const char *id, *title;
	int64_t votes, channel_points_votes;
};

struct lx_helix_poll {
	const char *id, *broadcaster_id, *broadcaster_login, *broadcaster_name, *title;
	const char *status; /* ACTIVE COMPLETED TERMINATED ARCHIVED MODERATED INVALID */
	const struct lx_helix_choice *choices;
	size_t choice_count;
	bool channel_points_voting;
	int64_t channel_points_per_vote, duration_s;
	int64_t started_ms, ended_ms;
};

struct lx_helix_predictor {
	const char *user_id, *user_login, *user_name;
	int64_t channel_points_used, channel_points_won;
};

struct lx_helix_outcome {
	const char *id, *title, *color;
	int64_t users, channel_points;
	const struct lx_helix_predictor *top;
	size_t top_count;
};

struct lx_helix_prediction {
	const char *id, *broadcaster_id, *broadcaster_login, *broadcaster_name, *title, *winning_outcome_id;
	const char *status; /* ACTIVE LOCKED RESOLVED CANCELED */
	const struct lx_helix_outcome *outcomes;
	size_t outcome_count;
	int64_t window_s;
	int64_t created_ms, ended_ms, locked_ms;
};

struct lx_helix_raid {
	int64_t created_ms;
};

struct lx_helix_redeemed_reward {
	const char *id, *title, *prompt;
	int64_t cost;
};

struct lx_helix_redemption {
	const char *id, *broadcaster_id, *broadcaster_login, *broadcaster_name;
	const char *user_id, *user_login, *user_name, *user_input;
	const char *status; /* CANCELED FULFILLED UNFULFILLED */
	const struct lx_helix_redeemed_reward *reward;
	int64_t redeemed_ms;
};

/* --- EventSub management ------------------------------------------------------------------------------------------ */

struct lx_helix_transport {
	const char *method, *session_id;
	int64_t connected_ms, disconnected_ms;
};

struct lx_helix_eventsub {
	const char *id, *status, *type, *version;
	const cJSON *condition;
	int64_t created_ms;
	const struct lx_helix_transport *transport;
	int64_t cost;
};

/* --- beside the data ---------------------------------------------------------------------------------------------- */

/* What stands beside "data" in an answer: decode the whole body with lx_helix_decode_summary(). */
struct lx_helix_period {
	int64_t started_ms, ended_ms;
};

struct lx_helix_summary {
	int64_t total, points;              /* followers, chatters; subscriptions have both */
	int64_t total_cost, max_total_cost; /* EventSub */
	const char *emote_template;
	const struct lx_helix_period *period; /* of a leaderboard */
};

#define LX_HELIX_STRUCTS(X) \
	X(user) X(person) X(channel_ref) X(channel) X(content_label) X(stream) X(stream_key) X(team) X(game) X(channel_hit) \
	X(shared_chat_session) X(authorization) X(subscription) X(leader) X(cheermote) X(reward) X(goal) X(hype_train) \
	X(campaign) X(donation) X(commercial) X(ad_schedule) X(sent_message) X(chat_settings) X(pin) X(emote) X(badge_set) \
	X(ban) X(banned_user) X(warning) X(blocked_term) X(automod_settings) X(automod_status) X(unban_request) \
	X(shield_mode) X(suspicious_user) X(schedule) X(video) X(clip) X(created_clip) X(clip_download) X(marker) \
	X(marked_user) X(poll) X(prediction) X(raid) X(redemption) X(eventsub) X(summary)

#define LX_HELIX_DECLARE(name) \
	const struct lx_helix_##name *lx_helix_decode_##name(struct lx_decoded *memory, const cJSON *data, size_t *count);
LX_HELIX_STRUCTS(LX_HELIX_DECLARE)
#undef LX_HELIX_DECLARE

/* --- single values, as tolerant as the above ---------------------------------------------------------------------- */

/* A number, or a text that is one from end to end; otherwise LX_HELIX_UNKNOWN. */
int64_t lx_json_int(const cJSON *item);
/* The same with fractions; NaN for what is no number. */
double lx_json_number(const cJSON *item);
/* true, a number but 0, "true", "1"; everything else is false. */
bool lx_json_bool(const cJSON *item);
/* RFC 3339 with any number of fraction digits, or Unix seconds as number or text (milliseconds where they can be nothing else);
 * LX_HELIX_UNKNOWN for "", 0, null and what is no time. */
int64_t lx_json_time_ms(const cJSON *item);
int64_t lx_parse_time_ms(const char *text);
/* "3h8m33s" in seconds, LX_HELIX_UNKNOWN for what is no duration. */
int64_t lx_parse_duration_s(const char *text);

#ifdef __cplusplus
}
#endif
