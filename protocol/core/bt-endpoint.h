/* bt-endpoint.h: an IPv4 or IPv6 address with a port.
 *
 * Text follows RFC 3986 for the brackets and RFC 5952 for the canonical form; the compact form is
 * that of BEP 23 (6 bytes) and BEP 7 and 32 (18 bytes). Names are bt-host-port.h's. An IPv4 address
 * mapped into IPv6 (::ffff:1.2.3.4) is always turned into the IPv4 address, so that one peer has
 * one value. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define BT_COMPACT_V4_LEN 6
#define BT_COMPACT_V6_LEN 18

/* Room for any endpoint as text, with its closing NUL. */
#define BT_ENDPOINT_TEXT 48

typedef enum
{
  BT_FAMILY_NONE, /* no endpoint at all: what a zeroed value says */
  BT_FAMILY_V4,
  BT_FAMILY_V6
} BtFamily;

/* A plain value without padding; two equal endpoints are equal byte for byte. */
typedef struct
{
  uint8_t addr[16]; /* as on the wire; IPv4 takes the first four, the rest is zero */
  uint16_t port;    /* in the processor's order */
  uint16_t family;  /* a BtFamily */
} BtEndpoint;

/* What an address may be used for (the IANA registries of special-purpose addresses). Every address
 * is in exactly one range; the values are bits so that a policy is a mask. An IPv6 address that
 * carries an IPv4 one (6to4, NAT64) is in the range of the one it carries. */
typedef enum
{
  BT_RANGE_GLOBAL = 1 << 0,
  BT_RANGE_UNSPECIFIED = 1 << 1,   /* 0.0.0.0, :: */
  BT_RANGE_LOOPBACK = 1 << 2,      /* 127/8, ::1 */
  BT_RANGE_PRIVATE = 1 << 3,       /* RFC 1918, RFC 6598 (carrier NAT), fc00::/7 */
  BT_RANGE_LINK_LOCAL = 1 << 4,    /* 169.254/16, fe80::/10 */
  BT_RANGE_MULTICAST = 1 << 5,     /* 224/4, ff00::/8 */
  BT_RANGE_BROADCAST = 1 << 6,     /* 255.255.255.255 */
  BT_RANGE_DOCUMENTATION = 1 << 7, /* the addresses of examples */
  BT_RANGE_RESERVED = 1 << 8       /* everything else that no host of the internet has */
} BtRange;

/* Builds an endpoint from 4 or 16 address bytes. */
BtEndpoint bt_endpoint_v4 (const uint8_t addr[4], uint16_t port);
BtEndpoint bt_endpoint_v6 (const uint8_t addr[16], uint16_t port);

/* Reads "1.2.3.4:80" or "[2001:db8::1]:80", the whole of @len bytes. Strict: decimal without
 * leading zeros, no scope id, no space. Port 0 is read. On failure @out is left alone. */
bool bt_endpoint_parse (const char *text, size_t len, BtEndpoint *out);

/* The same without brackets and port: "1.2.3.4", "2001:db8::1". The port of @out becomes 0. */
bool bt_endpoint_parse_address (const char *text, size_t len, BtEndpoint *out);

/* Reads a port, "0" to "65535", without leading zeros. */
bool bt_port_parse (const char *text, size_t len, uint16_t *out);

/* Writes the canonical text and a closing NUL; returns the length without it. */
size_t bt_endpoint_write (const BtEndpoint *self, char out[BT_ENDPOINT_TEXT]);
size_t bt_endpoint_write_address (const BtEndpoint *self, char out[BT_ENDPOINT_TEXT]);

/* Reads one compact endpoint; @bytes has the length that the name says. */
BtEndpoint bt_endpoint_read_compact_v4 (const uint8_t bytes[BT_COMPACT_V4_LEN]);
BtEndpoint bt_endpoint_read_compact_v6 (const uint8_t bytes[BT_COMPACT_V6_LEN]);

/* Writes 6 or 18 bytes by the family and returns how many; 0 for no endpoint. */
size_t bt_endpoint_write_compact (const BtEndpoint *self, uint8_t out[BT_COMPACT_V6_LEN]);

/* Which range the address is in; RESERVED for no endpoint. */
BtRange bt_endpoint_range (const BtEndpoint *self);

/* How many bytes of the address count: 4, 16 or 0. */
size_t bt_endpoint_addr_len (const BtEndpoint *self);

/* Whether both are the same address, whatever the ports. */
bool bt_endpoint_same_address (const BtEndpoint *a, const BtEndpoint *b);

/* A total order: IPv4 before IPv6, then address, then port. Less than, equal to or above 0. */
int bt_endpoint_compare (const BtEndpoint *a, const BtEndpoint *b);

/* For GHashTable with const BtEndpoint * as keys. The hash is not secret: a table that strangers
 * fill needs a bound of its own. */
guint bt_endpoint_hash (gconstpointer endpoint);
gboolean bt_endpoint_equal (gconstpointer a, gconstpointer b);
