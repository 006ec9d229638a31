/* eng-entry-peers.c: single peers of an entry: limits on what is exchanged with them, which hold
 * from one life of its torrent to the next; and what they have done wrong, told to the owner. */
#include "client-core/engine/eng-engine-private.h"

#include "protocol/core/bt-limits.h"

/* --- limits --- */

static bool
is_same (const EngEntry *entry, const BtEndpoint *a, const BtEndpoint *b)
{
  return entry->engine->config.many_per_address ? bt_endpoint_equal (a, b)
                                                : bt_endpoint_same_address (a, b);
}

static void
forget_wish (EngEntry *entry, const BtEndpoint *peer)
{
  for (guint i = 0; i < entry->peer_wishes->len; i++)
    if (is_same (entry, &g_array_index (entry->peer_wishes, EngPeerWish, i).endpoint, peer))
      {
        g_array_remove_index (entry->peer_wishes, i);
        return;
      }
}

static void
lift_oldest (EngEntry *entry)
{
  EngPeerWish oldest = g_array_index (entry->peer_wishes, EngPeerWish, 0);

  oldest.down_Bps = oldest.up_Bps = 0;
  eng_entry_limit_peer (entry, &oldest);
}

void
eng_entry_limit_peer (EngEntry *entry, const EngPeerWish *wish)
{
  if (entry->peer_wishes == NULL)
    entry->peer_wishes = g_array_new (FALSE, FALSE, sizeof *wish);
  forget_wish (entry, &wish->endpoint);
  if (wish->down_Bps > 0 || wish->up_Bps > 0)
    {
      if (entry->peer_wishes->len >= BT_LIMIT_PEER_WISHES)
        lift_oldest (entry);
      g_array_append_vals (entry->peer_wishes, wish, 1);
    }
  if (entry->torrent != NULL)
    eng_torrent_limit_peer (entry->torrent, wish);
}

void
eng_entry_limit_peers (EngEntry *entry)
{
  for (guint i = 0; entry->peer_wishes != NULL && i < entry->peer_wishes->len; i++)
    eng_torrent_limit_peer (entry->torrent, &g_array_index (entry->peer_wishes, EngPeerWish, i));
}

/* --- what they have done --- */

static bool
may_tell (const EngEntry *entry)
{
  return !entry->removing && !entry->engine->quitting;
}

void
eng_entry_spoilt (void *owner, uint32_t piece, const char *senders)
{
  const EngEntry *entry = owner;
  EngEngine *e = entry->engine;

  if (may_tell (entry) && e->events->spoilt != NULL)
    e->events->spoilt (e->owner, entry->id, piece, senders);
}

void
eng_entry_banned (void *owner, const BtEndpoint *peer)
{
  const EngEntry *entry = owner;
  EngEngine *e = entry->engine;
  char text[BT_ENDPOINT_TEXT];

  if (!may_tell (entry) || e->events->banned == NULL)
    return;
  (void) bt_endpoint_write (peer, text); /* the length is not needed */
  e->events->banned (e->owner, entry->id, text);
}
