/* bt-udp-client.c: transactions with one UDP tracker. */
#include "protocol/tracker/bt-udp-client.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

#define SECOND_US UINT64_C (1000000)
#define FIRST_TIMEOUT_US (15 * SECOND_US)
#define CONNECTION_US (60 * SECOND_US)

/* The longest request: a scrape of as many hashes as are allowed, or an announce with a long URL.
 */
#define PACKET_MAX (BT_UDP_SCRAPE_HEAD_LEN + BT_LIMIT_SCRAPE_UDP * BT_INFO_HASH_LEN)

typedef enum
{
  WAITING, /* for a connection id */
  SENT,
  DONE
} State;

typedef struct
{
  State state;
  uint32_t number;
  uint32_t transaction;
  BtUdpAction action;
  unsigned timeouts; /* how many have passed: the n of BEP 15 */
  uint64_t deadline_us;
  bool send;       /* the packet is to go out */
  uint8_t *packet; /* as it is sent; once DONE, the answer */
  size_t len;
  uint8_t *hashes; /* of a scrape */
  size_t n_hashes;
  BtUdpClientOutcome outcome;
} Request;

static void
request_clear (void *data)
{
  Request *request = data;

  g_clear_pointer (&request->packet, g_free);
  g_clear_pointer (&request->hashes, g_free);
}

void
bt_udp_client_init (BtUdpClient *self, const BtEndpoint *tracker,
                    const uint8_t seed[BT_SIPHASH_KEY_LEN])
{
  *self = (BtUdpClient){ .tracker = *tracker, .random = bt_siphash_key (seed) };
  self->requests = g_array_new (FALSE, FALSE, sizeof (Request));
  self->entries = g_array_new (FALSE, FALSE, sizeof (BtScrapeEntry));
  g_array_set_clear_func (self->requests, request_clear);
}

void
bt_udp_client_clear (BtUdpClient *self)
{
  g_clear_pointer (&self->requests, g_array_unref);
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->lent, g_free);
}

static Request *
request_at (const BtUdpClient *self, guint i)
{
  return &g_array_index (self->requests, Request, i);
}

static Request *
find_transaction (const BtUdpClient *self, uint32_t transaction)
{
  for (guint i = 0; i < self->requests->len; i++)
    if (request_at (self, i)->transaction == transaction && request_at (self, i)->state != DONE)
      return request_at (self, i);
  return NULL;
}

/* An id that no transaction under way has. */
static uint32_t
draw_transaction (BtUdpClient *self)
{
  for (;;)
    {
      uint64_t count = self->drawn++;
      uint32_t drawn = (uint32_t) bt_siphash (&self->random, &count, sizeof count);

      if (find_transaction (self, drawn) == NULL
          && (!self->connecting || drawn != self->connect_transaction))
        return drawn;
    }
}

static bool
is_connected (const BtUdpClient *self, uint64_t now_us)
{
  return now_us < self->connected_until_us;
}

static void
start_connect (BtUdpClient *self)
{
  if (!self->connecting)
    {
      self->connect_transaction = draw_transaction (self);
      self->connecting = true;
    }
  self->send_connect = true;
}

/* Sends the request, or what has to come before it. */
static void
try_request (BtUdpClient *self, Request *request, uint64_t now_us)
{
  request->deadline_us = now_us + (FIRST_TIMEOUT_US << request->timeouts);
  request->state = is_connected (self, now_us) ? SENT : WAITING;
  request->send = request->state == SENT;
  if (request->state == WAITING)
    start_connect (self);
  else
    bt_udp_request_set_id (request->packet, self->connection_id);
}

/* A connect is of no use when nobody waits for it. */
static void
stop_idle_connect (BtUdpClient *self)
{
  for (guint i = 0; i < self->requests->len; i++)
    if (request_at (self, i)->state == WAITING)
      return;
  self->connecting = self->send_connect = false;
}

/* Takes @request's packet and hashes over; @len 0 is one that could not be written. */
static uint32_t
add_request (BtUdpClient *self, Request *request, uint64_t now_us)
{
  if (request->len == 0)
    {
      request_clear (request);
      return 0;
    }
  if (++self->last_request == 0)
    self->last_request = 1;
  request->number = self->last_request;
  g_array_append_val (self->requests, *request);
  try_request (self, request_at (self, self->requests->len - 1), now_us);
  return self->last_request;
}

