/* eng-connection-crypt.c: the opening of a connection that is encrypted, or may be.
 *
 * No more is read than the machine asks for, so that what follows is there for the stream that is
 * stacked on the connection's own when the opening is through. */
#include "client-core/peer/eng-connection-private.h"

#include <string.h>

#include "protocol/io/btio-mse.h"

static void
leave_crypt (EngConnection *c)
{
  bt_handshake_reader_init (&c->reader, btio_reactor_now_us (c->reactor));
  c->reader.deadline_us = c->crypt_deadline_us;
  c->state = ENG_CONNECTION_HANDSHAKE;
}

/* From here on the stream is one that encrypts. */
static void
stack_stream (EngConnection *c)
{
  void (*ready) (BtioStream *, void *, unsigned) = c->stream->ready;
  size_t len;
  const uint8_t *bytes = bt_mse_peek_output (c->mse, &len);

  c->encryption = c->mse->method == BT_MSE_RC4 ? ENG_ENCRYPTION_ALL : ENG_ENCRYPTION_OPENING;
  memcpy (c->skey, c->mse->skey, sizeof c->skey);
  c->stream = btio_mse_new (c->stream, &c->mse->ciphers, bytes, len);
  c->stream->ready = ready;
  c->stream->owner = c;
  g_clear_pointer (&c->mse, g_free);
  leave_crypt (c);
}

/* It is a plain handshake, of which the beginning has been read. */
static void
go_on_plain (EngConnection *c)
{
  g_autofree BtMse *mse = g_steal_pointer (&c->mse);

  leave_crypt (c);
  (void) eng_connection_feed_handshake (c, mse->in, mse->in_len); /* it is no more than that */
}

/* Does what the machine waits for. */
static void
advance (EngConnection *c)
{
  if (c->mse->state == BT_MSE_WHICH)
    bt_mse_choose (c->mse, eng_crypt_find (c->crypt, c->mse->name));
  if (c->mse->state == BT_MSE_WORK)
    eng_crypt_ask (c->crypt, &c->crypt_work);
  else if (c->mse->state == BT_MSE_DONE)
    stack_stream (c);
  else if (c->mse->state == BT_MSE_PLAIN)
    go_on_plain (c);
  else if (c->mse->state == BT_MSE_BAD)
    eng_connection_end (c, ENG_CLOSED_HANDSHAKE, 0);
  eng_connection_flush (c);
}

static void
on_work (EngCryptWork *work)
{
  EngConnection *c
      = (EngConnection *) (void *) ((char *) work - offsetof (EngConnection, crypt_work));

  bt_mse_work (c->mse);
  advance (c);
}

void
eng_connection_begin_crypt (EngConnection *c)
{
  BtMseConfig config = eng_crypt_next (c->crypt);
  uint64_t now_us = btio_reactor_now_us (c->reactor);

  c->mse = g_new (BtMse, 1);
  c->crypt_work.run = on_work;
  c->state = ENG_CONNECTION_CRYPT;
  if (c->incoming)
    bt_mse_init_incoming (c->mse, &config, now_us);
  else
    {
      uint8_t hello[BT_HANDSHAKE_LEN];

      bt_handshake_write (&c->config.handshake, hello);
      bt_mse_init_outgoing (c->mse, &config, c->config.handshake.info_hash, hello, sizeof hello,
                            now_us);
    }
  c->crypt_deadline_us = bt_mse_deadline (c->mse);
  advance (c);
}

bool
eng_connection_read_crypt (EngConnection *c)
{
  uint8_t bytes[BT_MSE_PAD_MAX];
  struct iovec part = { bytes, MIN (bt_mse_want (c->mse), sizeof bytes) };
  ssize_t n;

  if (part.iov_len == 0)
    return false;
  n = btio_stream_readv (c->stream, &part, 1);
  if (n <= 0)
    {
      eng_connection_note_no_bytes (c, n);
      return false;
    }
  (void) bt_mse_input (c->mse, bytes, (size_t) n); /* all: it asked for them */
  advance (c);
  return !c->ended;
}

void
eng_connection_tick_crypt (EngConnection *c, uint64_t now_us)
{
  bt_mse_tick (c->mse, now_us);
  if (c->mse->state == BT_MSE_BAD)
    eng_connection_end (c, ENG_CLOSED_HANDSHAKE, 0);
}

void
eng_connection_clear_crypt (EngConnection *c)
{
  if (c->crypt != NULL)
    eng_crypt_forget (c->crypt, &c->crypt_work);
  g_clear_pointer (&c->mse, g_free);
}
