/* trk-handed-stream.c: the two halves of a handed connection, and the desk that times them. */
#include "tracker-server/front/trk-handed-stream.h"

#include <string.h>

#include "protocol/core/bt-assert.h"

/* How often deadlines are looked at, at most and at least. */
#define TICK_MIN_MS 10u
#define TICK_MAX_MS 1000u
#define US_PER_MS 1000

/* Who waits for the client. */
typedef enum
{
  WAITS_NOBODY,
  WAITS_READER,
  WAITS_WRITER
} Waits;

struct TrkHandedDesk
{
  TrkPlaces *places;
  TrkHandedLimits limits;
  GMainContext *context;
  GSource *timer; /* while there are streams */
  GQueue streams; /* of TrkHandedStream; those that were used last are last */
  bool freed;
};

#define TRK_TYPE_HANDED_INPUT (trk_handed_input_get_type ())
G_DECLARE_FINAL_TYPE (TrkHandedInput, trk_handed_input, TRK, HANDED_INPUT, GInputStream)
#define TRK_TYPE_HANDED_OUTPUT (trk_handed_output_get_type ())
G_DECLARE_FINAL_TYPE (TrkHandedOutput, trk_handed_output, TRK, HANDED_OUTPUT, GOutputStream)

struct _TrkHandedStream
{
  GIOStream parent_instance;
  TrkHandedDesk *desk; /* NULL once it is closed */
  TrkHandedParts parts;
  size_t given_back; /* of what was read before */
  TrkHandedInput *input;
  TrkHandedOutput *output;
  GList link; /* at the desk */
  Waits waits;
  bool replied;        /* since the request under way began */
  bool farewell;       /* given */
  bool shut;           /* it will be closed by who has it */
  uint64_t n_received; /* bytes of that request, or of the reply that follows it */
  int64_t began_us;    /* when it began */
  int64_t moved_us;    /* when a byte moved last */
};

/* The halves borrow their stream; NULL once it is gone. */
struct _TrkHandedInput
{
  GInputStream parent_instance;
  TrkHandedStream *stream;
};

struct _TrkHandedOutput
{
  GOutputStream parent_instance;
  TrkHandedStream *stream;
};

static void input_pollable_init (GPollableInputStreamInterface *iface);
static void output_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE (TrkHandedStream, trk_handed_stream, G_TYPE_IO_STREAM)
G_DEFINE_FINAL_TYPE_WITH_CODE (TrkHandedInput, trk_handed_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      input_pollable_init))
G_DEFINE_FINAL_TYPE_WITH_CODE (TrkHandedOutput, trk_handed_output, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      output_pollable_init))

/* --- deadlines --- */

/* Until when the client has time, in microseconds of the monotonic clock. */
static int64_t
deadline_us (const TrkHandedStream *self)
{
  const TrkHandedLimits *limits = &self->desk->limits;
  int64_t earned_ms = (int64_t) (self->n_received * 1000 / limits->rate_Bps);
  int64_t last_us = self->moved_us + (int64_t) limits->body_ms * US_PER_MS;
  int64_t whole_us;

  if (self->waits == WAITS_NOBODY || self->shut)
    return INT64_MAX;
  if (self->waits == WAITS_READER && (self->replied || self->n_received == 0))
    return self->moved_us + (int64_t) limits->idle_ms * US_PER_MS;
  whole_us = self->began_us
             + (earned_ms + (self->waits == WAITS_READER ? limits->head_ms : limits->body_ms))
                   * US_PER_MS;
  return MIN (last_us, whole_us);
}

/* What the server reads and writes fails from now on. */
static void
shut (TrkHandedStream *self)
{
  self->shut = true;
  (void) g_socket_shutdown (self->parts.socket, TRUE, TRUE, NULL); /* it may be shut already */
}

static gboolean
on_tick (gpointer data)
{
  TrkHandedDesk *desk = data;
  int64_t now_us = g_get_monotonic_time ();

  for (GList *at = desk->streams.head; at != NULL; at = at->next)
    if (deadline_us (at->data) <= now_us)
      shut (at->data);
  return G_SOURCE_CONTINUE;
}

