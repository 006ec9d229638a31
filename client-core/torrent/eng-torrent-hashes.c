/* eng-torrent-hashes.c: hashes of v2 trees, given to peers that ask for them (BEP 52).
 *
 * Piece layers are answered from trees of the files that were asked for last; leaves by reading the
 * pieces that they belong to, a few at a time, and for a while from what was read. A few bytes of a
 * peer make us read and hash very many: how many for each is bounded. */
#include "client-core/torrent/eng-torrent-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-merkle.h"

#define TREES_MAX 4
#define LEAVES_MAX 8   /* runs that are kept */
#define READING_MAX 4u /* runs at a time */

/* Hashed for each piece of a tree that is built. */
#define TREE_BYTES UINT64_C (64)

/* The tree of a file from its piece layer up. */
typedef struct
{
  size_t file;
  BtMerkleTree *tree;
} FileTree;

/* The leaves of whole pieces, as many as a subtree has. */
typedef struct
{
  size_t file;
  uint32_t first; /* leaf of the file */
  uint32_t width; /* leaves, those that fill it up included */
  BtMerkleTree *tree;
} LeafTree;

/* A peer that waits for leaves. */
typedef struct
{
  EngLink *link; /* NULL when it is gone */
  BtHashRequest request;
  LeafTree part; /* without its tree */
} Reader;

/* --- files by their roots --- */

/* The file of that root; NULL for none. */
static const BtFile *
find_file (EngTorrent *t, const uint8_t *root)
{
  EngTorrentHashes *h = &t->hashes;

  if (h->files == NULL)
    {
      h->files = g_tree_new (bt_merkle_compare_roots);
      for (size_t i = 0; i < t->layout->n_files; i++)
        if (t->layout->files[i].root != NULL)
          g_tree_insert (h->files, (void *) (uintptr_t) t->layout->files[i].root,
                         (void *) (uintptr_t) &t->layout->files[i]); /* any will do */
    }
  return g_tree_lookup (h->files, root);
}

static uint32_t
n_pieces_of (const EngTorrent *t, const BtFile *file)
{
  return (uint32_t) ((file->length + t->layout->piece_length - 1) / t->layout->piece_length);
}

/* --- what is kept --- */

static void
free_file_tree (void *data)
{
  bt_merkle_tree_free (((FileTree *) data)->tree);
  g_free (data);
}

static void
free_leaf_tree (void *data)
{
  bt_merkle_tree_free (((LeafTree *) data)->tree);
  g_free (data);
}

/* Whether so many bytes may be hashed for the peer; then they are taken off. */
static bool
may_hash (EngLink *link, uint64_t len)
{
  uint64_t now_us = eng_torrent_now (link->torrent);

  if (bt_token_bucket_available (&link->hashing, now_us) < len)
    return false;
  (void) bt_token_bucket_take (&link->hashing, len, now_us); /* they are there */
  return true;
}

/* Above the pieces of a file; NULL when its layer is not known, or the peer has made us build too
 * many. Lent until the next call. */
static const BtMerkleTree *
tree_for (EngLink *link, const BtFile *file)
{
  EngTorrent *t = link->torrent;
  GQueue *trees = &t->hashes.trees;
  size_t number = (size_t) (file - t->layout->files);
  FileTree *made;

  if (file->layer == NULL)
    return NULL;
  for (GList *at = trees->head; at != NULL; at = at->next)
    if (((FileTree *) at->data)->file == number)
      return ((FileTree *) at->data)->tree;
  if (!may_hash (link, n_pieces_of (t, file) * TREE_BYTES))
    return NULL;
  if (trees->length == TREES_MAX)
    free_file_tree (g_queue_pop_tail (trees));
  made = g_new (FileTree, 1);
  made->file = number;
  made->tree = bt_merkle_tree_new (t->config.ops, file->layer, n_pieces_of (t, file),
                                   bt_merkle_height (t->layout->piece_length));
  g_queue_push_head (trees, made);
  return made->tree;
}

static const LeafTree *
find_leaves (const EngTorrent *t, const LeafTree *part)
{
  for (GList *at = t->hashes.leaves.head; at != NULL; at = at->next)
    {
      const LeafTree *kept = at->data;

      if (kept->file == part->file && kept->first == part->first && kept->width == part->width)
        return kept;
    }
  return NULL;
}

