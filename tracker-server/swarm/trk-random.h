/* trk-random.h: numbers that spread well and that nobody has to be unable to foretell: SplitMix64
 * (Steele, Lea, Flood, 2014). */
#pragma once

#include <stdint.h>

/* The next 32 bits; any state will do to begin with. */
static inline uint32_t
trk_random (uint64_t *state)
{
  uint64_t z = *state += UINT64_C (0x9e3779b97f4a7c15);

  z = (z ^ z >> 30) * UINT64_C (0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C (0x94d049bb133111eb);
  return (uint32_t) (z >> 32);
}