static void
start_timer (TrkHandedDesk *desk)
{
  const TrkHandedLimits *limits = &desk->limits;
  uint32_t shortest = MIN (MIN (limits->head_ms, limits->body_ms), limits->idle_ms);

  desk->timer = g_timeout_source_new (CLAMP (shortest / 4, TICK_MIN_MS, TICK_MAX_MS));
  g_source_set_callback (desk->timer, on_tick, desk, NULL);
  g_source_attach (desk->timer, desk->context);
}

static void
stop_timer (TrkHandedDesk *desk)
{
  if (desk->timer == NULL)
    return;
  g_source_destroy (desk->timer);
  g_clear_pointer (&desk->timer, g_source_unref);
}

/* Something of the stream moved: it is the last one to make room. */
static void
moved (TrkHandedStream *self)
{
  self->waits = WAITS_NOBODY;
  self->moved_us = g_get_monotonic_time ();
  g_queue_unlink (&self->desk->streams, &self->link);
  g_queue_push_tail_link (&self->desk->streams, &self->link);
}

static void
note_received (TrkHandedStream *self, gssize n)
{
  if (self->desk == NULL)
    return;
  moved (self);
  if (self->replied || self->n_received == 0)
    {
      self->began_us = self->moved_us;
      self->n_received = 0;
    }
  self->replied = false;
  self->n_received += (uint64_t) n;
}

static void
note_sent (TrkHandedStream *self, gssize n)
{
  if (self->desk == NULL)
    return;
  moved (self);
  if (!self->replied)
    {
      self->began_us = self->moved_us;
      self->n_received = 0;
    }
  self->replied = true;
  self->n_received += (uint64_t) n;
}

/* --- the desk --- */

TrkHandedDesk *
trk_handed_desk_new (TrkPlaces *places, const TrkHandedLimits *limits)
{
  TrkHandedDesk *self = g_new0 (TrkHandedDesk, 1);

  bt_assert (limits->max > 0 && limits->rate_Bps > 0);
  self->places = places;
  self->limits = *limits;
  self->context = g_main_context_ref_thread_default ();
  g_queue_init (&self->streams);
  return self;
}

static void
desk_check_gone (TrkHandedDesk *self)
{
  if (self->streams.length > 0)
    return;
  stop_timer (self);
  if (!self->freed)
    return;
  trk_places_free (self->places);
  g_main_context_unref (self->context);
  g_free (self);
}

void
trk_handed_desk_free (TrkHandedDesk *self)
{
  if (self == NULL)
    return;
  self->freed = true;
  for (GList *at = self->streams.head; at != NULL; at = at->next)
    shut (at->data);
  desk_check_gone (self);
}

/* Shuts the connection that has been idle longest, or else the one that has stood still longest. */
static void
make_room (TrkHandedDesk *self)
{
  TrkHandedStream *chosen = NULL;

  for (GList *at = self->streams.head; at != NULL; at = at->next)
    {
      TrkHandedStream *stream = at->data;
      bool idle = stream->waits == WAITS_READER && stream->replied;

      if (!stream->shut && (chosen == NULL || idle))
        chosen = stream;
      if (!stream->shut && idle)
        break;
    }
  if (chosen != NULL)
    shut (chosen);
}

static gssize
fail_closed (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "closed");
  return -1;
}

/* --- reading --- */

static gssize
give_back (TrkHandedStream *self, void *buffer, gsize count)
{
  size_t n = MIN (count, self->parts.read_len - self->given_back);

  memcpy (buffer, self->parts.read + self->given_back, n);
  self->given_back += n;
  if (self->given_back == self->parts.read_len)
    g_clear_pointer (&self->parts.read, g_free);
  return (gssize) n;
}

static GPollableInputStream *
base_input (const TrkHandedStream *self)
{
  return G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->parts.base));
}

/* The SoupServer of libsoup 3.2 forgets, and never closes, a connection that ends between two
 * requests; one that ends within a request it closes. So the end comes with a byte in front of it.
 */
