/* btf-error.h: a BtError and the file that it speaks of. */
#pragma once

#include <stdbool.h>

#include <glib.h>

#include "protocol/core/bt-error.h"

/* Start from { 0 }; clear at the end. */
typedef struct
{
  BtError why;
  char *path; /* as the person would type it; NULL when no file is meant */
} BtfError;

/* Fills @error, which may be NULL, unless it holds an error already; returns false. ENOSPC and
 * EDQUOT turn a failed write into BT_ERROR_NO_SPACE. */
bool btf_error_set (BtfError *error, BtErrorCode code, int sys_errno, const char *path);

void btf_error_clear (BtfError *error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BtfError, btf_error_clear)
