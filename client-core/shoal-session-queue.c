/* shoal-session-queue.c: how many torrents of a session may be active at a time, and in which order
 * they have their turn: that of the list, by ranks that only grow along it. */
#include "shoal-session-queue.h"

#include "client-core/shoal-torrent-private.h"

#define DOWNLOADS "max-active-downloads"
#define SEEDS "max-active-seeds"

/* No move goes so far that the next could leave an integer. */
#define RANK_MAX (INT64_MAX / 2)

static guint
read_one (EngProfile *profile, const char *name)
{
  return (guint) CLAMP (eng_profile_setting (profile, name, 0), 0, G_MAXINT);
}

void
shoal_session_read_queue (ShoalSession *self, EngProfile *profile)
{
  self->max_downloads = read_one (profile, DOWNLOADS);
  self->max_seeds = read_one (profile, SEEDS);
  eng_engine_set_queue (self->engine, self->max_downloads, self->max_seeds);
}

static void
set (ShoalSession *self, guint *which, guint max, const char *name, ShoalSessionProp property)
{
  if (*which == max)
    return;
  *which = max;
  eng_engine_set_queue (self->engine, self->max_downloads, self->max_seeds);
  shoal_session_keep_setting (self, name, max);
  shoal_session_notify (self, property);
}

/**
 * shoal_session_get_max_active_downloads:
 * @self: a session
 *
 * Returns: how many torrents may download at a time; 0: no limit
 */
guint
shoal_session_get_max_active_downloads (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), 0);
  return self->max_downloads;
}

/**
 * shoal_session_set_max_active_downloads:
 * @self: a session
 * @max: how many, or 0 for no limit
 *
 * Lets so many torrents download at a time, in the order of the list, which is that in which
 * they were added, unless shoal_session_move_in_queue() has changed it: the others wait, see
 * #ShoalTorrent:queued. One that is paused, complete, removed or in its fault frees its place
 * at once. One that has moved less than 2 KiB per second for a minute goes on and does not count,
 * so that it keeps nobody waiting. Lists of files of magnets are fetched, and files verified,
 * without waiting. A profile keeps it.
 */
void
shoal_session_set_max_active_downloads (ShoalSession *self, guint max)
{
  g_return_if_fail (SHOAL_IS_SESSION (self));
  g_return_if_fail (max <= G_MAXINT);
  set (self, &self->max_downloads, max, DOWNLOADS, SHOAL_SESSION_PROP_MAX_ACTIVE_DOWNLOADS);
}

/**
 * shoal_session_get_max_active_seeds:
 * @self: a session
 *
 * Returns: how many torrents may seed at a time; 0: no limit
 */
guint
shoal_session_get_max_active_seeds (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), 0);
  return self->max_seeds;
}

/**
 * shoal_session_set_max_active_seeds:
 * @self: a session
 * @max: how many, or 0 for no limit
 *
 * Lets so many torrents seed at a time, as shoal_session_set_max_active_downloads() does for those
 * that download: one that nobody fetches from for a minute does not count.
 */
void
shoal_session_set_max_active_seeds (ShoalSession *self, guint max)
{
  g_return_if_fail (SHOAL_IS_SESSION (self));
  g_return_if_fail (max <= G_MAXINT);
  set (self, &self->max_seeds, max, SEEDS, SHOAL_SESSION_PROP_MAX_ACTIVE_SEEDS);
}

/* --- the order --- */

GType
shoal_queue_move_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { SHOAL_QUEUE_MOVE_TOP, "SHOAL_QUEUE_MOVE_TOP", "top" },
    { SHOAL_QUEUE_MOVE_UP, "SHOAL_QUEUE_MOVE_UP", "up" },
    { SHOAL_QUEUE_MOVE_DOWN, "SHOAL_QUEUE_MOVE_DOWN", "down" },
    { SHOAL_QUEUE_MOVE_BOTTOM, "SHOAL_QUEUE_MOVE_BOTTOM", "bottom" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalQueueMove", values));
  return type;
}

static ShoalTorrent *
at (const ShoalSession *self, guint i)
{
  return self->list->pdata[i];
}

int64_t
shoal_session_next_rank (const ShoalSession *self)
{
  guint n = self->list->len;

  return n > 0 ? at (self, n - 1)->wishes.rank + 1 : 1;
}

static void
rank_anew (ShoalSession *self)
{
  for (guint i = 0; i < self->list->len; i++)
    shoal_torrent_set_rank (at (self, i), (int64_t) i + 1);
}

