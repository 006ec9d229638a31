/* eng-lock-private.h: files that nobody reads, held with flock() to say that something is in use.
 *
 * The kernel lets go of a lock when its process ends in whatever way, so that none is ever stale.
 * A lock's file goes with its last holder. Any thread; one at a time for each lock. */
#pragma once

#include <stdbool.h>

#include "client-core/store/eng-store.h"

typedef struct EngLock EngLock;

/* Never waits. NULL and errno; EWOULDBLOCK when another holds it, which @holder then names, unless
 * it is NULL. With @shared it goes together with others that share. (transfer full) */
EngLock *eng_lock_take (const char *path, bool shared, EngHolder *holder);

/* From now on others may share it. */
void eng_lock_share (EngLock *lock);

/* From now on no other may. False when one does, which @holder then names: it is shared as before.
 */
bool eng_lock_own (EngLock *lock, EngHolder *holder);

void eng_lock_free (EngLock *lock); /* accepts NULL */
