/* shoal-fetch.c: a .torrent from the web, within the bounds of eng-http.h. */
#include "shoal-fetch.h"

#include "client-core/discovery/eng-http.h"
#include "client-core/shoal-ask-private.h"
#include "client-core/shoal-task-private.h"
#include "protocol/core/bt-limits.h"

/* GLib's own macros cast const away. */
#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

#define USER_AGENT "Shoal/0.1.0"
#define TIMEOUT_US (120 * UINT64_C (1000000))

typedef struct
{
  ShoalAsk ask; /* first: the two are freed as one */
  ShoalAskPlace place;
  EngHttp *http;
  EngHttpGet *get; /* NULL when it is over */
  char *url;
} Fetch;

static void
fetch_cancel (ShoalAsk *ask)
{
  Fetch *fetch = (Fetch *) (void *) ask;

  eng_http_cancel (g_steal_pointer (&fetch->get));
}

static void
fetch_free (ShoalAsk *ask)
{
  Fetch *fetch = (Fetch *) (void *) ask;

  eng_http_free (fetch->http);
  shoal_ask_place_clear (&fetch->place);
  g_free (fetch->url);
  g_free (fetch);
}

static void
forget_bytes (void *bytes)
{
  g_bytes_unref (bytes);
}

static void
on_fetched (void *owner, const EngHttpReply *reply)
{
  Fetch *fetch = owner;
  g_autofree char *text = NULL;

  fetch->get = NULL;
  if (reply->problem == NULL && reply->status == 200)
    {
      shoal_ask_end (&fetch->ask, g_bytes_new (reply->body, reply->len), forget_bytes, NULL);
      return;
    }
  if (reply->problem == NULL)
    text = g_strdup_printf (_ ("The server answered with %u %s"), reply->status,
                            reply->reason != NULL ? reply->reason : "");
  shoal_ask_end (&fetch->ask, NULL, NULL,
                 shoal_ask_problem (fetch->url, text != NULL ? text : reply->problem));
}

/**
 * shoal_fetch_torrent_async:
 * @url: where the .torrent is, over http or https
 * @address: (nullable): where requests come from, as shoal_session_new() takes it
 * @cancellable: (nullable): takes the question back
 * @callback: (scope async): called when it is over
 * @user_data: for @callback
 *
 * Fetches a .torrent. Certificates are verified; at most 32 MiB are taken, within two minutes; a
 * server of the internet cannot lead into the own network. On the thread-default main context of
 * the caller.
 */
void
shoal_fetch_torrent_async (const char *url, const char *address, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  Fetch *fetch = g_new0 (Fetch, 1);
  GError *error = NULL;

  g_return_if_fail (url != NULL);
  fetch->url = g_strdup (url);
  fetch->ask.cancel = fetch_cancel;
  fetch->ask.free = fetch_free;
  shoal_ask_begin (&fetch->ask, g_task_new (NULL, cancellable, callback, user_data));
  if (!shoal_ask_place_init (&fetch->place, address, &error))
    {
      shoal_ask_end (&fetch->ask, NULL, NULL, error);
      return;
    }
  fetch->http = eng_http_new (fetch->place.reactor, &(EngHttpConfig){ .user_agent = USER_AGENT,
                                                                      .bind = fetch->place.bind,
                                                                      .at_once = 1,
                                                                      .at_once_a_host = 1,
                                                                      .timeout_us = TIMEOUT_US,
                                                                      .by_hand = true });
  fetch->get = eng_http_get (fetch->http, url, BT_LIMIT_TORRENT_SIZE, true, on_fetched, fetch);
}

/**
 * shoal_fetch_torrent_finish:
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: (transfer full): the bytes, which may be anything, or %NULL
 */
GBytes *
shoal_fetch_torrent_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  return shoal_task_take_pointer (result, error);
}
