/* bt-url.c: percent escapes, query strings, and what a clean URL is (RFC 3986). */
#include "protocol/core/bt-url.h"

#include <string.h>

#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-utf8.h"

void
bt_url_query_init (BtUrlQuery *self, const char *text, size_t len, size_t max_pairs)
{
  *self = (BtUrlQuery){ .left = max_pairs };
  if (len > 0)
    {
      self->next = text;
      self->end = text + len;
    }
}

/* The place of @c in [from, end), or @end. */
static const char *
find (const char *from, const char *end, char c)
{
  const char *found = from < end ? memchr (from, c, (size_t) (end - from)) : NULL;

  return found != NULL ? found : end;
}

bool
bt_url_query_next (BtUrlQuery *self, BtUrlPair *out)
{
  while (self->next != NULL && self->left > 0)
    {
      const char *start = self->next;
      const char *stop = find (start, self->end, '&');
      const char *equals = find (start, stop, '=');

      self->next = stop < self->end ? stop + 1 : NULL;
      self->left--;
      if (start == stop)
        continue;
      *out = (BtUrlPair){ .key = start, .key_len = (size_t) (equals - start), .value = stop };
      if (equals < stop)
        out->value = equals + 1;
      out->value_len = (size_t) (stop - out->value);
      return true;
    }
  return false;
}

bool
bt_url_query_cut (const BtUrlQuery *self)
{
  return self->next != NULL;
}

static char
lower (char c)
{
  return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

bool
bt_url_name_equal (const char *text, size_t len, const char *name)
{
  if (len != strlen (name))
    return false;
  for (size_t i = 0; i < len; i++)
    if (lower (text[i]) != name[i])
      return false;
  return true;
}

/* The value of the escape "%XX" that starts at @text, or -1. */
static int
escape_value (const char *text, size_t len)
{
  int high;
  int low;

  if (len < 3)
    return -1;
  high = bt_hex_value (text[1]);
  low = bt_hex_value (text[2]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

bool
bt_url_decode (const char *text, size_t len, uint8_t *out, size_t *at)
{
  size_t n = 0;

  for (size_t i = 0; i < len; i++)
    {
      int value = text[i] == '%' ? escape_value (text + i, len - i) : (uint8_t) text[i];

      if (value < 0)
        {
          *at = i;
          return false;
        }
      if (text[i] == '%')
        i += 2;
      out[n++] = (uint8_t) value;
    }
  *at = n;
  return true;
}

size_t
bt_url_decode_loosely (const char *text, size_t len, bool plus_is_space, uint8_t *out)
{
  size_t n = 0;

  for (size_t i = 0; i < len; i++)
    {
      int value = text[i] == '%' ? escape_value (text + i, len - i) : -1;

      if (value >= 0)
        i += 2;
      else
        value = plus_is_space && text[i] == '+' ? ' ' : (uint8_t) text[i];
      out[n++] = (uint8_t) value;
    }
  return n;
}

static bool
is_unreserved (uint8_t c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
         || c == '.' || c == '_' || c == '~';
}

void
bt_url_encode (GString *out, const uint8_t *bytes, size_t len)
{
  static const char digits[] = "0123456789ABCDEF";

  for (size_t i = 0; i < len; i++)
    {
      const char escape[3] = { '%', digits[bytes[i] >> 4], digits[bytes[i] & 15] };

      if (is_unreserved (bytes[i]))
        g_string_append_len (out, (const char *) bytes + i, 1);
      else
        g_string_append_len (out, escape, sizeof escape);
    }
}

static bool
has_scheme (const char *text, size_t len, const char *const *schemes)
{
  const char *colon = len > 0 ? memchr (text, ':', len) : NULL;
  size_t scheme_len = colon != NULL ? (size_t) (colon - text) : len;

  if (len - scheme_len < 4 || memcmp (text + scheme_len, "://", 3) != 0)
    return false;
  for (; *schemes != NULL; schemes++)
    if (bt_url_name_equal (text, scheme_len, *schemes))
      return true;
  return false;
}

/* Spaces and the control characters of ASCII and Latin-1. */
static bool
is_unclean (uint32_t code)
{
  return code <= ' ' || (code >= 0x7f && code <= 0xa0);
}

bool
bt_url_is_clean (const char *text, size_t len, const char *const *schemes)
{
  const uint8_t *bytes = (const uint8_t *) text;

  for (size_t i = 0; i < len;)
    {
      uint32_t code;

      i += bt_utf8_decode (bytes + i, len - i, &code);
      if (code == BT_UTF8_BAD || is_unclean (code))
        return false;
    }
  return has_scheme (text, len, schemes);
}
