/* trk-jobs.c: timers, and what each begins. */
#include "tracker-server/server/trk-jobs.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-options.h"
#include "tracker-server/server/trk-rotate.h"
#include "tracker-server/store/trk-store-history.h"

#define US_PER_S 1000000u
#define MINUTE_S 60u

/* So many shards a second, all within a minute: as late as that may a peer be missed. */
#define EXPIRY_SHARDS ((TRK_SHARDS + MINUTE_S - 1) / MINUTE_S)
#define STATUS_S 10u

typedef enum
{
  JOB_EXPIRY,
  JOB_HISTORY,
  JOB_SNAPSHOT,
  JOB_BACKUP,
  JOB_STATUS,
  JOB_LINE,
  JOB_ALIVE,
  JOBS
} JobKind;

typedef struct
{
  BtioTimer timer; /* first: the timer is the job */
  TrkJobs *jobs;
  JobKind kind;
  uint64_t begun_us; /* when the period that runs has begun */
} Job;

struct TrkJobs
{
  TrkJobsParts parts;
  Job all[JOBS];
  uint32_t shard;
  bool stopped;
  bool snapshotting;
  bool backing_up;
  uint64_t snapshot_s;
  uint64_t backup_s;
  uint64_t counts[TRK_COUNTS]; /* at the last sample */
  uint64_t announces;          /* at the last line */
  char *backups;
};

