/* trk-store-history.h: what graphs are drawn of: each minute of a day, each hour of 90 days, each
 * day for ever. See trk-store.h for threads. */
#pragma once

#include "tracker-server/store/trk-store.h"

/* Those that say how many there are become a mean when time is rolled up; those that say how many
 * there were become a sum. */
typedef enum
{
  TRK_MEASURE_PEERS, /* how many there are */
  TRK_MEASURE_SEEDERS,
  TRK_MEASURE_SWARMS,
  TRK_MEASURE_TORRENTS, /* in the catalogue */
  TRK_MEASURE_CONNECTIONS,
  TRK_MEASURE_ANNOUNCES, /* how many there were in this time */
  TRK_MEASURE_SCRAPES,
  TRK_MEASURE_COMPLETED,
  TRK_MEASURE_REFUSED,
  TRK_MEASURE_ERRORS,
  TRK_MEASURES
} TrkMeasure;

/* As in JSON: "peers". Static. */
const char *trk_measure_name (TrkMeasure measure);

typedef struct
{
  int64_t at; /* when it begins, in seconds since 1970 */
  uint64_t values[TRK_MEASURES];
} TrkSample;

typedef enum
{
  TRK_SPAN_MINUTE,
  TRK_SPAN_HOUR,
  TRK_SPAN_DAY
} TrkSpan;

/* A sample of the minute in which @sample->at lies; a second one of the same minute replaces it.
 * Rolls it up into its hour and its day, and drops what is too old. */
void trk_store_history_append (TrkStore *store, const TrkSample *sample, TrkDone done, void *data);

/* Samples from @from up to @until, without it; at most @limit of them, the newest, in order.
 * @limit is at most 2,000. */
typedef void (*TrkHistoryRead) (void *data, const TrkProblem *problem, const TrkSample *samples,
                                size_t n);
void trk_store_history_read (TrkStore *store, TrkSpan span, int64_t from, int64_t until,
                             uint32_t limit, TrkHistoryRead read, void *data);
