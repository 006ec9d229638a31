/* cli-download.c: `shoal download`: the files of a torrent, from its peers. */
#include <errno.h>
#include <sys/stat.h>

#include <glib/gi18n.h>

#include "cli/cli-fetch.h"
#include "cli/cli-hook.h"
#include "cli/cli-output.h"
#include "cli/cli-rename.h"
#include "cli/cli-transfer-peers.h"
#include "cli/cli-transfer-topics.h"
#include "cli/cli-transfer.h"
#include "cli/cli-values.h"

typedef struct
{
  CliTransferOptions transfer;
  char *folder;
  gboolean seed;
  gboolean preallocate;
  gboolean sequential;
  gboolean edges_first;
  char *select;
  char *prefer;
  char **renames;
  gboolean stop_on_metadata;
  char *on_complete;
  char *timeout;
} Options;

static void
describe (void *data, GArray *entries)
{
  Options *o = data;

  cli_option (entries, "dir", 'd', G_OPTION_ARG_FILENAME, &o->folder,
              N_ ("Write below DIR (default: the current folder)"), N_ ("DIR"));
  cli_option (entries, "seed", 0, G_OPTION_ARG_NONE, &o->seed,
              N_ ("Go on seeding when everything is here"), NULL);
  cli_option (entries, "preallocate", 0, G_OPTION_ARG_NONE, &o->preallocate,
              N_ ("Give every file its full length at once"), NULL);
  cli_option (entries, "select", 0, G_OPTION_ARG_STRING, &o->select,
              N_ ("Fetch these files alone, such as 1,3-5; shoal show -v numbers them"),
              N_ ("LIST"));
  cli_option (entries, "prefer", 0, G_OPTION_ARG_STRING, &o->prefer,
              N_ ("Fetch these files before the others, such as 2,7-9"), N_ ("LIST"));
  cli_option (entries, "rename", 0, G_OPTION_ARG_STRING_ARRAY, &o->renames,
              N_ ("Call file N so, in the torrent's folder; shoal show -v numbers the files (may "
                  "repeat)"),
              N_ ("N=NAME"));
  cli_option (entries, "stop-on-metadata", 0, G_OPTION_ARG_NONE, &o->stop_on_metadata,
              N_ ("Of a magnet link: write its .torrent below DIR, and fetch no file"), NULL);
  cli_option (entries, "sequential", 0, G_OPTION_ARG_NONE, &o->sequential,
              N_ ("Fetch the pieces in their order, not the rarest first"), NULL);
  cli_option (entries, "edges-first", 0, G_OPTION_ARG_NONE, &o->edges_first,
              N_ ("Fetch the first and the last piece of each file before the others, as players "
                  "of films need them"),
              NULL);
  cli_option (entries, "on-complete", 0, G_OPTION_ARG_STRING, &o->on_complete,
              N_ ("Run CMD, without a shell, when everything is here; %f in it is the file or "
                  "folder"),
              N_ ("CMD"));
  cli_option (entries, "timeout", 0, G_OPTION_ARG_STRING, &o->timeout,
              N_ ("End with code 7 when nothing has come for that long, such as 10m"), N_ ("TIME"));
  cli_transfer_describe (&o->transfer, entries);
}

static void
release (void *data)
{
  Options *o = data;

  g_free (o->folder);
  g_free (o->select);
  g_free (o->prefer);
  g_strfreev (o->renames);
  g_free (o->on_complete);
  g_free (o->timeout);
  cli_transfer_clear (&o->transfer);
}

static int
fail_folder (const CliApp *app, const char *folder, int sys_errno)
{
  BtError why = {
    .code = BT_ERROR_WRITE, .sys_errno = sys_errno, .offset = BT_NOWHERE, .item = BT_NOWHERE
  };

  return cli_fail_problem (app, &why, folder);
}

