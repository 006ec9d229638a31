/* bt-metainfo.h: a parsed .torrent: what it holds, under which name the swarm knows it.
 *
 * Immutable once parsed and counted by references, so any thread may read it. It keeps the bytes
 * it was parsed from and points into them. Reads v1 (BEP 3), v2 and hybrids (BEP 52), with nodes
 * (BEP 5), tiers (BEP 12), web seeds (BEP 17, 19), private torrents (BEP 27), attributes (BEP 47).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-digest.h"
#include "protocol/core/bt-error.h"
#include "protocol/torrent/bt-layout.h"

/* Bits: a hybrid is both. */
typedef enum
{
  BT_FORMAT_V1 = 1,
  BT_FORMAT_V2 = 2,
  BT_FORMAT_HYBRID = 3
} BtFormat;

/* Whose bytes they are decides how large they may be (bt-limits.h). */
typedef enum
{
  BT_ORIGIN_STRANGER,
  BT_ORIGIN_OWN
} BtOrigin;

/* What was met that a better torrent would not have; none of it hinders. */
typedef enum
{
  BT_ODD_UNSORTED = 1 << 0,    /* dictionary keys out of order */
  BT_ODD_NUMBER_FORM = 1 << 1, /* numbers with leading zeros */
  BT_ODD_TRAILING = 1 << 2,    /* an end of line after the torrent */
  BT_ODD_NAMES = 1 << 3,       /* names that had to be changed for the disk */
  BT_ODD_URL = 1 << 4,         /* trackers or web seeds that are no URL, left out */
  BT_ODD_IGNORED = 1 << 5,     /* optional keys of a wrong type, left out */
  BT_ODD_LINK = 1 << 6,        /* symbolic links that lead nowhere in the torrent */
  BT_ODD_PIECE_LENGTH = 1 << 7 /* a v1 piece length that is not a power of two */
} BtOddity;

typedef struct
{
  const char *url;
  unsigned tier; /* from 0; trackers come sorted by tier */
} BtTracker;

typedef struct
{
  const char *url;
  bool single; /* BEP 17 ("httpseeds"); otherwise BEP 19 ("url-list") */
} BtWebSeed;

typedef struct
{
  const char *host; /* a name or an address, as the torrent has it */
  uint16_t port;
} BtNode;

typedef struct _BtMetainfo BtMetainfo;

/* Parses a .torrent. Keeps a reference on @torrent. NULL and @why when it is not one we accept.
 * O(bytes), one pass, and the hash of the info dictionary. */
BtMetainfo *bt_metainfo_parse (GBytes *torrent, BtOrigin origin, const BtDigestOps *ops,
                               BtError *why);

/* Parses an info dictionary alone, as peers hand it over (BEP 9): no trackers, and for v2 no piece
 * layers yet. */
BtMetainfo *bt_metainfo_parse_info (GBytes *info, BtOrigin origin, const BtDigestOps *ops,
                                    BtError *why);

BtMetainfo *bt_metainfo_ref (BtMetainfo *self);
void bt_metainfo_unref (BtMetainfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BtMetainfo, bt_metainfo_unref)

BtFormat bt_metainfo_format (const BtMetainfo *self);
uint32_t bt_metainfo_oddities (const BtMetainfo *self); /* BtOddity */

/* 20 bytes, or NULL for a v2-only torrent; 32 bytes, or NULL for a v1-only one. */
const uint8_t *bt_metainfo_info_hash_v1 (const BtMetainfo *self);
const uint8_t *bt_metainfo_info_hash_v2 (const BtMetainfo *self);

/* The torrent's name, cleaned for the disk: the file, or the folder that holds the files. */
const char *bt_metainfo_name (const BtMetainfo *self);
/* The same as the torrent spells it, where that is another one and safe, see bt_file_raw_path();
 * otherwise NULL. */
const char *bt_metainfo_raw_name (const BtMetainfo *self);
/* Whether the torrent is one file of that name, outside any folder. */
bool bt_metainfo_is_single_file (const BtMetainfo *self);

/* Files in the order of the torrent, pad files included. */
const BtLayout *bt_metainfo_layout (const BtMetainfo *self);
/* Bytes of the real files: without pads and gaps. */
uint64_t bt_metainfo_content_size (const BtMetainfo *self);
/* Real files: without pads. */
size_t bt_metainfo_n_real_files (const BtMetainfo *self);

/* The 20 bytes of v1 piece @piece; NULL for a v2-only torrent. */
const uint8_t *bt_metainfo_piece_v1 (const BtMetainfo *self, uint32_t piece);

/* The 32 bytes of the v2 subtree that covers @piece, which belongs to one file, and how high above
 * the leaves it stands; NULL for a v1-only torrent, for a piece of a pad, and where the layer is
 * not known yet. O(log files). */
const uint8_t *bt_metainfo_piece_v2 (const BtMetainfo *self, uint32_t piece);

/* Files of several pieces that have no piece layer: of what came as an info dictionary alone, and
 * of a torrent that somebody made without them (BEP 52 wants them there). O(files). */
size_t bt_metainfo_lacks_layers (const BtMetainfo *self);
bool bt_metainfo_lacks_layer (const BtMetainfo *self, size_t file);

/* Whether nothing proves the pieces of some file before its layer is here; of a hybrid the hashes
 * of v1 do. O(files). */
bool bt_metainfo_needs_layers (const BtMetainfo *self);

const BtTracker *bt_metainfo_trackers (const BtMetainfo *self, size_t *n);
const BtWebSeed *bt_metainfo_web_seeds (const BtMetainfo *self, size_t *n);
const BtNode *bt_metainfo_nodes (const BtMetainfo *self, size_t *n);

bool bt_metainfo_is_private (const BtMetainfo *self);
/* Texts are valid UTF-8, or NULL when absent. */
const char *bt_metainfo_comment (const BtMetainfo *self);
const char *bt_metainfo_created_by (const BtMetainfo *self);
const char *bt_metainfo_source (const BtMetainfo *self);
const char *bt_metainfo_update_url (const BtMetainfo *self); /* BEP 39 */
/* Seconds since 1970, or 0 when absent. */
int64_t bt_metainfo_creation_date (const BtMetainfo *self);

/* The whole input, and the info dictionary in it. */
GBytes *bt_metainfo_bytes (const BtMetainfo *self);
const uint8_t *bt_metainfo_info (const BtMetainfo *self, size_t *len);
