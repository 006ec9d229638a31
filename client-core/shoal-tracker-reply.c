/* shoal-tracker-reply.c: what a tracker said, as an object that keeps it. */
#include "client-core/shoal-tracker-reply-private.h"
#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-utf8.h"

typedef struct
{
  char info_hash[2 * BT_INFO_HASH_LEN + 1];
  guint seeders;
  guint leechers;
  guint completed;
} Swarm;

struct _ShoalTrackerReply
{
  GObject parent;
  guint interval_s;
  guint min_interval_s;
  gint64 seeders;
  gint64 leechers;
  gint64 completed;
  char *warning;
  char *own_address;
  GPtrArray *peers; /* of text; ends with NULL */
  GArray *swarms;   /* of Swarm */
};

G_DEFINE_FINAL_TYPE (ShoalTrackerReply, shoal_tracker_reply, G_TYPE_OBJECT)

static void
shoal_tracker_reply_finalize (GObject *object)
{
  ShoalTrackerReply *self = SHOAL_TRACKER_REPLY (object);

  g_free (self->warning);
  g_free (self->own_address);
  g_ptr_array_unref (self->peers);
  g_array_unref (self->swarms);
  G_OBJECT_CLASS (shoal_tracker_reply_parent_class)->finalize (object);
}

static void
shoal_tracker_reply_class_init (ShoalTrackerReplyClass *class)
{
  G_OBJECT_CLASS (class)->finalize = shoal_tracker_reply_finalize;
}

static void
shoal_tracker_reply_init (ShoalTrackerReply *self)
{
  self->peers = g_ptr_array_new_with_free_func (g_free);
  self->swarms = g_array_new (FALSE, FALSE, sizeof (Swarm));
}

static void
take_peers (ShoalTrackerReply *self, const EngAnswer *answer)
{
  for (size_t i = 0; i < answer->n_peers; i++)
    {
      char text[BT_ENDPOINT_TEXT];

      bt_endpoint_write (&answer->peers[i].endpoint, text);
      g_ptr_array_add (self->peers, g_strdup (text));
    }
  g_ptr_array_add (self->peers, NULL);
}

static void
take_swarms (ShoalTrackerReply *self, const EngAnswer *answer)
{
  for (size_t i = 0; i < answer->n_entries; i++)
    {
      const BtScrapeEntry *entry = &answer->entries[i];
      Swarm swarm = { .seeders = entry->complete,
                      .leechers = entry->incomplete,
                      .completed = entry->downloaded };

      bt_hex_write (entry->info_hash, BT_INFO_HASH_LEN, swarm.info_hash);
      g_array_append_val (self->swarms, swarm);
    }
}

ShoalTrackerReply *
shoal_tracker_reply_new (const EngAnswer *answer)
{
  ShoalTrackerReply *self = g_object_new (SHOAL_TYPE_TRACKER_REPLY, NULL);
  const BtAnnounceReply *said = &answer->reply;
  char text[BT_ENDPOINT_TEXT];

  self->interval_s = said->interval_s;
  self->min_interval_s = said->min_interval_s;
  self->seeders = said->complete;
  self->leechers = said->incomplete;
  self->completed = said->downloaded;
  if (said->warning.bytes != NULL)
    self->warning = bt_utf8_repair (said->warning.bytes, said->warning.len);
  if (said->external.family != BT_FAMILY_NONE)
    {
      bt_endpoint_write_address (&said->external, text);
      self->own_address = g_strdup (text);
    }
  take_peers (self, answer);
  take_swarms (self, answer);
  return self;
}

/**
 * shoal_tracker_reply_get_interval:
 * @self: a reply
 *
 * Returns: in how many seconds it wants to be asked again; 0 when it did not say
 */
guint
shoal_tracker_reply_get_interval (ShoalTrackerReply *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_REPLY (self), 0);
  return self->interval_s;
}

/**
 * shoal_tracker_reply_get_min_interval:
 * @self: a reply
 *
 * Returns: in how many seconds it may be asked again at the soonest; 0 when it did not say
 */
guint
shoal_tracker_reply_get_min_interval (ShoalTrackerReply *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_REPLY (self), 0);
  return self->min_interval_s;
}

/**
 * shoal_tracker_reply_get_seeders:
 * @self: a reply to an announce
 *
 * Returns: how many peers have everything; -1 when it did not say
 */
gint64
shoal_tracker_reply_get_seeders (ShoalTrackerReply *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_REPLY (self), -1);
  return self->seeders;
}

/**
 * shoal_tracker_reply_get_leechers:
 * @self: a reply to an announce
 *
 * Returns: how many peers lack something; -1 when it did not say
 */
gint64
shoal_tracker_reply_get_leechers (ShoalTrackerReply *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_REPLY (self), -1);
  return self->leechers;
}

/**
 * shoal_tracker_reply_get_completed:
 * @self: a reply to an announce
 *
 * Returns: how often the torrent was fetched to its end; -1 when it did not say
 */
gint64
shoal_tracker_reply_get_completed (ShoalTrackerReply *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_REPLY (self), -1);
  return self->completed;
}

/**
 * shoal_tracker_reply_get_warning:
 * @self: a reply
 *
 * Returns: (transfer none) (nullable): what it warned of; the words are a stranger's
 */
const char *
shoal_tracker_reply_get_warning (ShoalTrackerReply *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_REPLY (self), NULL);
  return self->warning;
}

/**
 * shoal_tracker_reply_get_own_address:
 * @self: a reply
 *
 * Returns: (transfer none) (nullable): from which address the tracker was asked, as it sees that
 */
const char *
shoal_tracker_reply_get_own_address (ShoalTrackerReply *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_REPLY (self), NULL);
  return self->own_address;
}

/**
 * shoal_tracker_reply_get_peers:
 * @self: a reply to an announce
 *
 * Returns: (transfer none) (array zero-terminated=1): the peers that it named, such as
 *   "192.0.2.1:6881" and "[2001:db8::1]:6881"
 */
const char *const *
shoal_tracker_reply_get_peers (ShoalTrackerReply *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_REPLY (self), NULL);
  return (const char *const *) self->peers->pdata;
}

/**
 * shoal_tracker_reply_get_n_swarms:
 * @self: a reply to a scrape
 *
 * Returns: of how many torrents it speaks
 */
guint
shoal_tracker_reply_get_n_swarms (ShoalTrackerReply *self)
{
  g_return_val_if_fail (SHOAL_IS_TRACKER_REPLY (self), 0);
  return self->swarms->len;
}

/**
 * shoal_tracker_reply_get_swarm:
 * @self: a reply to a scrape
 * @index: which torrent, from 0
 * @seeders: (out) (optional): how many peers have everything
 * @leechers: (out) (optional): how many peers lack something
 * @completed: (out) (optional): how often it was fetched to its end
 *
 * Returns: (transfer none) (nullable): the info-hash in hexadecimal; %NULL behind the last one
 */
const char *
shoal_tracker_reply_get_swarm (ShoalTrackerReply *self, guint index, guint *seeders,
                               guint *leechers, guint *completed)
{
  const Swarm *swarm;

  g_return_val_if_fail (SHOAL_IS_TRACKER_REPLY (self), NULL);
  if (index >= self->swarms->len)
    return NULL;
  swarm = &g_array_index (self->swarms, Swarm, index);
  if (seeders != NULL)
    *seeders = swarm->seeders;
  if (leechers != NULL)
    *leechers = swarm->leechers;
  if (completed != NULL)
    *completed = swarm->completed;
  return swarm->info_hash;
}
