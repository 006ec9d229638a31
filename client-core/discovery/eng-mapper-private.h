/* eng-mapper-private.h: what the rounds (eng-mapper.c) and the two protocols share.
 *
 *     round: NAT-PMP: map, address -> mapped
 *                     nobody, or no -> UPnP: search, describe, address, map -> mapped
 *                                            nobody, or no -> failed
 *     end: unmap, by the protocol that has mapped -> ended */
#pragma once

#include <glib.h>

#include "client-core/discovery/eng-http.h"
#include "client-core/discovery/eng-mapper.h"
#include "protocol/gateway/bt-natpmp.h"
#include "protocol/gateway/bt-upnp.h"
#include "protocol/io/btio-datagram.h"

#define ENG_MAPPER_MS UINT64_C (1000)
#define ENG_MAPPER_S UINT64_C (1000000)
/* What is asked for; a router that restarts forgets. */
#define ENG_MAPPER_LEASE_S 3600u

typedef enum
{
  ENG_MAPPER_IDLE, /* the timer is that of the next round */
  ENG_MAPPER_NATPMP_MAP,
  ENG_MAPPER_NATPMP_ADDRESS,
  ENG_MAPPER_NATPMP_UNMAP,
  ENG_MAPPER_UPNP_SEARCH,
  ENG_MAPPER_UPNP_CALL /* a description or an answer is under way; the timer is not set */
} EngMapperStep;

/* What UPnP has found. */
typedef struct
{
  char url[BT_UPNP_URL_MAX]; /* of the description; empty: none yet */
  BtEndpoint device;         /* who answered */
  BtUpnpDevice description;
  size_t service; /* that is asked */
  char *control;  /* its URL; NULL: none */
  bool permanent; /* the router knows no leases */
  unsigned conflicts;
} EngMapperUpnp;

/* What is listened at. */
typedef struct
{
  BtEndpoint address; /* without its port */
  char *interface;
  uint16_t port;
} EngMapperPlace;

struct EngMapper
{
  BtioReactor *reactor;
  EngMapperPlace place;
  EngMapperPlace next; /* taken once what is mapped for the one before is taken back */
  uint64_t random;
  void (*changed) (void *owner); /* NULL once it closes */
  void *owner;
  bool on;
  void (*closed) (void *data); /* NULL: nobody waits */
  void *closed_data;
  BtioTurn end; /* that calls it, or begins the next round */

  EngMapping mapping;
  EngMapperStep step;
  BtioTimer timer;
  unsigned tries;
  unsigned failures; /* rounds, one after the other */
  BtEndpoint gateway;
  BtEndpoint local; /* our address in its network */
  uint16_t wanted;  /* port of the router */
  BtEndpoint found; /* the router's address outside, in this round */
  unsigned refusal; /* of NAT-PMP, in this round */
  BtioDatagram *datagram;
  uint32_t lifetime_s; /* that NAT-PMP gives */
  EngHttp *http;
  EngHttpGet *call;
  EngMapperUpnp upnp;
};

/* eng-mapper.c */
void eng_mapper_mapped (EngMapper *self, EngMappedBy by, uint32_t lifetime_s);
void eng_mapper_failed (EngMapper *self, EngMappingProblem problem, unsigned code);
/* The mapping is taken back, as far as that goes. */
void eng_mapper_unmapped (EngMapper *self);
void eng_mapper_wait (EngMapper *self, uint64_t us);

/* eng-mapper-natpmp.c */
void eng_mapper_natpmp_begin (EngMapper *self);
void eng_mapper_natpmp_end (EngMapper *self);
void eng_mapper_natpmp_due (EngMapper *self);
void eng_mapper_natpmp_receive (EngMapper *self, const uint8_t *data, size_t len);

/* eng-mapper-upnp.c */
void eng_mapper_upnp_begin (EngMapper *self);
/* Asks again for what stands. */
void eng_mapper_upnp_renew (EngMapper *self);
void eng_mapper_upnp_end (EngMapper *self);
void eng_mapper_upnp_due (EngMapper *self);
void eng_mapper_upnp_receive (EngMapper *self, const uint8_t *data, size_t len,
                              const BtEndpoint *from);
void eng_mapper_upnp_clear (EngMapper *self);
