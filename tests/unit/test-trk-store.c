/* test-trk-store.c: settings, tokens, marks, audit and history come back as they were kept, and the
 * lists are true at any time. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "trk-store-world.h"

typedef TrkStoreWorld World;

static void
begin (World *w)
{
  trk_store_world_init (w);
  g_assert_cmpstr (trk_store_world_open (w), ==, "ok");
}

static TrkMark
listed (World *w, unsigned hash)
{
  return trk_lists_get (w->lists, trk_store_hash (hash));
}

/* --- the file --- */

static void
test_owner_only (void)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-lock", ".completions" };
  World w;
  struct stat st;

  begin (&w);
  trk_store_set (&w, "a", "1");
  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (w.path, suffixes[i], NULL);

      g_assert_cmpint (stat (path, &st), ==, 0);
      g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
    }
  trk_store_world_clear (&w);
}

static void
test_in_use (void)
{
  World w;
  World other;

  begin (&w);
  trk_store_world_init (&other);
  other.config.path = w.path;
  g_assert_cmpstr (trk_store_world_open (&other), ==, "!in-use");
  g_assert_cmpstr (trk_store_set (&other, "a", "1"), ==, "!in-use");
  g_assert_cmpstr (trk_store_setting (&other, "a"), ==, "!in-use");
  g_assert_false (trk_store_completed (other.store, trk_store_hash (1), 1));
  g_assert_cmpstr (trk_store_flushed (&other), ==, "!in-use");
  trk_store_world_clear (&other);
  g_assert_cmpstr (trk_store_set (&w, "a", "1"), ==, "ok");
  trk_store_world_clear (&w);
}

/* One that is not right leaves none of them. */
static void
test_settings_together (void)
{
  World w;
  g_autofree char *long_key = g_strnfill (TRK_SETTING_KEY_MAX + 1, 'k');
  const TrkSettingRow good[] = { { "a", "1" }, { "b", "2" }, { "c", NULL }, { "a", "3" } };
  const TrkSettingRow bad[] = { { "a", "9" }, { long_key, "2" } };
  const TrkSettingRow empty[] = { { "a", "9" }, { "", "2" } };

  begin (&w);
  w.n_unanswered += 4;
  trk_store_setting_set (w.store, good, G_N_ELEMENTS (good), NULL, trk_store_on_done, &w);
  trk_store_setting_set (w.store, bad, G_N_ELEMENTS (bad), NULL, trk_store_on_done, &w);
  trk_store_setting_set (w.store, empty, G_N_ELEMENTS (empty), NULL, trk_store_on_done, &w);
  trk_store_setting_set (w.store, good, TRK_SETTINGS_AT_ONCE + 1, NULL, trk_store_on_done, &w);
  trk_store_world_wait (&w);
  g_assert_cmpstr (trk_store_settings (&w), ==, "a=3, b=2");
  trk_store_world_clear (&w);
}

/* Whatever waits is answered, each once and in order. */
static void
test_close_answers_all (void)
{
  World w;
  TrkStore *store;

  begin (&w);
  store = w.store;
  w.is_listening = true;
  for (unsigned i = 0; i < 200; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i);

      w.n_unanswered += 2;
      trk_store_setting_set (store, &(TrkSettingRow){ "key", value }, 1, NULL, trk_store_on_done,
                             &w);
      trk_store_check (store, trk_store_on_done, &w);
    }
  trk_store_world_close (&w);
  g_assert_cmpuint (w.all->len, ==, 400 * 3 - 1);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "ok");
  g_assert_cmpstr (trk_store_setting (&w, "key"), ==, "199");
  trk_store_world_clear (&w);
}

/* --- settings --- */

