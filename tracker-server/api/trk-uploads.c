/* trk-uploads.c: the thread that hashes, the files that wait for it, and what they may hold. */
#include "tracker-server/api/trk-uploads.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#include <glib-unix.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "protocol/files/btf-pool.h"
#include "protocol/torrent/bt-single.h"
#include "tracker-server/front/trk-places.h"

/* So much of a file is hashed at a time: enough blocks for every lane of the digests. */
#define PART_LEN (256 * BT_KIB)

struct TrkUploads
{
  BtfPool *pool; /* one thread */
  TrkPlaces *places;
  uint64_t held;  /* bytes of all files, those that were announced included */
  GQueue uploads; /* of TrkUpload, not owned */
  GSource *source;
  int event_fd;
  pthread_mutex_t lock;
  GQueue done; /* under the lock: those that the thread has done its part of */
};

struct TrkUpload
{
  TrkUploads *desk; /* NULL: it is gone */
  GList link;       /* at the desk */
  GList done_link;  /* in desk->done */
  TrkUploadPlan plan;
  char *name; /* owned, as the next two; lent to plan.words */
  char *comment;
  char *source;
  uint64_t len;
  uint64_t held; /* of desk->held */
  bool ending;   /* nothing is added any more */
  bool at_work;
  atomic_bool dropped; /* by its owner: the desk frees it */

  /* The thread's while it is at work. */
  GByteArray *part;
  BtSingle *single;
  GBytes *torrent;
  BtErrorCode why;
};

/* --- the thread --- */

static void
hash_part (TrkUpload *self)
{
  BtError why = { 0 };

  if (!bt_single_take (self->single, self->part->data, self->part->len))
    self->why = BT_ERROR_TOO_MANY_PIECES;
  else if (self->ending)
    {
      self->torrent = bt_single_finish (self->single, &self->plan.words, &why);
      self->why = why.code;
    }
  g_byte_array_set_size (self->part, 0);
}

static void
work (unsigned worker, void *job, void *data)
{
  TrkUploads *desk = data;
  TrkUpload *self = job;
  const uint64_t one = 1;

  if (!atomic_load (&self->dropped))
    hash_part (self);
  pthread_mutex_lock (&desk->lock);
  g_queue_push_tail_link (&desk->done, &self->done_link);
  (void) !write (desk->event_fd, &one, sizeof one); /* a full counter wakes as well */
  pthread_mutex_unlock (&desk->lock);
}

static void
hand_over (TrkUpload *self)
{
  bt_assert (!self->at_work);
  self->at_work = true;
  btf_pool_push (self->desk->pool, self); /* has a place for every upload */
}

static TrkUpload *
take_done (TrkUploads *self)
{
  GList *link;

  pthread_mutex_lock (&self->lock);
  link = g_queue_pop_head_link (&self->done);
  pthread_mutex_unlock (&self->lock);
  return link != NULL ? link->data : NULL;
}

static void upload_destroy (TrkUpload *self);

static gboolean
on_done (int fd, GIOCondition condition, void *data)
{
  TrkUploads *self = data;
  TrkUpload *upload;
  uint64_t n;

  (void) !read (fd, &n, sizeof n); /* it may be empty */
  while ((upload = take_done (self)) != NULL)
    {
      upload->at_work = false;
      if (atomic_load (&upload->dropped))
        upload_destroy (upload);
      else
        upload->plan.done (upload->plan.data);
    }
  return G_SOURCE_CONTINUE;
}

/* --- one file --- */

static const BtEndpoint *
source_of (const TrkUploadPlan *plan)
{
  return plan->source.family != BT_FAMILY_NONE ? &plan->source : NULL;
}

static void
leave (TrkUpload *self)
{
  TrkUploads *desk = self->desk;

  bt_assert (desk != NULL);
  desk->held -= self->held;
  trk_places_leave (desk->places, source_of (&self->plan));
  g_queue_unlink (&desk->uploads, &self->link);
  self->desk = NULL;
}

static void
upload_destroy (TrkUpload *self)
{
  if (self->desk != NULL)
    leave (self);
  g_clear_pointer (&self->torrent, g_bytes_unref);
  bt_single_free (self->single);
  g_byte_array_unref (self->part);
  g_free (self->name);
  g_free (self->comment);
  g_free (self->source);
  g_free (self);
}

void
trk_upload_free (TrkUpload *self)
{
  if (self == NULL)
    return;
  atomic_store (&self->dropped, true);
  if (!self->at_work)
    upload_destroy (self);
}

