/* bt-query-private.h: what both kinds of query share: percent-decoding of 20-byte values, numbers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/tracker/bt-announce.h"

typedef enum
{
  BT_NUMBER_FINE,
  BT_NUMBER_NONE,     /* an empty value: as if it were not there */
  BT_NUMBER_NEGATIVE, /* well formed, below zero */
  BT_NUMBER_HUGE,     /* well formed, 2^63 and more */
  BT_NUMBER_BAD
} BtNumber;

/* Reads a decimal number; @out is below 2^63, and only set when FINE. "-0" is zero. */
BtNumber bt_query_number (const char *text, size_t len, uint64_t *out);

/* Reads exactly 20 bytes, each raw or as %XX in either case; '+' is a plus. On failure @out is
 * undefined. */
bool bt_query_bytes20 (const char *text, size_t len, uint8_t out[20]);

/* Appends @url without its fragment, and the '?' or '&' that the next parameter needs. */
void bt_query_begin (GString *out, const char *url);
