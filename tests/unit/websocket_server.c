#include "websocket_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <util/threading.h>

#define MAX_PEERS 8

struct peer {
	struct websocket_server *server;
	int socket, number;
	pthread_t thread;
};

/* malloc() throughout: the tests count what bmalloc() gave out. */
struct websocket_server {
	int listener, port;
	websocket_serve serve;
	void *data;
	pthread_t thread;
	pthread_mutex_t mutex; /* guards sockets of peers */
	struct peer peers[MAX_PEERS];
	int peer_count;
};

static void *serve_peer(void *data)
{
	struct peer *peer = data;
	struct websocket_server *server = peer->server;
	server->serve(peer->socket, peer->number, server->data);
	pthread_mutex_lock(&server->mutex);
	close(peer->socket);
	peer->socket = -1;
	pthread_mutex_unlock(&server->mutex);
	return NULL;
}

static void *accept_peers(void *data)
{
	struct websocket_server *server = data;
	int socket;
	while (server->peer_count < MAX_PEERS && (socket = accept(server->listener, NULL, NULL)) >= 0) {
		pthread_mutex_lock(&server->mutex);
		struct peer *peer = &server->peers[server->peer_count];
		*peer = (struct peer){.server = server, .socket = socket, .number = server->peer_count};
		server->peer_count++;
		pthread_mutex_unlock(&server->mutex);
		pthread_create(&peer->thread, NULL, serve_peer, peer);
	}
	return NULL;
}

struct websocket_server *websocket_server_start(bool ipv6, websocket_serve serve, void *data)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr *address = ipv6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
	socklen_t length = ipv6 ? sizeof(v6) : sizeof(v4);
	int listener = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	if (listener < 0 || bind(listener, address, length) != 0 || listen(listener, MAX_PEERS) != 0) {
		if (listener >= 0)
			close(listener);
		return NULL;
	}
	getsockname(listener, address, &length);

	struct websocket_server *server = calloc(1, sizeof(*server));
	server->listener = listener;
	server->port = ntohs(ipv6 ? v6.sin6_port : v4.sin_port);
	server->serve = serve;
	server->data = data;
	pthread_mutex_init(&server->mutex, NULL);
	pthread_create(&server->thread, NULL, accept_peers, server);
	return server;
}

void websocket_server_stop(struct websocket_server *server)
{
	shutdown(server->listener, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->listener);
	pthread_mutex_lock(&server->mutex);
	for (int i = 0; i < server->peer_count; i++) {
		if (server->peers[i].socket >= 0)
			shutdown(server->peers[i].socket, SHUT_RDWR);
	}
	pthread_mutex_unlock(&server->mutex);
	for (int i = 0; i < server->peer_count; i++)
		pthread_join(server->peers[i].thread, NULL);
	pthread_mutex_destroy(&server->mutex);
	free(server);
}

int websocket_server_port(const struct websocket_server *server)
{
	return server->port;
}

bool websocket_send_bytes(int peer, const char *bytes, size_t size)
{
	while (size) {
		ssize_t sent = send(peer, bytes, size, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		bytes += sent;
		size -= (size_t)sent;
	}
	return true;
}

bool websocket_send_text(int peer, const char *text)
{
	size_t size = strlen(text);
	char head[4] = {(char)0x81, 126, (char)(size >> 8), (char)(size & 0xff)};
	if (size < 126)
		head[1] = (char)size;
	return size <= UINT16_MAX && websocket_send_bytes(peer, head, size < 126 ? 2 : 4) &&
	       websocket_send_bytes(peer, text, size);
}

bool websocket_shake_hands(int peer)
{
	char request[4096], digest[SHA_DIGEST_LENGTH], accept[64], key[128];
	size_t size = 0;
	do {
		ssize_t got = recv(peer, request + size, sizeof(request) - 1 - size, 0);
		if (got <= 0)
			return false;
		size += (size_t)got;
		request[size] = 0;
	} while (!strstr(request, "\r\n\r\n"));

	const char *field = strstr(request, "Sec-WebSocket-Key: ");
	if (!field || sscanf(field + 19, "%60s", key) != 1)
		return false;
	strcat(key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
	SHA1((unsigned char *)key, strlen(key), (unsigned char *)digest);
	EVP_EncodeBlock((unsigned char *)accept, (unsigned char *)digest, sizeof(digest));
	char answer[256];
	int length = snprintf(answer, sizeof(answer),
			      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
			      "Sec-WebSocket-Accept: %s\r\n\r\n",
			      accept);
	return websocket_send_bytes(peer, answer, (size_t)length);
}
