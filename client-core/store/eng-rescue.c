/* eng-rescue.c: see eng-rescue-private.h. */
#include "eng-rescue-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/core/bt-hex.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-metainfo.h"

#define FLAG_METADATA "256" /* ENG_ROSTER_METADATA */
G_STATIC_ASSERT (ENG_ROSTER_METADATA == 256);

/* ENG_ROSTER_DELETING: no file is deleted because of what damage may have written. */
#define FLAG_DELETING "2048"
G_STATIC_ASSERT (ENG_ROSTER_DELETING == 2048);

typedef struct
{
  sqlite3 *old; /* read only */
  EngStoreDb new;
  int failure; /* of the new one: a result of SQLite */
} Rescue;

/* --- copying --- */

static sqlite3_stmt *
prepare (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;

  (void) sqlite3_prepare_v2 (db, sql, -1, &statement, NULL); /* NULL says it */
  return statement;
}

/* What the tables of ours forbid is left out. */
static bool
put (Rescue *r, sqlite3_stmt *from, sqlite3_stmt *to)
{
  int result;

  for (int i = 0; i < sqlite3_column_count (from); i++)
    (void) sqlite3_bind_value (to, i + 1, sqlite3_column_value (from, i));
  result = sqlite3_step (to);
  (void) sqlite3_reset (to); /* says what the step said */
  if (result == SQLITE_DONE)
    return true;
  if ((result & 0xff) != SQLITE_CONSTRAINT && (result & 0xff) != SQLITE_MISMATCH)
    r->failure = result;
  return false;
}

/* Rows of the old one, of one torrent with an @id, up to the first that cannot be read. How many
 * the new one has taken. */
static unsigned
copy (Rescue *r, const char *select, const char *insert, int64_t id)
{
  sqlite3_stmt *from = prepare (r->old, select);
  sqlite3_stmt *to = prepare (r->new.db, insert);
  unsigned n = 0;

  if (from != NULL && to != NULL)
    {
      (void) sqlite3_bind_int64 (from, 1, id); /* some have no parameter */
      while (r->failure == SQLITE_OK && sqlite3_step (from) == SQLITE_ROW)
        n += put (r, from, to);
    }
  (void) sqlite3_finalize (from);
  (void) sqlite3_finalize (to);
  return n;
}

/* --- which torrents there were --- */

/* Each way into the tables, up to the first page that cannot be read: of a table from both ends,
 * and of its indices. */
static const char *const ways[] = {
  "SELECT id FROM roster ORDER BY id",
  "SELECT id FROM roster ORDER BY id DESC",
  "SELECT id FROM roster INDEXED BY sqlite_autoindex_roster_1 WHERE v1 IS NOT NULL",
  "SELECT id FROM roster INDEXED BY sqlite_autoindex_roster_2 WHERE v2 IS NOT NULL",
  "SELECT torrent FROM sources ORDER BY torrent",
  "SELECT torrent FROM sources ORDER BY torrent DESC",
};

static int
compare_ids (const void *a, const void *b)
{
  const int64_t *first = a;
  const int64_t *second = b;

  return (*first > *second) - (*first < *second);
}

/* (transfer full): in their order, some more than once */
static GArray *
list_ids (sqlite3 *old)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (int64_t));

  for (size_t i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      sqlite3_stmt *statement = prepare (old, ways[i]);

      while (statement != NULL && sqlite3_step (statement) == SQLITE_ROW)
        {
          int64_t id = sqlite3_column_int64 (statement, 0);

          g_array_append_val (ids, id);
        }
      (void) sqlite3_finalize (statement);
    }
  g_array_sort (ids, compare_ids);
  return ids;
}

/* --- one torrent --- */

static bool
has_hash (sqlite3_stmt *row, int at, const uint8_t *hash, int len)
{
  return sqlite3_column_type (row, at) == SQLITE_NULL
         || (hash != NULL && sqlite3_column_bytes (row, at) == len
             && memcmp (sqlite3_column_blob (row, at), hash, (size_t) len) == 0);
}

/* Whether a metainfo is that of the row; a magnet is checked when it is read. */
static bool
is_sound (sqlite3_stmt *row)
{
  const void *bytes = sqlite3_column_blob (row, 2);
  g_autoptr (GBytes) data = NULL;
  g_autoptr (BtMetainfo) metainfo = NULL;
  BtError why = { 0 };

  if (bytes == NULL)
    return sqlite3_column_type (row, 3) == SQLITE_TEXT;
  data = g_bytes_new (bytes, (gsize) sqlite3_column_bytes (row, 2));
  metainfo = bt_metainfo_parse (data, BT_ORIGIN_OWN, btd_ops (), &why);
  return metainfo != NULL && has_hash (row, 0, bt_metainfo_info_hash_v1 (metainfo), BT_SHA1_LEN)
         && has_hash (row, 1, bt_metainfo_info_hash_v2 (metainfo), BT_SHA256_LEN);
}

