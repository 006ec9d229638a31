/* trk-numbers.c: statistics, history and health. */
#include <string.h>

#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-objects.h"
#include "tracker-server/store/trk-store-history.h"

#define SAMPLES_MAX 2000

/* --- statistics --- */

static void
write_activity (TrkJson *json, TrkApi *api)
{
  uint64_t counts[TRK_COUNTS];

  trk_service_counts (api->parts.service, counts);
  trk_json_number (json, "announces",
                   counts[TRK_COUNT_ANNOUNCES_HTTP] + counts[TRK_COUNT_ANNOUNCES_UDP]);
  trk_json_number (json, "scrapes", counts[TRK_COUNT_SCRAPES_HTTP] + counts[TRK_COUNT_SCRAPES_UDP]);
}

static void
write_swarms (TrkJson *json, TrkApi *api)
{
  TrkTotals totals = trk_swarms_totals (api->parts.swarms);

  trk_json_number (json, "swarms", totals.swarms);
  trk_json_number (json, "peers", totals.seeders + totals.leechers);
  trk_json_number (json, "seeders", totals.seeders);
  trk_json_number (json, "leechers", totals.leechers);
  trk_json_number (json, "completed", totals.completed);
}

static TrkServerFigures
figures_of (TrkApi *api)
{
  TrkServerFigures figures = { 0 };

  api->parts.figures (api->parts.data, &figures);
  return figures;
}

static void
on_measured (void *data, const TrkProblem *problem, const TrkStoreFigures *measured)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };
  TrkServerFigures figures;

  if (trk_call_troubled (call, problem))
    return;
  figures = figures_of (call->api);
  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_text (&json, "name", call->api->parts.settings->name);
  trk_json_text (&json, "version", SHOAL_PACKAGE_VERSION);
  trk_json_number (&json, "started_at", figures.started_s);
  trk_json_number (&json, "uptime", figures.uptime_s);
  trk_json_number (&json, "torrents", measured->torrents[TRK_MARK_ALLOWED]);
  write_swarms (&json, call->api);
  write_activity (&json, call->api);
  trk_json_number (&json, "connections", figures.connections);
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

static void
stats (TrkCall *call)
{
  trk_store_measure (call->api->parts.store, on_measured, trk_call_ref (call));
}

/* --- health --- */

static void
on_alive (void *data, const TrkProblem *problem, const char *value)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };

  if (trk_call_troubled (call, problem))
    return;
  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_text (&json, "status", "ok");
  trk_json_number (&json, "uptime", figures_of (call->api).uptime_s);
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

/* Any read will do that is quick. */
static void
health (TrkCall *call)
{
  trk_store_setting_get (call->api->parts.store, "tracker.name", on_alive, trk_call_ref (call));
}

/* --- history --- */

static void
on_read (void *data, const TrkProblem *problem, const TrkSample *samples, size_t n)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };

  if (trk_call_troubled (call, problem))
    return;
  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_text (&json, "span", trk_span_names[trk_call_choice (call, "span", TRK_SPAN_MINUTE)]);
  trk_json_open_array (&json, "samples");
  for (size_t i = 0; i < n; i++)
    {
      trk_json_open_object (&json, NULL);
      trk_json_signed (&json, "at", samples[i].at);
      for (unsigned k = 0; k < TRK_MEASURES; k++)
        trk_json_number (&json, trk_measure_name ((TrkMeasure) k), samples[i].values[k]);
      trk_json_close_object (&json);
    }
  trk_json_close_array (&json);
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

static void
history (TrkCall *call)
{
  trk_store_history_read (
      call->api->parts.store, (TrkSpan) trk_call_choice (call, "span", TRK_SPAN_MINUTE),
      trk_call_number (call, "from", 0), trk_call_number (call, "until", INT64_MAX / 2),
      (uint32_t) trk_call_number (call, "limit", SAMPLES_MAX), on_read, trk_call_ref (call));
}

/* --- the table --- */

static const TrkField history_query[]
    = { { "span", TRK_TYPE_TEXT, 0, 0, 16, trk_span_names, NULL,
          "Of a sample; minutes unless told" },
        { "from", TRK_TYPE_NUMBER, 0, 0, INT64_MAX / 2, NULL, NULL, "Seconds since 1970" },
        { "until", TRK_TYPE_NUMBER, 0, 0, INT64_MAX / 2, NULL, NULL, "Without it" },
        { "limit", TRK_TYPE_NUMBER, 0, 1, SAMPLES_MAX, NULL, NULL, "The newest ones" },
        { .name = NULL } };

#define STATS(at, id)                                                                              \
  {                                                                                                \
    .method = "GET", .path = at, .name = id, .status = 200, .type = "application/json",            \
    .output = &trk_object_stats, .handle = stats, .help = "Numbers for people"                     \
  }
#define HEALTH(at, id)                                                                             \
  {                                                                                                \
    .method = "GET", .path = at, .name = id, .status = 200, .type = "application/json",            \
    .output = &trk_object_health, .handle = health, .help = "Whether the tracker works"            \
  }

const TrkApiRoute trk_routes_numbers[] = { STATS ("/api/v1/stats", "getStats"),
                                           STATS ("/stats", "getStatsClassic"),
                                           HEALTH ("/api/v1/health", "getHealth"),
                                           HEALTH ("/health", "getHealthClassic"),
                                           { .method = "GET",
                                             .path = "/api/v1/history",
                                             .name = "getHistory",
                                             .query = history_query,
                                             .status = 200,
                                             .type = "application/json",
                                             .output = &trk_object_history,
                                             .others = { 400 },
                                             .handle = history,
                                             .help = "What graphs are drawn of" },
                                           { .method = NULL } };
