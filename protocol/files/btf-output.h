/* btf-output.h: writing a file so that it is there whole or not at all. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "protocol/files/btf-error.h"

/* Writes @path through a temporary file in its folder: write, fsync, then a name, then fsync of the
 * folder; a failure of the last one is told although the file has its name already. Nothing else is
 * left behind on a failure. A kill leaves a hidden ".NAME." with numbers at most: in the moment
 * when another file is replaced, or where the file system knows no unnamed files. Without
 * @overwrite an existing file is BT_ERROR_EXISTS; with it the new file takes the place of a file,
 * and its permissions, but of nothing else. */
bool btf_output_write (const char *path, const void *data, size_t len, bool overwrite,
                       BtfError *error);
