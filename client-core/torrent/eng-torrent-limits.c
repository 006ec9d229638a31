/* eng-torrent-limits.c: how much passes in a second: the limits of a torrent, and of single peers.
 *
 * A peer's limit is one of its address: it outlives the connections, and all of that address share
 * it. Its throttles lie in the torrent's. */
#include "client-core/torrent/eng-torrent-private.h"

typedef struct
{
  EngAddressKey key;
  EngThrottle down;
  EngThrottle up;
} EngPeerLimit;

/* --- the torrent --- */

void
eng_torrent_init_limits (EngTorrent *t)
{
  const EngTorrentConfig *config = &t->config;

  eng_throttle_init (&t->down, &config->share->down, config->reactor);
  eng_throttle_init (&t->up, &config->share->up, config->reactor);
}

void
eng_torrent_clear_limits (EngTorrent *t)
{
  g_clear_pointer (&t->peer_limits, g_hash_table_unref);
  eng_throttle_clear (&t->down);
  eng_throttle_clear (&t->up);
}

void
eng_torrent_update_limits (EngTorrent *t, const EngWishes *before)
{
  if (before->down_Bps != t->wishes.down_Bps)
    eng_throttle_set_rate (&t->down, t->wishes.down_Bps);
  if (before->up_Bps != t->wishes.up_Bps)
    eng_throttle_set_rate (&t->up, t->wishes.up_Bps);
}

/* --- single peers --- */

static void
limit_free (void *data)
{
  EngPeerLimit *limit = data;

  eng_throttle_clear (&limit->down);
  eng_throttle_clear (&limit->up);
  g_free (limit);
}

static EngPeerLimit *
limit_new (EngTorrent *t, const EngAddressKey *key)
{
  EngPeerLimit *limit = g_new0 (EngPeerLimit, 1);

  limit->key = *key;
  eng_throttle_init (&limit->down, &t->down, t->config.reactor);
  eng_throttle_init (&limit->up, &t->up, t->config.reactor);
  if (t->peer_limits == NULL)
    t->peer_limits
        = g_hash_table_new_full (eng_address_key_hash, eng_address_key_equal, NULL, limit_free);
  (void) g_hash_table_add (t->peer_limits, limit); /* its key comes first in it; it is new */
  return limit;
}

static EngAddressKey
key_of (const EngLink *link)
{
  return eng_candidates_key (link->torrent->candidates, eng_connection_remote (link->connection));
}

static EngPeerLimit *
limit_of (const EngLink *link)
{
  GHashTable *limits = link->torrent->peer_limits;
  EngAddressKey key;

  if (limits == NULL)
    return NULL;
  key = key_of (link);
  return g_hash_table_lookup (limits, &key);
}

void
eng_link_update_limits (EngLink *link)
{
  EngTorrent *t = link->torrent;
  EngPeerLimit *limit = limit_of (link);

  eng_connection_set_limits (link->connection, limit != NULL ? &limit->down : &t->down,
                             limit != NULL ? &limit->up : &t->up);
}

void
eng_link_limits (const EngLink *link, uint64_t *down_Bps, uint64_t *up_Bps)
{
  const EngPeerLimit *limit = limit_of (link);

  *down_Bps = limit != NULL ? limit->down.bucket.rate_Bps : 0;
  *up_Bps = limit != NULL ? limit->up.bucket.rate_Bps : 0;
}

/* All connections of an address look for their limit. */
static void
update_all (EngTorrent *t, const EngAddressKey *key)
{
  for (guint i = 0; i < t->links->len; i++)
    {
      EngLink *link = t->links->pdata[i];
      EngAddressKey own = key_of (link);

      if (link->open && eng_address_key_equal (&own, key))
        eng_link_update_limits (link);
    }
}

static void
lift (EngTorrent *t, EngPeerLimit *limit)
{
  (void) g_hash_table_steal (t->peer_limits, limit); /* it is there */
  update_all (t, &limit->key);
  limit_free (limit);
}

void
eng_torrent_limit_peer (EngTorrent *t, const EngPeerWish *wish)
{
  EngAddressKey key = eng_candidates_key (t->candidates, &wish->endpoint);
  EngPeerLimit *limit = t->peer_limits != NULL ? g_hash_table_lookup (t->peer_limits, &key) : NULL;
  bool is_new = limit == NULL;

  if (wish->down_Bps == 0 && wish->up_Bps == 0)
    {
      if (limit != NULL)
        lift (t, limit);
      return;
    }
  if (is_new)
    limit = limit_new (t, &key);
  eng_throttle_set_rate (&limit->down, wish->down_Bps);
  eng_throttle_set_rate (&limit->up, wish->up_Bps);
  if (is_new)
    update_all (t, &key);
}
