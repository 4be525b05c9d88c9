/*
 * Nanoseconds a line: splitting it, and splitting it into a typed event with all its tags and its text. Lines as Twitch
 * sends them, made here: about 390 bytes, a quarter of them not in ASCII, some subscriptions, replies and bans.
 *
 * Usage: bench_irc_parser [FILE]   with a file, its lines are taken instead
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/dstr.h>
#include <util/platform.h>

#include "report.h"
#include "twitch/irc_event.h"

#define LINES 1000
#define ROUNDS 201

struct line {
	size_t begin, size;
};

struct corpus {
	struct dstr bytes;
	DARRAY(struct line) lines;
	char *work; /* the bytes again, for the parser to change; as long as they are, and the padding */
};

static uint32_t seed = 7;

static uint32_t below(uint32_t limit)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % limit;
}

static const char *pick(const char *const *words, size_t count)
{
	return words[below((uint32_t)count)];
}
#define PICK(words) pick(words, sizeof(words) / sizeof(*(words)))

static void make_text(struct dstr *out, size_t words)
{
	static const char *const plain[] = {"that", "was", "close",  "gg",     "no",    "way", "chat",
					    "lol",  "the", "boss",   "again?", "first", "try", "KEKW",
					    "clip", "it",  "please", "nice",   "Kappa"};
	static const char *const other[] = {"\xC3\xBC"
					    "ber",
					    "d\xC4\x9B"
					    "kuji",
					    "\xF0\x9F\x98\x82",
					    "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82",
					    "\xE3\x81\x99\xE3\x81\x94\xE3\x81\x84",
					    "\xF0\x9F\x8E\x89"};
	bool foreign = below(4) == 0;

	for (size_t i = 0; i < words; i++) {
		if (i)
			dstr_cat_ch(out, ' ');
		dstr_cat(out, foreign && below(3) == 0 ? PICK(other) : PICK(plain));
	}
}

static void make_line(struct dstr *out, uint32_t number)
{
	static const char *const badges[] = {
		"",          "subscriber/12", "subscriber/24,premium/1", "moderator/1,subscriber/3", "vip/1,bits/1000",
		"no_audio/1"};
	static const char *const colors[] = {"", "#FF4500", "#1E90FF", "#8A2BE2", "#EBA2C0"};
	uint32_t user = below(500), kind = below(100);

	if (kind == 0) {
		dstr_catf(out,
			  "@ban-duration=600;room-id=100000002;target-user-id=2%08u;tmi-sent-ts=17900%08u"
			  " :tmi.twitch.tv CLEARCHAT #streamer :viewer_%u",
			  user, number, user);
		return;
	}
	dstr_catf(out, "@badge-info=subscriber/%u;badges=%s;", below(60), PICK(badges));
	if (below(3) == 0)
		dstr_catf(out, "client-nonce=%08x%08x%08x%08x;", below(UINT32_MAX), number, user, number * 77);
	dstr_catf(out, "color=%s;display-name=Viewer_%u;", PICK(colors), user);
	dstr_catf(out, "emotes=%s;first-msg=0;flags=;id=%08x-aaaa-4bbb-8ccc-%012u;", below(5) ? "" : "25:0-4", number,
		  number);
	if (kind == 1)
		dstr_catf(out, "login=viewer_%u;", user);
	dstr_cat(out, "mod=0;");
	if (kind == 1)
		dstr_cat(out, "msg-id=resub;msg-param-cumulative-months=6;msg-param-months=0;msg-param-sub-plan=Prime;"
			      "msg-param-sub-plan-name=Channel\\sSubscription;");
	if (kind > 92)
		dstr_catf(
			out,
			"reply-parent-display-name=Viewer_1;reply-parent-msg-body=what\\sdo\\syou\\smean?;"
			"reply-parent-msg-id=%08x-aaaa-4bbb-8ccc-000000000001;reply-parent-user-id=1;reply-parent-user-login=viewer_1;",
			user);
	dstr_catf(out, "returning-chatter=0;room-id=100000002;subscriber=1;");
	if (kind == 1)
		dstr_cat(out,
			 "system-msg=Viewer\\ssubscribed\\swith\\sPrime.\\sThey've\\ssubscribed\\sfor\\s6\\smonths!;");
	dstr_catf(out, "tmi-sent-ts=17900%08u;turbo=0;user-id=2%08u;user-type= :", number, user);
	if (kind == 1)
		dstr_cat(out, "tmi.twitch.tv USERNOTICE #streamer :");
	else
		dstr_catf(out, "viewer_%u!viewer_%u@viewer_%u.tmi.twitch.tv PRIVMSG #streamer :", user, user, user);
	make_text(out, 1 + below(14));
}

