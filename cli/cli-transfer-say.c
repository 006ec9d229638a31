/* cli-transfer-say.c: see cli-transfer-run.h. */
#include "cli/cli-transfer-run.h"

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-progress.h"
#include "protocol/torrent/bt-metainfo.h"

void
cli_transfer_event (const CliTransferRun *run, const char *event, const CliEventText *texts)
{
  if (run->app->output == CLI_OUTPUT_JSON)
    cli_transfer_put_event (event, texts, run->session, run->torrent, run->start_us);
}

void
cli_transfer_say (CliTransferRun *run, const char *sentence)
{
  if (run->app->output == CLI_OUTPUT_JSON)
    return;
  cli_transfer_line_clear (&run->line);
  cli_say (run->app, "%s", sentence);
}

int
cli_transfer_fail (CliTransferRun *run, int exit_code, const char *code, const char *message,
                   const char *hint)
{
  cli_transfer_line_clear (&run->line);
  if (run->app->output != CLI_OUTPUT_JSON)
    return cli_fail (run->app, exit_code, code, message, hint);
  cli_transfer_put_error (code, message, hint);
  return exit_code;
}

/* "1.2 GiB in 3 m 5 s, 8.3 MiB/s" */
void
cli_transfer_say_complete (CliTransferRun *run)
{
  uint64_t got = shoal_torrent_get_downloaded (run->torrent);
  double seconds = (double) (g_get_monotonic_time () - run->start_us) / G_USEC_PER_SEC;
  g_autofree char *all = cli_size_text (shoal_torrent_get_wanted (run->torrent));
  g_autofree char *fetched = cli_size_text (got);
  g_autofree char *rate = cli_size_text ((uint64_t) ((double) got / MAX (seconds, 0.001)));
  g_autofree char *time = cli_duration_text (seconds);
  g_autofree char *text
      = got == 0 ? g_strdup_printf (_ ("Complete and verified: %s, all of which was here"), all)
                 : g_strdup_printf (_ ("Complete and verified: %s, of which %s came in %s (%s/s)"),
                                    all, fetched, time, rate);

  cli_transfer_say (run, text);
}

/* "“Holiday”, 1.2 GiB in 7 files" */
void
cli_transfer_say_metadata (CliTransferRun *run, const char *output)
{
  uint64_t n = bt_metainfo_n_real_files (run->metainfo);
  g_autofree char *name = cli_clean (shoal_torrent_get_name (run->torrent));
  g_autofree char *size = cli_size_text (bt_metainfo_content_size (run->metainfo));
  g_autofree char *text
      = g_strdup_printf (g_dngettext (NULL, "“%s”, %s in %llu file", "“%s”, %s in %llu files", n),
                         name, size, (unsigned long long) n);

  cli_transfer_say (run, text);
  if (output != NULL && run->app->output != CLI_OUTPUT_JSON)
    cli_say (run->app, _ ("Written to “%s”"), output);
}

void
cli_transfer_say_renamed (CliTransferRun *run, unsigned number, const char *path)
{
  g_autofree char *clean = cli_clean (path);
  g_autofree char *text = g_strdup_printf (_ ("File %u is “%s”"), number, clean);

  cli_transfer_say (run, text);
  if (run->app->output == CLI_OUTPUT_JSON)
    cli_transfer_put_renamed (number, path, run->session, run->torrent, run->start_us);
}

void
cli_transfer_say_shared (CliTransferRun *run)
{
  uint64_t sent = shoal_torrent_get_uploaded (run->torrent);
  uint64_t all = shoal_torrent_get_wanted (run->torrent);
  g_autofree char *size = cli_size_text (sent);
  g_autofree char *time
      = cli_duration_text ((double) (g_get_monotonic_time () - run->start_us) / G_USEC_PER_SEC);
  g_autofree char *text = g_strdup_printf (_ ("Sent %s in %s, share ratio %.2f"), size, time,
                                           (double) sent / (double) MAX (all, 1));

  if (sent > 0 || (run->transfer->seed_only && g_strcmp0 (run->reason, "error") != 0))
    cli_transfer_say (run, text);
}

/* Trackers are asked again and again; each of their sentences is told once. */
void
cli_transfer_say_tracker (ShoalTorrent *torrent, const char *url, const char *message,
                          gboolean failed, void *data)
{
  CliTransferRun *run = data;
  const CliEventText texts[] = { { "url", url },
                                 { "message", message },
                                 { "kind", failed ? "failure" : "warning" },
                                 { NULL, NULL } };
  g_autofree char *sentence = g_strdup_printf ("%s\n%s", url, message);

  if (run->phase != CLI_TRANSFER_RUNNING
      || !g_hash_table_add (run->told, g_steal_pointer (&sentence)))
    return;
  cli_transfer_event (run, "tracker", texts);
  if (run->app->output == CLI_OUTPUT_JSON)
    return;
  cli_transfer_line_clear (&run->line);
  cli_warn (run->app, _ ("tracker “%s”: %s"), url, message);
}
