/* bt-mse.h: the opening of an obfuscated connection, both sides of it: message stream encryption,
 * also called protocol encryption.
 *
 *     outgoing: WORK -> KEY -> WORK -> SYNC -> HEAD -> PAD -> DONE
 *     incoming: OPENING -> KEY -> WORK -> SYNC -> NAME -> WHICH -> HEAD -> PAD -> LENGTH -> DONE
 *               OPENING -> PLAIN
 *     BAD from each of them but DONE and PLAIN
 *
 * Two exchange keys behind padding of random length, agree on a method, and hide what follows, or
 * do not. It keeps no secret from anyone who cares, and proves nothing: whoever knows the info-hash
 * may stand between. The machine stops where work is due (WORK costs exponentiations, so that the
 * caller decides when) and where it must be told which torrent is meant (WHICH). It allocates
 * nothing. Source: the page "Message Stream Encryption" of Vuze's wiki. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-arc4.h"
#include "protocol/core/bt-dh.h"
#include "protocol/core/bt-digest.h"

#define BT_MSE_SEED_LEN 32
#define BT_MSE_PAD_MAX 512
#define BT_MSE_FIRST_MAX 68 /* of the bytes that go along with the opening: a handshake */

/* A key, a pad; three hashes' worth, a head, a pad, a length and the first bytes. */
#define BT_MSE_OUTPUT_MAX                                                                          \
  (BT_DH_LEN + BT_MSE_PAD_MAX + 40 + 14 + BT_MSE_PAD_MAX + 2 + BT_MSE_FIRST_MAX)

/* What becomes of the bytes behind the opening; the values are those on the wire. */
typedef enum
{
  BT_MSE_PLAINTEXT = 1 << 0,
  BT_MSE_RC4 = 1 << 1
} BtMseMethod;

typedef enum
{
  BT_MSE_OPENING, /* whether it is encrypted is not known */
  BT_MSE_KEY,     /* their public key comes */
  BT_MSE_WORK,    /* bt_mse_work() is due */
  BT_MSE_SYNC,    /* padding, until a mark that only both of us know */
  BT_MSE_NAME,    /* the hash that stands for the torrent */
  BT_MSE_WHICH,   /* bt_mse_choose() is due: see name */
  BT_MSE_HEAD,    /* the methods and the length of more padding */
  BT_MSE_PAD,
  BT_MSE_LENGTH, /* how much comes along with the opening */
  BT_MSE_DONE,   /* see ciphers; what follows is the next layer's */
  BT_MSE_PLAIN,  /* a plain handshake: its beginning is in @in, @in_len bytes */
  BT_MSE_BAD     /* see error */
} BtMseState;

typedef enum
{
  BT_MSE_OK,
  BT_MSE_ERROR_PLAIN,   /* a plain handshake, which is not wanted, or no answer */
  BT_MSE_ERROR_KEY,     /* no key of this exchange */
  BT_MSE_ERROR_SYNC,    /* more padding than there may be, or another secret */
  BT_MSE_ERROR_TORRENT, /* one that we do not have */
  BT_MSE_ERROR_CHECK,   /* the verification constant is wrong */
  BT_MSE_ERROR_PAD,     /* a length of padding over BT_MSE_PAD_MAX */
  BT_MSE_ERROR_METHOD,  /* none that both want, or one that was not offered */
  BT_MSE_ERROR_TIMEOUT
} BtMseError;

typedef struct
{
  const BtDigestOps *digests;
  const BtDhOps *dh;
  unsigned methods;              /* BtMseMethod: what is offered, or taken */
  BtMseMethod preferred;         /* incoming: of two that both want */
  bool plain_welcome;            /* incoming: a plain handshake is PLAIN, not BAD */
  uint8_t seed[BT_MSE_SEED_LEN]; /* random, and used once: the private key, lengths and padding */
} BtMseConfig;

/* How the bytes behind the opening are read and written: so many with the cipher, the rest as they
 * are. UINT64_MAX: all; 0: none. */
typedef struct
{
  BtArc4 in;
  BtArc4 out;
  uint64_t in_left;
  uint64_t out_left;
} BtMseCiphers;

/* A plain value; nothing to clear. */
typedef struct
{
  BtMseConfig config;
  BtMseState state;
  BtMseError error;
  bool incoming;
  bool published; /* our key is in the output */
  uint64_t deadline_us;
  uint8_t in[BT_DH_LEN]; /* what has come of the field that is being read */
  size_t in_len;
  size_t scanned;            /* bytes since SYNC began */
  uint8_t mark[BT_SHA1_LEN]; /* that SYNC looks for */
  uint8_t shared[BT_DH_LEN]; /* what both know, from WORK to the keys of the ciphers */
  uint8_t skey[BT_SHA1_LEN]; /* the torrent's info-hash, which both know */
  uint8_t name[BT_SHA1_LEN]; /* WHICH: bt_mse_name() of the torrent that is asked for */
  size_t pad_left;
  BtMseMethod method;
  BtMseCiphers ciphers;
  uint8_t first[BT_MSE_FIRST_MAX];
  size_t first_len;
  uint8_t out[BT_MSE_OUTPUT_MAX];
  size_t out_from;
  size_t out_to;
} BtMse;

/* Opens a connection to a peer of the torrent @skey. @first, BT_MSE_FIRST_MAX bytes at most, are
 * the beginning of the next layer and go along. The time runs from @now_us. */
void bt_mse_init_outgoing (BtMse *self, const BtMseConfig *config, const uint8_t skey[BT_SHA1_LEN],
                           const uint8_t *first, size_t first_len, uint64_t now_us);

/* Answers a connection that may be plain as well. */
void bt_mse_init_incoming (BtMse *self, const BtMseConfig *config, uint64_t now_us);

/* So many bytes can be taken before the machine stops or knows more; 0 when none can: it waits for
 * a call, or is over. Who reads no more never reads what belongs to the next layer. */
size_t bt_mse_want (const BtMse *self);

/* Takes what it can use of @len bytes, and returns how many that was. */
size_t bt_mse_input (BtMse *self, const uint8_t *bytes, size_t len);

/* In WORK: one exponentiation, or two of an incoming connection. */
void bt_mse_work (BtMse *self);

/* In WHICH: the info-hash of the torrent, 20 bytes, or NULL for none. */
void bt_mse_choose (BtMse *self, const uint8_t *skey);

/* What the torrent @skey is called in WHICH: it does not change, and may be kept. */
void bt_mse_name (const BtDigestOps *digests, const uint8_t skey[BT_SHA1_LEN],
                  uint8_t out[BT_SHA1_LEN]);

/* What is to be sent, which may be nothing, until bt_mse_sent() says that it was. Also of a machine
 * that is DONE. Lent until the next call. */
const uint8_t *bt_mse_peek_output (const BtMse *self, size_t *len);
void bt_mse_sent (BtMse *self, size_t len);

/* The deadline has passed, or not: an opening that takes too long becomes BAD. */
void bt_mse_tick (BtMse *self, uint64_t now_us);

/* When to call tick; UINT64_MAX when it is over. */
uint64_t bt_mse_deadline (const BtMse *self);
