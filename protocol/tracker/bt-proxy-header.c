/* bt-proxy-header.c: a line of text, or a fixed head with addresses behind it. */
#include "protocol/tracker/bt-proxy-header.h"

#include <string.h>

#define LINE_MAX_LEN 107u /* with its end */
#define HEAD_LEN 16u
#define ADDRESSES_V4 12u
#define ADDRESSES_V6 36u

#define SHORTEST 15u /* "PROXY UNKNOWN" */

static const uint8_t signature[12]
    = { 0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a };
static const char prefix[] = "PROXY ";

static BtProxyResult
more (size_t *used, size_t at_least)
{
  *used = at_least;
  return BT_PROXY_MORE;
}

/* Takes the next word of a line, which single spaces part. */
static bool
next_word (const char **at, const char *end, const char **word, size_t *len)
{
  const char *space;

  if (*at > end)
    return false;
  space = *at < end ? memchr (*at, ' ', (size_t) (end - *at)) : NULL;
  *word = *at;
  *len = (size_t) ((space != NULL ? space : end) - *at);
  *at = space != NULL ? space + 1 : end + 1;
  return *len > 0;
}

/* "TCP4 1.2.3.4 5.6.7.8 1000 80" */
static bool
read_words (const char *at, const char *end, BtEndpoint *source)
{
  BtEndpoint address[2];
  uint16_t port[2];
  const char *word;
  size_t len;
  bool v4;

  if (!next_word (&at, end, &word, &len))
    return false;
  if (len == 7 && memcmp (word, "UNKNOWN", 7) == 0)
    {
      *source = (BtEndpoint){ 0 };
      return true;
    }
  if (len != 4 || memcmp (word, "TCP", 3) != 0 || (word[3] != '4' && word[3] != '6'))
    return false;
  v4 = word[3] == '4';
  for (int i = 0; i < 2; i++)
    if (!next_word (&at, end, &word, &len) || (memchr (word, ':', len) == NULL) != v4
        || !bt_endpoint_parse_address (word, len, &address[i]))
      return false;
  for (int i = 0; i < 2; i++)
    if (!next_word (&at, end, &word, &len) || !bt_port_parse (word, len, &port[i]))
      return false;
  *source = address[0];
  source->port = port[0];
  return at > end;
}

static BtProxyResult
read_line (const uint8_t *data, size_t len, BtEndpoint *source, size_t *used)
{
  const char *text = (const char *) data;
  const char *feed = memchr (text, '\n', len < LINE_MAX_LEN ? len : LINE_MAX_LEN);
  BtEndpoint found = { 0 };

  if (feed == NULL && len >= LINE_MAX_LEN)
    return BT_PROXY_BAD;
  if (feed == NULL)
    return more (used, 1);
  if (feed[-1] != '\r' || !read_words (text + sizeof prefix - 1, feed - 1, &found))
    return BT_PROXY_BAD;
  *source = found;
  *used = (size_t) (feed + 1 - text);
  return BT_PROXY_WHOLE;
}

static uint16_t
read_u16 (const uint8_t *at)
{
  return (uint16_t) (at[0] << 8 | at[1]);
}

/* TCP over IPv4 or IPv6; another family is told as no endpoint. */
static bool
read_addresses (uint8_t family, const uint8_t *at, size_t len, BtEndpoint *source)
{
  *source = (BtEndpoint){ 0 };
  if (family == 0x11 && len >= ADDRESSES_V4)
    *source = bt_endpoint_v4 (at, read_u16 (at + 8));
  else if (family == 0x21 && len >= ADDRESSES_V6)
    *source = bt_endpoint_v6 (at, read_u16 (at + 32));
  else
    return family != 0x11 && family != 0x21;
  return true;
}

static BtProxyResult
read_binary (const uint8_t *data, size_t len, BtEndpoint *source, size_t *used)
{
  BtEndpoint found = { 0 };
  size_t behind;

  if (len < HEAD_LEN)
    return more (used, HEAD_LEN - len);
  behind = read_u16 (data + 14);
  if ((data[12] != 0x20 && data[12] != 0x21) || behind > BT_PROXY_HEADER_MAX - HEAD_LEN)
    return BT_PROXY_BAD;
  if (len < HEAD_LEN + behind)
    return more (used, HEAD_LEN + behind - len);
  if (data[12] == 0x21 && !read_addresses (data[13], data + HEAD_LEN, behind, &found))
    return BT_PROXY_BAD;
  *source = found;
  *used = HEAD_LEN + behind;
  return BT_PROXY_WHOLE;
}

/* Whether the bytes so far may become the text, and whether they have. */
static bool
begins (const uint8_t *data, size_t len, const void *with, size_t with_len, bool *whole)
{
  *whole = len >= with_len;
  return memcmp (data, with, *whole ? with_len : len) == 0;
}

BtProxyResult
bt_proxy_header_read (const uint8_t *data, size_t len, BtEndpoint *source, size_t *used)
{
  bool whole;

  if (len == 0)
    return more (used, SHORTEST);
  if (begins (data, len, prefix, sizeof prefix - 1, &whole))
    return whole ? read_line (data, len, source, used) : more (used, SHORTEST - len);
  if (begins (data, len, signature, sizeof signature, &whole))
    return whole ? read_binary (data, len, source, used) : more (used, HEAD_LEN - len);
  return BT_PROXY_BAD;
}
