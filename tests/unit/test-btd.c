/* test-btd.c: every table of digest operations against FIPS 180 and against OpenSSL's EVP.
 *
 * Each test runs for each table that this machine supports and for both kinds. */
#include <glib.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/digest/btd.h"

#define MESSAGES_MAX 80

#define BEP44_KEY                                                                                  \
  "\x77\xff\x84\x90\x5a\x91\x93\x63\x67\xc0\x13\x60\x80\x31\x04\xf9"                               \
  "\x24\x32\xfc\xd9\x04\xa4\x35\x11\x87\x6d\xf5\xcd\xf3\xe7\xe5\x48"

typedef struct
{
  const BtDigestOps *ops;
  BtDigestKind kind;
} Subject;

typedef void SubjectTest (const Subject *s);

static void
expected_digest (BtDigestKind kind, const uint8_t *data, size_t len, uint8_t *out)
{
  const EVP_MD *md = kind == BT_SHA1 ? EVP_sha1 () : EVP_sha256 ();

  g_assert_cmpint (EVP_Digest (data, len, out, NULL, md, NULL), ==, 1);
}

static void
assert_digest (BtDigestKind kind, const uint8_t *data, size_t len, const uint8_t *got)
{
  uint8_t want[BT_SHA256_LEN];

  expected_digest (kind, data, len, want);
  g_assert_cmpmem (got, bt_digest_len (kind), want, bt_digest_len (kind));
}

static size_t
random_below (size_t n)
{
  return (size_t) g_test_rand_int_range (0, (int32_t) n);
}

/* @len bytes of their exact size, so that a sanitizer sees a byte too many. */
static uint8_t *
random_bytes (size_t len)
{
  uint8_t *bytes = malloc (len); /* unlike g_malloc() not NULL for none, so that 0 can be added */
  uint64_t x = (uint64_t) (uint32_t) g_test_rand_int () << 1 | 1;

  for (size_t i = 0; i < len; i++)
    {
      x = x * 6364136223846793005u + 1442695040888963407u;
      bytes[i] = (uint8_t) (x >> 56);
    }
  return bytes;
}

/* Messages that own their bytes and outputs. */
typedef struct
{
  BtDigestKind kind;
  size_t n;
  BtDigestMessage at[MESSAGES_MAX];
  uint8_t *owned[MESSAGES_MAX];
  uint8_t outs[MESSAGES_MAX][BT_SHA256_LEN];
} Messages;

/* Appends a message of @len bytes that starts @shift bytes past an aligned address. */
static void
messages_add (Messages *m, size_t len, size_t shift)
{
  g_assert_cmpuint (m->n, <, MESSAGES_MAX);
  m->owned[m->n] = random_bytes (shift + len);
  m->at[m->n] = (BtDigestMessage){ m->owned[m->n] + shift, len, m->outs[m->n] };
  m->n++;
}

static void
messages_check_and_clear (Messages *m)
{
  for (size_t i = 0; i < m->n; i++)
    {
      assert_digest (m->kind, m->at[i].data, m->at[i].len, m->outs[i]);
      g_free (m->owned[i]);
    }
  m->n = 0;
}

static void
assert_hex (const Subject *s, const uint8_t *data, size_t len, const char *hex)
{
  uint8_t out[BT_SHA256_LEN];
  const BtDigestMessage message = { data, len, out };
  char got[2 * BT_SHA256_LEN + 1] = { 0 };

  s->ops->hash (s->kind, &message, 1);
  for (size_t i = 0; i < bt_digest_len (s->kind); i++)
    g_snprintf (got + 2 * i, 3, "%02x", out[i]);
  g_assert_cmpstr (got, ==, hex);
}

