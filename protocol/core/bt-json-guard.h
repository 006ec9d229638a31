/* bt-json-guard.h: a look at JSON from outside before a parser sees it (RFC 8259).
 *
 * A parser recurses as deep as a text nests, and holds whatever a text lists. So depth and numbers
 * are counted first, by a walk that does neither. Whether it is JSON at all is left to the parser.
 * Any thread; O(length). */
#pragma once

#include <stddef.h>

#include "protocol/core/bt-limits.h"

typedef enum
{
  BT_JSON_FINE,
  BT_JSON_NOT_TEXT, /* not UTF-8, or with a NUL */
  BT_JSON_TOO_DEEP, /* over BT_LIMIT_JSON_DEPTH */
  BT_JSON_TOO_MANY  /* over BT_LIMIT_JSON_ELEMENTS in one array or object */
} BtJsonFault;

BtJsonFault bt_json_guard (const char *text, size_t len);
