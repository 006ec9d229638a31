/* bt-http-announce.c: the query of an announce, written by the client and read by the tracker. */
#include "protocol/tracker/bt-http-announce.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-url.h"
#include "protocol/tracker/bt-query-private.h"

static const char *const events[] = {
  [BT_ANNOUNCE_NONE] = "",           [BT_ANNOUNCE_COMPLETED] = "completed",
  [BT_ANNOUNCE_STARTED] = "started", [BT_ANNOUNCE_STOPPED] = "stopped",
  [BT_ANNOUNCE_PAUSED] = "paused",
};

static void
append_number (GString *out, const char *name, uint64_t value)
{
  g_string_append_printf (out, "&%s=%" G_GUINT64_FORMAT, name, value);
}

static void
append_bytes (GString *out, const char *name, const void *bytes, size_t len)
{
  g_string_append_printf (out, "&%s=", name);
  bt_url_encode (out, bytes, len);
}

/* With its port if it has one. */
static void
append_endpoint (GString *out, const char *name, const BtEndpoint *endpoint)
{
  char text[BT_ENDPOINT_TEXT];
  size_t len;

  if (endpoint->family == BT_FAMILY_NONE)
    return;
  len = endpoint->port != 0 ? bt_endpoint_write (endpoint, text)
                            : bt_endpoint_write_address (endpoint, text);
  append_bytes (out, name, text, len);
}

/* What a client says only when there is something to say. */
static void
append_options (GString *out, const BtAnnounceRequest *r)
{
  if (r->corrupt > 0)
    append_number (out, "corrupt", r->corrupt);
  if (r->redundant > 0)
    append_number (out, "redundant", r->redundant);
  if (r->event != BT_ANNOUNCE_NONE)
    g_string_append_printf (out, "&event=%s", events[r->event]);
  if (r->numwant >= 0)
    append_number (out, "numwant", (uint64_t) r->numwant);
  if (r->has_key)
    g_string_append_printf (out, "&key=%08x", r->key);
  if (r->no_peer_id)
    g_string_append (out, "&no_peer_id=1");
  if (r->supports_crypto)
    g_string_append (out, "&supportcrypto=1");
  if (r->requires_crypto)
    g_string_append (out, "&requirecrypto=1");
  append_endpoint (out, "ipv4", &r->ipv4);
  append_endpoint (out, "ipv6", &r->ipv6);
  if (r->tracker_id.len > 0)
    append_bytes (out, "trackerid", r->tracker_id.bytes, r->tracker_id.len);
}

void
bt_http_announce_url (GString *out, const char *announce_url, const BtAnnounceRequest *r)
{
  bt_query_begin (out, announce_url);
  g_string_append (out, "info_hash=");
  bt_url_encode (out, r->info_hash, sizeof r->info_hash);
  append_bytes (out, "peer_id", r->peer_id, sizeof r->peer_id);
  append_number (out, "port", r->port);
  append_number (out, "uploaded", r->uploaded);
  append_number (out, "downloaded", r->downloaded);
  append_number (out, "left", r->left);
  append_number (out, "compact", r->compact);
  append_options (out, r);
}

/* The request while its query is being read. */
typedef struct
{
  BtAnnounceRequest *request;
  bool has_hash;
  bool has_peer_id;
  bool has_port;
} Query;

typedef BtTrackerProblem (*Take) (Query *q, const char *text, size_t len);

static BtTrackerProblem
take_info_hash (Query *q, const char *text, size_t len)
{
  if (q->has_hash)
    return BT_TRACKER_TWO_HASHES;
  q->has_hash = true;
  return bt_query_bytes20 (text, len, q->request->info_hash) ? BT_TRACKER_FINE
                                                             : BT_TRACKER_BAD_HASH;
}

static BtTrackerProblem
take_peer_id (Query *q, const char *text, size_t len)
{
  q->has_peer_id = true;
  return bt_query_bytes20 (text, len, q->request->peer_id) ? BT_TRACKER_FINE
                                                           : BT_TRACKER_BAD_PEER_ID;
}

