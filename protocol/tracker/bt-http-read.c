/* bt-http-read.c: single values of a tracker's bencoded answer. */
#include "protocol/tracker/bt-http-read-private.h"

#include "protocol/tracker/bt-query-private.h"

static bool
open_answer (BtReplyReader *self, const uint8_t *data, size_t len, BtError *why)
{
  const BtBencodeLimits limits = { .max_size = BT_LIMIT_TRACKER_REPLY,
                                   .max_depth = BT_LIMIT_TRACKER_DEPTH,
                                   .max_tokens = BT_LIMIT_TRACKER_TOKENS };
  BtBencodeToken token;

  self->why = why;
  bt_bencode_init (&self->reader, data, len, &limits);
  if (!bt_bencode_next (&self->reader, &token))
    return false;
  if (token.type != BT_BENCODE_DICT)
    return bt_reply_refuse (self, BT_ERROR_WRONG_TYPE, &token, NULL);
  return true;
}

/* A refusal is kept as the reader's own error, so that it reads no further. */
bool
bt_reply_refuse (BtReplyReader *self, BtErrorCode code, const BtBencodeToken *token,
                 const char *key)
{
  return bt_error_set (&self->reader.error, code, token->offset, key);
}

/* Whether the whole was well formed; closes the reader either way. */
static bool
close_answer (BtReplyReader *self, bool ok)
{
  bool whole = bt_bencode_finish (&self->reader, self->why);

  bt_bencode_clear (&self->reader);
  return whole && ok;
}

bool
bt_reply_next_key (BtReplyReader *self, BtBencodeToken *key)
{
  return bt_bencode_next (&self->reader, key) && key->type == BT_BENCODE_KEY;
}

bool
bt_reply_read (BtReplyReader *self, const uint8_t *data, size_t len, BtReplyRead read, void *answer,
               BtError *why)
{
  BtBencodeToken key = { .offset = 0 };
  bool ok = open_answer (self, data, len, why);

  while (ok && bt_reply_next_key (self, &key))
    ok = read (answer, &key);
  return close_answer (self, ok);
}

bool
bt_reply_value (BtReplyReader *self, BtBencodeType type, const char *key, BtBencodeToken *out)
{
  if (!bt_bencode_next (&self->reader, out))
    return false;
  return out->type == type || bt_reply_refuse (self, BT_ERROR_WRONG_TYPE, out, key);
}

bool
bt_reply_number (BtReplyReader *self, const char *key, int64_t max, int64_t *out)
{
  BtBencodeToken token;

  if (!bt_reply_value (self, BT_BENCODE_INT, key, &token))
    return false;
  if (token.num < 0 || token.num > max)
    return bt_reply_refuse (self, BT_ERROR_OUT_OF_RANGE, &token, key);
  *out = token.num;
  return true;
}

bool
bt_reply_seconds (BtReplyReader *self, const char *key, uint32_t *out)
{
  BtBencodeToken token;

  if (!bt_reply_value (self, BT_BENCODE_INT, key, &token))
    return false;
  *out = (uint32_t) CLAMP (token.num, 0, INT32_MAX);
  return true;
}

bool
bt_reply_bytes (BtReplyReader *self, const char *key, BtLent *out)
{
  BtBencodeToken token;

  if (!bt_reply_value (self, BT_BENCODE_BYTES, key, &token))
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
bt_reply_retry (BtReplyReader *self, uint32_t *out)
{
  BtBencodeToken token;

  if (!bt_bencode_next (&self->reader, &token))
    return false;
  if (token.type != BT_BENCODE_INT && token.type != BT_BENCODE_BYTES)
    return bt_reply_refuse (self, BT_ERROR_WRONG_TYPE, &token, "retry in");
  if (token.type == BT_BENCODE_BYTES && bt_bencode_is (&token, "never"))
    {
      *out = BT_RETRY_NEVER;
      return true;
    }
  if (minutes (&token) < 0 || minutes (&token) > INT32_MAX)
    return bt_reply_refuse (self, BT_ERROR_OUT_OF_RANGE, &token, "retry in");
  *out = (uint32_t) minutes (&token);
  return true;
}

bool
bt_reply_skip (BtReplyReader *self)
{
  BtBencodeToken token;

  return bt_bencode_next (&self->reader, &token) && bt_bencode_skip (&self->reader, &token);
}
