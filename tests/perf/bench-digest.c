/* bench-digest.c: GiB/s of every table of digest operations, beside OpenSSL's EVP.
 *
 * The tables take turns, so that a slow spell of the machine hits all of them; each figure is the
 * median of the turns. One core, data in the L2 cache. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#include "protocol/digest/btd.h"

#define TURNS 15
#define TURN_US 8000
#define TABLES_MAX 8

#define BUFFER_LEN (1024 * 1024)
#define CHUNK_LEN (128 * 1024)
#define STREAMS_MAX 16

/* Messages of message_len over the buffer, or a chunk for each of so many streams. */
typedef struct
{
  const char *name;
  unsigned streams;
  size_t message_len;
} Case;

static const Case cases[] = {
  { "1 stream", 1, 0 },       { "2 streams", 2, 0 },   { "3 streams", 3, 0 },
  { "4 streams", 4, 0 },      { "6 streams", 6, 0 },   { "8 streams", 8, 0 },
  { "10 streams", 10, 0 },    { "16 streams", 16, 0 }, { "16 KiB messages", 0, 16 * 1024 },
  { "64 B messages", 0, 64 },
};

static void
streams_run (const BtDigestOps *ops, BtDigestKind kind, unsigned n, const uint8_t *buffer,
             unsigned times)
{
  BtDigest digests[STREAMS_MAX];
  BtDigestPart parts[STREAMS_MAX];

  for (unsigned i = 0; i < n; i++)
    {
      ops->init (&digests[i], kind);
      parts[i] = (BtDigestPart){ &digests[i], buffer + (i * CHUNK_LEN) % BUFFER_LEN, CHUNK_LEN };
    }
  for (unsigned i = 0; i < times; i++)
    ops->update (kind, parts, n);
  for (unsigned i = 0; i < n; i++)
    ops->clear (&digests[i]);
}

static void
messages_run (const BtDigestOps *ops, BtDigestKind kind, size_t len, const uint8_t *buffer,
              unsigned times)
{
  size_t n = BUFFER_LEN / 4 / len;
  g_autofree BtDigestMessage *messages = g_new (BtDigestMessage, n);
  g_autofree uint8_t *outs = g_malloc (n * bt_digest_len (kind));

  for (size_t i = 0; i < n; i++)
    messages[i] = (BtDigestMessage){ buffer + i * len, len, outs + i * bt_digest_len (kind) };
  for (unsigned i = 0; i < times; i++)
    ops->hash (kind, messages, n);
}

/* GiB/s of one turn. */
static double
turn (const BtDigestOps *ops, BtDigestKind kind, const Case *c, const uint8_t *buffer)
{
  unsigned times = c->streams > 0 ? MAX (8 / c->streams, 1) : 2;
  size_t len = c->streams > 0 ? c->streams * CHUNK_LEN : BUFFER_LEN / 4;
  int64_t start_us = g_get_monotonic_time ();
  int64_t now_us = start_us;
  double bytes = 0;

  while (now_us - start_us < TURN_US)
    {
      if (c->streams > 0)
        streams_run (ops, kind, c->streams, buffer, times);
      else
        messages_run (ops, kind, c->message_len, buffer, times);
      bytes += (double) times * (double) len;
      now_us = g_get_monotonic_time ();
    }
  return bytes / (double) (now_us - start_us) * 1e6 / (1024.0 * 1024.0 * 1024.0);
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
case_run (const BtDigestOps *const *tables, size_t n, BtDigestKind kind, const Case *c,
          const uint8_t *buffer)
{
  double rates[TABLES_MAX][TURNS];

  for (unsigned t = 0; t < TURNS; t++)
    for (size_t i = 0; i < n; i++)
      rates[i][t] = turn (tables[i], kind, c, buffer);

  printf ("%-8s %-16s", kind == BT_SHA1 ? "SHA-1" : "SHA-256", c->name);
  for (size_t i = 0; i < n; i++)
    {
      qsort (rates[i], TURNS, sizeof rates[i][0], compare_doubles);
      printf (" %16.2f", rates[i][TURNS / 2]);
    }
  printf ("\n");
}

int
main (void)
{
  size_t n;
  const BtDigestOps *const *tables = btd_ops_list (&n);
  g_autofree uint8_t *buffer = g_malloc (BUFFER_LEN);

  n = MIN (n, TABLES_MAX);
  for (size_t i = 0; i < BUFFER_LEN; i++)
    buffer[i] = (uint8_t) (i * 31);

  printf ("%-25s", "GiB/s");
  for (size_t i = 0; i < n; i++)
    printf (" %16s", tables[i]->name);
  printf ("\n");
  for (int kind = 0; kind < BT_DIGEST_KINDS; kind++)
    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
      case_run (tables, n, (BtDigestKind) kind, &cases[i], buffer);
  return EXIT_SUCCESS;
}
