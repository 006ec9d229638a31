/* gui-port-row.c: see gui-port-row.h. */
#include "gtk-client/preferences/gui-port-row.h"

#include <string.h>

#include <glib/gi18n.h>

#define DIGITS_MAX 5

struct _GuiPortRow
{
  AdwActionRow parent;
  ShoalSession *session;
  GtkEntry *entry;
  char *tried; /* the text that is being asked for, or could not be had; NULL: none */
};

G_DEFINE_FINAL_TYPE (GuiPortRow, gui_port_row, ADW_TYPE_ACTION_ROW)

/* --- what it shows --- */

/* The port of the session's address, which ends with it. */
static const char *
asked_port (GuiPortRow *self)
{
  return strrchr (shoal_session_get_address (self->session), ':') + 1;
}

static void
show_port (GuiPortRow *self)
{
  /* Translators: the range of a port, and the one that is in use */
  g_autofree char *text = g_strdup_printf (_ ("1 to 65535, or 0 for any; in use is %u"),
                                           shoal_session_get_port (self->session));

  g_clear_pointer (&self->tried, g_free);
  gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
}

static void
note_try (GuiPortRow *self)
{
  g_free (self->tried);
  self->tried = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}

static void
show_problem (GuiPortRow *self, const char *problem)
{
  /* Translators: why another port cannot be had, and the one that is in use */
  g_autofree char *text = g_strdup_printf (_ ("%s; in use is still %u"), problem,
                                           shoal_session_get_port (self->session));

  note_try (self);
  gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
}

/* --- what is entered --- */

static void
on_moved (GObject *session, GAsyncResult *result, void *data)
{
  g_autoptr (GuiPortRow) self = data;
  g_autoptr (GError) error = NULL;
  gboolean moved = shoal_session_set_address_finish (SHOAL_SESSION (session), result, &error);

  if (self->session == NULL)
    return; /* the window is gone */
  if (moved)
    show_port (self);
  else
    show_problem (self, error->message);
}

static gboolean
is_port (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789") == strlen (text)
         && g_ascii_strtoull (text, NULL, 10) <= G_MAXUINT16;
}

/* Everything but the port stays as it is. */
static void
move_to (GuiPortRow *self, guint port)
{
  const char *address = shoal_session_get_address (self->session);
  int len = (int) (strrchr (address, ':') - address);
  g_autofree char *other = g_strdup_printf ("%.*s:%u", len, address, port);

  note_try (self);
  shoal_session_set_address_async (self->session, other, NULL, on_moved, g_object_ref (self));
}

/* What was tried is not tried again by leaving the row, but by Enter. */
static void
commit (GuiPortRow *self, gboolean again)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  if (!again && g_strcmp0 (text, self->tried) == 0)
    return;
  if (!is_port (text))
    show_problem (self, _ ("A port is a number from 0 to 65535"));
  else if (g_str_equal (text, asked_port (self)))
    show_port (self);
  else
    move_to (self, (guint) g_ascii_strtoull (text, NULL, 10));
}

static void
on_activate (GuiPortRow *self)
{
  commit (self, TRUE);
}

static void
on_leave (GuiPortRow *self)
{
  if (self->session != NULL)
    commit (self, FALSE);
}

/* --- the widget --- */

static void
gui_port_row_dispose (GObject *object)
{
  GuiPortRow *self = GUI_PORT_ROW (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->tried, g_free);
  G_OBJECT_CLASS (gui_port_row_parent_class)->dispose (object);
}

static void
gui_port_row_class_init (GuiPortRowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_port_row_dispose;
}

static void
gui_port_row_init (GuiPortRow *self)
{
  GtkWidget *entry = gtk_entry_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->entry = GTK_ENTRY (entry);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ ("_Port"));
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (self), TRUE);
  gtk_widget_set_valign (entry, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (
      entry, _ ("Peers find us at this port; connections that stand stay as they are"));
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), DIGITS_MAX + 1);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), DIGITS_MAX + 1);
  gtk_entry_set_max_length (self->entry, DIGITS_MAX);
  gtk_entry_set_input_purpose (self->entry, GTK_INPUT_PURPOSE_DIGITS);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect_swapped (entry, "unmap", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (entry, focus);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), entry);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), entry);
}

GtkWidget *
gui_port_row_new (ShoalSession *session)
{
  GuiPortRow *self = g_object_new (GUI_TYPE_PORT_ROW, NULL);

  self->session = g_object_ref (session);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), asked_port (self));
  show_port (self);
  return GTK_WIDGET (self);
}
