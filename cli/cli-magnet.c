/* cli-magnet.c: `shoal magnet`: the magnet link of a torrent (BEP 9, BEP 53). */
#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-select.h"
#include "cli/cli-show.h"
#include "cli/cli-torrent.h"
#include "protocol/core/bt-limits.h"

typedef struct
{
  char **peers;
  char *select;
  gboolean no_trackers;
  gboolean no_web_seeds;
  gboolean qr;
} Options;

static void
describe (void *data, GArray *entries)
{
  Options *o = data;

  cli_option (entries, "peer", 0, G_OPTION_ARG_STRING_ARRAY, &o->peers,
              N_ ("A peer that has the torrent (may repeat)"), N_ ("HOST:PORT"));
  cli_option (entries, "select", 0, G_OPTION_ARG_STRING, &o->select,
              N_ ("Ask for these files alone, such as 1,3-5; shoal show -v numbers them"),
              N_ ("LIST"));
  cli_option (entries, "no-trackers", 0, G_OPTION_ARG_NONE, &o->no_trackers,
              N_ ("Leave the trackers out"), NULL);
  cli_option (entries, "no-web-seeds", 0, G_OPTION_ARG_NONE, &o->no_web_seeds,
              N_ ("Leave the web seeds out"), NULL);
  cli_option (entries, "qr", 0, G_OPTION_ARG_NONE, &o->qr, N_ ("Show the link as a QR code, too"),
              NULL);
}

static void
release (void *data)
{
  Options *o = data;

  g_strfreev (o->peers);
  g_free (o->select);
}

static bool
add_peers (const CliApp *app, const Options *o, BtMagnet *magnet)
{
  for (char **peer = o->peers; peer != NULL && *peer != NULL; peer++)
    {
      if (magnet->peers->len >= BT_LIMIT_MAGNET_PEERS)
        return cli_fail_usage (app, _ ("a magnet link takes at most %u peers"),
                               BT_LIMIT_MAGNET_PEERS),
               false;
      if (!bt_magnet_add_peer (magnet, *peer, strlen (*peer))
          && !g_ptr_array_find_with_equal_func (magnet->peers, *peer, g_str_equal, NULL))
        return cli_fail_usage (app, _ ("--peer takes HOST:PORT, not “%s”"), *peer), false;
    }
  return true;
}

static BtMagnet *
make_magnet (CliSource *source)
{
  if (source->magnet != NULL)
    return g_steal_pointer (&source->magnet);
  return cli_torrent_magnet (source->metainfo);
}

static void
put_magnet (const CliApp *app, const Options *o, const BtMagnet *magnet)
{
  g_autofree char *link = bt_magnet_write (magnet);

  if (app->output == CLI_OUTPUT_JSON)
    {
      cli_show_magnet_json (&(CliShow){ .app = app }, magnet);
      return;
    }
  cli_putf ("%s\n", link);
  if (o->qr)
    cli_show_qr (app, link);
}

static int
run (CliApp *app, void *data)
{
  const Options *o = data;
  g_auto (CliSource) source = { 0 };
  g_autoptr (BtMagnet) magnet = NULL;
  int code;

  code = cli_source_load_only (&source, app);
  if (code != CLI_OK)
    return code;
  magnet = make_magnet (&source);
  if (o->no_trackers)
    g_ptr_array_set_size (magnet->trackers, 0);
  if (o->no_web_seeds)
    g_ptr_array_set_size (magnet->web_seeds, 0);
  if (!add_peers (app, o, magnet)
      || (o->select != NULL
          && !cli_select_parse (app, "select", o->select, source.metainfo, &magnet->select_only)))
    return CLI_USAGE;
  put_magnet (app, o, magnet);
  return CLI_OK;
}

static const CliExample examples[] = {
  { "shoal magnet Holiday.torrent", N_ ("Print the link") },
  { "shoal magnet --select 1,3-5 Holiday.torrent", N_ ("A link that asks for some files") },
  { "shoal magnet --no-trackers --peer 192.0.2.7:6881 Holiday.torrent",
    N_ ("A link that leads straight to one peer") },
  { NULL, NULL },
};

const CliVerb cli_magnet_verb = {
  .name = "magnet",
  .arguments = N_ ("FILE|MAGNET|-"),
  .takes = CLI_TAKES_TORRENT,
  .summary = N_ ("Print the magnet link of a .torrent"),
  .description = N_ ("The link has the info-hashes, the name, the size, the trackers and the web "
                     "seeds. Given a link, it prints that one with what the options add or leave "
                     "out."),
  .examples = examples,
  .options_size = sizeof (Options),
  .describe = describe,
  .release = release,
  .run = run,
};
