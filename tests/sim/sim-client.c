/* sim-client.c: see the header. */
#include "tests/sim/sim-client.h"

#include <string.h>

#include "client-core/torrent/eng-torrent-private.h"
#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "tests/unit/torrent-maker.h"

#define SNAPSHOT_US 250000 /* as the engine has it */

struct SimClient
{
  SimHost *host;
  SimDrive *drive;
  BtMetainfo *metainfo;
  BtMetainfo *found; /* what a magnet has turned out to be */
  uint64_t budget;
  BtFormat magnet;
  BtMetainfo *bare; /* what it knows at first; NULL: all of it */
  bool alone;

  /* While it runs. */
  EngDisk *disk;
  EngTorrent *torrent;
  EngMetadata *metadata;
  BtioListener *listener;
  GPtrArray *strangers; /* of EngConnection */
  EngShare share;
  uint8_t peer_id[BT_PEER_ID_LEN];
  BtioTimer snapshot;
  bool stopping;
  bool began;

  /* Of all lives. */
  uint64_t started_us;
  uint64_t metadata_us;
  uint64_t completed_us;
  uint64_t uploaded;
  uint64_t downloaded;
  uint64_t wasted;

  SimClientEvents events;
  void *data;
};

/* --- strangers --- */

static bool
adopt (SimClient *client, EngConnection *connection, const uint8_t info_hash[20])
{
  if (client->stopping)
    return false;
  if (client->metadata != NULL)
    return eng_swarm_names_contain (eng_metadata_names (client->metadata), info_hash)
           && eng_metadata_adopt (client->metadata, connection);
  return client->torrent != NULL
         && eng_swarm_names_contain (eng_torrent_names (client->torrent), info_hash)
         && eng_torrent_adopt (client->torrent, connection);
}

static bool
on_identify (void *owner, EngConnection *connection, const uint8_t info_hash[20])
{
  SimClient *client = owner;

  if (!adopt (client, connection, info_hash))
    return false;
  g_ptr_array_remove_fast (client->strangers, connection);
  return true;
}

static void finish_stop (SimClient *client);

static void
on_stranger_closed (void *owner, EngConnection *connection, const EngClosure *closure)
{
  SimClient *client = owner;

  g_ptr_array_remove_fast (client->strangers, connection);
  finish_stop (client);
}

static const EngConnectionEvents stranger_events
    = { .identify = on_identify, .closed = on_stranger_closed };

static void
on_accepted (void *owner, BtioStream *stream)
{
  SimClient *client = owner;

  g_ptr_array_add (client->strangers,
                   eng_connection_new_incoming (sim_host_reactor (client->host), stream, NULL,
                                                &stranger_events, client));
}

/* --- the torrent --- */

static void
on_changed (void *owner, EngTorrentState state)
{
  SimClient *client = owner;

  sim_world_note (sim_host_world (client->host), sim_host_id (client->host), state);
  if (state != ENG_TORRENT_DOWNLOADING && state != ENG_TORRENT_SEEDING)
    return;
  if (!client->began && client->events.began != NULL)
    client->events.began (client->data, client);
  client->began = true;
}

static void
on_completed (void *owner)
{
  SimClient *client = owner;

  client->completed_us = sim_world_now_us (sim_host_world (client->host));
}

static const EngTorrentEvents torrent_events = { .changed = on_changed, .completed = on_completed };

static void
on_snapshot (BtioTimer *timer, uint64_t now_us)
{
  SimClient *client = (SimClient *) (void *) ((char *) timer - offsetof (SimClient, snapshot));

  if (sim_client_wants_peers (client) && client->events.wants != NULL)
    client->events.wants (client->data, client);
  if (client->torrent != NULL)
    eng_torrent_hold (client->torrent, eng_disk_is_full (client->disk));
  btio_timer_set (timer, sim_host_reactor (client->host), now_us + SNAPSHOT_US);
}

static void
on_room (void *data)
{
  SimClient *client = data;

  if (client->torrent != NULL && !client->stopping)
    eng_torrent_hold (client->torrent, false);
}

/* --- the whole --- */

SimClient *
sim_client_new (SimNet *net, BtMetainfo *metainfo, const SimClientConfig *config)
{
  SimClient *client = g_new0 (SimClient, 1);

  client->host = sim_host_new (net, &config->line);
  client->drive = sim_drive_new (client->host, metainfo, &config->drive);
  client->metainfo = metainfo;
  client->budget = config->budget;
  client->magnet = config->magnet;
  client->alone = config->alone;
  if (config->bare)
    client->bare = maker_without_layers (metainfo);
  if (config->seed)
    sim_drive_put_all (client->drive);
  return client;
}

