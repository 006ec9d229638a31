/* eng-torrent-wishes.c: what the person wants of a torrent, and may want otherwise while it runs.
 */
#include "client-core/torrent/eng-torrent-private.h"

#include <string.h>

#include "client-core/torrent/eng-rarity.h"
#include "protocol/core/bt-limits.h"

/* --- which files --- */

static void
raise_edges (EngTorrent *t)
{
  for (size_t f = 0; f < t->layout->n_files; f++)
    {
      uint32_t first, end;

      if (t->priorities[f] == 0 || (t->layout->files[f].attr & BT_FILE_PAD) != 0)
        continue;
      bt_layout_file_pieces (t->layout, f, &first, &end);
      if (first == end)
        continue;
      eng_picker_set_priority (t->picker, first, ENG_PRIORITIES - 1);
      eng_picker_set_priority (t->picker, end - 1, ENG_PRIORITIES - 1);
    }
}

static void
prioritize (EngTorrent *t)
{
  eng_picker_set_file_priorities (t->picker, t->priorities);
  if (t->wishes.edges_first)
    raise_edges (t);
  eng_torrent_count_all (t);
  eng_storage_set_wanted (t->storage, t->priorities);
}

static void
keep_priorities (EngTorrent *t, const uint8_t *priorities)
{
  size_t n = t->layout->n_files;

  if (priorities != NULL)
    {
      g_free (t->priorities);
      t->priorities = g_memdup2 (priorities, n);
    }
  else if (t->priorities == NULL)
    {
      t->priorities = g_malloc (n);
      memset (t->priorities, ENG_PRIORITY_NORMAL, n);
    }
}

static void
update_links (EngTorrent *t)
{
  for (guint i = 0; i < t->links->len; i++)
    eng_link_update_interest (t->links->pdata[i]);
  eng_torrent_connect (t, eng_torrent_now (t));
}

bool
eng_torrent_owes_files (const EngTorrent *t)
{
  return t->priorities != NULL && eng_storage_owes_files (t->storage);
}

/* More is wanted of one that had all. False: it has told others that nothing more will be written,
 * which only a new beginning takes back. */
static bool
go_on (EngTorrent *t)
{
  if (t->config.keeper != NULL || t->config.read_only)
    return t->config.read_only;
  eng_storage_prepare (t->storage);
  eng_torrent_set_state (t, ENG_TORRENT_DOWNLOADING);
  update_links (t);
  if (eng_picker_is_complete (t->picker))
    eng_torrent_resume_complete (t);
  return true;
}

static bool
choose_files (EngTorrent *t)
{
  bool complete;

  prioritize (t);
  complete = eng_picker_is_complete (t->picker);
  if (t->state == ENG_TORRENT_SEEDING && (!complete || eng_torrent_owes_files (t)))
    return go_on (t);
  if (t->state != ENG_TORRENT_DOWNLOADING || t->config.read_only)
    return true;
  eng_storage_prepare (t->storage);
  update_links (t);
  if (complete)
    eng_torrent_resume_complete (t);
  return true;
}

/* --- all of it --- */

static void
pause_or_resume (EngTorrent *t, bool pauses)
{
  eng_candidates_set_max (t->candidates,
                          pauses ? BT_LIMIT_CANDIDATES_STOPPED : BT_LIMIT_CANDIDATES);
  if (!pauses)
    {
      eng_torrent_connect (t, eng_torrent_now (t));
      return;
    }
  for (guint i = 0; i < t->links->len; i++)
    eng_connection_close (((EngLink *) t->links->pdata[i])->connection);
}

bool
eng_torrent_set_wishes (EngTorrent *t, const EngWishes *wishes)
{
  EngWishes before = t->wishes;
  bool ok = true;

  if (t->stopping)
    return true;
  t->wishes = *wishes;
  t->wishes.priorities = NULL; /* lent */
  eng_torrent_update_limits (t, &before);
  eng_picker_set_sequential (t->picker, wishes->sequential);
  if (wishes->priorities != NULL || before.edges_first != wishes->edges_first)
    {
      keep_priorities (t, wishes->priorities);
      ok = choose_files (t);
    }
  if (before.paused != wishes->paused)
    pause_or_resume (t, wishes->paused);
  return ok;
}

bool
eng_torrent_rename (EngTorrent *t, const EngName *name, EngRenamed renamed, void *data)
{
  if (t->storage == NULL)
    return false;
  eng_storage_rename (t->storage, name, renamed, data);
  return true;
}

void
eng_torrent_ban_address (EngTorrent *t, const BtEndpoint *endpoint)
{
  eng_candidates_ban (t->candidates, endpoint, ENG_BAN_PERSON, UINT64_MAX);
  for (guint i = 0; i < t->links->len; i++)
    {
      EngConnection *connection = ((EngLink *) t->links->pdata[i])->connection;

      if (bt_endpoint_same_address (eng_connection_remote (connection), endpoint))
        eng_connection_close (connection);
    }
}

void
eng_torrent_unban_address (EngTorrent *t, const BtEndpoint *endpoint)
{
  eng_candidates_unban (t->candidates, endpoint);
}
