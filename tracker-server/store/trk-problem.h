/* trk-problem.h: what went wrong with something that the tracker keeps, as a value.
 *
 * Whoever meets a problem fills in facts; trk_problem_text() is the one place where they become a
 * sentence for a person. */
#pragma once

#include <stdbool.h>

typedef enum
{
  TRK_TROUBLE_SYSTEM,    /* see sys_errno */
  TRK_TROUBLE_IN_USE,    /* another server has it */
  TRK_TROUBLE_CORRUPT,   /* it is damaged, or a row is not what it has to be */
  TRK_TROUBLE_FOREIGN,   /* another program's */
  TRK_TROUBLE_NEWER,     /* a newer version of this program wrote it */
  TRK_TROUBLE_SUSPECT,   /* the device failed to keep what was written: no more changes */
  TRK_TROUBLE_NOT_FOUND, /* there is no such torrent, token ... */
  TRK_TROUBLE_INVALID,   /* longer than its limit, or not text */
  TRK_TROUBLE_CONFLICT   /* what is there contradicts it */
} TrkTrouble;

typedef struct
{
  TrkTrouble trouble;
  int sys_errno;    /* 0: none */
  int sqlite;       /* SQLite's extended code; 0: none */
  const char *path; /* of the file; (nullable). Lent, as long as the problem is */
} TrkProblem;

/* What the operator can do about it, translated; NULL where nothing general can be said. Static. */
const char *trk_problem_advice (const TrkProblem *problem);

/* A sentence without a full stop, translated. (transfer full) */
char *trk_problem_text (const TrkProblem *problem);
