/* test-bt-wire.c: reading: every message, every rule broken, any split of the bytes; time. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-wire.h"
#include "tests/unit/wire-log.h"

#define SECOND UINT64_C (1000000)

/* Ten pieces of 32 KiB, the last of 4 KiB. */
static const BtWireGeometry geometry = { 10, 0x8000, 0x1000 };

typedef enum
{
  PLAIN,
  FAST,
  EXTENDED,
  V2,
  UNSIZED, /* fast and extended, the torrent's size not being known */
  N_MODES
} Mode;

static const BtWireConfig configs[N_MODES] = {
  [PLAIN] = { { 10, 0x8000, 0x1000 }, false, false },
  [FAST] = { { 10, 0x8000, 0x1000 }, true, false },
  [EXTENDED] = { { 10, 0x8000, 0x1000 }, false, true },
  [V2] = { { 10, 0x8000, 0x1000 }, true, false, true },
  [UNSIZED] = { { 0, 0, 0 }, true, true },
};

#define ROOT "0707070707070707070707070707070707070707070707070707070707070707"

static const struct
{
  Mode mode;
  const char *bytes;
  const char *log;
} cases[] = {
  /* every message */
  { PLAIN, "00000000", "" },
  { PLAIN, "00000000 00000000 00000005 04 00000000", "have 0; " },
  { PLAIN, "00000001 01 00000001 00", "unchoke; choke; " },
  { PLAIN, "00000001 02 00000001 03", "interested; not-interested; " },
  { PLAIN, "00000005 04 00000009", "have 9; " },
  { PLAIN, "00000003 05 ffc0", "bitfield ffc0; " },
  { PLAIN, "00000003 05 0000", "bitfield 0000; " },
  { PLAIN, "0000000d 08 00000001 00004000 00004000", "cancel 1 16384 16384; " },
  { PLAIN, "0000000c 07 00000009 00000ffd 616263", "piece 9 4093 3; 616263; piece-end 9 4093 3; " },
  { PLAIN, "0000000a 07 00000000 00000000 ff 00000001 02",
    "piece 0 0 1; ff; piece-end 0 0 1; interested; " },
  { PLAIN, "00000003 09 1ae1", "port 6881; " },
  { FAST, "00000005 0d 00000003", "suggest 3; " },
  { FAST, "00000001 0e", "have-all; " },
  { FAST, "00000001 0f", "have-none; " },
  { FAST, "0000000d 10 00000009 00000000 00001000", "reject 9 0 4096; " },
  { FAST, "00000005 11 00000003", "allowed-fast 3; " },
  { FAST, "0000000d 06 00000009 00000000 00001000", "request 9 0 4096; " },
  { FAST, "0000000d 06 00000000 00004000 00004000", "request 0 16384 16384; " },
  { EXTENDED, "00000004 14 00 6465", "extended 0 6465; " },
  { EXTENDED, "00000002 14 03 00000001 01", "extended 3 ; unchoke; " },

  /* what changes nothing is taken in silence */
  { PLAIN, "00000001 00 00000001 03", "" },
  { PLAIN, "00000001 01 00000001 01 00000001 02 00000001 02", "unchoke; interested; " },
  /* so is a request while we choke, without BEP 6 */
  { PLAIN, "0000000d 06 00000009 00000000 00001000", "" },
  /* and what we do not know */
  { PLAIN, "00000004 15 010203 00000001 01", "unchoke; " },
  { PLAIN, "00000001 0a 00000001 01", "unchoke; " },
  { PLAIN, "00000003 ff 0000 00000001 01", "unchoke; " },
  { PLAIN, "00000004 14 00 6465 00000001 01", "unchoke; " },

  /* a bitfield may follow what says nothing of pieces */
  { EXTENDED, "00000004 14 00 6465 00000003 09 1ae1 00000001 ff 00000000 00000003 05 8000",
    "extended 0 6465; port 6881; bitfield 8000; " },

  /* before the torrent's size is known */
  { UNSIZED, "00000004 05 ffffff", "bitfield ffffff; " },
  { UNSIZED, "00000005 04 003fffff", "have 4194303; " },
  { UNSIZED, "00000005 04 00400000", "ended index; " },
  { UNSIZED, "00000001 05", "ended bitfield-length; " },
  { UNSIZED, "00080002 05", "ended bitfield-length; " },
  { UNSIZED, "0000000d 06 00000000 00000000 00001000", "ended no-pieces; " },
  { UNSIZED, "0000000d 08 00000000 00000000 00001000", "ended no-pieces; " },
  { UNSIZED, "0000000d 10 00000000 00000000 00001000", "ended no-pieces; " },
  { UNSIZED, "0000000a 07 00000000 00000000 ff", "ended no-pieces; " },

  /* lengths */
  { PLAIN, "0010000a", "ended too-long; " },
  { PLAIN, "ffffffff", "ended too-long; " },
  { EXTENDED, "00100003 14 00", "ended too-long; " },
  { PLAIN, "00000002 00 00", "ended wrong-length; " },
  { PLAIN, "00000002 01 00", "ended wrong-length; " },
  { PLAIN, "00000002 02 00", "ended wrong-length; " },
  { PLAIN, "00000002 03 00", "ended wrong-length; " },
  { PLAIN, "00000001 04", "ended wrong-length; " },
  { PLAIN, "00000004 04 000000", "ended wrong-length; " },
  { PLAIN, "00000006 04 00000000 00", "ended wrong-length; " },
  { PLAIN, "0000000c 06 00000000 00000000 000000", "ended wrong-length; " },
  { PLAIN, "0000000e 06 00000000 00000000 00000001 00", "ended wrong-length; " },
  { PLAIN, "00000008 07 00000000 000000", "ended wrong-length; " },
  { PLAIN, "0000000c 08 00000000 00000000 000000", "ended wrong-length; " },
  { PLAIN, "00000002 09 00", "ended wrong-length; " },
  { PLAIN, "00000004 09 000000", "ended wrong-length; " },
  { FAST, "00000004 0d 000000", "ended wrong-length; " },
  { FAST, "00000002 0e 00", "ended wrong-length; " },
  { FAST, "00000002 0f 00", "ended wrong-length; " },
  { FAST, "00000001 10", "ended wrong-length; " },
  { FAST, "00000006 11 00000000 00", "ended wrong-length; " },
  { EXTENDED, "00000001 14", "ended wrong-length; " },

  /* ranges */
  { PLAIN, "00000005 04 0000000a", "ended index; " },
  { PLAIN, "00000005 04 ffffffff", "ended index; " },
  { FAST, "00000005 0d 0000000a", "ended index; " },
  { FAST, "00000005 11 0000000a", "ended index; " },
  { FAST, "0000000d 06 0000000a 00000000 00000001", "ended index; " },
  { FAST, "0000000d 06 00000000 00000000 00000000", "ended request-length; " },
  { FAST, "0000000d 06 00000000 00000000 00020001", "ended request-length; " },
  { FAST, "0000000d 06 00000000 00004000 00004001", "ended request-range; " },
  { FAST, "0000000d 06 00000000 ffffffff 00000001", "ended request-range; " },
  { FAST, "0000000d 06 00000009 00000000 00001001", "ended request-range; " },
  { PLAIN, "0000000d 06 00000009 00000000 00001001", "ended request-range; " },
  { PLAIN, "0000000d 08 00000009 00000000 00001001", "ended request-range; " },
  { FAST, "0000000d 10 00000009 00001000 00000001", "ended request-range; " },
  { PLAIN, "0000000a 07 0000000a 00000000 ff", "ended index; " },
  { PLAIN, "00000009 07 00000000 00000000", "ended block-length; " },
  { PLAIN, "0002000a 07 00000000 00000000", "ended block-length; " },
  { PLAIN, "0000000a 07 00000009 00001000 ff", "ended block-range; " },
  { PLAIN, "0000000a 07 00000000 ffffffff ff", "ended block-range; " },

  /* bitfields */
  { PLAIN, "00000002 05 ff", "ended bitfield-length; " },
  { PLAIN, "00000004 05 ffc000", "ended bitfield-length; " },
  { PLAIN, "00000001 05", "ended bitfield-length; " },
  { PLAIN, "00000003 05 ffe0", "ended bitfield-spare; " },
  { PLAIN, "00000003 05 0001", "ended bitfield-spare; " },
  { PLAIN, "00000003 05 ffc0 00000003 05 ffc0", "bitfield ffc0; bitfield ffc0; " },
  { PLAIN, "00000005 04 00000000 00000003 05 ffc0", "have 0; bitfield ffc0; " },
  { PLAIN, "00000001 02 00000003 05 ffc0", "interested; bitfield ffc0; " },
  { PLAIN, "00000001 00 00000003 05 ffc0", "bitfield ffc0; " },
  { FAST, "00000001 0e 00000001 0e", "have-all; ended bitfield-late; " },
  { FAST, "00000001 0f 00000003 05 ffc0", "have-none; bitfield ffc0; " },
  { FAST, "00000003 05 ffc0 00000001 0f", "bitfield ffc0; ended bitfield-late; " },

  /* BEP 6 without BEP 6 */
  { PLAIN, "00000005 0d 00000003", "ended fast-disabled; " },
  { PLAIN, "00000001 0e", "ended fast-disabled; " },
  { PLAIN, "00000001 0f", "ended fast-disabled; " },
  { PLAIN, "0000000d 10 00000009 00000000 00001000", "ended fast-disabled; " },
  { PLAIN, "00000005 11 00000003", "ended fast-disabled; " },

  /* hashes (BEP 52) */
  { V2, "00000031 15" ROOT "00000000 00000002 00000002 00000001", "hash-request 0 2 2 1; " },
  { V2, "00000031 17" ROOT "00000004 00000200 00000200 0000000a", "hash-reject 4 512 512 10; " },
  { V2, "00000071 16" ROOT "00000001 00000000 00000002 00000000" ROOT ROOT "00000001 01",
    "hashes 1 0 2 0 of 2; unchoke; " },
  { V2, "00000091 16" ROOT "00000001 00000000 00000002 00000001" ROOT ROOT ROOT,
    "hashes 1 0 2 1 of 3; " },
  { V2, "00000091 16" ROOT "00000001 00000000 00000002 00000000" ROOT ROOT ROOT, "ended hashes; " },
  { V2, "00000031 15" ROOT "00000000 00000001 00000002 00000001", "ended hashes; " },
  { V2, "00000031 17" ROOT "00000000 00000000 00000003 00000001", "ended hashes; " },
  { V2, "00000030 15", "ended wrong-length; " },
  { V2, "00000032 15", "ended wrong-length; " },
  { V2, "00000031 16", "ended wrong-length; " },
  { V2, "00000001 17", "ended wrong-length; " },
  { PLAIN, "00000031 15" ROOT "00000000 00000001 00000002 00000001 00000001 01", "unchoke; " },

  /* nothing is read after the end */
  { PLAIN, "00000002 00 00 00000001 01 00000001 02", "ended wrong-length; " },
};

