/* bt-hashes.h: the messages by which peers ask each other for hashes of a file's tree (BEP 52):
 * hash request, hashes, hash reject.
 *
 * A request names a run of hashes of one layer and how many layers above are to be proved with it.
 * Its answer repeats it and brings the run, then one uncle for each layer that does not follow from
 * the run itself, from below. Any thread; nothing is allocated. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-digest.h"

#define BT_HASH_REQUEST_LEN 48

/* A plain value. */
typedef struct
{
  uint8_t root[BT_SHA256_LEN]; /* of the file */
  uint32_t base;               /* the layer, counted from the leaves */
  uint32_t index;              /* of the first hash in it, a multiple of length */
  uint32_t length;             /* hashes: a power of two, 2 up to BT_LIMIT_HASHES */
  uint32_t proof;              /* layers above base that the answer has to lead through */
} BtHashRequest;

typedef struct
{
  BtHashRequest request;
  const uint8_t *hashes; /* request.length of them, lent */
  const uint8_t *uncles; /* behind them, lent */
  size_t n_uncles;
} BtHashes;

/* Reads the payload of a hash request or of a hash reject; false when it is none that BEP 52
 * allows, or over a limit. */
bool bt_hash_request_parse (const uint8_t *data, size_t len, BtHashRequest *out);
void bt_hash_request_write (const BtHashRequest *self, uint8_t out[BT_HASH_REQUEST_LEN]);
bool bt_hash_request_equal (const BtHashRequest *a, const BtHashRequest *b);

/* How high above base the node stands that covers the run. */
unsigned bt_hash_request_levels (const BtHashRequest *self);
/* How many uncles the answer has: those of that node and of its ancestors, up to the layer @proof.
 */
size_t bt_hash_request_n_uncles (const BtHashRequest *self);

/* Reads the payload of hashes, which has exactly what its request asks for. Borrows @data. */
bool bt_hashes_parse (const uint8_t *data, size_t len, BtHashes *out);

/* Whether the run and its uncles lead to @top, which stands @height layers above base over the
 * place of the run: the root, or a node that is known already. @scratch has room for the run, and
 * is overwritten. */
bool bt_hashes_lead_to (const BtHashes *self, const BtDigestOps *ops, const uint8_t *top,
                        unsigned height, uint8_t *scratch);
