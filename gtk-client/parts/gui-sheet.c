/* gui-sheet.c: see gui-sheet.h. */
#include "gtk-client/parts/gui-sheet.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-width.h"

#define MARGIN 24 /* that a sheet leaves of its parent, pixels */
#define MIN_WIDTH 360
#define MIN_HEIGHT 294

struct _GuiSheet
{
  AdwWindow parent;
  AdwToastOverlay *messages;
  AdwWindowTitle *title;
  AdwHeaderBar *header;
  GtkButton *cancel;
  GtkButton *action;
  AdwBin *content;
  gboolean closed;
};

enum
{
  SIGNAL_ACT,
  SIGNAL_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GuiSheet, gui_sheet, ADW_TYPE_WINDOW)

static void
act (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GuiSheet *self = GUI_SHEET (widget);

  if (gtk_widget_get_visible (GTK_WIDGET (self->action)))
    g_signal_emit (self, signals[SIGNAL_ACT], 0);
}

static gboolean
gui_sheet_close_request (GtkWindow *window)
{
  GuiSheet *self = GUI_SHEET (window);

  if (!self->closed)
    {
      self->closed = TRUE;
      g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
    }
  return GTK_WINDOW_CLASS (gui_sheet_parent_class)->close_request (window);
}

static void
gui_sheet_class_init (GuiSheetClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  GTK_WINDOW_CLASS (class)->close_request = gui_sheet_close_request;
  signals[SIGNAL_ACT] = g_signal_new ("act", GUI_TYPE_SHEET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", GUI_TYPE_SHEET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/parts/gui-sheet.ui");
  gtk_widget_class_bind_template_child (widget, GuiSheet, messages);
  gtk_widget_class_bind_template_child (widget, GuiSheet, title);
  gtk_widget_class_bind_template_child (widget, GuiSheet, header);
  gtk_widget_class_bind_template_child (widget, GuiSheet, cancel);
  gtk_widget_class_bind_template_child (widget, GuiSheet, action);
  gtk_widget_class_bind_template_child (widget, GuiSheet, content);
  gtk_widget_class_install_action (widget, "sheet.act", NULL, act);
  gtk_widget_class_add_binding_action (widget, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}

static void
gui_sheet_init (GuiSheet *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_widget (GTK_WINDOW (self), GTK_WIDGET (self->action));
}

GtkWidget *
gui_sheet_new (const char *title, GtkWidget *child)
{
  GuiSheet *self = g_object_new (GUI_TYPE_SHEET, NULL);

  gui_sheet_set_title (self, title);
  gui_sheet_set_action (self, NULL, NULL);
  adw_bin_set_child (self->content, child);
  return GTK_WIDGET (self);
}

void
gui_sheet_set_title (GuiSheet *self, const char *title)
{
  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_window_title_set_title (self->title, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), title); /* what a narrow one cuts off */
}

void
gui_sheet_set_subtitle (GuiSheet *self, const char *subtitle)
{
  adw_window_title_set_subtitle (self->title, subtitle != NULL ? subtitle : "");
}

void
gui_sheet_set_action (GuiSheet *self, const char *label, const char *tooltip)
{
  gtk_widget_set_visible (GTK_WIDGET (self->action), label != NULL);
  gtk_button_set_label (self->cancel, label != NULL ? _ ("_Cancel") : _ ("_Close"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->cancel), label != NULL
                                                              ? _ ("Close without doing anything")
                                                              : _ ("Close this window"));
  if (label != NULL)
    gtk_button_set_label (self->action, label);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->action), tooltip);
}

void
gui_sheet_set_ready (GuiSheet *self, gboolean ready)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sheet.act", ready);
}

void
gui_sheet_set_warning (GuiSheet *self, gboolean warning)
{
  GtkWidget *action = GTK_WIDGET (self->action);

  gtk_widget_remove_css_class (action, warning ? "suggested-action" : "destructive-action");
  gtk_widget_add_css_class (action, warning ? "destructive-action" : "suggested-action");
}

void
gui_sheet_add_button (GuiSheet *self, GtkWidget *button)
{
  adw_header_bar_pack_start (self->header, button);
}

void
gui_sheet_say (GuiSheet *self, const char *message)
{
  g_autofree char *plain = g_markup_escape_text (message, -1);

  adw_toast_overlay_add_toast (self->messages, adw_toast_new (plain));
}

/* Of a window that is about to be shown, what it asks for. */
static void
get_size (GtkWindow *window, int *width, int *height)
{
  *width = gtk_widget_get_width (GTK_WIDGET (window));
  *height = gtk_widget_get_height (GTK_WIDGET (window));
  if (*width == 0 || *height == 0)
    gtk_window_get_default_size (window, width, height);
}

void
gui_sheet_present (GuiSheet *self, GtkWindow *parent, int width, int height)
{
  int room_x, room_y;

  width = gui_width_scale (GTK_WIDGET (self), width);
  height = gui_width_scale (GTK_WIDGET (self), height);
  get_size (parent, &room_x, &room_y);
  room_x -= 2 * MARGIN;
  room_y -= 2 * MARGIN;
  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (self), CLAMP (room_x, MIN_WIDTH, width),
                               CLAMP (room_y, MIN_HEIGHT, height));
  gtk_window_present (GTK_WINDOW (self));
}

void
gui_sheet_close (GuiSheet *self)
{
  gtk_window_close (GTK_WINDOW (self));
}
