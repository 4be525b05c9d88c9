#include "twitch/irc_parser.h"

#include <string.h>

#include <util/bmem.h>
#include <util/sse-intrin.h>

#ifdef _MSC_VER
#include <intrin.h>
#endif

#define BLOCK 64

static inline unsigned lowest_bit(uint64_t mask)
{
#if defined(_MSC_VER) && !defined(__clang__)
	unsigned long index;
	if (_BitScanForward(&index, (uint32_t)mask))
		return index;
	_BitScanForward(&index, (uint32_t)(mask >> 32));
	return index + 32;
#else
	return (unsigned)__builtin_ctzll(mask);
#endif
}

/* Bits of a block that lie before `end`. */
static inline uint64_t bits_before(const char *block, const char *end)
{
	size_t left = (size_t)(end - block);
	return left < BLOCK ? ((uint64_t)1 << left) - 1 : UINT64_MAX;
}

/* One bit for each byte of the block that means something inside the tags: ; = space and backslash. */
static inline uint64_t tag_marks(const char *block)
{
	const __m128i semicolon = _mm_set1_epi8(';');
	const __m128i equals = _mm_set1_epi8('=');
	const __m128i space = _mm_set1_epi8(' ');
	const __m128i backslash = _mm_set1_epi8('\\');
	uint64_t marks = 0;

	for (unsigned i = 0; i < BLOCK; i += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(block + i));
		__m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, semicolon), _mm_cmpeq_epi8(bytes, equals));
		__m128i others = _mm_or_si128(_mm_cmpeq_epi8(bytes, space), _mm_cmpeq_epi8(bytes, backslash));
		marks |= (uint64_t)(uint16_t)_mm_movemask_epi8(_mm_or_si128(ends, others)) << i;
	}
	return marks;
}

/* Whether every byte is printable ASCII. */
static bool is_plain(const char *line, const char *end)
{
	const __m128i last_control = _mm_set1_epi8(0x1F);
	const __m128i delete = _mm_set1_epi8(0x7F);

	for (; line < end; line += BLOCK) {
		uint64_t good = 0;
		for (unsigned i = 0; i < BLOCK; i += 16) {
			__m128i bytes = _mm_loadu_si128((const __m128i *)(line + i));
			/* The comparison is signed: bytes from 0x80 on are below zero, like the control characters. */
			__m128i printable =
				_mm_andnot_si128(_mm_cmpeq_epi8(bytes, delete), _mm_cmpgt_epi8(bytes, last_control));
			good |= (uint64_t)(uint16_t)_mm_movemask_epi8(printable) << i;
		}
		if (~good & bits_before(line, end))
			return false;
	}
	return true;
}

void lx_irc_message_init(struct lx_irc_message *message)
{
	memset(message, 0, sizeof(*message));
}

void lx_irc_message_finish(struct lx_irc_message *message)
{
	bfree(message->tags);
	bfree(message->params);
	lx_irc_message_init(message);
}

/* Kept out of the way of the loops, which hardly ever need it. */
static void *grow(void *array, size_t *capacity, size_t element)
{
	*capacity = *capacity ? *capacity * 2 : 32;
	return brealloc(array, *capacity * element);
}

static inline void add_param(struct lx_irc_message *message, char *text, char *end)
{
	if (message->param_count == message->param_capacity)
		message->params = grow(message->params, &message->param_capacity, sizeof(*message->params));
	*end = '\0';
	message->params[message->param_count++] = (struct lx_irc_part){text, (size_t)(end - text)};
}

/* Resolves the escapes of a value in place and says whether a line break came out of it. */
static bool unescape(struct lx_irc_part *value)
{
	bool breaks = false;
	char *end = value->text + value->size;
	char *in = memchr(value->text, '\\', value->size);
	char *out = in;

	while (in < end) {
		if (*in != '\\') {
			*out++ = *in++;
			continue;
		}
		if (++in == end)
			break;
		char escaped = *in++;
		switch (escaped) {
		case ':':
			escaped = ';';
			break;
		case 's':
			escaped = ' ';
			break;
		case 'r':
			escaped = '\r';
			breaks = true;
			break;
		case 'n':
			escaped = '\n';
			breaks = true;
			break;
		default:
			break;
		}
		*out++ = escaped;
	}
	*out = '\0';
	value->size = (size_t)(out - value->text);
	return breaks;
}

