/* bt-query.c: values of a tracker's query, read without a copy and without a table of the world. */
#include <string.h>

#include "protocol/tracker/bt-query-private.h"

BtNumber
bt_query_number (const char *text, size_t len, uint64_t *out)
{
  bool negative = len > 0 && text[0] == '-';
  bool huge = false;
  uint64_t value = 0;

  if (len == 0)
    return BT_NUMBER_NONE;
  if (len == (size_t) negative)
    return BT_NUMBER_BAD;
  for (size_t i = negative; i < len; i++)
    {
      unsigned digit = (unsigned) (uint8_t) text[i] - '0';

      if (digit > 9)
        return BT_NUMBER_BAD;
      huge = huge || value > ((uint64_t) INT64_MAX - digit) / 10;
      if (!huge)
        value = value * 10 + digit;
    }
  if (negative && (huge || value > 0))
    return BT_NUMBER_NEGATIVE;
  if (huge)
    return BT_NUMBER_HUGE;
  *out = value;
  return BT_NUMBER_FINE;
}

/* The value of a hexadecimal digit, or more than 15. */
static inline unsigned
digit_value (char c)
{
  unsigned decimal = (unsigned) (uint8_t) c - '0';
  unsigned letter = ((unsigned) (uint8_t) c | 0x20) - 'a';

  if (decimal <= 9)
    return decimal;
  return letter <= 5 ? letter + 10 : 16;
}

bool
bt_query_bytes20 (const char *text, size_t len, uint8_t out[20])
{
  size_t at = 0;

  for (size_t n = 0; n < 20; n++)
    {
      unsigned high;
      unsigned low;

      if (at >= len)
        return false;
      if (text[at] != '%')
        {
          out[n] = (uint8_t) text[at++];
          continue;
        }
      if (len - at < 3)
        return false;
      high = digit_value (text[at + 1]);
      low = digit_value (text[at + 2]);
      if ((high | low) > 15)
        return false;
      out[n] = (uint8_t) (high << 4 | low);
      at += 3;
    }
  return at == len;
}

void
bt_query_begin (GString *out, const char *url)
{
  size_t len = strcspn (url, "#");
  const char *mark = memchr (url, '?', len);

  g_string_append_len (out, url, (gssize) len);
  if (mark == NULL)
    g_string_append_c (out, '?');
  else if (url[len - 1] != '?' && url[len - 1] != '&')
    g_string_append_c (out, '&');
}
