/* eng-metadata-survey.c: the piece layers that files tell which are whole already, while peers are
 * asked for the same. */
#include "client-core/torrent/eng-metadata-private.h"

#include "protocol/core/bt-assert.h"

static void
on_closed (void *data)
{
  EngMetadata *m = data;

  m->n_closing--;
  eng_metadata_closed_one (m);
}

void
eng_metadata_end_survey (EngMetadata *m)
{
  if (m->files == NULL)
    return;
  m->n_closing++;
  eng_storage_close (g_steal_pointer (&m->files), on_closed, m);
}

static void
on_layer (void *owner, size_t file, const uint8_t *layer, const EngFileState *state)
{
  EngMetadata *m = owner;
  const BtLayout *layout = bt_metainfo_layout (m->metainfo);

  if (m->surveyed == NULL)
    m->surveyed = g_new0 (EngFileState, layout->n_files);
  m->surveyed[file] = *state;
  eng_hashes_give (m->missing, layout->files[file].root, layer);
}

static void
on_surveyed (void *owner)
{
  EngMetadata *m = owner;

  eng_metadata_end_survey (m);
  if (m->has_to_do)
    eng_metadata_layers_do (m);
  else
    eng_metadata_layers_came (m);
}

static void
on_verifying (void *owner, uint64_t done, uint64_t total)
{
  EngMetadata *m = owner;

  m->survey_done = done;
  m->survey_total = total;
}

static const EngStorageEvents survey_events
    = { .verifying = on_verifying, .layer = on_layer, .surveyed = on_surveyed };

void
eng_metadata_survey (EngMetadata *m, const EngMetadataPlace *place)
{
  if (m->stopping || m->state != ENG_METADATA_LAYERS)
    return;
  eng_metadata_end_survey (m);
  g_clear_pointer (&m->surveyed, g_free); /* in another folder, perhaps */
  m->survey_done = m->survey_total = 0;
  m->has_to_do = place->has_to_do;
  m->files = eng_storage_new (place->disk, m->metainfo, place->folder, ENG_PREALLOCATE_SPARSE,
                              &survey_events, m);
  if (place->names != NULL)
    eng_storage_set_names (m->files, place->names);
  eng_storage_survey (m->files);
}

bool
eng_metadata_survey_progress (const EngMetadata *m, uint64_t *done, uint64_t *total)
{
  *done = m->survey_done;
  *total = m->survey_total;
  return m->files != NULL && m->survey_total > 0;
}

EngFileState *
eng_metadata_take_surveyed (EngMetadata *m)
{
  bt_assert (m->state == ENG_METADATA_FOUND);
  return g_steal_pointer (&m->surveyed);
}