static char *
log_of (Mode mode, const GByteArray *bytes, size_t part)
{
  GString *log = g_string_new (NULL);
  BtWire wire;

  bt_wire_init (&wire, &configs[mode], 0);
  wire_log_parts (&wire, bytes->data, bytes->len, part, log);
  bt_wire_clear (&wire);
  return g_string_free (log, FALSE);
}

static void
test_messages (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) bytes = wire_log_bytes (cases[i].bytes);

      g_test_message ("%s", cases[i].bytes);
      for (size_t part = 1; part <= bytes->len; part++)
        {
          g_autofree char *log = log_of (cases[i].mode, bytes, part);

          g_assert_cmpstr (log, ==, cases[i].log);
        }
    }
}

/* All that ends well, one behind the other, cut at random places. */
static void
test_random_splits (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (GByteArray) bytes = wire_log_bytes ("00000001 0e");
  g_autofree char *whole = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    if (cases[i].mode == FAST && strstr (cases[i].log, "have-") == NULL
        && strstr (cases[i].log, "ended") == NULL)
      {
        g_autoptr (GByteArray) more = wire_log_bytes (cases[i].bytes);

        g_byte_array_append (bytes, more->data, more->len);
      }
  whole = log_of (FAST, bytes, bytes->len);
  for (int turn = 0; turn < 200; turn++)
    {
      g_autoptr (GString) log = g_string_new (NULL);
      BtWire wire;
      size_t at = 0;

      bt_wire_init (&wire, &configs[FAST], 0);
      while (at < bytes->len)
        {
          size_t len = (size_t) g_rand_int_range (random, 1, 30);

          len = MIN (len, bytes->len - at);
          at += wire_log_input (&wire, bytes->data + at, len, 0, log);
        }
      g_assert_cmpstr (log->str, ==, whole);
      bt_wire_clear (&wire);
    }
}

