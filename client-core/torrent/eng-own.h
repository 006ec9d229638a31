/* eng-own.h: our own address as the internet has it, by what peers say of it (yourip, BEP 10).
 *
 * Any of them may lie, or see us through something of their own. So each network (/24 of IPv4, /48
 * of IPv6) has one vote, the last ones count, and more than half of at least three have to agree.
 * It is for the order of candidates (BEP 40) and to know ourselves in a list. Pure; one owner. */
#pragma once

#include "protocol/core/bt-endpoint.h"

#define ENG_OWN_VOTES 9
#define ENG_OWN_LEAST 3

typedef struct
{
  BtEndpoint network; /* of who said so */
  BtEndpoint address; /* port 0 */
} EngOwnVote;

typedef struct
{
  EngOwnVote votes[ENG_OWN_VOTES];
  unsigned n;
  unsigned next;       /* the oldest, once all are there */
  BtEndpoint believed; /* no endpoint: not known */
} EngOwnFamily;

/* { 0 } knows nothing. */
typedef struct
{
  EngOwnFamily families[2]; /* IPv4, IPv6 */
  unsigned n_changes;       /* of what is believed */
} EngOwn;

/* The peer at @from says that it sees us at @seen. */
void eng_own_heard (EngOwn *self, const BtEndpoint *from, const BtEndpoint *seen);
