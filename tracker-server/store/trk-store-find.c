/* trk-store-find.c: a page of the catalogue: what is found, sorted, and how much there is of it.
 *
 * What is found becomes a set of ids, so that its size is the total. It is sorted by itself, or met
 * by walking the index of the order, whichever is less to read. Without a text and a category no
 * set is needed: there is an index of each state in each order, and states are counted as they
 * change.
 */
#include <string.h>

#include "trk-store-rows-private.h"

/* To look up what one torrent is sorted by costs as much as so many steps of a walk. */
#define LOOK_UP_COST 32u

typedef struct
{
  TrkJob job;
  TrkTorrentQuery query; /* its category is kept by the job */
  char *words;           /* owned; NULL: all */
  bool nothing;          /* the text has no word */
  TrkTorrent torrents[TRK_PAGE_MAX];
  TrkTorrentPage page;
  TrkTorrentsListed listed;
} ListJob;

/* Each walks one index, in either direction. */
#define WALK(key, condition)                                                                       \
  {                                                                                                \
    "SELECT id FROM torrents " condition " ORDER BY " key ", id LIMIT ?2 OFFSET ?3",               \
        "SELECT id FROM torrents " condition " ORDER BY " key " DESC, id DESC LIMIT ?2 OFFSET ?3"  \
  }
#define WALKS(condition)                                                                           \
  {                                                                                                \
    [TRK_SORT_ADDED] = WALK ("registered_at", condition),                                          \
    [TRK_SORT_NAME] = WALK ("sort_name", condition), [TRK_SORT_SIZE] = WALK ("size", condition),   \
    [TRK_SORT_COMPLETED] = WALK ("completed", condition)                                           \
  }
static const char *const walks[][2] = WALKS ("");
static const char *const walks_of_state[][2] = WALKS ("WHERE state = ?1");

static const char *const keys[] = {
  [TRK_SORT_ADDED] = "SELECT registered_at FROM torrents WHERE id = ?1",
  [TRK_SORT_NAME] = "SELECT sort_name FROM torrents WHERE id = ?1",
  [TRK_SORT_SIZE] = "SELECT size FROM torrents WHERE id = ?1",
  [TRK_SORT_COMPLETED] = "SELECT completed FROM torrents WHERE id = ?1",
};

static const char words_sql[] = "SELECT rowid FROM words WHERE words MATCH ?1";
static const char category_sql[] = "SELECT id FROM torrents WHERE category = ?1";
static const char state_sql[] = "SELECT id FROM torrents WHERE state = ?1";
static const char count_states_sql[] = "SELECT state, n FROM states";
static const char max_sql[] = "SELECT coalesce (max (id), 0) FROM torrents";
static const char get_sql[] = "SELECT " TRK_TORRENT_COLUMNS " FROM torrents WHERE id = ?1";

static ListJob *
self_of (TrkJob *job)
{
  return (ListJob *) (void *) job;
}

/* --- what is found --- */

typedef struct
{
  uint64_t n_of[TRK_MARK_DENIED + 1]; /* torrents, by state */
  uint64_t n_torrents;
  bool all; /* but for what is in the set, which is small */
  TrkIdSet set;
} Found;

static bool
has (const Found *found, int64_t id)
{
  return trk_id_set_has (&found->set, id) != found->all;
}

static bool
add_ids (TrkDb *db, const char *sql, TrkValue value, TrkIdSet *set)
{
  sqlite3_stmt *s = trk_db_query (db, sql, TRK_VALUES (value));

  while (trk_db_step (db, s))
    trk_id_set_add (set, sqlite3_column_int64 (s, 0));
  return db->failure == SQLITE_OK;
}

/* A second condition takes away what it does not hold for. */
static bool
narrow (TrkDb *db, const char *sql, TrkValue value, Found *found)
{
  TrkIdSet both;
  sqlite3_stmt *s;

  if (found->all)
    {
      found->all = false;
      return add_ids (db, sql, value, &found->set);
    }
  trk_id_set_init (&both, found->set.max);
  s = trk_db_query (db, sql, TRK_VALUES (value));
  while (trk_db_step (db, s))
    if (trk_id_set_has (&found->set, sqlite3_column_int64 (s, 0)))
      trk_id_set_add (&both, sqlite3_column_int64 (s, 0));
  trk_id_set_clear (&found->set);
  found->set = both;
  return db->failure == SQLITE_OK;
}

static bool
count_states (TrkDb *db, Found *found)
{
  sqlite3_stmt *s = trk_db_query (db, count_states_sql, NULL);

  while (trk_db_step (db, s))
    {
      int state = sqlite3_column_int (s, 0);

      found->n_of[CLAMP (state, 0, TRK_MARK_DENIED)] = (uint64_t) sqlite3_column_int64 (s, 1);
      found->n_torrents += (uint64_t) sqlite3_column_int64 (s, 1);
    }
  return db->failure == SQLITE_OK;
}

/* Few torrents have a state that is not wanted, usually: then it is these that are looked for, and
 * taken away. */
