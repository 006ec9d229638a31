/* eng-route.c: see the header. */
#include "client-core/discovery/eng-route.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#define TABLE "/proc/net/route"
#define UP 0x1u
#define GATEWAY 0x2u
#define N_COLUMNS 8

/* The columns that count: Iface, Destination, Gateway, Flags, and, behind two more, Metric, Mask.
 */
enum
{
  IFACE = 0,
  DESTINATION = 1,
  VIA = 2,
  FLAGS = 3,
  METRIC = 6,
  MASK = 7
};

/* The numbers are 32 bits as the processor has them in memory, in hex. */
static bool
read_route (char **columns, const char *interface, BtEndpoint *gateway, uint64_t *metric)
{
  uint64_t flags = g_ascii_strtoull (columns[FLAGS], NULL, 16);
  uint32_t via = (uint32_t) g_ascii_strtoull (columns[VIA], NULL, 16);
  uint8_t bytes[4];

  if ((flags & (UP | GATEWAY)) != (UP | GATEWAY) || via == 0
      || g_ascii_strtoull (columns[DESTINATION], NULL, 16) != 0
      || g_ascii_strtoull (columns[MASK], NULL, 16) != 0
      || (interface != NULL && strcmp (columns[IFACE], interface) != 0))
    return false;
  memcpy (bytes, &via, sizeof bytes);
  *gateway = bt_endpoint_v4 (bytes, 0);
  *metric = g_ascii_strtoull (columns[METRIC], NULL, 10);
  return true;
}

bool
eng_route_parse (const char *table, size_t len, const char *interface, BtEndpoint *gateway)
{
  g_autofree char *text = g_strndup (table, len);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  uint64_t best = UINT64_MAX;

  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) columns = g_strsplit_set (g_strstrip (*line), "\t ", -1);
      char *full[N_COLUMNS];
      unsigned n = 0;
      BtEndpoint found;
      uint64_t metric;

      for (char **column = columns; *column != NULL && n < N_COLUMNS; column++)
        if (**column != '\0')
          full[n++] = *column;
      if (n == N_COLUMNS && read_route (full, interface, &found, &metric) && metric < best)
        {
          best = metric;
          *gateway = found;
        }
    }
  return best != UINT64_MAX;
}

bool
eng_route_gateway (const char *interface, BtEndpoint *gateway)
{
  g_autofree char *table = NULL;
  gsize len;

  return g_file_get_contents (TABLE, &table, &len, NULL)
         && eng_route_parse (table, len, interface, gateway);
}
