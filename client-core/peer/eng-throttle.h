/* eng-throttle.h: a limit on bytes, and whose turn it is below it.
 *
 * Throttles lie one inside another: a peer's in its torrent's, that in its session's. Whoever may
 * not have what it asks for waits; below each throttle those who wait take turns (round robin),
 * each turn worth the same number of bytes, so that the torrents of a session have equal shares of
 * its limit, and the connections of a torrent of its. A torrent whose own limit is reached leaves
 * its turns to the others. Small amounts, which are what the protocol says, pass before those who
 * wait for blocks, and whoever passes one keeps its place among them.
 *
 *     take -> bytes | waits -> turn() -> take ... give back
 *
 * The engine's thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-token-bucket.h"
#include "protocol/io/btio-reactor.h"

/* As much does not wait behind blocks: requests and such. */
#define ENG_THROTTLE_SMALL ((size_t) 1024)

typedef struct EngThrottle EngThrottle;
typedef struct EngThrottleWait EngThrottleWait;

/* Somebody who may wait. Embedded in its owner; { .turn } before the first use. */
struct EngThrottleWait
{
  /* Now eng_throttle_take() gives something. What is not taken in this call is somebody else's. */
  void (*turn) (EngThrottleWait *wait);

  /* The throttle's. */
  EngThrottle *at;    /* where it waits; NULL while it does not */
  EngThrottle *inner; /* it stands for all who wait in there; NULL for one who takes */
  GList place;
  size_t want;
  size_t passed; /* of all in there, since it was behind the others */
  bool has_turn;
};

/* Embedded in its owner. */
struct EngThrottle
{
  BtTokenBucket bucket;
  EngThrottle *parent; /* lent, or NULL */
  BtioReactor *reactor;
  GQueue waiting;       /* of EngThrottleWait */
  EngThrottleWait self; /* in the parent's queue */
  BtioTimer timer;
};

/* Without a limit, inside @parent, which outlives it. */
void eng_throttle_init (EngThrottle *throttle, EngThrottle *parent, BtioReactor *reactor);
/* Nobody may wait any more. */
void eng_throttle_clear (EngThrottle *throttle);

/* 0 is no limit. Who waits for the old one looks again at once. */
void eng_throttle_set_rate (EngThrottle *throttle, uint64_t rate_Bps);
/* The least limit of all that it lies in; 0 for none. */
uint64_t eng_throttle_rate_Bps (const EngThrottle *throttle);

/* Up to @want bytes, at least one, that may pass now; 0: @wait has its turn later. Without a
 * @throttle there is no limit. What did not pass is given back. */
size_t eng_throttle_take (EngThrottle *throttle, EngThrottleWait *wait, size_t want);
void eng_throttle_give_back (EngThrottle *throttle, size_t n);

/* More than this is not given in one go; SIZE_MAX where nothing limits. */
size_t eng_throttle_most (const EngThrottle *throttle);

bool eng_throttle_waits (const EngThrottleWait *wait);
/* Accepts one that does not wait. */
void eng_throttle_leave (EngThrottleWait *wait);
