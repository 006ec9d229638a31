/* shoal-exchange.c: sending, reading so much and no more, and giving up in time. */
#include "client-core/shoal-exchange-private.h"

#include "client-core/shoal-ask-private.h"
#include "protocol/core/bt-error.h"
#include "shoal-error.h"

/* GLib's own macros cast const away. */
#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

#define USER_AGENT "Shoal/0.1.0"
#define ROOM (16 * 1024)

/* The data of a task. */
typedef struct
{
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *body;
  GCancellable *cancellable; /* ours: the caller's and the deadline cancel it */
  GSource *asked_to_stop;    /* NULL without a cancellable */
  GSource *deadline;
  size_t reply_max;
  bool is_late;
  bool is_cancelled;
  uint8_t room[ROOM];
} Run;

void
shoal_exchange_reply_free (ShoalExchangeReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->reason);
  g_clear_pointer (&reply->body, g_bytes_unref);
  g_free (reply);
}

static void
reply_free (void *reply)
{
  shoal_exchange_reply_free (reply);
}

SoupSession *
shoal_exchange_session_new (void)
{
  SoupSession *session
      = soup_session_new_with_options ("user-agent", USER_AGENT, "proxy-resolver", NULL, NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  return session;
}

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
run_free (void *data)
{
  Run *run = data;

  drop_source (&run->asked_to_stop);
  drop_source (&run->deadline);
  g_clear_object (&run->message);
  g_clear_object (&run->stream);
  g_clear_object (&run->cancellable);
  g_clear_pointer (&run->body, g_byte_array_unref);
  g_free (run);
}

/* --- the end --- */

/* Closing must neither wait for the rest of the body nor read it: a cancelled close drops the
 * connection. */
static void
drop_stream (Run *run)
{
  if (run->stream == NULL)
    return;
  g_cancellable_cancel (run->cancellable);
  g_input_stream_close_async (run->stream, G_PRIORITY_DEFAULT, run->cancellable, NULL, NULL);
  g_clear_object (&run->stream);
}

/* Takes the task. */
static void
end (GTask *task, GError *error)
{
  Run *run = g_task_get_task_data (task);
  ShoalExchangeReply *reply;

  drop_source (&run->asked_to_stop);
  drop_source (&run->deadline);
  drop_stream (run);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    {
      reply = g_new0 (ShoalExchangeReply, 1);
      reply->status = soup_message_get_status (run->message);
      reply->reason = g_strdup (soup_message_get_reason_phrase (run->message));
      reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&run->body));
      g_task_return_pointer (task, reply, reply_free);
    }
  g_object_unref (task);
}

static void
end_with (GTask *task, const char *problem)
{
  Run *run = g_task_get_task_data (task);
  GUri *uri = soup_message_get_uri (run->message);
  g_autoptr (GUri) place = g_uri_build (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL,
                                        g_uri_get_host (uri), g_uri_get_port (uri), "", NULL, NULL);
  g_autofree char *text = g_uri_to_string (place);

  if (run->is_cancelled)
    end (task, shoal_error_new_problem (BT_ERROR_CANCELLED, 0, BT_NOWHERE, BT_NOWHERE, NULL, NULL));
  else
    end (task,
         shoal_ask_problem (text, run->is_late ? _ ("There was no answer in time") : problem));
}

/* --- the answer --- */

static void read_more (GTask *task);

static void
on_read (GObject *source, GAsyncResult *result, void *data)
{
  GTask *task = data;
  Run *run = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n < 0)
    end_with (task, error->message);
  else if (n == 0)
    end (task, NULL);
  else if (run->body->len + (size_t) n > run->reply_max)
    end_with (task, _ ("The answer is too large"));
  else
    {
      g_byte_array_append (run->body, run->room, (guint) n);
      read_more (task);
    }
}

static void
read_more (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  g_input_stream_read_async (run->stream, run->room, ROOM, G_PRIORITY_DEFAULT, run->cancellable,
                             on_read, task);
}

static void
on_sent (GObject *source, GAsyncResult *result, void *data)
{
  GTask *task = data;
  Run *run = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  run->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (run->stream == NULL)
    end_with (task, error->message);
  else if (SOUP_STATUS_IS_REDIRECTION (soup_message_get_status (run->message)))
    end_with (task, _ ("The server sends us on to another address, which is not followed"));
  else
    read_more (task);
}

/* --- the request --- */

static gboolean
on_cancelled (GCancellable *cancellable, void *data)
{
  Run *run = data;

  run->is_cancelled = true;
  g_cancellable_cancel (run->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
on_deadline (void *data)
{
  Run *run = data;

  run->is_late = true;
  g_cancellable_cancel (run->cancellable);
  return G_SOURCE_REMOVE;
}

static void
watch (Run *run, GTask *task, unsigned timeout_ms)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  run->deadline = g_timeout_source_new (timeout_ms);
  g_source_set_callback (run->deadline, on_deadline, run, NULL);
  g_source_attach (run->deadline, g_task_get_context (task));
  if (cancellable == NULL)
    return;
  run->asked_to_stop = g_cancellable_source_new (cancellable);
  g_source_set_callback (run->asked_to_stop, G_SOURCE_FUNC (on_cancelled), run, NULL);
  g_source_attach (run->asked_to_stop, g_task_get_context (task));
}

static SoupMessage *
message_new (const ShoalExchange *exchange)
{
  SoupMessage *message = soup_message_new_from_uri (exchange->method, exchange->uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autofree char *bearer = NULL;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (headers, "Accept", "application/json");
  if (exchange->token != NULL)
    {
      bearer = g_strconcat ("Bearer ", exchange->token, NULL);
      soup_message_headers_replace (headers, "Authorization", bearer);
    }
  if (exchange->body != NULL)
    soup_message_set_request_body_from_bytes (message, exchange->type, exchange->body);
  return message;
}

void
shoal_exchange_async (SoupSession *session, const ShoalExchange *exchange,
                      GCancellable *cancellable, GAsyncReadyCallback callback, void *user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  Run *run = g_new0 (Run, 1);

  run->message = message_new (exchange);
  run->body = g_byte_array_new ();
  run->cancellable = g_cancellable_new ();
  run->reply_max = exchange->reply_max;
  g_task_set_check_cancellable (task, FALSE); /* the error says it itself */
  g_task_set_task_data (task, run, run_free);
  watch (run, task, exchange->timeout_ms);
  soup_session_send_async (session, run->message, G_PRIORITY_DEFAULT, run->cancellable, on_sent,
                           task);
}

ShoalExchangeReply *
shoal_exchange_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
