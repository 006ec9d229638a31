/* eng-lending.h: a file that one torrent of a session has complete is not fetched for another: it
 * is copied, and verified there. The engine's thread. */
#pragma once

#include "client-core/engine/eng-engine-private.h"

/* Its torrent begins: its metainfo is known. */
void eng_lending_begin (EngEntry *entry);
/* The torrent is gone. */
void eng_lending_end (EngEntry *entry);

/* For EngTorrentEvents: what its torrent may take from others. (transfer full) */
GArray *eng_lending_loans (void *entry);
