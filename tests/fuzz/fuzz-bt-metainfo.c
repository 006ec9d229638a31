/* fuzz-bt-metainfo.c: what is accepted as a torrent keeps every promise of bt-metainfo.h: each
 * getter answers, every path is safe and has a name of its own, the layout adds up. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-utf8.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-metainfo-layers.h"
#include "protocol/torrent/bt-metainfo.h"
#include "tests/fuzz/fuzz-target.h"

/* A checksum of bytes that must be readable. */
static unsigned
touch (const uint8_t *bytes, size_t len)
{
  unsigned sum = 0;

  for (size_t i = 0; bytes != NULL && i < len; i++)
    sum += bytes[i];
  return sum;
}

static void
check_text (const char *text)
{
  if (text != NULL)
    bt_assert (bt_utf8_valid ((const uint8_t *) text, strlen (text)));
}

/* It cannot lead out of its folder. */
static void
check_components (const char *path)
{
  for (;;)
    {
      const char *slash = strchr (path, '/');
      size_t part = slash != NULL ? (size_t) (slash - path) : strlen (path);

      bt_assert (part > 0 && part <= BT_LIMIT_NAME);
      bt_assert (!(part == 1 && path[0] == '.') && !(part == 2 && memcmp (path, "..", 2) == 0));
      if (slash == NULL)
        return;
      path = slash + 1;
    }
}

static void
check_path (const char *path)
{
  bt_assert (bt_utf8_valid ((const uint8_t *) path, strlen (path)));
  check_components (path);
}

/* What the torrent spells is another path, and no worse one. */
static void
check_raw (const char *path, const char *raw)
{
  if (raw == NULL)
    return;
  check_components (raw);
  bt_assert (strcmp (path, raw) != 0);
}

/* No two files have the same path, letter case aside, and none has that of a folder. */
static void
check_names (const BtLayout *layout)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (size_t i = 0; i < layout->n_files; i++)
    {
      g_autofree char *folded = g_utf8_strdown (layout->files[i].path, -1);

      if ((layout->files[i].attr & BT_FILE_PAD) == 0)
        bt_assert (g_hash_table_add (names, g_steal_pointer (&folded)));
    }
  for (size_t i = 0; i < layout->n_files; i++)
    {
      g_autofree char *folded = g_utf8_strdown (layout->files[i].path, -1);
      char *slash;

      if ((layout->files[i].attr & BT_FILE_PAD) != 0)
        continue;
      while ((slash = strrchr (folded, '/')) != NULL)
        {
          *slash = '\0';
          bt_assert (!g_hash_table_contains (names, folded));
        }
    }
}

static void
check_file (const BtMetainfo *metainfo, size_t i)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);
  const BtFile *file = &layout->files[i];
  uint32_t first;
  uint32_t end;

  bt_assert (file->offset <= layout->end && file->length <= layout->end - file->offset);
  bt_assert (i == 0 || file->offset >= file[-1].offset + file[-1].length);
  check_path (file->path);
  check_raw (file->path, bt_file_raw_path (file));
  bt_assert ((file->attr & BT_FILE_RAW) == 0 || (file->attr & BT_FILE_CLEANED) != 0
             || bt_metainfo_is_single_file (metainfo));
  if (file->target != NULL)
    check_path (file->target);
  bt_layout_file_pieces (layout, i, &first, &end);
  bt_assert (end <= layout->n_pieces && (end > first) == (file->length > 0));
  if (file->root != NULL)
    (void) touch (file->root, BT_SHA256_LEN);
  if (file->layer != NULL)
    (void) touch (file->layer, (size_t) (end - first) * BT_SHA256_LEN);
}

static void
check_layout (const BtMetainfo *metainfo)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);
  uint64_t content = 0;
  uint64_t spans = 0;
  uint64_t all = 0;
  size_t real = 0;
  BtSpanIter iter;
  BtSpan span;

  bt_assert (layout->n_files > 0 && layout->n_pieces > 0 && layout->n_pieces <= BT_LIMIT_PIECES);
  for (size_t i = 0; i < layout->n_files; i++)
    {
      bool pad = (layout->files[i].attr & BT_FILE_PAD) != 0;

      check_file (metainfo, i);
      all += layout->files[i].length;
      content += pad ? 0 : layout->files[i].length;
      real += !pad;
    }
  bt_assert (content == bt_metainfo_content_size (metainfo));
  bt_assert (real == bt_metainfo_n_real_files (metainfo));
  bt_span_iter_init (&iter, layout, 0, layout->end);
  while (bt_span_iter_next (&iter, &span))
    spans += span.length;
  bt_assert (spans == all);
}

