/* eng-sleep.c: which entries are awake: those that have a torrent, or a search for metadata, and
 * cost memory and wake-ups.
 *
 *     asleep -> awake      something is to be fetched; a peer comes; a person looks; its turn after
 *                          the start, as long as few are awake
 *     awake -> asleep      it seeds or is paused, has no peer for a while, and many are awake
 *
 * After the start entries rise in turns, what is to be fetched first. Of those that stay asleep the
 * trackers are read, and told that the torrent is there. The engine's thread. */
#include "client-core/engine/eng-engine-private.h"

#include <string.h>

#include "protocol/digest/btd.h"

/* Between pictures: while something moves, and while nothing does. On a grid, so that whoever else
 * keeps to it wakes up with us. */
#define BUSY_US 250000
#define QUIET_US 1000000
#define BUSY_ROUNDS 8 /* after the last change */

/* Of those that could sleep. */
#define AWAKE_MAX 64
#define SLEEP_AFTER_US UINT64_C (30000000)

/* In one round. */
#define RISE_US 250000
#define RISERS 50

#define ROW_US UINT64_C (5000000)
#define DETAIL_US UINT64_C (1000000)

/* --- pictures --- */

static uint64_t
on_grid (uint64_t now_us, uint64_t step_us)
{
  return (now_us / step_us + 1) * step_us;
}

static bool
is_due (uint64_t *next_us, uint64_t now_us, uint64_t step_us)
{
  if (now_us < *next_us)
    return false;
  *next_us = on_grid (now_us, step_us);
  return true;
}

static bool
may_sleep (const EngEntry *entry)
{
  return entry->row != NULL && entry->torrent != NULL && entry->watched == 0 && !entry->removing
         && entry->move == NULL && entry->renames.length == 0
         && eng_torrent_is_idle (entry->torrent);
}

/* It is stopped, and not begun again. */
static void
fall_asleep (EngEntry *entry)
{
  eng_entry_keep (entry);
  entry->stats = eng_torrent_stats (entry->torrent);
  entry->stats.rate_down_Bps = entry->stats.rate_up_Bps = 0;
  entry->downloaded += entry->stats.downloaded;
  entry->uploaded += entry->stats.uploaded;
  entry->stats.downloaded = entry->stats.uploaded = 0;
  entry->sleeps_next = true;
  eng_entry_stop (entry);
}

void
eng_entry_fell_asleep (EngEntry *entry)
{
  EngAddition *a = &entry->addition;

  entry->sleeps_next = false;
  entry->is_asleep = true;
  g_clear_pointer (&entry->candidates, eng_candidates_free);
  g_clear_pointer (&a->metainfo, bt_metainfo_unref);
  g_free ((uint8_t *) (uintptr_t) a->priorities);
  a->priorities = NULL;
  if (entry->wakes_next)
    eng_entry_wake (entry);
  entry->wakes_next = false;
}

static int
compare_idle (const void *a, const void *b)
{
  const EngEntry *first = *(EngEntry *const *) a;
  const EngEntry *second = *(EngEntry *const *) b;

  return (first->idle_since_us > second->idle_since_us)
         - (first->idle_since_us < second->idle_since_us);
}

/* Who has rested longest goes first. */
static void
let_sleep (EngEngine *e, uint64_t now_us)
{
  g_autoptr (GPtrArray) idle = g_ptr_array_new ();
  guint n;

  for (guint i = 0; i < e->awake->len; i++)
    {
      EngEntry *entry = e->awake->pdata[i];

      if (may_sleep (entry))
        g_ptr_array_add (idle, entry);
      else
        entry->idle_since_us = now_us;
    }
  n = idle->len - MIN (idle->len, e->config.awake_max);
  if (n > 0)
    g_ptr_array_sort (idle, compare_idle);
  for (guint i = 0; i < n; i++)
    {
      EngEntry *entry = idle->pdata[i];

      if (now_us - entry->idle_since_us >= e->config.sleep_after_us)
        fall_asleep (entry);
    }
}

static void
on_round (BtioTimer *timer, uint64_t now_us)
{
  EngEngine *e = (EngEngine *) (void *) ((char *) timer - offsetof (EngEngine, snapshot));
  bool keeps = is_due (&e->next_row_us, now_us, ROW_US);
  bool draws = is_due (&e->next_detail_us, now_us, DETAIL_US);
  bool is_full = eng_disk_is_full (e->disk);
  bool changed = false;

  for (guint i = 0; i < e->awake->len; i++)
    {
      EngEntry *entry = e->awake->pdata[i];

      changed = eng_entry_tell (entry) || changed;
      if (keeps)
        eng_entry_keep (entry);
      if (draws)
        {
          eng_entry_measure (entry, now_us);
          eng_entry_tell_detail (entry, entry->watched);
        }
      eng_entry_want_peers (entry);
      if (entry->torrent != NULL)
        eng_torrent_hold (entry->torrent, is_full);
    }
  if (draws)
    let_sleep (e, now_us);
  e->n_quiet = changed ? 0 : e->n_quiet + 1;
  if (e->awake->len > 0)
    btio_timer_set (timer, e->reactor,
                    on_grid (now_us, e->n_quiet < BUSY_ROUNDS ? BUSY_US : QUIET_US));
}

