/* trk-settings.h: every setting of the tracker, by name: its type, range, default and meaning.
 *
 * One table serves the configuration file, the settings that the API changes while the tracker
 * runs, the sample file and the manual page. A name is "group.key", as in the file. Values are
 * checked when they are set, so that whoever reads one need not ask again. A plain value without
 * thread; owners copy it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-endpoint.h"

typedef enum
{
  TRK_ADMIT_OPEN,
  TRK_ADMIT_LISTED
} TrkAdmit;

/* Who may put a torrent into the catalogue. */
typedef enum
{
  TRK_REGISTER_ADMIN,
  TRK_REGISTER_TOKEN,
  TRK_REGISTER_ANYONE /* what comes without a token waits for the administrator */
} TrkRegister;

typedef struct
{
  /* [tracker] */
  char *folder;  /* of the database and what lies beside it */
  char *name;    /* of this tracker, for people */
  char *url;     /* as clients reach it, without a path; "" for where it listens */
  uint32_t mode; /* TrkAdmit */
  bool details;

  /* [listen] lists of endpoints */
  char **http;
  char **udp;
  char **https;
  char **admin; /* endpoints, or paths of Unix sockets */
  char *certificate;
  char *key;
  uint32_t http_threads;
  uint32_t udp_threads; /* 0: one for each processor */

  /* [announce] */
  uint32_t interval_s;
  uint32_t min_interval_s;
  uint32_t spread_s;
  uint32_t numwant;
  uint32_t numwant_max;
  char *external_v4; /* addresses, or "" */
  char *external_v6;
  bool private_network; /* believes what private sources say of their addresses */
  bool full_scrape;

  /* [limits] */
  uint32_t rate; /* requests a second of one address; 0: no limit */
  uint32_t burst;
  uint32_t max_swarms;
  uint32_t max_peers;
  uint32_t max_peers_per_address; /* in one swarm; 0: no limit */
  uint32_t max_connections;
  uint32_t max_connections_per_address;

  /* [files] that are hashed for whoever registers them; MiB */
  uint32_t file_max; /* 0: none is taken */
  uint32_t files_max;

  /* [proxy] lists of networks: "10.0.0.0/8" */
  char **trusted_proxies; /* whose X-Forwarded-For counts */
  char **proxy_protocol;  /* who speaks the PROXY protocol */

  /* [web] */
  char **hosts;         /* names that this tracker is asked by, beside its addresses */
  char **origins;       /* whose pages may use the API (CORS); "*" for all */
  uint32_t register_by; /* TrkRegister */
  bool admin_public;    /* administration on the public listeners, too */

  /* [jobs] */
  uint32_t snapshot_s;
  uint32_t backup_s; /* 0: never */
  uint32_t backups_kept;
} TrkSettings;

/* Why a name or a value is refused. */
typedef enum
{
  TRK_SETTING_FINE,
  TRK_SETTING_UNKNOWN,   /* no setting has this name */
  TRK_SETTING_BAD_FORM,  /* not of the setting's type */
  TRK_SETTING_OUTSIDE,   /* outside of its range */
  TRK_SETTING_DISAGREES, /* does not go with another one */
  TRK_SETTING_FIXED      /* holds from the start, and is not changed while the tracker runs */
} TrkSettingProblem;

typedef enum
{
  TRK_SETTING_BOOL,
  TRK_SETTING_NUMBER,
  TRK_SETTING_CHOICE,
  TRK_SETTING_TEXT,
  TRK_SETTING_PATH,
  TRK_SETTING_URL,
  TRK_SETTING_ADDRESS,
  TRK_SETTING_ENDPOINTS, /* lists are separated by ';' */
  TRK_SETTING_DOORS,     /* endpoints and paths */
  TRK_SETTING_NETWORKS,
  TRK_SETTING_WORDS
} TrkSettingType;

/* One row of the table. Static. */
typedef struct
{
  const char *name;
  TrkSettingType type;
  bool live; /* may change while the tracker runs */
  size_t offset;
  uint32_t min; /* of numbers */
  uint32_t max;
  const char *usual;          /* the default, as text */
  const char *const *choices; /* of choices, in the order of their values; ends with NULL */
  const char *help;           /* to be translated */
} TrkSetting;

/* All settings, in the order of the file, grouped. Static. */
const TrkSetting *trk_settings_table (size_t *n);
/* (nullable) */
const TrkSetting *trk_settings_find (const char *name);

/* Every default. */
void trk_settings_init (TrkSettings *self);
void trk_settings_clear (TrkSettings *self);
void trk_settings_copy (TrkSettings *self, const TrkSettings *from);

/* Sets what @name says, or leaves it as it was. */
TrkSettingProblem trk_settings_set (TrkSettings *self, const char *name, const char *value);

/* As text, as it may be set again; NULL for an unknown name. (transfer full) */
char *trk_settings_get (const TrkSettings *self, const char *name);

/* Reads "1.2.3.4:80" or "[::1]:80", as the lists of endpoints have them; port 0 is any. */
bool trk_settings_endpoint (const char *text, BtEndpoint *out);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TrkSettings, trk_settings_clear)
