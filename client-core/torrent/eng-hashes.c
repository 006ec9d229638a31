/* eng-hashes.c: see the header. */
#include "client-core/torrent/eng-hashes.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/torrent/bt-merkle.h"
#include "protocol/torrent/bt-metainfo-layers.h"

/* One root, which several files may share. */
typedef struct
{
  const uint8_t *root;
  uint32_t n;      /* hashes of its layer: pieces */
  unsigned height; /* of the root above the layer */
  uint32_t next;   /* the first hash that nobody was asked for yet */
  uint32_t n_left; /* hashes that have not come */
  uint32_t n_good; /* runs that have */
  uint8_t *layer;
} Tree;

/* A run that was asked for. */
typedef struct
{
  uint32_t tree;
  uint32_t index;
  EngPeer peer; /* 0: nobody, any more */
  uint64_t asked_us;
} Run;

typedef struct
{
  EngPeer peer;
  uint64_t until_us;
} Rest;

struct EngHashes
{
  const BtMetainfo *metainfo;
  const BtDigestOps *ops;
  unsigned base; /* the layer of the pieces */
  GArray *trees;
  GTree *by_root; /* the number of a tree, from 1 */
  GArray *runs;   /* under way, or to be asked for again */
  GArray *rests;
  uint32_t first; /* tree that is not asked for whole */
  uint32_t n_left;
  uint32_t n_runs; /* all of them */
  uint32_t n_good; /* of them: here */
};

static uint32_t
n_runs_of (const Tree *tree)
{
  return (tree->n + ENG_HASHES_RUN - 1) / ENG_HASHES_RUN;
}

static void
add_tree (EngHashes *self, const BtLayout *layout, const BtFile *file)
{
  Tree tree
      = { .root = file->root,
          .n = (uint32_t) ((file->length + layout->piece_length - 1) / layout->piece_length) };

  if (g_tree_lookup (self->by_root, file->root) != NULL)
    return;
  g_tree_insert (self->by_root, (void *) (uintptr_t) file->root,
                 GUINT_TO_POINTER (self->trees->len + 1));
  tree.n_left = tree.n;
  while (UINT64_C (1) << tree.height < tree.n)
    tree.height++;
  g_array_append_val (self->trees, tree);
  self->n_left++;
  self->n_runs += n_runs_of (&tree);
}

static void
clear_tree (void *tree)
{
  g_free (((Tree *) tree)->layer);
}

EngHashes *
eng_hashes_new (const BtMetainfo *metainfo, const BtDigestOps *ops)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);
  EngHashes *self = g_new0 (EngHashes, 1);

  self->metainfo = metainfo;
  self->ops = ops;
  self->trees = g_array_new (FALSE, FALSE, sizeof (Tree));
  self->by_root = g_tree_new (bt_merkle_compare_roots);
  self->runs = g_array_new (FALSE, FALSE, sizeof (Run));
  self->rests = g_array_new (FALSE, FALSE, sizeof (Rest));
  g_array_set_clear_func (self->trees, clear_tree);
  for (size_t i = 0; i < layout->n_files; i++)
    if (bt_metainfo_lacks_layer (metainfo, i))
      add_tree (self, layout, &layout->files[i]);
  if (self->trees->len > 0)
    {
      self->base = bt_merkle_height (layout->piece_length);
      return self;
    }
  eng_hashes_free (self);
  return NULL;
}

void
eng_hashes_free (EngHashes *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->trees);
  g_tree_unref (self->by_root);
  g_array_unref (self->runs);
  g_array_unref (self->rests);
  g_free (self);
}

bool
eng_hashes_is_complete (const EngHashes *self)
{
  return self->n_left == 0;
}

/* --- asking --- */

static Tree *
tree_at (const EngHashes *self, uint32_t i)
{
  return &g_array_index (self->trees, Tree, i);
}

static Run *
run_at (const EngHashes *self, guint i)
{
  return &g_array_index (self->runs, Run, i);
}

static BtHashRequest
request_of (const EngHashes *self, const Run *run)
{
  const Tree *tree = tree_at (self, run->tree);
  BtHashRequest request = { .base = self->base,
                            .index = run->index,
                            .length = (uint32_t) MIN (ENG_HASHES_RUN, UINT64_C (1) << tree->height),
                            .proof = tree->height - 1 };

  memcpy (request.root, tree->root, sizeof request.root);
  return request;
}

static bool
is_resting (const EngHashes *self, EngPeer peer, uint64_t now_us)
{
  for (guint i = 0; i < self->rests->len; i++)
    {
      const Rest *rest = &g_array_index (self->rests, Rest, i);

      if (rest->peer == peer)
        return now_us < rest->until_us;
    }
  return false;
}

static void
let_rest (EngHashes *self, EngPeer peer, uint64_t now_us)
{
  Rest rest = { peer, now_us + ENG_HASHES_REST_US };

  for (guint i = 0; i < self->rests->len; i++)
    if (g_array_index (self->rests, Rest, i).peer == peer)
      {
        g_array_index (self->rests, Rest, i) = rest;
        return;
      }
  g_array_append_val (self->rests, rest);
}

static bool
begin_run (EngHashes *self)
{
  Run run = { 0 };
  Tree *tree;

  while (self->first < self->trees->len
         && tree_at (self, self->first)->next >= tree_at (self, self->first)->n)
    self->first++;
  if (self->first == self->trees->len)
    return false;
  tree = tree_at (self, self->first);
  run.tree = self->first;
  run.index = tree->next;
  tree->next += ENG_HASHES_RUN;
  g_array_append_val (self->runs, run);
  return true;
}

