/* bt-metainfo-tree.c: the v2 file tree and the piece layers (BEP 52). */
#include "protocol/torrent/bt-metainfo-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-merkle.h"
#include "protocol/torrent/bt-path.h"

/* One open folder of the tree, which may yet turn out to be a file. */
typedef struct
{
  size_t path_len; /* of the path to it */
  BtRun name;      /* its last component, as it stands */
  bool cleaned;    /* a component of that path was changed */
  bool has_file;   /* the empty key was met: this is a file */
  uint32_t children;
} TreeLevel;

/* Zeros stand for hashes that are not there (BEP 52): no data hashes to them. */
static bool
is_zero_hash (const uint8_t hash[static BT_SHA256_LEN])
{
  static const uint8_t zeros[BT_SHA256_LEN];

  return memcmp (hash, zeros, sizeof zeros) == 0;
}

static bool
read_file_key (BtMetainfoParser *p, const BtBencodeToken *key, BtFile *file, bool *has_length)
{
  BtBencodeToken token;

  if (bt_bencode_is (key, "length"))
    return *has_length = bt_metainfo_read_length (p, "info.file tree.length", &file->length);
  if (bt_bencode_is (key, "pieces root"))
    {
      if (!bt_metainfo_want (p, BT_BENCODE_BYTES, "info.file tree.pieces root", &token))
        return false;
      if (token.len != BT_SHA256_LEN)
        return bt_metainfo_fail (p, BT_ERROR_WRONG_LENGTH, token.offset,
                                 "info.file tree.pieces root");
      file->root = token.bytes;
      return true;
    }
  if (bt_bencode_is (key, "symlink path"))
    return bt_metainfo_read_target (p, file);
  if (!bt_bencode_is (key, "attr"))
    return bt_metainfo_skip (p);
  if (bt_metainfo_optional (p, BT_BENCODE_BYTES, &token))
    file->attr |= bt_metainfo_attr (&token);
  return bt_metainfo_ok (p);
}

static bool
check_file (BtMetainfoParser *p, BtFile *file, bool has_length, size_t offset)
{
  if ((file->attr & BT_FILE_PAD) != 0)
    return bt_metainfo_fail (p, BT_ERROR_TREE_SHAPE, offset, "info.file tree.attr");
  if ((file->attr & BT_FILE_SYMLINK) != 0)
    file->length = 0;
  else if (!has_length)
    return bt_metainfo_fail (p, BT_ERROR_MISSING_KEY, offset, "info.file tree.length");
  if (file->length > 0 && file->root == NULL)
    return bt_metainfo_fail (p, BT_ERROR_MISSING_KEY, offset, "info.file tree.pieces root");
  if (file->length == 0)
    file->root = NULL;
  else if (is_zero_hash (file->root))
    return bt_metainfo_fail (p, BT_ERROR_OUT_OF_RANGE, offset, "info.file tree.pieces root");
  return true;
}

/* The path in p->path, of the file at @levels[@depth], below the top. */
static const char *
keep_path (BtMetainfoParser *p, const TreeLevel *levels, size_t depth, uint32_t *attr)
{
  if ((*attr & BT_FILE_CLEANED) == 0)
    return bt_metainfo_keep_path (p);
  for (size_t i = 0; i < depth; i++)
    p->components[i] = levels[i + 1].name;
  return bt_metainfo_keep_cleaned (p, depth, attr);
}

/* Reads the dictionary behind the empty key: one file, whose path is in p->path. */
static bool
read_file (BtMetainfoParser *p, const TreeLevel *levels, size_t depth)
{
  BtBencodeToken token;
  BtFile file = { .attr = levels[depth].cleaned ? BT_FILE_CLEANED : 0 };
  bool has_length = false;
  size_t offset;

  if (!bt_metainfo_want (p, BT_BENCODE_DICT, "info.file tree", &token))
    return false;
  offset = token.offset;
  if (p->path->len == 0)
    {
      g_string_assign (p->path, "_");
      file.attr |= BT_FILE_CLEANED;
    }
  file.path = keep_path (p, levels, depth, &file.attr);
  while (bt_metainfo_next (p, &token))
    if (!read_file_key (p, &token, &file, &has_length))
      return false;
  if (!bt_metainfo_ok (p) || !check_file (p, &file, has_length, offset))
    return false;
  g_array_append_val (p->v2_files, file);
  return true;
}

/* Goes down into a named node. */
static bool
enter (BtMetainfoParser *p, const TreeLevel *above, const BtBencodeToken *name, TreeLevel *level)
{
  BtBencodeToken token;
  bool kept;

  if (!bt_metainfo_want (p, BT_BENCODE_DICT, "info.file tree", &token))
    return false;
  g_string_truncate (p->path, above->path_len);
  kept = bt_path_append (p->path, name->bytes, name->len);
  *level = (TreeLevel){ .path_len = p->path->len,
                        .name = { name->bytes, name->len, name->offset },
                        .cleaned = above->cleaned || !kept };
  return true;
}

/* A node is a file or a folder, never both. A folder may be empty. */
static bool
check_level (BtMetainfoParser *p, const TreeLevel *level, size_t offset)
{
  if (level->has_file && level->children > 0)
    return bt_metainfo_fail (p, BT_ERROR_TREE_SHAPE, offset, "info.file tree");
  return true;
}

