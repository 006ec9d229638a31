/* eng-renames.h: other names for the files of an entry, one after the other.
 *
 *     asked -> judged -> the keeper has both names -> the disk -> the keeper has the new one ->
 * told
 *
 * A rename that finds no torrent, because it is just being stopped to begin anew, waits for it. The
 * engine's thread. */
#pragma once

#include "client-core/engine/eng-engine-private.h"

/* eng_torrent_new() knows of them from the keeper: EngTorrentEvents.named of an entry. */
void eng_renames_loaded (void *entry, const EngNames *names);

/* The files are verified: what an earlier run was renaming has come to its end. */
void eng_renames_settled (EngEntry *entry);

/* The torrent has begun. */
void eng_renames_go_on (EngEntry *entry);

/* The entry goes: those that wait are answered with ECANCELED. */
void eng_renames_clear (EngEntry *entry);
