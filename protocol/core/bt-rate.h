/* bt-rate.h: how fast bytes pass, as a mean over the last seconds.
 *
 * The window is cut into 16 slots of time. The rate is what the 16 slots that have ended hold,
 * divided by the window, so a steady stream whose period divides the window reads exactly right and
 * one that stops reads 0 after one window and a slot. The slot that is running counts once it has
 * ended. Until the first window is full the divisor is the time since the first bytes, at least a
 * quarter of the window. A clock that stands still or steps back keeps filling the running slot.
 * Integers alone; no rate up to BT_RATE_MAX_BPS and no gap overflows. One owner; no locks. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define BT_RATE_SLOTS 16
#define BT_RATE_WINDOW_US UINT64_C (2000000)

/* What the estimator saturates at: far beyond any machine. */
#define BT_RATE_MAX_BPS (UINT64_C (1) << 40)

/* A plain value. */
typedef struct
{
  uint64_t slot_us;
  uint64_t slot;  /* number of the running slot since the clock's zero */
  uint64_t first; /* number of the slot in which the first bytes came; UINT64_MAX before */
  uint64_t bytes[BT_RATE_SLOTS + 1];
} BtRate;

/* @window_us of 0 means BT_RATE_WINDOW_US; it is at most an hour and at least 16 us. */
void bt_rate_init (BtRate *self, uint64_t window_us);

/* Counts @n bytes that have just passed. */
void bt_rate_add (BtRate *self, uint64_t n, uint64_t now_us);

/* Bytes per second. */
uint64_t bt_rate_get (BtRate *self, uint64_t now_us);
