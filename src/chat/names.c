#include "chat/names.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#define BUCKETS 4096 /* a power of two */

struct chatter {
	struct lx_name name; /* the login is the key */
	struct chatter *earlier, *later;
	struct chatter *next; /* of the same bucket */
};

struct lx_names {
	struct lx_bus *bus;
	pthread_mutex_t mutex; /* guards everything below */
	char *channel;
	struct chatter *buckets[BUCKETS];
	size_t count;
	struct chatter *latest, *earliest;
};

void lx_name_free(struct lx_name *name)
{
	bfree(name->id);
	bfree(name->login);
	bfree(name->name);
	bfree(name->last_message);
	memset(name, 0, sizeof(*name));
}

static void copy(struct lx_name *to, const struct lx_name *from)
{
	to->id = bstrdup(from->id);
	to->login = bstrdup(from->login);
	to->name = bstrdup(from->name);
	to->last_message = bstrdup(from->last_message);
}

static void set(char **to, const char *text)
{
	if (*to && strcmp(*to, text) == 0)
		return;
	bfree(*to);
	*to = bstrdup(text);
}

static void unlink_chatter(struct lx_names *names, struct chatter *chatter)
{
	*(chatter->later ? &chatter->later->earlier : &names->latest) = chatter->earlier;
	*(chatter->earlier ? &chatter->earlier->later : &names->earliest) = chatter->later;
}

static void link_latest(struct lx_names *names, struct chatter *chatter)
{
	chatter->later = NULL;
	chatter->earlier = names->latest;
	*(names->latest ? &names->latest->later : &names->earliest) = chatter;
	names->latest = chatter;
}

/* FNV-1a: logins are short, and nobody gains by collisions in a list of four thousand. */
static struct chatter **bucket_of(struct lx_names *names, const char *login)
{
	uint32_t hash = 2166136261u;
	for (; *login; login++)
		hash = (hash ^ (unsigned char)*login) * 16777619u;
	return &names->buckets[hash & (BUCKETS - 1)];
}

static void forget(struct lx_names *names, struct chatter *chatter)
{
	unlink_chatter(names, chatter);
	struct chatter **at = bucket_of(names, chatter->name.login);
	while (*at != chatter)
		at = &(*at)->next;
	*at = chatter->next;
	names->count--;
	lx_name_free(&chatter->name);
	bfree(chatter);
}

static void forget_all(struct lx_names *names)
{
	while (names->earliest)
		forget(names, names->earliest);
}

static struct chatter *find(struct lx_names *names, const char *login)
{
	struct chatter *found = *bucket_of(names, login);
	while (found && strcmp(found->name.login, login) != 0)
		found = found->next;
	return found;
}

static void take(struct lx_names *names, const struct lx_chat *chat)
{
	struct chatter *chatter = find(names, chat->user.login);

	if (chatter) {
		unlink_chatter(names, chatter);
	} else {
		if (names->count == LX_NAMES_MAX)
			forget(names, names->earliest);
		struct chatter **bucket = bucket_of(names, chat->user.login);
		chatter = bzalloc(sizeof(*chatter));
		chatter->name.login = bstrdup(chat->user.login);
		chatter->next = *bucket;
		*bucket = chatter;
		names->count++;
	}
	link_latest(names, chatter);
	set(&chatter->name.id, chat->user.id);
	set(&chatter->name.name, chat->user.name);
	set(&chatter->name.last_message, *chat->text ? chat->id : "");
}

static void on_chat(const struct lx_event *event, void *data)
{
	struct lx_names *names = data;
	const struct lx_chat *chat = &event->chat;

	if (!*chat->user.login || !*chat->user.id)
		return;
	pthread_mutex_lock(&names->mutex);
	if (strcmp(names->channel, event->channel) != 0) {
		forget_all(names);
		set(&names->channel, event->channel);
	}
	take(names, chat);
	pthread_mutex_unlock(&names->mutex);
}

static const enum lx_event_type listened[] = {LX_EVENT_CHAT_MESSAGE, LX_EVENT_CHAT_NOTICE};

struct lx_names *lx_names_create(struct lx_bus *bus)
{
	struct lx_names *names = bzalloc(sizeof(*names));

	if (pthread_mutex_init(&names->mutex, NULL) != 0) {
		bfree(names);
		return NULL;
	}
	names->bus = bus;
	names->channel = bstrdup("");
	for (size_t i = 0; i < sizeof(listened) / sizeof(*listened); i++)
		lx_bus_connect(bus, listened[i], on_chat, names);
	return names;
}

void lx_names_destroy(struct lx_names *names)
{
	if (!names)
		return;
	for (size_t i = 0; i < sizeof(listened) / sizeof(*listened); i++)
		lx_bus_disconnect(names->bus, listened[i], on_chat, names);
	forget_all(names);
	pthread_mutex_destroy(&names->mutex);
	bfree(names->channel);
	bfree(names);
}

bool lx_names_find(struct lx_names *names, const char *login, struct lx_name *out)
{
	struct dstr lower = {0};

	dstr_copy(&lower, login);
	if (lower.len)
		dstr_to_lower(&lower);
	pthread_mutex_lock(&names->mutex);
	const struct chatter *found = lower.len ? find(names, lower.array) : NULL;
	if (found)
		copy(out, &found->name);
	pthread_mutex_unlock(&names->mutex);
	dstr_free(&lower);
	return found != NULL;
}

size_t lx_names_match(struct lx_names *names, const char *prefix, struct lx_name *out, size_t max)
{
	size_t length = strlen(prefix), count = 0;

	pthread_mutex_lock(&names->mutex);
	for (const struct chatter *c = names->latest; c && count < max; c = c->earlier)
		if (astrcmpi_n(c->name.login, prefix, length) == 0 || astrcmpi_n(c->name.name, prefix, length) == 0)
			copy(&out[count++], &c->name);
	pthread_mutex_unlock(&names->mutex);
	return count;
}

void lx_names_forget(struct lx_names *names, const char *user_id, const char *login)
{
	pthread_mutex_lock(&names->mutex);
	for (struct chatter *c = names->latest, *earlier; c; c = earlier) {
		earlier = c->earlier;
		if ((*user_id && strcmp(c->name.id, user_id) == 0) || (*login && astrcmpi(c->name.login, login) == 0))
			forget(names, c);
	}
	pthread_mutex_unlock(&names->mutex);
}
