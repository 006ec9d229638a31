/* cli-tracker-admin-show.c: what a tracker's administration answered, for a person, for a
 * line-based script, and as JSON. */
#include <glib/gi18n.h>

#include "cli/cli-json.h"
#include "cli/cli-output.h"
#include "cli/cli-tracker-admin.h"

/* In the order of ShoalTrackerState. */
static const char *const state_words[] = { NULL, "allowed", "pending", "denied" };

/* --- the catalogue --- */

static const char *
hash_of (ShoalTrackerEntry *entry)
{
  const char *v1 = shoal_tracker_entry_get_info_hash (entry);

  return v1 != NULL ? v1 : shoal_tracker_entry_get_info_hash_v2 (entry);
}

static const char *
word_of (ShoalTrackerEntry *entry)
{
  const char *word = state_words[shoal_tracker_entry_get_state (entry)];

  return word != NULL ? word : "-";
}

static void
put_entry (const CliApp *app, ShoalTrackerEntry *entry)
{
  g_autofree char *name = cli_clean (shoal_tracker_entry_get_name (entry));
  g_autofree char *size = cli_size_text (shoal_tracker_entry_get_size (entry));
  const char *hash = hash_of (entry);

  if (app->output == CLI_OUTPUT_PLAIN)
    cli_putf ("torrent\t%" G_GUINT64_FORMAT "\t%s\t%s\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT
              "\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t%s\n",
              shoal_tracker_entry_get_id (entry), hash != NULL ? hash : "-", word_of (entry),
              shoal_tracker_entry_get_size (entry), shoal_tracker_entry_get_seeders (entry),
              shoal_tracker_entry_get_leechers (entry), shoal_tracker_entry_get_completed (entry),
              name);
  else
    cli_putf ("%6" G_GUINT64_FORMAT "  %-8s %10s %6" G_GUINT64_FORMAT " %6" G_GUINT64_FORMAT
              " %6" G_GUINT64_FORMAT "  %s\n",
              shoal_tracker_entry_get_id (entry), word_of (entry), size,
              shoal_tracker_entry_get_seeders (entry), shoal_tracker_entry_get_leechers (entry),
              shoal_tracker_entry_get_completed (entry), name);
}

/* The titles, in the columns of put_entry(). */
static void
put_titles (const CliApp *app)
{
  static const struct
  {
    const char *title;
    int width;
    const char *after;
  } columns[] = {
    { N_ ("No."), -6, "  " },  { N_ ("State"), 8, " " },  { N_ ("Size"), -10, " " },
    { N_ ("Seeds"), -6, " " }, { N_ ("Peers"), -6, " " }, { N_ ("Done"), -6, "  " },
    { N_ ("Name"), 0, "\n" },
  };
  g_autoptr (GString) line = g_string_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autofree char *text = cli_in_columns (_ (columns[i].title), columns[i].width);

      g_string_append (line, text);
      g_string_append (line, columns[i].after);
    }
  cli_put_styled (app, CLI_STYLE_BOLD, line->str);
}

static void
put_page (const CliApp *app, const CliTrackerPage *page)
{
  const guint n = g_list_model_get_n_items (page->entries);

  if (app->output == CLI_OUTPUT_HUMAN && n > 0)
    put_titles (app);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalTrackerEntry) entry = g_list_model_get_item (page->entries, i);

      put_entry (app, entry);
    }
  if (app->output == CLI_OUTPUT_HUMAN)
    cli_say (app, _ ("Page %u: %u of %llu torrents."), page->page, n,
             (unsigned long long) page->total);
}

static void
add_entry (JsonBuilder *b, ShoalTrackerEntry *entry)
{
  json_builder_begin_object (b);
  cli_json_number (b, "id", shoal_tracker_entry_get_id (entry));
  cli_json_text (b, "info_hash", shoal_tracker_entry_get_info_hash (entry));
  cli_json_text (b, "info_hash_v2", shoal_tracker_entry_get_info_hash_v2 (entry));
  cli_json_text (b, "name", shoal_tracker_entry_get_name (entry));
  cli_json_text (b, "state", state_words[shoal_tracker_entry_get_state (entry)]);
  cli_json_number (b, "size", shoal_tracker_entry_get_size (entry));
  cli_json_number (b, "file_count", shoal_tracker_entry_get_n_files (entry));
  cli_json_number (b, "seeders", shoal_tracker_entry_get_seeders (entry));
  cli_json_number (b, "leechers", shoal_tracker_entry_get_leechers (entry));
  cli_json_number (b, "completed", shoal_tracker_entry_get_completed (entry));
  cli_json_number (b, "registered_at", shoal_tracker_entry_get_registered_at (entry));
  json_builder_end_object (b);
}

