/* trk-store-world.c: see the header. */
#include "trk-store-world.h"

#include <string.h>

#include <sqlite3.h>

#include "files-maker.h"
#include "protocol/core/bt-hex.h"

const TrkActor trk_store_somebody = { "somebody", "at home" };

static const char *const troubles[] = {
  [TRK_TROUBLE_SYSTEM] = "system",       [TRK_TROUBLE_IN_USE] = "in-use",
  [TRK_TROUBLE_CORRUPT] = "corrupt",     [TRK_TROUBLE_FOREIGN] = "foreign",
  [TRK_TROUBLE_NEWER] = "newer",         [TRK_TROUBLE_SUSPECT] = "suspect",
  [TRK_TROUBLE_NOT_FOUND] = "not-found", [TRK_TROUBLE_INVALID] = "invalid",
  [TRK_TROUBLE_CONFLICT] = "conflict",
};
static const char *const marks[] = { "none", "allowed", "pending", "denied" };
static const char *const scopes[] = { "admin", "register", "read" };
static const char *const hows[] = { "new", "there", "merged" };

const char *
trk_store_trouble_name (TrkTrouble trouble)
{
  return troubles[trouble];
}

const uint8_t *
trk_store_hash (unsigned n)
{
  static uint8_t room[4][32];
  static unsigned next;
  uint8_t *hash = room[next++ % G_N_ELEMENTS (room)];

  memset (hash, (int) n, 32);
  return hash;
}

/* --- answers --- */

/* @said is taken over, and does not count when there is a problem. */
static void
say (TrkStoreWorld *w, const TrkProblem *problem, char *said)
{
  g_assert_cmpuint (w->n_unanswered, >, 0);
  w->n_unanswered--;
  g_free (w->said);
  w->said = said;
  if (problem != NULL)
    {
      g_autofree char *text = trk_problem_text (problem);

      g_assert_cmpstr (text, !=, "");
      g_free (w->said);
      w->said = g_strconcat ("!", troubles[problem->trouble], NULL);
      w->trouble = problem->trouble;
      w->sys_errno = problem->sys_errno;
    }
  if (w->is_listening)
    g_string_append_printf (w->all, "%s%s", w->all->len > 0 ? " " : "", w->said);
}

void
trk_store_on_done (void *data, const TrkProblem *problem)
{
  say (data, problem, g_strdup ("ok"));
}

static void
on_opened (void *data, const TrkProblem *problem, const TrkStoreFound *found)
{
  TrkStoreWorld *w = data;

  w->found = *found;
  say (w, problem, g_strdup ("ok"));
}

static void
on_added (void *data, const TrkProblem *problem, TrkAddedHow how, int64_t id)
{
  ((TrkStoreWorld *) data)->id = id;
  say (data, problem, g_strdup_printf ("%s %d", hows[how], (int) id));
}

static void
on_got (void *data, const TrkProblem *problem, const TrkTorrent *t)
{
  say (data, problem,
       t == NULL ? g_strdup ("-")
                 : g_strdup_printf ("%d %s %s %d", (int) t->id, t->name, marks[t->state],
                                    (int) t->completed));
}

static void
on_listed (void *data, const TrkProblem *problem, const TrkTorrentPage *page)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%d:", (int) page->total);
  for (size_t i = 0; i < page->n; i++)
    g_string_append_printf (text, "%s %s", i > 0 ? "," : "", page->torrents[i].name);
  say (data, problem, g_string_free (text, FALSE));
}

static void
on_bytes (void *data, const TrkProblem *problem, GBytes *bytes)
{
  gsize len = 0;
  const char *at = bytes != NULL ? g_bytes_get_data (bytes, &len) : NULL;

  say (data, problem, at != NULL ? g_strndup (at, len) : g_strdup ("-"));
}

static void
on_marks (void *data, const TrkProblem *problem, const TrkMarkPage *page)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%d:", (int) page->total);
  for (size_t i = 0; i < page->n; i++)
    g_string_append_printf (text, "%s %02x %s", i > 0 ? "," : "", page->rows[i].hash[0],
                            marks[page->rows[i].mark]);
  say (data, problem, g_string_free (text, FALSE));
}

