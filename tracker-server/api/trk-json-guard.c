/* trk-json-guard.c: counting brackets and commas outside of strings. */
#include "tracker-server/api/trk-json-guard.h"

#include <stdint.h>
#include <string.h>

#include "protocol/core/bt-utf8.h"

typedef struct
{
  uint32_t commas[BT_LIMIT_JSON_DEPTH]; /* of each open array or object */
  size_t depth;
} Nest;

/* The quote that ends the string begun before @at, or @end. */
static const char *
skip_string (const char *at, const char *end)
{
  for (; at < end && *at != '"'; at++)
    if (*at == '\\' && at + 1 < end)
      at++;
  return at;
}

static TrkJsonFault
take (Nest *nest, char c)
{
  if (c == '[' || c == '{')
    {
      if (nest->depth == BT_LIMIT_JSON_DEPTH)
        return TRK_JSON_TOO_DEEP;
      nest->commas[nest->depth++] = 0;
    }
  else if ((c == ']' || c == '}') && nest->depth > 0)
    nest->depth--;
  else if (c == ',' && nest->depth > 0 && ++nest->commas[nest->depth - 1] >= TRK_JSON_ELEMENTS_MAX)
    return TRK_JSON_TOO_MANY;
  return TRK_JSON_FINE;
}

TrkJsonFault
trk_json_guard (const char *text, size_t len)
{
  const char *end = len > 0 ? text + len : text; /* nothing may be NULL */
  Nest nest = { .depth = 0 };

  if (!bt_utf8_valid ((const uint8_t *) text, len) || (len > 0 && memchr (text, '\0', len) != NULL))
    return TRK_JSON_NOT_TEXT;
  for (const char *at = text; at < end; at++)
    {
      TrkJsonFault fault = TRK_JSON_FINE;

      if (*at == '"')
        at = skip_string (at + 1, end);
      else
        fault = take (&nest, *at);
      if (fault != TRK_JSON_FINE)
        return fault;
    }
  return TRK_JSON_FINE;
}