void
shoal_session_mend_ranks (ShoalSession *self)
{
  int64_t last = -RANK_MAX;

  for (guint i = 0; i < self->list->len; i++)
    {
      int64_t rank = at (self, i)->wishes.rank;

      if (rank <= last || rank >= RANK_MAX)
        {
          rank_anew (self);
          return;
        }
      last = rank;
    }
}

static bool
wants_to_seed (const ShoalTorrent *torrent)
{
  return torrent->stats.state != ENG_TORRENT_METADATA && torrent->stats.wanted_left == 0;
}

static void
swap_ranks (ShoalTorrent *one, ShoalTorrent *other)
{
  int64_t rank = one->wishes.rank;

  shoal_torrent_set_rank (one, other->wishes.rank);
  shoal_torrent_set_rank (other, rank);
}

/* Each of @moved changes places with the next one ahead of it that is of its kind and stays. */
static void
pass_one (ShoalSession *self, GHashTable *moved, bool down)
{
  ShoalTorrent *ahead[2] = { NULL, NULL };
  guint n = self->list->len;

  for (guint i = 0; i < n; i++)
    {
      ShoalTorrent *torrent = at (self, down ? n - 1 - i : i);
      ShoalTorrent **next = &ahead[wants_to_seed (torrent)];

      if (!g_hash_table_contains (moved, torrent))
        *next = torrent;
      else if (*next != NULL)
        swap_ranks (torrent, *next);
    }
}

/* Among themselves they stay in their order. */
static void
pass_all (ShoalSession *self, GHashTable *moved, bool down)
{
  int64_t rank = down ? shoal_session_next_rank (self)
                      : at (self, 0)->wishes.rank - (int64_t) g_hash_table_size (moved);

  for (guint i = 0; i < self->list->len; i++)
    if (g_hash_table_contains (moved, at (self, i)))
      shoal_torrent_set_rank (at (self, i), rank++);
}

static int
compare_ranks (const void *a, const void *b)
{
  int64_t one = (*(ShoalTorrent *const *) a)->wishes.rank;
  int64_t other = (*(ShoalTorrent *const *) b)->wishes.rank;

  return (one > other) - (one < other);
}

/* One change tells of all of it, so that a view keeps what is selected. */
static void
put_in_order (ShoalSession *self)
{
  g_autoptr (GPtrArray) before = g_ptr_array_copy (self->list, NULL, NULL);
  guint first = 0;
  guint end = before->len;

  g_ptr_array_sort (self->list, compare_ranks);
  while (first < end && before->pdata[first] == self->list->pdata[first])
    first++;
  while (end > first && before->pdata[end - 1] == self->list->pdata[end - 1])
    end--;
  if (end > first)
    g_list_model_items_changed (G_LIST_MODEL (self), first, end - first, end - first);
}

/**
 * shoal_session_move_in_queue:
 * @self: a session
 * @torrents: (array length=n_torrents): some of its torrents, in any order; others are ignored
 * @n_torrents: how many
 * @where: where to
 *
 * Moves torrents in the order in which torrents have their turn, which is that of the list; among
 * themselves they stay in their order. Who has a turn changes at once where
 * shoal_session_set_max_active_downloads() or shoal_session_set_max_active_seeds() is a limit; who
 * should have one in any case is told so by shoal_torrent_set_forced(). A profile keeps the order.
 * O(n log n) of the list.
 */
void
shoal_session_move_in_queue (ShoalSession *self, ShoalTorrent **torrents, gsize n_torrents,
                             ShoalQueueMove where)
{
  g_autoptr (GHashTable) moved = g_hash_table_new (NULL, NULL);
  bool down = where == SHOAL_QUEUE_MOVE_DOWN || where == SHOAL_QUEUE_MOVE_BOTTOM;

  g_return_if_fail (SHOAL_IS_SESSION (self));
  g_return_if_fail (torrents != NULL || n_torrents == 0);
  shoal_session_finish_opening (self);
  for (gsize i = 0; i < n_torrents; i++)
    if (torrents[i]->session == self && !torrents[i]->removed)
      g_hash_table_add (moved, torrents[i]);
  if (g_hash_table_size (moved) == 0)
    return;
  if (where == SHOAL_QUEUE_MOVE_UP || where == SHOAL_QUEUE_MOVE_DOWN)
    pass_one (self, moved, down);
  else
    pass_all (self, moved, down);
  put_in_order (self);
  shoal_session_mend_ranks (self);
}
