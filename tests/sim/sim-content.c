/* sim-content.c: a line of 64 bytes for each 16 KiB, repeated. */
#include "tests/sim/sim-content.h"

#include <string.h>

#include <glib.h>

#include "client-core/torrent/eng-random.h"
#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-builder.h"
#include "protocol/torrent/bt-merkle.h"

#define LINE 64

static uint64_t
key_of (const char *name)
{
  uint8_t digest[BT_SHA1_LEN];
  uint64_t key;

  btd_ops ()->hash (BT_SHA1, &(BtDigestMessage){ (const uint8_t *) name, strlen (name), digest, 0 },
                    1);
  memcpy (&key, digest, sizeof key);
  return key;
}

uint64_t
sim_content_key (const BtMetainfo *metainfo)
{
  return key_of (bt_metainfo_name (metainfo));
}

static void
make_line (uint64_t key, uint64_t block, uint8_t out[LINE])
{
  uint64_t state = key + block * UINT64_C (0x2545f4914f6cdd1d);

  for (size_t i = 0; i < LINE / sizeof state; i++)
    {
      uint64_t word = eng_random_next (&state);

      memcpy (out + i * sizeof word, &word, sizeof word);
    }
}

/* Inside of one block. */
static void
fill_block (uint64_t key, uint64_t offset, uint8_t *out, size_t len)
{
  uint8_t line[LINE];
  size_t done = MIN (len, LINE);

  make_line (key, offset / BT_BLOCK_LEN, line);
  for (size_t i = 0; i < done; i++)
    out[i] = line[(offset + i) % LINE];
  while (done < len)
    {
      size_t n = MIN (done, len - done);

      memcpy (out + done, out, n);
      done += n;
    }
}

void
sim_content_fill (uint64_t key, uint64_t offset, uint8_t *out, size_t len)
{
  while (len > 0)
    {
      size_t n = MIN (len, (size_t) (BT_BLOCK_LEN - offset % BT_BLOCK_LEN));

      fill_block (key, offset, out, n);
      offset += n;
      out += n;
      len -= n;
    }
}

bool
sim_content_is_true (uint64_t key, uint64_t offset, const uint8_t *bytes, size_t len)
{
  while (len > 0)
    {
      size_t n = MIN (len, (size_t) (BT_BLOCK_LEN - offset % BT_BLOCK_LEN));
      uint8_t head[LINE];

      fill_block (key, offset, head, MIN (n, LINE));
      if (memcmp (bytes, head, MIN (n, LINE)) != 0
          || (n > LINE && memcmp (bytes, bytes + LINE, n - LINE) != 0))
        return false;
      offset += n;
      bytes += n;
      len -= n;
    }
  return true;
}

void
sim_content_leaves (uint64_t key, uint64_t offset, uint64_t len, uint8_t *out)
{
  uint8_t block[BT_BLOCK_LEN];

  for (uint64_t at = 0; at < len; at += BT_BLOCK_LEN, out += BT_SHA256_LEN)
    {
      size_t n = (size_t) MIN (BT_BLOCK_LEN, len - at);

      sim_content_fill (key, offset + at, block, n);
      btd_ops ()->hash (BT_SHA256, &(BtDigestMessage){ block, n, out, 0 }, 1);
    }
}

/* The root of the file and its layer. (transfer full) */
static uint8_t *
make_layer (uint64_t key, uint64_t piece_length, uint64_t length, uint8_t root[BT_SHA256_LEN])
{
  size_t n = (size_t) ((length + piece_length - 1) / piece_length);
  uint8_t *layer = g_malloc (n * BT_SHA256_LEN);
  g_autofree uint8_t *leaves = g_malloc (piece_length / BT_BLOCK_LEN * BT_SHA256_LEN);
  unsigned height = bt_merkle_height (piece_length);

  for (size_t i = 0; i < n; i++)
    {
      uint64_t len = MIN (piece_length, length - i * piece_length);

      sim_content_leaves (key, i * piece_length, len, leaves);
      bt_merkle_subroot (btd_ops (), leaves, (size_t) ((len + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN), 0,
                         height, layer + i * BT_SHA256_LEN);
    }
  bt_merkle_root (btd_ops (), layer, n, height, root);
  return layer;
}

BtMetainfo *
sim_content_metainfo (BtFormat format, const char *name, uint64_t piece_length, uint64_t length)
{
  uint8_t root[BT_SHA256_LEN];
  size_t n = (size_t) ((length + piece_length - 1) / piece_length);
  g_autofree uint8_t *layer = NULL;
  g_autofree uint8_t *pieces = g_malloc0 (n * BT_SHA1_LEN);
  BtFile file = { .path = name, .length = length };
  BtBuilder builder = { .format = format,
                        .name = name,
                        .piece_length = piece_length,
                        .single_file = true,
                        .files = &file,
                        .n_files = 1,
                        .pieces_v1 = pieces,
                        .n_pieces = (uint32_t) n };
  g_autoptr (GBytes) torrent = NULL;
  BtMetainfo *metainfo;

  bt_assert (length > piece_length);
  if ((format & BT_FORMAT_V2) != 0)
    {
      layer = make_layer (key_of (name), piece_length, length, root);
      file.root = root;
      file.layer = layer;
    }
  torrent = bt_builder_write (&builder, NULL);
  metainfo = bt_metainfo_parse (torrent, BT_ORIGIN_OWN, btd_ops (), NULL);
  g_assert_nonnull (metainfo);
  return metainfo;
}
