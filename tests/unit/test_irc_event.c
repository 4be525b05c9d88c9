#include "support.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "twitch/irc_event.h"

#define NOW 1790000099000

/* A decoder with one line in it. */
struct decoded {
	struct lx_irc_decoder *decoder;
	struct lx_irc_message message;
	char *line;
	struct lx_event event;
};

static bool decode_bytes(struct decoded *d, const char *line, size_t size)
{
	d->line = brealloc(d->line, size + LX_IRC_PADDING);
	memcpy(d->line, line, size);
	memset(d->line + size, 'x', LX_IRC_PADDING);
	if (!d->decoder)
		d->decoder = lx_irc_decoder_create();
	assert_int_equal(lx_irc_parse(&d->message, d->line, size), LX_IRC_OK);
	return lx_irc_decode(d->decoder, &d->message, NOW, &d->event);
}

static bool decode(struct decoded *d, const char *line)
{
	return decode_bytes(d, line, strlen(line));
}

static void finish(struct decoded *d)
{
	lx_irc_decoder_destroy(d->decoder);
	lx_irc_message_finish(&d->message);
	bfree(d->line);
}

/* The line of the examples that holds `needle`. */
static bool decode_example(struct decoded *d, const char *needle)
{
	FILE *file = fopen(TEST_DATA_DIR "/irc/twitch.txt", "rb");
	char line[4096];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, needle)) {
			fclose(file);
			return decode(d, line);
		}
	}
	fclose(file);
	fail_msg("no example with %s", needle);
	return false;
}

static void message(void **state)
{
	struct decoded d = {0};
	const struct lx_chat *chat = &d.event.chat;

	assert_true(decode_example(&d, "8ccc-000000000001;mod"));
	assert_int_equal(d.event.type, LX_EVENT_CHAT_MESSAGE);
	assert_int_equal(d.event.time_ms, 1790000000000);
	assert_string_equal(d.event.channel, "streamer");
	assert_string_equal(d.event.room_id, "100000002");
	assert_string_equal(chat->id, "11111111-aaaa-4bbb-8ccc-000000000001");
	assert_string_equal(chat->user.id, "200000001");
	assert_string_equal(chat->user.login, "anna_b");
	assert_string_equal(chat->user.name, "Anna_B");
	assert_string_equal(chat->user.badges, "subscriber/12,no_audio/1");
	assert_string_equal(chat->user.badge_info, "subscriber/17");
	assert_int_equal(chat->user.color, 0xEBA2C0);
	assert_int_equal(chat->user.roles, LX_ROLE_SUBSCRIBER);
	assert_string_equal(chat->text, "Kappa");
	assert_int_equal(chat->flags, LX_CHAT_FIRST | LX_CHAT_EMOTE_ONLY);
	assert_int_equal(chat->emote_count, 1);
	assert_string_equal(chat->emotes[0].id, "25");
	assert_string_equal(chat->notice, "");
	assert_string_equal(chat->reply_id, "");
	assert_string_equal(chat->source_room_id, "");
	finish(&d);
}

static void cheer_and_reward(void **state)
{
	struct decoded d = {0};
	assert_true(decode_example(&d, ":Cheer1 a Cheer4 b"));
	assert_int_equal(d.event.chat.bits, 5);
	assert_int_equal(d.event.chat.user.color, LX_COLOR_NONE);
	assert_true(decode_example(&d, ":play this song"));
	assert_int_equal(d.event.chat.bits, 0);
	assert_string_equal(d.event.chat.reward_id, "31a2344e-0fce-4229-9453-fb2e8b6dd02c");
	assert_true(decode(&d, "@bits=abc PRIVMSG #x :a"));
	assert_int_equal(d.event.chat.bits, 0);
	assert_true(decode(&d, "@bits=99999999999999999999999;tmi-sent-ts=-4 PRIVMSG #x :a"));
	assert_int_equal(d.event.chat.bits, UINT32_MAX);
	assert_int_equal(d.event.time_ms, NOW);
	assert_true(decode(&d, "@bits=-1;tmi-sent-ts= PRIVMSG #x :a"));
	assert_int_equal(d.event.chat.bits, 0);
	assert_int_equal(d.event.time_ms, NOW);
	finish(&d);
}

