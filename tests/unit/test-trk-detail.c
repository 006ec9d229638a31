/* test-trk-detail.c: a store that keeps what peers say of themselves, and who gets to see it. */
#include <string.h>

#include <glib.h>

#include "trk-world.h"
#include "tracker-server/swarm/trk-freeze.h"
#include "tracker-server/swarm/trk-show.h"

static const TrkSwarmsConfig with_details
    = { .max_swarms = 1000, .max_peers = 10000, .max_empty = 1000, .details = true };
static const TrkSwarmsConfig without
    = { .max_swarms = 1000, .max_peers = 10000, .max_empty = 1000 };

static void
id_of (unsigned number, uint8_t id[BT_PEER_ID_LEN])
{
  memset (id, 'x', BT_PEER_ID_LEN);
  memcpy (id, &number, sizeof number);
}

/* The @number-th peer: a third of them are of v6. */
static BtEndpoint
source_of (unsigned number)
{
  return number % 3 == 0 ? trk_world_host6 (number) : trk_world_host (number);
}

static void
join (TrkWorld *w, unsigned number, uint64_t left, bool compact)
{
  BtAnnounceRequest request = trk_world_ask (left, BT_ANNOUNCE_NONE);

  id_of (number, request.peer_id);
  request.uploaded = number * 1000;
  request.downloaded = number * 2000;
  request.compact = compact;
  g_assert_cmpint (trk_world_say (w, &request, source_of (number), TRK_CARRIER_HTTP), ==,
                   TRK_ANSWERED);
}

static void
test_codec (void)
{
  static const struct
  {
    TrkDetail in, out;
  } cases[] = {
    { { "-SH0100-abcdefghijkl", 1, 2, 3, 4 }, { "-SH0100-abcdefghijkl", 1, 2, 3, 4 } },
    { { "", UINT64_MAX, INT64_MAX, BT_LEFT_UNKNOWN, UINT32_MAX },
      { "", 0xffffffffffff, 0xffffffffffff, BT_LEFT_UNKNOWN, 0xffffff } },
    { { "", 0xffffffffffff, 0, 0xfffffffffe, 0x1000001 },
      { "", 0xffffffffffff, 0, 0xfffffffffe, 1 } },
    { { "", 0, 0, 0xffffffffff, 0 }, { "", 0, 0, BT_LEFT_UNKNOWN, 0 } },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree uint8_t *bytes = g_malloc (TRK_DETAIL_LEN);
      TrkDetail again;

      trk_detail_write (&cases[i].in, bytes);
      again = trk_detail_read (bytes);
      g_assert_cmpmem (again.peer_id, 20, cases[i].out.peer_id, 20);
      g_assert_cmpuint (again.uploaded, ==, cases[i].out.uploaded);
      g_assert_cmpuint (again.downloaded, ==, cases[i].out.downloaded);
      g_assert_cmpuint (again.left, ==, cases[i].out.left);
      g_assert_cmpuint (again.first, ==, cases[i].out.first);
    }
}

/* The id that belongs to the peer at a place of a reply. */
static void
assert_id (const TrkWorld *w, size_t place, const uint8_t *compact, bool v6)
{
  BtEndpoint peer
      = v6 ? bt_endpoint_read_compact_v6 (compact) : bt_endpoint_read_compact_v4 (compact);
  unsigned number = v6 ? peer.addr[14] << 8 | peer.addr[15] : peer.addr[2] << 8 | peer.addr[3];
  uint8_t id[BT_PEER_ID_LEN];

  id_of (number, id);
  g_assert_cmpmem (w->reply.peer_ids + place * BT_PEER_ID_LEN, BT_PEER_ID_LEN, id, sizeof id);
}