void
sim_client_free (SimClient *client)
{
  bt_assert (!sim_client_is_running (client));
  sim_drive_free (client->drive);
  bt_metainfo_unref (client->found);
  bt_metainfo_unref (client->bare);
  g_free (client);
}

static void
make_peer_id (SimClient *client, uint8_t out[BT_PEER_ID_LEN])
{
  uint64_t words[3];

  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    words[i] = sim_world_random (sim_host_world (client->host));
  memcpy (out, words, BT_PEER_ID_LEN);
}

static const BtioBind anywhere;

static void
begin_torrent (SimClient *client)
{
  SimWorld *world = sim_host_world (client->host);
  EngTorrentConfig config = { .reactor = sim_host_reactor (client->host),
                              .disk = client->disk,
                              .ops = btd_ops (),
                              .metainfo = client->found != NULL ? client->found : client->metainfo,
                              .folder = "simulated",
                              .bind = &anywhere,
                              .share = &client->share,
                              .seed = sim_world_random (world),
                              .metadata = g_steal_pointer (&client->metadata),
                              .events = &torrent_events,
                              .owner = client };

  memcpy (config.peer_id, client->peer_id, BT_PEER_ID_LEN);
  client->torrent = eng_torrent_new (&config);
}

/* What was found is what is looked for. */
static void
on_metadata_ended (void *owner, EngMetadataState state)
{
  SimClient *client = owner;
  size_t len, found_len;
  const uint8_t *info = bt_metainfo_info (client->metainfo, &len);
  const uint8_t *found = bt_metainfo_info (eng_metadata_metainfo (client->metadata), &found_len);

  bt_assert (state == ENG_METADATA_FOUND && len == found_len && memcmp (info, found, len) == 0);
  client->metadata_us = sim_world_now_us (sim_host_world (client->host));
  bt_metainfo_unref (client->found);
  client->found = bt_metainfo_ref (eng_metadata_metainfo (client->metadata));
  begin_torrent (client);
}

static const EngMetadataEvents metadata_events = { .ended = on_metadata_ended };

static void
begin_metadata (SimClient *client)
{
  BtFormat known = client->bare != NULL ? bt_metainfo_format (client->bare) : client->magnet;
  EngMetadataConfig config = { .reactor = sim_host_reactor (client->host),
                               .ops = btd_ops (),
                               .hashes.has_v1 = (known & BT_FORMAT_V1) != 0,
                               .hashes.has_v2 = (known & BT_FORMAT_V2) != 0,
                               .bind = &anywhere,
                               .share = &client->share,
                               .seed = sim_world_random (sim_host_world (client->host)),
                               .events = &metadata_events,
                               .owner = client };

  if (config.hashes.has_v1)
    memcpy (config.hashes.v1, bt_metainfo_info_hash_v1 (client->metainfo), BT_SHA1_LEN);
  if (config.hashes.has_v2)
    memcpy (config.hashes.v2, bt_metainfo_info_hash_v2 (client->metainfo), BT_SHA256_LEN);
  memcpy (config.peer_id, client->peer_id, BT_PEER_ID_LEN);
  client->metadata = eng_metadata_new (&config);
  if (client->bare != NULL)
    {
      const EngMetadataPlace place = { .disk = client->disk, .folder = "simulated" };

      eng_metadata_know (client->metadata, client->bare);
      eng_metadata_survey (client->metadata, &place);
    }
  client->began = true;
  if (client->events.began != NULL)
    client->events.began (client->data, client);
}

void
sim_client_start (SimClient *client)
{
  SimWorld *world = sim_host_world (client->host);
  BtioReactor *reactor = sim_host_reactor (client->host);
  EngDiskConfig disk = { .budget = client->budget, .ops = btd_ops () };
  uint64_t now_us = sim_world_now_us (world);

  bt_assert (!sim_client_is_running (client));
  client->stopping = client->began = false;
  client->strangers = g_ptr_array_new ();
  client->listener = btio_tcp_listen (reactor, NULL, on_accepted, client);
  client->disk = eng_disk_new (reactor, &disk);
  eng_disk_on_room (client->disk, on_room, client);
  client->share = (EngShare){ .port = SIM_PORT, .no_exchange = client->alone };
  eng_share_init (&client->share, reactor, false, 1);
  make_peer_id (client, client->peer_id);
  if (client->magnet != 0 || client->bare != NULL)
    begin_metadata (client);
  else
    begin_torrent (client);
  client->snapshot.due = on_snapshot;
  btio_timer_set (&client->snapshot, reactor, now_us + SNAPSHOT_US);
  if (client->started_us == 0)
    client->started_us = now_us;
}

