/* eng-udp-ask.c: one announce or scrape of a UDP tracker: its name, its addresses, and what they
 * say. */
#include <string.h>

#include "client-core/discovery/eng-udp-private.h"
#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-utf8.h"

/* GLib's own macros cast const away. */
#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

static void
ask_free (EngUdpAsk *ask)
{
  btio_lookup_cancel (ask->lookup);
  for (size_t i = 0; i < G_N_ELEMENTS (ask->legs); i++)
    eng_udp_leg_stop (&ask->legs[i]);
  btio_timer_stop (&ask->deadline);
  btio_turn_stop (&ask->over);
  g_array_unref (ask->peers);
  g_array_unref (ask->entries);
  g_free (ask->hashes);
  g_free (ask->url_data);
  g_free (ask->text);
  g_free (ask);
}

/* --- the end --- */

static void
on_over (BtioTurn *turn)
{
  EngUdpAsk *ask = (EngUdpAsk *) (void *) ((char *) turn - offsetof (EngUdpAsk, over));

  ask->answer.peers = (const BtTrackerPeer *) (const void *) ask->peers->data;
  ask->answer.n_peers = ask->peers->len;
  ask->answer.entries = (const BtScrapeEntry *) (const void *) ask->entries->data;
  ask->answer.n_entries = ask->entries->len;
  ask->done (ask->owner, &ask->answer);
  ask_free (ask);
}

static void
end (EngUdpAsk *ask)
{
  btio_turn_ask (&ask->over, ask->udp->reactor);
}

/* The first problem stands, unless something better came. */
static void
set_problem (EngUdpAsk *ask, const char *problem)
{
  if (ask->answered || ask->text != NULL)
    return;
  ask->text = g_strdup (problem);
  ask->answer.problem = ask->text;
}

static void
on_deadline (BtioTimer *timer, uint64_t now_us)
{
  EngUdpAsk *ask = (EngUdpAsk *) (void *) ((char *) timer - offsetof (EngUdpAsk, deadline));

  set_problem (ask, _ ("There was no answer in time"));
  end (ask);
}

/* --- legs --- */

static void
set_refusal (EngUdpAsk *ask, const BtLent *text)
{
  if (ask->answered)
    return;
  g_free (ask->text);
  ask->text = bt_utf8_repair (text->bytes, text->len);
  ask->answer.problem = NULL;
  bt_announce_reply_init (&ask->answer.reply);
  ask->answer.reply.failure = bt_lent_text (ask->text);
}

/* Of two successes the first one's numbers stand; peers come from both. */
static void
set_success (EngUdpAsk *ask, const BtAnnounceReply *reply)
{
  BtAnnounceReply copy = *reply;

  bt_announce_reply_peers (&copy, ask->peers);
  if (ask->answered)
    return;
  copy.peers_v4 = copy.peers_v6 = copy.tracker_id = copy.warning = copy.failure
      = (BtLent){ NULL, 0 };
  ask->answer.reply = copy;
  ask->answer.problem = NULL;
  ask->answered = true;
  btio_timer_set (&ask->deadline, ask->udp->reactor,
                  MIN (ask->deadline.deadline_us,
                       btio_reactor_now_us (ask->udp->reactor) + ask->udp->grace_us));
}

/* One family is enough: both count the same peers. */
static void
set_scraped (EngUdpAsk *ask, const BtUdpClientEvent *event)
{
  if (!ask->answered)
    g_array_append_vals (ask->entries, event->entries, (guint) event->n_entries);
  ask->answer.problem = NULL;
  ask->answered = true;
  end (ask);
}

void
eng_udp_leg_ended (EngUdpLeg *leg, const BtEndpoint *remote, const BtUdpClientEvent *event)
{
  EngUdpAsk *ask = leg->ask;

  if (!ask->answered)
    ask->answer.remote = *remote;
  if (event->outcome == BT_UDP_CLIENT_ANNOUNCED)
    set_success (ask, &event->announce);
  else if (event->outcome == BT_UDP_CLIENT_SCRAPED)
    set_scraped (ask, event);
  else if (event->outcome == BT_UDP_CLIENT_REFUSED)
    set_refusal (ask, &event->text);
  else
    set_problem (ask, _ ("There was no answer in time"));
  if (--ask->n_open == 0)
    end (ask);
}

