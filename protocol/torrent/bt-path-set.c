/* bt-path-set.c: open addressing over keyed hashes of the folded names. */
#include "protocol/torrent/bt-path-set.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

#define MULTIPLIER UINT64_C (0x9e3779b97f4a7c15)
#define EACH_BYTE(byte) (UINT64_C (0x0101010101010101) * (byte))

/* A folded character may take 3 bytes for 2, and the hash reads whole words. */
#define FOLDED_MAX (2 * BT_LIMIT_NAME + 8)

/* Eight ASCII letters at once. */
static inline uint64_t
lower_group (uint64_t group)
{
  uint64_t from_a = group + EACH_BYTE (0x80 - 'A');
  uint64_t past_z = group + EACH_BYTE (0x7f - 'Z');

  return group | (((from_a ^ past_z) & EACH_BYTE (0x80)) >> 2);
}

/* One character. Upper case first: several letters may share one, as the two small sigmas do. */
static inline size_t
fold_character (const char *at, uint8_t *out)
{
  uint8_t byte = (uint8_t) *at;

  if (byte < 0x80)
    {
      *out = byte >= 'A' && byte <= 'Z' ? byte + 32u : byte;
      return 1;
    }
  return (size_t) g_unichar_to_utf8 (g_unichar_tolower (g_unichar_toupper (g_utf8_get_char (at))),
                                     (char *) out);
}

/* Writes the folded name, filled with zeros up to a whole word, and returns its length. */
static size_t
fold (const char *name, size_t len, uint8_t out[FOLDED_MAX])
{
  const char *end = name + len;
  size_t n = 0;

  while (name < end)
    {
      uint64_t group = EACH_BYTE (0x80);

      if (end - name >= 8)
        memcpy (&group, name, sizeof group);
      if ((group & EACH_BYTE (0x80)) == 0)
        {
          group = lower_group (group);
          memcpy (out + n, &group, sizeof group);
          name += sizeof group;
          n += sizeof group;
          continue;
        }
      n += fold_character (name, out + n);
      name += g_utf8_skip[(uint8_t) *name];
    }
  memset (out + n, 0, 8);
  return n;
}

static uint32_t
hash_folded (uint64_t seed, uint32_t folder, const uint8_t *folded, size_t len)
{
  uint64_t hash = (seed + folder) * MULTIPLIER + len;

  for (size_t at = 0; at < len; at += 8)
    {
      uint64_t word;

      memcpy (&word, folded + at, sizeof word);
      hash = ((hash ^ hash >> 32) ^ word) * MULTIPLIER;
    }
  return (uint32_t) (hash >> 32);
}

static bool
same_name (const BtPathEntry *entry, const uint8_t *folded, size_t len)
{
  uint8_t other[FOLDED_MAX];

  return fold (entry->name, entry->len, other) == len && memcmp (folded, other, len) == 0;
}

/* The slot that refers to a name, or the free one where it belongs; and the name's hash. */
static BtPathSlot *
find (const BtPathSet *set, uint32_t folder, const char *name, size_t len, uint32_t *hash)
{
  uint8_t folded[FOLDED_MAX];
  size_t folded_len;
  size_t mask = set->n_slots - 1;

  bt_assert (len <= BT_LIMIT_NAME);
  folded_len = fold (name, len, folded);
  *hash = hash_folded (set->seed, folder, folded, folded_len);
  for (size_t i = *hash & mask;; i = (i + 1) & mask)
    {
      BtPathSlot *slot = &set->slots[i];

      if (slot->entry == 0)
        return slot;
      if (slot->hash == *hash && set->entries[slot->entry - 1].folder == folder
          && same_name (&set->entries[slot->entry - 1], folded, folded_len))
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
      size_t at = old.slots[i].hash & (n_slots - 1);

      if (old.slots[i].entry == 0)
        continue;
      while (set->slots[at].entry != 0)
        at = (at + 1) & (n_slots - 1);
      set->slots[at] = old.slots[i];
    }
  g_free (old.slots);
}

static void
allocate_entries (BtPathSet *set, size_t n)
{
  set->n_allocated = n;
  set->entries = g_renew (BtPathEntry, set->entries, n);
}

void
bt_path_set_reserve (BtPathSet *set, size_t more)
{
  size_t n_slots = set->n_slots;

  while (n_slots / 4 * 3 < set->n + more)
    n_slots *= 2;
  if (n_slots > set->n_slots)
    resize (set, n_slots);
  if (set->n + more > set->n_allocated)
    allocate_entries (set, set->n + more);
}

void
bt_path_set_init (BtPathSet *set, size_t expected, uint64_t seed)
{
  *set = (BtPathSet){ .seed = seed };
  resize (set, 64);
  bt_path_set_reserve (set, MAX (expected, 16));
}

int
bt_path_set_compare (const char *a, size_t a_len, const char *b, size_t b_len)
{
  uint8_t folded_a[FOLDED_MAX];
  uint8_t folded_b[FOLDED_MAX];
  size_t n_a = fold (a, a_len, folded_a);
  size_t n_b = fold (b, b_len, folded_b);
  int order = memcmp (folded_a, folded_b, MIN (n_a, n_b));

  return order != 0 ? order : (n_a > n_b) - (n_a < n_b);
}

void
bt_path_set_clear (BtPathSet *set)
{
  g_clear_pointer (&set->slots, g_free);
  g_clear_pointer (&set->entries, g_free);
  set->n_slots = set->n = set->n_allocated = 0;
}

uint32_t *
bt_path_set_find (const BtPathSet *set, uint32_t folder, const char *name, size_t len)
{
  uint32_t hash;
  BtPathSlot *slot = find (set, folder, name, len, &hash);

  return slot->entry != 0 ? &set->entries[slot->entry - 1].value : NULL;
}

void
bt_path_set_prefetch (const BtPathSet *set, uint32_t folder, const char *name, size_t len)
{
  uint8_t folded[FOLDED_MAX];
  size_t folded_len = fold (name, len, folded);
  uint32_t hash = hash_folded (set->seed, folder, folded, folded_len);

  __builtin_prefetch (&set->slots[hash & (set->n_slots - 1)], 1);
}

uint32_t *
bt_path_set_add (BtPathSet *set, uint32_t folder, const char *name, size_t len, uint32_t value)
{
  uint32_t hash;
  BtPathSlot *slot = find (set, folder, name, len, &hash);

  if (slot->entry != 0)
    return &set->entries[slot->entry - 1].value;
  if (set->n == set->n_allocated)
    allocate_entries (set, 2 * set->n);
  set->entries[set->n++]
      = (BtPathEntry){ .name = name, .folder = folder, .value = value, .len = (uint32_t) len };
  *slot = (BtPathSlot){ .hash = hash, .entry = (uint32_t) set->n };
  if (set->n > set->n_slots / 4 * 3)
    resize (set, 2 * set->n_slots);
  return NULL;
}
