/* cli-seed.c: `shoal seed`: giving the files of a torrent to its peers. */
#include <errno.h>
#include <sys/stat.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-torrent.h"
#include "cli/cli-transfer-topics.h"
#include "cli/cli-transfer.h"

static void
describe (void *data, GArray *entries)
{
  CliTransferOptions *o = data;

  cli_transfer_describe (o, entries);
  cli_option (entries, "until-ratio", 0, G_OPTION_ARG_STRING, &o->until_ratio,
              N_ ("The same as --seed-ratio"), N_ ("RATIO"));
}

static void
release (void *data)
{
  cli_transfer_clear (data);
}

/* It is not made: there would be nothing in it. */
static int
check_folder (const CliApp *app, const char *folder)
{
  BtError why = { .code = BT_ERROR_OPEN, .offset = BT_NOWHERE, .item = BT_NOWHERE };
  struct stat st;

  if (stat (folder, &st) != 0)
    why.sys_errno = errno;
  else if (!S_ISDIR (st.st_mode))
    why.sys_errno = ENOTDIR;
  else
    return CLI_OK;
  return cli_fail_problem (app, &why, folder);
}

static int
run (CliApp *app, void *data)
{
  g_autoptr (BtMetainfo) metainfo = NULL;
  g_autofree char *folder = NULL;
  CliTransfer transfer = { .app = app, .options = data, .seed_only = true, .seed_after = true };
  int code = CLI_OK;

  if (app->arguments[0] == NULL || (app->arguments[1] != NULL && app->arguments[2] != NULL))
    return cli_fail_usage (app, _ ("one torrent is to be given, and where its files are"));
  if (!cli_transfer_check (app, data))
    return CLI_USAGE;
  metainfo = cli_torrent_load (app, app->arguments[0], &code);
  if (metainfo == NULL)
    return code;
  folder = app->arguments[1] != NULL ? g_strdup (app->arguments[1])
                                     : g_path_get_dirname (app->arguments[0]);
  transfer.folder = folder;
  transfer.metainfo = metainfo;
  code = check_folder (app, folder);
  return code == CLI_OK ? cli_transfer_run (&transfer) : code;
}

static const CliExample examples[] = {
  { "shoal seed Holiday.torrent", N_ ("Seed the files that lie beside the torrent") },
  { "shoal seed Holiday.torrent Downloads --seed-for 2h", N_ ("Seed from Downloads for a while") },
  { "shoal seed --super-seed --until-ratio 2 Holiday.torrent",
    N_ ("Be the first seed, with little bandwidth") },
  { NULL, NULL },
};

const CliVerb cli_seed_verb = {
  .name = "seed",
  .arguments = N_ ("FILE|- [FOLDER]"),
  .takes = CLI_TAKES_TORRENT,
  .choices = cli_transfer_choices,
  .summary = N_ ("Give the files of a torrent to its peers"),
  .description = N_ ("Verifies the files first, which must all be there, and serves them until it "
                     "is stopped, or until --seed-ratio or --seed-for is reached. FOLDER holds the "
                     "torrent's file or folder; without it, the folder of the torrent does."),
  .topics = cli_transfer_topics,
  .examples = examples,
  .json_lines = true,
  .options_size = sizeof (CliTransferOptions),
  .describe = describe,
  .release = release,
  .run = run,
};
