/* eng-torrent-resume.c: what of a torrent outlives this run, and when it may be said.
 *
 *     start     the keeper's row -> verification -> sync -> a row that is dirty -> the first write
 *     under way every 4 s or 64 MiB with something new: sync -> row
 *     complete  sync -> the torrent is complete, and says so -> a row that is clean
 *     stop      the storage settles -> row, clean -> gone
 *
 * A piece is in a row only after a sync that began when the piece was good. After a sync that
 * failed, what came since the last good one counts as not had. Without a keeper there are no rows,
 * and the rest is the same. */
#include "client-core/torrent/eng-torrent-private.h"

#include <string.h>

#include "client-core/disk/eng-place.h"
#include "protocol/core/bt-limits.h"

/* From the beginning of one to that of the next. A kill costs what has come since the last row:
 * with the tick that looks at this and the sync, less than five seconds. */
#define COMMIT_US (4 * 1000 * 1000)
#define COMMIT_BYTES (64 * BT_MIB)

static void commit (EngTorrent *t, EngCommit kind);

void
eng_torrent_resume_clear (EngTorrent *t)
{
  EngTorrentResume *r = &t->resume;

  bt_bitfield_clear (&r->durable);
  bt_bitfield_clear (&r->pending);
  g_clear_pointer (&r->files, g_free);
  g_clear_pointer (&t->config.hashed, g_free);
}

/* --- rows --- */

static void
save (EngTorrent *t, bool dirty, void (*saved) (void *data, bool ok))
{
  EngTorrentResume *r = &t->resume;
  const EngFileState *files = t->storage != NULL ? eng_storage_files (t->storage) : r->files;
  EngResume row;

  eng_resume_init (&row, &r->durable, files, eng_place_count (t->layout));
  row.dirty = dirty;
  row.downloaded = r->earlier_down + t->downloaded;
  row.uploaded = r->earlier_up + t->uploaded;
  r->n_asked++;
  t->config.keeper->save (t->config.keeper_data, &row, saved, t);
  eng_resume_clear (&row);
}

/* The row may be written to at last, or could not be made: the torrent goes on either way. */
static void
begin_download (EngTorrent *t)
{
  eng_storage_prepare (t->storage);
  eng_torrent_set_state (t, ENG_TORRENT_DOWNLOADING);
  eng_torrent_greet_all (t);
  eng_torrent_connect (t, eng_torrent_now (t));
  if (eng_picker_is_complete (t->picker)) /* there are but files to be made */
    eng_torrent_resume_complete (t);
}

/* A commit is over. */
static void
on_committed (EngTorrent *t)
{
  EngTorrentResume *r = &t->resume;
  EngCommit kind = r->commit;

  r->commit = ENG_COMMIT_NONE;
  if (t->stopping || t->state == ENG_TORRENT_FAULT)
    return;
  if (kind == ENG_COMMIT_START)
    begin_download (t);
  if (r->complete_next)
    eng_torrent_resume_complete (t);
}

static void
on_saved (void *data, bool ok)
{
  EngTorrent *t = data;

  t->resume.n_asked--;
  on_committed (t);
  eng_torrent_resume_end (t);
}

/* --- commits --- */

/* After a sync that failed only what is durable is had. */
static void
take_back (EngTorrent *t)
{
  const BtBitfield *durable = &t->resume.durable;

  t->resume.suspect = true;
  for (uint32_t i = 0; i < t->layout->n_pieces; i++)
    if (bt_bitfield_test (eng_picker_done (t->picker), i) && !bt_bitfield_test (durable, i))
      eng_picker_lost (t->picker, i);
  eng_torrent_count_all (t);
}

static void
on_synced (void *data, bool ok)
{
  EngTorrent *t = data;
  EngTorrentResume *r = &t->resume;
  bool complete = r->commit == ENG_COMMIT_COMPLETE && eng_picker_is_complete (t->picker);
  bool clean = complete || r->commit == ENG_COMMIT_SEED;

  if (!ok && !r->suspect)
    take_back (t);
  if (!r->suspect)
    {
      bt_bitfield_clear (&r->durable);
      r->durable = r->pending;
      r->pending = (BtBitfield){ 0 };
    }
  if (!r->suspect && complete && !t->stopping && t->state == ENG_TORRENT_DOWNLOADING)
    eng_torrent_become_seed (t);
  if (r->suspect || t->stopping || t->config.keeper == NULL)
    on_committed (t);
  else
    save (t, !clean, on_saved);
}

