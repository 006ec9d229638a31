/* eng-torrent.c: the life of a torrent, its clock, and what the disk says. */
#include "client-core/torrent/eng-torrent-private.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

#define TICK_US 500000

uint64_t
eng_torrent_now (const EngTorrent *t)
{
  return btio_reactor_now_us (t->config.reactor);
}

uint32_t
eng_torrent_piece_size (const EngTorrent *t, uint32_t piece)
{
  return (uint32_t) (bt_metainfo_format (t->metainfo) == BT_FORMAT_V2
                         ? t->layout->piece_length
                         : bt_layout_piece_size (t->layout, piece));
}

static bool
is_aligned (const EngTorrent *t)
{
  return (bt_metainfo_format (t->metainfo) & BT_FORMAT_V2) != 0;
}

uint32_t
eng_torrent_wanted_size (const EngTorrent *t, uint32_t piece)
{
  return is_aligned (t) ? (uint32_t) bt_layout_piece_size_v2 (t->layout, piece)
                        : eng_torrent_piece_size (t, piece);
}

void
eng_torrent_set_state (EngTorrent *t, EngTorrentState state)
{
  if (t->state == state)
    return;
  t->state = state;
  t->config.events->changed (t->config.owner, state);
}

/* --- how much there is --- */

void
eng_torrent_count_all (EngTorrent *t)
{
  const BtBitfield *done = eng_picker_done (t->picker);

  t->left = t->wanted = t->wanted_left = 0;
  for (uint32_t i = 0; i < t->layout->n_pieces; i++)
    {
      uint32_t size = eng_torrent_wanted_size (t, i);

      t->left += bt_bitfield_test (done, i) ? 0 : size;
      t->wanted += eng_picker_priority (t->picker, i) > 0 ? size : 0;
      t->wanted_left += eng_picker_is_wanted (t->picker, i) ? size : 0;
    }
}

void
eng_torrent_count_piece (EngTorrent *t, uint32_t piece)
{
  uint32_t size = eng_torrent_wanted_size (t, piece);

  if (bt_bitfield_test (eng_picker_done (t->picker), piece))
    return;
  t->left -= size;
  t->wanted_left -= eng_picker_is_wanted (t->picker, piece) ? size : 0;
}

/* --- the disk's events --- */

static void
on_checked (void *owner, uint32_t piece, EngCheck check)
{
  EngTorrent *t = owner;

  if (check == ENG_CHECK_GOOD)
    eng_torrent_piece_good (t, piece);
  else if (check == ENG_CHECK_BAD)
    {
      eng_torrent_tell_spoilt (t, piece);
      eng_torrent_piece_bad (t, piece);
    }
  else
    eng_picker_failed (t->picker, piece); /* nobody's fault but the disk's */
}

static void
on_spoilt (void *owner, uint32_t piece, const uint8_t *digests)
{
  eng_torrent_note_spoilt (owner, piece, digests);
}

static void
on_doubted (void *owner, uint32_t piece, const uint8_t *leaves, const uint8_t *digests)
{
  eng_torrent_doubted (owner, piece, leaves, digests);
}

/* The file that the piece begins with is named. */
static void
on_differs (void *owner, uint32_t piece)
{
  EngTorrent *t = owner;
  size_t file = bt_layout_file_at (t->layout, bt_layout_piece_start (t->layout, piece));

  eng_torrent_fault (t, ENG_FAULT_HYBRID, 0, t->layout->files[file].path);
}

static void
on_leaves (void *owner, uint64_t cookie, const uint8_t *leaves)
{
  eng_torrent_leaves_read (owner, cookie, leaves);
}

static void
on_read (void *owner, uint64_t cookie, uint8_t *block, uint32_t len)
{
  eng_torrent_block_read (owner, cookie, block, len);
}

