/* trk-server-figures.c: what the server says of itself: statistics, a line of status. */
#include <unistd.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-server-private.h"

#define US_PER_S 1000000u

static uint64_t
uptime_s (const TrkServer *self)
{
  return (btio_reactor_now_us (self->reactor) - self->started_us) / US_PER_S;
}

void
trk_server_figures (void *data, TrkServerFigures *figures)
{
  TrkServer *self = data;

  *figures
      = (TrkServerFigures){ .started_s = (uint64_t) self->started_s, .uptime_s = uptime_s (self) };
  if (self->fronts != NULL)
    figures->connections = trk_fronts_connections (self->fronts);
  if (self->jobs != NULL)
    {
      figures->snapshot_s = trk_jobs_snapshot_s (self->jobs);
      figures->backup_s = trk_jobs_backup_s (self->jobs);
    }
}

static void
add_number (JsonBuilder *b, const char *name, uint64_t value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_int_value (b, (gint64) value);
}

static void
add_urls (TrkServer *self, JsonBuilder *b, const char *name, bool admin)
{
  g_auto (GStrv) urls = trk_fronts_urls (self->fronts, admin);

  json_builder_set_member_name (b, name);
  json_builder_begin_array (b);
  for (char **url = urls; *url != NULL; url++)
    json_builder_add_string_value (b, *url);
  json_builder_end_array (b);
}

static void
add_totals (TrkServer *self, JsonBuilder *b)
{
  TrkTotals totals = trk_swarms_totals (self->swarms);

  add_number (b, "swarms", totals.swarms - totals.empty);
  add_number (b, "seeders", totals.seeders);
  add_number (b, "leechers", totals.leechers);
  add_number (b, "peers", totals.seeders + totals.leechers);
  add_number (b, "completed", totals.completed);
}

static void
add_counts (TrkServer *self, JsonBuilder *b)
{
  uint64_t counts[TRK_COUNTS];

  trk_service_counts (self->service, counts);
  json_builder_set_member_name (b, "counts");
  json_builder_begin_object (b);
  for (unsigned i = 0; i < TRK_COUNTS; i++)
    add_number (b, trk_service_count_name ((TrkCount) i), counts[i]);
  json_builder_end_object (b);
}

/* Settings that the API changed, with the value that the configuration has. */
static void
add_changed (TrkServer *self, JsonBuilder *b)
{
  GHashTableIter iter;
  void *name;
  void *value;

  json_builder_set_member_name (b, "changed");
  json_builder_begin_object (b);
  g_hash_table_iter_init (&iter, self->kept);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      json_builder_set_member_name (b, name);
      json_builder_add_string_value (b, value);
    }
  json_builder_end_object (b);
}

void
trk_server_describe (void *data, JsonBuilder *b)
{
  TrkServer *self = data;
  TrkServerFigures figures;

  trk_server_figures (self, &figures);
  add_number (b, "pid", (uint64_t) getpid ());
  json_builder_set_member_name (b, "version");
  json_builder_add_string_value (b, SHOAL_PACKAGE_VERSION);
  add_number (b, "started_at", figures.started_s);
  add_number (b, "uptime", figures.uptime_s);
  add_urls (self, b, "listen", false);
  add_urls (self, b, "admin", true);
  add_totals (self, b);
  add_number (b, "connections", figures.connections);
  add_number (b, "snapshot_at", figures.snapshot_s);
  add_number (b, "backup_at", figures.backup_s);
  add_counts (self, b);
  add_changed (self, b);
}

char *
trk_server_status (void *data)
{
  TrkServer *self = data;
  TrkTotals totals = trk_swarms_totals (self->swarms);
  uint64_t counts[TRK_COUNTS];

  trk_service_counts (self->service, counts);
  return g_strdup_printf (
      _ ("%lu torrents, %lu seeders, %lu leechers, %lu announces"),
      (unsigned long) (totals.swarms - totals.empty), (unsigned long) totals.seeders,
      (unsigned long) totals.leechers,
      (unsigned long) (counts[TRK_COUNT_ANNOUNCES_HTTP] + counts[TRK_COUNT_ANNOUNCES_UDP]));
}
