/* cli-tracker-ask.c: the questions. */
#include "cli/cli-tracker-ask.h"

#include "cli/cli-output.h"
#include "cli/cli-torrent.h"
#include "cli/cli-values.h"
#include "cli/cli-wait.h"
#include "protocol/core/bt-digest.h"

/* How long a tracker has to take us off its list. */
#define STOP_MS 2000

typedef struct
{
  const CliTrackerQuestion *question;
  ShoalTrackerQuery *query;
  CliWait *wait;
  CliTrackerAnswer *answer;
} Ask;

static void
answer_free (void *data)
{
  CliTrackerAnswer *answer = data;

  g_free (answer->url);
  g_clear_object (&answer->reply);
  g_clear_error (&answer->error);
  g_free (answer);
}

static void
on_answer (GObject *source, GAsyncResult *result, void *data)
{
  ShoalTrackerQuery *query = SHOAL_TRACKER_QUERY (source);
  Ask *ask = data;
  CliTrackerAnswer *answer = ask->answer;

  answer->reply = ask->question->scrape
                      ? shoal_tracker_query_scrape_finish (query, result, &answer->error)
                      : shoal_tracker_query_announce_finish (query, result, &answer->error);
  ask->wait->open--;
  g_free (ask);
}

static void
ask_one (const Ask *values)
{
  const CliTrackerQuestion *q = values->question;
  Ask *ask = g_memdup2 (values, sizeof *values);

  ask->wait->open++;
  if (q->scrape)
    shoal_tracker_query_scrape_async (ask->query, ask->answer->url, q->info_hashes,
                                      ask->wait->cancellable, on_answer, ask);
  else
    shoal_tracker_query_announce_async (ask->query, ask->answer->url, q->info_hashes[0], q->event,
                                        q->left, q->want_peers, ask->wait->cancellable, on_answer,
                                        ask);
}

/* --- off the list again --- */

/* Whether it could be told matters to nobody: the tracker forgets us in time. */
static void
on_stopped (GObject *source, GAsyncResult *result, void *data)
{
  ShoalTrackerReply *reply
      = shoal_tracker_query_announce_finish (SHOAL_TRACKER_QUERY (source), result, NULL);

  g_clear_object (&reply);
  ((CliWait *) data)->open--;
}

static void
leave (const CliTrackerQuestion *q, ShoalTrackerQuery *query, const GPtrArray *answers)
{
  g_auto (CliWait) wait = { 0 };

  cli_wait_init (&wait);
  for (guint i = 0; i < answers->len; i++)
    {
      const CliTrackerAnswer *answer = answers->pdata[i];

      if (answer->reply == NULL)
        continue;
      wait.open++;
      shoal_tracker_query_announce_async (query, answer->url, q->info_hashes[0],
                                          SHOAL_TRACKER_EVENT_STOPPED, q->left, 0, wait.cancellable,
                                          on_stopped, &wait);
    }
  cli_wait_run (&wait, STOP_MS, false);
}

/* --- all of it --- */

GPtrArray *
cli_tracker_ask (const CliTrackerQuestion *q, const char *const *urls, int *exit_code)
{
  g_autofree char *address = cli_listen_text (q->bind, q->port);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (answer_free);
  g_autoptr (ShoalTrackerQuery) query = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (CliWait) wait = { 0 };

  query = shoal_tracker_query_new (address, q->timeout_ms, &error);
  if (query == NULL)
    {
      *exit_code = cli_fail (q->app, CLI_NETWORK, "address", error->message, NULL);
      return NULL;
    }
  cli_wait_init (&wait);
  for (; *urls != NULL; urls++)
    {
      CliTrackerAnswer *answer = g_new0 (CliTrackerAnswer, 1);

      answer->url = g_strdup (*urls);
      g_ptr_array_add (answers, answer);
      ask_one (&(Ask){ .question = q, .query = query, .wait = &wait, .answer = answer });
    }
  cli_wait_run (&wait, 0, true);
  if (!q->scrape && !q->stay && q->event != SHOAL_TRACKER_EVENT_STOPPED)
    leave (q, query, answers);
  return g_steal_pointer (&answers);
}

unsigned
cli_tracker_count (const GPtrArray *answers)
{
  unsigned n = 0;

  for (guint i = 0; i < answers->len; i++)
    n += ((const CliTrackerAnswer *) answers->pdata[i])->reply != NULL;
  return n;
}

GPtrArray *
cli_tracker_urls (const CliSource *source)
{
  GPtrArray *urls = g_ptr_array_new_with_free_func (g_free);
  const BtTracker *trackers = NULL;
  size_t n = 0;

  if (source->metainfo != NULL)
    trackers = bt_metainfo_trackers (source->metainfo, &n);
  for (size_t i = 0; i < n; i++)
    g_ptr_array_add (urls, g_strdup (trackers[i].url));
  for (guint i = 0; source->magnet != NULL && i < source->magnet->trackers->len; i++)
    g_ptr_array_add (urls, g_strdup (source->magnet->trackers->pdata[i]));
  return urls;
}

char *
cli_tracker_hash (const CliSource *source)
{
  const BtMagnetHashes *hashes = source->magnet != NULL ? &source->magnet->hashes : NULL;
  const uint8_t *v1 = hashes != NULL ? (hashes->has_v1 ? hashes->v1 : NULL)
                                     : bt_metainfo_info_hash_v1 (source->metainfo);
  const uint8_t *v2 = hashes != NULL ? hashes->v2 : bt_metainfo_info_hash_v2 (source->metainfo);

  return v1 != NULL ? cli_hex (v1, BT_SHA1_LEN) : cli_hex (v2, BT_SHA256_LEN);
}
