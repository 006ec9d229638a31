/* btd-evp.c: the fallback, OpenSSL's EVP, one stream at a time on any processor.
 *
 * A digest holds an EVP_MD_CTX. Out of memory, or a libcrypto without SHA-1 and SHA-256, traps:
 * no caller could go on without them. */
#include "protocol/digest/btd-evp-private.h"

#include <openssl/evp.h>

#include "protocol/core/bt-assert.h"

static const char *const algorithms[BT_DIGEST_KINDS] = {
  [BT_SHA1] = "SHA1",
  [BT_SHA256] = "SHA256",
};

/* (transfer full), ready for bytes. */
static EVP_MD_CTX *
context_new (BtDigestKind kind)
{
  EVP_MD *md = EVP_MD_fetch (NULL, algorithms[kind], NULL);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();

  bt_assert (md != NULL && context != NULL);
  bt_assert (EVP_DigestInit_ex (context, md, NULL) == 1);
  EVP_MD_free (md); /* the context has a reference of its own */
  return context;
}

static void
context_update (EVP_MD_CTX *context, const uint8_t *data, size_t len)
{
  bt_assert (EVP_DigestUpdate (context, data, len) == 1);
}

static void
context_update_zeros (EVP_MD_CTX *context, uint64_t len)
{
  static const uint8_t zeros[4096];

  for (; len > 0; len -= len < sizeof zeros ? len : sizeof zeros)
    context_update (context, zeros, len < sizeof zeros ? (size_t) len : sizeof zeros);
}

static void
context_final (EVP_MD_CTX *context, uint8_t *out)
{
  bt_assert (EVP_DigestFinal_ex (context, out, NULL) == 1);
}

static void
evp_init (BtDigest *digest, BtDigestKind kind)
{
  digest->len = 0;
  digest->state.foreign = context_new (kind);
}

static void
evp_update (BtDigestKind kind, const BtDigestPart *parts, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      context_update (parts[i].digest->state.foreign, parts[i].data, parts[i].len);
      parts[i].digest->len += parts[i].len;
    }
}

static void
evp_clear (BtDigest *digest)
{
  EVP_MD_CTX_free (digest->state.foreign);
  digest->state.foreign = NULL;
}

static void
evp_finish (BtDigestKind kind, BtDigest *const *digests, uint8_t *const *outs, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      context_final (digests[i]->state.foreign, outs[i]);
      evp_clear (digests[i]);
    }
}

/* One context serves all messages: fetching an algorithm costs as much as hashing a few KiB. */
static void
evp_hash (BtDigestKind kind, const BtDigestMessage *messages, size_t n)
{
  EVP_MD_CTX *context = n > 0 ? context_new (kind) : NULL;

  for (size_t i = 0; i < n; i++)
    {
      if (i > 0)
        bt_assert (EVP_DigestInit_ex (context, NULL, NULL) == 1);
      context_update (context, messages[i].data, messages[i].len);
      context_update_zeros (context, messages[i].zeros);
      context_final (context, messages[i].out);
    }
  EVP_MD_CTX_free (context);
}

const BtDigestOps btd_evp_ops = {
  .name = "evp",
  .lanes = { [BT_SHA1] = 1, [BT_SHA256] = 1 },
  .init = evp_init,
  .update = evp_update,
  .finish = evp_finish,
  .clear = evp_clear,
  .hash = evp_hash,
};