static void
on_imported (void *data, const TrkProblem *problem, uint64_t n_new, uint64_t n_changed)
{
  say (data, problem, g_strdup_printf ("%d new, %d changed", (int) n_new, (int) n_changed));
}

static void
on_setting (void *data, const TrkProblem *problem, const char *value)
{
  say (data, problem, g_strdup (value != NULL ? value : "-"));
}

static void
on_settings (void *data, const TrkProblem *problem, const TrkSettingRow *settings, size_t n)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s=%s", i > 0 ? ", " : "", settings[i].key, settings[i].value);
  say (data, problem, g_string_free (text, FALSE));
}

static void
on_made (void *data, const TrkProblem *problem, int64_t id)
{
  ((TrkStoreWorld *) data)->id = id;
  say (data, problem, g_strdup_printf ("token %d", (int) id));
}

static void
say_token (GString *text, const TrkToken *token)
{
  g_string_append_printf (text, "%d %s %s", (int) token->id, token->name, scopes[token->scope]);
  if (token->used_at != 0)
    g_string_append_printf (text, " used %d", (int) token->used_at);
  if (token->revoked_at != 0)
    g_string_append (text, " revoked");
}

static void
on_checked (void *data, const TrkProblem *problem, const TrkToken *token)
{
  GString *text = g_string_new (token == NULL ? "-" : NULL);

  if (token != NULL)
    say_token (text, token);
  say (data, problem, g_string_free (text, FALSE));
}

static void
on_tokens (void *data, const TrkProblem *problem, const TrkToken *tokens, size_t n)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < n; i++)
    {
      g_string_append (text, i > 0 ? ", " : "");
      say_token (text, &tokens[i]);
    }
  say (data, problem, g_string_free (text, FALSE));
}

static void
on_audit (void *data, const TrkProblem *problem, const TrkAuditRow *rows, size_t n)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < n; i++)
    g_string_append_printf (text, "%s%d %s %s %s %s", i > 0 ? "; " : "", (int) rows[i].id,
                            rows[i].who, rows[i].what, rows[i].subject, rows[i].detail);
  say (data, problem, g_string_free (text, FALSE));
}

static void
on_samples (void *data, const TrkProblem *problem, const TrkSample *samples, size_t n)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < n; i++)
    g_string_append_printf (text, "%s%d p%d a%d", i > 0 ? ", " : "", (int) samples[i].at,
                            (int) samples[i].values[TRK_MEASURE_PEERS],
                            (int) samples[i].values[TRK_MEASURE_ANNOUNCES]);
  say (data, problem, g_string_free (text, FALSE));
}

/* --- the world --- */

static void
on_primed (void *data, const uint8_t *hash, uint64_t completed)
{
  TrkStoreWorld *w = data;
  char *hex = g_malloc (2 * BT_INFO_HASH_LEN + 1);

  bt_hex_write (hash, BT_INFO_HASH_LEN, hex);
  g_hash_table_insert (w->primed, hex, GSIZE_TO_POINTER (completed));
}

void
trk_store_world_init (TrkStoreWorld *w)
{
  const uint8_t key[BT_SIPHASH_KEY_LEN] = { 7 };

  *w = (TrkStoreWorld){ .context = g_main_context_new () };
  w->reactor = btio_reactor_new (w->context);
  g_assert_nonnull (w->reactor);
  w->folder = files_folder ();
  w->path = g_build_filename (w->folder, "state", "tracker.db", NULL);
  w->lists = trk_lists_new (key);
  w->primed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  w->said = g_strdup ("-");
  w->all = g_string_new (NULL);
  w->config = (TrkStoreConfig){ .path = w->path,
                                .lists = w->lists,
                                .prime = on_primed,
                                .opened = on_opened,
                                .data = w,
                                .commit_ms = 3600 * 1000 };
}

void
trk_store_world_clear (TrkStoreWorld *w)
{
  if (w->store != NULL)
    trk_store_world_close (w);
  btio_reactor_free (w->reactor);
  g_main_context_unref (w->context);
  trk_lists_free (w->lists);
  g_hash_table_unref (w->primed);
  files_remove (w->folder);
  g_free (w->path);
  g_free (w->said);
  g_string_free (w->all, TRUE);
}

const char *
trk_store_world_wait (TrkStoreWorld *w)
{
  while (w->n_unanswered > 0)
    g_main_context_iteration (w->context, TRUE);
  return w->said;
}

