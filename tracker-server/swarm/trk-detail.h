/* trk-detail.h: what a store with details keeps of a peer beside its endpoint, in 40 bytes.
 *
 *     peer id 20, uploaded u48, downloaded u48, left u40, tick of the first announce u24
 *
 * Numbers are big-endian; one that is too large becomes the largest. A tick is the low part of the
 * caller's count. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "protocol/tracker/bt-announce.h"

#define TRK_DETAIL_LEN 40u
#define TRK_DETAIL_TICKS 0xffffffu

typedef struct
{
  uint8_t peer_id[BT_PEER_ID_LEN];
  uint64_t uploaded; /* bytes */
  uint64_t downloaded;
  uint64_t left;  /* or BT_LEFT_UNKNOWN, also for a tebibyte and more */
  uint32_t first; /* tick of the first announce, of which 24 bits are kept */
} TrkDetail;

void trk_detail_write (const TrkDetail *self, uint8_t out[TRK_DETAIL_LEN]);
TrkDetail trk_detail_read (const uint8_t bytes[TRK_DETAIL_LEN]);
