/* eng-place.c: see the header. */
#include "client-core/disk/eng-place.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-path-set.h"
#include "protocol/torrent/bt-path.h"

/* Bytes of the name and of the hash in the name of a part file. */
#define PART_NAME 200
#define PART_HASH 4

/* (transfer full) (nullable) */
static char *
clean (const char *wish)
{
  g_auto (GStrv) components = g_strsplit (wish, "/", BT_LIMIT_PATH_DEPTH + 1);
  g_autoptr (GString) path = g_string_new (NULL);

  if (g_strv_length (components) > BT_LIMIT_PATH_DEPTH)
    return NULL;
  for (guint i = 0; components[i] != NULL; i++)
    if (components[i][0] != '\0')
      (void) bt_path_append (path, components[i], strlen (components[i])); /* cleaned or not */
  return path->len > 0 ? g_string_free (g_steal_pointer (&path), FALSE) : NULL;
}

bool
eng_place_is_file (const BtMetainfo *metainfo, size_t file)
{
  return file == bt_metainfo_layout (metainfo)->n_files
         || (bt_metainfo_layout (metainfo)->files[file].attr & (BT_FILE_PAD | BT_FILE_SYMLINK))
                == 0;
}

/* Behind the files: the folder. */
static bool
is_top (const BtMetainfo *metainfo, size_t file)
{
  return bt_metainfo_is_single_file (metainfo) || file == bt_metainfo_layout (metainfo)->n_files;
}

const char *
eng_place_given_name (const BtMetainfo *metainfo, size_t file)
{
  return is_top (metainfo, file) ? bt_metainfo_name (metainfo)
                                 : bt_metainfo_layout (metainfo)->files[file].path;
}

const char *
eng_place_raw_name (const BtMetainfo *metainfo, size_t file)
{
  return is_top (metainfo, file) ? bt_metainfo_raw_name (metainfo)
                                 : bt_file_raw_path (&bt_metainfo_layout (metainfo)->files[file]);
}

bool
eng_place_may_be (const BtMetainfo *metainfo, const EngName *name)
{
  size_t n_files = bt_metainfo_layout (metainfo)->n_files;
  g_autofree char *cleaned = clean (name->path);

  return name->file <= n_files
         && (g_strcmp0 (cleaned, name->path) == 0
             || g_strcmp0 (eng_place_raw_name (metainfo, name->file), name->path) == 0);
}

const char *
eng_place_name (const BtMetainfo *metainfo, const EngNames *names, size_t file)
{
  const EngName *name = eng_names_find (names, (uint32_t) file);

  return name != NULL ? name->path : eng_place_given_name (metainfo, file);
}

char *
eng_place_path_of_name (const BtMetainfo *metainfo, const EngNames *names, const char *name)
{
  size_t n_files = bt_metainfo_layout (metainfo)->n_files;

  if (bt_metainfo_is_single_file (metainfo))
    return g_strdup (name);
  return g_strconcat (eng_place_name (metainfo, names, n_files), "/", name, NULL);
}

/* Cut where a character ends, so that the whole is a name. */
static char *
part_path (const BtMetainfo *metainfo)
{
  const uint8_t *v1 = bt_metainfo_info_hash_v1 (metainfo);
  const char *name = bt_metainfo_name (metainfo);
  const char *end = name + MIN (strlen (name), PART_NAME);
  char hex[2 * PART_HASH + 1] = "";

  bt_hex_write (v1 != NULL ? v1 : bt_metainfo_info_hash_v2 (metainfo), PART_HASH, hex);
  while (end > name && ((unsigned char) *end & 0xc0) == 0x80)
    end--;
  return g_strdup_printf (".%.*s.%s.part", (int) (end - name), name, hex);
}

char *
eng_place_path (const BtMetainfo *metainfo, const EngNames *names, size_t file)
{
  if (file == bt_metainfo_layout (metainfo)->n_files)
    return part_path (metainfo);
  return eng_place_path_of_name (metainfo, names, eng_place_name (metainfo, names, file));
}

/* --- a new name --- */

/* Whether both are one name, or one of them is a folder on the way to the other. */
static bool
collide (const char *a, const char *b)
{
  for (;;)
    {
      size_t len_a = strcspn (a, "/");
      size_t len_b = strcspn (b, "/");

      if (bt_path_set_compare (a, len_a, b, len_b) != 0)
        return false;
      if (a[len_a] == '\0' || b[len_b] == '\0')
        return true;
      a += len_a + 1;
      b += len_b + 1;
    }
}

static bool
is_taken (const BtMetainfo *metainfo, const EngNames *names, size_t file, const char *path)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);

  for (size_t i = 0; i < layout->n_files; i++)
    if (i != file && (layout->files[i].attr & BT_FILE_PAD) == 0
        && collide (path, eng_place_name (metainfo, names, i)))
      return true;
  return false;
}

EngPlaceVerdict
eng_place_judge (const BtMetainfo *metainfo, const EngNames *names, size_t file, const char *wish,
                 char **out)
{
  g_autofree char *path = clean (wish);

  if (path == NULL || !eng_place_is_file (metainfo, file))
    return ENG_PLACE_UNFIT;
  if (is_taken (metainfo, names, file, path))
    return ENG_PLACE_TAKEN;
  *out = g_steal_pointer (&path);
  return ENG_PLACE_FREE;
}
