/* bt-endpoint-text.c: endpoints as text, read strictly and written canonically (RFC 4291 section
 * 2.2, RFC 5952). The parser is our own: the C library's accepts more on some systems than on
 * others. */
#include "protocol/core/bt-endpoint.h"

#include <string.h>

#include "protocol/core/bt-hex.h"

/* Reads decimal digits up to the end or the first other character; refuses leading zeros, no
 * digits and more than @max. */
static bool
read_decimal (const char **p, const char *end, unsigned max, unsigned *out)
{
  const char *start = *p;
  unsigned value = 0;

  for (; *p < end && **p >= '0' && **p <= '9'; ++*p)
    {
      value = value * 10 + (unsigned) (**p - '0');
      if (value > max)
        return false;
    }
  if (*p == start || (*start == '0' && *p - start > 1))
    return false;
  *out = value;
  return true;
}

bool
bt_port_parse (const char *text, size_t len, uint16_t *out)
{
  const char *end = len > 0 ? text + len : text;
  unsigned port;

  if (!read_decimal (&text, end, UINT16_MAX, &port) || text != end)
    return false;
  *out = (uint16_t) port;
  return true;
}

static bool
parse_v4 (const char *text, size_t len, uint8_t out[4])
{
  const char *end = text + len;

  for (int i = 0; i < 4; i++)
    {
      unsigned value;

      if (i > 0 && (text == end || *text++ != '.'))
        return false;
      if (!read_decimal (&text, end, 255, &value))
        return false;
      out[i] = (uint8_t) value;
    }
  return text == end;
}

/* Groups of an IPv6 address as they are read. */
typedef struct
{
  uint8_t bytes[16];
  size_t n;   /* bytes filled */
  size_t gap; /* where "::" stood, or SIZE_MAX */
} Groups;

/* Reads one group: one to four hex digits, or a dotted IPv4 address that ends the text. */
static bool
read_group (Groups *groups, const char **p, const char *end)
{
  const char *start = *p;
  unsigned value = 0;

  for (; *p < end && *p - start < 4 && bt_hex_value (**p) >= 0; ++*p)
    value = value << 4 | (unsigned) bt_hex_value (**p);
  if (*p < end && **p == '.')
    {
      *p = end;
      if (groups->n > 12 || !parse_v4 (start, (size_t) (end - start), groups->bytes + groups->n))
        return false;
      groups->n += 4;
      return true;
    }
  if (*p == start || groups->n > 14)
    return false;
  groups->bytes[groups->n++] = (uint8_t) (value >> 8);
  groups->bytes[groups->n++] = (uint8_t) value;
  return true;
}

/* Reads what may stand between two groups. Leaves *p at the end or before a group. */
static bool
read_separator (Groups *groups, const char **p, const char *end)
{
  bool doubled = end - *p >= 2 && (*p)[0] == ':' && (*p)[1] == ':';

  if (doubled && groups->gap != SIZE_MAX)
    return false;
  if (doubled)
    {
      groups->gap = groups->n;
      *p += 2;
      return true;
    }
  if (groups->n == 0)
    return true;
  if (**p != ':' || end - *p < 2)
    return false;
  ++*p;
  return true;
}

static bool
parse_v6 (const char *text, size_t len, uint8_t out[16])
{
  const char *end = text + len;
  Groups groups = { .gap = SIZE_MAX };

  while (text < end)
    {
      if (!read_separator (&groups, &text, end))
        return false;
      if (text < end && !read_group (&groups, &text, end))
        return false;
    }
  /* "::" stands for at least one group. */
  if (groups.gap == SIZE_MAX ? groups.n != 16 : groups.n > 14)
    return false;
  if (groups.gap == SIZE_MAX)
    groups.gap = 16;
  memset (out, 0, 16);
  memcpy (out, groups.bytes, groups.gap);
  memcpy (out + 16 - (groups.n - groups.gap), groups.bytes + groups.gap, groups.n - groups.gap);
  return true;
}

bool
bt_endpoint_parse_address (const char *text, size_t len, BtEndpoint *out)
{
  uint8_t addr[16];

  if (len == 0)
    return false;
  if (memchr (text, ':', len) != NULL)
    {
      if (!parse_v6 (text, len, addr))
        return false;
      *out = bt_endpoint_v6 (addr, 0);
      return true;
    }
  if (!parse_v4 (text, len, addr))
    return false;
  *out = bt_endpoint_v4 (addr, 0);
  return true;
}

