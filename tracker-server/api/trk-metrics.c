/* trk-metrics.c: numbers for Prometheus (text format 0.0.4). */
#include <string.h>
#include <unistd.h>

#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-objects.h"

#define NAME "shoal_tracker_"

/* One metric without labels. */
static void
put (GString *out, const char *name, const char *type, const char *help, uint64_t value)
{
  g_string_append_printf (
      out, "# HELP " NAME "%s %s\n# TYPE " NAME "%s %s\n" NAME "%s %" G_GUINT64_FORMAT "\n", name,
      help, name, type, name, value);
}

static void
put_gauge (GString *out, const char *name, const char *help, uint64_t value)
{
  put (out, name, "gauge", help, value);
}

static void
put_counter (GString *out, const char *name, const char *help, uint64_t value)
{
  g_autofree char *total = g_strconcat (name, "_total", NULL);

  put (out, total, "counter", help, value);
}

/* --- sources --- */

static void
put_service (GString *out, TrkApi *api)
{
  uint64_t counts[TRK_COUNTS];

  trk_service_counts (api->parts.service, counts);
  for (unsigned i = 0; i < TRK_COUNTS; i++)
    {
      const char *name = trk_service_count_name ((TrkCount) i);

      put_counter (out, name, "Since the start.", counts[i]);
    }
}

static void
put_swarms (GString *out, TrkApi *api)
{
  TrkTotals totals = trk_swarms_totals (api->parts.swarms);

  put_gauge (out, "swarms", "Swarms, empty ones included.", totals.swarms);
  put_gauge (out, "swarms_empty", "Swarms that are kept for their counts alone.", totals.empty);
  put_gauge (out, "seeders", "Peers that have everything.", totals.seeders);
  put_gauge (out, "leechers", "Peers that do not.", totals.leechers);
  put_gauge (out, "marks_in_memory", "Hashes on the lists in memory.",
             trk_lists_count (api->parts.lists));
}

static void
put_store (GString *out, const TrkStoreFigures *figures)
{
  g_string_append (out, "# HELP " NAME "torrents Torrents of the catalogue by state.\n"
                        "# TYPE " NAME "torrents gauge\n");
  for (unsigned state = TRK_MARK_ALLOWED; state <= TRK_MARK_DENIED; state++)
    g_string_append_printf (out, NAME "torrents{state=\"%s\"} %" G_GUINT64_FORMAT "\n",
                            trk_mark_names[state], figures->torrents[state]);
  put_gauge (out, "store_marks", "Hashes that the operator marked.", figures->marks);
  put_gauge (out, "store_completions", "Hashes with a count of completions.", figures->completions);
  put_gauge (out, "store_tokens", "Tokens that are not revoked.", figures->tokens);
  put_gauge (out, "store_bytes", "Length of the database.", figures->db_len);
  put_gauge (out, "store_wal_bytes", "Length of its write-ahead log.", figures->wal_len);
  put_gauge (out, "store_journal_bytes", "Length of the journal.", figures->journal_len);
  put_gauge (out, "store_waiting", "Completions that are not committed yet.", figures->waiting);
  put_counter (out, "store_commits", "Transactions committed.", figures->commits);
  put_counter (out, "store_failed", "Transactions rolled back.", figures->failed);
}

static void
put_api (GString *out, TrkApi *api)
{
  g_string_append (out, "# HELP " NAME "api_answers_total Answers of the API by class.\n"
                        "# TYPE " NAME "api_answers_total counter\n");
  for (unsigned i = 2; i <= 5; i++)
    g_string_append_printf (out, NAME "api_answers_total{class=\"%uxx\"} %" G_GUINT64_FORMAT "\n",
                            i, api->classes[i]);
}

/* Pages, second field of statm. */
static uint64_t
resident_pages (void)
{
  g_autofree char *text = NULL;
  const char *second;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;
  second = strchr (text, ' ');
  return second != NULL ? g_ascii_strtoull (second, NULL, 10) : 0;
}

static uint64_t
open_descriptors (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  uint64_t n = 0;

  if (dir == NULL)
    return 0;
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);
  return n - 1; /* the folder's own */
}

static void
put_server (GString *out, TrkApi *api)
{
  TrkServerFigures figures = { 0 };

  api->parts.figures (api->parts.data, &figures);
  put_gauge (out, "start_time_seconds", "When it started, since 1970.", figures.started_s);
  put_gauge (out, "uptime_seconds", "For how long it runs.", figures.uptime_s);
  put_gauge (out, "http_connections", "HTTP connections open.", figures.connections);
  put_gauge (out, "snapshot_time_seconds", "When the swarms were written last; 0: not yet.",
             figures.snapshot_s);
  put_gauge (out, "backup_time_seconds", "When a backup was made last; 0: not yet.",
             figures.backup_s);
  put_gauge (out, "resident_memory_bytes", "Memory in use.",
             resident_pages () * (uint64_t) sysconf (_SC_PAGESIZE));
  put_gauge (out, "open_fds", "Descriptors open.", open_descriptors ());
}

static void
on_measured (void *data, const TrkProblem *problem, const TrkStoreFigures *figures)
{
  g_autoptr (TrkCall) call = data;
  GString *out;

  if (!trk_call_is_live (call))
    return;
  out = g_string_new (NULL);
  put_server (out, call->api);
  put_service (out, call->api);
  put_swarms (out, call->api);
  put_api (out, call->api);
  put_gauge (out, "store_up", "Whether the database answers.", problem == NULL);
  if (problem == NULL)
    put_store (out, figures);
  trk_call_answer (call, call->route->status, call->route->type, g_string_free_to_bytes (out));
}

static void
metrics (TrkCall *call)
{
  trk_store_measure (call->api->parts.store, on_measured, trk_call_ref (call));
}

const TrkApiRoute trk_routes_metrics[]
    = { { .method = "GET",
          .path = "/metrics",
          .name = "getMetrics",
          .need = TRK_NEEDS_READ_OR_DOOR,
          .status = 200,
          .type = "text/plain; version=0.0.4; charset=utf-8",
          .handle = metrics,
          .help = "Numbers for Prometheus; without a token at the administration's address alone" },
        { .method = NULL } };
