/* cli-transfer-line.c: "[#####   ]  43 %  1.2 GiB/2.8 GiB  ↓ 8.3 MiB/s ↑ 0.4 MiB/s  12 peers  ETA
 * 3 m". */
#include "cli/cli-transfer-line.h"

#include <stdio.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-progress.h"

#define PERIOD_US 100000
#define BAR_MIN 5
#define BAR_MAX 30

void
cli_transfer_line_init (CliTransferLine *line, const CliApp *app)
{
  *line = (CliTransferLine){ .app = app };
  line->wanted = isatty (STDERR_FILENO) && !app->globals.quiet && app->output != CLI_OUTPUT_JSON
                 && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

void
cli_transfer_line_clear (CliTransferLine *line)
{
  if (line->visible)
    fputs ("\r\033[K", stderr);
  line->visible = false;
}

/* --- the parts --- */

static double
part_of (uint64_t done, uint64_t all)
{
  return all > 0 ? (double) done / (double) all : 1;
}

static void
append_amount (GString *text, uint64_t done, uint64_t all)
{
  g_autofree char *here = cli_size_text (done);
  g_autofree char *whole = cli_size_text (all);

  g_string_append_printf (text, "%3u %%  %s/%s", (unsigned) (part_of (done, all) * 100), here,
                          whole);
}

static void
append_rates (GString *text, const CliApp *app, ShoalTorrent *torrent)
{
  g_autofree char *down = cli_size_text (shoal_torrent_get_rate_down (torrent));
  g_autofree char *up = cli_size_text (shoal_torrent_get_rate_up (torrent));
  guint n_peers = shoal_torrent_get_n_peers (torrent);

  g_string_append (text, "  ");
  if (shoal_torrent_get_state (torrent) == SHOAL_TORRENT_STATE_SEEDING)
    g_string_append_printf (text, app->utf8 ? _ ("↑ %s/s") : _ ("up %s/s"), up);
  else
    g_string_append_printf (text, app->utf8 ? _ ("↓ %s/s ↑ %s/s") : _ ("down %s/s up %s/s"), down,
                            up);
  g_string_append (text, "  ");
  g_string_append_printf (text, ngettext ("%u peer", "%u peers", n_peers), n_peers);
}

static void
append_download (GString *text, const CliApp *app, ShoalTorrent *torrent)
{
  uint64_t all = shoal_torrent_get_wanted (torrent);
  uint64_t left = shoal_torrent_get_wanted_left (torrent);
  uint64_t rate = shoal_torrent_get_rate_down (torrent);

  append_amount (text, all - left, all);
  append_rates (text, app, torrent);
  if (rate > 0)
    {
      g_autofree char *eta = cli_duration_text ((double) left / (double) rate);

      g_string_append (text, "  ");
      g_string_append_printf (text, _ ("ETA %s"), eta);
    }
}

static void
append_seeding (GString *text, const CliApp *app, ShoalTorrent *torrent)
{
  uint64_t sent = shoal_torrent_get_uploaded (torrent);
  g_autofree char *size = cli_size_text (sent);

  g_string_append (text, _ ("Seeding"));
  append_rates (text, app, torrent);
  g_string_append (text, "  ");
  g_string_append_printf (text, _ ("%s sent, ratio %.2f"), size,
                          (double) sent / (double) MAX (shoal_torrent_get_wanted (torrent), 1));
}

/* What stands before the bar and behind it; how much of it is full, or below 0 for no bar. */
static double
append_state (GString *before, GString *text, const CliApp *app, ShoalTorrent *torrent)
{
  uint64_t all = shoal_torrent_get_wanted (torrent);

  switch (shoal_torrent_get_state (torrent))
    {
    case SHOAL_TORRENT_STATE_VERIFYING:
      g_string_append (before, _ ("Verifying"));
      g_string_append_c (before, ' ');
      append_amount (text, shoal_torrent_get_verified (torrent), shoal_torrent_get_total (torrent));
      return part_of (shoal_torrent_get_verified (torrent), shoal_torrent_get_total (torrent));
    case SHOAL_TORRENT_STATE_METADATA:
      g_string_append (before, _ ("Metadata"));
      g_string_append_c (before, ' ');
      append_rates (text, app, torrent);
      return shoal_torrent_get_metadata_progress (torrent);
    case SHOAL_TORRENT_STATE_DOWNLOADING:
      append_download (text, app, torrent);
      return part_of (all - shoal_torrent_get_wanted_left (torrent), all);
    case SHOAL_TORRENT_STATE_SEEDING:
      append_seeding (text, app, torrent);
      return -1;
    case SHOAL_TORRENT_STATE_FAULT:
    case SHOAL_TORRENT_STATE_REMOVED:
    default:
      return -1;
    }
}

/* --- the whole --- */

void
cli_transfer_line_show (CliTransferLine *line, ShoalTorrent *torrent)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) whole = g_string_new (NULL);
  int64_t now_us = g_get_monotonic_time ();
  long width = (long) cli_columns (STDERR_FILENO) - 1;
  long room;
  double part;

  if (!line->wanted || (line->visible && now_us - line->shown_us < PERIOD_US))
    return;
  part = append_state (whole, text, line->app, torrent);
  room = width - g_utf8_strlen (whole->str, -1) - g_utf8_strlen (text->str, -1)
         - 3; /* the brackets and a blank */
  if (part >= 0 && room >= BAR_MIN)
    cli_append_bar (whole, line->app, MIN (part, 1), (unsigned) MIN (room, BAR_MAX));
  g_string_append (whole, text->str);
  if (g_utf8_strlen (whole->str, -1) > width)
    g_string_truncate (whole, (gsize) (g_utf8_offset_to_pointer (whole->str, width) - whole->str));
  fprintf (stderr, "\r%s\033[K", whole->str);
  fflush (stderr);
  line->shown_us = now_us;
  line->visible = true;
}