bool
eng_hashes_next (EngHashes *self, EngPeer peer, uint64_t now_us, BtHashRequest *out)
{
  unsigned n_asked = 0;
  Run *free_run = NULL;

  for (guint i = 0; i < self->runs->len; i++)
    {
      n_asked += run_at (self, i)->peer == peer;
      if (run_at (self, i)->peer == 0)
        free_run = run_at (self, i);
    }
  if (n_asked >= ENG_HASHES_PER_PEER || is_resting (self, peer, now_us))
    return false;
  if (free_run == NULL && begin_run (self))
    free_run = run_at (self, self->runs->len - 1);
  if (free_run == NULL)
    return false;
  free_run->peer = peer;
  free_run->asked_us = now_us;
  *out = request_of (self, free_run);
  return true;
}

/* --- what comes of it --- */

/* The run that the peer was asked for by that request; runs->len for none. */
static guint
find_run (const EngHashes *self, EngPeer peer, const BtHashRequest *request)
{
  for (guint i = 0; i < self->runs->len; i++)
    {
      BtHashRequest asked = request_of (self, run_at (self, i));

      if (run_at (self, i)->peer == peer && bt_hash_request_equal (&asked, request))
        return i;
    }
  return self->runs->len;
}

static void
keep (EngHashes *self, Tree *tree, const BtHashes *hashes)
{
  uint32_t n = MIN (hashes->request.length, tree->n - hashes->request.index);

  if (tree->layer == NULL)
    tree->layer = g_malloc ((size_t) tree->n * BT_SHA256_LEN);
  memcpy (tree->layer + (size_t) hashes->request.index * BT_SHA256_LEN, hashes->hashes,
          (size_t) n * BT_SHA256_LEN);
  tree->n_left -= n;
  tree->n_good++;
  self->n_good++;
  self->n_left -= tree->n_left == 0;
}

EngHashesVerdict
eng_hashes_take (EngHashes *self, EngPeer peer, const BtHashes *hashes)
{
  uint8_t scratch[ENG_HASHES_RUN * BT_SHA256_LEN];
  guint at = find_run (self, peer, &hashes->request);
  Tree *tree;

  if (at == self->runs->len)
    return ENG_HASHES_UNASKED;
  tree = tree_at (self, run_at (self, at)->tree);
  if (!bt_hashes_lead_to (hashes, self->ops, tree->root, tree->height, scratch))
    {
      run_at (self, at)->peer = 0;
      return ENG_HASHES_FALSE;
    }
  keep (self, tree, hashes);
  g_array_remove_index_fast (self->runs, at);
  return ENG_HASHES_GOOD;
}

static void
give_tree (EngHashes *self, uint32_t at, const uint8_t *layer)
{
  Tree *tree = tree_at (self, at);

  g_free (tree->layer);
  tree->layer = g_memdup2 (layer, (size_t) tree->n * BT_SHA256_LEN);
  tree->next = tree->n;
  tree->n_left = 0;
  self->n_good += n_runs_of (tree) - tree->n_good;
  tree->n_good = n_runs_of (tree);
  self->n_left--;
  for (guint i = self->runs->len; i-- > 0;)
    if (run_at (self, i)->tree == at)
      g_array_remove_index_fast (self->runs, i);
}

void
eng_hashes_give (EngHashes *self, const uint8_t *root, const uint8_t *layer)
{
  uint32_t number = GPOINTER_TO_UINT (g_tree_lookup (self->by_root, root));

  if (number > 0 && tree_at (self, number - 1)->n_left > 0)
    give_tree (self, number - 1, layer);
}

void
eng_hashes_rejected (EngHashes *self, EngPeer peer, const BtHashRequest *request, uint64_t now_us)
{
  guint at = find_run (self, peer, request);

  if (at == self->runs->len)
    return;
  run_at (self, at)->peer = 0;
  let_rest (self, peer, now_us);
}

void
eng_hashes_leave (EngHashes *self, EngPeer peer)
{
  for (guint i = 0; i < self->runs->len; i++)
    if (run_at (self, i)->peer == peer)
      run_at (self, i)->peer = 0;
  for (guint i = 0; i < self->rests->len; i++)
    if (g_array_index (self->rests, Rest, i).peer == peer)
      {
        g_array_remove_index_fast (self->rests, i);
        return;
      }
}

void
eng_hashes_tick (EngHashes *self, uint64_t now_us)
{
  for (guint i = 0; i < self->runs->len; i++)
    {
      Run *run = run_at (self, i);

      if (run->peer == 0 || now_us < run->asked_us + ENG_HASHES_PATIENCE_US)
        continue;
      let_rest (self, run->peer, now_us);
      run->peer = 0;
    }
}

void
eng_hashes_progress (const EngHashes *self, uint32_t *have, uint32_t *all)
{
  *have = self->n_good;
  *all = self->n_runs;
}

BtMetainfo *
eng_hashes_join (const EngHashes *self)
{
  g_autofree BtPieceLayer *layers = g_new (BtPieceLayer, self->trees->len);
  size_t n = 0;

  for (guint i = 0; i < self->trees->len; i++)
    {
      const Tree *tree = tree_at (self, i);

      if (tree->n_left == 0)
        layers[n++] = (BtPieceLayer){ tree->root, tree->layer, tree->n };
    }
  return bt_metainfo_join_layers (self->metainfo, layers, n, self->ops);
}