static void
test_settings (void)
{
  World w;
  g_autofree char *long_key = g_strnfill (TRK_SETTING_KEY_MAX + 1, 'k');
  g_autofree char *long_value = g_strnfill (TRK_SETTING_VALUE_MAX + 1, 'v');

  begin (&w);
  g_assert_cmpstr (trk_store_setting (&w, "a"), ==, "-");
  g_assert_cmpstr (trk_store_set (&w, "b", "2"), ==, "ok");
  g_assert_cmpstr (trk_store_set (&w, "a", "1"), ==, "ok");
  g_assert_cmpstr (trk_store_set (&w, "c", ""), ==, "ok");
  g_assert_cmpstr (trk_store_set (&w, "b", "3"), ==, "ok");
  trk_store_world_reopen (&w);
  g_assert_cmpstr (trk_store_setting (&w, "b"), ==, "3");
  g_assert_cmpstr (trk_store_settings (&w), ==, "a=1, b=3, c=");
  g_assert_cmpstr (trk_store_set (&w, "a", NULL), ==, "ok");
  g_assert_cmpstr (trk_store_set (&w, "a", NULL), ==, "ok");
  g_assert_cmpstr (trk_store_settings (&w), ==, "b=3, c=");
  g_assert_cmpstr (trk_store_set (&w, "", "1"), ==, "!invalid");
  g_assert_cmpstr (trk_store_set (&w, long_key, "1"), ==, "!invalid");
  g_assert_cmpstr (trk_store_set (&w, "d", long_value), ==, "!invalid");
  g_assert_cmpstr (trk_store_set (&w, "d", "\xff"), ==, "!invalid");
  g_assert_cmpstr (trk_store_settings (&w), ==, "b=3, c=");
  trk_store_world_clear (&w);
}

/* --- tokens --- */

static void
test_tokens (void)
{
  World w;

  begin (&w);
  g_assert_cmpstr (trk_store_token (&w, "ann", TRK_SCOPE_ADMIN, 1, 0), ==, "token 1");
  g_assert_cmpstr (trk_store_token (&w, "bob", TRK_SCOPE_READ, 2, 500), ==, "token 2");
  g_assert_cmpstr (trk_store_token (&w, "eve", TRK_SCOPE_REGISTER, 2, 0), ==, "!conflict");
  g_assert_cmpstr (trk_store_check_token (&w, 1, 400), ==, "1 ann admin");
  g_assert_cmpstr (trk_store_check_token (&w, 2, 499), ==, "2 bob read");
  g_assert_cmpstr (trk_store_check_token (&w, 2, 500), ==, "-");
  g_assert_cmpstr (trk_store_check_token (&w, 3, 400), ==, "-");
  g_assert_cmpstr (trk_store_flushed (&w), ==, "ok");
  g_assert_cmpstr (trk_store_tokens (&w), ==, "1 ann admin used 400, 2 bob read used 499");
  g_assert_cmpuint (trk_store_figures (&w).tokens, ==, 2);
  g_assert_cmpstr (trk_store_revoke (&w, 1), ==, "ok");
  g_assert_cmpstr (trk_store_check_token (&w, 1, 400), ==, "-");
  g_assert_cmpstr (trk_store_revoke (&w, 9), ==, "!not-found");
  trk_store_world_reopen (&w);
  g_assert_cmpstr (trk_store_check_token (&w, 1, 400), ==, "-");
  g_assert_cmpstr (trk_store_tokens (&w), ==, "1 ann admin used 400 revoked, 2 bob read used 499");
  g_assert_cmpuint (trk_store_figures (&w).tokens, ==, 1);
  trk_store_world_clear (&w);
}

/* --- marks --- */

