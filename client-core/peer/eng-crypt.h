/* eng-crypt.h: what the connections of an engine have in common to be encrypted: the policy, random
 * seeds, the way from a hidden name to a torrent, and turns for the work that costs.
 *
 * An exponentiation takes 50 microseconds, and a stranger may ask for two with a hundred bytes. So
 * the work waits in a queue, of which so much is done in a turn and in a second as the limits say;
 * who waits too long is past the handshake's deadline. The engine's thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/io/btio-reactor.h"
#include "protocol/peer/bt-mse.h"

typedef enum
{
  ENG_CRYPT_PREFER,  /* encrypted first, plain when that fails; both come in */
  ENG_CRYPT_REQUIRE, /* never a plain byte */
  ENG_CRYPT_OFF      /* plain alone */
} EngCryptPolicy;

/* The info-hash, lent, of the torrent that bt_mse_name() calls @name; NULL for none that takes
 * peers. */
typedef const uint8_t *(*EngCryptFind) (void *owner, const uint8_t name[BT_SHA1_LEN]);

typedef struct
{
  BtioReactor *reactor;
  const BtDigestOps *digests;
  const BtDhOps *dh;
  uint8_t secret[BT_SHA256_LEN]; /* random: all seeds come from it */
  EngCryptFind find;
  void *owner;
} EngCryptConfig;

typedef struct EngCrypt EngCrypt;

/* Something that waits for its turn. Embedded; { 0 } before the first use. */
typedef struct EngCryptWork
{
  void (*run) (struct EngCryptWork *work);

  /* The queue's. */
  GList place; /* its data is NULL while it does not wait */
} EngCryptWork;

/* The policy is ENG_CRYPT_PREFER. (transfer full) */
EngCrypt *eng_crypt_new (const EngCryptConfig *config);

/* Nothing may wait any more. Accepts NULL. */
void eng_crypt_free (EngCrypt *crypt);

/* For the connections that begin from now on. */
void eng_crypt_set_policy (EngCrypt *crypt, EngCryptPolicy policy);
EngCryptPolicy eng_crypt_policy (const EngCrypt *crypt);

/* What the next machine is to be told, with a seed of its own. */
BtMseConfig eng_crypt_next (EngCrypt *crypt);

const uint8_t *eng_crypt_find (const EngCrypt *crypt, const uint8_t name[BT_SHA1_LEN]);

/* Runs @work when its turn comes, once; a second wish is the same one. */
void eng_crypt_ask (EngCrypt *crypt, EngCryptWork *work);
/* Accepts work that does not wait. */
void eng_crypt_forget (EngCrypt *crypt, EngCryptWork *work);
