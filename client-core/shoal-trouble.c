/* shoal-trouble.c: the sentences for a torrent that cannot go on, and for a state that cannot be
 * kept. */
#include <errno.h>

#include <glib/gi18n-lib.h>

#include "client-core/shoal-session-private.h"
#include "protocol/core/bt-error.h"
#include "shoal-error.h"

/* "shoal-gtk (process 1234)". (transfer full) */
static char *
holder_text (const EngHolder *holder)
{
  if (holder->pid == 0)
    return g_strdup (_ ("another process"));
  /* Translators: the name of a program, and the number of its process */
  return g_strdup_printf (_ ("%s (process %d)"), holder->program, (int) holder->pid);
}

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

GError *
shoal_profile_error (const EngStoreProblem *problem)
{
  bool no_space = problem->sys_errno == ENOSPC || problem->sys_errno == EDQUOT;
  g_autofree char *holder = holder_text (&problem->holder);

  switch (problem->trouble)
    {
    case ENG_STORE_IN_USE:
    case ENG_STORE_FILES_IN_USE:
      return g_error_new (SHOAL_ERROR, SHOAL_ERROR_IN_USE, _ ("“%s”: in use by %s"), problem->path,
                          holder);
    case ENG_STORE_CORRUPT:
      return g_error_new (SHOAL_ERROR, SHOAL_ERROR_INVALID,
                          _ ("“%s”: the list of torrents is damaged, or is none; move the file "
                             "away to begin a new one"),
                          problem->path);
    case ENG_STORE_NEWER:
      return g_error_new (SHOAL_ERROR, SHOAL_ERROR_UNSUPPORTED,
                          _ ("“%s”: a newer version of Shoal wrote the list of torrents, in "
                             "version %d of its format; this one knows %d"),
                          problem->path, (int) problem->version, (int) problem->own_version);
    case ENG_STORE_SYSTEM:
    default:
      return shoal_error_new_problem (no_space ? BT_ERROR_NO_SPACE : BT_ERROR_WRITE,
                                      problem->sys_errno, BT_NOWHERE, BT_NOWHERE, NULL,
                                      problem->path);
    }
}

/* What was read of a damaged list. (transfer full) */
static char *
saved_text (const EngRescue *rescue)
{
  if (rescue->n_saved == 0)
    return g_strdup (_ ("The list of torrents was damaged, and nothing of it could be read."));
  return g_strdup_printf (ngettext ("The list of torrents was damaged. %u torrent could be read.",
                                    "The list of torrents was damaged. %u torrents could be read.",
                                    rescue->n_saved),
                          rescue->n_saved);
}

/* And what was not. (transfer full) */
static char *
lost_text (const EngRescue *rescue)
{
  if (rescue->n_lost == 0)
    return g_strdup (_ ("What is missing can be added again: its files are found where they are."));
  return g_strdup_printf (
      ngettext ("%u could not; add it again: its files are found where they are.",
                "%u could not; add them again: their files are found where they are.",
                rescue->n_lost),
      rescue->n_lost);
}

char *
shoal_rescue_text (const EngRescue *rescue)
{
  g_autofree char *saved = saved_text (rescue);
  g_autofree char *lost = lost_text (rescue);
  g_autofree char *aside = g_strdup_printf (
      _ ("All files are verified. The damaged list is kept as “%s”."), rescue->aside);

  return g_strjoin (" ", saved, lost, aside, NULL);
}

/* What could not be read. */
static GError *
read_error (const ShoalPicture *picture)
{
  int sys_errno = picture->stats.sys_errno;

  if (sys_errno == ESTALE)
    return g_error_new (SHOAL_ERROR, SHOAL_ERROR_CHANGED,
                        _ ("“%s”: what was shared is not in this file any more; bring it back, or "
                           "check the files to have it fetched again from others"),
                        picture->fault_path);
  if (sys_errno == ENODATA)
    return shoal_error_new_problem (BT_ERROR_FILE_SHRANK, 0, BT_NOWHERE, BT_NOWHERE, NULL,
                                    picture->fault_path);
  return shoal_error_new_problem (BT_ERROR_READ, sys_errno, BT_NOWHERE, BT_NOWHERE, NULL,
                                  picture->fault_path);
}

GError *
shoal_fault_error (const ShoalPicture *picture)
{
  int sys_errno = picture->stats.sys_errno;
  g_autofree char *holder = holder_text (&picture->stats.holder);
  bool no_space = sys_errno == ENOSPC || sys_errno == EDQUOT;

  if (picture->stats.fault == ENG_FAULT_IN_USE)
    return g_error_new (SHOAL_ERROR, SHOAL_ERROR_IN_USE,
                        _ ("“%s”: the files of this torrent are in use by %s; stop it there, and "
                           "try again"),
                        picture->fault_path, holder);
  if (picture->stats.fault == ENG_FAULT_MISSING)
    return g_error_new (SHOAL_ERROR, SHOAL_ERROR_NOT_FOUND,
                        _ ("“%s”: the files of this torrent are gone; bring them back, say where "
                           "they are, or verify it to fetch them again"),
                        picture->fault_path);
  if (picture->stats.fault == ENG_FAULT_HYBRID)
    return g_error_new (SHOAL_ERROR, SHOAL_ERROR_INVALID,
                        _ ("“%s”: the v1 half and the v2 half of the torrent have hashes of "
                           "different data"),
                        picture->fault_path);
  if (picture->stats.fault == ENG_FAULT_METADATA)
    {
      const BtError *why = &picture->stats.problem;

      return shoal_error_new_problem (why->code, 0, why->offset, why->item, why->key, NULL);
    }
  if (picture->stats.fault == ENG_FAULT_READ)
    return read_error (picture);
  return shoal_error_new_problem (no_space ? BT_ERROR_NO_SPACE : BT_ERROR_WRITE, sys_errno,
                                  BT_NOWHERE, BT_NOWHERE, NULL, picture->fault_path);
}
