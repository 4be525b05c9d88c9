/* Networks as they are: gone for an hour, IPv6 alone, behind a proxy, dead without saying so, with somebody in between. */
#include "core_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/memory.h"

static const char *const links[] = {"chat", "eventsub", "helix"};

static bool all_online(struct core_world *world)
{
	for (size_t i = 0; i < 3; i++) {
		if (!core_link_is(world, links[i], "online"))
			return false;
	}
	return true;
}

/* Chat, the web API and EventSub do what they are there for. */
static void everything_works(struct core_world *world, const char *mark)
{
	char json[96], text[96];
	wait_until(world, core_link_is(world, "chat", "online"));
	snprintf(json, sizeof(json), "{\"text\":\"%s\"}", mark);
	core_world_control(world, "chat.message", json);
	snprintf(text, sizeof(text), "\"text\":\"%s\"", mark);
	wait_until(world, core_seen(world, "chat_message", text, NULL) == 1);
	wait_until(world, core_world_subscribed(world, "channel.follow") == 1);
	snprintf(json, sizeof(json), "{\"type\":\"follow\",\"user\":\"%s\"}", mark);
	core_world_control(world, "event", json);
	wait_until(world, core_seen(world, "follow", mark, NULL) == 1);
	cJSON_Delete(core_world_helix(world, "GET", "/users?login=anna_b", NULL));
	wait_until(world, all_online(world));
}

static void cut(struct core_world *world, const char *kind)
{
	char json[96];
	snprintf(json, sizeof(json), "{\"where\":\"accept\",\"kind\":\"%s\",\"count\":-1}", kind);
	core_world_control(world, "fault", json);
	core_world_control(world, "fault",
			   "{\"where\":\"http\",\"kind\":\"reset\",\"count\":-1}"); /* what stands already */
	core_world_control(world, "irc", "{\"action\":\"reset\"}");
	core_world_control(world, "eventsub", "{\"action\":\"drop\"}");
}

/* --- an hour without it ----------------------------------------------------------------------------------------------- */

#define STEP_S 15

/* Time passes, and everybody who waited for it has a moment to act. */
static void step(struct core_world *world)
{
	core_world_call(world, LX_PROC_GET_STATS, NULL); /* somebody looks at the numbers */
	core_world_advance(world, STEP_S);
	for (uint64_t end = os_gettime_ns() + 20000000; os_gettime_ns() < end;)
		os_event_timedwait(world->news, 10);
}

/* Lets time pass while somebody waits for it, until everything is back. */
static bool is_back(struct core_world *world)
{
	if (core_link_is(world, "chat", "waiting") || core_link_is(world, "eventsub", "waiting"))
		core_world_pass(world, STEP_S);
	else if (core_link_is(world, "helix", "waiting"))
		lx_helix_send(lx_core_helix(world->core),
			      &(struct lx_helix_call){.endpoint = LX_HELIX_GET_USERS, .priority = LX_HELIX_USER});
	return all_online(world);
}

static double first_retry_ms(struct core_world *world, const char *link)
{
	char link_text[32];
	double least = 1e9;
	snprintf(link_text, sizeof(link_text), "\"link\":\"%s\"", link);
	pthread_mutex_lock(&world->mutex);
	for (size_t i = 0; i < world->seen.num && least == 1e9; i++) {
		const char *json = world->seen.array[i].json, *retry = strstr(json, "\"retry_in_ms\":");
		if (world->seen.array[i].type == LX_EVENT_CONNECTION && strstr(json, link_text) && retry)
			least = atof(retry + strlen("\"retry_in_ms\":"));
	}
	pthread_mutex_unlock(&world->mutex);
	return least;
}

static void an_hour_without_network(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = "streamer"});
	everything_works(&world, "before");
	core_seen_clear(&world);
	cut(&world, "refuse");
	wait_until(&world, core_link_seen(&world, "chat", "waiting") && core_link_seen(&world, "eventsub", "waiting"));
	assert_true(first_retry_ms(&world, "chat") <= 1000);
	assert_true(first_retry_ms(&world, "eventsub") <= 1000);
	for (int passed = 0; passed < 3600; passed += STEP_S)
		step(&world);
	/* Once a minute or so each, not more; and not once and never again. */
	for (size_t i = 0; i < 2; i++) {
		int tries = core_link_seen(&world, links[i], "connecting");
		assert_in_range(tries, 20, 150);
	}
	assert_true(core_link_seen(&world, "helix", "waiting") > 0);
	assert_int_equal(core_seen(&world, "account", "\"state\":\"expired\"", NULL), 0);
	core_seen_clear(&world);
	core_world_control(&world, "fault.clear", NULL);
	wait_until(&world, is_back(&world));
	everything_works(&world, "after");
	core_world_stop(&world);
}

