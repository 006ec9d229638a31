/* cli-show.c: `shoal show`: what is in a .torrent or a magnet link. */
#include "cli/cli-show.h"

#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-qr.h"
#include "cli/cli-torrent.h"
#include "cli/cli-tracker-admin.h"
#include "cli/cli-tracker-ask.h"
#include "cli/cli-tree.h"

/* Lines of the tree of files, unless --files asks for all. */
#define TREE_LINES 200

typedef struct
{
  gboolean files;
  gboolean trackers;
  gboolean scrape;
  gboolean qr;
} Options;

static void
describe (void *data, GArray *entries)
{
  Options *o = data;

  cli_option (entries, "files", 0, G_OPTION_ARG_NONE, &o->files,
              N_ ("Show every file of a long list"), NULL);
  cli_option (entries, "trackers", 0, G_OPTION_ARG_NONE, &o->trackers,
              N_ ("Show the trackers alone"), NULL);
  cli_option (entries, "scrape", 0, G_OPTION_ARG_NONE, &o->scrape,
              N_ ("Ask the trackers how many seeders and leechers there are"), NULL);
  cli_option (entries, "qr", 0, G_OPTION_ARG_NONE, &o->qr,
              N_ ("Show the magnet link as a QR code, too"), NULL);
}

static void
release (void *data)
{
}

/* --- the long form --- */

static void
put_size (const CliShow *show)
{
  const CliApp *app = show->app;
  uint64_t bytes = bt_metainfo_content_size (show->metainfo);
  size_t n = bt_metainfo_n_real_files (show->metainfo);
  g_autofree char *size = cli_size_text (bytes);
  g_autofree char *text = g_strdup_printf (
      ngettext ("%s (%llu bytes) in %zu file", "%s (%llu bytes) in %zu files", n), size,
      (unsigned long long) bytes, n);

  if (app->output == CLI_OUTPUT_HUMAN)
    {
      cli_row (app, "size", _ ("Size"), text);
      return;
    }
  cli_row_number (app, "size", "", bytes);
  cli_row_number (app, "files", "", n);
}

static void
put_pieces (const CliShow *show)
{
  const CliApp *app = show->app;
  const BtLayout *layout = bt_metainfo_layout (show->metainfo);
  g_autofree char *size = cli_size_text (layout->piece_length);
  g_autofree char *text = g_strdup_printf (_ ("%u of %s"), layout->n_pieces, size);

  if (app->output == CLI_OUTPUT_HUMAN)
    {
      cli_row (app, "pieces", _ ("Pieces"), text);
      return;
    }
  cli_row_number (app, "pieces", "", layout->n_pieces);
  cli_row_number (app, "piece-size", "", layout->piece_length);
  cli_row_number (app, "missing-layers", "", bt_metainfo_lacks_layers (show->metainfo));
}

static void
put_hashes (const CliShow *show)
{
  cli_row_hash (show->app, "info-hash", _ ("Info-hash v1"),
                bt_metainfo_info_hash_v1 (show->metainfo), BT_SHA1_LEN);
  cli_row_hash (show->app, "info-hash-v2", _ ("Info-hash v2"),
                bt_metainfo_info_hash_v2 (show->metainfo), BT_SHA256_LEN);
}

static void
put_created (const CliShow *show)
{
  int64_t seconds = bt_metainfo_creation_date (show->metainfo);
  const char *by = bt_metainfo_created_by (show->metainfo);
  g_autoptr (GDateTime) date = seconds > 0 ? g_date_time_new_from_unix_utc (seconds) : NULL;
  g_autofree char *day = date != NULL ? g_date_time_format (date, "%Y-%m-%d %H:%M:%S UTC") : NULL;
  g_autofree char *text = NULL;

  if (show->app->output == CLI_OUTPUT_PLAIN)
    {
      if (seconds > 0)
        cli_row_number (show->app, "creation-date", "", (uint64_t) seconds);
      cli_row (show->app, "created-by", "", by);
      return;
    }
  if (day != NULL && by != NULL)
    text = g_strdup_printf (_ ("%s by %s"), day, by);
  cli_row (show->app, "created", _ ("Created"), text != NULL ? text : day != NULL ? day : by);
}