static void
test_marks (void)
{
  World w;

  begin (&w);
  g_assert_cmpstr (trk_store_mark (&w, trk_store_hash (1), TRK_MARK_ALLOWED), ==, "ok");
  g_assert_cmpstr (trk_store_mark (&w, trk_store_hash (3), TRK_MARK_DENIED), ==, "ok");
  g_assert_cmpstr (trk_store_mark (&w, trk_store_hash (2), TRK_MARK_PENDING), ==, "ok");
  g_assert_cmpint (listed (&w, 1), ==, TRK_MARK_ALLOWED);
  g_assert_cmpint (listed (&w, 2), ==, TRK_MARK_PENDING);
  g_assert_cmpint (listed (&w, 3), ==, TRK_MARK_DENIED);
  g_assert_cmpstr (trk_store_marks (&w, TRK_MARK_NONE, 0, 200), ==,
                   "3: 01 allowed, 02 pending, 03 denied");
  g_assert_cmpstr (trk_store_marks (&w, TRK_MARK_NONE, 1, 1), ==, "3: 02 pending");
  g_assert_cmpstr (trk_store_marks (&w, TRK_MARK_DENIED, 0, 200), ==, "1: 03 denied");
  g_assert_cmpstr (trk_store_mark (&w, trk_store_hash (1), TRK_MARK_NONE), ==, "ok");
  g_assert_cmpstr (trk_store_mark (&w, trk_store_hash (3), TRK_MARK_ALLOWED), ==, "ok");
  trk_store_world_reopen (&w);
  g_assert_cmpuint (w.found.n_marks, ==, 2);
  g_assert_cmpuint (trk_lists_count (w.lists), ==, 2);
  g_assert_cmpint (listed (&w, 1), ==, TRK_MARK_NONE);
  g_assert_cmpint (listed (&w, 3), ==, TRK_MARK_ALLOWED);
  trk_store_world_clear (&w);
}

static void
test_import (void)
{
  World w;
  g_autofree uint8_t *hashes = g_malloc0 (1000 * BT_INFO_HASH_LEN);

  for (uint32_t i = 0; i < 1000; i++)
    memcpy (hashes + i * BT_INFO_HASH_LEN, &i, sizeof i);
  begin (&w);
  g_assert_cmpstr (trk_store_import (&w, hashes, 600, TRK_MARK_ALLOWED), ==, "600 new, 0 changed");
  g_assert_cmpstr (trk_store_import (&w, hashes, 1000, TRK_MARK_DENIED), ==,
                   "400 new, 600 changed");
  g_assert_cmpuint (trk_lists_count (w.lists), ==, 1000);
  g_assert_cmpint (trk_lists_get (w.lists, hashes), ==, TRK_MARK_DENIED);
  g_assert_cmpstr (trk_store_import (&w, hashes, 999, TRK_MARK_NONE), ==, "0 new, 999 changed");
  g_assert_cmpuint (trk_lists_count (w.lists), ==, 1);
  g_assert_cmpstr (trk_store_import (&w, hashes, 0, TRK_MARK_DENIED), ==, "0 new, 0 changed");
  trk_store_world_clear (&w);
}

/* A mark outranks what the torrent says, and lets it speak again when it is gone. */
static void
test_mark_outranks (void)
{
  World w;

  begin (&w);
  trk_store_mark (&w, trk_store_hash (1), TRK_MARK_DENIED);
  trk_store_put (&w, 1, 2, "name");
  g_assert_cmpint (listed (&w, 1), ==, TRK_MARK_DENIED);
  g_assert_cmpint (listed (&w, 2), ==, TRK_MARK_ALLOWED);
  trk_store_world_reopen (&w);
  g_assert_cmpint (listed (&w, 1), ==, TRK_MARK_DENIED);
  trk_store_judge (&w, 1, TRK_MARK_PENDING);
  g_assert_cmpint (listed (&w, 1), ==, TRK_MARK_DENIED);
  g_assert_cmpint (listed (&w, 2), ==, TRK_MARK_PENDING);
  trk_store_mark (&w, trk_store_hash (1), TRK_MARK_NONE);
  g_assert_cmpint (listed (&w, 1), ==, TRK_MARK_PENDING);
  trk_store_mark (&w, trk_store_hash (2), TRK_MARK_ALLOWED);
  trk_store_remove (&w, 1);
  g_assert_cmpint (listed (&w, 1), ==, TRK_MARK_NONE);
  g_assert_cmpint (listed (&w, 2), ==, TRK_MARK_ALLOWED);
  trk_store_world_clear (&w);
}

/* --- audit --- */

