/* eng-mapper-upnp.c: a port by UPnP: who is there, what it offers, and the calls, one at a time.
 *
 * The router of the default route is believed at once; another device that answers only when that
 * one has said nothing until the search ends. */
#include "client-core/discovery/eng-mapper-private.h"

#include <string.h>

#define SEARCHES 3u
#define SEARCH_WAIT_MS 1000u
#define CONFLICTS 5u

/* UPnP's errors that there is something to do about. */
#define ERROR_CONFLICT 718u
#define ERROR_PERMANENT 725u

static void ask_service (EngMapper *self);

/* --- the search --- */

static void
search (EngMapper *self)
{
  static const uint8_t group[] = { 239, 255, 255, 250 };
  const BtEndpoint to[]
      = { bt_endpoint_v4 (group, BT_UPNP_PORT), bt_endpoint_v4 (self->gateway.addr, BT_UPNP_PORT) };
  char packet[BT_UPNP_SEARCH_MAX];

  for (unsigned i = 0; i < BT_UPNP_SEARCHES; i++)
    {
      size_t len = bt_upnp_write_search (i, packet);

      for (size_t j = 0; j < G_N_ELEMENTS (to); j++)
        (void) btio_datagram_send (self->datagram, (const uint8_t *) packet, len, &to[j]);
    }
  eng_mapper_wait (self, SEARCH_WAIT_MS * ENG_MAPPER_MS);
}

void
eng_mapper_upnp_begin (EngMapper *self)
{
  eng_mapper_upnp_clear (self);
  self->step = ENG_MAPPER_UPNP_SEARCH;
  self->tries = 0;
  search (self);
}

/* NAT-PMP may have said no before. */
static void
fail (EngMapper *self, EngMappingProblem problem, unsigned code)
{
  if (problem == ENG_MAPPING_SILENCE && self->refusal != 0)
    eng_mapper_failed (self, ENG_MAPPING_REFUSED, self->refusal);
  else
    eng_mapper_failed (self, problem, code);
}

/* --- URLs --- */

/* Whether a URL names the device that has answered, by its address. */
static bool
is_of_device (GUri *uri, const BtEndpoint *device)
{
  const char *host = g_uri_get_host (uri);
  BtEndpoint named;

  return host != NULL && bt_endpoint_parse_address (host, strlen (host), &named)
         && bt_endpoint_same_address (&named, device)
         && g_strcmp0 (g_uri_get_scheme (uri), "http") == 0;
}

static GUri *
parse_url (const EngMapper *self, GUri *base, const char *url)
{
  g_autoptr (GUri) uri = base != NULL ? g_uri_parse_relative (base, url, G_URI_FLAGS_NONE, NULL)
                                      : g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && is_of_device (uri, &self->upnp.device) ? g_steal_pointer (&uri) : NULL;
}

/* Where the service that is asked is called. False: nowhere that we go to. */
static bool
find_control (EngMapper *self)
{
  const EngMapperUpnp *u = &self->upnp;
  g_autoptr (GUri) own = parse_url (self, NULL, u->url);
  g_autoptr (GUri) base
      = u->description.base[0] != '\0' ? parse_url (self, NULL, u->description.base) : NULL;
  g_autoptr (GUri) uri
      = parse_url (self, base != NULL ? base : own, u->description.services[u->service].control);

  g_clear_pointer (&self->upnp.control, g_free);
  if (uri != NULL)
    self->upnp.control = g_uri_to_string (uri);
  return uri != NULL;
}

/* --- calls --- */

static void
call (EngMapper *self, const char *action, const BtUpnpArgument *arguments, size_t n,
      EngHttpDone done)
{
  const char *type = self->upnp.description.services[self->upnp.service].type;
  GString *body = bt_upnp_write_call (type, action, arguments, n);
  g_autofree char *soap = g_strdup_printf ("\"%s#%s\"", type, action);
  const EngHttpPost post = { .type = "text/xml; charset=\"utf-8\"",
                             .header = "SOAPAction",
                             .value = soap,
                             .body = g_string_free_to_bytes (body) };

  self->step = ENG_MAPPER_UPNP_CALL;
  btio_timer_stop (&self->timer);
  self->call = eng_http_post (self->http, self->upnp.control, &post, BT_UPNP_XML_MAX, done, self);
  g_bytes_unref (post.body);
}

static bool
is_good (const EngHttpReply *reply)
{
  return reply->problem == NULL && reply->status == 200;
}

/* The router has several services, and most are of lines that are not connected. */
static void
next_service (EngMapper *self, EngMappingProblem problem, unsigned code)
{
  if (++self->upnp.service < self->upnp.description.n_services)
    ask_service (self);
  else
    fail (self, problem, code);
}

/* --- the mapping --- */

static void map (EngMapper *self);

static unsigned
error_of (const EngHttpReply *reply)
{
  return reply->problem == NULL ? bt_upnp_error ((const char *) reply->body, reply->len) : 0;
}

/* Another port of those that programs may choose freely. */
static uint16_t
draw_port (EngMapper *self)
{
  self->random = self->random * UINT64_C (6364136223846793005) + UINT64_C (1442695040888963407);
  return (uint16_t) (49152 + (self->random >> 33) % 16384);
}

