/* eng-keeping.c: see the header. */
#include "client-core/engine/eng-keeping.h"

#include <errno.h>

#include <glib.h>

#include "client-core/disk/eng-place.h"

struct EngKeeping
{
  EngStore *store;
  EngClaim *claim; /* to the files, in a profile's store; NULL: the store is its own */
  bool is_refused; /* they are another process's */
  EngHolder holder;
  BtMetainfo *metainfo;
  char *folder;
  bool writes;
  bool told;
  void (*trouble) (void *data, const EngStoreProblem *problem);
  void *data;

  /* Of the request under way; those of a torrent come one at a time, but the last save may follow
   * another. */
  GQueue answers; /* of Answer */
  bool is_claiming;
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
note_refusal (EngKeeping *k, const EngStoreProblem *problem)
{
  if (problem == NULL || problem->trouble != ENG_STORE_FILES_IN_USE)
    return;
  k->is_refused = true;
  k->holder = problem->holder;
}

/* What goes wrong otherwise locks nothing: of a folder that is not there the torrent tells itself.
 */
static void
on_claimed (void *data, const EngStoreProblem *problem)
{
  EngKeeping *k = data;

  k->is_claiming = false;
  note_refusal (k, problem);
  end_if_closed (k);
}

static void
on_loaded (void *data, const EngStoreProblem *problem, const EngResume *resume)
{
  EngKeeping *k = data;
  g_autofree Answer *answer = g_queue_pop_head (&k->answers);
  EngKept kept = resume != NULL ? ENG_KEPT_ROW : ENG_KEPT_NOTHING;

  if (problem != NULL)
    tell (k, problem);
  note_refusal (k, problem);
  if (k->is_refused)
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
  answer->saved (answer->data, problem == NULL && !k->is_refused);
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

static EngHolder
holder (void *keeper)
{
  return ((const EngKeeping *) keeper)->holder;
}

const EngKeeper eng_keeping_keeper = { .load = load, .save = save, .name = name, .holder = holder };

static void
free_keeping (EngKeeping *k)
{
  bt_metainfo_unref (k->metainfo);
  g_free (k->folder);
  g_free (k);
}

static bool
open_store (EngKeeping *k, BtioReactor *reactor, const EngKeepingPlace *place)
{
  const EngStoreKey key = key_of (k);

  if (place->profile != NULL)
    {
      k->store = place->profile;
      k->is_claiming = true;
      k->claim = eng_store_claim (k->store, &key, place->writes, on_claimed, k);
      return true;
    }
  k->store = eng_store_new_transfer (reactor, place->state_folder, &key, place->writes);
  return k->store != NULL;
}

EngKeeping *
eng_keeping_new (BtioReactor *reactor, const EngKeepingPlace *place,
                 void (*trouble) (void *data, const EngStoreProblem *problem), void *data)
{
  EngKeeping *k;

  if (place->profile == NULL && place->state_folder == NULL)
    return NULL;
  k = g_new0 (EngKeeping, 1);
  k->metainfo = bt_metainfo_ref (place->metainfo);
  k->folder = g_strdup (place->folder);
  k->writes = place->writes;
  k->trouble = trouble;
  k->data = data;
  g_queue_init (&k->answers);
  if (open_store (k, reactor, place))
    return k;
  trouble (data, &(EngStoreProblem){ .trouble = ENG_STORE_SYSTEM,
                                     .sys_errno = errno,
                                     .path = place->state_folder });
  free_keeping (k);
  return NULL;
}

void
eng_keeping_share (EngKeeping *k)
{
  if (k == NULL)
    return;
  if (k->claim != NULL)
    eng_store_share_claim (k->store, k->claim);
  else
    eng_store_share (k->store);
}

static void
on_closed (void *data)
{
  EngKeeping *k = data;
  void (*closed) (void *) = k->closed;
  void *closed_data = k->closed_data;

  if (k->claim != NULL)
    eng_store_release (k->store, k->claim);
  free_keeping (k);
  closed (closed_data);
}

/* The store is closed after its last answer; that of a profile stays, and may owe some. */
static void
end_if_closed (EngKeeping *k)
{
  k->is_answering = false;
  if (k->claim != NULL && k->closed != NULL && k->answers.length == 0 && !k->is_claiming)
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
  if (k->claim == NULL)
    eng_store_close (k->store, on_closed, k);
  else if (!k->is_answering)
    end_if_closed (k);
}
