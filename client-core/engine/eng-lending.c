/* eng-lending.c: see the header. */
#include "client-core/engine/eng-lending.h"

void
eng_lending_begin (EngEntry *entry)
{
  eng_lending_end (entry);
  entry->lent = bt_metainfo_ref (entry->addition.metainfo);
  eng_roots_add (entry->engine->roots, entry, entry->lent);
}

void
eng_lending_end (EngEntry *entry)
{
  if (entry->lent != NULL)
    eng_roots_remove (entry->engine->roots, entry, entry->lent);
  g_clear_pointer (&entry->lent, bt_metainfo_unref);
}

/* Who has it complete now. */
static bool
find_lender (const EngEntry *entry, const BtFile *file, EngLoan *out)
{
  const GArray *holders = eng_roots_find (entry->engine->roots, file);

  for (guint i = 0; holders != NULL && i < holders->len; i++)
    {
      const EngRootHolder *holder = &g_array_index (holders, EngRootHolder, i);
      const EngEntry *other = holder->owner;

      if (other == entry || other->torrent == NULL || other->removing)
        continue;
      out->from = eng_torrent_lend (other->torrent, holder->file);
      out->from_file = holder->file;
      if (out->from != NULL)
        return true;
    }
  return false;
}

GArray *
eng_lending_loans (void *owner)
{
  const EngEntry *entry = owner;
  const BtLayout *layout = bt_metainfo_layout (entry->addition.metainfo);
  const uint8_t *priorities = entry->addition.priorities;
  GArray *loans = g_array_new (FALSE, FALSE, sizeof (EngLoan));

  for (size_t i = 0; i < layout->n_files; i++)
    {
      EngLoan loan = { .file = i };

      if ((priorities == NULL || priorities[i] > 0)
          && find_lender (entry, &layout->files[i], &loan))
        g_array_append_val (loans, loan);
    }
  return loans;
}
