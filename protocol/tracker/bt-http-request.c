/* bt-http-request.c: lines, the request line, and the headers that decide where a request ends. */
#include "protocol/tracker/bt-http-request.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-url.h"

#define METHOD_MAX 32u
#define LENGTH_DIGITS 18u

/* A line without its end. */
typedef struct
{
  const char *text;
  size_t len;
} Line;

typedef enum
{
  TOKEN = 1 << 0, /* RFC 9110, 5.6.2 */
  HOST = 1 << 1   /* RFC 3986, 3.2.2, with a port */
} Kind;

static const uint8_t kinds[256] = {
  ['0' ... '9'] = TOKEN | HOST,
  ['A' ... 'Z'] = TOKEN | HOST,
  ['a' ... 'z'] = TOKEN | HOST,
  ['!'] = TOKEN | HOST,
  ['#'] = TOKEN,
  ['$'] = TOKEN | HOST,
  ['%'] = TOKEN | HOST,
  ['&'] = TOKEN | HOST,
  ['\''] = TOKEN | HOST,
  ['*'] = TOKEN | HOST,
  ['+'] = TOKEN | HOST,
  ['-'] = TOKEN | HOST,
  ['.'] = TOKEN | HOST,
  ['^'] = TOKEN,
  ['_'] = TOKEN | HOST,
  ['`'] = TOKEN,
  ['|'] = TOKEN,
  ['~'] = TOKEN | HOST,
  ['('] = HOST,
  [')'] = HOST,
  [','] = HOST,
  [';'] = HOST,
  ['='] = HOST,
  [':'] = HOST,
  ['['] = HOST,
  [']'] = HOST,
};

static bool
is_all (const char *text, size_t len, Kind kind)
{
  for (size_t i = 0; i < len; i++)
    if ((kinds[(uint8_t) text[i]] & kind) == 0)
      return false;
  return true;
}

/* No control character but a tab. */
static bool
is_value (const char *text, size_t len)
{
  for (size_t i = 0; i < len; i++)
    {
      uint8_t c = (uint8_t) text[i];

      if ((c < ' ' && c != '\t') || c == 0x7f)
        return false;
    }
  return true;
}

/* Neither spaces nor control characters. Bytes over 127 are let through: some clients write hashes
 * as they are. */
static bool
is_plain (const char *text, size_t len)
{
  for (size_t i = 0; i < len; i++)
    {
      uint8_t c = (uint8_t) text[i];

      if (c <= ' ' || c == 0x7f)
        return false;
    }
  return true;
}

static BtHttpResult
bad (BtHttpRequest *self, unsigned status)
{
  self->status = status;
  return BT_HTTP_BAD;
}

static bool
refuse (BtHttpRequest *self, unsigned status)
{
  self->status = status;
  return false;
}

static Line
trim (Line line)
{
  while (line.len > 0 && (line.text[0] == ' ' || line.text[0] == '\t'))
    line = (Line){ line.text + 1, line.len - 1 };
  while (line.len > 0 && (line.text[line.len - 1] == ' ' || line.text[line.len - 1] == '\t'))
    line.len--;
  return line;
}

static bool
is (Line line, const char *name)
{
  return bt_url_name_equal (line.text, line.len, name);
}

static BtHttpSpan
span (const char *data, Line text)
{
  return (BtHttpSpan){ (uint32_t) (text.text - data), (uint32_t) text.len };
}

/* --- the request line --- */

/* "HTTP/1.1" at the end of the line. */
static bool
take_version (BtHttpRequest *self, Line version)
{
  if (version.len != 8 || memcmp (version.text, "HTTP/", 5) != 0
      || !g_ascii_isdigit (version.text[5]) || version.text[6] != '.'
      || !g_ascii_isdigit (version.text[7]))
    return refuse (self, 400);
  if (version.text[5] != '1')
    return refuse (self, 505);
  self->minor = version.text[7] == '0' ? 0 : 1;
  self->keep_alive = self->minor == 1;
  return true;
}

static bool
take_method (BtHttpRequest *self, Line method)
{
  if (method.len == 0 || method.len > METHOD_MAX || !is_all (method.text, method.len, TOKEN))
    return refuse (self, 400);
  if (method.len == 3 && memcmp (method.text, "GET", 3) == 0)
    self->method = BT_HTTP_GET;
  else if (method.len == 4 && memcmp (method.text, "HEAD", 4) == 0)
    self->method = BT_HTTP_HEAD_ONLY;
  else
    self->method = BT_HTTP_OTHER;
  return true;
}

/* "http://host" in front of the path, which names the host whatever the header says. Only proxies
 * are asked that way; a server has to understand it all the same. */