/* (transfer full) */
static char *
magnet_of (sqlite3_stmt *row)
{
  GString *uri = g_string_new ("magnet:?");
  char hex[2 * BT_SHA256_LEN + 1];

  if (sqlite3_column_bytes (row, 0) == BT_SHA1_LEN)
    {
      bt_hex_write (sqlite3_column_blob (row, 0), BT_SHA1_LEN, hex);
      g_string_append_printf (uri, "xt=urn:btih:%s&", hex);
    }
  if (sqlite3_column_bytes (row, 1) == BT_SHA256_LEN)
    {
      bt_hex_write (sqlite3_column_blob (row, 1), BT_SHA256_LEN, hex);
      g_string_append_printf (uri, "xt=urn:btmh:1220%s&", hex);
    }
  g_string_truncate (uri, uri->len - 1);
  return g_string_free (uri, FALSE);
}

static int
run_with (sqlite3 *db, const char *sql, int64_t id, const char *text)
{
  sqlite3_stmt *statement = prepare (db, sql);

  (void) sqlite3_bind_int64 (statement, 1, id);
  if (text != NULL)
    (void) sqlite3_bind_text (statement, 2, text, -1, SQLITE_STATIC);
  (void) sqlite3_step (statement); /* or the next says it */
  return sqlite3_finalize (statement);
}

/* What is not proved by the hash is fetched anew. */
static void
mend_source (Rescue *r, int64_t id)
{
  sqlite3_stmt *row = prepare (r->new.db, "SELECT v1, v2, metainfo, magnet FROM roster"
                                          " LEFT JOIN sources ON torrent = id WHERE id = ?1");
  g_autofree char *magnet = NULL;

  (void) sqlite3_bind_int64 (row, 1, id);
  if (sqlite3_step (row) == SQLITE_ROW && !is_sound (row))
    magnet = magnet_of (row);
  (void) sqlite3_finalize (row); /* it was read only */
  if (magnet == NULL)
    return;
  r->failure = run_with (
      r->new.db, "INSERT OR REPLACE INTO sources (torrent, magnet) VALUES (?1, ?2)", id, magnet);
  if (r->failure == SQLITE_OK)
    r->failure = run_with (
        r->new.db, "UPDATE roster SET flags = flags & ~" FLAG_METADATA " WHERE id = ?1", id, NULL);
}

static bool
save_torrent (Rescue *r, int64_t id)
{
  if (copy (r,
            "SELECT id, v1, v2, name, folder, position, flags, added_at, completed_at, down_Bps,"
            " up_Bps, downloaded, uploaded, total, left_all, wanted, left_wanted"
            " FROM roster NOT INDEXED WHERE id = ?1",
            "INSERT INTO roster (id, v1, v2, name, folder, position, flags, added_at, completed_at,"
            " down_Bps, up_Bps, downloaded, uploaded, total, left_all, wanted, left_wanted)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7 & ~" FLAG_DELETING ", ?8, ?9, ?10, ?11, ?12, ?13,"
            " ?14, ?15, ?16, ?17)",
            id)
      == 0)
    return false;
  (void) copy (r, "SELECT torrent, metainfo, magnet, priorities FROM sources WHERE torrent = ?1",
               "INSERT INTO sources (torrent, metainfo, magnet, priorities)"
               " VALUES (?1, ?2, ?3, ?4)",
               id); /* what lacks is mended */
  mend_source (r, id);
  (void) copy (r, "SELECT torrent, url, tier, dropped FROM trackers WHERE torrent = ?1",
               "INSERT INTO trackers (torrent, url, tier, dropped) VALUES (?1, ?2, ?3, ?4)", id);
  return r->failure == SQLITE_OK;
}

/* What files are called; of what is in them nothing is claimed. */
static void
save_names (Rescue *r)
{
  (void) copy (
      r,
      "SELECT id, v1, v2, name, folder, added_at, saved_at, downloaded, uploaded, n_pieces,"
      " zeroblob ((n_pieces + 7) / 8) FROM torrents WHERE n_pieces BETWEEN 0 AND 67108864",
      "INSERT INTO torrents (id, v1, v2, name, folder, added_at, saved_at, downloaded,"
      " uploaded, n_pieces, have, dirty)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1)",
      0);
  (void) copy (r, "SELECT torrent, file, path, was FROM names",
               "INSERT INTO names (torrent, file, path, was) VALUES (?1, ?2, ?3, ?4)", 0);
}

/* --- all of it --- */

