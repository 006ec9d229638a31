/* bt-upnp.c: see the header. */
#include "protocol/gateway/bt-upnp.h"

#include <string.h>

#include "protocol/core/bt-url.h"

static const char *const http_schemes[] = { "http", NULL };

/* --- searching --- */

size_t
bt_upnp_write_search (unsigned which, char out[BT_UPNP_SEARCH_MAX])
{
  static const char *const targets[BT_UPNP_SEARCHES]
      = { "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
          "urn:schemas-upnp-org:device:InternetGatewayDevice:2" };

  return (size_t) g_snprintf (out, BT_UPNP_SEARCH_MAX,
                              "M-SEARCH * HTTP/1.1\r\n"
                              "HOST: " BT_UPNP_GROUP ":1900\r\n"
                              "MAN: \"ssdp:discover\"\r\n"
                              "MX: 1\r\n"
                              "ST: %s\r\n"
                              "\r\n",
                              targets[which]);
}

/* A line of a head: its end, which is the next one's beginning. */
static const char *
line_end (const char *at, const char *end)
{
  const char *feed = memchr (at, '\n', (size_t) (end - at));

  return feed != NULL ? feed : end;
}

static bool
has_name (const char *at, const char *end, const char *name)
{
  size_t len = strlen (name);

  return (size_t) (end - at) > len && at[len] == ':' && bt_url_name_equal (at, len, name);
}

/* Copies what lies between spaces. */
static bool
copy_trimmed (const char *at, const char *end, char *out, size_t size)
{
  while (at < end && g_ascii_isspace (*at))
    at++;
  while (at < end && g_ascii_isspace (end[-1]))
    end--;
  if ((size_t) (end - at) >= size)
    return false;
  memcpy (out, at, (size_t) (end - at));
  out[end - at] = '\0';
  return true;
}

bool
bt_upnp_parse_found (const uint8_t *data, size_t len, char url[BT_UPNP_URL_MAX])
{
  const char *at = (const char *) data;
  const char *end = at + len;
  char found[BT_UPNP_URL_MAX] = "";

  if (len < strlen ("HTTP/1.1 200") || memcmp (at, "HTTP/1.", 7) != 0
      || memcmp (at + 8, " 200", 4) != 0)
    return false;
  for (const char *next; at < end; at = next)
    {
      const char *stop = line_end (at, end);

      next = MIN (stop + 1, end);
      if (has_name (at, stop, "location")
          && !copy_trimmed (at + strlen ("location:"), stop, found, sizeof found))
        return false;
    }
  if (!bt_url_is_clean (found, strlen (found), http_schemes))
    return false;
  memcpy (url, found, sizeof found);
  return true;
}

/* --- XML --- */

/* A tag, and the text up to the next one. */
typedef struct
{
  const char *name; /* without its prefix */
  size_t name_len;
  bool closes;
  const char *text;
  const char *text_end;
} Tag;

/* Behind what is no tag: "<!-- -->", "<? ?>", "<! >"; NULL: it does not end. */
static const char *
skip_aside (const char *at, const char *end)
{
  static const struct
  {
    const char *open;
    const char *close;
  } asides[] = { { "<!--", "-->" }, { "<?", "?>" }, { "<!", ">" } };

  for (size_t i = 0; i < G_N_ELEMENTS (asides); i++)
    {
      size_t open = strlen (asides[i].open);
      size_t close = strlen (asides[i].close);
      const char *found;

      if ((size_t) (end - at) < open || memcmp (at, asides[i].open, open) != 0)
        continue;
      found = memmem (at + open, (size_t) (end - at) - open, asides[i].close, close);
      return found != NULL ? found + close : NULL;
    }
  return at;
}

static const char *
next_open (const char *at, const char *end)
{
  while (at != NULL && at < end)
    {
      const char *open = memchr (at, '<', (size_t) (end - at));

      at = open != NULL ? skip_aside (open, end) : NULL;
      if (at == open)
        return open;
    }
  return NULL;
}

/* The next tag from *@at on, which moves behind it. */
static bool
next_tag (const char **at, const char *end, Tag *out)
{
  const char *open = next_open (*at, end);
  const char *close = open != NULL ? memchr (open, '>', (size_t) (end - open)) : NULL;
  const char *name;
  const char *stop;
  const char *colon;
  const char *next;

  if (close == NULL)
    return false;
  name = open + 1;
  out->closes = *name == '/';
  name += out->closes;
  for (stop = name; stop < close && *stop != '/' && !g_ascii_isspace (*stop);)
    stop++;
  colon = memchr (name, ':', (size_t) (stop - name));
  out->name = colon != NULL ? colon + 1 : name;
  out->name_len = (size_t) (stop - out->name);
  out->text = close + 1;
  next = memchr (out->text, '<', (size_t) (end - out->text));
  out->text_end = next != NULL ? next : end;
  *at = out->text;
  return true;
}

