/* eng-candidates.h: the peers of a torrent that we know of and may connect to.
 *
 * The list is bounded; when it is full the worst sixteenth goes: first those that failed most, then
 * those that crowd one network (/24 of IPv4, /48 of IPv6), those of less trusted sources, and those
 * of low canonical priority (BEP 40). What is connected stays. One candidate an address, unless a
 * setting lifts it: strangers choose what they tell us, and a peer told with a thousand ports would
 * fill the list. Loopback and private addresses are taken from the person, from this machine's
 * network and from private sources, never from public ones; nor are ports below 1024, where other
 * services listen, whom a stranger might have us call by the thousand.
 *
 * Bans outlive the candidates and are bounded for themselves. Who does not answer is remembered by
 * the session, see eng-silence.h: nobody is called again only because another torrent names it, or
 * because it was dropped and is named once more. One owner; no locks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client-core/torrent/eng-bans.h"
#include "client-core/torrent/eng-silence.h"
#include "protocol/core/bt-endpoint.h"
#include "protocol/core/bt-token-bucket.h"

/* Where an address came from; a candidate may have several. */
typedef enum
{
  ENG_SOURCE_TRACKER = 1 << 0,
  ENG_SOURCE_PEX = 1 << 1,
  ENG_SOURCE_DHT = 1 << 2,
  ENG_SOURCE_LSD = 1 << 3,
  ENG_SOURCE_INCOMING = 1 << 4,
  ENG_SOURCE_GIVEN = 1 << 5,  /* by the person: a magnet link, the command line */
  ENG_SOURCE_RESUME = 1 << 6, /* from the last session, where it had been taken */
  ENG_SOURCE_V2 = 1 << 7      /* beside another one: it was met in the v2 swarm */
} EngSource;

typedef enum
{
  ENG_ADD_NEW,
  ENG_ADD_KNOWN,
  ENG_ADD_PORT,  /* no port for such a source */
  ENG_ADD_OWN,   /* ourselves */
  ENG_ADD_RANGE, /* no address for such a source */
  ENG_ADD_BANNED,
  ENG_ADD_CONNECTED /* an incoming one of an address that is connected already, or no room */
} EngAdd;

/* How a candidate is to be connected to, where the policy leaves a choice. */
typedef enum
{
  ENG_WAY_UNKNOWN,   /* encrypted; when that fails, another way at once */
  ENG_WAY_ENCRYPTED, /* which has worked */
  ENG_WAY_AGAIN,     /* encrypted with another key: some clients fail with one of 256 */
  ENG_WAY_PLAIN      /* which has worked, or is to be tried now */
} EngWay;

typedef struct
{
  EngAddressKey key;
  BtEndpoint endpoint;
  uint32_t id;       /* never given twice: good as an EngPeer */
  uint32_t priority; /* canonical */
  uint32_t slot;
  uint16_t sources; /* EngSource */
  uint8_t failures; /* in a row */
  uint8_t n_silent; /* connections in a row that led to no handshake */
  bool listens;     /* the port is one that takes connections, not the one it came from */
  bool connected;   /* or being connected */
  bool answered;    /* it has shaken hands with us at some time */
  EngWay way;       /* the caller's, but that a failure forgets it */
  bool was_granted; /* pieces while choked (BEP 6), which it gets once; the caller's, like the next
                       three, which are the choker's facts */
  uint64_t had;     /* bytes of blocks, by all of its connections */
  uint64_t idle_us;
  uint64_t slow_us;
  uint8_t n_ends;    /* in a row, of connections that did not last */
  uint8_t n_whole;   /* in a row, that it was found to have everything */
  uint64_t next_us;  /* no connecting before */
  uint64_t whole_us; /* it wants nothing: no seed calls it before this; 0: it lacks something */
  uint64_t again_us; /* nor before this when there is nobody else; UINT64_MAX for never */
} EngCandidate;

typedef struct EngCandidates EngCandidates;

/* At most @max candidates. @many_per_address: for private networks and tests. @silence: lent, or
 * NULL, and each call counts for itself. */
EngCandidates *eng_candidates_new (uint32_t max, bool many_per_address, uint64_t seed,
                                   EngSilence *silence);
void eng_candidates_free (EngCandidates *self);

/* What an endpoint is known by: its address, and its port where several peers may have one address.
 */
EngAddressKey eng_candidates_key (const EngCandidates *self, const BtEndpoint *endpoint);

/* Changes the bound; drops what is over it. */
void eng_candidates_set_max (EngCandidates *self, uint32_t max);

/* Our own endpoint as others see it; one a family. O(candidates). */
void eng_candidates_set_own (EngCandidates *self, const BtEndpoint *own);

