/* cli-progress.c: drawing the line; its width follows the terminal. */
#include "cli/cli-progress.h"

#include <stdio.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"

#define QUIET_US 500000
#define PERIOD_US 100000

void
cli_append_bar (GString *line, const CliApp *app, double part, unsigned cells)
{
  static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
  unsigned units = (unsigned) (part * cells * 8);

  g_string_append_c (line, '[');
  for (unsigned i = 0; i < units / 8; i++)
    g_string_append (line, app->utf8 ? "█" : "#");
  if (app->utf8)
    g_string_append (line, eighths[units % 8]);
  for (unsigned i = units / 8 + (app->utf8 && units % 8 > 0); i < cells; i++)
    g_string_append_c (line, ' ');
  g_string_append (line, "] ");
}

char *
cli_duration_text (double seconds)
{
  uint64_t s = (uint64_t) (seconds + 0.5);

  if (s < 60)
    return g_strdup_printf (_ ("%u s"), (unsigned) s);
  if (s < 3600)
    return g_strdup_printf (_ ("%u m %u s"), (unsigned) (s / 60), (unsigned) (s % 60));
  return g_strdup_printf (_ ("%u h %u m"), (unsigned) (s / 3600), (unsigned) (s / 60 % 60));
}

static void
append_hashing (GString *line, const CliProgress *self, const BtfProgress *p, double seconds)
{
  double part = p->total > 0 ? (double) p->done / (double) p->total : 0;
  double rate = seconds > 0 ? (double) p->done / seconds : 0;
  g_autofree char *done = cli_size_text (p->done);
  g_autofree char *total = cli_size_text (p->total);
  g_autofree char *rate_text = cli_size_text ((uint64_t) rate);
  g_autofree char *left = cli_duration_text (rate > 0 ? (double) (p->total - p->done) / rate : 0);

  cli_append_bar (line, self->app, part, cli_columns (STDERR_FILENO) > 90 ? 24 : 10);
  g_string_append_printf (line, "%3u %%  %s/%s  %s/s  ", (unsigned) (part * 100), done, total,
                          rate_text);
  g_string_append_printf (line, _ ("ETA %s"), left);
}

static void
draw (void *data, const BtfProgress *p)
{
  CliProgress *self = data;
  int64_t now = g_get_monotonic_time ();
  double seconds = (double) (now - self->start_us) / G_USEC_PER_SEC;
  g_autoptr (GString) line = NULL;

  if (now - self->start_us < QUIET_US || now - self->shown_us < PERIOD_US)
    return;
  line = g_string_new (self->what);
  g_string_append_c (line, ' ');
  if (p->stage == BTF_STAGE_WALK)
    g_string_append_printf (line, _ ("%llu files found"), (unsigned long long) p->files);
  else
    append_hashing (line, self, p, seconds);
  if (g_utf8_strlen (line->str, -1) >= cli_columns (STDERR_FILENO))
    g_string_truncate (
        line, (gsize) (g_utf8_offset_to_pointer (line->str, cli_columns (STDERR_FILENO) - 1)
                       - line->str));
  fprintf (stderr, "\r%s\033[K", line->str);
  fflush (stderr);
  self->shown_us = now;
  self->visible = true;
}

void
cli_progress_init (CliProgress *progress, const CliApp *app, const char *what, BtfControl *control)
{
  *progress = (CliProgress){ .app = app, .what = what, .start_us = g_get_monotonic_time () };
  *control = (BtfControl){ .cancel = &cli_interrupted };
  if (isatty (STDERR_FILENO) && !app->globals.quiet && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0)
    {
      control->progress = draw;
      control->data = progress;
    }
}

void
cli_progress_end (CliProgress *progress)
{
  if (progress->visible)
    fputs ("\r\033[K", stderr);
  progress->visible = false;
}
