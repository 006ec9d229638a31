/* eng-torrent-upload.c: serving blocks, and the rounds of the choker.
 *
 * A request waits in its link's queue until the outbox has room; when its turn comes, its bytes are
 * read from the page cache, or by the disk's threads when they are not cached, and go out together
 * with those of other requests in one call. Measured on loopback against a header and a sendfile()
 * for each block: a quarter more throughput; against the best that could be made of sendfile(), a
 * fourteenth, and less work on both sides together. */
#include "client-core/torrent/eng-torrent-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"

/* Blocks in a peer's outbox: what a turn sends, twice. */
#define OUTBOX_BLOCKS 128

/* How much each has had is compared in steps of what a slot carries in this time, while seeding: a
 * step of so many bytes would keep the others of a slow line waiting for hours. */
#define SEED_QUOTA_S 60
#define SEED_QUOTA_LEAST (1 * BT_MIB)

static void
upload_unref (EngUpload *upload)
{
  if (upload->queued || upload->reading)
    return;
  g_free (upload);
}

/* --- requests --- */

static bool
may_serve (EngLink *link, const BtWireEvent *event)
{
  const EngTorrent *t = link->torrent;

  return event->length > 0 && event->length <= BT_LIMIT_REQUEST
         && event->index < t->layout->n_pieces
         && bt_bitfield_test (eng_picker_done (t->picker), event->index)
         && eng_super_peer_may_have (&link->mask, event->index)
         && event->begin <= eng_torrent_piece_size (t, event->index) - event->length
         && event->length <= eng_torrent_piece_size (t, event->index) && t->storage != NULL
         && (!eng_connection_wire (link->connection)->flags.am_choking
             || eng_link_take_grant (link, event->index, event->length));
}

static void
fill_outbox (EngLink *link)
{
  BtWire *wire = eng_connection_wire (link->connection);

  while (!g_queue_is_empty (&link->uploads) && bt_outbox_blocks (&wire->out) < OUTBOX_BLOCKS)
    {
      EngUpload *upload = g_queue_peek_head (&link->uploads);

      if (!bt_wire_send_piece (wire, upload->piece, upload->begin, upload->length,
                               (uint64_t) (uintptr_t) upload))
        break;
      upload->queued = true;
      (void) g_queue_pop_head (&link->uploads); /* it is the outbox's now */
    }
  eng_connection_flush (link->connection);
}

/* As many as a queue holds may be on their way when we choke; who goes on is sent away. */
static void
refuse (EngLink *link, const BtWireEvent *event)
{
  bt_wire_reject (eng_connection_wire (link->connection), event->index, event->begin,
                  event->length);
  if (++link->n_vain_requests > BT_LIMIT_REQUESTS_QUEUED + BT_LIMIT_REJECTS)
    eng_connection_close (link->connection);
}

void
eng_link_requested (EngLink *link, const BtWireEvent *event)
{
  EngUpload *upload;

  link->n_requests++;
  if (!eng_link_talks (link))
    {
      eng_connection_close (link->connection); /* nobody said that we have anything */
      return;
    }
  if (!may_serve (link, event))
    {
      refuse (link, event);
      return;
    }
  link->n_vain_requests = 0;
  link->choker.asked_us = eng_torrent_now (link->torrent);
  upload = g_new0 (EngUpload, 1);
  *upload = (EngUpload){
    .link = link, .piece = event->index, .begin = event->begin, .length = event->length
  };
  g_queue_push_tail (&link->uploads, upload);
  fill_outbox (link);
}

static EngUpload *
find_upload (EngLink *link, const BtWireEvent *event)
{
  for (GList *at = link->uploads.head; at != NULL; at = at->next)
    {
      EngUpload *upload = at->data;

      if (upload->piece == event->index && upload->begin == event->begin
          && upload->length == event->length)
        return upload;
    }
  return NULL;
}

void
eng_link_cancelled (EngLink *link, const BtWireEvent *event)
{
  BtWire *wire = eng_connection_wire (link->connection);
  EngUpload *upload = find_upload (link, event);
  uint64_t cookie;

  if (upload != NULL)
    {
      g_queue_remove (&link->uploads, upload);
      upload_unref (upload);
      bt_wire_reject (wire, event->index, event->begin, event->length);
    }
  else if (bt_wire_cancel_piece (wire, event->index, event->begin, event->length, &cookie))
    eng_link_released (link, link->connection, cookie, false);
  else if (++link->n_vain_cancels > link->n_requests + BT_LIMIT_REJECTS)
    eng_connection_close (link->connection); /* each costs a search, and crosses no block of ours */
}

