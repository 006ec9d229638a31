/* metainfo-probe.c: parses many torrents, for tests that compare us with other programs.
 *
 * Reads frames from the standard input, each a length of 4 bytes (big-endian) and so many bytes of
 * a .torrent; writes a line for each:
 *
 *     ok V1 V2 FILES SIZE PIECES     hashes in hex or "-"; real files and their bytes
 *     no CODE KEY                    why it is refused; "-" without a key */
#include <stdio.h>
#include <stdlib.h>

#include <glib.h>

#include "protocol/core/bt-hex.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-metainfo.h"

#define MAX_FRAME (64u << 20u)

static void
print_hash (const uint8_t *hash, size_t len)
{
  char text[2 * BT_SHA256_LEN + 1] = "-";

  if (hash != NULL)
    bt_hex_write (hash, len, text);
  printf (" %s", text);
}

static void
probe (GBytes *torrent, const BtDigestOps *ops)
{
  BtError why = { 0 };
  g_autoptr (BtMetainfo) metainfo = bt_metainfo_parse (torrent, BT_ORIGIN_OWN, ops, &why);

  if (metainfo == NULL)
    {
      printf ("no %s %s\n", bt_error_code_name (why.code), why.key != NULL ? why.key : "-");
      return;
    }
  printf ("ok");
  print_hash (bt_metainfo_info_hash_v1 (metainfo), BT_SHA1_LEN);
  print_hash (bt_metainfo_info_hash_v2 (metainfo), BT_SHA256_LEN);
  printf (" %zu %" G_GUINT64_FORMAT " %u\n", bt_metainfo_n_real_files (metainfo),
          bt_metainfo_content_size (metainfo), bt_metainfo_layout (metainfo)->n_pieces);
}

int
main (void)
{
  const BtDigestOps *ops = btd_ops ();
  uint8_t head[4];

  while (fread (head, sizeof head, 1, stdin) == 1)
    {
      uint32_t len = (uint32_t) head[0] << 24 | (uint32_t) head[1] << 16 | head[2] << 8 | head[3];
      g_autoptr (GBytes) torrent = NULL;
      uint8_t *data;

      if (len > MAX_FRAME)
        return EXIT_FAILURE;
      data = g_malloc (MAX (len, 1));
      if (len > 0 && fread (data, len, 1, stdin) != 1)
        {
          g_free (data);
          return EXIT_FAILURE;
        }
      torrent = g_bytes_new_take (data, len);
      probe (torrent, ops);
    }
  return EXIT_SUCCESS;
}
