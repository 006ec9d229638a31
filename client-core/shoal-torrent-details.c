/* shoal-torrent-details.c: the lists of a torrent's files, peers and trackers, and its pieces: the
 * engine draws each of them once a second, and only while somebody holds it. */
#include "client-core/shoal-file-list-private.h"
#include "client-core/shoal-task-private.h"
#include "shoal-error.h"

static GError *
gone_error (ShoalTorrent *self)
{
  return shoal_error_new_problem (BT_ERROR_CANCELLED, 0, BT_NOWHERE, BT_NOWHERE, NULL,
                                  shoal_torrent_get_name (self));
}

/* --- who looks --- */

static void
watch (ShoalTorrent *self)
{
  unsigned parts = (self->files != NULL ? ENG_DETAIL_FILES : 0)
                   | (self->peers != NULL ? ENG_DETAIL_PEERS : 0)
                   | (self->trackers != NULL ? ENG_DETAIL_TRACKERS : 0);

  if (self->engine != NULL)
    eng_engine_watch (self->engine, self->id, parts);
}

static void
on_list_gone (void *data, GObject *list)
{
  ShoalTorrent *self = data;

  if ((GObject *) self->files == list)
    self->files = NULL;
  else if ((GObject *) self->peers == list)
    self->peers = NULL;
  else
    self->trackers = NULL;
  watch (self);
}

static void
let_go (ShoalTorrent *self, void *list)
{
  if (list != NULL)
    g_object_weak_unref (G_OBJECT (list), on_list_gone, self);
}

void
shoal_torrent_clear_details (ShoalTorrent *self)
{
  let_go (self, self->peers);
  let_go (self, self->trackers);
  g_clear_pointer (&self->pieces, g_bytes_unref);
}

/* A list that lives as long as somebody holds it. (transfer full) */
static void *
hold_list (ShoalTorrent *self, void *list)
{
  g_object_weak_ref (G_OBJECT (list), on_list_gone, self);
  watch (self);
  return list;
}

/**
 * shoal_torrent_dup_files:
 * @self: a torrent
 *
 * Its files, a list of #ShoalFile. The objects are made when the list is asked for them. While
 * somebody holds the list, what is here of each file is brought up to date once a second.
 *
 * Returns: (transfer full) (nullable): the list, the same for all who hold it at the same time;
 *   %NULL while the metadata of a magnet is not here
 */
GListModel *
shoal_torrent_dup_files (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  if (shoal_torrent_metainfo (self) == NULL)
    return NULL;
  if (self->files != NULL)
    return G_LIST_MODEL (g_object_ref (self->files));
  self->files = shoal_file_list_new (self);
  return G_LIST_MODEL (hold_list (self, self->files));
}

/**
 * shoal_torrent_dup_peers:
 * @self: a torrent
 *
 * The peers that are connected, a list of #ShoalPeer. While somebody holds the list it is brought
 * up to date once a second.
 *
 * Returns: (transfer full): the list, the same for all who hold it at the same time
 */
GListModel *
shoal_torrent_dup_peers (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  if (self->peers != NULL)
    return G_LIST_MODEL (g_object_ref (self->peers));
  self->peers = g_list_store_new (SHOAL_TYPE_PEER);
  return G_LIST_MODEL (hold_list (self, self->peers));
}

/**
 * shoal_torrent_dup_trackers:
 * @self: a torrent
 *
 * Its trackers, a list of #ShoalTorrentTracker. While somebody holds the list it is brought up to
 * date once a second. While the torrent is verified for the first time, and while it is paused, all
 * of them wait, and none says when it is asked.
 *
 * Returns: (transfer full): the list, the same for all who hold it at the same time
 */
GListModel *
shoal_torrent_dup_trackers (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  if (self->trackers != NULL)
    return G_LIST_MODEL (g_object_ref (self->trackers));
  self->trackers = g_list_store_new (SHOAL_TYPE_TORRENT_TRACKER);
  return G_LIST_MODEL (hold_list (self, self->trackers));
}

/* --- pictures --- */

uint32_t
shoal_torrent_n_pieces (ShoalTorrent *self)
{
  const BtMetainfo *metainfo = shoal_torrent_metainfo (self);

  return metainfo != NULL ? bt_metainfo_layout (metainfo)->n_pieces : 0;
}

/* Those of the pictures that are in the table, in one change of the list. */
static void
append_peers (GListStore *store, const GArray *pictures, GHashTable *new_ones, uint32_t n_pieces)
{
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func (g_object_unref);

  if (pictures == NULL || g_hash_table_size (new_ones) == 0)
    return;
  for (guint i = 0; i < pictures->len; i++)
    {
      EngPeerPicture *picture = &g_array_index (pictures, EngPeerPicture, i);

      if (g_hash_table_contains (new_ones, GUINT_TO_POINTER (picture->id)))
        g_ptr_array_add (peers, shoal_peer_new (picture, n_pieces));
    }
  g_list_store_splice (store, g_list_model_get_n_items (G_LIST_MODEL (store)), 0, peers->pdata,
                       peers->len);
}

