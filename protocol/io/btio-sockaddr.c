/* btio-sockaddr.c: see the header. */
#include "protocol/io/btio-sockaddr-private.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

socklen_t
btio_sockaddr_write (const BtEndpoint *endpoint, struct sockaddr_storage *out)
{
  memset (out, 0, sizeof *out);
  if (endpoint->family == BT_FAMILY_V4)
    {
      struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons (endpoint->port) };

      memcpy (&v4.sin_addr, endpoint->addr, sizeof v4.sin_addr);
      memcpy (out, &v4, sizeof v4);
      return sizeof v4;
    }
  if (endpoint->family == BT_FAMILY_V6)
    {
      struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons (endpoint->port) };

      memcpy (&v6.sin6_addr, endpoint->addr, sizeof v6.sin6_addr);
      memcpy (out, &v6, sizeof v6);
      return sizeof v6;
    }
  return 0;
}

BtEndpoint
btio_sockaddr_read (const struct sockaddr_storage *address)
{
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;

  if (address->ss_family == AF_INET)
    {
      memcpy (&v4, address, sizeof v4);
      return bt_endpoint_v4 ((const uint8_t *) &v4.sin_addr, ntohs (v4.sin_port));
    }
  if (address->ss_family == AF_INET6)
    {
      memcpy (&v6, address, sizeof v6);
      return bt_endpoint_v6 ((const uint8_t *) &v6.sin6_addr, ntohs (v6.sin6_port));
    }
  return (BtEndpoint){ 0 };
}

int
btio_sockaddr_family (const BtEndpoint *endpoint)
{
  return endpoint->family == BT_FAMILY_V4   ? AF_INET
         : endpoint->family == BT_FAMILY_V6 ? AF_INET6
                                            : AF_UNSPEC;
}

bool
btio_socket_bind (int fd, const BtioBind *to)
{
  struct sockaddr_storage address;
  socklen_t len = btio_sockaddr_write (&to->address, &address);

  if (to->interface != NULL
      && setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, to->interface,
                     (socklen_t) strlen (to->interface) + 1)
             != 0)
    return false;
  return len == 0 || bind (fd, (struct sockaddr *) &address, len) == 0;
}

BtEndpoint
btio_socket_local (int fd)
{
  struct sockaddr_storage address = { 0 };
  socklen_t len = sizeof address;

  if (getsockname (fd, (struct sockaddr *) &address, &len) != 0)
    return (BtEndpoint){ 0 };
  return btio_sockaddr_read (&address);
}

BtEndpoint
btio_socket_remote (int fd)
{
  struct sockaddr_storage address = { 0 };
  socklen_t len = sizeof address;

  if (getpeername (fd, (struct sockaddr *) &address, &len) != 0)
    return (BtEndpoint){ 0 };
  return btio_sockaddr_read (&address);
}
