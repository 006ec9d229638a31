/* bt-natpmp.h: asking a router for a port by NAT-PMP (RFC 6886): packets as values. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BT_NATPMP_PORT 5351
#define BT_NATPMP_REQUEST_MAX 12

typedef enum
{
  BT_NATPMP_ADDRESS = 0, /* what is the router's own address outside? */
  BT_NATPMP_UDP = 1,
  BT_NATPMP_TCP = 2
} BtNatpmpOp;

/* The results that have a name. */
typedef enum
{
  BT_NATPMP_OK = 0,
  BT_NATPMP_UNSUPPORTED_VERSION = 1,
  BT_NATPMP_REFUSED = 2, /* the router maps ports, but not for us */
  BT_NATPMP_NETWORK_FAILURE = 3,
  BT_NATPMP_OUT_OF_RESOURCES = 4,
  BT_NATPMP_UNSUPPORTED_OP = 5
} BtNatpmpResult;

typedef struct
{
  BtNatpmpOp op;
  uint16_t internal;   /* port; 0 for BT_NATPMP_ADDRESS */
  uint16_t external;   /* port that would be liked; 0: any */
  uint32_t lifetime_s; /* 0 takes the mapping back */
} BtNatpmpRequest;

/* Writes 2 or 12 bytes and returns how many. */
size_t bt_natpmp_write (const BtNatpmpRequest *request, uint8_t out[BT_NATPMP_REQUEST_MAX]);

typedef struct
{
  BtNatpmpOp op;
  uint16_t result;    /* BtNatpmpResult, or one that we do not know; without BT_NATPMP_OK nothing
                         that follows is set */
  uint8_t address[4]; /* of BT_NATPMP_ADDRESS */
  uint16_t internal;  /* of the others */
  uint16_t external;
  uint32_t lifetime_s;
} BtNatpmpReply;

/* False when it is no reply to one of our requests; @out is left alone then. */
bool bt_natpmp_parse (const uint8_t *data, size_t len, BtNatpmpReply *out);
