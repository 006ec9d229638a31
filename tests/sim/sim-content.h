/* sim-content.h: what torrents hold here: bytes that follow from the torrent and the position.
 *
 * So a host that has a piece keeps a bit, and a block is proved true by looking at it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/torrent/bt-metainfo.h"

/* A torrent of one file. Its v2 hashes are those of the content; its v1 hashes stand for nothing:
 * the disks compare with the content. */
BtMetainfo *sim_content_metainfo (BtFormat format, const char *name, uint64_t piece_length,
                                  uint64_t length);

/* What the content follows from. */
uint64_t sim_content_key (const BtMetainfo *metainfo);

/* The bytes at @offset of the torrent. */
void sim_content_fill (uint64_t key, uint64_t offset, uint8_t *out, size_t len);
/* The hashes of the blocks of @len bytes. */
void sim_content_leaves (uint64_t key, uint64_t offset, uint64_t len, uint8_t *out);
bool sim_content_is_true (uint64_t key, uint64_t offset, const uint8_t *bytes, size_t len);
