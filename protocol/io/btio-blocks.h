/* btio-blocks.h: page-aligned buffers of 16 KiB, counted against a budget. Any thread.
 *
 * Nobody is refused: whoever reads from the network looks at the state of being full and reads no
 * more until room is made. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct BtioBlocks BtioBlocks;

/* @edge is called when the budget is reached, and when three quarters of it are reached after that,
 * on whatever thread took or gave the block. */
BtioBlocks *btio_blocks_new (uint64_t budget, void (*edge) (void *data), void *data);
/* All blocks must have been given back. Accepts NULL. */
void btio_blocks_free (BtioBlocks *blocks);

/* Also beyond the budget. Sets the state of being full when that is reached. */
uint8_t *btio_blocks_take (BtioBlocks *blocks);
void btio_blocks_give (BtioBlocks *blocks, uint8_t *block); /* accepts NULL */

/* Bytes. */
uint64_t btio_blocks_budget (const BtioBlocks *blocks);
uint64_t btio_blocks_used (const BtioBlocks *blocks);
/* From the budget on until btio_blocks_recover(). */
bool btio_blocks_is_full (const BtioBlocks *blocks);
/* Ends the state of being full where three quarters are reached; true when it did. */
bool btio_blocks_recover (BtioBlocks *blocks);

/* Hands memory of blocks that were free ever since the last call back to the system, but for a
 * little; the blocks stay. True when there is more, which may go with a later call. Called about
 * once a second it leaves to a fast transfer what that needs again at once. */
bool btio_blocks_trim (BtioBlocks *blocks);