/* An address has been heard of. @local: the source itself lies in this machine's network, so that
 * its private addresses are ours. Amortized O(log candidates), whatever is added. */
EngAdd eng_candidates_add (EngCandidates *self, const BtEndpoint *endpoint, EngSource source,
                           bool local);

/* A peer has connected to us. On ENG_ADD_NEW and ENG_ADD_KNOWN @out is its candidate, which is
 * connected now; on ENG_ADD_CONNECTED the one that was connected before, or NULL when there is no
 * room; on others the connection is to be closed. */
EngAdd eng_candidates_incoming (EngCandidates *self, const BtEndpoint *endpoint,
                                EngCandidate **out);

/* An id for a second connection to a candidate. */
uint32_t eng_candidates_new_id (EngCandidates *self);

/* Up to @max candidates to connect to now, the best first, as far as @connects has tokens (one a
 * connection); they count as connected. No two are of one network, unless it is private. Lent;
 * valid while connected. A seed leaves out who has everything, see eng_candidates_is_complete().
 * O(candidates). */
size_t eng_candidates_next (EngCandidates *self, BtTokenBucket *connects, bool seeding,
                            uint64_t now_us, EngCandidate **out, size_t max);

/* For who wants data, has no connection and got nothing from eng_candidates_next(): a candidate
 * that has shaken hands before, sooner than it would have its turn. It waits for 1 s after its
 * first end, then twice as long each time, up to a minute or its turn, and for 1 s again after a
 * connection of more than a minute. NULL for none yet. As next() otherwise. O(candidates). */
EngCandidate *eng_candidates_again (EngCandidates *self, BtTokenBucket *connects, uint64_t now_us);

/* When the next candidate may be connected to; UINT64_MAX for never. O(candidates). */
uint64_t eng_candidates_deadline (const EngCandidates *self);

/* What became of it: it could not be connected to; it shook hands; its connection is closed. A
 * failure waits 60 s, then twice as long each time, up to an hour; who never answered in three
 * times, however they were begun, is left alone for an hour. One that the person named is tried
 * again after 5 s, and so on. */
void eng_candidates_failed (EngCandidates *self, EngCandidate *candidate, uint64_t now_us);
/* It took the connection but not the encryption: the next time, which is now unless it is to be
 * left alone, @way is tried. */
void eng_candidates_retry (EngCandidates *self, EngCandidate *candidate, EngWay way,
                           uint64_t now_us);
void eng_candidates_answered (EngCandidates *self, EngCandidate *candidate, uint64_t now_us);
/* A connected peer has everything, or wants nothing more, and no seed calls it for an hour; then it
 * is looked at again, for it may have lost something and not be able to call us: after an hour,
 * then after twice as long each time, up to a day. */
void eng_candidates_is_complete (EngCandidates *self, EngCandidate *candidate, uint64_t now_us);
/* A connected peer lacks something. */
void eng_candidates_lacks (EngCandidates *self, EngCandidate *candidate);
/* Somebody says so of an address that is known. */
void eng_candidates_hear_lacks (EngCandidates *self, const BtEndpoint *endpoint);
void eng_candidates_closed (EngCandidates *self, EngCandidate *candidate, uint64_t now_us);
/* We have given it up before it could answer, for reasons of our own: nothing against it. */
void eng_candidates_given_up (EngCandidates *self, EngCandidate *candidate);
/* The torrent begins anew, and nobody is connected: those whose connections ended well have their
 * turn at once. */
void eng_candidates_anew (EngCandidates *self);

/* This machine is in another network: who is not connected, and could not be reached or was cut
 * off, has its turn at once. */
void eng_candidates_elsewhere (EngCandidates *self);

/* A connected peer told the port that it listens at; 0 is ignored. */
void eng_candidates_listens (EngCandidates *self, EngCandidate *candidate, uint16_t port);

/* Until @until_us, UINT64_MAX for good. The candidate goes, unless it is connected: close it. */
void eng_candidates_ban (EngCandidates *self, const BtEndpoint *endpoint, EngBanReason reason,
                         uint64_t until_us);
void eng_candidates_unban (EngCandidates *self, const BtEndpoint *endpoint);
EngBanReason eng_candidates_ban_reason (const EngCandidates *self, const BtEndpoint *endpoint);

/* Lifts the bans that are over, as eng_candidates_next() does. O(bans). */
void eng_candidates_expire (EngCandidates *self, uint64_t now_us);

/* The candidate of that id; NULL when it is not there any more. Lent. O(candidates). */
const EngCandidate *eng_candidates_find (const EngCandidates *self, uint32_t id);

/* To look at all of them, to save the session: i below the count. */
uint32_t eng_candidates_count (const EngCandidates *self);
const EngCandidate *eng_candidates_peek (const EngCandidates *self, uint32_t i);
