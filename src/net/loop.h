/*
 * A loop: one worker thread around one curl multi handle, with tasks, timers and sockets to watch.
 *
 * Everything that talks to the network lives on a loop and runs its callbacks there, so it needs no locks of its own.
 * A loop sleeps in curl_multi_poll() and wakes only when something is due.
 *
 * Threads: lx_loop_post() and lx_loop_stop() from any thread; everything else on the loop's thread (inside a task, timer
 * or callback), or before lx_loop_start(). Tests do not start the thread but drive the loop with lx_loop_run_once().
 *
 * Ownership: the loop owns its timers and tasks. On stop, tasks that were posted run no more; their `data` is handed to
 * their `drop` function where one was given, so nothing leaks.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "platform/clock.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_loop;

typedef void (*lx_loop_task)(void *data);

/* `thread_name` is copied ("livextrem: irc"). `clock` must outlive the loop. NULL when the system is out of mutexes. */
struct lx_loop *lx_loop_create(const char *thread_name, const struct lx_clock *clock);
/* Stops first if needed. All users of the loop must be destroyed before. NULL is accepted. */
void lx_loop_destroy(struct lx_loop *loop);

bool lx_loop_start(struct lx_loop *loop);
/* Wakes and joins the thread: milliseconds, whatever the network does. */
void lx_loop_stop(struct lx_loop *loop);
/* One turn: waits at most `timeout_ms` for something to do, does it. For tests and for the command line tool. */
void lx_loop_run_once(struct lx_loop *loop, uint32_t timeout_ms);

const struct lx_clock *lx_loop_clock(const struct lx_loop *loop);
uint64_t lx_loop_now_ms(const struct lx_loop *loop);

/* Runs task(data) on the loop, in order of posting. False (and drop(data) is called before this returns, if given) once the
 * loop has stopped, and while 65536 tasks wait. */
bool lx_loop_post(struct lx_loop *loop, lx_loop_task task, lx_loop_task drop, void *data);

/* Runs task(data) once after `delay_ms`. Returns an id, never 0. A timer that has fired or was cancelled is gone. */
uint64_t lx_loop_after(struct lx_loop *loop, uint64_t delay_ms, lx_loop_task task, void *data);
/* Accepts 0 and ids that are gone. */
void lx_loop_cancel(struct lx_loop *loop, uint64_t timer);

/* --- for the transports in net/ -------------------------------------------------------------------------------- */

typedef void (*lx_loop_transfer_done)(CURL *easy, CURLcode result, void *data);
/* Adds a transfer; `done` is called once when curl is finished with it. The handle stays the caller's. CURLOPT_PRIVATE is
 * the loop's. `done` may remove and clean up the handle. */
bool lx_loop_add_transfer(struct lx_loop *loop, CURL *easy, lx_loop_transfer_done done, void *data);
void lx_loop_remove_transfer(struct lx_loop *loop, CURL *easy);

struct lx_loop_watch;
typedef void (*lx_loop_ready)(bool readable, bool writable, void *data);
/* Watches a socket (reading always, writing when wanted). Level triggered. The socket stays the caller's. */
struct lx_loop_watch *lx_loop_watch(struct lx_loop *loop, curl_socket_t socket, lx_loop_ready ready, void *data);
void lx_loop_watch_write(struct lx_loop_watch *watch, bool wanted);
void lx_loop_unwatch(struct lx_loop_watch *watch); /* NULL is accepted; fine inside its own callback */

#ifdef __cplusplus
}
#endif
