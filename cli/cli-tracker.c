/* cli-tracker.c: `shoal tracker`: one announce or scrape, as a client would make it; and the way to
 * the words that administer a tracker. */
#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-json.h"
#include "cli/cli-output.h"
#include "cli/cli-torrent.h"
#include "cli/cli-tracker-admin.h"
#include "cli/cli-tracker-ask.h"
#include "cli/cli-values.h"
#include "protocol/core/bt-hex.h"

#define USUAL_PORT 6881
#define PEERS_MAX 10000

typedef struct
{
  char **info_hashes;
  char *port;
  char *event;
  char *left;
  char *want_peers;
  char *bind;
  char *timeout;
  gboolean stay;
  CliTrackerAdminOptions admin;
} Options;

/* One run. */
typedef struct
{
  const CliApp *app;
  const Options *options;
  CliTrackerQuestion question;
  GPtrArray *urls;   /* ends with NULL */
  GPtrArray *hashes; /* likewise */
} Run;

static const char *const events[] = { "none", "completed", "started", "stopped", NULL };

static void
describe (void *data, GArray *entries)
{
  Options *o = data;

  cli_option (entries, "info-hash", 'i', G_OPTION_ARG_STRING_ARRAY, &o->info_hashes,
              N_ ("The torrent that is meant, in hexadecimal; a scrape takes several"),
              N_ ("HASH"));
  cli_option (entries, "port", 0, G_OPTION_ARG_STRING, &o->port,
              N_ ("The port that the tracker is to name (default: 6881)"), N_ ("N"));
  cli_option (entries, "event", 0, G_OPTION_ARG_STRING, &o->event,
              N_ ("What happened: started (default), completed, stopped or none"), N_ ("EVENT"));
  cli_option (entries, "left", 0, G_OPTION_ARG_STRING, &o->left,
              N_ ("How much is lacking (default: all); 0 announces a seed"), N_ ("SIZE"));
  cli_option (entries, "numwant", 0, G_OPTION_ARG_STRING, &o->want_peers,
              N_ ("How many peers are wanted (default: as many as the tracker likes)"), N_ ("N"));
  cli_option (entries, "stay", 0, G_OPTION_ARG_NONE, &o->stay,
              N_ ("Stay on the tracker's list instead of taking the announce back"), NULL);
  cli_option (entries, "bind", 0, G_OPTION_ARG_STRING, &o->bind,
              N_ ("Use that address or network interface alone"), N_ ("ADDRESS|INTERFACE"));
  cli_option (entries, "timeout", 0, G_OPTION_ARG_STRING, &o->timeout,
              N_ ("How long an answer may take, such as 5s (default: 20s)"), N_ ("TIME"));
  cli_tracker_admin_describe (&o->admin, entries);
}

static void
release (void *data)
{
  Options *o = data;

  g_strfreev (o->info_hashes);
  g_free (o->port);
  g_free (o->event);
  g_free (o->left);
  g_free (o->want_peers);
  g_free (o->bind);
  g_free (o->timeout);
  cli_tracker_admin_clear (&o->admin);
}

/* --- options --- */

static const char *const words[] = { "announce", "scrape", "list",  "add",    "remove", "allow",
                                     "deny",     "unmark", "stats", "reload", NULL };

static int
fail_word (const CliApp *app, const char *word)
{
  const char *nearest = cli_nearest (word, words);
  g_autofree char *known = g_strjoinv (", ", (char **) words);

  if (nearest != NULL)
    return cli_fail_usage (app, _ ("there is no “%s”; did you mean “%s”?"), word, nearest);
  return cli_fail_usage (app, _ ("%s are known, not “%s”"), known, word);
}

static bool
read_word (Run *run)
{
  const char *word = run->app->arguments[0];

  if (word == NULL)
    return cli_fail_usage (run->app, _ ("say what to do, such as announce, scrape or list")), false;
  run->question.scrape = strcmp (word, "scrape") == 0;
  if (!run->question.scrape && strcmp (word, "announce") != 0)
    return fail_word (run->app, word), false;
  if (run->app->arguments[1] == NULL || run->app->arguments[2] != NULL)
    return cli_fail_usage (run->app, _ ("one tracker, or one torrent that names some, is to be "
                                        "given")),
           false;
  return true;
}

