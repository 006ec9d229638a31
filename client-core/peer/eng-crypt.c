/* eng-crypt.c: see the header.
 *
 * What ENG_CRYPT_PREFER asks for is that a connection does not open as the protocol does. What
 * follows the caller's handshake is left plain when both sides can do that: the cipher keeps
 * nothing secret and costs a core at 4 Gbit/s. Where one of the two wants it, it is used. */
#include "client-core/peer/eng-crypt.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-token-bucket.h"

struct EngCrypt
{
  EngCryptConfig config;
  EngCryptPolicy policy;
  uint64_t n_seeds;
  GQueue waiting;       /* of EngCryptWork */
  BtTokenBucket budget; /* tokens are pieces of work */
  BtioTimer timer;
};

static void
on_turn (BtioTimer *timer, uint64_t now_us)
{
  EngCrypt *self = (EngCrypt *) (void *) ((char *) timer - offsetof (EngCrypt, timer));

  while (self->waiting.head != NULL && bt_token_bucket_take (&self->budget, 1, now_us) > 0)
    {
      EngCryptWork *work = self->waiting.head->data;

      eng_crypt_forget (self, work);
      work->run (work);
    }
  if (self->waiting.head != NULL)
    btio_timer_set (timer, self->config.reactor,
                    bt_token_bucket_ready_us (&self->budget, 1, now_us));
}

EngCrypt *
eng_crypt_new (const EngCryptConfig *config)
{
  EngCrypt *self = g_new0 (EngCrypt, 1);

  self->config = *config;
  g_queue_init (&self->waiting);
  self->timer.due = on_turn;
  bt_token_bucket_init (&self->budget, NULL, BT_LIMIT_KEYS_PER_SECOND, BT_LIMIT_KEYS_PER_TURN,
                        btio_reactor_now_us (config->reactor));
  return self;
}

void
eng_crypt_free (EngCrypt *self)
{
  if (self == NULL)
    return;
  bt_assert (self->waiting.head == NULL);
  btio_timer_stop (&self->timer);
  g_free (self);
}

void
eng_crypt_set_policy (EngCrypt *self, EngCryptPolicy policy)
{
  self->policy = policy;
}

EngCryptPolicy
eng_crypt_policy (const EngCrypt *self)
{
  return self->policy;
}

BtMseConfig
eng_crypt_next (EngCrypt *self)
{
  bool prefers = self->policy == ENG_CRYPT_PREFER;
  uint8_t text[BT_SHA256_LEN + sizeof self->n_seeds];
  BtMseConfig config = { .digests = self->config.digests,
                         .dh = self->config.dh,
                         .methods = prefers ? BT_MSE_PLAINTEXT | BT_MSE_RC4 : BT_MSE_RC4,
                         .preferred = prefers ? BT_MSE_PLAINTEXT : BT_MSE_RC4,
                         .plain_welcome = prefers };
  BtDigestMessage message = { .data = text, .len = sizeof text, .out = config.seed };

  G_STATIC_ASSERT (BT_MSE_SEED_LEN == BT_SHA256_LEN);
  self->n_seeds++;
  memcpy (text, self->config.secret, BT_SHA256_LEN);
  memcpy (text + BT_SHA256_LEN, &self->n_seeds, sizeof self->n_seeds);
  self->config.digests->hash (BT_SHA256, &message, 1);
  return config;
}

const uint8_t *
eng_crypt_find (const EngCrypt *self, const uint8_t name[BT_SHA1_LEN])
{
  return self->config.find (self->config.owner, name);
}

void
eng_crypt_ask (EngCrypt *self, EngCryptWork *work)
{
  uint64_t now_us = btio_reactor_now_us (self->config.reactor);

  if (work->place.data != NULL)
    return;
  work->place.data = work;
  g_queue_push_tail_link (&self->waiting, &work->place);
  if (self->waiting.length == 1)
    btio_timer_set (&self->timer, self->config.reactor,
                    bt_token_bucket_ready_us (&self->budget, 1, now_us));
}

void
eng_crypt_forget (EngCrypt *self, EngCryptWork *work)
{
  if (work->place.data == NULL)
    return;
  g_queue_unlink (&self->waiting, &work->place);
  work->place.data = NULL;
}