static void
begin_rounds (EngEngine *e)
{
  e->n_quiet = 0;
  if (!e->quitting)
    btio_timer_set (&e->snapshot, e->reactor, on_grid (btio_reactor_now_us (e->reactor), BUSY_US));
}

void
eng_entry_is_awake (EngEntry *entry)
{
  EngEngine *e = entry->engine;

  entry->is_asleep = entry->sleeps_next = entry->wakes_next = false;
  entry->idle_since_us = entry->busy_us = btio_reactor_now_us (e->reactor);
  if (!entry->is_counted)
    g_ptr_array_add (e->awake, entry);
  entry->is_counted = true;
  begin_rounds (e);
}

void
eng_entry_is_down (EngEntry *entry)
{
  if (entry->is_counted)
    g_ptr_array_remove_fast (entry->engine->awake, entry);
  entry->is_counted = false;
  g_clear_pointer (&entry->told, g_free);
}

/* --- who connects meanwhile --- */

bool
eng_entry_receive (EngEntry *entry, EngConnection *connection, const uint8_t info_hash[20])
{
  const EngRosterRow *row = entry->row;
  BtMagnetHashes hashes = { 0 };

  if (!(entry->is_asleep || entry->sleeps_next) || entry->wishes.paused || entry->waits)
    return false;
  if (entry->lobby == NULL)
    {
      hashes.has_v1 = row->has_v1;
      hashes.has_v2 = row->has_v2;
      memcpy (hashes.v1, row->v1, sizeof hashes.v1);
      memcpy (hashes.v2, row->v2, sizeof hashes.v2);
      entry->lobby = eng_entry_new_metadata (entry, &hashes);
    }
  eng_entry_wake (entry);
  return eng_swarm_names_contain (eng_metadata_names (entry->lobby), info_hash)
         && eng_metadata_adopt (entry->lobby, connection);
}

/* --- after the start --- */

/* All that is needed of one that seeds on and need not wake up. */
static void
announce (EngEntry *entry)
{
  if (entry->addition.metainfo != NULL)
    eng_entry_start_announces (entry);
  g_clear_pointer (&entry->addition.metainfo, bt_metainfo_unref);
}

static void
on_source (void *data, const EngStoreProblem *problem, const EngRosterSource *source)
{
  EngEntry *entry = data;
  BtError why = { 0 };

  entry->is_waking = false;
  if (entry->removing)
    {
      eng_entry_slept (entry);
      return;
    }
  if (entry->wakes_next)
    {
      entry->wakes_next = false;
      eng_entry_wake (entry);
      return;
    }
  if (source != NULL && source->metainfo != NULL)
    entry->addition.metainfo
        = bt_metainfo_parse (source->metainfo, BT_ORIGIN_OWN, btd_ops (), &why);
  announce (entry);
}

void
eng_entry_rise (EngEntry *entry)
{
  EngEngine *e = entry->engine;
  bool is_seed = entry->stats.state == ENG_TORRENT_SEEDING;

  if (!entry->is_asleep || entry->is_waking || entry->wishes.paused)
    return;
  if (!is_seed || e->awake->len < e->config.awake_max)
    {
      eng_entry_wake (entry);
      return;
    }
  entry->is_waking = true;
  eng_store_fetch (e->store, entry->id, on_source, entry);
}

static void
on_rise (BtioTimer *timer, uint64_t now_us)
{
  EngEngine *e = (EngEngine *) (void *) ((char *) timer - offsetof (EngEngine, rise));

  for (guint i = 0; i < RISERS && e->n_risen < e->risers->len; i++)
    {
      EngEntry *entry = eng_book_find (e->book, g_array_index (e->risers, uint64_t, e->n_risen++));

      if (entry != NULL && !entry->removing)
        eng_entry_rise (entry);
    }
  if (e->n_risen < e->risers->len && !e->quitting)
    btio_timer_set (timer, e->reactor, now_us + RISE_US);
  else
    g_array_set_size (e->risers, e->n_risen = 0);
}

void
eng_engine_let_rise (EngEngine *e)
{
  for (int seeds = 0; seeds < 2; seeds++)
    for (guint i = 0; i < e->entries->len; i++)
      {
        const EngEntry *entry = e->entries->pdata[i];

        if (entry->is_asleep && (entry->stats.state == ENG_TORRENT_SEEDING) == (seeds == 1))
          g_array_append_val (e->risers, entry->id);
      }
  btio_timer_set (&e->rise, e->reactor, 0);
}

void
eng_engine_init_sleep (EngEngine *e)
{
  e->awake = g_ptr_array_new ();
  e->risers = g_array_new (FALSE, FALSE, sizeof (uint64_t));
  if (e->config.awake_max == 0)
    e->config.awake_max = AWAKE_MAX;
  if (e->config.sleep_after_us == 0)
    e->config.sleep_after_us = SLEEP_AFTER_US;
  e->snapshot.due = on_round;
  e->rise.due = on_rise;
}

void
eng_engine_clear_sleep (EngEngine *e)
{
  btio_timer_stop (&e->snapshot);
  btio_timer_stop (&e->rise);
  g_clear_pointer (&e->awake, g_ptr_array_unref);
  g_clear_pointer (&e->risers, g_array_unref);
}
