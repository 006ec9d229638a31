/* eng-keeping.h: a torrent's resume row, in the store of a profile or in one of its own, as an
 * EngKeeper.
 *
 * Troubles are told once, at the first answer that has one; the torrent goes on. The engine's
 * thread. */
#pragma once

#include "client-core/store/eng-store.h"
#include "protocol/torrent/bt-metainfo.h"

typedef struct EngKeeping EngKeeping;

/* The functions for EngTorrentConfig.keeper; an EngKeeping is the keeper. */
extern const EngKeeper eng_keeping_keeper;

/* Keeps what @metainfo is in @folder in @store, which is lent, or else below @state_folder.
 * @trouble is told what is wrong, but for the files that are another's, which the torrent says
 * itself. NULL, after @trouble was told, when it cannot be done at all; NULL for a NULL
 * @state_folder. */
EngKeeping *eng_keeping_new (BtioReactor *reactor, EngStore *store, const char *state_folder,
                             BtMetainfo *metainfo, const char *folder, bool writes,
                             void (*trouble) (void *data, const EngStoreProblem *problem),
                             void *data);

/* Nothing more will be written: others may serve the files as well. Accepts NULL. */
void eng_keeping_share (EngKeeping *keeping);

/* After the last answer: closes the store, frees the keeping and calls @closed. NULL:
 * calls it at once. */
void eng_keeping_close (EngKeeping *keeping, void (*closed) (void *data), void *data);
