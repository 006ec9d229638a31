/* trk-nearest.c: the distance of two words: how many letters are to be put in, taken out or
 * changed. */
#include "tracker-server/server/trk-nearest.h"

#include <string.h>

#include <glib.h>

/* Longer words are no mistyped ones. */
#define WORD_MAX 63u

static unsigned
distance (const char *a, const char *b)
{
  unsigned row[WORD_MAX + 1];
  size_t len = strlen (b);

  for (unsigned k = 0; k <= len; k++)
    row[k] = k;
  for (unsigned i = 1; a[i - 1] != '\0'; i++)
    {
      unsigned diagonal = row[0];

      row[0] = i;
      for (unsigned k = 1; k <= len; k++)
        {
          unsigned changed = diagonal + (a[i - 1] != b[k - 1]);

          diagonal = row[k];
          row[k] = MIN (changed, MIN (row[k], row[k - 1]) + 1);
        }
    }
  return row[len];
}

const char *
trk_nearest (const char *word, const char *const *words)
{
  const char *nearest = NULL;
  unsigned least = (unsigned) strlen (word) / 3 + 2;

  if (strlen (word) > WORD_MAX)
    return NULL;
  for (; *words != NULL; words++)
    {
      unsigned d = strlen (*words) <= WORD_MAX ? distance (word, *words) : UINT_MAX;

      if (d < least)
        {
          least = d;
          nearest = *words;
        }
    }
  return nearest;
}