static bool
take_authority (BtHttpRequest *self, const char *data, Line *target)
{
  const char *end = target->text + target->len;
  const char *host = memchr (target->text, ':', target->len);
  const char *path;
  Line authority;

  if (host == NULL || end - host < 3 || memcmp (host, "://", 3) != 0)
    return refuse (self, 400);
  authority.text = host + 3;
  if (!is ((Line){ target->text, (size_t) (host - target->text) }, "http")
      && !is ((Line){ target->text, (size_t) (host - target->text) }, "https"))
    return refuse (self, 400);
  for (path = authority.text; path < end && *path != '/' && *path != '?'; path++)
    ;
  authority.len = (size_t) (path - authority.text);
  if (authority.len == 0 || !is_all (authority.text, authority.len, HOST))
    return refuse (self, 400);
  self->host = span (data, authority);
  self->absolute = true;
  *target = (Line){ path, (size_t) (end - path) };
  return true;
}

/* Some clients put a space between the path and the query: it is left out. */
static bool
take_target (BtHttpRequest *self, const char *data, Line target)
{
  const char *mark;
  Line path;
  Line query;

  if (target.len == 0)
    return refuse (self, 400);
  if (target.text[0] != '/' && !(target.len == 1 && target.text[0] == '*')
      && !take_authority (self, data, &target))
    return false;
  mark = memchr (target.text, '?', target.len);
  path = (Line){ target.text, mark != NULL ? (size_t) (mark - target.text) : target.len };
  query = mark != NULL ? (Line){ mark + 1, target.len - path.len - 1 }
                       : (Line){ target.text + target.len, 0 };
  while (mark != NULL && path.len > 0 && path.text[path.len - 1] == ' ')
    path.len--;
  if (!is_plain (path.text, path.len) || !is_plain (query.text, query.len))
    return refuse (self, 400);
  self->path = span (data, path);
  self->query = span (data, query);
  return true;
}

static bool
take_request_line (BtHttpRequest *self, const char *data, Line line)
{
  const char *first = memchr (line.text, ' ', line.len);
  const char *last = memrchr (line.text, ' ', line.len);
  const char *end = line.text + line.len;

  self->has_target = true;
  if (first == NULL || first == last)
    return refuse (self, 400);
  return take_method (self, (Line){ line.text, (size_t) (first - line.text) })
         && take_version (self, (Line){ last + 1, (size_t) (end - last - 1) })
         && take_target (self, data, (Line){ first + 1, (size_t) (last - first - 1) });
}

/* --- headers --- */

/* The next part of a list that commas part, without the space around it. */
static bool
next_item (Line *list, Line *item)
{
  const char *comma;

  if (list->text == NULL)
    return false;
  comma = list->len > 0 ? memchr (list->text, ',', list->len) : NULL;
  *item = *list;
  *list = (Line){ NULL, 0 };
  if (comma != NULL)
    {
      size_t len = (size_t) (comma - item->text);

      *list = (Line){ comma + 1, item->len - len - 1 };
      item->len = len;
    }
  *item = trim (*item);
  return true;
}

static bool
take_host (BtHttpRequest *self, const char *data, Line value)
{
  if (self->has_host || !is_all (value.text, value.len, HOST))
    return refuse (self, 400);
  self->has_host = true;
  if (!self->absolute)
    self->host = span (data, value);
  return true;
}

static bool
take_length (BtHttpRequest *self, Line value)
{
  uint64_t length = 0;

  if (self->has_length || value.len == 0 || value.len > LENGTH_DIGITS)
    return refuse (self, 400);
  for (size_t i = 0; i < value.len; i++)
    {
      if (!g_ascii_isdigit (value.text[i]))
        return refuse (self, 400);
      length = length * 10 + (uint64_t) (value.text[i] - '0');
    }
  self->has_length = true;
  self->length = length;
  return true;
}

static bool
take_encoding (BtHttpRequest *self, Line value)
{
  if (self->has_encoding)
    return refuse (self, 400);
  if (!is (value, "chunked"))
    return refuse (self, 501);
  self->has_encoding = true;
  self->chunked = true;
  return true;
}

/* HTTP/1.0 is not kept alive, whatever it asks. */
static bool
take_connection (BtHttpRequest *self, Line value)
{
  Line item;

  while (next_item (&value, &item))
    if (is (item, "close"))
      self->keep_alive = false;
  return true;
}

/* "gzip;q=0" is a no. */
static bool
is_zero_weight (Line weight)
{
  weight = trim (weight);
  if (weight.len < 3 || (weight.text[0] | 0x20) != 'q' || weight.text[1] != '=')
    return false;
  for (size_t i = 2; i < weight.len; i++)
    if (weight.text[i] != '0' && weight.text[i] != '.')
      return false;
  return true;
}

