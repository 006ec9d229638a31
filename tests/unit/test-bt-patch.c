/* test-bt-patch.c: an edit changes what it names and leaves every other byte as it is. */
#include <string.h>

#include <glib.h>

#include "protocol/torrent/bt-patch.h"

#define SET(key, value)                                                                            \
  {                                                                                                \
    key, value, sizeof (value) - 1                                                                 \
  }
#define REMOVE(key)                                                                                \
  {                                                                                                \
    key, NULL, 0                                                                                   \
  }

static const struct
{
  const char *name;
  const char *dict;
  BtPatch patches[3]; /* up to the first without a key */
  const char *want;
} rows[] = {
  { "nothing", "d1:ai1e1:b3:xyze", { { NULL, NULL, 0 } }, "d1:ai1e1:b3:xyze" },
  { "empty", "de", { SET ("a", "i1e") }, "d1:ai1ee" },
  { "replace", "d1:ai1e1:bi2e1:ci3ee", { SET ("b", "4:spam") }, "d1:ai1e1:b4:spam1:ci3ee" },
  { "remove", "d1:ai1e1:bi2e1:ci3ee", { REMOVE ("b") }, "d1:ai1e1:ci3ee" },
  { "remove-absent", "d1:ai1e1:ci3ee", { REMOVE ("b") }, "d1:ai1e1:ci3ee" },
  { "remove-all", "d1:ai1e1:ci3ee", { REMOVE ("c"), REMOVE ("a") }, "de" },
  { "first", "d1:bi1ee", { SET ("a", "le") }, "d1:ale1:bi1ee" },
  { "last", "d1:bi1ee", { SET ("c", "de") }, "d1:bi1e1:cdee" },
  { "between", "d1:ai1e1:ci1ee", { SET ("b", "0:") }, "d1:ai1e1:b0:1:ci1ee" },
  { "prefix", "d2:abi1ee", { SET ("a", "0:"), SET ("abc", "i2e") }, "d1:a0:2:abi1e3:abci2ee" },
  { "several",
    "d1:ai1e1:bi2e1:ci3ee",
    { SET ("d", "i4e"), REMOVE ("a"), SET ("b", "i9e") },
    "d1:bi9e1:ci3e1:di4ee" },

  /* what stands inside a kept value stays: order, number forms, unknown keys */
  { "info-kept",
    "d7:comment1:x4:infod6:lengthi007e4:name1:a1:X0:e6:sourcei1ee",
    { REMOVE ("comment"), SET ("announce", "3:url") },
    "d8:announce3:url4:infod6:lengthi007e4:name1:a1:X0:e6:sourcei1ee" },
  { "unsorted", "d1:zi1e1:al1:xee", { SET ("m", "i5e") }, "d1:al1:xe1:mi5e1:zi1ee" },
  { "newline", "d1:ai1ee\n", { SET ("b", "i5e") }, "d1:ai1e1:bi5ee" },
  { "key-form", "d01:ai1e1:bi2ee", { SET ("a", "i5e") }, "d1:ai5e1:bi2ee" },
};

static GBytes *
patch (const char *dict, size_t len, const BtPatch *patches, size_t n, BtError *why)
{
  g_autofree char *exact = g_memdup2 (dict, len);

  return bt_patch_dict (exact, len, patches, n, why);
}

static void
test_rows (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) out = NULL;
      BtError why = { 0 };
      size_t n = 0;

      while (n < G_N_ELEMENTS (rows[i].patches) && rows[i].patches[n].key != NULL)
        n++;
      g_test_message ("%s", rows[i].name);
      out = patch (rows[i].dict, strlen (rows[i].dict), rows[i].patches, n, &why);
      g_assert_nonnull (out);
      g_assert_cmpmem (g_bytes_get_data (out, NULL), g_bytes_get_size (out), rows[i].want,
                       strlen (rows[i].want));
    }
}

/* A NUL in a key of the dictionary does not end it. */
static void
test_binary_key (void)
{
  static const char dict[] = "d3:a\0bi1ee";
  static const char want[] = "d1:ai2e3:a\0bi1ee";
  const BtPatch set = SET ("a", "i2e");
  g_autoptr (GBytes) out = patch (dict, sizeof dict - 1, &set, 1, NULL);

  g_assert_cmpmem (g_bytes_get_data (out, NULL), g_bytes_get_size (out), want, sizeof want - 1);
}

static const struct
{
  const char *dict;
  BtErrorCode code;
  uint64_t at;
} refused[] = {
  { "", BT_ERROR_TRUNCATED, 0 },
  { "d", BT_ERROR_TRUNCATED, 1 },
  { "le", BT_ERROR_WRONG_TYPE, 0 },
  { "i1e", BT_ERROR_WRONG_TYPE, 0 },
  { "3:abc", BT_ERROR_WRONG_TYPE, 0 },
  { "d1:a", BT_ERROR_TRUNCATED, 4 },
  { "d1:ae", BT_ERROR_EXPECTED_VALUE, 4 },
  { "d1:ai1e", BT_ERROR_TRUNCATED, 7 },
  { "d1:ai1eex", BT_ERROR_TRAILING, 8 },
  { "d1:ai1e1:ai2ee", BT_ERROR_KEY_DUPLICATE, 7 },
  { "d1:ali1xee", BT_ERROR_EXPECTED_DIGIT, 7 },
  { "d1:bi1e1:ai1e1:bi1ee", BT_ERROR_KEY_DUPLICATE, 13 },
};

static void
test_refused (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      const BtPatch set = SET ("q", "i2e");
      BtError why = { 0 };

      g_test_message ("%s", refused[i].dict);
      g_assert_null (patch (refused[i].dict, strlen (refused[i].dict), &set, 1, &why));
      g_assert_cmpstr (bt_error_code_name (why.code), ==, bt_error_code_name (refused[i].code));
      g_assert_cmpuint (why.offset, ==, refused[i].at);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/patch/rows", test_rows);
  g_test_add_func ("/patch/binary-key", test_binary_key);
  g_test_add_func ("/patch/refused", test_refused);
  return g_test_run ();
}
