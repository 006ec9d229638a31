/* btf-names.c: see the header.
 *
 *     files with a raw name, by that name -> is it there, and the cleaned one not? -> the folders
 * on the way, each listed once, have exactly that name -> no two of the torrent's are one file */
#include "protocol/files/btf-names.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

/* --- a folder of the person's --- */

static char *
path_below (const void *folder, const char *path)
{
  return g_build_filename (folder, path, NULL);
}

static bool
look_below (void *folder, const char *path, struct stat *out)
{
  g_autofree char *full = path_below (folder, path);

  return stat (full, out) == 0;
}

static DIR *
list_below (void *folder, const char *path)
{
  g_autofree char *full = path_below (folder, path);

  return opendir (full);
}

void
btf_place_init (BtfPlace *place, const char *folder)
{
  *place
      = (BtfPlace){ .data = (void *) (uintptr_t) folder, .look = look_below, .list = list_below };
}

/* --- names, byte by byte --- */

/* A folder that was listed. */
typedef struct
{
  size_t above; /* the length of the path of the one that holds it */
  GHashTable *names;
} Level;

/* Goes from folder to folder. */
typedef struct
{
  const BtfPlace *place;
  GString *at; /* the folder of the last level, from the place on */
  GArray *levels;
} Lister;

static void
clear_level (void *level)
{
  g_hash_table_unref (((Level *) level)->names);
}