static void power_ups(void **state)
{
	struct decoded d = {0};
	assert_true(decode(&d, "@msg-id=gigantified-emote-message PRIVMSG #x :a"));
	assert_int_equal(d.event.chat.flags, LX_CHAT_GIGANTIC);
	assert_string_equal(d.event.chat.effect, "");
	assert_true(decode(&d, "@msg-id=animated-message;animation-id=cosmic-abyss PRIVMSG #x :a"));
	assert_string_equal(d.event.chat.effect, "cosmic-abyss");
	assert_true(decode(&d, "@msg-id=animated-message PRIVMSG #x :a"));
	assert_string_equal(d.event.chat.effect, LX_EFFECT_UNNAMED);
	finish(&d);
}

static void emotes_count_code_points(void **state)
{
	struct decoded d = {0};
	const struct lx_chat *chat = &d.event.chat;

	assert_true(decode_example(&d, "emotes=25:0-4,8-12;first"));
	assert_int_equal(chat->emote_count, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct lx_emote *emote = &chat->emotes[i];
		assert_int_equal(emote->byte_end - emote->byte_begin, 5);
		assert_memory_equal(chat->text + emote->byte_begin, "Kappa", 5);
	}
	assert_int_equal(chat->emotes[1].first, 8);
	assert_int_equal(chat->emotes[1].last, 12);
	assert_int_equal(chat->emotes[1].byte_begin, 11);

	/* More than the marks are apart. */
	struct dstr line = {0};
	dstr_copy(&line, "@emotes=a:100-101/b:31-32/c:64-64/d:199-300 :u PRIVMSG #x :");
	for (int i = 0; i < 200; i++)
		dstr_cat(&line, i % 2 ? "\xC3\xA4" : "\xF0\x9F\x98\x82");
	assert_true(decode(&d, line.array));
	assert_int_equal(chat->emote_count, 4);
	assert_string_equal(chat->emotes[0].id, "b");
	assert_int_equal(chat->emotes[0].byte_begin, 15 * 6 + 4);
	assert_int_equal(chat->emotes[0].byte_end, 15 * 6 + 4 + 2 + 4);
	assert_int_equal(chat->emotes[1].byte_begin, 32 * 6);
	assert_int_equal(chat->emotes[1].byte_end, 32 * 6 + 4);
	assert_int_equal(chat->emotes[2].byte_begin, 50 * 6);
	assert_int_equal(chat->emotes[3].last, 199);
	assert_int_equal(chat->emotes[3].byte_end, 200 * 3);
	dstr_free(&line);
	finish(&d);
}

static void odd_emotes_are_clamped_or_left_out(void **state)
{
	struct decoded d = {0};
	const struct lx_chat *chat = &d.event.chat;

	assert_true(decode(
		&d, "@emotes=1:8-99/2:10-12/3:4-3/4:x-2/5:0/6:1-/7/:0-1/8:0-0,/9:5-6/a.b:0-1/10:99999999999999999999-2"
		    " :u PRIVMSG #x :0123456789"));
	assert_int_equal(chat->emote_count, 3);
	assert_string_equal(chat->emotes[0].id, "8");
	assert_string_equal(chat->emotes[1].id, "9");
	assert_string_equal(chat->emotes[2].id, "1");
	assert_int_equal(chat->emotes[2].first, 8);
	assert_int_equal(chat->emotes[2].last, 9);
	assert_int_equal(chat->emotes[2].byte_end, 10);

	/* Overlaps: what begins first stays, in order, so that the text can be cut along them. */
	assert_true(decode(&d, "@emotes=1:5-9/2:0-3/3:2-6/4:3-3/5:4-4 :u PRIVMSG #x :0123456789"));
	assert_int_equal(chat->emote_count, 3);
	assert_string_equal(chat->emotes[0].id, "2");
	assert_string_equal(chat->emotes[1].id, "5");
	assert_string_equal(chat->emotes[2].id, "1");

	assert_true(decode(&d, "@emotes=1:0-3 :u PRIVMSG #x :"));
	assert_int_equal(chat->emote_count, 0);
	/* A notice without a message has no text, whatever the tag says. */
	assert_true(decode(&d, "@emotes=1:0-3;msg-id=sub USERNOTICE #streamer"));
	assert_int_equal(chat->emote_count, 0);
	assert_string_equal(chat->text, "");
	finish(&d);
}

