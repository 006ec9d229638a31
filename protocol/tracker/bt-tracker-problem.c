/* bt-tracker-problem.c: the words for each refusal. */
#include "protocol/tracker/bt-tracker-problem.h"

#include "protocol/core/bt-assert.h"

static const char *const texts[BT_TRACKER_PROBLEMS] = {
  [BT_TRACKER_FINE] = "",
  [BT_TRACKER_NO_HASH] = "info_hash is missing",
  [BT_TRACKER_BAD_HASH] = "info_hash is not 20 bytes",
  [BT_TRACKER_TWO_HASHES] = "more than one info_hash",
  [BT_TRACKER_MANY_HASHES] = "too many info_hash",
  [BT_TRACKER_NO_PEER_ID] = "peer_id is missing",
  [BT_TRACKER_BAD_PEER_ID] = "peer_id is not 20 bytes",
  [BT_TRACKER_NO_PORT] = "port is missing",
  [BT_TRACKER_BAD_PORT] = "port is not between 1 and 65535",
  [BT_TRACKER_BAD_UPLOADED] = "uploaded is not a number of bytes",
  [BT_TRACKER_BAD_DOWNLOADED] = "downloaded is not a number of bytes",
  [BT_TRACKER_BAD_LEFT] = "left is not a number of bytes",
  [BT_TRACKER_BAD_NUMWANT] = "numwant is not a number",
  [BT_TRACKER_BAD_CORRUPT] = "corrupt is not a number of bytes",
  [BT_TRACKER_BAD_REDUNDANT] = "redundant is not a number of bytes",
  [BT_TRACKER_MANY_PARAMETERS] = "too many parameters",
  [BT_TRACKER_BAD_PACKET] = "the packet is too short",
};

const char *
bt_tracker_problem_text (BtTrackerProblem problem)
{
  bt_assert ((unsigned) problem < BT_TRACKER_PROBLEMS);
  return texts[problem];
}
