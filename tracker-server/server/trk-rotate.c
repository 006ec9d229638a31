/* trk-rotate.c: backups by their names, which sort by time. */
#include "tracker-server/server/trk-rotate.h"

#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#define PREFIX "tracker-"
#define SUFFIX ".db"
#define NAME_LEN (sizeof "tracker-20260102-030405.db" - 1)

char *
trk_rotate_name (const char *folder, int64_t now_s)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (now_s);
  g_autofree char *name = now != NULL ? g_date_time_format (now, PREFIX "%Y%m%d-%H%M%S" SUFFIX)
                                      : g_strdup (PREFIX "00000000-000000" SUFFIX);

  if (g_mkdir_with_parents (folder, S_IRWXU) != 0)
    return NULL;
  return g_build_filename (folder, name, NULL);
}

static bool
is_backup (const char *name)
{
  if (strlen (name) != NAME_LEN || !g_str_has_prefix (name, PREFIX)
      || !g_str_has_suffix (name, SUFFIX))
    return false;
  for (size_t i = sizeof PREFIX - 1; i < NAME_LEN - (sizeof SUFFIX - 1); i++)
    if (!g_ascii_isdigit (name[i]) && name[i] != '-')
      return false;
  return true;
}

static int
by_name (const void *a, const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The oldest first. (transfer full) */
static GPtrArray *
list (const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_backup (name))
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_clear_pointer (&dir, g_dir_close);
  g_ptr_array_sort (names, by_name);
  return names;
}

int64_t
trk_rotate_newest (const char *folder)
{
  g_autoptr (GPtrArray) names = list (folder);
  struct stat about;

  if (names->len == 0 || stat (g_ptr_array_index (names, names->len - 1), &about) != 0)
    return 0;
  return about.st_mtime;
}

void
trk_rotate_clean (const char *folder, uint32_t keep)
{
  g_autoptr (GPtrArray) names = list (folder);

  for (guint i = 0; i + keep < names->len; i++)
    (void) unlink (g_ptr_array_index (names, i)); /* tried again after the next one */
}