const char *
trk_store_world_open (TrkStoreWorld *w)
{
  g_hash_table_remove_all (w->primed);
  w->n_unanswered++;
  w->store = trk_store_new (w->reactor, &w->config);
  g_assert_nonnull (w->store);
  return trk_store_world_wait (w);
}

static void
on_closed (void *data)
{
  ((TrkStoreWorld *) data)->store = NULL;
}

void
trk_store_world_close (TrkStoreWorld *w)
{
  trk_store_close (w->store, on_closed, w);
  while (w->store != NULL)
    g_main_context_iteration (w->context, TRUE);
  g_assert_cmpuint (w->n_unanswered, ==, 0);
}

void
trk_store_world_reopen (TrkStoreWorld *w)
{
  const uint8_t key[BT_SIPHASH_KEY_LEN] = { 8 };

  trk_store_world_close (w);
  trk_lists_free (w->lists);
  w->lists = w->config.lists = trk_lists_new (key);
  g_assert_cmpstr (trk_store_world_open (w), ==, "ok");
}

uint64_t
trk_store_primed (TrkStoreWorld *w, const uint8_t *hash)
{
  char hex[2 * BT_INFO_HASH_LEN + 1];

  bt_hex_write (hash, BT_INFO_HASH_LEN, hex);
  return GPOINTER_TO_SIZE (g_hash_table_lookup (w->primed, hex));
}

/* --- asking and waiting --- */

/* Counts the request, makes it, and waits for what is said. */
#define ASK(w, call) ((w)->n_unanswered++, (call), trk_store_world_wait (w))

TrkTorrent
trk_store_torrent (unsigned v1, unsigned v2, const char *name)
{
  return (TrkTorrent){ .v1 = v1 != 0 ? trk_store_hash (v1) : NULL,
                       .v2 = v2 != 0 ? trk_store_hash (v2) : NULL,
                       .name = name,
                       .size = 1000,
                       .piece_length = 16384,
                       .n_files = 1,
                       .registered_at = 1000 + v1 + v2,
                       .state = TRK_MARK_ALLOWED };
}

const char *
trk_store_put_torrent (TrkStoreWorld *w, const TrkTorrent *torrent, const char *files,
                       GBytes *bytes)
{
  return ASK (
      w, trk_store_torrent_add (w->store, torrent, files, bytes, &trk_store_somebody, on_added, w));
}

const char *
trk_store_put (TrkStoreWorld *w, unsigned v1, unsigned v2, const char *name)
{
  TrkTorrent torrent = trk_store_torrent (v1, v2, name);

  return trk_store_put_torrent (w, &torrent, NULL, NULL);
}

const char *
trk_store_get (TrkStoreWorld *w, int64_t id)
{
  const TrkTorrentKey key = { .id = id };

  return ASK (w, trk_store_torrent_get (w->store, &key, on_got, w));
}

const char *
trk_store_get_hash (TrkStoreWorld *w, const uint8_t *hash, size_t len)
{
  const TrkTorrentKey key = { .hash = hash, .hash_len = len };

  return ASK (w, trk_store_torrent_get (w->store, &key, on_got, w));
}

const char *
trk_store_list (TrkStoreWorld *w, const TrkTorrentQuery *query)
{
  return ASK (w, trk_store_torrent_list (w->store, query, on_listed, w));
}

const char *
trk_store_bytes (TrkStoreWorld *w, int64_t id)
{
  const TrkTorrentKey key = { .id = id };

  return ASK (w, trk_store_torrent_bytes (w->store, &key, on_bytes, w));
}

const char *
trk_store_remove (TrkStoreWorld *w, int64_t id)
{
  const TrkTorrentKey key = { .id = id };

  return ASK (w,
              trk_store_torrent_remove (w->store, &key, &trk_store_somebody, trk_store_on_done, w));
}

const char *
trk_store_judge (TrkStoreWorld *w, int64_t id, TrkMark state)
{
  const TrkTorrentKey key = { .id = id };

  return ASK (w, trk_store_torrent_set_state (w->store, &key, state, &trk_store_somebody,
                                              trk_store_on_done, w));
}

const char *
trk_store_mark (TrkStoreWorld *w, const uint8_t *hash, TrkMark mark)
{
  return ASK (w, trk_store_mark_set (w->store, hash, mark, "a note", &trk_store_somebody,
                                     trk_store_on_done, w));
}

