/* bt-metadata-fetch.h: getting an info dictionary from several peers, some of whom lie (BEP 9).
 *
 * Pieces are asked of all peers that claim the same size, the size that most of them claim. When
 * the whole does not have the right hash and one peer sent all of it, that peer lies; when several
 * did, nobody knows who, and from then on one peer at a time sends the whole, which tells. Memory
 * is taken as pieces come, never for a size that is only claimed. Without I/O and without a clock;
 * one thread at a time.
 *
 *     add_peer -> next -> request -> data | reject | time passes -> WHOLE -> the caller's hash
 *     -> done, or failed() and on */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/peer/bt-metadata.h"

/* A peer is asked for so many pieces at once, and given so long for each. */
#define BT_METADATA_PIPELINE 8u
#define BT_METADATA_REQUEST_US UINT64_C (20000000)

/* After so long another peer, that answers, is asked for the same piece as well; and where one
 * sends the whole alone, another one does. */
#define BT_METADATA_PATIENCE_US UINT64_C (2000000)

/* A peer that refuses is left alone for so long; one that is too slow, while there are others. */
#define BT_METADATA_PAUSE_US UINT64_C (30000000)

/* When no piece has come for so long, those who claim another size are asked. */
#define BT_METADATA_STALL_US UINT64_C (30000000)

typedef enum
{
  BT_METADATA_IGNORED, /* nobody asked */
  BT_METADATA_TAKEN,
  BT_METADATA_WRONG, /* no piece of the size that the peer claims: it breaks the protocol */
  BT_METADATA_WHOLE  /* all is here: hash it */
} BtMetadataTaken;

typedef struct BtMetadataFetch BtMetadataFetch;

/* No whole is larger than @max_size. (transfer full) */
BtMetadataFetch *bt_metadata_fetch_new (uint32_t max_size);
/* Accepts NULL. */
void bt_metadata_fetch_free (BtMetadataFetch *self);

/* A peer, by the caller's number for it, claims a size; also one that claims another size now.
 * False, and it will not be asked, when that is 0 or too large. */
bool bt_metadata_fetch_add_peer (BtMetadataFetch *self, uint64_t peer, uint32_t size);
/* It is gone. One that is not known is ignored. */
void bt_metadata_fetch_remove_peer (BtMetadataFetch *self, uint64_t peer);

/* The next piece to ask of a peer; false when there is none for now. */
bool bt_metadata_fetch_next (BtMetadataFetch *self, uint64_t peer, uint64_t now_us,
                             uint32_t *piece);

BtMetadataTaken bt_metadata_fetch_data (BtMetadataFetch *self, uint64_t peer,
                                        const BtMetadataMessage *message, uint64_t now_us);
void bt_metadata_fetch_reject (BtMetadataFetch *self, uint64_t peer, uint32_t piece,
                               uint64_t now_us);

/* The whole, after WHOLE. (transfer full) */
uint8_t *bt_metadata_fetch_whole (const BtMetadataFetch *self, size_t *len);

/* The whole had another hash: it is dropped. Ask bt_metadata_fetch_is_liar() of each peer then. */
void bt_metadata_fetch_failed (BtMetadataFetch *self);
bool bt_metadata_fetch_is_liar (const BtMetadataFetch *self, uint64_t peer);

/* When somebody may be asked again without a message having come; later than @now_us, UINT64_MAX
 * for never. Then bt_metadata_fetch_next() is to be called again for each peer. */
uint64_t bt_metadata_fetch_deadline (const BtMetadataFetch *self, uint64_t now_us);

/* How far it is: pieces that are here, and all of them; 0 of 0 while no size is known. */
void bt_metadata_fetch_progress (const BtMetadataFetch *self, uint32_t *have, uint32_t *all);
