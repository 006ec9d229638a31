/* bt-bencode.c: the pull reader and the writer of bencode (BEP 3). */
#include "protocol/core/bt-bencode.h"

#include <string.h>

#include "protocol/core/bt-assert.h"

void
bt_bencode_init (BtBencodeReader *reader, const void *data, size_t len,
                 const BtBencodeLimits *limits)
{
  bt_assert (limits->max_depth <= BT_BENCODE_MAX_DEPTH && limits->max_size < UINT32_MAX);
  reader->data = data;
  reader->len = len;
  reader->at = 0;
  reader->limits = *limits;
  reader->tokens = reader->oddities = reader->depth = 0;
  reader->done = false;
  reader->keys = NULL;
  reader->n_keys = reader->size_keys = 0;
  reader->error = (BtError){ 0 };
}

void
bt_bencode_clear (BtBencodeReader *reader)
{
  g_clear_pointer (&reader->keys, g_free);
  reader->n_keys = reader->size_keys = 0;
}

static bool
fail (BtBencodeReader *reader, BtErrorCode code, size_t offset)
{
  return bt_error_set (&reader->error, code, offset, NULL);
}

/* In strict mode an error, otherwise noted. */
static bool
odd (BtBencodeReader *reader, BtBencodeOddity oddity, BtErrorCode code, size_t offset)
{
  if (reader->limits.strict)
    return fail (reader, code, offset);
  reader->oddities |= oddity;
  return true;
}

static inline bool
is_digit (uint8_t byte)
{
  return byte >= '0' && byte <= '9';
}

/* So many digits fit any limit. */
#define SAFE_DIGITS 18

/* Reads decimal digits up to @max, which is at least 10^18. Leaves the cursor behind them. */
static inline bool
read_digits (BtBencodeReader *reader, uint64_t max, uint64_t *out)
{
  const uint8_t *data = reader->data;
  size_t start = reader->at;
  size_t at = start;
  uint64_t value = 0;

  for (; at < reader->len && is_digit (data[at]); at++)
    {
      unsigned digit = data[at] - '0';

      if (at - start >= SAFE_DIGITS && value > (max - digit) / 10)
        return fail (reader, BT_ERROR_OVERFLOW, start);
      value = value * 10 + digit;
    }
  reader->at = at;
  if (at == start)
    return fail (reader, start == reader->len ? BT_ERROR_TRUNCATED : BT_ERROR_EXPECTED_DIGIT,
                 start);
  *out = value;
  if (data[start] == '0' && at - start > 1)
    return odd (reader, BT_BENCODE_NUMBER_FORM, BT_ERROR_NUMBER_FORM, start);
  return true;
}

static bool
read_int (BtBencodeReader *reader, BtBencodeToken *out)
{
  bool negative;
  uint64_t value;

  reader->at++;
  negative = reader->at < reader->len && reader->data[reader->at] == '-';
  reader->at += negative;
  if (!read_digits (reader, (uint64_t) INT64_MAX + negative, &value))
    return false;
  if (reader->at == reader->len)
    return fail (reader, BT_ERROR_TRUNCATED, reader->at);
  if (reader->data[reader->at] != 'e')
    return fail (reader, BT_ERROR_EXPECTED_DIGIT, reader->at);
  reader->at++;
  out->type = BT_BENCODE_INT;
  out->num = negative ? (int64_t) (0 - value) : (int64_t) value;
  if (negative && value == 0)
    return odd (reader, BT_BENCODE_NUMBER_FORM, BT_ERROR_NUMBER_FORM, out->offset);
  return true;
}

static inline bool
read_bytes (BtBencodeReader *reader, BtBencodeToken *out)
{
  uint64_t len;

  if (!read_digits (reader, INT64_MAX, &len))
    return false;
  if (reader->at == reader->len)
    return fail (reader, BT_ERROR_EXPECTED_COLON, reader->at);
  if (reader->data[reader->at] != ':')
    return fail (reader, BT_ERROR_EXPECTED_DIGIT, reader->at);
  reader->at++;
  if (len > reader->len - reader->at)
    return fail (reader, BT_ERROR_TRUNCATED, out->offset);
  out->type = BT_BENCODE_BYTES;
  out->bytes = reader->data + reader->at;
  out->len = (size_t) len;
  reader->at += (size_t) len;
  return true;
}