/* What can be said before a torrent is read. */
static bool
read_options (const CliApp *app, const Options *o, CliTransfer *transfer)
{
  if (app->arguments[0] == NULL || app->arguments[1] != NULL)
    return cli_fail_usage (app, _ ("one torrent is to be given")), false;
  if (o->timeout != NULL && !cli_parse_duration (o->timeout, &transfer->patience_us))
    return cli_fail_usage (app, _ ("--timeout takes a time such as 90s, 30m or 2h, not “%s”"),
                           o->timeout),
           false;
  return cli_transfer_check (app, &o->transfer) && cli_hook_check (app, o->on_complete);
}

static int
run (CliApp *app, void *data)
{
  const Options *o = data;
  const char *folder = o->folder != NULL ? o->folder : ".";
  g_auto (CliSource) source = { 0 };
  g_autofree char *magnet = NULL;
  g_autoptr (GBytes) priorities = NULL;
  CliTransfer transfer = { .app = app,
                           .options = &o->transfer,
                           .folder = folder,
                           .seed_after = o->seed,
                           .preallocate = o->preallocate,
                           .sequential = o->sequential,
                           .edges_first = o->edges_first,
                           .selection = { .wanted = o->select, .preferred = o->prefer },
                           .renames = o->renames,
                           .stop_on_metadata = o->stop_on_metadata,
                           .on_complete = o->on_complete };
  struct stat st;
  int code;

  if (!read_options (app, o, &transfer))
    return CLI_USAGE;
  code = cli_fetch_source (&source, app, app->arguments[0], o->transfer.bind);
  if (code != CLI_OK)
    return code;
  if (source.metainfo != NULL && o->stop_on_metadata)
    return cli_fail_usage (app, _ ("--stop-on-metadata is for a magnet link"));
  if (!cli_select_priorities (app, &transfer.selection, source.metainfo, &priorities)
      || !cli_rename_check (app, o->renames, source.metainfo))
    return CLI_USAGE;
  if (g_mkdir_with_parents (folder, 0777) != 0)
    return fail_folder (app, folder, errno);
  if (stat (folder, &st) != 0 || !S_ISDIR (st.st_mode))
    return fail_folder (app, folder, ENOTDIR);
  if (o->stop_on_metadata && (code = cli_check_writable (app, folder, folder)) != CLI_OK)
    return code;
  magnet = source.magnet != NULL ? bt_magnet_write (source.magnet) : NULL;
  transfer.metainfo = source.metainfo;
  transfer.magnet = magnet;
  transfer.priorities = priorities;
  transfer.nobody_named = !cli_peers_are_named (&o->transfer, source.metainfo, source.magnet);
  return cli_transfer_run (&transfer);
}

static const CliExample examples[] = {
  { "shoal download Holiday.torrent -d Downloads", N_ ("Fetch the files below Downloads") },
  { "shoal download https://example.org/Holiday.torrent --select 1,3-5",
    N_ ("Fetch the torrent from the web, and some of its files") },
  { "shoal download 'magnet:?xt=urn:btih:…' --select 2",
    N_ ("Find out what a magnet link stands for, and fetch the second file") },
  { "shoal download film.torrent --rename 1=Holiday.mkv --on-complete 'mpv %f'",
    N_ ("Give a file another name, and play it in the end") },
  { "shoal download Holiday.torrent --seed-ratio 1", N_ ("Give back as much as was taken") },
  { "shoal download Holiday.torrent --on-complete 'notify-send Done %n'",
    N_ ("Run a command at the end") },
  { NULL, NULL },
};

const CliVerb cli_download_verb = {
  .name = "download",
  .arguments = N_ ("FILE|MAGNET|URL|-"),
  .takes = CLI_TAKES_TORRENT,
  .choices = cli_transfer_choices,
  .summary = N_ ("Fetch the files of a torrent from its peers"),
  .description
  = N_ ("Verifies what is there already, fetches what is missing, and ends when everything is "
        "here, verified and on the disk. Of a magnet link the metadata is fetched first, from "
        "the peers as well. A second run goes on where the first stopped, and remembers what files "
        "were renamed to. Ctrl-C stops cleanly; once more stops at once."),
  .topics = cli_download_topics,
  .examples = examples,
  .json_lines = true,
  .options_size = sizeof (Options),
  .describe = describe,
  .release = release,
  .run = run,
};
