/* gui-keys.c: see gui-keys.h. */
#include "gtk-client/text/gui-keys.h"

#include <string.h>

#include "gtk-client/text/gui-text.h"

static G_DEFINE_QUARK (gui - keys, keys);

typedef struct
{
  GuiKeys keys;
  char *name; /* of which the keys are */
} Kept;

static void
kept_free (Kept *kept)
{
  g_free (kept->keys.folded);
  g_free (kept->keys.collate);
  g_free (kept->name);
  g_free (kept);
}

/* Composed, so that a letter with an accent is the same however it was typed. */
static char *
fold (const char *text)
{
  g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);

  return g_utf8_casefold (composed != NULL ? composed : "", -1);
}

/* Copies: what GLib makes of a short text has room for a hundred letters more. */
static Kept *
keep (const char *name)
{
  Kept *kept = g_new0 (Kept, 1);
  g_autofree char *shown = gui_text_name (name);
  g_autofree char *folded = fold (shown);
  g_autofree char *collate = g_utf8_collate_key_for_filename (folded, -1);

  kept->name = g_strdup (name);
  kept->keys.folded = g_strdup (folded);
  kept->keys.collate = g_strdup (collate);
  return kept;
}

const GuiKeys *
gui_keys_of (ShoalTorrent *torrent)
{
  const char *name = shoal_torrent_get_name (torrent);
  Kept *kept;

  kept = g_object_get_qdata (G_OBJECT (torrent), keys_quark ());
  if (kept == NULL || strcmp (kept->name, name) != 0)
    {
      kept = keep (name);
      g_object_set_qdata_full (G_OBJECT (torrent), keys_quark (), kept, (GDestroyNotify) kept_free);
    }
  return &kept->keys;
}

char **
gui_keys_words (const char *query)
{
  g_autofree char *folded = fold (query != NULL ? query : "");
  g_auto (GStrv) parts = g_strsplit_set (folded, " \t\n\r", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  guint n = 0;

  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0')
      {
        g_strv_builder_add (words, *part);
        n++;
      }
  return n > 0 ? g_strv_builder_end (words) : NULL;
}

gboolean
gui_keys_fit (ShoalTorrent *torrent, const char *const *words)
{
  const char *folded;

  if (words == NULL)
    return TRUE;
  folded = gui_keys_of (torrent)->folded;
  for (; *words != NULL; words++)
    if (strstr (folded, *words) == NULL)
      return FALSE;
  return TRUE;
}