static void
put_trackers (const CliShow *show)
{
  size_t n;
  const BtTracker *trackers = bt_metainfo_trackers (show->metainfo, &n);

  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *label = g_strdup_printf (_ ("Tracker %u"), trackers[i].tier + 1);
      g_autofree char *key = g_strdup_printf ("tracker-%u", trackers[i].tier + 1);

      cli_row (show->app, key, label, trackers[i].url);
    }
}

static void
put_sources (const CliShow *show)
{
  size_t n;
  const BtWebSeed *seeds = bt_metainfo_web_seeds (show->metainfo, &n);
  const BtNode *nodes;

  for (size_t i = 0; i < n; i++)
    cli_row (show->app, seeds[i].single ? "http-seed" : "web-seed",
             seeds[i].single ? _ ("HTTP seed") : _ ("Web seed"), seeds[i].url);
  nodes = bt_metainfo_nodes (show->metainfo, &n);
  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%s:%u", nodes[i].host, nodes[i].port);

      cli_row (show->app, "node", _ ("DHT node"), text);
    }
}

static void
put_magnet (const CliShow *show)
{
  g_autoptr (BtMagnet) magnet = cli_torrent_magnet (show->metainfo);
  g_autofree char *text = bt_magnet_write (magnet);

  cli_row (show->app, "magnet", _ ("Magnet"), text);
  if (show->qr)
    cli_show_qr (show->app, text);
}

static void
put_head (const CliShow *show)
{
  const CliApp *app = show->app;
  const BtMetainfo *m = show->metainfo;

  cli_row (app, "name", _ ("Name"), bt_metainfo_name (m));
  put_size (show);
  cli_row (app, "format", _ ("Format"), cli_format_name (bt_metainfo_format (m)));
  put_hashes (show);
  put_pieces (show);
  if (bt_metainfo_is_private (m))
    cli_row (app, "private", _ ("Private"), app->output == CLI_OUTPUT_PLAIN ? "yes" : _ ("yes"));
  cli_row (app, "source", _ ("Source"), bt_metainfo_source (m));
  cli_row (app, "comment", _ ("Comment"), bt_metainfo_comment (m));
  put_created (show);
  cli_row (app, "update-url", _ ("Update URL"), bt_metainfo_update_url (m));
}

/* One file a line: its number, bytes, path. */
static void
put_plain_files (const CliShow *show)
{
  const BtLayout *layout = bt_metainfo_layout (show->metainfo);

  size_t number = 0;

  for (size_t i = 0; i < layout->n_files; i++)
    {
      g_autofree char *clean = cli_clean (layout->files[i].path);

      if ((layout->files[i].attr & BT_FILE_PAD) == 0)
        cli_putf ("file\t%zu\t%" G_GUINT64_FORMAT "\t%s\n", ++number, layout->files[i].length,
                  clean);
    }
}

void
cli_show_torrent (const CliShow *show)
{
  if (show->app->output == CLI_OUTPUT_JSON)
    {
      cli_show_json (show);
      return;
    }
  if (!show->trackers)
    put_head (show);
  put_trackers (show);
  if (show->scrape != NULL)
    cli_tracker_put (show->app, show->scrape);
  if (show->trackers)
    return;
  put_sources (show);
  put_magnet (show);
  if (show->app->output == CLI_OUTPUT_PLAIN)
    {
      put_plain_files (show);
      return;
    }
  cli_put_styled (show->app, CLI_STYLE_BOLD, _ ("Files"));
  cli_put ("\n");
  cli_tree_put (show->app, show->metainfo, show->files ? 0 : TREE_LINES);
}

void
cli_show_qr (const CliApp *app, const char *magnet)
{
  if (!cli_qr_put (app, magnet))
    cli_warn (app, "%s", _ ("the magnet link is too long for a QR code"));
}