static void
check_pieces (const BtMetainfo *metainfo)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);
  bool v2 = (bt_metainfo_format (metainfo) & BT_FORMAT_V2) != 0;
  uint32_t n = MIN (layout->n_pieces, 10000);

  for (uint32_t i = 0; i < n; i++)
    {
      bt_assert (bt_layout_piece_size (layout, i) > 0);
      (void) touch (bt_metainfo_piece_v1 (metainfo, i), BT_SHA1_LEN);
      (void) touch (bt_metainfo_piece_v2 (metainfo, i), BT_SHA256_LEN);
      if (v2)
        bt_assert (bt_layout_piece_size_v2 (layout, i) > 0
                   && bt_layout_piece_size_v2 (layout, i) <= layout->piece_length);
    }
}

static void
check_words (const BtMetainfo *metainfo)
{
  size_t n;
  const BtTracker *trackers = bt_metainfo_trackers (metainfo, &n);

  bt_assert (n <= BT_LIMIT_TRACKERS);
  for (size_t i = 0; i < n; i++)
    {
      check_text (trackers[i].url);
      bt_assert (i == 0 || trackers[i].tier - trackers[i - 1].tier <= 1);
    }
  const BtWebSeed *seeds = bt_metainfo_web_seeds (metainfo, &n);
  for (size_t i = 0; i < n; i++)
    check_text (seeds[i].url);
  const BtNode *nodes = bt_metainfo_nodes (metainfo, &n);
  for (size_t i = 0; i < n; i++)
    {
      check_text (nodes[i].host);
      bt_assert (nodes[i].port > 0);
    }
  check_text (bt_metainfo_comment (metainfo));
  check_text (bt_metainfo_created_by (metainfo));
  check_text (bt_metainfo_source (metainfo));
  check_text (bt_metainfo_update_url (metainfo));
  bt_assert (bt_metainfo_creation_date (metainfo) >= 0);
}

/* The info dictionary alone has the same hashes. */
static void
check_info (const BtMetainfo *metainfo, const BtDigestOps *ops)
{
  size_t len;
  const uint8_t *info = bt_metainfo_info (metainfo, &len);
  g_autoptr (GBytes) bytes = g_bytes_new (info, len);
  g_autoptr (BtMetainfo) other = bt_metainfo_parse_info (bytes, BT_ORIGIN_OWN, ops, NULL);
  const uint8_t *v1 = bt_metainfo_info_hash_v1 (metainfo);
  const uint8_t *v2 = bt_metainfo_info_hash_v2 (metainfo);

  bt_assert (other != NULL && bt_metainfo_format (other) == bt_metainfo_format (metainfo));
  bt_assert ((v1 != NULL || v2 != NULL) && len <= g_bytes_get_size (bt_metainfo_bytes (metainfo)));
  if (v1 != NULL)
    bt_assert (memcmp (v1, bt_metainfo_info_hash_v1 (other), BT_SHA1_LEN) == 0);
  if (v2 != NULL)
    bt_assert (memcmp (v2, bt_metainfo_info_hash_v2 (other), BT_SHA256_LEN) == 0);
}

/* With the layers that it has already it is the same torrent. */
static void
check_layers (const BtMetainfo *metainfo, const BtDigestOps *ops)
{
  size_t lacks = bt_metainfo_lacks_layers (metainfo);
  g_autoptr (BtMetainfo) same = NULL;

  bt_assert (lacks > 0 || !bt_metainfo_needs_layers (metainfo));
  if ((bt_metainfo_format (metainfo) & BT_FORMAT_V2) == 0)
    return;
  same = bt_metainfo_join_layers (metainfo, NULL, 0, ops);
  bt_assert (same != NULL && bt_metainfo_lacks_layers (same) == lacks);
  bt_assert (
      memcmp (bt_metainfo_info_hash_v2 (metainfo), bt_metainfo_info_hash_v2 (same), BT_SHA256_LEN)
      == 0);
}

static void
check (const BtMetainfo *metainfo)
{
  check_path (bt_metainfo_name (metainfo));
  bt_assert (strchr (bt_metainfo_name (metainfo), '/') == NULL);
  check_raw (bt_metainfo_name (metainfo), bt_metainfo_raw_name (metainfo));
  check_layout (metainfo);
  check_names (bt_metainfo_layout (metainfo));
  check_pieces (metainfo);
  check_words (metainfo);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  static const BtDigestOps *ops;
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, len);
  BtError why = { 0 };
  g_autoptr (BtMetainfo) own = NULL;
  g_autoptr (BtMetainfo) stranger = NULL;
  g_autoptr (BtMetainfo) info = NULL;

  if (ops == NULL)
    ops = btd_ops ();
  own = bt_metainfo_parse (bytes, BT_ORIGIN_OWN, ops, &why);
  stranger = bt_metainfo_parse (bytes, BT_ORIGIN_STRANGER, ops, NULL);
  info = bt_metainfo_parse_info (bytes, BT_ORIGIN_STRANGER, ops, NULL);
  bt_assert ((own != NULL) == (why.code == BT_OK));
  bt_assert ((own != NULL) == (stranger != NULL));
  if (own != NULL)
    {
      check (own);
      check_info (own, ops);
      check_layers (own, ops);
    }
  if (info != NULL)
    {
      check (info);
      check_layers (info, ops);
    }
  return 0;
}