static void
take_peers (ShoalTorrent *self, GListStore *store, const GArray *pictures)
{
  g_autoptr (GHashTable) left = g_hash_table_new (NULL, NULL); /* of id to picture */
  uint32_t n_pieces = shoal_torrent_n_pieces (self);

  for (guint i = 0; pictures != NULL && i < pictures->len; i++)
    {
      EngPeerPicture *picture = &g_array_index (pictures, EngPeerPicture, i);

      g_hash_table_insert (left, GUINT_TO_POINTER (picture->id), picture);
    }
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (store)); i-- > 0;)
    {
      g_autoptr (ShoalPeer) peer = g_list_model_get_item (G_LIST_MODEL (store), i);
      void *picture;

      if (g_hash_table_steal_extended (left, GUINT_TO_POINTER (shoal_peer_id (peer)), NULL,
                                       &picture))
        shoal_peer_take_picture (peer, picture);
      else
        g_list_store_remove (store, i);
    }
  append_peers (store, pictures, left, n_pieces);
}

static bool
is_of (ShoalTorrentTracker *tracker, const EngTrackerPicture *picture)
{
  return g_strcmp0 (shoal_torrent_tracker_get_url (tracker), picture->url) == 0
         && shoal_torrent_tracker_get_tier (tracker) == picture->tier;
}

/* The tracker of a picture at a place, after those before it that are gone have left; NULL when
 * there are no more. (transfer full) */
static ShoalTorrentTracker *
find_tracker (GListStore *store, guint at, const EngTrackerPicture *picture)
{
  ShoalTorrentTracker *tracker;

  while ((tracker = g_list_model_get_item (G_LIST_MODEL (store), at)) != NULL
         && !is_of (tracker, picture))
    {
      g_list_store_remove (store, at);
      g_object_unref (tracker);
    }
  return tracker;
}

/* They keep their order: those that are gone are passed over, those that are new stand at the end.
 */
static void
take_trackers (GListStore *store, const GArray *pictures)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);
  guint at, n;

  for (at = 0; at < pictures->len; at++)
    {
      const EngTrackerPicture *picture = &g_array_index (pictures, EngTrackerPicture, at);
      g_autoptr (ShoalTorrentTracker) tracker = find_tracker (store, at, picture);

      if (tracker == NULL)
        break;
      shoal_torrent_tracker_take_picture (tracker, picture);
    }
  for (guint i = at; i < pictures->len; i++)
    g_ptr_array_add (added,
                     shoal_torrent_tracker_new (&g_array_index (pictures, EngTrackerPicture, i)));
  n = g_list_model_get_n_items (G_LIST_MODEL (store));
  if (n > at || added->len > 0)
    g_list_store_splice (store, at, n - at, added->pdata, added->len);
}

static void answer_pieces (ShoalTorrent *self, EngDetail *detail);

void
shoal_torrent_take_detail (ShoalTorrent *self, EngDetail *detail)
{
  g_autoptr (ShoalFileList) files = self->files != NULL ? g_object_ref (self->files) : NULL;
  g_autoptr (GListStore) peers = self->peers != NULL ? g_object_ref (self->peers) : NULL;
  g_autoptr (GListStore) trackers = self->trackers != NULL ? g_object_ref (self->trackers) : NULL;

  if (files != NULL && detail->file_done != NULL)
    shoal_file_list_take_done (files, g_steal_pointer (&detail->file_done));
  if (peers != NULL && (detail->parts & ENG_DETAIL_PEERS) != 0)
    take_peers (self, peers, detail->peers);
  if (trackers != NULL && (detail->parts & ENG_DETAIL_TRACKERS) != 0)
    take_trackers (trackers, detail->trackers);
  if ((detail->parts & ENG_DETAIL_PIECES) != 0)
    answer_pieces (self, detail);
}

/* --- pieces --- */

/* What a question is answered by, beside the pieces that are here. */
typedef struct
{
  GBytes *availability;
  GBytes *begun;
} PiecesAnswer;

static void
pieces_answer_free (void *data)
{
  PiecesAnswer *answer = data;

  g_bytes_unref (answer->availability);
  g_bytes_unref (answer->begun);
  g_free (answer);
}

static GBytes *
take_or_zeros (void *data, size_t len)
{
  return g_bytes_new_take (data != NULL ? data : g_malloc0 (len), len);
}

