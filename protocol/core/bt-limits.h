/* bt-limits.h: every limit on what a stranger may make us hold, read or answer, in one table.
 *
 * A parser names the limits it applies; nothing else in the project repeats these numbers.
 * Sizes are in bytes, times in milliseconds. */
#pragma once

#include <stdint.h>

#define BT_KIB UINT64_C (1024)
#define BT_MIB (1024 * BT_KIB)

/* A .torrent that came from a stranger: metadata exchange, upload, URL. */
#define BT_LIMIT_TORRENT_SIZE (32 * BT_MIB)
#define BT_LIMIT_TORRENT_TOKENS 3000000u

/* A .torrent file of the person's own: a million files in v2 make 85 MB and 9 M tokens. */
#define BT_LIMIT_OWN_TORRENT_SIZE (256 * BT_MIB)
#define BT_LIMIT_OWN_TORRENT_TOKENS 32000000u

/* Both kinds of .torrent. */
#define BT_LIMIT_TORRENT_DEPTH 100u
#define BT_LIMIT_PIECES 4194304u
#define BT_LIMIT_PATH_DEPTH 100u
#define BT_LIMIT_NAME 255u
#define BT_LIMIT_COLLISIONS 500u
#define BT_LIMIT_TRACKERS 1000u
#define BT_LIMIT_WEB_SEEDS 1000u
#define BT_LIMIT_NODES 1000u
#define BT_LIMIT_URL 4096u

/* Piece length: what we accept in a torrent. BEP 52 asks v2 for a power of two of at least 16 KiB;
 * a v1 torrent of any positive length up to the upper bound is read. */
#define BT_LIMIT_PIECE_LENGTH (1024 * BT_MIB)
#define BT_BLOCK_LEN (16 * BT_KIB)

/* Magnet URIs (BEP 9, BEP 53). */
#define BT_LIMIT_MAGNET (64 * BT_KIB)
#define BT_LIMIT_MAGNET_PEERS 200u
#define BT_LIMIT_SELECT_ONLY 100000u

/* Bencode on the network. */
#define BT_LIMIT_NET_DEPTH 32u
#define BT_LIMIT_TRACKER_DEPTH 8u
#define BT_LIMIT_TRACKER_REPLY (1 * BT_MIB)

/* Trackers (BEP 3, 15, 48): values in a reply, hashes in a scrape, parameters in a query, requests
 * that one UDP tracker is asked at a time. */
#define BT_LIMIT_TRACKER_TOKENS 200000u
#define BT_LIMIT_SCRAPE_HTTP 64u
#define BT_LIMIT_SCRAPE_UDP 74u
#define BT_LIMIT_TRACKER_PARAMETERS 128u
#define BT_LIMIT_UDP_REQUESTS 64u

/* Peer wire. A bitfield may be as long as the torrent's pieces ask. */
#define BT_LIMIT_WIRE_MESSAGE (1 * BT_MIB + 9)
#define BT_LIMIT_REQUEST (128 * BT_KIB)
#define BT_LIMIT_EXTENDED_HANDSHAKE (1 * BT_MIB)
#define BT_LIMIT_EXTENDED_TOKENS 10000u
#define BT_LIMIT_PEX_ADDED 100u
#define BT_LIMIT_PEX_DROPPED 100u
#define BT_LIMIT_PEX_INTERVAL_MS 60000u
#define BT_LIMIT_REQUESTS_QUEUED 2000u
#define BT_LIMIT_REJECTS 50u
/* Messages that tell nothing new: so many at once, and so many a second. The busiest peers on a
 * fast line stay far below, and reading as many costs a hundredth of a core. */