const char *
trk_store_marks (TrkStoreWorld *w, TrkMark mark, uint64_t offset, uint32_t limit)
{
  return ASK (w, trk_store_mark_list (w->store, mark, offset, limit, on_marks, w));
}

const char *
trk_store_import (TrkStoreWorld *w, const uint8_t *hashes, size_t n, TrkMark mark)
{
  return ASK (w, trk_store_mark_import (w->store, hashes, n, mark, NULL, &trk_store_somebody,
                                        on_imported, w));
}

const char *
trk_store_set (TrkStoreWorld *w, const char *key, const char *value)
{
  const TrkSettingRow row = { key, value };

  return ASK (w,
              trk_store_setting_set (w->store, &row, 1, &trk_store_somebody, trk_store_on_done, w));
}

const char *
trk_store_setting (TrkStoreWorld *w, const char *key)
{
  return ASK (w, trk_store_setting_get (w->store, key, on_setting, w));
}

const char *
trk_store_settings (TrkStoreWorld *w)
{
  return ASK (w, trk_store_setting_list (w->store, on_settings, w));
}

const char *
trk_store_token (TrkStoreWorld *w, const char *name, TrkScope scope, unsigned secret,
                 int64_t expires_at)
{
  return ASK (w, trk_store_token_make (w->store, name, scope, trk_store_hash (secret), expires_at,
                                       &trk_store_somebody, on_made, w));
}

const char *
trk_store_check_token (TrkStoreWorld *w, unsigned secret, int64_t now)
{
  return ASK (w, trk_store_token_check (w->store, trk_store_hash (secret), now, on_checked, w));
}

const char *
trk_store_tokens (TrkStoreWorld *w)
{
  return ASK (w, trk_store_token_list (w->store, on_tokens, w));
}

const char *
trk_store_revoke (TrkStoreWorld *w, int64_t id)
{
  return ASK (w, trk_store_token_revoke (w->store, id, &trk_store_somebody, trk_store_on_done, w));
}

const char *
trk_store_audit (TrkStoreWorld *w, int64_t before, uint32_t limit)
{
  return ASK (w, trk_store_audit_list (w->store, before, limit, on_audit, w));
}

const char *
trk_store_sample (TrkStoreWorld *w, int64_t at, uint64_t peers, uint64_t announces)
{
  TrkSample sample = { .at = at };

  sample.values[TRK_MEASURE_PEERS] = peers;
  sample.values[TRK_MEASURE_ANNOUNCES] = announces;
  return ASK (w, trk_store_history_append (w->store, &sample, trk_store_on_done, w));
}

const char *
trk_store_samples (TrkStoreWorld *w, TrkSpan span, int64_t from, int64_t until, uint32_t limit)
{
  return ASK (w, trk_store_history_read (w->store, span, from, until, limit, on_samples, w));
}

const char *
trk_store_flushed (TrkStoreWorld *w)
{
  return ASK (w, trk_store_flush (w->store, trk_store_on_done, w));
}

const char *
trk_store_backed_up (TrkStoreWorld *w, const char *path)
{
  return ASK (w, trk_store_backup (w->store, path, trk_store_on_done, w));
}

const char *
trk_store_checked (TrkStoreWorld *w)
{
  return ASK (w, trk_store_check (w->store, trk_store_on_done, w));
}

typedef struct
{
  TrkStoreWorld *world;
  TrkStoreFigures figures;
} Measure;

static void
on_measured (void *data, const TrkProblem *problem, const TrkStoreFigures *figures)
{
  Measure *measure = data;

  measure->figures = *figures;
  say (measure->world, problem, g_strdup ("ok"));
}

TrkStoreFigures
trk_store_figures (TrkStoreWorld *w)
{
  Measure measure = { .world = w };

  g_assert_cmpstr (ASK (w, trk_store_measure (w->store, on_measured, &measure)), ==, "ok");
  return measure.figures;
}

/* --- the file --- */

void
trk_store_run_sql (const char *path, const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

int64_t
trk_store_ask_sql (const char *path, const char *sql)
{
  sqlite3 *db;
  sqlite3_stmt *statement;
  int64_t number;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return number;
}
