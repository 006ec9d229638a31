/* shoal-hashed-files-private.h: hashed files as the engine takes them. */
#pragma once

#include "client-core/store/eng-resume.h"
#include "protocol/torrent/bt-metainfo.h"
#include "shoal-hashed-files.h"

/* One for each file of the layout; those that nobody speaks of are as if they were not there.
 * (transfer full) */
EngFileState *shoal_hashed_files_states (ShoalHashedFiles *self, const BtMetainfo *metainfo);