static bool
read_nodes (BtMetainfoParser *p, TreeLevel *levels)
{
  BtBencodeToken token;
  size_t depth = 1;

  while (depth > 0)
    {
      TreeLevel *level = &levels[depth - 1];

      if (!bt_bencode_next (&p->reader, &token))
        return false;
      if (token.type == BT_BENCODE_CLOSE)
        {
          if (!check_level (p, level, token.offset))
            return false;
          depth--;
        }
      else if (token.len == 0)
        {
          if (depth == 1)
            return bt_metainfo_fail (p, BT_ERROR_TREE_SHAPE, token.offset, "info.file tree");
          level->has_file = true;
          if (!read_file (p, levels, depth - 1))
            return false;
        }
      else
        {
          level->children++;
          if (!enter (p, level, &token, &levels[depth++]))
            return false;
        }
    }
  return true;
}

/* Whether the one file of a tree stands at its top under the torrent's own name is known at the
 * end; here, whether it could. */
bool
bt_metainfo_read_tree (BtMetainfoParser *p)
{
  TreeLevel levels[BT_BENCODE_MAX_DEPTH] = { 0 };
  uint32_t before = p->reader.oddities;
  BtBencodeToken token;

  if (!bt_metainfo_want (p, BT_BENCODE_DICT, "info.file tree", &token))
    return false;
  p->v2_files = g_array_new (FALSE, FALSE, sizeof (BtFile));
  g_string_truncate (p->path, 0);
  p->reader.oddities &= ~(uint32_t) BT_BENCODE_UNSORTED;
  if (!read_nodes (p, levels))
    return false;
  if ((p->reader.oddities & BT_BENCODE_UNSORTED) != 0)
    return bt_metainfo_fail (p, BT_ERROR_TREE_ORDER, token.offset, "info.file tree");
  p->reader.oddities |= before;
  p->tree_is_single = levels[0].children == 1 && p->v2_files->len == 1
                      && strchr (g_array_index (p->v2_files, BtFile, 0).path, '/') == NULL;
  return true;
}

/* One entry of "piece layers". */
typedef struct
{
  const uint8_t *root;
  const uint8_t *hashes;
  size_t len;
  size_t offset;
  bool used;
} Layer;

static int
compare_layers (const void *a, const void *b)
{
  return memcmp (((const Layer *) a)->root, ((const Layer *) b)->root, BT_SHA256_LEN);
}

/* Reads the dictionary of layers, sorted by root. */
static GArray *
collect_layers (BtMetainfoParser *p)
{
  g_autoptr (GArray) layers = g_array_new (FALSE, FALSE, sizeof (Layer));
  BtBencodeReader reader;
  BtBencodeToken token;
  bool ok = true;

  bt_bencode_init (&reader, p->layers.at, p->layers.len, &p->reader.limits);
  (void) bt_bencode_next (&reader, &token); /* it was read once already */
  while (ok && bt_bencode_next (&reader, &token) && token.type == BT_BENCODE_KEY)
    {
      Layer layer = { .root = token.bytes, .offset = p->layers.offset + token.offset };

      ok = token.len == BT_SHA256_LEN && bt_bencode_next (&reader, &token)
           && token.type == BT_BENCODE_BYTES && token.len % BT_SHA256_LEN == 0;
      layer.hashes = token.bytes;
      layer.len = token.len;
      if (ok)
        g_array_append_val (layers, layer);
      else
        bt_metainfo_fail (p, BT_ERROR_WRONG_LENGTH, layer.offset, "piece layers");
    }
  bt_bencode_clear (&reader);
  g_array_sort (layers, compare_layers);
  return ok ? g_steal_pointer (&layers) : NULL;
}

static bool
check_layer (BtMetainfoParser *p, const BtFile *file, const Layer *layer, uint64_t n_pieces)
{
  uint8_t root[BT_SHA256_LEN];
  unsigned height = bt_merkle_height ((uint64_t) p->piece_length);

  if (layer->len != n_pieces * BT_SHA256_LEN)
    return bt_metainfo_fail (p, BT_ERROR_WRONG_LENGTH, layer->offset, "piece layers");
  bt_merkle_root (p->ops, layer->hashes, n_pieces, height, root);
  if (memcmp (root, file->root, sizeof root) != 0)
    return bt_metainfo_fail (p, BT_ERROR_LAYER_MISMATCH, layer->offset, "piece layers");
  return true;
}

/* Gives a file of several pieces its layer, when it is there. The same content may stand in several
 * files. */
static bool
find_layer (BtMetainfoParser *p, GArray *layers, BtFile *file)
{
  uint64_t piece_length = (uint64_t) p->piece_length;
  uint64_t n_pieces = (file->length + piece_length - 1) / piece_length;
  Layer want = { .root = file->root };
  Layer *layer;

  if (n_pieces <= 1)
    return true;
  layer = layers->len == 0
              ? NULL
              : bsearch (&want, layers->data, layers->len, sizeof want, compare_layers);
  if (layer == NULL)
    return true;
  if (!(layer->used && layer->len == n_pieces * BT_SHA256_LEN)
      && !check_layer (p, file, layer, n_pieces))
    return false;
  layer->used = true;
  file->layer = layer->hashes;
  return true;
}

/* Those that are not there are wanting, whatever the torrent came as; one that is there is true. */
bool
bt_metainfo_read_layers (BtMetainfoParser *p)
{
  g_autoptr (GArray) layers = NULL;

  if (p->info_only || p->layers.at == NULL)
    return true;
  layers = collect_layers (p);
  if (layers == NULL)
    return false;
  for (guint i = 0; i < p->v2_files->len; i++)
    if (!find_layer (p, layers, &g_array_index (p->v2_files, BtFile, i)))
      {
        p->reader.error.item = i;
        return false;
      }
  for (guint i = 0; i < layers->len; i++)
    if (!g_array_index (layers, Layer, i).used)
      return bt_metainfo_fail (p, BT_ERROR_LAYER_EXTRA, g_array_index (layers, Layer, i).offset,
                               "piece layers");
  return true;
}
