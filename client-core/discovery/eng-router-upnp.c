/* eng-router-upnp.c: a port by UPnP (Internet Gateway Device 1 and 2), with miniupnpc.
 *
 * Who has answered a search is not told, so a device is believed that says it is the router of the
 * default route: its description and what it has called are at that address, and nothing else is
 * fetched or called. miniupnpc lets the system choose where it calls from; when that is not our
 * address there, nobody is called. */
#include "client-core/discovery/eng-router-private.h"

#include <miniupnpc/miniupnpc.h>
#include <miniupnpc/upnpcommands.h>
#include <string.h>

#include "protocol/io/btio-local.h"

#define SEARCHES 2u
#define SEARCH_WAIT_MS 2000
#define SEARCH_TTL 2
#define CONFLICTS 5u
/* Room that miniupnpc asks for. */
#define ADDRESS_ROOM 40
#define NAME "Shoal"

/* UPnP's errors that there is something to do about. */
#define ERROR_CONFLICT 718
#define ERROR_PERMANENT 725

/* --- who is there --- */

/* The URL of the router's description. (transfer full) (nullable) */
static char *
find_router (const EngRouterOrder *order)
{
  static const char *const types[]
      = { "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
          "urn:schemas-upnp-org:device:InternetGatewayDevice:2", NULL };
  char local[BT_ENDPOINT_TEXT];
  char *url = NULL;

  (void) bt_endpoint_write_address (&order->local, local); /* its length is not asked for */
  for (unsigned i = 0; i < SEARCHES && url == NULL; i++)
    {
      int error = 0;
      struct UPNPDev *devices = upnpDiscoverDevices (types, SEARCH_WAIT_MS, local, NULL,
                                                     UPNP_LOCAL_PORT_ANY, 0, SEARCH_TTL, &error, 1);

      for (struct UPNPDev *it = devices; it != NULL && url == NULL; it = it->pNext)
        if (eng_router_is_of (it->descURL, &order->gateway))
          url = g_strdup (it->descURL);
      freeUPNPDevlist (devices);
    }
  return url;
}

/* --- what it offers --- */

typedef struct
{
  const EngRouterOrder *order;
  const char *control; /* where it is called */
  const char *type;
} Service;

/* Another port of those that programs may choose freely. */
static uint16_t
draw_port (uint64_t *seed)
{
  *seed = *seed * UINT64_C (6364136223846793005) + UINT64_C (1442695040888963407);
  return (uint16_t) (49152 + (*seed >> 33) % 16384);
}

static int
add (const Service *it, uint16_t port, bool permanent)
{
  char external[8];
  char internal[8];
  char lease[12];
  char client[BT_ENDPOINT_TEXT];

  g_snprintf (external, sizeof external, "%u", port);
  g_snprintf (internal, sizeof internal, "%u", it->order->internal);
  g_snprintf (lease, sizeof lease, "%u", permanent ? 0 : ENG_ROUTER_LEASE_S);
  (void) bt_endpoint_write_address (&it->order->local, client); /* its length is not asked for */
  return UPNP_AddPortMapping (it->control, it->type, external, internal, client, NAME, "TCP", NULL,
                              lease);
}

/* The code of the last answer; *@port is what is mapped in the end. */
static int
map_port (const Service *it, uint16_t *port)
{
  uint64_t seed = it->order->seed;
  bool permanent = false;
  int code = add (it, *port, permanent);

  for (unsigned conflicts = 0; conflicts < CONFLICTS; conflicts += code == ERROR_CONFLICT)
    {
      if (code == ERROR_PERMANENT && !permanent)
        permanent = true;
      else if (code == ERROR_CONFLICT && conflicts + 1 < CONFLICTS)
        *port = draw_port (&seed);
      else
        break;
      code = add (it, *port, permanent);
    }
  return code;
}

static EngMappingProblem
problem_of (int code)
{
  if (code == ERROR_CONFLICT)
    return ENG_MAPPING_TAKEN;
  return code > 0 && code <= UINT16_MAX ? ENG_MAPPING_REFUSED : ENG_MAPPING_NONSENSE;
}

static bool
read_address (const char text[ADDRESS_ROOM], BtEndpoint *out)
{
  return bt_endpoint_parse_address (text, strnlen (text, ADDRESS_ROOM), out)
         && out->family == BT_FAMILY_V4 && bt_endpoint_range (out) != BT_RANGE_UNSPECIFIED;
}

