/* eng-orders.c: what the person asks of one torrent while it runs, and the details that are drawn
 * for who looks at it. The first part is called on any thread, the rest on the engine's. */
#include "client-core/engine/eng-engine-private.h"
#include "client-core/engine/eng-elsewhere.h"
#include "client-core/engine/eng-port.h"

#include <errno.h>
#include <string.h>

#include "protocol/tracker/bt-announce.h"

/* --- after a fault --- */

static void
run_retry (EngEntry *entry, void *data)
{
  eng_entry_retry (entry);
}

void
eng_engine_retry (EngEngine *e, uint64_t id)
{
  eng_engine_order (e, id, run_retry, NULL, NULL);
}

/* --- details --- */

static void
clear_tracker (void *data)
{
  EngTrackerPicture *tracker = data;

  g_free (tracker->url);
  g_free (tracker->message);
}

void
eng_detail_free (EngDetail *detail)
{
  if (detail == NULL)
    return;
  g_free (detail->file_done);
  g_clear_pointer (&detail->peers, g_array_unref);
  g_clear_pointer (&detail->trackers, g_array_unref);
  g_free (detail->have);
  g_free (detail->begun);
  g_free (detail->availability);
  g_free (detail);
}

static EngTrackerPicture
draw_tracker (const EngEntry *entry, size_t i, uint64_t now_us)
{
  EngTrackerStatus status = eng_announces_status (eng_swarms_first (entry->announces), i);
  uint64_t wait_us = status.next_us - MIN (status.next_us, now_us);
  uint64_t since_us = now_us - MIN (status.answered_us, now_us);

  return (EngTrackerPicture){ .url = g_strdup (status.url),
                              .message = g_strdup (status.message),
                              .tier = status.tier,
                              .state = status.state,
                              .since_us = status.answered_us == 0 ? BTIO_NEVER : since_us,
                              .wait_us = status.next_us == BTIO_NEVER ? BTIO_NEVER : wait_us,
                              .complete = status.complete,
                              .incomplete = status.incomplete,
                              .n_peers = status.n_peers };
}

/* A tracker that nobody asks: the torrent is paused, or what is here of it is not known yet. */
static void
draw_unasked (GArray *out, const EngEntry *entry, const BtTracker *tracker)
{
  EngTrackerPicture picture = { .tier = tracker->tier,
                                .since_us = BTIO_NEVER,
                                .wait_us = BTIO_NEVER,
                                .complete = BT_UNSAID,
                                .incomplete = BT_UNSAID };

  if (entry->dropped != NULL && g_hash_table_contains (entry->dropped, tracker->url))
    return;
  picture.url = g_strdup (tracker->url);
  g_array_append_val (out, picture);
}

/* Those of the person say where those of the torrent belong. */
static void
draw_all_unasked (GArray *out, const EngEntry *entry)
{
  const GArray *more = entry->more_trackers;
  size_t n;
  const BtTracker *trackers = eng_entry_trackers (entry, &n);

  for (size_t i = 0; i < n; i++)
    if (!eng_entry_has_noted (entry, trackers[i].url))
      draw_unasked (out, entry, &trackers[i]);
  for (guint i = 0; i < more->len; i++)
    draw_unasked (out, entry, &g_array_index (more, BtTracker, i));
}

static int
compare_tiers (const void *a, const void *b)
{
  unsigned tier_a = ((const EngTrackerPicture *) a)->tier;
  unsigned tier_b = ((const EngTrackerPicture *) b)->tier;

  return (tier_a > tier_b) - (tier_a < tier_b);
}