static void
test_audit (void)
{
  World w;
  const TrkAuditRow row
      = { .who = "ann", .what = "login", .subject = "1.2.3.4", .detail = "by token" };

  begin (&w);
  g_assert_cmpstr (trk_store_audit (&w, 0, 10), ==, "");
  trk_store_set (&w, "key", "secret");
  trk_store_revoke (&w, 7); /* fails, and leaves no entry */
  w.n_unanswered++;
  trk_store_audit_append (w.store, &row, trk_store_on_done, &w);
  trk_store_world_wait (&w);
  w.n_unanswered++;
  trk_store_setting_set (w.store, &(TrkSettingRow){ "key", "1" }, 1, NULL, trk_store_on_done,
                         &w); /* nobody did it */
  trk_store_world_wait (&w);
  trk_store_token (&w, "t", TRK_SCOPE_READ, 5, 0);
  g_assert_cmpstr (trk_store_audit (&w, 0, 10), ==,
                   "3 somebody token.make 1 at home; 2 ann login 1.2.3.4 by token; "
                   "1 somebody setting.set key at home");
  g_assert_cmpstr (trk_store_audit (&w, 3, 1), ==, "2 ann login 1.2.3.4 by token");
  g_assert_cmpstr (trk_store_audit (&w, 1, 10), ==, "");
  trk_store_world_clear (&w);
}

/* --- history --- */

static void
test_history (void)
{
  World w;

  begin (&w);
  trk_store_sample (&w, 0, 10, 5);
  trk_store_sample (&w, 61, 20, 6);
  trk_store_sample (&w, 119, 30, 7); /* the same minute */
  trk_store_sample (&w, 3600, 50, 1);
  trk_store_sample (&w, 86400, 7, 9);
  g_assert_cmpstr (trk_store_samples (&w, TRK_SPAN_MINUTE, 0, 100000, 100), ==,
                   "0 p10 a5, 60 p30 a7, 3600 p50 a1, 86400 p7 a9");
  g_assert_cmpstr (trk_store_samples (&w, TRK_SPAN_HOUR, 0, 100000, 100), ==,
                   "0 p20 a12, 3600 p50 a1, 86400 p7 a9");
  g_assert_cmpstr (trk_store_samples (&w, TRK_SPAN_DAY, 0, 100000, 100), ==,
                   "0 p35 a13, 86400 p7 a9");
  g_assert_cmpstr (trk_store_samples (&w, TRK_SPAN_MINUTE, 60, 3600, 100), ==, "60 p30 a7");
  g_assert_cmpstr (trk_store_samples (&w, TRK_SPAN_MINUTE, 0, 100000, 2), ==,
                   "3600 p50 a1, 86400 p7 a9");
  trk_store_world_clear (&w);
}

/* Minutes of more than a day ago and hours of more than 90 days ago are gone, days stay; and an
 * hour that is rolled up again has all of its minutes still. */
static void
test_history_is_a_ring (void)
{
  World w;
  const int64_t day = 86400;

  begin (&w);
  for (int64_t at = 0; at < 3 * 3600; at += 60)
    {
      w.n_unanswered++;
      trk_store_history_append (w.store, &(TrkSample){ .at = at, .values = { 3 } },
                                trk_store_on_done, &w);
    }
  trk_store_world_wait (&w);
  trk_store_sample (&w, day + 2 * 3600 + 1800, 1, 1);
  g_assert_cmpstr (trk_store_samples (&w, TRK_SPAN_MINUTE, 0, 2 * 3600, 9), ==, "");
  g_assert_cmpstr (trk_store_samples (&w, TRK_SPAN_HOUR, 0, day, 9), ==,
                   "0 p3 a0, 3600 p3 a0, 7200 p3 a0");
  trk_store_sample (&w, 91 * day, 1, 1);
  g_assert_cmpstr (trk_store_samples (&w, TRK_SPAN_HOUR, 0, day, 9), ==, "");
  g_assert_cmpstr (trk_store_samples (&w, TRK_SPAN_DAY, 0, 100 * day, 9), ==,
                   "0 p3 a0, 86400 p1 a1, 7862400 p1 a1");
  trk_store_world_clear (&w);
}

static void
test_measure_names (void)
{
  for (unsigned i = 0; i < TRK_MEASURES; i++)
    g_assert_cmpstr (trk_measure_name (i), !=, NULL);
}

