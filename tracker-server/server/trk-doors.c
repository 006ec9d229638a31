/* trk-doors.c: listening at paths. */
#include "tracker-server/server/trk-doors.h"

#include <sys/stat.h>
#include <unistd.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>

#include "tracker-server/server/trk-exit.h"

struct TrkDoors
{
  TrkApi *api;
  GSocketService *service;
  GPtrArray *paths;
};

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  TrkDoors *self = data;
  const BtEndpoint nobody = { 0 };

  trk_api_accept (self->api, G_IO_STREAM (connection), &nobody, &nobody, TRK_DOOR_ADMIN);
  return TRUE;
}

TrkDoors *
trk_doors_new (TrkApi *api)
{
  TrkDoors *self = g_new0 (TrkDoors, 1);

  self->api = api;
  self->service = g_socket_service_new ();
  self->paths = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  return self;
}

void
trk_doors_free (TrkDoors *self)
{
  if (self == NULL)
    return;
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_object_unref (self->service);
  for (guint i = 0; i < self->paths->len; i++)
    (void) unlink (g_ptr_array_index (self->paths, i)); /* the next server replaces what stays */
  g_ptr_array_unref (self->paths);
  g_free (self);
}

bool
trk_doors_add (TrkDoors *self, const char *path, GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  struct stat about;
  mode_t before;
  bool ok;

  if (lstat (path, &about) == 0 && S_ISSOCK (about.st_mode))
    (void) unlink (path); /* listening says when it is there still */
  before = umask (S_IRWXO);
  ok = g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL,
                                      error);
  (void) umask (before);
  if (ok)
    g_ptr_array_add (self->paths, g_strdup (path));
  else if (error != NULL)
    {
      (*error)->domain = TRK_EXIT_ERROR;
      (*error)->code = TRK_EXIT_NETWORK;
      g_prefix_error (error, _ ("%s cannot be listened at: "), path);
    }
  return ok;
}
