/* eng-moves.c: see the header. */
#include "client-core/engine/eng-moves.h"

#include <errno.h>
#include <string.h>

#include "client-core/disk/eng-move.h"
#include "client-core/disk/eng-place.h"
#include "client-core/engine/eng-renames.h"

struct EngEntryMove
{
  EngEntry *entry;
  uint64_t ticket;
  char *folder;
  bool copies; /* or the person has */
  bool is_cancelled;
  EngMove *move; /* from its start to its end */
  EngResume row;
  bool has_row;
  size_t n_named; /* names that the new row has */
  int sys_errno;  /* of the failure */
  char *path;
};

static void
tell_progress (const EngEntry *entry, uint64_t done, uint64_t total)
{
  EngEngine *e = entry->engine;

  if (!entry->removing && !e->quitting && e->events->moving != NULL)
    e->events->moving (e->owner, entry->id, done, total);
}

static void
answer (const EngEntryMove *m)
{
  const EngEntry *entry = m->entry;
  EngEngine *e = entry->engine;

  if (!e->quitting && e->events->answered != NULL)
    e->events->answered (e->owner, entry->id, m->ticket, m->sys_errno,
                         m->path != NULL ? m->path : m->folder);
}

static void
move_free (EngEntryMove *m)
{
  eng_resume_clear (&m->row);
  g_free (m->folder);
  g_free (m->path);
  g_free (m);
}

static void
fail (EngEntryMove *m, int sys_errno, const char *path)
{
  if (m->sys_errno != 0)
    return;
  m->sys_errno = sys_errno;
  m->path = g_strdup (path);
}

/* --- the end --- */

/* The torrent begins where it is now, before anybody hears of it; or it is to go, and then does. */
static void
on_keeping_closed (void *data)
{
  EngEntryMove *m = data;
  EngEntry *entry = m->entry;
  bool goes = entry->removing;

  entry->move = NULL;
  if (!goes)
    eng_entry_moved (entry);
  tell_progress (entry, 0, 0);
  answer (m);
  move_free (m);
  if (goes)
    eng_entry_moved (entry);
}

static void
finish (EngEntryMove *m)
{
  eng_keeping_close (g_steal_pointer (&m->entry->keeping), on_keeping_closed, m);
}

static void
on_ended (void *data, int sys_errno, const char *path)
{
  EngEntryMove *m = data;

  if (sys_errno != 0)
    fail (m, sys_errno, path);
  finish (m);
}

/* Which of both go follows from how it went. */
static void
end (EngEntryMove *m)
{
  if (m->move != NULL)
    eng_move_end (g_steal_pointer (&m->move), m->sys_errno == 0, on_ended, m);
  else
    finish (m);
}

/* --- what is kept --- */

static void
tell_folder (EngEntryMove *m)
{
  EngEntry *entry = m->entry;
  EngEngine *e = entry->engine;

  g_free ((char *) (uintptr_t) entry->addition.folder);
  entry->addition.folder = g_strdup (m->folder);
  if (!entry->removing || e->quitting)
    eng_entry_keep_folder (entry, m->folder);
  if (!entry->removing && !e->quitting && e->events->placed != NULL)
    e->events->placed (e->owner, entry->id, m->folder);
}

static void keep_next (EngEntryMove *m);

static void
on_kept (void *data, bool ok)
{
  EngEntryMove *m = data;

  if (ok)
    keep_next (m);
  else
    {
      fail (m, EIO, m->folder);
      end (m);
    }
}

/* The names go one by one, to a database that may not have them. */
static void
keep_next (EngEntryMove *m)
{
  EngEntry *entry = m->entry;

  if (entry->keeping != NULL && m->n_named < entry->names.n)
    eng_keeping_keeper.name (entry->keeping, &entry->names.items[m->n_named++], on_kept, m);
  else
    {
      tell_folder (m);
      end (m);
    }
}

static void
on_old_closed (void *data)
{
  EngEntryMove *m = data;
  EngEntry *entry = m->entry;

  eng_entry_open_keeping (entry, m->folder);
  if (entry->keeping != NULL && m->has_row)
    eng_keeping_keeper.save (entry->keeping, &m->row, on_kept, m);
  else
    keep_next (m);
}

static void
commit (EngEntryMove *m)
{
  eng_keeping_close (g_steal_pointer (&m->entry->keeping), on_old_closed, m);
}

/* --- the copy --- */

static void
on_progress (void *owner, uint64_t done, uint64_t total)
{
  tell_progress (((EngEntryMove *) owner)->entry, done, total);
}