/* A wish to ban somebody while the network is away for a moment is carried out when it is back, once. */
static void a_ban_outlives_a_short_outage(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = "streamer"});
	everything_works(&world, "before");
	char *bert = core_world_user(&world, "bert");
	core_world_control(&world, "fault",
			   "{\"where\":\"http\",\"kind\":\"reset\",\"path\":\"/moderation\",\"count\":1}");
	core_world_control(&world, "fault", "{\"where\":\"accept\",\"kind\":\"refuse\",\"target\":\"https\"}");
	assert_true(core_world_call(&world, LX_PROC_BAN, "user_id", bert, "reason", "", "origin", "test", NULL));
	wait_until(&world, core_link_seen(&world, "helix", "waiting") > 0);
	core_world_control(&world, "fault.clear", NULL);
	wait_until(&world, core_seen(&world, "action", "\"state\":\"done\"", NULL) == 1);
	assert_int_equal(core_world_requests(&world, "POST", "/moderation/bans", 200), 1);
	wait_until(&world, all_online(&world));
	bfree(bert);
	core_world_stop(&world);
}

/* --- what is dead without saying so ---------------------------------------------------------------------------------- */

static void a_dead_link_is_noticed(void **state)
{
	(void)state;
	static const char *const deaths[] = {"{\"action\":\"silent\"}", "{\"action\":\"stall\"}"};
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = "streamer"});
	everything_works(&world, "before");
	for (size_t i = 0; i < sizeof(deaths) / sizeof(*deaths); i++) {
		char mark[32];
		core_seen_clear(&world);
		core_world_control(&world, "irc", deaths[i]);
		core_world_control(&world, "eventsub", "{\"action\":\"silent\"}");
		/* Nothing heard for five seconds: asked. Nor answered for three: dead. */
		wait_until(&world, core_world_pass(&world, 4) && core_seen(&world, "connection", "\"link\":\"chat\"",
									   "\"reason\":\"timeout\"", NULL) == 1);
		wait_until(&world, core_world_pass(&world, 4) && core_link_seen(&world, "eventsub", "waiting") == 1);
		wait_until(&world, is_back(&world));
		snprintf(mark, sizeof(mark), "after_death_%d", (int)i);
		wait_until(&world,
			   core_link_is(&world, "chat", "online") && core_link_is(&world, "eventsub", "online"));
		everything_works(&world, mark);
	}
	core_world_stop(&world);
}

/* --- somebody who presses "reconnect" --------------------------------------------------------------------------------- */

static bool press(struct core_world *world)
{
	assert_true(core_world_call(world, LX_PROC_RECONNECT, NULL));
	return true;
}

/* Something that happens now reaches us by both links; what happens while they change over may be told by neither. */
static bool is_told_by_now(struct core_world *world, const char *mark, int *number)
{
	char json[96], text[96];
	snprintf(json, sizeof(json), "{\"text\":\"%s\"}", mark);
	core_world_control(world, "chat.message", json);
	snprintf(json, sizeof(json), "{\"type\":\"follow\",\"user\":\"%s_%d\"}", mark, ++*number);
	core_world_control(world, "event", json);
	snprintf(text, sizeof(text), "\"login\":\"%s_", mark);
	return core_seen(world, "chat_message", mark, NULL) > 0 && core_seen(world, "follow", text, NULL) > 0;
}

/* Dead links come back, however impatient somebody is. */
static void impatience_does_no_harm(void **state)
{
	(void)state;
	struct core_world world;
	int number = 0;
	core_world_start(&world, &(struct core_world_config){.user = "streamer"});
	everything_works(&world, "before");
	core_world_advance(&world, 11); /* what has only just been made is left alone */
	core_world_control(&world, "irc", "{\"action\":\"silent\"}");
	core_world_control(&world, "eventsub", "{\"action\":\"silent\"}");
	wait_until(&world, press(&world) && is_told_by_now(&world, "alive", &number));
	core_world_control(&world, "irc", "{\"action\":\"drop\"}");
	core_world_control(&world, "eventsub", "{\"action\":\"drop\"}");
	wait_until(&world, press(&world) && is_told_by_now(&world, "again", &number));
	assert_int_equal(core_world_requests(&world, "POST", "/eventsub/subscriptions", 429), 0);
	everything_works(&world, "after");
	core_world_stop(&world);
}

/* --- somebody in between ------------------------------------------------------------------------------------------------ */

