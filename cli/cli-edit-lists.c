/* cli-edit-lists.c: the options of `shoal edit` that speak of trackers and web seeds. */
#include "cli/cli-edit-lists.h"

#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-values.h"

void
cli_list_changes_describe (CliListChanges *changes, GArray *entries)
{
  cli_option (entries, "add-tracker", 't', G_OPTION_ARG_STRING_ARRAY, &changes->add_trackers,
              N_ ("Add a tier with URL, or with URL,URL (may repeat)"), N_ ("URL[,URL]"));
  cli_option (entries, "remove-tracker", 0, G_OPTION_ARG_STRING_ARRAY, &changes->remove_trackers,
              N_ ("Take a tracker out, or all of them (may repeat)"), N_ ("URL|all"));
  cli_option (entries, "replace-tracker", 0, G_OPTION_ARG_STRING_ARRAY, &changes->replace_trackers,
              N_ ("Put NEW in the place of OLD (may repeat)"), N_ ("OLD=NEW"));
  cli_option (entries, "add-web-seed", 'w', G_OPTION_ARG_STRING_ARRAY, &changes->add_seeds,
              N_ ("Add a web server that has the files (may repeat)"), N_ ("URL"));
  cli_option (entries, "remove-web-seed", 0, G_OPTION_ARG_STRING_ARRAY, &changes->remove_seeds,
              N_ ("Take a web seed out, or all of them (may repeat)"), N_ ("URL|all"));
}

void
cli_list_changes_clear (CliListChanges *changes)
{
  g_strfreev (changes->add_trackers);
  g_strfreev (changes->remove_trackers);
  g_strfreev (changes->replace_trackers);
  g_strfreev (changes->add_seeds);
  g_strfreev (changes->remove_seeds);
}

static BtTracker *
tracker_at (const CliLists *lists, guint i)
{
  return &g_array_index (lists->trackers, BtTracker, i);
}

/* The place of a tracker in the list; its length when it is not there. */
static guint
find_tracker (const CliLists *lists, const char *url, size_t len)
{
  guint i = 0;

  while (i < lists->trackers->len
         && !(strncmp (tracker_at (lists, i)->url, url, len) == 0
              && tracker_at (lists, i)->url[len] == '\0'))
    i++;
  return i;
}

static bool
remove_tracker (CliLists *lists, const CliApp *app, const char *url)
{
  guint at = find_tracker (lists, url, strlen (url));

  lists->trackers_changed = true;
  if (strcmp (url, "all") == 0)
    {
      g_array_set_size (lists->trackers, 0);
      return true;
    }
  if (at == lists->trackers->len)
    return cli_fail_usage (app, _ ("the torrent has no tracker “%s”"), url), false;
  g_array_remove_index (lists->trackers, at);
  return true;
}

/* A URL may hold '=', so the one that ends a tracker of the torrent counts. */
static bool
replace_tracker (CliLists *lists, const CliApp *app, const char *text)
{
  const char *equals = strchr (text, '=');

  if (equals == NULL)
    return cli_fail_usage (app, _ ("--replace-tracker takes OLD=NEW, not “%s”"), text), false;
  for (; equals != NULL; equals = strchr (equals + 1, '='))
    {
      guint at = find_tracker (lists, text, (size_t) (equals - text));

      if (at == lists->trackers->len)
        continue;
      if (!cli_is_tracker_url (equals + 1))
        return cli_fail_usage (app,
                               _ ("--replace-tracker takes an http, https or udp URL, not “%s”"),
                               equals + 1),
               false;
      tracker_at (lists, at)->url = g_string_chunk_insert (lists->texts, equals + 1);
      lists->trackers_changed = true;
      return true;
    }
  return cli_fail_usage (app, _ ("the torrent has no tracker that “%s” starts with"), text), false;
}