void
eng_link_forget_uploads (EngLink *link)
{
  EngUpload *upload;

  while ((upload = g_queue_pop_head (&link->uploads)) != NULL)
    upload_unref (upload);
}

/* --- blocks --- */

static uint32_t
upload_part_len (const EngUpload *upload, uint32_t i)
{
  return MIN ((uint32_t) BT_BLOCK_LEN, upload->length - i * (uint32_t) BT_BLOCK_LEN);
}

/* From the page cache, at once; otherwise the disk is asked. */
static bool
read_part (EngTorrent *t, EngUpload *upload, uint32_t i)
{
  uint32_t begin = upload->begin + i * (uint32_t) BT_BLOCK_LEN;
  uint32_t len = upload_part_len (upload, i);
  uint8_t *block = eng_disk_take_block (t->config.disk);

  if (eng_storage_read_warm (t->storage, upload->piece, begin, len, block))
    {
      upload->blocks[i] = block;
      return true;
    }
  eng_disk_give_block (t->config.disk, block);
  upload->reading = true;
  eng_storage_read (t->storage, upload->piece, begin, len, (uint64_t) (uintptr_t) upload);
  return false;
}

bool
eng_link_source (void *owner, EngConnection *connection, uint64_t cookie, uint32_t from,
                 EngBlockSource *out)
{
  EngUpload *upload = (EngUpload *) (uintptr_t) cookie;
  EngTorrent *t = ((EngLink *) owner)->torrent;
  uint32_t i = from / (uint32_t) BT_BLOCK_LEN;
  uint32_t skip = from % (uint32_t) BT_BLOCK_LEN;

  if (upload->blocks[i] == NULL
      && (upload->reading || t->storage == NULL || !read_part (t, upload, i)))
    return false;
  *out = (EngBlockSource){ upload->blocks[i] + skip, upload_part_len (upload, i) - skip };
  return true;
}

/* Takes the place of the first part that was not there. */
static void
keep_part (EngUpload *upload, uint8_t *block)
{
  uint32_t i = 0;

  while (upload->blocks[i] != NULL)
    i++;
  upload->blocks[i] = block;
}

void
eng_torrent_block_read (EngTorrent *t, uint64_t cookie, uint8_t *block, uint32_t len)
{
  EngUpload *upload = (EngUpload *) (uintptr_t) cookie;

  upload->reading = false;
  if (upload->link == NULL)
    {
      eng_disk_give_block (t->config.disk, block);
      upload_unref (upload);
    }
  else if (block == NULL)
    eng_connection_close (upload->link->connection);
  else
    {
      keep_part (upload, block);
      eng_connection_flush (upload->link->connection);
    }
}

static void
give_parts (EngTorrent *t, EngUpload *upload)
{
  for (uint32_t i = 0; i < ENG_UPLOAD_BLOCKS; i++)
    if (upload->blocks[i] != NULL)
      eng_disk_give_block (t->config.disk, g_steal_pointer (&upload->blocks[i]));
}

/* The wire has done with a block: it is sent, or never will be. */
void
eng_link_released (void *owner, EngConnection *connection, uint64_t cookie, bool sent)
{
  EngLink *link = owner;
  EngTorrent *t = link->torrent;
  EngUpload *upload = (EngUpload *) (uintptr_t) cookie;
  uint64_t now_us = eng_torrent_now (t);

  give_parts (t, upload);
  if (sent)
    {
      bt_rate_add (&link->rate_up, upload->length, now_us);
      bt_rate_add (&t->rate_up, upload->length, now_us);
      t->uploaded += upload->length;
      link->candidate->had += upload->length;
      link->useful_us = link->choker.asked_us = now_us;
    }
  upload->queued = false;
  upload->link = NULL;
  upload_unref (upload);
  if (sent)
    fill_outbox (link);
}

/* --- the choker --- */

static void
choke (EngLink *link)
{
  BtWire *wire = eng_connection_wire (link->connection);
  EngUpload *upload;
  BtOutBlock block;

  bt_wire_send_choke (wire);
  while ((upload = g_queue_pop_head (&link->uploads)) != NULL)
    {
      if (wire->config.fast)
        bt_wire_reject (wire, upload->piece, upload->begin, upload->length);
      upload_unref (upload);
    }
  while (bt_wire_steal_piece (wire, &block))
    eng_link_released (link, link->connection, block.cookie, false);
}

