/* trk-all.c: packing and keeping the scrape of all torrents. */
#include "tracker-server/server/trk-all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include <gio/gio.h>

#include "protocol/core/bt-assert.h"
#include "tracker-server/swarm/trk-full-scrape.h"

/* So long it is kept, and so often an address may have it. */
#define KEPT_S 300u
#define TORRENTS_MAX 1000000u
#define SOURCE_RATE 1u /* a second, at most; the burst decides */
#define SOURCE_BURST 3u
#define SOURCE_BUCKETS 4096u
#define US_PER_S 1000000u

struct TrkAll
{
  TrkSwarms *swarms;
  TrkService *service;
  TrkLimiter *limiter;
  atomic_bool allowed;
  pthread_mutex_t lock; /* guards what follows */
  GBytes *plain;
  GBytes *packed;
  uint64_t made_s;
};

static uint64_t
now_us (void)
{
  struct timespec now;

  bt_assert (clock_gettime (CLOCK_BOOTTIME, &now) == 0);
  return (uint64_t) now.tv_sec * US_PER_S + (uint64_t) now.tv_nsec / 1000;
}

TrkAll *
trk_all_new (TrkSwarms *swarms, TrkService *service, const uint8_t key[BT_SIPHASH_KEY_LEN])
{
  TrkAll *self = g_new0 (TrkAll, 1);
  TrkLimiterConfig limits
      = { .rate = SOURCE_RATE, .burst = SOURCE_BURST, .n_buckets = SOURCE_BUCKETS };

  memcpy (limits.key, key, sizeof limits.key);
  self->swarms = swarms;
  self->service = service;
  self->limiter = trk_limiter_new (&limits);
  bt_assert (pthread_mutex_init (&self->lock, NULL) == 0);
  return self;
}

static void
forget (TrkAll *self)
{
  g_clear_pointer (&self->plain, g_bytes_unref);
  g_clear_pointer (&self->packed, g_bytes_unref);
}

void
trk_all_free (TrkAll *self)
{
  if (self == NULL)
    return;
  forget (self);
  trk_limiter_free (self->limiter);
  (void) pthread_mutex_destroy (&self->lock); /* nobody holds it */
  g_free (self);
}

void
trk_all_allow (TrkAll *self, bool allowed)
{
  atomic_store (&self->allowed, allowed);
}

/* (transfer full) */
static GBytes *
write_all (TrkAll *self)
{
  GByteArray *out = g_byte_array_new ();
  TrkPolicy policy;
  TrkMode mode;

  trk_service_get_policy (self->service, &policy, &mode);
  (void) trk_full_scrape (&policy, self->swarms, TORRENTS_MAX, KEPT_S,
                          out); /* an empty body is kept as one, too */
  return g_byte_array_free_to_bytes (out);
}

/* (transfer full) (nullable) */
static GBytes *
pack (GBytes *plain)
{
  g_autoptr (GZlibCompressor) gzip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1);
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (plain);
  g_autoptr (GInputStream) packed = g_converter_input_stream_new (in, G_CONVERTER (gzip));
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();

  if (g_output_stream_splice (out, packed, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL) < 0)
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

GBytes *
trk_all_get (void *data, const BtEndpoint *source, bool *gzip)
{
  TrkAll *self = data;
  uint64_t now = now_us ();
  GBytes *body;

  if (!atomic_load (&self->allowed) || !trk_limiter_take (self->limiter, source, now))
    return NULL;
  bt_assert (pthread_mutex_lock (&self->lock) == 0);
  if (self->plain == NULL || now / US_PER_S - self->made_s >= KEPT_S)
    {
      forget (self);
      self->plain = write_all (self);
      self->packed = pack (self->plain);
      self->made_s = now / US_PER_S;
    }
  *gzip = *gzip && self->packed != NULL;
  body = g_bytes_get_size (self->plain) > 0 ? g_bytes_ref (*gzip ? self->packed : self->plain)
                                            : NULL;
  bt_assert (pthread_mutex_unlock (&self->lock) == 0);
  return body;
}
