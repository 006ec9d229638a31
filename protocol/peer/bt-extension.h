/* bt-extension.h: the extended handshake (BEP 10), and which message has which id.
 *
 * Each side gives its own ids to the extensions that it speaks: incoming messages carry ours,
 * outgoing ones theirs. Ours are fixed. A handshake is a value, read and written here; what a peer
 * has said in all of its handshakes is a BtExtensionPeer. Extensions' own messages are elsewhere.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-buffer.h"
#include "protocol/core/bt-endpoint.h"
#include "protocol/core/bt-error.h"

#define BT_EXTENSION_HANDSHAKE_ID 0

/* Room for a client's name with its closing NUL. */
#define BT_EXTENSION_CLIENT 64

/* What we know of; others are ignored. */
typedef enum
{
  BT_EXTENSION_METADATA,    /* ut_metadata, BEP 9 */
  BT_EXTENSION_PEX,         /* ut_pex, BEP 11 */
  BT_EXTENSION_DONT_HAVE,   /* lt_donthave, BEP 54 */
  BT_EXTENSION_UPLOAD_ONLY, /* upload_only, the message beside BEP 21 */
  BT_EXTENSION_HOLEPUNCH,   /* ut_holepunch, BEP 55 */
  BT_EXTENSION_COUNT
} BtExtension;

#define BT_EXTENSION_BIT(extension) (1u << (extension))

/* Which fields of a handshake are there. */
typedef enum
{
  BT_EXTENSION_HAS_CLIENT = 1 << 0,
  BT_EXTENSION_HAS_PORT = 1 << 1,
  BT_EXTENSION_HAS_REQQ = 1 << 2,
  BT_EXTENSION_HAS_METADATA_SIZE = 1 << 3,
  BT_EXTENSION_HAS_UPLOAD_ONLY = 1 << 4
} BtExtensionField;

/* One handshake. A plain value; @client is borrowed from the bytes that were read, or from whoever
 * fills it in to write. */
typedef struct
{
  uint32_t fields;                 /* BtExtensionField */
  uint32_t named;                  /* BT_EXTENSION_BIT() of those that m names */
  uint8_t ids[BT_EXTENSION_COUNT]; /* of those named; 0 switches one off */
  bool upload_only;                /* BEP 21: wants nothing more */
  uint16_t port;                   /* p: where it listens */
  uint32_t reqq;                   /* requests that it queues; more than fits is the largest */
  uint32_t metadata_size;          /* bytes, above 0 (BEP 9) */
  const char *client;              /* v: a stranger's bytes, not terminated */
  size_t client_len;
  BtEndpoint yourip; /* how it sees us; no endpoint when it does not say; the port is 0 */
  BtEndpoint ipv4;   /* where else it can be reached; the same */
  BtEndpoint ipv6;
} BtExtensionHandshake;

/* Reads the payload of message 0: one dictionary, strict bencode. Unknown keys are passed over.
 * Addresses of a wrong length and sizes of 0 are as if not there; keys of a wrong type, numbers out
 * of range and two extensions of one id are refused. */
bool bt_extension_parse (const uint8_t *data, size_t len, BtExtensionHandshake *out, BtError *why);

/* Appends the payload; what does not fit sets @out->full. */
void bt_extension_write (const BtExtensionHandshake *self, BtBuffer *out);

/* What a peer has said so far. Handshakes may come again, and then name only what changes. */
typedef struct
{
  bool shook; /* one has come */
  bool upload_only;
  uint16_t port;          /* 0: not known */
  uint32_t reqq;          /* 0: not known */
  uint32_t metadata_size; /* 0: not known */
  uint8_t ids[BT_EXTENSION_COUNT];
  BtEndpoint yourip;
  BtEndpoint ipv4;
  BtEndpoint ipv6;
  char client[BT_EXTENSION_CLIENT]; /* UTF-8 without control characters; may be empty */
} BtExtensionPeer;

/* A zeroed peer has said nothing. */
void bt_extension_peer_update (BtExtensionPeer *self, const BtExtensionHandshake *handshake);

/* The id to send a message of @extension with; 0 when the peer does not take it. */
uint8_t bt_extension_peer_id (const BtExtensionPeer *self, BtExtension extension);

/* Our id of an extension, 1 or more, always the same. */
uint8_t bt_extension_own_id (BtExtension extension);

/* Which extension an incoming @id means, of those in @enabled (BT_EXTENSION_BIT()). False for the
 * handshake's, for those that are off and for those that we never gave. */
bool bt_extension_of_id (uint8_t id, uint32_t enabled, BtExtension *out);

/* Names in @handshake those in @enabled by our ids; and, when they were on in @before, those that
 * are no longer, by 0. */
void bt_extension_offer (BtExtensionHandshake *handshake, uint32_t enabled, uint32_t before);

/* "ut_pex"; static. */
const char *bt_extension_name (BtExtension extension);
