/* bt-crc32c.c: CRC-32C, four bits at a time.
 *
 * Inputs are addresses of 4 to 36 bytes, so a table of 16 entries that stays in one cache line is
 * worth more than a faster one of 1 KiB or more. */
#include "protocol/core/bt-crc32c.h"

/* The reflected polynomial 0x82f63b78 divided into each value of four bits. */
static const uint32_t nibbles[16] = {
  0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
  0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

uint32_t
bt_crc32c (const uint8_t *bytes, size_t len)
{
  uint32_t crc = 0xffffffff;

  for (size_t i = 0; i < len; i++)
    {
      crc ^= bytes[i];
      crc = (crc >> 4) ^ nibbles[crc & 15];
      crc = (crc >> 4) ^ nibbles[crc & 15];
    }
  return ~crc;
}
