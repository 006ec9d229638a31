/* store-world.c: see the header. */
#include "store-world.h"

#include "files-maker.h"

void
store_world_init (StoreWorld *world)
{
  world->context = g_main_context_new ();
  world->reactor = btio_reactor_new (world->context);
  g_assert_nonnull (world->reactor);
}

void
store_world_clear (StoreWorld *world)
{
  btio_reactor_free (world->reactor);
  g_main_context_unref (world->context);
}

void
store_answer_clear (StoreAnswer *answer)
{
  g_free (answer->path);
  g_free (answer->aside);
  eng_resume_clear (&answer->row);
}

static void
take_problem (StoreAnswer *answer, const EngStoreProblem *problem)
{
  g_assert_false (answer->is_there);
  answer->is_there = true;
  if (problem == NULL)
    return;
  answer->has_problem = true;
  answer->trouble = problem->trouble;
  answer->sys_errno = problem->sys_errno;
  answer->path = g_strdup (problem->path);
  answer->aside = g_strdup (problem->aside);
}

static void
on_loaded (void *data, const EngStoreProblem *problem, const EngResume *resume)
{
  StoreAnswer *answer = data;

  take_problem (answer, problem);
  answer->has_row = resume != NULL;
  if (resume != NULL)
    eng_resume_init_copy (&answer->row, resume);
}

static void
on_saved (void *data, const EngStoreProblem *problem)
{
  take_problem (data, problem);
}

static void
on_closed (void *data)
{
  *(bool *) data = true;
}

StoreAnswer
store_load (StoreWorld *world, EngStore *store, const EngStoreKey *key)
{
  StoreAnswer answer = { 0 };

  eng_store_load (store, key, on_loaded, &answer);
  while (!answer.is_there)
    g_main_context_iteration (world->context, TRUE);
  return answer;
}

StoreAnswer
store_save (StoreWorld *world, EngStore *store, const EngStoreKey *key, const EngResume *row)
{
  StoreAnswer answer = { 0 };

  eng_store_save (store, key, row, on_saved, &answer);
  while (!answer.is_there)
    g_main_context_iteration (world->context, TRUE);
  return answer;
}

void
store_ask_save (EngStore *store, const EngStoreKey *key, const EngResume *row, StoreAnswer *answer)
{
  eng_store_save (store, key, row, on_saved, answer);
}

void
store_save_well (StoreWorld *world, EngStore *store, const EngStoreKey *key, const EngResume *row)
{
  StoreAnswer answer = store_save (world, store, key, row);

  g_assert_false (answer.has_problem);
  store_answer_clear (&answer);
}

void
store_close (StoreWorld *world, EngStore *store)
{
  bool closed = false;

  eng_store_close (store, on_closed, &closed);
  while (!closed)
    g_main_context_iteration (world->context, TRUE);
}

/* --- rows --- */

void
store_make_row (EngResume *row, size_t n_pieces, size_t n_files, uint32_t seed)
{
  BtBitfield have;

  bt_bitfield_init (&have, n_pieces);
  for (size_t i = seed % 3; i < n_pieces; i += 1 + seed % 3)
    bt_bitfield_set (&have, i);
  eng_resume_init (row, &have, NULL, n_files);
  bt_bitfield_clear (&have);
  for (size_t i = 0; i < n_files; i++)
    row->files[i] = (EngFileState){ .inode = UINT64_MAX - seed - i,
                                    .size = (uint64_t) seed << 31 | i,
                                    .mtime_ns = (int64_t) seed * 1000000007 - (int64_t) i };
  row->dirty = seed % 2 == 1;
  row->downloaded = (uint64_t) seed << 40;
  row->uploaded = seed;
}

void
store_compare_rows (const EngResume *a, const EngResume *b)
{
  g_assert_true (bt_bitfield_equal (&a->have, &b->have));
  g_assert_cmpuint (a->n_files, ==, b->n_files);
  for (size_t i = 0; i < a->n_files; i++)
    g_assert_true (eng_file_state_equal (&a->files[i], &b->files[i]));
  g_assert_cmpint (a->dirty, ==, b->dirty);
  g_assert_cmpuint (a->downloaded, ==, b->downloaded);
  g_assert_cmpuint (a->uploaded, ==, b->uploaded);
}

/* --- scenes --- */

const uint8_t store_hash_a[32] = { 0xa1, 2, 3 };
const uint8_t store_hash_b[32] = { 0xb1, 2, 3 };

void
store_scene_init (StoreScene *s)
{
  store_world_init (&s->world);
  s->folder = files_folder ();
  s->path = g_build_filename (s->folder, "state", "torrents.db", NULL);
  s->key = (EngStoreKey){ .v1 = store_hash_a,
                          .v2 = store_hash_b,
                          .name = "name",
                          .folder = s->folder,
                          .n_pieces = 77,
                          .n_files = 3 };
}

void
store_scene_clear (StoreScene *s)
{
  files_remove (s->folder);
  g_free (s->path);
  store_world_clear (&s->world);
}

EngStore *
store_scene_open (StoreScene *s)
{
  EngStore *store = eng_store_new (s->world.reactor, s->path);

  g_assert_nonnull (store);
  return store;
}

/* A database of one row. */
void
store_scene_make (StoreScene *s, uint32_t seed)
{
  EngStore *store = store_scene_open (s);
  EngResume row;

  store_make_row (&row, s->key.n_pieces, s->key.n_files, seed);
  store_save_well (&s->world, store, &s->key, &row);
  eng_resume_clear (&row);
  store_close (&s->world, store);
}

void
store_scene_expect (StoreScene *s, EngStore *store, const EngStoreKey *key, const EngResume *row)
{
  StoreAnswer answer = store_load (&s->world, store, key);

  g_assert_false (answer.has_problem);
  g_assert_cmpint (answer.has_row, ==, row != NULL);
  if (row != NULL)
    {
      store_compare_rows (&answer.row, row);
      g_assert_cmpint (answer.row.saved_at, >, 1700000000);
    }
  store_answer_clear (&answer);
}