static bool
is_served (const EngLink *link)
{
  return link->uploads.length > 0
         || (link->open && bt_outbox_blocks (&eng_connection_wire (link->connection)->out) > 0);
}

static void
gather_facts (EngLink *link, EngChokerPeer *out, uint64_t now_us)
{
  if (is_served (link))
    link->choker.asked_us = now_us;
  *out = link->choker;
  out->interested = link->open && eng_connection_wire (link->connection)->flags.peer_interested;
  out->snubs = link->requests.snubbed;
  out->rate_down_Bps = bt_rate_get (&link->rate_down, now_us);
  out->rate_up_Bps = bt_rate_get (&link->rate_up, now_us);
  out->had = link->candidate->had;
  out->idle_us = link->candidate->idle_us;
  out->slow_us = link->candidate->slow_us;
}

/* Hands facts to the choker and carries out what it says. */
static void
run_choker (EngTorrent *t, bool round, uint64_t now_us)
{
  guint n = t->links->len;
  g_autofree EngChokerPeer *peers = g_new0 (EngChokerPeer, n + 1);
  EngChokerRound facts
      = { .mode = t->state == ENG_TORRENT_SEEDING ? ENG_CHOKER_SEED : ENG_CHOKER_LEECH,
          .slots = eng_choker_slots (&t->capacity, 0),
          .now_us = now_us };

  facts.quota = MAX (t->capacity.peak_Bps * SEED_QUOTA_S / facts.slots, SEED_QUOTA_LEAST);

  for (guint i = 0; i < n; i++)
    gather_facts (t->links->pdata[i], &peers[i], now_us);
  if (round)
    eng_choker_decide (&facts, peers, n);
  else
    eng_choker_fill (&facts, peers, n);
  for (guint i = 0; i < n; i++)
    {
      EngLink *link = t->links->pdata[i];
      bool before = link->choker.unchoked;

      link->choker = peers[i];
      link->candidate->idle_us = peers[i].idle_us;
      link->candidate->slow_us = peers[i].slow_us;
      if (!link->open || before == peers[i].unchoked)
        continue;
      if (peers[i].unchoked)
        bt_wire_send_unchoke (eng_connection_wire (link->connection));
      else
        choke (link);
      eng_connection_flush (link->connection);
    }
}

void
eng_torrent_choke_round (EngTorrent *t, uint64_t now_us)
{
  eng_choker_measure (&t->capacity, bt_rate_get (&t->rate_up, now_us),
                      eng_throttle_rate_Bps (&t->up));
  run_choker (t, true, now_us);
  t->next_choke_us = now_us + ENG_CHOKER_ROUND_US;
}

void
eng_torrent_fill_slots (EngTorrent *t)
{
  if (t->state != ENG_TORRENT_VERIFYING)
    run_choker (t, false, eng_torrent_now (t));
}

/* --- the super-seed's mask --- */

void
eng_link_mask (EngLink *link)
{
  EngTorrent *t = link->torrent;

  if (t->super_seed.offers != NULL && t->state == ENG_TORRENT_SEEDING && link->mask.seed == NULL)
    eng_super_peer_init (&link->mask, &t->super_seed);
}

static bool
lacks_something (const EngLink *link)
{
  return link->open && !bt_bitfield_is_all (&link->have);
}

static void
show_next (EngLink *link, uint32_t n_lacking, uint64_t now_us)
{
  BtWire *wire = eng_connection_wire (link->connection);
  const EngSuperFacts facts = { .have = &link->have,
                                .interested = wire->flags.peer_interested,
                                .alone = n_lacking == 1 && lacks_something (link),
                                .now_us = now_us };
  uint32_t piece = eng_super_peer_next (&link->mask, link->torrent->picker, &facts);

  if (piece == ENG_SUPER_SEED_NONE)
    return;
  bt_wire_send_have (wire, piece);
  eng_connection_flush (link->connection);
}

void
eng_torrent_unmask (EngTorrent *t, uint64_t now_us)
{
  uint32_t n_lacking = 0;

  if (t->super_seed.offers == NULL)
    return;
  for (guint i = 0; i < t->links->len; i++)
    n_lacking += lacks_something (t->links->pdata[i]);
  for (guint i = 0; i < t->links->len; i++)
    {
      EngLink *link = t->links->pdata[i];

      if (link->mask.seed != NULL && eng_link_talks (link))
        show_next (link, n_lacking, now_us);
    }
}
