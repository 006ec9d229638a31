/* eng-blocks-private.h: page-aligned buffers of 16 KiB, counted against a budget. Any thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct EngBlocks EngBlocks;

/* @edge is called when the budget is reached, and when three quarters of it are reached after that,
 * on whatever thread took or gave the block. */
EngBlocks *eng_blocks_new (uint64_t budget, void (*edge) (void *data), void *data);
/* All blocks must have been given back. Accepts NULL. */
void eng_blocks_free (EngBlocks *blocks);

/* Also beyond the budget. Sets the state of being full when that is reached. */
uint8_t *eng_blocks_take (EngBlocks *blocks);
void eng_blocks_give (EngBlocks *blocks, uint8_t *block); /* accepts NULL */

uint64_t eng_blocks_budget (const EngBlocks *blocks);
uint64_t eng_blocks_used (const EngBlocks *blocks);
/* Seven eighths of the budget are in use. */
bool eng_blocks_is_tight (const EngBlocks *blocks);
bool eng_blocks_is_full (const EngBlocks *blocks);
/* Ends the state of being full where three quarters are reached; true when it did. */
bool eng_blocks_recover (EngBlocks *blocks);

/* Hands memory that nobody needs back to the system. */
void eng_blocks_trim (EngBlocks *blocks);
