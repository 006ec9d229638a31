/* test-shoal-fetch.c: torrents from a web server of this process. */
#include <string.h>

#include "client-core/shoal.h"
#include "tests/unit/tracker-maker.h"

typedef struct
{
  GBytes *bytes;
  GError *error;
  bool over;
} Fetched;

static void
on_fetched (GObject *source, GAsyncResult *result, void *data)
{
  Fetched *fetched = data;

  fetched->bytes = shoal_fetch_torrent_finish (result, &fetched->error);
  fetched->over = true;
}

static void
wait (TrackerWorld *w, const Fetched *fetched)
{
  while (!fetched->over)
    g_main_context_iteration (w->context, TRUE);
}

static void
test_file (const void *name)
{
  TrackerWorld *w = tracker_world_new ();
  g_autofree char *url = tracker_world_url (w, name);
  g_autoptr (GBytes) bytes = NULL;
  Fetched fetched = { 0 };

  shoal_fetch_torrent_async (url, NULL, NULL, on_fetched, &fetched);
  wait (w, &fetched);
  g_assert_no_error (fetched.error);
  bytes = fetched.bytes;
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "any bytes", 9);
  tracker_world_free (w);
}

static const struct
{
  const char *name;
  const char *address;
  int code;
  const char *words;
} failures[] = {
  { "announce-missing", NULL, SHOAL_ERROR_NETWORK, "404" },
  { "announce-loop", NULL, SHOAL_ERROR_NETWORK, "too often" },
  { "announce-to-udp", NULL, SHOAL_ERROR_NETWORK, "not to a web address" },
  { "ftp://127.0.0.1/file", NULL, SHOAL_ERROR_NETWORK, "cannot be fetched" },
  { "nonsense://", NULL, SHOAL_ERROR_NETWORK, "cannot be fetched" },
  { "file", "nowhere", SHOAL_ERROR_INVALID, "nowhere" },
};

static void
test_fails (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      TrackerWorld *w = tracker_world_new ();
      g_autofree char *url = tracker_world_url (w, failures[i].name);
      Fetched fetched = { 0 };

      shoal_fetch_torrent_async (url, failures[i].address, NULL, on_fetched, &fetched);
      wait (w, &fetched);
      g_assert_null (fetched.bytes);
      g_assert_error (fetched.error, SHOAL_ERROR, failures[i].code);
      g_assert_nonnull (strstr (fetched.error->message, failures[i].words));
      g_clear_error (&fetched.error);
      tracker_world_free (w);
    }
}

static void
test_nobody_there (void)
{
  TrackerWorld *w = tracker_world_new ();
  g_autofree char *url = tracker_world_gone (w);
  Fetched fetched = { 0 };

  shoal_fetch_torrent_async (url, NULL, NULL, on_fetched, &fetched);
  wait (w, &fetched);
  g_assert_error (fetched.error, SHOAL_ERROR, SHOAL_ERROR_NETWORK);
  g_clear_error (&fetched.error);
  tracker_world_free (w);
}

/* --- a server that says what it likes --- */

#define BODY "any bytes"

/* The head of an answer, and how much of its body follows; whether that is all of it. */
static const struct
{
  const char *head;
  size_t len;
  bool whole;
} answers[] = {
  { "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\n", 9, true },
  { "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\n", 8, false },
  { "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\n", 0, false },
  { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 9, true },
  { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 8, false },
  { "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\n", 9, true },
  { "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\n", 1, false },
  { "HTTP/1.0 200 OK\r\n\r\n", 9, true },
  { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n", 9, false },
};

typedef struct
{
  size_t answer;
  GSocketConnection *connection;
  char request[4096];
} Server;

static void
on_asked (GObject *source, GAsyncResult *result, void *data)
{
  Server *server = data;
  GIOStream *stream = G_IO_STREAM (server->connection);
  const char *head = answers[server->answer].head;
  g_autofree char *text = g_strdup_printf ("%s%.*s", head, (int) answers[server->answer].len, BODY);

  g_assert_cmpint (g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL), >, 0);
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (stream), text,
                                            strlen (text), NULL, NULL, NULL));
  g_io_stream_close (stream, NULL, NULL);
  g_clear_object (&server->connection);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, void *data)
{
  Server *server = data;
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));

  g_set_object (&server->connection, connection);
  g_input_stream_read_async (input, server->request, sizeof server->request, G_PRIORITY_DEFAULT,
                             NULL, on_asked, server);
  return TRUE;
}

static void
test_cut_short (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      TrackerWorld *w = tracker_world_new ();
      Server server = { .answer = i };
      g_autoptr (GSocketService) service = g_socket_service_new ();
      guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
      g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/file", port);
      Fetched fetched = { 0 };

      g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), &server);
      shoal_fetch_torrent_async (url, NULL, NULL, on_fetched, &fetched);
      wait (w, &fetched);
      if (answers[i].whole)
        g_assert_cmpmem (g_bytes_get_data (fetched.bytes, NULL), g_bytes_get_size (fetched.bytes),
                         BODY, strlen (BODY));
      else
        g_assert_error (fetched.error, SHOAL_ERROR, SHOAL_ERROR_NETWORK);
      g_clear_error (&fetched.error);
      g_clear_pointer (&fetched.bytes, g_bytes_unref);
      g_socket_service_stop (service);
      tracker_world_free (w);
    }
}

static void
test_cancel (void)
{
  TrackerWorld *w = tracker_world_new ();
  g_autofree char *url = tracker_world_url (w, "announce-silent");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fetched fetched = { 0 };

  shoal_fetch_torrent_async (url, NULL, cancellable, on_fetched, &fetched);
  while (w->n_silent == 0)
    g_main_context_iteration (w->context, TRUE);
  g_cancellable_cancel (cancellable);
  wait (w, &fetched);
  g_assert_error (fetched.error, SHOAL_ERROR, SHOAL_ERROR_CANCELLED);
  g_clear_error (&fetched.error);
  tracker_world_free (w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/fetch/file", "file", test_file);
  g_test_add_data_func ("/fetch/moved", "file-moved", test_file);
  g_test_add_func ("/fetch/fails", test_fails);
  g_test_add_func ("/fetch/nobody-there", test_nobody_there);
  g_test_add_func ("/fetch/cut-short", test_cut_short);
  g_test_add_func ("/fetch/cancel", test_cancel);
  return g_test_run ();
}
