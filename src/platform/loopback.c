#include "platform/loopback.h"

#ifdef _WIN32

#include <winsock2.h>
#include <ws2tcpip.h>

typedef SOCKET socket_handle;
#define NO_SOCKET INVALID_SOCKET

static socket_handle open_socket(int family)
{
	return WSASocketW(family, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
}

static bool prepare(socket_handle handle)
{
	/* Here it is this option, not the lack of another, that keeps a port to oneself. */
	BOOL on = TRUE;
	u_long nonblocking = 1;
	return setsockopt(handle, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&on, sizeof(on)) == 0 &&
	       ioctlsocket(handle, FIONBIO, &nonblocking) == 0;
}

static void close_socket(socket_handle handle)
{
	closesocket(handle);
}

#else

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

typedef int socket_handle;
#define NO_SOCKET -1

static socket_handle open_socket(int family)
{
	return socket(family, SOCK_STREAM, IPPROTO_TCP);
}

static bool prepare(socket_handle handle)
{
	/* The ends of connections that are over do not hold the port. */
	int on = 1;
	return setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	       fcntl(handle, F_SETFD, FD_CLOEXEC) == 0 && fcntl(handle, F_SETFL, O_NONBLOCK) == 0;
}

static void close_socket(socket_handle handle)
{
	close(handle);
}

#endif

#define WAITING 16

static bool listen_at(socket_handle handle, struct sockaddr *address, socklen_t size)
{
	return prepare(handle) && bind(handle, address, size) == 0 && listen(handle, WAITING) == 0 &&
	       getsockname(handle, address, &size) == 0;
}

bool lx_loopback_listen(bool ipv6, uint16_t *port, intptr_t *handle)
{
	struct sockaddr_in address4 = {.sin_family = AF_INET, .sin_port = htons(*port)};
	struct sockaddr_in6 address6 = {.sin6_family = AF_INET6, .sin6_port = htons(*port)};
	address4.sin_addr.s_addr = htonl(INADDR_LOOPBACK); /* a macro on Windows: no designator */
	address6.sin6_addr.s6_addr[15] = 1;
	socket_handle opened = open_socket(ipv6 ? AF_INET6 : AF_INET);
	if (opened == NO_SOCKET)
		return false;
	if (!(ipv6 ? listen_at(opened, (struct sockaddr *)&address6, sizeof(address6))
		   : listen_at(opened, (struct sockaddr *)&address4, sizeof(address4)))) {
		close_socket(opened);
		return false;
	}
	*port = ntohs(ipv6 ? address6.sin6_port : address4.sin_port);
	*handle = (intptr_t)opened;
	return true;
}

void lx_loopback_close(intptr_t handle)
{
	close_socket((socket_handle)handle);
}
