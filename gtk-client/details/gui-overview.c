/* gui-overview.c: see gui-overview.h. */
#include "gtk-client/details/gui-overview.h"

#include <glib/gi18n.h>

#include "gtk-client/details/gui-facts.h"
#include "gtk-client/details/gui-side-by-side.h"
#include "gtk-client/details/gui-speed.h"
#include "gtk-client/draw/gui-availability-bar.h"
#include "gtk-client/draw/gui-pieces-map.h"
#include "gtk-client/draw/gui-swatch.h"
#include "gtk-client/text/gui-text.h"

struct _GuiOverview
{
  GuiTab parent;
  GtkWidget *pieces; /* the part that a magnet without metadata has not */
  GuiPiecesMap *map;
  GtkLabel *map_words;
  GtkGrid *legend_wide; /* one of them is shown */
  GtkGrid *legend_narrow;
  GuiAvailabilityBar *bar;
  GtkLabel *bar_words;
  GuiSpeed *speed;
  GuiFacts *facts;
  GCancellable *question; /* about the pieces; NULL: none is under way */
};

G_DEFINE_FINAL_TYPE (GuiOverview, gui_overview, GUI_TYPE_TAB)

/* --- pieces --- */

/* The files inside of a cell. */
static char *
name_files (guint first, guint end, gpointer data)
{
  ShoalTorrent *torrent = gui_tab_get_torrent (data);
  guint n = 0;
  g_auto (GStrv) paths
      = torrent != NULL ? shoal_torrent_dup_files_of_pieces (torrent, first, end, 1, &n) : NULL;
  g_autofree char *path = n > 1 ? gui_text_name_within (paths[0]) : NULL;

  if (n <= 1)
    return n == 1 ? gui_text_name (paths[0]) : NULL;
  /* Translators: the name of a file, and how many more there are */
  return g_strdup_printf (ngettext ("%s and %u more file", "%s and %u more files", n - 1), path,
                          n - 1);
}

static void
show_map_words (GuiOverview *self)
{
  const char *words = gui_pieces_map_get_cursor_text (self->map);

  gtk_label_set_text (self->map_words, words != NULL ? words : gui_pieces_map_get_text (self->map));
}

static void
show_pieces (GuiOverview *self, ShoalTorrent *torrent, GBytes *have, GBytes *availability,
             GBytes *requested)
{
  guint n = shoal_torrent_get_n_pieces (torrent);

  gui_pieces_map_set_pieces (self->map, n, have, availability, requested);
  gui_availability_bar_set (self->bar, n, have, availability);
  gtk_label_set_text (self->bar_words, gui_availability_bar_get_text (self->bar));
  show_map_words (self);
}

static void
on_pieces (GObject *source, GAsyncResult *result, gpointer data)
{
  GuiOverview *self = data;
  ShoalTorrent *torrent = SHOAL_TORRENT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) availability = NULL;
  g_autoptr (GBytes) requested = NULL;
  g_autoptr (GBytes) have
      = shoal_torrent_look_at_pieces_finish (torrent, result, &availability, &requested, &error);

  /* Who took the question back has let it go already, and may have asked another one. */
  if (!g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_CANCELLED))
    {
      g_clear_object (&self->question);
      if (have != NULL)
        show_pieces (self, torrent, have, availability, requested);
    }
  g_object_unref (self);
}

static void
ask_for_pieces (GuiOverview *self, ShoalTorrent *torrent)
{
  gboolean is_known = shoal_torrent_get_n_pieces (torrent) > 0;

  gtk_widget_set_visible (self->pieces, is_known);
  if (!is_known || self->question != NULL)
    return;
  self->question = g_cancellable_new ();
  shoal_torrent_look_at_pieces_async (torrent, self->question, on_pieces, g_object_ref (self));
}

/* --- the tab --- */

static void
gui_overview_remember (GuiTab *tab, GSettings *settings)
{
  gui_speed_set_settings (GUI_OVERVIEW (tab)->speed, settings);
}

static void
gui_overview_tick (GuiTab *tab, ShoalTorrent *torrent)
{
  GuiOverview *self = GUI_OVERVIEW (tab);

  gui_facts_show (self->facts, torrent);
  gui_speed_show (self->speed, torrent);
  ask_for_pieces (self, torrent);
}

static void
gui_overview_begin (GuiTab *tab, ShoalTorrent *torrent)
{
  gui_overview_tick (tab, torrent);
}

static void
gui_overview_end (GuiTab *tab)
{
  GuiOverview *self = GUI_OVERVIEW (tab);

  g_cancellable_cancel (self->question);
  g_clear_object (&self->question);
  gui_pieces_map_set_pieces (self->map, 0, NULL, NULL, NULL);
  gui_speed_show (self->speed, NULL);
  gui_facts_show (self->facts, NULL);
}

/* --- the object --- */

static void
add_legend (GuiOverview *self)
{
  static const struct
  {
    GuiMark mark;
    const char *words;
  } entries[] = { { GUI_MARK_HERE, N_ ("Here") },
                  { GUI_MARK_REQUESTED, N_ ("Requested") },
                  { GUI_MARK_MISSING, N_ ("Missing") },
                  { GUI_MARK_NOWHERE, N_ ("Nobody has it") } };

  for (int i = 0; i < (int) G_N_ELEMENTS (entries); i++)
    {
      const char *words = _ (entries[i].words);

      gtk_grid_attach (self->legend_wide, gui_swatch_new_with_words (entries[i].mark, words, NULL),
                       i, 0, 1, 1);
      gtk_grid_attach (self->legend_narrow,
                       gui_swatch_new_with_words (entries[i].mark, words, NULL), i % 2, i / 2, 1,
                       1);
    }
}

static void
gui_overview_class_init (GuiOverviewClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);
  GuiTabClass *tab = GUI_TAB_CLASS (class);

  tab->remember = gui_overview_remember;
  tab->begin = gui_overview_begin;
  tab->end = gui_overview_end;
  tab->tick = gui_overview_tick;
  g_type_ensure (GUI_TYPE_AVAILABILITY_BAR);
  g_type_ensure (GUI_TYPE_FACTS);
  g_type_ensure (GUI_TYPE_PIECES_MAP);
  g_type_ensure (GUI_TYPE_SIDE_BY_SIDE);
  g_type_ensure (GUI_TYPE_SPEED);
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/details/gui-overview.ui");
  gtk_widget_class_bind_template_child (widget, GuiOverview, pieces);
  gtk_widget_class_bind_template_child (widget, GuiOverview, map);
  gtk_widget_class_bind_template_child (widget, GuiOverview, map_words);
  gtk_widget_class_bind_template_child (widget, GuiOverview, legend_wide);
  gtk_widget_class_bind_template_child (widget, GuiOverview, legend_narrow);
  gtk_widget_class_bind_template_child (widget, GuiOverview, bar);
  gtk_widget_class_bind_template_child (widget, GuiOverview, bar_words);
  gtk_widget_class_bind_template_child (widget, GuiOverview, speed);
  gtk_widget_class_bind_template_child (widget, GuiOverview, facts);
}

static void
gui_overview_init (GuiOverview *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_legend (self);
  gui_pieces_map_set_words (self->map, name_files, self);
  g_signal_connect_swapped (self->map, "notify::cursor-text", G_CALLBACK (show_map_words), self);
}
