/* clock-shim.c: preloaded into a program under test, moves its wall clock; other clocks go on.
 *
 *     SHOAL_CLOCK   a file of 8 bytes: the seconds to add, as this machine writes a number. They
 *                   may change at any time. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t none;
static volatile int64_t *more_s = &none;

__attribute__ ((constructor)) static void
begin (void)
{
  const char *path = getenv ("SHOAL_CLOCK");
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  void *map = fd >= 0 ? mmap (NULL, sizeof *more_s, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

  if (map != MAP_FAILED)
    more_s = map;
  if (fd >= 0)
    (void) close (fd);
}

int
clock_gettime (clockid_t clock, struct timespec *out)
{
  long done = syscall (SYS_clock_gettime, clock, out);

  if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    out->tv_sec += (time_t) *more_s;
  return (int) done;
}

int
gettimeofday (struct timeval *restrict out, void *restrict zone)
{
  struct timespec now;

  (void) zone; /* nobody asks for it any more */
  (void) clock_gettime (CLOCK_REALTIME, &now);
  *out = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
  return 0;
}

time_t
time (time_t *out)
{
  struct timespec now;

  (void) clock_gettime (CLOCK_REALTIME, &now);
  if (out != NULL)
    *out = now.tv_sec;
  return now.tv_sec;
}
