/* bt-metainfo-layers.h: the piece layers that a torrent lacks, and the torrent that has them (BEP
 * 52).
 *
 * They come from peers, or follow from the files themselves; either way the root of a file proves
 * them. */
#pragma once

#include "protocol/torrent/bt-metainfo.h"

typedef struct
{
  const uint8_t *root;   /* 32 bytes */
  const uint8_t *hashes; /* 32 bytes for each piece of the file */
  uint32_t n;
} BtPieceLayer;

/* Whether @hashes, 32 bytes for each piece of a file of several pieces, lead to its root. */
bool bt_metainfo_is_layer (const BtMetainfo *self, size_t file, const uint8_t *hashes,
                           const BtDigestOps *ops);

/* The torrent @self with those layers besides the ones that it has; all else of it stays, byte by
 * byte. An info dictionary alone becomes a torrent that holds nothing else. NULL when a layer is
 * not true, or of no file, or it would be too large. (transfer full) */
BtMetainfo *bt_metainfo_join_layers (const BtMetainfo *self, const BtPieceLayer *layers, size_t n,
                                     const BtDigestOps *ops);
