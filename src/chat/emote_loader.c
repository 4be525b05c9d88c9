#include "chat/emote_loader.h"

#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "chat/emote_lists.h"
#include "chat/emote_updates.h"
#include "net/backoff.h"

#define REFRESH_MS (30 * 60 * 1000)
#define STALE_MS 2000 /* several changes often come together */
#define MAX_TRIES 6 /* in a row; then the next refresh */
#define MAX_LIST_BYTES (6u * 1024 * 1024)

/* One list: what is under way for it. */
struct job {
	struct lx_emote_loader *loader;
	enum lx_emote_source source;
	uint64_t timer;      /* until the next try, 0 = none */
	uint64_t generation; /* answers to older questions count no more */
	int tries;
	struct lx_backoff backoff;
};

struct lx_emote_loader {
	struct lx_emote_loader_config config;
	char *bttv, *ffz, *seventv, *twitch_pictures, *cheer_pictures;
	volatile long references;
	volatile bool ended;

	/* Belong to the loop's thread. */
	char *room_id;
	uint32_t providers;
	uint64_t refresh, stale;
	struct lx_emote_updates *updates;
	struct job jobs[LX_EMOTES_SOURCE_COUNT];
};

/* Something to do on the loop's thread. */
struct task {
	struct lx_emote_loader *loader;
	void (*work)(struct lx_emote_loader *loader, const struct task *task);
	char *room_id;
	uint32_t providers;
	struct lx_emote_list *list;
	enum lx_emote_source source;
	uint64_t generation;
};

/* Given to HTTP and Helix, which answer in any case. */
struct question {
	struct lx_emote_loader *loader;
	enum lx_emote_source source;
	uint64_t generation;
};

static void on_retry(void *data);

static void release(struct lx_emote_loader *loader)
{
	if (os_atomic_dec_long(&loader->references) > 0)
		return;
	bfree(loader->bttv);
	bfree(loader->ffz);
	bfree(loader->seventv);
	bfree(loader->twitch_pictures);
	bfree(loader->cheer_pictures);
	bfree(loader->room_id);
	bfree(loader);
}

static void end_task(void *data)
{
	struct task *task = data;
	release(task->loader);
	lx_emote_list_destroy(task->list);
	bfree(task->room_id);
	bfree(task);
}

static void run_task(void *data)
{
	struct task *task = data;
	if (!os_atomic_load_bool(&task->loader->ended))
		task->work(task->loader, task);
	end_task(task);
}

