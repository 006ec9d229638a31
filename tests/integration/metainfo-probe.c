/* metainfo-probe.c: parses many torrents, for tests that compare us with other programs.
 *
 *     metainfo-probe [info]
 *
 * Reads frames from the standard input, each a length of 4 bytes (big-endian) and so many bytes of
 * a .torrent, or of an info dictionary alone; writes a line for each:
 *
 *     no CODE KEY
 *         why it is refused; "-" without a key
 *     ok V1 V2 FILES SIZE PIECE PRIVATE LAYOUT HASHES
 *         hashes in hex or "-"; real files and their bytes; the length of a piece; 0 or 1;
 *         OFFSET:LENGTH:ROOT of each real file, from 0 for an empty one; each piece's SHA-1, or "-"
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
print_layout (const BtLayout *layout)
{
  char root[2 * BT_SHA256_LEN + 1];
  const char *before = " ";

  for (size_t i = 0; i < layout->n_files; i++)
    {
      const BtFile *file = &layout->files[i];

      if ((file->attr & BT_FILE_PAD) != 0)
        continue;
      root[0] = '\0';
      if (file->root != NULL)
        bt_hex_write (file->root, BT_SHA256_LEN, root);
      printf ("%s%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT ":%s", before,
              file->length > 0 ? file->offset : 0, file->length, root);
      before = ",";
    }
}

static void
print_pieces (const BtMetainfo *metainfo)
{
  uint32_t n_pieces = bt_metainfo_layout (metainfo)->n_pieces;
  char text[2 * BT_SHA1_LEN + 1];

  printf (" %s", bt_metainfo_info_hash_v1 (metainfo) != NULL ? "" : "-");
  for (uint32_t i = 0; bt_metainfo_info_hash_v1 (metainfo) != NULL && i < n_pieces; i++)
    {
      bt_hex_write (bt_metainfo_piece_v1 (metainfo, i), BT_SHA1_LEN, text);
      fputs (text, stdout);
    }
}

typedef BtMetainfo *(*Parser) (GBytes *bytes, BtOrigin origin, const BtDigestOps *ops,
                               BtError *why);

static void
probe (Parser parse, GBytes *torrent, const BtDigestOps *ops)
{
  BtError why = { 0 };
  g_autoptr (BtMetainfo) metainfo = parse (torrent, BT_ORIGIN_OWN, ops, &why);

  if (metainfo == NULL)
    {
      printf ("no %s %s\n", bt_error_code_name (why.code), why.key != NULL ? why.key : "-");
      return;
    }
  printf ("ok");
  print_hash (bt_metainfo_info_hash_v1 (metainfo), BT_SHA1_LEN);
  print_hash (bt_metainfo_info_hash_v2 (metainfo), BT_SHA256_LEN);
  printf (" %zu %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %d",
          bt_metainfo_n_real_files (metainfo), bt_metainfo_content_size (metainfo),
          bt_metainfo_layout (metainfo)->piece_length, bt_metainfo_is_private (metainfo));
  print_layout (bt_metainfo_layout (metainfo));
  print_pieces (metainfo);
  putchar ('\n');
}

int
main (int argc, char **argv)
{
  bool info = argc > 1 && strcmp (argv[1], "info") == 0;
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
      probe (info ? bt_metainfo_parse_info : bt_metainfo_parse, torrent, ops);
    }
  return EXIT_SUCCESS;
}