static GArray *
draw_trackers (const EngEntry *entry)
{
  const EngAnnounces *announces
      = entry->announces != NULL ? eng_swarms_first (entry->announces) : NULL;
  GArray *out = g_array_new (FALSE, FALSE, sizeof (EngTrackerPicture));

  g_array_set_clear_func (out, clear_tracker);
  if (announces == NULL)
    draw_all_unasked (out, entry);
  for (size_t i = 0; announces != NULL && i < eng_announces_count (announces); i++)
    if (!eng_announces_is_dropped (announces, i))
      {
        EngTrackerPicture tracker
            = draw_tracker (entry, i, btio_reactor_now_us (entry->engine->reactor));

        g_array_append_val (out, tracker);
      }
  g_array_sort (out, compare_tiers);
  return out;
}

void
eng_entry_tell_detail (EngEntry *entry, unsigned parts)
{
  EngEngine *e = entry->engine;
  EngDetail *detail;

  if (parts == 0 || entry->removing || e->quitting || e->events->detail == NULL)
    return;
  detail = g_new0 (EngDetail, 1);
  detail->parts = parts;
  if ((parts & ENG_DETAIL_TRACKERS) != 0)
    detail->trackers = draw_trackers (entry);
  if (entry->torrent != NULL && (parts & ENG_DETAIL_FILES) != 0)
    detail->file_done = eng_torrent_files_done (entry->torrent);
  if (entry->torrent != NULL && (parts & ENG_DETAIL_PEERS) != 0)
    detail->peers = eng_torrent_peers (entry->torrent);
  if (entry->torrent != NULL && (parts & ENG_DETAIL_PIECES) != 0)
    {
      detail->have = eng_torrent_pieces (entry->torrent);
      detail->begun = eng_torrent_begun (entry->torrent);
      detail->availability = eng_torrent_availability (entry->torrent);
    }
  e->events->detail (e->owner, entry->id, detail);
}

typedef struct
{
  unsigned parts;
  bool once;
} Watch;

static void
run_watch (EngEntry *entry, void *data)
{
  const Watch *watch = data;
  unsigned added = watch->once ? watch->parts : watch->parts & ~entry->watched;

  if (!watch->once)
    entry->watched = watch->parts;
  if (watch->parts != 0)
    eng_entry_wake (entry);
  eng_entry_tell_detail (entry, added);
}

void
eng_engine_watch (EngEngine *e, uint64_t id, unsigned parts)
{
  const Watch watch = { .parts = parts };

  eng_engine_order (e, id, run_watch, g_memdup2 (&watch, sizeof watch), g_free);
}

void
eng_engine_look (EngEngine *e, uint64_t id, unsigned parts)
{
  const Watch watch = { .parts = parts, .once = true };

  eng_engine_order (e, id, run_watch, g_memdup2 (&watch, sizeof watch), g_free);
}

/* --- all torrents together --- */

static void
run_exchange (EngEngine *e, void *data)
{
  e->share.no_exchange = data == NULL;
}

void
eng_engine_set_exchange (EngEngine *e, bool exchange)
{
  eng_engine_call (e, run_exchange, exchange ? e : NULL, NULL);
}

static void
take_bind (EngEngine *e, const BtioBind *bind)
{
  char *interface = g_strdup (bind->interface);

  e->config.bind = *bind;
  e->config.bind.interface = interface;
  g_free (e->interface);
  e->interface = interface;
  eng_announcer_move (e->announcer, bind, e->share.port);
  eng_port_moved (e);
  eng_elsewhere_moved (e);
}

static void
run_move_door (EngEngine *e, void *data)
{
  const BtioBind *bind = data;
  int failure = 0;

  if (e->quitting)
    return;
  if (eng_door_move (e->door, &e->config.bind, bind))
    take_bind (e, bind);
  else
    failure = errno;
  if (e->events->listens != NULL)
    e->events->listens (e->owner, failure, eng_door_port (e->door));
}

static void
free_bind (void *data)
{
  BtioBind *bind = data;

  g_free ((char *) (uintptr_t) bind->interface);
  g_free (bind);
}

void
eng_engine_move_door (EngEngine *e, const BtioBind *bind)
{
  BtioBind *copy = g_memdup2 (bind, sizeof *bind);

  copy->interface = g_strdup (bind->interface);
  eng_engine_call (e, run_move_door, copy, free_bind);
}

