/* eng-piece-private.h: a piece under way: its blocks, how far it is hashed, what is written.
 *
 * The engine's thread puts blocks in; one disk thread at a time takes them out. */
#pragma once

#include "eng-disk-private.h"

typedef enum
{
  ENG_PRESS_NONE,
  ENG_PRESS_HASHED, /* blocks that are hashed go to the disk before the piece is whole */
  ENG_PRESS_ALL     /* so do the others, and are read back for the hash */
} EngPress;

typedef struct EngPiece EngPiece;

EngPiece *eng_piece_new (EngStorage *storage, uint32_t index);
void eng_piece_free (EngPiece *piece); /* no thread has it */

/* Takes over a block, or gives it back where it is not needed. */
void eng_piece_put (EngPiece *piece, uint32_t begin, uint8_t *block, uint32_t len);

/* Asks the disk threads to make room. */
void eng_piece_press (EngPiece *piece, EngPress press);

/* One that is in doubt: its blocks that are not @good are missing from now on. */
void eng_piece_mend (EngPiece *piece, const BtBitfield *good);

/* Gives the piece up; blocks that come later are those of its next life. */
void eng_piece_forget (EngPiece *piece);

/* How many bytes of a piece are to be handed in: up to the end of its last real file. */
uint32_t eng_piece_needed (const EngStorage *storage, uint32_t index);
