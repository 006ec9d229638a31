/* bt-udp-tracker.h: the packets of the UDP tracker protocol, both sides (BEP 15, 21, 41).
 *
 * Packets may be longer than their fixed part. Lent bytes point into the packet. Every writer
 * returns the length of the packet, or 0 when it does not fit into @size. Nothing is allocated. Any
 * thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/tracker/bt-announce.h"
#include "protocol/tracker/bt-scrape.h"
#include "protocol/tracker/bt-tracker-problem.h"

#define BT_UDP_CONNECT_LEN 16
#define BT_UDP_ANNOUNCE_LEN 98
#define BT_UDP_SCRAPE_HEAD_LEN 16
#define BT_UDP_SCRAPE_ENTRY_LEN 12
#define BT_UDP_ANNOUNCE_REPLY_HEAD_LEN 20
#define BT_UDP_ERROR_HEAD_LEN 8

typedef enum
{
  BT_UDP_CONNECT,
  BT_UDP_ANNOUNCE,
  BT_UDP_SCRAPE,
  BT_UDP_ERROR,
  BT_UDP_JUNK /* nothing to answer */
} BtUdpAction;

/* What every request starts with. */
typedef struct
{
  uint64_t connection_id; /* of a connect: the protocol's constant */
  uint32_t transaction_id;
} BtUdpHead;

/* The tracker: says what a datagram is, before anything else is looked at: a whole CONNECT, or an
 * ANNOUNCE or SCRAPE of sufficient length, of which the connection id is to be checked next. JUNK
 * deserves no answer. */
BtUdpAction bt_udp_request_peek (const uint8_t *data, size_t len, BtUdpHead *out);

/* The tracker: reads an announce that peek() found; port 0 is refused unless it is stopped.
 * @options are the bytes behind the fixed part. On a problem @out is undefined. */
BtTrackerProblem bt_udp_announce_parse (const uint8_t *data, size_t len, BtAnnounceRequest *out,
                                        BtLent *options);

/* Joins the path and query of the tracker's URL from the options (BEP 41) into @out and returns its
 * length; what passes @size is cut. Unknown options are skipped; a broken one ends them. @said,
 * which may be NULL, tells an empty URL from none. */
size_t bt_udp_url_data (const BtLent *options, uint8_t *out, size_t size, bool *said);

/* The tracker: reads a scrape that peek() found. Bytes behind the last whole hash are ignored. */
BtTrackerProblem bt_udp_scrape_parse (const uint8_t *data, size_t len, BtScrapeRequest *out);

/* The tracker's answers. An announce lists the peers of @family, as many as fit whole; a scrape has
 * its entries in the order of the request. */
size_t bt_udp_connect_reply_write (uint8_t *out, size_t size, uint32_t transaction_id,
                                   uint64_t connection_id);
size_t bt_udp_announce_reply_write (uint8_t *out, size_t size, uint32_t transaction_id,
                                    const BtAnnounceReply *reply, BtFamily family);
size_t bt_udp_scrape_reply_write (uint8_t *out, size_t size, uint32_t transaction_id,
                                  const BtScrapeEntry *entries, size_t n);
size_t bt_udp_error_write (uint8_t *out, size_t size, uint32_t transaction_id, const BtLent *text);

/* The client's requests. @url_data is the path and query of the tracker's URL, or has NULL bytes to
 * send no option. A request is written for connection id 0: bt_udp_request_set_id(). */
size_t bt_udp_connect_write (uint8_t *out, size_t size, uint32_t transaction_id);
size_t bt_udp_announce_write (uint8_t *out, size_t size, uint32_t transaction_id,
                              const BtAnnounceRequest *request, const BtLent *url_data);
size_t bt_udp_scrape_write (uint8_t *out, size_t size, uint32_t transaction_id,
                            const BtScrapeRequest *request);
void bt_udp_request_set_id (uint8_t *packet, uint64_t connection_id);

/* The client: what an answer says of itself; false when it has not even that. */
bool bt_udp_reply_peek (const uint8_t *data, size_t len, uint32_t *action,
                        uint32_t *transaction_id);

/* The client: reads an answer of the action that peek() said. False when it is too short. A scrape
 * is read by entry: @i below the number of hashes that were asked for. */
bool bt_udp_connect_reply_parse (const uint8_t *data, size_t len, uint64_t *connection_id);
bool bt_udp_announce_reply_parse (const uint8_t *data, size_t len, BtFamily family,
                                  BtAnnounceReply *out);
bool bt_udp_scrape_reply_parse (const uint8_t *data, size_t len, size_t i, BtScrapeEntry *out);
bool bt_udp_error_parse (const uint8_t *data, size_t len, BtLent *text);
