/* gui-set-list.c: see gui-set-list.h. */
#include "gtk-client/preferences/gui-set-list.h"

#include <glib/gi18n.h>

#include "gtk-client/model/gui-patience.h"
#include "gtk-client/model/gui-undo.h"
#include "gtk-client/parts/gui-tracker-text.h"
#include "gtk-client/preferences/gui-set-sheet.h"
#include "gtk-client/text/gui-text.h"

#define NAME_KEY "gui-set"

struct _GuiSetList
{
  AdwPreferencesGroup parent;
  GSettings *settings;
  AdwComboRow *first; /* the set that a new torrent begins with */
  GPtrArray *rows;    /* lent: the group's */
  gboolean telling;
};

G_DEFINE_FINAL_TYPE (GuiSetList, gui_set_list, ADW_TYPE_PREFERENCES_GROUP)

/* --- what is done to a set --- */

static const char *
name_of (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (button), NAME_KEY);
}

static void
present_sheet (GuiSetList *self, const char *name)
{
  gui_set_sheet_present (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->settings,
                         name);
}

static void
on_add (GuiSetList *self)
{
  present_sheet (self, NULL);
}

static void
on_edit (GtkWidget *button, GuiSetList *self)
{
  present_sheet (self, name_of (button));
}

/* A set that was removed, and can come back. */
typedef struct
{
  GSettings *settings;
  char *name;
  GStrv list;
} Removed;

static void
removed_free (void *data, GClosure *closure)
{
  Removed *it = data;

  g_object_unref (it->settings);
  g_free (it->name);
  g_strfreev (it->list);
  g_free (it);
}

static void
take_removed_back (AdwToast *toast, const Removed *it)
{
  gui_tracker_sets_put (it->settings, it->name, (const char *const *) it->list);
}

static void
offer_back (GuiSetList *self, const char *name)
{
  GtkRoot *window = gtk_widget_get_root (GTK_WIDGET (self));
  AdwToast *toast = adw_toast_new (_ ("The set was removed"));
  Removed *it = g_new0 (Removed, 1);

  it->settings = g_object_ref (self->settings);
  it->name = g_strdup (name);
  it->list = gui_tracker_sets_get (self->settings, name);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, GUI_UNDO_SECONDS * gui_patience_of (self->settings));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (take_removed_back), it, removed_free,
                         0);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (window), toast);
}

/* What new torrents begin with is still its name, for when it comes back. */
static void
on_remove (GtkWidget *button, GuiSetList *self)
{
  g_autofree char *name = g_strdup (name_of (button)); /* the row goes meanwhile */

  offer_back (self, name);
  gui_tracker_sets_put (self->settings, name, NULL);
}

/* --- rows --- */

static void
add_button (GuiSetList *self, AdwActionRow *row, const char *icon, const char *words,
            const char *name, GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), NAME_KEY, g_strdup (name), g_free);
  g_signal_connect (button, "clicked", callback, self);
  adw_action_row_add_suffix (row, button);
}

static void
add_row (GuiSetList *self, const char *name)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  g_auto (GStrv) list = gui_tracker_sets_get (self->settings, name);
  guint n = gui_tracker_list_foreach ((const char *const *) list, NULL, NULL);
  g_autofree char *shown = gui_text_name (name);
  g_autofree char *words = g_strdup_printf (ngettext ("%u tracker", "%u trackers", n), n);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), shown);
  adw_action_row_set_subtitle (row, words);
  add_button (self, row, "document-edit-symbolic", _ ("Edit this set"), name, G_CALLBACK (on_edit));
  add_button (self, row, "user-trash-symbolic", _ ("Remove this set"), name,
              G_CALLBACK (on_remove));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (row));
  g_ptr_array_add (self->rows, row);
}

static void
show_first (GuiSetList *self, char **names)
{
  g_autofree char *first = g_settings_get_string (self->settings, "tracker-set");
  g_autoptr (GtkStringList) list = gtk_string_list_new ((const char *[]){ _ ("None"), NULL });
  guint at = 0;

  for (guint i = 0; names[i] != NULL; i++)
    {
      gtk_string_list_append (list, names[i]);
      if (g_str_equal (names[i], first))
        at = i + 1;
    }
  self->telling = TRUE;
  adw_combo_row_set_model (self->first, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->first, at);
  self->telling = FALSE;
}

static void
on_first (GuiSetList *self)
{
  guint at = adw_combo_row_get_selected (self->first);
  GtkStringObject *item = adw_combo_row_get_selected_item (self->first);

  if (!self->telling && item != NULL)
    g_settings_set_string (self->settings, "tracker-set",
                           at > 0 ? gtk_string_object_get_string (item) : "");
}

static void
show (GuiSetList *self)
{
  g_auto (GStrv) names = gui_tracker_sets_list (self->settings);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; names[i] != NULL; i++)
    add_row (self, names[i]);
  show_first (self, names);
}

/* --- the widget --- */

static void
gui_set_list_dispose (GObject *object)
{
  GuiSetList *self = GUI_SET_LIST (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (gui_set_list_parent_class)->dispose (object);
}

static void
gui_set_list_class_init (GuiSetListClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_set_list_dispose;
}

static void
gui_set_list_init (GuiSetList *self)
{
  GtkWidget *add = gtk_button_new_with_mnemonic (_ ("_Add Set…"));
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (self);

  self->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (group, _ ("Sets of Trackers"));
  adw_preferences_group_set_description (
      group, _ ("Saved under a name, to be taken when something is shared"));
  gtk_widget_set_valign (add, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (add, "flat");
  gtk_widget_set_tooltip_text (add, _ ("Save trackers under a name"));
  g_signal_connect_swapped (add, "clicked", G_CALLBACK (on_add), self);
  adw_preferences_group_set_header_suffix (group, add);
  self->first = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_combo_row_set_use_subtitle (self->first, TRUE); /* a set may have a long name */
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->first), _ ("New torrents begin with"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->first),
                               _ ("The trackers that are there when something is to be shared"));
  g_signal_connect_swapped (self->first, "notify::selected", G_CALLBACK (on_first), self);
  adw_preferences_group_add (group, GTK_WIDGET (self->first));
}

GtkWidget *
gui_set_list_new (GSettings *settings)
{
  GuiSetList *self = g_object_new (GUI_TYPE_SET_LIST, NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::tracker-sets", G_CALLBACK (show), self,
                           G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
