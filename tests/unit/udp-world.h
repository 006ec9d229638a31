/* udp-world.h: a tracker's service for tests of its UDP side, and the requests that it is sent. */
#pragma once

#include "protocol/tracker/bt-udp-tracker.h"
#include "tracker-server/front/trk-udp-answer.h"

typedef struct
{
  TrkServiceParts parts;
  TrkService *service;
  TrkUdpRules rules;
  unsigned n_journalled; /* completions */
} UdpWorld;

/* Every torrent is open; each source has so many requests and then one a second, or no limit at 0.
 */
void udp_world_init (UdpWorld *w, uint32_t burst);
void udp_world_clear (UdpWorld *w);

/* The policy's rule of that name, from the next turn on. */
void udp_world_set_believes (UdpWorld *w, bool believes);

uint64_t udp_world_count (UdpWorld *w, TrkCount which);

BtEndpoint udp_world_endpoint (const char *text);

/* A torrent's hash. */
void udp_world_hash (uint8_t number, uint8_t out[BT_INFO_HASH_LEN]);

/* An announce to torrent 1 from port 6881. */
BtAnnounceRequest udp_world_announce (uint64_t left, BtAnnounceEvent event);

/* Packets with a connection id; they return their length. */
size_t udp_world_write_announce (uint8_t *out, size_t size, uint64_t id,
                                 const BtAnnounceRequest *request, const char *url);
size_t udp_world_write_scrape (uint8_t *out, size_t size, uint64_t id, uint8_t n_hashes);
