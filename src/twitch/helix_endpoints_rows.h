/*
 * The rows of Helix's table, included twice by helix_endpoints.c: once for the lists of fields, once for the table itself. (A
 * compound literal outside of a function would do with one pass, but MSVC takes none there.)
 */
/* One row reads as one sentence. */
// clang-format off
	/* --- users, channels, streams -------------------------------------------------------------------------- */
	READ(GET_USERS, "/users", "", FIELDS(IDS("id", GROUP, 100), IDS("login", GROUP, 100)), nothing,
	     LX_HELIX_GROUP_ANY, 100, READ_FLAGS)
	WRITE(UPDATE_USER, "PUT", "/users", "user:edit", FIELDS(TEXT("description", 0, 0, 300)), nothing,
	      TWICE_IS_ONCE)
	READ(GET_USER_BLOCK_LIST, "/users/blocks", "user:read:blocked_users", FIELDS(OWN_CHANNEL, PAGE(100)), nothing,
	     READ_FLAGS)
	WRITE(BLOCK_USER, "PUT", "/users/blocks", "user:manage:blocked_users",
	      FIELDS(ID("target_user_id", REQUIRED, 0), WORD("source_context", 0, "chat whisper"),
		     WORD("reason", 0, "harassment spam other")),
	      nothing, TWICE_IS_ONCE)
	WRITE(UNBLOCK_USER, "DELETE", "/users/blocks", "user:manage:blocked_users",
	      FIELDS(ID("target_user_id", REQUIRED, 0)), nothing, TWICE_IS_ONCE)
	READ(GET_CHANNELS, "/channels", "", FIELDS(IDS("broadcaster_id", REQUIRED, 100)), nothing, READ_FLAGS)
	WRITE(MODIFY_CHANNEL, "PATCH", "/channels", "channel:manage:broadcast", FIELDS(OWN_CHANNEL),
	      FIELDS(TEXT("game_id", GROUP, 0), TEXT("broadcaster_language", GROUP, 2, 5), TEXT("title", GROUP, 1, 140),
		     INT("delay", GROUP, 0, 900), TEXT("tags", GROUP | LIST, 1, 25, .max_count = 10),
		     OBJECT("content_classification_labels", GROUP | LIST, 0),
		     WORD("content_classification_labels[].id", REQUIRED,
			  "DebatedSocialIssuesAndPolitics DrugsIntoxication SexualThemes ViolentGraphic Gambling "
			  "ProfanityVulgarity"),
		     BOOL("content_classification_labels[].is_enabled", REQUIRED, 0),
		     BOOL("is_branded_content", GROUP, 0)),
	      LX_HELIX_GROUP_AT_LEAST_ONE, TWICE_IS_ONCE)
	READ(GET_CONTENT_CLASSIFICATION_LABELS, "/content_classification_labels", "", FIELDS(TEXT("locale", 0, 2, 10)),
	     nothing, READ_FLAGS)
	READ(GET_CHANNEL_EDITORS, "/channels/editors", "channel:read:editors", FIELDS(OWN_CHANNEL), nothing,
	     READ_FLAGS)
	/* without its permission the answer still has the total, so none is asked for here */
	READ(GET_CHANNEL_FOLLOWERS, "/channels/followers", "", FIELDS(BROADCASTER, ID("user_id", 0, 0), PAGE(100)),
	     nothing, READ_FLAGS)
	READ(GET_FOLLOWED_CHANNELS, "/channels/followed", "user:read:follows",
	     FIELDS(ID("user_id", SELF, 0), ID("broadcaster_id", 0, 0), PAGE(100)), nothing, READ_FLAGS)
	READ(GET_STREAMS, "/streams", "",
	     FIELDS(IDS("user_id", 0, 100), IDS("user_login", 0, 100), IDS("game_id", 0, 100), IDS("language", 0, 100),
		    WORD("type", 0, "all live"), PAGE(100), BEFORE),
	     nothing, READ_FLAGS)
	READ(GET_FOLLOWED_STREAMS, "/streams/followed", "user:read:follows", FIELDS(ID("user_id", SELF, 0), PAGE(100)),
	     nothing, READ_FLAGS)
	READ(GET_STREAM_KEY, "/streams/key", "channel:read:stream_key", FIELDS(OWN_CHANNEL), nothing, READ_FLAGS)
	READ(GET_CHANNEL_TEAMS, "/teams/channel", "", FIELDS(BROADCASTER), nothing, READ_FLAGS)
	READ(GET_TEAMS, "/teams", "", FIELDS(TEXT("name", GROUP, 1, 100), ID("id", GROUP, 0)), nothing,
	     LX_HELIX_GROUP_EXACTLY_ONE, READ_FLAGS)
	READ(SEARCH_CATEGORIES, "/search/categories", "", FIELDS(TEXT("query", REQUIRED, 1, 1000), PAGE(100)), nothing,
	     READ_FLAGS)
	READ(SEARCH_CHANNELS, "/search/channels", "",
	     FIELDS(TEXT("query", REQUIRED, 1, 1000), BOOL("live_only", 0, 0), PAGE(100)), nothing, READ_FLAGS)
	READ(GET_GAMES, "/games", "",
	     FIELDS(IDS("id", GROUP, 100), TEXT("name", GROUP | LIST, 1, 500, .max_count = 100),
		    IDS("igdb_id", GROUP, 100)),
	     nothing, LX_HELIX_GROUP_AT_LEAST_ONE, 100, READ_FLAGS)
	READ(GET_TOP_GAMES, "/games/top", "", FIELDS(PAGE(100), BEFORE), nothing, READ_FLAGS)
	READ(GET_SHARED_CHAT_SESSION, "/shared_chat/session", "", FIELDS(BROADCASTER), nothing, READ_FLAGS)
	READ(GET_AUTHORIZATION_BY_USER, "/authorization/users", "", FIELDS(IDS("user_id", REQUIRED, 10)), nothing,
	     .flags = LX_HELIX_REPEATABLE | LX_HELIX_APP_TOKEN)

	/* --- subscriptions, bits, goals, charity, hype train ---------------------------------------------------- */
	READ(GET_SUBSCRIPTIONS, "/subscriptions", "channel:read:subscriptions",
	     FIELDS(OWN_CHANNEL, IDS("user_id", 0, 100), PAGE(100), BEFORE), nothing, READ_FLAGS)
	READ(CHECK_USER_SUBSCRIPTION, "/subscriptions/user", "user:read:subscriptions",
	     FIELDS(BROADCASTER, ID("user_id", SELF, 0)), nothing,
	     .flags = LX_HELIX_REPEATABLE | LX_HELIX_NOT_FOUND_IS_EMPTY)
	READ(GET_BITS_LEADERBOARD, "/bits/leaderboard", "bits:read",
	     FIELDS(INT("count", 0, 1, 100), WORD("period", 0, "day week month year all"), TIME("started_at", 0, 0),
		    ID("user_id", 0, 0)),
	     nothing, READ_FLAGS)
	READ(GET_CHEERMOTES, "/bits/cheermotes", "", FIELDS(ID("broadcaster_id", 0, 0)), nothing, READ_FLAGS)
	READ(GET_CUSTOM_POWER_UPS, "/bits/custom_power_ups", "bits:read", FIELDS(OWN_CHANNEL, ID("id", 0, 0)), nothing,
	     READ_FLAGS)
	READ(GET_GOALS, "/goals", "channel:read:goals", FIELDS(OWN_CHANNEL), nothing, READ_FLAGS)
	READ(GET_HYPE_TRAIN_STATUS, "/hypetrain/status", "channel:read:hype_train", FIELDS(OWN_CHANNEL), nothing,
	     READ_FLAGS)
	READ(GET_CHARITY_CAMPAIGN, "/charity/campaigns", "channel:read:charity", FIELDS(OWN_CHANNEL), nothing,
	     READ_FLAGS)
	READ(GET_CHARITY_DONATIONS, "/charity/donations", "channel:read:charity", FIELDS(OWN_CHANNEL, PAGE(100)),
	     nothing, READ_FLAGS)

	/* --- ads ------------------------------------------------------------------------------------------------- */
	WRITE(START_COMMERCIAL, "POST", "/channels/commercial", "channel:edit:commercial", nothing,
	      FIELDS(OWN_CHANNEL, INT("length", REQUIRED, 1, 180)), .flags = LX_HELIX_COOLDOWN)
	READ(GET_AD_SCHEDULE, "/channels/ads", "channel:read:ads", FIELDS(OWN_CHANNEL), nothing, READ_FLAGS)
	WRITE(SNOOZE_NEXT_AD, "POST", "/channels/ads/schedule/snooze", "channel:manage:ads", FIELDS(OWN_CHANNEL),
	      nothing, .flags = LX_HELIX_COOLDOWN)

	/* --- chat ------------------------------------------------------------------------------------------------ */
	READ(GET_CHATTERS, "/chat/chatters", "moderator:read:chatters", FIELDS(BROADCASTER, MODERATOR, PAGE(1000)),
	     nothing, READ_FLAGS)
	WRITE(SEND_CHAT_MESSAGE, "POST", "/chat/messages", "user:write:chat", nothing,
	      FIELDS(BROADCASTER, ID("sender_id", SELF, 0), TEXT("message", REQUIRED, 1, 500),
		     ID("reply_parent_message_id", 0, 0), BOOL("pin", 0, 0), BOOL("for_source_only", 0, 0)), ONCE)
	WRITE(SEND_ANNOUNCEMENT, "POST", "/chat/announcements", "moderator:manage:announcements",
	      FIELDS(BROADCASTER, MODERATOR),
	      FIELDS(TEXT("message", REQUIRED, 1, 500), WORD("color", 0, "blue green orange purple primary"),
		     BOOL("for_source_only", 0, 0)), ONCE)
	WRITE(SEND_SHOUTOUT, "POST", "/chat/shoutouts", "moderator:manage:shoutouts",
	      FIELDS(ID("from_broadcaster_id", REQUIRED, 0), ID("to_broadcaster_id", REQUIRED, 0), MODERATOR), nothing,
	      .flags = LX_HELIX_COOLDOWN)
	READ(GET_CHAT_SETTINGS, "/chat/settings", "", FIELDS(BROADCASTER, ID("moderator_id", LX_HELIX_TOKEN_USER, 0)),
	     nothing, READ_FLAGS)
	WRITE(UPDATE_CHAT_SETTINGS, "PATCH", "/chat/settings", "moderator:manage:chat_settings",
	      FIELDS(BROADCASTER, MODERATOR),
	      FIELDS(BOOL("emote_mode", GROUP, 0), BOOL("follower_mode", GROUP, 0),
		     INT("follower_mode_duration", 0, 0, 129600, .only_with = "follower_mode=true"),
		     BOOL("slow_mode", GROUP, 0), INT("slow_mode_wait_time", 0, 3, 120, .only_with = "slow_mode=true"),
		     BOOL("subscriber_mode", GROUP, 0), BOOL("unique_chat_mode", GROUP, 0),
		     BOOL("non_moderator_chat_delay", GROUP, 0),
		     INT("non_moderator_chat_delay_duration", 0, .words = "2 4 6",
			 .only_with = "non_moderator_chat_delay=true",
			 .required_when = "non_moderator_chat_delay=true")),
	      LX_HELIX_GROUP_AT_LEAST_ONE, TWICE_IS_ONCE)
	READ(GET_PINNED_MESSAGE, "/chat/pins", "moderator:read:chat_messages|moderator:manage:chat_messages",
	     FIELDS(BROADCASTER, MODERATOR), nothing, READ_FLAGS)
	WRITE(PIN_MESSAGE, "PUT", "/chat/pins", "moderator:manage:chat_messages",
	      FIELDS(BROADCASTER, MODERATOR, ID("message_id", REQUIRED, 0), INT("duration_seconds", 0, 30, 1800)),
	      nothing, .flags = LX_HELIX_REPEATABLE | LX_HELIX_QUERY_AND_BODY)
	WRITE(UPDATE_PIN, "PATCH", "/chat/pins", "moderator:manage:chat_messages",
	      FIELDS(BROADCASTER, MODERATOR, ID("message_id", REQUIRED, 0), INT("duration_seconds", 0, 30, 1800)),
	      nothing, .flags = LX_HELIX_REPEATABLE | LX_HELIX_QUERY_AND_BODY)
	WRITE(UNPIN_MESSAGE, "DELETE", "/chat/pins", "moderator:manage:chat_messages",
	      FIELDS(BROADCASTER, MODERATOR, ID("message_id", REQUIRED, 0)), nothing, TWICE_IS_ONCE)
	READ(GET_USER_CHAT_COLOR, "/chat/color", "", FIELDS(IDS("user_id", REQUIRED, 100)), nothing, READ_FLAGS)
	WRITE(UPDATE_USER_CHAT_COLOR, "PUT", "/chat/color", "user:manage:chat_color",
	      FIELDS(ID("user_id", SELF, 0), {.name = "color", LX_HELIX_COLOR, REQUIRED, .words = CHAT_COLORS}),
	      nothing, TWICE_IS_ONCE)
	READ(GET_CHANNEL_EMOTES, "/chat/emotes", "", FIELDS(BROADCASTER), nothing, READ_FLAGS)
	READ(GET_GLOBAL_EMOTES, "/chat/emotes/global", "", nothing, nothing, READ_FLAGS)
	READ(GET_EMOTE_SETS, "/chat/emotes/set", "", FIELDS(IDS("emote_set_id", REQUIRED, 25)), nothing, READ_FLAGS)
	READ(GET_USER_EMOTES, "/chat/emotes/user", "user:read:emotes",
	     FIELDS(ID("user_id", SELF, 0), ID("broadcaster_id", 0, 0), AFTER), nothing, READ_FLAGS)
	READ(GET_CHANNEL_BADGES, "/chat/badges", "", FIELDS(BROADCASTER), nothing, READ_FLAGS)
	READ(GET_GLOBAL_BADGES, "/chat/badges/global", "", nothing, nothing, READ_FLAGS)
	WRITE(SEND_WHISPER, "POST", "/whispers", "user:manage:whispers",
	      FIELDS(ID("from_user_id", SELF, 0), ID("to_user_id", REQUIRED, 0)),
	      FIELDS(TEXT("message", REQUIRED, 1, 10000)), ONCE)

	/* --- moderation ------------------------------------------------------------------------------------------ */
	WRITE(BAN_USER, "POST", "/moderation/bans", "moderator:manage:banned_users", FIELDS(BROADCASTER, MODERATOR),
	      FIELDS(OBJECT("data", REQUIRED, 0), ID("data.user_id", REQUIRED, 0), INT("data.duration", 0, 1, 1209600),
		     TEXT("data.reason", 0, 0, 500)),
	      .flags = LX_HELIX_REPEATABLE | LX_HELIX_RETRY_409)
	WRITE(UNBAN_USER, "DELETE", "/moderation/bans", "moderator:manage:banned_users",
	      FIELDS(BROADCASTER, MODERATOR, ID("user_id", REQUIRED, 0)), nothing,
	      .flags = LX_HELIX_REPEATABLE | LX_HELIX_RETRY_409)
	READ(GET_BANNED_USERS, "/moderation/banned", "moderation:read|moderator:manage:banned_users",
	     FIELDS(OWN_CHANNEL, IDS("user_id", 0, 100), PAGE(100), BEFORE), nothing, READ_FLAGS)
	WRITE(DELETE_CHAT_MESSAGES, "DELETE", "/moderation/chat", "moderator:manage:chat_messages",
	      FIELDS(BROADCASTER, MODERATOR, ID("message_id", 0, 0)), nothing, TWICE_IS_ONCE)
	/* a second warning would be a second warning */
	WRITE(WARN_CHAT_USER, "POST", "/moderation/warnings", "moderator:manage:warnings",
	      FIELDS(BROADCASTER, MODERATOR),
	      FIELDS(OBJECT("data", REQUIRED, 0), ID("data.user_id", REQUIRED, 0),
		     TEXT("data.reason", REQUIRED, 1, 500)),
	      .flags = LX_HELIX_RETRY_409)
	READ(GET_MODERATORS, "/moderation/moderators", "moderation:read|channel:manage:moderators",
	     FIELDS(OWN_CHANNEL, IDS("user_id", 0, 100), PAGE(100)), nothing, READ_FLAGS)
	WRITE(ADD_MODERATOR, "POST", "/moderation/moderators", "channel:manage:moderators",
	      FIELDS(OWN_CHANNEL, ID("user_id", REQUIRED, 0)), nothing, TWICE_IS_ONCE)
	WRITE(REMOVE_MODERATOR, "DELETE", "/moderation/moderators", "channel:manage:moderators",
	      FIELDS(OWN_CHANNEL, ID("user_id", REQUIRED, 0)), nothing, TWICE_IS_ONCE)
	READ(GET_VIPS, "/channels/vips", "channel:read:vips|channel:manage:vips",
	     FIELDS(OWN_CHANNEL, IDS("user_id", 0, 100), PAGE(100)), nothing, READ_FLAGS)
	WRITE(ADD_VIP, "POST", "/channels/vips", "channel:manage:vips", FIELDS(OWN_CHANNEL, ID("user_id", REQUIRED, 0)),
	      nothing, TWICE_IS_ONCE)
	/* a VIP may resign with a token of its own */
	WRITE(REMOVE_VIP, "DELETE", "/channels/vips", "channel:manage:vips",
	      FIELDS(BROADCASTER, ID("user_id", REQUIRED, 0)), nothing, TWICE_IS_ONCE)
	READ(GET_MODERATED_CHANNELS, "/moderation/channels", "user:read:moderated_channels",
	     FIELDS(ID("user_id", SELF, 0), PAGE(100)), nothing, READ_FLAGS)
	READ(GET_BLOCKED_TERMS, "/moderation/blocked_terms",
	     "moderator:read:blocked_terms|moderator:manage:blocked_terms", FIELDS(BROADCASTER, MODERATOR, PAGE(100)),
	     nothing, READ_FLAGS)
	WRITE(ADD_BLOCKED_TERM, "POST", "/moderation/blocked_terms", "moderator:manage:blocked_terms",
	      FIELDS(BROADCASTER, MODERATOR), FIELDS(TEXT("text", REQUIRED, 2, 500)), TWICE_IS_ONCE)
	WRITE(REMOVE_BLOCKED_TERM, "DELETE", "/moderation/blocked_terms", "moderator:manage:blocked_terms",
	      FIELDS(BROADCASTER, MODERATOR, ID("id", REQUIRED, 0)), nothing, TWICE_IS_ONCE)
	READ(GET_AUTOMOD_SETTINGS, "/moderation/automod/settings",
	     "moderator:read:automod_settings|moderator:manage:automod_settings", FIELDS(BROADCASTER, MODERATOR),
	     nothing, READ_FLAGS)
	/* an individual level that is left out would be set to 0, so all are asked for */
	WRITE(UPDATE_AUTOMOD_SETTINGS, "PUT", "/moderation/automod/settings", "moderator:manage:automod_settings",
	      FIELDS(BROADCASTER, MODERATOR),
	      FIELDS(INT("overall_level", 0, 0, 4, .only_with = "!disability"), AUTOMOD_LEVEL("disability"),
		     AUTOMOD_LEVEL("aggression"), AUTOMOD_LEVEL("sexuality_sex_or_gender"), AUTOMOD_LEVEL("misogyny"),
		     AUTOMOD_LEVEL("bullying"), AUTOMOD_LEVEL("swearing"), AUTOMOD_LEVEL("race_ethnicity_or_religion"),
		     AUTOMOD_LEVEL("sex_based_terms")),
	      TWICE_IS_ONCE)
	WRITE(MANAGE_HELD_AUTOMOD_MESSAGE, "POST", "/moderation/automod/message", "moderator:manage:automod", nothing,
	      FIELDS(ID("user_id", SELF, 0), ID("msg_id", REQUIRED, 0), WORD("action", REQUIRED, "ALLOW DENY")),
	      TWICE_IS_ONCE)
	WRITE(CHECK_AUTOMOD_STATUS, "POST", "/moderation/enforcements/status", "moderation:read", FIELDS(OWN_CHANNEL),
	      FIELDS(OBJECT("data", REQUIRED | LIST, .max_count = 100, .min_count = 1),
		     TEXT("data[].msg_id", REQUIRED, 1, 200), TEXT("data[].msg_text", REQUIRED, 1, 500)),
	      READ_FLAGS)
	READ(GET_UNBAN_REQUESTS, "/moderation/unban_requests",
	     "moderator:read:unban_requests|moderator:manage:unban_requests",
	     FIELDS(BROADCASTER, MODERATOR, WORD("status", REQUIRED, "pending approved denied acknowledged canceled"),
		    ID("user_id", 0, 0), PAGE(100)),
	     nothing, READ_FLAGS)
	WRITE(RESOLVE_UNBAN_REQUEST, "PATCH", "/moderation/unban_requests", "moderator:manage:unban_requests",
	      FIELDS(BROADCASTER, MODERATOR, ID("unban_request_id", REQUIRED, 0),
		     WORD("status", REQUIRED, "approved denied"), TEXT("resolution_text", 0, 0, 500)),
	      nothing, TWICE_IS_ONCE)
	READ(GET_SHIELD_MODE, "/moderation/shield_mode", "moderator:read:shield_mode|moderator:manage:shield_mode",
	     FIELDS(BROADCASTER, MODERATOR), nothing, READ_FLAGS)
	WRITE(UPDATE_SHIELD_MODE, "PUT", "/moderation/shield_mode", "moderator:manage:shield_mode",
	      FIELDS(BROADCASTER, MODERATOR), FIELDS(BOOL("is_active", REQUIRED, 0)), TWICE_IS_ONCE)
	WRITE(ADD_SUSPICIOUS_USER, "POST", "/moderation/suspicious_users", "moderator:manage:suspicious_users",
	      FIELDS(BROADCASTER, MODERATOR),
	      FIELDS(ID("user_id", REQUIRED, 0), WORD("status", REQUIRED, "ACTIVE_MONITORING RESTRICTED")),
	      TWICE_IS_ONCE)
	WRITE(REMOVE_SUSPICIOUS_USER, "DELETE", "/moderation/suspicious_users", "moderator:manage:suspicious_users",
	      FIELDS(BROADCASTER, MODERATOR, ID("user_id", REQUIRED, 0)), nothing, TWICE_IS_ONCE)

	/* --- schedule -------------------------------------------------------------------------------------------- */
	READ(GET_SCHEDULE, "/schedule", "", FIELDS(BROADCASTER, IDS("id", 0, 100), TIME("start_time", 0, 0), PAGE(25)),
	     nothing, .flags = LX_HELIX_REPEATABLE | LX_HELIX_NOT_FOUND_IS_EMPTY, .items = "segments")
	READ(GET_SCHEDULE_ICALENDAR, "/schedule/icalendar", "", FIELDS(BROADCASTER), nothing,
	     .flags = LX_HELIX_REPEATABLE | LX_HELIX_NO_TOKEN | LX_HELIX_NOT_JSON)
	WRITE(UPDATE_SCHEDULE_SETTINGS, "PATCH", "/schedule/settings", "channel:manage:schedule",
	      FIELDS(OWN_CHANNEL, BOOL("is_vacation_enabled", 0, 0),
		     TIME("vacation_start_time", 0, .required_when = "is_vacation_enabled=true"),
		     TIME("vacation_end_time", 0, .required_when = "is_vacation_enabled=true"),
		     TEXT("timezone", 0, 1, 100, .required_when = "is_vacation_enabled=true")),
	      nothing, TWICE_IS_ONCE)
	WRITE(CREATE_SCHEDULE_SEGMENT, "POST", "/schedule/segment", "channel:manage:schedule", FIELDS(OWN_CHANNEL),
	      FIELDS(TIME("start_time", REQUIRED, 0), TEXT("timezone", REQUIRED, 1, 100), SEGMENT_MINUTES(REQUIRED),
		     BOOL("is_recurring", 0, 0), TEXT("category_id", 0, 0), TEXT("title", 0, 0, 140)), ONCE)
	WRITE(UPDATE_SCHEDULE_SEGMENT, "PATCH", "/schedule/segment", "channel:manage:schedule",
	      FIELDS(OWN_CHANNEL, ID("id", REQUIRED, 0)),
	      FIELDS(TIME("start_time", GROUP, 0), SEGMENT_MINUTES(GROUP), TEXT("category_id", GROUP, 0),
		     TEXT("title", GROUP, 0, 140), BOOL("is_canceled", GROUP, 0), TEXT("timezone", GROUP, 1, 100)),
	      LX_HELIX_GROUP_AT_LEAST_ONE, TWICE_IS_ONCE)
	WRITE(DELETE_SCHEDULE_SEGMENT, "DELETE", "/schedule/segment", "channel:manage:schedule",
	      FIELDS(OWN_CHANNEL, ID("id", REQUIRED, 0)), nothing, TWICE_IS_ONCE)

	/* --- videos, clips, markers ------------------------------------------------------------------------------ */
	READ(GET_VIDEOS, "/videos", "",
	     FIELDS(IDS("id", GROUP, 100), ID("user_id", GROUP, 0), ID("game_id", GROUP, 0), TEXT("language", 0, 2, 5),
		    WORD("period", 0, "all day week month"), WORD("sort", 0, "time trending views"),
		    WORD("type", 0, "all archive highlight upload"), PAGE(100), BEFORE),
	     nothing, LX_HELIX_GROUP_EXACTLY_ONE, READ_FLAGS)
	WRITE(DELETE_VIDEOS, "DELETE", "/videos", "channel:manage:videos", FIELDS(IDS("id", REQUIRED, 5)), nothing,
	      TWICE_IS_ONCE)
	WRITE(CREATE_CLIP, "POST", "/clips", "clips:edit", FIELDS(BROADCASTER, TEXT("title", 0, 1, 140), CLIP_SECONDS),
	      nothing, ONCE)
	WRITE(CREATE_CLIP_FROM_VOD, "POST", "/videos/clips", "channel:manage:clips|editor:manage:clips",
	      FIELDS(ID("editor_id", SELF, 0), BROADCASTER, ID("vod_id", REQUIRED, 0),
		     INT("vod_offset", REQUIRED, 5, 1e9, .not_below = "duration"), CLIP_SECONDS,
		     TEXT("title", REQUIRED, 1, 140)),
	      nothing, ONCE)
	READ(GET_CLIPS, "/clips", "",
	     FIELDS(ID("broadcaster_id", GROUP, 0), ID("game_id", GROUP, 0), IDS("id", GROUP, 100),
		    TIME("started_at", 0, 0), TIME("ended_at", 0, 0), BOOL("is_featured", 0, 0), PAGE(100), BEFORE),
	     nothing, LX_HELIX_GROUP_EXACTLY_ONE, READ_FLAGS)
	READ(GET_CLIP_DOWNLOADS, "/clips/downloads", "channel:manage:clips|editor:manage:clips",
	     FIELDS(ID("editor_id", SELF, 0), BROADCASTER, IDS("clip_id", REQUIRED, 10)), nothing, READ_FLAGS)
	/* the user is the broadcaster; an editor's token may act as well, so it need not be the token's user */
	WRITE(CREATE_STREAM_MARKER, "POST", "/streams/markers", "channel:manage:broadcast", nothing,
	      FIELDS(ID("user_id", REQUIRED, 0), TEXT("description", 0, 0, 140)), ONCE)
	READ(GET_STREAM_MARKERS, "/streams/markers", "user:read:broadcast|channel:manage:broadcast",
	     FIELDS(ID("user_id", GROUP, 0), ID("video_id", GROUP, 0), PAGE(100), BEFORE), nothing,
	     LX_HELIX_GROUP_EXACTLY_ONE, READ_FLAGS)

	/* --- polls, predictions, raids, channel points ----------------------------------------------------------- */
	READ(GET_POLLS, "/polls", "channel:read:polls|channel:manage:polls",
	     FIELDS(OWN_CHANNEL, IDS("id", 0, 20), PAGE(20)), nothing, READ_FLAGS)
	WRITE(CREATE_POLL, "POST", "/polls", "channel:manage:polls", nothing,
	      FIELDS(OWN_CHANNEL, TEXT("title", REQUIRED, 1, 60),
		     OBJECT("choices", REQUIRED | LIST, .min_count = 2, .max_count = 5),
		     TEXT("choices[].title", REQUIRED, 1, 25), INT("duration", REQUIRED, 15, 1800),
		     BOOL("channel_points_voting_enabled", 0, 0),
		     INT("channel_points_per_vote", 0, 1, 1000000,
			 .required_when = "channel_points_voting_enabled=true")), ONCE)
	WRITE(END_POLL, "PATCH", "/polls", "channel:manage:polls", nothing,
	      FIELDS(OWN_CHANNEL, ID("id", REQUIRED, 0), WORD("status", REQUIRED, "TERMINATED ARCHIVED")),
	      TWICE_IS_ONCE)
	READ(GET_PREDICTIONS, "/predictions", "channel:read:predictions|channel:manage:predictions",
	     FIELDS(OWN_CHANNEL, IDS("id", 0, 25), PAGE(25)), nothing, READ_FLAGS)
	WRITE(CREATE_PREDICTION, "POST", "/predictions", "channel:manage:predictions", nothing,
	      FIELDS(OWN_CHANNEL, TEXT("title", REQUIRED, 1, 45),
		     OBJECT("outcomes", REQUIRED | LIST, .min_count = 2, .max_count = 10),
		     TEXT("outcomes[].title", REQUIRED, 1, 25), INT("prediction_window", REQUIRED, 30, 1800)), ONCE)
	WRITE(END_PREDICTION, "PATCH", "/predictions", "channel:manage:predictions", nothing,
	      FIELDS(OWN_CHANNEL, ID("id", REQUIRED, 0), WORD("status", REQUIRED, "LOCKED RESOLVED CANCELED"),
		     ID("winning_outcome_id", 0, .only_with = "status=RESOLVED", .required_when = "status=RESOLVED")),
	      TWICE_IS_ONCE)
	WRITE(START_RAID, "POST", "/raids", "channel:manage:raids",
	      FIELDS(ID("from_broadcaster_id", SELF, 0), ID("to_broadcaster_id", REQUIRED, 0)), nothing,
	      .flags = LX_HELIX_COOLDOWN)
	WRITE(CANCEL_RAID, "DELETE", "/raids", "channel:manage:raids", FIELDS(OWN_CHANNEL), nothing, TWICE_IS_ONCE)
	READ(GET_CUSTOM_REWARDS, "/channel_points/custom_rewards",
	     "channel:read:redemptions|channel:manage:redemptions",
	     FIELDS(OWN_CHANNEL, IDS("id", 0, 50), BOOL("only_manageable_rewards", 0, 0)), nothing, READ_FLAGS)
	WRITE(CREATE_CUSTOM_REWARD, "POST", "/channel_points/custom_rewards", "channel:manage:redemptions",
	      FIELDS(OWN_CHANNEL), FIELDS(REWARD_FIELDS(REQUIRED)), ONCE)
	WRITE(UPDATE_CUSTOM_REWARD, "PATCH", "/channel_points/custom_rewards", "channel:manage:redemptions",
	      FIELDS(OWN_CHANNEL, ID("id", REQUIRED, 0)), FIELDS(REWARD_FIELDS(0), BOOL("is_paused", 0, 0)),
	      TWICE_IS_ONCE)
	WRITE(DELETE_CUSTOM_REWARD, "DELETE", "/channel_points/custom_rewards", "channel:manage:redemptions",
	      FIELDS(OWN_CHANNEL, ID("id", REQUIRED, 0)), nothing, TWICE_IS_ONCE)
	READ(GET_REDEMPTIONS, "/channel_points/custom_rewards/redemptions",
	     "channel:read:redemptions|channel:manage:redemptions",
	     FIELDS(OWN_CHANNEL, ID("reward_id", REQUIRED, 0), IDS("id", 0, 50),
		    WORD("status", 0, "CANCELED FULFILLED UNFULFILLED", .required_when = "!id"),
		    WORD("sort", 0, "OLDEST NEWEST"), PAGE(50)),
	     nothing, READ_FLAGS)
	WRITE(UPDATE_REDEMPTIONS, "PATCH", "/channel_points/custom_rewards/redemptions", "channel:manage:redemptions",
	      FIELDS(OWN_CHANNEL, ID("reward_id", REQUIRED, 0), IDS("id", REQUIRED, 50)),
	      FIELDS(WORD("status", REQUIRED, "FULFILLED CANCELED")), TWICE_IS_ONCE)

	/* --- EventSub management --------------------------------------------------------------------------------- */
	/* a second subscription to the same is refused with 409, which tells that it is there */
	WRITE(CREATE_EVENTSUB_SUBSCRIPTION, "POST", "/eventsub/subscriptions", "", nothing,
	      FIELDS(TEXT("type", REQUIRED, 1, 200), TEXT("version", REQUIRED, 1, 20), OBJECT("condition", REQUIRED, 0),
		     OBJECT("transport", REQUIRED, 0), WORD("transport.method", REQUIRED, "websocket webhook conduit"),
		     TEXT("transport.session_id", 0, 1, 1000)),
	      /* 429 with points left: too many sockets, or too dear */
	      .flags = LX_HELIX_REPEATABLE | LX_HELIX_COOLDOWN)
	READ(GET_EVENTSUB_SUBSCRIPTIONS, "/eventsub/subscriptions", "",
	     FIELDS(TEXT("status", GROUP, 1, 200), TEXT("type", GROUP, 1, 200), ID("user_id", GROUP, 0),
		    ID("subscription_id", GROUP, 0), ID("conduit_id", GROUP, 0), AFTER),
	     nothing, LX_HELIX_GROUP_AT_MOST_ONE, READ_FLAGS)
	WRITE(DELETE_EVENTSUB_SUBSCRIPTION, "DELETE", "/eventsub/subscriptions", "", FIELDS(ID("id", REQUIRED, 0)),
	      nothing, TWICE_IS_ONCE)
// clang-format on
