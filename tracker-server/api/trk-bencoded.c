/* trk-bencoded.c: announces and scrapes of BEP 3 and 48 that come by way of libsoup. */
#include <string.h>

#include "protocol/tracker/bt-http-announce.h"
#include "protocol/tracker/bt-http-scrape.h"
#include "tracker-server/api/trk-handlers-private.h"

/* The longest answers: all peers as dictionaries, and all entries of a scrape. */
#define REPLY_MAX 65536u

static const char *
raw_query (const TrkCall *call)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (call->message));

  return query != NULL ? query : "";
}

static void
answer_bencoded (TrkCall *call, uint8_t *bytes, size_t len)
{
  trk_call_answer (call, SOUP_STATUS_OK, "text/plain", g_bytes_new_take (bytes, len));
}

static void
announce_bencoded (TrkCall *call)
{
  TrkWorker *worker = call->api->worker;
  const char *query = raw_query (call);
  uint8_t *out = g_malloc (REPLY_MAX);
  BtAnnounceRequest request;
  BtAnnounceReply reply;
  BtTrackerProblem problem;

  bt_announce_request_init (&request);
  bt_announce_reply_init (&reply);
  trk_worker_begin (worker, trk_call_now_us ());
  problem = bt_http_announce_parse (query, strlen (query), &request);
  if (problem != BT_TRACKER_FINE)
    {
      trk_worker_count (worker, TRK_COUNT_BAD_REQUESTS);
      reply.failure = bt_lent_text ("bad request");
    }
  else if (!trk_worker_admit (worker, &call->from.remote))
    {
      reply.failure = bt_lent_text ("too many requests");
      reply.retry_min = 1;
    }
  else
    (void) trk_worker_announce (worker, &request, &call->from.remote, &reply); /* the reply says */
  trk_worker_end (worker);
  answer_bencoded (
      call, out,
      bt_http_announce_write (out, REPLY_MAX, &reply, bt_announce_peers_form (&request)));
}

static void
scrape_bencoded (TrkCall *call)
{
  TrkWorker *worker = call->api->worker;
  const char *query = raw_query (call);
  uint8_t hashes[BT_LIMIT_SCRAPE_HTTP * BT_INFO_HASH_LEN];
  BtScrapeEntry entries[BT_LIMIT_SCRAPE_HTTP];
  uint8_t *out = g_malloc (REPLY_MAX);
  BtScrapeRequest request = { 0 };
  BtScrapeReply reply = { 0 };
  size_t n = 0;

  trk_worker_begin (worker, trk_call_now_us ());
  if (bt_http_scrape_parse (query, strlen (query), hashes, &request) != BT_TRACKER_FINE)
    {
      trk_worker_count (worker, TRK_COUNT_BAD_REQUESTS);
      reply.failure = bt_lent_text ("bad request");
    }
  else if (!trk_worker_admit (worker, &call->from.remote))
    reply.failure = bt_lent_text ("too many requests");
  else
    {
      trk_worker_scrape (worker, &request, entries);
      n = bt_scrape_sort (entries, request.n_hashes);
    }
  trk_worker_end (worker);
  answer_bencoded (call, out, bt_http_scrape_write (out, REPLY_MAX, &reply, entries, n));
}

const TrkApiRoute trk_routes_bencoded[]
    = { { .method = "GET",
          .path = "/announce",
          .name = "announceBencoded",
          .query = trk_any_query,
          .status = 200,
          .type = "text/plain",
          .handle = announce_bencoded,
          .help = "The announce of BEP 3; failures are bencoded, too" },
        { .method = "GET",
          .path = "/scrape",
          .name = "scrapeBencoded",
          .query = trk_any_query,
          .status = 200,
          .type = "text/plain",
          .handle = scrape_bencoded,
          .help = "The scrape of BEP 48" },
        { .method = NULL } };
