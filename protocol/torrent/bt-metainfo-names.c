/* bt-metainfo-names.c: every file gets a name of its own, on a file system that is blind to letter
 * case, too; and symbolic links (BEP 47) lead to something in the torrent. */
#include "protocol/torrent/bt-metainfo-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-path-set.h"
#include "protocol/torrent/bt-path.h"

/* How often a name is tried, all files together: somebody may have taken the next ones already. */
#define MAX_TRIES (4 * BT_LIMIT_COLLISIONS)

/* How many files are looked ahead. */
#define AHEAD 12

/* How long a chain of links may be. */
#define MAX_LINKS 8

/* A value of the set: a folder's number, or this bit and the index of a file. */
#define IS_FILE (UINT32_C (1) << 31)

/* What is known of a folder. Most torrents are sorted: names that ascend in a folder that holds no
 * others are all different, and none of them needs to be looked for. */
enum
{
  FOLDER_MET = 1 << 0,
  FOLDER_MIXED = 1 << 1 /* its files come in no order, or in several places, or between folders */
};

typedef struct
{
  BtMetainfoParser *p;
  BtPathSet set;
  BtPathSet suffixes;  /* of names that were there already: the last number given */
  uint32_t *folder_of; /* each file's folder; 0 is the torrent's own */
  uint32_t n_folders;
  GByteArray *folders; /* FOLDER_ bits of each */
  unsigned collisions;
  unsigned tries;
} Names;

static bool
is_pad (const BtFile *file)
{
  return (file->attr & BT_FILE_PAD) != 0;
}

