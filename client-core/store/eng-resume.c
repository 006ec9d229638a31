/* eng-resume.c: see the header. */
#include "client-core/store/eng-resume.h"

#include <glib.h>

void
eng_resume_init (EngResume *self, const BtBitfield *have, const EngFileState *files, size_t n_files)
{
  *self = (EngResume){ .n_files = n_files };
  bt_bitfield_init_copy (&self->have, have);
  self->files
      = files != NULL ? g_memdup2 (files, n_files * sizeof *files) : g_new0 (EngFileState, n_files);
}

void
eng_resume_init_copy (EngResume *self, const EngResume *from)
{
  EngResume copy = *from;

  bt_bitfield_init_copy (&copy.have, &from->have);
  copy.files = g_memdup2 (from->files, from->n_files * sizeof *from->files);
  eng_names_init_copy (&copy.names, &from->names);
  *self = copy;
}

void
eng_resume_clear (EngResume *self)
{
  bt_bitfield_clear (&self->have);
  g_clear_pointer (&self->files, g_free);
  eng_names_clear (&self->names);
  self->n_files = 0;
}

bool
eng_file_state_equal (const EngFileState *a, const EngFileState *b)
{
  return a->inode == b->inode && a->size == b->size && a->mtime_ns == b->mtime_ns;
}
