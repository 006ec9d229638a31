/* eng-active.c: the queue of active torrents carried out: one that waits is, for its peers and
 * trackers, paused.
 *
 *     a state, a wish, a limit, coming and going, slow or not any more -> the queue is due
 *     -> in the reactor's next turn all of them are looked at, in their order
 *
 * The engine's thread, but for the first function. */
#include "client-core/engine/eng-engine-private.h"

/* --- the limits --- */

static void
run_set_queue (EngEngine *e, void *data)
{
  e->queue_limits = *(const EngQueueLimits *) data;
  eng_engine_queue_is_due (e);
}

void
eng_engine_set_queue (EngEngine *e, unsigned max_downloads, unsigned max_seeds)
{
  const EngQueueLimits limits
      = { .max = { [ENG_QUEUE_DOWNLOAD] = max_downloads, [ENG_QUEUE_SEED] = max_seeds } };

  eng_engine_call (e, run_set_queue, g_memdup2 (&limits, sizeof limits), g_free);
}

/* --- what an entry does --- */

static EngQueueKind
kind_of (const EngEntry *entry)
{
  EngTorrentState state = eng_entry_stats (entry).state;

  if (entry->removing || entry->is_paused || entry->waits || entry->wishes.forced)
    return ENG_QUEUE_FREE;
  if (state == ENG_TORRENT_DOWNLOADING && !entry->addition.read_only)
    return ENG_QUEUE_DOWNLOAD;
  return state == ENG_TORRENT_SEEDING ? ENG_QUEUE_SEED : ENG_QUEUE_FREE;
}

/* A seed that nobody needs to be awake for is slow. */
static bool
is_slow (const EngEntry *entry, uint64_t now_us)
{
  if (entry->is_queued)
    return false;
  if (entry->is_asleep || entry->sleeps_next)
    return entry->stats.state == ENG_TORRENT_SEEDING;
  return now_us - entry->busy_us >= ENG_QUEUE_SLOW_US;
}

void
eng_entry_measure (EngEntry *entry, uint64_t now_us)
{
  bool was_slow = entry->is_slow;
  EngTorrentStats stats;

  if (entry->torrent == NULL)
    return;
  stats = eng_torrent_stats (entry->torrent);
  if (stats.rate_down_Bps >= ENG_QUEUE_SLOW_BPS || stats.rate_up_Bps >= ENG_QUEUE_SLOW_BPS
      || entry->wishes.paused || entry->busy_us == 0)
    entry->busy_us = now_us;
  entry->is_slow = is_slow (entry, now_us);
  if (entry->is_slow != was_slow)
    eng_engine_queue_is_due (entry->engine);
}

/* --- all of them --- */

static int
compare_entries (const void *a, const void *b)
{
  const EngEntry *first = *(EngEntry *const *) a;
  const EngEntry *second = *(EngEntry *const *) b;

  if (first->wishes.rank != second->wishes.rank)
    return first->wishes.rank < second->wishes.rank ? -1 : 1;
  return (first->id > second->id) - (first->id < second->id);
}

/* Who has to wait does before others get its place. */
static void
carry_out (GPtrArray *entries, const bool *waits)
{
  for (int goes_on = 0; goes_on < 2; goes_on++)
    for (guint i = 0; i < entries->len; i++)
      if (waits[i] == (goes_on == 0))
        eng_entry_hold (entries->pdata[i], waits[i]);
}

static void
decide (EngEngine *e)
{
  uint64_t now_us = btio_reactor_now_us (e->reactor);
  g_autoptr (GPtrArray) entries = g_ptr_array_copy (e->entries, NULL, NULL);
  g_autofree EngQueueItem *items = g_new (EngQueueItem, entries->len);
  g_autofree bool *waits = g_new (bool, entries->len);

  g_ptr_array_sort (entries, compare_entries);
  for (guint i = 0; i < entries->len; i++)
    {
      EngEntry *entry = entries->pdata[i];

      entry->is_slow = is_slow (entry, now_us);
      items[i] = (EngQueueItem){ .kind = kind_of (entry), .slow = entry->is_slow };
    }
  eng_queue_decide (&e->queue_limits, items, entries->len, waits);
  carry_out (entries, waits);
}

static bool
has_limits (const EngEngine *e)
{
  return e->queue_limits.max[ENG_QUEUE_DOWNLOAD] != 0 || e->queue_limits.max[ENG_QUEUE_SEED] != 0;
}

/* Without limits there is nothing to decide, once nobody waits any more. */
void
eng_engine_decide_queue (EngEngine *e)
{
  if (has_limits (e) || e->queue_had_limits)
    decide (e);
  e->queue_had_limits = has_limits (e);
}

static void
on_due (BtioTimer *timer, uint64_t now_us)
{
  eng_engine_decide_queue ((EngEngine *) (void *) ((char *) timer - offsetof (EngEngine, queue)));
}

void
eng_engine_queue_is_due (EngEngine *e)
{
  if (!e->quitting && (has_limits (e) || e->queue_had_limits))
    btio_timer_set (&e->queue, e->reactor, 0);
}

void
eng_engine_init_queue (EngEngine *e)
{
  e->queue.due = on_due;
}

void
eng_engine_clear_queue (EngEngine *e)
{
  btio_timer_stop (&e->queue);
}
