/* cli-transfer.c: a session with one torrent, until it has done what was asked.
 *
 *     started -> verifying -> downloading -> complete -> seeding -> stopped
 *
 * Each of them is said once, on stderr or as an event, and nothing comes behind "stopped". */
#include "cli/cli-transfer-run.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-rename.h"
#include "cli/cli-torrent.h"
#include "cli/cli-transfer-metadata.h"
#include "cli/cli-transfer-port.h"
#include "cli/cli-values.h"
#include "protocol/core/bt-digest.h"
#include "protocol/files/btf-names.h"

#define LOOK_MS 100

/* Without a peer for so long, a person wonders. */
#define LONELY_US (5 * G_USEC_PER_SEC)

static void
on_port (ShoalSession *session, GParamSpec *property, void *data)
{
  CliTransferRun *run = data;

  if (run->phase != CLI_TRANSFER_RUNNING || run->torrent == NULL)
    return;
  cli_transfer_line_clear (&run->line);
  cli_transfer_tell_port (run->app, session, run->torrent, run->start_us, &run->told_port);
}

/* The transfer goes on. */
static void
on_warning (ShoalTorrent *torrent, const char *message, void *data)
{
  CliTransferRun *run = data;

  cli_transfer_line_clear (&run->line);
  cli_transfer_event (run, "warning",
                      (const CliEventText[]){ { "message", message }, { NULL, NULL } });
  cli_warn (run->app, "%s", message);
}

/* --- the end --- */

static void
leave (CliTransferRun *run, const char *reason, int exit_code)
{
  if (run->phase != CLI_TRANSFER_RUNNING)
    return;
  run->phase = CLI_TRANSFER_LEAVING;
  run->reason = reason;
  run->exit_code = exit_code;
  shoal_torrent_remove (run->torrent);
}

static void
quit_when_over (CliTransferRun *run)
{
  if (run->phase == CLI_TRANSFER_GONE && run->hook == NULL && run->n_renaming == 0)
    g_main_loop_quit (run->loop);
}

static void
on_removed (ShoalTorrent *torrent, void *data)
{
  CliTransferRun *run = data;

  run->phase = CLI_TRANSFER_GONE;
  quit_when_over (run);
}

/* --- complete --- */

static void
on_hook_ended (void *owner, const char *problem)
{
  CliTransferRun *run = owner;
  g_autofree char *text = NULL;

  g_clear_pointer (&run->hook, cli_hook_free);
  if (problem != NULL)
    {
      text = g_strdup_printf (_ ("the command of --on-complete has failed: %s"), problem);
      (void) cli_transfer_fail (run, CLI_FAILED, "on-complete", text,
                                NULL); /* the files are there */
      run->exit_code = CLI_FAILED;
    }
  quit_when_over (run);
}

/* The file, which may be called otherwise than the torrent, or the folder. (transfer full) */
static char *
path_of (const CliTransferRun *run, const char *folder)
{
  BtfPlace place;
  g_autoptr (GListModel) files = NULL;
  g_autoptr (ShoalFile) file = NULL;
  g_autofree char *full = NULL;

  btf_place_init (&place, folder);
  if (!bt_metainfo_is_single_file (run->metainfo))
    return g_build_filename (folder, btf_names_top (run->metainfo, &place), NULL);
  files = shoal_torrent_dup_files (run->torrent);
  file = g_list_model_get_item (files, 0);
  full = shoal_file_dup_full_path (file);
  return g_canonicalize_filename (full, NULL);
}

static void
start_hook (CliTransferRun *run)
{
  const BtMetainfo *m = run->metainfo;
  const uint8_t *v1 = bt_metainfo_info_hash_v1 (m);
  g_autofree char *hash = v1 != NULL ? cli_hex (v1, BT_SHA1_LEN)
                                     : cli_hex (bt_metainfo_info_hash_v2 (m), BT_SHA256_LEN);
  g_autofree char *folder = g_canonicalize_filename (run->transfer->folder, NULL);
  g_autofree char *path = path_of (run, folder);
  const CliHookFacts facts
      = { .path = path, .folder = folder, .name = bt_metainfo_name (m), .info_hash = hash };

  if (run->transfer->on_complete != NULL)
    run->hook = cli_hook_run (run->transfer->on_complete, &facts, on_hook_ended, run);
}

