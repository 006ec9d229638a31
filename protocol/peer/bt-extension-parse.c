/* bt-extension-parse.c: reading the extended handshake (BEP 10), one key at a time. */
#include "protocol/peer/bt-extension.h"

#include <string.h>

#include "protocol/core/bt-dict.h"
#include "protocol/core/bt-limits.h"

#define MAX_ID UINT8_MAX

typedef struct
{
  BtBencodeReader in;
  BtExtensionHandshake value;
} Parser;

static bool
read_port (Parser *self)
{
  uint32_t port = 0;

  if (!bt_dict_u32 (&self->in, "p", UINT16_MAX, &port))
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

  if (!bt_dict_value (&self->in, BT_BENCODE_INT, "reqq", &token))
    return false;
  if (token.num < 0)
    return bt_dict_refuse (&self->in, BT_ERROR_OUT_OF_RANGE, token.offset, "reqq");
  self->value.reqq = token.num > UINT32_MAX ? UINT32_MAX : (uint32_t) token.num;
  if (token.num > 0)
    self->value.fields |= BT_EXTENSION_HAS_REQQ;
  return true;
}

static bool
read_metadata_size (Parser *self)
{
  if (!bt_dict_u32 (&self->in, "metadata_size", UINT32_MAX, &self->value.metadata_size))
    return false;
  if (self->value.metadata_size > 0)
    self->value.fields |= BT_EXTENSION_HAS_METADATA_SIZE;
  return true;
}

static bool
read_upload_only (Parser *self)
{
  uint32_t flag = 0;

  if (!bt_dict_u32 (&self->in, "upload_only", UINT32_MAX, &flag))
    return false;
  self->value.upload_only = flag != 0;
  self->value.fields |= BT_EXTENSION_HAS_UPLOAD_ONLY;
  return true;
}

static bool
read_client (Parser *self)
{
  BtBencodeToken token;

  if (!bt_dict_value (&self->in, BT_BENCODE_BYTES, "v", &token))
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

  if (!bt_dict_value (&self->in, BT_BENCODE_BYTES, key, &token))
    return false;
  if (token.len == 4)
    address = bt_endpoint_v4 (token.bytes, 0);
  else if (token.len == 16)
    address = bt_endpoint_v6 (token.bytes, 0);
  if (family == BT_FAMILY_NONE || address.family == family)
    *out = address;
  return true;
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

  if (!bt_dict_u32 (&self->in, "m", MAX_ID, &id))
    return false;
  if (id != 0 && is_taken (self, (uint8_t) id))
    return bt_dict_refuse (&self->in, BT_ERROR_OUT_OF_RANGE, offset, "m");
  self->value.named |= BT_EXTENSION_BIT (extension);
  self->value.ids[extension] = (uint8_t) id;
  return true;
}

/* The dictionary of names. */
static bool
read_names (Parser *self)
{
  BtBencodeToken token;

  if (!bt_dict_value (&self->in, BT_BENCODE_DICT, "m", &token))
    return false;
  while (bt_dict_next_key (&self->in, &token))
    {
      int i = 0;

      while (i < BT_EXTENSION_COUNT
             && !bt_bencode_token_is (&token, bt_extension_name ((BtExtension) i),
                                      strlen (bt_extension_name ((BtExtension) i))))
        i++;
      if (!(i < BT_EXTENSION_COUNT ? read_id (self, i, token.offset) : bt_dict_skip (&self->in)))
        return false;
    }
  return self->in.error.code == BT_OK;
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
  return bt_dict_skip (&self->in);
}

bool
bt_extension_parse (const uint8_t *data, size_t len, BtExtensionHandshake *out, BtError *why)
{
  static const BtBencodeLimits limits = { .max_size = BT_LIMIT_EXTENDED_HANDSHAKE,
                                          .max_depth = BT_LIMIT_NET_DEPTH,
                                          .max_tokens = BT_LIMIT_EXTENDED_TOKENS,
                                          .strict = true };
  Parser parser = { 0 };
  BtBencodeToken key;
  bool ok = bt_dict_open (&parser.in, data, len, &limits);

  while (ok && bt_dict_next_key (&parser.in, &key))
    ok = read_key (&parser, &key);
  ok = bt_dict_close (&parser.in, ok, why);
  if (ok)
    *out = parser.value;
  return ok;
}