/* Every message may be as long as the limit, and its memory is given back. */
static void
test_long (void)
{
  static const size_t parts[] = { 1 * BT_MIB + 13, 100000, 1 };
  g_autoptr (GByteArray) bytes = wire_log_bytes ("00100009 14 05");
  size_t body = bytes->len;

  g_byte_array_set_size (bytes, (guint) (4 + BT_LIMIT_WIRE_MESSAGE));
  memset (bytes->data + body, 'x', bytes->len - body);
  for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      BtWire wire;
      BtWireEvent event;

      bt_wire_init (&wire, &configs[EXTENDED], 0);
      for (size_t at = 0; at < bytes->len; at += parts[i])
        {
          size_t len = MIN (parts[i], bytes->len - at);

          g_assert_cmpuint (bt_wire_input (&wire, bytes->data + at, len, 0), ==, len);
        }
      g_assert_true (bt_wire_next_event (&wire, &event));
      g_assert_cmpmem (event.bytes, event.len, bytes->data + body, bytes->len - body);
      g_assert_cmpuint (bt_wire_input (&wire, (const uint8_t *) "", 1, 0), ==, 1);
      g_assert_cmpuint (wire.in.body.size, ==, 0);
      bt_wire_clear (&wire);
    }
}

/* Unknown messages are counted, and as long as they like within the limit. */
static void
test_skip (void)
{
  g_autoptr (GByteArray) bytes = wire_log_bytes ("00100009 63");
  g_autoptr (GString) log = g_string_new (NULL);
  BtWire wire;

  g_byte_array_set_size (bytes, (guint) (4 + BT_LIMIT_WIRE_MESSAGE));
  memset (bytes->data + 5, 0xff, bytes->len - 5);
  bt_wire_init (&wire, &configs[PLAIN], 0);
  wire_log_parts (&wire, bytes->data, bytes->len, 999, log);
  wire_log_parts (&wire, (const uint8_t *) "\0\0\0\1\1\0\0\0\1\1", 10, 10, log);
  g_assert_cmpstr (log->str, ==, "unchoke; ");
  g_assert_cmpuint (wire.counts.unknown, ==, 1);
  g_assert_cmpuint (wire.counts.redundant, ==, 1);
  g_assert_cmpuint (wire.in.body.size, ==, 0);
  bt_wire_clear (&wire);
}