/* The first address of a family that the network can reach. */
static const BtEndpoint *
first_of (const BtEndpoint *found, size_t n, BtFamily family)
{
  for (size_t i = 0; i < n; i++)
    if (found[i].family == family)
      return btio_datagram_has_route (&found[i]) ? &found[i] : NULL;
  return NULL;
}

static void
start_leg (EngUdpAsk *ask, EngUdpLeg *leg, const BtEndpoint *to)
{
  if (to != NULL && eng_udp_leg_start (ask->udp, leg, to))
    ask->n_open++;
}

static void
on_resolved (void *owner, const BtEndpoint *found, size_t n, const GError *error)
{
  EngUdpAsk *ask = owner;

  ask->lookup = NULL;
  start_leg (ask, &ask->legs[0], first_of (found, n, BT_FAMILY_V4));
  start_leg (ask, &ask->legs[1], first_of (found, n, BT_FAMILY_V6));
  if (ask->n_open > 0)
    return;
  set_problem (ask, error != NULL ? error->message : _ ("The tracker's address is out of reach"));
  end (ask);
}

/* --- the ask --- */

/* The path and query, which some trackers want (BEP 41); NULL for none. */
static char *
read_url_data (GUri *uri)
{
  const char *query = g_uri_get_query (uri);

  if (*g_uri_get_path (uri) == '\0' && query == NULL)
    return NULL;
  return query == NULL ? g_strdup (g_uri_get_path (uri))
                       : g_strdup_printf ("%s?%s", g_uri_get_path (uri), query);
}

static bool
read_url (EngUdpAsk *ask, const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || g_uri_get_port (uri) <= 0 || g_uri_get_port (uri) > UINT16_MAX)
    return false;
  ask->url_data = read_url_data (uri);
  ask->lookup = btio_resolver_ask (ask->udp->resolver, g_uri_get_host (uri),
                                   (uint16_t) g_uri_get_port (uri), on_resolved, ask);
  return true;
}

static EngUdpAsk *
ask_new (EngUdp *self, const char *url, EngAskDone done, void *owner)
{
  EngUdpAsk *ask = g_new0 (EngUdpAsk, 1);

  ask->udp = self;
  ask->peers = g_array_new (FALSE, FALSE, sizeof (BtTrackerPeer));
  ask->entries = g_array_new (FALSE, FALSE, sizeof (BtScrapeEntry));
  ask->done = done;
  ask->owner = owner;
  ask->legs[0].ask = ask->legs[1].ask = ask;
  ask->deadline.due = on_deadline;
  ask->over.run = on_over;
  bt_announce_reply_init (&ask->answer.reply);
  btio_timer_set (&ask->deadline, self->reactor,
                  btio_reactor_now_us (self->reactor) + self->timeout_us);
  if (!read_url (ask, url))
    {
      set_problem (ask, _ ("The tracker's address lacks a host or a port"));
      end (ask);
    }
  return ask;
}

/* Nothing is sent before the name is known, which is never at once. */
EngUdpAsk *
eng_udp_ask (EngUdp *self, const char *url, const BtAnnounceRequest *request, EngAskDone done,
             void *owner)
{
  EngUdpAsk *ask = ask_new (self, url, done, owner);

  ask->request = *request;
  return ask;
}

EngUdpAsk *
eng_udp_scrape (EngUdp *self, const char *url, const uint8_t *hashes, size_t n, EngAskDone done,
                void *owner)
{
  EngUdpAsk *ask = ask_new (self, url, done, owner);

  bt_assert (n > 0 && n <= BT_LIMIT_SCRAPE_UDP);
  ask->hashes = g_memdup2 (hashes, n * BT_INFO_HASH_LEN);
  ask->n_hashes = n;
  return ask;
}

void
eng_udp_cancel (EngUdpAsk *ask)
{
  if (ask != NULL)
    ask_free (ask);
}
