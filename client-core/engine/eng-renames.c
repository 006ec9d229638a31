/* eng-renames.c: see the header. */
#include "client-core/engine/eng-renames.h"

#include <errno.h>
#include <string.h>

#include "client-core/disk/eng-place.h"

typedef struct
{
  EngEntry *entry;
  uint64_t ticket;
  uint32_t file;
  char *wish;
  EngName name; /* once it is judged */
  bool under_way;
} Rename;

static void
free_rename (Rename *rename)
{
  g_free (rename->wish);
  eng_name_clear (&rename->name);
  g_free (rename);
}

/* --- its end --- */

static void
tell_name (EngEntry *entry, const EngName *name)
{
  EngEngine *e = entry->engine;

  if (!e->quitting && !entry->removing && e->events->named != NULL)
    e->events->named (e->owner, entry->id, name->file, name->path);
}

/* The oldest one is over. */
static void
answer (EngEntry *entry, int sys_errno)
{
  EngEngine *e = entry->engine;
  Rename *rename = g_queue_pop_head (&entry->renames);

  if (!e->quitting && e->events->answered != NULL)
    e->events->answered (e->owner, entry->id, rename->ticket, sys_errno, rename->wish);
  free_rename (rename);
}

/* A row that could not be written has been told of, and the file is where the names say. */
static void
on_kept (void *data, bool ok)
{
}

static void
keep (EngEntry *entry, const EngName *name)
{
  if (entry->keeping != NULL)
    eng_keeping_keeper.name (entry->keeping, name, on_kept, NULL);
}

static void
on_renamed (void *data, int sys_errno)
{
  Rename *rename = data;
  EngEntry *entry = rename->entry;
  const EngName *name = &rename->name;
  const char *path = sys_errno == 0 ? name->path : name->was;
  const EngName now = { .file = name->file, .path = (char *) (uintptr_t) path };

  keep (entry, &now);
  if (sys_errno == 0)
    {
      eng_names_set (&entry->names, &now);
      tell_name (entry, &now);
    }
  answer (entry, sys_errno);
  eng_renames_go_on (entry);
}

/* --- its beginning --- */

/* The keeper has both names, or there is none. */
static void
on_intended (void *data, bool ok)
{
  Rename *rename = data;

  rename->under_way = ok;
  if (!ok)
    {
      answer (rename->entry, EIO);
      eng_renames_go_on (rename->entry);
    }
  else if (rename->entry->torrent == NULL
           || !eng_torrent_rename (rename->entry->torrent, &rename->name, on_renamed, rename))
    rename->under_way = false; /* until the torrent begins */
}

/* 0 when it may be carried out. */
static int
judge (Rename *rename)
{
  const EngEntry *entry = rename->entry;
  const BtMetainfo *metainfo = entry->addition.metainfo;
  g_autofree char *path = NULL;
  EngPlaceVerdict verdict
      = eng_place_judge (metainfo, &entry->names, rename->file, rename->wish, &path);
  const char *was = eng_place_name (metainfo, &entry->names, rename->file);

  if (verdict != ENG_PLACE_FREE)
    return verdict == ENG_PLACE_TAKEN ? EEXIST : EINVAL;
  eng_name_clear (&rename->name);
  eng_name_init_copy (
      &rename->name,
      &(EngName){ .file = rename->file, .path = path, .was = (char *) (uintptr_t) was });
  return 0;
}

void
eng_renames_go_on (EngEntry *entry)
{
  Rename *rename;

  while ((rename = g_queue_peek_head (&entry->renames)) != NULL && entry->torrent != NULL
         && !rename->under_way)
    {
      int refusal = judge (rename);

      if (refusal != 0 || strcmp (rename->name.path, rename->name.was) == 0)
        {
          answer (entry, refusal);
          continue;
        }
      rename->under_way = true;
      if (entry->keeping != NULL)
        eng_keeping_keeper.name (entry->keeping, &rename->name, on_intended, rename);
      else
        on_intended (rename, true);
    }
}

void
eng_renames_loaded (void *owner, const EngNames *names)
{
  EngEntry *entry = owner;

  for (size_t i = 0; i < names->n; i++)
    {
      eng_names_set (&entry->names, &names->items[i]);
      tell_name (entry, &names->items[i]);
    }
}

void
eng_renames_settled (EngEntry *entry)
{
  for (size_t i = 0; i < entry->names.n; i++)
    {
      EngName *name = &entry->names.items[i];

      if (name->was == NULL)
        continue;
      g_clear_pointer (&name->was, g_free);
      keep (entry, name);
    }
}

void
eng_renames_clear (EngEntry *entry)
{
  while (entry->renames.length > 0)
    answer (entry, ECANCELED);
}

/* --- from any thread --- */

static void
run_rename (EngEntry *entry, void *data)
{
  Rename *rename = g_memdup2 (data, sizeof *rename);

  rename->entry = entry;
  rename->wish = g_strdup (rename->wish);
  g_queue_push_tail (&entry->renames, rename);
  eng_entry_wake (entry);
  eng_renames_go_on (entry);
}

static void
forget_rename (void *data)
{
  free_rename (data);
}

void
eng_engine_rename (EngEngine *e, uint64_t id, uint64_t ticket, uint32_t file, const char *path)
{
  const Rename rename = { .ticket = ticket, .file = file, .wish = g_strdup (path) };

  eng_engine_order (e, id, run_rename, g_memdup2 (&rename, sizeof rename), forget_rename);
}
