/* eng-survey.c: the piece layers of files that are whole, of a torrent that lacks them (BEP 52).
 *
 * A file that has its length is hashed piece by piece; when that leads to its root, these hashes
 * are its layer, and nobody need be asked for it. */
#include "eng-errand-private.h"
#include "eng-jobs-private.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "eng-trust-private.h"
#include "protocol/torrent/bt-metainfo-layers.h"

typedef struct
{
  EngErrand errand; /* first: one is the other */
  EngStorage *storage;
  EngFileState *files;  /* as they were before; size 0: not looked at */
  uint8_t *hashes;      /* 32 bytes for each piece; NULL: no file is looked at */
  atomic_uchar *hashed; /* one for each piece */
} Survey;

/* --- the thread --- */

static bool
skip_piece (void *data, uint32_t piece)
{
  const Survey *survey = data;
  const BtLayout *layout = survey->storage->layout;

  return survey->files[bt_layout_file_at (layout, bt_layout_piece_start (layout, piece))].size == 0;
}

static void
keep_piece (void *data, uint32_t piece, const uint8_t *sha1, const uint8_t *root)
{
  Survey *survey = data;

  memcpy (survey->hashes + (size_t) piece * BT_SHA256_LEN, root, BT_SHA256_LEN);
  atomic_store (&survey->hashed[piece], 1);
}

/* Whether a file lacks its layer and may be whole; then how it is. */
static bool
look_at (const EngStorage *storage, size_t file, EngFileState *out)
{
  int fd;
  bool may_be;

  if (!bt_metainfo_lacks_layer (storage->metainfo, file) || !eng_storage_is_on_disk (storage, file))
    return false;
  fd = eng_storage_open_file (storage, file, O_RDONLY);
  if (fd < 0)
    return false;
  may_be = eng_file_state_read (fd, out) && out->size >= storage->layout->files[file].length;
  close (fd);
  return may_be;
}

static const uint8_t *
layer_of (const Survey *survey, size_t file)
{
  const EngStorage *storage = survey->storage;
  const uint8_t *layer;
  uint32_t first;
  uint32_t end;

  bt_layout_file_pieces (storage->layout, file, &first, &end);
  for (uint32_t i = first; i < end; i++)
    if (survey->hashed[i] == 0)
      return NULL;
  layer = survey->hashes + (size_t) first * BT_SHA256_LEN;
  return bt_metainfo_is_layer (storage->metainfo, file, layer, storage->disk->ops) ? layer : NULL;
}

static void
run (EngErrand *errand)
{
  Survey *survey = (Survey *) (void *) errand;
  EngStorage *storage = survey->storage;
  const BtLayout *layout = storage->layout;
  size_t n = 0;

  g_array_unref (eng_storage_find_names (storage)); /* the torrent is told when it verifies */
  for (size_t i = 0; i < layout->n_files && !atomic_load (&storage->closing); i++)
    if (look_at (storage, i, &survey->files[i]))
      n++;
    else
      survey->files[i] = (EngFileState){ 0 };
  if (n == 0)
    return;
  survey->hashes = g_malloc ((size_t) layout->n_pieces * BT_SHA256_LEN);
  survey->hashed = g_malloc0 (layout->n_pieces * sizeof *survey->hashed);
  eng_errand_hash (errand, skip_piece, keep_piece);
  for (size_t i = 0; i < layout->n_files; i++)
    if (survey->files[i].size > 0 && layer_of (survey, i) == NULL)
      survey->files[i] = (EngFileState){ 0 };
}

/* --- the engine's thread --- */

static void
tell_end (const Survey *survey)
{
  EngStorage *storage = survey->storage;

  for (size_t i = 0; i < storage->layout->n_files; i++)
    {
      uint32_t first;
      uint32_t end;

      if (survey->files[i].size == 0)
        continue;
      bt_layout_file_pieces (storage->layout, i, &first, &end);
      storage->events.layer (storage->owner, i, survey->hashes + (size_t) first * BT_SHA256_LEN,
                             &survey->files[i]);
    }
  storage->events.surveyed (storage->owner);
}

static void
on_ended (EngErrand *errand)
{
  Survey *survey = (Survey *) (void *) errand;

  if (!atomic_load (&survey->storage->closing))
    tell_end (survey);
  g_free (survey->files);
  g_free (survey->hashes);
  g_free (survey->hashed);
  g_free (survey);
}

void
eng_storage_survey (EngStorage *storage)
{
  Survey *survey = g_new0 (Survey, 1);

  survey->errand.storage = survey->storage = storage;
  survey->errand.run = run;
  survey->errand.ended = on_ended;
  survey->files = g_new0 (EngFileState, storage->layout->n_files);
  eng_errand_start (&survey->errand);
}