uint32_t
bt_udp_client_announce (BtUdpClient *self, const BtAnnounceRequest *request, const BtLent *url_data,
                        uint64_t now_us)
{
  Request r = { .action = BT_UDP_ANNOUNCE };

  if (self->requests->len >= BT_LIMIT_UDP_REQUESTS)
    return 0;
  r.transaction = draw_transaction (self);
  r.packet = g_malloc (PACKET_MAX);
  r.len = bt_udp_announce_write (r.packet, PACKET_MAX, r.transaction, request, url_data);
  return add_request (self, &r, now_us);
}

uint32_t
bt_udp_client_scrape (BtUdpClient *self, const BtScrapeRequest *request, uint64_t now_us)
{
  Request r = { .action = BT_UDP_SCRAPE, .n_hashes = request->n_hashes };

  if (self->requests->len >= BT_LIMIT_UDP_REQUESTS)
    return 0;
  if (request->n_hashes == 0 || request->n_hashes > BT_LIMIT_SCRAPE_UDP)
    return 0;
  r.transaction = draw_transaction (self);
  r.packet = g_malloc (PACKET_MAX);
  r.len = bt_udp_scrape_write (r.packet, PACKET_MAX, r.transaction, request);
  r.hashes = g_memdup2 (request->hashes, request->n_hashes * BT_INFO_HASH_LEN);
  return add_request (self, &r, now_us);
}

void
bt_udp_client_cancel (BtUdpClient *self, uint32_t request)
{
  for (guint i = 0; i < self->requests->len; i++)
    if (request_at (self, i)->number == request)
      {
        g_array_remove_index (self->requests, i);
        break;
      }
  stop_idle_connect (self);
}

/* Ends a request with a copy of the answer. */
static void
finish (Request *request, BtUdpClientOutcome outcome, const uint8_t *data, size_t len)
{
  g_free (request->packet);
  request->packet = g_memdup2 (data, len);
  request->len = len;
  request->state = DONE;
  request->send = false;
  request->deadline_us = UINT64_MAX;
  request->outcome = outcome;
}

/* Ends all that wait for the connection, which was refused. */
static void
refuse_waiting (BtUdpClient *self, const uint8_t *data, size_t len)
{
  for (guint i = 0; i < self->requests->len; i++)
    if (request_at (self, i)->state == WAITING)
      finish (request_at (self, i), BT_UDP_CLIENT_REFUSED, data, len);
}

static bool
take_connect (BtUdpClient *self, uint32_t action, const uint8_t *data, size_t len, uint64_t now_us)
{
  uint64_t connection_id;

  if (action == BT_UDP_CONNECT && !bt_udp_connect_reply_parse (data, len, &connection_id))
    {
      self->ignored.too_short++;
      return false;
    }
  if (action != BT_UDP_CONNECT && action != BT_UDP_ERROR)
    {
      self->ignored.wrong_action++;
      return false;
    }
  self->connecting = self->send_connect = false;
  if (action == BT_UDP_ERROR)
    {
      refuse_waiting (self, data, len);
      return true;
    }
  self->connection_id = connection_id;
  self->connected_until_us = now_us + CONNECTION_US;
  for (guint i = 0; i < self->requests->len; i++)
    if (request_at (self, i)->state == WAITING)
      try_request (self, request_at (self, i), now_us);
  return true;
}

/* The least that an answer has. */
static size_t
shortest (uint32_t action)
{
  if (action == BT_UDP_ANNOUNCE)
    return BT_UDP_ANNOUNCE_REPLY_HEAD_LEN;
  return action == BT_UDP_SCRAPE ? BT_UDP_ERROR_HEAD_LEN + BT_UDP_SCRAPE_ENTRY_LEN
                                 : BT_UDP_ERROR_HEAD_LEN;
}

static bool
take_answer (BtUdpClient *self, Request *request, uint32_t action, const uint8_t *data, size_t len)
{
  BtUdpClientOutcome outcome = BT_UDP_CLIENT_REFUSED;

  if (action != BT_UDP_ERROR && action != request->action)
    {
      self->ignored.wrong_action++;
      return false;
    }
  if (len < shortest (action))
    {
      self->ignored.too_short++;
      return false;
    }
  if (action == BT_UDP_ERROR)
    self->connected_until_us = 0; /* it may be the connection id that the tracker does not like */
  else
    outcome = action == BT_UDP_ANNOUNCE ? BT_UDP_CLIENT_ANNOUNCED : BT_UDP_CLIENT_SCRAPED;
  finish (request, outcome, data, len);
  stop_idle_connect (self);
  return true;
}

