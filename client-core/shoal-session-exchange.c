/* shoal-session-exchange.c: whether peers tell each other of peers. */
#include "client-core/shoal-session-private.h"

/**
 * shoal_session_get_exchange:
 * @self: a session
 *
 * Returns: whether peers are told of others, and heard about them
 */
gboolean
shoal_session_get_exchange (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), FALSE);
  return !self->no_exchange;
}

/**
 * shoal_session_set_exchange:
 * @self: a session
 * @exchange: whether peers may exchange peers
 *
 * Says whether the torrents that are not private tell their peers of each other, and take what
 * those tell (BEP 11); they do at first. From now on, also with peers that are connected. A profile
 * keeps it.
 */
void
shoal_session_set_exchange (ShoalSession *self, gboolean exchange)
{
  g_return_if_fail (SHOAL_IS_SESSION (self));
  if (self->no_exchange == !exchange)
    return;
  self->no_exchange = !exchange;
  eng_engine_set_exchange (self->engine, exchange);
  shoal_session_keep_setting (self, "no-exchange", !exchange);
}
