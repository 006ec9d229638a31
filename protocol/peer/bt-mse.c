/* bt-mse.c: the opening of an obfuscated connection.
 *
 *     1  A to B: key, pad
 *     2  B to A: key, pad
 *     3  A to B: hash (req1, S), hash (req2, SKEY) ^ hash (req3, S),
 *                RC4 (check, methods, length, pad, length, first bytes)
 *     4  B to A: RC4 (check, method, length, pad), the next layer's
 *     5  A to B: the next layer's
 *
 * S is what both have agreed on, SKEY the info-hash. Numbers are big-endian. */
#include "protocol/peer/bt-mse.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

static const uint8_t plain_opening[] = "\023BitTorrent protocol";

#define PLAIN_LEN (sizeof plain_opening - 1)
#define CHECK_LEN 8             /* zeros that prove the key */
#define HEAD_IN (CHECK_LEN + 6) /* an outgoing connection finds the check by SYNC */
#define HEAD_OUT 6

/* --- states --- */

/* Only forward, but for the outgoing side's second WORK. */
static void
set_state (BtMse *self, BtMseState from, BtMseState to)
{
  bt_assert (self->state == from && from < BT_MSE_DONE);
  bt_assert (to > from || (from == BT_MSE_WORK && to == BT_MSE_KEY && !self->incoming));
  self->state = to;
  self->in_len = 0;
}

static void
fail (BtMse *self, BtMseError error)
{
  self->error = error;
  set_state (self, self->state, BT_MSE_BAD);
}

/* --- hashes --- */

static void
hash (const BtDigestOps *digests, const char word[4], const uint8_t *shared, const uint8_t *skey,
      uint8_t out[BT_SHA1_LEN])
{
  uint8_t text[4 + BT_DH_LEN + BT_SHA1_LEN];
  BtDigestMessage message = { .data = text, .len = 4, .out = out };

  memcpy (text, word, 4);
  if (shared != NULL)
    {
      memcpy (text + message.len, shared, BT_DH_LEN);
      message.len += BT_DH_LEN;
    }
  if (skey != NULL)
    {
      memcpy (text + message.len, skey, BT_SHA1_LEN);
      message.len += BT_SHA1_LEN;
    }
  digests->hash (BT_SHA1, &message, 1);
}

void
bt_mse_name (const BtDigestOps *digests, const uint8_t skey[BT_SHA1_LEN], uint8_t out[BT_SHA1_LEN])
{
  hash (digests, "req2", NULL, skey, out);
}

/* The name, hidden from who does not know the shared secret; or back again. */
static void
veil (const BtMse *self, const uint8_t from[BT_SHA1_LEN], uint8_t out[BT_SHA1_LEN])
{
  uint8_t mask[BT_SHA1_LEN];

  hash (self->config.digests, "req3", self->shared, NULL, mask);
  for (size_t i = 0; i < BT_SHA1_LEN; i++)
    out[i] = from[i] ^ mask[i];
}

static void
start_cipher (const BtMse *self, const char word[4], BtArc4 *out)
{
  uint8_t key[BT_SHA1_LEN];

  hash (self->config.digests, word, self->shared, self->skey, key);
  bt_arc4_init_mse (out, key, sizeof key);
}

static void
start_ciphers (BtMse *self)
{
  start_cipher (self, self->incoming ? "keyA" : "keyB", &self->ciphers.in);
  start_cipher (self, self->incoming ? "keyB" : "keyA", &self->ciphers.out);
}

/* --- output --- */

/* Room for @len bytes; there always is. */
static uint8_t *
add (BtMse *self, size_t len)
{
  uint8_t *at = self->out + self->out_to;

  bt_assert (len <= sizeof self->out - self->out_to);
  self->out_to += len;
  return at;
}

static void
put_u16 (uint8_t *at, size_t value)
{
  at[0] = (uint8_t) (value >> 8);
  at[1] = (uint8_t) value;
}

static size_t
read_u16 (const uint8_t *at)
{
  return (size_t) at[0] << 8 | at[1];
}

