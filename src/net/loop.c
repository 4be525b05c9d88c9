#include "net/loop.h"

#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/threading.h>
#include <util/base.h>

/* Long sleeps are cut so that a jump of the injected clock is noticed some day; nothing else depends on the number. */
#define MAX_SLEEP_MS 3600000
/* Far beyond what a busy chat and a click storm post while the loop is held up: more means that it hangs. */
#define MAX_INCOMING 65536

struct task {
	lx_loop_task run, drop;
	void *data;
};

struct timer {
	uint64_t id, due_ms;
	lx_loop_task run;
	void *data;
};

struct transfer {
	lx_loop_transfer_done done;
	void *data;
};

struct lx_loop_watch {
	struct lx_loop *loop;
	curl_socket_t socket;
	lx_loop_ready ready;
	void *data;
	bool write, removed;
};

struct lx_loop {
	char *name;
	const struct lx_clock *clock;
	CURLM *multi;

	pthread_t thread;
	bool started;

	pthread_mutex_t mutex; /* guards incoming, closed, said_full */
	DARRAY(struct task) incoming;
	bool closed, said_full;

	/* the loop's thread only */
	DARRAY(struct task) running;
	DARRAY(struct timer) timers; /* sorted, latest first: the next one is popped from the end */
	uint64_t last_timer;
	DARRAY(struct lx_loop_watch *) watches;
	DARRAY(struct curl_waitfd) fds;
	bool dispatching;
};

struct lx_loop *lx_loop_create(const char *thread_name, const struct lx_clock *clock)
{
	struct lx_loop *loop = bzalloc(sizeof(*loop));
	if (pthread_mutex_init(&loop->mutex, NULL) != 0) {
		bfree(loop);
		return NULL;
	}
	loop->name = bstrdup(thread_name);
	loop->clock = clock;
	return loop;
}

/*
 * On the loop's own thread, when it is first needed: starting curl's TLS library takes many milliseconds, which OBS's start
 * need not wait for. Its multi handle is seen by other threads (to wake the loop) only once it is whole.
 */
static CURLM *open_multi(struct lx_loop *loop)
{
	if (!loop->multi) {
		/* OBS did this for its own copy of curl. Harmless twice. */
		curl_global_init(CURL_GLOBAL_DEFAULT);
		CURLM *multi = curl_multi_init();
		if (!multi) {
			blog(LOG_ERROR, "[liveXtrem] %s: curl cannot start, nothing can be reached over the network",
			     loop->name);
			return NULL;
		}
		pthread_mutex_lock(&loop->mutex);
		loop->multi = multi;
		pthread_mutex_unlock(&loop->mutex);
	}
	return loop->multi;
}

static void wake(struct lx_loop *loop)
{
	pthread_mutex_lock(&loop->mutex);
	CURLM *multi = loop->multi;
	pthread_mutex_unlock(&loop->mutex);
	/* Without one, the loop has not slept yet, and looks for tasks before it does. */
	if (multi)
		curl_multi_wakeup(multi);
}

static void drop_tasks(struct lx_loop *loop)
{
	pthread_mutex_lock(&loop->mutex);
	loop->closed = true;
	da_push_back_da(loop->running, loop->incoming);
	da_free(loop->incoming);
	pthread_mutex_unlock(&loop->mutex);

	for (size_t i = 0; i < loop->running.num; i++) {
		struct task *task = &loop->running.array[i];
		if (task->drop)
			task->drop(task->data);
	}
	da_free(loop->running);
}

void lx_loop_destroy(struct lx_loop *loop)
{
	if (!loop)
		return;
	lx_loop_stop(loop);
	drop_tasks(loop);
	for (size_t i = 0; i < loop->watches.num; i++)
		bfree(loop->watches.array[i]);
	da_free(loop->watches);
	da_free(loop->timers);
	da_free(loop->fds);
	curl_multi_cleanup(loop->multi);
	pthread_mutex_destroy(&loop->mutex);
	bfree(loop->name);
	bfree(loop);
}