static bool
goes_on_seeding (const CliTransferRun *run)
{
  return run->transfer->seed_after || run->limits.until_ratio > 0 || run->limits.seed_for_us > 0;
}

static void
on_all_here (CliTransferRun *run)
{
  if (!run->transfer->seed_only)
    {
      cli_transfer_event (run, "complete", NULL);
      cli_transfer_say_complete (run);
      start_hook (run);
    }
  if (!goes_on_seeding (run))
    {
      leave (run, "complete", CLI_OK);
      return;
    }
  cli_transfer_line_clear (&run->line);
  cli_transfer_tell_seeding (run->app, run->session, run->torrent, run->start_us);
}

/* --- what happens --- */

static int
fail_fault (CliTransferRun *run)
{
  const GError *error = shoal_torrent_get_error (run->torrent);

  if (run->metainfo == NULL)
    return cli_transfer_fail (run, CLI_READ, "metadata", error->message, NULL);
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_IN_USE))
    return cli_transfer_fail (
        run, CLI_WRITE, "in-use", error->message,
        _ ("Wait until the other has ended, or stop it, or choose another folder."));
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_NO_SPACE))
    return cli_transfer_fail (run, CLI_NO_SPACE, "no-space", error->message,
                              _ ("What was verified is kept. Free some space, then run the command "
                                 "again."));
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_CHANGED))
    return cli_transfer_fail (
        run, CLI_VERIFY, "changed", error->message,
        _ ("Bring the file back as it was, or create a new torrent of what it "
           "is now."));
  return cli_transfer_fail (run, CLI_WRITE, "disk", error->message,
                            _ ("What was verified is kept. Run the command again when the disk "
                               "can be written."));
}

/* Something lacks. What is there already may lie where nothing new can be made. */
static void
on_lacks (CliTransferRun *run)
{
  const char *folder = run->transfer->folder;
  g_autofree char *there = g_build_filename (folder, shoal_torrent_get_name (run->torrent), NULL);
  g_autoptr (GError) error = NULL;

  if (access (access (there, F_OK) == 0 ? there : folder, W_OK) != 0)
    {
      error = shoal_error_new_problem (BT_ERROR_WRITE, errno, BT_NOWHERE, BT_NOWHERE, NULL, there);
      leave (run, "error", cli_transfer_fail (run, CLI_WRITE, "write", error->message, NULL));
      return;
    }
  cli_transfer_event (run, "downloading", NULL);
  cli_transfer_say (run, _ ("Downloading"));
}

static void
on_state (CliTransferRun *run, ShoalTorrentState state)
{
  run->state = state;
  run->state_us = run->got_us = g_get_monotonic_time ();
  if (state == SHOAL_TORRENT_STATE_FAULT)
    leave (run, "error", fail_fault (run));
  else if (state == SHOAL_TORRENT_STATE_DOWNLOADING && run->transfer->seed_only)
    leave (run, "error",
           cli_transfer_fail (run, CLI_VERIFY, "incomplete", _ ("the content is not complete"),
                              _ ("shoal verify tells what is wrong, shoal download mends it.")));
  else if (state == SHOAL_TORRENT_STATE_DOWNLOADING)
    on_lacks (run);
  else if (state == SHOAL_TORRENT_STATE_METADATA && run->metainfo != NULL)
    cli_transfer_say (run, _ ("Looking for the piece layers"));
  else if (state == SHOAL_TORRENT_STATE_SEEDING)
    on_all_here (run);
}

static const char *
progress_event (ShoalTorrentState state)
{
  if (state == SHOAL_TORRENT_STATE_METADATA)
    return "seeking";
  return state == SHOAL_TORRENT_STATE_VERIFYING ? "verifying" : "progress";
}

static void
on_changed (ShoalTorrent *torrent, void *data)
{
  CliTransferRun *run = data;
  ShoalTorrentState state = shoal_torrent_get_state (torrent);

  if (run->phase != CLI_TRANSFER_RUNNING)
    return;
  if (state == SHOAL_TORRENT_STATE_SEEDING && run->n_renaming > 0)
    return; /* it is complete when the files are called as they are to be */
  if (state != run->state)
    on_state (run, state);
  else
    cli_transfer_event (run, progress_event (state), NULL);
  if (run->phase == CLI_TRANSFER_RUNNING)
    cli_transfer_line_show (&run->line, torrent);
}

