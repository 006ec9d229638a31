/* bt-metadata.h: the messages of ut_metadata: the info dictionary in pieces of 16 KiB (BEP 9).
 *
 * A message is a dictionary, and behind it, in one of type data, the piece's bytes. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-buffer.h"
#include "protocol/core/bt-error.h"

#define BT_METADATA_PIECE_LEN 16384u

/* The values of BEP 9. */
typedef enum
{
  BT_METADATA_REQUEST,
  BT_METADATA_DATA,
  BT_METADATA_REJECT,
  BT_METADATA_UNKNOWN /* of a later version: to be passed over */
} BtMetadataType;

typedef struct
{
  BtMetadataType type;
  uint32_t piece;
  uint32_t total_size;  /* DATA: of the whole, bytes; 0: it does not say */
  const uint8_t *bytes; /* DATA: lent; what follows the dictionary */
  size_t len;           /* of it, at most BT_METADATA_PIECE_LEN */
} BtMetadataMessage;

/* Reads a message; strict bencode. Data behind a message of another type is refused. */
bool bt_metadata_parse (const uint8_t *data, size_t len, BtMetadataMessage *out, BtError *why);

/* Appends the dictionary alone: the bytes of a piece go behind it. */
void bt_metadata_write_head (const BtMetadataMessage *message, BtBuffer *out);

/* How many pieces so many bytes have, and how long one of them is. */
uint32_t bt_metadata_n_pieces (uint32_t size);
uint32_t bt_metadata_piece_len (uint32_t size, uint32_t piece);
