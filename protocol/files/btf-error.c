/* btf-error.c: the first error wins: later ones are often its consequence. */
#include "protocol/files/btf-error.h"

#include <errno.h>

bool
btf_error_set (BtfError *error, BtErrorCode code, int sys_errno, const char *path)
{
  if (error == NULL || error->why.code != BT_OK)
    return false;
  if (code == BT_ERROR_WRITE && (sys_errno == ENOSPC || sys_errno == EDQUOT))
    code = BT_ERROR_NO_SPACE;
  bt_error_set (&error->why, code, BT_NOWHERE, NULL);
  error->why.sys_errno = sys_errno;
  error->path = g_strdup (path);
  return false;
}

void
btf_error_clear (BtfError *error)
{
  g_clear_pointer (&error->path, g_free);
  error->why = (BtError){ 0 };
}
