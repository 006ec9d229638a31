/* shoal-tracker.c: announces and scrapes by hand, through the same code as a session's. */
#include "shoal-tracker.h"

#include <string.h>

#include "client-core/discovery/eng-ask.h"
#include "client-core/shoal-ask-private.h"
#include "client-core/shoal-tracker-reply-private.h"
#include "client-core/shoal-task-private.h"
#include "protocol/core/bt-error.h"
#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-utf8.h"
#include "protocol/peer/bt-peer-id.h"
#include "shoal-error.h"

#define USER_AGENT "Shoal/0.1.0"
#define AT_ONCE 16
#define MS UINT64_C (1000)
#define V2_HASH_LEN 32

struct _ShoalTrackerQuery
{
  GObject parent;
  ShoalAskPlace place;
  BtioResolver *resolver;
  EngAskers askers;
  uint8_t peer_id[BT_PEER_ID_LEN];
};

G_DEFINE_FINAL_TYPE (ShoalTrackerQuery, shoal_tracker_query, G_TYPE_OBJECT)

/* Whatever is under way holds the object: nothing is. */
static void
shoal_tracker_query_finalize (GObject *object)
{
  ShoalTrackerQuery *self = SHOAL_TRACKER_QUERY (object);

  eng_http_free (self->askers.http);
  eng_udp_free (self->askers.udp);
  btio_resolver_free (self->resolver);
  shoal_ask_place_clear (&self->place);
  G_OBJECT_CLASS (shoal_tracker_query_parent_class)->finalize (object);
}

static void
shoal_tracker_query_class_init (ShoalTrackerQueryClass *class)
{
  G_OBJECT_CLASS (class)->finalize = shoal_tracker_query_finalize;
}

static void
shoal_tracker_query_init (ShoalTrackerQuery *self)
{
}

/**
 * shoal_tracker_query_new:
 * @address: (nullable): where questions come from, as shoal_session_new() takes it; trackers are
 *   told its port
 * @timeout_ms: how long an answer may take
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Prepares questions to trackers, which see them come from one peer. It belongs to the thread that
 * made it and to its thread-default main context.
 *
 * Returns: (transfer full): the query, or %NULL when @address is none
 */
ShoalTrackerQuery *
shoal_tracker_query_new (const char *address, guint timeout_ms, GError **error)
{
  g_autoptr (ShoalTrackerQuery) self = g_object_new (SHOAL_TYPE_TRACKER_QUERY, NULL);
  BtioBind *bind = &self->place.bind;
  const uint64_t timeout_us = timeout_ms * MS;

  if (!shoal_ask_place_init (&self->place, address, error))
    return NULL;
  bt_peer_id_make ((const uint8_t *) self->place.random, self->peer_id);
  self->resolver = btio_resolver_new (self->place.reactor);
  self->askers.reactor = self->place.reactor;
  self->askers.http
      = eng_http_new (self->place.reactor, &(EngHttpConfig){ .user_agent = USER_AGENT,
                                                             .bind = *bind,
                                                             .at_once = AT_ONCE,
                                                             .at_once_a_host = AT_ONCE,
                                                             .timeout_us = timeout_us });
  self->askers.udp = eng_udp_new (self->place.reactor, self->resolver,
                                  &(EngUdpConfig){ .bind = *bind,
                                                   .timeout_us = timeout_us,
                                                   .grace_us = 1000 * MS,
                                                   .seed = self->place.random[2] });
  return g_steal_pointer (&self);
}

/* --- one question --- */

typedef struct
{
  ShoalAsk ask; /* first: the two are freed as one */
  EngAsk *under_way;
  char *url;
} Question;

static void
question_cancel (ShoalAsk *ask)
{
  eng_ask_cancel (g_steal_pointer (&((Question *) (void *) ask)->under_way));
}

static void
question_free (ShoalAsk *ask)
{
  Question *question = (Question *) (void *) ask;

  g_free (question->url);
  g_free (question);
}

static Question *
question_new (ShoalTrackerQuery *self, const char *url, GCancellable *cancellable,
              GAsyncReadyCallback callback, gpointer user_data)
{
  Question *question = g_new0 (Question, 1);

  question->ask.cancel = question_cancel;
  question->ask.free = question_free;
  question->url = g_strdup (url);
  shoal_ask_begin (&question->ask, g_task_new (self, cancellable, callback, user_data));
  return question;
}

static void
on_answer (void *owner, const EngAnswer *answer)
{
  Question *question = owner;
  const BtLent *failure = &answer->reply.failure;
  g_autofree char *text = NULL;

  question->under_way = NULL;
  if (answer->problem == NULL && failure->bytes == NULL)
    {
      shoal_ask_end (&question->ask, shoal_tracker_reply_new (answer), g_object_unref, NULL);
      return;
    }
  if (answer->problem == NULL)
    text = bt_utf8_repair (failure->bytes, failure->len);
  shoal_ask_end (&question->ask, NULL, NULL,
                 shoal_ask_problem (question->url, text != NULL ? text : answer->problem));
}

