/* eng-answer.h: what a tracker made of an announce, whatever carried it. */
#pragma once

#include <stddef.h>

#include "protocol/tracker/bt-announce.h"

typedef struct
{
  const char *problem;   /* why there is no answer, for a person; NULL when there is one */
  BtAnnounceReply reply; /* the answer: a success, or a refusal with its failure set */
  const BtTrackerPeer *peers;
  size_t n_peers;
  BtEndpoint remote; /* who answered */
} EngAnswer;

/* All is lent until it returns. */
typedef void (*EngAskDone) (void *owner, const EngAnswer *answer);
