/* trk-notify.c: the socket of the service manager. */
#include "tracker-server/server/trk-notify.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#define NS_PER_US 1000u
#define US_PER_S 1000000u

/* A path, or "@name" of the abstract namespace; vsock is for virtual machines. */
static int
connect_to (const char *name)
{
  struct sockaddr_un at = { .sun_family = AF_UNIX };
  size_t len = strlen (name);
  int fd;

  if ((name[0] != '/' && name[0] != '@') || len < 2 || len >= sizeof at.sun_path)
    return -1;
  memcpy (at.sun_path, name, len);
  if (name[0] == '@')
    at.sun_path[0] = '\0';
  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd >= 0
      && connect (fd, (struct sockaddr *) &at,
                  (socklen_t) (offsetof (struct sockaddr_un, sun_path) + len + (name[0] == '/')))
             != 0)
    {
      (void) close (fd); /* nothing was written */
      return -1;
    }
  return fd;
}

static uint64_t
number_of (const char *name)
{
  const char *text = g_getenv (name);
  guint64 number = 0;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 0, UINT64_MAX, &number, NULL))
    return 0;
  return number;
}

void
trk_notify_init (TrkNotify *self)
{
  const char *name = g_getenv ("NOTIFY_SOCKET");
  uint64_t pid = number_of ("WATCHDOG_PID");

  *self = (TrkNotify){ .fd = name != NULL ? connect_to (name) : -1 };
  if (self->fd >= 0 && (pid == 0 || pid == (uint64_t) getpid ()))
    self->watchdog_us = number_of ("WATCHDOG_USEC");
  g_unsetenv ("NOTIFY_SOCKET");
  g_unsetenv ("WATCHDOG_USEC");
  g_unsetenv ("WATCHDOG_PID");
}

void
trk_notify_clear (TrkNotify *self)
{
  if (self->fd >= 0)
    (void) close (self->fd); /* nothing waits in it */
  self->fd = -1;
}

bool
trk_notify_send (const TrkNotify *self, const char *lines)
{
  return self->fd >= 0
         && send (self->fd, lines, strlen (lines), MSG_NOSIGNAL | MSG_DONTWAIT)
                == (ssize_t) strlen (lines);
}

/* A line break would begin another assignment. */
static void
send_status (const TrkNotify *self, const char *before, const char *status)
{
  g_autofree char *line = g_strdelimit (g_strdup (status), "\r\n", ' ');
  g_autofree char *lines = g_strdup_printf ("%sSTATUS=%s\n", before, line);

  (void) trk_notify_send (self, lines); /* the manager goes by its own deadlines */
}

void
trk_notify_ready (const TrkNotify *self, const char *status)
{
  send_status (self, "READY=1\n", status);
}

void
trk_notify_status (const TrkNotify *self, const char *status)
{
  send_status (self, "", status);
}

void
trk_notify_reloading (const TrkNotify *self)
{
  struct timespec now;
  g_autofree char *lines = NULL;

  if (clock_gettime (CLOCK_MONOTONIC, &now) != 0)
    return;
  lines = g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GUINT64_FORMAT "\n",
                           (uint64_t) now.tv_sec * US_PER_S + (uint64_t) now.tv_nsec / NS_PER_US);
  (void) trk_notify_send (self, lines); /* as above */
}

void
trk_notify_stopping (const TrkNotify *self)
{
  (void) trk_notify_send (self, "STOPPING=1\n"); /* as above */
}

void
trk_notify_alive (const TrkNotify *self)
{
  (void) trk_notify_send (self, "WATCHDOG=1\n"); /* as above */
}