void
bt_udp_client_moved (BtUdpClient *self)
{
  self->connected_until_us = 0;
}

bool
bt_udp_client_input (BtUdpClient *self, const uint8_t *data, size_t len, const BtEndpoint *from,
                     uint64_t now_us)
{
  uint32_t action;
  uint32_t transaction;
  Request *request;

  if (bt_endpoint_compare (from, &self->tracker) != 0)
    {
      self->ignored.wrong_source++;
      return false;
    }
  if (!bt_udp_reply_peek (data, len, &action, &transaction))
    {
      self->ignored.too_short++;
      return false;
    }
  if (self->connecting && transaction == self->connect_transaction)
    return take_connect (self, action, data, len, now_us);
  request = find_transaction (self, transaction);
  if (request != NULL)
    return take_answer (self, request, action, data, len);
  self->ignored.wrong_transaction++;
  return false;
}

void
bt_udp_client_tick (BtUdpClient *self, uint64_t now_us)
{
  for (guint i = 0; i < self->requests->len; i++)
    {
      Request *request = request_at (self, i);

      if (request->state == DONE || now_us < request->deadline_us)
        continue;
      if (request->timeouts == BT_UDP_CLIENT_RETRIES)
        {
          finish (request, BT_UDP_CLIENT_TIMEOUT, NULL, 0);
          continue;
        }
      request->timeouts++;
      try_request (self, request, now_us);
    }
  stop_idle_connect (self);
}

bool
bt_udp_client_next_output (BtUdpClient *self, BtLent *out)
{
  if (self->send_connect)
    {
      self->send_connect = false;
      *out = (BtLent){ self->connect_packet,
                       bt_udp_connect_write (self->connect_packet, sizeof self->connect_packet,
                                             self->connect_transaction) };
      return true;
    }
  for (guint i = 0; i < self->requests->len; i++)
    {
      Request *request = request_at (self, i);

      if (!request->send)
        continue;
      request->send = false;
      *out = (BtLent){ request->packet, request->len };
      return true;
    }
  return false;
}

/* Names each entry by the hash that was asked for in its place. */
static void
read_entries (BtUdpClient *self, const Request *request)
{
  BtScrapeEntry entry;

  g_array_set_size (self->entries, 0);
  for (size_t i = 0; i < request->n_hashes; i++)
    {
      if (!bt_udp_scrape_reply_parse (request->packet, request->len, i, &entry))
        break;
      memcpy (entry.info_hash, request->hashes + i * BT_INFO_HASH_LEN, BT_INFO_HASH_LEN);
      g_array_append_val (self->entries, entry);
    }
}

static void
read_event (BtUdpClient *self, const Request *request, BtUdpClientEvent *out)
{
  bool whole = true;

  *out = (BtUdpClientEvent){ .outcome = request->outcome, .request = request->number };
  switch (request->outcome)
    {
    case BT_UDP_CLIENT_ANNOUNCED:
      whole = bt_udp_announce_reply_parse (request->packet, request->len, self->tracker.family,
                                           &out->announce);
      break;
    case BT_UDP_CLIENT_SCRAPED:
      read_entries (self, request);
      out->entries = (const BtScrapeEntry *) (const void *) self->entries->data;
      out->n_entries = self->entries->len;
      break;
    case BT_UDP_CLIENT_REFUSED:
      whole = bt_udp_error_parse (request->packet, request->len, &out->text);
      break;
    case BT_UDP_CLIENT_TIMEOUT:
      break;
    }
  bt_assert (whole); /* the length was checked when it came */
}

bool
bt_udp_client_next_event (BtUdpClient *self, BtUdpClientEvent *out)
{
  for (guint i = 0; i < self->requests->len; i++)
    {
      Request *request = request_at (self, i);

      if (request->state != DONE)
        continue;
      read_event (self, request, out);
      g_free (self->lent);
      self->lent = g_steal_pointer (&request->packet);
      g_array_remove_index (self->requests, i);
      return true;
    }
  return false;
}

uint64_t
bt_udp_client_deadline (const BtUdpClient *self)
{
  uint64_t deadline_us = UINT64_MAX;

  for (guint i = 0; i < self->requests->len; i++)
    if (request_at (self, i)->state != DONE)
      deadline_us = MIN (deadline_us, request_at (self, i)->deadline_us);
  return deadline_us;
}