/* `equals` is the first '=' of the tag, or its end where there is none. */
static inline void add_tag(struct lx_irc_message *message, char *key, char *equals, char *end, bool escaped)
{
	/* "a=1;;b=2" and a semicolon at the end: no tag at all, not one with an empty name. */
	if (key == end)
		return;
	if (message->tag_count == message->tag_capacity)
		message->tags = grow(message->tags, &message->tag_capacity, sizeof(*message->tags));

	struct lx_irc_tag *tag = &message->tags[message->tag_count++];
	char *value = equals < end ? equals + 1 : end;
	*equals = '\0';
	*end = '\0';
	tag->key = (struct lx_irc_part){key, (size_t)(equals - key)};
	tag->value = (struct lx_irc_part){value, (size_t)(end - value)};
	/* A backslash in the key alone has no meaning. */
	if (escaped && memchr(value, '\\', tag->value.size) && unescape(&tag->value))
		message->plain = false;
}

/* Splits the tags that begin at `at` and returns where they end: at a space or at `end`. */
static char *split_tags(struct lx_irc_message *message, char *at, char *end)
{
	char *key = at;
	char *equals = NULL;
	bool escaped = false;

	for (char *block = at; block < end; block += BLOCK) {
		uint64_t marks = tag_marks(block) & bits_before(block, end);
		for (; marks; marks &= marks - 1) {
			char *mark = block + lowest_bit(marks);
			switch (*mark) {
			case '=':
				if (!equals)
					equals = mark;
				break;
			case '\\':
				escaped = true;
				break;
			case ';':
				add_tag(message, key, equals ? equals : mark, mark, escaped);
				key = mark + 1;
				equals = NULL;
				escaped = false;
				break;
			default: /* space */
				add_tag(message, key, equals ? equals : mark, mark, escaped);
				return mark;
			}
		}
	}
	add_tag(message, key, equals ? equals : end, end, escaped);
	return end;
}

static inline char *skip_spaces(char *at, const char *end)
{
	while (at < end && *at == ' ')
		at++;
	return at;
}

static inline char *find_space(char *at, char *end)
{
	char *space = memchr(at, ' ', (size_t)(end - at));
	return space ? space : end;
}

enum lx_irc_result lx_irc_parse(struct lx_irc_message *message, char *line, size_t size)
{
	char *end = line + size;
	char *at = skip_spaces(line, end);

	message->size = size;
	message->source = (struct lx_irc_part){NULL, 0};
	message->tag_count = 0;
	message->param_count = 0;
	message->has_tags = false;
	if (at == end)
		return LX_IRC_EMPTY;

	message->plain = is_plain(at, end);
	if (*at == '@') {
		message->has_tags = true;
		/* The terminator of the last tag may stand on the space, so go on behind it. */
		at = split_tags(message, at + 1, end);
		at = skip_spaces(at < end ? at + 1 : at, end);
	}
	if (at < end && *at == ':') {
		char *source = at + 1;
		at = find_space(source, end);
		message->source = (struct lx_irc_part){source, (size_t)(at - source)};
		if (at < end)
			*at++ = '\0';
		at = skip_spaces(at, end);
	}
	if (at == end)
		return LX_IRC_NO_COMMAND;

	*end = '\0';
	char *stop = find_space(at, end);
	message->command = (struct lx_irc_part){at, (size_t)(stop - at)};
	*stop = '\0';

	while (stop < end) {
		at = skip_spaces(stop + 1, end);
		if (at == end)
			break;
		if (*at == ':') {
			add_param(message, at + 1, end);
			break;
		}
		stop = find_space(at, end);
		add_param(message, at, stop);
	}
	return LX_IRC_OK;
}

const char *lx_irc_result_word(enum lx_irc_result result)
{
	switch (result) {
	case LX_IRC_OK:
		return "";
	case LX_IRC_EMPTY:
		return "empty line";
	case LX_IRC_NO_COMMAND:
		break;
	}
	return "no command";
}

const struct lx_irc_part *lx_irc_tag_value(const struct lx_irc_message *message, const char *key)
{
	size_t size = strlen(key);
	for (size_t i = message->tag_count; i-- > 0;) {
		const struct lx_irc_tag *tag = &message->tags[i];
		if (tag->key.size == size && memcmp(tag->key.text, key, size) == 0)
			return &tag->value;
	}
	return NULL;
}

const char *lx_irc_param(const struct lx_irc_message *message, size_t index)
{
	return index < message->param_count ? message->params[index].text : "";
}

size_t lx_irc_nick_size(const struct lx_irc_message *message)
{
	if (!message->source.text)
		return 0;
	const char *bang = memchr(message->source.text, '!', message->source.size);
	return bang ? (size_t)(bang - message->source.text) : message->source.size;
}
