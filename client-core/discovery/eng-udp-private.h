/* eng-udp-private.h: what the machines (eng-udp.c) and the asks (eng-udp-ask.c) share. */
#pragma once

#include <glib.h>

#include "client-core/discovery/eng-udp.h"
#include "protocol/io/btio-datagram.h"
#include "protocol/tracker/bt-udp-client.h"

typedef struct EngUdpLeg EngUdpLeg;

/* One address of a tracker, while somebody asks it and a while longer. */
typedef struct
{
  EngUdp *udp;
  BtUdpClient client;
  BtioTimer timer;
  BtioTurn turn;
  GQueue legs;    /* of EngUdpLeg, under way */
  GQueue waiting; /* of EngUdpLeg, while too many are under way */
} EngUdpMachine;

/* An ask's way over one family. */
struct EngUdpLeg
{
  EngUdpAsk *ask;
  EngUdpMachine *machine; /* NULL when it is over or never was */
  uint32_t request;       /* 0 while it waits */
};

struct EngUdp
{
  BtioReactor *reactor;
  BtioResolver *resolver;
  BtEndpoint from; /* no family: from anywhere */
  char *interface; /* or NULL */
  uint64_t timeout_us;
  uint64_t grace_us;
  BtSipKey random;
  uint64_t drawn;
  BtioDatagram *sockets[2]; /* IPv4, IPv6; NULL before the first use */
  GHashTable *machines;     /* by address */
};

struct EngUdpAsk
{
  EngUdp *udp;
  BtioLookup *lookup; /* NULL once the addresses are known */
  BtAnnounceRequest request;
  uint8_t *hashes; /* of a scrape; NULL for an announce */
  size_t n_hashes;
  char *url_data; /* or NULL */
  EngUdpLeg legs[2];
  unsigned n_open; /* legs under way */
  BtioTimer deadline;
  BtioTurn over; /* asked for when it is */
  EngAnswer answer;
  bool answered;   /* with a success */
  GArray *peers;   /* of BtTrackerPeer */
  GArray *entries; /* of BtScrapeEntry */
  char *text;      /* the problem or the refusal */
  EngAskDone done;
  void *owner;
};

/* Starts @leg to @to; false when no socket can be had for it. */
bool eng_udp_leg_start (EngUdp *udp, EngUdpLeg *leg, const BtEndpoint *to);
/* Accepts one that is over. */
void eng_udp_leg_stop (EngUdpLeg *leg);

/* A leg is over; it is stopped. */
void eng_udp_leg_ended (EngUdpLeg *leg, const BtEndpoint *remote, const BtUdpClientEvent *event);