static void
commit (EngTorrent *t, EngCommit kind)
{
  EngTorrentResume *r = &t->resume;

  r->commit = kind;
  r->next_us = kind == ENG_COMMIT_START ? 0 : eng_torrent_now (t) + COMMIT_US;
  r->new_bytes = 0;
  bt_bitfield_clear (&r->pending);
  bt_bitfield_init_copy (&r->pending, eng_picker_done (t->picker));
  eng_storage_sync (t->storage, on_synced, t);
}

void
eng_torrent_resume_piece (EngTorrent *t, uint32_t piece)
{
  t->resume.new_bytes += eng_torrent_wanted_size (t, piece);
}

void
eng_torrent_resume_tick (EngTorrent *t, uint64_t now_us)
{
  const EngTorrentResume *r = &t->resume;

  if (t->config.keeper != NULL && t->state == ENG_TORRENT_DOWNLOADING
      && r->commit == ENG_COMMIT_NONE && r->new_bytes > 0
      && (r->new_bytes >= COMMIT_BYTES || now_us >= r->next_us))
    commit (t, ENG_COMMIT_WORK);
}

void
eng_torrent_resume_complete (EngTorrent *t)
{
  EngTorrentResume *r = &t->resume;

  if (t->stopping)
    return;
  r->complete_next = r->commit != ENG_COMMIT_NONE;
  if (!r->complete_next && eng_picker_is_complete (t->picker))
    commit (t, ENG_COMMIT_COMPLETE);
}

/* --- the start --- */

static bool
has_files (const EngTorrent *t, const EngFileState *files)
{
  for (size_t i = 0; i < t->layout->n_files; i++)
    if (files[i].inode != 0)
      return true;
  return false;
}

void
eng_torrent_resume_verified (EngTorrent *t)
{
  EngTorrentResume *r = &t->resume;
  bool complete = eng_picker_is_complete (t->picker) && !eng_torrent_owes_files (t);
  bool reads = complete || t->config.read_only;

  if (r->had_files && !has_files (t, eng_storage_files (t->storage)))
    {
      eng_torrent_fault (t, ENG_FAULT_MISSING, 0, t->folder);
      return;
    }
  r->verified = true;
  if (!complete && t->config.reads_first)
    {
      t->config.events->lacks (t->config.owner);
      return;
    }
  if (reads)
    {
      eng_torrent_set_state (t, complete ? ENG_TORRENT_SEEDING : ENG_TORRENT_DOWNLOADING);
      eng_torrent_greet_all (t);
      eng_torrent_connect (t, eng_torrent_now (t));
    }
  else if (t->config.keeper == NULL)
    begin_download (t);
  if (t->config.keeper != NULL && !t->stopping)
    commit (t, reads ? ENG_COMMIT_SEED : ENG_COMMIT_START);
}

static void
tell_names (EngTorrent *t, const EngNames *names)
{
  if (t->config.events->named != NULL)
    t->config.events->named (t->config.owner, names);
}

static void
take_names (EngTorrent *t, const EngNames *kept)
{
  EngNames names = { 0 };

  for (size_t i = 0; i < kept->n; i++)
    if (eng_place_may_be (t->metainfo, &kept->items[i]))
      eng_names_set (&names, &kept->items[i]);
  if (names.n > 0)
    {
      eng_storage_set_names (t->storage, &names);
      tell_names (t, &names);
    }
  eng_names_clear (&names);
}

/* A row that could not be written has been told of; the next run finds the files again. */
static void
on_name_kept (void *data, bool ok)
{
  EngTorrent *t = data;

  t->resume.n_asked--;
  eng_torrent_resume_end (t);
}

