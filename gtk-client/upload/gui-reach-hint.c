/* gui-reach-hint.c: see gui-reach-hint.h. */
#include "gtk-client/upload/gui-reach-hint.h"

#include <glib/gi18n.h>

#include "gtk-client/text/gui-text-port.h"

struct _GuiReachHint
{
  GtkBox parent;
  ShoalSession *session;
  GtkLabel *words;
  gboolean closed; /* by the person */
};

G_DEFINE_FINAL_TYPE (GuiReachHint, gui_reach_hint, GTK_TYPE_BOX)

static void
update (GuiReachHint *self)
{
  gboolean is_shut = shoal_session_get_port_state (self->session) == SHOAL_PORT_STATE_CLOSED;
  g_autofree char *words = gui_text_port_sentences (self->session);

  if (!is_shut)
    self->closed = FALSE;
  gtk_label_set_text (self->words, words);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->words), words); /* large letters are cut off */
  gtk_widget_set_visible (GTK_WIDGET (self), is_shut && !self->closed);
}

static void
on_close (GuiReachHint *self)
{
  self->closed = TRUE;
  update (self);
}

/* --- the widget --- */

static void
gui_reach_hint_dispose (GObject *object)
{
  g_clear_object (&GUI_REACH_HINT (object)->session);
  G_OBJECT_CLASS (gui_reach_hint_parent_class)->dispose (object);
}

static void
gui_reach_hint_class_init (GuiReachHintClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_reach_hint_dispose;
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/upload/gui-reach-hint.ui");
  gtk_widget_class_bind_template_child (widget, GuiReachHint, words);
  gtk_widget_class_bind_template_callback (widget, on_close);
}

static void
gui_reach_hint_init (GuiReachHint *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
gui_reach_hint_new (ShoalSession *session)
{
  static const char *const facts[] = { "notify::port-state", "notify::port-mapper",
                                       "notify::external-port", "notify::port-problem" };
  GuiReachHint *self = g_object_new (GUI_TYPE_REACH_HINT, NULL);

  self->session = g_object_ref (session);
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    g_signal_connect_object (session, facts[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
