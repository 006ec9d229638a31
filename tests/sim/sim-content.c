/* sim-content.c: a line of 64 bytes for each 16 KiB, repeated. */
#include "tests/sim/sim-content.h"

#include <string.h>

#include <glib.h>

#include "client-core/torrent/eng-random.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "tests/unit/torrent-maker.h"

#define LINE 64

BtMetainfo *
sim_content_metainfo (const char *name, uint64_t piece_length, uint64_t length)
{
  MakerFile file = { .length = length };
  g_autoptr (GBytes) torrent = maker_torrent (BT_FORMAT_V1, name, piece_length, &file, 1);
  BtMetainfo *metainfo = bt_metainfo_parse (torrent, BT_ORIGIN_OWN, btd_ops (), NULL);

  g_assert_nonnull (metainfo);
  return metainfo;
}

uint64_t
sim_content_key (const BtMetainfo *metainfo)
{
  uint64_t key;

  memcpy (&key, bt_metainfo_info_hash_v1 (metainfo), sizeof key);
  return key;
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