/* What cannot be listed has no names. */
static void
enter (Lister *lister, size_t above)
{
  const char *path = lister->at->len > 0 ? lister->at->str : ".";
  Level level = { above, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  DIR *dir = lister->place->list (lister->place->data, path);
  const struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    g_hash_table_add (level.names, g_strdup (entry->d_name));
  if (dir != NULL)
    closedir (dir);
  g_array_append_val (lister->levels, level);
}

static const Level *
last_level (const Lister *lister)
{
  return &g_array_index (lister->levels, Level, lister->levels->len - 1);
}

static void
lister_init (Lister *lister, const BtfPlace *place, const char *top)
{
  *lister = (Lister){ .place = place,
                      .at = g_string_new (top),
                      .levels = g_array_new (FALSE, FALSE, sizeof (Level)) };
  g_array_set_clear_func (lister->levels, clear_level);
}

static void
lister_clear (Lister *lister)
{
  g_string_free (lister->at, TRUE);
  g_array_unref (lister->levels);
}

/* Back to a folder that holds @path, which begins with the first one. */
static void
go_back (Lister *lister, const char *path)
{
  const GString *at = lister->at;

  while (lister->levels->len > 1 && (strncmp (path, at->str, at->len) != 0 || path[at->len] != '/'))
    {
      g_string_truncate (lister->at, last_level (lister)->above);
      g_array_set_size (lister->levels, lister->levels->len - 1);
    }
}

/* Whether every name of a path, from the first folder on, is there byte by byte. */
static bool
is_exact (Lister *lister, const char *path)
{
  if (lister->levels->len == 0)
    enter (lister, 0);
  go_back (lister, path);
  for (;;)
    {
      size_t at = lister->at->len;
      const char *name = path + at + (at > 0);
      const char *slash = strchr (name, '/');
      g_autofree char *component = NULL;

      if (slash == NULL)
        return g_hash_table_contains (last_level (lister)->names, name);
      component = g_strndup (name, (size_t) (slash - name));
      if (!g_hash_table_contains (last_level (lister)->names, component))
        return false;
      g_string_truncate (lister->at, 0);
      g_string_append_len (lister->at, path, slash - path);
      enter (lister, at);
    }
}

/* --- the torrent's own name --- */

const char *
btf_names_top (const BtMetainfo *metainfo, const BtfPlace *place)
{
  const char *name = bt_metainfo_name (metainfo);
  const char *raw = bt_metainfo_raw_name (metainfo);
  mode_t kind = bt_metainfo_is_single_file (metainfo) ? S_IFREG : S_IFDIR;
  struct stat st;
  Lister lister;
  bool is_raw;

  if (raw == NULL || place->look (place->data, name, &st) || !place->look (place->data, raw, &st)
      || (st.st_mode & S_IFMT) != kind)
    return name;
  lister_init (&lister, place, "");
  is_raw = is_exact (&lister, raw);
  lister_clear (&lister);
  return is_raw ? raw : name;
}

/* --- the files --- */

typedef struct
{
  const BtLayout *layout;
  const BtfPlace *place;
  const char *top;
  Lister lister;
  GArray *candidates; /* of size_t: files that may lie under their raw names, by these */
  GHashTable *raws;   /* of all raw names: lent */
  uint8_t *is_raw;    /* one a file: what is chosen */
} Search;

static const char *
known_name (const Search *s, size_t file)
{
  return s->place->known != NULL ? s->place->known (s->place->data, file) : NULL;
}

static bool
is_on_disk (const BtFile *file)
{
  return (file->attr & (BT_FILE_PAD | BT_FILE_SYMLINK)) == 0;
}

static char *
path_of (const Search *s, const char *name)
{
  return s->top[0] != '\0' ? g_strconcat (s->top, "/", name, NULL) : g_strdup (name);
}

static bool
look (const Search *s, const char *name, struct stat *out)
{
  g_autofree char *path = path_of (s, name);

  return s->place->look (s->place->data, path, out);
}

static bool
has_raw (Search *s, const char *raw)
{
  g_autofree char *path = path_of (s, raw);
  struct stat st;

  return s->place->look (s->place->data, path, &st) && S_ISREG (st.st_mode)
         && is_exact (&s->lister, path);
}

/* Who is spelt as another one is called, comes first under what it is spelt itself. */
static bool
is_raw_better (Search *s, const BtFile *file, bool may_be_first)
{
  struct stat st;

  return ((may_be_first && g_hash_table_contains (s->raws, file->path))
          || !look (s, file->path, &st))
         && has_raw (s, bt_file_raw_path (file));
}

static bool
choose (Search *s, bool may_be_first)
{
  bool any = false;

  for (guint i = 0; i < s->candidates->len; i++)
    {
      size_t file = g_array_index (s->candidates, size_t, i);

      s->is_raw[file] = is_raw_better (s, &s->layout->files[file], may_be_first);
      any = any || s->is_raw[file] != 0;
    }
  return any;
}

/* --- no two are one --- */

typedef struct
{
  uint64_t device;
  uint64_t inode;
} Identity;

static guint
hash_identity (gconstpointer key)
{
  return (guint) (((const Identity *) key)->inode * UINT64_C (0x9e3779b97f4a7c15) >> 32);
}

static gboolean
equal_identities (gconstpointer a, gconstpointer b)
{
  const Identity *one = a;
  const Identity *other = b;

  return one->device == other->device && one->inode == other->inode;
}

/* False when that file was taken already. */
static bool
take (const Search *s, GHashTable *taken, const char *name)
{
  struct stat st;
  Identity id;

  if (!look (s, name, &st))
    return true;
  id = (Identity){ st.st_dev, st.st_ino };
  return g_hash_table_add (taken, g_memdup2 (&id, sizeof id));
}

/* Those that are called otherwise come first: a raw name gives way. True when one did. */
static bool
part_doubles (Search *s)
{
  g_autoptr (GHashTable) taken
      = g_hash_table_new_full (hash_identity, equal_identities, g_free, NULL);
  bool gave_way = false;

  for (size_t i = 0; i < s->layout->n_files; i++)
    if (s->is_raw[i] == 0 && is_on_disk (&s->layout->files[i]))
      {
        const char *known = known_name (s, i);

        (void) take (s, taken, known != NULL ? known : s->layout->files[i].path);
      }
  for (size_t i = 0; i < s->layout->n_files; i++)
    if (s->is_raw[i] != 0 && !take (s, taken, bt_file_raw_path (&s->layout->files[i])))
      {
        s->is_raw[i] = 0;
        gave_way = true;
      }
  return gave_way;
}

/* Who gave way may be, under its cleaned name, another one again; not so where a raw name is but
 * for who has nothing under its cleaned one. */
static bool
choose_apart (Search *s)
{
  if (!choose (s, true))
    return false;
  if (part_doubles (s) && choose (s, false))
    (void) part_doubles (s);
  return memchr (s->is_raw, 1, s->layout->n_files) != NULL;
}

/* --- the whole --- */

static int
compare_raws (gconstpointer a, gconstpointer b, void *layout)
{
  const BtFile *files = ((const BtLayout *) layout)->files;

  return strcmp (bt_file_raw_path (&files[*(const size_t *) a]),
                 bt_file_raw_path (&files[*(const size_t *) b]));
}

static void
add_candidates (Search *s)
{
  for (size_t i = 0; i < s->layout->n_files; i++)
    {
      const char *raw = bt_file_raw_path (&s->layout->files[i]);

      if (raw == NULL || !is_on_disk (&s->layout->files[i]))
        continue;
      g_hash_table_add (s->raws, (void *) (uintptr_t) raw);
      if (known_name (s, i) == NULL)
        g_array_append_val (s->candidates, i);
    }
  g_array_sort_with_data (s->candidates, compare_raws, (void *) (uintptr_t) s->layout);
}

uint8_t *
btf_names_find (const BtMetainfo *metainfo, const BtfPlace *place, const char *top)
{
  Search s = { .layout = bt_metainfo_layout (metainfo),
               .place = place,
               .top = top,
               .candidates = g_array_new (FALSE, FALSE, sizeof (size_t)),
               .raws = g_hash_table_new (g_str_hash, g_str_equal) };

  add_candidates (&s);
  if (s.candidates->len > 0)
    {
      s.is_raw = g_new0 (uint8_t, s.layout->n_files);
      lister_init (&s.lister, place, top);
      if (!choose_apart (&s))
        g_clear_pointer (&s.is_raw, g_free);
      lister_clear (&s.lister);
    }
  g_array_unref (s.candidates);
  g_hash_table_unref (s.raws);
  return s.is_raw;
}
