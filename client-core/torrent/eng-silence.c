/* eng-silence.c: a table of the last calls to each address. */
#include "client-core/torrent/eng-silence.h"

#include <string.h>

#include <glib.h>

#include "client-core/torrent/eng-bans.h"
#include "protocol/core/bt-limits.h"

#define SECOND_US UINT64_C (1000000)
#define HOUR_US (3600 * SECOND_US)
#define SWEEP_US (60 * SECOND_US)
#define CALLS_AN_HOUR 3

typedef struct
{
  EngAddressKey key;                /* first: the table's key is the entry */
  uint64_t calls_us[CALLS_AN_HOUR]; /* the latest, oldest first */
  unsigned n_calls;
  bool has_answered;
  uint64_t answered_us;
} Called;

struct EngSilence
{
  GHashTable *by_key; /* owns them */
  bool many_per_address;
  uint64_t seed;
  uint64_t next_sweep_us;
};

EngSilence *
eng_silence_new (bool many_per_address, uint64_t seed)
{
  EngSilence *self = g_new0 (EngSilence, 1);

  self->by_key = g_hash_table_new_full (eng_address_key_hash, eng_address_key_equal, NULL, g_free);
  self->many_per_address = many_per_address;
  self->seed = seed;
  return self;
}

void
eng_silence_free (EngSilence *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_key);
  g_free (self);
}

static Called *
find (const EngSilence *self, const BtEndpoint *endpoint)
{
  EngAddressKey key = eng_address_key (endpoint, self->many_per_address, self->seed);

  return g_hash_table_lookup (self->by_key, &key);
}

static bool
has_answered_lately (const Called *called, uint64_t now_us)
{
  return called->has_answered && now_us < called->answered_us + HOUR_US;
}

bool
eng_silence_allows (const EngSilence *self, const BtEndpoint *endpoint, uint64_t now_us)
{
  const Called *called = find (self, endpoint);

  if (called == NULL)
    return g_hash_table_size (self->by_key) < BT_LIMIT_CALLED;
  return has_answered_lately (called, now_us) || called->n_calls < CALLS_AN_HOUR
         || now_us >= called->calls_us[0] + HOUR_US;
}

static bool
is_over (const Called *called, uint64_t now_us)
{
  return !has_answered_lately (called, now_us)
         && (called->n_calls == 0 || now_us >= called->calls_us[called->n_calls - 1] + HOUR_US);
}

static void
sweep (EngSilence *self, uint64_t now_us)
{
  GHashTableIter iter;
  gpointer value;

  self->next_sweep_us = now_us + SWEEP_US;
  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (is_over (value, now_us))
      g_hash_table_iter_remove (&iter);
}

/* NULL: there is no room. */
static Called *
find_or_add (EngSilence *self, const BtEndpoint *endpoint, uint64_t now_us)
{
  Called *called;

  if (now_us >= self->next_sweep_us)
    sweep (self, now_us);
  called = find (self, endpoint);
  if (called != NULL || g_hash_table_size (self->by_key) >= BT_LIMIT_CALLED)
    return called;
  called = g_new0 (Called, 1);
  called->key = eng_address_key (endpoint, self->many_per_address, self->seed);
  (void) g_hash_table_add (self->by_key, called); /* it is new */
  return called;
}

void
eng_silence_called (EngSilence *self, const BtEndpoint *endpoint, uint64_t now_us)
{
  Called *called = find_or_add (self, endpoint, now_us);

  if (called == NULL)
    return;
  if (called->n_calls == CALLS_AN_HOUR)
    memmove (called->calls_us, called->calls_us + 1,
             sizeof called->calls_us[0] * --called->n_calls);
  called->calls_us[called->n_calls++] = now_us;
}

void
eng_silence_answered (EngSilence *self, const BtEndpoint *endpoint, uint64_t now_us)
{
  Called *called = find_or_add (self, endpoint, now_us);

  if (called == NULL)
    return;
  called->n_calls = 0;
  called->has_answered = true;
  called->answered_us = now_us;
}

void
eng_silence_forget (EngSilence *self)
{
  g_hash_table_remove_all (self->by_key);
}
