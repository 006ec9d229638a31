/* eng-ask.c: announces and scrapes over HTTP, and the choice between transports. */
#include "client-core/discovery/eng-ask.h"

#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-http-announce.h"
#include "protocol/tracker/bt-http-scrape.h"

/* GLib's own macros cast const away. */
#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

struct EngAsk
{
  EngHttpGet *get;   /* one of the two, */
  EngUdpAsk *udp;    /* or neither */
  BtioTurn unusable; /* asked for when there is neither */
  const char *why;   /* there is neither; static */
  EngAskDone done;
  void *owner;
};

static void
finish (EngAsk *ask, const EngAnswer *answer)
{
  ask->done (ask->owner, answer);
  g_free (ask);
}

/* --- HTTP --- */

/* What an answer that is none of a tracker's is called. */
static char *
describe (const EngHttpReply *http, const BtError *why)
{
  if (http->status != 200)
    return g_strdup_printf (_ ("The server answered with %u %s"), http->status,
                            http->reason != NULL ? http->reason : "");
  return g_strdup_printf (_ ("The tracker's answer is malformed (%s)"),
                          bt_error_code_name (why->code));
}

/* Some trackers refuse with a status of HTTP and say why in the body. */
static void
on_http (void *owner, const EngHttpReply *http)
{
  g_autoptr (GArray) peers = g_array_new (FALSE, FALSE, sizeof (BtTrackerPeer));
  EngAnswer answer = { .problem = http->problem, .remote = http->remote };
  g_autofree char *text = NULL;
  BtError why = { 0 };
  EngAsk *ask = owner;

  bt_announce_reply_init (&answer.reply);
  if (answer.problem == NULL
      && (!bt_http_announce_read (http->body, http->len, &answer.reply, peers, &why)
          || (http->status != 200 && answer.reply.failure.bytes == NULL)))
    {
      text = describe (http, &why);
      answer.problem = text;
    }
  answer.peers = (const BtTrackerPeer *) (const void *) peers->data;
  answer.n_peers = peers->len;
  finish (ask, &answer);
}

static EngHttpGet *
get_announce (EngAsk *ask, EngHttp *http, const char *url, const BtAnnounceRequest *request,
              bool first)
{
  g_autoptr (GString) whole = g_string_new (NULL);

  bt_http_announce_url (whole, url, request);
  return eng_http_get (http, whole->str, BT_LIMIT_TRACKER_REPLY, first, on_http, ask);
}

/* --- scrapes over HTTP --- */

static void
on_http_scraped (void *owner, const EngHttpReply *http)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (BtScrapeEntry));
  EngAnswer answer = { .problem = http->problem, .remote = http->remote };
  BtScrapeReply reply = { 0 };
  g_autofree char *text = NULL;
  BtError why = { 0 };
  EngAsk *ask = owner;

  bt_announce_reply_init (&answer.reply);
  if (answer.problem == NULL
      && (!bt_http_scrape_read (http->body, http->len, &reply, entries, &why)
          || (http->status != 200 && reply.failure.bytes == NULL)))
    text = describe (http, &why);
  if (text != NULL)
    answer.problem = text;
  answer.reply.failure = reply.failure;
  answer.reply.min_interval_s = reply.min_request_interval_s;
  answer.entries = (const BtScrapeEntry *) (const void *) entries->data;
  answer.n_entries = entries->len;
  finish (ask, &answer);
}

/* NULL when the tracker's URL says that it cannot be scraped (BEP 48). */
static EngHttpGet *
get_scrape (EngAsk *ask, EngHttp *http, const char *url, const BtScrapeRequest *request)
{
  g_autoptr (GString) scrape_url = g_string_new (NULL);
  g_autoptr (GString) whole = g_string_new (NULL);

  if (!bt_http_scrape_url (scrape_url, url))
    return NULL;
  bt_http_scrape_query (whole, scrape_url->str, request);
  return eng_http_get (http, whole->str, BT_LIMIT_TRACKER_REPLY, false, on_http_scraped, ask);
}

/* --- UDP --- */

static void
on_udp (void *owner, const EngAnswer *answer)
{
  finish (owner, answer);
}

/* --- neither --- */

static void
on_unusable (BtioTurn *turn)
{
  EngAsk *ask = (EngAsk *) (void *) ((char *) turn - offsetof (EngAsk, unusable));
  EngAnswer answer = { .problem = ask->why };

  bt_announce_reply_init (&answer.reply);
  finish (ask, &answer);
}

static EngAsk *
ask_new (EngAskDone done, void *owner)
{
  EngAsk *ask = g_new0 (EngAsk, 1);

  ask->done = done;
  ask->owner = owner;
  ask->unusable.run = on_unusable;
  return ask;
}

static void
refuse (EngAsk *ask, BtioReactor *reactor, const char *why)
{
  ask->why = why;
  btio_turn_ask (&ask->unusable, reactor);
}

static bool
is_web (const char *scheme)
{
  return g_strcmp0 (scheme, "http") == 0 || g_strcmp0 (scheme, "https") == 0;
}

EngAsk *
eng_ask_new (const EngAskers *askers, const char *url, const BtAnnounceRequest *request, bool first,
             EngAskDone done, void *owner)
{
  const char *scheme = g_uri_peek_scheme (url);
  EngAsk *ask = ask_new (done, owner);

  if (g_strcmp0 (scheme, "udp") == 0)
    ask->udp = eng_udp_ask (askers->udp, url, request, on_udp, ask);
  else if (is_web (scheme))
    ask->get = get_announce (ask, askers->http, url, request, first);
  else
    refuse (ask, askers->reactor, _ ("This kind of tracker is not supported"));
  return ask;
}

EngAsk *
eng_ask_new_scrape (const EngAskers *askers, const char *url, const uint8_t *hashes, size_t n,
                    EngAskDone done, void *owner)
{
  const char *scheme = g_uri_peek_scheme (url);
  EngAsk *ask = ask_new (done, owner);
  bool udp = g_strcmp0 (scheme, "udp") == 0;

  if (!udp && !is_web (scheme))
    refuse (ask, askers->reactor, _ ("This kind of tracker is not supported"));
  else if (n > (udp ? BT_LIMIT_SCRAPE_UDP : BT_LIMIT_SCRAPE_HTTP))
    refuse (ask, askers->reactor, _ ("These are too many info-hashes for one scrape"));
  else if (udp && n == 0)
    refuse (ask, askers->reactor, _ ("A UDP tracker is asked for torrents by their info-hash"));
  else if (udp)
    ask->udp = eng_udp_scrape (askers->udp, url, hashes, n, on_udp, ask);
  else
    {
      ask->get = get_scrape (ask, askers->http, url, &(BtScrapeRequest){ hashes, n });
      if (ask->get == NULL)
        refuse (ask, askers->reactor, _ ("The tracker's address says that it cannot be scraped"));
    }
  return ask;
}

void
eng_ask_cancel (EngAsk *ask)
{
  if (ask == NULL)
    return;
  eng_http_cancel (ask->get);
  eng_udp_cancel (ask->udp);
  btio_turn_stop (&ask->unusable);
  g_free (ask);
}