/* --- wishes --- */

uint8_t *
eng_select_priorities (const BtSelectOnly *select, const BtMetainfo *metainfo)
{
  size_t n = bt_metainfo_layout (metainfo)->n_files;
  uint8_t *priorities;

  if (select->n_ranges == 0)
    return NULL;
  priorities = g_malloc0 (n);
  for (size_t i = 0; i < n; i++)
    priorities[i] = bt_select_only_contains (select, (uint32_t) i) ? ENG_PRIORITY_NORMAL : 0;
  return priorities;
}

typedef struct
{
  EngWishes wishes;
  uint8_t *priorities; /* or NULL */
  size_t n;
} Wishes;

static void
free_wishes (void *data)
{
  Wishes *wishes = data;

  g_free (wishes->priorities);
  g_free (wishes);
}

static void
run_wishes (EngEntry *entry, void *data)
{
  Wishes *wishes = data;

  if (wishes->priorities != NULL)
    {
      g_free ((uint8_t *) (uintptr_t) entry->addition.priorities);
      entry->addition.priorities = g_steal_pointer (&wishes->priorities);
      wishes->wishes.priorities = entry->addition.priorities;
      eng_entry_keep_priorities (entry, entry->addition.priorities, wishes->n);
    }
  eng_entry_set_wishes (entry, &wishes->wishes);
}

void
eng_engine_set_wishes (EngEngine *e, uint64_t id, const EngWishes *wishes, size_t n_files)
{
  Wishes *copy = g_new0 (Wishes, 1);

  copy->wishes = *wishes;
  copy->wishes.priorities = NULL;
  if (wishes->priorities != NULL)
    copy->priorities = g_memdup2 (wishes->priorities, n_files);
  copy->n = n_files;
  eng_engine_order (e, id, run_wishes, copy, free_wishes);
}

static void
run_ban (EngEntry *entry, void *peer)
{
  if (entry->torrent != NULL)
    eng_torrent_ban_address (entry->torrent, peer);
}

void
eng_engine_ban (EngEngine *e, uint64_t id, const BtEndpoint *peer)
{
  eng_engine_order (e, id, run_ban, g_memdup2 (peer, sizeof *peer), g_free);
}

static void
run_unban (EngEntry *entry, void *peer)
{
  if (entry->torrent != NULL)
    eng_torrent_unban_address (entry->torrent, peer);
}

void
eng_engine_unban (EngEngine *e, uint64_t id, const BtEndpoint *peer)
{
  eng_engine_order (e, id, run_unban, g_memdup2 (peer, sizeof *peer), g_free);
}

static void
run_limit (EngEntry *entry, void *wish)
{
  eng_entry_limit_peer (entry, wish);
}

void
eng_engine_limit_peer (EngEngine *e, uint64_t id, const EngPeerWish *wish)
{
  eng_engine_order (e, id, run_limit, g_memdup2 (wish, sizeof *wish), g_free);
}

/* --- trackers --- */

static void
run_drop_tracker (EngEntry *entry, void *url)
{
  eng_entry_drop_tracker (entry, url);
}

void
eng_engine_drop_tracker (EngEngine *e, uint64_t id, const char *url)
{
  eng_engine_order (e, id, run_drop_tracker, g_strdup (url), g_free);
}

static void
run_announce (EngEntry *entry, void *url)
{
  if (entry->announces != NULL)
    eng_swarms_now (entry->announces, url);
}

void
eng_engine_announce (EngEngine *e, uint64_t id, const char *url)
{
  eng_engine_order (e, id, run_announce, g_strdup (url), g_free);
}

/* --- the end of the data --- */

static void
run_delete (EngEntry *entry, void *data)
{
  entry->deletes = true;
  eng_entry_remove (entry);
}

void
eng_engine_remove_data (EngEngine *e, uint64_t id)
{
  eng_engine_order (e, id, run_delete, NULL, NULL);
}
