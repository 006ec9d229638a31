/* eng-claims-private.h: whose the files of a torrent are: one process writes them, or several read
 * them.
 *
 * A claim is a lock below the person's state folder. Torrents of one profile that lie in the same
 * files share one, which is as strong as the strongest of them needs. The store's thread. */
#pragma once

#include "eng-store-private.h"

/* NULL, and the reason in @fault: ENG_STORE_FILES_IN_USE with the holder, or the system's.
 * (transfer full) */
EngLock *eng_claim_lock (const char *state_folder, const EngStoreKey *key, bool writes,
                         EngStoreFault *fault);

EngClaims *eng_claims_new (const char *state_folder);
void eng_claims_free (EngClaims *self); /* accepts NULL */
