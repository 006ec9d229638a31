/* trk-refuse.c: answering a request whose body is not wanted.
 *
 * libsoup reads a body to its end whatever was decided about it. So the connection is taken from
 * it, the answer written here, and what still comes is thrown away for a moment, so that the answer
 * is not lost by a reset while the client is writing. */
#include <string.h>

#include "tracker-server/api/trk-call-private.h"

#define LINGER_MS 500u
#define LINGER_LEN (4 * BT_MIB)
#define CHUNK_LEN 65536u

typedef struct
{
  GIOStream *stream;
  GBytes *answer;
  GCancellable *cancellable;
  GSource *timer;
  uint64_t thrown_away;
  uint8_t chunk[CHUNK_LEN];
} Refusal;

static void
refusal_free (Refusal *r)
{
  g_source_destroy (r->timer);
  g_source_unref (r->timer);
  (void) g_io_stream_close (r->stream, NULL, NULL); /* nobody is left to be told */
  g_object_unref (r->stream);
  g_object_unref (r->cancellable);
  g_bytes_unref (r->answer);
  g_free (r);
}

static gboolean
on_timeout (void *data)
{
  Refusal *r = data;

  g_cancellable_cancel (r->cancellable);
  return G_SOURCE_REMOVE;
}

static void read_on (Refusal *r);

static void
on_read (GObject *source, GAsyncResult *result, void *data)
{
  Refusal *r = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n > 0)
    r->thrown_away += (uint64_t) n;
  if (n <= 0 || r->thrown_away > LINGER_LEN)
    refusal_free (r);
  else
    read_on (r);
}

static void
read_on (Refusal *r)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (r->stream), r->chunk, CHUNK_LEN,
                             G_PRIORITY_DEFAULT, r->cancellable, on_read, r);
}

static void
on_written (GObject *source, GAsyncResult *result, void *data)
{
  Refusal *r = data;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    read_on (r);
  else
    refusal_free (r);
}

/* --- the answer's bytes --- */

static void
add_header (const char *name, const char *value, void *data)
{
  g_string_append_printf (data, "%s: %s\r\n", name, value);
}

static GBytes *
compose (SoupServerMessage *message, unsigned status, GBytes *body)
{
  GString *out = g_string_new (NULL);
  gsize len = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &len) : NULL;

  g_string_append_printf (out, "HTTP/1.1 %u %s\r\n", status,
                          status == TRK_STATUS_TOO_MANY ? "Too Many Requests"
                                                        : soup_status_get_phrase (status));
  soup_message_headers_foreach (soup_server_message_get_response_headers (message), add_header,
                                out);
  g_string_append_printf (out, "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n", len);
  if (data != NULL && strcmp (soup_server_message_get_method (message), "HEAD") != 0)
    g_string_append_len (out, data, (gssize) len);
  return g_string_free_to_bytes (out);
}

void
trk_refuse (TrkCall *call, unsigned status, GBytes *body)
{
  g_autoptr (SoupServerMessage) message = g_object_ref (call->message);
  Refusal *r = g_new0 (Refusal, 1);
  gsize len;
  const void *data;

  r->answer = compose (message, status, body);
  r->cancellable = g_cancellable_new ();
  r->timer = g_timeout_source_new (LINGER_MS);
  g_source_set_callback (r->timer, on_timeout, r, NULL);
  g_source_attach (r->timer, g_main_context_get_thread_default ());
  r->stream = soup_server_message_steal_connection (message);
  if (r->stream == NULL)
    {
      r->stream = g_simple_io_stream_new (g_memory_input_stream_new (),
                                          g_memory_output_stream_new_resizable ());
    }
  data = g_bytes_get_data (r->answer, &len);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (r->stream), data, len,
                                   G_PRIORITY_DEFAULT, r->cancellable, on_written, r);
}
