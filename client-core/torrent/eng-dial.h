/* eng-dial.h: connecting to candidates, encrypted or plain as the policy and what is known of each
 * have it, and what becomes of them afterwards. For a torrent and for the search of its metadata.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "client-core/peer/eng-connection.h"
#include "client-core/torrent/eng-candidates.h"
#include "client-core/torrent/eng-own.h"
#include "protocol/io/btio-tcp.h"

/* What the torrents of an engine have in common. */
typedef struct
{
  BtTokenBucket connects; /* tokens are connections */
  EngThrottle down;       /* bytes, protocol and all */
  EngThrottle up;
  EngSilence *silence; /* owned: whom all of them have called */
  EngOwn own;          /* our address, as the peers of all torrents say */
  uint32_t n_connections;
  uint16_t port;    /* that we listen at, told to peers; 0: none */
  bool no_exchange; /* peers are neither told of others nor heard about them (BEP 11) */
} EngShare;

/* Without limits but that on connections; the rest is zeroed. @many_per_address: as of the
 * torrents. */
void eng_share_init (EngShare *share, BtioReactor *reactor, bool many_per_address, uint64_t seed);
void eng_share_clear (EngShare *share);
/* How many more connections there may be for who has @n, of which @leaving are about to go, and may
 * have @max. */
uint32_t eng_share_room (const EngShare *share, uint32_t n, uint32_t leaving, uint32_t max);

/* A stream to @remote. Nothing leaves by another address than @bind's: NULL when it cannot. */
BtioStream *eng_dial (BtioReactor *reactor, const BtioBind *bind, const BtEndpoint *remote);

/* ENG_CRYPT_OFF without a @crypt. */
EngCryptPolicy eng_dial_policy (const EngCrypt *crypt);
/* What encrypts the next connection to a candidate, or NULL. */
EngCrypt *eng_dial_crypt (EngCrypt *crypt, const EngCandidate *candidate);

/* A connection has opened: that way is good. */
void eng_dial_worked (EngCandidate *candidate, const EngConnection *connection);

/* The last connection to a candidate is closed; @open: handshakes had gone through. True when it is
 * to be tried again at once. */
bool eng_dial_leave (EngCandidates *candidates, EngCandidate *candidate, const EngCrypt *crypt,
                     const EngConnection *connection, const EngClosure *closure, bool open,
                     uint64_t now_us);

/* Whether a connection goes out of this machine, and by an address of that family. */
bool eng_dial_goes_out (const EngConnection *connection, BtFamily family);

/* Which of two connections to one peer goes: that of the greater peer id stays, as both sides find
 * alike; of two in one direction the newer, @b, goes. */
bool eng_dial_first_goes (const EngConnection *a, const EngConnection *b,
                          const uint8_t their_id[20], const uint8_t own_id[20]);
