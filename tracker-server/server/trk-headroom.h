/* trk-headroom.h: how much more memory the system lets this process take.
 *
 * By its own limit of addresses (RLIMIT_AS, "ulimit -v") and by those of the control groups that it
 * is in, of either version: MemoryMax= of a service, the limit of a container. What groups keep of
 * files the kernel can let go, and is not counted. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct
{
  uint64_t limit; /* bytes; UINT64_MAX: there is none */
  uint64_t left;
} TrkHeadroom;

/* Where groups say what they allow. */
typedef struct TrkGroups TrkGroups;

/* Of this process: @list is "/proc/self/cgroup", @top "/sys/fs/cgroup". (transfer full) */
TrkGroups *trk_groups_new (const char *list, const char *top);
/* Accepts NULL. */
void trk_groups_free (TrkGroups *self);

/* The headroom of the limit that will be reached first. Reads files: some microseconds, and about a
 * hundred in a group. Any thread. */
TrkHeadroom trk_headroom_look (const TrkGroups *groups);

/* Whether so little is left that nothing may grow: an eighth, but 32 to 256 MiB. */
bool trk_headroom_is_short (const TrkHeadroom *self);
