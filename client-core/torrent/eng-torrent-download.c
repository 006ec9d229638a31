/* eng-torrent-download.c: asking peers for blocks, and what becomes of those that come. */
#include "client-core/torrent/eng-torrent-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"

/* Blocks chosen in one call of the picker. */
#define PICK_MAX 256

static uint32_t
block_length (const EngTorrent *t, EngBlock block)
{
  uint32_t size = eng_torrent_wanted_size (t, block.piece);
  uint32_t begin = block.block * (uint32_t) BT_BLOCK_LEN;

  return MIN ((uint32_t) BT_BLOCK_LEN, size - begin);
}

static bool
is_downloading (const EngTorrent *t)
{
  return t->state == ENG_TORRENT_DOWNLOADING && !t->stopping && !t->config.read_only;
}

/* --- interest --- */

void
eng_link_update_interest (EngLink *link)
{
  BtWire *wire = eng_connection_wire (link->connection);

  if (!eng_link_talks (link))
    return;
  if (is_downloading (link->torrent)
      && eng_picker_is_interesting (link->torrent->picker, &link->have))
    {
      bt_wire_send_interested (wire);
      eng_link_request_more (link);
    }
  else
    bt_wire_send_not_interested (wire);
  eng_connection_flush (link->connection);
}

/* --- asking --- */

static void
ask_for (EngLink *link, EngBlock block, uint64_t now_us)
{
  if (!bt_wire_send_request (eng_connection_wire (link->connection), block.piece,
                             block.block * (uint32_t) BT_BLOCK_LEN,
                             block_length (link->torrent, block)))
    {
      eng_picker_abort (link->torrent->picker, block, link->id);
      return;
    }
  eng_asked_push (&link->asked, block, now_us);
  link->last_piece = block.piece;
  eng_requests_sent (&link->requests, 1, now_us);
}

void
eng_link_request_more (EngLink *link)
{
  EngTorrent *t = link->torrent;
  uint64_t now_us = eng_torrent_now (t);
  EngBlock blocks[PICK_MAX];
  size_t n;
  EngAsk ask = { .peer = link->id,
                 .have = eng_link_may_ask (link),
                 .rate_Bps = bt_rate_get (&link->rate_down, now_us),
                 .outstanding = link->asked.n,
                 .last_piece = link->last_piece,
                 .parole = eng_smart_ban_on_parole (t->smart_ban, link->id) };

  if (!is_downloading (t) || !link->open || ask.have == NULL)
    return;
  ask.tries = eng_link_tries (link, &ask.trial);
  n = eng_picker_pick (t->picker, &ask, blocks,
                       MIN (eng_requests_room (&link->requests), PICK_MAX));
  for (size_t i = 0; i < n; i++)
    ask_for (link, blocks[i], now_us);
  if (n > 0)
    eng_connection_flush (link->connection);
}

static void
forget_asked (EngLink *link, uint32_t at)
{
  EngBlock block = eng_asked_get (&link->asked, at).block;

  eng_asked_remove (&link->asked, at);
  eng_requests_dropped (&link->requests, 1);
  eng_picker_abort (link->torrent->picker, block, link->id);
}

void
eng_link_drop_requests (EngLink *link)
{
  eng_requests_dropped (&link->requests, link->asked.n);
  for (uint32_t i = 0; i < link->asked.n; i++)
    eng_picker_abort (link->torrent->picker, eng_asked_get (&link->asked, i).block, link->id);
  eng_asked_clear (&link->asked);
}

void
eng_link_lost_piece (EngLink *link, uint32_t piece)
{
  if (!link->counted || !bt_bitfield_unset (&link->have, piece))
    return;
  eng_picker_peer_lost (link->torrent->picker, piece);
  eng_link_disallowed (link, piece);
  for (uint32_t i = link->asked.n; i-- > 0;)
    if (eng_asked_get (&link->asked, i).block.piece == piece)
      forget_asked (link, i);
  eng_link_update_interest (link);
}

/* A refusal of what is still wanted: not one that answers a cancel, nor what a choke takes back. */
static bool
is_refusal (const EngLink *link, uint32_t at)
{
  return at < link->asked.n && !eng_connection_wire (link->connection)->flags.peer_choking
         && eng_picker_block_state (link->torrent->picker, eng_asked_get (&link->asked, at).block)
                == ENG_BLOCK_REQUESTED;
}

/* Who refuses everything would be asked again and again, as fast as its refusals come. */
void
eng_link_rejected (EngLink *link, const BtWireEvent *event)
{
  EngBlock block = { .piece = event->index, .block = event->begin / (uint32_t) BT_BLOCK_LEN };
  uint32_t at = eng_asked_find (&link->asked, block);

  link->n_refused += is_refusal (link, at);
  if (at < link->asked.n)
    forget_asked (link, at);
  else
    bt_wire_note_chatter (eng_connection_wire (link->connection));
  if (eng_connection_wire (link->connection)->flags.peer_choking)
    eng_link_disallowed (link, event->index);
  if (link->n_refused > BT_LIMIT_REJECTS)
    eng_connection_close (link->connection);
  else
    eng_link_request_more (link);
}

/* Takes back what a peer that snubs us, or has lost a request, owes. */
void
eng_link_check_requests (EngLink *link, uint64_t now_us)
{
  uint64_t rate = bt_rate_get (&link->rate_down, now_us);

  if (eng_connection_is_throttled (link->connection))
    eng_link_resumed (link); /* we are late, not the peer */
  if (eng_requests_tick (&link->requests, rate, now_us) == ENG_REQUESTS_SNUBBED)
    {
      eng_link_drop_requests (link);
      eng_picker_release_peer (link->torrent->picker, link->id);
    }
  while (link->asked.n > 0
         && eng_requests_late_us (&link->requests, eng_asked_get (&link->asked, 0).sent_us)
                <= now_us)
    forget_asked (link, 0);
  eng_link_request_more (link);
}

