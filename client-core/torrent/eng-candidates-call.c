/* eng-candidates-call.c: whom of the table to call next, and what became of it. */
#include <string.h>

#include "client-core/torrent/eng-candidates-private.h"
#include "protocol/core/bt-assert.h"

#define SECOND_US UINT64_C (1000000)
#define REST_US (3600 * SECOND_US) /* who failed often, or never answered, is called no sooner */
#define BACK_OFF_US (60 * SECOND_US)
#define BACK_OFF_GIVEN_US (5 * SECOND_US) /* the person waits for this one */
#define AGAIN_US SECOND_US
#define LASTING_US (60 * SECOND_US)
#define SILENT_TRIES 3
#define SILENT_LOOK_US (5 * SECOND_US) /* it may answer another torrent meanwhile */
#define WHOLE_US (3600 * SECOND_US)
#define WHOLE_MAX_US (24 * WHOLE_US)

static bool
is_ready (const EngCandidate *candidate, uint64_t now_us)
{
  return !candidate->connected && candidate->listens && candidate->next_us <= now_us;
}

static bool
is_given (const EngCandidate *candidate)
{
  return (candidate->sources & ENG_SOURCE_GIVEN) != 0;
}

/* Whether it counts as one who may be a stranger's victim. */
static bool
is_unproved (const EngCandidates *self, const EngCandidate *candidate)
{
  return self->silence != NULL && !candidate->answered && !is_given (candidate);
}

/* Otherwise the session has called it often enough, and its turn comes later. */
static bool
may_be_called (const EngCandidates *self, EngCandidate *candidate, uint64_t now_us)
{
  if (!is_unproved (self, candidate)
      || eng_silence_allows (self->silence, &candidate->endpoint, now_us))
    return true;
  candidate->next_us = now_us + SILENT_LOOK_US;
  return false;
}

/* Keeps @out sorted, best first, at most one of a network; returns how many there are. */
static size_t
consider (EngCandidate **out, size_t n, size_t max, EngCandidate *candidate)
{
  uint64_t network = eng_candidate_network (&candidate->endpoint);
  uint64_t badness = eng_candidate_badness (candidate);
  bool alone = !eng_candidate_is_near (&candidate->endpoint);
  size_t at;

  for (size_t i = 0; alone && i < n; i++)
    if (eng_candidate_network (&out[i]->endpoint) == network)
      {
        if (eng_candidate_badness (out[i]) <= badness)
          return n;
        memmove (&out[i], &out[i + 1], (n - i - 1) * sizeof *out);
        n--;
      }
  if (n == max && eng_candidate_badness (out[n - 1]) <= badness)
    return n;
  n += n < max;
  for (at = n - 1; at > 0 && eng_candidate_badness (out[at - 1]) > badness; at--)
    out[at] = out[at - 1];
  out[at] = candidate;
  return n;
}

size_t
eng_candidates_next (EngCandidates *self, BtTokenBucket *connects, bool seeding, uint64_t now_us,
                     EngCandidate **out, size_t max)
{
  size_t budget = (size_t) bt_token_bucket_take (connects, max, now_us);
  size_t n = 0;

  eng_candidates_expire (self, now_us);
  for (uint32_t i = 0; budget > 0 && i < self->n; i++)
    if (is_ready (self->items[i], now_us) && !(seeding && now_us < self->items[i]->whole_us)
        && may_be_called (self, self->items[i], now_us))
      n = consider (out, n, budget, self->items[i]);
  bt_token_bucket_refund (connects, budget - n);
  for (size_t i = 0; i < n; i++)
    {
      out[i]->connected = true;
      if (is_unproved (self, out[i]))
        eng_silence_called (self->silence, &out[i]->endpoint, now_us);
    }
  return n;
}

EngCandidate *
eng_candidates_again (EngCandidates *self, BtTokenBucket *connects, uint64_t now_us)
{
  EngCandidate *best = NULL;

  for (uint32_t i = 0; i < self->n; i++)
    {
      EngCandidate *candidate = self->items[i];

      if (is_ready (candidate, UINT64_MAX) && candidate->again_us <= now_us
          && (best == NULL || candidate->again_us < best->again_us))
        best = candidate;
    }
  if (best == NULL || bt_token_bucket_take (connects, 1, now_us) == 0)
    return NULL;
  best->connected = true;
  return best;
}

uint64_t
eng_candidates_deadline (const EngCandidates *self)
{
  uint64_t next_us = UINT64_MAX;

  for (uint32_t i = 0; i < self->n; i++)
    if (is_ready (self->items[i], UINT64_MAX))
      next_us = MIN (next_us, self->items[i]->next_us);
  return next_us;
}

static void
disconnect (EngCandidates *self, EngCandidate *candidate)
{
  bt_assert (candidate->connected && self->items[candidate->slot] == candidate);
  candidate->connected = false;
  if (eng_candidates_ban_reason (self, &candidate->endpoint) != ENG_BAN_NONE)
    eng_candidates_remove (self, candidate);
}