/* Every id of a reply stands where its peer does, for lists with and without an index. */
static void
test_peer_ids (void)
{
  static const unsigned sizes[] = { 1, 2, 3, 5, 40, 300, 1200 };

  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      TrkWorld w;

      trk_world_init_with (&w, &with_details);
      for (unsigned n = 1; n <= sizes[i]; n++)
        join (&w, n, n % 4, true);
      g_assert_null (w.reply.peer_ids);
      for (unsigned n = 1; n <= sizes[i]; n++)
        {
          join (&w, n, (n + 1) % 4, false); /* who was a seeder is none, and the other way round */
          g_assert_nonnull (w.reply.peer_ids);
          for (size_t p = 0; p < trk_world_n_v4 (&w); p++)
            assert_id (&w, p, w.reply.peers_v4.bytes + p * BT_COMPACT_V4_LEN, false);
          for (size_t p = 0; p < trk_world_n_v6 (&w); p++)
            assert_id (&w, trk_world_n_v4 (&w) + p, w.reply.peers_v6.bytes + p * BT_COMPACT_V6_LEN,
                       true);
        }
      trk_world_clear (&w);
    }
}

static void
test_no_peer_ids (void)
{
  static const struct
  {
    bool details, compact, no_peer_id, there;
  } cases[] = {
    { true, false, false, true },   { true, false, true, false }, { true, true, false, false },
    { false, false, false, false }, { false, true, true, false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_STARTED);
      TrkWorld w;

      trk_world_init_with (&w, cases[i].details ? &with_details : &without);
      request.compact = cases[i].compact;
      request.no_peer_id = cases[i].no_peer_id;
      join (&w, 2, 0, true);
      trk_world_say (&w, &request, trk_world_host (1), TRK_CARRIER_HTTP);
      g_assert_cmpuint (trk_world_n_v4 (&w), ==, 1);
      g_assert_cmpint (w.reply.peer_ids != NULL, ==, cases[i].there);
      trk_world_clear (&w);
    }
}

/* Whoever says that it is somebody else changes its own name alone. */
static void
test_identity (void)
{
  BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_STARTED);
  TrkWorld w;

  trk_world_init_with (&w, &with_details);
  join (&w, 1, 0, true);
  id_of (1, request.peer_id);
  trk_world_say (&w, &request, trk_world_host (2), TRK_CARRIER_HTTP);
  trk_world_assert_counts (&w, 1, 1, 0);
  trk_world_clear (&w);
}

typedef struct
{
  unsigned n;
  TrkShownPeer last;
} Shown;

static void
note (const TrkShownPeer *peer, void *user_data)
{
  Shown *shown = user_data;

  shown->n++;
  shown->last = *peer;
}

static TrkCounts
show (TrkWorld *w, uint32_t first, uint32_t n, Shown *shown)
{
  uint8_t hash[BT_INFO_HASH_LEN] = { 7 };

  *shown = (Shown){ 0 };
  return trk_swarms_show (w->swarms, hash, w->now_s, first, n, note, shown);
}

static void
assert_peer (const TrkShownPeer *peer, unsigned number, uint32_t silent_s, uint32_t known_s)
{
  BtEndpoint endpoint = trk_world_at_port (source_of (number), 6881);
  uint8_t id[BT_PEER_ID_LEN];

  id_of (number, id);
  g_assert_true (bt_endpoint_equal (&peer->endpoint, &endpoint));
  g_assert_cmpuint (peer->silent_s, ==, silent_s);
  g_assert_true (peer->has_detail);
  g_assert_cmpuint (peer->known_s, ==, known_s);
  g_assert_cmpmem (peer->peer_id, BT_PEER_ID_LEN, id, sizeof id);
  g_assert_cmpuint (peer->uploaded, ==, number * 1000);
  g_assert_cmpuint (peer->downloaded, ==, number * 2000);
}

