/* btio-local.c: see the header. */
#include "protocol/io/btio-local.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/io/btio-sockaddr-private.h"

/* Any: where nothing is sent. */
#define PORT 9

/* One that sends nothing; -1 when there is none. */
static int
open_socket (const BtEndpoint *of)
{
  int family = btio_sockaddr_family (of);

  return family != AF_UNSPEC ? socket (family, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
}

static bool
goes_by (int fd, const char *interface)
{
  return interface == NULL
         || setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
                        (socklen_t) strlen (interface) + 1)
                == 0;
}

bool
btio_local_towards (const BtEndpoint *to, const char *interface, BtEndpoint *local)
{
  struct sockaddr_storage address;
  BtEndpoint there = *to;
  socklen_t len;
  int fd = open_socket (to);
  bool ok;

  if (fd < 0)
    return false;
  there.port = PORT;
  len = btio_sockaddr_write (&there, &address);
  ok = goes_by (fd, interface)
       && connect (fd, (const struct sockaddr *) (const void *) &address, len) == 0;
  if (ok)
    {
      *local = btio_socket_local (fd);
      local->port = 0;
    }
  close (fd);
  return ok && local->family != BT_FAMILY_NONE;
}

bool
btio_local_has (const BtEndpoint *address)
{
  struct sockaddr_storage here;
  BtEndpoint any_port = *address;
  socklen_t len;
  int fd = open_socket (address);
  bool ok;

  if (fd < 0)
    return false;
  any_port.port = 0;
  len = btio_sockaddr_write (&any_port, &here);
  ok = bind (fd, (const struct sockaddr *) (const void *) &here, len) == 0;
  close (fd);
  return ok;
}

bool
btio_local_outward (const BtioBind *bind, BtFamily family, BtEndpoint *local)
{
  /* Hosts that do not exist (RFC 5737, RFC 3849). */
  static const BtEndpoint hosts[] = {
    [BT_FAMILY_V4] = { .family = BT_FAMILY_V4, .addr = { 192, 0, 2, 1 } },
    [BT_FAMILY_V6] = { .family = BT_FAMILY_V6, .addr = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } },
  };

  if (bind->address.family == BT_FAMILY_NONE
      || bt_endpoint_range (&bind->address) == BT_RANGE_UNSPECIFIED)
    return btio_local_towards (&hosts[family], bind->interface, local);
  *local = bind->address;
  local->port = 0;
  return local->family == family && btio_local_has (local);
}
