/* bt-http-announce-read.c: the tracker's answer to an announce, as the client reads it. */
#include "protocol/tracker/bt-http-announce.h"

#include <string.h>

#include "protocol/tracker/bt-http-read-private.h"

/* The answer while it is being read. */
typedef struct
{
  BtBencodeReader in;
  BtAnnounceReply *reply;
  GArray *peers;
  bool has_content; /* something that only a tracker says */
} Answer;

/* One peer of the long form while it is being read. */
typedef struct
{
  BtLent ip;
  BtLent id;
  int64_t port;
} Peer;

static bool
read_peer_value (BtBencodeReader *in, const BtBencodeToken *key, Peer *peer)
{
  if (bt_bencode_is (key, "ip"))
    return bt_reply_bytes (in, "peers.ip", &peer->ip);
  if (bt_bencode_is (key, "peer id"))
    return bt_reply_bytes (in, "peers.peer id", &peer->id);
  if (bt_bencode_is (key, "port"))
    return bt_dict_number (in, "peers.port", UINT16_MAX, &peer->port);
  return bt_dict_skip (in);
}

/* Keeps a peer that can be reached: a name in place of an address would have to be looked up. */
static void
keep_peer (Answer *a, const Peer *peer, guint most)
{
  BtTrackerPeer kept = { .has_id = peer->id.len == BT_PEER_ID_LEN };

  if (peer->port == 0
      || !bt_endpoint_parse_address ((const char *) peer->ip.bytes, peer->ip.len, &kept.endpoint))
    {
      a->reply->n_bad_peers++;
      return;
    }
  kept.endpoint.port = (uint16_t) peer->port;
  if (kept.has_id)
    memcpy (kept.id, peer->id.bytes, BT_PEER_ID_LEN);
  if (a->peers->len < most)
    g_array_append_val (a->peers, kept);
}

static bool
read_peer (Answer *a, const BtBencodeToken *open, guint most)
{
  Peer peer = { .port = -1 };
  BtBencodeToken key = *open;

  while (bt_dict_next_key (&a->in, &key))
    if (!read_peer_value (&a->in, &key, &peer))
      return false;
  if (a->in.error.code != BT_OK)
    return false;
  if (peer.ip.bytes == NULL)
    return bt_dict_refuse (&a->in, BT_ERROR_MISSING_KEY, open->offset, "peers.ip");
  if (peer.port < 0)
    return bt_dict_refuse (&a->in, BT_ERROR_MISSING_KEY, open->offset, "peers.port");
  keep_peer (a, &peer, most);
  return true;
}

static bool
read_dictionaries (Answer *a)
{
  guint most = a->peers->len + BT_LIMIT_CANDIDATES;
  BtBencodeToken token;

  while (bt_bencode_next (&a->in, &token) && token.type != BT_BENCODE_CLOSE)
    {
      if (token.type != BT_BENCODE_DICT)
        return bt_dict_refuse (&a->in, BT_ERROR_WRONG_TYPE, token.offset, "peers");
      if (!read_peer (a, &token, most))
        return false;
    }
  return a->in.error.code == BT_OK;
}

/* A compact list, or NULL bytes for an empty one. */
static bool
check_compact (Answer *a, const BtBencodeToken *token, const char *key, size_t peer_len,
               BtLent *out)
{
  if (token->type != BT_BENCODE_BYTES)
    return bt_dict_refuse (&a->in, BT_ERROR_WRONG_TYPE, token->offset, key);
  if (token->len % peer_len != 0)
    return bt_dict_refuse (&a->in, BT_ERROR_WRONG_LENGTH, token->offset, key);
  *out = (BtLent){ token->bytes, token->len };
  a->has_content = true;
  return true;
}

/* Both forms have the same key. */
static bool
read_peers (Answer *a)
{
  BtBencodeToken token;

  a->has_content = true;
  if (!bt_bencode_next (&a->in, &token))
    return false;
  if (token.type == BT_BENCODE_LIST)
    return read_dictionaries (a);
  return check_compact (a, &token, "peers", BT_COMPACT_V4_LEN, &a->reply->peers_v4);
}

