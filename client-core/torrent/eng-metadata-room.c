/* eng-metadata-room.c: how many peers a search for metadata has, and who leaves when it is full.
 *
 * As with a torrent (eng-torrent-room.c) connections cost a stranger next to nothing. Whoever comes
 * takes the place of one that has not said that it has metadata, the oldest first; or of one that
 * has, and has sent nothing for a while. */
#include "client-core/torrent/eng-metadata-private.h"

/* Who has sent nothing for so long may be parted with when others wait; and so long whoever was
 * called has to say what it has. */
#define IDLE_US UINT64_C (60000000)

static uint32_t
n_leaving (const EngMetadata *m)
{
  uint32_t n = 0;

  for (guint i = 0; i < m->peers->len; i++)
    n += ((const EngMetadataPeer *) m->peers->pdata[i])->leaving;
  return n;
}

uint32_t
eng_metadata_room (const EngMetadata *m)
{
  return eng_share_room (m->config.share, m->peers->len, n_leaving (m), BT_LIMIT_METADATA_PEERS);
}

static bool
is_idle (const EngMetadataPeer *peer, uint64_t now_us)
{
  return now_us >= peer->useful_us + IDLE_US;
}

static bool
is_promising (const EngMetadataPeer *peer)
{
  return bt_extension_peer_id (&peer->extension, BT_EXTENSION_METADATA) != 0
         && peer->extension.metadata_size > 0;
}

EngMetadataPeer *
eng_metadata_least_useful (const EngMetadata *m, uint64_t now_us)
{
  EngMetadataPeer *silent = NULL;
  EngMetadataPeer *late = NULL;

  for (guint i = 0; i < m->peers->len; i++)
    {
      EngMetadataPeer *peer = m->peers->pdata[i];
      bool promises = is_promising (peer);
      bool has_time = promises || !eng_connection_is_incoming (peer->connection);
      EngMetadataPeer **least = promises ? &late : &silent;

      if (peer->leaving || (has_time && !is_idle (peer, now_us)))
        continue;
      if (*least == NULL || peer->useful_us < (*least)->useful_us)
        *least = peer;
    }
  return silent != NULL ? silent : late;
}

void
eng_metadata_leave (EngMetadataPeer *peer)
{
  peer->leaving = true;
  eng_connection_close (peer->connection);
}

void
eng_metadata_part_with_idle (EngMetadata *m, uint64_t now_us)
{
  if (!eng_metadata_is_open (m) || eng_metadata_room (m) > 0)
    return;
  for (guint i = 0; i < m->peers->len; i++)
    {
      EngMetadataPeer *peer = m->peers->pdata[i];

      if (peer->open && !peer->leaving && is_idle (peer, now_us))
        eng_metadata_leave (peer);
    }
}