/* The last component of a path. */
static const char *
base_name (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

/* Goes down the folders of a path, which end at @end, and makes those that are new. */
static uint32_t
enter_folders (Names *names, const char *path, const char *end)
{
  uint32_t folder = 0;

  while (path < end)
    {
      const char *slash = memchr (path, '/', (size_t) (end - path));
      uint32_t *known = bt_path_set_add (&names->set, folder, path, (size_t) (slash - path),
                                         names->n_folders + 1);

      if (known == NULL)
        {
          names->folders->data[folder] |= FOLDER_MIXED;
          g_byte_array_append (names->folders, &(uint8_t){ 0 }, 1);
        }
      folder = known != NULL ? *known : ++names->n_folders;
      path = slash + 1;
    }
  return folder;
}

static bool
ascend (const char *before, const char *base)
{
  return bt_path_set_compare (before, strlen (before), base, strlen (base)) < 0;
}

/* Folders come first: a file that is named like one gives way, wherever it stands. */
static void
add_folders (Names *names)
{
  const BtLayout *layout = &names->p->self->layout;
  const char *before = NULL; /* the path of the file before */
  size_t before_len = 0;     /* of its folders */
  uint32_t folder = 0;

  for (size_t i = 0; i < layout->n_files; i++)
    {
      const char *path = layout->files[i].path;
      size_t len;

      if (is_pad (&layout->files[i]))
        continue;
      len = (size_t) (base_name (path) - path);
      if (before == NULL || len != before_len || memcmp (path, before, len) != 0)
        {
          folder = enter_folders (names, path, path + len);
          if ((names->folders->data[folder] & FOLDER_MET) != 0)
            names->folders->data[folder] |= FOLDER_MIXED;
          names->folders->data[folder] |= FOLDER_MET;
        }
      else if (!ascend (before + len, path + len))
        names->folders->data[folder] |= FOLDER_MIXED;
      names->folder_of[i] = folder;
      before = path;
      before_len = len;
    }
}

/* Whether a file's name may be there already. */
static bool
is_mixed (const Names *names, size_t i)
{
  return !is_pad (&names->p->self->files[i])
         && (names->folders->data[names->folder_of[i]] & FOLDER_MIXED) != 0;
}

/* Links may lead to any name. */
static void
mix_for_links (Names *names)
{
  const BtLayout *layout = &names->p->self->layout;
  bool links = false;

  for (size_t i = 0; i < layout->n_files && !links; i++)
    links = (layout->files[i].attr & BT_FILE_SYMLINK) != 0;
  if (links)
    memset (names->folders->data, FOLDER_MIXED, names->folders->len);
}

static void
make_room (Names *names)
{
  size_t n = 0;

  for (size_t i = 0; i < names->p->self->layout.n_files; i++)
    n += is_mixed (names, i);
  bt_path_set_reserve (&names->set, n);
}

/* Writes the first free name of the kind "name (2).ext" to the parser's path. */
static bool
find_other_name (Names *names, const char *path, uint32_t folder)
{
  GString *out = names->p->path;
  const char *base = base_name (path);
  size_t base_len = strlen (base);
  uint32_t *last;

  (void) bt_path_set_add (&names->suffixes, folder, base, base_len, 1); /* if it is new */
  last = bt_path_set_find (&names->suffixes, folder, base, base_len);
  while (names->tries++ < MAX_TRIES)
    {
      const char *other;

      bt_path_suffix (out, path, ++*last);
      other = base_name (out->str);
      if (bt_path_set_find (&names->set, folder, other, strlen (other)) == NULL)
        return true;
    }
  return false;
}

/* Has the file called as p->path says; its raw path, which may be the one that it had, stays. */
static void
keep_both (BtMetainfoParser *p, BtFile *file)
{
  const char *raw = (file->attr & BT_FILE_CLEANED) == 0 ? file->path : bt_file_raw_path (file);
  size_t len = p->path->len;

  if (raw != NULL)
    {
      g_string_append_c (p->path, '\0');
      g_string_append (p->path, raw);
      file->attr |= BT_FILE_RAW;
    }
  file->path = bt_metainfo_keep_path (p);
  g_string_truncate (p->path, len);
}

static bool
rename_file (Names *names, size_t i)
{
  BtMetainfo *self = names->p->self;
  BtFile *file = &self->files[i];
  const char *base;

  if (++names->collisions > BT_LIMIT_COLLISIONS
      || !find_other_name (names, file->path, names->folder_of[i]))
    {
      bt_metainfo_fail (names->p, BT_ERROR_COLLISIONS, BT_NOWHERE, "info.files");
      names->p->reader.error.item = i;
      return false;
    }
  keep_both (names->p, file);
  file->attr |= BT_FILE_CLEANED | BT_FILE_SUFFIXED;
  base = base_name (file->path);
  (void) bt_path_set_add (&names->set, names->folder_of[i], base, strlen (base),
                          IS_FILE | (uint32_t) i); /* it is free */
  return true;
}

/* See bt_path_set_prefetch(). */
static void
look_ahead (const Names *names, size_t i)
{
  const BtLayout *layout = &names->p->self->layout;
  const char *base;

  if (i >= layout->n_files || !is_mixed (names, i))
    return;
  base = base_name (layout->files[i].path);
  bt_path_set_prefetch (&names->set, names->folder_of[i], base, strlen (base));
}

static bool
add_files (Names *names)
{
  const BtLayout *layout = &names->p->self->layout;

  for (size_t i = 0; i < layout->n_files; i++)
    {
      const char *base;

      look_ahead (names, i + AHEAD);
      if (!is_mixed (names, i))
        continue;
      base = base_name (layout->files[i].path);
      if (bt_path_set_add (&names->set, names->folder_of[i], base, strlen (base),
                           IS_FILE | (uint32_t) i)
              != NULL
          && !rename_file (names, i))
        return false;
    }
  return true;
}

/* --- links --- */

/* What stands at a path; NULL when nothing does. */
static const uint32_t *
look_up (const Names *names, const char *path)
{
  uint32_t folder = 0;

  for (;;)
    {
      const char *slash = strchr (path, '/');
      size_t len = slash != NULL ? (size_t) (slash - path) : strlen (path);
      const uint32_t *value = bt_path_set_find (&names->set, folder, path, len);

      if (value == NULL || slash == NULL)
        return value;
      if ((*value & IS_FILE) != 0)
        return NULL;
      folder = *value;
      path = slash + 1;
    }
}

/* Whether a link ends at a file or folder of the torrent. */
static bool
leads_somewhere (const Names *names, const BtFile *link)
{
  for (unsigned i = 0; i < MAX_LINKS && link->target != NULL; i++)
    {
      const uint32_t *value = look_up (names, link->target);

      if (value == NULL)
        return false;
      if ((*value & IS_FILE) == 0)
        return true;
      link = &names->p->self->files[*value & ~IS_FILE];
      if ((link->attr & BT_FILE_SYMLINK) == 0)
        return true;
    }
  return false;
}

static void
check_links (Names *names)
{
  BtMetainfo *self = names->p->self;

  for (size_t i = 0; i < self->layout.n_files; i++)
    {
      BtFile *file = &self->files[i];

      if (is_pad (file) || (file->attr & BT_FILE_SYMLINK) == 0 || leads_somewhere (names, file))
        continue;
      file->target = NULL;
      self->oddities |= BT_ODD_LINK;
    }
}

bool
bt_metainfo_name_files (BtMetainfoParser *p)
{
  BtMetainfo *self = p->self;
  Names names = { .p = p, .folder_of = g_new (uint32_t, self->layout.n_files) };
  uint64_t seed;
  bool ok;

  memcpy (&seed, self->format == BT_FORMAT_V2 ? self->hash_v2 : self->hash_v1, sizeof seed);
  bt_path_set_init (&names.set, 0, seed);
  bt_path_set_init (&names.suffixes, 0, seed);
  names.folders = g_byte_array_new ();
  g_byte_array_append (names.folders, &(uint8_t){ 0 }, 1);
  add_folders (&names);
  mix_for_links (&names);
  make_room (&names);
  ok = add_files (&names);
  if (ok)
    check_links (&names);
  bt_path_set_clear (&names.set);
  bt_path_set_clear (&names.suffixes);
  g_byte_array_unref (names.folders);
  g_free (names.folder_of);
  return ok;
}