/* --- after a creation --- */

void
cli_show_made (const CliShow *show)
{
  g_autoptr (BtMagnet) magnet = cli_torrent_magnet (show->metainfo);
  g_autofree char *text = bt_magnet_write (magnet);

  if (show->app->output == CLI_OUTPUT_JSON)
    {
      cli_show_json (show);
      return;
    }
  if (!show->app->globals.quiet)
    {
      cli_row (show->app, "torrent", _ ("Torrent"), show->path);
      put_size (show);
      cli_row (show->app, "format", _ ("Format"),
               cli_format_name (bt_metainfo_format (show->metainfo)));
      put_hashes (show);
      put_pieces (show);
      if (show->added != NULL)
        cli_tracker_put_added (show->app, NULL, show->added);
    }
  if (show->link)
    cli_putf ("%s\n", text);
  if (show->qr)
    cli_show_qr (show->app, text);
}

/* --- the verb --- */

/* Asks the trackers; NULL when there is none. */
static GPtrArray *
scrape (const CliApp *app, const CliSource *source, int *exit_code)
{
  g_autoptr (GPtrArray) urls = cli_tracker_urls (source);
  g_autofree char *hash = cli_tracker_hash (source);
  const char *const hashes[] = { hash, NULL };
  const CliTrackerQuestion question
      = { .app = app, .scrape = true, .timeout_ms = CLI_TRACKER_TIMEOUT_MS, .info_hashes = hashes };
  GPtrArray *answers;

  if (urls->len == 0)
    {
      cli_warn (app, "%s", _ ("there is no tracker to ask"));
      return NULL;
    }
  g_ptr_array_add (urls, NULL);
  answers = cli_tracker_ask (&question, (const char *const *) urls->pdata, exit_code);
  if (answers != NULL && cli_tracker_count (answers) == 0)
    *exit_code = CLI_NETWORK;
  return answers;
}

static int
run (CliApp *app, void *data)
{
  const Options *o = data;
  CliShow show = { .app = app, .files = o->files, .trackers = o->trackers, .qr = o->qr };
  g_auto (CliSource) source = { 0 };
  g_autoptr (GPtrArray) answers = NULL;
  int code;

  code = cli_source_load_only (&source, app);
  if (code != CLI_OK)
    return code;
  if (o->scrape)
    answers = scrape (app, &source, &code);
  show.scrape = answers;
  if (source.magnet != NULL)
    {
      cli_show_magnet (&show, source.magnet);
      return code;
    }
  cli_torrent_warn (app, source.metainfo);
  show.metainfo = source.metainfo;
  show.path = app->arguments[0];
  cli_show_torrent (&show);
  return code;
}

static const CliExample examples[] = {
  { "shoal show Holiday.torrent", N_ ("Show everything, and the files as a tree") },
  { "shoal show --json Holiday.torrent | jq -r .info_hash", N_ ("Take one value out of it") },
  { "shoal show --qr Holiday.torrent", N_ ("Hand the magnet link to a phone") },
  { "shoal show 'magnet:?xt=urn:btih:…'", N_ ("Take a magnet link apart") },
  { NULL, NULL },
};

const CliVerb cli_show_verb = {
  .name = "show",
  .arguments = N_ ("FILE|MAGNET|-"),
  .takes = CLI_TAKES_TORRENT,
  .summary = N_ ("Show what is in a .torrent or a magnet link"),
  .description
  = N_ ("Checks the torrent and prints its name, size, hashes, trackers by tier, web "
        "seeds, magnet link and files. Odd but harmless things are warned about. Of a magnet "
        "link, or of a bare info-hash, it shows what the link says. - reads either "
        "from standard input. With --verbose the tree of files has their numbers, "
        "which --select takes."),
  .examples = examples,
  .options_size = sizeof (Options),
  .describe = describe,
  .release = release,
  .run = run,
};
