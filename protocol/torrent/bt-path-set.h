/* bt-path-set.h: the names in the folders of a torrent, told apart as a case-blind file system
 * would.
 *
 * A name is known by the number of the folder that holds it, so that a deep path costs each of its
 * components once. Hashes are keyed, so that nobody can craft a torrent whose names all collide.
 * Borrows the names. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct
{
  const char *name;
  uint32_t folder;
  uint32_t value;
  uint32_t len;
} BtPathEntry;

/* Small, since it is what is jumped about in. */
typedef struct
{
  uint32_t hash;
  uint32_t entry; /* its number and 1; 0 in a free slot */
} BtPathSlot;

typedef struct
{
  BtPathSlot *slots;
  size_t n_slots; /* a power of two */
  BtPathEntry *entries;
  size_t n;
  size_t n_allocated;
  uint64_t seed;
} BtPathSet;

void bt_path_set_init (BtPathSet *set, size_t expected, uint64_t seed);
void bt_path_set_clear (BtPathSet *set);

/* Makes room for @more names. */
void bt_path_set_reserve (BtPathSet *set, size_t more);

/* An order of names in which those that the set takes for the same are equal. Like memcmp. */
int bt_path_set_compare (const char *a, size_t a_len, const char *b, size_t b_len);

/* The value of a name, letter case aside; NULL when it is not there. The name is valid UTF-8 of at
 * most BT_LIMIT_NAME bytes. The pointer holds until the next addition. O(len). */
uint32_t *bt_path_set_find (const BtPathSet *set, uint32_t folder, const char *name, size_t len);

/* Brings the memory that the name's addition will need into the cache. A large set is more waiting
 * for memory than work; asking for a name some additions ahead hides the wait. */
void bt_path_set_prefetch (const BtPathSet *set, uint32_t folder, const char *name, size_t len);

/* Adds a name and gives NULL, or gives the value of the one that is there already. */
uint32_t *bt_path_set_add (BtPathSet *set, uint32_t folder, const char *name, size_t len,
                           uint32_t value);
