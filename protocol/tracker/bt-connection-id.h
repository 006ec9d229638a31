/* bt-connection-id.h: connection ids of a UDP tracker (BEP 15) that need no memory.
 *
 * An id proves that its bearer receives what is sent to its address. It is a keyed hash over the
 * address and a slot of time, so that a tracker keeps nothing per client, and nobody who lacks the
 * key can make one. Any thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/tracker/bt-siphash.h"

/* An id is good for at least so long: BEP 15 asks for two minutes. Never for longer than a slot
 * more. */
#define BT_CONNECTION_ID_MS 120000u
#define BT_CONNECTION_ID_SLOTS 3u

/* Sixteen bits of an id are its tag: a few operations on the address and a key of the slot, which
 * even a filter of the system's can do before a datagram waits for anybody. It turns away nearly
 * all that is made up, and proves nothing: it is no hash for who wants to forge it. */
#define BT_CONNECTION_TAG_SLOTS 4u /* slots that the lowest bits of an id tell apart */
#define BT_CONNECTION_TAG_FOLD_1 16u
#define BT_CONNECTION_TAG_FOLD_2 13u
#define BT_CONNECTION_TAG_MULTIPLY 0x85ebca6bu

typedef struct
{
  uint32_t add;
  uint32_t multiply;
} BtConnectionTagKey;

typedef struct
{
  BtSipKey key;
  BtSipKey former; /* of ids that were given before the secret changed */
  bool has_former;
  bool with_port; /* also binds the port; a NAT that changes ports then breaks announces */
} BtConnectionIds;

/* @secret is random and stays secret. */
void bt_connection_ids_init (BtConnectionIds *self, const uint8_t secret[BT_SIPHASH_KEY_LEN],
                             bool with_port);

/* Also takes the ids that another secret made, as one does that has just taken its place. */
void bt_connection_ids_accept (BtConnectionIds *self, const uint8_t secret[BT_SIPHASH_KEY_LEN]);

/* The id to give to @from now. */
uint64_t bt_connection_id_make (const BtConnectionIds *self, const BtEndpoint *from,
                                uint64_t now_us);

/* When the slot of @now_us ends. */
uint64_t bt_connection_slot_end_us (uint64_t now_us);

/* The key of those ids whose lowest bits are @low: of one of the slots that are good at @now_us, or
 * of the next one. */
BtConnectionTagKey bt_connection_tag_key (const BtConnectionIds *self, uint32_t low,
                                          uint64_t now_us);

/* The tag of the ids of an address. An id has it in the upper half of its lower word. */
uint32_t bt_connection_tag (const BtConnectionTagKey *key, const BtEndpoint *from);

/* Whether @id was given to @from in the last two minutes. The time that this takes tells nothing of
 * what a right one would be. */
bool bt_connection_id_check (const BtConnectionIds *self, const BtEndpoint *from, uint64_t id,
                             uint64_t now_us);
