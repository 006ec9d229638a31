/* test-bt-wire-send.c: writing: every message, flags, bounds, blocks taken back, two ends at work.
 */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-wire.h"
#include "tests/unit/wire-log.h"

/* Ten pieces of 32 KiB, the last of 4 KiB. */
static const BtWireConfig plain = { { 10, 0x8000, 0x1000 }, false, true };
static const BtWireConfig fast = { { 10, 0x8000, 0x1000 }, true, true };

static void
send_all (BtWire *wire)
{
  BtBitfield have;

  bt_bitfield_init (&have, 10);
  bt_bitfield_set (&have, 9);
  g_assert_true (bt_wire_send_extended (wire, 0, "de", 2, NULL, 0));
  bt_wire_send_port (wire, 6881);
  g_assert_true (bt_wire_send_bitfield (wire, &have));
  bt_wire_send_unchoke (wire);
  bt_wire_send_choke (wire);
  bt_wire_send_interested (wire);
  bt_wire_send_not_interested (wire);
  bt_wire_send_have (wire, 8);
  g_assert_true (bt_wire_send_request (wire, 9, 0, 4096));
  g_assert_true (bt_wire_send_piece (wire, 9, 4093, 3, 0x61));
  bt_wire_send_cancel (wire, 9, 0, 4096);
  bt_wire_send_suggest (wire, 1);
  bt_wire_send_allowed_fast (wire, 2);
  bt_wire_reject (wire, 0, 16384, 16384);
  g_assert_true (bt_wire_send_piece (wire, 0, 0, 1, 0x62));
  g_assert_true (bt_wire_send_piece (wire, 0, 1, 2, 0x63));
  g_assert_true (bt_wire_send_extended (wire, 7, "ab", 2, "cd", 2));
  bt_bitfield_clear (&have);
}

/* In steps of any size the bytes are the same, messages before blocks; what was sent whole is told
 * in order. */
static void
test_messages (void)
{
  static const char expected[] = "00000004140064650000000309"
                                 "1ae1"
                                 "00000003050040"
                                 "0000000101"
                                 "0000000100"
                                 "0000000102"
                                 "0000000103"
                                 "000000050400000008"
                                 "0000000d06000000090000000000001000"
                                 "0000000d08000000090000000000001000"
                                 "000000050d00000001"
                                 "000000051100000002"
                                 "0000000d10000000000000400000004000"
                                 "00000006140761626364"
                                 "0000000c070000000900000ffd616161"
                                 "0000000a07000000000000000062"
                                 "0000000b0700000000000000016363";

  for (size_t step = 1; step < sizeof expected / 2; step++)
    {
      g_autoptr (GString) log = g_string_new (NULL);
      g_autofree char *sent = NULL;
      BtWire wire;

      bt_wire_init (&wire, &fast, 0);
      send_all (&wire);
      g_assert_cmpuint (bt_wire_queued (&wire), ==, sizeof expected / 2);
      sent = wire_log_output (&wire, step);
      g_assert_cmpstr (sent, ==, expected);
      g_assert_cmpuint (bt_wire_queued (&wire), ==, 0);
      wire_log_events (&wire, log);
      g_assert_cmpstr (log->str, ==, "sent 9 4093 3 of 97; sent 0 0 1 of 98; sent 0 1 2 of 99; ");
      bt_wire_clear (&wire);
    }
}

/* The same in one look: segments follow one another as they would singly. */
static void
test_segments (void)
{
  BtSegment all[32];
  BtWire wire;
  size_t n;

  bt_wire_init (&wire, &fast, 0);
  send_all (&wire);
  n = bt_wire_peek_output (&wire, all, G_N_ELEMENTS (all));
  g_assert_cmpuint (n, ==, 7); /* one run of messages, 3 headers, 3 blocks */
  for (size_t most = 0; most < n; most++)
    {
      BtSegment some[32];

      g_assert_cmpuint (bt_wire_peek_output (&wire, some, most), ==, most);
      for (size_t i = 0; i < most; i++)
        {
          g_assert_cmpint (some[i].kind, ==, all[i].kind);
          g_assert_cmpuint (some[i].len, ==, all[i].len);
          g_assert_true (some[i].bytes == all[i].bytes);
          g_assert_cmpuint (some[i].cookie, ==, all[i].cookie);
        }
    }
  bt_wire_clear (&wire);
}

