/* shoal-tracker-reply-private.h: making a reply of what the discovery heard. */
#pragma once

#include "client-core/discovery/eng-answer.h"
#include "shoal-tracker.h"

/* Of an answer that is neither a problem nor a refusal; its bytes are copied. */
ShoalTrackerReply *shoal_tracker_reply_new (const EngAnswer *answer);