static bool is_closed(struct lx_loop *loop)
{
	pthread_mutex_lock(&loop->mutex);
	bool closed = loop->closed;
	pthread_mutex_unlock(&loop->mutex);
	return closed;
}

static void *loop_thread(void *data)
{
	struct lx_loop *loop = data;
	os_set_thread_name(loop->name);
	if (!open_multi(loop))
		return NULL;
	while (!is_closed(loop))
		lx_loop_run_once(loop, MAX_SLEEP_MS);
	return NULL;
}

bool lx_loop_start(struct lx_loop *loop)
{
	if (!loop->started)
		loop->started = pthread_create(&loop->thread, NULL, loop_thread, loop) == 0;
	return loop->started;
}

void lx_loop_stop(struct lx_loop *loop)
{
	if (!loop->started)
		return;
	pthread_mutex_lock(&loop->mutex);
	loop->closed = true;
	pthread_mutex_unlock(&loop->mutex);
	wake(loop);
	pthread_join(loop->thread, NULL);
	loop->started = false;
	drop_tasks(loop);
}

const struct lx_clock *lx_loop_clock(const struct lx_loop *loop)
{
	return loop->clock;
}

uint64_t lx_loop_now_ms(const struct lx_loop *loop)
{
	return lx_clock_ms(loop->clock);
}

bool lx_loop_post(struct lx_loop *loop, lx_loop_task run, lx_loop_task drop, void *data)
{
	struct task task = {run, drop, data};
	pthread_mutex_lock(&loop->mutex);
	bool full = loop->incoming.num >= MAX_INCOMING, news = full && !loop->said_full;
	bool accepted = !loop->closed && !full;
	if (accepted)
		da_push_back(loop->incoming, &task);
	loop->said_full |= full;
	pthread_mutex_unlock(&loop->mutex);

	if (news)
		blog(LOG_ERROR, "[liveXtrem] %s: %d tasks wait, further ones are refused until it gets to them",
		     loop->name, MAX_INCOMING);
	if (accepted)
		wake(loop);
	else if (drop)
		drop(data);
	return accepted;
}

uint64_t lx_loop_after(struct lx_loop *loop, uint64_t delay_ms, lx_loop_task run, void *data)
{
	struct timer timer = {++loop->last_timer, lx_loop_now_ms(loop) + delay_ms, run, data};
	size_t at = loop->timers.num;
	/* Behind those of the same time, so that equal delays fire in the order they were asked for. */
	while (at > 0 && loop->timers.array[at - 1].due_ms <= timer.due_ms)
		at--;
	da_insert(loop->timers, at, &timer);
	return timer.id;
}

void lx_loop_cancel(struct lx_loop *loop, uint64_t id)
{
	for (size_t i = 0; id && i < loop->timers.num; i++) {
		if (loop->timers.array[i].id == id) {
			da_erase(loop->timers, i);
			return;
		}
	}
}

bool lx_loop_add_transfer(struct lx_loop *loop, CURL *easy, lx_loop_transfer_done done, void *data)
{
	struct transfer *transfer = bzalloc(sizeof(*transfer));
	transfer->done = done;
	transfer->data = data;
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	if (!open_multi(loop) || curl_multi_add_handle(loop->multi, easy) != CURLM_OK) {
		bfree(transfer);
		return false;
	}
	return true;
}

void lx_loop_remove_transfer(struct lx_loop *loop, CURL *easy)
{
	struct transfer *transfer = NULL;
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, NULL);
	curl_multi_remove_handle(loop->multi, easy);
	bfree(transfer);
}

struct lx_loop_watch *lx_loop_watch(struct lx_loop *loop, curl_socket_t socket, lx_loop_ready ready, void *data)
{
	struct lx_loop_watch *watch = bzalloc(sizeof(*watch));
	watch->loop = loop;
	watch->socket = socket;
	watch->ready = ready;
	watch->data = data;
	da_push_back(loop->watches, &watch);
	return watch;
}

void lx_loop_watch_write(struct lx_loop_watch *watch, bool wanted)
{
	watch->write = wanted;
}

