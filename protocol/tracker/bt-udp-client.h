/* bt-udp-client.h: asking one UDP tracker (BEP 15), without a socket and a clock.
 *
 * One machine for each address of a tracker. Requests share a connection id, which the machine gets
 * and renews, and are sent again while no answer comes: after 15 * 2^n seconds, n from 0 to 8. A
 * packet is taken when it comes from the tracker and answers a transaction that is under way; all
 * else is counted and ignored. Every request ends in exactly one event. One thread at a time.
 *
 *     request: WAITING for a connection id -> SENT -> DONE -> event
 *              SENT -> WAITING when the time is up and the id too old
 *     connect: under way while a request waits */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/tracker/bt-siphash.h"
#include "protocol/tracker/bt-udp-tracker.h"

#define BT_UDP_CLIENT_RETRIES 8u

typedef enum
{
  BT_UDP_CLIENT_ANNOUNCED,
  BT_UDP_CLIENT_SCRAPED,
  BT_UDP_CLIENT_REFUSED, /* the tracker said why */
  BT_UDP_CLIENT_TIMEOUT  /* it never answered */
} BtUdpClientOutcome;

/* How a request ended. What is lent stays until the next call on the machine. */
typedef struct
{
  BtUdpClientOutcome outcome;
  uint32_t request; /* as bt_udp_client_announce() or scrape() gave it */
  BtAnnounceReply announce;
  const BtScrapeEntry *entries; /* in the order of the request's hashes, which they repeat */
  size_t n_entries;             /* fewer than were asked for when the tracker cut the answer */
  BtLent text;                  /* REFUSED: any bytes */
} BtUdpClientEvent;

/* What was ignored, and why. */
typedef struct
{
  uint64_t wrong_source;
  uint64_t too_short;
  uint64_t wrong_transaction;
  uint64_t wrong_action; /* unknown, or not that of the transaction */
} BtUdpClientIgnored;

typedef struct
{
  BtEndpoint tracker;
  BtSipKey random; /* transaction ids come from it */
  uint64_t drawn;
  GArray *requests; /* of what bt-udp-client.c holds for each */
  uint32_t last_request;
  bool connecting; /* a connect is under way */
  bool send_connect;
  uint32_t connect_transaction;
  uint64_t connection_id;
  uint64_t connected_until_us; /* 0 without a connection id */
  uint8_t connect_packet[BT_UDP_CONNECT_LEN];
  uint8_t *lent; /* what the last output or event points to */
  GArray *entries;
  BtUdpClientIgnored ignored;
} BtUdpClient;

/* @seed is random and nobody else's. */
void bt_udp_client_init (BtUdpClient *self, const BtEndpoint *tracker,
                         const uint8_t seed[BT_SIPHASH_KEY_LEN]);
void bt_udp_client_clear (BtUdpClient *self);

/* Starts a request and returns its number; 0 when BT_LIMIT_UDP_REQUESTS are under way, or it is too
 * large for a packet. The values are copied. */
uint32_t bt_udp_client_announce (BtUdpClient *self, const BtAnnounceRequest *request,
                                 const BtLent *url_data, uint64_t now_us);
uint32_t bt_udp_client_scrape (BtUdpClient *self, const BtScrapeRequest *request, uint64_t now_us);

/* Forgets a request: no event comes of it. */
void bt_udp_client_cancel (BtUdpClient *self, uint32_t request);

/* Packets come from another address of ours from now on, for which the connection id is no good. */
void bt_udp_client_moved (BtUdpClient *self);

/* Takes a datagram; false when it was none of ours. */
bool bt_udp_client_input (BtUdpClient *self, const uint8_t *data, size_t len,
                          const BtEndpoint *from, uint64_t now_us);

/* The deadline has passed. Harmless at any other time. */
void bt_udp_client_tick (BtUdpClient *self, uint64_t now_us);

/* The next datagram to send to the tracker; false when there is none. */
bool bt_udp_client_next_output (BtUdpClient *self, BtLent *out);

/* The next request that ended; false when there is none. */
bool bt_udp_client_next_event (BtUdpClient *self, BtUdpClientEvent *out);

/* When to call tick; UINT64_MAX for never. */
uint64_t bt_udp_client_deadline (const BtUdpClient *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BtUdpClient, bt_udp_client_clear)
