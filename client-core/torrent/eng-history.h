/* eng-history.h: how fast something was, for graphs: means of the last minute, hour and day.
 *
 * It is told when rates change, and spreads what they were until then over the steps that have
 * passed; nothing wakes up for it. Pure: the time is given, in microseconds of any clock that does
 * not go back. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

typedef enum
{
  ENG_HISTORY_MINUTE, /* 60 steps of 1 s */
  ENG_HISTORY_HOUR,   /* 60 steps of 1 min */
  ENG_HISTORY_DAY,    /* 96 steps of 15 min */
  ENG_HISTORY_SPANS
} EngHistorySpan;

#define ENG_HISTORY_MAX 96 /* steps of a span */

typedef struct EngHistory EngHistory;

/* Nothing moved before. (transfer full) */
EngHistory *eng_history_new (uint64_t now_us);
void eng_history_free (EngHistory *history); /* accepts NULL */

size_t eng_history_steps (EngHistorySpan span);

/* From now on these are the rates. */
void eng_history_set (EngHistory *history, uint64_t now_us, uint64_t down_Bps, uint64_t up_Bps);

/* Pairs of down and up, bytes a second, the oldest first: 2 * eng_history_steps() numbers. The last
 * step of the minute has just ended; that of the longer spans is under way, and fills. */
void eng_history_read (EngHistory *history, uint64_t now_us, EngHistorySpan span, uint32_t *out);

/* What eng_history_read() gave some time ago becomes what was before now. */
void eng_history_restore (EngHistory *history, uint64_t now_us, EngHistorySpan span,
                          const uint32_t *rates, uint64_t age_us);