/* A message is @unit, written @times times. */
static const struct
{
  const char *unit;
  size_t unit_len;
  size_t times;
  const char *hex[BT_DIGEST_KINDS];
} vectors[] = {
  { "",
    0,
    0,
    { "da39a3ee5e6b4b0d3255bfef95601890afd80709",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" } },
  { "abc",
    3,
    1,
    { "a9993e364706816aba3e25717850c26c9cd0d89d",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" } },
  { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    56,
    1,
    { "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" } },
  { "a",
    1,
    1000000,
    { "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" } },
  { "01234567", 8, 80, { "dea356a2cddd90c7a7ecedc5ebb563934f460452", NULL } },
  { "test", 4, 1, { "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", NULL } },
  { "\xde\x18\x89\x41\xa3\x37\x5d\x3a\x8a\x06\x1e\x67\x57\x6e\x92\x6d",
    16,
    1,
    { NULL, "067c531269735ca7f541fdaca8f0dc76305d3cada140f89372a410fe5eff6e4d" } },
  { "\0",
    1,
    16384,
    { "897256b6709e1a4da9daba92b6bde39ccfccd8c1",
      "4fe7b59af6de3b665b67788cc2f99892ab827efae3a467342b3bb4e3bc8e5bfe" } },
  /* where items are kept (BEP 44): a public key, the same with a salt, and what is immutable */
  { BEP44_KEY, 32, 1, { "4a533d47ec9c7d95b1ad75f576cffc641853b750", NULL } },
  { BEP44_KEY "foobar", 38, 1, { "411eba73b6f087ca51a3795d9c8c938d365e32c1", NULL } },
  { "12:Hello World!", 15, 1, { "e5f96f6f38320f0f33959cb4d3d656452117aadb", NULL } },
  { "\0", 1, 64, { NULL, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b" } },
};

static void
test_vectors (const Subject *s)
{
  for (size_t i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      size_t len = vectors[i].unit_len * vectors[i].times;
      g_autofree uint8_t *data = g_malloc (len);

      if (vectors[i].hex[s->kind] == NULL)
        continue;
      for (size_t t = 0; t < vectors[i].times; t++)
        memcpy (data + t * vectors[i].unit_len, vectors[i].unit, vectors[i].unit_len);
      assert_hex (s, data, len, vectors[i].hex[s->kind]);
    }
}

/* Every length to 1000, alone and with neighbours of other lengths. */
static void
test_lengths (const Subject *s)
{
  Messages m = { .kind = s->kind };

  for (size_t len = 0; len <= 1000; len++)
    {
      messages_add (&m, len, 0);
      s->ops->hash (s->kind, m.at, 1);
      messages_check_and_clear (&m);
    }
  for (size_t len = 0; len <= 1000; len += 40)
    {
      for (size_t i = 0; i < 40; i++)
        messages_add (&m, len + i, 0);
      s->ops->hash (s->kind, m.at, m.n);
      messages_check_and_clear (&m);
    }
}

/* From no message at all to more than fit on the lanes, all of one length. */
static void
test_counts (const Subject *s)
{
  static const size_t lens[] = { 0, 1, 55, 56, 63, 64, 65, 119, 128, 16384 };
  Messages m = { .kind = s->kind };

  for (size_t i = 0; i < G_N_ELEMENTS (lens); i++)
    for (size_t n = 0; n <= 2 * s->ops->lanes[s->kind] + 3; n++)
      {
        while (m.n < n)
          messages_add (&m, lens[i], 0);
        s->ops->hash (s->kind, m.at, m.n);
        messages_check_and_clear (&m);
      }
}

static void
test_unaligned (const Subject *s)
{
  Messages m = { .kind = s->kind };

  for (size_t shift = 0; shift < 64; shift++)
    messages_add (&m, 500 + 7 * shift, shift);
  s->ops->hash (s->kind, m.at, m.n);
  messages_check_and_clear (&m);
}

/* Property: whatever the lengths and their order, each message gets its own digest. */
static void
test_mixed (const Subject *s)
{
  static const size_t limits[] = { 3, 70, 300, 5000, 300000 };
  Messages m = { .kind = s->kind };

  for (unsigned round = 0; round < 20; round++)
    {
      size_t n = random_below (40);

      while (m.n < n)
        {
          size_t limit = limits[random_below (round < 4 ? 5 : 4)];

          messages_add (&m, random_below (limit), random_below (32));
        }
      s->ops->hash (s->kind, m.at, m.n);
      messages_check_and_clear (&m);
    }
}

/* The out of a message may lie on its own data: a Merkle tree is computed in place. */
/* Data of all kinds of lengths with zeros behind it, against the same bytes in one piece. */
static void
test_zeros (const Subject *s)
{
  BtDigestMessage messages[MESSAGES_MAX];
  uint8_t *whole[MESSAGES_MAX];
  uint8_t digests[MESSAGES_MAX][BT_SHA256_LEN];

  for (size_t i = 0; i < MESSAGES_MAX; i++)
    {
      size_t len = i % 3 == 0 ? random_below (200) : random_below (20000);
      size_t zeros = i % 5 == 0 ? random_below (130) : random_below (40000);

      whole[i] = g_malloc0 (len + zeros + 1);
      for (size_t j = 0; j < len; j++)
        whole[i][j] = (uint8_t) (j * 31 + i + 1);
      messages[i] = (BtDigestMessage){ whole[i], len, digests[i], zeros };
    }
  for (size_t n = 1; n <= MESSAGES_MAX; n += n < 20 ? 1 : 20)
    {
      memset (digests, 0, sizeof digests);
      s->ops->hash (s->kind, messages, n);
      for (size_t i = 0; i < n; i++)
        assert_digest (s->kind, whole[i], messages[i].len + messages[i].zeros, digests[i]);
    }
  for (size_t i = 0; i < MESSAGES_MAX; i++)
    g_free (whole[i]);
}

static void
test_in_place (const Subject *s)
{
  BtDigestMessage messages[MESSAGES_MAX];
  g_autofree uint8_t *data = random_bytes (MESSAGES_MAX * 64);
  g_autofree uint8_t *copy = g_memdup2 (data, MESSAGES_MAX * 64);

  for (size_t i = 0; i < MESSAGES_MAX; i++)
    messages[i] = (BtDigestMessage){ data + 64 * i, 64, data + 64 * i };
  s->ops->hash (s->kind, messages, MESSAGES_MAX);
  for (size_t i = 0; i < MESSAGES_MAX; i++)
    assert_digest (s->kind, copy + 64 * i, 64, data + 64 * i);
}

/* How far a stream has come through its message. */
typedef struct
{
  BtDigest digest;
  size_t done;
} Stream;

/* A random part of what is left, often empty, of a few bytes or of whole blocks. */
static BtDigestPart
stream_cut (Stream *stream, const BtDigestMessage *message)
{
  size_t left = message->len - stream->done;
  size_t len = 0;

  switch (random_below (5))
    {
    case 0:
      break;
    case 1:
      len = random_below (130);
      break;
    case 2:
      len = 64 * random_below (20);
      break;
    case 3:
      len = 64 - stream->done % 64;
      break;
    default:
      len = random_below (left + 1);
    }
  len = MIN (len, left);
  stream->done += len;
  return (BtDigestPart){ &stream->digest, message->data + stream->done - len, len };
}

/* Feeds random parts to random subsets of the streams until all have had their message. */
static void
streams_feed (const Subject *s, Stream *streams, const Messages *m)
{
  BtDigestPart parts[MESSAGES_MAX];
  bool left = true;

  while (left)
    {
      size_t n = 0;

      left = false;
      for (size_t i = 0; i < m->n; i++)
        {
          if (random_below (4) > 0)
            parts[n++] = stream_cut (&streams[i], &m->at[i]);
          left |= streams[i].done < m->at[i].len;
        }
      s->ops->update (s->kind, parts, n);
    }
}

/* Property: however messages are cut and interleaved, the digests are those of the wholes. */
static void
test_incremental (const Subject *s)
{
  Stream streams[MESSAGES_MAX] = { 0 };
  BtDigest *digests[MESSAGES_MAX];
  uint8_t *outs[MESSAGES_MAX];
  Messages m = { .kind = s->kind };

  for (size_t round = 0; round < 60; round++)
    {
      size_t n = 1 + round % (2 * s->ops->lanes[s->kind] + 3);

      while (m.n < n)
        {
          streams[m.n].done = 0;
          s->ops->init (&streams[m.n].digest, s->kind);
          digests[m.n] = &streams[m.n].digest;
          outs[m.n] = m.outs[m.n];
          messages_add (&m, random_below (round % 2 > 0 ? 400 : 20000), random_below (8));
        }
      streams_feed (s, streams, &m);
      for (size_t i = 0; i < n; i++)
        g_assert_cmpuint (streams[i].digest.len, ==, m.at[i].len);
      s->ops->finish (s->kind, digests, outs, n);
      messages_check_and_clear (&m);
    }
}

/* Equal parts to n streams, as a hasher of files feeds them. */
static void
test_update_counts (const Subject *s)
{
  Stream streams[MESSAGES_MAX];
  BtDigestPart parts[MESSAGES_MAX];
  Messages m = { .kind = s->kind };

  for (size_t n = 0; n <= 2 * s->ops->lanes[s->kind] + 3; n++)
    {
      for (size_t i = 0; i < n; i++)
        {
          messages_add (&m, 3 * 4096, 0);
          s->ops->init (&streams[i].digest, s->kind);
        }
      for (size_t part = 0; part < 3; part++)
        {
          for (size_t i = 0; i < n; i++)
            parts[i] = (BtDigestPart){ &streams[i].digest, m.at[i].data + part * 4096, 4096 };
          s->ops->update (s->kind, parts, n);
        }
      for (size_t i = 0; i < n; i++)
        s->ops->finish (s->kind, &(BtDigest *){ &streams[i].digest }, &m.at[i].out, 1);
      messages_check_and_clear (&m);
    }
}

/* Cleared in the middle, after the end and twice: nothing leaks and nothing is freed twice. */
static void
test_clear (const Subject *s)
{
  BtDigest digest;
  BtDigest *digests[] = { &digest };
  uint8_t out[BT_SHA256_LEN];
  uint8_t *outs[] = { out };
  g_autofree uint8_t *data = random_bytes (100);

  s->ops->init (&digest, s->kind);
  s->ops->clear (&digest);
  s->ops->init (&digest, s->kind);
  s->ops->update (s->kind, &(BtDigestPart){ &digest, data, 100 }, 1);
  s->ops->clear (&digest);
  s->ops->clear (&digest);
  s->ops->init (&digest, s->kind);
  s->ops->update (s->kind, &(BtDigestPart){ &digest, data, 100 }, 1);
  s->ops->finish (s->kind, digests, outs, 1);
  s->ops->clear (&digest);
  assert_digest (s->kind, data, 100, out);
}

/* The length is counted in 64 bits: a stream that claims to have taken @len bytes, a number of
 * whole blocks, ends with the chaining value that its padding, fed as data, leaves behind. */
static void
test_long (const Subject *s)
{
  static const uint64_t lens[]
      = { UINT64_C (1) << 29, UINT64_C (1) << 32, UINT64_C (1) << 40, (UINT64_C (1) << 61) - 64 };
  size_t n;

  if (s->ops == btd_ops_list (&n)[0])
    {
      g_test_skip ("the fallback's state is not ours");
      return;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (lens); i++)
    {
      BtDigest fed, ended;
      uint8_t padding[64] = { 0x80 };
      uint8_t out[BT_SHA256_LEN];
      uint64_t bits = GUINT64_TO_BE (lens[i] * 8);

      memcpy (padding + 56, &bits, sizeof bits);
      s->ops->init (&fed, s->kind);
      s->ops->update (s->kind, &(BtDigestPart){ &fed, padding, sizeof padding }, 1);
      s->ops->init (&ended, s->kind);
      ended.len = lens[i];
      s->ops->finish (s->kind, &(BtDigest *){ &ended }, &(uint8_t *){ out }, 1);
      for (size_t word = 0; word < bt_digest_len (s->kind) / 4; word++)
        {
          uint32_t got;

          memcpy (&got, out + 4 * word, sizeof got);
          g_assert_cmphex (GUINT32_FROM_BE (got), ==, fed.state.own.h[word]);
        }
      s->ops->clear (&fed);
    }
}

/* NULL data of no length is a part and a message like any other. */
static void
test_null (const Subject *s)
{
  BtDigest digest;
  uint8_t out[BT_SHA256_LEN];

  s->ops->hash (s->kind, NULL, 0);
  s->ops->update (s->kind, NULL, 0);
  s->ops->finish (s->kind, NULL, NULL, 0);
  s->ops->hash (s->kind, &(BtDigestMessage){ NULL, 0, out }, 1);
  assert_digest (s->kind, NULL, 0, out);
  s->ops->init (&digest, s->kind);
  s->ops->update (s->kind, &(BtDigestPart){ &digest, NULL, 0 }, 1);
  s->ops->finish (s->kind, &(BtDigest *){ &digest }, &(uint8_t *){ out }, 1);
  assert_digest (s->kind, NULL, 0, out);
}

static void
test_list (void)
{
  size_t n;
  const BtDigestOps *const *list = btd_ops_list (&n);
  bool chosen = false;

  g_assert_cmpuint (n, >=, 1);
  g_assert_cmpstr (list[0]->name, ==, "evp");
  for (size_t i = 0; i < n; i++)
    {
      chosen |= list[i] == btd_ops ();
      for (int kind = 0; kind < BT_DIGEST_KINDS; kind++)
        g_assert_cmpuint (list[i]->lanes[kind], >=, 1);
    }
  g_assert_true (chosen);
}

static const struct
{
  const char *name;
  SubjectTest *run;
} tests[] = {
  { "vectors", test_vectors },
  { "lengths", test_lengths },
  { "counts", test_counts },
  { "unaligned", test_unaligned },
  { "mixed", test_mixed },
  { "zeros", test_zeros },
  { "in-place", test_in_place },
  { "incremental", test_incremental },
  { "update-counts", test_update_counts },
  { "clear", test_clear },
  { "long", test_long },
  { "null", test_null },
};

/* A test and what it runs on; GLib frees it. */
typedef struct
{
  Subject subject;
  SubjectTest *run;
} Run;

static void
run_test (gconstpointer user_data)
{
  const Run *run = user_data;

  run->run (&run->subject);
}

static void
add_tests (const BtDigestOps *ops, BtDigestKind kind)
{
  const char *kind_name = kind == BT_SHA1 ? "sha1" : "sha256";

  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path
          = g_strdup_printf ("/btd/%s/%s/%s", ops->name, kind_name, tests[i].name);
      Run *run = g_new (Run, 1);

      *run = (Run){ { ops, kind }, tests[i].run };
      g_test_add_data_func_full (path, run, run_test, g_free);
    }
}

int
main (int argc, char **argv)
{
  size_t n;
  const BtDigestOps *const *list = btd_ops_list (&n);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/btd/list", test_list);
  for (size_t i = 0; i < n; i++)
    for (int kind = 0; kind < BT_DIGEST_KINDS; kind++)
      add_tests (list[i], (BtDigestKind) kind);
  return g_test_run ();
}