static bool
give_farewell (TrkHandedStream *self, void *buffer)
{
  if (!self->replied || self->farewell)
    return false;
  self->farewell = true;
  memset (buffer, 'X', 1);
  return true;
}

/* With or without waiting. The wait of a reader that does is not timed: libsoup's does not. */
static gssize
input_take (TrkHandedStream *self, void *buffer, gsize count, bool wait, GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GError) problem = NULL;
  gssize n;

  if (self == NULL)
    return fail_closed (error);
  if (self->parts.read != NULL)
    n = give_back (self, buffer, count);
  else
    n = g_pollable_stream_read (G_INPUT_STREAM (base_input (self)), buffer, count, wait,
                                cancellable, &problem);
  if (n > 0)
    note_received (self, n);
  else if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    self->waits = WAITS_READER;
  else if (give_farewell (self, buffer))
    return 1;
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return n;
}

static gssize
input_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
            GError **error)
{
  return input_take (TRK_HANDED_INPUT (stream)->stream, buffer, count, true, cancellable, error);
}

static gssize
input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count, GError **error)
{
  return input_take (TRK_HANDED_INPUT (stream)->stream, buffer, count, false, NULL, error);
}

static gboolean
input_is_readable (GPollableInputStream *stream)
{
  TrkHandedStream *self = TRK_HANDED_INPUT (stream)->stream;

  return self == NULL || self->parts.read != NULL
         || g_pollable_input_stream_is_readable (base_input (self));
}

/* Who makes a source is going to wait. */
static GSource *
input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  TrkHandedStream *self = TRK_HANDED_INPUT (stream)->stream;
  g_autoptr (GSource) child = NULL;

  if (self == NULL || self->parts.read != NULL)
    child = g_timeout_source_new (0);
  else
    {
      child = g_pollable_input_stream_create_source (base_input (self), NULL);
      self->waits = WAITS_READER;
    }
  return g_pollable_source_new_full (stream, child, cancellable);
}

static gboolean
input_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  return TRUE; /* the stream closes both halves */
}

static void
input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = input_is_readable;
  iface->create_source = input_create_source;
  iface->read_nonblocking = input_read_nonblocking;
}

static void
trk_handed_input_class_init (TrkHandedInputClass *class)
{
  G_INPUT_STREAM_CLASS (class)->read_fn = input_read;
  G_INPUT_STREAM_CLASS (class)->close_fn = input_close;
}

static void
trk_handed_input_init (TrkHandedInput *self)
{
}

/* --- writing --- */

static GPollableOutputStream *
base_output (const TrkHandedStream *self)
{
  return G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->parts.base));
}

static gssize
output_give (TrkHandedStream *self, const void *buffer, gsize count, bool wait,
             GCancellable *cancellable, GError **error)
{
  GError *problem = NULL;
  gssize n;

  if (self == NULL)
    return fail_closed (error);
  n = g_pollable_stream_write (G_OUTPUT_STREAM (base_output (self)), buffer, count, wait,
                               cancellable, &problem);

  if (n > 0)
    note_sent (self, n);
  else if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    self->waits = WAITS_WRITER;
  if (problem != NULL)
    g_propagate_error (error, problem);
  return n;
}

static gssize
output_write (GOutputStream *stream, const void *buffer, gsize count, GCancellable *cancellable,
              GError **error)
{
  return output_give (TRK_HANDED_OUTPUT (stream)->stream, buffer, count, true, cancellable, error);
}

static gssize
output_write_nonblocking (GPollableOutputStream *stream, const void *buffer, gsize count,
                          GError **error)
{
  return output_give (TRK_HANDED_OUTPUT (stream)->stream, buffer, count, false, NULL, error);
}

static gboolean
output_is_writable (GPollableOutputStream *stream)
{
  TrkHandedStream *self = TRK_HANDED_OUTPUT (stream)->stream;

  return self == NULL || g_pollable_output_stream_is_writable (base_output (self));
}

