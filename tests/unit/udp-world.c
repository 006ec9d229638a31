/* udp-world.c: a tracker's service for tests of its UDP side. */
#include "udp-world.h"

#include <string.h>

#include <glib.h>

/* What requests have for a transaction id. */
#define TRANSACTION 0x01020304u

static bool
journal (void *data, const uint8_t *hashes, size_t n)
{
  UdpWorld *w = data;

  w->n_journalled += (unsigned) n;
  return true;
}

void
udp_world_init (UdpWorld *w, uint32_t burst)
{
  const uint8_t key[] = "0123456789abcdef";
  TrkSwarmsConfig swarms
      = { .key = "0123456789abcdef", .max_swarms = 1000, .max_empty = 1000, .max_peers = 100000 };
  TrkLimiterConfig limiter
      = { .key = "fedcba9876543210", .rate = burst > 0 ? 1 : 0, .burst = burst, .n_buckets = 4096 };
  TrkPolicy policy;

  memset (w, 0, sizeof *w);
  trk_policy_init (&policy);
  swarms.timeout_s = trk_policy_timeout_s (&policy);
  w->parts = (TrkServiceParts){ .swarms = trk_swarms_new (&swarms),
                                .lists = trk_lists_new (key),
                                .limiter = trk_limiter_new (&limiter),
                                .completed = journal,
                                .data = w };
  w->service = trk_service_new (&w->parts, &policy, TRK_MODE_OPEN);
  bt_connection_ids_init (&w->rules.ids, key, false);
}

void
udp_world_clear (UdpWorld *w)
{
  trk_service_free (w->service);
  trk_limiter_free (w->parts.limiter);
  trk_lists_free (w->parts.lists);
  trk_swarms_free (w->parts.swarms);
}

void
udp_world_set_believes (UdpWorld *w, bool believes)
{
  TrkPolicy policy;
  TrkMode mode;

  trk_service_get_policy (w->service, &policy, &mode);
  policy.believes_claims = believes;
  trk_service_set_policy (w->service, &policy, mode);
}

uint64_t
udp_world_count (UdpWorld *w, TrkCount which)
{
  uint64_t counts[TRK_COUNTS];

  trk_service_counts (w->service, counts);
  return counts[which];
}

BtEndpoint
udp_world_endpoint (const char *text)
{
  BtEndpoint out = { 0 };

  g_assert_true (bt_endpoint_parse (text, strlen (text), &out));
  return out;
}

void
udp_world_hash (uint8_t number, uint8_t out[BT_INFO_HASH_LEN])
{
  memset (out, number, BT_INFO_HASH_LEN);
}

BtAnnounceRequest
udp_world_announce (uint64_t left, BtAnnounceEvent event)
{
  BtAnnounceRequest request;

  bt_announce_request_init (&request);
  udp_world_hash (1, request.info_hash);
  request.port = 6881;
  request.left = left;
  request.event = event;
  return request;
}

size_t
udp_world_write_announce (uint8_t *out, size_t size, uint64_t id, const BtAnnounceRequest *request,
                          const char *url)
{
  BtLent url_data = url != NULL ? bt_lent_text (url) : (BtLent){ 0 };
  size_t len = bt_udp_announce_write (out, size, TRANSACTION, request, &url_data);

  g_assert_cmpuint (len, >, 0);
  bt_udp_request_set_id (out, id);
  return len;
}

size_t
udp_world_write_scrape (uint8_t *out, size_t size, uint64_t id, uint8_t n_hashes)
{
  g_autofree uint8_t *hashes = g_malloc ((size_t) n_hashes * BT_INFO_HASH_LEN);
  BtScrapeRequest request = { hashes, n_hashes };
  size_t len;

  for (uint8_t i = 0; i < n_hashes; i++)
    udp_world_hash ((uint8_t) (i + 1), hashes + (size_t) i * BT_INFO_HASH_LEN);
  len = bt_udp_scrape_write (out, size, TRANSACTION, &request);
  g_assert_cmpuint (len, >, 0);
  bt_udp_request_set_id (out, id);
  return len;
}