static bool
add_tier (CliLists *lists, const CliApp *app, const char *text)
{
  /* An empty text is one empty URL, not none. */
  g_auto (GStrv) urls = g_strsplit (*text != '\0' ? text : ",", ",", -1);
  guint n = lists->trackers->len;
  BtTracker tracker = { .tier = n > 0 ? tracker_at (lists, n - 1)->tier + 1 : 0 };

  for (size_t i = 0; urls[i] != NULL; i++)
    {
      const char *url = g_strstrip (urls[i]);

      if (!cli_is_tracker_url (url))
        return cli_fail_usage (app, _ ("--add-tracker takes an http, https or udp URL, not “%s”"),
                               url),
               false;
      if (find_tracker (lists, url, strlen (url)) < lists->trackers->len)
        {
          cli_warn (app, _ ("the torrent has the tracker “%s” already"), url);
          continue;
        }
      tracker.url = g_string_chunk_insert (lists->texts, url);
      g_array_append_val (lists->trackers, tracker);
      lists->trackers_changed = true;
    }
  return true;
}

static guint
find_seed (const CliLists *lists, const char *url)
{
  guint i = 0;

  while (i < lists->seeds->len && strcmp (g_array_index (lists->seeds, BtWebSeed, i).url, url) != 0)
    i++;
  return i;
}

static bool
remove_seed (CliLists *lists, const CliApp *app, const char *url)
{
  guint at = find_seed (lists, url);

  lists->seeds_changed = true;
  if (strcmp (url, "all") == 0)
    {
      g_array_set_size (lists->seeds, 0);
      return true;
    }
  if (at == lists->seeds->len)
    return cli_fail_usage (app, _ ("the torrent has no web seed “%s”"), url), false;
  g_array_remove_index (lists->seeds, at);
  return true;
}

static bool
add_seed (CliLists *lists, const CliApp *app, const char *url)
{
  if (!cli_is_web_url (url))
    return cli_fail_usage (app, _ ("--add-web-seed takes an http, https or ftp URL, not “%s”"),
                           url),
           false;
  if (find_seed (lists, url) < lists->seeds->len)
    {
      cli_warn (app, _ ("the torrent has the web seed “%s” already"), url);
      return true;
    }
  g_array_append_vals (lists->seeds, &(BtWebSeed){ .url = url }, 1);
  lists->seeds_changed = true;
  return true;
}

bool
cli_lists_change (CliLists *out, const CliListChanges *changes, const CliApp *app,
                  const BtMetainfo *metainfo)
{
  const struct
  {
    char **texts;
    bool (*apply) (CliLists *lists, const CliApp *app, const char *text);
  } steps[] = {
    { changes->remove_trackers, remove_tracker },
    { changes->replace_trackers, replace_tracker },
    { changes->add_trackers, add_tier },
    { changes->remove_seeds, remove_seed },
    { changes->add_seeds, add_seed },
  };
  size_t n;
  const BtTracker *trackers = bt_metainfo_trackers (metainfo, &n);
  const BtWebSeed *seeds;
  bool ok = true;

  *out = (CliLists){ .trackers = g_array_new (FALSE, FALSE, sizeof (BtTracker)),
                     .seeds = g_array_new (FALSE, FALSE, sizeof (BtWebSeed)),
                     .texts = g_string_chunk_new (1024) };
  g_array_append_vals (out->trackers, trackers, (guint) n);
  seeds = bt_metainfo_web_seeds (metainfo, &n);
  g_array_append_vals (out->seeds, seeds, (guint) n);
  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    for (char **text = steps[i].texts; ok && text != NULL && *text != NULL; text++)
      ok = steps[i].apply (out, app, *text);
  return ok;
}

void
cli_lists_clear (CliLists *lists)
{
  g_clear_pointer (&lists->trackers, g_array_unref);
  g_clear_pointer (&lists->seeds, g_array_unref);
  g_clear_pointer (&lists->texts, g_string_chunk_free);
}