/* --- names --- */

static int
fail_rename (CliTransferRun *run, unsigned number, const GError *error)
{
  g_autofree char *text
      = g_strdup_printf (_ ("file %u cannot be renamed: %s"), number, error->message);

  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_INVALID))
    return cli_transfer_fail (run, CLI_USAGE, "usage", text, NULL);
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_NO_SPACE))
    return cli_transfer_fail (run, CLI_NO_SPACE, "no-space", text, NULL);
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_EXISTS))
    return cli_transfer_fail (run, CLI_WRITE, "exists", text,
                              _ ("Choose another name, or take away what lies there."));
  return cli_transfer_fail (run, CLI_WRITE, "write", text, NULL);
}

static void
on_renamed (void *owner, unsigned number, const char *path, const GError *error)
{
  CliTransferRun *run = owner;

  run->n_renaming--;
  if (run->phase != CLI_TRANSFER_RUNNING)
    quit_when_over (run);
  else if (error != NULL)
    leave (run, "error", fail_rename (run, number, error));
  else
    {
      cli_transfer_say_renamed (run, number, path);
      on_changed (run->torrent, run);
    }
}

/* --- what a magnet stands for --- */

/* A magnet, for what its metadata says. */
static bool
waits (const CliTransfer *t)
{
  return t->metainfo == NULL
         && (cli_select_is_given (&t->selection) || t->renames != NULL || t->stop_on_metadata);
}

/* @priorities: NULL wants what the link does. */
static void
begin_chosen (CliTransferRun *run, GBytes *priorities)
{
  shoal_torrent_choose (run->torrent, priorities);
  run->n_renaming = cli_rename_start (run->transfer->renames, run->torrent, on_renamed, run);
}

/* Of a .torrent that lacked them. */
static void
on_layers (CliTransferRun *run)
{
  cli_transfer_line_clear (&run->line);
  cli_transfer_event (run, "metadata",
                      (const CliEventText[]){ { "name", shoal_torrent_get_name (run->torrent) },
                                              { "torrent", NULL },
                                              { NULL, NULL } });
}

/* What a magnet stands for is known. */
static void
on_metadata (ShoalTorrent *torrent, void *data)
{
  CliTransferRun *run = data;
  const CliTransfer *t = run->transfer;
  g_autofree char *output = NULL;
  g_autoptr (GBytes) priorities = NULL;
  int code;

  if (run->phase != CLI_TRANSFER_RUNNING)
    return;
  if (run->metainfo != NULL)
    {
      on_layers (run);
      return;
    }
  cli_transfer_line_clear (&run->line);
  code = cli_transfer_read_metadata (t, torrent, &run->metainfo);
  if (code == CLI_OK && t->stop_on_metadata)
    code = cli_transfer_write_torrent (t, torrent, &output);
  if (code == CLI_OK && !cli_select_priorities (t->app, &t->selection, run->metainfo, &priorities))
    code = CLI_USAGE;
  if (code == CLI_OK && !cli_rename_check (t->app, t->renames, run->metainfo))
    code = CLI_USAGE;
  if (code != CLI_OK)
    {
      leave (run, "error", code);
      return;
    }
  cli_transfer_event (run, "metadata",
                      (const CliEventText[]){ { "name", shoal_torrent_get_name (torrent) },
                                              { "torrent", output },
                                              { NULL, NULL } });
  if (t->stop_on_metadata)
    leave (run, "metadata", CLI_OK);
  else if (waits (t))
    begin_chosen (run, priorities);
  cli_transfer_say_metadata (run, output);
}

/* --- the clock --- */

/* Why the seeding has reached what was asked, or NULL. */
static const char *
seeded_out (const CliTransferRun *run)
{
  double sent = (double) shoal_torrent_get_uploaded (run->torrent);
  double all = (double) MAX (shoal_torrent_get_wanted (run->torrent), 1);

  if (run->state != SHOAL_TORRENT_STATE_SEEDING)
    return NULL;
  if (run->limits.until_ratio > 0 && sent >= run->limits.until_ratio * all)
    return "ratio";
  if (run->limits.seed_for_us > 0
      && g_get_monotonic_time () - run->state_us >= (int64_t) run->limits.seed_for_us)
    return "time";
  return NULL;
}

