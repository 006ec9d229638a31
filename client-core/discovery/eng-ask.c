/* eng-ask.c: announces over HTTP, and the choice between transports. */
#include "client-core/discovery/eng-ask.h"

#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-http-announce.h"

/* GLib's own macros cast const away. */
#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

struct EngAsk
{
  EngHttpGet *get;   /* one of the two, */
  EngUdpAsk *udp;    /* or neither */
  BtioTurn unusable; /* asked for when there is neither */
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
  EngAnswer answer = { .problem = _ ("This kind of tracker is not supported") };

  bt_announce_reply_init (&answer.reply);
  finish ((EngAsk *) (void *) ((char *) turn - offsetof (EngAsk, unusable)), &answer);
}

EngAsk *
eng_ask_new (const EngAskers *askers, const char *url, const BtAnnounceRequest *request, bool first,
             EngAskDone done, void *owner)
{
  const char *scheme = g_uri_peek_scheme (url);
  EngAsk *ask = g_new0 (EngAsk, 1);

  ask->done = done;
  ask->owner = owner;
  ask->unusable.run = on_unusable;
  if (g_strcmp0 (scheme, "udp") == 0)
    ask->udp = eng_udp_ask (askers->udp, url, request, on_udp, ask);
  else if (g_strcmp0 (scheme, "http") == 0 || g_strcmp0 (scheme, "https") == 0)
    ask->get = get_announce (ask, askers->http, url, request, first);
  else
    btio_turn_ask (&ask->unusable, askers->reactor);
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
