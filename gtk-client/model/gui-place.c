/* gui-place.c: see gui-place.h. */
#include "gtk-client/model/gui-place.h"

#include <string.h>

/* Of the first file, what comes first below the folder is the torrent's own place. */
char *
gui_place_of (ShoalTorrent *torrent)
{
  g_autoptr (GListModel) files = shoal_torrent_dup_files (torrent);
  g_autoptr (ShoalFile) first = files != NULL ? g_list_model_get_item (files, 0) : NULL;
  const char *folder = shoal_torrent_get_folder (torrent);
  g_autofree char *path = NULL;
  char *end;

  if (first == NULL || folder == NULL)
    return NULL;
  path = shoal_file_dup_full_path (first);
  if (g_list_model_get_n_items (files) > 1 && g_str_has_prefix (path, folder))
    {
      end = path + strlen (folder);
      end = strchr (end + strspn (end, "/"), '/');
      if (end != NULL)
        *end = '\0';
    }
  return g_steal_pointer (&path);
}
