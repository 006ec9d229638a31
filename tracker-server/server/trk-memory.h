/* trk-memory.h: what happens before memory runs out.
 *
 * GLib ends a process that gets none. So the tracker looks in time how much it may still take, and
 * while that is little (trk-headroom.h) holds what there is: who comes takes the place of somebody
 * who may go, or is refused. When there is enough again the settings hold as before.
 * Main thread, but for trk_memory_look(). */
#pragma once

#include "protocol/io/btio-reactor.h"
#include "tracker-server/swarm/trk-swarms.h"

typedef struct TrkMemory TrkMemory;

/* Called when memory begins or ceases to be short: connections and answers are held, too. */
typedef void (*TrkMemoryHold) (void *data, bool hold);

/* Before threads are started: with a limit of addresses the allocator makes do with one arena, of
 * which each takes 64 MiB, and threads with stacks of 1 MiB in the place of 8, or those that are
 * started after the swarms were read find no room. Looks a few times a second from then on.
 * (transfer full) */
TrkMemory *trk_memory_new (BtioReactor *reactor, TrkSwarms *swarms);
/* Accepts NULL. */
void trk_memory_free (TrkMemory *self);

/* Whom to tell besides; at once when memory is short already. NULL: nobody any more. */
void trk_memory_tell (TrkMemory *self, TrkMemoryHold hold, void *data);

/* Looks now and holds the swarms, for whoever lets many come at once. @self is a TrkMemory. Any
 * thread. */
void trk_memory_look (void *self);
