/* cli-download.c: `shoal download`: the files of a torrent, from its peers. */
#include <errno.h>
#include <sys/stat.h>

#include <glib/gi18n.h>

#include "cli/cli-fetch.h"
#include "cli/cli-output.h"
#include "cli/cli-transfer.h"

typedef struct
{
  CliTransferOptions transfer;
  char *folder;
  gboolean seed;
  gboolean preallocate;
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
  cli_transfer_describe (&o->transfer, entries);
}

static void
release (void *data)
{
  Options *o = data;

  g_free (o->folder);
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

static int
run (CliApp *app, void *data)
{
  const Options *o = data;
  const char *folder = o->folder != NULL ? o->folder : ".";
  g_autoptr (BtMetainfo) metainfo = NULL;
  CliTransfer transfer = { .app = app,
                           .options = &o->transfer,
                           .folder = folder,
                           .seed_after = o->seed,
                           .preallocate = o->preallocate };
  struct stat st;
  int code = CLI_OK;

  if (app->arguments[0] == NULL || app->arguments[1] != NULL)
    return cli_fail_usage (app, _ ("one torrent is to be given"));
  metainfo = cli_fetch_torrent (app, app->arguments[0], o->transfer.bind, &code);
  if (metainfo == NULL)
    return code;
  if (g_mkdir_with_parents (folder, 0777) != 0)
    return fail_folder (app, folder, errno);
  if (stat (folder, &st) != 0 || !S_ISDIR (st.st_mode))
    return fail_folder (app, folder, ENOTDIR);
  transfer.metainfo = metainfo;
  return cli_transfer_run (&transfer);
}

static const CliExample examples[] = {
  { "shoal download Holiday.torrent -d Downloads", N_ ("Fetch the files below Downloads") },
  { "shoal download Holiday.torrent --seed-ratio 1", N_ ("Give back as much as was taken") },
  { NULL, NULL },
};

const CliVerb cli_download_verb = {
  .name = "download",
  .arguments = N_ ("FILE|URL|-"),
  .takes = CLI_TAKES_TORRENT,
  .summary = N_ ("Fetch the files of a torrent from its peers"),
  .description
  = N_ ("Verifies what is there already, fetches what is missing, and ends when everything is "
        "here, verified and on the disk. A second run goes on where the first stopped. Ctrl-C "
        "stops cleanly; once more stops at once."),
  .examples = examples,
  .options_size = sizeof (Options),
  .describe = describe,
  .release = release,
  .run = run,
};
