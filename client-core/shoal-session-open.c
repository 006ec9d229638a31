/* shoal-session-open.c: a session that remembers: reading its profile, what it keeps there of a
 * torrent, and waiting until that is on the device.
 *
 *     open: lock and database -> a thread reads the rows -> the application's thread: the list, all
 *     of it in one change -> the engine takes the profile over -> the network
 *
 * Whoever needs the list before, to add a torrent or to find one, waits for the thread. */
#include <errno.h>
#include <pthread.h>

#include "client-core/shoal-post-private.h"
#include "client-core/shoal-torrent-private.h"
#include "client-core/shoal-task-private.h"
#include "shoal-error.h"

struct ShoalOpening
{
  EngProfile *profile;
  ShoalPost *post;
  pthread_t thread;
  bool has_thread;
  GPtrArray *rows; /* of EngRosterRow; NULL: not read yet, or it failed */
};

/* --- the thread --- */

static void
take_opened (void *owner, void *letter)
{
  shoal_session_finish_opening (owner);
}

static void
forget_letter (void *letter)
{
}

static void *
read_rows (void *data)
{
  ShoalOpening *opening = data;

  opening->rows = eng_profile_list (opening->profile);
  shoal_post_send (opening->post, take_opened, NULL, forget_letter);
  return NULL;
}

/* --- the application's thread --- */

static void
free_opening (ShoalOpening *opening)
{
  if (opening->has_thread)
    pthread_join (opening->thread, NULL); /* it has nothing left to do */
  eng_profile_free (opening->profile);
  g_clear_pointer (&opening->rows, g_ptr_array_unref);
  g_free (opening);
}

static void
read_settings (ShoalSession *self, EngProfile *profile)
{
  self->down_Bps = (guint64) MAX (eng_profile_setting (profile, "down-Bps", 0), 0);
  self->up_Bps = (guint64) MAX (eng_profile_setting (profile, "up-Bps", 0), 0);
  self->encryption = (ShoalEncryption) CLAMP (
      eng_profile_setting (profile, "encryption", SHOAL_ENCRYPTION_PREFER), SHOAL_ENCRYPTION_PREFER,
      SHOAL_ENCRYPTION_OFF);
  shoal_session_read_totals (self, profile);
  shoal_session_read_queue (self, profile);
  shoal_session_apply_encryption (self);
  shoal_session_read_mapping (self, profile);
  self->no_exchange = eng_profile_setting (profile, "no-exchange", 0) != 0;
  eng_engine_set_exchange (self->engine, !self->no_exchange);
  eng_engine_set_limits (self->engine, self->down_Bps, self->up_Bps);
}

static void
take_rescue (ShoalSession *self, const EngProfile *profile)
{
  const EngRescue *rescue = eng_profile_rescue (profile);

  if (rescue == NULL || self->rescue != NULL)
    return;
  self->rescue = shoal_rescue_text (rescue);
  shoal_session_notify (self, SHOAL_SESSION_PROP_RESCUE);
}

static void
fill_list (ShoalSession *self, const GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const EngRosterRow *row = rows->pdata[i];
      ShoalTorrent *torrent = shoal_torrent_new_kept (self, row);

      shoal_session_list_put (self, torrent);
      if (torrent->removing)
        shoal_session_list_forget_names (self, torrent);
      self->next_id = MAX (self->next_id, row->id);
    }
  if (rows->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, rows->len);
}

/* A list that cannot be read is told: the torrents that are added meanwhile are not kept. */
void
shoal_session_finish_opening (ShoalSession *self)
{
  ShoalOpening *opening = g_steal_pointer (&self->opening);
  g_autofree char *problem = NULL;

  if (opening == NULL)
    return;
  pthread_join (opening->thread, NULL);
  opening->has_thread = false;
  take_rescue (self, opening->profile);
  if (opening->rows != NULL)
    {
      fill_list (self, opening->rows);
      eng_engine_set_profile (self->engine, g_steal_pointer (&opening->profile),
                              g_steal_pointer (&opening->rows));
      shoal_session_mend_ranks (self);
    }
  else
    {
      problem = shoal_trouble_text (eng_profile_problem (opening->profile));
      g_clear_pointer (&self->profile, g_free);
    }
  free_opening (opening);
  shoal_session_notify (self, SHOAL_SESSION_PROP_LOADED);
  if (problem != NULL)
    shoal_session_warn (self, problem);
}

static gboolean
begin_opening (ShoalSession *self, EngProfile *profile, GError **error)
{
  ShoalOpening *opening = g_new0 (ShoalOpening, 1);
  int failure;

  opening->profile = profile;
  opening->post = self->post;
  failure = pthread_create (&opening->thread, NULL, read_rows, opening);
  opening->has_thread = failure == 0;
  if (failure == 0)
    {
      self->opening = opening;
      return TRUE;
    }
  free_opening (opening);
  g_set_error (error, SHOAL_ERROR, SHOAL_ERROR_FAILED, "%s", g_strerror (failure));
  return FALSE;
}