/* Whether something has come since it was last asked. */
static bool
has_moved (CliTransferRun *run)
{
  uint64_t downloaded = shoal_torrent_get_downloaded (run->torrent);
  double metadata = shoal_torrent_get_metadata_progress (run->torrent);
  bool moved = downloaded != run->downloaded || metadata > run->metadata;

  run->downloaded = downloaded;
  run->metadata = metadata;
  return moved;
}

static int
fail_patience (CliTransferRun *run)
{
  const char *hint = _ ("What was verified is kept. The same command goes on from there.");

  if (run->transfer->nobody_named)
    return cli_transfer_fail (run, CLI_INCOMPLETE, "timeout",
                              _ ("nobody has come by, and there was nobody to ask"),
                              _ ("--tracker and --peer name who to ask."));
  return cli_transfer_fail (run, CLI_INCOMPLETE, "timeout", _ ("nothing has come for too long"),
                            run->metainfo != NULL ? hint : NULL);
}

/* A download that gets nothing: a person is told, and one that has a limit to patience ends. */
static void
look_at_download (CliTransferRun *run)
{
  int64_t now_us = g_get_monotonic_time ();
  uint64_t patience_us = run->transfer->patience_us;

  if (run->state != SHOAL_TORRENT_STATE_DOWNLOADING && run->state != SHOAL_TORRENT_STATE_METADATA)
    return;
  if (has_moved (run))
    run->got_us = now_us;
  if (!run->loneliness_told && shoal_torrent_get_n_peers (run->torrent) == 0
      && now_us - run->got_us >= LONELY_US)
    {
      run->loneliness_told = true;
      cli_transfer_say (run, _ ("Waiting for peers"));
      if (run->transfer->nobody_named)
        on_warning (run->torrent,
                    _ ("neither a tracker nor a peer is named, so that only those who connect to "
                       "this program can help; --tracker and --peer name who to ask"),
                    run);
    }
  if (patience_us > 0 && now_us - run->got_us >= (int64_t) patience_us)
    leave (run, "timeout", fail_patience (run));
}

static gboolean
look (void *data)
{
  CliTransferRun *run = data;
  const char *reason = seeded_out (run);
  bool verifying = run->state == SHOAL_TORRENT_STATE_VERIFYING;

  if (atomic_load (&cli_interrupted) && run->hook != NULL)
    cli_hook_stop (run->hook);
  if (run->phase != CLI_TRANSFER_RUNNING)
    return G_SOURCE_CONTINUE;
  if (atomic_load (&cli_interrupted))
    leave (run, "signal", CLI_INCOMPLETE); /* main() turns it into the signal's code */
  else if (reason != NULL)
    leave (run, reason, run->exit_code);
  else if (verifying)
    cli_transfer_line_show (&run->line, run->torrent); /* at once, not with the first picture */
  else
    look_at_download (run);
  return G_SOURCE_CONTINUE;
}

/* --- the whole --- */

static int
open_session (CliTransferRun *run)
{
  const CliTransferOptions *o = run->transfer->options;
  g_autofree char *listen = cli_listen_text (o->bind, o->port);
  g_autofree char *state = g_build_filename (g_get_user_state_dir (), "shoal", NULL);
  g_autoptr (GError) error = NULL;

  run->session = shoal_session_new (listen, o->many_per_address, &error);
  if (run->session == NULL)
    return cli_transfer_fail (run, CLI_NETWORK, "session", error->message, NULL);
  shoal_session_set_port_mapping (run->session, !o->no_port_mapping);
  shoal_session_set_state_folder (run->session, state);
  shoal_session_set_encryption (run->session, run->limits.encryption);
  shoal_session_set_limits (run->session, run->limits.down_Bps, run->limits.up_Bps);
  return CLI_OK;
}

static ShoalAddFlags
flags_of (const CliTransfer *t)
{
  return (t->options->no_trackers ? SHOAL_ADD_NO_TRACKERS : 0)
         | (t->options->super_seed ? SHOAL_ADD_SUPER_SEED : 0)
         | (t->options->trust_resume ? SHOAL_ADD_TRUST_RESUME : 0)
         | (t->seed_only ? SHOAL_ADD_READ_ONLY : 0) | (t->preallocate ? SHOAL_ADD_PREALLOCATE : 0)
         | (t->sequential ? SHOAL_ADD_SEQUENTIAL : 0) | (waits (t) ? SHOAL_ADD_CHOOSE : 0);
}

