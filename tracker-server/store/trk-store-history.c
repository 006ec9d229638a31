/* trk-store-history.c: rings of numbers: what is young in detail, what is old in brief.
 *
 * A sample is rolled up as it comes: its hour is made anew of the minutes that are in it, its day
 * of the hours. So a roll-up is right at any time, and nothing has to happen at midnight. */
#include "tracker-server/store/trk-store-history.h"
#include "trk-store-private.h"

#define SAMPLES_MAX 2000u

#define COLUMNS                                                                                    \
  "peers, seeders, swarms, torrents, connections, announces, scrapes, completed, refused, errors"

static const char *const names[TRK_MEASURES] = {
  [TRK_MEASURE_PEERS] = "peers",
  [TRK_MEASURE_SEEDERS] = "seeders",
  [TRK_MEASURE_SWARMS] = "swarms",
  [TRK_MEASURE_TORRENTS] = "torrents",
  [TRK_MEASURE_CONNECTIONS] = "connections",
  [TRK_MEASURE_ANNOUNCES] = "announces",
  [TRK_MEASURE_SCRAPES] = "scrapes",
  [TRK_MEASURE_COMPLETED] = "completed",
  [TRK_MEASURE_REFUSED] = "refused",
  [TRK_MEASURE_ERRORS] = "errors",
};

static const int64_t span_s[] = { 60, 3600, 86400 };
/* How long each is kept; 0: for ever. */
static const int64_t kept_s[] = { 86400, 90 * 86400, 0 };

static const char put_sql[] = "INSERT OR REPLACE INTO history (span, at, " COLUMNS ")"
                              " VALUES (0, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
static const char roll_sql[]
    = "INSERT OR REPLACE INTO history (span, at, " COLUMNS ")"
      " SELECT ?1, ?2, CAST (round (avg (peers)) AS INTEGER),"
      " CAST (round (avg (seeders)) AS INTEGER), CAST (round (avg (swarms)) AS INTEGER),"
      " CAST (round (avg (torrents)) AS INTEGER), CAST (round (avg (connections)) AS INTEGER),"
      " sum (announces), sum (scrapes), sum (completed), sum (refused), sum (errors)"
      " FROM history WHERE span = ?1 - 1 AND at >= ?2 AND at < ?2 + ?3";
static const char drop_sql[] = "DELETE FROM history WHERE span = ?1 AND at < ?2";
static const char read_sql[]
    = "SELECT at, " COLUMNS " FROM history WHERE span = ?1 AND at >= ?2 AND at < ?3"
      " ORDER BY at DESC LIMIT ?4";

typedef struct
{
  TrkJob job;
  TrkSample sample;
  TrkDone done;
} AppendJob;

typedef struct
{
  TrkJob job;
  TrkSpan span;
  int64_t from;
  int64_t until;
  uint32_t limit;
  GArray *samples; /* owned; of TrkSample */
  TrkHistoryRead read;
} ReadJob;

const char *
trk_measure_name (TrkMeasure measure)
{
  return names[measure];
}

/* When the span begins in which this time lies; times before 1970 as well. */
static int64_t
start_of (int64_t at, TrkSpan span)
{
  int64_t into = at % span_s[span];

  return at - into - (into < 0 ? span_s[span] : 0);
}

/* --- appending --- */

static bool
put (TrkDb *db, const TrkSample *sample)
{
  TrkValue values[TRK_MEASURES + 2] = { TRK_INT (start_of (sample->at, TRK_SPAN_MINUTE)) };

  for (size_t i = 0; i < TRK_MEASURES; i++)
    values[i + 1] = TRK_INT (MIN (sample->values[i], INT64_MAX / 86400)); /* a sum is a number */
  values[TRK_MEASURES + 1] = (TrkValue){ .kind = TRK_VALUE_END };
  return trk_db_run (db, put_sql, values);
}

static bool
run_append (TrkDb *db, TrkJob *job)
{
  AppendJob *self = (AppendJob *) (void *) job;
  int64_t at = self->sample.at;
  bool ok = put (db, &self->sample);

  for (TrkSpan span = TRK_SPAN_HOUR; span <= TRK_SPAN_DAY && ok; span++)
    ok = trk_db_run (
        db, roll_sql,
        TRK_VALUES (TRK_INT (span), TRK_INT (start_of (at, span)), TRK_INT (span_s[span])));
  for (TrkSpan span = TRK_SPAN_MINUTE; span <= TRK_SPAN_DAY && ok; span++)
    if (kept_s[span] != 0)
      ok = trk_db_run (
          db, drop_sql,
          TRK_VALUES (TRK_INT (span), TRK_INT (start_of (at, span + 1) - kept_s[span])));
  return ok;
}

static void
answer_append (TrkJob *job, const TrkProblem *problem)
{
  ((AppendJob *) (void *) job)->done (job->data, problem);
}

static const TrkJobKind appending
    = { .size = sizeof (AppendJob), .writes = true, .run = run_append, .answer = answer_append };

void
trk_store_history_append (TrkStore *store, const TrkSample *sample, TrkDone done, void *data)
{
  AppendJob *self = trk_job_new (store, &appending, NULL, data);

  self->done = done;
  self->sample = *sample;
  trk_job_ask (&self->job);
}

/* --- reading --- */

static bool
run_read (TrkDb *db, TrkJob *job)
{
  ReadJob *self = (ReadJob *) (void *) job;
  sqlite3_stmt *s = trk_db_query (db, read_sql,
                                  TRK_VALUES (TRK_INT (self->span), TRK_INT (self->from),
                                              TRK_INT (self->until), TRK_INT (self->limit)));

  while (trk_db_step (db, s))
    {
      TrkSample sample = { .at = sqlite3_column_int64 (s, 0) };

      for (int i = 0; i < TRK_MEASURES; i++)
        sample.values[i] = (uint64_t) sqlite3_column_int64 (s, i + 1);
      g_array_prepend_val (self->samples, sample);
    }
  return true;
}

static void
answer_read (TrkJob *job, const TrkProblem *problem)
{
  ReadJob *self = (ReadJob *) (void *) job;

  self->read (job->data, problem, (const TrkSample *) (void *) self->samples->data,
              self->samples->len);
}

static void
clear_read (TrkJob *job)
{
  g_array_unref (((ReadJob *) (void *) job)->samples);
}

static const TrkJobKind reading
    = { .size = sizeof (ReadJob), .run = run_read, .answer = answer_read, .clear = clear_read };

void
trk_store_history_read (TrkStore *store, TrkSpan span, int64_t from, int64_t until, uint32_t limit,
                        TrkHistoryRead read, void *data)
{
  ReadJob *self = trk_job_new (store, &reading, NULL, data);

  self->read = read;
  self->samples = g_array_new (FALSE, FALSE, sizeof (TrkSample));
  self->span = span;
  self->from = from;
  self->until = until;
  self->limit = MIN (limit, SAMPLES_MAX);
  trk_job_ask (&self->job);
}
