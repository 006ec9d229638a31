/* bt-patch.c: taking a dictionary apart by key, and putting it together in order. */
#include "protocol/torrent/bt-patch.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/core/bt-bencode.h"
#include "protocol/core/bt-limits.h"

typedef struct
{
  const void *key;
  size_t key_len;
  const void *value;
  size_t len;
} Entry;

static int
compare_entries (const void *a, const void *b)
{
  const Entry *x = a;
  const Entry *y = b;

  return bt_bencode_key_compare (x->key, x->key_len, y->key, y->key_len);
}

/* The entries of the dictionary, each value as its raw bytes. */
static GArray *
take_apart (BtBencodeReader *reader)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  BtBencodeToken token;

  if (!bt_bencode_next (reader, &token))
    return g_steal_pointer (&entries); /* the reader keeps the error */
  if (token.type != BT_BENCODE_DICT)
    {
      bt_error_set (&reader->error, BT_ERROR_WRONG_TYPE, token.offset, NULL);
      return g_steal_pointer (&entries);
    }
  while (bt_bencode_next (reader, &token) && token.type == BT_BENCODE_KEY)
    {
      Entry entry = { .key = token.bytes, .key_len = token.len };

      if (!bt_bencode_next (reader, &token) || !bt_bencode_skip (reader, &token))
        break;
      entry.value = reader->data + token.offset;
      entry.len = reader->at - token.offset;
      g_array_append_val (entries, entry);
    }
  return g_steal_pointer (&entries);
}

static void
apply (GArray *entries, const BtPatch *patch)
{
  Entry entry = {
    .key = patch->key, .key_len = strlen (patch->key), .value = patch->value, .len = patch->len
  };

  for (guint i = 0; i < entries->len; i++)
    if (compare_entries (&g_array_index (entries, Entry, i), &entry) == 0)
      {
        g_array_remove_index (entries, i);
        break;
      }
  if (patch->value != NULL)
    g_array_append_val (entries, entry);
}

static GBytes *
put_together (GArray *entries)
{
  g_auto (BtBuffer) out;

  bt_buffer_init (&out, 2 * BT_LIMIT_OWN_TORRENT_SIZE);
  g_array_sort (entries, compare_entries);
  bt_bencode_open_dict (&out);
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      bt_bencode_write_bytes (&out, entry->key, entry->key_len);
      bt_buffer_append (&out, entry->value, entry->len);
    }
  bt_bencode_close (&out);
  return out.full ? NULL : bt_buffer_steal_bytes (&out);
}

GBytes *
bt_patch_dict (const void *dict, size_t len, const BtPatch *patches, size_t n_patches, BtError *why)
{
  BtBencodeLimits limits = { .max_size = BT_LIMIT_OWN_TORRENT_SIZE,
                             .max_depth = BT_LIMIT_TORRENT_DEPTH,
                             .max_tokens = BT_LIMIT_OWN_TORRENT_TOKENS };
  g_autoptr (GArray) entries = NULL;
  BtBencodeReader reader;
  GBytes *out = NULL;

  bt_bencode_init (&reader, dict, len, &limits);
  entries = take_apart (&reader);
  if (bt_bencode_finish (&reader, why))
    {
      for (size_t i = 0; i < n_patches; i++)
        apply (entries, &patches[i]);
      out = put_together (entries);
      if (out == NULL)
        bt_error_set (why, BT_ERROR_TOO_LARGE, BT_NOWHERE, NULL);
    }
  bt_bencode_clear (&reader);
  return out;
}