static void actions_are_unwrapped(void **state)
{
	struct decoded d = {0};
	const struct lx_chat *chat = &d.event.chat;

	assert_true(decode_example(&d, "ACTION Kappa"));
	assert_string_equal(chat->text, "Kappa");
	assert_int_equal(chat->flags, LX_CHAT_ACTION);
	assert_int_equal(chat->emotes[0].byte_begin, 0);
	assert_int_equal(chat->emotes[0].byte_end, 5);

	assert_true(decode(&d, ":u PRIVMSG #x :\001ACTION waves"));
	assert_string_equal(chat->text, "waves");
	assert_true(decode(&d, ":u PRIVMSG #x :\001ACTION \001"));
	assert_string_equal(chat->text, "");
	assert_int_equal(chat->flags, LX_CHAT_ACTION);
	assert_true(decode(&d, ":u PRIVMSG #x :\001ACTION "));
	assert_string_equal(chat->text, "");
	/* Another request, and one that lacks the space: plain texts, made safe. */
	assert_true(decode(&d, ":u PRIVMSG #x :\001VERSION\001"));
	assert_string_equal(chat->text, "\xEF\xBF\xBDVERSION\xEF\xBF\xBD");
	assert_int_equal(chat->flags, 0);
	assert_true(decode(&d, ":u PRIVMSG #x :\001ACTION\001"));
	assert_int_equal(chat->flags, 0);
	finish(&d);
}

static void replies(void **state)
{
	struct decoded d = {0};
	const struct lx_chat *chat = &d.event.chat;

	assert_true(decode_example(&d, ":@Anna_B Keepo"));
	assert_string_equal(chat->reply_id, "11111111-aaaa-4bbb-8ccc-000000000001");
	assert_string_equal(chat->reply_user_id, "200000001");
	assert_string_equal(chat->reply_login, "anna_b");
	assert_string_equal(chat->reply_name, "Anna_B");
	assert_string_equal(chat->reply_text, "hello there; all ok?");
	assert_string_equal(chat->thread_id, "11111111-aaaa-4bbb-8ccc-000000000001");
	assert_string_equal(chat->text, "@Anna_B Keepo");
	assert_memory_equal(chat->text + chat->emotes[0].byte_begin, "Keepo", 5);
	finish(&d);
}

static void shared_chat(void **state)
{
	struct decoded d = {0};
	const struct lx_chat *chat = &d.event.chat;

	assert_true(decode_example(&d, ":hi from next door"));
	assert_int_equal(chat->flags, LX_CHAT_SHARED);
	assert_string_equal(chat->source_room_id, "100000003");
	assert_string_equal(chat->source_id, "22222222-aaaa-4bbb-8ccc-000000000007");
	assert_string_equal(chat->source_badges, "staff/1,moderator/1");
	assert_int_equal(chat->user.roles, LX_ROLE_STAFF);

	assert_true(decode_example(&d, ":news from the other channel"));
	assert_int_equal(d.event.type, LX_EVENT_CHAT_NOTICE);
	assert_string_equal(chat->notice, "announcement");
	assert_string_equal(chat->announcement_color, "PRIMARY");
	assert_int_equal(chat->flags, LX_CHAT_SHARED);

	/* In a shared session, but typed here. */
	assert_true(decode(&d, "@room-id=1;source-room-id=1 :u PRIVMSG #x :a"));
	assert_int_equal(chat->flags, 0);
	finish(&d);
}