/* Whether the file may hold @len bytes in all. */
static TrkUploadStatus
hold (TrkUploads *desk, const TrkUploadPlan *plan, uint64_t *held, uint64_t len)
{
  if (len > plan->max)
    return TRK_UPLOAD_TOO_LONG;
  if (len <= *held)
    return TRK_UPLOAD_FINE;
  if (desk->held - *held + len > plan->total_max)
    return TRK_UPLOAD_NO_ROOM;
  desk->held += len - *held;
  *held = len;
  return TRK_UPLOAD_FINE;
}

static void
own_words (TrkUpload *self)
{
  BtBuilder *words = &self->plan.words;

  words->name = self->name = g_strdup (words->name);
  words->comment = self->comment = g_strdup (words->comment);
  words->source = self->source = g_strdup (words->source);
}

TrkUpload *
trk_upload_begin (TrkUploads *self, const TrkUploadPlan *plan, TrkUploadStatus *status)
{
  TrkUpload *upload;
  uint64_t held = 0;

  *status = hold (self, plan, &held, plan->announced);
  if (*status == TRK_UPLOAD_FINE
      && trk_places_take (self->places, source_of (plan)) != TRK_PLACES_TAKEN)
    {
      self->held -= held;
      *status = TRK_UPLOAD_BUSY;
    }
  if (*status != TRK_UPLOAD_FINE)
    return NULL;
  upload = g_new0 (TrkUpload, 1);
  upload->desk = self;
  upload->plan = *plan;
  own_words (upload);
  upload->held = held;
  upload->link.data = upload->done_link.data = upload;
  upload->part = g_byte_array_sized_new ((guint) PART_LEN);
  upload->single = bt_single_new (btd_ops (), plan->words.format, plan->words.piece_length);
  g_queue_push_tail_link (&self->uploads, &upload->link);
  return upload;
}

TrkUploadStatus
trk_upload_add (TrkUpload *self, const uint8_t *data, size_t len)
{
  TrkUploadStatus status = hold (self->desk, &self->plan, &self->held, self->len + len);

  bt_assert (!self->at_work);
  if (status != TRK_UPLOAD_FINE)
    return status;
  self->len += len;
  g_byte_array_append (self->part, data, (guint) len);
  if (self->part->len < PART_LEN)
    return TRK_UPLOAD_FINE;
  hand_over (self);
  return TRK_UPLOAD_FULL;
}

uint64_t
trk_upload_len (const TrkUpload *self)
{
  return self->len;
}

void
trk_upload_end (TrkUpload *self)
{
  bt_assert (!self->at_work);
  self->ending = true;
  hand_over (self);
}

GBytes *
trk_upload_result (TrkUpload *self, BtErrorCode *why)
{
  bt_assert (!self->at_work);
  *why = self->why;
  return g_steal_pointer (&self->torrent);
}

/* --- the desk --- */

static TrkPlaces *
new_places (void)
{
  uint8_t key[BT_SIPHASH_KEY_LEN];

  if (getrandom (key, sizeof key, 0) != (ssize_t) sizeof key)
    return NULL;
  return trk_places_new (TRK_UPLOADS_MAX, TRK_UPLOADS_PER_SOURCE, key);
}

TrkUploads *
trk_uploads_new (void)
{
  TrkUploads *self = g_new0 (TrkUploads, 1);

  pthread_mutex_init (&self->lock, NULL);
  self->event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->places = new_places ();
  if (self->event_fd >= 0 && self->places != NULL)
    self->pool = btf_pool_new (1, TRK_UPLOADS_MAX, work, self);
  if (self->pool == NULL)
    {
      int saved = errno;

      trk_uploads_free (self);
      errno = saved;
      return NULL;
    }
  self->source = g_unix_fd_source_new (self->event_fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_done), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

void
trk_uploads_free (TrkUploads *self)
{
  TrkUpload *upload;

  if (self == NULL)
    return;
  btf_pool_free (self->pool);
  while ((upload = take_done (self)) != NULL)
    {
      upload->at_work = false;
      if (atomic_load (&upload->dropped))
        upload_destroy (upload);
    }
  while (self->uploads.head != NULL)
    leave (self->uploads.head->data);
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
    }
  if (self->places != NULL)
    trk_places_free (self->places);
  if (self->event_fd >= 0)
    close (self->event_fd);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}
