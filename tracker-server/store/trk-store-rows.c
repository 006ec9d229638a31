/* trk-store-rows.c: a row of the catalogue as a TrkTorrent, and finding which one is meant. */
#include <string.h>

#include "trk-store-rows-private.h"

static const char by_id_sql[] = "SELECT id FROM torrents WHERE id = ?1";
static const char by_v1_sql[] = "SELECT id FROM torrents WHERE v1 = ?1";
static const char by_v2_sql[] = "SELECT id FROM torrents WHERE v2 = ?1";
static const char by_short_sql[] = "SELECT id FROM torrents WHERE substr (v2, 1, 20) = ?1";

static const uint8_t *
keep_hash (TrkJob *job, sqlite3_stmt *s, int column)
{
  int len = sqlite3_column_bytes (s, column);

  return len > 0 ? trk_job_keep (job, sqlite3_column_blob (s, column), (size_t) len) : NULL;
}

void
trk_torrent_read (TrkJob *job, sqlite3_stmt *s, TrkTorrent *out)
{
  *out = (TrkTorrent){ .id = sqlite3_column_int64 (s, 0),
                       .v1 = keep_hash (job, s, 1),
                       .v2 = keep_hash (job, s, 2),
                       .name = trk_job_keep_column (job, s, 3),
                       .size = (uint64_t) sqlite3_column_int64 (s, 4),
                       .piece_length = (uint64_t) sqlite3_column_int64 (s, 5),
                       .n_files = (uint64_t) sqlite3_column_int64 (s, 6),
                       .is_private = sqlite3_column_int (s, 7) != 0,
                       .comment = trk_job_keep_column (job, s, 8),
                       .category = trk_job_keep_column (job, s, 9),
                       .tags = trk_job_keep_column (job, s, 10),
                       .created_at = sqlite3_column_int64 (s, 11),
                       .registered_at = sqlite3_column_int64 (s, 12),
                       .registered_by = sqlite3_column_int64 (s, 13),
                       .state = (TrkMark) sqlite3_column_int (s, 14),
                       .completed = (uint64_t) sqlite3_column_int64 (s, 15) };
}

void
trk_own_key_init (TrkOwnKey *self, const TrkTorrentKey *key)
{
  *self = (TrkOwnKey){ .id = key->id };
  if (key->hash == NULL || key->hash_len > sizeof self->hash)
    return;
  self->hash_len = key->hash_len;
  memcpy (self->hash, key->hash, key->hash_len);
}

bool
trk_torrent_find (TrkDb *db, const TrkOwnKey *key, int64_t *id)
{
  const TrkValue *hash = TRK_VALUES (TRK_BLOB (key->hash, key->hash_len));

  *id = 0;
  if (key->id != 0)
    (void) trk_db_number (db, by_id_sql, TRK_VALUES (TRK_INT (key->id)), id); /* or 0 stays */
  else if (key->hash_len == 32)
    (void) trk_db_number (db, by_v2_sql, hash, id);
  else if (key->hash_len == BT_INFO_HASH_LEN && !trk_db_number (db, by_v1_sql, hash, id))
    (void) trk_db_number (db, by_short_sql, hash, id);
  return db->failure == SQLITE_OK;
}
