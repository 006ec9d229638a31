/* bt-metadata.c: reading and writing messages of ut_metadata. */
#include "protocol/peer/bt-metadata.h"

#include "protocol/core/bt-bencode.h"
#include "protocol/core/bt-limits.h"

#define TOKENS_MAX 64u

typedef struct
{
  BtBencodeReader reader;
  BtMetadataMessage value;
  bool has_type;
  bool has_piece;
  BtError error; /* of the shape; the reader keeps its own */
} Parser;

static bool
fail (Parser *self, BtErrorCode code, size_t offset, const char *key)
{
  return bt_error_set (&self->error, code, offset, key);
}

static bool
read_number (Parser *self, const char *key, uint32_t *out)
{
  BtBencodeToken token;

  if (!bt_bencode_next (&self->reader, &token))
    return false;
  if (token.type != BT_BENCODE_INT)
    return fail (self, BT_ERROR_WRONG_TYPE, token.offset, key);
  if (token.num < 0 || token.num > UINT32_MAX)
    return fail (self, BT_ERROR_OUT_OF_RANGE, token.offset, key);
  *out = (uint32_t) token.num;
  return true;
}

static bool
read_type (Parser *self)
{
  uint32_t type = 0;

  self->has_type = true;
  if (!read_number (self, "msg_type", &type))
    return false;
  self->value.type = type < BT_METADATA_UNKNOWN ? (BtMetadataType) type : BT_METADATA_UNKNOWN;
  return true;
}

static bool
read_pair (Parser *self, const BtBencodeToken *key)
{
  BtBencodeToken value;

  if (bt_bencode_is (key, "msg_type"))
    return read_type (self);
  if (bt_bencode_is (key, "piece"))
    {
      self->has_piece = true;
      return read_number (self, "piece", &self->value.piece);
    }
  if (bt_bencode_is (key, "total_size"))
    return read_number (self, "total_size", &self->value.total_size);
  return bt_bencode_next (&self->reader, &value) && bt_bencode_skip (&self->reader, &value);
}

static bool
read_dictionary (Parser *self)
{
  BtBencodeToken token;

  if (!bt_bencode_next (&self->reader, &token))
    return false;
  if (token.type != BT_BENCODE_DICT)
    return fail (self, BT_ERROR_WRONG_TYPE, token.offset, NULL);
  while (bt_bencode_next (&self->reader, &token))
    {
      if (token.type == BT_BENCODE_CLOSE)
        return true;
      if (!read_pair (self, &token))
        return false;
    }
  return false;
}

static bool
read_rest (Parser *self, const uint8_t *data, size_t len)
{
  size_t at = self->reader.at;

  if (!self->has_type)
    return fail (self, BT_ERROR_MISSING_KEY, 0, "msg_type");
  if (self->value.type == BT_METADATA_UNKNOWN)
    return true;
  if (!self->has_piece)
    return fail (self, BT_ERROR_MISSING_KEY, 0, "piece");
  if (self->value.type != BT_METADATA_DATA)
    return at == len || fail (self, BT_ERROR_TRAILING, at, NULL);
  if (len - at > BT_METADATA_PIECE_LEN)
    return fail (self, BT_ERROR_TOO_LARGE, at, "piece");
  self->value.bytes = data + at;
  self->value.len = len - at;
  return true;
}

bool
bt_metadata_parse (const uint8_t *data, size_t len, BtMetadataMessage *out, BtError *why)
{
  static const BtBencodeLimits limits = { .max_size = BT_LIMIT_WIRE_MESSAGE,
                                          .max_depth = BT_LIMIT_NET_DEPTH,
                                          .max_tokens = TOKENS_MAX,
                                          .strict = true };
  Parser parser = { 0 };
  bool ok;

  bt_bencode_init (&parser.reader, data, len, &limits);
  ok = read_dictionary (&parser) && read_rest (&parser, data, len);
  if (!ok && why != NULL)
    *why = parser.error.code != BT_OK ? parser.error : parser.reader.error;
  bt_bencode_clear (&parser.reader);
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
