/* bt-peer-id.h: the 20 bytes by which a peer calls itself, and what they tell of its program
 * (BEP 20).
 *
 * An id is what a stranger claims; it decides nothing and is for people to look at. Whatever comes
 * out is printable ASCII of bounded length. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BT_PEER_ID_LEN 20

/* How our own ids begin: Azureus style, version 0.1.0. */
#define BT_PEER_ID_PREFIX "-SH0100-"
#define BT_PEER_ID_RANDOM (BT_PEER_ID_LEN - 8)

/* Room for name and version, with closing NUL. */
#define BT_PEER_ID_NAME 32
#define BT_PEER_ID_VERSION 24
#define BT_PEER_ID_TEXT (BT_PEER_ID_NAME + BT_PEER_ID_VERSION)

typedef struct
{
  char name[BT_PEER_ID_NAME];       /* "qBittorrent"; of an unknown program its two letters */
  char version[BT_PEER_ID_VERSION]; /* "4.6.3"; empty when the id has none */
} BtPeerClient;

/* Our prefix and @random. */
void bt_peer_id_make (const uint8_t random[BT_PEER_ID_RANDOM], uint8_t out[BT_PEER_ID_LEN]);

/* Reads the program from an id. False, with both texts empty, when it follows no known style. */
bool bt_peer_id_client (const uint8_t id[BT_PEER_ID_LEN], BtPeerClient *out);

/* The same in one line: "qBittorrent 4.6.3". Of an id of no known style: its bytes, with a dot for
 * each that is not printable. Returns the length. */
size_t bt_peer_id_write (const uint8_t id[BT_PEER_ID_LEN], char out[BT_PEER_ID_TEXT]);