#define BT_LIMIT_CHATTER 10000u
#define BT_LIMIT_CHATTER_PER_SECOND 1000u
#define BT_LIMIT_ALLOWED_FAST 10u
#define BT_LIMIT_METADATA_REQUESTS 64u
/* While the metadata is looked for: peers at once, and what is kept of what they said they have. */
#define BT_LIMIT_METADATA_PEERS 50u
#define BT_LIMIT_METADATA_MEMORY (4 * BT_MIB)
/* Hashes of a file's tree (BEP 52): in a message, and leaves, which cost reading 16 KiB each. */
#define BT_LIMIT_HASHES 8192u
#define BT_LIMIT_LEAVES 512u
/* Bytes that are read and hashed for a peer that asks for hashes: at once, and in a second. */
#define BT_LIMIT_HASHED_FOR_PEER (2048 * BT_MIB)
#define BT_LIMIT_HASHED_FOR_PEER_PER_SECOND (16 * BT_MIB)
#define BT_LIMIT_HANDSHAKE_MS 10000u
/* Message stream encryption: pieces of work of one or two exponentiations, a tenth of a core. */
#define BT_LIMIT_KEYS_PER_TURN 16u
#define BT_LIMIT_KEYS_PER_SECOND 1000u
#define BT_LIMIT_IDLE_PEER_MS 120000u
#define BT_LIMIT_BLOCK_REQUEST_MS 60000u
#define BT_LIMIT_SNUB_MS 60000u
#define BT_LIMIT_KEEP_ALIVE_MS 100000u
#define BT_LIMIT_PEER_RECEIVE_BUFFER (2 * BT_MIB)

/* What waits for a peer to read it: bytes of messages, of which the last part is kept for the small
 * ones that cannot wait, and blocks, which are references and not memory. */
#define BT_LIMIT_OUTBOX (1 * BT_MIB)
#define BT_LIMIT_OUTBOX_RESERVE (64 * BT_KIB)
#define BT_LIMIT_OUTBOX_BLOCKS 512u

/* Connections. */
#define BT_LIMIT_CONNECTS_PER_SECOND 30u
/* Addresses that a session remembers to have called within an hour. */
#define BT_LIMIT_CALLED (3600u * BT_LIMIT_CONNECTS_PER_SECOND)
#define BT_LIMIT_CONNECTIONS_PER_TORRENT 200u
#define BT_LIMIT_CONNECTIONS 2000u
#define BT_LIMIT_CANDIDATES 3000u
#define BT_LIMIT_CANDIDATES_STOPPED 1000u
#define BT_LIMIT_PEER_WISHES 1000u /* peers of a torrent that a person has limited */

/* The web front: JSON from outside, HTTP heads. */
#define BT_LIMIT_JSON_SIZE (64 * BT_KIB)
#define BT_LIMIT_JSON_DEPTH 32u
#define BT_LIMIT_JSON_ELEMENTS 10000u
#define BT_LIMIT_JSON_REPLY (16 * BT_MIB) /* that a client takes from a tracker's API */
#define BT_LIMIT_HTTP_HEAD (16 * BT_KIB)
#define BT_LIMIT_HTTP_LINES 100u

/* The tracker's HTTP connections: in all, of one source (an IPv4 address, an IPv6 /64), handed on
 * for pages and API, and on their way there; how long a head, a reply and a body may take and a
 * connection may be idle, and from which rate of bytes a second on a body or a page may take
 * longer. */
#define BT_LIMIT_HTTP_CONNECTIONS 16384u
#define BT_LIMIT_HTTP_PER_SOURCE 64u
#define BT_LIMIT_HTTP_HANDED 4096u
#define BT_LIMIT_HTTP_ON_THEIR_WAY 1024u
#define BT_LIMIT_HTTP_HEAD_MS 10000u
#define BT_LIMIT_HTTP_REPLY_MS 30000u
#define BT_LIMIT_HTTP_IDLE_MS 60000u
#define BT_LIMIT_HTTP_BODY_MS 30000u
#define BT_LIMIT_HTTP_BODY_RATE 2048u
#define BT_LIMIT_TLS_HANDSHAKES 8u
