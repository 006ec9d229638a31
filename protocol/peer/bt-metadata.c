/* bt-metadata.c: reading and writing messages of ut_metadata. */
#include "protocol/peer/bt-metadata.h"

#include "protocol/core/bt-dict.h"
#include "protocol/core/bt-limits.h"

#define TOKENS_MAX 64u

typedef struct
{
  BtBencodeReader in;
  BtMetadataMessage value;
  bool has_type;
  bool has_piece;
} Parser;

static bool
read_type (Parser *self)
{
  uint32_t type = 0;

  self->has_type = true;
  if (!bt_dict_u32 (&self->in, "msg_type", UINT32_MAX, &type))
    return false;
  self->value.type = type < BT_METADATA_UNKNOWN ? (BtMetadataType) type : BT_METADATA_UNKNOWN;
  return true;
}

static bool
read_pair (Parser *self, const BtBencodeToken *key)
{
  if (bt_bencode_is (key, "msg_type"))
    return read_type (self);
  if (bt_bencode_is (key, "piece"))
    {
      self->has_piece = true;
      return bt_dict_u32 (&self->in, "piece", UINT32_MAX, &self->value.piece);
    }
  if (bt_bencode_is (key, "total_size"))
    return bt_dict_u32 (&self->in, "total_size", UINT32_MAX, &self->value.total_size);
  return bt_dict_skip (&self->in);
}

static bool
read_dictionary (Parser *self, const uint8_t *data, size_t len)
{
  static const BtBencodeLimits limits = { .max_size = BT_LIMIT_WIRE_MESSAGE,
                                          .max_depth = BT_LIMIT_NET_DEPTH,
                                          .max_tokens = TOKENS_MAX,
                                          .strict = true };
  BtBencodeToken key;
  bool ok = bt_dict_open (&self->in, data, len, &limits);

  while (ok && bt_dict_next_key (&self->in, &key))
    ok = read_pair (self, &key);
  return ok && self->in.error.code == BT_OK;
}

static bool
read_rest (Parser *self, const uint8_t *data, size_t len)
{
  size_t at = self->in.at;

  if (!self->has_type)
    return bt_dict_refuse (&self->in, BT_ERROR_MISSING_KEY, 0, "msg_type");
  if (self->value.type == BT_METADATA_UNKNOWN)
    return true;
  if (!self->has_piece)
    return bt_dict_refuse (&self->in, BT_ERROR_MISSING_KEY, 0, "piece");
  if (self->value.type != BT_METADATA_DATA)
    return at == len || bt_dict_refuse (&self->in, BT_ERROR_TRAILING, at, NULL);
  if (len - at > BT_METADATA_PIECE_LEN)
    return bt_dict_refuse (&self->in, BT_ERROR_TOO_LARGE, at, "piece");
  self->value.bytes = data + at;
  self->value.len = len - at;
  return true;
}

bool
bt_metadata_parse (const uint8_t *data, size_t len, BtMetadataMessage *out, BtError *why)
{
  Parser parser = { 0 };
  bool ok = read_dictionary (&parser, data, len) && read_rest (&parser, data, len);

  if (!ok && why != NULL)
    *why = parser.in.error;
  bt_bencode_clear (&parser.in);
  if (ok)
    *out = parser.value;
  return ok;
}

void
bt_metadata_write_head (const BtMetadataMessage *message, BtBuffer *out)
{
  bt_bencode_open_dict (out);
  bt_bencode_write_text (out, "msg_type");
  bt_bencode_write_int (out, message->type);
  bt_bencode_write_text (out, "piece");
  bt_bencode_write_int (out, message->piece);
  if (message->type == BT_METADATA_DATA)
    {
      bt_bencode_write_text (out, "total_size");
      bt_bencode_write_int (out, message->total_size);
    }
  bt_bencode_close (out);
}

uint32_t
bt_metadata_n_pieces (uint32_t size)
{
  return size / BT_METADATA_PIECE_LEN + (size % BT_METADATA_PIECE_LEN > 0);
}

uint32_t
bt_metadata_piece_len (uint32_t size, uint32_t piece)
{
  uint32_t rest = size - piece * BT_METADATA_PIECE_LEN;

  return rest < BT_METADATA_PIECE_LEN ? rest : BT_METADATA_PIECE_LEN;
}
