/* trk-settings-table.c: the table of settings. */
#include "tracker-server/settings/trk-settings.h"

#include <string.h>

#include <glib/gi18n.h>

#define AT(field) offsetof (TrkSettings, field)
#define DAY_S 86400u
#define FILE_MAX_MIB (16u * 1024 * 1024) /* 16 TiB */

static const char *const admits[] = { "open", "listed", NULL };
static const char *const registrars[] = { "admin", "token", "anyone", NULL };

static const TrkSetting table[] = {
  { "tracker.folder", TRK_SETTING_PATH, false, AT (folder), 0, 0, "", NULL,
    N_ ("Folder of the database, the journal and the snapshot") },
  { "tracker.name", TRK_SETTING_TEXT, true, AT (name), 0, 0, "Shoal", NULL,
    N_ ("Name of this tracker, shown to people") },
  { "tracker.url", TRK_SETTING_URL, true, AT (url), 0, 0, "", NULL,
    N_ ("Address as clients reach it, for example https://tracker.example.org; empty: where it "
        "listens") },
  { "tracker.mode", TRK_SETTING_CHOICE, true, AT (mode), 0, 0, "open", admits,
    N_ ("Which torrents are served: all but those denied, or those listed alone") },
  { "tracker.details", TRK_SETTING_BOOL, false, AT (details), 0, 0, "false", NULL,
    N_ ("Keep the id and the counters of each peer; costs 40 bytes a peer") },

  { "listen.http", TRK_SETTING_ENDPOINTS, false, AT (http), 0, 0, "0.0.0.0:6969;[::]:6969", NULL,
    N_ ("Where HTTP is served: announce, scrape, catalogue and API") },
  { "listen.udp", TRK_SETTING_ENDPOINTS, false, AT (udp), 0, 0, "0.0.0.0:6969;[::]:6969", NULL,
    N_ ("Where UDP announces and scrapes are served") },
  { "listen.https", TRK_SETTING_ENDPOINTS, false, AT (https), 0, 0, "", NULL,
    N_ ("Where HTTPS is served; needs a certificate and its key") },
  { "listen.admin", TRK_SETTING_DOORS, false, AT (admin), 0, 0, "127.0.0.1:6970", NULL,
    N_ ("Where administration is served: endpoints, or paths of Unix sockets") },
  { "listen.certificate", TRK_SETTING_PATH, false, AT (certificate), 0, 0, "", NULL,
    N_ ("File with the certificate chain (PEM); read again on reload") },
  { "listen.key", TRK_SETTING_PATH, false, AT (key), 0, 0, "", NULL,
    N_ ("File with the certificate's key (PEM); read again on reload") },
  { "listen.http-threads", TRK_SETTING_NUMBER, false, AT (http_threads), 1, 64, "1", NULL,
    N_ ("Threads that answer HTTP announces") },
  { "listen.udp-threads", TRK_SETTING_NUMBER, false, AT (udp_threads), 0, 256, "0", NULL,
    N_ ("Threads that answer UDP; 0 is one for each processor") },

  { "announce.interval", TRK_SETTING_NUMBER, true, AT (interval_s), 300, 10800, "1800", NULL,
    N_ ("Seconds after which a client announces again") },
  { "announce.min-interval", TRK_SETTING_NUMBER, true, AT (min_interval_s), 30, 10800, "900", NULL,
    N_ ("Seconds before which a client should not announce again") },
  { "announce.spread", TRK_SETTING_NUMBER, true, AT (spread_s), 0, 3600, "180", NULL,
    N_ ("Seconds by which intervals differ, so that clients do not come all at once") },
  { "announce.numwant", TRK_SETTING_NUMBER, true, AT (numwant), 1, 200, "50", NULL,
    N_ ("Peers for a client that does not say how many it wants") },
  { "announce.numwant-max", TRK_SETTING_NUMBER, true, AT (numwant_max), 1, 200, "200", NULL,
    N_ ("Peers that a client gets at most") },
  { "announce.external-ipv4", TRK_SETTING_ADDRESS, true, AT (external_v4), 0, 0, "", NULL,
    N_ ("Address in place of loopback and private IPv4 sources") },
  { "announce.external-ipv6", TRK_SETTING_ADDRESS, true, AT (external_v6), 0, 0, "", NULL,
    N_ ("Address in place of loopback and private IPv6 sources") },
  { "announce.private-network", TRK_SETTING_BOOL, true, AT (private_network), 0, 0, "false", NULL,
    N_ ("Believe private sources what they say of their private addresses") },
  { "announce.full-scrape", TRK_SETTING_BOOL, true, AT (full_scrape), 0, 0, "false", NULL,
    N_ ("Answer scrapes that name no torrent with all of them") },

  { "limits.rate", TRK_SETTING_NUMBER, false, AT (rate), 0, 1000000, "50", NULL,
    N_ ("Announces and scrapes a second of one address; 0 is no limit") },
  { "limits.burst", TRK_SETTING_NUMBER, false, AT (burst), 1, 1000000, "500", NULL,
    N_ ("Announces and scrapes at once of one address") },
  { "limits.swarms", TRK_SETTING_NUMBER, false, AT (max_swarms), 1, 1000000000, "4000000", NULL,
    N_ ("Torrents with peers or completions, in all") },
  { "limits.peers", TRK_SETTING_NUMBER, false, AT (max_peers), 1, 1000000000, "20000000", NULL,
    N_ ("Peers in all swarms together") },
  { "limits.peers-per-address", TRK_SETTING_NUMBER, false, AT (max_peers_per_address), 0, 65535,
    "8", NULL, N_ ("Peers of one address in one swarm; 0 is no limit") },
  { "limits.connections", TRK_SETTING_NUMBER, false, AT (max_connections), 16, 1000000, "12000",
    NULL, N_ ("HTTP connections at once") },
  { "limits.connections-per-address", TRK_SETTING_NUMBER, false, AT (max_connections_per_address),
    1, 1000000, "64", NULL, N_ ("HTTP connections of one address at once") },

  { "files.size-max", TRK_SETTING_NUMBER, true, AT (file_max), 0, FILE_MAX_MIB, "4096", NULL,
    N_ ("Largest file in MiB that is hashed for whoever registers it; 0: none is taken") },
  { "files.total-max", TRK_SETTING_NUMBER, true, AT (files_max), 1, FILE_MAX_MIB, "16384", NULL,
    N_ ("Such files together that are under way at once, in MiB") },

  { "proxy.trusted", TRK_SETTING_NETWORKS, false, AT (trusted_proxies), 0, 0, "", NULL,
    N_ ("Networks of proxies whose X-Forwarded-For is believed") },
  { "proxy.protocol", TRK_SETTING_NETWORKS, false, AT (proxy_protocol), 0, 0, "", NULL,
    N_ ("Networks of proxies that speak the PROXY protocol") },

  { "web.hosts", TRK_SETTING_WORDS, true, AT (hosts), 0, 0, "", NULL,
    N_ ("Host names that this tracker answers to, beside its addresses and tracker.url") },
  { "web.origins", TRK_SETTING_WORDS, true, AT (origins), 0, 0, "", NULL,
    N_ ("Origins of pages that may use the API; * is all") },
  { "web.register", TRK_SETTING_CHOICE, true, AT (register_by), 0, 0, "token", registrars,
    N_ ("Who may register torrents; those of anyone wait to be admitted") },
  { "web.admin-public", TRK_SETTING_BOOL, false, AT (admin_public), 0, 0, "false", NULL,
    N_ ("Serve administration on the public listeners, too") },

  { "jobs.snapshot", TRK_SETTING_NUMBER, true, AT (snapshot_s), 10, DAY_S, "600", NULL,
    N_ ("Seconds between snapshots of the swarms") },
  { "jobs.backup", TRK_SETTING_NUMBER, true, AT (backup_s), 0, 365 * DAY_S, "86400", NULL,
    N_ ("Seconds between backups of the database; 0 is never") },
  { "jobs.backups-kept", TRK_SETTING_NUMBER, true, AT (backups_kept), 1, 1000, "7", NULL,
    N_ ("Backups that are kept") },
};

const TrkSetting *
trk_settings_table (size_t *n)
{
  *n = G_N_ELEMENTS (table);
  return table;
}

const TrkSetting *
trk_settings_find (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].name, name) == 0)
      return &table[i];
  return NULL;
}