/* A block that is not wanted is swallowed, from its beginning or from the middle; its end is told.
 */
static void
test_discard (void)
{
  for (size_t first = 0; first < 3; first++)
    for (size_t part = 1; part < 10; part++)
      {
        g_autoptr (GByteArray) bytes
            = wire_log_bytes ("0000000c 07 00000009 00000ffd 616263 00000001 01");
        g_autoptr (GString) log = g_string_new (NULL);
        BtWire wire;
        size_t want = 0;

        bt_wire_init (&wire, &configs[PLAIN], 0);
        g_assert_cmpuint (bt_wire_input (&wire, bytes->data, bytes->len, 0), ==, 13);
        g_assert_false (bt_wire_want (&wire, &want)); /* the event comes first */
        g_assert_cmpuint (bt_wire_input (&wire, bytes->data + 13, 8, 0), ==, 0);
        wire_log_events (&wire, log);
        g_assert_true (bt_wire_want (&wire, &want));
        g_assert_cmpuint (want, ==, 3);
        g_assert_cmpuint (bt_wire_input (&wire, bytes->data + 13, 8, 0), ==, 0);
        bt_wire_took (&wire, first, 0);
        bt_wire_discard (&wire);
        g_assert_false (bt_wire_want (&wire, &want));
        wire_log_parts (&wire, bytes->data + 13 + first, 8 - first, part, log);
        g_assert_cmpstr (log->str, ==, "piece 9 4093 3; piece-end 9 4093 3; unchoke; ");
        bt_wire_clear (&wire);
      }
}

/* A bitfield that began before the torrent's size was known is held to it when it ends. */
static void
test_geometry_late (void)
{
  static const struct
  {
    const char *bytes;
    const char *log;
  } late[] = {
    { "00000003 05 ffc0", "bitfield ffc0; " },
    { "00000003 05 ffe0", "ended bitfield-spare; " },
    { "00000004 05 ffc000", "ended bitfield-length; " },
    { "00000002 05 ff", "ended bitfield-length; " },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (late); i++)
    {
      g_autoptr (GByteArray) bytes = wire_log_bytes (late[i].bytes);
      g_autoptr (GString) log = g_string_new (NULL);
      BtWire wire;

      bt_wire_init (&wire, &configs[UNSIZED], 0);
      wire_log_parts (&wire, bytes->data, 5, 5, log);
      bt_wire_set_geometry (&wire, &geometry);
      wire_log_parts (&wire, bytes->data + 5, bytes->len - 5, 1, log);
      g_assert_cmpstr (log->str, ==, late[i].log);
      bt_wire_clear (&wire);
    }
}

