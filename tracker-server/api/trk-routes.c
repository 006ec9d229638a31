/* trk-routes.c: all routes. */
#include "tracker-server/api/trk-handlers-private.h"

const TrkField trk_any_query[] = { { .name = NULL } };

const TrkApiTable *
trk_route_tables (size_t *n)
{
  static const TrkApiTable tables[]
      = { { trk_routes_catalogue }, { trk_routes_files },    { trk_routes_register },
          { trk_routes_peers },     { trk_routes_announce }, { trk_routes_bencoded },
          { trk_routes_marks },     { trk_routes_settings }, { trk_routes_tokens },
          { trk_routes_numbers },   { trk_routes_metrics },  { trk_routes_classic },
          { trk_routes_docs } };

  *n = G_N_ELEMENTS (tables);
  return tables;
}
