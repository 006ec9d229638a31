/* eng-detail.h: what is drawn of a torrent only while somebody looks at it. */
#pragma once

#include "client-core/discovery/eng-announcer.h"
#include "client-core/torrent/eng-torrent.h"

typedef enum
{
  ENG_DETAIL_FILES = 1 << 0,
  ENG_DETAIL_PEERS = 1 << 1,
  ENG_DETAIL_TRACKERS = 1 << 2,
  ENG_DETAIL_PIECES = 1 << 3
} EngDetailPart;

/* One tracker; the strings are its own. */
typedef struct
{
  char *url;
  char *message; /* or NULL */
  unsigned tier;
  EngTrackerState state;
  uint64_t since_us; /* that it answered or failed; UINT64_MAX: not yet */
  uint64_t wait_us;  /* until it is asked again; UINT64_MAX for not */
  int64_t complete;  /* -1: it did not say */
  int64_t incomplete;
  uint32_t n_peers;
} EngTrackerPicture;

/* Owns all of it. A torrent that is between a stop and what follows has no files, peers and pieces:
 * NULL. */
typedef struct
{
  unsigned parts;      /* EngDetailPart */
  uint64_t *file_done; /* bytes that are had, one for each file of the layout */
  GArray *peers;       /* of EngPeerPicture */
  GArray *trackers;    /* of EngTrackerPicture */
  uint8_t *have;       /* as on the wire */
  uint8_t *begun;      /* likewise: pieces of which blocks were asked for */
  uint16_t *availability;
} EngDetail;

/* Accepts NULL. */
void eng_detail_free (EngDetail *detail);
