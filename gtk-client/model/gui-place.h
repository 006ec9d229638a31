/* gui-place.h: where the files of a torrent lie. No widgets; the application's thread. */
#pragma once

#include "client-core/shoal.h"

/* The path of the file, or of the folder of the files, of a torrent; NULL while a magnet has none.
 * (transfer full) (nullable) */
char *gui_place_of (ShoalTorrent *torrent);