static void notices_of_users(void **state)
{
	static const struct {
		const char *needle, *notice, *login, *text, *plan, *gift, *recipient;
		int64_t count;
	} cases[] = {
		{"000000000008;", "resub", "carla", "half a year!", "Prime", "", "", 6},
		{"000000000009;", "submysterygift", "dora", "", "1000", "4645652708379472175", "", 2},
		{"000000000010;", "subgift", "dora", "", "1000", "4645652708379472175", "Emil", 1},
		{"000000000011;", "subgift", "ananonymousgifter", "", "1000", "", "Emil", 6},
		{"000000000012;", "giftpaidupgrade", "emil", "", "", "", "", 0},
		{"000000000013;", "raid", "raider", "", "", "", "", 42},
		{"000000000014;", "announcement", "modi", "Subathon tonight", "", "", "", 0},
		{"000000000015;", "viewermilestone", "fan", "hey", "", "", "", 10},
		{"000000000016;", "modiversary", "modi", "18 months", "", "", "", 18},
	};
	struct decoded d = {0};
	const struct lx_chat *chat = &d.event.chat;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_true(decode_example(&d, cases[i].needle));
		assert_int_equal(d.event.type, LX_EVENT_CHAT_NOTICE);
		assert_string_equal(chat->notice, cases[i].notice);
		assert_string_equal(chat->user.login, cases[i].login);
		assert_string_equal(chat->text, cases[i].text);
		assert_string_equal(chat->sub_plan, cases[i].plan);
		assert_string_equal(chat->gift_id, cases[i].gift);
		assert_string_equal(chat->recipient_name, cases[i].recipient);
		assert_int_equal(chat->notice_count, cases[i].count);
	}

	assert_true(decode_example(&d, "000000000012;"));
	assert_string_equal(chat->notice_text, "Emil is continuing the Gift Sub they got from Dora!");
	assert_true(decode_example(&d, "000000000014;"));
	assert_string_equal(chat->announcement_color, "BLUE");
	assert_int_equal(chat->user.roles, LX_ROLE_MODERATOR);

	/* A bomb of the older kind, a kind of tomorrow. */
	assert_true(decode(&d, "@msg-id=submysterygift;msg-param-origin-id=77 USERNOTICE #x"));
	assert_string_equal(chat->gift_id, "77");
	assert_true(decode(&d, "@msg-id=brandnew;system-msg=What\\sis\\sthis?;login=u USERNOTICE #x"));
	assert_string_equal(chat->notice, "brandnew");
	assert_string_equal(chat->notice_text, "What is this?");
	finish(&d);
}

static void moderation(void **state)
{
	struct decoded d = {0};
	const struct lx_moderation *moderation = &d.event.moderation;

	assert_true(decode_example(&d, "ban-duration=600"));
	assert_int_equal(d.event.type, LX_EVENT_USER_BANNED);
	assert_string_equal(moderation->user_id, "200000012");
	assert_string_equal(moderation->user_login, "baduser");
	assert_string_equal(moderation->user_name, "baduser");
	assert_int_equal(moderation->duration_s, 600);
	assert_string_equal(moderation->moderator_login, "");
	assert_int_equal(d.event.time_ms, 1790000016000);

	assert_true(decode_example(&d, "CLEARCHAT #streamer baduser"));
	assert_int_equal(d.event.type, LX_EVENT_USER_BANNED);
	assert_string_equal(moderation->user_login, "baduser");
	assert_int_equal(moderation->duration_s, 0);

	assert_true(decode_example(&d, "tmi-sent-ts=1790000018000"));
	assert_int_equal(d.event.type, LX_EVENT_CHAT_CLEARED);
	assert_string_equal(d.event.channel, "streamer");

	assert_true(decode_example(&d, "CLEARMSG"));
	assert_int_equal(d.event.type, LX_EVENT_MESSAGE_DELETED);
	assert_string_equal(moderation->message_id, "11111111-aaaa-4bbb-8ccc-000000000099");
	assert_string_equal(moderation->user_login, "baduser");
	assert_string_equal(moderation->text, "something rude");
	assert_string_equal(d.event.room_id, "");
	assert_true(decode(&d, "@login=u CLEARMSG #x :\001ACTION is rude\001"));
	assert_string_equal(moderation->text, "is rude");
	finish(&d);
}