static bool
narrow_states (TrkDb *db, unsigned states, Found *found)
{
  uint64_t n[2] = { 0, 0 }; /* that are not wanted, and wanted */
  bool adds;

  for (int state = TRK_MARK_ALLOWED; state <= TRK_MARK_DENIED; state++)
    n[(states & 1u << state) != 0] += found->n_of[state];
  adds = found->all && n[1] < n[0];
  for (int state = TRK_MARK_ALLOWED; state <= TRK_MARK_DENIED; state++)
    {
      sqlite3_stmt *s;

      if (((states & 1u << state) != 0) != adds)
        continue;
      s = trk_db_query (db, state_sql, TRK_VALUES (TRK_INT (state)));
      while (trk_db_step (db, s))
        (adds || found->all ? trk_id_set_add : trk_id_set_remove) (&found->set,
                                                                   sqlite3_column_int64 (s, 0));
    }
  found->all = found->all && !adds;
  return db->failure == SQLITE_OK;
}

static bool
find (TrkDb *db, const ListJob *self, Found *found)
{
  const TrkTorrentQuery *q = &self->query;

  if (self->nothing)
    found->all = false;
  else if (self->words != NULL && !narrow (db, words_sql, TRK_TEXT (self->words), found))
    return false;
  if (q->category != NULL && !narrow (db, category_sql, TRK_TEXT (q->category), found))
    return false;
  return q->states == 0 || narrow_states (db, q->states, found);
}

/* --- the page --- */

typedef struct
{
  int64_t id;
  int64_t number; /* what is sorted by: a number or a text */
  char *text;     /* owned; (nullable) */
} Sorted;

static void
clear_sorted (void *data)
{
  g_free (((Sorted *) data)->text);
}

static int
compare (const void *a, const void *b)
{
  const Sorted *x = a;
  const Sorted *y = b;
  int order = x->text != NULL ? strcmp (x->text, y->text) : 0;

  if (order == 0)
    order = (x->number > y->number) - (x->number < y->number);
  return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static bool
read_keys (TrkDb *db, const ListJob *self, const TrkIdSet *set, GArray *out)
{
  bool is_text = self->query.sort == TRK_SORT_NAME;

  for (int64_t id = 0; id <= set->max; id++)
    {
      Sorted sorted = { .id = id };
      sqlite3_stmt *s;

      if (set->bits[id / 8] == 0)
        id |= 7;
      else if (trk_id_set_has (set, id))
        {
          s = trk_db_query (db, keys[self->query.sort], TRK_VALUES (TRK_INT (id)));
          if (!trk_db_step (db, s))
            continue;
          if (is_text)
            sorted.text = g_strdup ((const char *) sqlite3_column_text (s, 0));
          else
            sorted.number = sqlite3_column_int64 (s, 0);
          g_array_append_val (out, sorted);
        }
    }
  return db->failure == SQLITE_OK;
}

static void
sort_small (TrkDb *db, const ListJob *self, const TrkIdSet *set, int64_t *ids, size_t *n)
{
  g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (Sorted));
  uint64_t offset = self->query.offset;

  g_array_set_clear_func (sorted, clear_sorted);
  if (!read_keys (db, self, set, sorted))
    return;
  g_array_sort (sorted, compare);
  for (uint64_t i = offset; i < sorted->len && *n < self->query.limit; i++)
    {
      guint at = (guint) (self->query.descending ? sorted->len - 1 - i : i);

      ids[(*n)++] = g_array_index (sorted, Sorted, at).id;
    }
}

/* A walk that gives what is wanted, from the nearer end of the index. */
typedef struct
{
  uint64_t skip;
  size_t want;
  bool from_end;
} Walk;

static Walk
plan (const ListJob *self)
{
  uint64_t total = self->page.total;
  Walk walk = { .skip = self->query.offset,
                .want = (size_t) MIN (self->query.limit, total - self->query.offset) };

  walk.from_end = walk.skip > total / 2;
  if (walk.from_end)
    walk.skip = total - walk.skip - walk.want;
  return walk;
}

static void
put_id (const Walk *walk, int64_t id, int64_t *ids, size_t *n)
{
  ids[walk->from_end ? walk->want - 1 - *n : *n] = id;
  (*n)++;
}

static void
walk_set (TrkDb *db, const ListJob *self, const Found *found, int64_t *ids, size_t *n)
{
  Walk walk = plan (self);
  uint64_t skip = walk.skip;
  sqlite3_stmt *s
      = trk_db_query (db, walks[self->query.sort][self->query.descending != walk.from_end],
                      TRK_VALUES (TRK_INT (0), TRK_INT (-1), TRK_INT (0)));

  while (*n < walk.want && trk_db_step (db, s))
    {
      int64_t id = sqlite3_column_int64 (s, 0);

      if (!has (found, id))
        continue;
      if (skip > 0)
        skip--;
      else
        put_id (&walk, id, ids, n);
    }
  if (s != NULL)
    (void) sqlite3_reset (s); /* it may not be at its end */
}

