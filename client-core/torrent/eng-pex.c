/* eng-pex.c: the differences between what a peer was told and what is so, and the pace. */
#include "client-core/torrent/eng-pex.h"

#include "protocol/core/bt-assert.h"

#define INTERVAL_US (UINT64_C (1000) * BT_LIMIT_PEX_INTERVAL_MS)

/* With nothing to say, until something is looked for again. */
#define LOOK_US UINT64_C (5000000)

G_STATIC_ASSERT (ENG_PEX_ADDED <= BT_LIMIT_PEX_ADDED);
G_STATIC_ASSERT (ENG_PEX_DROPPED <= BT_LIMIT_PEX_DROPPED);

void
eng_pex_clear (EngPex *self)
{
  g_clear_pointer (&self->told, g_hash_table_unref);
}

bool
eng_pex_is_due (const EngPex *self, uint64_t now_us)
{
  return now_us >= self->send_us;
}

/* Those that the peer does not know; it knows them from now on. */
static void
add_new (EngPex *self, const BtPexPeer *peers, size_t n, BtPexMessage *out)
{
  for (size_t i = 0; i < n && out->n_added < ENG_PEX_ADDED; i++)
    {
      if (g_hash_table_contains (self->told, &peers[i].endpoint))
        continue;
      (void) g_hash_table_add (self->told, g_memdup2 (&peers[i].endpoint, sizeof (BtEndpoint)));
      out->added[out->n_added++] = peers[i];
    }
}

/* Those that are gone; it knows them no longer. */
static void
drop_old (EngPex *self, GHashTable *there, BtPexMessage *out)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->told);
  while (out->n_dropped < ENG_PEX_DROPPED && g_hash_table_iter_next (&iter, &key, NULL))
    {
      if (g_hash_table_contains (there, key))
        continue;
      out->dropped[out->n_dropped++] = (BtPexPeer){ .endpoint = *(const BtEndpoint *) key };
      g_hash_table_iter_remove (&iter);
    }
}

bool
eng_pex_next (EngPex *self, const BtPexPeer *peers, size_t n, uint64_t now_us, BtPexMessage *out)
{
  g_autoptr (GHashTable) there = NULL;

  if (!eng_pex_is_due (self, now_us))
    return false;
  if (self->told == NULL)
    self->told = g_hash_table_new_full (bt_endpoint_hash, bt_endpoint_equal, g_free, NULL);
  there = g_hash_table_new (bt_endpoint_hash, bt_endpoint_equal);
  for (size_t i = 0; i < n; i++)
    (void) g_hash_table_add (there, (gpointer) (uintptr_t) &peers[i].endpoint); /* lent */
  out->n_added = out->n_dropped = out->n_ignored = 0;
  drop_old (self, there, out);
  add_new (self, peers, n, out);
  self->send_us = now_us + (out->n_added + out->n_dropped > 0 ? INTERVAL_US : LOOK_US);
  return out->n_added + out->n_dropped > 0;
}

EngPexVerdict
eng_pex_came (EngPex *self, uint64_t now_us)
{
  /* Each message pushes the time at which the next is due; one may be early by a whole interval. */
  if (self->come_us > now_us + ENG_PEX_TOLERATED_US)
    return ENG_PEX_FLOOD;
  self->come_us = MAX (self->come_us, now_us) + ENG_PEX_TOLERATED_US;
  return ENG_PEX_FINE;
}