void
eng_torrent_fault (EngTorrent *t, EngFault fault, int sys_errno, const char *path)
{
  t->fault = fault;
  t->sys_errno = sys_errno;
  g_free (t->fault_path);
  t->fault_path = g_strdup (path);
  for (guint i = 0; i < t->links->len; i++)
    eng_connection_close (((EngLink *) t->links->pdata[i])->connection);
  eng_torrent_set_state (t, ENG_TORRENT_FAULT);
}

static void
on_fault (void *owner, EngAccess access, int sys_errno, const char *path)
{
  eng_torrent_fault (owner, access == ENG_ACCESS_READ ? ENG_FAULT_READ : ENG_FAULT_DISK, sys_errno,
                     path);
}

static void
on_settled (void *owner, bool ok)
{
  EngTorrent *t = owner;

  eng_torrent_resume_settled (t, eng_storage_files (t->closing_storage), ok);
}

/* Pads, of which the storage's figures tell as well, are nobody's content. */
static void
on_verifying (void *owner, uint64_t done, uint64_t total)
{
  EngTorrent *t = owner;
  uint64_t content = bt_metainfo_content_size (t->metainfo);

  t->verify_done
      = done < total ? (uint64_t) ((double) done / (double) total * (double) content) : content;
  t->verify_total = content;
}

static void
on_verified (void *owner, const BtBitfield *have)
{
  EngTorrent *t = owner;

  if (eng_torrent_touched_verified (t, have))
    return;
  for (size_t i = bt_bitfield_next_set (have, 0); i < t->layout->n_pieces;
       i = bt_bitfield_next_set (have, i + 1))
    eng_picker_passed (t->picker, (uint32_t) i);
  eng_torrent_count_all (t);
  if (t->state != ENG_TORRENT_VERIFYING)
    return;
  eng_torrent_resume_verified (t);
}

static void
on_touched (void *owner, const char *path)
{
  eng_torrent_touched (owner, path);
}

static void
on_found (void *owner, const EngNames *names)
{
  EngTorrent *t = owner;

  if (!t->stopping)
    eng_torrent_resume_found (t, names);
}

static const EngStorageEvents storage_events = { .checked = on_checked,
                                                 .spoilt = on_spoilt,
                                                 .doubted = on_doubted,
                                                 .differs = on_differs,
                                                 .leaves = on_leaves,
                                                 .read = on_read,
                                                 .fault = on_fault,
                                                 .verifying = on_verifying,
                                                 .verified = on_verified,
                                                 .touched = on_touched,
                                                 .found = on_found,
                                                 .settled = on_settled };

/* --- the clock --- */

/* All torrents wake up together. */
static uint64_t
on_grid (uint64_t now_us)
{
  return (now_us / TICK_US + 1) * TICK_US;
}

static void
on_tick (BtioTimer *timer, uint64_t now_us)
{
  EngTorrent *t = (EngTorrent *) (void *) ((char *) timer - offsetof (EngTorrent, tick));

  if (t->state == ENG_TORRENT_DOWNLOADING || t->state == ENG_TORRENT_SEEDING)
    {
      for (guint i = 0; i < t->links->len && !t->held; i++)
        eng_link_check_requests (t->links->pdata[i], now_us);
      for (guint i = 0; i < t->links->len; i++)
        eng_link_tick_extensions (t->links->pdata[i], now_us);
      if (now_us >= t->next_choke_us)
        eng_torrent_choke_round (t, now_us);
      eng_torrent_connect (t, now_us);
      eng_torrent_unmask (t, now_us);
      eng_torrent_doubts_tick (t);
      eng_torrent_resume_tick (t, now_us);
      eng_torrent_touched_tick (t, now_us);
    }
  btio_timer_set (timer, t->config.reactor, on_grid (now_us));
}

/* --- the whole --- */

static void
name_swarms (EngTorrent *t)
{
  const BtMetainfo *m = t->metainfo;

  (void) eng_swarm_names_add (&t->names, ENG_SWARM_V1, bt_metainfo_info_hash_v1 (m), t->config.ops);
  (void) eng_swarm_names_add (&t->names, ENG_SWARM_V2, bt_metainfo_info_hash_v2 (m), t->config.ops);
}