/**
 * shoal_session_open:
 * @profile: a folder, made when it is not there
 * @address: (nullable): where to listen, as shoal_session_new() takes it. %NULL is what the last
 *   shoal_session_set_address_async() said, with any port when that one cannot be had, or ":0"
 * @many_per_address: whether several peers of one address are welcome
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Starts a session like shoal_session_new() that remembers: @profile keeps its torrents, what is
 * wanted of each and how far it is, and the settings of the session. What is said of a torrent is
 * kept in the moment in which it is said; shoal_session_flush_async() tells when it is on the
 * device. The list fills from the profile, in one change, when the main context of the thread runs:
 * then #ShoalSession:loaded is %TRUE. Adding a torrent before, and finding one, waits for that.
 *
 * A profile is one session's at a time: another's is %SHOAL_ERROR_IN_USE. One that a newer version
 * wrote is %SHOAL_ERROR_UNSUPPORTED, and left as it is. One that is damaged is set aside, and what
 * can be read of it is taken over: see #ShoalSession:rescue.
 *
 * Returns: (transfer full): the session, or %NULL when it cannot listen, or the profile cannot be
 *   used
 */
ShoalSession *
shoal_session_open (const char *profile, const char *address, gboolean many_per_address,
                    GError **error)
{
  g_autoptr (ShoalSession) self = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *locks = g_build_filename (g_get_user_state_dir (), "shoal", NULL);
  EngProfile *opened;
  gboolean ok;

  g_return_val_if_fail (profile != NULL, NULL);
  opened = eng_profile_open (profile, locks);
  if (eng_profile_problem (opened) != NULL)
    {
      g_propagate_error (error, shoal_profile_error (eng_profile_problem (opened)));
      eng_profile_free (opened);
      return NULL;
    }
  self = g_object_new (SHOAL_TYPE_SESSION, NULL);
  kept = address == NULL ? shoal_session_read_address (opened) : NULL;
  ok = kept != NULL ? shoal_session_start_kept (self, kept, many_per_address, error)
                    : shoal_session_start (self, address, many_per_address, error);
  if (!ok)
    {
      eng_profile_free (opened);
      return NULL;
    }
  self->profile = g_strdup (profile);
  self->reader = eng_reader_new (eng_profile_path (opened));
  read_settings (self, opened);
  return begin_opening (self, opened, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * shoal_session_get_rescue:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): what became of the profile, which was damaged, in
 *   translated sentences; %NULL: it was not, or that is not known before it is loaded
 */
const char *
shoal_session_get_rescue (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  return self->rescue;
}

void
shoal_session_clear_profile (ShoalSession *self)
{
  g_clear_pointer (&self->opening, free_opening);
  g_clear_pointer (&self->profile, g_free);
  g_clear_pointer (&self->rescue, g_free);
  g_clear_pointer (&self->reader, eng_reader_free);
}

/* --- what is kept --- */

static unsigned
kept_flags (ShoalTorrent *torrent, ShoalAddFlags flags)
{
  static const struct
  {
    ShoalAddFlags flag;
    EngRosterFlag kept;
  } same[] = {
    { SHOAL_ADD_NO_TRACKERS, ENG_ROSTER_NO_TRACKERS },
    { SHOAL_ADD_PREALLOCATE, ENG_ROSTER_PREALLOCATE },
    { SHOAL_ADD_READ_ONLY, ENG_ROSTER_READ_ONLY },
    { SHOAL_ADD_SUPER_SEED, ENG_ROSTER_SUPER_SEED },
    { SHOAL_ADD_CHOOSE, ENG_ROSTER_CHOOSE },
  };
  unsigned kept = torrent->metainfo != NULL ? ENG_ROSTER_METADATA : 0;

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    if ((flags & same[i].flag) != 0)
      kept |= same[i].kept;
  if (shoal_torrent_get_private (torrent))
    kept |= ENG_ROSTER_PRIVATE;
  return kept;
}

EngRosterRow *
shoal_session_make_row (ShoalSession *self, ShoalTorrent *torrent, ShoalAddFlags flags)
{
  EngRosterRow *row;

  if (self->profile == NULL)
    return NULL;
  row = g_new0 (EngRosterRow, 1);
  row->id = torrent->id;
  row->position = torrent->wishes.rank;
  row->has_v1 = shoal_torrent_read_hash (torrent->info_hash, row->v1, sizeof row->v1);
  row->has_v2 = shoal_torrent_read_hash (torrent->info_hash_v2, row->v2, sizeof row->v2);
  row->name = g_strdup (torrent->name);
  row->folder = g_strdup (torrent->folder);
  row->flags = kept_flags (torrent, flags);
  row->added_at = torrent->added;
  row->total = torrent->stats.total;
  row->left = row->wanted = row->wanted_left = row->total;
  return row;
}

void
shoal_session_keep_setting (ShoalSession *self, const char *name, gint64 value)
{
  if (self->profile == NULL)
    return;
  shoal_session_finish_opening (self);
  eng_engine_keep_setting (self->engine, name, value);
}

/* --- on the device --- */

/**
 * shoal_session_flush_async:
 * @self: a session
 * @cancellable: (nullable): only the wait is cancelled
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Waits until all that was said before of the session and its torrents is on the device, where
 * neither a crash nor a power cut loses it. A session without a profile has nothing to wait for.
 */
void
shoal_session_flush_async (ShoalSession *self, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SHOAL_IS_SESSION (self));
  shoal_session_finish_opening (self);
  for (guint i = 0; i < self->list->len; i++)
    shoal_torrent_send_wishes (self->list->pdata[i]);
  g_queue_push_tail (&self->flushes, g_task_new (self, cancellable, callback, user_data));
  eng_engine_flush (self->engine);
}

/**
 * shoal_session_flush_finish:
 * @self: a session
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: %FALSE when something since the last flush could not be kept
 */
gboolean
shoal_session_flush_finish (ShoalSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return shoal_task_take_boolean (result, error);
}