static bool
is_named (const Tag *tag, const char *name)
{
  return tag->name_len == strlen (name) && memcmp (tag->name, name, tag->name_len) == 0;
}

/* In place; what is none of the five stays. */
static void
decode_entities (char *text)
{
  static const struct
  {
    const char *name;
    char value;
  } entities[] = {
    { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' }
  };
  char *to = text;

  while (*text != '\0')
    {
      size_t i = 0;

      while (i < G_N_ELEMENTS (entities) && !g_str_has_prefix (text, entities[i].name))
        i++;
      *to++ = i < G_N_ELEMENTS (entities) ? entities[i].value : *text;
      text += i < G_N_ELEMENTS (entities) ? strlen (entities[i].name) : 1;
    }
  *to = '\0';
}

static bool
copy_text (const Tag *tag, char *out, size_t size)
{
  if (memchr (tag->text, '\0', (size_t) (tag->text_end - tag->text)) != NULL
      || !copy_trimmed (tag->text, tag->text_end, out, size))
    return false;
  decode_entities (out);
  return true;
}

bool
bt_upnp_find (const char *xml, size_t len, const char *name, char *out, size_t size)
{
  const char *at = xml;
  Tag tag;

  while (next_tag (&at, xml + len, &tag))
    if (!tag.closes && is_named (&tag, name))
      return copy_text (&tag, out, size);
  return false;
}

/* --- a device --- */

static bool
maps_ports (const BtUpnpService *service)
{
  return service->control[0] != '\0'
         && (g_str_has_prefix (service->type, "urn:schemas-upnp-org:service:WANIPConnection:")
             || g_str_has_prefix (service->type, "urn:schemas-upnp-org:service:WANPPPConnection:"));
}

/* Whether a text can stand in an attribute and in a head as it is. */
static bool
is_plain (const char *text)
{
  for (; *text != '\0'; text++)
    if (*text <= ' ' || *text > '~' || strchr ("\"'<>&", *text) != NULL)
      return false;
  return true;
}

bool
bt_upnp_parse_device (const char *xml, size_t len, BtUpnpDevice *out)
{
  const char *at = xml;
  BtUpnpService service = { 0 };
  Tag tag;

  *out = (BtUpnpDevice){ 0 };
  while (out->n_services < BT_UPNP_SERVICES_MAX && next_tag (&at, xml + len, &tag))
    {
      if (is_named (&tag, "service") && !tag.closes)
        service = (BtUpnpService){ 0 };
      else if (is_named (&tag, "service") && maps_ports (&service) && is_plain (service.type))
        out->services[out->n_services++] = service;
      else if (tag.closes)
        continue;
      else if (is_named (&tag, "serviceType"))
        (void) copy_text (&tag, service.type, sizeof service.type); /* too long: none of ours */
      else if (is_named (&tag, "controlURL"))
        (void) copy_text (&tag, service.control, sizeof service.control); /* likewise */
      else if (is_named (&tag, "URLBase"))
        (void) copy_text (&tag, out->base, sizeof out->base); /* likewise */
    }
  return out->n_services > 0;
}

/* --- calls --- */

GString *
bt_upnp_write_call (const char *type, const char *action, const BtUpnpArgument *arguments, size_t n)
{
  GString *out = g_string_new ("<?xml version=\"1.0\"?>\r\n"
                               "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "
                               "s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\">"
                               "<s:Body>");

  g_string_append_printf (out, "<u:%s xmlns:u=\"%s\">", action, type);
  for (size_t i = 0; i < n; i++)
    g_string_append_printf (out, "<%s>%s</%s>", arguments[i].name, arguments[i].value,
                            arguments[i].name);
  g_string_append_printf (out, "</u:%s></s:Body></s:Envelope>\r\n", action);
  return out;
}

unsigned
bt_upnp_error (const char *xml, size_t len)
{
  char digits[8];
  unsigned code = 0;

  if (!bt_upnp_find (xml, len, "errorCode", digits, sizeof digits))
    return 0;
  for (const char *at = digits; *at != '\0'; at++)
    {
      if (!g_ascii_isdigit (*at))
        return 0;
      code = code * 10 + (unsigned) g_ascii_digit_value (*at);
    }
  return code;
}