/* A line that is not connected has no address. */
static void
ask_service (const Service *it, EngRouterAnswer *out)
{
  char address[ADDRESS_ROOM] = "";
  EngRouterAnswer answer
      = { .by = ENG_MAPPED_BY_UPNP, .port = it->order->external, .lease_s = ENG_ROUTER_LEASE_S };
  int code;

  *out = (EngRouterAnswer){ .problem = ENG_MAPPING_NONSENSE };
  if (!eng_router_is_of (it->control, &it->order->gateway)
      || strlen (it->type) >= sizeof answer.service
      || UPNP_GetExternalIPAddress (it->control, it->type, address) != UPNPCOMMAND_SUCCESS
      || !read_address (address, &answer.address))
    return;
  code = map_port (it, &answer.port);
  if (code != UPNPCOMMAND_SUCCESS)
    {
      out->problem = problem_of (code);
      out->code = out->problem == ENG_MAPPING_NONSENSE ? 0 : (unsigned) code;
      return;
    }
  (void) g_strlcpy (answer.control, it->control, sizeof answer.control); /* they fit */
  (void) g_strlcpy (answer.service, it->type, sizeof answer.service);
  *out = answer;
}

/* miniupnpc leaves the ampersands of a URL as XML has them. */
static void
unescape (char url[MINIUPNPC_URL_MAXSIZE])
{
  g_autoptr (GString) text = g_string_new_len (url, (gssize) strnlen (url, MINIUPNPC_URL_MAXSIZE));

  (void) g_string_replace (text, "&amp;", "&", 0);          /* how many there are matters not */
  (void) g_strlcpy (url, text->str, MINIUPNPC_URL_MAXSIZE); /* it is no longer than before */
}

/* A router has a service for each of its lines, and most are of lines that are not connected. */
static void
ask_services (const EngRouterOrder *order, const char *url, struct IGDdatas *data,
              EngRouterAnswer *out)
{
  const struct IGDdatas_service services[] = { data->first, data->second };

  *out = (EngRouterAnswer){ .problem = ENG_MAPPING_NONSENSE };
  for (size_t i = 0; i < G_N_ELEMENTS (services) && out->problem != ENG_MAPPING_FINE
                     && out->problem != ENG_MAPPING_TAKEN;
       i++)
    {
      struct UPNPUrls urls = { 0 };

      if (services[i].servicetype[0] == '\0')
        continue;
      data->first = services[i];
      unescape (data->first.controlurl);
      GetUPNPUrls (&urls, data, url, 0);
      if (urls.controlURL != NULL)
        ask_service (&(Service){ order, urls.controlURL, data->first.servicetype }, out);
      FreeUPNPUrls (&urls);
    }
}

/* --- all of it --- */

static bool
is_called_from_here (const EngRouterOrder *order)
{
  BtEndpoint from;

  return btio_local_towards (&order->gateway, NULL, &from)
         && bt_endpoint_same_address (&from, &order->local);
}

void
eng_router_upnp_map (const EngRouterOrder *order, void (*found) (void), EngRouterAnswer *out)
{
  g_autofree char *url = is_called_from_here (order) ? find_router (order) : NULL;
  struct UPNPUrls urls = { 0 };
  struct IGDdatas data = { 0 };
  char lan[ADDRESS_ROOM];

  *out = (EngRouterAnswer){ .problem = ENG_MAPPING_SILENCE };
  if (url == NULL)
    return;
  found ();
  out->problem = ENG_MAPPING_NONSENSE;
  if (UPNP_GetIGDFromUrl (url, &urls, &data, lan, sizeof lan) != 1)
    return;
  FreeUPNPUrls (&urls);
  ask_services (order, url, &data, out);
}

void
eng_router_upnp_renew (const EngRouterOrder *order, EngRouterAnswer *out)
{
  *out = (EngRouterAnswer){ .problem = ENG_MAPPING_SILENCE };
  if (is_called_from_here (order))
    ask_service (&(Service){ order, order->control, order->service }, out);
}

void
eng_router_upnp_unmap (const EngRouterOrder *order)
{
  char external[8];

  g_snprintf (external, sizeof external, "%u", order->external);
  if (is_called_from_here (order) && eng_router_is_of (order->control, &order->gateway))
    (void) UPNP_DeletePortMapping (order->control, order->service, external, "TCP",
                                   NULL); /* its lease ends by itself */
}
