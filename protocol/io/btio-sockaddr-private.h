/* btio-sockaddr-private.h: endpoints as the kernel takes them. */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/io/btio-tcp.h"

/* Fills @out and returns its length; 0 for no endpoint. */
socklen_t btio_sockaddr_write (const BtEndpoint *endpoint, struct sockaddr_storage *out);

/* An endpoint without a family for an address that is neither IPv4 nor IPv6. */
BtEndpoint btio_sockaddr_read (const struct sockaddr_storage *address);

/* AF_INET, AF_INET6 or AF_UNSPEC. */
int btio_sockaddr_family (const BtEndpoint *endpoint);

/* Ties a socket to the interface and the address of @to, as far as there are any. False and errno.
 */
bool btio_socket_bind (int fd, const BtioBind *to);

/* The address that a socket has, or that it is connected to. */
BtEndpoint btio_socket_local (int fd);
BtEndpoint btio_socket_remote (int fd);
