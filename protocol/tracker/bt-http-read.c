/* bt-http-read.c: single values of a tracker's bencoded answer. */
#include "protocol/tracker/bt-http-read-private.h"

#include "protocol/tracker/bt-query-private.h"

bool
bt_reply_read (BtBencodeReader *self, const uint8_t *data, size_t len, BtReplyRead read,
               void *answer, BtError *why)
{
  static const BtBencodeLimits limits = { .max_size = BT_LIMIT_TRACKER_REPLY,
                                          .max_depth = BT_LIMIT_TRACKER_DEPTH,
                                          .max_tokens = BT_LIMIT_TRACKER_TOKENS };
  BtBencodeToken key;
  bool ok = bt_dict_open (self, data, len, &limits);

  while (ok && bt_dict_next_key (self, &key))
    ok = read (answer, &key);
  return bt_dict_close (self, ok, why);
}

bool
bt_reply_seconds (BtBencodeReader *self, const char *key, uint32_t *out)
{
  BtBencodeToken token;

  if (!bt_dict_value (self, BT_BENCODE_INT, key, &token))
    return false;
  *out = (uint32_t) CLAMP (token.num, 0, INT32_MAX);
  return true;
}

bool
bt_reply_bytes (BtBencodeReader *self, const char *key, BtLent *out)
{
  BtBencodeToken token;

  if (!bt_dict_value (self, BT_BENCODE_BYTES, key, &token))
    return false;
  *out = (BtLent){ token.bytes, token.len };
  return true;
}

/* The number of minutes that @token says in either form; -1 for none. */
static int64_t
minutes (const BtBencodeToken *token)
{
  uint64_t value = 0;

  if (token->type == BT_BENCODE_INT)
    return token->num;
  if (bt_query_number ((const char *) token->bytes, token->len, &value) != BT_NUMBER_FINE)
    return -1;
  return (int64_t) value;
}

bool
bt_reply_retry (BtBencodeReader *self, uint32_t *out)
{
  BtBencodeToken token;

  if (!bt_bencode_next (self, &token))
    return false;
  if (token.type != BT_BENCODE_INT && token.type != BT_BENCODE_BYTES)
    return bt_dict_refuse (self, BT_ERROR_WRONG_TYPE, token.offset, "retry in");
  if (token.type == BT_BENCODE_BYTES && bt_bencode_is (&token, "never"))
    {
      *out = BT_RETRY_NEVER;
      return true;
    }
  if (minutes (&token) < 0 || minutes (&token) > INT32_MAX)
    return bt_dict_refuse (self, BT_ERROR_OUT_OF_RANGE, token.offset, "retry in");
  *out = (uint32_t) minutes (&token);
  return true;
}
