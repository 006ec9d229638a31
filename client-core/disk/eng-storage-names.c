/* eng-storage-names.c: whose files lie here under the names that the torrent spells rather than
 * those that we give (btf-names.h).
 *
 *     the verification's thread: a copy of the names -> what is not where it was found is called as
 *     we call it -> what is found -> the storage's names -> engine's thread: those are told
 *
 * So whoever opens a file asks one list of names, and nothing is made under a raw name. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "eng-folder-private.h"
#include "eng-jobs-private.h"
#include "protocol/files/btf-names.h"

typedef struct
{
  const EngStorage *storage;
  EngNames names; /* as they were, then as they are to be */
  GArray *changed;
} Find;

/* --- the folder --- */

/* By the way that files are opened. What is asked of a storage that closes is not answered. */
static bool
look (void *data, const char *path, struct stat *out)
{
  const EngStorage *storage = ((const Find *) data)->storage;
  const char *last;
  int parent = atomic_load (&storage->closing)
                   ? -1
                   : eng_folder_open_parent (storage->folder, path, false, &last);
  bool ok = parent >= 0 && fstatat (parent, last, out, AT_SYMLINK_NOFOLLOW) == 0;

  eng_folder_close (parent);
  return ok;
}

static DIR *
list (void *data, const char *path)
{
  const EngStorage *storage = ((const Find *) data)->storage;
  g_autofree char *below
      = strcmp (path, ".") == 0 ? g_strdup ("any") : g_strconcat (path, "/any", NULL);
  const char *last;
  int folder = eng_folder_open_parent (storage->folder, below, false, &last);
  int fd = folder >= 0 ? openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;

  if (dir == NULL)
    eng_folder_close (fd);
  eng_folder_close (folder);
  return dir;
}

/* What was called as we call it is free to be found. */
static const char *
known (void *data, size_t file)
{
  const Find *find = data;
  const EngName *name = eng_names_find (&find->names, (uint32_t) file);
  const char *given = eng_place_given_name (find->storage->metainfo, file);

  return name != NULL && strcmp (name->path, given) != 0 ? name->path : NULL;
}

/* --- what is to be called otherwise --- */

static void
call (Find *find, size_t file, const char *path)
{
  const uint32_t number = (uint32_t) file;

  eng_names_set (&find->names, &(EngName){ .file = number, .path = (char *) (uintptr_t) path });
  g_array_append_val (find->changed, number);
}

/* Whether a file, or the folder, is called as the torrent spells it, and is not there. */
static bool
is_lost (Find *find, size_t file)
{
  const BtMetainfo *metainfo = find->storage->metainfo;
  const EngName *name = eng_names_find (&find->names, (uint32_t) file);
  bool is_folder = file == find->storage->layout->n_files;
  g_autofree char *path = NULL;
  struct stat st;

  if (name == NULL || name->was != NULL
      || g_strcmp0 (name->path, eng_place_raw_name (metainfo, file)) != 0)
    return false;
  path = is_folder ? g_strdup (name->path)
                   : eng_place_path_of_name (metainfo, &find->names, name->path);
  return !look (find, path, &st);
}

static void
give_up_lost (Find *find)
{
  for (size_t i = 0; i < find->names.n; i++)
    {
      uint32_t file = find->names.items[i].file;

      if (is_lost (find, file))
        call (find, file, eng_place_given_name (find->storage->metainfo, file));
    }
}

/* The folder, which its files are looked for in. (transfer full) */
static char *
find_top (Find *find, const BtfPlace *place)
{
  const BtMetainfo *metainfo = find->storage->metainfo;
  size_t n_files = find->storage->layout->n_files;
  const char *top;

  if (bt_metainfo_is_single_file (metainfo))
    return g_strdup ("");
  if (known (find, n_files) != NULL)
    return g_strdup (known (find, n_files));
  top = btf_names_top (metainfo, place);
  if (top != bt_metainfo_name (metainfo))
    call (find, n_files, top);
  return g_strdup (top);
}

static void
find_all (Find *find)
{
  const BtMetainfo *metainfo = find->storage->metainfo;
  const BtfPlace place = { .data = find, .look = look, .list = list, .known = known };
  g_autofree char *top = NULL;
  g_autofree uint8_t *is_raw = NULL;

  give_up_lost (find);
  top = find_top (find, &place);
  is_raw = btf_names_find (metainfo, &place, top);
  for (size_t i = 0; is_raw != NULL && i < find->storage->layout->n_files; i++)
    if (is_raw[i] != 0)
      call (find, i, eng_place_raw_name (metainfo, i));
}

/* --- the storage's names --- */

/* A file that was renamed meanwhile is called as the person says. */
static void
take (EngStorage *storage, const EngNames *before, const Find *find)
{
  pthread_rwlock_wrlock (&storage->places);
  for (guint i = 0; i < find->changed->len; i++)
    {
      uint32_t file = g_array_index (find->changed, uint32_t, i);

      if (strcmp (eng_place_name (storage->metainfo, &storage->names, file),
                  eng_place_name (storage->metainfo, before, file))
          == 0)
        eng_names_set (&storage->names, eng_names_find (&find->names, file));
    }
  pthread_rwlock_unlock (&storage->places);
  for (guint i = 0; i < find->changed->len; i++)
    eng_files_drop_file (storage->disk->files, storage, g_array_index (find->changed, uint32_t, i));
}

GArray *
eng_storage_find_names (EngStorage *storage)
{
  Find find = { .storage = storage, .changed = g_array_new (FALSE, FALSE, sizeof (uint32_t)) };
  EngNames before;

  pthread_rwlock_rdlock (&storage->places);
  eng_names_init_copy (&before, &storage->names);
  pthread_rwlock_unlock (&storage->places);
  eng_names_init_copy (&find.names, &before);
  find_all (&find);
  if (!atomic_load (&storage->closing))
    take (storage, &before, &find);
  eng_names_clear (&before);
  eng_names_clear (&find.names);
  return find.changed;
}

void
eng_storage_tell_names (EngStorage *storage, const GArray *files)
{
  EngNames names = { 0 };

  if (files->len == 0 || storage->events.found == NULL)
    return;
  pthread_rwlock_rdlock (&storage->places);
  for (guint i = 0; i < files->len; i++)
    {
      uint32_t file = g_array_index (files, uint32_t, i);
      const EngName *name = eng_names_find (&storage->names, file);

      if (name != NULL)
        eng_names_set (&names, name);
    }
  pthread_rwlock_unlock (&storage->places);
  storage->events.found (storage->owner, &names);
  eng_names_clear (&names);
}