/* All torrents, or all of a state. */
static void
walk_all (TrkDb *db, const ListJob *self, int state, int64_t *ids, size_t *n)
{
  Walk walk = plan (self);
  bool down = self->query.descending != walk.from_end;
  const char *sql
      = state != 0 ? walks_of_state[self->query.sort][down] : walks[self->query.sort][down];
  sqlite3_stmt *s = trk_db_query (
      db, sql, TRK_VALUES (TRK_INT (state), TRK_INT (walk.want), TRK_INT (walk.skip)));

  while (*n < walk.want && trk_db_step (db, s))
    put_id (&walk, sqlite3_column_int64 (s, 0), ids, n);
  if (s != NULL)
    (void) sqlite3_reset (s); /* likewise */
}

static bool
read_page (TrkDb *db, ListJob *self, const int64_t *ids, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      sqlite3_stmt *s = trk_db_query (db, get_sql, TRK_VALUES (TRK_INT (ids[i])));

      for (; trk_db_step (db, s); self->page.n++)
        trk_torrent_read (&self->job, s, &self->torrents[self->page.n]);
    }
  self->page.torrents = self->torrents;
  return db->failure == SQLITE_OK;
}

/* Whether a set is met later by walking than its torrents are looked up. It is taken to lie evenly
 * in the order. */
static bool
is_small (const ListJob *self, const Found *found)
{
  Walk walk = plan (self);
  uint64_t n = self->page.total;

  return !found->all && (walk.skip + walk.want) * found->n_torrents / n > n * LOOK_UP_COST;
}

static bool
page_of_set (TrkDb *db, ListJob *self, Found *found)
{
  int64_t ids[TRK_PAGE_MAX];
  size_t n = 0;

  if (!find (db, self, found))
    return false;
  self->page.total = found->all ? found->n_torrents - found->set.n : found->set.n;
  if (self->query.offset >= self->page.total || self->query.limit == 0)
    return true;
  if (is_small (self, found))
    sort_small (db, self, &found->set, ids, &n);
  else
    walk_set (db, self, found, ids, &n);
  return db->failure == SQLITE_OK && read_page (db, self, ids, n);
}

/* @state: 0 is any. */
static bool
page_of_state (TrkDb *db, ListJob *self, const Found *found, int state)
{
  int64_t ids[TRK_PAGE_MAX];
  size_t n = 0;

  self->page.total = state != 0 ? found->n_of[state] : found->n_torrents;
  if (self->query.offset >= self->page.total || self->query.limit == 0)
    return true;
  walk_all (db, self, state, ids, &n);
  return db->failure == SQLITE_OK && read_page (db, self, ids, n);
}

/* The one state that is asked for, or 0 for all of them; -1 when there is more to it. */
static int
only_state (const ListJob *self)
{
  const TrkTorrentQuery *q = &self->query;

  if (self->nothing || self->words != NULL || q->category != NULL)
    return -1;
  for (int state = TRK_MARK_ALLOWED; state <= TRK_MARK_DENIED; state++)
    if (q->states == 1u << state)
      return state;
  return q->states == 0 ? 0 : -1;
}

static bool
run_list (TrkDb *db, TrkJob *job)
{
  ListJob *self = self_of (job);
  Found found = { .all = true };
  int state = only_state (self);
  int64_t max = 0;
  bool ok;

  if (!count_states (db, &found))
    return false;
  if (state >= 0)
    return page_of_state (db, self, &found, state);
  if (!trk_db_number (db, max_sql, NULL, &max))
    return false;
  trk_id_set_init (&found.set, max);
  ok = page_of_set (db, self, &found);
  trk_id_set_clear (&found.set);
  return ok;
}

/* --- asking --- */

static void
answer_list (TrkJob *job, const TrkProblem *problem)
{
  ListJob *self = self_of (job);

  self->listed (job->data, problem, &self->page);
}

static void
clear_list (TrkJob *job)
{
  g_free (self_of (job)->words);
}

static const TrkJobKind listing
    = { .size = sizeof (ListJob), .run = run_list, .answer = answer_list, .clear = clear_list };

static bool
is_blank (const char *text)
{
  return text == NULL || text[strspn (text, " \t\r\n")] == '\0';
}

void
trk_store_torrent_list (TrkStore *store, const TrkTorrentQuery *query, TrkTorrentsListed listed,
                        void *data)
{
  ListJob *self = trk_job_new (store, &listing, NULL, data);

  self->listed = listed;
  self->query = *query;
  self->query.text = NULL;
  self->query.category = trk_job_keep_text (&self->job, query->category);
  self->query.limit = MIN (query->limit, TRK_PAGE_MAX);
  if (query->sort > TRK_SORT_COMPLETED)
    trk_job_fail (&self->job, TRK_TROUBLE_INVALID);
  if (!is_blank (query->text))
    {
      self->words = trk_words_query (query->text);
      self->nothing = self->words == NULL;
    }
  trk_job_ask (&self->job);
}
