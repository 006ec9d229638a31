/* bt-extension-parse.c: reading the extended handshake (BEP 10), one key at a time. */
#include "protocol/peer/bt-extension.h"

#include <string.h>

#include "protocol/core/bt-bencode.h"
#include "protocol/core/bt-limits.h"

#define MAX_ID UINT8_MAX

typedef struct
{
  BtBencodeReader reader;
  BtExtensionHandshake value;
  BtError error; /* of the shape; the reader keeps its own */
} Parser;

static bool
fail (Parser *self, BtErrorCode code, size_t offset, const char *key)
{
  return bt_error_set (&self->error, code, offset, key);
}

/* Reads the value of a key, which must be of @type. */
static bool
read_value (Parser *self, BtBencodeType type, const char *key, BtBencodeToken *out)
{
  if (!bt_bencode_next (&self->reader, out))
    return false;
  return out->type == type || fail (self, BT_ERROR_WRONG_TYPE, out->offset, key);
}

/* A number from 0 to @max. */
static bool
read_number (Parser *self, const char *key, uint32_t max, uint32_t *out)
{
  BtBencodeToken token;

  if (!read_value (self, BT_BENCODE_INT, key, &token))
    return false;
  if (token.num < 0 || token.num > max)
    return fail (self, BT_ERROR_OUT_OF_RANGE, token.offset, key);
  *out = (uint32_t) token.num;
  return true;
}

static bool
read_port (Parser *self)
{
  uint32_t port = 0;

  if (!read_number (self, "p", UINT16_MAX, &port))
    return false;
  self->value.port = (uint16_t) port;
  if (port > 0)
    self->value.fields |= BT_EXTENSION_HAS_PORT;
  return true;
}

/* How many requests: more than fits is the largest, 0 is nothing said. */
static bool
read_reqq (Parser *self)
{
  BtBencodeToken token;

  if (!read_value (self, BT_BENCODE_INT, "reqq", &token))
    return false;
  if (token.num < 0)
    return fail (self, BT_ERROR_OUT_OF_RANGE, token.offset, "reqq");
  self->value.reqq = token.num > UINT32_MAX ? UINT32_MAX : (uint32_t) token.num;
  if (token.num > 0)
    self->value.fields |= BT_EXTENSION_HAS_REQQ;
  return true;
}

static bool
read_metadata_size (Parser *self)
{
  if (!read_number (self, "metadata_size", UINT32_MAX, &self->value.metadata_size))
    return false;
  if (self->value.metadata_size > 0)
    self->value.fields |= BT_EXTENSION_HAS_METADATA_SIZE;
  return true;
}

static bool
read_upload_only (Parser *self)
{
  uint32_t flag = 0;

  if (!read_number (self, "upload_only", UINT32_MAX, &flag))
    return false;
  self->value.upload_only = flag != 0;
  self->value.fields |= BT_EXTENSION_HAS_UPLOAD_ONLY;
  return true;
}

static bool
read_client (Parser *self)
{
  BtBencodeToken token;

  if (!read_value (self, BT_BENCODE_BYTES, "v", &token))
    return false;
  self->value.client = (const char *) token.bytes;
  self->value.client_len = token.len;
  self->value.fields |= BT_EXTENSION_HAS_CLIENT;
  return true;
}

/* An address of the family, or of either when it is NONE; others are nothing said. */
static bool
read_address (Parser *self, const char *key, BtFamily family, BtEndpoint *out)
{
  BtEndpoint address = { 0 };
  BtBencodeToken token;

  if (!read_value (self, BT_BENCODE_BYTES, key, &token))
    return false;
  if (token.len == 4)
    address = bt_endpoint_v4 (token.bytes, 0);
  else if (token.len == 16)
    address = bt_endpoint_v6 (token.bytes, 0);
  if (family == BT_FAMILY_NONE || address.family == family)
    *out = address;
  return true;
}

static bool
skip_value (Parser *self)
{
  BtBencodeToken token;

  return bt_bencode_next (&self->reader, &token) && bt_bencode_skip (&self->reader, &token);
}

