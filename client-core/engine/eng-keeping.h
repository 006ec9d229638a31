/* eng-keeping.h: a torrent's resume row, in the store of a profile or in one of its own, as an
 * EngKeeper.
 *
 * Troubles are told once, at the first answer that has one; the torrent goes on. The engine's
 * thread. */
#pragma once

#include "client-core/store/eng-profile.h"
#include "protocol/torrent/bt-metainfo.h"

typedef struct EngKeeping EngKeeping;

/* The functions for EngTorrentConfig.keeper; an EngKeeping is the keeper. */
extern const EngKeeper eng_keeping_keeper;

/* Lent. */
typedef struct
{
  EngStore *profile;        /* or NULL: */
  const char *state_folder; /* below it lies the torrent's own; NULL: nothing is kept */
  BtMetainfo *metainfo;
  const char *folder;
  bool writes; /* its files, or only reads them */
} EngKeepingPlace;

/* Claims the files at once. @trouble is told what is wrong, but for files that are another's, which
 * the torrent says itself. NULL, after @trouble was told, when it cannot be done at all; NULL where
 * nothing is kept. */
EngKeeping *eng_keeping_new (BtioReactor *reactor, const EngKeepingPlace *place,
                             void (*trouble) (void *data, const EngStoreProblem *problem),
                             void *data);

/* Nothing more will be written: others may serve the files as well. Accepts NULL. */
void eng_keeping_share (EngKeeping *keeping);

/* After the last answer: closes the store, frees the keeping and calls @closed. NULL:
 * calls it at once. */
void eng_keeping_close (EngKeeping *keeping, void (*closed) (void *data), void *data);