/* A stream of random bytes of its own for the first and the second pad. */
static void
start_random (const BtMse *self, BtArc4 *out)
{
  uint8_t key[BT_MSE_SEED_LEN - BT_DH_SECRET_LEN + 1];

  memcpy (key, self->config.seed + BT_DH_SECRET_LEN, sizeof key - 1);
  key[sizeof key - 1] = self->published ? 2 : 1;
  bt_arc4_init_mse (out, key, sizeof key);
}

static size_t
random_length (BtArc4 *random)
{
  uint8_t bytes[4] = { 0 };

  bt_arc4_crypt (random, bytes, bytes, sizeof bytes);
  return (read_u16 (bytes) << 16 | read_u16 (bytes + 2)) % (BT_MSE_PAD_MAX + 1);
}

static void
add_key (BtMse *self)
{
  BtArc4 random;
  size_t len;
  uint8_t *pad;

  self->config.dh->publish (self->config.seed, add (self, BT_DH_LEN));
  start_random (self, &random);
  len = random_length (&random);
  pad = add (self, len);
  memset (pad, 0, len);
  bt_arc4_crypt (&random, pad, pad, len);
  self->published = true;
}

/* The check, methods and padding of zeros, which is hidden like the rest. */
static void
add_head (BtMse *self, unsigned methods)
{
  BtArc4 random;
  size_t len;
  uint8_t *at;

  start_random (self, &random);
  len = random_length (&random);
  at = add (self, HEAD_IN + len);
  memset (at, 0, HEAD_IN + len);
  at[CHECK_LEN + 3] = (uint8_t) methods;
  put_u16 (at + CHECK_LEN + 4, len);
  bt_arc4_crypt (&self->ciphers.out, at, at, HEAD_IN + len);
}

static void
add_first (BtMse *self)
{
  uint8_t *at = add (self, 2 + self->first_len);

  put_u16 (at, self->first_len);
  memcpy (at + 2, self->first, self->first_len);
  bt_arc4_crypt (&self->ciphers.out, at, at, 2 + self->first_len);
}

/* The third part. */
static void
add_request (BtMse *self)
{
  uint8_t name[BT_SHA1_LEN];

  hash (self->config.digests, "req1", self->shared, NULL, add (self, BT_SHA1_LEN));
  bt_mse_name (self->config.digests, self->skey, name);
  veil (self, name, add (self, BT_SHA1_LEN));
  add_head (self, self->config.methods);
  add_first (self);
}

const uint8_t *
bt_mse_peek_output (const BtMse *self, size_t *len)
{
  *len = self->out_to - self->out_from;
  return self->out + self->out_from;
}

void
bt_mse_sent (BtMse *self, size_t len)
{
  bt_assert (len <= self->out_to - self->out_from);
  self->out_from += len;
}

/* --- beginning --- */

static void
init (BtMse *self, const BtMseConfig *config, uint64_t now_us)
{
  bt_assert ((config->methods & (BT_MSE_PLAINTEXT | BT_MSE_RC4)) != 0);
  memset (self, 0, sizeof *self);
  self->config = *config;
  self->deadline_us = now_us + BT_LIMIT_HANDSHAKE_MS * UINT64_C (1000);
}

void
bt_mse_init_outgoing (BtMse *self, const BtMseConfig *config, const uint8_t skey[BT_SHA1_LEN],
                      const uint8_t *first, size_t first_len, uint64_t now_us)
{
  bt_assert (first_len <= BT_MSE_FIRST_MAX);
  init (self, config, now_us);
  memcpy (self->skey, skey, BT_SHA1_LEN);
  if (first_len > 0)
    memcpy (self->first, first, first_len);
  self->first_len = first_len;
  self->state = BT_MSE_WORK;
}

void
bt_mse_init_incoming (BtMse *self, const BtMseConfig *config, uint64_t now_us)
{
  init (self, config, now_us);
  self->incoming = true;
  self->state = BT_MSE_OPENING;
}

/* --- work --- */

