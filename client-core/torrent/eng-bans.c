/* eng-bans.c: a bounded table of bans. */
#include "client-core/torrent/eng-bans.h"

#include <string.h>

#include "client-core/torrent/eng-random.h"
#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

#define BANS_MAX BT_LIMIT_CANDIDATES

typedef struct
{
  EngAddressKey key; /* first: the table's key is the ban */
  EngBanReason reason;
  uint64_t until_us;
} Ban;

struct EngBans
{
  GHashTable *by_key; /* owns them */
};

EngAddressKey
eng_address_key (const BtEndpoint *endpoint, bool with_port, uint64_t seed)
{
  EngAddressKey key = { .endpoint = *endpoint };
  uint64_t state = seed;
  uint64_t halves[2];

  if (!with_port)
    key.endpoint.port = 0;
  memcpy (halves, key.endpoint.addr, sizeof halves);
  state = eng_random_next (&state) ^ halves[0];
  state = eng_random_next (&state) ^ halves[1];
  state = eng_random_next (&state) ^ key.endpoint.port;
  key.hash = (uint32_t) (eng_random_next (&state) >> 32);
  return key;
}

guint
eng_address_key_hash (gconstpointer key)
{
  return ((const EngAddressKey *) key)->hash;
}

gboolean
eng_address_key_equal (gconstpointer a, gconstpointer b)
{
  const EngAddressKey *x = a, *y = b;

  return x->hash == y->hash && bt_endpoint_equal (&x->endpoint, &y->endpoint);
}

EngBans *
eng_bans_new (void)
{
  EngBans *self = g_new (EngBans, 1);

  self->by_key = g_hash_table_new_full (eng_address_key_hash, eng_address_key_equal, NULL, g_free);
  return self;
}

void
eng_bans_free (EngBans *self)
{
  g_hash_table_unref (self->by_key);
  g_free (self);
}

static void
drop_first (EngBans *self)
{
  GHashTableIter iter;
  gpointer value;
  Ban *first = NULL;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (first == NULL || ((Ban *) value)->until_us < first->until_us)
      first = value;
  if (first != NULL)
    (void) g_hash_table_remove (self->by_key, first); /* it was there */
}

void
eng_bans_add (EngBans *self, const EngAddressKey *key, EngBanReason reason, uint64_t until_us)
{
  Ban *ban = g_new (Ban, 1);

  bt_assert (reason != ENG_BAN_NONE);
  *ban = (Ban){ *key, reason, until_us };
  if (g_hash_table_size (self->by_key) >= BANS_MAX && !g_hash_table_contains (self->by_key, key))
    drop_first (self);
  (void) g_hash_table_replace (self->by_key, ban, ban); /* new or renewed */
}

void
eng_bans_remove (EngBans *self, const EngAddressKey *key)
{
  (void) g_hash_table_remove (self->by_key, key); /* or it was not there */
}

EngBanReason
eng_bans_reason (const EngBans *self, const EngAddressKey *key)
{
  const Ban *ban = g_hash_table_lookup (self->by_key, key);

  return ban != NULL ? ban->reason : ENG_BAN_NONE;
}

void
eng_bans_expire (EngBans *self, uint64_t now_us)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((const Ban *) value)->until_us <= now_us && ((const Ban *) value)->until_us != UINT64_MAX)
      g_hash_table_iter_remove (&iter);
}
