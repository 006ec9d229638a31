/* cli-show-json.c: torrents as JSON. The names that imdl's `show --json` has keep its meaning, so
 * that scripts carry over; what it lacks stands beside them. */
#include "cli/cli-json.h"
#include "cli/cli-show.h"
#include "cli/cli-torrent.h"
#include "cli/cli-tracker-admin.h"
#include "cli/cli-tracker-ask.h"

static void
add_trackers (JsonBuilder *b, const BtMetainfo *m)
{
  size_t n;
  const BtTracker *trackers = bt_metainfo_trackers (m, &n);

  cli_json_text (b, "tracker", n > 0 ? trackers[0].url : NULL);
  cli_json_open_array (b, "announce_list");
  for (size_t i = 0; i < n; i++)
    {
      if (i == 0 || trackers[i].tier != trackers[i - 1].tier)
        json_builder_begin_array (b);
      json_builder_add_string_value (b, trackers[i].url);
      if (i + 1 == n || trackers[i].tier != trackers[i + 1].tier)
        json_builder_end_array (b);
    }
  json_builder_end_array (b);
}

static void
add_sources (JsonBuilder *b, const BtMetainfo *m)
{
  size_t n;
  const BtWebSeed *seeds = bt_metainfo_web_seeds (m, &n);
  const BtNode *nodes;

  for (int single = 0; single <= 1; single++)
    {
      cli_json_open_array (b, single ? "http_seeds" : "web_seeds");
      for (size_t i = 0; i < n; i++)
        if (seeds[i].single == (bool) single)
          json_builder_add_string_value (b, seeds[i].url);
      json_builder_end_array (b);
    }
  nodes = bt_metainfo_nodes (m, &n);
  cli_json_open_array (b, "dht_nodes");
  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%s:%u", nodes[i].host, nodes[i].port);

      json_builder_add_string_value (b, text);
    }
  json_builder_end_array (b);
}

static void
add_file (JsonBuilder *b, const BtFile *file)
{
  json_builder_begin_object (b);
  cli_json_text (b, "path", file->path);
  cli_json_number (b, "length", file->length);
  cli_json_number (b, "offset", file->offset);
  cli_json_hash (b, "pieces_root", file->root, BT_SHA256_LEN);
  cli_json_bool (b, "executable", (file->attr & BT_FILE_EXECUTABLE) != 0);
  cli_json_bool (b, "hidden", (file->attr & BT_FILE_HIDDEN) != 0);
  cli_json_text (b, "symlink", file->target);
  cli_json_bool (b, "renamed", (file->attr & BT_FILE_CLEANED) != 0);
  json_builder_end_object (b);
}

static void
add_files (JsonBuilder *b, const BtMetainfo *m)
{
  const BtLayout *layout = bt_metainfo_layout (m);

  cli_json_number (b, "file_count", bt_metainfo_n_real_files (m));
  cli_json_open_array (b, "files");
  for (size_t i = 0; i < layout->n_files; i++)
    if ((layout->files[i].attr & BT_FILE_PAD) == 0)
      json_builder_add_string_value (b, layout->files[i].path);
  json_builder_end_array (b);
  cli_json_open_array (b, "file_list");
  for (size_t i = 0; i < layout->n_files; i++)
    if ((layout->files[i].attr & BT_FILE_PAD) == 0)
      add_file (b, &layout->files[i]);
  json_builder_end_array (b);
}

static void
add_texts (JsonBuilder *b, const BtMetainfo *m)
{
  int64_t date = bt_metainfo_creation_date (m);

  cli_json_text (b, "comment", bt_metainfo_comment (m));
  json_builder_set_member_name (b, "creation_date");
  if (date > 0)
    json_builder_add_int_value (b, date);
  else
    json_builder_add_null_value (b);
  cli_json_text (b, "created_by", bt_metainfo_created_by (m));
  cli_json_text (b, "source", bt_metainfo_source (m));
  cli_json_text (b, "update_url", bt_metainfo_update_url (m));
}

static void
add_registration (JsonBuilder *b, const CliShow *show)
{
  if (show->added == NULL)
    return;
  json_builder_set_member_name (b, "registered");
  cli_tracker_add_added (b, show->path, show->added);
}

void
cli_show_json (const CliShow *show)
{
  const BtMetainfo *m = show->metainfo;
  JsonBuilder *b = cli_json_begin ();
  g_autoptr (BtMagnet) magnet = cli_torrent_magnet (m);
  g_autofree char *link = bt_magnet_write (magnet);

  cli_json_text (b, "torrent", show->path);
  cli_json_text (b, "name", bt_metainfo_name (m));
  cli_json_text (b, "format", cli_format_name (bt_metainfo_format (m)));
  cli_json_hash (b, "info_hash", bt_metainfo_info_hash_v1 (m), BT_SHA1_LEN);
  cli_json_hash (b, "info_hash_v2", bt_metainfo_info_hash_v2 (m), BT_SHA256_LEN);
  cli_json_number (b, "torrent_size", g_bytes_get_size (bt_metainfo_bytes (m)));
  cli_json_number (b, "content_size", bt_metainfo_content_size (m));
  cli_json_bool (b, "private", bt_metainfo_is_private (m));
  add_texts (b, m);
  add_trackers (b, m);
  add_sources (b, m);
  cli_json_number (b, "piece_size", bt_metainfo_layout (m)->piece_length);
  cli_json_number (b, "piece_count", bt_metainfo_layout (m)->n_pieces);
  cli_json_number (b, "missing_layers", bt_metainfo_lacks_layers (m));
  cli_json_bool (b, "single_file", bt_metainfo_is_single_file (m));
  add_files (b, m);
  cli_json_text (b, "magnet", link);
  if (show->scrape != NULL)
    cli_tracker_put_json (b, "scrape", show->scrape);
  add_registration (b, show);
  cli_json_end (b);
}

void
cli_show_made_event (const CliShow *show)
{
  const BtMetainfo *m = show->metainfo;
  JsonBuilder *b = cli_json_begin ();
  g_autoptr (BtMagnet) magnet = cli_torrent_magnet (m);
  g_autofree char *link = bt_magnet_write (magnet);

  cli_json_text (b, "event", "created");
  cli_json_text (b, "torrent", show->path);
  cli_json_hash (b, "info_hash", bt_metainfo_info_hash_v1 (m), BT_SHA1_LEN);
  cli_json_hash (b, "info_hash_v2", bt_metainfo_info_hash_v2 (m), BT_SHA256_LEN);
  cli_json_number (b, "content_size", bt_metainfo_content_size (m));
  cli_json_text (b, "magnet", link);
  add_registration (b, show);
  cli_json_end_line (b);
}

void
cli_show_plan_json (const BtfTree *tree, const BtBuilder *words, uint64_t n_pieces,
                    const char *output)
{
  JsonBuilder *b = cli_json_begin ();

  cli_json_bool (b, "dry_run", true);
  cli_json_text (b, "torrent", output);
  cli_json_text (b, "name", tree->name);
  cli_json_text (b, "format", cli_format_name (words->format));
  cli_json_number (b, "content_size", tree->total);
  cli_json_number (b, "piece_size", words->piece_length);
  cli_json_number (b, "piece_count", n_pieces);
  cli_json_number (b, "file_count", tree->entries->len);
  cli_json_end (b);
}
