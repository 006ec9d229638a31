/* bt-digest.h: how the protocol library is handed SHA-1 and SHA-256.
 *
 * Sans-I/O code links no crypto library: whoever drives it passes a `const BtDigestOps *`
 * (protocol/digest has them). The operations take several independent streams at once, because
 * the processors' hash instructions are bound by latency and a second stream is nearly free.
 * Ops tables are constant and every operation may be called from any thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define BT_SHA1_LEN 20
#define BT_SHA256_LEN 32

typedef enum
{
  BT_SHA1,
  BT_SHA256,
  BT_DIGEST_KINDS
} BtDigestKind;

/* One running digest. Owned by whoever embeds it; init before use; finish or clear after. */
typedef struct
{
  uint64_t len; /* bytes taken so far */
  union
  {
    struct
    {
      uint32_t h[8];
      uint8_t tail[64]; /* the bytes of the unfinished block */
    } own;
    void *foreign; /* a context of the fallback library */
  } state;
} BtDigest;

/* The next @len bytes of one stream; @digest appears at most once in a call. */
typedef struct
{
  BtDigest *digest;
  const uint8_t *data;
  size_t len;
} BtDigestPart;

/* One whole message; @out takes BT_SHA1_LEN or BT_SHA256_LEN bytes and may not overlap @data of
 * another message of the same call; it may overlap its own. */
typedef struct
{
  const uint8_t *data;
  size_t len;
  uint8_t *out;
  uint64_t zeros; /* bytes of zero that follow @data and belong to the message: pads (BEP 47) */
} BtDigestMessage;

typedef struct BtDigestOps
{
  const char *name;                /* "sha-ni x4" */
  unsigned lanes[BT_DIGEST_KINDS]; /* streams that pay to be fed at once; 1 or more */

  void (*init) (BtDigest *digest, BtDigestKind kind);
  /* Feeds each of @n streams its part; the lengths may differ, equal ones are fastest. */
  void (*update) (BtDigestKind kind, const BtDigestPart *parts, size_t n);
  /* Writes the digest of stream i to outs[i] and releases what the stream holds. */
  void (*finish) (BtDigestKind kind, BtDigest *const *digests, uint8_t *const *outs, size_t n);
  /* Drops a stream that will not be finished. Accepts one that was finished already. */
  void (*clear) (BtDigest *digest);
  /* Hashes @n whole messages of any lengths. */
  void (*hash) (BtDigestKind kind, const BtDigestMessage *messages, size_t n);
} BtDigestOps;

static inline size_t
bt_digest_len (BtDigestKind kind)
{
  return kind == BT_SHA1 ? BT_SHA1_LEN : BT_SHA256_LEN;
}