/* Whether another extension of this handshake has the id. */
static bool
is_taken (const Parser *self, uint8_t id)
{
  for (int i = 0; i < BT_EXTENSION_COUNT; i++)
    if ((self->value.named & BT_EXTENSION_BIT (i)) != 0 && self->value.ids[i] == id)
      return true;
  return false;
}

static bool
read_id (Parser *self, int extension, size_t offset)
{
  uint32_t id = 0;

  if (!read_number (self, "m", MAX_ID, &id))
    return false;
  if (id != 0 && is_taken (self, (uint8_t) id))
    return fail (self, BT_ERROR_OUT_OF_RANGE, offset, "m");
  self->value.named |= BT_EXTENSION_BIT (extension);
  self->value.ids[extension] = (uint8_t) id;
  return true;
}

/* The dictionary of names. */
static bool
read_names (Parser *self)
{
  BtBencodeToken token;

  if (!read_value (self, BT_BENCODE_DICT, "m", &token))
    return false;
  while (bt_bencode_next (&self->reader, &token) && token.type == BT_BENCODE_KEY)
    {
      int i = 0;

      while (i < BT_EXTENSION_COUNT
             && !bt_bencode_token_is (&token, bt_extension_name ((BtExtension) i),
                                      strlen (bt_extension_name ((BtExtension) i))))
        i++;
      if (!(i < BT_EXTENSION_COUNT ? read_id (self, i, token.offset) : skip_value (self)))
        return false;
    }
  return self->reader.error.code == BT_OK;
}

static bool
read_key (Parser *self, const BtBencodeToken *key)
{
  if (bt_bencode_is (key, "m"))
    return read_names (self);
  if (bt_bencode_is (key, "v"))
    return read_client (self);
  if (bt_bencode_is (key, "p"))
    return read_port (self);
  if (bt_bencode_is (key, "reqq"))
    return read_reqq (self);
  if (bt_bencode_is (key, "metadata_size"))
    return read_metadata_size (self);
  if (bt_bencode_is (key, "upload_only"))
    return read_upload_only (self);
  if (bt_bencode_is (key, "yourip"))
    return read_address (self, "yourip", BT_FAMILY_NONE, &self->value.yourip);
  if (bt_bencode_is (key, "ipv4"))
    return read_address (self, "ipv4", BT_FAMILY_V4, &self->value.ipv4);
  if (bt_bencode_is (key, "ipv6"))
    return read_address (self, "ipv6", BT_FAMILY_V6, &self->value.ipv6);
  return skip_value (self);
}

static bool
read_all (Parser *self)
{
  BtBencodeToken token;

  if (!bt_bencode_next (&self->reader, &token))
    return false;
  if (token.type != BT_BENCODE_DICT)
    return fail (self, BT_ERROR_WRONG_TYPE, token.offset, NULL);
  while (bt_bencode_next (&self->reader, &token) && token.type == BT_BENCODE_KEY)
    if (!read_key (self, &token))
      return false;
  return !bt_bencode_next (&self->reader, &token); /* there is nothing after the dictionary */
}

bool
bt_extension_parse (const uint8_t *data, size_t len, BtExtensionHandshake *out, BtError *why)
{
  static const BtBencodeLimits limits = { .max_size = BT_LIMIT_EXTENDED_HANDSHAKE,
                                          .max_depth = BT_LIMIT_NET_DEPTH,
                                          .max_tokens = BT_LIMIT_EXTENDED_TOKENS,
                                          .strict = true };
  Parser parser = { 0 };
  bool ok;

  bt_bencode_init (&parser.reader, data, len, &limits);
  (void) read_all (&parser); /* how it went stands in the two errors */
  if (parser.error.code != BT_OK)
    {
      ok = false;
      if (why != NULL)
        *why = parser.error;
    }
  else
    ok = bt_bencode_finish (&parser.reader, why);
  bt_bencode_clear (&parser.reader);
  if (ok)
    *out = parser.value;
  return ok;
}
