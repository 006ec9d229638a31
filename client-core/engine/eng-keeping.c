/* eng-keeping.c: see the header. */
#include "client-core/engine/eng-keeping.h"

#include <errno.h>

#include <glib.h>

#include "client-core/disk/eng-place.h"

struct EngKeeping
{
  EngStore *store;
  bool is_shared; /* the store is a profile's */
  BtMetainfo *metainfo;
  char *folder;
  bool writes;
  bool told;
  void (*trouble) (void *data, const EngStoreProblem *problem);
  void *data;

  /* Of the request under way; those of a torrent come one at a time, but the last save may follow
   * another. */
  GQueue answers; /* of Answer */
  bool is_answering;

  void (*closed) (void *data);
  void *closed_data;
};

typedef struct
{
  void (*loaded) (void *data, EngKept kept, const EngResume *resume);
  void (*saved) (void *data, bool ok);
  void *data;
} Answer;

static EngStoreKey
key_of (const EngKeeping *k)
{
  return (EngStoreKey){ .v1 = bt_metainfo_info_hash_v1 (k->metainfo),
                        .v2 = bt_metainfo_info_hash_v2 (k->metainfo),
                        .name = bt_metainfo_name (k->metainfo),
                        .folder = k->folder,
                        .n_pieces = bt_metainfo_layout (k->metainfo)->n_pieces,
                        .n_files = eng_place_count (bt_metainfo_layout (k->metainfo)) };
}

/* Several that only read share files, and the first of them keeps the row: no trouble at all. */
static void
tell (EngKeeping *k, const EngStoreProblem *problem)
{
  bool is_nothing = problem->trouble == ENG_STORE_FILES_IN_USE
                    || (problem->trouble == ENG_STORE_IN_USE && !k->writes);

  if (is_nothing || k->told)
    return;
  k->told = true;
  k->trouble (k->data, problem);
}

static void end_if_closed (EngKeeping *k);

static void
on_loaded (void *data, const EngStoreProblem *problem, const EngResume *resume)
{
  EngKeeping *k = data;
  g_autofree Answer *answer = g_queue_pop_head (&k->answers);
  EngKept kept = resume != NULL ? ENG_KEPT_ROW : ENG_KEPT_NOTHING;

  if (problem != NULL)
    tell (k, problem);
  if (problem != NULL && problem->trouble == ENG_STORE_FILES_IN_USE)
    kept = ENG_KEPT_REFUSED;
  k->is_answering = true;
  answer->loaded (answer->data, kept, resume);
  end_if_closed (k);
}

static void
on_saved (void *data, const EngStoreProblem *problem)
{
  EngKeeping *k = data;
  g_autofree Answer *answer = g_queue_pop_head (&k->answers);

  if (problem != NULL)
    tell (k, problem);
  k->is_answering = true;
  answer->saved (answer->data, problem == NULL);
  end_if_closed (k);
}

static void
load (void *keeper, void (*loaded) (void *data, EngKept kept, const EngResume *resume), void *data)
{
  EngKeeping *k = keeper;
  const EngStoreKey key = key_of (k);
  const Answer answer = { .loaded = loaded, .data = data };

  g_queue_push_tail (&k->answers, g_memdup2 (&answer, sizeof answer));
  eng_store_load (k->store, &key, on_loaded, k);
}

static void
save (void *keeper, const EngResume *resume, void (*saved) (void *data, bool ok), void *data)
{
  EngKeeping *k = keeper;
  const EngStoreKey key = key_of (k);
  const Answer answer = { .saved = saved, .data = data };

  g_queue_push_tail (&k->answers, g_memdup2 (&answer, sizeof answer));
  eng_store_save (k->store, &key, resume, on_saved, k);
}

static void
name (void *keeper, const EngName *name, void (*named) (void *data, bool ok), void *data)
{
  EngKeeping *k = keeper;
  const EngStoreKey key = key_of (k);
  const Answer answer = { .saved = named, .data = data };

  g_queue_push_tail (&k->answers, g_memdup2 (&answer, sizeof answer));
  eng_store_name (k->store, &key, name, on_saved, k);
}

const EngKeeper eng_keeping_keeper = { .load = load, .save = save, .name = name };

static void
free_keeping (EngKeeping *k)
{
  bt_metainfo_unref (k->metainfo);
  g_free (k->folder);
  g_free (k);
}

EngKeeping *
eng_keeping_new (BtioReactor *reactor, EngStore *store, const char *state_folder,
                 BtMetainfo *metainfo, const char *folder, bool writes,
                 void (*trouble) (void *data, const EngStoreProblem *problem), void *data)
{
  EngKeeping *k;
  EngStoreKey key;

  if (store == NULL && state_folder == NULL)
    return NULL;
  k = g_new0 (EngKeeping, 1);
  k->metainfo = bt_metainfo_ref (metainfo);
  k->folder = g_strdup (folder);
  k->writes = writes;
  k->trouble = trouble;
  k->data = data;
  g_queue_init (&k->answers);
  key = key_of (k);
  k->is_shared = store != NULL;
  k->store = store != NULL ? store : eng_store_new_transfer (reactor, state_folder, &key, writes);
  if (k->store != NULL)
    return k;
  trouble (data, &(EngStoreProblem){
                     .trouble = ENG_STORE_SYSTEM, .sys_errno = errno, .path = state_folder });
  free_keeping (k);
  return NULL;
}

void
eng_keeping_share (EngKeeping *k)
{
  if (k != NULL && !k->is_shared)
    eng_store_share (k->store);
}

static void
on_closed (void *data)
{
  EngKeeping *k = data;
  void (*closed) (void *) = k->closed;
  void *closed_data = k->closed_data;

  free_keeping (k);
  closed (closed_data);
}

/* The store is closed after its last answer; that of a profile stays, and may owe some. */
static void
end_if_closed (EngKeeping *k)
{
  k->is_answering = false;
  if (k->is_shared && k->closed != NULL && k->answers.length == 0)
    on_closed (k);
}

void
eng_keeping_close (EngKeeping *k, void (*closed) (void *data), void *data)
{
  if (k == NULL)
    {
      closed (data);
      return;
    }
  k->closed = closed;
  k->closed_data = data;
  if (!k->is_shared)
    eng_store_close (k->store, on_closed, k);
  else if (!k->is_answering)
    end_if_closed (k);
}
