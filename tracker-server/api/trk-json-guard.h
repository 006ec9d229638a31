/* trk-json-guard.h: a look at JSON from outside before a parser sees it.
 *
 * The parser recurses as deep as a text nests, and holds whatever a text lists. So depth and
 * numbers are counted first, by a walk that does neither. Whether it is JSON at all is left to the
 * parser. Pure; any thread; O(length). */
#pragma once

#include <stddef.h>

#include "protocol/core/bt-limits.h"

/* Elements of one array, and members of one object. */
#define TRK_JSON_ELEMENTS_MAX 10000u

typedef enum
{
  TRK_JSON_FINE,
  TRK_JSON_NOT_TEXT, /* not UTF-8, or with a NUL */
  TRK_JSON_TOO_DEEP, /* over BT_LIMIT_JSON_DEPTH */
  TRK_JSON_TOO_MANY  /* over TRK_JSON_ELEMENTS_MAX */
} TrkJsonFault;

TrkJsonFault trk_json_guard (const char *text, size_t len);
