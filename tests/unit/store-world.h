/* store-world.h: a store under a reactor of its own, and waiting for what it answers. */
#pragma once

#include <glib.h>

#include "client-core/store/eng-store.h"

typedef struct
{
  GMainContext *context;
  BtioReactor *reactor;
} StoreWorld;

/* One answer; cleared with store_answer_clear(). */
typedef struct
{
  bool is_there;
  bool has_problem;
  EngStoreTrouble trouble;
  int sys_errno;
  char *path;
  char *aside;
  bool has_row;
  EngResume row;
} StoreAnswer;

void store_world_init (StoreWorld *world);
void store_world_clear (StoreWorld *world);

void store_answer_clear (StoreAnswer *answer);

/* Ask and wait; the answer is the caller's to clear. */
StoreAnswer store_load (StoreWorld *world, EngStore *store, const EngStoreKey *key);
StoreAnswer store_save (StoreWorld *world, EngStore *store, const EngStoreKey *key,
                        const EngResume *row);
/* Asks without waiting. */
void store_ask_save (EngStore *store, const EngStoreKey *key, const EngResume *row,
                     StoreAnswer *answer);
/* The same where nothing may go wrong. */
void store_save_well (StoreWorld *world, EngStore *store, const EngStoreKey *key,
                      const EngResume *row);
void store_close (StoreWorld *world, EngStore *store);

/* A row of @n_pieces and @n_files, all of whose values depend on @seed. */
void store_make_row (EngResume *row, size_t n_pieces, size_t n_files, uint32_t seed);
void store_compare_rows (const EngResume *a, const EngResume *b);

/* Two hashes, of which the first 20 bytes do for v1. */
extern const uint8_t store_hash_a[32];
extern const uint8_t store_hash_b[32];

/* A folder, the path of a database in another one below it, and a torrent to save there. */
typedef struct
{
  StoreWorld world;
  char *folder;
  char *path;
  EngStoreKey key;
} StoreScene;

void store_scene_init (StoreScene *s);
void store_scene_clear (StoreScene *s);
EngStore *store_scene_open (StoreScene *s);
/* A database of one row. */
void store_scene_make (StoreScene *s, uint32_t seed);
/* The row of @key is that one; NULL: there is none. */
void store_scene_expect (StoreScene *s, EngStore *store, const EngStoreKey *key,
                         const EngResume *row);