/* The last of the torrent and of the strangers ends it. */
static void
finish_stop (SimClient *client)
{
  if (client->disk == NULL || !client->stopping || client->torrent != NULL
      || client->metadata != NULL || client->strangers->len > 0)
    return;
  g_clear_pointer (&client->disk, eng_disk_free);
  eng_share_clear (&client->share);
  g_clear_pointer (&client->strangers, g_ptr_array_unref);
}

static void
on_stopped (void *data)
{
  SimClient *client = data;

  client->torrent = NULL;
  client->metadata = NULL;
}

void
sim_client_stop (SimClient *client)
{
  EngTorrentStats stats = { 0 };

  if ((client->torrent == NULL && client->metadata == NULL) || client->stopping)
    return;
  if (client->torrent != NULL)
    stats = eng_torrent_stats (client->torrent);
  client->uploaded += stats.uploaded;
  client->downloaded += stats.downloaded;
  client->wasted += stats.wasted;
  client->stopping = true;
  if (client->events.ended != NULL)
    client->events.ended (client->data, client);
  btio_timer_stop (&client->snapshot);
  g_clear_pointer (&client->listener, btio_listener_free);
  for (guint i = 0; i < client->strangers->len; i++)
    eng_connection_close (client->strangers->pdata[i]);
  if (client->metadata != NULL)
    eng_metadata_stop (client->metadata, on_stopped, client);
  else
    eng_torrent_stop (client->torrent, on_stopped, client);
}

bool
sim_client_is_running (const SimClient *client)
{
  if (client->stopping && client->torrent == NULL && client->metadata == NULL)
    finish_stop ((SimClient *) (uintptr_t) client);
  return client->disk != NULL;
}

/* --- figures --- */

SimHost *
sim_client_host (const SimClient *client)
{
  return client->host;
}

SimDrive *
sim_client_drive (const SimClient *client)
{
  return client->drive;
}

EngTorrent *
sim_client_torrent (const SimClient *client)
{
  return client->stopping ? NULL : client->torrent;
}

EngMetadata *
sim_client_metadata (const SimClient *client)
{
  return client->stopping ? NULL : client->metadata;
}

void
sim_client_add_peer (SimClient *client, const BtEndpoint *peer)
{
  if (client->stopping)
    return;
  if (client->metadata != NULL)
    eng_metadata_add_peer (client->metadata, peer, ENG_SOURCE_TRACKER, false);
  else if (client->torrent != NULL)
    eng_torrent_add_peer (client->torrent, peer, ENG_SOURCE_TRACKER, false);
}

bool
sim_client_wants_peers (const SimClient *client)
{
  if (client->metadata != NULL)
    return eng_metadata_wants_peers (client->metadata);
  return client->torrent != NULL && eng_torrent_wants_peers (client->torrent);
}

uint64_t
sim_client_metadata_us (const SimClient *client)
{
  return client->metadata_us;
}

uint32_t
sim_client_n_have (const SimClient *client)
{
  const BtBitfield *has = sim_drive_has (client->drive);

  return (uint32_t) bt_bitfield_count_range (has, 0,
                                             bt_metainfo_layout (client->metainfo)->n_pieces);
}

uint64_t
sim_client_started_us (const SimClient *client)
{
  return client->started_us;
}

uint64_t
sim_client_completed_us (const SimClient *client)
{
  return client->completed_us;
}

static EngTorrentStats
stats_of (const SimClient *client)
{
  if (client->stopping || client->torrent == NULL)
    return (EngTorrentStats){ 0 };
  return eng_torrent_stats (client->torrent);
}

uint64_t
sim_client_uploaded (const SimClient *client)
{
  return client->uploaded + stats_of (client).uploaded;
}

uint64_t
sim_client_downloaded (const SimClient *client)
{
  return client->downloaded + stats_of (client).downloaded;
}

uint64_t
sim_client_wasted (const SimClient *client)
{
  return client->wasted + stats_of (client).wasted;
}

void
sim_client_listen (SimClient *client, const SimClientEvents *events, void *data)
{
  client->events = *events;
  client->data = data;
}
