/* test-bt-peer-id.c: our own ids, and what others' ids say (BEP 20). */
#include <string.h>

#include <glib.h>

#include "protocol/peer/bt-peer-id.h"

/* The rest of each id is "random" letters. */
static const struct
{
  const char *start;
  size_t len;
  const char *name;
  const char *version;
} cases[] = {
  { "-SH0100-", 8, "Shoal", "0.1" },
  { "-AZ2060-", 8, "Vuze", "2.0.6" },
  { "-AZ5750-", 8, "Vuze", "5.7.5" },
  { "-qB4630-", 8, "qBittorrent", "4.6.3" },
  { "-qB5000-", 8, "qBittorrent", "5.0" },
  { "-LT12A0-", 8, "libtorrent (Rasterbar)", "1.2.10" },
  { "-lt0D80-", 8, "libTorrent (Rakshasa)", "0.13.8" },
  { "-TR2940-", 8, "Transmission", "2.94" },
  { "-TR3000-", 8, "Transmission", "3.00" },
  { "-TR294Z-", 8, "Transmission", "2.94 dev" },
  { "-TR4060-", 8, "Transmission", "4.0.6" },
  { "-TR410B-", 8, "Transmission", "4.1.0 beta" },
  { "-TR0072-", 8, "Transmission", "0.72" },
  { "-UT355S-", 8, "uTorrent", "3.5.5" },
  { "-UM1870-", 8, "uTorrent Mac", "1.8.7" },
  { "-DE13F0-", 8, "Deluge", "1.3.15" },
  { "-DE211s-", 8, "Deluge", "2.1.1" },
  { "-WW0102-", 8, "WebTorrent", "1.2" },
  { "-BC0172-", 8, "BitComet", "1.72" },
  { "-FG0180", 7, "FlashGet", "1.80" },
  { "-BD0300-", 8, "BD", "0.3" },
  { "-NP0201-", 8, "NP", "0.2.0.1" },
  { "-wF2200-", 8, "wF", "2.2" },
  { "-\"'0000-", 8, "\"'", "0.0" },
  { "-UT\x1b[1m-", 8, "uTorrent", "" },
  { "-zzzzzz-", 8, "zz", "61.61.61.61" },
  { "M4-3-6--", 8, "Mainline", "4.3.6" },
  { "M4-20-8-", 8, "Mainline", "4.20.8" },
  { "Q1-0-0--", 8, "Queen Bee", "1.0.0" },
  { "Q1-10-0-", 8, "Queen Bee", "1.10.0" },
  { "A2-1-36-0-", 10, "aria2", "1.36.0" },
  { "S58B-----", 9, "Shadow's client", "5.8.11" },
  { "T03I-----", 9, "BitTornado", "0.3.18" },
  { "A310--001", 6, "", "" },
  { "exbc\x00\x3a", 6, "BitComet", "0.58" },
  { "FUTB\x00\x05", 6, "BitComet", "0.05" },
  { "exbc\x01\xffLORD", 10, "BitLord", "1.255" },
  { "XBT054d-", 8, "XBT Client", "0.5.4 debug" },
  { "XBT054--", 8, "XBT Client", "0.5.4" },
  { "OP7685", 6, "Opera", "7685" },
  { "OPEN", 4, "", "" },
  { "-ML2.7.2-", 9, "MLDonkey", "2.7.2" },
  { "-BOWA0C-", 8, "Bits on Wheels", "" },
  { "-G3nick", 7, "G3 Torrent", "" },
  { "AZ2500BT", 8, "BitTyrant", "" },
  { "346------", 9, "TorrenTopia", "" },
  { "\0\003BS", 4, "BitSpirit 3", "" },
  { "\0\002BS", 4, "BitSpirit 2", "" },
  { "TIX0286", 7, "Tixati", "0286" },
  { "M4-3-", 5, "", "" },
  { "M9999-1-1-", 10, "", "" },
  { "M1-1-1-1-1-1-1-1-1-1", 20, "Mainline", "1.1.1" },
  { "-\xff\xff", 3, "", "" },
  { "", 0, "", "" },
};

static void
fill_id (uint8_t *id, const char *start, size_t len)
{
  memset (id, 'r', BT_PEER_ID_LEN);
  if (len > 0)
    memcpy (id, start, len);
}

static void
test_clients (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree uint8_t *id = g_malloc (BT_PEER_ID_LEN);
      BtPeerClient client;
      bool known;

      g_test_message ("case %zu", i);
      fill_id (id, cases[i].start, cases[i].len);
      known = bt_peer_id_client (id, &client);
      g_assert_cmpstr (client.name, ==, cases[i].name);
      g_assert_cmpstr (client.version, ==, cases[i].version);
      g_assert_cmpint (known, ==, cases[i].name[0] != '\0');
    }
}

static void
test_text (void)
{
  static const struct
  {
    const char *start;
    const char *text;
  } texts[] = {
    { "-qB4630-", "qBittorrent 4.6.3" },
    { "-G3nick", "G3 Torrent" },
    { "\x1b]0;\x07", ".]0;.rrrrrrrrrrrrrrr" },
    { "\xf0\x9f\x90\x9f ", ".....rrrrrrrrrrrrrrr" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      uint8_t id[BT_PEER_ID_LEN];
      char text[BT_PEER_ID_TEXT];

      fill_id (id, texts[i].start, strlen (texts[i].start));
      g_assert_cmpuint (bt_peer_id_write (id, text), ==, strlen (texts[i].text));
      g_assert_cmpstr (text, ==, texts[i].text);
    }
}

static void
test_own (void)
{
  uint8_t id[BT_PEER_ID_LEN];

  bt_peer_id_make ((const uint8_t *) "abcdefghijkl", id);
  g_assert_cmpmem (id, sizeof id, "-SH0100-abcdefghijkl", 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer-id/clients", test_clients);
  g_test_add_func ("/peer-id/text", test_text);
  g_test_add_func ("/peer-id/own", test_own);
  return g_test_run ();
}
