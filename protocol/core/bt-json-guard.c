/* bt-json-guard.c: counting what nests and what is listed, outside of strings. */
#include "protocol/core/bt-json-guard.h"

#include <stdint.h>
#include <string.h>

#include "protocol/core/bt-utf8.h"

typedef struct
{
  uint32_t commas[BT_LIMIT_JSON_DEPTH]; /* of each array or object that is open */
  size_t depth;
} Nesting;

/* Where the string ends that was begun before @i: at its quote, or at @len. */
static size_t
end_of_string (const char *text, size_t len, size_t i)
{
  while (i < len && text[i] != '"')
    i += text[i] == '\\' && i + 1 < len ? 2 : 1;
  return i;
}

static BtJsonFault
step (Nesting *nesting, char c)
{
  switch (c)
    {
    case '[':
    case '{':
      if (nesting->depth == BT_LIMIT_JSON_DEPTH)
        return BT_JSON_TOO_DEEP;
      nesting->commas[nesting->depth++] = 0;
      return BT_JSON_FINE;
    case ']':
    case '}':
      nesting->depth -= nesting->depth > 0;
      return BT_JSON_FINE;
    case ',':
      if (nesting->depth > 0 && ++nesting->commas[nesting->depth - 1] >= BT_LIMIT_JSON_ELEMENTS)
        return BT_JSON_TOO_MANY;
      return BT_JSON_FINE;
    default:
      return BT_JSON_FINE;
    }
}

BtJsonFault
bt_json_guard (const char *text, size_t len)
{
  Nesting nesting = { .depth = 0 };
  BtJsonFault fault = BT_JSON_FINE;

  if (len == 0)
    return BT_JSON_FINE;
  if (!bt_utf8_valid ((const uint8_t *) text, len) || memchr (text, '\0', len) != NULL)
    return BT_JSON_NOT_TEXT;
  for (size_t i = 0; i < len && fault == BT_JSON_FINE; i++)
    if (text[i] == '"')
      i = end_of_string (text, len, i + 1);
    else
      fault = step (&nesting, text[i]);
  return fault;
}
