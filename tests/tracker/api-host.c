/* api-host.c: the tracker's API with a store and swarms behind it, and nothing else, for tests.
 *
 *     api-host FOLDER [SETTING=VALUE ...]
 *
 * Listens on two ports of 127.0.0.1, the public door's and the administration's; says on its output
 * "public PORT", "admin PORT" and "token SECRET", and ends when its input does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>

#include "tracker-server/api/trk-api.h"
#include "tracker-server/api/trk-token.h"

typedef struct
{
  GMainLoop *loop;
  BtioReactor *reactor;
  TrkSettings settings;
  TrkLists *lists;
  TrkSwarms *swarms;
  TrkService *service;
  TrkStore *store;
  TrkApi *api;
  GSocketService *doors[2];
  char secret[TRK_TOKEN_LEN + 1];
  uint64_t started_s;
  unsigned n_reloads;
  uint64_t n_connections;
} Host;

static void
die (const char *what)
{
  fprintf (stderr, "api-host: %s\n", what);
  exit (1);
}

/* --- what the server does for the API --- */

static TrkSettingProblem
set_one (TrkSettings *settings, const TrkSettingRow *row)
{
  const TrkSetting *setting = trk_settings_find (row->key);

  if (setting == NULL)
    return TRK_SETTING_UNKNOWN;
  if (!setting->live)
    return TRK_SETTING_FIXED;
  return trk_settings_set (settings, row->key, row->value != NULL ? row->value : setting->usual);
}

/* A request whose change is on its way to the store. */
typedef struct
{
  TrkChangeDone done;
  void *data;
} Waiting;

static void
on_stored (void *data, const TrkProblem *problem)
{
  g_autofree Waiting *waiting = data;
  const TrkChanged changed = { .trouble = problem };

  waiting->done (waiting->data, &changed);
}

static void
change (void *data, const TrkSettingRow *rows, size_t n, const TrkActor *actor, TrkChangeDone done,
        void *done_data)
{
  Host *host = data;
  g_auto (TrkSettings) next = { 0 };
  TrkChanged changed = { 0 };
  TrkPolicy policy;
  TrkMode mode;

  trk_settings_copy (&next, &host->settings);
  for (size_t i = 0; i < n && changed.problem == TRK_SETTING_FINE; i++)
    changed = (TrkChanged){ set_one (&next, &rows[i]), rows[i].key, NULL };
  if (changed.problem != TRK_SETTING_FINE)
    {
      done (done_data, &changed);
      return;
    }
  trk_settings_clear (&host->settings);
  trk_settings_copy (&host->settings, &next);
  trk_service_get_policy (host->service, &policy, &mode);
  mode = host->settings.mode == TRK_ADMIT_LISTED ? TRK_MODE_LISTED : TRK_MODE_OPEN;
  trk_service_set_policy (host->service, &policy, mode);
  trk_store_setting_set (host->store, rows, n, actor, on_stored,
                         g_memdup2 (&(Waiting){ done, done_data }, sizeof (Waiting)));
}

static void
figures (void *data, TrkServerFigures *out)
{
  const Host *host = data;

  out->started_s = host->started_s;
  out->uptime_s = (uint64_t) (g_get_real_time () / G_USEC_PER_SEC) - host->started_s;
  out->connections = host->n_connections;
}

static void
reload (void *data)
{
  ((Host *) data)->n_reloads++;
}

/* --- doors --- */

static BtEndpoint
endpoint_of (GSocketAddress *address)
{
  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (address);

  return bt_endpoint_v4 (g_inet_address_to_bytes (g_inet_socket_address_get_address (inet)),
                         g_inet_socket_address_get_port (inet));
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, void *data)
{
  Host *host = data;
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  TrkDoor door = service == host->doors[TRK_DOOR_ADMIN] ? TRK_DOOR_ADMIN : TRK_DOOR_PUBLIC;
  BtEndpoint here;
  BtEndpoint there;

  if (local == NULL || remote == NULL)
    return TRUE;
  host->n_connections++;
  here = endpoint_of (local);
  there = endpoint_of (remote);
  trk_api_accept (host->api, G_IO_STREAM (connection), &here, &there, door);
  return TRUE;
}

static void
open_door (Host *host, TrkDoor door, const char *name)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  host->doors[door] = g_socket_service_new ();
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (host->doors[door]), 256);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (host->doors[door]), any,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound,
                                      NULL))
    die ("cannot listen");
  g_signal_connect (host->doors[door], "incoming", G_CALLBACK (on_incoming), host);
  printf ("%s %u\n", name, g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
}

/* --- beginning and end --- */