/* They tell of the peers alone: the next life of a torrent begins with those of the last. */
static void
take_candidates (EngTorrent *t)
{
  t->candidates = g_steal_pointer (&t->config.candidates);
  if (t->candidates != NULL)
    eng_candidates_anew (t->candidates);
  else
    t->candidates = eng_candidates_new (BT_LIMIT_CANDIDATES, t->config.many_per_address,
                                        t->config.seed + 1, t->config.share->silence);
}

EngTorrent *
eng_torrent_new (const EngTorrentConfig *config)
{
  EngTorrent *t = g_new0 (EngTorrent, 1);

  t->config = *config;
  t->metainfo = bt_metainfo_ref (config->metainfo);
  t->layout = bt_metainfo_layout (t->metainfo);
  name_swarms (t);
  t->proves = is_aligned (t) && bt_metainfo_lacks_layers (t->metainfo) == 0;
  t->config.priorities = NULL; /* the caller's; the picker has them */
  t->folder = g_strdup (config->folder);
  t->state = ENG_TORRENT_VERIFYING;
  t->picker = eng_picker_new (t->layout, is_aligned (t), config->seed);
  take_candidates (t);
  t->smart_ban = eng_smart_ban_new ();
  t->trial = UINT32_MAX;
  t->tried = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  t->links = g_ptr_array_new ();
  t->storage = eng_storage_new (config->disk, t->metainfo, t->folder, config->preallocate,
                                &storage_events, t);
  if (config->names != NULL)
    eng_storage_set_names (t->storage, config->names);
  if (config->priorities != NULL)
    {
      t->priorities = g_memdup2 (config->priorities, t->layout->n_files);
      eng_picker_set_file_priorities (t->picker, config->priorities);
      eng_storage_set_wanted (t->storage, config->priorities);
    }
  eng_picker_set_sequential (t->picker, config->sequential);
  t->wishes.sequential = config->sequential;
  if (config->super_seed)
    eng_super_seed_init (&t->super_seed, t->layout->n_pieces, config->seed + 2);
  eng_torrent_count_all (t);
  eng_torrent_init_limits (t);
  bt_rate_init (&t->rate_down, 0);
  bt_rate_init (&t->rate_up, 0);
  t->tick.due = on_tick;
  btio_timer_set (&t->tick, config->reactor, on_grid (eng_torrent_now (t)));
  if (config->metadata != NULL)
    eng_torrent_inherit (t, g_steal_pointer (&t->config.metadata));
  eng_torrent_resume_start (t);
  return t;
}

void
eng_torrent_free (EngTorrent *t)
{
  void (*stopped) (void *) = t->stopped;
  void *stopped_data = t->stopped_data;

  eng_picker_free (t->picker);
  if (t->leave_to != NULL)
    *t->leave_to = g_steal_pointer (&t->candidates);
  eng_candidates_free (t->candidates);
  eng_smart_ban_free (t->smart_ban);
  eng_super_seed_clear (&t->super_seed);
  g_clear_pointer (&t->digests, g_hash_table_unref);
  g_array_unref (t->tried);
  g_ptr_array_unref (t->links);
  eng_torrent_clear_limits (t);
  eng_torrent_resume_clear (t);
  eng_torrent_touched_clear (t);
  eng_torrent_hashes_clear (t);
  eng_torrent_doubts_clear (t);
  g_free (t->priorities);
  bt_metainfo_unref (t->metainfo);
  g_free (t->folder);
  g_free (t->fault_path);
  g_free (t);
  stopped (stopped_data);
}

static void
on_storage_closed (void *data)
{
  eng_torrent_resume_closed (data);
}

/* Goes on with a stop once the last connection is gone. */
void
eng_torrent_closed_one (EngTorrent *t)
{
  if (!t->stopping || t->links->len > 0 || t->storage == NULL)
    return;
  t->closing_storage = g_steal_pointer (&t->storage);
  eng_storage_close (t->closing_storage, on_storage_closed, t);
}

