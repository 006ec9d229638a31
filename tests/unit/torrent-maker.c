/* torrent-maker.c: see the header. */
#include "tests/unit/torrent-maker.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/core/bt-bencode.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-builder.h"
#include "protocol/torrent/bt-merkle.h"
#include "protocol/torrent/bt-patch.h"

#define MAX_SIZE (64 * 1024 * 1024)

GBytes *
maker_exact (const void *data, size_t len)
{
  return g_bytes_new_take (g_memdup2 (data, len), len);
}

/* The i-th of the hashes that stand for pieces. */
static void
layer_hash (size_t i, uint8_t out[BT_SHA256_LEN])
{
  uint64_t number = i;

  btd_ops ()->hash (BT_SHA256, &(BtDigestMessage){ (uint8_t *) &number, sizeof number, out }, 1);
}

static uint8_t *
make_layer (size_t n)
{
  uint8_t *layer = g_malloc (n * BT_SHA256_LEN);

  for (size_t i = 0; i < n; i++)
    layer_hash (i, layer + i * BT_SHA256_LEN);
  return layer;
}

/* --- the notation --- */

static const char *
write_string (const char *at, BtBuffer *out)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) all = g_string_new (NULL);
  char *end;
  size_t n = 1;

  for (at++; *at != '\''; at++)
    if (*at != '\\' || *++at != 'x')
      g_string_append_c (text, *at);
    else
      {
        g_string_append_c (
            text, (char) (g_ascii_xdigit_value (at[1]) << 4 | g_ascii_xdigit_value (at[2])));
        at += 2;
      }
  end = (char *) (uintptr_t) (at + 1);
  if (at[1] == '*')
    n = g_ascii_strtoull (at + 2, &end, 10);
  for (size_t i = 0; i < n; i++)
    g_string_append_len (all, text->str, (gssize) text->len);
  bt_bencode_write_bytes (out, all->str, all->len);
  return end;
}

static const char *
write_filling (const char *at, BtBuffer *out)
{
  char *end;
  size_t n = g_ascii_strtoull (at + 1, &end, 10);

  bt_bencode_write_head (out, n);
  if (n > 0)
    memset (bt_buffer_extend (out, n), 'a', n);
  return end;
}

static const char *
write_hashes (const char *at, BtBuffer *out)
{
  char *end;
  size_t n = g_ascii_strtoull (at + 1, &end, 10);
  g_autofree uint8_t *layer = make_layer (n);
  uint8_t root[BT_SHA256_LEN];

  bt_merkle_root (btd_ops (), layer, n, 0, root);
  if (*at == 'L')
    bt_bencode_write_bytes (out, layer, n * BT_SHA256_LEN);
  else
    bt_bencode_write_bytes (out, root, sizeof root);
  return end;
}

static const char *
write_raw (const char *at, BtBuffer *out)
{
  size_t len = strcspn (at + 1, ";");

  bt_buffer_append (out, at + 1, len);
  return at + 1 + len + 1;
}

static const char *
write_number (const char *at, BtBuffer *out)
{
  char *end;

  bt_bencode_write_int (out, g_ascii_strtoll (at, &end, 10));
  g_assert_true (end > at);
  return end;
}

static const char *
write_item (const char *at, BtBuffer *out)
{
  switch (*at)
    {
    case ' ':
      return at + 1;
    case '{':
    case '[':
      bt_buffer_append_text (out, *at == '{' ? "d" : "l");
      return at + 1;
    case '}':
    case ']':
      bt_bencode_close (out);
      return at + 1;
    case '\'':
      return write_string (at, out);
    case '@':
      return write_filling (at, out);
    case 'R':
    case 'L':
      return write_hashes (at, out);
    case '=':
      return write_raw (at, out);
    default:
      return write_number (at, out);
    }
}

GBytes *
maker_bencode (const char *notation)
{
  g_auto (BtBuffer) out;

  bt_buffer_init (&out, MAX_SIZE);
  while (*notation != '\0')
    notation = write_item (notation, &out);
  g_assert_false (out.full);
  return maker_exact (out.data, out.len);
}

/* --- the builder --- */

static int
compare_files (const void *a, const void *b)
{
  return bt_builder_compare_paths (((const BtFile *) a)->path, ((const BtFile *) b)->path);
}

