/* eng-moves.h: the files of an entry go to another folder, or the person has taken them there.
 *
 *     asked -> the torrent stops -> its row is read -> [eng-move gives the files their second home]
 *     -> the row tells of the new folder -> so does the profile -> the torrent begins there, and
 *     believes its row -> [the old files go]
 *
 * What fails before the row was written leaves everything as it was. The engine's thread. */
#pragma once

#include "client-core/engine/eng-engine-private.h"

/* The torrent has stopped: true when that was for a move, which goes on with it. */
bool eng_moves_stopped (EngEntry *entry);

/* The torrent has begun: what was asked for meanwhile stops it again. */
void eng_moves_go_on (EngEntry *entry);

/* The entry goes: a copy under way is given up. */
void eng_moves_cancel (EngEntry *entry);

/* ... and is gone. */
void eng_moves_clear (EngEntry *entry);
