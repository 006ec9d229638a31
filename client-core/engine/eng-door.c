/* eng-door.c: see the header. */
#include "client-core/engine/eng-door.h"

#include <errno.h>

#include "protocol/core/bt-assert.h"

/* Strangers at once; one more, and the one who has waited longest leaves. */
#define STRANGERS_MAX 500u

/* How often a port that is free in one family is looked for in the other. */
#define PORT_TRIES 8

/* IPv4 and IPv6, or one at an address; NULL for none. */
typedef struct
{
  BtioListener *of[2];
  uint16_t port;
} Listeners;

struct EngDoor
{
  BtioReactor *reactor;
  Listeners listeners;
  GPtrArray *strangers; /* of EngConnection, oldest first */
  EngCrypt *crypt;
  EngDoorLead lead;
  void *owner;
};

/* --- strangers --- */

static bool
on_identify (void *owner, EngConnection *connection, const uint8_t info_hash[20])
{
  EngDoor *self = owner;

  if (!self->lead (self->owner, connection, info_hash))
    return false;
  g_ptr_array_remove (self->strangers, connection);
  return true;
}

static void
on_closed (void *owner, EngConnection *connection, const EngClosure *closure)
{
  g_ptr_array_remove (((EngDoor *) owner)->strangers, connection);
}

static const EngConnectionEvents stranger_events = { .identify = on_identify, .closed = on_closed };

static void
on_accepted (void *owner, BtioStream *stream)
{
  EngDoor *self = owner;

  if (self->strangers->len >= STRANGERS_MAX)
    eng_connection_close (self->strangers->pdata[self->strangers->len - STRANGERS_MAX]);
  g_ptr_array_add (self->strangers, eng_connection_new_incoming (self->reactor, stream, self->crypt,
                                                                 &stranger_events, self));
}

/* --- listeners --- */

static BtioListener *
listen_at (EngDoor *self, const BtioBind *bind, BtFamily family, uint16_t port)
{
  BtioBind at = *bind;

  if (at.address.family == BT_FAMILY_NONE)
    at.address = (BtEndpoint){ .family = family };
  at.address.port = port;
  at.bulk = true;
  return btio_tcp_listen (self->reactor, &at, on_accepted, self);
}

static void
listeners_clear (Listeners *self)
{
  for (size_t i = 0; i < G_N_ELEMENTS (self->of); i++)
    g_clear_pointer (&self->of[i], btio_listener_free);
}

/* Both families at one port, or the one that there is. */
static bool
listen_everywhere (EngDoor *self, const BtioBind *bind, BtioListener *out[2])
{
  uint16_t wanted = bind->address.port;

  for (int i = 0; i < PORT_TRIES; i++)
    {
      uint16_t port = wanted;

      out[0] = listen_at (self, bind, BT_FAMILY_V4, wanted);
      if (out[0] != NULL)
        port = btio_listener_local (out[0]).port;
      else if (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)
        return false;
      out[1] = listen_at (self, bind, BT_FAMILY_V6, port);
      if (out[1] != NULL || errno != EADDRINUSE || wanted != 0)
        break;
      g_clear_pointer (&out[0], btio_listener_free);
    }
  return out[0] != NULL || out[1] != NULL;
}

/* False and errno, and @out is empty. */
static bool
listen_all (EngDoor *self, const BtioBind *bind, Listeners *out)
{
  int saved;
  bool ok;

  *out = (Listeners){ 0 };
  if (bind->address.family == BT_FAMILY_NONE)
    ok = listen_everywhere (self, bind, out->of);
  else
    ok = (out->of[0] = listen_at (self, bind, BT_FAMILY_NONE, bind->address.port)) != NULL;
  if (ok)
    out->port = btio_listener_local (out->of[out->of[0] == NULL]).port;
  saved = errno;
  if (!ok)
    listeners_clear (out);
  errno = saved;
  return ok;
}

EngDoor *
eng_door_new (BtioReactor *reactor, const BtioBind *bind, EngCrypt *crypt, EngDoorLead lead,
              void *owner)
{
  EngDoor *self = g_new0 (EngDoor, 1);

  self->reactor = reactor;
  self->crypt = crypt;
  self->lead = lead;
  self->owner = owner;
  self->strangers = g_ptr_array_new ();
  if (!listen_all (self, bind, &self->listeners))
    {
      int saved = errno;

      eng_door_free (self);
      errno = saved;
      return NULL;
    }
  return self;
}

/* The port is our own: for a moment nobody listens there. */
static bool
swap (EngDoor *self, const BtioBind *from, const BtioBind *to)
{
  BtioBind back = *from;
  int saved;

  back.address.port = self->listeners.port;
  listeners_clear (&self->listeners);
  if (listen_all (self, to, &self->listeners))
    return true;
  saved = errno;
  (void) listen_all (self, &back, &self->listeners); /* the port was ours a moment ago */
  errno = saved;
  return false;
}

bool
eng_door_move (EngDoor *self, const BtioBind *from, const BtioBind *to)
{
  Listeners opened;

  if (to->address.port == self->listeners.port)
    return swap (self, from, to);
  if (!listen_all (self, to, &opened))
    return false;
  listeners_clear (&self->listeners);
  self->listeners = opened;
  return true;
}

void
eng_door_close (EngDoor *self)
{
  if (self == NULL)
    return;
  listeners_clear (&self->listeners);
  for (guint i = 0; i < self->strangers->len; i++)
    eng_connection_close (self->strangers->pdata[i]);
}

bool
eng_door_is_empty (const EngDoor *self)
{
  return self->strangers->len == 0;
}

void
eng_door_free (EngDoor *self)
{
  if (self == NULL)
    return;
  eng_door_close (self);
  bt_assert (eng_door_is_empty (self));
  g_ptr_array_unref (self->strangers);
  g_free (self);
}

uint16_t
eng_door_port (const EngDoor *self)
{
  return self->listeners.port;
}
