/* gui-window.c: see gui-window.h. */
#include "gtk-client/shell/gui-window.h"

#include <glib/gi18n.h>

struct _GuiWindow
{
  AdwApplicationWindow parent;
  GuiSession *session;
  AdwToastOverlay *messages;
  AdwViewStack *tabs;
  AdwBin *upload;
  AdwBin *download;
};

G_DEFINE_FINAL_TYPE (GuiWindow, gui_window, ADW_TYPE_APPLICATION_WINDOW)

static void
say (GtkWidget *widget, const char *action, GVariant *message)
{
  GuiWindow *self = GUI_WINDOW (widget);
  AdwToast *toast = adw_toast_new ("");
  g_autofree char *plain = g_markup_escape_text (g_variant_get_string (message, NULL), -1);

  adw_toast_set_title (toast, plain); /* a toast's title is markup */
  adw_toast_overlay_add_toast (self->messages, toast);
}

static void
gui_window_dispose (GObject *object)
{
  GuiWindow *self = GUI_WINDOW (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_window_parent_class)->dispose (object);
}

static void
gui_window_class_init (GuiWindowClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_window_dispose;
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/shell/gui-window.ui");
  gtk_widget_class_bind_template_child (widget, GuiWindow, messages);
  gtk_widget_class_bind_template_child (widget, GuiWindow, tabs);
  gtk_widget_class_bind_template_child (widget, GuiWindow, upload);
  gtk_widget_class_bind_template_child (widget, GuiWindow, download);
  gtk_widget_class_install_action (widget, "win.say", "s", say);
}

static void
gui_window_init (GuiWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GuiWindow *
gui_window_new (AdwApplication *application, GuiSession *session)
{
  GuiWindow *self = g_object_new (GUI_TYPE_WINDOW, "application", application, NULL);

  self->session = g_object_ref (session);
  return self;
}