static void sweep_watches(struct lx_loop *loop)
{
	for (size_t i = loop->watches.num; i-- > 0;) {
		if (loop->watches.array[i]->removed) {
			bfree(loop->watches.array[i]);
			da_erase(loop->watches, i);
		}
	}
}

void lx_loop_unwatch(struct lx_loop_watch *watch)
{
	if (!watch)
		return;
	watch->removed = true;
	/* While ready callbacks run, the array is being walked; it is swept afterwards. */
	if (!watch->loop->dispatching)
		sweep_watches(watch->loop);
}

static void finish_transfers(struct lx_loop *loop)
{
	int left;
	CURLMsg *message;
	while ((message = curl_multi_info_read(loop->multi, &left)) != NULL) {
		if (message->msg != CURLMSG_DONE)
			continue;
		struct transfer *transfer = NULL;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
		if (transfer)
			transfer->done(message->easy_handle, message->data.result, transfer->data);
	}
}

static uint32_t sleep_ms(struct lx_loop *loop, uint32_t timeout_ms)
{
	if (loop->timers.num) {
		uint64_t now = lx_loop_now_ms(loop), due = loop->timers.array[loop->timers.num - 1].due_ms;
		uint64_t left = due > now ? due - now : 0;
		if (left < timeout_ms)
			timeout_ms = (uint32_t)left;
	}
	return timeout_ms < MAX_SLEEP_MS ? timeout_ms : MAX_SLEEP_MS;
}

static void wait_and_dispatch_watches(struct lx_loop *loop, uint32_t timeout_ms)
{
	size_t count = loop->watches.num;
	da_resize(loop->fds, count);
	for (size_t i = 0; i < count; i++) {
		const struct lx_loop_watch *watch = loop->watches.array[i];
		short events = CURL_WAIT_POLLIN | (watch->write ? CURL_WAIT_POLLOUT : 0);
		loop->fds.array[i] = (struct curl_waitfd){watch->socket, events, 0};
	}
	curl_multi_poll(loop->multi, loop->fds.array, (unsigned int)count, (int)timeout_ms, NULL);

	loop->dispatching = true;
	for (size_t i = 0; i < count; i++) {
		struct lx_loop_watch *watch = loop->watches.array[i];
		short events = loop->fds.array[i].revents;
		if (events && !watch->removed) {
			/* Errors and hang-ups are reported by poll() as neither: let the reader find out. */
			bool writable = (events & CURL_WAIT_POLLOUT) != 0;
			watch->ready((events & ~CURL_WAIT_POLLOUT) != 0 || !writable, writable, watch->data);
		}
	}
	loop->dispatching = false;
	sweep_watches(loop);
}

static void run_tasks(struct lx_loop *loop)
{
	pthread_mutex_lock(&loop->mutex);
	da_push_back_da(loop->running, loop->incoming);
	da_resize(loop->incoming, 0);
	pthread_mutex_unlock(&loop->mutex);

	for (size_t i = 0; i < loop->running.num; i++) {
		struct task task = loop->running.array[i];
		task.run(task.data);
	}
	da_resize(loop->running, 0);
}

static void run_timers(struct lx_loop *loop)
{
	uint64_t now = lx_loop_now_ms(loop), newest = loop->last_timer;
	while (loop->timers.num) {
		struct timer timer = loop->timers.array[loop->timers.num - 1];
		/* A timer made by a timer waits for the next turn: a delay of 0 must not keep the loop from its sockets. */
		if (timer.due_ms > now || timer.id > newest)
			break;
		da_pop_back(loop->timers);
		timer.run(timer.data);
	}
}

void lx_loop_run_once(struct lx_loop *loop, uint32_t timeout_ms)
{
	int running;
	curl_multi_perform(open_multi(loop), &running);
	finish_transfers(loop);
	pthread_mutex_lock(&loop->mutex);
	bool busy = loop->incoming.num > 0;
	pthread_mutex_unlock(&loop->mutex);
	wait_and_dispatch_watches(loop, busy ? 0 : sleep_ms(loop, timeout_ms));
	curl_multi_perform(loop->multi, &running);
	finish_transfers(loop);
	run_tasks(loop);
	run_timers(loop);
}
