/* bt-peer-id-names.c: the table of programs; sorted by the two letters. */
#include "protocol/peer/bt-peer-id-names-private.h"

#include <string.h>

static const BtPeerIdName azureus[] = {
  { "AG", "Ares", BT_VERSION_FOUR },
  { "AR", "Arctic", BT_VERSION_FOUR },
  { "AT", "Artemis", BT_VERSION_FOUR },
  { "AV", "Avicora", BT_VERSION_FOUR },
  { "AX", "BitPump", BT_VERSION_FOUR },
  { "AZ", "Vuze", BT_VERSION_FOUR },
  { "A~", "Ares", BT_VERSION_FOUR },
  { "BB", "BitBuddy", BT_VERSION_FOUR },
  { "BC", "BitComet", BT_VERSION_ONE_TWO },
  { "BE", "BitTorrent SDK", BT_VERSION_FOUR },
  { "BF", "Bitflu", BT_VERSION_FOUR },
  { "BG", "BTG", BT_VERSION_FOUR },
  { "BI", "BiglyBT", BT_VERSION_FOUR },
  { "BL", "BitLord", BT_VERSION_FOUR },
  { "BM", "BitMagnet", BT_VERSION_FOUR },
  { "BN", "Baidu Netdisk", BT_VERSION_FOUR },
  { "BP", "BitTorrent Pro", BT_VERSION_FOUR },
  { "BR", "BitRocket", BT_VERSION_FOUR },
  { "BS", "BTSlave", BT_VERSION_FOUR },
  { "BT", "BitTorrent", BT_VERSION_THREE },
  { "BW", "BitTorrent Web", BT_VERSION_THREE },
  { "BX", "BittorrentX", BT_VERSION_FOUR },
  { "CD", "Enhanced CTorrent", BT_VERSION_TWO_TWO },
  { "CT", "CTorrent", BT_VERSION_FOUR },
  { "DE", "Deluge", BT_VERSION_THREE },
  { "DP", "Propagate Data Client", BT_VERSION_FOUR },
  { "EB", "EBit", BT_VERSION_FOUR },
  { "ES", "Electric Sheep", BT_VERSION_FOUR },
  { "FC", "FileCroc", BT_VERSION_FOUR },
  { "FD", "Free Download Manager", BT_VERSION_THREE },
  { "FG", "FlashGet", BT_VERSION_ONE_TWO },
  { "FL", "Flud", BT_VERSION_FOUR },
  { "FT", "FoxTorrent", BT_VERSION_FOUR },
  { "FW", "FrostWire", BT_VERSION_FOUR },
  { "FX", "Freebox BitTorrent", BT_VERSION_FOUR },
  { "GR", "GetRight", BT_VERSION_FOUR },
  { "GS", "GSTorrent", BT_VERSION_FOUR },
  { "GT", "anacrolix torrent", BT_VERSION_FOUR },
  { "HK", "Hekate", BT_VERSION_FOUR },
  { "HL", "Halite", BT_VERSION_FOUR },
  { "HM", "hMule", BT_VERSION_FOUR },
  { "HN", "Hydranode", BT_VERSION_FOUR },
  { "IL", "iLivid", BT_VERSION_FOUR },
  { "JS", "Justseed.it", BT_VERSION_FOUR },
  { "JT", "JavaTorrent", BT_VERSION_FOUR },
  { "KG", "KGet", BT_VERSION_FOUR },
  { "KT", "KTorrent", BT_VERSION_FOUR },
  { "LC", "LeechCraft", BT_VERSION_FOUR },
  { "LH", "LH-ABC", BT_VERSION_FOUR },
  { "LP", "Lphant", BT_VERSION_FOUR },
  { "LR", "LibreTorrent", BT_VERSION_FOUR },
  { "LT", "libtorrent (Rasterbar)", BT_VERSION_FOUR },
  { "LW", "LimeWire", BT_VERSION_FOUR },
  { "MG", "MediaGet", BT_VERSION_FOUR },
  { "MK", "Meerkat", BT_VERSION_FOUR },
  { "MO", "MonoTorrent", BT_VERSION_FOUR },
  { "MP", "MooPolice", BT_VERSION_FOUR },
  { "MR", "Miro", BT_VERSION_FOUR },
  { "MT", "MoonlightTorrent", BT_VERSION_FOUR },
  { "NB", "Net::BitTorrent", BT_VERSION_FOUR },
  { "NE", "BT Next Evolution", BT_VERSION_FOUR },
  { "NX", "Net Transport", BT_VERSION_FOUR },
  { "OS", "OneSwarm", BT_VERSION_FOUR },
  { "OT", "OmegaTorrent", BT_VERSION_FOUR },
  { "PB", "Protocol::BitTorrent", BT_VERSION_FOUR },
  { "PC", "CacheLogic", BT_VERSION_FOUR },
  { "PD", "Pando", BT_VERSION_FOUR },
  { "PE", "PeerProject", BT_VERSION_FOUR },
  { "PI", "PicoTorrent", BT_VERSION_FOUR },
  { "PT", "Popcorn Time", BT_VERSION_FOUR },
  { "QD", "QQDownload", BT_VERSION_FOUR },
  { "QT", "Qt 4 Torrent example", BT_VERSION_FOUR },
  { "RT", "Retriever", BT_VERSION_FOUR },
  { "RZ", "RezTorrent", BT_VERSION_FOUR },
  { "S2", "S2", BT_VERSION_FOUR },
  { "SB", "Swiftbit", BT_VERSION_FOUR },
  { "SD", "Thunder", BT_VERSION_FOUR },
  { "SG", "GS Torrent", BT_VERSION_FOUR },
  { "SH", "Shoal", BT_VERSION_FOUR },
  { "SM", "SoMud", BT_VERSION_FOUR },
  { "SN", "ShareNET", BT_VERSION_FOUR },
  { "SP", "BitSpirit", BT_VERSION_FOUR },
  { "SS", "SwarmScope", BT_VERSION_FOUR },
  { "ST", "SymTorrent", BT_VERSION_FOUR },
  { "SZ", "Shareaza", BT_VERSION_FOUR },
  { "S~", "Shareaza", BT_VERSION_FOUR },
  { "TB", "Torch", BT_VERSION_FOUR },
  { "TE", "Terasaur", BT_VERSION_FOUR },
  { "TL", "Tribler", BT_VERSION_FOUR },
  { "TN", "TorrentDotNET", BT_VERSION_FOUR },
  { "TR", "Transmission", BT_VERSION_TRANSMISSION },
  { "TS", "Torrentstorm", BT_VERSION_FOUR },
  { "TT", "TuoTu", BT_VERSION_FOUR },
  { "UE", "uTorrent Embedded", BT_VERSION_THREE },
  { "UL", "uLeecher!", BT_VERSION_FOUR },
  { "UM", "uTorrent Mac", BT_VERSION_THREE },
  { "UT", "uTorrent", BT_VERSION_THREE },
  { "UW", "uTorrent Web", BT_VERSION_THREE },
  { "VG", "Vagaa", BT_VERSION_FOUR },
  { "WD", "WebTorrent Desktop", BT_VERSION_TWO_TWO },
  { "WT", "BitLet", BT_VERSION_FOUR },
  { "WW", "WebTorrent", BT_VERSION_TWO_TWO },
  { "WY", "FireTorrent", BT_VERSION_FOUR },
  { "XF", "Xfplay", BT_VERSION_FOUR },
  { "XL", "Xunlei", BT_VERSION_FOUR },
  { "XT", "XanTorrent", BT_VERSION_FOUR },
  { "XX", "Xtorrent", BT_VERSION_FOUR },
  { "ZO", "Zona", BT_VERSION_FOUR },
  { "ZT", "ZipTorrent", BT_VERSION_FOUR },
  { "bk", "BitKitten", BT_VERSION_FOUR },
  { "lt", "libTorrent (Rakshasa)", BT_VERSION_FOUR },
  { "qB", "qBittorrent", BT_VERSION_FOUR },
  { "rQ", "rqbit", BT_VERSION_FOUR },
  { "st", "sharktorrent", BT_VERSION_FOUR },
};

const BtPeerIdName *
bt_peer_id_azureus_name (const uint8_t code[2])
{
  size_t low = 0;
  size_t high = sizeof azureus / sizeof *azureus;

  while (low < high)
    {
      size_t middle = low + (high - low) / 2;
      int order = memcmp (code, azureus[middle].code, 2);

      if (order == 0)
        return &azureus[middle];
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return NULL;
}

const char *
bt_peer_id_shadow_name (uint8_t code)
{
  switch (code)
    {
    case 'A':
      return "ABC";
    case 'O':
      return "Osprey Permaseed";
    case 'Q':
      return "BTQueue";
    case 'R':
      return "Tribler";
    case 'S':
      return "Shadow's client";
    case 'T':
      return "BitTornado";
    case 'U':
      return "UPnP NAT Bit Torrent";
    default:
      return NULL;
    }
}
