/* trk-announce-route.h: what announces as JSON read. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol/tracker/bt-announce.h"

/* 20 characters, or 40 hexadecimal digits. */
bool trk_announce_read_peer_id (const char *text, uint8_t out[BT_PEER_ID_LEN]);
