/* trk-source.c: networks, and the walk through X-Forwarded-For from its end. */
#include "tracker-server/front/trk-source.h"

#include <string.h>

/* --- networks --- */

/* Up to three digits without a leading zero. */
static bool
read_bits (const char *text, size_t len, unsigned max, unsigned *out)
{
  unsigned bits = 0;

  if (len == 0 || len > 3 || (len > 1 && text[0] == '0'))
    return false;
  for (size_t i = 0; i < len; i++)
    {
      if (text[i] < '0' || text[i] > '9')
        return false;
      bits = bits * 10 + (unsigned) (text[i] - '0');
    }
  *out = bits;
  return bits <= max;
}

bool
trk_network_parse (const char *text, size_t len, TrkNetwork *out)
{
  const char *slash = memchr (text, '/', len);
  size_t address_len = slash != NULL ? (size_t) (slash - text) : len;
  TrkNetwork network;

  if (!bt_endpoint_parse_address (text, address_len, &network.address))
    return false;
  network.bits = (unsigned) bt_endpoint_addr_len (&network.address) * 8;
  if (slash != NULL && !read_bits (slash + 1, len - address_len - 1, network.bits, &network.bits))
    return false;
  *out = network;
  return true;
}

static bool
has (const TrkNetwork *self, const BtEndpoint *address)
{
  size_t whole = self->bits / 8;
  unsigned rest = self->bits % 8;

  if (self->address.family != address->family
      || memcmp (self->address.addr, address->addr, whole) != 0)
    return false;
  return rest == 0 || (self->address.addr[whole] ^ address->addr[whole]) >> (8 - rest) == 0;
}

bool
trk_networks_have (const TrkNetworks *self, const BtEndpoint *address)
{
  for (size_t i = 0; i < self->n; i++)
    if (has (&self->networks[i], address))
      return true;
  return false;
}

/* --- X-Forwarded-For --- */

/* The last entry of a list that commas part; @len becomes the length of what is in front of it. */
static const char *
last_entry (const char *text, size_t *len, size_t *entry_len)
{
  size_t end = *len;
  size_t start;

  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t'))
    end--;
  for (start = end; start > 0 && text[start - 1] != ','; start--)
    ;
  *len = start > 0 ? start - 1 : 0;
  while (start < end && (text[start] == ' ' || text[start] == '\t'))
    start++;
  *entry_len = end - start;
  return text + start;
}

/* "1.2.3.4", "::1", "[::1]", and the first and the last with a port. */
static bool
read_entry (const char *text, size_t len, BtEndpoint *out)
{
  /* On failure each of these leaves @out alone. */
  if (bt_endpoint_parse_address (text, len, out) || bt_endpoint_parse (text, len, out))
    return true;
  return len > 2 && text[0] == '[' && text[len - 1] == ']'
         && bt_endpoint_parse_address (text + 1, len - 2, out);
}

/* Walks one line; true when it has told who it is, or can tell no more. */
static bool
walk (const TrkNetworks *proxies, const char *text, size_t len, BtEndpoint *source)
{
  while (len > 0)
    {
      size_t entry_len;
      const char *entry = last_entry (text, &len, &entry_len);

      if (entry_len == 0)
        continue;
      if (!read_entry (entry, entry_len, source) || !trk_networks_have (proxies, source))
        return true;
    }
  return false;
}

BtEndpoint
trk_source_find (const TrkNetworks *proxies, const BtEndpoint *peer, const char *data,
                 const BtHttpRequest *head)
{
  BtEndpoint source = *peer;

  if (head->n_forwarded == 0 || !trk_networks_have (proxies, peer))
    return source;
  for (unsigned i = head->n_forwarded; i > 0; i--)
    if (walk (proxies, data + head->forwarded[i - 1].at, head->forwarded[i - 1].len, &source))
      break;
  return source;
}

BtEndpoint
trk_source_find_in (const TrkNetworks *proxies, const BtEndpoint *peer, const char *forwarded,
                    size_t len)
{
  BtEndpoint source = *peer;

  if (trk_networks_have (proxies, peer))
    (void) walk (proxies, forwarded, len, &source); /* whatever it found last */
  return source;
}