void
eng_torrent_leave_candidates (EngTorrent *t, EngCandidates **place)
{
  t->leave_to = place;
}

void
eng_torrent_stop (EngTorrent *t, void (*stopped) (void *data), void *data)
{
  bt_assert (!t->stopping);
  t->stopping = true;
  t->stopped = stopped;
  t->stopped_data = data;
  btio_timer_stop (&t->tick);
  for (guint i = 0; i < t->links->len; i++)
    eng_connection_close (((EngLink *) t->links->pdata[i])->connection);
  eng_torrent_closed_one (t);
}

void
eng_torrent_hold (EngTorrent *t, bool hold)
{
  bool resumed = t->held && !hold;

  t->held = hold;
  for (guint i = 0; i < t->links->len; i++)
    {
      EngLink *link = t->links->pdata[i];

      eng_connection_hold (link->connection, hold);
      if (resumed)
        eng_link_resumed (link);
    }
}

bool
eng_torrent_is_idle (const EngTorrent *t)
{
  bool rests = t->state == ENG_TORRENT_SEEDING
               || (t->state == ENG_TORRENT_DOWNLOADING && t->wishes.paused);

  return rests && t->links->len == 0 && t->resume.n_asked == 0
         && t->resume.commit == ENG_COMMIT_NONE && !t->stopping;
}

bool
eng_torrent_wants_peers (const EngTorrent *t)
{
  return (t->state == ENG_TORRENT_DOWNLOADING || t->state == ENG_TORRENT_SEEDING)
         && !t->wishes.paused && t->links->len < BT_LIMIT_CONNECTIONS_PER_TORRENT / 2;
}

EngStorage *
eng_torrent_lend (const EngTorrent *t, size_t file)
{
  const BtFile *of = &t->layout->files[file];
  uint32_t first = (uint32_t) (of->offset / t->layout->piece_length);
  uint32_t n = (uint32_t) ((of->length + t->layout->piece_length - 1) / t->layout->piece_length);

  if (t->stopping || t->storage == NULL || !is_aligned (t)
      || (t->state != ENG_TORRENT_DOWNLOADING && t->state != ENG_TORRENT_SEEDING)
      || bt_bitfield_count_range (eng_picker_done (t->picker), first, first + n) < n)
    return NULL;
  return t->storage;
}

EngTorrentStats
eng_torrent_stats (EngTorrent *t)
{
  uint64_t now_us = eng_torrent_now (t);
  EngTorrentStats stats = { .state = t->state,
                            .total = bt_metainfo_content_size (t->metainfo),
                            .left = t->left,
                            .wanted = t->wanted,
                            .wanted_left = t->wanted_left,
                            .verify_done = t->verify_done,
                            .verify_total = t->verify_total,
                            .downloaded = t->downloaded,
                            .uploaded = t->uploaded,
                            .wasted = t->wasted,
                            .rate_down_Bps = bt_rate_get (&t->rate_down, now_us),
                            .rate_up_Bps = bt_rate_get (&t->rate_up, now_us),
                            .n_pieces = t->layout->n_pieces,
                            .fault = t->fault,
                            .sys_errno = t->sys_errno,
                            .fault_path = t->fault_path,
                            .holder = t->holder };

  stats.n_have
      = (uint32_t) bt_bitfield_count_range (eng_picker_done (t->picker), 0, t->layout->n_pieces);
  if (t->storage != NULL)
    stats.hashed = eng_storage_hashed (t->storage);
  for (guint i = 0; i < t->links->len; i++)
    {
      const EngLink *link = t->links->pdata[i];

      stats.n_peers += link->open;
      stats.n_seeds += link->open && bt_bitfield_is_all (&link->have);
    }
  return stats;
}

BtMetainfo *
eng_torrent_metainfo (const EngTorrent *t)
{
  return t->metainfo;
}

const EngSwarmNames *
eng_torrent_names (const EngTorrent *t)
{
  return &t->names;
}
