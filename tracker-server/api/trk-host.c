/* trk-host.c: cutting Host headers and comparing them with the settings. */
#include "tracker-server/api/trk-host.h"

#include <string.h>

/* A name in the DNS is no longer (RFC 1035). */
#define NAME_MAX_LEN 253u

static bool
is_name (const char *text, size_t len)
{
  if (len == 0 || len > NAME_MAX_LEN)
    return false;
  for (size_t i = 0; i < len; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("-._", text[i]) == NULL)
      return false;
  return true;
}

/* Where the host ends and ":port" or nothing follows; NULL for neither. */
static const char *
host_end (const char *text)
{
  const char *end;

  if (text[0] != '[')
    return text + strcspn (text, ":");
  end = strchr (text, ']');
  return end != NULL ? end + 1 : NULL;
}

bool
trk_host_parse (const char *text, TrkHost *out)
{
  const char *end = host_end (text);
  bool brackets = text[0] == '[';
  TrkHost host = { 0 };

  if (end == NULL || (*end != '\0' && *end != ':'))
    return false;
  if (*end == ':' && end[1] != '\0' && !bt_port_parse (end + 1, strlen (end + 1), &host.port))
    return false;
  host.name = brackets ? text + 1 : text;
  host.len = (size_t) (end - text) - (brackets ? 2 : 0);
  if (bt_endpoint_parse_address (host.name, host.len, &host.address))
    {
      if (memchr (host.name, ':', host.len) != NULL && !brackets)
        return false;
    }
  else if (brackets || !is_name (host.name, host.len))
    return false;
  *out = host;
  return true;
}

/* A name or an address, perhaps with a port. The request may say the DNS's root at the end. */
static bool
is_entry (const TrkHost *host, const char *entry)
{
  TrkHost own;

  if (!trk_host_parse (entry, &own))
    return false;
  if (own.address.family != BT_FAMILY_NONE)
    return bt_endpoint_same_address (&own.address, &host->address);
  return host->address.family == BT_FAMILY_NONE && own.len <= NAME_MAX_LEN
         && (host->len == own.len || host->len == own.len + 1)
         && g_ascii_strncasecmp (own.name, host->name, own.len) == 0
         && (host->len == own.len || host->name[own.len] == '.');
}

static bool
is_in (const TrkHost *host, char **entries)
{
  for (char **entry = entries; entry != NULL && *entry != NULL; entry++)
    if (is_entry (host, *entry))
      return true;
  return false;
}

static bool
is_url_host (const TrkHost *host, const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  g_autofree char *entry = NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return false;
  entry = strchr (g_uri_get_host (uri), ':') != NULL
              ? g_strdup_printf ("[%s]", g_uri_get_host (uri))
              : g_strdup (g_uri_get_host (uri));
  return is_entry (host, entry);
}

static bool
is_own_address (const TrkHost *host, const BtEndpoint *local)
{
  if (host->address.family == BT_FAMILY_NONE)
    return is_entry (host, "localhost");
  return bt_endpoint_range (&host->address) == BT_RANGE_LOOPBACK
         || (local != NULL && local->family != BT_FAMILY_NONE
             && bt_endpoint_same_address (local, &host->address));
}

bool
trk_host_allowed (const TrkHost *host, const TrkSettings *settings, const BtEndpoint *local)
{
  return is_own_address (host, local) || is_in (host, settings->http)
         || is_in (host, settings->https) || is_in (host, settings->admin)
         || is_in (host, settings->hosts) || is_url_host (host, settings->url);
}
