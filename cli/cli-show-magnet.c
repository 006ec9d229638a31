/* cli-show-magnet.c: what a magnet link says, for a person, for a script, and as JSON. */
#include <glib/gi18n.h>

#include "cli/cli-json.h"
#include "cli/cli-output.h"
#include "cli/cli-show.h"
#include "cli/cli-tracker-ask.h"

/* The files as people count them: from 1. */
static char *
selection_text (const BtSelectOnly *selection)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < selection->n_ranges; i++)
    {
      const BtFileRange *range = &selection->ranges[i];

      g_string_append_printf (text, "%s%u", i > 0 ? "," : "", range->first + 1);
      if (range->last > range->first)
        g_string_append_printf (text, "-%u", range->last + 1);
    }
  return g_string_free (text, FALSE);
}

static void
put_list (const CliApp *app, const char *key, const char *label, const GPtrArray *texts)
{
  for (guint i = 0; i < texts->len; i++)
    cli_row (app, key, label, texts->pdata[i]);
}

static void
put_length (const CliApp *app, const BtMagnet *magnet)
{
  g_autofree char *size = cli_size_text (magnet->length);

  if (magnet->has_length && app->output == CLI_OUTPUT_PLAIN)
    cli_row_number (app, "size", "", magnet->length);
  else if (magnet->has_length)
    cli_row (app, "size", _ ("Size"), size);
}

static void
put_selection (const CliApp *app, const BtMagnet *magnet)
{
  g_autofree char *text = selection_text (&magnet->select_only);

  if (magnet->select_only.n_ranges > 0)
    cli_row (app, "select", _ ("Files"), text);
}

static void
put_magnet (const CliApp *app, const BtMagnet *magnet, const char *link)
{
  const BtMagnetHashes *hashes = &magnet->hashes;

  cli_row (app, "name", _ ("Name"), magnet->name);
  put_length (app, magnet);
  cli_row_hash (app, "info-hash", _ ("Info-hash v1"), hashes->has_v1 ? hashes->v1 : NULL,
                BT_SHA1_LEN);
  cli_row_hash (app, "info-hash-v2", _ ("Info-hash v2"), hashes->has_v2 ? hashes->v2 : NULL,
                BT_SHA256_LEN);
  put_selection (app, magnet);
  put_list (app, "tracker", _ ("Tracker"), magnet->trackers);
  put_list (app, "web-seed", _ ("Web seed"), magnet->web_seeds);
  put_list (app, "peer", _ ("Peer"), magnet->peers);
  cli_row (app, "magnet", _ ("Magnet"), link);
}

void
cli_show_magnet (const CliShow *show, const BtMagnet *magnet)
{
  g_autofree char *link = bt_magnet_write (magnet);

  if (show->app->output == CLI_OUTPUT_JSON)
    {
      cli_show_magnet_json (show, magnet);
      return;
    }
  if (show->trackers)
    put_list (show->app, "tracker", _ ("Tracker"), magnet->trackers);
  else
    put_magnet (show->app, magnet, link);
  if (show->scrape != NULL)
    cli_tracker_put (show->app, show->scrape);
  if (show->qr)
    cli_show_qr (show->app, link);
}

static void
add_selection (JsonBuilder *b, const BtSelectOnly *selection)
{
  cli_json_open_array (b, "select");
  for (size_t i = 0; i < selection->n_ranges; i++)
    {
      json_builder_begin_array (b);
      json_builder_add_int_value (b, selection->ranges[i].first);
      json_builder_add_int_value (b, selection->ranges[i].last);
      json_builder_end_array (b);
    }
  json_builder_end_array (b);
}

static void
add_list (JsonBuilder *b, const char *name, const GPtrArray *texts)
{
  cli_json_texts (b, name, (const char *const *) texts->pdata, texts->len);
}

void
cli_show_magnet_json (const CliShow *show, const BtMagnet *magnet)
{
  const BtMagnetHashes *hashes = &magnet->hashes;
  g_autofree char *link = bt_magnet_write (magnet);
  JsonBuilder *b = cli_json_begin ();

  cli_json_text (b, "magnet", link);
  cli_json_text (b, "name", magnet->name);
  cli_json_hash (b, "info_hash", hashes->has_v1 ? hashes->v1 : NULL, BT_SHA1_LEN);
  cli_json_hash (b, "info_hash_v2", hashes->has_v2 ? hashes->v2 : NULL, BT_SHA256_LEN);
  json_builder_set_member_name (b, "content_size");
  if (magnet->has_length)
    json_builder_add_int_value (b, (gint64) magnet->length);
  else
    json_builder_add_null_value (b);
  add_list (b, "trackers", magnet->trackers);
  add_list (b, "web_seeds", magnet->web_seeds);
  add_list (b, "peers", magnet->peers);
  add_selection (b, &magnet->select_only);
  if (show->scrape != NULL)
    cli_tracker_put_json (b, "scrape", show->scrape);
  cli_json_end (b);
}