/* Reading goes on after a hold, in which nobody was late. */
void
eng_link_resumed (EngLink *link)
{
  uint64_t now_us = eng_torrent_now (link->torrent);

  eng_requests_resumed (&link->requests, now_us);
  eng_asked_renew (&link->asked, now_us);
}

/* --- what comes --- */

static bool
is_whole_block (const EngTorrent *t, const BtWireEvent *event)
{
  EngBlock block = { .piece = event->index, .block = event->begin / (uint32_t) BT_BLOCK_LEN };

  return event->begin % BT_BLOCK_LEN == 0
         && event->begin < eng_torrent_wanted_size (t, event->index)
         && event->length == block_length (t, block);
}

uint8_t *
eng_link_place (void *owner, EngConnection *connection, const BtWireEvent *begin)
{
  EngLink *link = owner;
  EngTorrent *t = link->torrent;
  EngBlock block = { .piece = begin->index, .block = begin->begin / (uint32_t) BT_BLOCK_LEN };
  uint8_t *data;

  if (!is_downloading (t) || !is_whole_block (t, begin)
      || eng_asked_find (&link->asked, block) == link->asked.n)
    {
      t->wasted += begin->length;
      bt_wire_note_chatter (eng_connection_wire (connection));
      return NULL;
    }
  data = eng_disk_take_block (t->config.disk);
  if (!t->held && eng_disk_is_full (t->config.disk))
    eng_torrent_hold (t, true); /* what waits in the sockets is more than the budget */
  return data;
}

void
eng_link_unplaced (void *owner, EngConnection *connection, uint8_t *block)
{
  EngLink *link = owner;

  eng_disk_give_block (link->torrent->config.disk, block);
}

/* The others that were asked for the block need not send it. */
static void
cancel_others (EngTorrent *t, const EngLink *from, EngBlock block)
{
  size_t n;
  const EngPeer *others = eng_picker_others (t->picker, &n);

  for (size_t i = 0; i < n; i++)
    {
      EngLink *other = eng_torrent_link_of (t, others[i]);
      uint32_t at;

      if (other == NULL || other == from)
        continue;
      bt_wire_send_cancel (eng_connection_wire (other->connection), block.piece,
                           block.block * (uint32_t) BT_BLOCK_LEN, block_length (t, block));
      eng_connection_flush (other->connection);
      at = eng_asked_find (&other->asked, block);
      if (at < other->asked.n && !eng_connection_wire (other->connection)->config.fast)
        forget_asked (other, at);
    }
}

void
eng_link_placed (void *owner, EngConnection *connection, const BtWireEvent *end, uint8_t *data)
{
  EngLink *link = owner;
  EngTorrent *t = link->torrent;
  uint64_t now_us = eng_torrent_now (t);
  EngBlock block = { .piece = end->index, .block = end->begin / (uint32_t) BT_BLOCK_LEN };
  uint32_t at = eng_asked_find (&link->asked, block);
  bool asked = at < link->asked.n; /* it may have been given up while the block came */
  EngReceived received;

  bt_rate_add (&link->rate_down, end->length, now_us);
  bt_rate_add (&t->rate_down, end->length, now_us);
  t->downloaded += end->length;
  link->useful_us = now_us;
  link->n_refused = 0;
  if (asked)
    eng_asked_remove (&link->asked, at);
  eng_requests_received (&link->requests, asked, bt_rate_get (&link->rate_down, now_us), now_us);
  received = eng_picker_receive (t->picker, block, link->id);
  if (received == ENG_RECEIVED_STALE)
    {
      t->wasted += end->length;
      eng_disk_give_block (t->config.disk, data);
    }
  else
    {
      cancel_others (t, link, block);
      eng_torrent_note_block (t, block, data, end->length);
      eng_storage_write (t->storage, end->index, end->begin, data, end->length);
    }
  eng_link_request_more (link);
}

/* --- pieces --- */

static void
tell_piece (EngTorrent *t, uint32_t piece)
{
  for (guint i = 0; i < t->links->len; i++)
    {
      EngLink *link = t->links->pdata[i];

      if (!eng_link_talks (link))
        continue;
      bt_wire_send_have (eng_connection_wire (link->connection), piece);
      eng_connection_flush (link->connection);
    }
}

void
eng_torrent_become_seed (EngTorrent *t)
{
  eng_torrent_set_state (t, ENG_TORRENT_SEEDING);
  t->config.events->completed (t->config.owner);
  for (guint i = 0; i < t->links->len; i++)
    {
      EngLink *link = t->links->pdata[i];

      eng_link_update_interest (link);
      if (!link->open)
        eng_connection_close (link->connection);
      else
        {
          eng_link_send_extensions (link); /* for we want nothing more */
          eng_link_part_with_seed (link);
        }
    }
}

void
eng_torrent_piece_good (EngTorrent *t, uint32_t piece)
{
  eng_torrent_count_piece (t, piece);
  eng_torrent_clear (t, piece);
  eng_torrent_doubts_passed (t, piece);
  eng_picker_passed (t->picker, piece);
  eng_torrent_resume_piece (t, piece);
  tell_piece (t, piece);
  if (t->state == ENG_TORRENT_DOWNLOADING && eng_picker_is_complete (t->picker))
    eng_torrent_resume_complete (t);
}

void
eng_torrent_piece_bad (EngTorrent *t, uint32_t piece)
{
  eng_torrent_blame (t, piece);
  eng_picker_failed (t->picker, piece);
  t->wasted += eng_torrent_wanted_size (t, piece);
}