static void
answer_pieces (ShoalTorrent *self, EngDetail *detail)
{
  g_autoptr (GList) askers = g_steal_pointer (&self->askers);
  uint32_t n = shoal_torrent_n_pieces (self);
  size_t len = bt_bitfield_wire_len (n);
  GBytes *begun = take_or_zeros (g_steal_pointer (&detail->begun), len);
  GBytes *counts = take_or_zeros (g_steal_pointer (&detail->availability), n * sizeof (uint16_t));

  g_clear_pointer (&self->pieces, g_bytes_unref);
  self->pieces = take_or_zeros (g_steal_pointer (&detail->have), len);
  for (GList *link = askers; link != NULL; link = link->next)
    {
      GTask *task = link->data;
      const PiecesAnswer answer = { g_bytes_ref (counts), g_bytes_ref (begun) };

      g_task_set_task_data (task, g_memdup2 (&answer, sizeof answer), pieces_answer_free);
      g_task_return_pointer (task, g_bytes_ref (self->pieces), (GDestroyNotify) g_bytes_unref);
      g_object_unref (task);
    }
  g_bytes_unref (counts);
  g_bytes_unref (begun);
}

void
shoal_torrent_forget_askers (ShoalTorrent *self)
{
  g_autoptr (GList) askers = g_steal_pointer (&self->askers);

  for (GList *link = askers; link != NULL; link = link->next)
    {
      g_task_return_error (link->data, gone_error (self));
      g_object_unref (link->data);
    }
}

/**
 * shoal_torrent_look_at_pieces_async:
 * @self: a torrent
 * @cancellable: (nullable): takes the question back
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Asks which pieces are here, and how many of the connected peers have each.
 */
void
shoal_torrent_look_at_pieces_async (ShoalTorrent *self, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (SHOAL_IS_TORRENT (self));
  task = g_task_new (self, cancellable, callback, user_data);
  if (self->engine == NULL || self->removing)
    {
      g_task_return_error (task, gone_error (self));
      g_object_unref (task);
      return;
    }
  self->askers = g_list_append (self->askers, task);
  eng_engine_look (self->engine, self->id, ENG_DETAIL_PIECES);
}

/**
 * shoal_torrent_look_at_pieces_finish:
 * @self: a torrent
 * @result: what the callback was given
 * @availability: (out) (optional) (transfer full): for each piece how many peers have it, as a
 *   16-bit number of this machine's byte order
 * @requested: (out) (optional) (transfer full): the pieces that are being fetched, and those that
 *   are here but not compared with their hash yet, one bit each
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: (transfer full): the pieces that are here, one bit each, the first the highest of its
 *   byte; %NULL when the torrent was removed
 */
GBytes *
shoal_torrent_look_at_pieces_finish (ShoalTorrent *self, GAsyncResult *result,
                                     GBytes **availability, GBytes **requested, GError **error)
{
  const PiecesAnswer *answer;
  GBytes *have;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  answer = g_task_get_task_data (G_TASK (result));
  have = shoal_task_take_pointer (result, error);
  if (have != NULL && availability != NULL)
    *availability = g_bytes_ref (answer->availability);
  if (have != NULL && requested != NULL)
    *requested = g_bytes_ref (answer->begun);
  return have;
}

/**
 * shoal_torrent_dup_pieces:
 * @self: a torrent
 *
 * The answer that shoal_torrent_look_at_pieces_async() had last.
 *
 * Returns: (transfer full) (nullable): the pieces that were here then, one bit each, the first the
 *   highest of its byte; %NULL before the first answer
 */
GBytes *
shoal_torrent_dup_pieces (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  return self->pieces != NULL ? g_bytes_ref (self->pieces) : NULL;
}

/**
 * shoal_torrent_dup_files_of_pieces:
 * @self: a torrent
 * @first: a piece
 * @end: the piece behind the last
 * @max: how many paths are wanted at most
 * @n_files: (out) (optional): how many files there are
 *
 * Names the files that have bytes in some pieces, those that only pad others (BEP 47) and empty
 * ones left out. O(files of the pieces + log files).
 *
 * Returns: (transfer full): their paths, as shoal_file_get_path() has them, in the torrent's order;
 *   empty while the metadata of a magnet is not here
 */
char **
shoal_torrent_dup_files_of_pieces (ShoalTorrent *self, guint first, guint end, guint max,
                                   guint *n_files)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  uint32_t n_pieces;
  guint n = 0;

  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  n_pieces = shoal_torrent_n_pieces (self);
  if (first < MIN (end, n_pieces))
    {
      const BtLayout *layout = bt_metainfo_layout (shoal_torrent_metainfo (self));
      uint64_t start = bt_layout_piece_start (layout, first);
      BtSpanIter iter;
      BtSpan span;

      bt_span_iter_init (&iter, layout, start,
                         (MIN (end, n_pieces) - first) * layout->piece_length);
      while (bt_span_iter_next (&iter, &span))
        if ((layout->files[span.file].attr & BT_FILE_PAD) == 0 && n++ < max)
          g_strv_builder_add (paths, shoal_torrent_file_name (self, (guint) span.file));
    }
  if (n_files != NULL)
    *n_files = n;
  return g_strv_builder_end (paths);
}
