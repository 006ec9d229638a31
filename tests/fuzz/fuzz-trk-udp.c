/* fuzz-trk-udp.c: any datagrams, one after the other, to the UDP side of a tracker: who has no good
 * connection id is sent nothing, or as much as it sent to ask for one; nothing is answered longer
 * than a datagram may be.
 *
 * An input is a row of datagrams: a byte of flags, the seconds since the one before, a length of
 * two bytes, and that many bytes or what is left. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-cursor.h"
#include "protocol/tracker/bt-udp-tracker.h"
#include "tests/fuzz/fuzz-target.h"
#include "tracker-server/front/trk-udp-answer.h"

enum
{
  FLAG_V6 = 1,
  FLAG_ID = 2,       /* the right connection id is put into the datagram */
  FLAG_BELIEVES = 4, /* the rules, for this datagram */
  FLAG_ASKS_URL = 8,
  FLAG_OTHER_HOST = 16
};

typedef struct
{
  TrkServiceParts parts;
  TrkService *service;
  TrkWorker *worker;
  TrkUdpRules rules;
  uint64_t now_us;
} Tracker;

static const char *
refuse (void *data, const uint8_t *url, size_t len)
{
  return len > 0 && memchr (url, 'x', len) != NULL ? "x" : NULL;
}

static void
tracker_init (Tracker *t)
{
  const uint8_t key[] = "0123456789abcdef";
  TrkSwarmsConfig swarms
      = { .key = "0123456789abcdef", .max_swarms = 8, .max_empty = 4, .max_peers = 16 };
  TrkLimiterConfig limiter = { .key = "0123456789abcdef", .rate = 10, .burst = 100 };
  TrkPolicy policy;

  memset (t, 0, sizeof *t);
  trk_policy_init (&policy);
  swarms.timeout_s = trk_policy_timeout_s (&policy);
  t->parts = (TrkServiceParts){ .swarms = trk_swarms_new (&swarms),
                                .lists = trk_lists_new (key),
                                .limiter = trk_limiter_new (&limiter) };
  t->service = trk_service_new (&t->parts, &policy, TRK_MODE_OPEN);
  t->worker = trk_worker_new (t->service, TRK_CARRIER_UDP);
  bt_connection_ids_init (&t->rules.ids, key, false);
}

static void
tracker_clear (Tracker *t)
{
  trk_worker_free (t->worker);
  trk_service_free (t->service);
  trk_limiter_free (t->parts.limiter);
  trk_lists_free (t->parts.lists);
  trk_swarms_free (t->parts.swarms);
}

static BtEndpoint
source (uint8_t flags)
{
  const uint8_t v6[16] = { 0x2a, 1, [15] = (flags & FLAG_OTHER_HOST) != 0 };
  const uint8_t v4[4] = { 10, 0, 0, (flags & FLAG_OTHER_HOST) != 0 };

  return (flags & FLAG_V6) != 0 ? bt_endpoint_v6 (v6, 7) : bt_endpoint_v4 (v4, 7);
}

/* Policies are kept for as long as the service lives: it is set when it changes. */
static void
set_believes (Tracker *t, bool believes)
{
  TrkPolicy policy;
  TrkMode mode;

  trk_service_get_policy (t->service, &policy, &mode);
  if (policy.believes_claims == believes)
    return;
  policy.believes_claims = believes;
  trk_service_set_policy (t->service, &policy, mode);
}

static void
say (Tracker *t, uint8_t flags, uint8_t *bytes, size_t len)
{
  TrkUdpDatagram datagram = { bytes, len, source (flags) };
  uint8_t *reply = g_malloc (TRK_UDP_REPLY_MAX);
  BtUdpHead head;
  BtUdpAction action;
  size_t n;

  if ((flags & FLAG_ID) != 0 && len >= 16)
    bt_udp_request_set_id (bytes, bt_connection_id_make (&t->rules.ids, &datagram.from, t->now_us));
  set_believes (t, (flags & FLAG_BELIEVES) != 0);
  t->rules.refuse = (flags & FLAG_ASKS_URL) != 0 ? refuse : NULL;
  trk_worker_begin (t->worker, t->now_us);
  n = trk_udp_answer (t->worker, &t->rules, &datagram, t->now_us, reply);
  trk_worker_end (t->worker);
  bt_assert (n <= TRK_UDP_REPLY_MAX);
  action = bt_udp_request_peek (bytes, len, &head);
  if (n > 0 && action == BT_UDP_CONNECT)
    bt_assert (n == BT_UDP_CONNECT_LEN && n <= len);
  else if (n > 0)
    bt_assert (
        bt_connection_id_check (&t->rules.ids, &datagram.from, head.connection_id, t->now_us));
  g_free (reply);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  BtCursor c = { data, data + len, false };
  Tracker t;

  tracker_init (&t);
  while (bt_cursor_left (&c) >= 4)
    {
      uint8_t flags = bt_cursor_u8 (&c);
      uint64_t wait_s = bt_cursor_u8 (&c);
      size_t n = bt_cursor_u16 (&c);
      g_autofree uint8_t *bytes = NULL;

      n = MIN (n, bt_cursor_left (&c));
      bytes = g_malloc (MAX (n, 1));
      memcpy (bytes, bt_cursor_take (&c, n), n);
      t.now_us += wait_s * 1000000;
      say (&t, flags, bytes, n);
    }
  tracker_clear (&t);
  return 0;
}
