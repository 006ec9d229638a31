/* trk-verb-run.c: `shoal-tracker run`. */
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-server.h"
#include "tracker-server/server/trk-verb.h"

typedef struct
{
  char *http;
  char *udp;
  char *admin;
  char *mode;
} Options;

static void
describe (void *data, GArray *entries)
{
  Options *o = data;

  trk_option (entries, "http", 0, G_OPTION_ARG_STRING, &o->http,
              N_ ("Serve HTTP there: addresses with ports and ; between them, or none"),
              N_ ("ADDRESS"));
  trk_option (entries, "udp", 0, G_OPTION_ARG_STRING, &o->udp, N_ ("Serve UDP there, likewise"),
              N_ ("ADDRESS"));
  trk_option (entries, "admin", 0, G_OPTION_ARG_STRING, &o->admin,
              N_ ("Serve administration there: addresses, or paths of Unix sockets"),
              N_ ("ADDRESS"));
  trk_option (entries, "mode", 0, G_OPTION_ARG_STRING, &o->mode,
              N_ ("Serve all torrents, or those that are listed"), N_ ("MODE"));
}

static void
release (void *data)
{
  Options *o = data;

  g_free (o->http);
  g_free (o->udp);
  g_free (o->admin);
  g_free (o->mode);
}

/* An option is a shorter way to write a setting, and comes before what --set says. */
static void
add (GStrvBuilder *all, const char *name, const char *value)
{
  g_autofree char *pair = NULL;

  if (value == NULL)
    return;
  pair = g_strconcat (name, "=", strcmp (value, "none") == 0 ? "" : value, NULL);
  g_strv_builder_add (all, pair);
}

static void
add_all (TrkOptions *options, const Options *o)
{
  GStrvBuilder *all = g_strv_builder_new ();

  add (all, "listen.http", o->http);
  add (all, "listen.udp", o->udp);
  add (all, "listen.admin", o->admin);
  add (all, "tracker.mode", o->mode);
  for (char **pair = options->set; pair != NULL && *pair != NULL; pair++)
    g_strv_builder_add (all, *pair);
  g_strfreev (options->set);
  options->set = g_strv_builder_end (all);
  g_strv_builder_unref (all);
}

static int
run (TrkApp *app, void *data)
{
  g_autoptr (GError) error = NULL;
  TrkNotify notify;
  bool tty = isatty (STDERR_FILENO) && !app->globals.quiet;
  TrkServerConfig config = { .options = &app->globals.options, .notify = &notify };
  bool ok;

  if (app->arguments[0] != NULL)
    return trk_fail (app, TRK_EXIT_USAGE, _ ("“run” takes options alone, not “%s”"),
                     app->arguments[0]);
  add_all (&app->globals.options, data);
  trk_notify_init (&notify);
  config.show_token = !app->log.journal && notify.fd < 0;
  config.line = tty ? &app->log.line : NULL;
  ok = trk_server_run (&config, &error);
  trk_notify_clear (&notify);
  return ok ? TRK_EXIT_OK : trk_fail_error (app, g_steal_pointer (&error));
}

static const char *const modes[] = { "open", "listed", NULL };
static const char *const nothing[] = { NULL };
static const TrkChoice choices[] = { { "mode", modes }, { NULL, NULL } };

static const TrkExample examples[] = {
  { "shoal-tracker run", N_ ("Serve at port 6969, over HTTP and UDP, from a folder of your own") },
  { "shoal-tracker run --folder /srv/tracker --mode listed",
    N_ ("Serve from another folder, and listed torrents alone") },
  { "shoal-tracker run --http 127.0.0.1:8080 --udp none --set announce.interval=900",
    N_ ("Serve HTTP alone, on loopback") },
  { NULL, NULL },
};

const TrkVerb trk_run_verb = {
  .name = "run",
  .arguments = "",
  .words = nothing,
  .choices = choices,
  .summary = N_ ("Serve torrents"),
  .description
  = N_ ("Runs the tracker until it is ended by SIGTERM or SIGINT. What it needs is made when it is "
        "not there. SIGHUP reads configuration and certificate anew. Addresses, and the token of "
        "the administrator at the first start, are printed to standard error."),
  .examples = examples,
  .options_size = sizeof (Options),
  .describe = describe,
  .release = release,
  .run = run,
};
