/* bt-pex.c: reading and writing messages of ut_pex. */
#include "protocol/peer/bt-pex.h"

#include "protocol/core/bt-dict.h"

#define TOKENS_MAX 64u

/* A list of compact endpoints, or of flags, as it stands in the message. */
typedef struct
{
  const uint8_t *bytes;
  size_t len;
} List;

typedef struct
{
  BtBencodeReader in;
  List added_v4;
  List added_v6;
  List flags_v4;
  List flags_v6;
  List dropped_v4;
  List dropped_v6;
} Parser;

/* --- reading --- */

/* A string of a whole number of elements. */
static bool
read_list (Parser *self, const char *key, size_t element, List *out)
{
  BtBencodeToken token;

  if (!bt_dict_value (&self->in, BT_BENCODE_BYTES, key, &token))
    return false;
  if (token.len % element != 0)
    return bt_dict_refuse (&self->in, BT_ERROR_WRONG_LENGTH, token.offset, key);
  *out = (List){ token.bytes, token.len };
  return true;
}

static bool
read_pair (Parser *self, const BtBencodeToken *key)
{
  if (bt_bencode_is (key, "added"))
    return read_list (self, "added", BT_COMPACT_V4_LEN, &self->added_v4);
  if (bt_bencode_is (key, "added.f"))
    return read_list (self, "added.f", 1, &self->flags_v4);
  if (bt_bencode_is (key, "added6"))
    return read_list (self, "added6", BT_COMPACT_V6_LEN, &self->added_v6);
  if (bt_bencode_is (key, "added6.f"))
    return read_list (self, "added6.f", 1, &self->flags_v6);
  if (bt_bencode_is (key, "dropped"))
    return read_list (self, "dropped", BT_COMPACT_V4_LEN, &self->dropped_v4);
  if (bt_bencode_is (key, "dropped6"))
    return read_list (self, "dropped6", BT_COMPACT_V6_LEN, &self->dropped_v6);
  return bt_dict_skip (&self->in);
}

/* Adds the peers of a list to @out, which has @n of @max. */
static void
take_peers (const List *list, size_t element, const List *flags, BtPexPeer *out, size_t *n,
            size_t max, size_t *n_ignored)
{
  for (size_t i = 0; i * element < list->len; i++)
    {
      const uint8_t *at = list->bytes + i * element;
      BtPexPeer peer
          = { .endpoint = element == BT_COMPACT_V4_LEN ? bt_endpoint_read_compact_v4 (at)
                                                       : bt_endpoint_read_compact_v6 (at) };

      if (flags != NULL && i < flags->len)
        peer.flags = flags->bytes[i];
      if (peer.endpoint.port == 0 || *n == max)
        ++*n_ignored;
      else
        out[(*n)++] = peer;
    }
}

static void
take_message (const Parser *self, BtPexMessage *out)
{
  out->n_added = out->n_dropped = out->n_ignored = 0;
  take_peers (&self->added_v4, BT_COMPACT_V4_LEN, &self->flags_v4, out->added, &out->n_added,
              BT_LIMIT_PEX_ADDED, &out->n_ignored);
  take_peers (&self->added_v6, BT_COMPACT_V6_LEN, &self->flags_v6, out->added, &out->n_added,
              BT_LIMIT_PEX_ADDED, &out->n_ignored);
  take_peers (&self->dropped_v4, BT_COMPACT_V4_LEN, NULL, out->dropped, &out->n_dropped,
              BT_LIMIT_PEX_DROPPED, &out->n_ignored);
  take_peers (&self->dropped_v6, BT_COMPACT_V6_LEN, NULL, out->dropped, &out->n_dropped,
              BT_LIMIT_PEX_DROPPED, &out->n_ignored);
}

bool
bt_pex_parse (const uint8_t *data, size_t len, BtPexMessage *out, BtError *why)
{
  static const BtBencodeLimits limits = { .max_size = BT_LIMIT_WIRE_MESSAGE,
                                          .max_depth = BT_LIMIT_NET_DEPTH,
                                          .max_tokens = TOKENS_MAX,
                                          .strict = true };
  Parser parser = { 0 };
  BtBencodeToken key;
  bool ok = bt_dict_open (&parser.in, data, len, &limits);

  while (ok && bt_dict_next_key (&parser.in, &key))
    ok = read_pair (&parser, &key);
  ok = bt_dict_close (&parser.in, ok, why);
  if (ok)
    take_message (&parser, out);
  return ok;
}

/* --- writing --- */

static size_t
count_family (const BtPexPeer *peers, size_t n, BtFamily family)
{
  size_t count = 0;

  for (size_t i = 0; i < n; i++)
    count += peers[i].endpoint.family == family;
  return count;
}

static void
write_peers (BtBuffer *out, const char *key, const BtPexPeer *peers, size_t n, BtFamily family)
{
  size_t element = family == BT_FAMILY_V4 ? BT_COMPACT_V4_LEN : BT_COMPACT_V6_LEN;
  uint8_t compact[BT_COMPACT_V6_LEN];

  bt_bencode_write_text (out, key);
  bt_bencode_write_head (out, element * count_family (peers, n, family));
  for (size_t i = 0; i < n; i++)
    if (peers[i].endpoint.family == family)
      bt_buffer_append (out, compact, bt_endpoint_write_compact (&peers[i].endpoint, compact));
}

static void
write_flags (BtBuffer *out, const char *key, const BtPexPeer *peers, size_t n, BtFamily family)
{
  bt_bencode_write_text (out, key);
  bt_bencode_write_head (out, count_family (peers, n, family));
  for (size_t i = 0; i < n; i++)
    if (peers[i].endpoint.family == family)
      bt_buffer_append_u8 (out, peers[i].flags);
}

void
bt_pex_write (const BtPexMessage *m, BtBuffer *out)
{
  bt_bencode_open_dict (out);
  write_peers (out, "added", m->added, m->n_added, BT_FAMILY_V4);
  write_flags (out, "added.f", m->added, m->n_added, BT_FAMILY_V4);
  write_peers (out, "added6", m->added, m->n_added, BT_FAMILY_V6);
  write_flags (out, "added6.f", m->added, m->n_added, BT_FAMILY_V6);
  write_peers (out, "dropped", m->dropped, m->n_dropped, BT_FAMILY_V4);
  write_peers (out, "dropped6", m->dropped, m->n_dropped, BT_FAMILY_V6);
  bt_bencode_close (out);
}
