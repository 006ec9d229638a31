/* bt-metainfo-layers.h: an info dictionary that came alone, and the piece layers that came after it
 * (BEP 52). */
#pragma once

#include "protocol/torrent/bt-metainfo.h"

typedef struct
{
  const uint8_t *root;   /* 32 bytes */
  const uint8_t *hashes; /* 32 bytes for each piece of the file */
  uint32_t n;
} BtPieceLayer;

/* The torrent of @bare's info dictionary and those layers, which are sorted here; nothing else of
 * @bare is in it. NULL when a layer is missing, one too many or not true. (transfer full) */
BtMetainfo *bt_metainfo_join_layers (const BtMetainfo *bare, BtPieceLayer *layers, size_t n,
                                     const BtDigestOps *ops);