static void room_state(void **state)
{
	struct decoded d = {0};
	assert_true(decode(
		&d, "@emote-only=0;followers-only=-1;r9k=1;room-id=1;slow=30;subs-only=0 :tmi.twitch.tv ROOMSTATE #x"));
	assert_int_equal(d.event.type, LX_EVENT_ROOM_STATE);
	assert_int_equal(d.event.room.emote_only, 0);
	assert_int_equal(d.event.room.followers_min, -1);
	assert_int_equal(d.event.room.unique_chat, 1);
	assert_int_equal(d.event.room.slow_s, 30);
	assert_int_equal(d.event.room.subs_only, 0);

	assert_true(decode_example(&d, "ROOMSTATE"));
	assert_int_equal(d.event.room.emote_only, 1);
	assert_int_equal(d.event.room.followers_min, LX_ROOM_UNCHANGED);
	assert_int_equal(d.event.room.slow_s, LX_ROOM_UNCHANGED);
	assert_true(decode(&d, "@slow=99999999999;followers-only=-77;emote-only= ROOMSTATE #x"));
	assert_int_equal(d.event.room.slow_s, INT32_MAX);
	assert_int_equal(d.event.room.followers_min, -1);
	assert_int_equal(d.event.room.emote_only, LX_ROOM_UNCHANGED);
	finish(&d);
}

static void our_own_state(void **state)
{
	struct decoded d = {0};
	assert_true(decode(
		&d,
		"@badges=moderator/1;color=#1e90ff;display-name=MyBot;mod=1;user-type=mod :tmi.twitch.tv USERSTATE #x"));
	assert_int_equal(d.event.type, LX_EVENT_USER_STATE);
	assert_string_equal(d.event.channel, "x");
	assert_string_equal(d.event.user.name, "MyBot");
	assert_int_equal(d.event.user.roles, LX_ROLE_MODERATOR);
	assert_int_equal(d.event.user.color, 0x1E90FF);
	assert_true(decode(&d, "@display-name=MyBot;user-id=7;user-type= :tmi.twitch.tv GLOBALUSERSTATE"));
	assert_string_equal(d.event.channel, "");
	assert_string_equal(d.event.user.id, "7");
	finish(&d);
}

static void notices_memberships_whispers(void **state)
{
	struct decoded d = {0};

	assert_true(decode_example(&d, "msg_banned"));
	assert_int_equal(d.event.type, LX_EVENT_NOTICE);
	assert_string_equal(d.event.notice.id, "msg_banned");
	assert_string_equal(d.event.notice.text, "You are permanently banned from talking in streamer.");
	assert_true(decode_example(&d, "NOTICE * :Login"));
	assert_string_equal(d.event.channel, "");
	assert_string_equal(d.event.notice.id, "");

	assert_true(decode(&d, ":mybot!mybot@mybot.tmi.twitch.tv JOIN #streamer"));
	assert_int_equal(d.event.type, LX_EVENT_MEMBERSHIP);
	assert_string_equal(d.event.membership.login, "mybot");
	assert_true(d.event.membership.joined);
	assert_true(decode(&d, ":mybot!mybot@mybot.tmi.twitch.tv PART #streamer"));
	assert_false(d.event.membership.joined);

	assert_true(decode_example(&d, "WHISPER"));
	assert_int_equal(d.event.type, LX_EVENT_WHISPER);
	assert_string_equal(d.event.chat.id, "1");
	assert_string_equal(d.event.chat.thread_id, "100000001_200000001");
	assert_string_equal(d.event.chat.user.login, "anna_b");
	assert_memory_equal(d.event.chat.text + d.event.chat.emotes[0].byte_begin, "Kappa", 5);
	assert_string_equal(d.event.channel, "");
	finish(&d);
}

