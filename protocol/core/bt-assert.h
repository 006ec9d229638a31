/* bt-assert.h: how the protocol library states what its own callers must guarantee.
 *
 * A failed bt_assert() is a mistake of the programmer, never of a peer: input from outside is
 * answered with a status. It traps, so that the sans-I/O code needs neither a log nor abort(). */
#pragma once

#define bt_assert(expr)                                                                            \
  do                                                                                               \
    {                                                                                              \
      if (__builtin_expect (!(expr), 0))                                                           \
        __builtin_trap ();                                                                         \
    }                                                                                              \
  while (0)
