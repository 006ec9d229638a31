/* trk-notify.h: what a service manager is told: ready, reloading, stopping, alive.
 *
 * Datagrams of NAME=VALUE lines to the Unix socket that NOTIFY_SOCKET names. Source: sd_notify(3).
 * Without one everything here does nothing. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct
{
  int fd;               /* -1: nobody listens */
  uint64_t watchdog_us; /* it wants to hear of us this often; 0: not at all */
} TrkNotify;

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID and takes them out of the environment. Before
 * any thread. */
void trk_notify_init (TrkNotify *self);
void trk_notify_clear (TrkNotify *self);

/* Sends lines as they are; false when there is nobody, or it could not be sent. */
bool trk_notify_send (const TrkNotify *self, const char *lines);

void trk_notify_ready (const TrkNotify *self, const char *status);
void trk_notify_reloading (const TrkNotify *self);
void trk_notify_stopping (const TrkNotify *self);
void trk_notify_status (const TrkNotify *self, const char *status);
void trk_notify_alive (const TrkNotify *self);
