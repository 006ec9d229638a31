/* trk-store-counts.c: completions and uses of tokens, gathered and brought into the tables.
 *
 * The journal's sequence number goes into the same transaction as what it numbers: so each
 * completion is counted once, however often the process dies. */
#include <stdlib.h>
#include <string.h>

#include "trk-store-private.h"

/* When there are too many rows, so large a part of them is forgotten at once. */
#define FORGET_PART 16u

static const char update_sql[]
    = "UPDATE completions SET completed = completed + ?2, touched = ?3 WHERE hash = ?1";
static const char insert_sql[]
    = "INSERT INTO completions (hash, completed, touched) VALUES (?1, ?2, ?3)";
static const char torrent_v1_sql[] = "UPDATE torrents SET completed = completed + ?2 WHERE v1 = ?1";
static const char torrent_v2_sql[]
    = "UPDATE torrents SET completed = completed + ?2 WHERE substr (v2, 1, 20) = ?1";
static const char reached_sql[] = "UPDATE journal SET reached = ?1 WHERE reached < ?1";
static const char use_sql[] = "UPDATE tokens SET used_at = ?2 WHERE id = ?1 AND used_at < ?2";
static const char forget_sql[]
    = "DELETE FROM completions WHERE hash IN"
      " (SELECT hash FROM completions ORDER BY touched, completed LIMIT ?1)";

void
trk_counted_init (TrkCounted *self, uint64_t max_rows)
{
  *self = (TrkCounted){ .completed = g_byte_array_new (),
                        .uses = g_array_new (FALSE, FALSE, sizeof (TrkTokenUse)),
                        .max_rows = max_rows };
}

void
trk_counted_clear (TrkCounted *self)
{
  g_clear_pointer (&self->completed, g_byte_array_unref);
  g_clear_pointer (&self->uses, g_array_unref);
}

void
trk_counted_drop (TrkCounted *self)
{
  g_byte_array_set_size (self->completed, 0);
  g_array_set_size (self->uses, 0);
}

static int
compare (const void *a, const void *b)
{
  return memcmp (a, b, BT_INFO_HASH_LEN);
}

static bool
write_hash (TrkCounted *self, TrkDb *db, const uint8_t *hash, size_t n)
{
  const TrkValue *values
      = TRK_VALUES (TRK_BLOB (hash, BT_INFO_HASH_LEN), TRK_INT (n), TRK_INT (self->reached));
  const TrkValue *two = TRK_VALUES (TRK_BLOB (hash, BT_INFO_HASH_LEN), TRK_INT (n));

  if (!trk_db_run (db, update_sql, values))
    return false;
  if (sqlite3_changes (db->db) == 0)
    {
      if (!trk_db_run (db, insert_sql, values))
        return false;
      self->n_rows++;
    }
  return trk_db_run (db, torrent_v1_sql, two) && trk_db_run (db, torrent_v2_sql, two);
}

/* Sorted, so that each hash is written once, in the order of the table. */
static bool
write_hashes (TrkCounted *self, TrkDb *db)
{
  const uint8_t *at = self->completed->data;
  size_t left = self->completed->len / BT_INFO_HASH_LEN;

  qsort (self->completed->data, left, BT_INFO_HASH_LEN, compare);
  while (left > 0)
    {
      size_t n = 1;

      while (n < left && compare (at, at + n * BT_INFO_HASH_LEN) == 0)
        n++;
      if (!write_hash (self, db, at, n))
        return false;
      at += n * BT_INFO_HASH_LEN;
      left -= n;
    }
  return true;
}

static bool
forget_some (TrkCounted *self, TrkDb *db)
{
  uint64_t n = self->n_rows - self->max_rows + self->max_rows / FORGET_PART;
  int64_t n_rows = 0;

  if (!trk_db_run (db, forget_sql, TRK_VALUES (TRK_INT (n)))
      || !trk_db_number (db, "SELECT count (*) FROM completions", NULL, &n_rows))
    return false;
  self->n_rows = (uint64_t) n_rows;
  return true;
}

bool
trk_counted_write (TrkCounted *self, TrkDb *db)
{
  if (self->completed->len > 0 && !write_hashes (self, db))
    return false;
  if (self->n_rows > self->max_rows && !forget_some (self, db))
    return false;
  for (guint i = 0; i < self->uses->len; i++)
    {
      const TrkTokenUse *use = &g_array_index (self->uses, TrkTokenUse, i);

      if (!trk_db_run (db, use_sql, TRK_VALUES (TRK_INT (use->id), TRK_INT (use->at))))
        return false;
    }
  return trk_db_run (db, reached_sql, TRK_VALUES (TRK_INT (self->reached)));
}