void
bt_mse_work (BtMse *self)
{
  uint8_t theirs[BT_DH_LEN];

  bt_assert (self->state == BT_MSE_WORK);
  memcpy (theirs, self->in, sizeof theirs);
  if (!self->incoming && !self->published)
    {
      add_key (self);
      set_state (self, BT_MSE_WORK, BT_MSE_KEY);
      return;
    }
  if (!self->config.dh->agree (self->config.seed, theirs, self->shared))
    {
      fail (self, BT_MSE_ERROR_KEY);
      return;
    }
  if (self->incoming)
    {
      add_key (self);
      hash (self->config.digests, "req1", self->shared, NULL, self->mark);
    }
  else
    {
      start_ciphers (self);
      add_request (self);
      memset (self->mark, 0, CHECK_LEN);
      bt_arc4_crypt (&self->ciphers.in, self->mark, self->mark, CHECK_LEN);
    }
  set_state (self, BT_MSE_WORK, BT_MSE_SYNC);
}

void
bt_mse_choose (BtMse *self, const uint8_t *skey)
{
  bt_assert (self->state == BT_MSE_WHICH);
  if (skey == NULL)
    {
      fail (self, BT_MSE_ERROR_TORRENT);
      return;
    }
  memcpy (self->skey, skey, BT_SHA1_LEN);
  start_ciphers (self);
  set_state (self, BT_MSE_WHICH, BT_MSE_HEAD);
}

/* --- input --- */

static size_t
mark_len (const BtMse *self)
{
  return self->incoming ? BT_SHA1_LEN : CHECK_LEN;
}

static size_t
head_len (const BtMse *self)
{
  return self->incoming ? HEAD_IN : HEAD_OUT;
}

size_t
bt_mse_want (const BtMse *self)
{
  switch (self->state)
    {
    case BT_MSE_OPENING:
      return PLAIN_LEN - self->in_len;
    case BT_MSE_KEY:
      return BT_DH_LEN - self->in_len;
    case BT_MSE_SYNC:
      return mark_len (self) - self->in_len;
    case BT_MSE_NAME:
      return BT_SHA1_LEN - self->in_len;
    case BT_MSE_HEAD:
      return head_len (self) - self->in_len;
    case BT_MSE_PAD:
      return self->pad_left;
    case BT_MSE_LENGTH:
      return 2 - self->in_len;
    default:
      return 0;
    }
}

/* A key that begins as the protocol's name does is as good as any other. */
static void
look_at_opening (BtMse *self)
{
  size_t len = self->in_len;

  if (memcmp (self->in, plain_opening, len) != 0)
    {
      set_state (self, BT_MSE_OPENING, BT_MSE_KEY);
      self->in_len = len;
    }
  else if (len == PLAIN_LEN && !self->config.plain_welcome)
    fail (self, BT_MSE_ERROR_PLAIN);
  else if (len == PLAIN_LEN)
    {
      set_state (self, BT_MSE_OPENING, BT_MSE_PLAIN);
      self->in_len = len;
    }
}

/* A peer that answers a key with the protocol's name has not understood it. */
static bool
is_plain_reply (const BtMse *self)
{
  return self->state == BT_MSE_KEY && !self->incoming && self->in_len >= PLAIN_LEN
         && memcmp (self->in, plain_opening, PLAIN_LEN) == 0;
}

/* Keeps of what has come the longest end that the mark may begin with. */
static void
look_for_mark (BtMse *self)
{
  size_t drop = 0;

  while (memcmp (self->in + drop, self->mark, self->in_len - drop) != 0)
    drop++;
  memmove (self->in, self->in + drop, self->in_len - drop);
  self->in_len -= drop;
  if (self->in_len == mark_len (self))
    set_state (self, BT_MSE_SYNC, self->incoming ? BT_MSE_NAME : BT_MSE_HEAD);
  else if (self->scanned + mark_len (self) - self->in_len > BT_MSE_PAD_MAX + mark_len (self))
    fail (self, BT_MSE_ERROR_SYNC);
}

static void
finish (BtMse *self, uint64_t in_left)
{
  bool encrypted = self->method == BT_MSE_RC4;

  self->ciphers.in_left = encrypted ? UINT64_MAX : in_left;
  self->ciphers.out_left = encrypted ? UINT64_MAX : 0;
  memset (self->shared, 0, sizeof self->shared);
  set_state (self, self->state, BT_MSE_DONE);
}

