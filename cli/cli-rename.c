/* cli-rename.c: see the header. */
#include "cli/cli-rename.h"

#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-values.h"
#include "protocol/core/bt-limits.h"

/* One that is under way. */
typedef struct
{
  CliRenamed done;
  void *owner;
  unsigned number;
  ShoalFile *file;
} Rename;

/* "2=film.mkv" among @max files; *path is lent from it. */
static bool
read_rename (const char *text, uint64_t max, unsigned *number, const char **path)
{
  const char *mark = strchr (text, '=');
  g_autofree char *digits = mark != NULL ? g_strndup (text, (gsize) (mark - text)) : NULL;
  uint64_t value;

  if (mark == NULL || mark[1] == '\0' || !cli_parse_uint (digits, 1, max, &value))
    return false;
  *number = (unsigned) value;
  *path = mark + 1;
  return true;
}

bool
cli_rename_check (const CliApp *app, char **texts, const BtMetainfo *metainfo)
{
  uint64_t max = metainfo != NULL ? bt_metainfo_n_real_files (metainfo) : BT_LIMIT_SELECT_ONLY;
  unsigned number;
  const char *path;

  for (; texts != NULL && *texts != NULL; texts++)
    if (!read_rename (*texts, max, &number, &path))
      return cli_fail_usage (app,
                             _ ("--rename takes the number of a file, from 1 to %u, and its name, "
                                "such as 2=film.mkv, not “%s”"),
                             (unsigned) max, *texts),
             false;
  return true;
}

static void
on_renamed (GObject *source, GAsyncResult *result, void *data)
{
  Rename *rename = data;
  g_autoptr (GError) error = NULL;

  (void) shoal_torrent_rename_file_finish (SHOAL_TORRENT (source), result, &error);
  rename->done (rename->owner, rename->number, shoal_file_get_path (rename->file), error);
  g_object_unref (rename->file);
  g_free (rename);
}

unsigned
cli_rename_start (char **texts, ShoalTorrent *torrent, CliRenamed done, void *owner)
{
  g_autoptr (GListModel) files = shoal_torrent_dup_files (torrent);
  unsigned n = 0;
  unsigned number;
  const char *path;

  for (; texts != NULL && *texts != NULL; texts++)
    if (read_rename (*texts, g_list_model_get_n_items (files), &number, &path))
      {
        Rename *rename = g_new0 (Rename, 1);

        *rename = (Rename){ done, owner, number, g_list_model_get_item (files, number - 1) };
        shoal_torrent_rename_file_async (torrent, shoal_file_get_index (rename->file), path, NULL,
                                         on_renamed, rename);
        n++;
      }
  return n;
}