/* More requests than the limit are refused, with a reject if there is such a thing; a peer that
 * goes on is at its end, one that waits is not. */
static void
test_too_many_requests (void)
{
  for (int fast = 0; fast < 2; fast++)
    {
      g_autoptr (GByteArray) request = wire_log_bytes ("0000000d 06 00000009 00000000 00001000");
      g_autoptr (GString) log = g_string_new (NULL);
      g_autofree char *sent = NULL;
      BtWire wire;

      bt_wire_init (&wire, &configs[fast ? FAST : PLAIN], 0);
      bt_wire_send_unchoke (&wire);
      for (unsigned i = 0; i < BT_LIMIT_REQUESTS_QUEUED; i++)
        wire_log_parts (&wire, request->data, request->len, 17, log);
      g_assert_cmpuint (wire.requests, ==, BT_LIMIT_REQUESTS_QUEUED);
      g_string_truncate (log, 0);
      for (int turn = 0; turn < 2; turn++)
        {
          for (unsigned i = 0; i < BT_LIMIT_REJECTS; i++)
            wire_log_parts (&wire, request->data, request->len, 17, log);
          g_assert_cmpstr (log->str, ==, "");
          bt_wire_reject (&wire, 9, 0, 4096);
          wire_log_parts (&wire, request->data, request->len, 17, log);
          g_assert_cmpstr (log->str, ==, "request 9 0 4096; ");
          g_string_truncate (log, 0);
        }
      sent = wire_log_output (&wire, SIZE_MAX);
      g_assert_cmpuint (strlen (sent) / 2, ==, 5 + (fast ? 17 * (2 * BT_LIMIT_REJECTS + 2) : 0));
      for (unsigned i = 0; i <= BT_LIMIT_REJECTS; i++)
        wire_log_parts (&wire, request->data, request->len, 17, log);
      g_assert_cmpstr (log->str, ==, "ended too-many-requests; ");
      g_assert_cmpuint (wire.counts.refused, ==, 3 * BT_LIMIT_REJECTS + 1);
      bt_wire_clear (&wire);
    }
}

/* What tells nothing new is borne in some number and at some pace; who goes on is at its end. */
static const char *const chatter[] = {
  "00000000",                /* keep-alive */
  "00000002 63 00",          /* of no kind that there is */
  "00000001 01 00000001 00", /* unchoke, choke */
  "00000001 02",             /* interested, again and again */
  "00000001 02 00000001 03", /* and not */
  "00000003 09 1ae1",        /* port */
  "00000005 0d 00000001",    /* suggest */
  "00000005 11 00000001",    /* allowed fast */
  "00000003 05 ff c0",       /* bitfield */
  "00000004 14 00 6465",     /* extended handshake */
};

static void
test_chatter (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (chatter); i++)
    {
      g_autoptr (GByteArray) bytes = wire_log_bytes (chatter[i]);
      g_autoptr (GString) log = g_string_new (NULL);
      uint64_t now_us = SECOND;
      BtWire wire;
      unsigned n = 0;

      g_test_message ("%s", chatter[i]);
      bt_wire_init (&wire, &configs[FAST], now_us);
      for (; n < BT_LIMIT_CHATTER / 2; n++)
        (void) wire_log_input (&wire, bytes->data, bytes->len, now_us, log);
      for (; n < 2 * BT_LIMIT_CHATTER; n++) /* as many again, but not faster than is borne */
        (void) wire_log_input (&wire, bytes->data, bytes->len,
                               now_us += 2 * SECOND / BT_LIMIT_CHATTER_PER_SECOND, log);
      g_assert_cmpint (wire.error, ==, BT_WIRE_OK);
      for (; n < 4 * BT_LIMIT_CHATTER; n++)
        (void) wire_log_input (&wire, bytes->data, bytes->len, now_us, log);
      g_assert_true (g_str_has_suffix (log->str, "ended chatter; "));
      bt_wire_clear (&wire);
    }
}

