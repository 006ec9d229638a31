/* eng-verify.c: hashing what is on disk and comparing it with the torrent. */
#include "eng-jobs-private.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "eng-errand-private.h"
#include "eng-loans-private.h"
#include "eng-parts-private.h"
#include "eng-trust-private.h"

struct EngVerify
{
  EngErrand errand; /* first: one is the other */
  EngStorage *storage;

  /* The verifying threads, until the end is posted. */
  EngLoans *loans;     /* files that are copied first, or NULL */
  GArray *names;       /* of uint32_t: whose have changed; NULL: nobody has looked */
  EngFileState *files; /* how they are */
  EngResume resume;    /* what is believed; without files: nothing */
  uint8_t *trust;      /* EngTrust, one for each piece; NULL without a resume */
  atomic_uint_fast64_t hashed;
  atomic_uchar *good;  /* one for each piece */
  atomic_uint differs; /* a piece of a hybrid of which one hash matches, and 1; 0: none */
};

/* --- the hasher's questions --- */

static bool
skip_piece (void *data, uint32_t piece)
{
  const EngVerify *verify = data;
  const BtLayout *layout = verify->storage->layout;
  BtSpanIter iter;
  BtSpan span;

  if (verify->trust != NULL && verify->trust[piece] != ENG_TRUST_HASH)
    return true;
  bt_span_iter_init (&iter, layout, bt_layout_piece_start (layout, piece),
                     bt_layout_piece_size (layout, piece));
  while (bt_span_iter_next (&iter, &span))
    if (eng_storage_is_on_disk (verify->storage, span.file)
        && span.offset + span.length > verify->files[span.file].size)
      return true;
  return false;
}

/* In a hybrid both halves must match. */
static void
compare_piece (void *data, uint32_t piece, const uint8_t *sha1, const uint8_t *root)
{
  EngVerify *verify = data;
  const BtMetainfo *metainfo = verify->storage->metainfo;
  const uint8_t *want_v2 = root != NULL ? bt_metainfo_piece_v2 (metainfo, piece) : NULL;
  bool v1 = sha1 != NULL && memcmp (sha1, bt_metainfo_piece_v1 (metainfo, piece), BT_SHA1_LEN) == 0;
  bool v2 = want_v2 != NULL && memcmp (root, want_v2, BT_SHA256_LEN) == 0;
  bool differs = sha1 != NULL && want_v2 != NULL && v1 != v2;

  if (differs)
    atomic_store (&verify->differs, piece + 1);
  atomic_store (&verify->good[piece], !differs && (v1 || v2));
  atomic_fetch_add (&verify->hashed, root != NULL
                                         ? bt_layout_piece_size_v2 (verify->storage->layout, piece)
                                         : bt_layout_piece_size (verify->storage->layout, piece));
}

/* Pieces that are shared are v1's alone. */
static void
compare_shared (void *data, uint32_t piece, const uint8_t *sha1)
{
  compare_piece (data, piece, sha1, NULL);
}

static bool
wants_piece (void *data, uint32_t piece)
{
  const EngVerify *verify = data;

  return verify->trust == NULL || verify->trust[piece] == ENG_TRUST_HASH;
}

/* --- the thread --- */

static void
look_at_files (EngVerify *verify)
{
  EngStorage *storage = verify->storage;
  const BtLayout *layout = storage->layout;

  for (size_t i = 0; i < eng_place_count (layout) && !atomic_load (&storage->closing); i++)
    {
      bool has_bytes = i == eng_parts_file (storage) || layout->files[i].length > 0;
      int fd = eng_storage_is_on_disk (storage, i) && has_bytes
                   ? eng_storage_open_file (storage, i, O_RDONLY)
                   : -1;

      if (i < storage->layout->n_files)
        eng_parts_note (storage, i, fd >= 0);
      if (fd < 0)
        continue;
      if (!eng_file_state_read (fd, &verify->files[i]))
        verify->files[i] = (EngFileState){ 0 };
      close (fd);
    }
}

static void
apply_trust (EngVerify *verify)
{
  if (verify->resume.files == NULL)
    return;
  verify->trust = eng_trust_decide (verify->storage, &verify->resume, verify->files);
  for (uint32_t i = 0; i < verify->storage->layout->n_pieces; i++)
    if (verify->trust[i] == ENG_TRUST_HAVE)
      atomic_store (&verify->good[i], 1);
}

