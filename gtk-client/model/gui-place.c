/* gui-place.c: see gui-place.h. */
#include "gtk-client/model/gui-place.h"

char *
gui_place_of (ShoalTorrent *torrent)
{
  g_autoptr (GListModel) files = shoal_torrent_dup_files (torrent);
  const char *folder = shoal_torrent_get_folder (torrent);

  if (files == NULL || folder == NULL)
    return NULL;
  return g_build_filename (folder, shoal_torrent_get_name (torrent), NULL);
}
