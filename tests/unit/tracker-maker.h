/* tracker-maker.h: trackers inside of a test's process, on loopback: one of HTTP that behaves as
 * the path says, and some of UDP. */
#pragma once

#include <libsoup/soup.h>

#include "protocol/io/btio-datagram.h"
#include "protocol/tracker/bt-announce.h"

typedef enum
{
  TRACKER_UDP_GOOD,
  TRACKER_UDP_REFUSING,
  TRACKER_UDP_SILENT,
  TRACKER_UDP_V6,
  TRACKER_UDP_KINDS
} TrackerUdpKind;

typedef struct TrackerWorld TrackerWorld;

typedef struct
{
  TrackerWorld *world;
  TrackerUdpKind kind;
  BtioDatagram *socket;
} TrackerUdp;

struct TrackerWorld
{
  GMainContext *context; /* the thread's default */
  BtioReactor *reactor;
  SoupServer *server;
  SoupServer
      *tls_server; /* with a certificate that nobody vouches for; NULL before it is asked for */
  TrackerUdp udp[TRACKER_UDP_KINDS];
  GArray *requests;   /* of BtAnnounceRequest: those of the good ones */
  char *last_query;   /* over HTTP */
  unsigned n_hits;    /* requests over HTTP */
  unsigned n_secrets; /* those to what is none of a tracker's business */
  unsigned n_silent;  /* those that get no answer */
  unsigned at_once;
  unsigned most_at_once;
  GPtrArray *paused; /* of SoupServerMessage */
};

TrackerWorld *tracker_world_new (void);
/* Iterates the context until libsoup holds nothing any more. */
void tracker_world_free (TrackerWorld *world);

/* "announce...", "scrape...", "file..." and "secret" are of HTTP; "udp", "udp-refusing",
 * "udp-silent" and "udp-v6" of UDP; a whole URL is itself. (transfer full) */
char *tracker_world_url (TrackerWorld *world, const char *name);

/* Starts the one with the bad certificate, once; NULL when there is no TLS here. (transfer full) */
char *tracker_world_tls_url (TrackerWorld *world);

/* A URL at which nobody listens. (transfer full) */
char *tracker_world_gone (TrackerWorld *world);