static int64_t
wall_s (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

TrkInstant
trk_jobs_instant (BtioReactor *reactor)
{
  return (TrkInstant){ .wall_s = wall_s (), .boot_s = btio_reactor_now_us (reactor) / US_PER_S };
}

/* --- expiry --- */

static void
expire (TrkJobs *self)
{
  for (uint32_t i = 0; i < EXPIRY_SHARDS; i++)
    {
      trk_swarms_expire (self->parts.swarms, self->shard,
                         btio_reactor_now_us (self->parts.reactor) / US_PER_S);
      self->shard = (self->shard + 1) % TRK_SHARDS;
    }
}

/* --- history --- */

static void
on_sampled (void *data, const TrkProblem *problem)
{
  g_autofree char *text = problem != NULL ? trk_problem_text (problem) : NULL;

  if (problem != NULL)
    g_warning (_ ("a minute of history is not kept: %s"), text);
}

static void
fill (TrkJobs *self, TrkSample *sample)
{
  TrkTotals totals = trk_swarms_totals (self->parts.swarms);
  uint64_t counts[TRK_COUNTS];
  uint64_t more[TRK_COUNTS];

  trk_service_counts (self->parts.service, counts);
  for (unsigned i = 0; i < TRK_COUNTS; i++)
    more[i] = counts[i] - self->counts[i];
  memcpy (self->counts, counts, sizeof counts);
  sample->values[TRK_MEASURE_PEERS] = totals.seeders + totals.leechers;
  sample->values[TRK_MEASURE_SEEDERS] = totals.seeders;
  sample->values[TRK_MEASURE_SWARMS] = totals.swarms - totals.empty;
  sample->values[TRK_MEASURE_CONNECTIONS] = self->parts.connections (self->parts.data);
  sample->values[TRK_MEASURE_ANNOUNCES]
      = more[TRK_COUNT_ANNOUNCES_HTTP] + more[TRK_COUNT_ANNOUNCES_UDP];
  sample->values[TRK_MEASURE_SCRAPES] = more[TRK_COUNT_SCRAPES_HTTP] + more[TRK_COUNT_SCRAPES_UDP];
  sample->values[TRK_MEASURE_COMPLETED] = more[TRK_COUNT_COMPLETED];
  sample->values[TRK_MEASURE_REFUSED]
      = more[TRK_COUNT_REFUSED] + more[TRK_COUNT_FULL] + more[TRK_COUNT_LIMITED];
  sample->values[TRK_MEASURE_ERRORS] = more[TRK_COUNT_BAD_REQUESTS] + more[TRK_COUNT_UNJOURNALLED];
}

/* How many torrents there are is the store's to say. */
static void
on_measured (void *data, const TrkProblem *problem, const TrkStoreFigures *figures)
{
  TrkJobs *self = data;
  TrkSample sample = { .at = wall_s () };

  if (self->stopped)
    return;
  if (problem == NULL)
    sample.values[TRK_MEASURE_TORRENTS] = figures->torrents[TRK_MARK_NONE];
  fill (self, &sample);
  trk_store_history_append (self->parts.store, &sample, on_sampled, NULL);
}

static void
sample (TrkJobs *self)
{
  trk_store_measure (self->parts.store, on_measured, self);
}

/* --- snapshots and backups --- */

static void
on_snapshot (void *data, const TrkProblem *problem)
{
  TrkJobs *self = data;
  g_autofree char *text = problem != NULL ? trk_problem_text (problem) : NULL;

  self->snapshotting = false;
  if (problem != NULL)
    g_warning (_ ("the swarms could not be kept: %s"), text);
  else
    self->snapshot_s = (uint64_t) wall_s ();
}

static void
snapshot (TrkJobs *self)
{
  g_autofree char *path = trk_path (self->parts.folder, TRK_PATH_SNAPSHOT);
  TrkInstant now = trk_jobs_instant (self->parts.reactor);

  if (self->snapshotting)
    return;
  self->snapshotting = true;
  trk_store_snapshot (self->parts.store, path, self->parts.swarms, &now, on_snapshot, self);
}

static void
on_backup (void *data, const TrkProblem *problem)
{
  TrkJobs *self = data;
  g_autofree char *text = problem != NULL ? trk_problem_text (problem) : NULL;

  self->backing_up = false;
  if (problem != NULL)
    {
      g_warning (_ ("the backup failed: %s"), text);
      return;
    }
  self->backup_s = (uint64_t) wall_s ();
  trk_rotate_clean (self->backups, self->parts.settings->backups_kept);
  g_info (_ ("a backup was written"));
}

static void
backup (TrkJobs *self)
{
  g_autofree char *path = self->backing_up ? NULL : trk_rotate_name (self->backups, wall_s ());

  if (path == NULL)
    return;
  self->backing_up = true;
  trk_store_backup (self->parts.store, path, on_backup, self);
}

/* --- signs of life --- */

static void
tell_status (TrkJobs *self)
{
  g_autofree char *status = self->parts.status (self->parts.data);

  trk_notify_status (self->parts.notify, status);
}

static void
show_line (TrkJobs *self)
{
  g_autofree char *status = self->parts.status (self->parts.data);
  uint64_t counts[TRK_COUNTS];
  uint64_t announces;
  g_autofree char *line = NULL;

  trk_service_counts (self->parts.service, counts);
  announces = counts[TRK_COUNT_ANNOUNCES_HTTP] + counts[TRK_COUNT_ANNOUNCES_UDP];
  line = g_strdup_printf ("\r\033[K%s (%lu/s)", status,
                          (unsigned long) (announces - self->announces));
  self->announces = announces;
  *self->parts.line = true;
  (void) !write (STDERR_FILENO, line, strlen (line)); /* nobody could be told */
}

static void
tell_alive (TrkJobs *self)
{
  trk_notify_alive (self->parts.notify);
}

/* --- timers --- */

static void (*const works[JOBS]) (TrkJobs *self) = {
  [JOB_EXPIRY] = expire,    [JOB_HISTORY] = sample,     [JOB_SNAPSHOT] = snapshot,
  [JOB_BACKUP] = backup,    [JOB_STATUS] = tell_status, [JOB_LINE] = show_line,
  [JOB_ALIVE] = tell_alive,
};

/* BTIO_NEVER: not at all. */
static uint64_t
period_us (const TrkJobs *self, JobKind kind)
{
  const TrkSettings *settings = self->parts.settings;
  uint64_t watchdog_us = self->parts.notify->watchdog_us;

  switch (kind)
    {
    case JOB_EXPIRY:
      return US_PER_S;
    case JOB_HISTORY:
      return MINUTE_S * US_PER_S;
    case JOB_SNAPSHOT:
      return (uint64_t) settings->snapshot_s * US_PER_S;
    case JOB_BACKUP:
      return settings->backup_s > 0 ? (uint64_t) settings->backup_s * US_PER_S : BTIO_NEVER;
    case JOB_STATUS:
      return STATUS_S * US_PER_S;
    case JOB_LINE:
      return self->parts.line != NULL ? US_PER_S : BTIO_NEVER;
    case JOB_ALIVE:
      return watchdog_us > 0 ? watchdog_us / 2 : BTIO_NEVER;
    case JOBS:
    default:
      return BTIO_NEVER;
    }
}

static void
arm (Job *job)
{
  uint64_t period = period_us (job->jobs, job->kind);

  btio_timer_set (&job->timer, job->jobs->parts.reactor,
                  period == BTIO_NEVER ? BTIO_NEVER : job->begun_us + period);
}

static void
on_due (BtioTimer *timer, uint64_t now_us)
{
  Job *job = (Job *) timer;

  job->begun_us = now_us; /* what was missed while nothing ran is not made up for */
  works[job->kind](job->jobs);
  arm (job);
}

/* A backup has its period across restarts. */
static uint64_t
since_backup_us (const TrkJobs *self)
{
  int64_t newest = trk_rotate_newest (self->backups);
  int64_t age_s = newest > 0 ? wall_s () - newest : 0;

  return (uint64_t) CLAMP (age_s, 0, (int64_t) self->parts.settings->backup_s) * US_PER_S;
}

TrkJobs *
trk_jobs_new (const TrkJobsParts *parts)
{
  TrkJobs *self = g_new0 (TrkJobs, 1);
  uint64_t now_us = btio_reactor_now_us (parts->reactor);
  uint64_t since_us;

  self->parts = *parts;
  self->backups = trk_path (parts->folder, TRK_PATH_BACKUPS);
  self->backup_s = (uint64_t) trk_rotate_newest (self->backups);
  since_us = since_backup_us (self);
  trk_service_counts (parts->service, self->counts);
  for (unsigned i = 0; i < JOBS; i++)
    {
      self->all[i] = (Job){ .timer = { .due = on_due }, .jobs = self, .kind = (JobKind) i };
      self->all[i].begun_us = i == JOB_BACKUP && since_us < now_us ? now_us - since_us : now_us;
      arm (&self->all[i]);
    }
  return self;
}

void
trk_jobs_settings_changed (TrkJobs *self)
{
  for (unsigned i = 0; i < JOBS && !self->stopped; i++)
    arm (&self->all[i]);
}

void
trk_jobs_stop (TrkJobs *self)
{
  self->stopped = true;
  for (unsigned i = 0; i < JOBS; i++)
    btio_timer_stop (&self->all[i].timer);
}

void
trk_jobs_free (TrkJobs *self)
{
  if (self == NULL)
    return;
  trk_jobs_stop (self);
  g_free (self->backups);
  g_free (self);
}

uint64_t
trk_jobs_snapshot_s (const TrkJobs *self)
{
  return self->snapshot_s;
}

uint64_t
trk_jobs_backup_s (const TrkJobs *self)
{
  return self->backup_s;
}
