/* eng-connection-limits.c: reading and writing below limits: every byte counts, the protocol's as
 * well. What may not pass now waits for its turn, and nothing is waited for on the socket. */
#include "client-core/peer/eng-connection-private.h"

static void
on_read_turn (EngThrottleWait *wait)
{
  EngConnection *c
      = (EngConnection *) (void *) ((char *) wait - offsetof (EngConnection, read_wait));

  if (!c->ended)
    eng_connection_read (c);
}

static void
on_write_turn (EngThrottleWait *wait)
{
  EngConnection *c
      = (EngConnection *) (void *) ((char *) wait - offsetof (EngConnection, write_wait));

  if (c->ended)
    return;
  eng_connection_write (c);
  if (c->ended)
    return; /* and gone at the end of the turn */
  eng_connection_update_wants (c);
  eng_connection_set_timer (c);
}

void
eng_connection_init_limits (EngConnection *c)
{
  c->read_wait.turn = on_read_turn;
  c->write_wait.turn = on_write_turn;
}

void
eng_connection_leave_limits (EngConnection *c)
{
  eng_throttle_leave (&c->read_wait);
  eng_throttle_leave (&c->write_wait);
}

void
eng_connection_set_limits (EngConnection *c, EngThrottle *down, EngThrottle *up)
{
  eng_connection_leave_limits (c);
  c->down = down;
  c->up = up;
  if (!c->ended)
    eng_connection_flush (c);
}

bool
eng_connection_is_throttled (const EngConnection *c)
{
  return eng_throttle_waits (&c->read_wait);
}
