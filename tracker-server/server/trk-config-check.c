/* trk-config-check.c: what is right by itself and wrong together, and the files that are named. */
#include "tracker-server/server/trk-config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

static bool
is_empty (char *const *list)
{
  return list == NULL || list[0] == NULL;
}

static void
check_listeners (const TrkSettings *s, TrkConfigReport *report)
{
  if (is_empty (s->http) && is_empty (s->udp) && is_empty (s->https))
    trk_config_error (report, _ ("there is nowhere to listen: listen.http, listen.udp and "
                                 "listen.https are empty; one of them needs an address"));
  else if (is_empty (s->http) && is_empty (s->https))
    trk_config_warn (report, _ ("listen.http and listen.https are empty: no catalogue, no API"));
  if (!is_empty (s->https) && (s->certificate[0] == '\0' || s->key[0] == '\0'))
    trk_config_error (report, _ ("listen.https needs listen.certificate and listen.key"));
  if (is_empty (s->https) && (s->certificate[0] != '\0' || s->key[0] != '\0'))
    trk_config_warn (report, _ ("listen.certificate and listen.key are of no use while "
                                "listen.https is empty"));
  if (is_empty (s->admin) && !s->admin_public)
    trk_config_warn (report, _ ("listen.admin is empty: there is no administration but by "
                                "commands"));
}

/* An endpoint that is given twice cannot be bound twice. */
static void
check_twice (char *const *list, char *const *other, const char *name, TrkConfigReport *report)
{
  for (char *const *a = list; a != NULL && *a != NULL; a++)
    {
      for (char *const *b = a + 1; *b != NULL; b++)
        if (strcmp (*a, *b) == 0 && !g_str_has_suffix (*a, ":0"))
          trk_config_error (report, _ ("%s has %s twice"), name, *a);
      for (char *const *b = other; b != NULL && *b != NULL; b++)
        if (strcmp (*a, *b) == 0 && !g_str_has_suffix (*a, ":0"))
          trk_config_error (report, _ ("%s has %s, which another listener has, too"), name, *a);
    }
}

static void
check_announces (const TrkSettings *s, TrkConfigReport *report)
{
  if (s->min_interval_s > s->interval_s)
    trk_config_error (report, _ ("announce.min-interval (%u) is more than announce.interval (%u)"),
                      s->min_interval_s, s->interval_s);
  if (s->numwant > s->numwant_max)
    trk_config_error (report, _ ("announce.numwant (%u) is more than announce.numwant-max (%u)"),
                      s->numwant, s->numwant_max);
  if (s->rate > 0 && s->burst < s->rate)
    trk_config_warn (report,
                     _ ("limits.burst (%u) is less than limits.rate (%u), which is then "
                        "never reached"),
                     s->burst, s->rate);
  if (s->max_connections_per_address > s->max_connections)
    trk_config_warn (report,
                     _ ("limits.connections-per-address (%u) is more than "
                        "limits.connections (%u)"),
                     s->max_connections_per_address, s->max_connections);
}

static bool
is_loopback (const char *door)
{
  return door[0] == '/' || g_str_has_prefix (door, "127.") || g_str_has_prefix (door, "[::1]");
}

static void
check_administration (const TrkSettings *s, TrkConfigReport *report)
{
  if (s->admin_public && !is_empty (s->http) && is_empty (s->trusted_proxies)
      && is_empty (s->proxy_protocol))
    trk_config_warn (report, _ ("web.admin-public without a proxy before it: tokens go over "
                                "listen.http in the clear"));
  for (char *const *door = s->admin; door != NULL && *door != NULL; door++)
    if (!is_loopback (*door))
      trk_config_warn (report,
                       _ ("listen.admin: %s is reached from other computers, and tokens go "
                          "there in the clear"),
                       *door);
  for (char *const *network = s->trusted_proxies; network != NULL && *network != NULL; network++)
    if (g_str_has_suffix (*network, "/0"))
      trk_config_warn (report, _ ("proxy.trusted: %s lets everyone claim any address"), *network);
}

static void
check_file (const char *name, const char *path, bool secret, TrkConfigReport *report)
{
  struct stat about;

  if (path[0] == '\0')
    return;
  if (stat (path, &about) != 0 || access (path, R_OK) != 0)
    trk_config_error (report, "%s: %s: %s", name, path, g_strerror (errno));
  else if (!S_ISREG (about.st_mode))
    trk_config_error (report, _ ("%s: %s is no file"), name, path);
  else if (secret && (about.st_mode & S_IRWXO) != 0)
    trk_config_warn (report, _ ("%s: everyone may use %s; chmod o= would be right"), name, path);
}

static void
check_folder (const char *path, TrkConfigReport *report)
{
  struct stat about;

  if (path[0] == '\0' || stat (path, &about) != 0)
    return; /* it is made */
  if (!S_ISDIR (about.st_mode))
    trk_config_error (report, _ ("tracker.folder: %s is no folder"), path);
  else if ((about.st_mode & S_IRWXO) != 0)
    trk_config_warn (report,
                     _ ("tracker.folder: everyone may look into %s; chmod o= would be "
                        "right"),
                     path);
}

bool
trk_config_check (const TrkSettings *s, TrkConfigReport *report)
{
  guint n_before = report->errors->len;

  check_listeners (s, report);
  check_twice (s->http, s->https, "listen.http", report);
  check_twice (s->https, s->admin, "listen.https", report);
  check_twice (s->admin, s->http, "listen.admin", report);
  check_twice (s->udp, NULL, "listen.udp", report);
  check_announces (s, report);
  check_administration (s, report);
  check_file ("listen.certificate", s->certificate, false, report);
  check_file ("listen.key", s->key, true, report);
  check_folder (s->folder, report);
  return report->errors->len == n_before;
}
