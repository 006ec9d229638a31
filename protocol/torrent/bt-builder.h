/* bt-builder.h: writing a .torrent: canonical bencode of v1 (BEP 3), v2 and hybrids (BEP 52).
 *
 * The builder is filled by whoever hashed the files; it borrows everything and decides nothing but
 * the order of the keys. The same builder gives the same bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-buffer.h"
#include "protocol/core/bt-error.h"
#include "protocol/torrent/bt-metainfo.h"

typedef struct
{
  BtFormat format;
  const char *name; /* the file, or the folder of the files */
  bool single_file;
  uint64_t piece_length;

  /* The real files, without pads. For v2 and hybrids in bt_builder_compare_paths() order, with
   * root and layer where the length asks for them. */
  const BtFile *files;
  size_t n_files;
  const uint8_t *pieces_v1; /* 20 bytes each; NULL for v2 only */
  uint32_t n_pieces;

  bool is_private;    /* BEP 27 */
  const char *source; /* changes the info-hash, so that two trackers' torrents differ; or NULL */

  const BtTracker *trackers; /* sorted by tier */
  size_t n_trackers;
  const BtWebSeed *web_seeds;
  size_t n_web_seeds;
  const BtNode *nodes;
  size_t n_nodes;
  const char *comment; /* texts may be NULL */
  const char *created_by;
  int64_t creation_date; /* seconds since 1970; 0 leaves it out */
} BtBuilder;

/* The order of files in a v2 tree: component by component, raw bytes. Like strcmp. */
int bt_builder_compare_paths (const char *a, const char *b);

/* Writes the torrent. NULL when it would be larger than our own reader takes. (transfer full) */
GBytes *bt_builder_write (const BtBuilder *builder, BtError *why);

/* Writes the values of "announce" and "announce-list" for @trackers; the latter stays empty where
 * one tracker needs no list. */
void bt_builder_write_trackers (const BtTracker *trackers, size_t n, BtBuffer *announce,
                                BtBuffer *list);

/* Writes the value of "url-list" or "httpseeds"; nothing when there is no such seed. */
void bt_builder_write_web_seeds (const BtWebSeed *seeds, size_t n, bool single, BtBuffer *out);

/* Writes the value of "nodes". */
void bt_builder_write_nodes (const BtNode *nodes, size_t n, BtBuffer *out);
