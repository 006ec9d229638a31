/* trk-http-answer.c: query in, body out. */
#include "tracker-server/front/trk-http-answer.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/tracker/bt-http-announce.h"
#include "protocol/tracker/bt-http-scrape.h"
#include "tracker-server/front/trk-gzip.h"

/* What a client that cannot make a proper request, or asks too often, is told to wait. */
#define BAD_INTERVAL_S 1800u
#define BAD_MIN_INTERVAL_S 900u
#define LIMITED_S 300u
#define LIMITED_MIN 5u

/* Below this the compressed form saves no packet worth its work. */
#define GZIP_FROM 1024u

static const char limited_text[] = "too many requests";
static const char no_full_scrape_text[] = "a scrape needs info_hash";

struct TrkAnswerer
{
  TrkWorker *worker;
  TrkFullScrape full_scrape;
  void *data;
  TrkGzip *gzip; /* made when it is first needed */
  uint8_t packed[TRK_HTTP_BODY_MAX];
};

/* --- targets --- */

static bool
is_named (const char *part, size_t len, const char *name, size_t name_len)
{
  return len >= name_len && memcmp (part, name, name_len) == 0
         && (len == name_len || part[name_len] == '.');
}

TrkTarget
trk_target_find (const char *path, size_t len)
{
  const char *slash = len > 0 ? memrchr (path, '/', len) : NULL;
  TrkTarget target = { TRK_ROUTE_OTHER, path, 0 };
  const char *part;
  size_t part_len;

  if (slash == NULL)
    return target;
  part = slash + 1;
  part_len = len - (size_t) (part - path);
  if (is_named (part, part_len, "announce", 8))
    target.route = TRK_ROUTE_ANNOUNCE;
  else if (is_named (part, part_len, "scrape", 6))
    target.route = TRK_ROUTE_SCRAPE;
  if (slash == path)
    return target;
  target.prefix = path + 1;
  target.prefix_len = (size_t) (slash - target.prefix);
  if (memchr (target.prefix, '/', target.prefix_len) != NULL)
    target.route = TRK_ROUTE_OTHER;
  return target;
}

/* --- answers --- */

TrkAnswerer *
trk_answerer_new (TrkWorker *worker, TrkFullScrape full_scrape, void *data)
{
  TrkAnswerer *self = g_new0 (TrkAnswerer, 1);

  self->worker = worker;
  self->full_scrape = full_scrape;
  self->data = data;
  return self;
}

void
trk_answerer_free (TrkAnswerer *self)
{
  if (self == NULL)
    return;
  trk_gzip_free (self->gzip);
  g_free (self);
}

static void
fail_announce (BtAnnounceReply *reply, const char *why)
{
  bt_announce_reply_init (reply);
  reply->failure = bt_lent_text (why);
  reply->interval_s = BAD_INTERVAL_S;
  reply->min_interval_s = BAD_MIN_INTERVAL_S;
  reply->retry_min = BT_RETRY_NEVER;
}

static size_t
answer_announce (TrkAnswerer *self, const TrkHttpAsk *ask, uint8_t *out)
{
  BtPeersForm form = BT_PEERS_COMPACT;
  BtAnnounceRequest request;
  BtAnnounceReply reply;
  BtTrackerProblem problem = bt_http_announce_parse (ask->query, ask->query_len, &request);

  if (problem == BT_TRACKER_FINE)
    {
      form = bt_announce_peers_form (&request);
      (void) trk_worker_announce (self->worker, &request, ask->source, &reply); /* it is counted */
    }
  else
    {
      trk_worker_count (self->worker, TRK_COUNT_BAD_REQUESTS);
      fail_announce (&reply, bt_tracker_problem_text (problem));
    }
  return bt_http_announce_write (out, TRK_HTTP_BODY_MAX, &reply, form);
}

static size_t
fail_scrape (TrkAnswerer *self, const char *why, uint8_t *out)
{
  BtScrapeReply reply = { .retry_min = BT_RETRY_NEVER, .failure = bt_lent_text (why) };

  trk_worker_count (self->worker, TRK_COUNT_BAD_REQUESTS);
  return bt_http_scrape_write (out, TRK_HTTP_BODY_MAX, &reply, NULL, 0);
}

static size_t
scrape_everything (TrkAnswerer *self, const TrkHttpAsk *ask, uint8_t *out, TrkHttpReply *reply)
{
  bool gzip = ask->gzip;

  if (self->full_scrape != NULL)
    reply->large = self->full_scrape (self->data, ask->source, &gzip);
  if (reply->large == NULL)
    return fail_scrape (self, no_full_scrape_text, out);
  bt_assert (ask->gzip || !gzip);
  reply->gzip = gzip;
  trk_worker_count (self->worker, TRK_COUNT_SCRAPES_HTTP);
  return 0;
}

static size_t
pack (TrkAnswerer *self, uint8_t *out, size_t len, TrkHttpReply *reply)
{
  size_t packed;

  if (self->gzip == NULL)
    self->gzip = trk_gzip_new ();
  packed = trk_gzip_pack (self->gzip, out, len, self->packed, sizeof self->packed);
  if (packed == 0)
    return len;
  memcpy (out, self->packed, packed);
  reply->gzip = true;
  return packed;
}

static size_t
answer_scrape (TrkAnswerer *self, const TrkHttpAsk *ask, uint8_t *out, TrkHttpReply *reply)
{
  uint8_t hashes[BT_LIMIT_SCRAPE_HTTP * BT_INFO_HASH_LEN];
  BtScrapeEntry entries[BT_LIMIT_SCRAPE_HTTP];
  BtScrapeReply head = { 0 };
  BtScrapeRequest request;
  BtTrackerProblem problem = bt_http_scrape_parse (ask->query, ask->query_len, hashes, &request);
  size_t len;

  if (problem == BT_TRACKER_NO_HASH)
    return scrape_everything (self, ask, out, reply);
  if (problem != BT_TRACKER_FINE)
    return fail_scrape (self, bt_tracker_problem_text (problem), out);
  trk_worker_scrape (self->worker, &request, entries);
  len = bt_http_scrape_write (out, TRK_HTTP_BODY_MAX, &head, entries,
                              bt_scrape_sort (entries, request.n_hashes));
  return ask->gzip && len >= GZIP_FROM ? pack (self, out, len, reply) : len;
}

/* Both kinds of failure have the same keys. */
static size_t
answer_limited (uint8_t *out, TrkHttpReply *reply)
{
  BtAnnounceReply body;

  bt_announce_reply_init (&body);
  body.failure = bt_lent_text (limited_text);
  body.interval_s = body.min_interval_s = LIMITED_S;
  body.retry_min = LIMITED_MIN;
  reply->status = 429;
  reply->retry_after_s = LIMITED_S;
  return bt_http_announce_write (out, TRK_HTTP_BODY_MAX, &body, BT_PEERS_COMPACT);
}

void
trk_http_answer (TrkAnswerer *self, const TrkHttpAsk *ask, uint8_t out[TRK_HTTP_BODY_MAX],
                 TrkHttpReply *reply)
{
  *reply = (TrkHttpReply){ .status = 200 };
  bt_assert (ask->target.route != TRK_ROUTE_OTHER);
  if (!trk_worker_admit (self->worker, ask->source))
    reply->len = answer_limited (out, reply);
  else if (ask->target.route == TRK_ROUTE_ANNOUNCE)
    reply->len = answer_announce (self, ask, out);
  else
    reply->len = answer_scrape (self, ask, out, reply);
  bt_assert (reply->len > 0 || reply->large != NULL);
}
