/* gui-speed-pill.c: see gui-speed-pill.h. */
#include "gtk-client/shell/gui-speed-pill.h"

#include <glib/gi18n.h>

#include "gtk-client/text/gui-text.h"

#define KIB 1024u

struct _GuiSpeedPill
{
  AdwBin parent;
  GuiSession *session;
  GtkMenuButton *button;
  GtkImage *symbol;
  GtkLabel *words;
  GtkSwitch *limited;
  GtkAdjustment *ranges[2][2]; /* usual and slow, down and up; KiB/s */
  gboolean reading;            /* the settings, into the fields */
  guint64 shown[2];
};

G_DEFINE_FINAL_TYPE (GuiSpeedPill, gui_speed_pill, ADW_TYPE_BIN)

static const char *const keys[] = { "first-limits", "second-limits" };

/* --- the speeds --- */

/* A speed that turns nothing around it: "KiB" may stand beside a letter read from the right. */
static char *
speed_text (guint64 rate_Bps)
{
  g_autofree char *text = gui_text_rate (rate_Bps);

  return g_strconcat ("\u2068", rate_Bps > 0 ? text : "0", "\u2069", NULL);
}

static char *
words_for (guint64 down, guint64 up)
{
  g_autofree char *down_text = speed_text (down);
  g_autofree char *up_text = speed_text (up);

  /* Translators: the speeds down and up */
  return g_strdup_printf (_ ("↓ %s  ↑ %s"), down_text, up_text);
}

static void
update (GuiSpeedPill *self)
{
  guint64 down, up;
  g_autofree char *words = NULL;

  gui_session_get_rates (self->session, &down, &up);
  if (down == self->shown[0] && up == self->shown[1])
    return;
  self->shown[0] = down;
  self->shown[1] = up;
  words = words_for (down, up);
  gtk_label_set_text (self->words, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

/* --- the limits --- */

static void
read_limits (GuiSpeedPill *self)
{
  GSettings *settings = gui_session_get_settings (self->session);
  gboolean limited = g_settings_get_boolean (settings, "limited");

  self->reading = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      guint64 down, up;

      g_settings_get (settings, keys[i], "(tt)", &down, &up);
      gtk_adjustment_set_value (self->ranges[i][0], (double) down / KIB);
      gtk_adjustment_set_value (self->ranges[i][1], (double) up / KIB);
    }
  self->reading = FALSE;
  gtk_image_set_from_icon_name (self->symbol, limited ? "power-profile-power-saver-symbolic"
                                                      : "network-transmit-receive-symbolic");
}

/* Settings may tell of a change in the middle: all fields are looked at before the first is
 * written. */
static void
write_limits (GuiSpeedPill *self)
{
  GSettings *settings = gui_session_get_settings (self->session);
  guint64 limits[G_N_ELEMENTS (keys)][2];

  if (self->reading)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    for (guint way = 0; way < 2; way++)
      limits[i][way] = (guint64) gtk_adjustment_get_value (self->ranges[i][way]) * KIB;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_set (settings, keys[i], "(tt)", limits[i][0], limits[i][1]);
}

void
gui_speed_pill_set_session (GuiSpeedPill *self, GuiSession *session)
{
  GSettings *settings = gui_session_get_settings (session);

  self->session = g_object_ref (session);
  g_settings_bind (settings, "limited", self->limited, "active", G_SETTINGS_BIND_DEFAULT);
  read_limits (self);
  g_signal_connect_object (settings, "changed::first-limits", G_CALLBACK (read_limits), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::second-limits", G_CALLBACK (read_limits), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::limited", G_CALLBACK (read_limits), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "tick", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  self->shown[0] = G_MAXUINT64;
  update (self);
}

/* --- the object --- */

static void
gui_speed_pill_dispose (GObject *object)
{
  g_clear_object (&GUI_SPEED_PILL (object)->session);
  G_OBJECT_CLASS (gui_speed_pill_parent_class)->dispose (object);
}

static void
bind_range (GtkWidgetClass *widget, const char *name, guint pair, guint way)
{
  gtk_widget_class_bind_template_child_full (
      widget, name, FALSE,
      G_STRUCT_OFFSET (GuiSpeedPill, ranges)
          + (gssize) ((2 * pair + way) * sizeof (GtkAdjustment *)));
}

static void
gui_speed_pill_class_init (GuiSpeedPillClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_speed_pill_dispose;
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/shell/gui-speed-pill.ui");
  gtk_widget_class_bind_template_child (widget, GuiSpeedPill, button);
  gtk_widget_class_bind_template_child (widget, GuiSpeedPill, symbol);
  gtk_widget_class_bind_template_child (widget, GuiSpeedPill, words);
  gtk_widget_class_bind_template_child (widget, GuiSpeedPill, limited);
  gtk_widget_class_bind_template_callback (widget, gtk_spin_button_update);
  bind_range (widget, "first_down_range", 0, 0);
  bind_range (widget, "first_up_range", 0, 1);
  bind_range (widget, "second_down_range", 1, 0);
  bind_range (widget, "second_up_range", 1, 1);
}

static void
gui_speed_pill_init (GuiSpeedPill *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Speeds and limits"), -1);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    for (guint way = 0; way < 2; way++)
      g_signal_connect_swapped (self->ranges[i][way], "value-changed", G_CALLBACK (write_limits),
                                self);
}
