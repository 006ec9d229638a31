/* cli-transfer.c: a session with one torrent, until it has done what was asked. */
#include "cli/cli-transfer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "cli/cli-output.h"
#include "cli/cli-progress.h"
#include "cli/cli-values.h"
#include "client-core/shoal.h"

#define LOOK_MS 100

typedef enum
{
  PHASE_RUNNING,
  PHASE_LEAVING, /* shoal_torrent_remove() was called */
  PHASE_GONE
} Phase;

/* One run. */
typedef struct
{
  const CliTransfer *transfer;
  const CliApp *app;
  GMainLoop *loop;
  ShoalSession *session;
  ShoalTorrent *torrent;
  ShoalTorrentState state; /* told last */
  Phase phase;
  int exit_code;
  double until_ratio;    /* 0: none */
  int64_t seed_until_us; /* 0: not seeding yet, or no limit */
  uint64_t seed_for_us;  /* 0: no limit */
  int64_t start_us;
  bool completed;
  bool line_shown;
} Run;

void
cli_transfer_describe (CliTransferOptions *o, GArray *entries)
{
  cli_option (entries, "port", 0, G_OPTION_ARG_INT, &o->port,
              N_ ("Listen at port N (default: any)"), N_ ("N"));
  cli_option (entries, "bind", 0, G_OPTION_ARG_STRING, &o->bind,
              N_ ("Use that address or network interface alone, for everything"),
              N_ ("ADDRESS|INTERFACE"));
  cli_option (entries, "peer", 0, G_OPTION_ARG_STRING_ARRAY, &o->peers,
              N_ ("Connect to that peer, too (may repeat)"), N_ ("HOST:PORT"));
  cli_option (entries, "no-trackers", 0, G_OPTION_ARG_NONE, &o->no_trackers, N_ ("Ask no tracker"),
              NULL);
  cli_option (entries, "many-per-address", 0, G_OPTION_ARG_NONE, &o->many_per_address,
              N_ ("Let several peers share an address, as in a private network"), NULL);
  cli_option (entries, "seed-ratio", 0, G_OPTION_ARG_STRING, &o->until_ratio,
              N_ ("Seed until so many times the size has been sent"), N_ ("RATIO"));
  cli_option (entries, "seed-for", 0, G_OPTION_ARG_STRING, &o->seed_for,
              N_ ("Seed for that long, such as 90s, 30m or 2h"), N_ ("TIME"));
}

void
cli_transfer_clear (CliTransferOptions *o)
{
  g_free (o->bind);
  g_strfreev (o->peers);
  g_free (o->until_ratio);
  g_free (o->seed_for);
}

/* --- options --- */

static bool
read_options (Run *run)
{
  const CliTransferOptions *o = run->transfer->options;
  char *end;

  if (o->port < 0 || o->port > 65535)
    return cli_fail_usage (run->app, _ ("--port takes a number from 0 to 65535")), false;
  if (o->seed_for != NULL && !cli_parse_duration (o->seed_for, &run->seed_for_us))
    return cli_fail_usage (run->app, _ ("--seed-for takes a time such as 90s, 30m or 2h, not “%s”"),
                           o->seed_for),
           false;
  if (o->until_ratio == NULL)
    return true;
  run->until_ratio = g_ascii_strtod (o->until_ratio, &end);
  if (*end != '\0' || !(run->until_ratio > 0 && run->until_ratio < 1e6))
    return cli_fail_usage (run->app, _ ("--seed-ratio takes a number above 0, not “%s”"),
                           o->until_ratio),
           false;
  return true;
}

/* --- what is said --- */

