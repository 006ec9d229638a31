/* shoal-fetch.h: getting a .torrent from the web. */
#pragma once

#include <gio/gio.h>

#include "shoal-export.h"

G_BEGIN_DECLS

SHOAL_API void shoal_fetch_torrent_async (const char *url, const char *address,
                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                          gpointer user_data);
SHOAL_API GBytes *shoal_fetch_torrent_finish (GAsyncResult *result, GError **error);

G_END_DECLS
