/* eng-router-call.h: runs shoal-map-port for one order, within a time. The thread whose default
 * GMainContext is that of the reactor. */
#pragma once

#include "client-core/discovery/eng-router.h"

typedef struct EngRouterCall EngRouterCall;

/* @answer is lent until it returns; the call is over and gone. */
typedef void (*EngRouterDone) (void *owner, const EngRouterAnswer *answer);

/* @done comes in a later turn, and when @limit_us are over: the program is killed then, and what it
 * has said is the answer. The call is the caller's to cancel until then, not to free. NULL: the
 * program cannot be run. */
EngRouterCall *eng_router_call (BtioReactor *reactor, const EngRouterOrder *order,
                                uint64_t limit_us, EngRouterDone done, void *owner);

/* Kills it; @done comes soon, with what it has said until then. */
void eng_router_end (EngRouterCall *call);

/* Kills it; no answer will come. Accepts NULL. What GLib still holds of it goes when the context is
 * iterated next. */
void eng_router_cancel (EngRouterCall *call);