static int
add_torrent (CliTransferRun *run)
{
  const CliTransfer *t = run->transfer;
  g_autoptr (GError) error = NULL;

  if (t->metainfo == NULL)
    run->torrent
        = shoal_session_add_magnet (run->session, t->magnet, t->folder, flags_of (t), &error);
  else if (t->hashed != NULL)
    run->torrent = shoal_session_add_hashed (run->session, bt_metainfo_bytes (t->metainfo),
                                             t->folder, t->hashed, flags_of (t), &error);
  else
    run->torrent = shoal_session_add (run->session, bt_metainfo_bytes (t->metainfo), t->folder,
                                      t->priorities, flags_of (t), &error);
  if (run->torrent == NULL)
    return cli_transfer_fail (run, CLI_READ, "session", error->message, NULL);
  shoal_torrent_set_edges_first (run->torrent, t->edges_first);
  g_signal_connect (run->session, "notify::port-state", G_CALLBACK (on_port), run);
  g_signal_connect (run->session, "notify::port-problem", G_CALLBACK (on_port), run);
  g_signal_connect (run->session, "notify::external-port", G_CALLBACK (on_port), run);
  g_signal_connect (run->torrent, "changed", G_CALLBACK (on_changed), run);
  g_signal_connect (run->torrent, "metadata-received", G_CALLBACK (on_metadata), run);
  g_signal_connect (run->torrent, "warning", G_CALLBACK (on_warning), run);
  g_signal_connect (run->torrent, "removed", G_CALLBACK (on_removed), run);
  g_signal_connect (run->torrent, "tracker-said", G_CALLBACK (cli_transfer_say_tracker), run);
  for (char **url = t->options->trackers; url != NULL && *url != NULL; url++)
    if (!shoal_torrent_add_tracker (run->torrent, *url, 0, &error))
      {
        leave (run, "error", cli_transfer_fail (run, CLI_USAGE, "usage", error->message, NULL));
        return CLI_OK;
      }
  if (t->metainfo != NULL)
    run->n_renaming = cli_rename_start (t->renames, run->torrent, on_renamed, run);
  run->peers = cli_peers_add (run->app, t->options->peers, run->torrent);
  return CLI_OK;
}

static void
run_loop (CliTransferRun *run)
{
  guint source = g_timeout_add (LOOK_MS, look, run);

  cli_transfer_event (run, "started", NULL);
  run->state = shoal_torrent_get_state (run->torrent);
  run->got_us = run->start_us;
  cli_transfer_say (run, run->metainfo == NULL ? _ ("Looking for the metadata")
                                               : _ ("Verifying what is here"));
  g_main_loop_run (run->loop);
  g_source_remove (source);
  cli_transfer_line_clear (&run->line);
  cli_transfer_say_shared (run);
  if (g_strcmp0 (run->reason, "error") != 0) /* which was the last event */
    cli_transfer_event (run, "stopped",
                        (const CliEventText[]){ { "reason", run->reason }, { NULL, NULL } });
}

int
cli_transfer_run (const CliTransfer *transfer)
{
  CliTransferRun run
      = { .transfer = transfer, .app = transfer->app, .start_us = g_get_monotonic_time () };
  int code;

  if (!cli_transfer_read_limits (run.app, transfer->options, &run.limits)
      || !cli_hook_check (run.app, transfer->on_complete))
    return CLI_USAGE;
  cli_transfer_line_init (&run.line, run.app);
  if (transfer->metainfo != NULL)
    run.metainfo = bt_metainfo_ref (transfer->metainfo);
  run.told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  run.loop = g_main_loop_new (NULL, FALSE);
  code = open_session (&run);
  if (code == CLI_OK)
    code = add_torrent (&run);
  if (code == CLI_OK)
    {
      run_loop (&run);
      code = run.exit_code;
    }
  cli_peers_free (run.peers);
  cli_hook_free (run.hook);
  g_clear_object (&run.torrent);
  g_clear_object (&run.session);
  bt_metainfo_unref (run.metainfo);
  g_main_loop_unref (run.loop);
  g_hash_table_unref (run.told);
  g_free (run.told_port);
  return code;
}
