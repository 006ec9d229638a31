/* shoal-magnet.c: what a magnet link says, for the engine, and the .torrent that it becomes. */
#include <string.h>

#include "client-core/shoal-session-private.h"
#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-host-port.h"
#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-builder.h"
#include "protocol/torrent/bt-patch.h"

/* What stands around the info dictionary, at the most. */
#define OUTER_MAX (32 * BT_MIB)

char *
shoal_magnet_name (const BtMagnet *magnet)
{
  const BtMagnetHashes *hashes = &magnet->hashes;
  char hex[2 * BT_SHA256_LEN + 1] = "";
  size_t len = hashes->has_v1 ? BT_SHA1_LEN : BT_SHA256_LEN;

  if (magnet->name != NULL)
    return g_strdup (magnet->name);
  bt_hex_write (hashes->has_v1 ? hashes->v1 : hashes->v2, len, hex);
  return g_strdup (hex);
}

void
shoal_magnet_describe (const BtMagnet *magnet, EngAddition *out)
{
  out->hashes = magnet->hashes;
  out->length = magnet->length;
  out->select = magnet->select_only;
}

void
shoal_magnet_introduce (const BtMagnet *magnet, EngEngine *engine, uint64_t id, bool use_trackers)
{
  BtHostPort peer;

  for (guint i = 0; use_trackers && i < magnet->trackers->len; i++)
    eng_engine_add_tracker (engine, id, magnet->trackers->pdata[i], i);
  for (guint i = 0; i < magnet->peers->len; i++)
    {
      const char *text = magnet->peers->pdata[i];

      if (bt_host_port_parse (text, strlen (text), &peer) && peer.endpoint.family != BT_FAMILY_NONE)
        eng_engine_add_peer (engine, id, &peer.endpoint);
    }
}

/* --- the .torrent --- */

static void
write_trackers (const BtMagnet *magnet, BtBuffer *announce, BtBuffer *list)
{
  guint n = magnet->trackers->len;
  g_autofree BtTracker *trackers = g_new (BtTracker, n);

  for (guint i = 0; i < n; i++)
    trackers[i] = (BtTracker){ .url = magnet->trackers->pdata[i], .tier = i };
  if (n > 0)
    bt_builder_write_trackers (trackers, n, announce, list);
}

static void
write_web_seeds (const BtMagnet *magnet, BtBuffer *out)
{
  guint n = magnet->web_seeds->len;
  g_autofree BtWebSeed *seeds = g_new0 (BtWebSeed, n);

  for (guint i = 0; i < n; i++)
    seeds[i].url = magnet->web_seeds->pdata[i];
  if (n > 0)
    bt_builder_write_web_seeds (seeds, n, false, out);
}

static BtPatch
patch_of (const char *key, const BtBuffer *value)
{
  return (BtPatch){ .key = key, .value = value->len > 0 ? value->data : NULL, .len = value->len };
}

/* What the torrent is without the magnet: what its peers gave, the info dictionary alone or one
 * with piece layers. (transfer full) */
static GBytes *
bare_torrent (const BtMetainfo *metainfo)
{
  GBytes *bytes = bt_metainfo_bytes (metainfo);
  size_t len;
  const uint8_t *info = bt_metainfo_info (metainfo, &len);
  const BtPatch patch = { .key = "info", .value = info, .len = len };

  return len < g_bytes_get_size (bytes) ? g_bytes_ref (bytes)
                                        : bt_patch_dict ("de", 2, &patch, 1, NULL);
}

GBytes *
shoal_magnet_build_torrent (const BtMagnet *magnet, const BtMetainfo *metainfo)
{
  g_autoptr (GBytes) bare = bare_torrent (metainfo);
  BtBuffer announce, list, seeds;
  BtPatch patches[3];
  GBytes *torrent;
  size_t len;
  const char *data = g_bytes_get_data (bare, &len);

  bt_buffer_init (&announce, OUTER_MAX);
  bt_buffer_init (&list, OUTER_MAX);
  bt_buffer_init (&seeds, OUTER_MAX);
  write_trackers (magnet, &announce, &list);
  write_web_seeds (magnet, &seeds);
  patches[0] = patch_of ("announce", &announce);
  patches[1] = patch_of ("announce-list", &list);
  patches[2] = patch_of ("url-list", &seeds);
  torrent = bt_patch_dict (data, len, patches, G_N_ELEMENTS (patches), NULL);
  bt_buffer_clear (&announce);
  bt_buffer_clear (&list);
  bt_buffer_clear (&seeds);
  return torrent;
}
