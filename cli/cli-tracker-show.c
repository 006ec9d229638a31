/* cli-tracker-show.c: what trackers said, for a person, for a line-based script, and as JSON. */
#include <glib/gi18n.h>

#include "cli/cli-json.h"
#include "cli/cli-output.h"
#include "cli/cli-tracker-ask.h"

/* --- rows --- */

/* Numbers below zero were not said. */
static void
put_count (const CliApp *app, const char *key, const char *label, gint64 value)
{
  if (value >= 0)
    cli_row_number (app, key, label, (uint64_t) value);
}

static void
put_seconds (const CliApp *app, const char *key, const char *label, guint seconds)
{
  g_autofree char *text = NULL;

  if (seconds == 0)
    return;
  if (app->output == CLI_OUTPUT_PLAIN)
    text = g_strdup_printf ("%u", seconds);
  else if (seconds < 120)
    text = g_strdup_printf (_ ("%u s"), seconds);
  else
    text = g_strdup_printf (_ ("%u m %u s"), seconds / 60, seconds % 60);
  cli_row (app, key, label, text);
}

static void
put_announced (const CliApp *app, ShoalTrackerReply *reply)
{
  const char *const *peers = shoal_tracker_reply_get_peers (reply);

  put_count (app, "seeders", _ ("Seeders"), shoal_tracker_reply_get_seeders (reply));
  put_count (app, "leechers", _ ("Leechers"), shoal_tracker_reply_get_leechers (reply));
  put_count (app, "completed", _ ("Completed"), shoal_tracker_reply_get_completed (reply));
  put_seconds (app, "interval", _ ("Interval"), shoal_tracker_reply_get_interval (reply));
  put_seconds (app, "min-interval", _ ("At the soonest"),
               shoal_tracker_reply_get_min_interval (reply));
  cli_row (app, "own-address", _ ("Own address"), shoal_tracker_reply_get_own_address (reply));
  for (; *peers != NULL; peers++)
    cli_row (app, "peer", _ ("Peer"), *peers);
}

static void
put_swarms (const CliApp *app, ShoalTrackerReply *reply)
{
  const char *hash;
  guint seeders;
  guint leechers;
  guint completed;

  for (guint i = 0;
       (hash = shoal_tracker_reply_get_swarm (reply, i, &seeders, &leechers, &completed)) != NULL;
       i++)
    {
      cli_row (app, "info-hash", _ ("Info-hash"), hash);
      cli_row_number (app, "seeders", _ ("Seeders"), seeders);
      cli_row_number (app, "leechers", _ ("Leechers"), leechers);
      cli_row_number (app, "completed", _ ("Completed"), completed);
    }
}

static void
put_answer (const CliApp *app, const CliTrackerAnswer *answer)
{
  if (answer->error != NULL)
    {
      (void) cli_fail (app, CLI_NETWORK, cli_code_of (answer->error, "tracker"),
                       answer->error->message, NULL); /* the others decide, too */
      return;
    }
  cli_row (app, "tracker", _ ("Tracker"), answer->url);
  cli_row (app, "warning", _ ("Warning"), shoal_tracker_reply_get_warning (answer->reply));
  put_announced (app, answer->reply);
  put_swarms (app, answer->reply);
}

void
cli_tracker_put (const CliApp *app, const GPtrArray *answers)
{
  for (guint i = 0; i < answers->len; i++)
    put_answer (app, answers->pdata[i]);
}

/* --- JSON --- */

static void
add_count (JsonBuilder *b, const char *name, gint64 value)
{
  json_builder_set_member_name (b, name);
  if (value >= 0)
    json_builder_add_int_value (b, value);
  else
    json_builder_add_null_value (b);
}

static void
add_swarms (JsonBuilder *b, ShoalTrackerReply *reply)
{
  const char *hash;
  guint seeders;
  guint leechers;
  guint completed;

  cli_json_open_array (b, "torrents");
  for (guint i = 0;
       (hash = shoal_tracker_reply_get_swarm (reply, i, &seeders, &leechers, &completed)) != NULL;
       i++)
    {
      json_builder_begin_object (b);
      cli_json_text (b, "info_hash", hash);
      cli_json_number (b, "seeders", seeders);
      cli_json_number (b, "leechers", leechers);
      cli_json_number (b, "completed", completed);
      json_builder_end_object (b);
    }
  json_builder_end_array (b);
}

static void
add_reply (JsonBuilder *b, ShoalTrackerReply *reply)
{
  const char *const *peers = shoal_tracker_reply_get_peers (reply);

  add_count (b, "seeders", shoal_tracker_reply_get_seeders (reply));
  add_count (b, "leechers", shoal_tracker_reply_get_leechers (reply));
  add_count (b, "completed", shoal_tracker_reply_get_completed (reply));
  cli_json_number (b, "interval", shoal_tracker_reply_get_interval (reply));
  cli_json_number (b, "min_interval", shoal_tracker_reply_get_min_interval (reply));
  cli_json_text (b, "warning", shoal_tracker_reply_get_warning (reply));
  cli_json_text (b, "own_address", shoal_tracker_reply_get_own_address (reply));
  cli_json_texts (b, "peers", peers, g_strv_length ((char **) peers));
  add_swarms (b, reply);
}

static void
add_answer (JsonBuilder *b, const CliTrackerAnswer *answer)
{
  json_builder_begin_object (b);
  cli_json_text (b, "url", answer->url);
  cli_json_text (b, "problem", answer->error != NULL ? answer->error->message : NULL);
  if (answer->reply != NULL)
    add_reply (b, answer->reply);
  json_builder_end_object (b);
}

/* In the form of every other error. */
static void
add_error (JsonBuilder *b, const GPtrArray *answers)
{
  const CliTrackerAnswer *first = answers->pdata[0];

  json_builder_set_member_name (b, "error");
  json_builder_begin_object (b);
  cli_json_text (b, "code", cli_code_of (first->error, "tracker"));
  cli_json_text (b, "message", first->error->message);
  cli_json_text (b, "hint", NULL);
  json_builder_end_object (b);
}

void
cli_tracker_put_json (JsonBuilder *b, const char *name, const GPtrArray *answers)
{
  cli_json_open_array (b, name);
  for (guint i = 0; i < answers->len; i++)
    add_answer (b, answers->pdata[i]);
  json_builder_end_array (b);
  if (answers->len > 0 && cli_tracker_count (answers) == 0)
    add_error (b, answers);
}