int
bt_bencode_key_compare (const void *a, size_t a_len, const void *b, size_t b_len)
{
  int order = memcmp (a, b, MIN (a_len, b_len));

  return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

/* The content of a key that was read before. */
static void
key_at (const BtBencodeReader *reader, uint32_t start, const uint8_t **bytes, size_t *len)
{
  const uint8_t *at = reader->data + start;

  for (*len = 0; *at != ':'; at++)
    *len = *len * 10 + (*at - '0');
  *bytes = at + 1;
}

static int
compare_starts (const void *a, const void *b, void *reader)
{
  const uint8_t *bytes[2];
  size_t len[2];

  key_at (reader, *(const uint32_t *) a, &bytes[0], &len[0]);
  key_at (reader, *(const uint32_t *) b, &bytes[1], &len[1]);
  return bt_bencode_key_compare (bytes[0], len[0], bytes[1], len[1]);
}

/* Finds a key that stands twice in an unsorted dictionary. */
static bool
check_unsorted (BtBencodeReader *reader, const BtBencodeLevel *level)
{
  uint32_t *keys = reader->keys + level->keys_from;
  size_t n = reader->n_keys - level->keys_from;

  g_qsort_with_data (keys, (int) n, sizeof *keys, compare_starts, reader);
  for (size_t i = 1; i < n; i++)
    if (compare_starts (&keys[i - 1], &keys[i], reader) == 0)
      return fail (reader, BT_ERROR_KEY_DUPLICATE, MAX (keys[i - 1], keys[i]));
  return true;
}

static inline void
push_key (BtBencodeReader *reader, size_t offset)
{
  if (reader->n_keys == reader->size_keys)
    {
      reader->size_keys = MAX (64, 2 * reader->size_keys);
      reader->keys = g_renew (uint32_t, reader->keys, reader->size_keys);
    }
  reader->keys[reader->n_keys++] = (uint32_t) offset;
}

/* The first bytes mostly tell. */
static inline int
compare_keys (const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
  if (a_len > 0 && b_len > 0 && a[0] != b[0])
    return a[0] < b[0] ? -1 : 1;
  return bt_bencode_key_compare (a, a_len, b, b_len);
}

/* Checks a key against the one before it in the same dictionary. */
static inline bool
order_key (BtBencodeReader *reader, BtBencodeLevel *level, const BtBencodeToken *key)
{
  if (level->last_key != NULL)
    {
      int order = compare_keys (level->last_key, level->last_len, key->bytes, key->len);

      if (order == 0)
        return fail (reader, BT_ERROR_KEY_DUPLICATE, key->offset);
      if (order > 0)
        {
          level->unsorted = true;
          if (!odd (reader, BT_BENCODE_UNSORTED, BT_ERROR_KEY_ORDER, key->offset))
            return false;
        }
    }
  push_key (reader, key->offset);
  level->last_key = key->bytes;
  level->last_len = key->len;
  return true;
}

static bool
open_level (BtBencodeReader *reader, bool dict, BtBencodeToken *out)
{
  if (reader->depth >= reader->limits.max_depth)
    return fail (reader, BT_ERROR_DEPTH, reader->at);
  reader->level[reader->depth++]
      = (BtBencodeLevel){ .keys_from = (uint32_t) reader->n_keys, .dict = dict };
  reader->at++;
  out->type = dict ? BT_BENCODE_DICT : BT_BENCODE_LIST;
  return true;
}

static bool
close_level (BtBencodeReader *reader, BtBencodeToken *out)
{
  BtBencodeLevel *level = &reader->level[reader->depth - 1];

  if (level->want_value)
    return fail (reader, BT_ERROR_EXPECTED_VALUE, reader->at);
  if (level->unsorted && !check_unsorted (reader, level))
    return false;
  reader->n_keys = level->keys_from;
  reader->depth--;
  reader->at++;
  out->type = BT_BENCODE_CLOSE;
  return true;
}

static bool
read_key (BtBencodeReader *reader, BtBencodeLevel *level, BtBencodeToken *out)
{
  if (!is_digit (reader->data[reader->at]))
    return fail (reader, BT_ERROR_EXPECTED_DIGIT, reader->at);
  if (!read_bytes (reader, out) || !order_key (reader, level, out))
    return false;
  out->type = BT_BENCODE_KEY;
  level->want_value = true;
  return true;
}

static bool
read_value (BtBencodeReader *reader, BtBencodeToken *out)
{
  uint8_t byte = reader->data[reader->at];

  if (byte == 'i')
    return read_int (reader, out);
  if (byte == 'd' || byte == 'l')
    return open_level (reader, byte == 'd', out);
  if (is_digit (byte))
    return read_bytes (reader, out);
  return fail (reader, BT_ERROR_EXPECTED_VALUE, reader->at);
}

/* One token, whatever the place asks for; the end of the input is the caller's. */
static bool
read_token (BtBencodeReader *reader, BtBencodeToken *out)
{
  BtBencodeLevel *level = reader->depth > 0 ? &reader->level[reader->depth - 1] : NULL;

  if (level != NULL && reader->data[reader->at] == 'e')
    return close_level (reader, out);
  if (level != NULL && level->dict && !level->want_value)
    return read_key (reader, level, out);
  if (level != NULL)
    level->want_value = false;
  return read_value (reader, out);
}

bool
bt_bencode_next (BtBencodeReader *reader, BtBencodeToken *out)
{
  if (reader->done || reader->error.code != BT_OK)
    return false;
  if (reader->len > reader->limits.max_size)
    return fail (reader, BT_ERROR_TOO_LARGE, reader->limits.max_size);
  if (reader->at == reader->len || (reader->depth == 0 && reader->data[reader->at] == 'e'))
    return fail (reader, BT_ERROR_TRUNCATED, reader->at);

  out->offset = reader->at;
  if (!read_token (reader, out))
    return false;
  if (out->type != BT_BENCODE_CLOSE && ++reader->tokens > reader->limits.max_tokens)
    return fail (reader, BT_ERROR_TOKENS, out->offset);
  reader->done = reader->depth == 0;
  return true;
}

bool
bt_bencode_skip (BtBencodeReader *reader, const BtBencodeToken *first)
{
  uint32_t depth = reader->depth;
  BtBencodeToken token;

  if (first->type != BT_BENCODE_LIST && first->type != BT_BENCODE_DICT)
    return true;
  while (reader->depth >= depth)
    if (!bt_bencode_next (reader, &token))
      return false;
  return true;
}

bool
bt_bencode_finish (BtBencodeReader *reader, BtError *why)
{
  if (reader->error.code == BT_OK && !reader->done)
    fail (reader, BT_ERROR_TRUNCATED, reader->at);
  if (reader->error.code == BT_OK && reader->at < reader->len)
    {
      size_t at = reader->at;

      while (at < reader->len && (reader->data[at] == '\n' || reader->data[at] == '\r'))
        at++;
      if (at < reader->len)
        fail (reader, BT_ERROR_TRAILING, at);
      else
        (void) odd (reader, BT_BENCODE_TRAILING, BT_ERROR_TRAILING, reader->at); /* asked below */
    }
  if (reader->error.code == BT_OK)
    return true;
  if (why != NULL)
    *why = reader->error;
  return false;
}

bool
bt_bencode_check (const void *data, size_t len, const BtBencodeLimits *limits, uint32_t *oddities,
                  BtError *why)
{
  BtBencodeReader reader;
  BtBencodeToken token;
  bool ok;

  bt_bencode_init (&reader, data, len, limits);
  while (bt_bencode_next (&reader, &token))
    continue;
  ok = bt_bencode_finish (&reader, why);
  if (ok && oddities != NULL)
    *oddities = reader.oddities;
  bt_bencode_clear (&reader);
  return ok;
}

/* Decimal digits of @value, right-aligned in @text; returns their start. */
static char *
format_uint (uint64_t value, char text[20])
{
  char *at = text + 20;

  do
    *--at = (char) ('0' + value % 10);
  while ((value /= 10) > 0);
  return at;
}

void
bt_bencode_write_int (BtBuffer *out, int64_t value)
{
  char text[20];
  char *digits = format_uint (value < 0 ? 0 - (uint64_t) value : (uint64_t) value, text);

  bt_buffer_append_text (out, value < 0 ? "i-" : "i");
  bt_buffer_append (out, digits, (size_t) (text + sizeof text - digits));
  bt_buffer_append_text (out, "e");
}

void
bt_bencode_write_head (BtBuffer *out, size_t len)
{
  char text[20];
  char *digits = format_uint (len, text);

  bt_buffer_append (out, digits, (size_t) (text + sizeof text - digits));
  bt_buffer_append_text (out, ":");
}

void
bt_bencode_write_bytes (BtBuffer *out, const void *data, size_t len)
{
  bt_bencode_write_head (out, len);
  bt_buffer_append (out, data, len);
}

void
bt_bencode_write_text (BtBuffer *out, const char *text)
{
  bt_bencode_write_bytes (out, text, strlen (text));
}

void
bt_bencode_open_dict (BtBuffer *out)
{
  bt_buffer_append_text (out, "d");
}

void
bt_bencode_open_list (BtBuffer *out)
{
  bt_buffer_append_text (out, "l");
}

void
bt_bencode_close (BtBuffer *out)
{
  bt_buffer_append_text (out, "e");
}
