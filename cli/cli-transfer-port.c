/* cli-transfer-port.c: see the header. */
#include "cli/cli-transfer-port.h"

#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-transfer-events.h"

static const char *const states[] = { [SHOAL_PORT_STATE_UNKNOWN] = "unknown",
                                      [SHOAL_PORT_STATE_OPEN] = "open",
                                      [SHOAL_PORT_STATE_CLOSED] = "closed" };
static const char *const mappers[] = { [SHOAL_PORT_MAPPER_NONE] = NULL,
                                       [SHOAL_PORT_MAPPER_NAT_PMP] = "nat-pmp",
                                       [SHOAL_PORT_MAPPER_UPNP] = "upnp" };

/* (transfer full) (nullable) */
static char *
sentence_of (ShoalSession *session)
{
  const char *problem = shoal_session_get_port_problem (session);
  guint port = shoal_session_get_external_port (session);

  if (shoal_session_get_port_state (session) == SHOAL_PORT_STATE_OPEN)
    return g_strdup (_ ("Strangers reach this computer: the port is open"));
  if (problem != NULL)
    return g_strdup (problem);
  if (port != 0)
    return g_strdup_printf (_ ("Port %u of the router leads here"), port);
  return NULL;
}

void
cli_transfer_tell_port (const CliApp *app, ShoalSession *session, ShoalTorrent *torrent,
                        int64_t start_us, char **told)
{
  const CliEventText texts[]
      = { { "state", states[shoal_session_get_port_state (session)] },
          { "mapper", mappers[shoal_session_get_port_mapper (session)] },
          { "external_address", shoal_session_get_external_address (session) },
          { "problem", shoal_session_get_port_problem (session) },
          { NULL, NULL } };
  g_autofree char *sentence = sentence_of (session);

  if (g_strcmp0 (sentence, *told) == 0)
    return;
  g_free (*told);
  *told = g_strdup (sentence);
  if (app->output == CLI_OUTPUT_JSON)
    cli_transfer_put_event ("port", texts, session, torrent, start_us);
  else if (app->globals.verbose && sentence != NULL)
    cli_say (app, "%s", sentence);
}

void
cli_transfer_tell_seeding (const CliApp *app, ShoalSession *session, ShoalTorrent *torrent,
                           int64_t start_us)
{
  g_autofree char *magnet = shoal_torrent_dup_magnet (torrent);
  g_autofree char *link = shoal_torrent_dup_link (torrent, NULL);
  const CliEventText texts[] = { { "link", link }, { NULL, NULL } };

  if (app->output == CLI_OUTPUT_JSON)
    {
      cli_transfer_put_event ("seeding", texts, session, torrent, start_us);
      return;
    }
  cli_say (app, "%s", _ ("Seeding"));
  if (strcmp (link, magnet) != 0)
    cli_say (app, "%s", link); /* nobody else leads to us */
}
