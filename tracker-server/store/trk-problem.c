/* trk-problem.c: sentences for what may be wrong with what the tracker keeps. */
#include "trk-problem.h"

#include <errno.h>
#include <string.h>

#include <glib.h>

/* GLib's own macros cast const away. */
#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

static const char *
sentence_of (const TrkProblem *problem)
{
  switch (problem->trouble)
    {
    case TRK_TROUBLE_IN_USE:
      return _ ("another server has it");
    case TRK_TROUBLE_CORRUPT:
      return _ ("it is damaged");
    case TRK_TROUBLE_FOREIGN:
      return _ ("it belongs to another program");
    case TRK_TROUBLE_NEWER:
      return _ ("a newer version of this program wrote it");
    case TRK_TROUBLE_SUSPECT:
      return _ ("the device failed to keep what was written; nothing is changed until the next "
                "start");
    case TRK_TROUBLE_NOT_FOUND:
      return _ ("there is no such entry");
    case TRK_TROUBLE_INVALID:
      return _ ("a value is missing, too long, or not text");
    case TRK_TROUBLE_CONFLICT:
      return _ ("it contradicts what is there");
    case TRK_TROUBLE_SYSTEM:
      break;
    }
  return problem->sys_errno != 0 ? g_strerror (problem->sys_errno) : _ ("an unknown failure");
}

/* Whether the file is to blame, and not what was asked. */
static bool
is_of_file (TrkTrouble trouble)
{
  return trouble != TRK_TROUBLE_NOT_FOUND && trouble != TRK_TROUBLE_INVALID
         && trouble != TRK_TROUBLE_CONFLICT;
}

static const char *
advice_of_errno (int sys_errno)
{
  switch (sys_errno)
    {
    case ENOSPC:
    case EDQUOT:
      return _ ("make room on that disk");
    case EACCES:
    case EPERM:
    case EROFS:
      return _ ("the folder has to belong to the user that runs the tracker, and to be writable");
    case EAGAIN:
      return _ ("the system lets this user have no more threads: raise “ulimit -u”, or TasksMax= "
                "of the service");
    case EIO:
      return _ ("look after the device");
    default:
      return NULL;
    }
}

const char *
trk_problem_advice (const TrkProblem *problem)
{
  switch (problem->trouble)
    {
    case TRK_TROUBLE_CORRUPT:
      return _ (
          "put a copy in its place with “shoal-tracker restore FILE”; the daily ones lie in the "
          "folder “backups” beside it");
    case TRK_TROUBLE_FOREIGN:
      return _ ("choose another folder with --folder");
    case TRK_TROUBLE_NEWER:
      return _ ("install that version, or restore a copy from before it");
    case TRK_TROUBLE_SUSPECT:
      return _ ("look after the device, then start again");
    case TRK_TROUBLE_SYSTEM:
      return advice_of_errno (problem->sys_errno);
    case TRK_TROUBLE_IN_USE:
    case TRK_TROUBLE_NOT_FOUND:
    case TRK_TROUBLE_INVALID:
    case TRK_TROUBLE_CONFLICT:
    default:
      return NULL;
    }
}

char *
trk_problem_text (const TrkProblem *problem)
{
  const char *sentence = sentence_of (problem);

  if (problem->path == NULL || !is_of_file (problem->trouble))
    return g_strdup (sentence);
  /* Translators: a file, and what is wrong with it. */
  return g_strdup_printf (_ ("“%s”: %s"), problem->path, sentence);
}
