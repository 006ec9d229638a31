/* cli-words.c: from options to the builder's lists. */
#include "cli/cli-words.h"

#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-values.h"
#include "protocol/core/bt-host-port.h"

void
cli_words_describe (CliWords *words, GArray *entries)
{
  cli_option (entries, "tracker", 't', G_OPTION_ARG_STRING_ARRAY, &words->trackers,
              N_ ("Announce to URL; a tier of its own each time, or URL,URL in one tier"),
              N_ ("URL[,URL]"));
  cli_option (entries, "web-seed", 'w', G_OPTION_ARG_STRING_ARRAY, &words->web_seeds,
              N_ ("A web server that has the files (may repeat)"), N_ ("URL"));
  cli_option (entries, "node", 0, G_OPTION_ARG_STRING_ARRAY, &words->nodes,
              N_ ("A node of the DHT to begin with (may repeat)"), N_ ("HOST:PORT"));
  cli_option (entries, "private", 'p', G_OPTION_ARG_NONE, &words->is_private,
              N_ ("Let peers come from the trackers alone (BEP 27)"), NULL);
  cli_option (entries, "source", 0, G_OPTION_ARG_STRING, &words->source,
              N_ ("Put TEXT into the info dictionary, so that the info-hash differs"), N_ ("TEXT"));
  cli_option (entries, "comment", 'c', G_OPTION_ARG_STRING, &words->comment,
              N_ ("Put TEXT into the torrent"), N_ ("TEXT"));
}

void
cli_words_clear (CliWords *words)
{
  g_strfreev (words->trackers);
  g_strfreev (words->web_seeds);
  g_strfreev (words->nodes);
  g_free (words->source);
  g_free (words->comment);
  g_clear_pointer (&words->tracker_list, g_array_unref);
  g_clear_pointer (&words->seed_list, g_array_unref);
  g_clear_pointer (&words->node_list, g_array_unref);
  g_clear_pointer (&words->texts, g_string_chunk_free);
}

/* One --tracker: a tier. */
static bool
read_tier (CliWords *words, const char *text, unsigned tier, const CliApp *app)
{
  /* An empty text is one empty URL, not none. */
  g_auto (GStrv) urls = g_strsplit (*text != '\0' ? text : ",", ",", -1);

  for (size_t i = 0; urls[i] != NULL; i++)
    {
      const char *url = g_strstrip (urls[i]);
      BtTracker tracker = { .tier = tier };

      if (!cli_is_tracker_url (url))
        return cli_fail_usage (app, _ ("--tracker takes an http, https or udp URL, not “%s”"), url),
               false;
      tracker.url = g_string_chunk_insert (words->texts, url);
      g_array_append_val (words->tracker_list, tracker);
    }
  return true;
}

static bool
read_trackers (CliWords *words, const CliApp *app)
{
  bool ok = true;

  for (unsigned i = 0; ok && words->trackers != NULL && words->trackers[i] != NULL; i++)
    ok = read_tier (words, words->trackers[i], i, app);
  return ok;
}

static bool
read_web_seeds (CliWords *words, const CliApp *app)
{
  for (char **url = words->web_seeds; url != NULL && *url != NULL; url++)
    {
      if (!cli_is_web_url (*url))
        return cli_fail_usage (app, _ ("--web-seed takes an http, https or ftp URL, not “%s”"),
                               *url),
               false;
      g_array_append_vals (words->seed_list, &(BtWebSeed){ .url = *url }, 1);
    }
  return true;
}

static bool
read_nodes (CliWords *words, const CliApp *app)
{
  for (char **text = words->nodes; text != NULL && *text != NULL; text++)
    {
      BtHostPort at;
      BtNode node;

      if (!bt_host_port_parse (*text, strlen (*text), &at))
        return cli_fail_usage (app, _ ("--node takes HOST:PORT, not “%s”"), *text), false;
      node.host = g_string_chunk_insert_len (words->texts, at.host, (gssize) at.host_len);
      node.port = at.port;
      g_array_append_val (words->node_list, node);
    }
  return true;
}

bool
cli_words_read (CliWords *words, const CliApp *app, BtBuilder *out)
{
  words->tracker_list = g_array_new (FALSE, FALSE, sizeof (BtTracker));
  words->seed_list = g_array_new (FALSE, FALSE, sizeof (BtWebSeed));
  words->node_list = g_array_new (FALSE, FALSE, sizeof (BtNode));
  words->texts = g_string_chunk_new (1024);
  if (!read_trackers (words, app) || !read_web_seeds (words, app) || !read_nodes (words, app))
    return false;
  out->is_private = words->is_private;
  out->source = words->source;
  out->comment = words->comment;
  out->trackers = (const BtTracker *) (void *) words->tracker_list->data;
  out->n_trackers = words->tracker_list->len;
  out->web_seeds = (const BtWebSeed *) (void *) words->seed_list->data;
  out->n_web_seeds = words->seed_list->len;
  out->nodes = (const BtNode *) (void *) words->node_list->data;
  out->n_nodes = words->node_list->len;
  return true;
}
