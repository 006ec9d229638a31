/* cli-register.c: the tracker of a torrent, asked to take it. */
#include "cli/cli-register.h"

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-tracker-ask.h"
#include "cli/cli-values.h"

void
cli_register_describe (CliRegister *self, GArray *entries)
{
  cli_option (entries, "register", 0, G_OPTION_ARG_NONE, &self->wanted,
              N_ ("Register the torrent at its first tracker over http, or at --server"), NULL);
  cli_tracker_admin_describe_server (&self->options, entries);
}

void
cli_register_clear (CliRegister *self)
{
  cli_tracker_admin_clear (&self->options);
  g_clear_object (&self->admin);
  g_clear_object (&self->added);
}

/* (nullable) */
static const char *
server_of (const BtBuilder *words)
{
  for (size_t i = 0; i < words->n_trackers; i++)
    if (cli_is_http_url (words->trackers[i].url))
      return words->trackers[i].url;
  return NULL;
}

int
cli_register_open (CliRegister *self, const CliApp *app, const BtBuilder *words)
{
  const char *server = server_of (words);
  int code = CLI_OK;

  if (!self->wanted && (self->options.server != NULL || self->options.token_file != NULL))
    return cli_fail_usage (app, _ ("--server and --token-file are for --register"));
  if (!self->wanted)
    return CLI_OK;
  if (server == NULL && self->options.server == NULL)
    return cli_fail_usage (app, _ ("--register needs a --tracker that speaks http, or a --server"));
  self->admin = cli_tracker_admin_open (app, &self->options, server, CLI_TRACKER_TIMEOUT_MS, &code);
  return code;
}

int
cli_register_run (CliRegister *self, const CliApp *app, GBytes *torrent, const char *path)
{
  g_autofree char *clean = path != NULL ? cli_clean (path) : NULL;
  g_autofree char *hint
      = clean != NULL
            ? g_strdup_printf (_ ("“%s” was made; shoal tracker add registers it."), clean)
            : NULL;
  int code = CLI_OK;

  if (self->admin != NULL)
    self->added = cli_tracker_admin_register (app, self->admin, torrent, hint, &code);
  return code;
}
