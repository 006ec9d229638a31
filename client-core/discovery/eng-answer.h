/* eng-answer.h: what a tracker made of an announce or a scrape, whatever carried it. */
#pragma once

#include <stddef.h>

#include "protocol/tracker/bt-scrape.h"

typedef struct
{
  const char *problem;   /* why there is no answer, for a person; NULL when there is one */
  BtAnnounceReply reply; /* the answer: a success, or a refusal with its failure set */
  const BtTrackerPeer *peers;
  size_t n_peers;
  const BtScrapeEntry *entries; /* of a scrape, which uses failure and min interval of @reply */
  size_t n_entries;
  BtEndpoint remote; /* who answered */
} EngAnswer;

/* All is lent until it returns. */
typedef void (*EngAskDone) (void *owner, const EngAnswer *answer);