void
eng_torrent_resume_found (EngTorrent *t, const EngNames *names)
{
  const EngKeeper *keeper = t->config.keeper;

  for (size_t i = 0; i < names->n && keeper != NULL && keeper->name != NULL; i++)
    {
      t->resume.n_asked++;
      keeper->name (t->config.keeper_data, &names->items[i], on_name_kept, t);
    }
  tell_names (t, names);
}

/* What whoever made the torrent of them knows: they are whole, as long as they are as they were. */
static void
verify_hashed (EngTorrent *t)
{
  size_t n_places = eng_place_count (t->layout);
  g_autofree EngFileState *files = g_new0 (EngFileState, n_places);
  BtBitfield all;
  EngResume made;

  memcpy (files, t->config.hashed, t->layout->n_files * sizeof *files);
  bt_bitfield_init (&all, t->layout->n_pieces);
  bt_bitfield_set_range (&all, 0, t->layout->n_pieces);
  eng_resume_init (&made, &all, files, n_places);
  eng_storage_verify_trusting (t->storage, &made);
  eng_resume_clear (&made);
  bt_bitfield_clear (&all);
  g_clear_pointer (&t->config.hashed, g_free);
}

/* What others have complete comes from there, and is verified like the rest. */
static void
verify (EngTorrent *t, const EngResume *row)
{
  if (t->config.hashed != NULL)
    {
      verify_hashed (t);
      return;
    }
  g_autoptr (GArray) loans
      = t->config.events->loans != NULL && !t->config.read_only && !t->config.reads_first
            ? t->config.events->loans (t->config.owner)
            : NULL;

  if (loans != NULL)
    eng_storage_borrow (t->storage, (const EngLoan *) (void *) loans->data, loans->len);
  eng_storage_verify_trusting (t->storage, row);
}

static void
on_loaded (void *data, EngKept kept, const EngResume *row)
{
  EngTorrent *t = data;

  t->resume.n_asked--;
  if (t->stopping)
    {
      eng_torrent_resume_end (t);
      return;
    }
  if (kept == ENG_KEPT_REFUSED)
    {
      if (t->config.keeper->holder != NULL)
        t->holder = t->config.keeper->holder (t->config.keeper_data);
      eng_torrent_fault (t, ENG_FAULT_IN_USE, 0, t->folder);
      return;
    }
  if (row != NULL)
    {
      t->resume.earlier_down = row->downloaded;
      t->resume.earlier_up = row->uploaded;
      t->resume.had_files = t->config.trust && t->config.misses_files && row->have.n_set > 0
                            && has_files (t, row->files);
      take_names (t, &row->names);
    }
  verify (t, t->config.trust ? row : NULL);
}

void
eng_torrent_resume_start (EngTorrent *t)
{
  bt_bitfield_init (&t->resume.durable, t->layout->n_pieces);
  if (t->config.keeper == NULL)
    {
      verify (t, NULL);
      return;
    }
  t->resume.n_asked++;
  t->config.keeper->load (t->config.keeper_data, on_loaded, t);
}

/* --- the end --- */

/* The storage's last word. */
void
eng_torrent_resume_settled (EngTorrent *t, const EngFileState *files, bool ok)
{
  EngTorrentResume *r = &t->resume;

  r->files = g_memdup2 (files, eng_place_count (t->layout) * sizeof *files);
  r->suspect = r->suspect || !ok;
  if (r->suspect)
    return;
  bt_bitfield_clear (&r->durable);
  bt_bitfield_init_copy (&r->durable, eng_picker_done (t->picker));
}

static void
on_last_saved (void *data, bool ok)
{
  EngTorrent *t = data;

  t->resume.n_asked--;
  eng_torrent_resume_end (t);
}

/* A torrent that was not verified has written nothing, and knows less than its row. */
void
eng_torrent_resume_closed (EngTorrent *t)
{
  EngTorrentResume *r = &t->resume;

  r->closed = true;
  if (t->config.keeper != NULL && r->verified)
    save (t, r->suspect, on_last_saved);
  eng_torrent_resume_end (t);
}

/* Frees the torrent when its storage is closed and nobody has an answer for it. */
void
eng_torrent_resume_end (EngTorrent *t)
{
  if (t->resume.closed && t->resume.n_asked == 0)
    eng_torrent_free (t);
}
