/* gui-add-sheet.h: adds torrents: shows what is in each, asks which files and where, and lets them
 * begin. Nothing begins without a click. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/model/gui-session.h"

/* What is more in one go is left out, and the person told. */
#define GUI_ADD_MAX 500u

/* @uris: paths and URIs of .torrent files, magnet links, info-hashes, URLs of .torrent files on the
 * web, mixed; NULL at the end. */
void gui_add_sheet_present (GtkWindow *parent, GuiSession *session, const char *const *uris);