/* Where the part before the port ends: after the bracket, or before the colon. */
static const char *
find_port (const char *text, size_t len, bool bracket)
{
  const char *stop = memchr (text, bracket ? ']' : ':', len);

  return bracket && stop != NULL ? stop + 1 : stop;
}

bool
bt_endpoint_parse (const char *text, size_t len, BtEndpoint *out)
{
  bool bracket = len > 0 && text[0] == '[';
  const char *colon = len > 0 ? find_port (text, len, bracket) : NULL;
  const char *addr = bracket ? text + 1 : text;
  BtEndpoint endpoint;
  size_t addr_len;
  size_t left;

  if (colon == NULL || colon == text + len || *colon != ':')
    return false;
  addr_len = (size_t) (colon - addr) - (bracket ? 1 : 0);
  left = (size_t) (text + len - colon) - 1;
  /* Brackets hold an IPv6 address and nothing else. */
  if (bracket && memchr (addr, ':', addr_len) == NULL)
    return false;
  if (!bt_endpoint_parse_address (addr, addr_len, &endpoint)
      || !bt_port_parse (colon + 1, left, &endpoint.port))
    return false;
  *out = endpoint;
  return true;
}

static char *
write_decimal (char *p, unsigned value)
{
  char digits[5];
  int n = 0;

  do
    digits[n++] = (char) ('0' + value % 10);
  while ((value /= 10) != 0);
  while (n > 0)
    *p++ = digits[--n];
  return p;
}

static char *
write_v4 (char *p, const uint8_t *addr)
{
  for (int i = 0; i < 4; i++)
    {
      if (i > 0)
        *p++ = '.';
      p = write_decimal (p, addr[i]);
    }
  return p;
}

/* The longest run of two or more zero groups, the first of equals; its length, and its start. */
static int
longest_zeros (const uint16_t *groups, int *start)
{
  int best = 1;
  int run = 0;

  for (int i = 0; i < 8; i++)
    {
      run = groups[i] == 0 ? run + 1 : 0;
      if (run > best)
        {
          best = run;
          *start = i + 1 - run;
        }
    }
  return best > 1 ? best : 0;
}

static char *
write_group (char *p, unsigned group)
{
  static const char digits[] = "0123456789abcdef";
  int shift = 12;

  while (shift > 0 && group >> shift == 0)
    shift -= 4;
  for (; shift >= 0; shift -= 4)
    *p++ = digits[group >> shift & 15];
  return p;
}

static char *
write_v6 (char *p, const uint8_t *addr)
{
  uint16_t groups[8];
  int start = 8;
  int zeros;

  for (int i = 0; i < 8; i++)
    groups[i] = (uint16_t) (addr[2 * i] << 8 | addr[2 * i + 1]);
  zeros = longest_zeros (groups, &start);
  for (int i = 0; i < 8; i++)
    {
      if (zeros > 0 && i == start)
        {
          *p++ = ':';
          i += zeros - 1;
          if (i == 7)
            *p++ = ':';
          continue;
        }
      if (i > 0)
        *p++ = ':';
      p = write_group (p, groups[i]);
    }
  return p;
}

static char *
write_address (char *p, const BtEndpoint *self)
{
  if (self->family == BT_FAMILY_V4)
    return write_v4 (p, self->addr);
  return self->family == BT_FAMILY_V6 ? write_v6 (p, self->addr) : p;
}

size_t
bt_endpoint_write_address (const BtEndpoint *self, char out[BT_ENDPOINT_TEXT])
{
  char *end = write_address (out, self);

  *end = '\0';
  return (size_t) (end - out);
}

size_t
bt_endpoint_write (const BtEndpoint *self, char out[BT_ENDPOINT_TEXT])
{
  bool bracket = self->family == BT_FAMILY_V6;
  char *p = out;

  if (bracket)
    *p++ = '[';
  p = write_address (p, self);
  if (bracket)
    *p++ = ']';
  if (self->family != BT_FAMILY_NONE)
    {
      *p++ = ':';
      p = write_decimal (p, self->port);
    }
  *p = '\0';
  return (size_t) (p - out);
}