static void
test_bitfields (void)
{
  static const struct
  {
    bool fast;
    size_t n_set;
    const char *sent;
  } cases[] = {
    { false, 0, "" },          { false, 1, "00000003058000" }, { false, 10, "0000000305ffc0" },
    { true, 0, "000000010f" }, { true, 1, "00000003058000" },  { true, 10, "000000010e" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *sent = NULL;
      BtBitfield have;
      BtWire wire;

      bt_wire_init (&wire, cases[i].fast ? &fast : &plain, 0);
      bt_bitfield_init (&have, 10);
      bt_bitfield_set_range (&have, 0, cases[i].n_set);
      g_assert_true (bt_wire_send_bitfield (&wire, &have));
      sent = wire_log_output (&wire, SIZE_MAX);
      g_assert_cmpstr (sent, ==, cases[i].sent);
      bt_bitfield_clear (&have);
      bt_wire_clear (&wire);
    }
}

/* Before the torrent's size is known we have nothing, and can say so. */
static void
test_no_bitfield (void)
{
  const BtWireConfig unsized = { .fast = true };
  g_autofree char *sent = NULL;
  BtWire wire;

  bt_wire_init (&wire, &unsized, 0);
  g_assert_true (bt_wire_send_bitfield (&wire, NULL));
  sent = wire_log_output (&wire, SIZE_MAX);
  g_assert_cmpstr (sent, ==, "000000010f");
  bt_wire_clear (&wire);
}

static void
test_flags (void)
{
  g_autofree char *sent = NULL;
  BtWire wire;

  bt_wire_init (&wire, &plain, 0);
  bt_wire_send_choke (&wire);
  bt_wire_send_not_interested (&wire);
  g_assert_cmpuint (bt_wire_queued (&wire), ==, 0);
  for (int i = 0; i < 3; i++)
    {
      bt_wire_send_interested (&wire);
      bt_wire_send_unchoke (&wire);
    }
  sent = wire_log_output (&wire, SIZE_MAX);
  g_assert_cmpstr (sent, ==, "00000001020000000101");
  g_assert_true (wire.flags.am_interested && !wire.flags.am_choking);
  g_assert_true (wire.flags.peer_choking && !wire.flags.peer_interested);
  bt_wire_clear (&wire);
}

/* Without BEP 6 nothing is asked of a peer that chokes; with it, allowed fast pieces are. */
static void
test_request_choked (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  BtWire wire;

  bt_wire_init (&wire, &plain, 0);
  g_assert_false (bt_wire_send_request (&wire, 0, 0, 16384));
  wire_log_parts (&wire, (const uint8_t *) "\0\0\0\1\1", 5, 5, log);
  g_assert_true (bt_wire_send_request (&wire, 0, 0, 16384));
  bt_wire_clear (&wire);
  bt_wire_init (&wire, &fast, 0);
  g_assert_true (bt_wire_send_request (&wire, 0, 0, 16384));
  bt_wire_clear (&wire);
}

/* A choke without BEP 6 takes the peer's requests with it; with BEP 6 each wants its answer. */
static void
test_choke_requests (void)
{
  for (int is_fast = 0; is_fast < 2; is_fast++)
    {
      g_autoptr (GByteArray) request = wire_log_bytes ("0000000d 06 00000009 00000000 00001000");
      g_autoptr (GString) log = g_string_new (NULL);
      g_autofree char *sent = NULL;
      BtWire wire;

      bt_wire_init (&wire, is_fast ? &fast : &plain, 0);
      bt_wire_send_unchoke (&wire);
      for (int i = 0; i < 3; i++)
        wire_log_parts (&wire, request->data, request->len, 17, log);
      bt_wire_send_choke (&wire);
      g_assert_cmpuint (wire.requests, ==, is_fast ? 3 : 0);
      for (int i = 0; i < 3; i++)
        bt_wire_reject (&wire, 9, 0, 4096);
      g_assert_cmpuint (wire.requests, ==, 0);
      sent = wire_log_output (&wire, SIZE_MAX);
      g_assert_cmpuint (strlen (sent) / 2, ==, 10 + (is_fast ? 3 * 17 : 0));
      wire_log_parts (&wire, request->data, request->len, 17, log);
      g_assert_cmpuint (wire.counts.dropped, ==, is_fast ? 0 : 1);
      bt_wire_clear (&wire);
    }
}

/* A block is taken back unless it has begun; with BEP 6 that is said behind all else. */
static void
test_cancel_piece (void)
{
  for (int is_fast = 0; is_fast < 2; is_fast++)
    {
      g_autofree char *sent = NULL;
      uint64_t cookie = 0;
      BtWire wire;

      bt_wire_init (&wire, is_fast ? &fast : &plain, 0);
      bt_wire_send_unchoke (&wire);
      bt_wire_send_have (&wire, 4);
      g_assert_true (bt_wire_send_piece (&wire, 1, 0, 2, 0xaa));
      bt_wire_send_have (&wire, 5);
      g_assert_false (bt_wire_cancel_piece (&wire, 1, 0, 1, &cookie));
      g_assert_true (bt_wire_cancel_piece (&wire, 1, 0, 2, &cookie));
      g_assert_cmpuint (cookie, ==, 0xaa);
      g_assert_false (bt_wire_cancel_piece (&wire, 1, 0, 2, &cookie));
      sent = wire_log_output (&wire, SIZE_MAX);
      g_assert_cmpstr (sent, ==,
                       is_fast ? "0000000101"
                                 "000000050400000004"
                                 "000000050400000005"
                                 "0000000d10000000010000000000000002"
                               : "0000000101"
                                 "000000050400000004"
                                 "000000050400000005");
      bt_wire_clear (&wire);
    }
}

/* Once a byte of its header is gone, a block stays. */
static void
test_cancel_begun (void)
{
  for (size_t before = 0; before <= 15; before++)
    {
      uint64_t cookie = 0;
      BtOutBlock block;
      BtWire wire;

      bt_wire_init (&wire, &plain, 0);
      g_assert_true (bt_wire_send_piece (&wire, 1, 0, 2, 0xaa));
      g_assert_true (bt_wire_send_piece (&wire, 1, 2, 2, 0xbb));
      bt_wire_sent (&wire, before, 0);
      g_assert_cmpint (bt_wire_cancel_piece (&wire, 1, 0, 2, &cookie), ==, before == 0);
      g_assert_true (bt_wire_cancel_piece (&wire, 1, 2, 2, &cookie));
      g_assert_false (bt_wire_steal_piece (&wire, &block));
      g_assert_cmpuint (bt_wire_queued (&wire), ==, before == 0 ? 0 : 15 - before);
      bt_wire_clear (&wire);
    }
}

/* A choke takes back what has not begun, the last first; what has begun is there for the end. */
static void
test_steal (void)
{
  BtOutBlock block;
  BtWire wire;
  g_autofree char *sent = NULL;
  g_autoptr (GString) log = g_string_new (NULL);

  bt_wire_init (&wire, &fast, 0);
  for (uint32_t i = 0; i < 4; i++)
    g_assert_true (bt_wire_send_piece (&wire, 1, i, 1, i));
  bt_wire_sent (&wire, 14 + 3, 0); /* the first has gone, the second has begun */
  g_assert_true (bt_wire_steal_piece (&wire, &block));
  g_assert_cmpuint (block.cookie, ==, 3);
  g_assert_true (bt_wire_steal_piece (&wire, &block));
  g_assert_cmpuint (block.cookie, ==, 2);
  g_assert_false (bt_wire_steal_piece (&wire, &block));
  g_assert_cmpuint (bt_wire_queued (&wire), ==, 11 + 2 * 17);
  wire_log_parts (&wire, (const uint8_t *) "\0\0\0\2\1\1", 6, 6, log);
  g_assert_cmpstr (log->str, ==, "sent 1 0 1 of 0; ended wrong-length; ");
  g_assert_true (bt_wire_drain_piece (&wire, &block));
  g_assert_cmpuint (block.cookie, ==, 1);
  g_assert_false (bt_wire_drain_piece (&wire, &block));
  sent = wire_log_output (&wire, SIZE_MAX);
  g_assert_cmpstr (sent, ==, "");
  bt_wire_clear (&wire);
}

/* A caller that ends the connection itself has every cookie, too, and the wire sends nothing of it.
 */
static void
test_drain (void)
{
  for (size_t before = 0; before <= 15; before++)
    {
      BtOutBlock block;
      BtWire wire;

      bt_wire_init (&wire, &fast, 0);
      g_assert_true (bt_wire_send_piece (&wire, 1, 0, 2, 0xaa));
      g_assert_true (bt_wire_send_piece (&wire, 1, 2, 2, 0xbb));
      bt_wire_sent (&wire, before, 0);
      g_assert_true (bt_wire_drain_piece (&wire, &block));
      g_assert_cmpuint (block.cookie, ==, 0xbb);
      g_assert_cmpint (bt_wire_drain_piece (&wire, &block), ==, before < 15);
      g_assert_cmpuint (block.cookie, ==, before < 15 ? 0xaa : 0xbb);
      g_assert_false (bt_wire_drain_piece (&wire, &block));
      g_assert_cmpuint (bt_wire_queued (&wire), ==, 0);
      bt_wire_clear (&wire);
    }
}

/* Large messages leave room for small ones; a peer that reads none of these either is at its end.
 */
static void
test_full (void)
{
  g_autofree uint8_t *data = g_malloc0 (BT_LIMIT_OUTBOX);
  g_autoptr (GString) log = g_string_new (NULL);
  size_t most = BT_LIMIT_OUTBOX - BT_LIMIT_OUTBOX_RESERVE - 6;
  size_t n_small = 0;
  BtWire wire;

  bt_wire_init (&wire, &plain, 0);
  g_assert_true (bt_wire_can_queue (&wire, most));
  g_assert_false (bt_wire_can_queue (&wire, most + 1));
  g_assert_false (bt_wire_can_queue (&wire, SIZE_MAX));
  g_assert_false (bt_wire_send_extended (&wire, 1, data, most, data, 1));
  g_assert_false (bt_wire_send_extended (&wire, 1, data, SIZE_MAX, data, SIZE_MAX));
  g_assert_true (bt_wire_send_extended (&wire, 1, data, most - 1, data, 1));
  g_assert_false (bt_wire_can_queue (&wire, 0));
  for (; wire.error == BT_WIRE_OK; n_small++)
    bt_wire_send_have (&wire, 0);
  g_assert_cmpuint (n_small, ==, BT_LIMIT_OUTBOX_RESERVE / 9 + 1);
  wire_log_events (&wire, log);
  g_assert_cmpstr (log->str, ==, "ended outbox-full; ");
  g_assert_false (bt_wire_can_queue (&wire, 0));
  g_assert_false (bt_wire_can_queue_piece (&wire));
  g_assert_false (bt_wire_send_piece (&wire, 0, 0, 1, 0));
  g_assert_cmpuint (bt_wire_queued (&wire), ==, 0);
  bt_wire_clear (&wire);
}

static void
test_full_of_pieces (void)
{
  BtWire wire;
  BtWireEvent event;

  bt_wire_init (&wire, &plain, 0);
  for (size_t i = 0; i < BT_LIMIT_OUTBOX_BLOCKS; i++)
    {
      g_assert_true (bt_wire_can_queue_piece (&wire));
      g_assert_true (bt_wire_send_piece (&wire, 0, 0, 1, i));
    }
  g_assert_false (bt_wire_can_queue_piece (&wire));
  g_assert_false (bt_wire_send_piece (&wire, 0, 0, 1, 0));
  bt_wire_sent (&wire, 14, 0);
  g_assert_false (bt_wire_can_queue_piece (&wire)); /* the cookie is still out */
  g_assert_true (bt_wire_next_event (&wire, &event));
  g_assert_true (bt_wire_send_piece (&wire, 0, 0, 1, 0));
  bt_wire_clear (&wire);
}

/* Moves what one end has to send into the other, in steps of a random size. */
static void
move (BtWire *from, BtWire *to, GRand *random, GString *log)
{
  BtSegment segment;

  while (bt_wire_next_output (from, &segment))
    {
      size_t step = (size_t) g_rand_int_range (random, 1, 40);
      size_t n = MIN (segment.len, step);
      uint8_t bytes[40];

      if (segment.kind == BT_SEGMENT_BYTES)
        memcpy (bytes, segment.bytes, n);
      else
        memset (bytes, (int) segment.cookie, n);
      g_assert_cmpuint (wire_log_input (to, bytes, n, 0, log), ==, n);
      bt_wire_sent (from, n, 0);
    }
}

/* Two ends, a thousand blocks both ways. */
static void
test_pair (void)
{
  static const BtWireConfig config = { { 1000, 16384, 16384 }, true, true };
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  g_autoptr (GString) log = g_string_new (NULL);
  BtWire ends[2];

  for (int i = 0; i < 2; i++)
    {
      bt_wire_init (&ends[i], &config, 0);
      bt_wire_send_unchoke (&ends[i]);
      bt_wire_send_interested (&ends[i]);
    }
  for (int i = 0; i < 2; i++)
    move (&ends[i], &ends[!i], random, log);
  for (uint32_t piece = 0; piece < 1000; piece++)
    {
      BtWire *us = &ends[piece % 2];
      BtWire *them = &ends[(piece + 1) % 2];
      uint32_t length = (uint32_t) g_rand_int_range (random, 1, 50);
      g_autofree char *asked = g_strdup_printf ("request %u 0 %u; ", piece, length);
      g_autoptr (GString) got = g_string_new (NULL);

      g_assert_true (bt_wire_send_request (us, piece, 0, length));
      g_string_truncate (log, 0);
      move (us, them, random, log);
      g_assert_cmpstr (log->str, ==, asked);
      g_assert_true (bt_wire_send_piece (them, piece, 0, length, piece));
      g_string_truncate (log, 0);
      move (them, us, random, log);
      g_string_printf (got, "piece %u 0 %u; ", piece, length);
      for (uint32_t i = 0; i < length; i++)
        g_string_append_printf (got, "%02x", piece & 0xff);
      g_string_append_printf (got, "; piece-end %u 0 %u; ", piece, length);
      g_assert_cmpstr (log->str, ==, got->str);
      g_string_truncate (log, 0);
      wire_log_events (them, log);
      g_string_printf (got, "sent %u 0 %u of %u; ", piece, length, piece);
      g_assert_cmpstr (log->str, ==, got->str);
      g_assert_cmpuint (them->requests, ==, 0);
    }
  for (int i = 0; i < 2; i++)
    bt_wire_clear (&ends[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire-send/messages", test_messages);
  g_test_add_func ("/wire-send/segments", test_segments);
  g_test_add_func ("/wire-send/bitfields", test_bitfields);
  g_test_add_func ("/wire-send/no-bitfield", test_no_bitfield);
  g_test_add_func ("/wire-send/flags", test_flags);
  g_test_add_func ("/wire-send/request-choked", test_request_choked);
  g_test_add_func ("/wire-send/choke-requests", test_choke_requests);
  g_test_add_func ("/wire-send/cancel-piece", test_cancel_piece);
  g_test_add_func ("/wire-send/cancel-begun", test_cancel_begun);
  g_test_add_func ("/wire-send/steal", test_steal);
  g_test_add_func ("/wire-send/drain", test_drain);
  g_test_add_func ("/wire-send/full", test_full);
  g_test_add_func ("/wire-send/full-of-pieces", test_full_of_pieces);
  g_test_add_func ("/wire-send/pair", test_pair);
  return g_test_run ();
}
