/* bt-host-port.c: checks the form of hosts and ports (RFC 952, 1123, 3986 section 3.2.2). */
#include "protocol/core/bt-host-port.h"

#include <string.h>

#include "protocol/core/bt-hex.h"

#define MAX_NAME 253
#define MAX_LABEL 63

static bool
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

static bool
is_name_char (char c)
{
  return is_digit (c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/* Whether some resolver takes the label for a number: all digits, or 0x and hex digits. */
static bool
is_numeric (const char *label, size_t len)
{
  bool hex = len >= 2 && label[0] == '0' && (label[1] == 'x' || label[1] == 'X');

  for (size_t i = hex ? 2 : 0; i < len; i++)
    if (hex ? bt_hex_value (label[i]) < 0 : !is_digit (label[i]))
      return false;
  return true;
}

static bool
is_name (const char *text, size_t len)
{
  size_t label = 0; /* where the current label starts */

  if (len > 1 && text[len - 1] == '.')
    len--;
  if (len == 0 || len > MAX_NAME)
    return false;
  for (size_t i = 0; i <= len; i++)
    {
      if (i < len && is_name_char (text[i]))
        continue;
      if ((i < len && text[i] != '.') || i == label || i - label > MAX_LABEL)
        return false;
      if (i == len)
        break;
      label = i + 1;
    }
  return !is_numeric (text + label, len - label);
}

bool
bt_host_port_set (const char *host, size_t len, uint16_t port, BtHostPort *out)
{
  BtHostPort self = { .host = host, .host_len = len, .port = port };

  if (port == 0)
    return false;
  if (bt_endpoint_parse_address (host, len, &self.endpoint))
    self.endpoint.port = port;
  else if (!is_name (host, len))
    return false;
  *out = self;
  return true;
}

bool
bt_host_port_parse (const char *text, size_t len, BtHostPort *out)
{
  const char *colon = len > 0 ? memrchr (text, ':', len) : NULL;
  BtEndpoint endpoint;
  uint16_t port;
  size_t host_len;

  if (colon == NULL)
    return false;
  if (bt_endpoint_parse (text, len, &endpoint))
    {
      size_t bracket = text[0] == '[' ? 1 : 0;

      host_len = (size_t) (colon - text) - 2 * bracket;
      return bt_host_port_set (text + bracket, host_len, endpoint.port, out);
    }
  host_len = (size_t) (colon - text);
  return is_name (text, host_len) && bt_port_parse (colon + 1, len - host_len - 1, &port)
         && bt_host_port_set (text, host_len, port, out);
}
