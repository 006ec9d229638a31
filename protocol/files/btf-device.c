/* btf-device.c: asking sysfs about the device below a path. */
#include "protocol/files/btf-device.h"

#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <glib.h>

#define MAX_READERS 32

/* A partition has no queue of its own: its disk, one folder up, has. */
static bool
read_rotational (dev_t device, const char *folder, bool *out)
{
  char name[96];
  char value = '0';
  FILE *file;

  g_snprintf (name, sizeof name, "/sys/dev/block/%u:%u/%squeue/rotational", major (device),
              minor (device), folder);
  file = fopen (name, "re");
  if (file == NULL)
    return false;
  *out = fread (&value, 1, 1, file) == 1 && value == '1';
  fclose (file);
  return true;
}

bool
btf_device_is_rotational (const char *path)
{
  struct stat st;
  bool rotational = false;

  if (stat (path, &st) != 0)
    return false;
  if (!read_rotational (st.st_dev, "", &rotational))
    (void) read_rotational (st.st_dev, "../", &rotational); /* not a disk: it stays false */
  return rotational;
}

unsigned
btf_device_readers (const char *path)
{
  cpu_set_t cpus;
  int n = 1;

  if (btf_device_is_rotational (path))
    return 1;
  if (sched_getaffinity (0, sizeof cpus, &cpus) == 0)
    n = CPU_COUNT (&cpus);
  return (unsigned) CLAMP (n, 1, MAX_READERS);
}
