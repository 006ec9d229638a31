/* bt-path-set.h: a set of paths that tells names apart as a case-blind file system would.
 *
 * Hashes are keyed, so that nobody can craft a torrent whose names all collide. Borrows the paths.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct
{
  uint64_t hash;
  const char *path; /* NULL in a free slot */
  uint32_t len;
} BtPathSlot;

typedef struct
{
  BtPathSlot *slots;
  size_t n_slots; /* a power of two */
  size_t n;
  uint64_t seed;
} BtPathSet;

void bt_path_set_init (BtPathSet *set, size_t expected, uint64_t seed);
void bt_path_set_clear (BtPathSet *set);

/* Adds the first @len bytes of @path, which are valid UTF-8. False when they are there already,
 * letter case aside. O(len) amortised. */
bool bt_path_set_add (BtPathSet *set, const char *path, size_t len);
bool bt_path_set_has (const BtPathSet *set, const char *path, size_t len);