/* Of a torrent that is new here, and of one that is believed whole, nothing is. */
static bool
is_anything_hashed (EngVerify *verify)
{
  for (uint32_t i = 0; i < verify->storage->layout->n_pieces; i++)
    if (!skip_piece (verify, i))
      return true;
  return false;
}

static void
run (EngErrand *errand)
{
  EngVerify *verify = (EngVerify *) (void *) errand;
  EngStorage *storage = verify->storage;
  const EngPartsVerifier parts = { .data = verify, .wants = wants_piece, .piece = compare_shared };

  eng_storage_settle_names (storage);
  verify->names = eng_storage_find_names (storage);
  eng_loans_run (g_steal_pointer (&verify->loans));
  look_at_files (verify);
  apply_trust (verify);
  if (is_anything_hashed (verify))
    eng_errand_hash (errand, skip_piece, compare_piece);
  eng_parts_verify (storage, &parts);
}

/* --- the engine's thread --- */

static void
free_verify (EngVerify *verify)
{
  eng_loans_drop (verify->loans); /* no thread was to be had */
  g_clear_pointer (&verify->names, g_array_unref);
  g_free (verify->files);
  g_free (verify->trust);
  eng_resume_clear (&verify->resume);
  g_free (verify->good);
  g_free (verify);
}

static uint64_t
total_bytes (const BtLayout *layout)
{
  uint64_t total = 0;

  for (size_t i = 0; i < layout->n_files; i++)
    total += layout->files[i].length;
  return total;
}

/* Data that was found good may have reached the cache alone: it is to be synced before anything
 * that outlives a crash says that it is had. */
static void
mark_found (EngVerify *verify, uint32_t piece)
{
  const EngStorage *storage = verify->storage;
  BtSpanIter iter;
  BtSpan span;

  if (verify->trust != NULL && verify->trust[piece] == ENG_TRUST_HAVE)
    return;
  bt_span_iter_init (&iter, storage->layout, bt_layout_piece_start (storage->layout, piece),
                     bt_layout_piece_size (storage->layout, piece));
  while (bt_span_iter_next (&iter, &span))
    {
      unsigned char none = ENG_WRITTEN_NOT;
      size_t file = eng_parts_has (storage, span.file) ? eng_parts_file (storage) : span.file;

      if (eng_storage_is_on_disk (storage, span.file))
        (void) atomic_compare_exchange_strong (&storage->written[file], &none,
                                               ENG_WRITTEN_FOUND); /* or it is marked already */
    }
}

static void
tell_end (EngVerify *verify)
{
  EngStorage *storage = verify->storage;
  uint64_t total = total_bytes (storage->layout);
  BtBitfield have;

  bt_bitfield_init (&have, storage->layout->n_pieces);
  for (uint32_t i = 0; i < storage->layout->n_pieces; i++)
    if (verify->good[i] != 0)
      {
        bt_bitfield_set (&have, i);
        mark_found (verify, i);
      }
  memcpy (storage->files, verify->files,
          eng_place_count (storage->layout) * sizeof *storage->files);
  storage->hashed += atomic_load (&verify->hashed);
  if (verify->names != NULL)
    eng_storage_tell_names (storage, verify->names);
  storage->events.verifying (storage->owner, total, total);
  if (atomic_load (&verify->differs) > 0 && storage->events.differs != NULL
      && !atomic_load (&storage->closing))
    storage->events.differs (storage->owner, atomic_load (&verify->differs) - 1);
  if (!atomic_load (&storage->closing))
    storage->events.verified (storage->owner, &have);
  bt_bitfield_clear (&have);
}

static void
on_ended (EngErrand *errand)
{
  EngVerify *verify = (EngVerify *) (void *) errand;
  EngStorage *storage = verify->storage;

  storage->verify = NULL;
  if (errand->failure != 0)
    eng_storage_note_fault (storage, ENG_ACCESS_READ, errand->failure, 0);
  if (!atomic_load (&storage->closing))
    tell_end (verify);
  free_verify (verify);
}

void
eng_verify_start (EngStorage *storage, const EngResume *resume)
{
  EngVerify *verify = g_new0 (EngVerify, 1);

  verify->errand.storage = verify->storage = storage;
  verify->errand.run = run;
  verify->errand.ended = on_ended;
  verify->loans = g_steal_pointer (&storage->loans);
  verify->files = g_new0 (EngFileState, eng_place_count (storage->layout));
  if (resume != NULL)
    eng_resume_init_copy (&verify->resume, resume);
  verify->good = g_malloc0 (storage->layout->n_pieces * sizeof *verify->good);
  storage->verify = verify;
  eng_errand_start (&verify->errand);
}