static void
test_show (void)
{
  Shown shown;
  TrkWorld w;

  trk_world_init_with (&w, &with_details);
  w.now_s = 600000; /* more ticks than a byte counts */
  join (&w, 1, 5, true);
  w.now_s += 1800;
  join (&w, 1, 5, true);
  w.now_s += 600;
  join (&w, 3, 0, true);
  g_assert_cmpuint (show (&w, 0, 1, &shown).leechers, ==, 1);
  g_assert_cmpuint (shown.n, ==, 1);
  assert_peer (&shown.last, 1, 600, 2400);
  g_assert_cmpuint (shown.last.left, ==, 5);
  g_assert_false (shown.last.seeder);
  g_assert_cmpuint (show (&w, 1, 99, &shown).seeders, ==, 1);
  g_assert_cmpuint (shown.n, ==, 1);
  assert_peer (&shown.last, 3, 0, 0);
  g_assert_true (shown.last.seeder);
  trk_world_clear (&w);
}

static void
test_show_pages (void)
{
  static const struct
  {
    uint32_t first, n, shown;
  } cases[] = { { 0, 10, 7 },        { 0, 0, 0 }, { 2, 3, 3 },
                { 6, 9, 1 },         { 7, 1, 0 }, { UINT32_MAX, UINT32_MAX, 0 },
                { 3, UINT32_MAX, 4 } };
  uint8_t nowhere[BT_INFO_HASH_LEN] = { 99 };
  Shown shown;
  TrkWorld w;

  trk_world_init_with (&w, &without);
  for (unsigned n = 1; n <= 7; n++)
    join (&w, n, n % 2, true);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpuint (show (&w, cases[i].first, cases[i].n, &shown).leechers, ==, 4);
      g_assert_cmpuint (shown.n, ==, cases[i].shown);
      g_assert_false (shown.last.has_detail);
    }
  g_assert_cmpuint (trk_swarms_show (w.swarms, nowhere, 1, 0, 9, note, &shown).leechers, ==, 0);
  trk_world_clear (&w);
}

static TrkThawed
move (const TrkWorld *from, const TrkWorld *to, uint64_t down_s)
{
  TrkThawed sums = { 0 };

  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    {
      g_autoptr (GByteArray) chunk = g_byte_array_new ();
      BtError why;

      trk_freeze_shard (from->swarms, i, from->now_s, chunk);
      g_assert_true (
          trk_thaw_chunk (to->swarms, chunk->data, chunk->len, to->now_s, down_s, &sums, &why));
    }
  return sums;
}

/* From each sort of store into each. */
static void
test_freeze (void)
{
  for (unsigned i = 0; i < 4; i++)
    {
      bool from = i / 2, to = i % 2;
      TrkWorld w, second;
      Shown shown;

      trk_world_init_with (&w, from ? &with_details : &without);
      trk_world_init_with (&second, to ? &with_details : &without);
      w.now_s = 600000;
      second.now_s = 60;
      join (&w, 1, 5, true);
      w.now_s += 600;
      join (&w, 1, 5, true);
      join (&w, 3, 0, true);
      w.now_s += 120;
      g_assert_cmpuint (move (&w, &second, 180).peers, ==, 2);
      show (&second, 0, 1, &shown);
      g_assert_cmpuint (shown.last.silent_s, ==, 300);
      g_assert_cmpint (shown.last.has_detail, ==, to);
      if (from && to)
        assert_peer (&shown.last, 1, 300, 900);
      else if (to)
        g_assert_cmpuint (shown.last.known_s, ==, 300);
      join (&second, 1, 5, true); /* and then it is known */
      show (&second, 0, 1, &shown);
      if (to)
        assert_peer (&shown.last, 1, 0, from ? 900 : 300);
      trk_world_clear (&w);
      trk_world_clear (&second);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk/detail/codec", test_codec);
  g_test_add_func ("/trk/detail/peer-ids", test_peer_ids);
  g_test_add_func ("/trk/detail/no-peer-ids", test_no_peer_ids);
  g_test_add_func ("/trk/detail/identity", test_identity);
  g_test_add_func ("/trk/show/peers", test_show);
  g_test_add_func ("/trk/show/pages", test_show_pages);
  g_test_add_func ("/trk/detail/freeze", test_freeze);
  return g_test_run ();
}
