/* announce-maker.h: random announces and answers for the tests of protocol/tracker. */
#pragma once

#include <glib.h>

#include "protocol/tracker/bt-announce.h"

/* What a maker's answers point to. */
typedef struct
{
  uint8_t peers_v4[50 * BT_COMPACT_V4_LEN];
  uint8_t peers_v6[50 * BT_COMPACT_V6_LEN];
  uint8_t peer_ids[100 * BT_PEER_ID_LEN];
  uint8_t text[3][40];
} AnnounceBytes;

void announce_fill (GRand *rand, uint8_t *out, size_t len);

/* Any request that a client may make; its tracker id lies in @bytes. */
void announce_make_request (GRand *rand, BtAnnounceRequest *out, AnnounceBytes *bytes);

/* Any success that a tracker may write, without peers of port 0. */
void announce_make_reply (GRand *rand, BtAnnounceReply *out, AnnounceBytes *bytes);

/* Compares all but @tracker_id, which has another form on each side. */
void announce_compare_requests (const BtAnnounceRequest *a, const BtAnnounceRequest *b);

/* Compares what both sides know: all but the lists and ids of peers. */
void announce_compare_replies (const BtAnnounceReply *a, const BtAnnounceReply *b);

/* A copy of the exact size, so that a read past it is seen. (transfer full) */
char *announce_exact (const void *data, size_t len);