/* --- leaves --- */

static uint32_t
round_up_to_power (uint32_t n)
{
  uint32_t power = 1;

  while (power < n)
    power *= 2;
  return power;
}

static uint32_t
n_leaves_of (const BtFile *file)
{
  return (uint32_t) ((file->length + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN);
}

/* Which leaves have to be read for a request: those of whole pieces, which must be had. */
static bool
choose_part (const EngTorrent *t, const BtFile *file, const BtHashRequest *request, LeafTree *part)
{
  uint32_t per_piece = (uint32_t) (t->layout->piece_length / BT_BLOCK_LEN);
  uint32_t n_leaves = n_leaves_of (file);
  uint32_t first_piece;

  if (file->length > BT_LIMIT_PIECES * t->layout->piece_length || request->index >= n_leaves)
    return false;
  if (n_pieces_of (t, file) == 1)
    per_piece = round_up_to_power (n_leaves);
  *part = (LeafTree){ .file = (size_t) (file - t->layout->files),
                      .width = MAX (request->length, per_piece) };
  part->first = request->index / part->width * part->width;
  if (part->width > BT_LIMIT_LEAVES
      || part->width / per_piece > round_up_to_power (n_pieces_of (t, file)))
    return false;
  first_piece = (uint32_t) (file->offset / t->layout->piece_length) + part->first / per_piece;
  for (uint32_t i = 0; i < part->width / per_piece && part->first + i * per_piece < n_leaves; i++)
    if (!bt_bitfield_test (eng_picker_done (t->picker), first_piece + i))
      return false;
  return true;
}

/* Sends what a subtree of leaves and the tree above it have. */
static bool
answer_leaves (EngLink *link, const BtHashRequest *request, const LeafTree *part)
{
  EngTorrent *t = link->torrent;
  const BtFile *file = &t->layout->files[part->file];
  const BtMerkleTree *above = tree_for (link, file);
  unsigned inside = bt_merkle_tree_height (part->tree) - bt_hash_request_levels (request);
  unsigned to_pieces = bt_merkle_height (t->layout->piece_length);
  size_t n_uncles = bt_hash_request_n_uncles (request);
  size_t n_inside = MIN (n_uncles, inside);
  g_autofree uint8_t *out = g_malloc ((request->length + n_uncles + 1) * BT_SHA256_LEN);
  uint8_t *rest = out + (request->length + n_inside) * BT_SHA256_LEN;
  uint8_t node[BT_SHA256_LEN];

  if (!bt_merkle_tree_read (part->tree, 0, request->index - part->first, request->length, n_inside,
                            out))
    return false;
  if (n_uncles > n_inside)
    {
      g_autofree uint8_t *way = g_malloc ((1 + n_uncles - n_inside) * BT_SHA256_LEN);
      unsigned level = bt_merkle_tree_height (part->tree) - to_pieces;

      if (above == NULL
          || !bt_merkle_tree_read (above, level, part->first / part->width, 1, n_uncles - n_inside,
                                   way))
        return false;
      memcpy (node, way, sizeof node);
      memcpy (rest, way + BT_SHA256_LEN, (n_uncles - n_inside) * BT_SHA256_LEN);
      if (memcmp (node, bt_merkle_tree_root (part->tree), sizeof node) != 0)
        return false; /* the disk has something else by now */
    }
  return bt_wire_send_hashes (eng_connection_wire (link->connection), request, out);
}

static void
read_leaves (EngLink *link, const BtHashRequest *request, const LeafTree *part)
{
  EngTorrent *t = link->torrent;
  const BtFile *file = &t->layout->files[part->file];
  uint64_t begin = (uint64_t) part->first * BT_BLOCK_LEN;
  uint64_t end = MIN (begin + part->width * BT_BLOCK_LEN, file->length);
  uint64_t at = file->offset + begin;
  Reader *reader = g_new (Reader, 1);

  *reader = (Reader){ .link = link, .request = *request, .part = *part };
  g_queue_push_tail (&t->hashes.readers, reader);
  eng_storage_leaves (t->storage, (uint32_t) (at / t->layout->piece_length),
                      (uint32_t) (at % t->layout->piece_length), (uint32_t) (end - begin),
                      (uint64_t) (uintptr_t) reader);
}

/* Fills a subtree up and keeps it. (transfer none) */
static const LeafTree *
keep_leaves (EngTorrent *t, const LeafTree *part, const uint8_t *leaves)
{
  const BtFile *file = &t->layout->files[part->file];
  size_t n = MIN (part->width, n_leaves_of (file) - part->first);
  g_autofree uint8_t *all = g_malloc0 ((size_t) part->width * BT_SHA256_LEN);
  LeafTree *kept = g_memdup2 (part, sizeof *part);

  memcpy (all, leaves, n * BT_SHA256_LEN);
  kept->tree = bt_merkle_tree_new (t->config.ops, all, part->width, 0);
  if (t->hashes.leaves.length == LEAVES_MAX)
    free_leaf_tree (g_queue_pop_tail (&t->hashes.leaves));
  g_queue_push_head (&t->hashes.leaves, kept);
  return kept;
}

void
eng_torrent_leaves_read (EngTorrent *t, uint64_t cookie, const uint8_t *leaves)
{
  g_autofree Reader *reader = (Reader *) (uintptr_t) cookie;
  EngLink *link = reader->link;

  g_queue_remove (&t->hashes.readers, reader);
  if (link == NULL)
    return;
  if (leaves == NULL
      || !answer_leaves (link, &reader->request, keep_leaves (t, &reader->part, leaves)))
    bt_wire_reject_hashes (eng_connection_wire (link->connection), &reader->request);
  eng_connection_flush (link->connection);
}

/* --- answering --- */

static bool
answer_layer (EngLink *link, const BtFile *file, const BtHashRequest *request)
{
  const BtMerkleTree *tree = tree_for (link, file);
  unsigned base = bt_merkle_height (link->torrent->layout->piece_length);
  size_t n_uncles = bt_hash_request_n_uncles (request);
  g_autofree uint8_t *out = g_malloc ((request->length + n_uncles) * BT_SHA256_LEN);

  return tree != NULL
         && bt_merkle_tree_read (tree, request->base - base, request->index, request->length,
                                 n_uncles, out)
         && bt_wire_send_hashes (eng_connection_wire (link->connection), request, out);
}

/* Answers at once, or begins to read; false to reject. */
static bool
answer (EngLink *link, const BtHashRequest *request)
{
  EngTorrent *t = link->torrent;
  const BtFile *file = find_file (t, request->root);
  const LeafTree *kept;
  LeafTree part;

  if (file == NULL || !eng_link_talks (link) || t->storage == NULL)
    return false;
  if (request->base >= bt_merkle_height (t->layout->piece_length) && n_pieces_of (t, file) > 1)
    return answer_layer (link, file, request);
  if (request->base != 0 || !choose_part (t, file, request, &part))
    return false;
  kept = find_leaves (t, &part);
  if (kept != NULL)
    return answer_leaves (link, request, kept);
  if (t->hashes.readers.length >= READING_MAX || !may_hash (link, part.width * BT_BLOCK_LEN))
    return false;
  read_leaves (link, request, &part);
  return true;
}

/* Who has the torrent knows its files: who asks on and on for others is sent away. */
void
eng_link_hash_requested (EngLink *link, const BtHashRequest *request)
{
  if (find_file (link->torrent, request->root) == NULL && ++link->n_vain_roots > BT_LIMIT_REJECTS)
    {
      eng_connection_close (link->connection);
      return;
    }
  if (!answer (link, request))
    {
      bt_wire_note_chatter (eng_connection_wire (link->connection));
      bt_wire_reject_hashes (eng_connection_wire (link->connection), request);
    }
  eng_connection_flush (link->connection);
}

/* --- the end --- */

void
eng_link_forget_hashes (EngLink *link)
{
  EngTorrentHashes *h = &link->torrent->hashes;

  for (GList *at = h->readers.head; at != NULL; at = at->next)
    if (((Reader *) at->data)->link == link)
      ((Reader *) at->data)->link = NULL;
}

void
eng_torrent_hashes_clear (EngTorrent *t)
{
  EngTorrentHashes *h = &t->hashes;

  g_clear_pointer (&h->files, g_tree_unref);
  g_queue_clear_full (&h->trees, free_file_tree);
  g_queue_clear_full (&h->leaves, free_leaf_tree);
}
