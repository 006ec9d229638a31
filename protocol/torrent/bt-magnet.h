/* bt-magnet.h: magnet URIs, read and written (BEP 9, BEP 53; web seeds as "ws").
 *
 * A magnet names a torrent by its info-hashes and says where to begin to look for it. Reading is
 * strict about the hashes and lenient about the rest: a tracker, web seed, peer or file that makes
 * no sense is left out. Nothing in a magnet is trusted: peers and URLs may name this very machine,
 * and whether to go there is for the engine's policy to say. One owner at a time; no locks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-digest.h"
#include "protocol/core/bt-error.h"
#include "protocol/torrent/bt-select-only.h"

/* What names a torrent: a hybrid has both. */
typedef struct
{
  bool has_v1;
  bool has_v2;
  uint8_t v1[BT_SHA1_LEN];   /* SHA-1 of the info dictionary (BEP 3) */
  uint8_t v2[BT_SHA256_LEN]; /* SHA-256 of it (BEP 52) */
} BtMagnetHashes;

/* Read the fields; fill them with the functions below, which keep the limits of bt-limits.h. */
typedef struct
{
  BtMagnetHashes hashes;
  char *name;      /* (nullable) UTF-8 */
  bool has_length; /* whether length is known */
  uint64_t length; /* bytes */

  /* Each of char *, without duplicates, in the order in which they were added. */
  GPtrArray *trackers;  /* URLs: http, https, udp, ws, wss */
  GPtrArray *web_seeds; /* URLs: http, https, ftp */
  GPtrArray *peers;     /* "host:port", as bt_host_port_parse() reads it */

  BtSelectOnly select_only;
} BtMagnet;

/* A magnet with nothing in it. (transfer full) */
BtMagnet *bt_magnet_new (void);

/* Accepts NULL. */
void bt_magnet_free (BtMagnet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BtMagnet, bt_magnet_free)

/* Reads a magnet URI, or a bare v1 info-hash of 40 hex or 32 base32 characters; all of @len bytes.
 * (transfer full) (nullable): on failure NULL, and @why says where: TOO_LARGE, NOT_MAGNET, NO_HASH,
 * BAD_HASH, BAD_ESCAPE or TWO_HASHES. */
BtMagnet *bt_magnet_parse (const char *text, size_t len, BtError *why);

void bt_magnet_set_v1 (BtMagnet *self, const uint8_t hash[BT_SHA1_LEN]);
void bt_magnet_set_v2 (BtMagnet *self, const uint8_t hash[BT_SHA256_LEN]);

/* Takes a copy; what is not UTF-8, and NUL, becomes U+FFFD. An empty name is no name. */
void bt_magnet_set_name (BtMagnet *self, const char *name, size_t len);

void bt_magnet_set_length (BtMagnet *self, uint64_t length);

/* Each takes a copy and says whether it was added: not when it is no clean URL or address, is there
 * already, or one of them too many. O(number of those there). */
bool bt_magnet_add_tracker (BtMagnet *self, const char *url, size_t len);
bool bt_magnet_add_web_seed (BtMagnet *self, const char *url, size_t len);
bool bt_magnet_add_peer (BtMagnet *self, const char *host_port, size_t len);

/* The canonical URI; there must be a hash. Parameters that would take it beyond BT_LIMIT_MAGNET are
 * left out, so that it can always be read again. (transfer full) */
char *bt_magnet_write (const BtMagnet *self);
