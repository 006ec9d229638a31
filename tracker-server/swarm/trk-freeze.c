/* trk-freeze.c: chunks of swarms, written under a shard's lock, read with every field checked. */
#include "tracker-server/swarm/trk-freeze.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-cursor.h"

#define VERSION 1u
#define HEAD_LEN 8u
#define SWARM_LEN (BT_INFO_HASH_LEN + 12u)
#define FLAGS (TRK_PEER_SEEDER | TRK_PEER_COUNTED | TRK_PEER_PAUSED | TRK_PEER_RETURNED)

/* A chunk on its way out. */
typedef struct
{
  GByteArray *out;
  TrkFrame frame;
  uint32_t n_swarms;
} Freezer;

/* A chunk on its way in. */
typedef struct
{
  TrkSwarms *swarms;
  BtCursor at;
  const uint8_t *start;
  uint64_t now_s;
  uint64_t down_s;
  TrkFrame frame;  /* of the store that takes it up */
  uint32_t tick_s; /* of the one that froze it */
  uint64_t room;   /* for peers */
  TrkThawed *sums;
  BtError *why;
} Thawer;

/* One swarm of it. */
typedef struct
{
  const uint8_t *hash;
  uint32_t completed;
  uint32_t n[2];           /* by family: v4, v6 */
  const uint8_t *peers[2]; /* likewise; lent */
} Frozen;

static const BtFamily families[] = { BT_FAMILY_V4, BT_FAMILY_V6 };

static void
put_number (uint8_t *out, uint64_t value, size_t len)
{
  for (size_t i = 0; i < len; i++)
    out[i] = (uint8_t) (value >> 8 * (len - 1 - i));
}

/* Room for @len bytes more; good until the next. */
static uint8_t *
extend (GByteArray *out, size_t len)
{
  guint before = out->len;

  bt_assert (len <= UINT32_MAX - before);
  g_byte_array_set_size (out, before + (guint) len);
  return out->data + before;
}

static size_t
peer_len (BtFamily family)
{
  return (family == BT_FAMILY_V4 ? BT_COMPACT_V4_LEN : BT_COMPACT_V6_LEN) + 2;
}

static void
freeze_list (Freezer *f, const TrkSwarm *swarm, BtFamily family)
{
  const TrkPeers *list = trk_swarm_list (swarm, family);
  size_t len = peer_len (family);
  uint32_t n = list != NULL ? list->n : 0;
  const uint8_t *record = n > 0 ? trk_swarm_compact (swarm, f->frame.shapes, family, 0) : NULL;
  uint8_t *to = extend (f->out, n * len);

  for (uint32_t i = 0; i < n; i++, to += len, record += len)
    {
      memcpy (to, record, len - 1);
      to[len - 1] = (uint8_t) (f->frame.tick - record[len - 1]);
    }
}

static void
freeze_swarm (const uint8_t hash[BT_INFO_HASH_LEN], const TrkSwarm *swarm, void *user_data)
{
  Freezer *f = user_data;
  uint8_t *head = extend (f->out, SWARM_LEN);

  memcpy (head, hash, BT_INFO_HASH_LEN);
  put_number (head + BT_INFO_HASH_LEN, swarm->completed, 4);
  put_number (head + BT_INFO_HASH_LEN + 4, swarm->v4.n, 4);
  put_number (head + BT_INFO_HASH_LEN + 8, swarm->v6 != NULL ? swarm->v6->n : 0, 4);
  freeze_list (f, swarm, BT_FAMILY_V4);
  freeze_list (f, swarm, BT_FAMILY_V6);
  f->n_swarms++;
}

void
trk_freeze_shard (TrkSwarms *swarms, uint32_t shard, uint64_t now_s, GByteArray *out)
{
  Freezer f = { .out = out, .frame = trk_swarms_frame (swarms, now_s) };
  guint start = out->len;
  uint8_t *head = extend (out, HEAD_LEN);

  head[0] = VERSION;
  head[1] = 0;
  put_number (head + 2, f.frame.tick_s, 2);
  trk_swarms_visit (swarms, shard, freeze_swarm, &f);
  put_number (out->data + start + 4, f.n_swarms, 4); /* the array may have moved */
}

static bool
fail (const Thawer *t, BtErrorCode code, const uint8_t *where, const char *key)
{
  return bt_error_set (t->why, code, (uint64_t) (where - t->start), key);
}

