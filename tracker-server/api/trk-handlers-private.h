/* trk-handlers-private.h: the routes of each subject, and what they share. */
#pragma once

#include "tracker-server/api/trk-call-private.h"

/* Each ends with a row without method. */
extern const TrkApiRoute trk_routes_catalogue[];
extern const TrkApiRoute trk_routes_files[];
extern const TrkApiRoute trk_routes_register[];
extern const TrkApiRoute trk_routes_peers[];
extern const TrkApiRoute trk_routes_announce[];
extern const TrkApiRoute trk_routes_bencoded[];
extern const TrkApiRoute trk_routes_marks[];
extern const TrkApiRoute trk_routes_settings[];
extern const TrkApiRoute trk_routes_tokens[];
extern const TrkApiRoute trk_routes_numbers[];
extern const TrkApiRoute trk_routes_metrics[];
extern const TrkApiRoute trk_routes_classic[];
extern const TrkApiRoute trk_routes_docs[];

/* Fields that many queries have: page and per_page. */
#define TRK_PER_PAGE_USUAL 50
#define TRK_PAGES_MAX 1000000
#define TRK_FIELD_PAGE                                                                             \
  {                                                                                                \
    "page", TRK_TYPE_NUMBER, 0, 1, TRK_PAGES_MAX, NULL, NULL, "From 1"                             \
  }
#define TRK_FIELD_PER_PAGE                                                                         \
  {                                                                                                \
    "per_page", TRK_TYPE_NUMBER, 0, 1, TRK_PAGE_MAX, NULL, NULL, "50 unless told"                  \
  }

/* Takes any parameters: the handler reads them itself. */
extern const TrkField trk_any_query[];

/* Where a page begins, and its length. */
uint64_t trk_call_offset (const TrkCall *call);
uint32_t trk_call_per_page (const TrkCall *call);

/* A torrent that this caller may see; else it was answered. */
bool trk_catalogue_sees (TrkCall *call, const TrkTorrent *torrent);

/* Counts of a torrent's swarms. Peers of a hybrid mostly announce both hashes: the larger swarm
 * counts. */
TrkCounts trk_catalogue_counts (TrkApi *api, const TrkTorrent *torrent);

/* An object of trk_object_torrent. */
void trk_catalogue_write (TrkJson *json, const char *name, TrkCall *call,
                          const TrkTorrent *torrent);

/* Asks the store for the torrent of the path's key, or answers that there is none. */
void trk_catalogue_look_up (TrkCall *call, TrkTorrentGot got);

/* Peers in one answer. */
#define TRK_PEERS_SHOWN_MAX 1000
#define TRK_PEERS_SHOWN_USUAL 200

/* An OpenAPI 3.1 document of all routes. (transfer full) */
GBytes *trk_openapi_write (void);