static bool load(struct corpus *corpus, const char *path)
{
	if (path) {
		char *text = os_quick_read_utf8_file(path);
		if (!text)
			return false;
		dstr_copy(&corpus->bytes, text);
		bfree(text);
	} else {
		for (uint32_t i = 0; i < LINES; i++) {
			make_line(&corpus->bytes, i);
			dstr_cat_ch(&corpus->bytes, '\n');
		}
	}

	for (size_t begin = 0; begin < corpus->bytes.len;) {
		size_t size = strcspn(corpus->bytes.array + begin, "\r\n");
		struct line line = {begin, size};
		if (size)
			da_push_back(corpus->lines, &line);
		begin += size + 1;
	}
	corpus->work = bzalloc(corpus->bytes.len + LX_IRC_PADDING);
	return corpus->lines.num > 0;
}

static int by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return left < right ? -1 : left > right;
}

/* Median over the rounds of the nanoseconds a line takes. */
static double measure(struct corpus *corpus, bool typed, uint64_t *checksum)
{
	struct lx_irc_message message;
	struct lx_irc_decoder *decoder = lx_irc_decoder_create();
	struct lx_event event;
	double rounds[ROUNDS];

	lx_irc_message_init(&message);
	for (size_t round = 0; round < ROUNDS; round++) {
		memcpy(corpus->work, corpus->bytes.array, corpus->bytes.len);
		uint64_t begin = os_gettime_ns();
		for (size_t i = 0; i < corpus->lines.num; i++) {
			const struct line *line = &corpus->lines.array[i];
			if (lx_irc_parse(&message, corpus->work + line->begin, line->size) != LX_IRC_OK)
				continue;
			*checksum += message.tag_count;
			if (typed && lx_irc_decode(decoder, &message, 0, &event))
				*checksum += (uint64_t)event.time_ms;
		}
		rounds[round] = (double)(os_gettime_ns() - begin) / (double)corpus->lines.num;
	}
	lx_irc_message_finish(&message);
	lx_irc_decoder_destroy(decoder);
	qsort(rounds, ROUNDS, sizeof(*rounds), by_value);
	return rounds[ROUNDS / 2];
}

int main(int argc, char **argv)
{
	struct corpus corpus = {0};
	uint64_t checksum = 0;

	if (!load(&corpus, argc > 1 ? argv[1] : NULL)) {
		fprintf(stderr, "no lines\n");
		return 1;
	}
	double split = measure(&corpus, false, &checksum);
	double typed = measure(&corpus, true, &checksum);

	printf("%zu lines of %zu bytes on average (checksum %llx)\n\n", corpus.lines.num,
	       corpus.bytes.len / corpus.lines.num - 1, (unsigned long long)checksum);
	printf("%-52s %14s %14s\n", "ns a line", "split", "typed event");
	printf("%-52s %14.0f %14.0f\n", "liveXtrem, all tags, text, emotes, safe UTF-8", split, typed);
	printf("%-52s %14s %14s\n", "aim", "110-129", "<= 1000");
	printf("%-52s %14s %14s\n", "tmi 0.9 (Rust, SIMD), six tags + text, 312/491 B", "110-129", "230-449");
	printf("%-52s %14s %14s\n", "tmi 0.9 without SIMD, six tags + text, 312/491 B", "218-454", "331-759");
	printf("%-52s %14s %14s\n", "Advanced Scene Switcher (C++), 312/491 B", "", "1479-2765");
	printf("%-52s %14s %14s\n", "weechat", "", "7000");
	printf("%-52s %14s %14s\n", "libcommuni (C++, in Chatterino)", "", "8500");
	printf("%-52s %14s %14s\n", "twurple (TypeScript)", "", "11700");

	bench_report("irc.typed_event", typed);
	bfree(corpus.work);
	dstr_free(&corpus.bytes);
	da_free(corpus.lines);
	return 0;
}