static void
test_keep_alive (void)
{
  BtWire wire;
  BtSegment segment;
  g_autofree char *sent = NULL;
  g_autoptr (GString) log = g_string_new (NULL);

  bt_wire_init (&wire, &configs[PLAIN], 5 * SECOND);
  g_assert_cmpuint (bt_wire_deadline (&wire), ==, 105 * SECOND);
  bt_wire_tick (&wire, 105 * SECOND - 1);
  g_assert_cmpuint (bt_wire_queued (&wire), ==, 0);
  bt_wire_tick (&wire, 105 * SECOND);
  g_assert_cmpuint (bt_wire_queued (&wire), ==, 4);
  g_assert_cmpuint (bt_wire_deadline (&wire), ==, 125 * SECOND);
  (void) wire_log_input (&wire, (const uint8_t *) "\0", 1, 106 * SECOND, log);
  g_assert_cmpuint (bt_wire_deadline (&wire), ==, 205 * SECOND);
  bt_wire_tick (&wire, 205 * SECOND); /* the first still waits: no second */
  g_assert_true (bt_wire_next_output (&wire, &segment));
  g_assert_cmpmem (segment.bytes, segment.len, "\0\0\0\0", 4);
  bt_wire_sent (&wire, 4, 210 * SECOND);
  g_assert_cmpuint (bt_wire_queued (&wire), ==, 0);
  bt_wire_touch (&wire, 300 * SECOND);
  g_assert_cmpuint (bt_wire_deadline (&wire), ==, 310 * SECOND);
  bt_wire_send_interested (&wire);
  sent = wire_log_output (&wire, 1);
  g_assert_cmpstr (sent, ==, "0000000102");
  bt_wire_clear (&wire);
}

/* Any byte of input, or of a block that was placed, keeps a peer alive. */
static void
test_idle (void)
{
  static const struct
  {
    uint64_t now_us;
    size_t input;
    size_t took;
    uint64_t deadline_us;
  } steps[] = {
    { 60 * SECOND, 1, 0, 180 * SECOND },
    { 170 * SECOND, 12, 0, 290 * SECOND },
    { 280 * SECOND, 0, 1, 400 * SECOND },
    { 390 * SECOND, 0, 0, 400 * SECOND },
  };
  g_autoptr (GByteArray) bytes = wire_log_bytes ("0000000c 07 00000009 00000ffd 616263");
  g_autoptr (GString) log = g_string_new (NULL);
  const uint8_t *at = bytes->data;
  size_t want;
  BtWire wire;

  bt_wire_init (&wire, &configs[PLAIN], 0);
  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      bt_wire_sent (&wire, 0, steps[i].now_us);
      at += bt_wire_input (&wire, at, steps[i].input, steps[i].now_us);
      wire_log_events (&wire, log);
      bt_wire_took (&wire, steps[i].took, steps[i].now_us);
      wire.output_us = steps[i].now_us + 60 * SECOND;
      g_assert_cmpuint (bt_wire_deadline (&wire), ==, steps[i].deadline_us);
    }
  bt_wire_tick (&wire, 400 * SECOND - 1);
  g_assert_cmpint (wire.error, ==, BT_WIRE_OK);
  bt_wire_tick (&wire, 400 * SECOND);
  wire_log_events (&wire, log);
  g_assert_cmpstr (log->str, ==, "piece 9 4093 3; ended idle; ");
  g_assert_cmpuint (bt_wire_deadline (&wire), ==, UINT64_MAX);
  g_assert_false (bt_wire_want (&wire, &want));
  g_assert_cmpuint (bt_wire_input (&wire, at, 1, 400 * SECOND), ==, 0);
  bt_wire_tick (&wire, 500 * SECOND);
  wire_log_events (&wire, log);
  g_assert_cmpstr (log->str, ==, "piece 9 4093 3; ended idle; ");
  bt_wire_clear (&wire);
}

/* Each reason has a name of its own. */
static void
test_error_names (void)
{
  for (int i = 0; i < BT_WIRE_ERROR_COUNT; i++)
    for (int j = 0; j < i; j++)
      g_assert_cmpstr (bt_wire_error_name ((BtWireError) i), !=,
                       bt_wire_error_name ((BtWireError) j));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/messages", test_messages);
  g_test_add_func ("/wire/random-splits", test_random_splits);
  g_test_add_func ("/wire/long", test_long);
  g_test_add_func ("/wire/skip", test_skip);
  g_test_add_func ("/wire/discard", test_discard);
  g_test_add_func ("/wire/geometry-late", test_geometry_late);
  g_test_add_func ("/wire/too-many-requests", test_too_many_requests);
  g_test_add_func ("/wire/chatter", test_chatter);
  g_test_add_func ("/wire/keep-alive", test_keep_alive);
  g_test_add_func ("/wire/idle", test_idle);
  g_test_add_func ("/wire/error-names", test_error_names);
  return g_test_run ();
}
