/* shoal-error.h: what can go wrong, in codes that a program can act on. */
#pragma once

#include <glib-object.h>

#include "shoal-export.h"

G_BEGIN_DECLS

/**
 * SHOAL_ERROR:
 *
 * The domain of the library's errors; its codes are #ShoalError.
 */
#define SHOAL_ERROR (shoal_error_quark ())

/**
 * ShoalError:
 * @SHOAL_ERROR_FAILED: something else; the message says what
 * @SHOAL_ERROR_INVALID: a torrent, a magnet URI or an address is malformed
 * @SHOAL_ERROR_UNSUPPORTED: well-formed, but of a kind that is not supported
 * @SHOAL_ERROR_LIMIT: larger or deeper than a limit allows
 * @SHOAL_ERROR_NOT_FOUND: a file or folder, or what a server was asked for, is not there
 * @SHOAL_ERROR_READ: a file could not be read
 * @SHOAL_ERROR_WRITE: a file could not be written
 * @SHOAL_ERROR_NO_SPACE: the disk is full, or a quota is used up
 * @SHOAL_ERROR_EXISTS: there is something already where a file was to be written
 * @SHOAL_ERROR_CHANGED: a file changed while it was being read, or shared
 * @SHOAL_ERROR_UNFIT: a file cannot stand in a torrent as it is
 * @SHOAL_ERROR_CANCELLED: stopped on request
 * @SHOAL_ERROR_IN_USE: another process is at work on it
 * @SHOAL_ERROR_NETWORK: a server or tracker could not be reached, or refused
 * @SHOAL_ERROR_UNAUTHORIZED: a server wants a token, or another one
 * @SHOAL_ERROR_FORBIDDEN: a server does not let this token, or nobody, do it
 * @SHOAL_ERROR_CONFLICT: a server has something already that stands against it
 *
 * Codes of %SHOAL_ERROR.
 */
typedef enum
{
  SHOAL_ERROR_FAILED,
  SHOAL_ERROR_INVALID,
  SHOAL_ERROR_UNSUPPORTED,
  SHOAL_ERROR_LIMIT,
  SHOAL_ERROR_NOT_FOUND,
  SHOAL_ERROR_READ,
  SHOAL_ERROR_WRITE,
  SHOAL_ERROR_NO_SPACE,
  SHOAL_ERROR_EXISTS,
  SHOAL_ERROR_CHANGED,
  SHOAL_ERROR_UNFIT,
  SHOAL_ERROR_CANCELLED,
  SHOAL_ERROR_IN_USE,
  SHOAL_ERROR_NETWORK,
  SHOAL_ERROR_UNAUTHORIZED,
  SHOAL_ERROR_FORBIDDEN,
  SHOAL_ERROR_CONFLICT
} ShoalError;

SHOAL_API GQuark shoal_error_quark (void);

SHOAL_API GError *shoal_error_new_problem (guint problem, int sys_errno, guint64 offset,
                                           guint64 item, const char *key, const char *subject);

G_END_DECLS
