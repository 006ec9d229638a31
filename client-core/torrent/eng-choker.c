/* eng-choker.c: sorts the peers by what they are worth and cuts behind the last slot. */
#include "client-core/torrent/eng-choker.h"

#include <stdlib.h>

#include <glib.h>

typedef struct
{
  EngChokerPeer *peer;
  uint64_t first;  /* more is better */
  uint64_t second; /* among equals */
} Ranked;

static int
compare_ranked (const void *a, const void *b)
{
  const Ranked *x = a, *y = b;

  if (x->first != y->first)
    return x->first < y->first ? 1 : -1;
  if (x->second != y->second)
    return x->second < y->second ? 1 : -1;
  return (x->peer > y->peer) - (x->peer < y->peer);
}

void
eng_choker_measure (EngChokerCapacity *self, uint64_t rate_up_Bps, uint64_t limit_Bps)
{
  self->peak_Bps -= self->peak_Bps / 64;
  self->peak_Bps = MAX (self->peak_Bps, rate_up_Bps);
  if (limit_Bps != 0)
    self->peak_Bps = MIN (self->peak_Bps, limit_Bps);
}

uint32_t
eng_choker_slots (const EngChokerCapacity *self, uint32_t max)
{
  uint32_t slots = ENG_CHOKER_SLOTS_MIN;

  if (max == 0)
    max = ENG_CHOKER_SLOTS_MAX;
  while (slots < max && (uint64_t) slots * slots * 1024 < self->peak_Bps)
    slots++;
  return MIN (slots, max);
}

uint32_t
eng_choker_optimistic_slots (uint32_t slots)
{
  return slots == 0 ? 0 : MAX (slots / 5, 1);
}

static uint64_t
waiting_since (const EngChokerPeer *peer)
{
  return MAX (MAX (peer->connected_us, peer->turned_us), MAX (peer->idle_us, peer->slow_us));
}

static void
note_idle (EngChokerPeer *peer, uint64_t now_us)
{
  uint64_t last_us = MAX (peer->turned_us, peer->asked_us);

  if (peer->asked_us > peer->idle_us)
    peer->idle_us = 0;
  if (peer->interested && peer->unchoked && peer->idle_us == 0
      && now_us >= last_us + ENG_CHOKER_IDLE_US)
    peer->idle_us = now_us;
}

static uint64_t
least_Bps (const EngChokerRound *round)
{
  return MAX (ENG_CHOKER_SLOW_BPS, (uint64_t) round->slots * 1024 / 16);
}

/* Whom we make wait has asked for something. */
static void
note_slow (const EngChokerRound *round, EngChokerPeer *peer)
{
  uint64_t for_us = round->now_us - peer->measured_us;
  uint64_t had = peer->had - peer->measured_had;
  bool takes;

  if (!peer->interested || !peer->unchoked || for_us < ENG_CHOKER_IDLE_US)
    return;
  takes = peer->asked_us >= round->now_us || had >= least_Bps (round) * for_us / 1000000;
  if (takes)
    peer->slow_us = 0;
  else if (peer->idle_us == 0 && peer->slow_us == 0)
    peer->slow_us = round->now_us;
  peer->measured_us = round->now_us;
  peer->measured_had = peer->had;
}

/* It has a slot and no use for it. */
static bool
wastes (const EngChokerPeer *peer)
{
  uint64_t found_us = MAX (peer->idle_us, peer->slow_us);

  return peer->unchoked && found_us != 0 && found_us >= peer->turned_us;
}

static bool
is_held (const EngChokerPeer *peer, uint64_t now_us)
{
  return peer->unchoked && now_us < peer->turned_us + ENG_CHOKER_ROUND_US;
}

static bool
is_optimistic_still (const EngChokerPeer *peer, uint64_t now_us)
{
  return peer->unchoked && peer->optimistic && now_us < peer->turned_us + ENG_CHOKER_OPTIMISTIC_US;
}

/* What a regular slot is given for. A leech's choice needs some merit: who sends nothing has the
 * optimistic slots. */
static bool
rank_regular (const EngChokerRound *round, EngChokerPeer *peer, Ranked *out)
{
  *out = (Ranked){ .peer = peer };
  if (!peer->interested)
    return false;
  if (round->mode == ENG_CHOKER_LEECH)
    {
      out->first = peer->rate_down_Bps;
      out->second = peer->rate_up_Bps;
      return !peer->snubs && peer->rate_down_Bps > 0;
    }
  out->first = UINT64_MAX - peer->had / MAX (round->quota, 1);
  out->second = peer->rate_up_Bps;
  return peer->idle_us == 0 && peer->slow_us == 0;
}