/* Gives a file a root and, where it needs one, a layer; their owner is @owned. */
static void
add_hashes (BtFile *file, uint64_t piece_length, GPtrArray *owned)
{
  size_t n = (size_t) ((file->length + piece_length - 1) / piece_length);
  uint8_t *layer = make_layer (MAX (n, 1));
  uint8_t *root = g_malloc (BT_SHA256_LEN);

  bt_merkle_root (btd_ops (), layer, MAX (n, 1), bt_merkle_height (piece_length), root);
  g_ptr_array_add (owned, layer);
  g_ptr_array_add (owned, root);
  file->root = file->length > 0 ? root : NULL;
  file->layer = n > 1 ? layer : NULL;
}

GBytes *
maker_torrent (BtFormat format, const char *name, uint64_t piece_length, const MakerFile *files,
               size_t n_files)
{
  g_autofree BtFile *list = g_new0 (BtFile, n_files);
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
  g_autofree uint8_t *pieces = NULL;
  BtBuilder builder = { .format = format, .name = name, .piece_length = piece_length };
  BtLayout layout;
  GBytes *torrent;

  for (size_t i = 0; i < n_files; i++)
    {
      list[i].path = files[i].path != NULL ? files[i].path : name;
      list[i].length = files[i].length;
      if ((format & BT_FORMAT_V2) != 0)
        add_hashes (&list[i], piece_length, owned);
    }
  if ((format & BT_FORMAT_V2) != 0)
    qsort (list, n_files, sizeof *list, compare_files);
  g_assert_true (
      bt_layout_place (&layout, list, n_files, piece_length, format == BT_FORMAT_HYBRID));
  pieces = g_malloc0 (layout.n_pieces * (size_t) BT_SHA1_LEN + 1);
  builder.single_file = files[0].path == NULL;
  builder.files = list;
  builder.n_files = n_files;
  builder.pieces_v1 = pieces;
  builder.n_pieces = layout.n_pieces;
  torrent = bt_builder_write (&builder, NULL);
  g_assert_nonnull (torrent);
  return torrent;
}

/* --- in words --- */

static void
describe_file (GString *out, const BtFile *file)
{
  static const char letters[] = "pxhlcs"; /* in the order of BtFileAttr's bits */

  g_string_append_printf (out, " %s(%" G_GUINT64_FORMAT ")", file->path, file->length);
  for (size_t i = 0; i < sizeof letters - 1; i++)
    if ((file->attr & 1u << i) != 0)
      g_string_append_c (out, letters[i]);
  if (file->target != NULL)
    g_string_append_printf (out, " -> %s", file->target);
}

char *
maker_describe (const BtMetainfo *metainfo)
{
  static const char *const formats[] = { "", "v1", "v2", "hybrid" };
  static const char *const odd[] = { "unsorted", "number-form", "trailing", "names",
                                     "url",      "ignored",     "link",     "piece-length" };
  const BtLayout *layout = bt_metainfo_layout (metainfo);
  uint32_t oddities = bt_metainfo_oddities (metainfo);
  GString *out = g_string_new (formats[bt_metainfo_format (metainfo)]);

  g_string_append_printf (out, " %s%s:", bt_metainfo_name (metainfo),
                          bt_metainfo_is_single_file (metainfo) ? "" : "/");
  for (size_t i = 0; i < layout->n_files; i++)
    describe_file (out, &layout->files[i]);
  if (oddities != 0)
    g_string_append (out, " |");
  for (size_t i = 0; i < G_N_ELEMENTS (odd); i++)
    if ((oddities & 1u << i) != 0)
      g_string_append_printf (out, " %s", odd[i]);
  return g_string_free (out, FALSE);
}

GBytes *
maker_alike (unsigned n, uint64_t length)
{
  GString *out = g_string_new ("d9:file treed");

  for (unsigned i = 0; i < n; i++)
    g_string_append_printf (out,
                            "8:%08xd0:d6:lengthi%" G_GUINT64_FORMAT "e11:pieces root32:%024u%08xee",
                            i, length, 0, i);
  g_string_append (out, "e12:meta versioni2e4:name1:t12:piece lengthi16384ee");
  return g_string_free_to_bytes (out);
}

BtMetainfo *
maker_without_layers (const BtMetainfo *whole)
{
  size_t len;
  const void *data = g_bytes_get_data (bt_metainfo_bytes (whole), &len);
  const BtPatch patch = { .key = "piece layers" };
  g_autoptr (GBytes) bytes = bt_patch_dict (data, len, &patch, 1, NULL);
  BtMetainfo *bare = bt_metainfo_parse (bytes, BT_ORIGIN_OWN, btd_ops (), NULL);

  g_assert_nonnull (bare);
  return bare;
}
