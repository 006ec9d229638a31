/* bt-dict.c: see the header. */
#include "protocol/core/bt-dict.h"

bool
bt_dict_open (BtBencodeReader *reader, const uint8_t *data, size_t len,
              const BtBencodeLimits *limits)
{
  BtBencodeToken token;

  bt_bencode_init (reader, data, len, limits);
  return bt_dict_value (reader, BT_BENCODE_DICT, NULL, &token);
}

bool
bt_dict_close (BtBencodeReader *reader, bool ok, BtError *why)
{
  bool whole = bt_bencode_finish (reader, why);

  bt_bencode_clear (reader);
  return whole && ok;
}

bool
bt_dict_next_key (BtBencodeReader *reader, BtBencodeToken *key)
{
  return bt_bencode_next (reader, key) && key->type == BT_BENCODE_KEY;
}

bool
bt_dict_refuse (BtBencodeReader *reader, BtErrorCode code, size_t offset, const char *key)
{
  return bt_error_set (&reader->error, code, offset, key);
}

bool
bt_dict_value (BtBencodeReader *reader, BtBencodeType type, const char *key, BtBencodeToken *out)
{
  if (!bt_bencode_next (reader, out))
    return false;
  return out->type == type || bt_dict_refuse (reader, BT_ERROR_WRONG_TYPE, out->offset, key);
}

bool
bt_dict_number (BtBencodeReader *reader, const char *key, int64_t max, int64_t *out)
{
  BtBencodeToken token;

  if (!bt_dict_value (reader, BT_BENCODE_INT, key, &token))
    return false;
  if (token.num < 0 || token.num > max)
    return bt_dict_refuse (reader, BT_ERROR_OUT_OF_RANGE, token.offset, key);
  *out = token.num;
  return true;
}

bool
bt_dict_u32 (BtBencodeReader *reader, const char *key, uint32_t max, uint32_t *out)
{
  int64_t value;

  if (!bt_dict_number (reader, key, max, &value))
    return false;
  *out = (uint32_t) value;
  return true;
}

bool
bt_dict_skip (BtBencodeReader *reader)
{
  BtBencodeToken token;

  return bt_bencode_next (reader, &token) && bt_bencode_skip (reader, &token);
}
