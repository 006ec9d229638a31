/* gui-ask-popover.c: see gui-ask-popover.h. */
#include "gtk-client/details/gui-ask-popover.h"

#include "gtk-client/text/gui-text.h"

#define ENTRY_CHARS 28

struct _GuiAskPopover
{
  GtkPopover parent;
  GtkEditable *entry;
  GtkLabel *problem;
  GuiAskAnswer answer;
  gpointer data;
};

G_DEFINE_FINAL_TYPE (GuiAskPopover, gui_ask_popover, GTK_TYPE_POPOVER)

static void
say (GuiAskPopover *self, const char *problem)
{
  g_autofree char *text = gui_text_line (problem);

  gtk_label_set_text (self->problem, text);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
      problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

static void
take (GuiAskPopover *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
  g_autoptr (GError) error = NULL;

  if (*text == '\0')
    return;
  if (!self->answer (text, self->data, &error))
    {
      say (self, error->message);
      return;
    }
  gtk_editable_set_text (self->entry, "");
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
on_changed (GuiAskPopover *self)
{
  say (self, NULL);
}

static void
gui_ask_popover_class_init (GuiAskPopoverClass *class)
{
}

static void
gui_ask_popover_init (GuiAskPopover *self)
{
}

static GtkWidget *
make_line (GuiAskPopover *self, const char *question, const char *example, const char *action)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (action);

  self->entry = GTK_EDITABLE (entry);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), example);
  gtk_editable_set_width_chars (self->entry, ENTRY_CHARS);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, question,
                                  -1);
  gtk_widget_add_css_class (button, "suggested-action");
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (take), self);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (take), self);
  gtk_box_append (GTK_BOX (line), entry);
  gtk_box_append (GTK_BOX (line), button);
  return line;
}

GtkWidget *
gui_ask_popover_new (const char *question, const char *example, const char *action,
                     GuiAskAnswer answer, gpointer data)
{
  GuiAskPopover *self = g_object_new (GUI_TYPE_ASK_POPOVER, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *title = gtk_label_new (question);
  GtkWidget *problem = gtk_label_new (NULL);

  self->answer = answer;
  self->data = data;
  self->problem = GTK_LABEL (problem);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "heading");
  gtk_label_set_xalign (self->problem, 0);
  gtk_label_set_wrap (self->problem, TRUE);
  gtk_label_set_max_width_chars (self->problem, ENTRY_CHARS);
  gtk_widget_add_css_class (problem, "error");
  gtk_widget_set_visible (problem, FALSE);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), make_line (self, question, example, action));
  gtk_box_append (GTK_BOX (box), problem);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, question,
                                  -1);
  return GTK_WIDGET (self);
}
