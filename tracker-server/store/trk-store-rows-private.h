/* trk-store-rows-private.h: rows of torrents, as all that reads them needs them. */
#pragma once

#include "trk-store-private.h"
#include "tracker-server/store/trk-store-torrents.h"

/* The columns of a torrent, in the order that trk_torrent_read() wants. */
#define TRK_TORRENT_COLUMNS                                                                        \
  "id, v1, v2, name, size, piece_length, n_files, private, comment, category, tags, created_at,"   \
  " registered_at, registered_by, state, completed"

/* Reads the row; what it points to is kept by the job. */
void trk_torrent_read (TrkJob *job, sqlite3_stmt *statement, TrkTorrent *out);

/* A key that owns its hash. */
typedef struct
{
  int64_t id;
  size_t hash_len;
  uint8_t hash[32];
} TrkOwnKey;

void trk_own_key_init (TrkOwnKey *self, const TrkTorrentKey *key);

/* The id of the torrent that is meant; 0: there is none. */
bool trk_torrent_find (TrkDb *db, const TrkOwnKey *key, int64_t *id);

/* What FTS5 is asked for a person's text, whatever is in it; NULL when there is no word in it.
 * (transfer full) */
char *trk_words_query (const char *text);

/* Which torrents are in a set: a bit for each id. */
typedef struct
{
  uint8_t *bits; /* owned */
  int64_t max;   /* the highest id */
  uint64_t n;    /* bits that are set */
} TrkIdSet;

void trk_id_set_init (TrkIdSet *self, int64_t max);
void trk_id_set_clear (TrkIdSet *self);
bool trk_id_set_has (const TrkIdSet *self, int64_t id);
void trk_id_set_add (TrkIdSet *self, int64_t id);
void trk_id_set_remove (TrkIdSet *self, int64_t id);
