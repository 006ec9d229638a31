/* bt-announce.h: an announce and its answer as plain values, whatever carries them (BEP 3, 7, 15,
 * 21, 23, 24, 31).
 *
 * Client and tracker share them: bt-http-announce.h and bt-udp-tracker.h read and write them. Lent
 * bytes point into what was parsed, or into what the caller wants written. A v2 info-hash is cut to
 * 20 bytes (BEP 52). Nothing is allocated. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-endpoint.h"

#define BT_INFO_HASH_LEN 20
#define BT_PEER_ID_LEN 20

/* "left" of a client that does not know the size yet, and of one that said nothing sensible. */
#define BT_LEFT_UNKNOWN ((uint64_t) INT64_MAX)

/* BtAnnounceReply.retry_min: never ask again. */
#define BT_RETRY_NEVER UINT32_MAX

/* A count that was not said. */
#define BT_UNSAID INT64_C (-1)

/* Bytes that belong to somebody else; @bytes is NULL when there are none to speak of. */
typedef struct
{
  const uint8_t *bytes;
  size_t len;
} BtLent;

/* The values are those of BEP 15; it has none for PAUSED (BEP 21), for which 4 is in use. */
typedef enum
{
  BT_ANNOUNCE_NONE,
  BT_ANNOUNCE_COMPLETED,
  BT_ANNOUNCE_STARTED,
  BT_ANNOUNCE_STOPPED,
  BT_ANNOUNCE_PAUSED
} BtAnnounceEvent;

typedef struct
{
  uint8_t info_hash[BT_INFO_HASH_LEN];
  uint8_t peer_id[BT_PEER_ID_LEN];
  uint16_t port; /* 0 only when stopped */
  BtAnnounceEvent event;
  uint64_t uploaded; /* bytes, below 2^63 like the others */
  uint64_t downloaded;
  uint64_t left; /* or BT_LEFT_UNKNOWN */
  uint64_t corrupt;
  uint64_t redundant;
  int32_t numwant; /* negative: as many as the tracker likes */
  uint32_t key;    /* tells two clients behind one address apart; any other text is folded */
  bool has_key;
  bool compact; /* BEP 23; false asks for dictionaries */
  bool no_peer_id;
  bool supports_crypto;
  bool requires_crypto;
  BtEndpoint ipv4; /* what the client says of itself, seldom to be believed; port 0 if unsaid */
  BtEndpoint ipv6;
  BtLent tracker_id; /* parsed from HTTP it is still escaped: bt_url_decode() */
} BtAnnounceRequest;

/* How a reply lists its peers. */
typedef enum
{
  BT_PEERS_COMPACT,      /* BEP 23, BEP 7 */
  BT_PEERS_DICTIONARIES, /* BEP 3, with peer ids where they are known */
  BT_PEERS_WITHOUT_IDS
} BtPeersForm;

/* A failure has @failure set and may have intervals and @retry_min; all the rest is success. */
typedef struct
{
  uint32_t interval_s;     /* 0: unsaid */
  uint32_t min_interval_s; /* 0: unsaid */
  int64_t complete;        /* seeders; BT_UNSAID like the others */
  int64_t incomplete;
  int64_t downloaded;      /* how often the torrent was completed */
  int64_t downloaders;     /* incomplete without partial seeds (BEP 21) */
  BtEndpoint external;     /* the address that the tracker sees (BEP 24); its port is 0 */
  BtLent peers_v4;         /* compact, 6 bytes each */
  BtLent peers_v6;         /* compact, 18 bytes each */
  const uint8_t *peer_ids; /* to write: 20 bytes each, those of v4 first; NULL: not known */
  BtLent tracker_id;
  BtLent warning;
  BtLent failure;
  uint32_t retry_min; /* minutes (BEP 31), 0: unsaid, or BT_RETRY_NEVER */
  uint32_t
      n_bad_peers; /* read: how many were dropped, for port 0 or a name in place of an address */
} BtAnnounceReply;

/* One peer that a tracker named. */
typedef struct
{
  BtEndpoint endpoint;
  bool has_id;
  uint8_t id[BT_PEER_ID_LEN];
} BtTrackerPeer;

/* No hash, id and port yet; left unknown, numwant unsaid, compact. */
void bt_announce_request_init (BtAnnounceRequest *request);

/* Nothing said at all. */
void bt_announce_reply_init (BtAnnounceReply *reply);

/* How many peers to give: @usual when the client did not say, never more than @max. */
uint32_t bt_announce_numwant (const BtAnnounceRequest *request, uint32_t usual, uint32_t max);

/* How the client wants its peers over HTTP. */
BtPeersForm bt_announce_peers_form (const BtAnnounceRequest *request);

/* Appends the peers of the compact lists to @peers (of BtTrackerPeer), at most BT_LIMIT_CANDIDATES
 * of a family, and counts those of port 0 in n_bad_peers instead. */
void bt_announce_reply_peers (BtAnnounceReply *reply, GArray *peers);

/* A lent C string. */
BtLent bt_lent_text (const char *text);
