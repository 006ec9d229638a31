/* bt-peer-id-names-private.h: which letters stand for which program, and how it writes its version
 * (BEP 20, and what programs are seen to send). */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* How the four characters of an Azureus-style id make a version; 0 to 9, A to Z and a to z count
 * from 0 to 61. */
typedef enum
{
  BT_VERSION_FOUR,        /* 4630: 4.6.3, trailing zeros dropped down to two numbers */
  BT_VERSION_THREE,       /* 355S: 3.5.5; the fourth says what kind of build it is */
  BT_VERSION_TWO_TWO,     /* 0102: 1.2, two decimal digits each */
  BT_VERSION_ONE_TWO,     /* 0172: 1.72, the first is unused */
  BT_VERSION_TRANSMISSION /* 2940: 2.94; from 4 on, 4060: 4.0.6 */
} BtVersionForm;

typedef struct
{
  char code[3];
  const char *name; /* printable ASCII, shorter than BT_PEER_ID_NAME */
  BtVersionForm form;
} BtPeerIdName;

/* The program of two letters in the Azureus style; NULL when nobody has claimed them. */
const BtPeerIdName *bt_peer_id_azureus_name (const uint8_t code[2]);

/* The program of one letter in Shadow's style; NULL when unknown. */
const char *bt_peer_id_shadow_name (uint8_t code);
