/* clock-shim.c: preloaded into a program under test, moves its wall clock, or the clock that counts
 * through a suspend; the others go on.
 *
 *     SHOAL_CLOCK   a file of two numbers of 8 bytes, as this machine writes them: the seconds to
 * add to the wall clock, and those that the machine has slept. They may change at any time. A timer
 * that was set before goes off when it would have. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum
{
  WALL,
  SLEPT,
  N_NUMBERS
};

static volatile int64_t none[N_NUMBERS];
static volatile int64_t *more_s = none;

__attribute__ ((constructor)) static void
begin (void)
{
  const char *path = getenv ("SHOAL_CLOCK");
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  void *map = fd >= 0 ? mmap (NULL, sizeof none, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

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
    out->tv_sec += (time_t) more_s[WALL];
  if (done == 0 && clock == CLOCK_BOOTTIME)
    out->tv_sec += (time_t) more_s[SLEPT];
  return (int) done;
}

/* The kernel's timers know nothing of it. */
int
timerfd_settime (int fd, int flags, const struct itimerspec *when, struct itimerspec *before)
{
  struct itimerspec moved = *when;

  if ((flags & TFD_TIMER_ABSTIME) != 0 && moved.it_value.tv_sec > more_s[SLEPT])
    moved.it_value.tv_sec -= (time_t) more_s[SLEPT];
  return (int) syscall (SYS_timerfd_settime, fd, flags, &moved, before);
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
