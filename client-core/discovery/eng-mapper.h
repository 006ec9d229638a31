/* eng-mapper.h: asking the router to lead a port of its own to ours (IPv4, TCP): by NAT-PMP, and by
 * UPnP where nobody answers that.
 *
 *     off -> asking -> mapped -> (half of the lease) asking again, the mapping stands meanwhile
 *              |-> failed -> (minutes) asking          off, move, close: the mapping is taken back
 *
 * Whoever answers is a stranger of the local network: a program of its own asks, shoal-map-port,
 * which is ended when it lasts too long or takes too much. A description is fetched from the router
 * of the default route alone, and nowhere else is called. Nothing here waits. The engine's thread
 * and its GMainContext, which is the thread's default. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/io/btio-tcp.h"

typedef struct EngMapper EngMapper;

typedef enum
{
  ENG_MAPPING_OFF, /* nobody asks, or there is nothing to ask for: no router stands before us */
  ENG_MAPPING_ASKING,
  ENG_MAPPING_MAPPED,
  ENG_MAPPING_FAILED
} EngMappingState;

typedef enum
{
  ENG_MAPPED_BY_NOBODY,
  ENG_MAPPED_BY_NAT_PMP,
  ENG_MAPPED_BY_UPNP
} EngMappedBy;

/* Why it failed. */
typedef enum
{
  ENG_MAPPING_FINE,
  ENG_MAPPING_NO_ROUTE, /* the system knows no router */
  ENG_MAPPING_SILENCE,  /* nobody who maps ports has answered */
  ENG_MAPPING_REFUSED,  /* by the router, with a code */
  ENG_MAPPING_TAKEN,    /* each port that was asked for is another's */
  ENG_MAPPING_NONSENSE, /* what the router says cannot be understood */
  ENG_MAPPING_SYSTEM    /* the program that asks cannot be run */
} EngMappingProblem;

typedef struct
{
  EngMappingState state;
  EngMappedBy by;            /* MAPPED */
  uint16_t port;             /* the router's, MAPPED; 0 otherwise */
  BtEndpoint address;        /* the router's own, outside; BT_FAMILY_NONE: it is not known */
  EngMappingProblem problem; /* FAILED */
  unsigned code;             /* of REFUSED, as NAT-PMP or UPnP has it; 0: none */
} EngMapping;

typedef struct
{
  BtioBind bind; /* what is listened at; strings are copied */
  uint16_t port;
  uint64_t seed;
} EngMapperConfig;

/* Off at first. @changed is called when the mapping is another one. */
EngMapper *eng_mapper_new (BtioReactor *reactor, const EngMapperConfig *config,
                           void (*changed) (void *owner), void *owner);

void eng_mapper_set (EngMapper *mapper, bool on);
/* It listens elsewhere now. */
void eng_mapper_move (EngMapper *mapper, const BtioBind *bind, uint16_t port);

/* It is in another network: whatever router is there is asked now. */
void eng_mapper_elsewhere (EngMapper *mapper);

const EngMapping *eng_mapper_mapping (const EngMapper *mapper);

/* Takes the mapping back, for two seconds at most, and calls @closed in a later turn. Once; nothing
 * is told any more. */
void eng_mapper_close (EngMapper *mapper, void (*closed) (void *data), void *data);

/* What stands is left to its lease, unless it was closed before. Accepts NULL. */
void eng_mapper_free (EngMapper *mapper);