static void nobody_in_between_is_trusted(void **state)
{
	(void)state;
	static const char *const kinds[] = {"unknown_ca", "wrong_host", "expired_certificate"};
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = "streamer"});
	everything_works(&world, "before");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		char mark[32];
		core_seen_clear(&world);
		cut(&world, kinds[i]);
		wait_until(&world, core_world_pass(&world, 1) && core_seen(&world, "connection", "\"link\":\"chat\"",
									   "\"reason\":\"tls\"", NULL) > 0);
		wait_until(&world,
			   core_world_pass(&world, 1) && core_seen(&world, "connection", "\"link\":\"eventsub\"",
								   "\"reason\":\"tls\"", NULL) > 0);
		assert_int_equal(
			core_link_seen(&world, "chat", "online") + core_link_seen(&world, "eventsub", "online"), 0);
		core_world_control(&world, "fault.clear", NULL);
		wait_until(&world, is_back(&world));
		snprintf(mark, sizeof(mark), "after_%s", kinds[i]);
		everything_works(&world, mark);
	}
	core_world_stop(&world);
}

/* --- IPv6 ---------------------------------------------------------------------------------------------------------------- */

static bool has_ipv6(void)
{
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	bool has = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
	if (fd >= 0)
		close(fd);
	return has;
}

static void ipv6_alone_is_enough(void **state)
{
	(void)state;
	if (!has_ipv6())
		skip();
	for (int plain = 0; plain < 2; plain++) {
		struct core_world world;
		core_world_start(&world, &(struct core_world_config){.user = "streamer",
								     .sim = {.ipv6 = true},
								     .plain = plain != 0});
		everything_works(&world, "over_six");
		core_world_stop(&world);
	}
}

/* --- a prefix -------------------------------------------------------------------------------------------------------------- */

static void any_prefix_works(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = "streamer", .plain = true, .path = "/mock/v1"});
	everything_works(&world, "behind_a_prefix");
	assert_true(core_world_requests(&world, "GET", "/mock/v1/helix/users", 200) > 0);
	assert_true(core_world_requests(&world, "GET", "/mock/v1/oauth2/validate", 200) > 0);
	core_world_stop(&world);
}

/* --- a proxy --------------------------------------------------------------------------------------------------------------- */

#define TUNNELS 64

/* Only what HTTP's CONNECT needs: one thread, which takes and pumps, and notes where to. */
struct proxy {
	pthread_t thread;
	int listener;
	uint16_t port;
	volatile bool stop, mute; /* mute: takes connections and never answers */
	pthread_mutex_t mutex;
	struct dstr asked; /* "host:port\n" … */
	struct pollfd sockets[1 + 2 * TUNNELS];
	size_t count;
};

static int connect_to(const char *target)
{
	char host[64];
	const char *colon = strrchr(target, ':');
	snprintf(host, sizeof(host), "%.*s", (int)(colon - target), target);
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				      .sin_port = htons((uint16_t)atoi(colon + 1))};
	int fd = strcmp(host, "127.0.0.1") == 0 ? socket(AF_INET, SOCK_STREAM, 0) : -1;
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void take(struct proxy *proxy)
{
	char head[2048] = "", target[128] = "";
	size_t size = 0;
	int client = accept(proxy->listener, NULL, NULL);
	if (client < 0)
		return;
	struct timeval patience = {.tv_sec = 2};
	setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	while (!os_atomic_load_bool(&proxy->mute) && !strstr(head, "\r\n\r\n") && size < sizeof(head) - 1) {
		ssize_t got = recv(client, head + size, sizeof(head) - 1 - size, 0);
		if (got <= 0)
			break;
		size += (size_t)got;
		head[size] = 0;
	}
	int server = -1;
	if (sscanf(head, "CONNECT %127s", target) == 1) {
		pthread_mutex_lock(&proxy->mutex);
		dstr_catf(&proxy->asked, "%s\n", target);
		pthread_mutex_unlock(&proxy->mutex);
		server = connect_to(target);
	}
	if (os_atomic_load_bool(&proxy->mute) && proxy->count < 1 + 2 * TUNNELS) {
		proxy->sockets[proxy->count++] = (struct pollfd){.fd = client};
		proxy->sockets[proxy->count++] = (struct pollfd){.fd = -1};
		return;
	}
	static const char fine[] = "HTTP/1.1 200 Connection established\r\n\r\n";
	static const char bad[] = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
	if (server < 0 || proxy->count + 2 > 1 + 2 * TUNNELS ||
	    send(client, fine, sizeof(fine) - 1, MSG_NOSIGNAL) < 0) {
		send(client, bad, sizeof(bad) - 1, MSG_NOSIGNAL);
		close(client);
		if (server >= 0)
			close(server);
		return;
	}
	proxy->sockets[proxy->count++] = (struct pollfd){.fd = client, .events = POLLIN};
	proxy->sockets[proxy->count++] = (struct pollfd){.fd = server, .events = POLLIN};
}

