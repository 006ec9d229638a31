/* eng-book.c: see the header. */
#include "client-core/engine/eng-book.h"

#include <string.h>

#include "protocol/peer/bt-mse.h"

/* What a swarm calls an entry, and what encrypted connections make of that. */
typedef struct
{
  uint8_t name[BT_SHA1_LEN];
  uint8_t crypt[BT_SHA1_LEN];
  void *entry;
} Name;

struct EngBook
{
  const BtDigestOps *ops;
  GHashTable *by_id;    /* of uint64_t, owned, to the entry */
  GHashTable *by_name;  /* of name to Name, owned */
  GHashTable *by_crypt; /* of crypt to the same */
};

/* A digest's bytes are as good as any hash of them. */
static guint
digest_hash (const void *digest)
{
  guint hash;

  memcpy (&hash, digest, sizeof hash);
  return hash;
}

static gboolean
digest_equal (const void *a, const void *b)
{
  return memcmp (a, b, BT_SHA1_LEN) == 0;
}

EngBook *
eng_book_new (const BtDigestOps *ops)
{
  EngBook *self = g_new (EngBook, 1);

  *self = (EngBook){ .ops = ops,
                     .by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
                     .by_name = g_hash_table_new_full (digest_hash, digest_equal, NULL, g_free),
                     .by_crypt = g_hash_table_new (digest_hash, digest_equal) };
  return self;
}

void
eng_book_free (EngBook *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->by_crypt);
  g_hash_table_unref (self->by_name);
  g_free (self);
}

void
eng_book_add (EngBook *self, uint64_t id, void *entry)
{
  g_hash_table_insert (self->by_id, g_memdup2 (&id, sizeof id), entry);
}

void
eng_book_remove (EngBook *self, uint64_t id)
{
  g_hash_table_remove (self->by_id, &id);
}

void *
eng_book_find (const EngBook *self, uint64_t id)
{
  return g_hash_table_lookup (self->by_id, &id);
}

void
eng_book_name (EngBook *self, const uint8_t name[20], void *entry)
{
  Name *there;

  if (g_hash_table_contains (self->by_name, name))
    return;
  there = g_new (Name, 1);
  there->entry = entry;
  memcpy (there->name, name, sizeof there->name);
  bt_mse_name (self->ops, name, there->crypt);
  g_hash_table_insert (self->by_name, there->name, there);
  g_hash_table_insert (self->by_crypt, there->crypt, there);
}

void
eng_book_unname (EngBook *self, const uint8_t name[20], const void *entry)
{
  const Name *there = g_hash_table_lookup (self->by_name, name);

  if (there == NULL || there->entry != entry)
    return;
  g_hash_table_remove (self->by_crypt, there->crypt);
  g_hash_table_remove (self->by_name, there->name);
}

void *
eng_book_find_name (const EngBook *self, const uint8_t name[20])
{
  const Name *there = g_hash_table_lookup (self->by_name, name);

  return there != NULL ? there->entry : NULL;
}

const uint8_t *
eng_book_find_crypt (const EngBook *self, const uint8_t crypt[20])
{
  const Name *there = g_hash_table_lookup (self->by_crypt, crypt);

  return there != NULL ? there->name : NULL;
}
