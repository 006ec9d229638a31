/* gui-tracker-text.c: see gui-tracker-text.h. */
#include "gtk-client/parts/gui-tracker-text.h"

#include <stdint.h>
#include <string.h>

#include <glib/gi18n.h>

#define SETS_KEY "tracker-sets"
#define SETS_MAX 100u

/* --- text --- */

typedef struct
{
  GPtrArray *list;
  GHashTable *seen; /* of the strings of the list */
  ShoalCreator *judge;
  guint n;
  gboolean new_tier;
} Reading;

static gboolean
read_line (Reading *r, const char *line, GError **error)
{
  g_autofree char *url = g_strstrip (g_strdup (line));

  if (*url == '\0')
    {
      r->new_tier = r->list->len > 0;
      return TRUE;
    }
  if (g_hash_table_contains (r->seen, url))
    return TRUE;
  if (r->n == GUI_TRACKERS_MAX)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("A torrent has at most %u trackers"), GUI_TRACKERS_MAX);
      return FALSE;
    }
  if (!shoal_creator_add_tracker (r->judge, url, 0, error))
    return FALSE;
  if (r->new_tier)
    g_ptr_array_add (r->list, g_strdup (""));
  r->new_tier = FALSE;
  r->n++;
  g_hash_table_add (r->seen, url);
  g_ptr_array_add (r->list, g_steal_pointer (&url));
  return TRUE;
}

static gboolean
read_lines (Reading *r, const char *text, guint *line, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (!read_line (r, lines[i], error))
      {
        *line = i + 1;
        return FALSE;
      }
  return TRUE;
}

char **
gui_tracker_text_parse (const char *text, guint *line, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_null_terminated (0, g_free, TRUE);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (ShoalCreator) judge = shoal_creator_new ();
  Reading r = { .list = list, .seen = seen, .judge = judge };

  if (strlen (text) > GUI_TRACKER_TEXT_MAX)
    {
      *line = 1;
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("This is too long to be a list of trackers"));
      return NULL;
    }
  if (!read_lines (&r, text, line, error))
    return NULL;
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&list), FALSE);
}

char *
gui_tracker_text_write (const char *const *list)
{
  return g_strjoinv ("\n", (char **) (uintptr_t) list);
}

guint
gui_tracker_list_foreach (const char *const *list,
                          void (*each) (const char *url, guint tier, void *data), void *data)
{
  guint tier = 0;
  guint n = 0;

  for (; *list != NULL; list++)
    {
      if (**list == '\0')
        {
          tier++;
          continue;
        }
      if (each != NULL)
        each (*list, tier, data);
      n++;
    }
  return n;
}

typedef struct
{
  const char *const *list;
  ShoalTorrent *torrent;
} Change;

static void
add_tracker (const char *url, guint tier, void *data)
{
  const Change *change = data;

  (void) shoal_torrent_add_tracker (change->torrent, url, tier, NULL); /* parsing has judged it */
}

static void
remove_unless_listed (const char *url, guint tier, void *data)
{
  const Change *change = data;

  if (!g_strv_contains (change->list, url))
    shoal_torrent_remove_tracker (change->torrent, url);
}

void
gui_tracker_list_apply (const char *const *list, ShoalTorrent *torrent)
{
  g_auto (GStrv) before = shoal_torrent_dup_announce_list (torrent);
  Change change = { list, torrent };

  if (g_strv_equal ((const char *const *) before, list))
    return;
  gui_tracker_list_foreach ((const char *const *) before, remove_unless_listed, &change);
  gui_tracker_list_foreach (list, add_tracker, &change);
}

/* --- sets --- */

static int
compare_names (const void *a, const void *b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

char **
gui_tracker_sets_list (GSettings *settings)
{
  g_autoptr (GVariant) sets = g_settings_get_value (settings, SETS_KEY);
  GPtrArray *names = g_ptr_array_new ();
  GVariantIter iter;
  const char *name;
  GVariant *tiers;

  g_variant_iter_init (&iter, sets);
  while (g_variant_iter_loop (&iter, "(&s@aas)", &name, &tiers))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}

static char **
read_tiers (GVariant *tiers)
{
  GPtrArray *list = g_ptr_array_new ();
  gsize n = g_variant_n_children (tiers);

  for (gsize i = 0; i < n; i++)
    {
      g_autofree const char **urls = NULL;

      g_variant_get_child (tiers, i, "^a&s", &urls);
      if (list->len > 0 && urls[0] != NULL)
        g_ptr_array_add (list, g_strdup (""));
      for (guint j = 0; urls[j] != NULL; j++)
        g_ptr_array_add (list, g_strdup (urls[j]));
    }
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

char **
gui_tracker_sets_get (GSettings *settings, const char *name)
{
  g_autoptr (GVariant) sets = g_settings_get_value (settings, SETS_KEY);
  gsize n = g_variant_n_children (sets);

  for (gsize i = 0; i < n; i++)
    {
      const char *own;
      g_autoptr (GVariant) tiers = NULL;

      g_variant_get_child (sets, i, "(&s@aas)", &own, &tiers);
      if (g_str_equal (own, name))
        return read_tiers (tiers);
    }
  return NULL;
}

static GVariant *
write_tiers (const char *const *list)
{
  GVariantBuilder tiers;
  GVariantBuilder urls;

  g_variant_builder_init (&tiers, G_VARIANT_TYPE ("aas"));
  g_variant_builder_init (&urls, G_VARIANT_TYPE ("as"));
  for (; *list != NULL; list++)
    {
      if (**list != '\0')
        {
          g_variant_builder_add (&urls, "s", *list);
          continue;
        }
      g_variant_builder_add_value (&tiers, g_variant_builder_end (&urls));
      g_variant_builder_init (&urls, G_VARIANT_TYPE ("as"));
    }
  g_variant_builder_add_value (&tiers, g_variant_builder_end (&urls));
  return g_variant_builder_end (&tiers);
}

void
gui_tracker_sets_put (GSettings *settings, const char *name, const char *const *list)
{
  g_autoptr (GVariant) sets = g_settings_get_value (settings, SETS_KEY);
  gsize n = g_variant_n_children (sets);
  GVariantBuilder out;

  g_variant_builder_init (&out, G_VARIANT_TYPE ("a(saas)"));
  for (gsize i = 0; i < n && i < SETS_MAX; i++)
    {
      g_autoptr (GVariant) set = g_variant_get_child_value (sets, i);
      const char *own;

      g_variant_get_child (set, 0, "&s", &own);
      if (!g_str_equal (own, name))
        g_variant_builder_add_value (&out, set);
    }
  if (list != NULL)
    g_variant_builder_add (&out, "(s@aas)", name, write_tiers (list));
  g_settings_set_value (settings, SETS_KEY, g_variant_builder_end (&out));
}