static void post(struct lx_emote_loader *loader, const struct task *task)
{
	struct task *copy = bmemdup(task, sizeof(*task));
	copy->loader = loader;
	os_atomic_inc_long(&loader->references);
	lx_loop_post(loader->config.loop, run_task, end_task, copy);
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

static struct question *ask(struct lx_emote_loader *loader, enum lx_emote_source source)
{
	struct question *question = bzalloc(sizeof(*question));
	question->loader = loader;
	question->source = source;
	question->generation = ++loader->jobs[source].generation;
	os_atomic_inc_long(&loader->references);
	return question;
}

static void retry_later(struct lx_emote_loader *loader, enum lx_emote_source source)
{
	struct job *job = &loader->jobs[source];
	if (++job->tries >= MAX_TRIES) {
		blog(LOG_INFO, "[liveXtrem] the list of emotes of %s did not come",
		     lx_emote_provider_name(lx_emote_source_provider(source)));
		return;
	}
	uint32_t delay = lx_backoff_next(&job->backoff, loader->config.random);
	job->timer = lx_loop_after(loader->config.loop, delay, on_retry, job);
}

static void on_list(const struct lx_http_response *response, void *data)
{
	struct question *question = data;
	struct lx_emote_loader *loader = question->loader;
	enum lx_emote_source source = question->source;
	struct job *job = &loader->jobs[source];
	if (!os_atomic_load_bool(&loader->ended) && question->generation == job->generation) {
		/* "Not found": the channel has no account there, which is no error. */
		bool none = response->error == LX_HTTP_OK && (response->status == 404 || response->status == 400);
		struct lx_emote_list *list = NULL;
		if (response->error == LX_HTTP_OK && response->status == 200)
			list = lx_emote_list_read(source, response->body, response->body_size);
		if (source == LX_EMOTES_7TV_CHANNEL && (list || none)) {
			char set_id[LX_EMOTE_ID_SIZE] = "", user_id[LX_EMOTE_ID_SIZE] = "";
			if (list)
				lx_emote_list_read_7tv_ids(response->body, response->body_size, set_id, user_id);
			lx_emote_updates_watch(loader->updates, set_id, user_id);
		}
		if (list || none) {
			job->tries = 0;
			lx_backoff_reset(&job->backoff);
			lx_emotes_put(loader->config.emotes, source, list);
		} else {
			retry_later(loader, source);
		}
	}
	release(loader);
	bfree(question);
}

static void take_list(struct lx_emote_loader *loader, const struct task *task)
{
	if (task->generation != loader->jobs[task->source].generation)
		return;
	lx_emotes_put(loader->config.emotes, task->source, task->list);
	((struct task *)task)->list = NULL;
}

/* On Helix's thread. */
static void on_helix(const struct lx_helix_result *result, void *data)
{
	struct question *question = data;
	struct lx_emote_loader *loader = question->loader;
	if (result->error == LX_HELIX_OK && !os_atomic_load_bool(&loader->ended)) {
		struct lx_emote_list *list =
			question->source == LX_EMOTES_OWN ? lx_emote_list_read_own(result->data)
			: question->source == LX_EMOTES_CHEERMOTES
				? lx_emote_list_read_cheermotes(result->data, loader->cheer_pictures)
				: lx_emote_list_read_badges(result->data, loader->twitch_pictures);
		post(loader, &(struct task){.work = take_list,
					    .list = list,
					    .source = question->source,
					    .generation = question->generation});
	}
	release(loader);
	bfree(question);
}

/* --- questions --------------------------------------------------------------------------------------------------- */

static bool address_of(const struct lx_emote_loader *loader, enum lx_emote_source source, struct dstr *url)
{
	const char *room = loader->room_id;
	switch (source) {
	case LX_EMOTES_BTTV_GLOBAL:
		dstr_printf(url, "%s/cached/emotes/global", loader->bttv);
		break;
	case LX_EMOTES_BTTV_CHANNEL:
		dstr_printf(url, "%s/cached/users/twitch/%s", loader->bttv, room);
		break;
	case LX_EMOTES_FFZ_GLOBAL:
		dstr_printf(url, "%s/set/global", loader->ffz);
		break;
	case LX_EMOTES_FFZ_CHANNEL:
		dstr_printf(url, "%s/room/id/%s", loader->ffz, room);
		break;
	case LX_EMOTES_7TV_GLOBAL:
		dstr_printf(url, "%s/emote-sets/global", loader->seventv);
		break;
	case LX_EMOTES_7TV_CHANNEL:
		dstr_printf(url, "%s/users/twitch/%s", loader->seventv, room);
		break;
	default:
		return false;
	}
	return true;
}

static const char *base_of(const struct lx_emote_loader *loader, enum lx_emote_provider provider)
{
	switch (provider) {
	case LX_EMOTES_BTTV:
		return loader->bttv;
	case LX_EMOTES_FFZ:
		return loader->ffz;
	case LX_EMOTES_7TV:
		return loader->seventv;
	default:
		return "";
	}
}

static void ask_helix(struct lx_emote_loader *loader, enum lx_emote_source source)
{
	struct lx_helix_call call = {
		.endpoint = source == LX_EMOTES_CHEERMOTES       ? LX_HELIX_GET_CHEERMOTES
			    : source == LX_EMOTES_OWN            ? LX_HELIX_GET_USER_EMOTES
			    : source == LX_EMOTES_CHANNEL_BADGES ? LX_HELIX_GET_CHANNEL_BADGES
								 : LX_HELIX_GET_GLOBAL_BADGES,
		.query = &(struct lx_helix_param){"broadcaster_id", loader->room_id},
		.query_count = lx_emote_source_of_channel(source) ? 1 : 0,
		.priority = LX_HELIX_BACKGROUND,
		.done = on_helix,
	};
	if (!loader->config.helix)
		return;
	/* Nobody is asked for a permission here: that is offered where the emotes are chosen. */
	if (source == LX_EMOTES_OWN && !lx_helix_may(loader->config.helix, call.endpoint, NULL)) {
		lx_emotes_put(loader->config.emotes, source, NULL);
		return;
	}
	call.data = ask(loader, source);
	if (source == LX_EMOTES_OWN)
		lx_helix_send_all(loader->config.helix, &call, LX_EMOTES_MAX);
	else
		lx_helix_send(loader->config.helix, &call);
}

static void stop_job(struct lx_emote_loader *loader, enum lx_emote_source source)
{
	struct job *job = &loader->jobs[source];
	lx_loop_cancel(loader->config.loop, job->timer);
	job->timer = 0;
	job->generation++;
	job->tries = 0;
	lx_backoff_reset(&job->backoff);
}

static void start_job(struct lx_emote_loader *loader, enum lx_emote_source source)
{
	enum lx_emote_provider provider = lx_emote_source_provider(source);
	if (!(loader->providers & 1u << provider) || (lx_emote_source_of_channel(source) && !*loader->room_id))
		return;
	if (provider == LX_EMOTES_TWITCH) {
		ask_helix(loader, source);
		return;
	}
	struct dstr url = {0};
	if (*base_of(loader, provider) && address_of(loader, source, &url)) {
		struct question *question = ask(loader, source);
		if (!lx_http_send(
			    loader->config.http,
			    &(struct lx_http_request){.method = "GET", .url = url.array, .max_size = MAX_LIST_BYTES},
			    on_list, question)) {
			release(loader);
			bfree(question);
		}
	}
	dstr_free(&url);
}

/* --- changes that 7TV tells of ------------------------------------------------------------------------------------ */

static void on_changed(const cJSON *body, void *data)
{
	struct lx_emote_loader *loader = data;
	const struct lx_emote_set *set = lx_emotes_acquire(loader->config.emotes);
	struct lx_emote_list *list = lx_emote_list_change_7tv(set, body);
	lx_emote_set_release(set);
	lx_emotes_put(loader->config.emotes, LX_EMOTES_7TV_CHANNEL, list);
}

static void ask_stale(void *data)
{
	struct lx_emote_loader *loader = data;
	loader->stale = 0;
	start_job(loader, LX_EMOTES_7TV_CHANNEL);
}

static void on_stale(void *data)
{
	struct lx_emote_loader *loader = data;
	if (!loader->stale)
		loader->stale = lx_loop_after(loader->config.loop, STALE_MS, ask_stale, loader);
}

static void on_retry(void *data)
{
	struct job *job = data;
	job->timer = 0;
	start_job(job->loader, job->source);
}

/* Those that change with the channel, or all. */
static void start_jobs(struct lx_emote_loader *loader, bool only_channel)
{
	for (int i = 0; i < LX_EMOTES_SOURCE_COUNT; i++) {
		enum lx_emote_source source = (enum lx_emote_source)i;
		if (only_channel && !lx_emote_source_of_channel(source))
			continue;
		stop_job(loader, source);
		start_job(loader, source);
	}
}

static void on_refresh(void *data)
{
	struct lx_emote_loader *loader = data;
	loader->refresh = lx_loop_after(loader->config.loop, REFRESH_MS, on_refresh, loader);
	start_jobs(loader, false);
}

/* --- what is asked of us ----------------------------------------------------------------------------------------- */

static void take_channel(struct lx_emote_loader *loader, const struct task *task)
{
	if (strcmp(loader->room_id, task->room_id) == 0)
		return;
	lx_emote_updates_watch(loader->updates, "", "");
	bool first = !loader->refresh;
	bfree(loader->room_id);
	loader->room_id = bstrdup(task->room_id);
	lx_loop_cancel(loader->config.loop, loader->refresh);
	loader->refresh = 0;
	for (int i = 0; i < LX_EMOTES_SOURCE_COUNT; i++) {
		if (lx_emote_source_of_channel((enum lx_emote_source)i)) {
			stop_job(loader, (enum lx_emote_source)i);
			lx_emotes_put(loader->config.emotes, (enum lx_emote_source)i, NULL);
		}
	}
	/* While no channel is read, nobody is asked anything. */
	if (!*loader->room_id)
		return;
	start_jobs(loader, !first);
	loader->refresh = lx_loop_after(loader->config.loop, REFRESH_MS, on_refresh, loader);
}

static void take_providers(struct lx_emote_loader *loader, const struct task *task)
{
	uint32_t before = loader->providers;
	loader->providers = task->providers;
	for (int i = 0; i < LX_EMOTES_SOURCE_COUNT; i++) {
		enum lx_emote_source source = (enum lx_emote_source)i;
		uint32_t bit = 1u << lx_emote_source_provider(source);
		if ((before & bit) && !(loader->providers & bit)) {
			stop_job(loader, source);
			lx_emotes_put(loader->config.emotes, source, NULL);
			if (source == LX_EMOTES_7TV_CHANNEL)
				lx_emote_updates_watch(loader->updates, "", "");
		} else if (!(before & bit) && (loader->providers & bit) && *loader->room_id) {
			start_job(loader, source);
		}
	}
}

static void take_sign_in(struct lx_emote_loader *loader, const struct task *task)
{
	(void)task;
	for (int i = 0; *loader->room_id && i < LX_EMOTES_SOURCE_COUNT; i++)
		if (lx_emote_source_provider((enum lx_emote_source)i) == LX_EMOTES_TWITCH)
			start_job(loader, (enum lx_emote_source)i);
}

void lx_emote_loader_set_channel(struct lx_emote_loader *loader, const char *room_id)
{
	if (!*room_id || lx_emote_id_valid(room_id))
		post(loader, &(struct task){.work = take_channel, .room_id = bstrdup(room_id)});
}

void lx_emote_loader_set_providers(struct lx_emote_loader *loader, uint32_t providers)
{
	post(loader, &(struct task){.work = take_providers, .providers = providers});
}

void lx_emote_loader_signed_in(struct lx_emote_loader *loader)
{
	post(loader, &(struct task){.work = take_sign_in});
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static char *copy_of(const char *address)
{
	char *copy = bstrdup(address ? address : "");
	size_t length = strlen(copy);
	while (length && copy[length - 1] == '/')
		copy[--length] = 0;
	return copy;
}

struct lx_emote_loader *lx_emote_loader_create(const struct lx_emote_loader_config *config)
{
	struct lx_emote_loader *loader = bzalloc(sizeof(*loader));
	loader->config = *config;
	loader->references = 1;
	loader->providers = config->providers;
	loader->room_id = bstrdup("");
	for (int i = 0; i < LX_EMOTES_SOURCE_COUNT; i++) {
		loader->jobs[i].loader = loader;
		loader->jobs[i].source = (enum lx_emote_source)i;
	}
	loader->bttv = copy_of(config->bttv);
	loader->ffz = copy_of(config->ffz);
	loader->seventv = copy_of(config->seventv);
	loader->twitch_pictures = copy_of(config->twitch_pictures);
	loader->cheer_pictures = copy_of(config->cheer_pictures);
	loader->updates = lx_emote_updates_create(&(struct lx_emote_updates_config){
		.loop = config->loop,
		.random = config->random,
		.url = config->seventv_events,
		.user_agent = config->user_agent,
		.ca_file = config->ca_file,
		.changed = on_changed,
		.stale = on_stale,
		.data = loader,
	});
	return loader;
}

void lx_emote_loader_destroy(struct lx_emote_loader *loader)
{
	if (!loader)
		return;
	os_atomic_set_bool(&loader->ended, true);
	lx_loop_cancel(loader->config.loop, loader->refresh);
	lx_loop_cancel(loader->config.loop, loader->stale);
	lx_emote_updates_destroy(loader->updates);
	for (int i = 0; i < LX_EMOTES_SOURCE_COUNT; i++)
		lx_loop_cancel(loader->config.loop, loader->jobs[i].timer);
	release(loader);
}