static void
put_event (const Run *run, const char *event)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  const struct
  {
    const char *name;
    guint64 value;
  } numbers[] = { { "schema", 1 },
                  { "total", shoal_torrent_get_total (run->torrent) },
                  { "left", shoal_torrent_get_left (run->torrent) },
                  { "downloaded", shoal_torrent_get_downloaded (run->torrent) },
                  { "uploaded", shoal_torrent_get_uploaded (run->torrent) },
                  { "rate_down", shoal_torrent_get_rate_down (run->torrent) },
                  { "rate_up", shoal_torrent_get_rate_up (run->torrent) },
                  { "peers", shoal_torrent_get_n_peers (run->torrent) },
                  { "port", shoal_session_get_port (run->session) } };

  json_builder_begin_object (b);
  json_builder_set_member_name (b, "event");
  json_builder_add_string_value (b, event);
  for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      json_builder_set_member_name (b, numbers[i].name);
      json_builder_add_int_value (b, (gint64) numbers[i].value);
    }
  json_builder_end_object (b);
  root = json_builder_get_root (b);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, NULL);
  cli_putf ("%s\n", text);
  fflush (stdout);
}

static void
clear_line (Run *run)
{
  if (run->line_shown)
    fputs ("\r\033[K", stderr);
  run->line_shown = false;
}

static void
say_event (Run *run, const char *event, const char *sentence)
{
  if (run->app->output == CLI_OUTPUT_JSON)
    {
      put_event (run, event);
      return;
    }
  clear_line (run);
  cli_say (run->app, "%s", sentence);
}

static void
show_line (Run *run)
{
  uint64_t total = shoal_torrent_get_total (run->torrent);
  uint64_t here = total - shoal_torrent_get_left (run->torrent);
  g_autofree char *done = cli_size_text (here);
  g_autofree char *all = cli_size_text (total);
  g_autofree char *down = cli_size_text (shoal_torrent_get_rate_down (run->torrent));
  g_autofree char *up = cli_size_text (shoal_torrent_get_rate_up (run->torrent));

  if (!isatty (STDERR_FILENO) || run->app->globals.quiet || run->app->output == CLI_OUTPUT_JSON)
    return;
  fprintf (stderr, "\r%3u %%  %s/%s  ↓ %s/s ↑ %s/s  ", (unsigned) (here * 100 / MAX (total, 1)),
           done, all, down, up);
  fprintf (stderr, ngettext ("%u peer", "%u peers", shoal_torrent_get_n_peers (run->torrent)),
           shoal_torrent_get_n_peers (run->torrent));
  fputs ("\033[K", stderr);
  fflush (stderr);
  run->line_shown = true;
}

/* --- what happens --- */

static void
leave (Run *run, int exit_code)
{
  if (run->phase != PHASE_RUNNING)
    return;
  run->phase = PHASE_LEAVING;
  run->exit_code = exit_code;
  shoal_torrent_remove (run->torrent);
}

static bool
goes_on_seeding (const Run *run)
{
  return run->transfer->seed_after || run->until_ratio > 0 || run->seed_for_us > 0;
}

static void
on_state (Run *run, ShoalTorrentState state)
{
  run->state = state;
  if (state == SHOAL_TORRENT_STATE_FAULT)
    {
      clear_line (run);
      leave (run,
             cli_fail (run->app, CLI_WRITE, "disk", shoal_torrent_get_error (run->torrent)->message,
                       _ ("What was verified is kept. Run the command again when the disk "
                          "can be written.")));
    }
  else if (state == SHOAL_TORRENT_STATE_DOWNLOADING && run->transfer->seed_only)
    leave (run, cli_fail (run->app, CLI_VERIFY, "incomplete", _ ("the content is not complete"),
                          _ ("shoal verify tells what is wrong, shoal download mends it.")));
  else if (state == SHOAL_TORRENT_STATE_DOWNLOADING)
    say_event (run, "downloading", _ ("Downloading"));
  else if (state == SHOAL_TORRENT_STATE_SEEDING && !goes_on_seeding (run))
    {
      say_event (run, "complete", _ ("Complete and verified"));
      leave (run, CLI_OK);
    }
  else if (state == SHOAL_TORRENT_STATE_SEEDING)
    {
      run->seed_until_us
          = run->seed_for_us > 0 ? g_get_monotonic_time () + (int64_t) run->seed_for_us : 0;
      say_event (run, "seeding", _ ("Seeding"));
    }
}