static void
save_all (Rescue *r, EngRescue *out)
{
  g_autoptr (GArray) ids = list_ids (r->old);
  int64_t last = 0;

  for (guint i = 0; i < ids->len && r->failure == SQLITE_OK; i++)
    {
      int64_t id = g_array_index (ids, int64_t, i);

      if (id == last)
        continue;
      last = id;
      if (save_torrent (r, id))
        out->n_saved++;
      else
        out->n_lost++;
    }
  save_names (r);
  (void) copy (r, "SELECT name, value FROM settings WHERE name <> '" ENG_STORE_CLEAN "'",
               "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)", 0);
  (void) copy (r, "SELECT torrent, span, until, rates FROM history",
               "INSERT INTO history (torrent, span, until, rates) VALUES (?1, ?2, ?3, ?4)", 0);
}

/* A file that is too short for what it says of itself is read as far as it goes. */
static sqlite3 *
open_old (const char *path)
{
  static const char settings[] = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                                 "PRAGMA writable_schema = ON; PRAGMA query_only = ON";
  sqlite3 *db = NULL;

  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
    (void) sqlite3_exec (db, settings, NULL, NULL, NULL); /* what follows fails likewise */
  return db;
}

static void
read_old (Rescue *r, const char *path, EngRescue *out)
{
  r->old = open_old (path);
  r->failure = sqlite3_exec (r->new.db, "BEGIN", NULL, NULL, NULL);
  if (r->failure == SQLITE_OK)
    save_all (r, out);
  if (r->failure == SQLITE_OK)
    r->failure = sqlite3_exec (r->new.db, "COMMIT", NULL, NULL, NULL);
  (void) sqlite3_close (r->old); /* it was read only */
  if (r->failure == SQLITE_OK)
    r->failure
        = sqlite3_wal_checkpoint_v2 (r->new.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

/* --- files --- */

static char *
rescue_path (const char *path)
{
  return g_strconcat (path, ".rescue", NULL);
}

static void
remove_database (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *file = g_strconcat (path, suffixes[i], NULL);

      (void) unlink (file); /* it may not be there */
    }
}

/* By the date: one that was put there before stays. (transfer full) */
static char *
aside_path (const char *path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d-%H%M%S");
  char *aside = g_strdup_printf ("%s.damaged-%s", path, date);

  for (int i = 2; g_file_test (aside, G_FILE_TEST_EXISTS); i++)
    {
      g_free (aside);
      aside = g_strdup_printf ("%s.damaged-%s-%d", path, date, i);
    }
  return aside;
}

/* Of these the last is what SQLite looks for. */
static bool
change_places (const char *path, const char *rescue, const char *aside)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool ok = fd >= 0 && eng_store_put_aside (path, aside);

  if (ok && (fsync (fd) != 0 || rename (rescue, path) != 0 || fsync (fd) != 0))
    ok = false;
  if (fd >= 0)
    close (fd);
  return ok;
}

void
eng_rescue_finish (const char *path)
{
  g_autofree char *rescue = rescue_path (path);
  g_autofree char *aside = NULL;
  g_autofree char *journal = NULL;
  g_autofree char *journal_aside = NULL;

  if (!g_file_test (rescue, G_FILE_TEST_EXISTS))
    return;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      remove_database (rescue); /* it was not done */
      return;
    }
  aside = aside_path (path);
  journal = g_strconcat (path, "-wal", NULL);
  journal_aside = g_strconcat (aside, "-wal", NULL);
  (void) rename (journal, journal_aside); /* it may have gone with the database */
  (void) rename (rescue, path);           /* or the list begins empty, and this is tried again */
}

bool
eng_rescue_run (EngStoreDb *self, EngRescue *out)
{
  g_autofree char *rescue = rescue_path (self->path);
  g_autofree char *aside = aside_path (self->path);
  Rescue r = { .new.path = rescue };

  (void) sqlite3_close (g_steal_pointer (&self->db)); /* nothing was written */
  *out = (EngRescue){ 0 };
  remove_database (rescue);
  eng_store_db_open_file (&r.new, false);
  if (r.new.db != NULL)
    read_old (&r, self->path, out);
  if (r.failure != SQLITE_OK)
    eng_store_db_explain (&r.new, r.failure, &r.new.fault);
  (void) sqlite3_close (r.new.db); /* it is on the device, or goes */
  if (!r.new.fault.is_set && !change_places (self->path, rescue, aside))
    eng_store_fault_set (&r.new.fault, ENG_STORE_SYSTEM, errno, self->path);
  eng_store_fault_clear (&self->fault);
  if (r.new.fault.is_set)
    {
      remove_database (rescue);
      self->fault = r.new.fault;
      return false;
    }
  out->aside = g_steal_pointer (&aside);
  eng_store_db_open_file (self, false);
  return self->db != NULL;
}