static void the_client_gets_the_rest(void **state)
{
	static const struct {
		const char *line;
		enum lx_irc_command command;
		unsigned numeric;
	} cases[] = {
		{"PING :tmi.twitch.tv", LX_IRC_PING, 0},
		{":tmi.twitch.tv PONG tmi.twitch.tv :x", LX_IRC_PONG, 0},
		{":tmi.twitch.tv RECONNECT", LX_IRC_RECONNECT, 0},
		{":tmi.twitch.tv CAP * ACK :twitch.tv/tags", LX_IRC_CAP, 0},
		{":tmi.twitch.tv 001 mybot :Welcome, GLHF!", LX_IRC_NUMERIC, 1},
		{":tmi.twitch.tv 421 mybot WHAT :Unknown command", LX_IRC_NUMERIC, 421},
		{":tmi.twitch.tv 42 x", LX_IRC_OTHER, 0},
		{":tmi.twitch.tv 4x1 x", LX_IRC_OTHER, 0},
		{":tmi.twitch.tv HOSTTARGET #a :b", LX_IRC_OTHER, 0},
	};
	struct decoded d = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		unsigned numeric;
		assert_false(decode(&d, cases[i].line));
		assert_int_equal(lx_irc_command(&d.message, &numeric), cases[i].command);
		assert_int_equal(numeric, cases[i].numeric);
	}
	finish(&d);
}

static void roles_come_from_badges_and_tags(void **state)
{
	static const struct {
		const char *tags;
		uint32_t roles;
	} cases[] = {
		{"badges=broadcaster/1,subscriber/3072,partner/1;mod=0", LX_ROLE_BROADCASTER | LX_ROLE_SUBSCRIBER},
		{"badges=lead_moderator/1", LX_ROLE_MODERATOR},
		{"badges=vip/1,founder/0", LX_ROLE_VIP | LX_ROLE_SUBSCRIBER},
		{"badges=staff/1", LX_ROLE_STAFF},
		{"badges=admin/1", LX_ROLE_STAFF},
		{"badges=global_mod/1", LX_ROLE_STAFF},
		{"badges=moderato/1,vips/1,,/,vip", LX_ROLE_VIP},
		{"badges=;mod=1;vip=1;subscriber=1", LX_ROLE_MODERATOR | LX_ROLE_VIP | LX_ROLE_SUBSCRIBER},
		{"badges=;user-type=global_mod", LX_ROLE_STAFF},
		{"mod=0;vip=0;subscriber=0;user-type=", 0},
	};
	struct decoded d = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct dstr line = {0};
		dstr_printf(&line, "@%s :u PRIVMSG #x :a", cases[i].tags);
		assert_true(decode(&d, line.array));
		assert_int_equal(d.event.chat.user.roles, cases[i].roles);
		dstr_free(&line);
	}
	finish(&d);
}

static void missing_parts_give_less(void **state)
{
	struct decoded d = {0};
	const struct lx_chat *chat = &d.event.chat;

	assert_true(decode(&d, "@display-name= :anna!a@b PRIVMSG #x hello"));
	assert_string_equal(chat->user.name, "anna");
	assert_string_equal(chat->text, "hello");
	assert_true(decode(&d, "PRIVMSG"));
	assert_string_equal(chat->user.login, "");
	assert_string_equal(d.event.channel, "");
	assert_string_equal(chat->text, "");
	assert_int_equal(d.event.time_ms, NOW);
	assert_true(decode(&d, "USERNOTICE"));
	assert_true(decode(&d, ":tmi.twitch.tv CLEARCHAT"));
	assert_int_equal(d.event.type, LX_EVENT_CHAT_CLEARED);
	assert_true(decode(&d, "CLEARMSG"));
	assert_true(decode(&d, "ROOMSTATE"));
	assert_true(decode(&d, "NOTICE"));
	assert_true(decode(&d, "JOIN"));
	assert_true(decode(&d, "WHISPER"));
	assert_true(decode(&d, "@color=red PRIVMSG # :a"));
	assert_int_equal(chat->user.color, LX_COLOR_NONE);
	assert_true(decode(&d, "@color=#12345g PRIVMSG # :a"));
	assert_int_equal(chat->user.color, LX_COLOR_NONE);
	/* The last of equal tags counts. */
	assert_true(decode(&d, "@user-id=1;user-id=2 PRIVMSG #x :a"));
	assert_string_equal(chat->user.id, "2");
	finish(&d);
}