static BtTrackerProblem
take_port (Query *q, const char *text, size_t len)
{
  uint64_t port = 0;
  BtNumber number = bt_query_number (text, len, &port);

  if (number == BT_NUMBER_NONE)
    return BT_TRACKER_FINE;
  if (number != BT_NUMBER_FINE || port > UINT16_MAX)
    return BT_TRACKER_BAD_PORT;
  q->request->port = (uint16_t) port;
  q->has_port = true;
  return BT_TRACKER_FINE;
}

/* A count of bytes, or @problem. */
static BtTrackerProblem
take_count (const char *text, size_t len, uint64_t *out, BtTrackerProblem problem)
{
  BtNumber number = bt_query_number (text, len, out);

  return number == BT_NUMBER_FINE || number == BT_NUMBER_NONE ? BT_TRACKER_FINE : problem;
}

static BtTrackerProblem
take_uploaded (Query *q, const char *text, size_t len)
{
  return take_count (text, len, &q->request->uploaded, BT_TRACKER_BAD_UPLOADED);
}

static BtTrackerProblem
take_downloaded (Query *q, const char *text, size_t len)
{
  return take_count (text, len, &q->request->downloaded, BT_TRACKER_BAD_DOWNLOADED);
}

static BtTrackerProblem
take_corrupt (Query *q, const char *text, size_t len)
{
  return take_count (text, len, &q->request->corrupt, BT_TRACKER_BAD_CORRUPT);
}

static BtTrackerProblem
take_redundant (Query *q, const char *text, size_t len)
{
  return take_count (text, len, &q->request->redundant, BT_TRACKER_BAD_REDUNDANT);
}

/* Clients without metadata say -1, or that as an unsigned number. */
static BtTrackerProblem
take_left (Query *q, const char *text, size_t len)
{
  BtNumber number = bt_query_number (text, len, &q->request->left);

  if (number == BT_NUMBER_BAD)
    return BT_TRACKER_BAD_LEFT;
  if (number != BT_NUMBER_FINE)
    q->request->left = BT_LEFT_UNKNOWN;
  return BT_TRACKER_FINE;
}

static BtTrackerProblem
take_numwant (Query *q, const char *text, size_t len)
{
  uint64_t value = 0;

  switch (bt_query_number (text, len, &value))
    {
    case BT_NUMBER_BAD:
      return BT_TRACKER_BAD_NUMWANT;
    case BT_NUMBER_FINE:
      q->request->numwant = (int32_t) MIN (value, INT32_MAX);
      break;
    case BT_NUMBER_HUGE:
      q->request->numwant = INT32_MAX;
      break;
    case BT_NUMBER_NONE:
    case BT_NUMBER_NEGATIVE:
      q->request->numwant = -1;
    }
  return BT_TRACKER_FINE;
}

static BtTrackerProblem
take_event (Query *q, const char *text, size_t len)
{
  q->request->event = BT_ANNOUNCE_NONE;
  for (unsigned i = BT_ANNOUNCE_COMPLETED; i < G_N_ELEMENTS (events); i++)
    if (len == strlen (events[i]) && memcmp (text, events[i], len) == 0)
      q->request->event = (BtAnnounceEvent) i;
  return BT_TRACKER_FINE;
}

/* Up to eight hexadecimal digits are a number; what else clients send only needs to stay itself
 * (the 32-bit hash of Fowler, Noll and Vo). */
static BtTrackerProblem
take_key (Query *q, const char *text, size_t len)
{
  uint32_t value = 0;
  uint32_t folded = 0x811c9dc5;
  bool is_hex = len <= 8;

  for (size_t i = 0; i < len; i++)
    {
      folded = (folded ^ (uint8_t) text[i]) * 0x01000193;
      is_hex = is_hex && g_ascii_isxdigit (text[i]);
      if (is_hex)
        value = value << 4 | (uint32_t) g_ascii_xdigit_value (text[i]);
    }
  q->request->has_key = len > 0;
  q->request->key = is_hex ? value : folded;
  return BT_TRACKER_FINE;
}

static bool
is_one (const char *text, size_t len)
{
  return len == 1 && text[0] == '1';
}

static BtTrackerProblem
take_compact (Query *q, const char *text, size_t len)
{
  q->request->compact = len != 1 || text[0] != '0';
  return BT_TRACKER_FINE;
}

static BtTrackerProblem
take_no_peer_id (Query *q, const char *text, size_t len)
{
  q->request->no_peer_id = is_one (text, len);
  return BT_TRACKER_FINE;
}