/* --- counts --- */

static void
test_counts (void)
{
  World w;
  g_autofree uint8_t *hashes = g_malloc (3 * BT_INFO_HASH_LEN);

  memset (hashes, 1, BT_INFO_HASH_LEN);
  memset (hashes + BT_INFO_HASH_LEN, 2, BT_INFO_HASH_LEN);
  memset (hashes + 2 * BT_INFO_HASH_LEN, 1, BT_INFO_HASH_LEN);
  begin (&w);
  trk_store_put (&w, 1, 2, "hybrid");
  g_assert_true (trk_store_completed (w.store, hashes, 3));
  g_assert_true (trk_store_completed (w.store, trk_store_hash (3), 1));
  g_assert_cmpuint (trk_store_figures (&w).waiting, ==, 4);
  g_assert_cmpstr (trk_store_get (&w, 1), ==, "1 hybrid allowed 0");
  g_assert_cmpstr (trk_store_flushed (&w), ==, "ok");
  g_assert_cmpuint (trk_store_figures (&w).waiting, ==, 0);
  g_assert_cmpstr (trk_store_get (&w, 1), ==, "1 hybrid allowed 3");
  trk_store_put (&w, 3, 0, "late");
  g_assert_cmpstr (trk_store_get (&w, 2), ==, "2 late allowed 1");
  trk_store_completed (w.store, hashes, 1);
  trk_store_world_reopen (&w); /* closing commits */
  g_assert_cmpuint (w.found.n_replayed, ==, 0);
  g_assert_cmpuint (trk_store_primed (&w, trk_store_hash (1)), ==, 3);
  g_assert_cmpuint (trk_store_primed (&w, trk_store_hash (2)), ==, 1);
  g_assert_cmpuint (trk_store_primed (&w, trk_store_hash (3)), ==, 1);
  trk_store_remove (&w, 1);
  trk_store_put (&w, 1, 0, "again");
  g_assert_cmpstr (trk_store_get (&w, 3), ==, "3 again allowed 3");
  trk_store_world_clear (&w);
}

/* Those that were not touched for longest make room. */
static void
test_counts_are_bounded (void)
{
  World w;

  trk_store_world_init (&w);
  w.config.max_completions = 64;
  trk_store_world_open (&w);
  for (unsigned i = 1; i <= 100; i++)
    {
      trk_store_completed (w.store, trk_store_hash (i), 1);
      trk_store_completed (w.store, trk_store_hash (1), 1);
      trk_store_flushed (&w);
    }
  trk_store_world_reopen (&w);
  g_assert_cmpuint (w.found.n_completions, <=, 64);
  g_assert_cmpuint (w.found.n_completions, >=, 58);
  g_assert_cmpuint (trk_store_primed (&w, trk_store_hash (1)), ==, 101);
  g_assert_cmpuint (trk_store_primed (&w, trk_store_hash (2)), ==, 0);
  g_assert_cmpuint (trk_store_primed (&w, trk_store_hash (100)), ==, 1);
  trk_store_world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk-store/owner-only", test_owner_only);
  g_test_add_func ("/trk-store/in-use", test_in_use);
  g_test_add_func ("/trk-store/close-answers-all", test_close_answers_all);
  g_test_add_func ("/trk-store/settings", test_settings);
  g_test_add_func ("/trk-store/settings-together", test_settings_together);
  g_test_add_func ("/trk-store/tokens", test_tokens);
  g_test_add_func ("/trk-store/marks", test_marks);
  g_test_add_func ("/trk-store/import", test_import);
  g_test_add_func ("/trk-store/mark-outranks", test_mark_outranks);
  g_test_add_func ("/trk-store/audit", test_audit);
  g_test_add_func ("/trk-store/history", test_history);
  g_test_add_func ("/trk-store/history-is-a-ring", test_history_is_a_ring);
  g_test_add_func ("/trk-store/measure-names", test_measure_names);
  g_test_add_func ("/trk-store/counts", test_counts);
  g_test_add_func ("/trk-store/counts-are-bounded", test_counts_are_bounded);
  return g_test_run ();
}
