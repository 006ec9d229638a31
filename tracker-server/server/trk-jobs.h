/* trk-jobs.h: what the tracker does by itself, again and again: expiry, history, snapshots,
 * backups, clean-up, a sign of life.
 *
 * Every period is counted by the reactor's clock (CLOCK_BOOTTIME), so that a step of the wall clock
 * makes no storm; wall time is a label alone. Main thread; what takes long is the store's. */
#pragma once

#include <stdint.h>

#include "tracker-server/front/trk-service.h"
#include "tracker-server/server/trk-notify.h"
#include "tracker-server/settings/trk-settings.h"
#include "tracker-server/store/trk-store.h"

/* Lent for as long as the jobs live. */
typedef struct
{
  BtioReactor *reactor;
  TrkStore *store;
  TrkSwarms *swarms;
  TrkService *service;
  const TrkSettings *settings; /* those in force */
  const char *folder;
  const TrkNotify *notify;
  char *(*status) (void *data); /* a line for people. (transfer full) */
  uint64_t (*connections) (void *data);
  void *data;
  bool *line; /* shows the status on standard error. (nullable) */
} TrkJobsParts;

typedef struct TrkJobs TrkJobs;

/* Begins; a backup is due when the newest is older than its period. (transfer full) */
TrkJobs *trk_jobs_new (const TrkJobsParts *parts);

/* Nothing more begins. */
void trk_jobs_stop (TrkJobs *self);

/* After the store was closed, which answers what was under way. Accepts NULL. */
void trk_jobs_free (TrkJobs *self);

/* Periods may be others now. */
void trk_jobs_settings_changed (TrkJobs *self);

/* Wall time of the last one, seconds since 1970; 0: none. */
uint64_t trk_jobs_snapshot_s (const TrkJobs *self);
uint64_t trk_jobs_backup_s (const TrkJobs *self);

/* Two clocks at this instant. */
TrkInstant trk_jobs_instant (BtioReactor *reactor);