static void
end_pad (BtMse *self)
{
  if (self->incoming)
    set_state (self, BT_MSE_PAD, BT_MSE_LENGTH);
  else
    finish (self, 0);
}

/* One method of those that are offered and wanted, or 0. */
static unsigned
pick_method (const BtMse *self, const uint8_t bits[4])
{
  unsigned offered = bits[3];
  unsigned both = offered & self->config.methods;

  if (self->incoming)
    return (both & self->config.preferred) != 0 ? self->config.preferred : both & -both;
  if (bits[0] != 0 || bits[1] != 0 || bits[2] != 0 || both != offered)
    return 0;
  return both == BT_MSE_PLAINTEXT || both == BT_MSE_RC4 ? both : 0;
}

static void
read_head (BtMse *self)
{
  static const uint8_t zeros[CHECK_LEN];
  const uint8_t *at = self->in + (self->incoming ? CHECK_LEN : 0);
  size_t pad;
  unsigned method;

  bt_arc4_crypt (&self->ciphers.in, self->in, self->in, self->in_len);
  pad = read_u16 (at + 4);
  method = pick_method (self, at);
  if (self->incoming && memcmp (self->in, zeros, CHECK_LEN) != 0)
    fail (self, BT_MSE_ERROR_CHECK);
  else if (method == 0)
    fail (self, BT_MSE_ERROR_METHOD);
  else if (pad > BT_MSE_PAD_MAX)
    fail (self, BT_MSE_ERROR_PAD);
  else
    {
      self->method = (BtMseMethod) method;
      self->pad_left = pad;
      set_state (self, BT_MSE_HEAD, BT_MSE_PAD);
      if (pad == 0)
        end_pad (self);
    }
}

/* The first bytes of the next layer come with the cipher whatever was chosen. */
static void
read_length (BtMse *self)
{
  bt_arc4_crypt (&self->ciphers.in, self->in, self->in, self->in_len);
  add_head (self, self->method);
  finish (self, read_u16 (self->in));
}

/* The field that is being read is whole. */
static void
read_field (BtMse *self)
{
  switch (self->state)
    {
    case BT_MSE_KEY:
      self->state = BT_MSE_WORK; /* which uses what has come */
      break;
    case BT_MSE_NAME:
      veil (self, self->in, self->name);
      set_state (self, BT_MSE_NAME, BT_MSE_WHICH);
      break;
    case BT_MSE_HEAD:
      read_head (self);
      break;
    case BT_MSE_LENGTH:
      read_length (self);
      break;
    default:
      bt_assert (false);
    }
}

/* Takes @n bytes, no more than are wanted. */
static void
take (BtMse *self, const uint8_t *bytes, size_t n)
{
  if (self->state == BT_MSE_PAD)
    {
      bt_arc4_skip (&self->ciphers.in, n);
      self->pad_left -= n;
      if (self->pad_left == 0)
        end_pad (self);
      return;
    }
  memcpy (self->in + self->in_len, bytes, n);
  self->in_len += n;
  if (self->state == BT_MSE_OPENING)
    look_at_opening (self);
  else if (self->state == BT_MSE_SYNC)
    {
      self->scanned += n;
      look_for_mark (self);
    }
  else if (is_plain_reply (self))
    fail (self, BT_MSE_ERROR_PLAIN);
  else if (bt_mse_want (self) == 0)
    read_field (self);
}

size_t
bt_mse_input (BtMse *self, const uint8_t *bytes, size_t len)
{
  size_t used = 0;
  size_t want;

  while (used < len && (want = bt_mse_want (self)) > 0)
    {
      size_t n = MIN (want, len - used);

      take (self, bytes + used, n);
      used += n;
    }
  return used;
}

/* --- time --- */

void
bt_mse_tick (BtMse *self, uint64_t now_us)
{
  if (now_us >= bt_mse_deadline (self))
    fail (self, BT_MSE_ERROR_TIMEOUT);
}

uint64_t
bt_mse_deadline (const BtMse *self)
{
  return self->state < BT_MSE_DONE ? self->deadline_us : UINT64_MAX;
}
