/* shoal-values.c: values that an application hands in, read and checked. */
#include "client-core/shoal-session-private.h"

#include <net/if.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "shoal-error.h"

/* Of a file: 0 to 7. */
#define PRIORITIES 8

bool
shoal_parse_bind (const char *text, BtioBind *out, char **interface)
{
  const char *colon = strrchr (text, ':');
  uint16_t port;

  if (bt_endpoint_parse (text, strlen (text), &out->address))
    return true;
  if (colon == NULL || !bt_port_parse (colon + 1, strlen (colon + 1), &port))
    return false;
  *interface = colon > text ? g_strndup (text, (gsize) (colon - text)) : NULL;
  out->interface = *interface;
  out->address.port = port;
  return *interface == NULL || if_nametoindex (*interface) != 0;
}

/* Of an address of IPv6 without brackets, which has no port behind it, all is the place. */
static size_t
place_len (const char *text)
{
  const char *colon = strrchr (text, ':');
  bool has_port = colon != NULL && (colon == strchr (text, ':') || colon[-1] == ']');

  return has_port ? (size_t) (colon - text) : strlen (text);
}

GError *
shoal_bind_error (const char *text)
{
  g_autofree char *place = g_strndup (text, place_len (text));

  return g_error_new (SHOAL_ERROR, SHOAL_ERROR_INVALID,
                      _ ("“%s” is neither an address nor a network interface of this computer"),
                      place);
}

bool
shoal_are_priorities (GBytes *priorities, const BtMetainfo *metainfo)
{
  gsize n;
  const guint8 *values = g_bytes_get_data (priorities, &n);

  for (gsize i = 0; i < n; i++)
    if (values[i] >= PRIORITIES)
      return false;
  return n == bt_metainfo_layout (metainfo)->n_files;
}
