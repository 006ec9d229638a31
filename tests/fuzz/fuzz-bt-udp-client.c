/* fuzz-bt-udp-client.c: a client and a tracker that does as the input says, and the clock too:
 * every request ends once, nothing is sent that is no request, and time alone ends everything. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-udp-client.h"
#include "tests/fuzz/fuzz-target.h"

/* One client, and what it was seen to do. */
typedef struct
{
  BtUdpClient client;
  BtEndpoint tracker;
  uint64_t now_us;
  uint32_t transaction; /* of the packet that was sent last */
  unsigned n_started;
  unsigned n_ended; /* with an event, or cancelled */
  uint32_t last;
} World;

enum
{
  DO_ANNOUNCE,
  DO_SCRAPE,
  DO_CANCEL,
  DO_WAIT,
  DO_ANSWER,  /* to the last packet */
  DO_DATAGRAM /* of any bytes */
};

static void
drain (World *w)
{
  BtUdpClientEvent event;
  BtLent out;

  while (bt_udp_client_next_output (&w->client, &out))
    {
      BtUdpHead head;

      bt_assert (bt_udp_request_peek (out.bytes, out.len, &head) != BT_UDP_JUNK);
      w->transaction = head.transaction_id;
    }
  while (bt_udp_client_next_event (&w->client, &event))
    {
      bt_assert (event.request != 0 && event.n_entries <= BT_LIMIT_SCRAPE_UDP);
      w->n_ended++;
    }
  bt_assert (w->n_started - w->n_ended <= BT_LIMIT_UDP_REQUESTS);
  bt_assert ((bt_udp_client_deadline (&w->client) == UINT64_MAX) == (w->n_started == w->n_ended));
}

static void
start (World *w, uint32_t request)
{
  w->n_started += request != 0;
  w->last = request;
}

static void
do_announce (World *w, const uint8_t *bytes, size_t len)
{
  BtLent url = { bytes, len };
  BtAnnounceRequest request;

  bt_announce_request_init (&request);
  start (w, bt_udp_client_announce (&w->client, &request, &url, w->now_us));
}

static void
do_scrape (World *w, const uint8_t *bytes, size_t len)
{
  BtScrapeRequest request = { bytes, len / BT_INFO_HASH_LEN };

  start (w, bt_udp_client_scrape (&w->client, &request, w->now_us));
}

/* The input is the action and what follows the transaction id. */
static void
do_answer (World *w, const uint8_t *bytes, size_t len)
{
  g_autofree uint8_t *packet = g_malloc0 (8 + len);

  if (len > 0)
    packet[3] = bytes[0];
  for (unsigned i = 0; i < 4; i++)
    packet[4 + i] = (uint8_t) (w->transaction >> (24 - 8 * i));
  if (len > 1)
    memcpy (packet + 8, bytes + 1, len - 1);
  (void) bt_udp_client_input (&w->client, packet, 8 + MAX (len, 1) - 1, &w->tracker, w->now_us);
}

/* To the next deadline, or by so many seconds. */
static void
do_wait (World *w, const uint8_t *bytes, size_t len)
{
  uint64_t deadline_us = bt_udp_client_deadline (&w->client);

  if (len > 0)
    w->now_us += bytes[0] * UINT64_C (1000000);
  else if (deadline_us != UINT64_MAX)
    w->now_us = MAX (w->now_us, deadline_us);
  bt_udp_client_tick (&w->client, w->now_us);
  bt_assert (bt_udp_client_deadline (&w->client) > w->now_us);
}

static void
step (World *w, uint8_t what, const uint8_t *bytes, size_t len)
{
  if (what == DO_ANNOUNCE)
    do_announce (w, bytes, len);
  else if (what == DO_SCRAPE)
    do_scrape (w, bytes, len);
  else if (what == DO_CANCEL && w->last != 0)
    {
      guint before = w->client.requests->len;

      bt_udp_client_cancel (&w->client, w->last);
      w->n_ended += before - w->client.requests->len;
    }
  else if (what == DO_WAIT)
    do_wait (w, bytes, len);
  else if (what == DO_ANSWER)
    do_answer (w, bytes, len);
  else if (what == DO_DATAGRAM)
    (void) bt_udp_client_input (&w->client, bytes, len, &w->tracker, w->now_us);
  drain (w);
}

/* Steps of a byte that says what, a byte of length and as many bytes. */
static void
run (World *w, const uint8_t *data, size_t len)
{
  size_t at = 0;

  while (len - at >= 2)
    {
      size_t n = MIN (data[at + 1], len - at - 2);

      step (w, data[at] % 6, data + at + 2, n);
      at += 2 + n;
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  static const uint8_t seed[BT_SIPHASH_KEY_LEN] = { 15 }; /* and an address */
  World w = { .tracker = bt_endpoint_v4 (seed, 6969) };

  if (len > 0 && (data[0] & 0x80) != 0)
    w.tracker = bt_endpoint_v6 (seed, 6969);
  bt_udp_client_init (&w.client, &w.tracker, seed);
  run (&w, data, len);
  for (unsigned i = 0; w.n_ended < w.n_started; i++)
    {
      bt_assert (i < (BT_UDP_CLIENT_RETRIES + 1) * BT_LIMIT_UDP_REQUESTS);
      do_wait (&w, NULL, 0);
      drain (&w);
    }
  bt_udp_client_clear (&w.client);
  return 0;
}