static bool
take_accept_encoding (BtHttpRequest *self, Line value)
{
  Line item;

  while (next_item (&value, &item))
    {
      const char *mark = item.len > 0 ? memchr (item.text, ';', item.len) : NULL;
      Line weight = { mark, 0 };

      if (mark != NULL)
        {
          weight = (Line){ mark + 1, item.len - (size_t) (mark - item.text) - 1 };
          item.len = (size_t) (mark - item.text);
        }
      if (is (trim (item), "gzip") || is (trim (item), "x-gzip"))
        self->gzip = weight.text == NULL || !is_zero_weight (weight);
    }
  return true;
}

static bool
take_forwarded (BtHttpRequest *self, const char *data, Line value)
{
  if (self->n_forwarded == BT_HTTP_FORWARDED_MAX)
    return refuse (self, 400);
  self->forwarded[self->n_forwarded++] = span (data, value);
  return true;
}

/* Names are told apart by their length first: most headers are none of these. */
static bool
take_header (BtHttpRequest *self, const char *data, Line name, Line value)
{
  switch (name.len)
    {
    case 4:
      return !is (name, "host") || take_host (self, data, value);
    case 6:
      self->expects = self->expects || is (name, "expect");
      return true;
    case 7:
      self->upgrades = self->upgrades || is (name, "upgrade");
      return true;
    case 10:
      return !is (name, "connection") || take_connection (self, value);
    case 14:
      return !is (name, "content-length") || take_length (self, value);
    case 15:
      if (is (name, "accept-encoding"))
        return take_accept_encoding (self, value);
      return !is (name, "x-forwarded-for") || take_forwarded (self, data, value);
    case 17:
      return !is (name, "transfer-encoding") || take_encoding (self, value);
    default:
      return true;
    }
}

/* A line that begins with a space would continue the one before it (obs-fold); it has no name. */
static bool
take_header_line (BtHttpRequest *self, const char *data, Line line)
{
  const char *colon = memchr (line.text, ':', line.len);
  Line name = { line.text, colon != NULL ? (size_t) (colon - line.text) : 0 };
  Line value;

  if (name.len == 0 || !is_all (name.text, name.len, TOKEN))
    return refuse (self, 400);
  value = trim ((Line){ colon + 1, line.len - name.len - 1 });
  if (!is_value (value.text, value.len))
    return refuse (self, 400);
  return take_header (self, data, name, value);
}

/* --- the whole --- */

/* What only all headers together tell. */
static bool
check_whole (BtHttpRequest *self)
{
  if (self->has_encoding && (self->has_length || self->minor == 0))
    return refuse (self, 400);
  if (self->minor == 1 && !self->has_host)
    return refuse (self, 400);
  return true;
}

/* One line; @ended tells that it was the empty one. */
static bool
take_line (BtHttpRequest *self, const char *data, Line line, bool *ended)
{
  *ended = false;
  if (++self->n_lines > BT_LIMIT_HTTP_LINES)
    return refuse (self, 431);
  if (line.len == 0 && !self->has_target)
    return true; /* empty lines in front of a request are none of it */
  if (line.len == 0)
    {
      *ended = true;
      return check_whole (self);
    }
  if (!self->has_target)
    return take_request_line (self, data, line);
  return take_header_line (self, data, line);
}

/* Whether a request may begin so; one of another protocol need not be waited for. */
static bool
may_begin (const char *data, size_t len)
{
  return len == 0 || data[0] == '\r' || data[0] == '\n' || is_all (data, 1, TOKEN);
}

BtHttpResult
bt_http_request_read (BtHttpRequest *self, const char *data, size_t len)
{
  size_t end = MIN (len, BT_LIMIT_HTTP_HEAD);

  while (self->scanned < end)
    {
      const char *from = data + self->scanned;
      const char *feed = memchr (from, '\n', end - self->scanned);
      Line line = { data + self->line, 0 };
      bool ended;

      if (feed == NULL)
        {
          self->scanned = (uint32_t) end;
          break;
        }
      if (feed == line.text || feed[-1] != '\r')
        return bad (self, 400);
      line.len = (size_t) (feed - 1 - line.text);
      self->line = self->scanned = (uint32_t) (feed + 1 - data);
      if (!take_line (self, data, line, &ended))
        return BT_HTTP_BAD;
      if (!ended)
        continue;
      self->len = self->line;
      return BT_HTTP_HEAD;
    }
  if (!self->has_target && !may_begin (data + self->line, end - self->line))
    return bad (self, 400);
  if (len < BT_LIMIT_HTTP_HEAD)
    return BT_HTTP_MORE;
  return bad (self, self->has_target ? 431 : 414);
}

bool
bt_http_request_has_body (const BtHttpRequest *self)
{
  return self->chunked || self->length > 0;
}

const char *
bt_http_reason (unsigned status)
{
  switch (status)
    {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
    }
}
