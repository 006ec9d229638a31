/* eng-torrent-touched.c: files that somebody writes to while they are shared.
 *
 *     once a minute a look -> a file is not as it was left -> it is hashed again, while the torrent
 *     goes on -> it is the same: nothing has happened | it is not: a fault
 *
 * What was changed is given to nobody, and nothing is fetched over it before a person says so. */
#include "client-core/torrent/eng-torrent-private.h"

#include <errno.h>

#include "client-core/disk/eng-place.h"

#define LOOK_US (60 * UINT64_C (1000000))

void
eng_torrent_touched_tick (EngTorrent *t, uint64_t now_us)
{
  if (t->state != ENG_TORRENT_SEEDING || t->resume.commit != ENG_COMMIT_NONE
      || now_us < t->touched.next_us)
    return;
  t->touched.next_us = now_us + LOOK_US;
  eng_storage_look (t->storage);
}

void
eng_torrent_touched (EngTorrent *t, const char *path)
{
  EngResume known;

  if (t->stopping || t->state == ENG_TORRENT_FAULT || t->touched.path != NULL)
    return;
  t->touched.path = g_strdup (path);
  bt_bitfield_init_copy (&t->touched.had, eng_picker_done (t->picker));
  eng_resume_init (&known, &t->touched.had, eng_storage_files (t->storage),
                   eng_place_count (t->layout));
  eng_storage_verify_trusting (t->storage, &known);
  eng_resume_clear (&known);
}

void
eng_torrent_touched_clear (EngTorrent *t)
{
  g_clear_pointer (&t->touched.path, g_free);
  bt_bitfield_clear (&t->touched.had);
}

/* No row may say that it is had. */
static void
lose (EngTorrent *t, uint32_t piece)
{
  if (bt_bitfield_test (eng_picker_done (t->picker), piece))
    eng_picker_lost (t->picker, piece);
  (void) bt_bitfield_unset (&t->resume.durable, piece);
  if (t->resume.pending.n_bits > 0)
    (void) bt_bitfield_unset (&t->resume.pending, piece);
}

bool
eng_torrent_touched_verified (EngTorrent *t, const BtBitfield *have)
{
  const BtBitfield *had = &t->touched.had;
  bool lost = false;

  if (t->touched.path == NULL)
    return false;
  for (size_t i = bt_bitfield_next_andnot (had, have, 0); i < t->layout->n_pieces;
       i = bt_bitfield_next_andnot (had, have, i + 1))
    {
      lose (t, (uint32_t) i);
      lost = true;
    }
  if (lost && !t->stopping && t->state != ENG_TORRENT_FAULT)
    {
      eng_torrent_count_all (t);
      eng_torrent_fault (t, ENG_FAULT_READ, ESTALE, t->touched.path);
    }
  eng_torrent_touched_clear (t);
  return true;
}
