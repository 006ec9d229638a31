/* btf-device.h: how many readers a disk likes. */
#pragma once

#include <stdbool.h>

/* Whether the file or folder @path lies on a disk with moving heads; false when nobody knows.
 * Reads sysfs (Documentation/block: queue/rotational). */
bool btf_device_is_rotational (const char *path);

/* How many threads may hash at once: one for a rotating disk, otherwise one for each processor that
 * this process may run on, at most 32, so that the buffers stay within their budget. */
unsigned btf_device_readers (const char *path);
