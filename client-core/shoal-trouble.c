/* shoal-trouble.c: the sentences for a state that cannot be kept. */
#include <glib/gi18n-lib.h>

#include "client-core/shoal-session-private.h"

/* What it means for the person comes behind the reason: no transfer ends because of it. */
char *
shoal_trouble_text (const EngStoreProblem *problem)
{
  switch (problem->trouble)
    {
    case ENG_STORE_CORRUPT:
      if (problem->aside != NULL)
        return g_strdup_printf (_ ("“%s”: the state of an earlier run is corrupt; it was put aside "
                                   "as “%s”, and the files are verified instead"),
                                problem->path, problem->aside);
      return g_strdup_printf (
          _ ("“%s”: the state of an earlier run is corrupt, and nothing is kept "
             "for the next one"),
          problem->path);
    case ENG_STORE_NEWER:
      return g_strdup_printf (
          _ ("“%s”: a newer version of Shoal wrote the state of an earlier run; "
             "it is left alone, and nothing is kept for the next one"),
          problem->path);
    case ENG_STORE_IN_USE:
    case ENG_STORE_FILES_IN_USE:
      return g_strdup_printf (_ ("“%s”: another process has the state of this torrent, and nothing "
                                 "is kept for the next run"),
                              problem->path);
    case ENG_STORE_SYSTEM:
    default:
      return g_strdup_printf (_ ("“%s”: the state for the next run cannot be kept: %s"),
                              problem->path, g_strerror (problem->sys_errno));
    }
}
