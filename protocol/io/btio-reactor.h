/* btio-reactor.h: one thread's sockets and timers, inside a GMainContext.
 *
 * GMainContext walks every source and descriptor on every wake-up; with thousands of sockets that
 * costs more than the work. So all of them stand behind one epoll descriptor, and all deadlines
 * behind one timer descriptor that counts through suspend (CLOCK_BOOTTIME); the context sees a
 * single source. A turn is: the sockets that are ready, the timers that are due, then what asked to
 * be called once at its end, which is where outboxes are flushed.
 *
 * Everything here belongs to the thread that iterates the context. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#include <glib.h>

#define BTIO_NEVER UINT64_MAX

typedef struct BtioReactor BtioReactor;
typedef struct BtioWatch BtioWatch;
typedef struct BtioTimer BtioTimer;
typedef struct BtioTurn BtioTurn;

/* A descriptor that is waited for. Embedded in its owner; { 0 } before the first start. */
struct BtioWatch
{
  /* @events: EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP as epoll gives them. May stop any watch, this
   * one and those that are ready in the same turn as well. */
  void (*ready) (BtioWatch *watch, uint32_t events);

  /* The reactor's. */
  BtioReactor *reactor; /* NULL while stopped */
  int fd;
  uint32_t events;
};

/* A deadline. Embedded in its owner; { 0 } before the first use. */
struct BtioTimer
{
  void (*due) (BtioTimer *timer, uint64_t now_us);

  /* The reactor's. */
  BtioReactor *reactor; /* NULL while unset */
  uint64_t deadline_us;
  size_t index; /* in the heap */
};

/* Something to do once at the end of a turn, however often it is asked for. Embedded likewise. */
struct BtioTurn
{
  void (*run) (BtioTurn *turn);

  /* The reactor's. */
  BtioReactor *reactor; /* NULL while not asked for */
  BtioTurn *before;
  BtioTurn *after;
};

/* Attaches a reactor to @context, which it keeps a reference on. NULL and errno when the system
 * gives no descriptors. (transfer full) */
BtioReactor *btio_reactor_new (GMainContext *context);

/* All watches, timers and turns must have been stopped. Accepts NULL. */
void btio_reactor_free (BtioReactor *reactor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BtioReactor, btio_reactor_free)

/* CLOCK_BOOTTIME in microseconds, read once a turn; outside of a turn, the time now. */
uint64_t btio_reactor_now_us (const BtioReactor *reactor);

/* Waits for @events on @fd, which stays the caller's and must not be closed before the stop. False
 * and errno when the kernel refuses. */
bool btio_watch_start (BtioWatch *watch, BtioReactor *reactor, int fd, uint32_t events);
/* Changes what is waited for; free of charge when it is the same. */
void btio_watch_set (BtioWatch *watch, uint32_t events);
/* Accepts a watch that is stopped. */
void btio_watch_stop (BtioWatch *watch);

/* Sets or moves the deadline; BTIO_NEVER unsets it. One in the past is due in the next turn.
 * O(log timers). */
void btio_timer_set (BtioTimer *timer, BtioReactor *reactor, uint64_t deadline_us);
void btio_timer_stop (BtioTimer *timer);

/* Asks for a call at the end of this turn, or of the next when there is none under way. */
void btio_turn_ask (BtioTurn *turn, BtioReactor *reactor);
void btio_turn_stop (BtioTurn *turn);
