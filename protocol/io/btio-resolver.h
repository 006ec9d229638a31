/* btio-resolver.h: from names to addresses, without waiting.
 *
 * GIO's resolver does the work, on threads of its own. Here are a small cache, one question for all
 * who ask the same, and literal addresses, for which nobody is asked. Belongs to the thread whose
 * default GMainContext is that of the reactor. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/io/btio-reactor.h"

/* How long an answer is good for: the system's resolver does not say. */
#define BTIO_RESOLVER_CACHE_US (60 * UINT64_C (1000000))
#define BTIO_RESOLVER_CACHE_MAX 1024

/* Addresses of one name that are looked at. */
#define BTIO_RESOLVER_ADDRESSES 16

typedef struct BtioResolver BtioResolver;
typedef struct BtioLookup BtioLookup;

/* @found: what the name stands for, with the port that was asked for, in the system's order; none
 * with @error. All is lent until it returns. The lookup is over and gone. */
typedef void (*BtioResolved) (void *owner, const BtEndpoint *found, size_t n, const GError *error);

BtioResolver *btio_resolver_new (BtioReactor *reactor);

/* All lookups must be over or cancelled. Accepts NULL. */
void btio_resolver_free (BtioResolver *resolver);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BtioResolver, btio_resolver_free)

/* Asks for a name, or an address without brackets. The answer never comes before this returns. The
 * lookup is the caller's to cancel until then, not to free. */
BtioLookup *btio_resolver_ask (BtioResolver *resolver, const char *name, uint16_t port,
                               BtioResolved resolved, void *owner);

/* No answer will come. Accepts NULL. */
void btio_lookup_cancel (BtioLookup *lookup);
