/* gui-tracker-editor.c: see gui-tracker-editor.h. */
#include "gtk-client/parts/gui-tracker-editor.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-tracker-text.h"

struct _GuiTrackerEditor
{
  GtkBox parent;
  GSettings *settings;
  GtkTextView *text;
  GtkLabel *problem;
  GtkMenuButton *sets;
  GtkPopover *naming;
  GtkEntry *name;
  char **list; /* of the text; NULL: a line of it is no tracker */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (GuiTrackerEditor, gui_tracker_editor, GTK_TYPE_BOX)

/* --- the text --- */

static char *
read_text (GuiTrackerEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
show_problem (GuiTrackerEditor *self, guint line, const GError *error)
{
  g_autofree char *sentence = NULL;

  if (error != NULL)
    /* Translators: %u is a line of a text, %s a sentence that says what is wrong with it */
    sentence = g_strdup_printf (_ ("Line %u: %s"), line, error->message);
  gtk_label_set_text (self->problem, sentence);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), error != NULL);
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_STATE_INVALID,
      error != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
judge (GuiTrackerEditor *self)
{
  g_autofree char *text = read_text (self);
  g_autoptr (GError) error = NULL;
  guint line = 0;

  g_strfreev (self->list);
  self->list = gui_tracker_text_parse (text, &line, &error);
  show_problem (self, line, error);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "trackers.save",
                                 self->list != NULL && self->list[0] != NULL);
  g_signal_emit (self, changed_signal, 0);
}

void
gui_tracker_editor_set_list (GuiTrackerEditor *self, const char *const *list)
{
  g_autofree char *text = list != NULL ? gui_tracker_text_write (list) : g_strdup ("");

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), text, -1);
}

char **
gui_tracker_editor_dup_list (GuiTrackerEditor *self)
{
  return g_strdupv (self->list);
}

gboolean
gui_tracker_editor_is_valid (GuiTrackerEditor *self)
{
  return self->list != NULL;
}

/* --- sets --- */

static void
make_menu (GuiTrackerEditor *self)
{
  g_auto (GStrv) names = gui_tracker_sets_list (self->settings);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) saved = g_menu_new ();
  g_autoptr (GMenu) save = g_menu_new ();

  for (char **name = names; *name != NULL; name++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (*name, NULL);

      g_menu_item_set_action_and_target (item, "trackers.use", "s", *name);
      g_menu_append_item (saved, item);
    }
  g_menu_append (save, _ ("Save as Set…"), "trackers.save");
  g_menu_append_section (menu, _ ("Saved Sets"), G_MENU_MODEL (saved));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (save));
  gtk_menu_button_set_menu_model (self->sets, G_MENU_MODEL (menu));
}

static void
use_set (GtkWidget *widget, const char *action, GVariant *name)
{
  GuiTrackerEditor *self = GUI_TRACKER_EDITOR (widget);
  g_auto (GStrv) list = gui_tracker_sets_get (self->settings, g_variant_get_string (name, NULL));

  if (list != NULL)
    gui_tracker_editor_set_list (self, (const char *const *) list);
}

static void
ask_name (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GuiTrackerEditor *self = GUI_TRACKER_EDITOR (widget);

  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  gtk_popover_popup (self->naming);
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
}

static void
save_set (GuiTrackerEditor *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));

  if (*name == '\0' || self->list == NULL)
    return;
  gui_tracker_sets_put (self->settings, name, (const char *const *) self->list);
  gtk_popover_popdown (self->naming);
}

/* --- the widget --- */

static void
gui_tracker_editor_dispose (GObject *object)
{
  GuiTrackerEditor *self = GUI_TRACKER_EDITOR (object);

  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->settings);
  if (self->naming != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->naming));
  self->naming = NULL;
  g_clear_pointer (&self->list, g_strfreev);
  G_OBJECT_CLASS (gui_tracker_editor_parent_class)->dispose (object);
}

static void
gui_tracker_editor_class_init (GuiTrackerEditorClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_tracker_editor_dispose;
  changed_signal = g_signal_new ("changed", GUI_TYPE_TRACKER_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget,
                                               "/org/shoal/Shoal/parts/gui-tracker-editor.ui");
  gtk_widget_class_bind_template_child (widget, GuiTrackerEditor, text);
  gtk_widget_class_bind_template_child (widget, GuiTrackerEditor, problem);
  gtk_widget_class_bind_template_child (widget, GuiTrackerEditor, sets);
  gtk_widget_class_bind_template_child (widget, GuiTrackerEditor, naming);
  gtk_widget_class_bind_template_child (widget, GuiTrackerEditor, name);
  gtk_widget_class_bind_template_callback (widget, save_set);
  gtk_widget_class_install_action (widget, "trackers.use", "s", use_set);
  gtk_widget_class_install_action (widget, "trackers.save", NULL, ask_name);
}

static void
gui_tracker_editor_init (GuiTrackerEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->naming), GTK_WIDGET (self->sets));
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->text), "changed", G_CALLBACK (judge),
                            self);
}

GtkWidget *
gui_tracker_editor_new (GSettings *settings)
{
  GuiTrackerEditor *self = g_object_new (GUI_TYPE_TRACKER_EDITOR, NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_swapped (settings, "changed::tracker-sets", G_CALLBACK (make_menu), self);
  make_menu (self);
  judge (self);
  return GTK_WIDGET (self);
}