static bool
read_event (Run *run)
{
  const char *text = run->options->event != NULL ? run->options->event : "started";

  for (unsigned i = 0; events[i] != NULL; i++)
    if (strcmp (events[i], text) == 0)
      {
        run->question.event = (ShoalTrackerEvent) i;
        return true;
      }
  return cli_fail_usage (run->app,
                         _ ("--event takes started, completed, stopped or none, not "
                            "“%s”"),
                         text),
         false;
}

static bool
read_numbers (Run *run)
{
  const Options *o = run->options;
  uint64_t port = USUAL_PORT;
  uint64_t want = 0;
  uint64_t timeout_us = CLI_TRACKER_TIMEOUT_MS * UINT64_C (1000);

  if (o->port != NULL && !cli_parse_uint (o->port, 1, 65535, &port))
    return cli_fail_usage (run->app, _ ("--port takes a number from 1 to 65535, not “%s”"),
                           o->port),
           false;
  if (o->want_peers != NULL && !cli_parse_uint (o->want_peers, 0, PEERS_MAX, &want))
    return cli_fail_usage (run->app, _ ("--numwant takes a number, not “%s”"), o->want_peers),
           false;
  if (o->left != NULL && !cli_parse_size (o->left, &run->question.left))
    return cli_fail_usage (run->app, _ ("--left takes a size such as 2MiB, not “%s”"), o->left),
           false;
  if (o->timeout != NULL && (!cli_parse_duration (o->timeout, &timeout_us) || timeout_us == 0))
    return cli_fail_usage (run->app, _ ("--timeout takes a time such as 5s, not “%s”"), o->timeout),
           false;
  run->question.port = (int) port;
  run->question.want_peers = o->want_peers != NULL ? (int) want : -1;
  run->question.timeout_ms = (unsigned) MIN (timeout_us / 1000, G_MAXINT);
  run->question.bind = o->bind;
  run->question.stay = o->stay;
  return true;
}

static bool
is_hash (const char *text)
{
  uint8_t bytes[32];
  size_t len = strlen (text);

  return (len == 40 || len == 64) && bt_hex_parse (text, len, bytes, len / 2);
}

static bool
read_hashes (Run *run)
{
  char **hash = run->options->info_hashes;

  for (; hash != NULL && *hash != NULL; hash++)
    {
      if (!is_hash (*hash))
        return cli_fail_usage (run->app,
                               _ ("--info-hash takes 40 or 64 hexadecimal digits, not "
                                  "“%s”"),
                               *hash),
               false;
      g_ptr_array_add (run->hashes, g_strdup (*hash));
    }
  if (run->hashes->len > 1 && !run->question.scrape)
    return cli_fail_usage (run->app, _ ("an announce is of one torrent")), false;
  return true;
}

/* --- whom to ask, and about what --- */

static void
take_source (Run *run, const CliSource *source)
{
  g_autoptr (GPtrArray) urls = cli_tracker_urls (source);

  g_ptr_array_extend_and_steal (run->urls, g_steal_pointer (&urls));
  if (run->hashes->len == 0)
    g_ptr_array_add (run->hashes, cli_tracker_hash (source));
  if (run->options->left != NULL)
    return;
  if (source->metainfo != NULL)
    run->question.left = bt_metainfo_content_size (source->metainfo);
  else if (source->magnet->has_length)
    run->question.left = source->magnet->length;
}

static int
take_target (Run *run)
{
  const char *target = run->app->arguments[1];
  g_auto (CliSource) source = { 0 };
  int code;

  if (cli_is_tracker_url (target))
    {
      g_ptr_array_add (run->urls, g_strdup (target));
      if (run->hashes->len > 0 || (run->question.scrape && !g_str_has_prefix (target, "udp:")))
        return CLI_OK;
      return cli_fail_usage (run->app, _ ("--info-hash is to say which torrent is meant"));
    }
  code = cli_source_load (&source, run->app, target);
  if (code != CLI_OK)
    return code;
  take_source (run, &source);
  if (run->urls->len == 0)
    return cli_fail (run->app, CLI_NETWORK, "tracker", _ ("the torrent names no tracker"), NULL);
  return CLI_OK;
}

