/* cli-resolve.c: `shoal resolve`: the .torrent that a magnet link stands for, from its peers. */
#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-torrent.h"
#include "cli/cli-transfer-peers.h"
#include "cli/cli-transfer-topics.h"
#include "cli/cli-transfer.h"
#include "cli/cli-values.h"

typedef struct
{
  CliTransferOptions transfer;
  char *output;
  gboolean force;
  char *timeout;
} Options;

static void
describe (void *data, GArray *entries)
{
  Options *o = data;

  cli_option (entries, "output", 'o', G_OPTION_ARG_FILENAME, &o->output,
              N_ ("Write to FILE (default: NAME.torrent), or to standard output with “-”"),
              N_ ("FILE"));
  cli_option (entries, "force", 'f', G_OPTION_ARG_NONE, &o->force,
              N_ ("Write over a file that is there"), NULL);
  cli_option (entries, "timeout", 0, G_OPTION_ARG_STRING, &o->timeout,
              N_ ("End with code 7 when nothing has come for that long, such as 10m"), N_ ("TIME"));
  cli_transfer_describe_peers (&o->transfer, entries);
  cli_transfer_describe_tracker (&o->transfer, entries);
}

static void
release (void *data)
{
  Options *o = data;

  g_free (o->output);
  g_free (o->timeout);
  cli_transfer_clear (&o->transfer);
}

static bool
check_options (const CliApp *app, const Options *o, CliTransfer *transfer)
{
  if (app->arguments[0] == NULL || app->arguments[1] != NULL)
    return cli_fail_usage (app, _ ("one magnet link is to be given")), false;
  if (o->timeout != NULL && !cli_parse_duration (o->timeout, &transfer->patience_us))
    return cli_fail_usage (app, _ ("--timeout takes a time such as 90s, 30m or 2h, not “%s”"),
                           o->timeout),
           false;
  if (g_strcmp0 (o->output, "-") == 0 && app->output == CLI_OUTPUT_JSON)
    return cli_fail_usage (app, _ ("--output - and --json would both write to standard output")),
           false;
  return cli_transfer_check (app, &o->transfer);
}

/* Finds out before the search what could only fail after it; without a name the folder counts. */
static int
check_output (const CliApp *app, const char *output, CliTransfer *transfer)
{
  if (output == NULL)
    return cli_check_writable (app, transfer->folder, transfer->folder);
  if (strcmp (output, "-") == 0)
    return CLI_OK;
  return cli_check_output (app, output, &transfer->overwrite);
}

static int
run (CliApp *app, void *data)
{
  const Options *o = data;
  g_auto (CliSource) source = { 0 };
  g_autofree char *magnet = NULL;
  CliTransfer transfer = { .app = app,
                           .options = &o->transfer,
                           .folder = ".",
                           .stop_on_metadata = true,
                           .torrent_output = o->output,
                           .overwrite = o->force };
  int code;

  if (!check_options (app, o, &transfer))
    return CLI_USAGE;
  code = cli_source_load (&source, app, app->arguments[0]);
  if (code != CLI_OK)
    return code;
  if (source.magnet == NULL && bt_metainfo_needs_layers (source.metainfo))
    source.magnet = cli_torrent_magnet (source.metainfo);
  if (source.magnet == NULL)
    return cli_fail_usage (app, _ ("that is a torrent already, and no magnet link"));
  code = check_output (app, o->output, &transfer);
  if (code != CLI_OK)
    return code;
  magnet = bt_magnet_write (source.magnet);
  transfer.magnet = magnet;
  transfer.nobody_named = !cli_peers_are_named (&o->transfer, NULL, source.magnet);
  return cli_transfer_run (&transfer);
}

static const CliExample examples[] = {
  { "shoal resolve 'magnet:?xt=urn:btih:…'", N_ ("Write NAME.torrent") },
  { "shoal resolve --peer 192.0.2.7:6881 -o Holiday.torrent "
    "c12fe1c06bba254a9dc9f519b335aa7c1367a88a",
    N_ ("Ask one peer for the torrent of an info-hash") },
  { NULL, NULL },
};

const CliVerb cli_resolve_verb = {
  .name = "resolve",
  .arguments = N_ ("MAGNET|FILE|-"),
  .takes = CLI_TAKES_TORRENT,
  .choices = cli_transfer_choices,
  .summary = N_ ("Write the .torrent that a magnet link stands for"),
  .description
  = N_ ("Asks peers for the metadata, which the info-hash proves, and ends when it is here. Peers "
        "come from the trackers and the addresses of the link, and from --peer and --tracker. No "
        "file of the torrent is fetched. A FILE is a .torrent of v2 that lacks piece layers, which "
        "the new one has."),
  .topics = cli_transfer_topics,
  .examples = examples,
  .json_lines = true,
  .options_size = sizeof (Options),
  .describe = describe,
  .release = release,
  .run = run,
};