static void
on_copied (void *owner, int sys_errno, const char *path)
{
  EngEntryMove *m = owner;

  if (sys_errno == 0 && m->is_cancelled)
    sys_errno = ECANCELED;
  if (sys_errno != 0)
    {
      fail (m, sys_errno, path);
      end (m);
      return;
    }
  if (m->has_row)
    eng_move_translate (m->move, m->row.files);
  commit (m);
}

static void
begin_copy (EngEntryMove *m)
{
  static const EngMoveEvents events = { .progress = on_progress, .copied = on_copied };
  const EngEntry *entry = m->entry;
  const EngMovePlan plan = { .metainfo = entry->addition.metainfo,
                             .names = &entry->names,
                             .from = entry->addition.folder,
                             .to = m->folder };

  m->move = eng_move_start (entry->engine->disk, &plan, &events, m);
  if (m->is_cancelled)
    eng_move_cancel (m->move);
}

static void
on_loaded (void *data, EngKept kept, const EngResume *row)
{
  EngEntryMove *m = data;

  if (kept == ENG_KEPT_REFUSED && m->copies)
    {
      fail (m, EBUSY, m->entry->addition.folder);
      end (m);
      return;
    }
  m->has_row = row != NULL;
  if (row != NULL)
    {
      eng_resume_init_copy (&m->row, row);
      eng_renames_loaded (m->entry,
                          &row->names); /* the torrent may have been stopped before it knew */
    }
  if (m->copies)
    begin_copy (m);
  else
    commit (m);
}

/* --- the beginning --- */

bool
eng_moves_stopped (EngEntry *entry)
{
  EngEntryMove *m = entry->move;

  if (m == NULL || entry->removing)
    return false;
  if (entry->keeping != NULL)
    eng_keeping_keeper.load (entry->keeping, on_loaded, m);
  else
    on_loaded (m, ENG_KEPT_NOTHING, NULL);
  return true;
}

void
eng_moves_go_on (EngEntry *entry)
{
  if (entry->move != NULL && entry->torrent != NULL)
    eng_entry_begin_again (entry, true);
}

void
eng_moves_cancel (EngEntry *entry)
{
  EngEntryMove *m = entry->move;

  if (m == NULL)
    return;
  m->is_cancelled = true;
  if (m->move != NULL)
    eng_move_cancel (m->move);
}

void
eng_moves_clear (EngEntry *entry)
{
  if (entry->move == NULL)
    return;
  fail (entry->move, ECANCELED, NULL);
  answer (entry->move);
  g_clear_pointer (&entry->move, move_free);
}

/* Nothing of it lies in any folder yet. */
static bool
has_nothing (const EngEntry *entry)
{
  return entry->metadata != NULL || entry->waits;
}

static void
begin (EngEntry *entry, EngEntryMove *m)
{
  m->entry = entry;
  if (entry->move != NULL)
    fail (m, EBUSY, m->folder);
  if (m->sys_errno != 0 || has_nothing (entry) || strcmp (m->folder, entry->addition.folder) == 0)
    {
      if (m->sys_errno == 0)
        {
          tell_folder (m);
          eng_entry_survey (entry);
        }
      answer (m);
      move_free (m);
      return;
    }
  entry->move = m;
  if (m->copies)
    tell_progress (entry, 0, entry->row != NULL ? MAX (entry->row->total, 1) : 1);
  eng_entry_wake (entry);
  eng_moves_go_on (entry);
}

/* --- from any thread --- */

static void
run_move (EngEntry *entry, void *data)
{
  EngEntryMove *m = g_memdup2 (data, sizeof *m);

  m->folder = g_strdup (m->folder);
  begin (entry, m);
}

static void
forget_move (void *data)
{
  move_free (data);
}

static void
order_move (EngEngine *e, uint64_t id, uint64_t ticket, const char *folder, bool copies)
{
  const EngEntryMove m = { .ticket = ticket, .folder = g_strdup (folder), .copies = copies };

  eng_engine_order (e, id, run_move, g_memdup2 (&m, sizeof m), forget_move);
}

void
eng_engine_move (EngEngine *e, uint64_t id, uint64_t ticket, const char *folder)
{
  order_move (e, id, ticket, folder, true);
}

void
eng_engine_set_folder (EngEngine *e, uint64_t id, const char *folder)
{
  order_move (e, id, 0, folder, false);
}

static void
run_cancel (EngEntry *entry, void *data)
{
  if (entry->move != NULL && entry->move->ticket == *(const uint64_t *) data)
    eng_moves_cancel (entry);
}

void
eng_engine_cancel_move (EngEngine *e, uint64_t id, uint64_t ticket)
{
  eng_engine_order (e, id, run_cancel, g_memdup2 (&ticket, sizeof ticket), g_free);
}
