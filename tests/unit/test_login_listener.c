/* The page of the browser login takes and gives back its sockets without touching anybody else's. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* RTLD_NEXT */
#endif
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <util/c99defs.h>
#include <util/threading.h>

#include "locale/text.h"
#include "support.h"
#include "twitch/login_listener.h"

/*
 * Everything in this process closes its descriptors here. One that is closed twice is, in a program with as many threads as OBS,
 * the next file of somebody else.
 */
static volatile long closed_twice;

EXPORT int close(int file)
{
	static int (*next)(int);
	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "close");
	int result = next(file);
	if (result != 0 && errno == EBADF)
		os_atomic_inc_long(&closed_twice);
	return result;
}

static void note_taken(const char *code, const char *error, void *data)
{
	(void)code;
	(void)error;
	(void)data;
}

static void note_delivered(void *data)
{
	(void)data;
}

struct fixture {
	struct lx_test_clock clock;
	struct lx_loop *loop;
	struct lx_text *text;
};

static void fixture_init(struct fixture *f)
{
	lx_test_clock_init(&f->clock);
	f->loop = lx_loop_create("livextrem: test", &f->clock.clock);
	f->text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
}

static void fixture_finish(struct fixture *f)
{
	lx_loop_destroy(f->loop);
	lx_text_destroy(f->text);
}

static struct lx_login_listener *create(struct fixture *f, uint16_t port)
{
	return lx_login_listener_create(&(struct lx_login_listener_config){f->loop, f->text, "/callback", "0123",
									   note_taken, note_delivered, NULL},
					port);
}

/* Somebody else's socket on a loopback address; -1 where there is no such address. */
static int occupy(int family, uint16_t *port)
{
	struct sockaddr_in6 address6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	struct sockaddr_in address4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr *address = family == AF_INET ? (struct sockaddr *)&address4 : (struct sockaddr *)&address6;
	socklen_t size = family == AF_INET ? sizeof(address4) : sizeof(address6);
	int other = socket(family, SOCK_STREAM, 0);
	if (other < 0 || bind(other, address, size) != 0 || listen(other, 1) != 0) {
		if (other >= 0)
			close(other);
		return -1;
	}
	getsockname(other, address, &size);
	*port = ntohs(family == AF_INET ? address4.sin_port : address6.sin6_port);
	return other;
}

static void taken_port_closes_nothing_twice(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	long before = os_atomic_load_long(&closed_twice);
	static const int families[] = {AF_INET, AF_INET6};
	for (size_t i = 0; i < 2; i++) {
		uint16_t port = 0;
		int other = occupy(families[i], &port);
		assert_true(other >= 0 || families[i] == AF_INET6);
		if (other < 0)
			continue;
		assert_null(create(&f, port));
		close(other);
		/* And it is free again for us. */
		struct lx_login_listener *listener = create(&f, port);
		assert_non_null(listener);
		assert_int_equal(lx_login_listener_port(listener), port);
		lx_login_listener_destroy(listener);
	}
	fixture_finish(&f);
	assert_int_equal(os_atomic_load_long(&closed_twice), before);
}

/* Two attempts one after the other do not wait for the system to forget the first one's connections. */
static void port_is_free_again_at_once(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	struct lx_login_listener *listener = create(&f, 0);
	assert_non_null(listener);
	uint16_t port = lx_login_listener_port(listener);
	for (int i = 0; i < 20; i++) {
		struct sockaddr_in address = {.sin_family = AF_INET,
					      .sin_port = htons(port),
					      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		int peer = socket(AF_INET, SOCK_STREAM, 0);
		assert_int_equal(connect(peer, (struct sockaddr *)&address, sizeof(address)), 0);
		assert_null(create(&f, port));
		lx_login_listener_destroy(listener);
		close(peer);
		listener = create(&f, port);
		assert_non_null(listener);
	}
	lx_login_listener_destroy(listener);
	fixture_finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(taken_port_closes_nothing_twice),
		lx_unit_test(port_is_free_again_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
