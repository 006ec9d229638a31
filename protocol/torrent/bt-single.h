/* bt-single.h: the torrent of a single file whose bytes come one after the other.
 *
 * They are hashed as they pass (BEP 3, 52) and not kept, and how many there will be need not be
 * known. What is kept is 20 and 32 bytes a piece and 32 bytes a block of the piece under way. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-digest.h"
#include "protocol/core/bt-error.h"
#include "protocol/torrent/bt-builder.h"

typedef struct BtSingle BtSingle;

/* @piece_length is positive and within BT_LIMIT_PIECE_LENGTH; unless the format is v1, a power of
 * two of at least 16 KiB. */
BtSingle *bt_single_new (const BtDigestOps *ops, BtFormat format, uint64_t piece_length);

/* Whether the torrent of a file of @len bytes is one that our reader takes from a stranger. */
bool bt_single_fits (BtFormat format, uint64_t piece_length, uint64_t len);

/* Hashes the next bytes. False, and nothing more is taken, once a torrent of them would be too
 * large (bt_single_fits()). Fastest in multiples of 16 KiB. */
bool bt_single_take (BtSingle *self, const uint8_t *data, size_t len);

/* How many bytes were taken. */
uint64_t bt_single_len (const BtSingle *self);

/* The torrent of what was taken: once, and nothing is taken afterwards. Format, piece length, files
 * and hashes in @words are filled in here. NULL as of bt_builder_write(). (transfer full) */
GBytes *bt_single_finish (BtSingle *self, const BtBuilder *words, BtError *why);

/* Accepts NULL. */
void bt_single_free (BtSingle *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BtSingle, bt_single_free)
