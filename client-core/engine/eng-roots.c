/* eng-roots.c: see the header. */
#include "client-core/engine/eng-roots.h"

#include <string.h>

#include "protocol/torrent/bt-merkle.h"

/* A root and the length that goes with it. */
typedef struct
{
  uint8_t root[BT_SHA256_LEN];
  uint64_t length;
} Key;

struct EngRoots
{
  GTree *holders; /* owns; Key to GArray of EngRootHolder */
};

static int
compare_keys (const void *a, const void *b, void *data)
{
  const Key *one = a;
  const Key *other = b;

  if (one->length != other->length)
    return one->length < other->length ? -1 : 1;
  return bt_merkle_compare_roots (one->root, other->root);
}

static void
free_holders (void *holders)
{
  g_array_unref (holders);
}

EngRoots *
eng_roots_new (void)
{
  EngRoots *self = g_new0 (EngRoots, 1);

  self->holders = g_tree_new_full (compare_keys, NULL, g_free, free_holders);
  return self;
}

void
eng_roots_free (EngRoots *self)
{
  if (self == NULL)
    return;
  g_tree_unref (self->holders);
  g_free (self);
}

static bool
is_kept (const BtFile *file)
{
  return file->root != NULL && file->length >= ENG_ROOTS_MIN;
}

static Key
key_of (const BtFile *file)
{
  Key key = { .length = file->length };

  memcpy (key.root, file->root, sizeof key.root);
  return key;
}

static GArray *
find (const EngRoots *self, const BtFile *file)
{
  Key key = key_of (file);

  return g_tree_lookup (self->holders, &key);
}

void
eng_roots_add (EngRoots *self, void *owner, const BtMetainfo *metainfo)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);

  for (size_t i = 0; i < layout->n_files; i++)
    {
      const BtFile *file = &layout->files[i];
      EngRootHolder holder = { owner, i };
      GArray *holders = is_kept (file) ? find (self, file) : NULL;

      if (!is_kept (file))
        continue;
      if (holders == NULL)
        {
          Key key = key_of (file);

          holders = g_array_new (FALSE, FALSE, sizeof holder);
          g_tree_insert (self->holders, g_memdup2 (&key, sizeof key), holders);
        }
      g_array_append_val (holders, holder);
    }
}

static void
remove_owner (GArray *holders, const void *owner)
{
  for (guint i = holders->len; i-- > 0;)
    if (g_array_index (holders, EngRootHolder, i).owner == owner)
      g_array_remove_index_fast (holders, i);
}

void
eng_roots_remove (EngRoots *self, void *owner, const BtMetainfo *metainfo)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);

  for (size_t i = 0; i < layout->n_files; i++)
    {
      GArray *holders = is_kept (&layout->files[i]) ? find (self, &layout->files[i]) : NULL;
      Key key;

      if (holders == NULL)
        continue;
      remove_owner (holders, owner);
      key = key_of (&layout->files[i]);
      if (holders->len == 0)
        g_tree_remove (self->holders, &key);
    }
}

const GArray *
eng_roots_find (const EngRoots *self, const BtFile *file)
{
  return is_kept (file) ? find (self, file) : NULL;
}
