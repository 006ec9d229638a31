/* bt-crc32c.h: the CRC-32C checksum (Castagnoli), as RFC 3720 appendix B.4 has it.
 *
 * Peer priorities (BEP 40) and node ids (BEP 42) hash a handful of bytes with it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The checksum of @len bytes; "123456789" gives e3069283. */
uint32_t bt_crc32c (const uint8_t *bytes, size_t len);
