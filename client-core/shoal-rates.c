/* shoal-rates.c: the rates of torrents and sessions for graphs, and what the profile keeps of them:
 * the hour and the day of what has moved. */
#include "client-core/shoal-torrent-private.h"

#include <string.h>

#include "client-core/torrent/eng-history.h"

#define KEEP_US (60 * G_USEC_PER_SEC)

struct ShoalHistory
{
  EngHistory *rates;
  ShoalSession *session;
  uint64_t id;
  gint64 kept_us; /* when the profile had it last */
  bool is_new;    /* something has moved since then */
};

GType
shoal_rates_span_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { SHOAL_RATES_MINUTE, "SHOAL_RATES_MINUTE", "minute" },
    { SHOAL_RATES_HOUR, "SHOAL_RATES_HOUR", "hour" },
    { SHOAL_RATES_DAY, "SHOAL_RATES_DAY", "day" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalRatesSpan", values));
  return type;
}

static uint64_t
now_us (void)
{
  return (uint64_t) g_get_monotonic_time ();
}

/* --- in the profile --- */

/* Of an earlier run; what is not of the right size was not written by this program. */
static void
restore (ShoalHistory *self)
{
  for (int span = ENG_HISTORY_HOUR; span < ENG_HISTORY_SPANS; span++)
    {
      size_t len = eng_history_steps ((EngHistorySpan) span) * 2 * sizeof (uint32_t);
      int64_t until_s;
      g_autoptr (GBytes) kept
          = eng_reader_history (self->session->reader, self->id, span, &until_s);
      int64_t age_s = g_get_real_time () / G_USEC_PER_SEC - until_s;

      if (kept != NULL && g_bytes_get_size (kept) == len && age_s >= 0)
        eng_history_restore (self->rates, now_us (), (EngHistorySpan) span,
                             g_bytes_get_data (kept, NULL), (uint64_t) age_s * G_USEC_PER_SEC);
    }
}

void
shoal_history_keep (ShoalHistory *self)
{
  if (self == NULL || !self->is_new || self->session->profile == NULL
      || self->session->opening != NULL)
    return;
  self->is_new = false;
  self->kept_us = g_get_monotonic_time ();
  for (int span = ENG_HISTORY_HOUR; span < ENG_HISTORY_SPANS; span++)
    {
      size_t n = 2 * eng_history_steps ((EngHistorySpan) span);
      uint32_t *rates = g_new (uint32_t, n);
      g_autoptr (GBytes) bytes = NULL;

      eng_history_read (self->rates, now_us (), (EngHistorySpan) span, rates);
      bytes = g_bytes_new_take (rates, n * sizeof *rates);
      eng_engine_keep_history (self->session->engine, self->id, span,
                               g_get_real_time () / G_USEC_PER_SEC, bytes);
    }
}

/* --- what moves --- */

static ShoalHistory *
history_new (ShoalSession *session, uint64_t id)
{
  ShoalHistory *self = g_new0 (ShoalHistory, 1);

  self->rates = eng_history_new (now_us ());
  self->session = session;
  self->id = id;
  self->kept_us = g_get_monotonic_time ();
  if (session->reader != NULL)
    restore (self);
  return self;
}

void
shoal_history_set (ShoalHistory **self, ShoalSession *session, uint64_t id, guint64 down_Bps,
                   guint64 up_Bps)
{
  if (*self == NULL && down_Bps == 0 && up_Bps == 0)
    return;
  if (*self == NULL)
    *self = history_new (session, id);
  eng_history_set ((*self)->rates, now_us (), down_Bps, up_Bps);
  (*self)->is_new = true;
  if (g_get_monotonic_time () - (*self)->kept_us > KEEP_US)
    shoal_history_keep (*self);
}

void
shoal_history_free (ShoalHistory *self)
{
  if (self == NULL)
    return;
  eng_history_free (self->rates);
  g_free (self);
}

/* --- for graphs --- */

static GBytes *
dup_rates (ShoalHistory *self, ShoalRatesSpan span)
{
  size_t n = 2 * eng_history_steps ((EngHistorySpan) span);
  uint32_t *rates = g_new0 (uint32_t, n);

  if (self != NULL)
    eng_history_read (self->rates, now_us (), (EngHistorySpan) span, rates);
  return g_bytes_new_take (rates, n * sizeof *rates);
}

/**
 * shoal_torrent_dup_rates:
 * @self: a torrent
 * @span: how far back
 *
 * Tells how fast it was. The last step of the minute has just ended; that of the hour and of the
 * day is under way, and fills. A profile keeps the hour and the day. O(steps).
 *
 * Returns: (transfer full): pairs of #guint32, of what was received and of what was sent in each
 *   step in bytes a second, the oldest first: 60 for %SHOAL_RATES_MINUTE and %SHOAL_RATES_HOUR, 96
 *   for %SHOAL_RATES_DAY
 */
GBytes *
shoal_torrent_dup_rates (ShoalTorrent *self, ShoalRatesSpan span)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), NULL);
  g_return_val_if_fail ((unsigned) span < ENG_HISTORY_SPANS, NULL);
  if (self->history == NULL && self->session != NULL && self->session->reader != NULL)
    self->history = history_new (self->session, self->id);
  return dup_rates (self->history, span);
}

/**
 * shoal_session_dup_rates:
 * @self: a session
 * @span: how far back
 *
 * Tells how fast all torrents together were, as shoal_torrent_dup_rates() does for one.
 *
 * Returns: (transfer full): pairs of #guint32
 */
GBytes *
shoal_session_dup_rates (ShoalSession *self, ShoalRatesSpan span)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  g_return_val_if_fail ((unsigned) span < ENG_HISTORY_SPANS, NULL);
  if (self->history == NULL && self->reader != NULL)
    self->history = history_new (self, 0);
  return dup_rates (self->history, span);
}
