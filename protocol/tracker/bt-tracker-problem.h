/* bt-tracker-problem.h: why a tracker refuses a request, by name and in the words that it sends.
 *
 * The words are a part of the protocol ("failure reason", BEP 3; the error action, BEP 15):
 * English, never translated, the same over HTTP and UDP. Policy has more reasons; they are the
 * server's. */
#pragma once

typedef enum
{
  BT_TRACKER_FINE,
  BT_TRACKER_NO_HASH,
  BT_TRACKER_BAD_HASH,
  BT_TRACKER_TWO_HASHES,
  BT_TRACKER_MANY_HASHES,
  BT_TRACKER_NO_PEER_ID,
  BT_TRACKER_BAD_PEER_ID,
  BT_TRACKER_NO_PORT,
  BT_TRACKER_BAD_PORT,
  BT_TRACKER_BAD_UPLOADED,
  BT_TRACKER_BAD_DOWNLOADED,
  BT_TRACKER_BAD_LEFT,
  BT_TRACKER_BAD_NUMWANT,
  BT_TRACKER_BAD_CORRUPT,
  BT_TRACKER_BAD_REDUNDANT,
  BT_TRACKER_MANY_PARAMETERS,
  BT_TRACKER_BAD_PACKET,
  BT_TRACKER_PROBLEMS
} BtTrackerProblem;

/* Static; "" for FINE. */
const char *bt_tracker_problem_text (BtTrackerProblem problem);
