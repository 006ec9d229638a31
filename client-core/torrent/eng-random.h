/* eng-random.h: numbers that look random and are the same on every run with the same seed.
 *
 * The decisions of the engine ask no one for randomness: whoever makes one gives it a seed. Good
 * for shuffling and for spreading load, never for secrets. */
#pragma once

#include <stdint.h>

/* SplitMix64: the next number; any @state will do. */
static inline uint64_t
eng_random_next (uint64_t *state)
{
  uint64_t z = *state += UINT64_C (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* A number below @n, which is not 0. */
static inline uint32_t
eng_random_below (uint64_t *state, uint32_t n)
{
  return (uint32_t) (((eng_random_next (state) >> 32) * n) >> 32);
}