static bool
read_peers6 (Answer *a)
{
  BtBencodeToken token;

  return bt_bencode_next (&a->in, &token)
         && check_compact (a, &token, "peers6", BT_COMPACT_V6_LEN, &a->reply->peers_v6);
}

/* BEP 24: four bytes or sixteen. */
static bool
read_external (Answer *a)
{
  BtBencodeToken token;

  if (!bt_dict_value (&a->in, BT_BENCODE_BYTES, "external ip", &token))
    return false;
  if (token.len == 4)
    a->reply->external = bt_endpoint_v4 (token.bytes, 0);
  else if (token.len == 16)
    a->reply->external = bt_endpoint_v6 (token.bytes, 0);
  else
    return bt_dict_refuse (&a->in, BT_ERROR_WRONG_LENGTH, token.offset, "external ip");
  return true;
}

static bool
read_interval (Answer *a)
{
  a->has_content = true;
  return bt_reply_seconds (&a->in, "interval", &a->reply->interval_s);
}

static bool
read_counts (Answer *a, const BtBencodeToken *key)
{
  BtAnnounceReply *r = a->reply;

  if (bt_bencode_is (key, "complete"))
    return bt_dict_number (&a->in, "complete", UINT32_MAX, &r->complete);
  if (bt_bencode_is (key, "incomplete"))
    return bt_dict_number (&a->in, "incomplete", UINT32_MAX, &r->incomplete);
  if (bt_bencode_is (key, "downloaded"))
    return bt_dict_number (&a->in, "downloaded", UINT32_MAX, &r->downloaded);
  if (bt_bencode_is (key, "downloaders"))
    return bt_dict_number (&a->in, "downloaders", UINT32_MAX, &r->downloaders);
  return bt_dict_skip (&a->in);
}

static bool
read_value (void *answer, const BtBencodeToken *key)
{
  Answer *a = answer;
  BtAnnounceReply *r = a->reply;

  if (bt_bencode_is (key, "peers"))
    return read_peers (a);
  if (bt_bencode_is (key, "peers6"))
    return read_peers6 (a);
  if (bt_bencode_is (key, "interval"))
    return read_interval (a);
  if (bt_bencode_is (key, "min interval"))
    return bt_reply_seconds (&a->in, "min interval", &r->min_interval_s);
  if (bt_bencode_is (key, "external ip"))
    return read_external (a);
  if (bt_bencode_is (key, "tracker id"))
    return bt_reply_bytes (&a->in, "tracker id", &r->tracker_id);
  if (bt_bencode_is (key, "warning message"))
    return bt_reply_bytes (&a->in, "warning message", &r->warning);
  if (bt_bencode_is (key, "failure reason"))
    return bt_reply_bytes (&a->in, "failure reason", &r->failure);
  if (bt_bencode_is (key, "retry in"))
    return bt_reply_retry (&a->in, &r->retry_min);
  return read_counts (a, key);
}

static bool
read_answer (Answer *a, const uint8_t *data, size_t len, BtError *why)
{
  if (!bt_reply_read (&a->in, data, len, read_value, a, why))
    return false;
  if (!a->has_content && a->reply->failure.bytes == NULL)
    return bt_error_set (why, BT_ERROR_MISSING_KEY, 0, "interval");
  return true;
}

bool
bt_http_announce_read (const uint8_t *data, size_t len, BtAnnounceReply *out, GArray *peers,
                       BtError *why)
{
  Answer a = { .reply = out, .peers = peers };
  guint before = peers->len;

  bt_announce_reply_init (out);
  if (!read_answer (&a, data, len, why))
    {
      g_array_set_size (peers, before);
      return false;
    }
  bt_announce_reply_peers (out, peers);
  return true;
}