/* 40 digits, or the 64 of v2, whose first 40 count (BEP 52). */
static bool
read_hash (const char *text, uint8_t out[BT_INFO_HASH_LEN])
{
  uint8_t whole[V2_HASH_LEN];
  size_t len = strlen (text) / 2;

  if ((len != BT_INFO_HASH_LEN && len != V2_HASH_LEN)
      || !bt_hex_parse (text, strlen (text), whole, len))
    return false;
  memcpy (out, whole, BT_INFO_HASH_LEN);
  return true;
}

static void
refuse_hash (Question *question, const char *text)
{
  shoal_ask_end (
      &question->ask, NULL, NULL,
      shoal_error_new_problem (BT_ERROR_BAD_HASH, 0, BT_NOWHERE, BT_NOWHERE, NULL, text));
}

/* --- announces --- */

static void
fill_request (const ShoalTrackerQuery *self, BtAnnounceRequest *request)
{
  bt_announce_request_init (request);
  memcpy (request->peer_id, self->peer_id, BT_PEER_ID_LEN);
  request->port = self->place.bind.address.port;
  request->key = (uint32_t) self->place.random[3];
  request->has_key = true;
}

/**
 * shoal_tracker_query_announce_async:
 * @self: a query
 * @url: the tracker, over http, https or udp
 * @info_hash: the torrent in hexadecimal, of v1 or v2
 * @event: what to tell it
 * @left: bytes that we lack
 * @want_peers: how many peers it is to name; below 0 for as many as it likes
 * @cancellable: (nullable): takes the question back
 * @callback: (scope async): called when it is over
 * @user_data: for @callback
 *
 * Announces a torrent to one tracker, which will list this computer and the port of the query until
 * it is told %SHOAL_TRACKER_EVENT_STOPPED.
 */
void
shoal_tracker_query_announce_async (ShoalTrackerQuery *self, const char *url, const char *info_hash,
                                    ShoalTrackerEvent event, guint64 left, gint want_peers,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  BtAnnounceRequest request;
  Question *question;

  g_return_if_fail (SHOAL_IS_TRACKER_QUERY (self) && url != NULL && info_hash != NULL);
  question = question_new (self, url, cancellable, callback, user_data);
  fill_request (self, &request);
  request.event = (BtAnnounceEvent) event;
  request.left = MIN (left, BT_LEFT_UNKNOWN);
  request.numwant = want_peers;
  if (!read_hash (info_hash, request.info_hash))
    {
      refuse_hash (question, info_hash);
      return;
    }
  question->under_way = eng_ask_new (&self->askers, url, &request, true, on_answer, question);
}

/**
 * shoal_tracker_query_announce_finish:
 * @self: a query
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: (transfer full): what the tracker said, or %NULL when it refused or did not answer
 */
ShoalTrackerReply *
shoal_tracker_query_announce_finish (ShoalTrackerQuery *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return shoal_task_take_pointer (result, error);
}

/* --- scrapes --- */

/**
 * shoal_tracker_query_scrape_async:
 * @self: a query
 * @url: the tracker, as it is announced to
 * @info_hashes: (nullable) (array zero-terminated=1): the torrents in hexadecimal; none asks for
 * all that it has, which trackers of http alone can be asked
 * @cancellable: (nullable): takes the question back
 * @callback: (scope async): called when it is over
 * @user_data: for @callback
 *
 * Asks one tracker how many peers torrents have. It takes no notice of who asks.
 */
void
shoal_tracker_query_scrape_async (ShoalTrackerQuery *self, const char *url,
                                  const char *const *info_hashes, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GByteArray) hashes = g_byte_array_new ();
  Question *question;

  g_return_if_fail (SHOAL_IS_TRACKER_QUERY (self) && url != NULL);
  question = question_new (self, url, cancellable, callback, user_data);
  for (; info_hashes != NULL && *info_hashes != NULL; info_hashes++)
    {
      uint8_t hash[BT_INFO_HASH_LEN];

      if (!read_hash (*info_hashes, hash))
        {
          refuse_hash (question, *info_hashes);
          return;
        }
      g_byte_array_append (hashes, hash, sizeof hash);
    }
  question->under_way = eng_ask_new_scrape (&self->askers, url, hashes->data,
                                            hashes->len / BT_INFO_HASH_LEN, on_answer, question);
}

/**
 * shoal_tracker_query_scrape_finish:
 * @self: a query
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: (transfer full): what the tracker said, or %NULL when it refused or did not answer
 */
ShoalTrackerReply *
shoal_tracker_query_scrape_finish (ShoalTrackerQuery *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return shoal_task_take_pointer (result, error);
}