static void
on_mapped (void *owner, const EngHttpReply *reply)
{
  EngMapper *self = owner;
  EngMapperUpnp *u = &self->upnp;
  unsigned error = error_of (reply);

  self->call = NULL;
  if (is_good (reply))
    eng_mapper_mapped (self, ENG_MAPPED_BY_UPNP, ENG_MAPPER_LEASE_S);
  else if (error == ERROR_PERMANENT && !u->permanent)
    {
      u->permanent = true;
      map (self);
    }
  else if (error == ERROR_CONFLICT && ++u->conflicts < CONFLICTS)
    {
      self->wanted = draw_port (self);
      map (self);
    }
  else if (error == ERROR_CONFLICT)
    fail (self, ENG_MAPPING_TAKEN, error);
  else
    next_service (self, reply->problem == NULL ? ENG_MAPPING_REFUSED : ENG_MAPPING_NONSENSE, error);
}

static void
map (EngMapper *self)
{
  char external[8];
  char internal[8];
  char lease[12];
  char client[BT_ENDPOINT_TEXT];
  const BtUpnpArgument arguments[] = { { "NewRemoteHost", "" },
                                       { "NewExternalPort", external },
                                       { "NewProtocol", "TCP" },
                                       { "NewInternalPort", internal },
                                       { "NewInternalClient", client },
                                       { "NewEnabled", "1" },
                                       { "NewPortMappingDescription", "Shoal" },
                                       { "NewLeaseDuration", lease } };

  g_snprintf (external, sizeof external, "%u", self->wanted);
  g_snprintf (internal, sizeof internal, "%u", self->place.port);
  g_snprintf (lease, sizeof lease, "%u", self->upnp.permanent ? 0 : ENG_MAPPER_LEASE_S);
  (void) bt_endpoint_write_address (&self->local, client); /* its length is not asked for */
  call (self, "AddPortMapping", arguments, G_N_ELEMENTS (arguments), on_mapped);
}

/* --- the line that is connected --- */

static void
on_address (void *owner, const EngHttpReply *reply)
{
  EngMapper *self = owner;
  char text[BT_ENDPOINT_TEXT];
  BtEndpoint address;

  self->call = NULL;
  if (!is_good (reply)
      || !bt_upnp_find ((const char *) reply->body, reply->len, "NewExternalIPAddress", text,
                        sizeof text)
      || !bt_endpoint_parse_address (text, strlen (text), &address)
      || bt_endpoint_range (&address) == BT_RANGE_UNSPECIFIED)
    {
      next_service (self, ENG_MAPPING_NONSENSE, error_of (reply));
      return;
    }
  self->found = address;
  map (self);
}

static void
ask_service (EngMapper *self)
{
  if (find_control (self))
    call (self, "GetExternalIPAddress", NULL, 0, on_address);
  else
    next_service (self, ENG_MAPPING_NONSENSE, 0);
}

/* --- the description --- */

static void
on_described (void *owner, const EngHttpReply *reply)
{
  EngMapper *self = owner;

  self->call = NULL;
  if (is_good (reply)
      && bt_upnp_parse_device ((const char *) reply->body, reply->len, &self->upnp.description))
    ask_service (self);
  else
    fail (self, ENG_MAPPING_NONSENSE, 0);
}

static void
describe (EngMapper *self)
{
  self->step = ENG_MAPPER_UPNP_CALL;
  btio_timer_stop (&self->timer);
  self->call = eng_http_get (self->http, self->upnp.url, BT_UPNP_XML_MAX, true, on_described, self);
}

void
eng_mapper_upnp_receive (EngMapper *self, const uint8_t *data, size_t len, const BtEndpoint *from)
{
  EngMapperUpnp *u = &self->upnp;
  char url[BT_UPNP_URL_MAX];
  g_autoptr (GUri) uri = NULL;
  bool is_gateway = bt_endpoint_same_address (from, &self->gateway);

  if ((u->url[0] != '\0' && !is_gateway) || !bt_upnp_parse_found (data, len, url))
    return;
  uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || !is_of_device (uri, from))
    return;
  memcpy (u->url, url, sizeof u->url);
  u->device = *from;
  if (is_gateway)
    describe (self);
}

void
eng_mapper_upnp_due (EngMapper *self)
{
  if (++self->tries < SEARCHES)
    search (self);
  else if (self->upnp.url[0] != '\0')
    describe (self);
  else
    fail (self, ENG_MAPPING_SILENCE, 0);
}

/* --- again, and the end --- */

void
eng_mapper_upnp_renew (EngMapper *self)
{
  self->upnp.conflicts = 0;
  ask_service (self);
}

static void
on_unmapped (void *owner, const EngHttpReply *reply)
{
  EngMapper *self = owner;

  self->call = NULL;
  eng_mapper_unmapped (self);
}

void
eng_mapper_upnp_end (EngMapper *self)
{
  char external[8];
  const BtUpnpArgument arguments[]
      = { { "NewRemoteHost", "" }, { "NewExternalPort", external }, { "NewProtocol", "TCP" } };

  g_snprintf (external, sizeof external, "%u", self->mapping.port);
  call (self, "DeletePortMapping", arguments, G_N_ELEMENTS (arguments), on_unmapped);
}

void
eng_mapper_upnp_clear (EngMapper *self)
{
  g_free (self->upnp.control);
  self->upnp = (EngMapperUpnp){ 0 };
}
