/* eng-bans.h: the addresses that a torrent does not connect to, each for a reason and a time.
 *
 * Bounded: where there is no room, the one that would end first goes. One owner; no locks. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-endpoint.h"

typedef enum
{
  ENG_BAN_NONE,
  ENG_BAN_BAD_DATA,
  ENG_BAN_PROTOCOL, /* it breaks the rules */
  ENG_BAN_FLOOD,
  ENG_BAN_SELF, /* it is ourselves under another address */
  ENG_BAN_PERSON
} EngBanReason;

/* What a table of addresses is keyed by; hash() and equal() are for GHashTable. */
typedef struct
{
  BtEndpoint endpoint; /* port 0 where one address is one peer */
  uint32_t hash;       /* of the endpoint, seeded */
} EngAddressKey;

/* The hash is seeded: strangers choose the addresses. @with_port: several peers have one address.
 */
EngAddressKey eng_address_key (const BtEndpoint *endpoint, bool with_port, uint64_t seed);
guint eng_address_key_hash (gconstpointer key);
gboolean eng_address_key_equal (gconstpointer a, gconstpointer b);

typedef struct EngBans EngBans;

EngBans *eng_bans_new (void);
void eng_bans_free (EngBans *self);

/* Takes the place of an earlier ban. @until_us: UINT64_MAX is for good. */
void eng_bans_add (EngBans *self, const EngAddressKey *key, EngBanReason reason, uint64_t until_us);
void eng_bans_remove (EngBans *self, const EngAddressKey *key);
EngBanReason eng_bans_reason (const EngBans *self, const EngAddressKey *key);

/* Ends those whose time is over. */
void eng_bans_expire (EngBans *self, uint64_t now_us);