static void
on_token (void *data, const TrkProblem *problem, int64_t id)
{
  Host *host = data;

  if (problem != NULL)
    die ("cannot make a token");
  open_door (host, TRK_DOOR_PUBLIC, "public");
  open_door (host, TRK_DOOR_ADMIN, "admin");
  printf ("token %s\n", host->secret);
  fflush (stdout);
}

static void
on_opened (void *data, const TrkProblem *problem, const TrkStoreFound *found)
{
  Host *host = data;
  const TrkActor actor = { .who = "api-host" };
  uint8_t hash[TRK_SECRET_HASH_LEN];

  if (problem != NULL)
    die ("cannot open the store");
  if (!trk_token_make (host->secret, hash))
    die ("no random numbers");
  trk_store_token_make (host->store, "first", TRK_SCOPE_ADMIN, hash, 0, &actor, on_token, host);
}

static void
on_closed (void *data)
{
  g_main_loop_quit (((Host *) data)->loop);
}

static gboolean
on_input (int fd, GIOCondition condition, void *data)
{
  Host *host = data;
  char byte;

  if (read (fd, &byte, 1) > 0)
    return G_SOURCE_CONTINUE;
  for (size_t i = 0; i < G_N_ELEMENTS (host->doors); i++)
    if (host->doors[i] != NULL)
      g_socket_service_stop (host->doors[i]);
  g_clear_pointer (&host->api, trk_api_free);
  trk_store_close (host->store, on_closed, host);
  return G_SOURCE_REMOVE;
}

static void
set_all (Host *host, char **settings)
{
  for (char **setting = settings; *setting != NULL; setting++)
    {
      const char *value = strchr (*setting, '=');
      g_autofree char *name = NULL;

      if (value == NULL)
        die ("a setting has no value");
      name = g_strndup (*setting, (gsize) (value - *setting));
      if (trk_settings_set (&host->settings, name, value + 1) != TRK_SETTING_FINE)
        die (name);
    }
}

static void
make_parts (Host *host)
{
  TrkSwarmsConfig swarms = { .max_swarms = 1000, .max_peers = 100000, .max_empty = 1000 };
  uint8_t key[BT_SIPHASH_KEY_LEN];
  TrkServiceParts parts = { 0 };
  TrkPolicy policy;

  if (getrandom (key, sizeof key, 0) != (ssize_t) sizeof key
      || getrandom (swarms.key, sizeof swarms.key, 0) != (ssize_t) sizeof swarms.key)
    die ("no random numbers");
  trk_policy_init (&policy);
  swarms.details = host->settings.details;
  swarms.timeout_s = trk_policy_timeout_s (&policy);
  host->lists = trk_lists_new (key);
  host->swarms = trk_swarms_new (&swarms);
  parts.swarms = host->swarms;
  parts.lists = host->lists;
  host->service = trk_service_new (
      &parts, &policy, host->settings.mode == TRK_ADMIT_LISTED ? TRK_MODE_LISTED : TRK_MODE_OPEN);
}

static void
start (Host *host, const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "tracker.db", NULL);
  TrkStoreConfig config = { .path = path, .lists = host->lists, .opened = on_opened, .data = host };
  TrkApiParts parts = { .swarms = host->swarms,
                        .lists = host->lists,
                        .service = host->service,
                        .settings = &host->settings,
                        .change = change,
                        .figures = figures,
                        .reload = reload,
                        .data = host };

  host->store = trk_store_new (host->reactor, &config);
  if (host->store == NULL)
    die ("cannot start the store");
  parts.store = host->store;
  host->api = trk_api_new (&parts, NULL);
  if (host->api == NULL)
    die ("cannot start the API");
}

int
main (int argc, char **argv)
{
  Host host = { .started_s = (uint64_t) (g_get_real_time () / G_USEC_PER_SEC) };

  if (argc < 2)
    die ("usage: api-host FOLDER [SETTING=VALUE ...]");
  host.loop = g_main_loop_new (NULL, FALSE);
  host.reactor = btio_reactor_new (g_main_context_default ());
  trk_settings_init (&host.settings);
  set_all (&host, argv + 2);
  (void) trk_settings_set (&host.settings, "tracker.folder", argv[1]); /* else no backups */
  make_parts (&host);
  start (&host, argv[1]);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, &host);
  g_main_loop_run (host.loop);
  for (size_t i = 0; i < G_N_ELEMENTS (host.doors); i++)
    g_clear_object (&host.doors[i]);
  trk_service_free (host.service);
  trk_swarms_free (host.swarms);
  trk_lists_free (host.lists);
  btio_reactor_free (host.reactor);
  trk_settings_clear (&host.settings);
  g_main_loop_unref (host.loop);
  return 0;
}
