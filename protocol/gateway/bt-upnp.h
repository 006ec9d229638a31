/* bt-upnp.h: asking a router for a port by UPnP (Internet Gateway Device 1 and 2): what is sent and
 * what is read, as texts; nobody is asked.
 *
 *     search (a datagram) -> the address of a description (XML) -> its services -> calls (SOAP)
 *
 * The reader of XML takes what real routers send: names without their prefixes, no schema, no
 * entities but the five. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define BT_UPNP_PORT 1900
/* Where all devices of a network listen. */
#define BT_UPNP_GROUP "239.255.255.250"

#define BT_UPNP_SEARCHES 2u
#define BT_UPNP_SEARCH_MAX 256u
#define BT_UPNP_TYPE_MAX 128u
#define BT_UPNP_URL_MAX 1024u
#define BT_UPNP_SERVICES_MAX 4u
/* Bytes of a description or an answer that are worth reading. */
#define BT_UPNP_XML_MAX (64u * 1024u)

/* The searches that find routers; @which: below BT_UPNP_SEARCHES. Returns its length. */
size_t bt_upnp_write_search (unsigned which, char out[BT_UPNP_SEARCH_MAX]);

/* Reads the answer to a search: where the description is, a URL of http. */
bool bt_upnp_parse_found (const uint8_t *data, size_t len, char url[BT_UPNP_URL_MAX]);

/* A service that maps ports. */
typedef struct
{
  char type[BT_UPNP_TYPE_MAX];   /* "urn:schemas-upnp-org:service:WANIPConnection:1" */
  char control[BT_UPNP_URL_MAX]; /* where it is called: a URL, or relative to the description's */
} BtUpnpService;

typedef struct
{
  char base[BT_UPNP_URL_MAX]; /* what URLs are relative to; empty: the description's own */
  BtUpnpService services[BT_UPNP_SERVICES_MAX];
  size_t n_services;
} BtUpnpDevice;

/* Reads a description. False when it has no service that maps ports. */
bool bt_upnp_parse_device (const char *xml, size_t len, BtUpnpDevice *out);

/* One argument of a call; the texts have no character that XML would have escaped. */
typedef struct
{
  const char *name;
  const char *value;
} BtUpnpArgument;

/* The body of a call of @action. (transfer full) */
GString *bt_upnp_write_call (const char *type, const char *action, const BtUpnpArgument *arguments,
                             size_t n);

/* The text of the first element of that name. False when there is none, or it does not fit with its
 * closing NUL. */
bool bt_upnp_find (const char *xml, size_t len, const char *name, char *out, size_t size);

/* UPnP's error code in the answer to a call that failed; 0: it says none. */
unsigned bt_upnp_error (const char *xml, size_t len);
