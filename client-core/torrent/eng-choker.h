/* eng-choker.h: whom to unchoke.
 *
 * Rounds of 10 s. While leeching, the slots go to those who send us most (BEP 3); a peer that owes
 * us blocks and has sent none for 60 s is not among them. While seeding they go to those who have
 * had least, in coarse steps, and inside a step to the fastest; but who was let in and has asked
 * for nothing for 20 s gives its slot to whoever waits, and has another one only in its turn, until
 * it asks. (libtorrent hangs up on such a peer after 60 s.) The same goes for who asks now and
 * then, and takes less in such a time than a sixteenth of what a slot is worth, until it takes
 * more: whose line is slow has always asked for something. A share of the slots is optimistic: it
 * goes to whoever has waited longest, for 30 s each. Waiting counts from the connection at the
 * earliest, and what a peer has had is its address's, so coming again earns nothing. Nobody is
 * choked within 10 s of being unchoked.
 *
 * The caller hands in facts and gets the set; what an order is worth is one function a mode, which
 * is where super-seeding (BEP 16) will go. A plain value; one owner. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENG_CHOKER_ROUND_US UINT64_C (10000000)
#define ENG_CHOKER_OPTIMISTIC_US UINT64_C (30000000)
#define ENG_CHOKER_IDLE_US UINT64_C (20000000)
#define ENG_CHOKER_SLOW_BPS UINT64_C (2048) /* half of what a slot is worth at least */
#define ENG_CHOKER_SLOTS_MIN 4
#define ENG_CHOKER_SLOTS_MAX 200

typedef enum
{
  ENG_CHOKER_LEECH,
  ENG_CHOKER_SEED
} EngChokerMode;

/* The facts of one peer, and the answer. */
typedef struct
{
  bool interested;        /* in what we have */
  bool unchoked;          /* by us, now; set by the round to what shall be */
  bool optimistic;        /* its slot is an optimistic one; kept between rounds by the caller */
  bool snubs;             /* asked by us, it has sent nothing for 60 s */
  uint64_t rate_down_Bps; /* of its blocks to us */
  uint64_t rate_up_Bps;   /* of ours to it */
  uint64_t had;           /* bytes of blocks that its address has had of us in this torrent */
  uint64_t connected_us;
  uint64_t turned_us;   /* when it was unchoked last; 0 for never; kept by the caller, set by us */
  uint64_t asked_us;    /* when it asked for a block, or one was on its way to it, last */
  uint64_t idle_us;     /* when it was found to ask for nothing; 0: it asks. By its address, as had;
                           kept by the caller, set by us */
  uint64_t slow_us;     /* likewise: when it was found to take too little */
  uint64_t measured_us; /* since when that is measured, and what it had had by then; likewise */
  uint64_t measured_had;
} EngChokerPeer;

typedef struct
{
  EngChokerMode mode;
  uint32_t slots; /* regular and optimistic ones */
  uint64_t quota; /* bytes: the step of what each has had, while seeding */
  uint64_t now_us;
} EngChokerRound;

/* What the line out can do: the highest rate of late. */
typedef struct
{
  uint64_t peak_Bps;
} EngChokerCapacity;

/* Once a round: the rate of all blocks sent, and the limit that the person set, 0 for none. */
void eng_choker_measure (EngChokerCapacity *self, uint64_t rate_up_Bps, uint64_t limit_Bps);

/* Slots for the capacity: n slots for n^2 KiB/s, so that each slot is worth n KiB/s, between the
 * least and the most; @max of 0 means ENG_CHOKER_SLOTS_MAX. */
uint32_t eng_choker_slots (const EngChokerCapacity *self, uint32_t max);

/* How many of the slots are optimistic: a fifth, at least one. */
uint32_t eng_choker_optimistic_slots (uint32_t slots);

/* One round: changes unchoked, optimistic and turned_us of each peer. O(peers log peers). */
void eng_choker_decide (const EngChokerRound *round, EngChokerPeer *peers, size_t n);

/* Between rounds: gives free slots away, and chokes only who is not interested any more. */
void eng_choker_fill (const EngChokerRound *round, EngChokerPeer *peers, size_t n);
