/* eng-network.h: whether this machine is in the network that it was in: it is carried elsewhere, a
 * cable is pulled, it wakes up.
 *
 * What counts is the address that the world is spoken to from, one a family. The kernel says
 * that something has changed (rtnetlink(7)); what came of it is looked at a second after its last
 * word, for much changes that means nothing to us. The engine's thread. */
#pragma once

#include "protocol/core/bt-endpoint.h"
#include "protocol/io/btio-reactor.h"
#include "protocol/io/btio-tcp.h"

typedef struct EngNetwork EngNetwork;

typedef struct
{
  /* The address of that family is this machine's no more: what was connected from it is cut off. */
  void (*lost) (void *owner, BtFamily family);
  /* There is another one, or one again. */
  void (*found) (void *owner);
} EngNetworkEvents;

/* @bind: what goes out by no other way; its port does not count, its strings are copied. Where the
 * kernel does not say what changes, nothing is ever told. */
EngNetwork *eng_network_new (BtioReactor *reactor, const BtioBind *bind,
                             const EngNetworkEvents *events, void *owner);

/* We go out another way; nothing is told of that. */
void eng_network_move (EngNetwork *network, const BtioBind *bind);

/* Accepts NULL. */
void eng_network_free (EngNetwork *network);
