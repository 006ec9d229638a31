/* eng-turns.h: which tracker of a torrent is asked next, when, and with what event (BEP 12, 31).
 *
 * One tracker is enough: tiers are gone through in their order, each shuffled once; the first that
 * answers moves to the front of its tier and is asked again at its interval, from the top. One that
 * fails is left alone for longer each time; one that takes its time does not keep the next from
 * being asked as well, for a list of twenty often has ten that are dead. All that is pure: the
 * caller asks, and tells what came of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/torrent/bt-metainfo.h"
#include "protocol/tracker/bt-announce.h"

#define ENG_TURNS_NEVER UINT64_MAX
#define ENG_TURNS_NONE SIZE_MAX

/* No tracker is asked more often, whatever it says, nor more seldom. */
#define ENG_TURNS_LEAST_S 60u
#define ENG_TURNS_MOST_S 86400u
#define ENG_TURNS_USUAL_S 1800u
#define ENG_TURNS_USUAL_MIN_S 300u

/* Back-off: from ENG_TURNS_LEAST_S, each time 2.5 times as long, up to this; and up to a quarter
 * more by chance. */
#define ENG_TURNS_BACK_OFF_S 3600u

/* How long the next waits for the one before it. */
#define ENG_TURNS_PATIENCE_S 5u

typedef struct
{
  unsigned tier;
  unsigned failures;   /* in a row */
  uint64_t retry_us;   /* after a failure: not before; ENG_TURNS_NEVER */
  uint64_t soonest_us; /* after an answer: not before */
  bool busy;
  bool silent;   /* the last time it said nothing, not even no */
  bool anew;     /* it was asked from where we are no more: a silence says nothing */
  bool knows_us; /* it took a "started" and no "stopped" since */
  bool owes;     /* it is to be told @owed, however soon that is after its last answer */
  BtAnnounceEvent owed;
} EngTurnsTracker;

typedef struct
{
  EngTurnsTracker *trackers; /* as they were given */
  size_t *order;             /* as they are asked: indices, by tier */
  size_t n;
  size_t asking;       /* the last one asked in this turn, under way; or ENG_TURNS_NONE */
  uint64_t patient_us; /* until when the next waits for it */
  size_t wanted;       /* the one that the person asks for, or ENG_TURNS_NONE */
  size_t answered;     /* the one that answered last, or ENG_TURNS_NONE */
  uint64_t due_us;     /* when the next turn begins */
  bool one_at_a_time;  /* nobody is asked before the one under way has failed (BEP 27) */
  uint64_t random;
} EngTurns;

typedef struct
{
  size_t tracker;
  BtAnnounceEvent event;
  bool owed;
} EngTurn;

/* @trackers are sorted by tier. The first turn is due at once. */
void eng_turns_init (EngTurns *self, const BtTracker *trackers, size_t n, uint64_t seed);
void eng_turns_clear (EngTurns *self);

/* One more tracker, at the end of its tier: the next turn is due now. */
void eng_turns_add (EngTurns *self, unsigned tier);

/* A tracker goes to the end of another tier; when it is asked next is as it was. */
void eng_turns_move (EngTurns *self, size_t tracker, unsigned tier);

/* Whom to ask now; it is busy until its answer or failure is told. False: nobody until the
 * deadline. */
bool eng_turns_next (EngTurns *self, uint64_t now_us, EngTurn *out);
uint64_t eng_turns_deadline (const EngTurns *self);

void eng_turns_answered (EngTurns *self, const EngTurn *turn, const BtAnnounceReply *reply,
                         uint64_t now_us);
/* @reply: the tracker's refusal, or NULL when it said nothing. */
void eng_turns_failed (EngTurns *self, const EngTurn *turn, const BtAnnounceReply *reply,
                       uint64_t now_us);
/* There is no asking this one, ever. */
void eng_turns_give_up (EngTurns *self, size_t tracker);
/* The same for one that may be under way, of which nothing will be told. */
void eng_turns_drop (EngTurns *self, size_t tracker);

/* @event is owed to all that know of us, or will when their answer comes, in the place of what was
 * owed before: what we have is otherwise than they know. */
void eng_turns_tell (EngTurns *self, BtAnnounceEvent event);

/* Asks again as soon as the tracker that answered last permits. */
void eng_turns_more (EngTurns *self);

/* The person asks: those that failed may be asked again at once. @tracker is asked as soon as it
 * permits, whoever else answers; with ENG_TURNS_NONE the one whose turn it is. */
void eng_turns_now (EngTurns *self, size_t tracker);

/* What this one was told of us has changed: it may be asked at once, whatever its interval, and is
 * when it answered last. */
void eng_turns_moved (EngTurns *self, size_t tracker);

/* We are in another network: who knows us hears of it at once, whatever its interval, and who has
 * said nothing is asked again. A refusal stands. */
void eng_turns_elsewhere (EngTurns *self);

/* When a tracker is likely to be asked again, as things stand. */
uint64_t eng_turns_when (const EngTurns *self, size_t tracker);

/* What an interval of a tracker amounts to: 0, and what would be negative as a signed number, is
 * @usual; the rest within bounds. */
uint32_t eng_turns_interval_s (uint32_t said_s, uint32_t usual_s);
