/* bt-bitfield.h: a set of pieces, one bit each, with its count at hand.
 *
 * On the wire the first piece is the highest bit of the first byte and spare bits at the end are
 * zero (BEP 3). In memory pieces sit in 64-bit words in the same order, so that searches skip 64
 * pieces at a time. One owner at a time; no locks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct
{
  uint64_t *words; /* owned; piece i is bit 63 - i % 64 of word i / 64; spare bits are zero */
  size_t n_bits;
  size_t n_set;
} BtBitfield;

/* A bitfield of @n_bits pieces, none set; 0 pieces are allowed. */
void bt_bitfield_init (BtBitfield *self, size_t n_bits);

/* A copy that owns its memory. */
void bt_bitfield_init_copy (BtBitfield *self, const BtBitfield *from);

/* A bitfield from wire bytes. False, with nothing to clear, when @len is not what @n_bits asks or a
 * spare bit is set. */
bool bt_bitfield_init_wire (BtBitfield *self, size_t n_bits, const uint8_t *bytes, size_t len);

/* Frees the memory; the bitfield is then one of no pieces. Accepts a zeroed one. */
void bt_bitfield_clear (BtBitfield *self);

/* Bytes on the wire, and writing just as many. */
size_t bt_bitfield_wire_len (size_t n_bits);
void bt_bitfield_write (const BtBitfield *self, uint8_t *out);

/* One piece; @i must be below n_bits. Setting and unsetting say whether that changed anything. */
bool bt_bitfield_test (const BtBitfield *self, size_t i);
bool bt_bitfield_set (BtBitfield *self, size_t i);
bool bt_bitfield_unset (BtBitfield *self, size_t i);

/* O(1). A bitfield of no pieces is both all and none. */
bool bt_bitfield_is_all (const BtBitfield *self);
bool bt_bitfield_is_none (const BtBitfield *self);

/* The pieces from @first up to, not including, @end; first <= end <= n_bits. */
void bt_bitfield_set_range (BtBitfield *self, size_t first, size_t end);
void bt_bitfield_unset_range (BtBitfield *self, size_t first, size_t end);
size_t bt_bitfield_count_range (const BtBitfield *self, size_t first, size_t end);

/* The first piece at or after @from that is set, or that is not; n_bits when there is none. @from
 * may be n_bits. */
size_t bt_bitfield_next_set (const BtBitfield *self, size_t from);
size_t bt_bitfield_next_unset (const BtBitfield *self, size_t from);

/* Of two bitfields of the same size: the next piece in both, or in @a but not in @b. */
size_t bt_bitfield_next_and (const BtBitfield *a, const BtBitfield *b, size_t from);
size_t bt_bitfield_next_andnot (const BtBitfield *a, const BtBitfield *b, size_t from);

/* How many pieces are in both, or in @a but not in @b. */
size_t bt_bitfield_count_and (const BtBitfield *a, const BtBitfield *b);
size_t bt_bitfield_count_andnot (const BtBitfield *a, const BtBitfield *b);

/* Adds to @self the pieces of @other, or takes them away; same size. */
void bt_bitfield_add (BtBitfield *self, const BtBitfield *other);
void bt_bitfield_subtract (BtBitfield *self, const BtBitfield *other);

bool bt_bitfield_equal (const BtBitfield *a, const BtBitfield *b);
