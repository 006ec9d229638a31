/* bt-utf8.c: decodes, checks and repairs UTF-8. */
#include "protocol/core/bt-utf8.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

static bool
is_continuation (uint8_t byte)
{
  return (byte & 0xc0) == 0x80;
}

/* The length that a first byte announces; 0 for a byte that cannot be first. */
static size_t
sequence_len (uint8_t first)
{
  if (first < 0x80)
    return 1;
  if (first < 0xc2 || first > 0xf4)
    return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

size_t
bt_utf8_decode (const uint8_t *bytes, size_t len, uint32_t *out)
{
  static const uint32_t smallest[5] = { 0, 0, 0x80, 0x800, 0x10000 };
  size_t n;
  uint32_t code;

  bt_assert (len > 0);
  *out = BT_UTF8_BAD;
  n = sequence_len (bytes[0]);
  if (n == 0 || n > len)
    return 1;
  code = n == 1 ? bytes[0] : bytes[0] & (0x7fu >> n);
  for (size_t i = 1; i < n; i++)
    {
      if (!is_continuation (bytes[i]))
        return 1;
      code = code << 6 | (bytes[i] & 0x3f);
    }
  if (code < smallest[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    return 1;
  *out = code;
  return n;
}

/* How many bytes at the start are surely ASCII; whole groups of eight alone are looked at. */
static size_t
ascii_groups (const uint8_t *bytes, size_t len)
{
  size_t n = 0;

  for (; len - n >= 8; n += 8)
    {
      uint64_t group;

      memcpy (&group, bytes + n, sizeof group);
      if ((group & UINT64_C (0x8080808080808080)) != 0)
        break;
    }
  return n;
}

bool
bt_utf8_valid (const uint8_t *bytes, size_t len)
{
  size_t i = 0;

  while (i < len)
    {
      uint32_t code;

      if (bytes[i] < 0x80)
        i += ascii_groups (bytes + i, len - i);
      if (i == len)
        break;
      i += bt_utf8_decode (bytes + i, len - i, &code);
      if (code == BT_UTF8_BAD)
        return false;
    }
  return true;
}

char *
bt_utf8_repair (const uint8_t *bytes, size_t len)
{
  GString *text = g_string_sized_new (len + 1);

  for (size_t i = 0; i < len;)
    {
      uint32_t code;
      size_t n = bt_utf8_decode (bytes + i, len - i, &code);

      if (code == BT_UTF8_BAD || code == 0)
        g_string_append_len (text, "\xef\xbf\xbd", 3);
      else
        g_string_append_len (text, (const char *) bytes + i, (gssize) n);
      i += n;
    }
  return g_string_free (text, FALSE);
}
