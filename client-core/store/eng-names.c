/* eng-names.c: a sorted array. */
#include "client-core/store/eng-names.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-path.h"

void
eng_name_init_copy (EngName *self, const EngName *from)
{
  char *path = g_strdup (from->path);
  char *was = g_strdup (from->was);

  *self = (EngName){ .file = from->file, .path = path, .was = was };
}

void
eng_name_clear (EngName *self)
{
  g_free (self->path);
  g_free (self->was);
  *self = (EngName){ 0 };
}

void
eng_names_init_copy (EngNames *self, const EngNames *from)
{
  EngNames copy = { .n = from->n, .n_allocated = from->n };

  copy.items = g_new0 (EngName, from->n);
  for (size_t i = 0; i < from->n; i++)
    eng_name_init_copy (&copy.items[i], &from->items[i]);
  *self = copy;
}

void
eng_names_clear (EngNames *self)
{
  for (size_t i = 0; i < self->n; i++)
    eng_name_clear (&self->items[i]);
  g_free (self->items);
  *self = (EngNames){ 0 };
}

/* The first place whose file is not before @file. */
static size_t
place_of (const EngNames *self, uint32_t file)
{
  size_t low = 0;
  size_t high = self->n;

  if (high > 0 && self->items[high - 1].file < file)
    return high;
  while (low < high)
    {
      size_t middle = low + (high - low) / 2;

      if (self->items[middle].file < file)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

const EngName *
eng_names_find (const EngNames *self, uint32_t file)
{
  size_t at = place_of (self, file);

  return at < self->n && self->items[at].file == file ? &self->items[at] : NULL;
}

void
eng_names_set (EngNames *self, const EngName *name)
{
  size_t at = place_of (self, name->file);
  EngName copy;

  eng_name_init_copy (&copy, name); /* it may be the one that goes */
  if (at < self->n && self->items[at].file == name->file)
    {
      eng_name_clear (&self->items[at]);
      self->items[at] = copy;
      return;
    }
  if (self->n == self->n_allocated)
    {
      self->n_allocated = MAX (2 * self->n_allocated, 4);
      self->items = g_renew (EngName, self->items, self->n_allocated);
    }
  memmove (&self->items[at + 1], &self->items[at], (self->n - at) * sizeof *self->items);
  self->items[at] = copy;
  self->n++;
}

bool
eng_names_is_fit (const char *path)
{
  g_auto (GStrv) components = g_strsplit (path, "/", BT_LIMIT_PATH_DEPTH + 1);
  guint n = g_strv_length (components);

  if (n > BT_LIMIT_PATH_DEPTH)
    return false;
  for (guint i = 0; i < n; i++)
    if (!bt_path_is_name (components[i], strlen (components[i])))
      return false;
  return n > 0;
}
