/* fuzz-bt-patch.c: an edited dictionary holds the values that it was given and all the others as
 * they were; another edit that takes them out again leaves what was there before. */
#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-bencode.h"
#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-patch.h"
#include "tests/fuzz/fuzz-target.h"

static const BtBencodeLimits limits = { .max_size = 2 * BT_LIMIT_OWN_TORRENT_SIZE,
                                        .max_depth = BT_LIMIT_TORRENT_DEPTH,
                                        .max_tokens = BT_LIMIT_OWN_TORRENT_TOKENS };

/* The raw value of a key at the top; NULL when it is not there. */
static const uint8_t *
find (GBytes *dict, const char *key, size_t *len)
{
  const uint8_t *found = NULL;
  BtBencodeReader reader;
  BtBencodeToken token;

  bt_bencode_init (&reader, g_bytes_get_data (dict, NULL), g_bytes_get_size (dict), &limits);
  bt_assert (bt_bencode_next (&reader, &token) && token.type == BT_BENCODE_DICT);
  while (bt_bencode_next (&reader, &token) && token.type == BT_BENCODE_KEY)
    {
      bool same = token.len == strlen (key) && memcmp (token.bytes, key, token.len) == 0;

      bt_assert (bt_bencode_next (&reader, &token) && bt_bencode_skip (&reader, &token));
      if (!same)
        continue;
      found = reader.data + token.offset;
      *len = reader.at - token.offset;
    }
  bt_assert (bt_bencode_finish (&reader, NULL));
  bt_bencode_clear (&reader);
  return found;
}

static void
check_edit (const uint8_t *data, size_t len, GBytes *plain)
{
  static const BtPatch set[] = { { "announce", "3:url", 5 }, { "info", NULL, 0 } };
  static const BtPatch unset[] = { { "announce", NULL, 0 }, { "info", NULL, 0 } };
  g_autoptr (GBytes) edited = bt_patch_dict (data, len, set, 2, NULL);
  g_autoptr (GBytes) taken = bt_patch_dict (data, len, unset, 2, NULL);
  g_autoptr (GBytes) again = NULL;
  size_t value_len = 0;

  bt_assert (edited != NULL && taken != NULL);
  bt_assert (find (edited, "info", &value_len) == NULL);
  bt_assert (memcmp (find (edited, "announce", &value_len), "3:url", 5) == 0 && value_len == 5);
  again
      = bt_patch_dict (g_bytes_get_data (edited, NULL), g_bytes_get_size (edited), unset, 1, NULL);
  bt_assert (again != NULL && g_bytes_equal (again, taken));
  bt_assert (g_bytes_get_size (plain) >= g_bytes_get_size (taken));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  BtError why = { 0 };
  g_autoptr (GBytes) plain = bt_patch_dict (data, len, NULL, 0, &why);
  g_autoptr (GBytes) twice = NULL;

  if (plain == NULL)
    {
      bt_assert (why.code != BT_OK && why.offset <= len);
      return 0;
    }
  twice = bt_patch_dict (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), NULL, 0, NULL);
  bt_assert (twice != NULL && g_bytes_equal (plain, twice));
  check_edit (data, len, plain);
  return 0;
}
