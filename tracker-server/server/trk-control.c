/* trk-control.c: both ends of the socket. */
#include "tracker-server/server/trk-control.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>

#include "tracker-server/server/trk-options.h"

/* A command may wait so long for one answer: a backup of a large database. */
#define WAIT_S 600u
/* A client that says nothing is let go. */
#define IDLE_S 10u

struct TrkControl
{
  const TrkOperator *op;
  GSocketService *service;
  GCancellable *cancellable;
  char *path;
  unsigned n_refs; /* its owner, and connections under way */
  bool closed;
};

/* One connection. */
typedef struct
{
  TrkControl *control;
  GSocketConnection *connection;
  GString *request;
  char part[4096];
} Client;

static void
control_unref (TrkControl *self)
{
  if (--self->n_refs > 0)
    return;
  g_object_unref (self->cancellable);
  g_free (self->path);
  g_free (self);
}

static void
client_free (Client *client)
{
  g_object_unref (client->connection);
  g_string_free (client->request, TRUE);
  control_unref (client->control);
  g_free (client);
}

/* A path of any length, through the descriptor of its folder. */
static GSocketAddress *
address_of (const char *folder, int *fd)
{
  g_autofree char *path = NULL;

  *fd = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (*fd < 0)
    return NULL;
  path = g_strdup_printf ("/proc/self/fd/%d/control", *fd);
  return g_unix_socket_address_new (path);
}

/* --- the server's end --- */

static void
on_operated (void *data, JsonNode *reply)
{
  Client *client = data;
  g_autofree char *text = json_to_string (reply, FALSE);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (client->connection));

  /* Small, and the other end is a command of ours: it fits or the client has gone. */
  if (!client->control->closed)
    (void) g_output_stream_write_all (out, line, strlen (line), NULL, NULL, NULL);
  explicit_bzero (line, strlen (line));
  explicit_bzero (text, strlen (text));
  client_free (client);
}

static void
carry_out (Client *client)
{
  g_autoptr (JsonNode) request = json_from_string (client->request->str, NULL);

  if (request != NULL)
    trk_operate (client->control->op, request, on_operated, client);
  else
    client_free (client);
}

static void read_on (Client *client);

static void
on_read (GObject *stream, GAsyncResult *result, gpointer data)
{
  Client *client = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (stream), result, NULL);

  if (n > 0)
    g_string_append_len (client->request, client->part, n);
  if (n <= 0 || client->request->len > TRK_OPERATE_LEN_MAX || client->control->closed)
    client_free (client);
  else if (strchr (client->request->str, '\n') != NULL)
    carry_out (client);
  else
    read_on (client);
}

static void
read_on (Client *client)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (client->connection));

  g_input_stream_read_async (in, client->part, sizeof client->part, G_PRIORITY_DEFAULT,
                             client->control->cancellable, on_read, client);
}

/* Whether the other end is the folder's owner or root: the socket's mode says so, too. */
static bool
is_ours (GSocket *socket)
{
  g_autoptr (GCredentials) who = g_socket_get_credentials (socket, NULL);
  uid_t user = who != NULL ? g_credentials_get_unix_user (who, NULL) : (uid_t) -1;

  return user == 0 || user == geteuid ();
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  TrkControl *self = data;
  GSocket *socket = g_socket_connection_get_socket (connection);
  Client *client;

  if (!is_ours (socket))
    return TRUE;
  g_socket_set_timeout (socket, IDLE_S);
  client = g_new0 (Client, 1);
  client->control = self;
  client->connection = g_object_ref (connection);
  client->request = g_string_new (NULL);
  self->n_refs++;
  read_on (client);
  return TRUE;
}

static bool
listen_at (TrkControl *self, GError **error)
{
  int fd;
  g_autoptr (GSocketAddress) address = address_of (self->op->folder, &fd);
  mode_t before;
  bool ok = address != NULL;

  if (!ok)
    {
      g_set_error (error, TRK_EXIT_ERROR, TRK_EXIT_WRITE, "%s: %s", self->op->folder,
                   g_strerror (errno));
      return false;
    }
  (void) unlink (self->path); /* of a server that was killed; there may be none */
  before = umask (S_IRWXG | S_IRWXO);
  ok = g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL,
                                      error);
  (void) umask (before);
  (void) close (fd); /* it names a folder only */
  return ok;
}

TrkControl *
trk_control_new (const TrkOperator *op, GError **error)
{
  TrkControl *self = g_new0 (TrkControl, 1);

  self->n_refs = 1;
  self->op = op;
  self->path = trk_path (op->folder, TRK_PATH_CONTROL);
  self->cancellable = g_cancellable_new ();
  self->service = g_socket_service_new ();
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  if (listen_at (self, error))
    return self;
  trk_control_free (self);
  return NULL;
}

void
trk_control_free (TrkControl *self)
{
  if (self == NULL)
    return;
  self->closed = true;
  g_cancellable_cancel (self->cancellable);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_object_unref (self->service);
  (void) unlink (self->path); /* the next server removes one that stays */
  control_unref (self);
}

/* --- the command's end --- */

static GSocketConnection *
connect_to (const char *folder, GError **error)
{
  int fd;
  g_autoptr (GSocketAddress) address = address_of (folder, &fd);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GSocketConnection *connection;

  if (address == NULL)
    {
      g_set_error (error, TRK_EXIT_ERROR, TRK_EXIT_READ, "%s: %s", folder, g_strerror (errno));
      return NULL;
    }
  g_socket_client_set_timeout (client, WAIT_S);
  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, error);
  (void) close (fd); /* it names a folder only */
  return connection;
}

static JsonNode *
read_reply (GSocketConnection *connection, GError **error)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr (GString) reply = g_string_new (NULL);
  g_autoptr (JsonNode) node = NULL;
  char part[4096];
  gssize n;

  while ((n = g_input_stream_read (in, part, sizeof part, NULL, error)) > 0)
    g_string_append_len (reply, part, n);
  if (n < 0)
    return NULL;
  node = json_from_string (reply->str, NULL);
  explicit_bzero (reply->str, reply->len); /* it may have a secret in it */
  if (node == NULL)
    g_set_error (error, TRK_EXIT_ERROR, TRK_EXIT_NETWORK, _ ("the server ended before its answer"));
  return g_steal_pointer (&node);
}

JsonNode *
trk_control_ask (const char *folder, JsonNode *request, GError **error)
{
  g_autofree char *text = json_to_string (request, FALSE);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  g_autoptr (GSocketConnection) connection = connect_to (folder, error);
  GOutputStream *out;

  if (connection == NULL)
    return NULL;
  out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  if (!g_output_stream_write_all (out, line, strlen (line), NULL, NULL, error))
    return NULL;
  return read_reply (connection, error);
}