/* Of a connection, or of a try to make one; its turn comes in @wait_us. */
static void
note_end (EngCandidate *candidate, uint64_t wait_us, uint64_t now_us)
{
  candidate->next_us = now_us + wait_us;
  if (!candidate->answered)
    return;
  if (candidate->again_us != UINT64_MAX && now_us > candidate->again_us + LASTING_US)
    candidate->n_ends = 0;
  candidate->again_us = now_us + MIN (AGAIN_US << candidate->n_ends, MIN (wait_us, BACK_OFF_US));
  candidate->n_ends = MIN (candidate->n_ends + 1, 16);
}

/* It led to no handshake. */
static void
count_try (EngCandidate *candidate)
{
  candidate->n_silent = (uint8_t) MIN (candidate->n_silent + 1, SILENT_TRIES);
}

static bool
is_to_be_left_alone (const EngCandidate *candidate)
{
  return !candidate->answered && !is_given (candidate) && candidate->n_silent >= SILENT_TRIES;
}

static void
fail (EngCandidates *self, EngCandidate *candidate, uint64_t now_us)
{
  uint64_t first_us = is_given (candidate) ? BACK_OFF_GIVEN_US : BACK_OFF_US;
  uint64_t wait_us = first_us << MIN (candidate->failures, 10);

  candidate->failures = (uint8_t) MIN (candidate->failures + 1, 100);
  if (is_to_be_left_alone (candidate))
    wait_us = REST_US;
  note_end (candidate, MIN (wait_us, REST_US), now_us);
  disconnect (self, candidate);
}

void
eng_candidates_failed (EngCandidates *self, EngCandidate *candidate, uint64_t now_us)
{
  candidate->way = ENG_WAY_UNKNOWN;
  count_try (candidate);
  fail (self, candidate, now_us);
}

void
eng_candidates_retry (EngCandidates *self, EngCandidate *candidate, EngWay way, uint64_t now_us)
{
  candidate->way = way;
  count_try (candidate);
  if (is_to_be_left_alone (candidate))
    {
      fail (self, candidate, now_us);
      return;
    }
  candidate->next_us = now_us;
  disconnect (self, candidate);
}

void
eng_candidates_answered (EngCandidates *self, EngCandidate *candidate, uint64_t now_us)
{
  bt_assert (candidate->connected);
  if (self->silence != NULL)
    eng_silence_answered (self->silence, &candidate->endpoint, now_us);
  candidate->failures = 0;
  candidate->n_silent = 0;
  candidate->answered = true;
}

void
eng_candidates_is_complete (EngCandidates *self, EngCandidate *candidate, uint64_t now_us)
{
  if (now_us < candidate->whole_us)
    return; /* which is known */
  candidate->whole_us = now_us + MIN (WHOLE_US << candidate->n_whole, WHOLE_MAX_US);
  candidate->n_whole = (uint8_t) MIN (candidate->n_whole + 1, 5);
}

void
eng_candidates_lacks (EngCandidates *self, EngCandidate *candidate)
{
  candidate->whole_us = 0;
  candidate->n_whole = 0;
}

void
eng_candidates_hear_lacks (EngCandidates *self, const BtEndpoint *endpoint)
{
  EngAddressKey key = eng_candidates_key (self, endpoint);
  EngCandidate *candidate = g_hash_table_lookup (self->by_key, &key);

  if (candidate != NULL)
    candidate->whole_us = 0;
}

void
eng_candidates_closed (EngCandidates *self, EngCandidate *candidate, uint64_t now_us)
{
  note_end (candidate, is_given (candidate) ? BACK_OFF_GIVEN_US : BACK_OFF_US, now_us);
  disconnect (self, candidate);
}

void
eng_candidates_given_up (EngCandidates *self, EngCandidate *candidate)
{
  disconnect (self, candidate);
}

void
eng_candidates_anew (EngCandidates *self)
{
  for (uint32_t i = 0; i < self->n; i++)
    {
      EngCandidate *candidate = self->items[i];

      bt_assert (!candidate->connected);
      if (candidate->answered && candidate->failures == 0)
        candidate->next_us = 0;
    }
}

/* Whoever did not answer there may well do so from here. */
void
eng_candidates_elsewhere (EngCandidates *self)
{
  for (uint32_t i = 0; i < self->n; i++)
    {
      EngCandidate *candidate = self->items[i];

      candidate->failures = 0;
      candidate->n_silent = 0;
      candidate->n_ends = 0;
      if (!candidate->connected)
        candidate->next_us = 0;
    }
}

void
eng_candidates_listens (EngCandidates *self, EngCandidate *candidate, uint16_t port)
{
  if (port == 0 || self->many_per_address)
    return; /* the port is part of the key then */
  candidate->endpoint.port = port;
  candidate->listens = true;
}