static GSource *
output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  TrkHandedStream *self = TRK_HANDED_OUTPUT (stream)->stream;
  g_autoptr (GSource) child
      = self == NULL ? g_timeout_source_new (0)
                     : g_pollable_output_stream_create_source (base_output (self), NULL);

  return g_pollable_source_new_full (stream, child, cancellable);
}

static gboolean
output_close (GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = output_is_writable;
  iface->create_source = output_create_source;
  iface->write_nonblocking = output_write_nonblocking;
}

static void
trk_handed_output_class_init (TrkHandedOutputClass *class)
{
  G_OUTPUT_STREAM_CLASS (class)->write_fn = output_write;
  G_OUTPUT_STREAM_CLASS (class)->close_fn = output_close;
}

static void
trk_handed_output_init (TrkHandedOutput *self)
{
}

/* --- both --- */

static GInputStream *
get_input_stream (GIOStream *stream)
{
  return G_INPUT_STREAM (TRK_HANDED_STREAM (stream)->input);
}

static GOutputStream *
get_output_stream (GIOStream *stream)
{
  return G_OUTPUT_STREAM (TRK_HANDED_STREAM (stream)->output);
}

/* Closes the socket, without TLS's farewell, which could block, and leaves the place. */
static void
leave (TrkHandedStream *self)
{
  TrkHandedDesk *desk = g_steal_pointer (&self->desk);

  if (desk == NULL)
    return;
  (void) g_socket_close (self->parts.socket, NULL); /* nothing can be done about it */
  trk_places_leave (desk->places, &self->parts.place);
  g_queue_unlink (&desk->streams, &self->link);
  desk_check_gone (desk);
}

static gboolean
close_now (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  leave (TRK_HANDED_STREAM (stream));
  return TRUE;
}

/* The default closes on another thread. */
static void
close_async (GIOStream *stream, int io_priority, GCancellable *cancellable,
             GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, data);

  leave (TRK_HANDED_STREAM (stream));
  g_task_return_boolean (task, TRUE);
}

static gboolean
close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
trk_handed_stream_finalize (GObject *object)
{
  TrkHandedStream *self = TRK_HANDED_STREAM (object);

  leave (self);
  self->input->stream = NULL;
  self->output->stream = NULL;
  g_clear_object (&self->input);
  g_clear_object (&self->output);
  g_clear_object (&self->parts.base);
  g_clear_object (&self->parts.socket);
  g_free (self->parts.read);
  G_OBJECT_CLASS (trk_handed_stream_parent_class)->finalize (object);
}

static void
trk_handed_stream_class_init (TrkHandedStreamClass *class)
{
  G_OBJECT_CLASS (class)->finalize = trk_handed_stream_finalize;
  G_IO_STREAM_CLASS (class)->get_input_stream = get_input_stream;
  G_IO_STREAM_CLASS (class)->get_output_stream = get_output_stream;
  G_IO_STREAM_CLASS (class)->close_fn = close_now;
  G_IO_STREAM_CLASS (class)->close_async = close_async;
  G_IO_STREAM_CLASS (class)->close_finish = close_finish;
}

static void
trk_handed_stream_init (TrkHandedStream *self)
{
  self->input = g_object_new (TRK_TYPE_HANDED_INPUT, NULL);
  self->input->stream = self;
  self->output = g_object_new (TRK_TYPE_HANDED_OUTPUT, NULL);
  self->output->stream = self;
}

GIOStream *
trk_handed_stream_new (TrkHandedDesk *desk, const TrkHandedParts *parts)
{
  TrkHandedStream *self = g_object_new (TRK_TYPE_HANDED_STREAM, NULL);

  self->desk = desk;
  self->parts = *parts;
  if (self->parts.read_len == 0)
    g_clear_pointer (&self->parts.read, g_free);
  self->moved_us = self->began_us = g_get_monotonic_time ();
  self->link.data = self;
  if (desk->streams.length >= desk->limits.max)
    make_room (desk);
  g_queue_push_tail_link (&desk->streams, &self->link);
  if (desk->timer == NULL)
    start_timer (desk);
  return G_IO_STREAM (self);
}
