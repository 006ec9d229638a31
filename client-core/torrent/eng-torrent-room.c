/* eng-torrent-room.c: how many peers a torrent has, and who leaves when it is full.
 *
 * Connections cost a stranger next to nothing: were all of them kept, two hundred who say nothing
 * would keep everybody else out. So whoever comes takes the place of one from whom neither side
 * wants anything, the one who has been of no use for longest first; and now and then the place of
 * one who wants or is wanted, but between whom and us no block has passed for a while. */
#include "client-core/torrent/eng-torrent-private.h"

#include "protocol/core/bt-limits.h"

/* So long whoever was called, or is to make room for a call, may be of no use; so long somebody who
 * wants or is wanted may, and so seldom one of those leaves. */
#define IDLE_US UINT64_C (60000000)
#define PATIENCE_US UINT64_C (120000000)
#define TURNOVER_US UINT64_C (30000000)

static uint32_t
n_leaving (const EngTorrent *t)
{
  uint32_t n = 0;

  for (guint i = 0; i < t->links->len; i++)
    n += ((const EngLink *) t->links->pdata[i])->leaving;
  return n;
}

uint32_t
eng_torrent_room (const EngTorrent *t)
{
  return eng_share_room (t->config.share, t->links->len, n_leaving (t),
                         BT_LIMIT_CONNECTIONS_PER_TORRENT);
}

static bool
is_wanted (const EngLink *link)
{
  const BtWireFlags *flags = &eng_connection_wire (link->connection)->flags;

  return link->open && (flags->am_interested || flags->peer_interested);
}

/* Whom we have called ourselves gets some time to say what it has. */
static bool
is_called_lately (const EngLink *link, uint64_t now_us)
{
  return !eng_connection_is_incoming (link->connection) && now_us < link->useful_us + IDLE_US;
}

EngLink *
eng_torrent_least_useful (EngTorrent *t, uint64_t now_us)
{
  bool turnover = now_us >= t->turnover_us + TURNOVER_US;
  EngLink *idle = NULL;
  EngLink *late = NULL;

  for (guint i = 0; i < t->links->len; i++)
    {
      EngLink *link = t->links->pdata[i];
      EngLink **least = is_wanted (link) ? &late : &idle;

      if (link->leaving || is_called_lately (link, now_us))
        continue;
      if (*least == NULL || link->useful_us < (*least)->useful_us)
        *least = link;
    }
  if (idle != NULL)
    return idle;
  return late != NULL && turnover && now_us >= late->useful_us + PATIENCE_US ? late : NULL;
}

void
eng_link_leave (EngLink *link)
{
  EngTorrent *t = link->torrent;

  if (is_wanted (link))
    t->turnover_us = eng_torrent_now (t);
  link->leaving = true;
  eng_connection_close (link->connection);
}

void
eng_torrent_part_with_idle (EngTorrent *t, uint64_t now_us)
{
  EngLink *least;

  if (eng_torrent_room (t) > 0 || eng_candidates_deadline (t->candidates) > now_us)
    return;
  least = eng_torrent_least_useful (t, now_us);
  if (least != NULL && now_us >= least->useful_us + IDLE_US)
    eng_link_leave (least);
}
