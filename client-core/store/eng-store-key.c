/* eng-store-key.c: keys of torrents, that outlive who asks. */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "eng-store-private.h"
#include "protocol/tracker/bt-siphash.h"

void
eng_store_key_copy (EngStoreOwnKey *out, const EngStoreKey *from)
{
  out->key = *from;
  out->key.name = g_strdup (from->name);
  out->key.folder = g_strdup (from->folder);
  if (from->v1 != NULL)
    out->key.v1 = memcpy (out->v1, from->v1, sizeof out->v1);
  if (from->v2 != NULL)
    out->key.v2 = memcpy (out->v2, from->v2, sizeof out->v2);
}

static void
clear_string (const char **string)
{
  g_free ((char *) (uintptr_t) *string);
  *string = NULL;
}

void
eng_store_key_clear (EngStoreOwnKey *key)
{
  clear_string (&key->key.name);
  clear_string (&key->key.folder);
}

void
eng_store_key_resolve (EngStoreOwnKey *key)
{
  char *resolved = realpath (key->key.folder, NULL);

  if (resolved == NULL)
    return;
  clear_string (&key->key.folder);
  key->key.folder = g_strdup (resolved);
  free (resolved);
}

/* A digest, since not every word may be a name itself. The key is no secret: two that met would be
 * told apart by the row's folder, or lock each other out. */
uint64_t
eng_store_digest (const char *text)
{
  const BtSipKey key = { { 0, 0 } };

  return bt_siphash (&key, text, strlen (text));
}
