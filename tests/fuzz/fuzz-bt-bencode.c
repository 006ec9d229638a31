/* fuzz-bt-bencode.c: both modes of the reader agree, and the writer makes the same bytes again of
 * what the strict one accepts. */
#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-bencode.h"
#include "tests/fuzz/fuzz-target.h"

#define MAX_SIZE (1u << 20u)

static void
write_token (BtBuffer *out, const BtBencodeToken *token)
{
  switch (token->type)
    {
    case BT_BENCODE_INT:
      bt_bencode_write_int (out, token->num);
      break;
    case BT_BENCODE_BYTES:
    case BT_BENCODE_KEY:
      bt_bencode_write_bytes (out, token->bytes, token->len);
      break;
    case BT_BENCODE_LIST:
      bt_bencode_open_list (out);
      break;
    case BT_BENCODE_DICT:
      bt_bencode_open_dict (out);
      break;
    case BT_BENCODE_CLOSE:
      bt_bencode_close (out);
      break;
    }
}

/* Reads everything; what was read is written to @out. */
static bool
copy (const uint8_t *data, size_t len, bool strict, BtBuffer *out, uint32_t *oddities, BtError *why)
{
  BtBencodeLimits limits
      = { .max_size = MAX_SIZE, .max_depth = 40, .max_tokens = 10000, .strict = strict };
  BtBencodeReader reader;
  BtBencodeToken token;
  bool ok;

  bt_bencode_init (&reader, data, len, &limits);
  while (bt_bencode_next (&reader, &token))
    {
      bt_assert (token.offset < len);
      if (token.type == BT_BENCODE_BYTES || token.type == BT_BENCODE_KEY)
        bt_assert (token.bytes >= data && token.len <= (size_t) (data + len - token.bytes));
      write_token (out, &token);
    }
  ok = bt_bencode_finish (&reader, why);
  bt_assert (ok || (why->code != BT_OK && why->offset <= len));
  *oddities = reader.oddities;
  bt_bencode_clear (&reader);
  return ok;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  BtError why = { 0 };
  BtBuffer exact;
  BtBuffer loose;
  uint32_t oddities;
  bool strict;
  bool lenient;

  bt_buffer_init (&exact, MAX_SIZE);
  bt_buffer_init (&loose, MAX_SIZE);
  strict = copy (data, len, true, &exact, &oddities, &why);
  lenient = copy (data, len, false, &loose, &oddities, &why);
  bt_assert (!strict || (exact.len == len && memcmp (exact.data, data, len) == 0));
  bt_assert (lenient || !strict);
  if (lenient)
    bt_assert (strict == (oddities == 0));
  bt_buffer_clear (&exact);
  bt_buffer_clear (&loose);
  return 0;
}