/* --- the verb --- */

static int
ask (Run *run)
{
  g_autoptr (GPtrArray) answers = NULL;
  int code = CLI_OK;

  g_ptr_array_add (run->urls, NULL);
  g_ptr_array_add (run->hashes, NULL);
  run->question.info_hashes = (const char *const *) run->hashes->pdata;
  answers = cli_tracker_ask (&run->question, (const char *const *) run->urls->pdata, &code);
  if (answers == NULL)
    return code;
  if (run->app->output == CLI_OUTPUT_JSON)
    {
      JsonBuilder *b = cli_json_begin ();

      cli_tracker_put_json (b, "trackers", answers);
      cli_json_end (b);
    }
  else
    cli_tracker_put (run->app, answers);
  return cli_tracker_count (answers) > 0 ? CLI_OK : CLI_NETWORK;
}

static int
run (CliApp *app, void *data)
{
  g_autoptr (GPtrArray) urls = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func (g_free);
  Run self = { .app = app, .options = data, .urls = urls, .hashes = hashes };
  int code;

  self.question.app = app;
  if (app->arguments[0] != NULL && cli_tracker_admin_knows (app->arguments[0]))
    return read_numbers (&self)
               ? cli_tracker_admin_run (app, &self.options->admin, self.question.timeout_ms)
               : CLI_USAGE;
  self.question.left = 1; /* whoever lacks something is told of seeds as well */
  if (!read_word (&self) || !read_event (&self) || !read_numbers (&self) || !read_hashes (&self))
    return CLI_USAGE;
  code = take_target (&self);
  return code == CLI_OK ? ask (&self) : code;
}

static const CliExample examples[] = {
  { "shoal tracker announce Holiday.torrent", N_ ("Ask the torrent's trackers for peers") },
  { "shoal tracker scrape Holiday.torrent", N_ ("Ask how many seeders and leechers there are") },
  { "shoal tracker announce udp://tracker.example:6969 -i HASH --left 0",
    N_ ("Announce a seed to one tracker, and take it back") },
  { "shoal tracker list --server https://tracker.example --query holiday --sort size",
    N_ ("Search a tracker's catalogue, the largest first") },
  { "shoal tracker add Holiday.torrent --server https://tracker.example --token-file token",
    N_ ("Register a torrent") },
  { NULL, NULL },
};

static const CliChoice choices[] = { { "event", events },
                                     { "sort", cli_tracker_sorts },
                                     { "state", cli_tracker_states },
                                     { NULL, NULL } };

const CliVerb cli_tracker_verb = {
  .name = "tracker",
  .arguments = N_ ("WORD [URL|FILE|MAGNET|HASH|ID|-…]"),
  .takes = CLI_TAKES_WORD_AND_TORRENT,
  .words = words,
  .choices = choices,
  .summary = N_ ("Ask a tracker for peers or numbers, or administer one"),
  .description
  = N_ ("The word announce announces once, and scrape scrapes once, over http, https or udp, and "
        "prints what the tracker "
        "says. Of a torrent or a magnet link all trackers are asked at once; of a tracker's "
        "address --info-hash says which torrent is meant, without which a scrape over http asks "
        "for all that the tracker has. An announce is taken back at the end, so that nobody is led "
        "here, unless --stay is given. Trackers that fail are named on standard error, one "
        "sentence each; the exit code is 8 when none has answered. "
        "The other words administer the tracker at --server, with the token of --token-file where "
        "it wants one: list and stats show what it has, add registers .torrent files, remove takes "
        "torrents out of its catalogue, allow and deny put info-hashes on its lists, or decide "
        "about a torrent by its number in the catalogue, unmark takes info-hashes off the lists, "
        "and reload has it read its configuration again. Certificates are verified and redirects "
        "are not followed; the exit code is 8 when the tracker refuses or does not answer."),
  .examples = examples,
  .options_size = sizeof (Options),
  .describe = describe,
  .release = release,
  .run = run,
};