/* Whether a record is one that a store can have written. */
static bool
is_peer (BtFamily family, const uint8_t *record)
{
  size_t len = peer_len (family);
  BtEndpoint endpoint = family == BT_FAMILY_V4 ? bt_endpoint_read_compact_v4 (record)
                                               : bt_endpoint_read_compact_v6 (record);
  uint8_t flags = record[len - 2];

  return endpoint.family == family && endpoint.port != 0 && (flags & ~FLAGS) == 0
         && ((flags & TRK_PEER_SEEDER) == 0 || (flags & TRK_PEER_PAUSED) == 0);
}

static bool
read_list (Thawer *t, Frozen *swarm, unsigned which)
{
  size_t len = peer_len (families[which]);
  const uint8_t *where = t->at.at;

  if (swarm->n[which] > bt_cursor_left (&t->at) / len)
    return fail (t, BT_ERROR_TRUNCATED, where, "peers");
  swarm->peers[which] = bt_cursor_take (&t->at, swarm->n[which] * len);
  for (uint32_t i = 0; i < swarm->n[which]; i++, where += len)
    if (!is_peer (families[which], where))
      return fail (t, BT_ERROR_OUT_OF_RANGE, where, "peers");
  return true;
}

static bool
read_swarm (Thawer *t, Frozen *swarm)
{
  const uint8_t *where = t->at.at;

  swarm->hash = bt_cursor_take (&t->at, BT_INFO_HASH_LEN);
  swarm->completed = bt_cursor_u32 (&t->at);
  swarm->n[0] = bt_cursor_u32 (&t->at);
  swarm->n[1] = bt_cursor_u32 (&t->at);
  if (t->at.bad)
    return fail (t, BT_ERROR_TRUNCATED, where, "swarms");
  return read_list (t, swarm, 0) && read_list (t, swarm, 1);
}

static void
thaw_peer (Thawer *t, TrkSwarm *swarm, BtFamily family, const uint8_t *record)
{
  size_t len = peer_len (family);
  uint64_t age_s = t->down_s + (uint64_t) t->tick_s * record[len - 1];
  uint64_t age = age_s / t->frame.tick_s;
  TrkRestored restored = TRK_WAS_CROWDED;

  if (age > t->frame.age_max)
    {
      t->sums->expired++;
      return;
    }
  if (t->room > 0)
    restored = trk_swarm_restore (swarm, t->frame.shapes, family, record, record[len - 2],
                                  (uint8_t) (t->frame.tick - age));
  t->room -= restored == TRK_RESTORED;
  t->sums->peers += restored == TRK_RESTORED;
  t->sums->refused += restored == TRK_WAS_CROWDED;
}

/* The caller has entered it. */
static void
thaw_into (Thawer *t, const Frozen *frozen, TrkSwarm *swarm)
{
  for (unsigned which = 0; which < G_N_ELEMENTS (families); which++)
    for (uint32_t i = 0; i < frozen->n[which]; i++)
      thaw_peer (t, swarm, families[which], frozen->peers[which] + i * peer_len (families[which]));
  swarm->completed = MAX (swarm->completed, frozen->completed);
  t->sums->swarms++;
}

static void
thaw_swarm (Thawer *t, const Frozen *frozen)
{
  TrkHold hold;

  t->room = trk_swarms_room (t->swarms);
  trk_swarms_enter (t->swarms, frozen->hash, true, t->now_s, &hold);
  if (hold.swarm != NULL)
    thaw_into (t, frozen, hold.swarm);
  else
    t->sums->refused++;
  trk_swarms_leave (t->swarms, &hold);
}

bool
trk_thaw_chunk (TrkSwarms *swarms, const uint8_t *data, size_t len, uint64_t now_s, uint64_t down_s,
                TrkThawed *sums, BtError *why)
{
  Thawer t = { .swarms = swarms,
               .at = { data, data + len, false },
               .start = data,
               .now_s = now_s,
               .down_s = MIN (down_s, UINT32_MAX),
               .frame = trk_swarms_frame (swarms, now_s),
               .sums = sums,
               .why = why };
  uint8_t version = bt_cursor_u8 (&t.at);
  uint8_t details = bt_cursor_u8 (&t.at);
  uint32_t n_swarms;
  Frozen swarm;

  t.tick_s = bt_cursor_u16 (&t.at);
  n_swarms = bt_cursor_u32 (&t.at);
  if (t.at.bad)
    return fail (&t, BT_ERROR_TRUNCATED, data, "head");
  if (version != VERSION || details != 0 || t.tick_s == 0)
    return fail (&t, BT_ERROR_OUT_OF_RANGE, data, "head");
  for (uint32_t i = 0; i < n_swarms; i++)
    {
      if (!read_swarm (&t, &swarm))
        return false;
      thaw_swarm (&t, &swarm);
    }
  return t.at.at == t.at.end || fail (&t, BT_ERROR_TRAILING, t.at.at, "swarms");
}