void
cli_tracker_put_page (const CliApp *app, const CliTrackerPage *page)
{
  JsonBuilder *b;

  if (app->output != CLI_OUTPUT_JSON)
    {
      put_page (app, page);
      return;
    }
  b = cli_json_begin ();
  cli_json_number (b, "total", page->total);
  cli_json_number (b, "page", page->page);
  cli_json_number (b, "per_page", page->per_page);
  cli_json_open_array (b, "torrents");
  for (guint i = 0; i < g_list_model_get_n_items (page->entries); i++)
    {
      g_autoptr (ShoalTrackerEntry) entry = g_list_model_get_item (page->entries, i);

      add_entry (b, entry);
    }
  json_builder_end_array (b);
  cli_json_end (b);
}

/* --- numbers --- */

/* What is shown, in this order. */
static const struct
{
  const char *name;
  const char *label;
} numbers[] = {
  { "name", N_ ("Tracker") },        { "version", N_ ("Version") },
  { "uptime", N_ ("Uptime (s)") },   { "torrents", N_ ("Torrents") },
  { "swarms", N_ ("Swarms") },       { "peers", N_ ("Peers") },
  { "seeders", N_ ("Seeders") },     { "leechers", N_ ("Leechers") },
  { "completed", N_ ("Completed") }, { "announces", N_ ("Announces") },
  { "scrapes", N_ ("Scrapes") },     { "connections", N_ ("Connections") },
};

static void
put_number (const CliApp *app, const char *name, const char *label, GVariant *value)
{
  g_autofree char *text = NULL;

  if (value == NULL)
    return;
  text = g_variant_is_of_type (value, G_VARIANT_TYPE_INT64)
             ? g_strdup_printf ("%" G_GINT64_FORMAT, g_variant_get_int64 (value))
             : g_variant_dup_string (value, NULL);
  cli_row (app, name, label, text);
}

static void
put_stats_json (GVariant *stats)
{
  JsonBuilder *b = cli_json_begin ();
  GVariantIter iter;
  const char *name;
  GVariant *value;

  json_builder_set_member_name (b, "stats");
  json_builder_begin_object (b);
  g_variant_iter_init (&iter, stats);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
      {
        json_builder_set_member_name (b, name);
        json_builder_add_int_value (b, g_variant_get_int64 (value));
      }
    else
      cli_json_text (b, name, g_variant_get_string (value, NULL));
  json_builder_end_object (b);
  cli_json_end (b);
}

void
cli_tracker_put_stats (const CliApp *app, GVariant *stats)
{
  if (app->output == CLI_OUTPUT_JSON)
    {
      put_stats_json (stats);
      return;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (stats, numbers[i].name, NULL);

      put_number (app, numbers[i].name, _ (numbers[i].label), value);
    }
}

/* --- registrations --- */

void
cli_tracker_put_added (const CliApp *app, const char *path, ShoalTrackerAdded *added)
{
  const char *const *urls = shoal_tracker_added_get_announce_urls (added);

  cli_row (app, "torrent", _ ("Torrent"), path);
  cli_row_number (app, "id", _ ("Registered as"), shoal_tracker_added_get_id (added));
  cli_row (app, "new", _ ("New"),
           app->output == CLI_OUTPUT_PLAIN ? (shoal_tracker_added_is_new (added) ? "yes" : "no")
           : shoal_tracker_added_is_new (added) ? _ ("yes")
                                                : _ ("no, it was there already"));
  cli_row (app, "state", _ ("State"), state_words[shoal_tracker_added_get_state (added)]);
  for (; *urls != NULL; urls++)
    cli_row (app, "announce", _ ("Announce"), *urls);
}

void
cli_tracker_add_added (JsonBuilder *b, const char *path, ShoalTrackerAdded *added)
{
  const char *const *urls = shoal_tracker_added_get_announce_urls (added);

  json_builder_begin_object (b);
  cli_json_text (b, "torrent", path);
  cli_json_number (b, "id", shoal_tracker_added_get_id (added));
  cli_json_bool (b, "new", shoal_tracker_added_is_new (added));
  cli_json_text (b, "state", state_words[shoal_tracker_added_get_state (added)]);
  cli_json_text (b, "info_hash", shoal_tracker_added_get_info_hash (added));
  cli_json_text (b, "info_hash_v2", shoal_tracker_added_get_info_hash_v2 (added));
  cli_json_texts (b, "announce", urls, g_strv_length ((char **) urls));
  json_builder_end_object (b);
}
