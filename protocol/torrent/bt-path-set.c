/* bt-path-set.c: open addressing over keyed 64-bit hashes of the folded names. */
#include "protocol/torrent/bt-path-set.h"

#include <glib.h>

#define MULTIPLIER UINT64_C (0x9e3779b97f4a7c15)

/* Takes the next character, folded, off the front of a valid UTF-8 text. */
static inline uint32_t
next_folded (const char **at)
{
  uint8_t byte = (uint8_t) * *at;
  uint32_t c;

  if (byte < 0x80)
    {
      (*at)++;
      return byte >= 'A' && byte <= 'Z' ? byte + 32u : byte;
    }
  c = g_unichar_tolower (g_utf8_get_char (*at));
  *at += g_utf8_skip[byte];
  return c;
}

static uint64_t
hash_path (uint64_t seed, const char *path, size_t len)
{
  uint64_t hash = seed;

  for (const char *at = path; at < path + len;)
    hash = ((hash << 5 | hash >> 59) ^ next_folded (&at)) * MULTIPLIER;
  hash ^= hash >> 32;
  return hash * MULTIPLIER;
}

static bool
same_path (const BtPathSlot *slot, const char *path, size_t len)
{
  const char *a = slot->path;
  const char *b = path;

  while (a < slot->path + slot->len && b < path + len)
    if (next_folded (&a) != next_folded (&b))
      return false;
  return a == slot->path + slot->len && b == path + len;
}

/* The slot that holds the path, or the free one where it belongs. */
static BtPathSlot *
find (const BtPathSet *set, uint64_t hash, const char *path, size_t len)
{
  size_t mask = set->n_slots - 1;

  for (size_t i = hash >> 20 & mask;; i = (i + 1) & mask)
    {
      BtPathSlot *slot = &set->slots[i];

      if (slot->path == NULL || (slot->hash == hash && same_path (slot, path, len)))
        return slot;
    }
}

static void
resize (BtPathSet *set, size_t n_slots)
{
  BtPathSet old = *set;

  set->slots = g_new0 (BtPathSlot, n_slots);
  set->n_slots = n_slots;
  for (size_t i = 0; i < old.n_slots; i++)
    {
      size_t at = old.slots[i].hash >> 20 & (n_slots - 1);

      if (old.slots[i].path == NULL)
        continue;
      while (set->slots[at].path != NULL)
        at = (at + 1) & (n_slots - 1);
      set->slots[at] = old.slots[i];
    }
  g_free (old.slots);
}

void
bt_path_set_init (BtPathSet *set, size_t expected, uint64_t seed)
{
  size_t n_slots = 64;

  while (n_slots < 2 * expected)
    n_slots *= 2;
  *set = (BtPathSet){ .seed = seed | 1 };
  resize (set, n_slots);
}

void
bt_path_set_clear (BtPathSet *set)
{
  g_clear_pointer (&set->slots, g_free);
  set->n_slots = set->n = 0;
}

bool
bt_path_set_add (BtPathSet *set, const char *path, size_t len)
{
  uint64_t hash = hash_path (set->seed, path, len);
  BtPathSlot *slot = find (set, hash, path, len);

  if (slot->path != NULL)
    return false;
  *slot = (BtPathSlot){ .hash = hash, .path = path, .len = (uint32_t) len };
  if (2 * ++set->n > set->n_slots)
    resize (set, 2 * set->n_slots);
  return true;
}

bool
bt_path_set_has (const BtPathSet *set, const char *path, size_t len)
{
  return find (set, hash_path (set->seed, path, len), path, len)->path != NULL;
}
