/* cli-transfer-options.c: the options of a transfer, and what they amount to. */
#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-transfer-limits.h"
#include "cli/cli-transfer-peers.h"
#include "cli/cli-values.h"

const char *const cli_encryptions[] = { [SHOAL_ENCRYPTION_PREFER] = "prefer",
                                        [SHOAL_ENCRYPTION_REQUIRE] = "require",
                                        [SHOAL_ENCRYPTION_OFF] = "off",
                                        NULL };
const CliChoice cli_transfer_choices[] = { { "encryption", cli_encryptions }, { NULL, NULL } };

void
cli_transfer_describe_peers (CliTransferOptions *o, GArray *entries)
{
  cli_option (entries, "port", 0, G_OPTION_ARG_INT, &o->port,
              N_ ("Listen at port N (default: any)"), N_ ("N"));
  cli_option (entries, "bind", 0, G_OPTION_ARG_STRING, &o->bind,
              N_ ("Use that address or network interface alone, for everything"),
              N_ ("ADDRESS|INTERFACE"));
  cli_option (entries, "no-port-mapping", 0, G_OPTION_ARG_NONE, &o->no_port_mapping,
              N_ ("Do not ask the router to lead a port here (UPnP, NAT-PMP)"), NULL);
  cli_option (
      entries, "encryption", 0, G_OPTION_ARG_STRING, &o->encryption,
      N_ ("Whether connections to peers are obfuscated: prefer (default; plain where a peer "
          "takes no other), require or off"),
      N_ ("POLICY"));
  cli_option (entries, "peer", 0, G_OPTION_ARG_STRING_ARRAY, &o->peers,
              N_ ("Connect to that peer, too (may repeat)"), N_ ("HOST:PORT"));
  cli_option (entries, "no-trackers", 0, G_OPTION_ARG_NONE, &o->no_trackers,
              N_ ("Ask none of the torrent's trackers"), NULL);
  cli_option (entries, "many-per-address", 0, G_OPTION_ARG_NONE, &o->many_per_address,
              N_ ("Let several peers share an address, as in a private network"), NULL);
}

void
cli_transfer_describe_network (CliTransferOptions *o, GArray *entries)
{
  cli_transfer_describe_peers (o, entries);
  cli_option (entries, "limit-down", 0, G_OPTION_ARG_STRING, &o->limit_down,
              N_ ("Receive at most so much a second, such as 2M or 500KiB"), N_ ("SIZE"));
  cli_option (entries, "limit-up", 0, G_OPTION_ARG_STRING, &o->limit_up,
              N_ ("Send at most so much a second"), N_ ("SIZE"));
  cli_option (entries, "super-seed", 0, G_OPTION_ARG_NONE, &o->super_seed,
              N_ ("While seeding, show each peer one piece at a time, so that the first seed of a "
                  "torrent sends little more than one copy (BEP 16)"),
              NULL);
  cli_option (entries, "seed-ratio", 0, G_OPTION_ARG_STRING, &o->until_ratio,
              N_ ("Seed until so many times the size has been sent"), N_ ("RATIO"));
  cli_option (entries, "seed-for", 0, G_OPTION_ARG_STRING, &o->seed_for,
              N_ ("Seed for that long, such as 90s, 30m or 2h"), N_ ("TIME"));
}

void
cli_transfer_describe_tracker (CliTransferOptions *o, GArray *entries)
{
  cli_option (entries, "tracker", 't', G_OPTION_ARG_STRING_ARRAY, &o->trackers,
              N_ ("Ask that tracker, too (may repeat)"), N_ ("URL"));
}

void
cli_transfer_describe (CliTransferOptions *o, GArray *entries)
{
  cli_transfer_describe_network (o, entries);
  cli_option (entries, "trust-resume", 0, G_OPTION_ARG_NONE, &o->trust_resume,
              N_ ("Verify only what the state of the last run does not answer for"), NULL);
  cli_transfer_describe_tracker (o, entries);
}

void
cli_transfer_clear (CliTransferOptions *o)
{
  g_free (o->bind);
  g_free (o->encryption);
  g_strfreev (o->peers);
  g_strfreev (o->trackers);
  g_free (o->limit_down);
  g_free (o->limit_up);
  g_free (o->until_ratio);
  g_free (o->seed_for);
}

/* --- values --- */

static bool
read_rate (const CliApp *app, const char *name, const char *text, uint64_t *out)
{
  if (text == NULL || cli_parse_size (text, out))
    return true;
  return cli_fail_usage (app, _ ("--%s takes a size a second such as 2M or 500KiB, not “%s”"), name,
                         text),
         false;
}

static bool
read_ratio (const CliApp *app, const char *text, double *out)
{
  char *end;

  if (text == NULL)
    return true;
  *out = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0' && *out > 0 && *out < 1e6)
    return true;
  return cli_fail_usage (app, _ ("--seed-ratio takes a number above 0, not “%s”"), text), false;
}

static bool
read_encryption (const CliApp *app, const char *text, ShoalEncryption *out)
{
  if (text == NULL)
    return true;
  for (unsigned i = 0; cli_encryptions[i] != NULL; i++)
    if (strcmp (text, cli_encryptions[i]) == 0)
      {
        *out = (ShoalEncryption) i;
        return true;
      }
  return cli_fail_usage (app, _ ("--encryption is prefer, require or off, not “%s”"), text), false;
}

static bool
check_trackers (const CliApp *app, char **urls)
{
  for (; urls != NULL && *urls != NULL; urls++)
    if (!cli_is_tracker_url (*urls))
      return cli_fail_usage (app, _ ("--tracker takes an http, https or udp URL, not “%s”"), *urls),
             false;
  return true;
}

bool
cli_transfer_read_limits (const CliApp *app, const CliTransferOptions *o, CliTransferLimits *out)
{
  *out = (CliTransferLimits){ 0 };
  if (o->port < 0 || o->port > 65535)
    return cli_fail_usage (app, _ ("--port takes a number from 0 to 65535")), false;
  if (o->seed_for != NULL && !cli_parse_duration (o->seed_for, &out->seed_for_us))
    return cli_fail_usage (app, _ ("--seed-for takes a time such as 90s, 30m or 2h, not “%s”"),
                           o->seed_for),
           false;
  return read_rate (app, "limit-down", o->limit_down, &out->down_Bps)
         && read_rate (app, "limit-up", o->limit_up, &out->up_Bps)
         && read_ratio (app, o->until_ratio, &out->until_ratio) && check_trackers (app, o->trackers)
         && read_encryption (app, o->encryption, &out->encryption)
         && cli_peers_check (app, o->peers);
}

bool
cli_transfer_check (const CliApp *app, const CliTransferOptions *options)
{
  CliTransferLimits limits;

  return cli_transfer_read_limits (app, options, &limits);
}
