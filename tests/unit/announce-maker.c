/* announce-maker.c: random announces and answers. */
#include "tests/unit/announce-maker.h"

#include <string.h>

void
announce_fill (GRand *rand, uint8_t *out, size_t len)
{
  for (size_t i = 0; i < len; i++)
    out[i] = (uint8_t) g_rand_int (rand);
}

static bool
coin (GRand *rand)
{
  return g_rand_boolean (rand);
}

/* Small and large ones alike. */
static uint64_t
any_count (GRand *rand)
{
  uint64_t value = (uint64_t) g_rand_int (rand) << 32 | g_rand_int (rand);

  return value >> g_rand_int_range (rand, 1, 64);
}

static BtEndpoint
any_endpoint (GRand *rand, BtFamily family, uint16_t port)
{
  uint8_t addr[16];

  announce_fill (rand, addr, sizeof addr);
  addr[0] |= 1; /* neither unsaid nor a mapped IPv4 address */
  return family == BT_FAMILY_V4 ? bt_endpoint_v4 (addr, port) : bt_endpoint_v6 (addr, port);
}

static BtLent
any_text (GRand *rand, uint8_t text[40])
{
  announce_fill (rand, text, 40);
  return (BtLent){ text, (size_t) g_rand_int_range (rand, 1, 41) };
}

void
announce_make_request (GRand *rand, BtAnnounceRequest *out, AnnounceBytes *bytes)
{
  bt_announce_request_init (out);
  announce_fill (rand, out->info_hash, sizeof out->info_hash);
  announce_fill (rand, out->peer_id, sizeof out->peer_id);
  out->port = (uint16_t) g_rand_int_range (rand, 1, 65536);
  out->event = (BtAnnounceEvent) g_rand_int_range (rand, 0, BT_ANNOUNCE_PAUSED + 1);
  out->uploaded = any_count (rand);
  out->downloaded = any_count (rand);
  if (coin (rand))
    out->left = any_count (rand);
  if (coin (rand))
    out->corrupt = any_count (rand);
  if (coin (rand))
    out->redundant = any_count (rand);
  if (coin (rand))
    out->numwant = g_rand_int_range (rand, 0, INT32_MAX);
  out->has_key = coin (rand);
  out->key = out->has_key ? g_rand_int (rand) : 0;
  out->compact = coin (rand);
  out->no_peer_id = coin (rand);
  out->supports_crypto = coin (rand);
  out->requires_crypto = coin (rand);
  if (coin (rand))
    out->ipv4 = any_endpoint (rand, BT_FAMILY_V4, coin (rand) ? out->port : 0);
  if (coin (rand))
    out->ipv6 = any_endpoint (rand, BT_FAMILY_V6, coin (rand) ? out->port : 0);
  if (coin (rand))
    out->tracker_id = any_text (rand, bytes->text[0]);
}

static BtLent
any_peers (GRand *rand, uint8_t *out, size_t peer_len)
{
  size_t n = (size_t) g_rand_int_range (rand, 0, 51);

  announce_fill (rand, out, n * peer_len);
  for (size_t i = 0; i < n; i++)
    {
      out[i * peer_len] |= 1;
      out[i * peer_len + peer_len - 1] |= 1;
    }
  return (BtLent){ out, n * peer_len };
}

void
announce_make_reply (GRand *rand, BtAnnounceReply *out, AnnounceBytes *bytes)
{
  bt_announce_reply_init (out);
  out->interval_s = (uint32_t) g_rand_int_range (rand, 1, INT32_MAX);
  out->min_interval_s = coin (rand) ? (uint32_t) g_rand_int_range (rand, 1, INT32_MAX) : 0;
  out->complete = coin (rand) ? g_rand_int (rand) : BT_UNSAID;
  out->incomplete = coin (rand) ? g_rand_int (rand) : BT_UNSAID;
  out->downloaded = coin (rand) ? g_rand_int (rand) : BT_UNSAID;
  out->downloaders = coin (rand) ? g_rand_int (rand) : BT_UNSAID;
  if (coin (rand))
    out->external = any_endpoint (rand, coin (rand) ? BT_FAMILY_V4 : BT_FAMILY_V6, 0);
  out->peers_v4 = any_peers (rand, bytes->peers_v4, BT_COMPACT_V4_LEN);
  out->peers_v6 = any_peers (rand, bytes->peers_v6, BT_COMPACT_V6_LEN);
  announce_fill (rand, bytes->peer_ids, sizeof bytes->peer_ids);
  out->peer_ids = bytes->peer_ids;
  if (coin (rand))
    out->tracker_id = any_text (rand, bytes->text[1]);
  if (coin (rand))
    out->warning = any_text (rand, bytes->text[2]);
}

static void
compare_endpoints (const BtEndpoint *a, const BtEndpoint *b)
{
  g_assert_cmpmem (a, sizeof *a, b, sizeof *b);
}

void
announce_compare_requests (const BtAnnounceRequest *a, const BtAnnounceRequest *b)
{
  g_assert_cmpmem (a->info_hash, sizeof a->info_hash, b->info_hash, sizeof b->info_hash);
  g_assert_cmpmem (a->peer_id, sizeof a->peer_id, b->peer_id, sizeof b->peer_id);
  g_assert_cmpuint (a->port, ==, b->port);
  g_assert_cmpint (a->event, ==, b->event);
  g_assert_cmpuint (a->uploaded, ==, b->uploaded);
  g_assert_cmpuint (a->downloaded, ==, b->downloaded);
  g_assert_cmpuint (a->left, ==, b->left);
  g_assert_cmpuint (a->corrupt, ==, b->corrupt);
  g_assert_cmpuint (a->redundant, ==, b->redundant);
  g_assert_cmpint (a->numwant, ==, b->numwant);
  g_assert_cmpuint (a->key, ==, b->key);
  g_assert_cmpint (a->has_key, ==, b->has_key);
  g_assert_cmpint (a->compact, ==, b->compact);
  g_assert_cmpint (a->no_peer_id, ==, b->no_peer_id);
  g_assert_cmpint (a->supports_crypto, ==, b->supports_crypto);
  g_assert_cmpint (a->requires_crypto, ==, b->requires_crypto);
  compare_endpoints (&a->ipv4, &b->ipv4);
  compare_endpoints (&a->ipv6, &b->ipv6);
}

static void
compare_lent (const BtLent *a, const BtLent *b)
{
  g_assert_cmpint (a->bytes == NULL, ==, b->bytes == NULL);
  g_assert_cmpmem (a->bytes, a->len, b->bytes, b->len);
}

void
announce_compare_replies (const BtAnnounceReply *a, const BtAnnounceReply *b)
{
  g_assert_cmpuint (a->interval_s, ==, b->interval_s);
  g_assert_cmpuint (a->min_interval_s, ==, b->min_interval_s);
  g_assert_cmpint (a->complete, ==, b->complete);
  g_assert_cmpint (a->incomplete, ==, b->incomplete);
  g_assert_cmpint (a->downloaded, ==, b->downloaded);
  g_assert_cmpint (a->downloaders, ==, b->downloaders);
  g_assert_cmpuint (a->retry_min, ==, b->retry_min);
  compare_endpoints (&a->external, &b->external);
  compare_lent (&a->tracker_id, &b->tracker_id);
  compare_lent (&a->warning, &b->warning);
  compare_lent (&a->failure, &b->failure);
}

char *
announce_exact (const void *data, size_t len)
{
  char *copy = g_malloc (MAX (len, 1));

  if (len > 0)
    memcpy (copy, data, len);
  return copy;
}