static void
on_changed (ShoalTorrent *torrent, void *data)
{
  Run *run = data;
  ShoalTorrentState state = shoal_torrent_get_state (torrent);

  if (run->phase != PHASE_RUNNING)
    return;
  if (state != run->state)
    on_state (run, state);
  else if (run->app->output == CLI_OUTPUT_JSON)
    put_event (run, "progress");
  else
    show_line (run);
}

static void
on_removed (ShoalTorrent *torrent, void *data)
{
  Run *run = data;

  run->phase = PHASE_GONE;
  g_main_loop_quit (run->loop);
}

/* Whether the seeding has reached what was asked. */
static bool
is_seeded_out (const Run *run)
{
  double sent = (double) shoal_torrent_get_uploaded (run->torrent);

  if (run->state != SHOAL_TORRENT_STATE_SEEDING)
    return false;
  return (run->until_ratio > 0
          && sent >= run->until_ratio * (double) shoal_torrent_get_total (run->torrent))
         || (run->seed_until_us > 0 && g_get_monotonic_time () >= run->seed_until_us);
}

static gboolean
look (void *data)
{
  Run *run = data;

  if (atomic_load (&cli_interrupted) && run->phase == PHASE_RUNNING)
    {
      clear_line (run);
      leave (run, CLI_INCOMPLETE); /* main() turns it into the signal's code */
    }
  else if (run->phase == PHASE_RUNNING && is_seeded_out (run))
    {
      say_event (run, "stopped", _ ("Seeded as long as asked"));
      leave (run, CLI_OK);
    }
  return G_SOURCE_CONTINUE;
}

/* --- the whole --- */

static int
fail_error (const Run *run, const GError *error, int exit_code)
{
  return cli_fail (run->app, exit_code, "session", error->message, NULL);
}

static int
open_session (Run *run)
{
  const CliTransferOptions *o = run->transfer->options;
  g_autoptr (GError) error = NULL;
  g_autofree char *listen = cli_listen_text (o->bind, o->port);

  run->session = shoal_session_new (listen, o->many_per_address, &error);
  return run->session != NULL ? CLI_OK : fail_error (run, error, CLI_NETWORK);
}

static int
add_torrent (Run *run)
{
  const CliTransfer *t = run->transfer;
  g_autoptr (GError) error = NULL;
  ShoalAddFlags flags = (t->options->no_trackers ? SHOAL_ADD_NO_TRACKERS : 0)
                        | (t->preallocate ? SHOAL_ADD_PREALLOCATE : 0);

  run->torrent = shoal_session_add (run->session, bt_metainfo_bytes (t->metainfo), t->folder, NULL,
                                    flags, &error);
  if (run->torrent == NULL)
    return fail_error (run, error, CLI_READ);
  g_signal_connect (run->torrent, "changed", G_CALLBACK (on_changed), run);
  g_signal_connect (run->torrent, "removed", G_CALLBACK (on_removed), run);
  for (char **peer = t->options->peers; peer != NULL && *peer != NULL; peer++)
    if (!shoal_torrent_add_peer (run->torrent, *peer, &error))
      {
        leave (run, fail_error (run, error, CLI_USAGE));
        break;
      }
  return CLI_OK;
}

int
cli_transfer_run (const CliTransfer *transfer)
{
  Run run = { .transfer = transfer, .app = transfer->app };
  guint source;
  int code;

  if (!read_options (&run))
    return CLI_USAGE;
  code = open_session (&run);
  if (code != CLI_OK)
    return code;
  code = add_torrent (&run);
  if (code == CLI_OK)
    {
      run.loop = g_main_loop_new (NULL, FALSE);
      source = g_timeout_add (LOOK_MS, look, &run);
      say_event (&run, "started", _ ("Verifying what is here"));
      g_main_loop_run (run.loop);
      g_source_remove (source);
      g_main_loop_unref (run.loop);
      clear_line (&run);
      code = run.exit_code;
    }
  g_clear_object (&run.torrent);
  g_clear_object (&run.session);
  return code;
}