static BtTrackerProblem
take_supportcrypto (Query *q, const char *text, size_t len)
{
  q->request->supports_crypto = is_one (text, len);
  return BT_TRACKER_FINE;
}

static BtTrackerProblem
take_requirecrypto (Query *q, const char *text, size_t len)
{
  q->request->requires_crypto = is_one (text, len);
  return BT_TRACKER_FINE;
}

static BtTrackerProblem
take_trackerid (Query *q, const char *text, size_t len)
{
  q->request->tracker_id = (BtLent){ (const uint8_t *) text, len };
  return BT_TRACKER_FINE;
}

/* An address with or without a port; anything else is ignored, as most trackers ignore it all. */
static BtTrackerProblem
take_ip (Query *q, const char *text, size_t len)
{
  uint8_t decoded[3 * BT_ENDPOINT_TEXT];
  const char *address = (const char *) decoded;
  BtEndpoint endpoint;
  size_t n;

  if (len > sizeof decoded || !bt_url_decode (text, len, decoded, &n))
    return BT_TRACKER_FINE;
  if (!bt_endpoint_parse (address, n, &endpoint)
      && !bt_endpoint_parse_address (address, n, &endpoint))
    return BT_TRACKER_FINE;
  if (endpoint.family == BT_FAMILY_V4)
    q->request->ipv4 = endpoint;
  else
    q->request->ipv6 = endpoint;
  return BT_TRACKER_FINE;
}

typedef struct
{
  const char *name;
  Take take;
} Parameter;

/* What is understood, by the length of the name. */
#define LONGEST_NAME 13
#define SAME_LENGTH 4

static const Parameter parameters[LONGEST_NAME + 1][SAME_LENGTH] = {
  [2] = { { "ip", take_ip } },
  [3] = { { "key", take_key } },
  [4] = { { "port", take_port }, { "left", take_left }, { "ipv4", take_ip }, { "ipv6", take_ip } },
  [5] = { { "event", take_event } },
  [7] = { { "peer_id", take_peer_id },
          { "compact", take_compact },
          { "numwant", take_numwant },
          { "corrupt", take_corrupt } },
  [8] = { { "uploaded", take_uploaded } },
  [9] = { { "info_hash", take_info_hash },
          { "redundant", take_redundant },
          { "trackerid", take_trackerid } },
  [10] = { { "downloaded", take_downloaded }, { "no_peer_id", take_no_peer_id } },
  [13] = { { "supportcrypto", take_supportcrypto }, { "requirecrypto", take_requirecrypto } },
};

static BtTrackerProblem
take (Query *q, const BtUrlPair *pair)
{
  const Parameter *same = parameters[pair->key_len <= LONGEST_NAME ? pair->key_len : 0];

  for (size_t i = 0; i < SAME_LENGTH && same[i].name != NULL; i++)
    if (memcmp (pair->key, same[i].name, pair->key_len) == 0)
      return same[i].take (q, pair->value, pair->value_len);
  return BT_TRACKER_FINE;
}

/* What must be there, once all was read. */
static BtTrackerProblem
check_whole (const Query *q)
{
  if (!q->has_hash)
    return BT_TRACKER_NO_HASH;
  if (!q->has_peer_id)
    return BT_TRACKER_NO_PEER_ID;
  if (q->has_port && q->request->port == 0 && q->request->event != BT_ANNOUNCE_STOPPED)
    return BT_TRACKER_BAD_PORT;
  return q->has_port ? BT_TRACKER_FINE : BT_TRACKER_NO_PORT;
}

BtTrackerProblem
bt_http_announce_parse (const char *query, size_t len, BtAnnounceRequest *out)
{
  Query q = { .request = out };
  BtUrlQuery it;
  BtUrlPair pair;

  bt_announce_request_init (out);
  bt_url_query_init (&it, query, len, BT_LIMIT_TRACKER_PARAMETERS);
  while (bt_url_query_next (&it, &pair))
    {
      BtTrackerProblem problem = take (&q, &pair);

      if (problem != BT_TRACKER_FINE)
        return problem;
    }
  if (bt_url_query_cut (&it))
    return BT_TRACKER_MANY_PARAMETERS;
  return check_whole (&q);
}