static void hostile_bytes_are_replaced_never_dropped(void **state)
{
	struct decoded d = {0};
	const struct lx_chat *chat = &d.event.chat;

#define FFFD "\xEF\xBF\xBD"
	/* As everybody counts them: one for each maximal part of a broken sequence. */
	assert_true(decode(&d, ":u PRIVMSG #x :a\xFF"
			       "b\xC3 \xE2\x82|\xF0\x9F\x98|\xC0\x80|\xED\xA0\x80|\xF4\x90\x80\x80."));
	assert_string_equal(chat->text, "a" FFFD "b" FFFD " " FFFD "|" FFFD "|" FFFD FFFD "|" FFFD FFFD FFFD
					"|" FFFD FFFD FFFD FFFD ".");
	assert_true(decode(&d, ":u PRIVMSG #x :ends with \xF0\x9F\x98"));
	assert_string_equal(chat->text, "ends with " FFFD);
	/* A replacement character that was written by somebody stays one. */
	assert_true(decode(&d, ":u PRIVMSG #x :" FFFD "\xF0\x9F\x98\x82"));
	assert_string_equal(chat->text, FFFD "\xF0\x9F\x98\x82");

	static const char nul[] = "@emotes=1:2-4;display-name=A\0B :u\0v!x PRIVMSG #x\0y :1\0Kap\x02";
	assert_true(decode_bytes(&d, nul, sizeof(nul) - 1));
	assert_string_equal(chat->text, "1" FFFD "Kap" FFFD);
	assert_string_equal(chat->user.name, "A" FFFD "B");
	assert_string_equal(chat->user.login, "u" FFFD "v");
	assert_string_equal(d.event.channel, "x" FFFD "y");
	/* Positions hold although the text has grown. */
	assert_memory_equal(chat->text + chat->emotes[0].byte_begin, "Kap", 3);
	assert_int_equal(chat->emotes[0].byte_end - chat->emotes[0].byte_begin, 3);

	/* Line breaks that come out of escapes, and other ways to break a line. */
	assert_true(decode(
		&d,
		"@display-name=A\\nB\\r;reply-parent-msg-id=1;reply-parent-msg-body=x\\ny :u PRIVMSG #x :a\tb\xE2\x80\xA8"
		"c\xC2\x85"));
	assert_string_equal(chat->user.name, "A B ");
	assert_string_equal(chat->reply_text, "x y");
	assert_string_equal(chat->text, "a b c" FFFD);
#undef FFFD
	finish(&d);
}

static void nothing_is_allocated_for_a_line(void **state)
{
	struct decoded d = {0};
	const char *line =
		"@badges=vip/1;display-name=\xFF;emotes=1:0-0,2-2;id=1;room-id=2 :u!u@u PRIVMSG #x :\xFF \xC3\xA4 hello";
	size_t size = strlen(line);

	assert_true(decode(&d, line));
	long allocations = bnum_allocs();
	for (int i = 0; i < 100; i++) {
		memcpy(d.line, line, size);
		assert_int_equal(lx_irc_parse(&d.message, d.line, size), LX_IRC_OK);
		assert_true(lx_irc_decode(d.decoder, &d.message, NOW, &d.event));
	}
	assert_int_equal(bnum_allocs(), allocations);
	finish(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(message),
		lx_unit_test(cheer_and_reward),
		lx_unit_test(power_ups),
		lx_unit_test(emotes_count_code_points),
		lx_unit_test(odd_emotes_are_clamped_or_left_out),
		lx_unit_test(actions_are_unwrapped),
		lx_unit_test(replies),
		lx_unit_test(shared_chat),
		lx_unit_test(notices_of_users),
		lx_unit_test(moderation),
		lx_unit_test(room_state),
		lx_unit_test(our_own_state),
		lx_unit_test(notices_memberships_whispers),
		lx_unit_test(the_client_gets_the_rest),
		lx_unit_test(roles_come_from_badges_and_tags),
		lx_unit_test(missing_parts_give_less),
		lx_unit_test(hostile_bytes_are_replaced_never_dropped),
		lx_unit_test(nothing_is_allocated_for_a_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