static void close_tunnel(struct proxy *proxy, size_t at)
{
	at -= (at - 1) % 2;
	close(proxy->sockets[at].fd);
	if (proxy->sockets[at + 1].fd >= 0)
		close(proxy->sockets[at + 1].fd);
	memmove(&proxy->sockets[at], &proxy->sockets[at + 2], (proxy->count - at - 2) * sizeof(*proxy->sockets));
	proxy->count -= 2;
}

static void *run_proxy(void *data)
{
	struct proxy *proxy = data;
	char bytes[16384];
	while (!os_atomic_load_bool(&proxy->stop)) {
		poll(proxy->sockets, proxy->count, 20);
		for (size_t i = proxy->count; i-- > 1;) {
			if (!proxy->sockets[i].revents || i >= proxy->count)
				continue;
			size_t other = (i - 1) % 2 ? i - 1 : i + 1;
			ssize_t got = recv(proxy->sockets[i].fd, bytes, sizeof(bytes), 0);
			if (got <= 0 || send(proxy->sockets[other].fd, bytes, (size_t)got, MSG_NOSIGNAL) != got)
				close_tunnel(proxy, i);
		}
		if (proxy->sockets[0].revents)
			take(proxy);
	}
	return NULL;
}

static void start_proxy(struct proxy *proxy)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	memset(proxy, 0, sizeof(*proxy));
	pthread_mutex_init(&proxy->mutex, NULL);
	proxy->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(proxy->listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(proxy->listener, 64), 0);
	getsockname(proxy->listener, (struct sockaddr *)&address, &size);
	proxy->port = ntohs(address.sin_port);
	proxy->sockets[0] = (struct pollfd){.fd = proxy->listener, .events = POLLIN};
	proxy->count = 1;
	assert_int_equal(pthread_create(&proxy->thread, NULL, run_proxy, proxy), 0);
}

static void stop_proxy(struct proxy *proxy)
{
	os_atomic_set_bool(&proxy->stop, true);
	pthread_join(proxy->thread, NULL);
	while (proxy->count > 1)
		close_tunnel(proxy, 1);
	close(proxy->listener);
	dstr_free(&proxy->asked);
	pthread_mutex_destroy(&proxy->mutex);
}

static bool was_asked_for(struct proxy *proxy, const char *url)
{
	const char *host = strstr(url, "://") + 3;
	struct dstr line = {0};
	dstr_ncat(&line, host, strcspn(host, "/"));
	dstr_cat_ch(&line, '\n');
	pthread_mutex_lock(&proxy->mutex);
	bool asked = proxy->asked.array && strstr(proxy->asked.array, line.array);
	pthread_mutex_unlock(&proxy->mutex);
	dstr_free(&line);
	return asked;
}

static void set_proxy(const struct proxy *proxy, const char *variable)
{
	char url[64];
	snprintf(url, sizeof(url), "http://127.0.0.1:%u", (unsigned)proxy->port);
	setenv(variable, url, 1);
	unsetenv("no_proxy");
	unsetenv("NO_PROXY");
}

static void everything_goes_through_the_proxy(void **state)
{
	(void)state;
	static const char *const variables[] = {"https_proxy", "HTTPS_PROXY", "all_proxy"};
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		struct core_world world;
		struct proxy proxy;
		start_proxy(&proxy);
		set_proxy(&proxy, variables[i]);
		core_world_start(&world, &(struct core_world_config){.user = "streamer"});
		everything_works(&world, "through_the_proxy");
		for (size_t k = 0; k < 4; k++)
			assert_true(was_asked_for(&proxy, world.urls[k]));
		core_world_close(&world);
		unsetenv(variables[i]);
		stop_proxy(&proxy);
		core_world_stop(&world);
	}
}

/* A proxy that takes connections and never answers holds up nothing, the end least of all. */
static void a_mute_proxy_holds_up_nothing(void **state)
{
	(void)state;
	struct core_world world;
	struct proxy proxy;
	start_proxy(&proxy);
	os_atomic_set_bool(&proxy.mute, true);
	set_proxy(&proxy, "https_proxy");
	core_world_start(&world, &(struct core_world_config){.user = "streamer", .channel = "streamer"});
	wait_until(&world, core_link_is(&world, "chat", "connecting"));
	core_world_advance(&world, 11);
	wait_until(&world, core_link_is(&world, "chat", "waiting"));
	core_world_close(&world);
	unsetenv("https_proxy");
	stop_proxy(&proxy);
	core_world_stop(&world);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(an_hour_without_network),
		lx_unit_test(a_ban_outlives_a_short_outage),
		lx_unit_test(a_dead_link_is_noticed),
		lx_unit_test(impatience_does_no_harm),
		lx_unit_test(nobody_in_between_is_trusted),
		lx_unit_test(ipv6_alone_is_enough),
		lx_unit_test(any_prefix_works),
		lx_unit_test(everything_goes_through_the_proxy),
		lx_unit_test(a_mute_proxy_holds_up_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