static bool
rank_optimistic (const EngChokerRound *round, EngChokerPeer *peer, Ranked *out)
{
  *out = (Ranked){ .peer = peer, .first = UINT64_MAX - waiting_since (peer) };
  if (wastes (peer))
    out->first = 0;
  else if (is_optimistic_still (peer, round->now_us))
    out->first = UINT64_MAX;
  return peer->interested;
}

typedef bool (*Rank) (const EngChokerRound *round, EngChokerPeer *peer, Ranked *out);

/* Marks the best @slots of the peers that are not marked yet; returns how many there were. */
static uint32_t
give (const EngChokerRound *round, EngChokerPeer *peers, bool *chosen, size_t n, uint32_t slots,
      Rank rank, bool optimistic)
{
  g_autofree Ranked *ranked = g_new (Ranked, n);
  size_t n_ranked = 0;

  for (size_t i = 0; i < n; i++)
    if (!chosen[i] && rank (round, &peers[i], &ranked[n_ranked]))
      n_ranked++;
  if (n_ranked > 1)
    qsort (ranked, n_ranked, sizeof *ranked, compare_ranked);
  n_ranked = MIN (n_ranked, slots);
  for (size_t i = 0; i < n_ranked; i++)
    {
      chosen[ranked[i].peer - peers] = true;
      ranked[i].peer->optimistic = optimistic;
    }
  return (uint32_t) n_ranked;
}

static void
apply (const EngChokerRound *round, EngChokerPeer *peers, const bool *chosen, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      if (chosen[i] && !peers[i].unchoked)
        {
          peers[i].turned_us = peers[i].measured_us = round->now_us;
          peers[i].measured_had = peers[i].had;
        }
      peers[i].unchoked = chosen[i];
      peers[i].optimistic = chosen[i] && peers[i].optimistic;
    }
}

/* Slots that cannot be taken back yet. An optimistic one counts as such. */
static void
hold (const EngChokerRound *round, const EngChokerPeer *peers, bool *chosen, size_t n,
      uint32_t *regular, uint32_t *optimistic)
{
  for (size_t i = 0; i < n; i++)
    if (peers[i].interested && is_held (&peers[i], round->now_us))
      {
        uint32_t *slots = peers[i].optimistic && *optimistic > 0 ? optimistic : regular;

        chosen[i] = true;
        *slots -= *slots > 0;
      }
}

/* What the regular order leaves goes to those who wait, and the other way about. */
static void
give_all (const EngChokerRound *round, EngChokerPeer *peers, bool *chosen, size_t n,
          uint32_t regular, uint32_t optimistic)
{
  regular -= give (round, peers, chosen, n, regular, rank_regular, false);
  (void) give (round, peers, chosen, n, regular + optimistic, rank_optimistic,
               true); /* fewer wait than there are slots */
}

void
eng_choker_decide (const EngChokerRound *round, EngChokerPeer *peers, size_t n)
{
  g_autofree bool *chosen = g_new0 (bool, n);
  uint32_t optimistic = eng_choker_optimistic_slots (round->slots);
  uint32_t regular = round->slots - optimistic;

  for (size_t i = 0; i < n; i++)
    {
      note_idle (&peers[i], round->now_us);
      note_slow (round, &peers[i]);
    }
  hold (round, peers, chosen, n, &regular, &optimistic);
  give_all (round, peers, chosen, n, regular, optimistic);
  apply (round, peers, chosen, n);
}

void
eng_choker_fill (const EngChokerRound *round, EngChokerPeer *peers, size_t n)
{
  g_autofree bool *chosen = g_new0 (bool, n);
  uint32_t optimistic = eng_choker_optimistic_slots (round->slots);
  uint32_t regular = round->slots - optimistic;

  for (size_t i = 0; i < n; i++)
    if (peers[i].interested && peers[i].unchoked)
      {
        uint32_t *slots = peers[i].optimistic && optimistic > 0 ? &optimistic : &regular;

        chosen[i] = true;
        *slots -= *slots > 0;
      }
  give_all (round, peers, chosen, n, regular, optimistic);
  apply (round, peers, chosen, n);
}
